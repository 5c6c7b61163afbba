internal import Parquet

/// A number as JSON writes it: its text, and exactly what it is.
///
/// The text must be one that a scanner has found to be a number, and be followed by as many readable bytes as scanners
/// ask for.
@safe
@_spi(Adapters)
public struct JSONNumber {
  private let text: UnsafeRawBufferPointer

  /// The number with this text.
  @inline(__always)
  public init(_ text: UnsafeRawBufferPointer) { unsafe self.text = text }

  @inline(__always)
  private var base: UnsafePointer<UInt8> {
    unsafe text.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
  }

  private var token: NumberToken? {
    unsafe NumberText.scan(base, from: 0, to: text.count, .json)
  }

  /// The whole number that this is, also where it is written with zeros behind a point or an exponent; nil where it is
  /// none, or does not fit.
  @inline(__always)
  public var integer: Int64? {
    if let (value, length) = unsafe ShortNumber.integer(base), unsafe length == text.count {
      return value
    }
    return otherInteger
  }

  @inline(never)
  private var otherInteger: Int64? {
    guard let token else { return nil }
    if let value = token.wholeInt64 { return value }
    return unsafe NumberText.wideInteger(token, base).flatMap { Int64(exactly: $0) }
  }

  /// As ``integer``, without a sign.
  public var unsigned: UInt64? {
    if let (value, length) = unsafe ShortNumber.integer(base), unsafe length == text.count {
      return UInt64(exactly: value)
    }
    guard let token else { return nil }
    if let value = token.wholeUInt64 { return value }
    return unsafe NumberText.wideInteger(token, base).flatMap { UInt64(exactly: $0) }
  }

  /// The number times a power of ten, what is behind the point then cut off; nil where that does not fit.
  func shifted(by places: Int) -> Int64? {
    guard let token else { return nil }
    let (digits, exponent) = unsafe NumberText.significantDigits(token, base)
    guard !digits.isEmpty else { return 0 }
    let count = digits.count + exponent + places
    guard count <= 19 else { return nil }
    var magnitude: UInt64 = 0
    // 19 digits fit.
    for index in 0..<max(count, 0) {
      magnitude = magnitude * 10 + (index < digits.count ? UInt64(digits[index] - 0x30) : 0)
    }
    return Int64(exactly: magnitude).map { token.isNegative ? -$0 : $0 }
  }

  /// Whether it is written as a whole number: digits alone.
  public var isWrittenWhole: Bool {
    for index in unsafe 0..<text.count {
      let byte = unsafe text[index]
      guard byte.isDigit || byte == .minus else { return false }
    }
    return true
  }

  /// The nearest double; infinite where it is too large.
  public var double: Double {
    if let (value, length) = unsafe ShortNumber.double(base), unsafe length == text.count {
      return value
    }
    guard let token else { return .nan }
    return unsafe NumberText.double(token, base)
  }
}
