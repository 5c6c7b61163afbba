/// Numbers of few digits, eight of which are read at once.
///
/// What is not taken here need not be malformed: it is left to ``NumberText``. Up to 26 bytes from where a
/// number begins are looked at, whatever they are.
enum ShortNumber {
  /// The digits that a word begins with.
  @inline(__always)
  static func digitCount(_ word: UInt64) -> Int {
    let rest = word ^ 0x3030_3030_3030_3030
    // What a byte above nine carries over lies above the first find.
    let others = (rest &+ 0x7676_7676_7676_7676 | rest) & 0x8080_8080_8080_8080
    return others.trailingZeroBitCount &>> 3
  }

  /// The value of the first `count` bytes of a word, 1 to 8 digits.
  @inline(__always)
  static func value(_ word: UInt64, _ count: Int) -> UInt64 {
    // Moved up to the end, so that zeros stand in front.
    var v = (word ^ 0x3030_3030_3030_3030) &<< UInt64(truncatingIfNeeded: 64 &- 8 &* count)
    v = (v &* 10 &+ v &>> 8) & 0x00FF_00FF_00FF_00FF
    v = (v &* 100 &+ v &>> 16) & 0x0000_FFFF_0000_FFFF
    return (v &* 10_000 &+ v &>> 32) & 0xFFFF_FFFF
  }

  /// The integer of at most sixteen digits that begins here, as it is written back, and the bytes it has:
  /// behind it stands no digit.
  @inline(__always)
  static func integer(_ base: UnsafePointer<UInt8>) -> (value: Int64, length: Int)? {
    let isNegative = unsafe base[0] == .minus
    let start = unsafe UnsafeRawPointer(base) + (isNegative ? 1 : 0)
    let word = unsafe UInt64(littleEndian: start.loadUnaligned(as: UInt64.self))
    var digits = digitCount(word)
    guard digits > 0 else { return nil }
    if word & 0xFF == UInt64(UInt8.zero), digits > 1 || isNegative { return nil }
    var magnitude = value(word, digits)
    if digits == 8 {
      let more = unsafe UInt64(
        littleEndian: start.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      let count = digitCount(more)
      if count == 8 { return nil }
      if count > 0 { magnitude = magnitude &* powers[count] &+ value(more, count) }
      digits &+= count
    }
    let result = Int64(truncatingIfNeeded: magnitude)
    return (isNegative ? 0 &- result : result, digits &+ (isNegative ? 1 : 0))
  }

  /// The number that begins here, by the grammar of JSON, where it has at most fifteen digits, eight on
  /// each side of the point, and no exponent; and the bytes it has. A double keeps all of it.
  @inline(__always)
  static func double(_ base: UnsafePointer<UInt8>) -> (value: Double, length: Int)? {
    let isNegative = unsafe base[0] == .minus
    let start = unsafe UnsafeRawPointer(base) + (isNegative ? 1 : 0)
    let word = unsafe UInt64(littleEndian: start.loadUnaligned(as: UInt64.self))
    var length = digitCount(word)
    guard length > 0 else { return nil }
    if word & 0xFF == UInt64(UInt8.zero), length > 1 { return nil }
    var number = Double(Int64(truncatingIfNeeded: value(word, length)))
    var next: UInt8 = unsafe start.load(fromByteOffset: length, as: UInt8.self)
    if next == .point {
      let more = unsafe UInt64(
        littleEndian: start.loadUnaligned(fromByteOffset: length &+ 1, as: UInt64.self))
      let count = digitCount(more)
      guard count > 0, length &+ count <= 15 else { return nil }
      let mantissa = value(word, length) &* powers[count] &+ value(more, count)
      // Both are exact, so that the quotient is rounded once.
      number = Double(Int64(truncatingIfNeeded: mantissa)) / floatingPowers[count]
      length &+= 1 &+ count
      next = unsafe start.load(fromByteOffset: length, as: UInt8.self)
    }
    if next.isDigit || next == .point || next | 0x20 == UInt8(ascii: "e") { return nil }
    return (isNegative ? -number : number, length &+ (isNegative ? 1 : 0))
  }

  private static let floatingPowers: [Double] = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8]
  private static let powers: [UInt64] = [
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
  ]
}
