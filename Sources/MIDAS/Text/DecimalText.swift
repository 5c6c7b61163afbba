internal import Parquet

/// Numbers out of text, without a string in between.
enum DecimalText {
  /// What text was, read as a number.
  enum Reading: Equatable {
    /// The nearest double.
    case number(Double)
    /// `inf`, `nan`, or more than a double can hold: no measurement.
    case notFinite
    /// No number.
    case notANumber
  }

  /// The powers of ten that a double holds exactly.
  private static let powers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// The number that `count` bytes at `start` spell: digits with at most one point, a sign, an exponent.
  ///
  /// Correctly rounded. Up to 2⁵³ and with a power of ten up to 22 both factors are exact doubles, so
  /// that their product or quotient is rounded once; everything else goes the standard library's way.
  @inline(__always)
  static func double(_ start: UnsafeRawPointer, _ count: Int) -> Reading {
    var at = 0
    var negative = false
    if count > 0 {
      let first = unsafe start.load(as: UInt8.self)
      if first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
        negative = first == UInt8(ascii: "-")
        at = 1
      }
    }
    var mantissa: UInt64 = 0
    var digitCount = 0
    var scale = 0
    while at < count {
      let digit = unsafe start.load(fromByteOffset: at, as: UInt8.self) &- 0x30
      guard digit < 10 else { break }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      digitCount &+= 1
      at &+= 1
    }
    if unsafe at < count && start.load(fromByteOffset: at, as: UInt8.self) == UInt8(ascii: ".") {
      at &+= 1
      while at < count {
        let digit = unsafe start.load(fromByteOffset: at, as: UInt8.self) &- 0x30
        guard digit < 10 else { break }
        mantissa = mantissa &* 10 &+ UInt64(digit)
        digitCount &+= 1
        scale &+= 1
        at &+= 1
      }
    }
    // Nineteen digits do not overflow the mantissa.
    if at == count, digitCount > 0, digitCount <= 19, mantissa <= 1 << 53, scale <= 22 {
      let value = scale == 0 ? Double(mantissa) : Double(mantissa) / powers[scale]
      return .number(negative ? -value : value)
    }
    return unsafe slowDouble(UnsafeRawBufferPointer(start: start, count: count))
  }

  @inline(never)
  private static func slowDouble(_ text: UnsafeRawBufferPointer) -> Reading {
    if unsafe isDecimal(text) {
      let string = unsafe String(decoding: text, as: UTF8.self)
      guard let value = Double(string) else { return .notANumber }
      return value.isFinite ? .number(value) : .notFinite
    }
    // Only for the count of what was lost: the value is null either way.
    guard text.count <= 9 else { return .notANumber }
    let word = unsafe String(decoding: text, as: UTF8.self).lowercased()
    let unsigned = word.hasPrefix("-") || word.hasPrefix("+") ? String(word.dropFirst()) : word
    return ["inf", "infinity", "nan"].contains(unsigned) ? .notFinite : .notANumber
  }

  /// Whether `text` is `[+-] digits [. digits] [e [+-] digits]` with a digit before the exponent.
  private static func isDecimal(_ text: UnsafeRawBufferPointer) -> Bool {
    var at = 0
    func digits() -> Int {
      let start = at
      while at < text.count, unsafe text[at] &- 0x30 < 10 { at += 1 }
      return at - start
    }
    func sign() {
      if at < text.count, unsafe text[at] == UInt8(ascii: "-") || text[at] == UInt8(ascii: "+") {
        at += 1
      }
    }
    sign()
    var mantissa = digits()
    if at < text.count, unsafe text[at] == UInt8(ascii: ".") {
      at += 1
      mantissa += digits()
    }
    guard mantissa > 0 else { return false }
    if at < text.count, unsafe text[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      sign()
      guard digits() > 0 else { return false }
    }
    return at == text.count
  }

  /// The integer that `count` bytes at `start` spell, also where a release wrote it as `24.0`.
  @inline(__always)
  static func int32(_ start: UnsafeRawPointer, _ count: Int) -> Int32? {
    if count <= 9 {
      // The plain case: up to nine digits, which cannot overflow.
      var value: Int32 = 0
      var at = 0
      while at < count {
        let digit = unsafe start.load(fromByteOffset: at, as: UInt8.self) &- 0x30
        guard digit < 10 else { break }
        value = value &* 10 &+ Int32(digit)
        at &+= 1
      }
      if at == count, count > 0 { return value }
    }
    guard case .number(let value) = unsafe double(start, count) else { return nil }
    return Int32(exactly: value)
  }
}
