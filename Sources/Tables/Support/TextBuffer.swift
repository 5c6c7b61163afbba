/// Text being put together: raw bytes with one owner.
///
/// Room is asked for once per value, and then written without a check per byte.
@safe
struct TextBuffer: ~Copyable {
  /// Bytes past the capacity that kernels may overwrite, so that short copies move whole words.
  private static let slack = 32

  private(set) var start: UnsafeMutablePointer<UInt8>
  private(set) var capacity: Int
  private(set) var count = 0

  init(capacity: Int = 4096) {
    self.capacity = capacity
    unsafe start = .allocate(capacity: capacity + TextBuffer.slack)
  }

  deinit { unsafe start.deallocate() }

  /// Makes room for `byteCount` more bytes.
  @inline(__always)
  mutating func reserve(_ byteCount: Int) {
    if count &+ byteCount > capacity { grow(byteCount) }
  }

  @inline(never)
  private mutating func grow(_ byteCount: Int) {
    let wanted = max(count + byteCount, capacity * 2)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted + TextBuffer.slack)
    unsafe larger.update(from: start, count: count)
    unsafe start.deallocate()
    unsafe start = larger
    capacity = wanted
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    reserve(1)
    unsafe start[count] = byte
    count &+= 1
  }

  mutating func append(_ text: StaticString) {
    unsafe append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress, bytes.count > 0 else { return }
    reserve(bytes.count)
    unsafe UnsafeMutableRawPointer(start + count).copyMemory(from: base, byteCount: bytes.count)
    count &+= bytes.count
  }

  mutating func append(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes { unsafe append($0) }
  }

  mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { unsafe append(UnsafeRawBufferPointer($0)) }
  }

  /// The shortest digits of `value`.
  mutating func append(decimal value: UInt64) {
    reserve(20)
    var value = value
    var digits = 1
    var bound: UInt64 = 10
    while digits < 20, value >= bound {
      digits &+= 1
      if digits == 20 { break }
      bound &*= 10
    }
    var at = count &+ digits
    repeat {
      at &-= 1
      unsafe start[at] = UInt8(truncatingIfNeeded: 48 &+ value % 10)
      value /= 10
    } while value != 0
    count &+= digits
  }

  /// `value` with a minus sign where it is negative.
  mutating func append(decimal value: Int64) {
    if value < 0 { append(UInt8(ascii: "-")) }
    append(decimal: value.magnitude)
  }

  /// The lowest `width` digits of `value`, with leading zeros.
  @inline(__always)
  mutating func append(_ value: UInt64, width: Int) {
    reserve(width)
    var value = value
    var at = width
    while at > 0 {
      at &-= 1
      unsafe start[count &+ at] = UInt8(truncatingIfNeeded: 48 &+ value % 10)
      value /= 10
    }
    count &+= width
  }

  /// Says that `byteCount` bytes were written behind the last, within what was reserved.
  @inline(__always)
  mutating func advance(by byteCount: Int) { count &+= byteCount }

  /// Forgets the bytes from `newCount` on.
  mutating func truncate(to newCount: Int) { count = min(newCount, count) }

  /// Forgets all bytes.
  mutating func removeAll() { count = 0 }

  /// The bytes; valid until the next change.
  @unsafe var bytes: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: start, count: count)
  }

  /// A copy of the bytes.
  var array: [UInt8] { unsafe [UInt8](bytes) }

  /// The bytes as text; they are UTF-8 wherever this is asked.
  var text: String { unsafe String(decoding: bytes, as: UTF8.self) }
}

extension UInt8 {
  static let quote = UInt8(ascii: "\"")
  static let comma = UInt8(ascii: ",")
  static let newline = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let backslash = UInt8(ascii: "\\")
  static let minus = UInt8(ascii: "-")
  static let point = UInt8(ascii: ".")
  static let zero = UInt8(ascii: "0")

  /// Whether this is one of the digits 0 to 9.
  @inline(__always) var isDigit: Bool { self &- 48 < 10 }
}
