internal import Parquet

/// Names of JSON members, numbered as they come, for scanners that ask for members by number.
///
/// Names that are wanted are added first and have small numbers; others are learned, as far as there is room.
@safe
@_spi(Adapters)
public final class MemberNames {
  /// The most names that are numbered, which bounds the memory that hostile input takes.
  @inlinable @inline(__always) package static var largestCount: Int { 4096 }
  private static let largestByteCount = 1 << 20

  /// A name as JSON mostly writes it: in quotes, with the colon.
  @safe
  private struct Label {
    /// The label, of how many bytes, and the bits of those behind its last whole word.
    var start: UnsafeMutablePointer<UInt8>
    var length: Int
    var restMask: UInt64
  }

  /// The number of names.
  public private(set) var count = 0
  private var texts: [String] = []
  private let labels: UnsafeMutablePointer<Label>
  /// The names themselves, as they are decoded, one after the other.
  private var plainText = TextBuffer(capacity: 4096)
  private let plain: UnsafeMutablePointer<(start: Int, length: Int)>
  /// The numbers by hash, −1 where nothing is: twice as many places as names.
  private let table: UnsafeMutablePointer<Int32>
  private static let mask = 2 * largestCount - 1

  /// No names.
  public init() {
    unsafe labels = .allocate(capacity: MemberNames.largestCount)
    unsafe plain = .allocate(capacity: MemberNames.largestCount)
    unsafe table = .allocate(capacity: 2 * MemberNames.largestCount)
    unsafe table.initialize(repeating: -1, count: 2 * MemberNames.largestCount)
  }

  deinit {
    for number in 0..<count { unsafe labels[number].start.deallocate() }
    unsafe labels.deallocate()
    unsafe plain.deallocate()
    unsafe table.deallocate()
  }

  /// The number of `name`, which is added where it is not there.
  ///
  /// - Precondition: there is room.
  public func number(adding name: String) -> Int {
    var name = name
    let number = name.withUTF8 { unsafe find(UnsafeRawBufferPointer($0)) }
    precondition(number >= 0, "too many names are wanted")
    return number
  }

  /// The name of a number.
  public func text(_ number: Int) -> String { texts[number] }

  /// The number of the name with these bytes, which is added where it is not there; −1 where there is no room.
  public func find(_ name: UnsafeRawBufferPointer) -> Int {
    var place = unsafe MemberNames.hash(name)
    while true {
      let number = unsafe Int(table[place])
      if number < 0 { break }
      let (start, length) = unsafe plain[number]
      if length == name.count, unsafe isSame(name, start) { return number }
      place = (place &+ 1) & MemberNames.mask
    }
    guard count < MemberNames.largestCount,
      plainText.count + name.count <= MemberNames.largestByteCount
    else { return -1 }
    unsafe table[place] = Int32(count)
    unsafe (plain + count).initialize(to: (plainText.count, name.count))
    unsafe plainText.append(name)
    var label = TextBuffer(capacity: name.count + 3)
    _ = unsafe JSONText.append(string: name, to: &label)
    label.append(UInt8(ascii: ":"))
    let length = label.count
    // It is compared a word at a time, and so read past its end.
    let start = UnsafeMutablePointer<UInt8>.allocate(capacity: length + 8)
    unsafe start.update(from: label.start, count: length)
    unsafe (start + length).initialize(repeating: 0, count: 8)
    let rest = UInt64(truncatingIfNeeded: length & 7)
    unsafe (labels + count).initialize(
      to: Label(start: unsafe start, length: length, restMask: (1 &<< (8 &* rest)) &- 1))
    unsafe texts.append(String(decoding: name, as: UTF8.self))
    count += 1
    return count - 1
  }

  private func isSame(_ name: UnsafeRawBufferPointer, _ start: Int) -> Bool {
    for index in 0..<name.count where unsafe name[index] != plainText.start[start &+ index] {
      return false
    }
    return true
  }

  private static func hash(_ name: UnsafeRawBufferPointer) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in 0..<name.count { hash = unsafe (hash ^ UInt64(name[index])) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: hash ^ hash &>> 29) & mask
  }

  /// Passes the name of a number, with its quotes and colon, where exactly that comes next.
  @inline(__always)
  func pass(_ number: Int, _ scanner: inout JSONScanner) -> Bool {
    let label = unsafe labels[number]
    return unsafe scanner.pass(label.start, label.length, label.restMask)
  }
}
