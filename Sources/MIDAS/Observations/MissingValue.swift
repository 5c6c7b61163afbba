/// The text that stands for a value that is not there.
struct MissingValue {
  private let count: Int
  private let word: UInt64
  private let mask: UInt64
  /// The bytes behind the eighth.
  private let rest: [UInt8]

  init(_ text: String) {
    let bytes = Array(text.utf8)
    count = bytes.count
    var word: UInt64 = 0
    for (i, byte) in bytes.prefix(8).enumerated() { word |= UInt64(byte) << UInt64(8 * i) }
    self.word = word
    mask = count >= 8 ? ~0 : (1 << UInt64(8 * count)) - 1
    rest = Array(bytes.dropFirst(8))
  }

  /// Whether `length` bytes at `start` say that there is no value; no bytes do, too.
  ///
  /// - Precondition: eight bytes may be read.
  @inline(__always)
  func matches(_ start: UnsafeRawPointer, _ length: Int) -> Bool {
    if length == 0 { return true }
    guard length == count, unsafe start.loadUnaligned(as: UInt64.self) & mask == word else {
      return false
    }
    for i in 0..<rest.count
    where unsafe start.load(fromByteOffset: 8 + i, as: UInt8.self) != rest[i] {
      return false
    }
    return true
  }
}
