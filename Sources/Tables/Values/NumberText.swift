#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A decimal number found in a text: its parts, nothing rounded.
struct NumberToken {
  /// Where it begins and ends in what was scanned.
  var start = 0
  var end = 0
  var isNegative = false
  /// The digits as an integer, without leading zeros, while they fit.
  var mantissa: UInt64 = 0
  /// Whether the digits do not fit ``mantissa``.
  var isWide = false
  /// The digits without leading zeros, trailing zeros included.
  var digitCount = 0
  /// How many of the digits stand behind the point.
  var fractionDigits = 0
  /// The exponent as given, 0 without one; huge ones are cut to ±100 000.
  var givenExponent = 0
  /// Whether there is neither point nor exponent.
  var isInteger = true
  /// Whether the text is what this integer is written as: no plus sign, leading zero or minus zero.
  var isCanonical = true

  /// The power of ten that the digits are multiplied by.
  var exponent: Int { givenExponent - fractionDigits }

  /// The value where the text is a canonical integer in range.
  @inline(__always)
  var canonicalInt64: Int64? {
    guard isInteger, isCanonical, !isWide else { return nil }
    return signed
  }

  /// The integer the digits and the sign make, where it fits.
  @inline(__always)
  private var signed: Int64? {
    if !isNegative { return mantissa <= UInt64(Int64.max) ? Int64(mantissa) : nil }
    return mantissa <= UInt64(Int64.max) + 1 ? Int64(truncatingIfNeeded: 0 &- mantissa) : nil
  }

  /// The value where it is whole and in range, however it is written: `1e3`, `007`, `5.0`.
  var wholeInt64: Int64? {
    if exponent == 0 || mantissa == 0, !isWide { return signed }
    guard let magnitude = wholeMagnitude else { return nil }
    var copy = NumberToken()
    copy.isNegative = isNegative
    copy.mantissa = magnitude
    return copy.signed
  }

  /// The value where it is whole, not negative and in range.
  var wholeUInt64: UInt64? {
    guard !isNegative || (mantissa == 0 && !isWide) else { return nil }
    return wholeMagnitude
  }

  private var wholeMagnitude: UInt64? {
    guard !isWide else { return nil }
    var value = mantissa
    guard value != 0 else { return 0 }
    var left = exponent
    while left < 0 {
      guard value % 10 == 0 else { return nil }
      value /= 10
      left += 1
    }
    while left > 0 {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      guard !overflow else { return nil }
      value = product
      left -= 1
    }
    return value
  }

  /// The digits and the exponent with trailing zeros moved from the one to the other.
  var normalized: (mantissa: UInt64, exponent: Int)? {
    guard !isWide else { return nil }
    guard mantissa != 0 else { return (0, 0) }
    var value = mantissa
    var power = exponent
    while value % 10 == 0 {
      value /= 10
      power += 1
    }
    return (value, power)
  }
}

/// Finds numbers in text and turns them into binary ones.
enum NumberText {
  /// What is taken for a number.
  enum Grammar {
    /// RFC 8259: no plus sign, no leading zeros, digits on both sides of a point.
    case json
    /// Also `+1`, `007`, `.5` and `5.`.
    case lenient
  }

  /// The number that begins at `start` and ends where its grammar does, before `limit`.
  @inline(__always)
  static func scan(
    _ base: UnsafePointer<UInt8>, from start: Int, to limit: Int, _ grammar: Grammar
  ) -> NumberToken? {
    var token = NumberToken()
    token.start = start
    var at = start
    if at < limit {
      let sign = unsafe base[at]
      if sign == .minus {
        token.isNegative = true
        at &+= 1
      } else if sign == UInt8(ascii: "+"), grammar == .lenient {
        token.isCanonical = false
        at &+= 1
      }
    }
    let firstDigit = at
    var mantissa: UInt64 = 0
    while at < limit {
      let digit = unsafe base[at] &- 48
      guard digit < 10 else { break }
      if at &- firstDigit < 19 {
        mantissa = mantissa &* 10 &+ UInt64(digit)
      } else {
        append(digit, to: &mantissa, &token)
      }
      at &+= 1
    }
    let wholeDigits = at &- firstDigit
    if wholeDigits > 1, unsafe base[firstDigit] == .zero {
      guard grammar == .lenient else { return nil }
      token.isCanonical = false
    }
    if wholeDigits == 0, grammar == .json { return nil }
    token.mantissa = mantissa
    token.digitCount = wholeDigits
    if at < limit, unsafe base[at] == .point || (base[at] | 0x20) == UInt8(ascii: "e") {
      guard
        unsafe scanRest(base, &at, limit, grammar, wholeDigits: wholeDigits, &token)
      else { return nil }
    } else if wholeDigits == 0 {
      return nil
    }
    if token.isNegative, token.mantissa == 0, !token.isWide { token.isCanonical = false }
    if wholeDigits > 0, unsafe base[firstDigit] == .zero {
      // Leading zeros are no significant digits.
      unsafe stripLeadingZeros(base, from: firstDigit, &token)
    }
    token.end = at
    return token
  }

  @inline(never)
  private static func append(_ digit: UInt8, to mantissa: inout UInt64, _ token: inout NumberToken)
  {
    guard !token.isWide else { return }
    let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
    let (sum, overflow2) = product.addingReportingOverflow(UInt64(digit))
    if overflow || overflow2 { token.isWide = true } else { mantissa = sum }
  }

  private static func stripLeadingZeros(
    _ base: UnsafePointer<UInt8>, from first: Int, _ token: inout NumberToken
  ) {
    var at = first
    var zeros = 0
    while zeros < token.digitCount {
      let byte = unsafe base[at]
      if byte == .zero { zeros &+= 1 } else if byte != .point { break }
      at &+= 1
    }
    token.digitCount &-= zeros
  }

  /// The part from the point or the exponent on.
  private static func scanRest(
    _ base: UnsafePointer<UInt8>, _ at: inout Int, _ limit: Int, _ grammar: Grammar,
    wholeDigits: Int, _ token: inout NumberToken
  ) -> Bool {
    token.isInteger = false
    if unsafe base[at] == .point {
      at &+= 1
      let first = at
      var mantissa = token.mantissa
      // Leading zeros count towards nineteen: digits past it are added with a check.
      var seen = wholeDigits
      while at < limit {
        let digit = unsafe base[at] &- 48
        guard digit < 10 else { break }
        if seen < 19 {
          mantissa = mantissa &* 10 &+ UInt64(digit)
        } else {
          append(digit, to: &mantissa, &token)
        }
        seen &+= 1
        at &+= 1
      }
      token.mantissa = mantissa
      token.fractionDigits = at &- first
      token.digitCount = seen
      if at == first, grammar == .json || wholeDigits == 0 { return false }
    }
    guard token.digitCount > 0 else { return false }
    if at < limit, unsafe base[at] | 0x20 == UInt8(ascii: "e") {
      at &+= 1
      var isNegative = false
      if at < limit, unsafe base[at] == .minus || base[at] == UInt8(ascii: "+") {
        isNegative = unsafe base[at] == .minus
        at &+= 1
      }
      let first = at
      var exponent = 0
      while at < limit, unsafe base[at].isDigit {
        exponent = unsafe min(exponent * 10 + Int(base[at] - 48), 100_000)
        at &+= 1
      }
      if at == first { return false }
      token.givenExponent = isNegative ? -exponent : exponent
    }
    return true
  }

  // MARK: Binary floating point

  /// Powers of ten that a double holds exactly.
  private static let exactPowers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// The nearest double; infinite past the largest.
  @inline(__always)
  static func double(_ token: NumberToken, _ base: UnsafePointer<UInt8>) -> Double {
    let power = token.exponent
    // Both factors are exact, so that one operation rounds once.
    if token.mantissa <= 1 << 53, !token.isWide, power >= -22, power <= 22 {
      let magnitude =
        power < 0
        ? Double(token.mantissa) / exactPowers[-power] : Double(token.mantissa) * exactPowers[power]
      return token.isNegative ? -magnitude : magnitude
    }
    return unsafe slowDouble(token, base)
  }

  @inline(never)
  private static func slowDouble(_ token: NumberToken, _ base: UnsafePointer<UInt8>) -> Double {
    let count = token.end - token.start
    return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { copy in
      for i in 0..<count {
        unsafe copy[i] = CChar(truncatingIfNeeded: base[token.start + i])
      }
      unsafe copy[count] = 0
      guard let start = copy.baseAddress else { return 0 }
      return unsafe strtod(start, nil)
    }
  }

  /// The nearest float, rounded once.
  static func float(_ token: NumberToken, _ base: UnsafePointer<UInt8>) -> Float {
    let count = token.end - token.start
    return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { copy in
      for i in 0..<count {
        unsafe copy[i] = CChar(truncatingIfNeeded: base[token.start + i])
      }
      unsafe copy[count] = 0
      guard let start = copy.baseAddress else { return 0 }
      return unsafe strtof(start, nil)
    }
  }

  /// Whether the shortest text of `value` is the number that the token gives: nothing is lost by
  /// storing it as a double.
  ///
  /// Fifteen digits always survive in the normal range. Sixteen and seventeen do where they are what
  /// the double would be written as, which is how programs print doubles.
  @inline(__always)
  static func isExact(_ value: Double, _ token: NumberToken) -> Bool {
    if token.digitCount <= 15, value.magnitude >= Double.leastNormalMagnitude, value.isFinite {
      return true
    }
    return isShortest(value, token)
  }

  @inline(never)
  private static func isShortest(_ value: Double, _ token: NumberToken) -> Bool {
    guard value.isFinite, let given = token.normalized else { return false }
    if given.mantissa == 0 || value == 0 { return given.mantissa == 0 && value == 0 }
    var text = value.magnitude.description
    return text.withUTF8 { utf8 in
      guard let base = utf8.baseAddress,
        let printed = unsafe scan(base, from: 0, to: utf8.count, .json)?.normalized
      else { return false }
      return printed == given
    }
  }

  /// `NaN`, `Infinity`, `-Infinity`, and the short forms that other programs print.
  static func nonFinite(_ text: UnsafeRawBufferPointer) -> Double? {
    switch text.count {
    case 3:
      if unsafe text.elementsEqual("NaN".utf8) || text.elementsEqual("nan".utf8) { return .nan }
      if unsafe text.elementsEqual("inf".utf8) || text.elementsEqual("Inf".utf8) {
        return .infinity
      }
    case 4:
      if unsafe text.elementsEqual("-inf".utf8) || text.elementsEqual("-Inf".utf8) {
        return -.infinity
      }
    case 8: if unsafe text.elementsEqual("Infinity".utf8) { return .infinity }
    case 9: if unsafe text.elementsEqual("-Infinity".utf8) { return -.infinity }
    default: break
    }
    return nil
  }

  // MARK: Decimals

  /// The unscaled integer of the number at `scale`, as magnitude; nil where it has more decimals or
  /// 39 digits and more.
  static func unscaled(
    _ token: NumberToken, _ base: UnsafePointer<UInt8>, scale: Int
  ) -> UInt128? {
    var value = UInt128(token.mantissa)
    if token.isWide {
      guard token.digitCount <= 38 else { return unsafe unscaledOfLong(token, base, scale: scale) }
      value = 0
      var at = token.start
      while at < token.end {
        let byte = unsafe base[at]
        if byte | 0x20 == UInt8(ascii: "e") { break }
        if byte.isDigit { value = value * 10 + UInt128(byte - 48) }
        at += 1
      }
    }
    guard value != 0 else { return 0 }
    var left = token.exponent + scale
    while left < 0 {
      guard value % 10 == 0 else { return nil }
      value /= 10
      left += 1
    }
    while left > 0 {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      guard !overflow else { return nil }
      value = product
      left -= 1
    }
    return value
  }

  /// The value of more digits than a token's mantissa holds, where it is whole: `1.00000000000000000000`.
  static func wideInteger(_ token: NumberToken, _ base: UnsafePointer<UInt8>) -> Int128? {
    guard token.isWide, let magnitude = unsafe unscaled(token, base, scale: 0),
      let value = Int128(exactly: magnitude)
    else { return nil }
    return token.isNegative ? -value : value
  }

  /// A number of more than 38 digits fits where the ones past them are zeros behind the point.
  private static func unscaledOfLong(
    _ token: NumberToken, _ base: UnsafePointer<UInt8>, scale: Int
  ) -> UInt128? {
    var (digits, exponent) = unsafe significantDigits(token, base)
    while digits.last == 48 {
      digits.removeLast()
      exponent += 1
    }
    let zeros = exponent + scale
    guard zeros >= 0, digits.count + zeros <= 38 else { return nil }
    var value: UInt128 = 0
    for digit in digits { value = value * 10 + UInt128(digit - 48) }
    for _ in 0..<zeros { value *= 10 }
    return value
  }

  /// The ASCII digits without leading zeros, and the power of ten they are multiplied by.
  static func significantDigits(
    _ token: NumberToken, _ base: UnsafePointer<UInt8>
  ) -> (digits: [UInt8], exponent: Int) {
    var digits: [UInt8] = []
    var at = token.start
    while at < token.end {
      let byte = unsafe base[at]
      if byte | 0x20 == UInt8(ascii: "e") { break }
      if byte.isDigit, byte != .zero || !digits.isEmpty { digits.append(byte) }
      at += 1
    }
    return (digits, token.exponent)
  }
}
