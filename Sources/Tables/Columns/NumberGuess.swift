internal import Parquet

/// What type holds all numbers seen so far without losing one.
struct NumberGuess {
  private var isInt64 = true
  private var isUInt64 = true
  private var isDouble = true
  /// Minus zero and the names of what is not finite are no decimals.
  private var isDecimal = true
  private var wholeDigits = 0
  private var fractionDigits = 0
  private(set) var hasFinite = false

  /// Takes a number into account.
  mutating func add(_ token: NumberToken, _ base: UnsafePointer<UInt8>) {
    hasFinite = true
    if isInt64, token.canonicalInt64 == nil { isInt64 = false }
    if isUInt64, !token.isInteger || !token.isCanonical || token.isNegative || token.isWide {
      isUInt64 = false
    }
    // An integer is held against the double too: others of its column may have decimals.
    if isDouble {
      let value = unsafe NumberText.double(token, base)
      isDouble = value.isFinite && NumberText.isExact(value, token)
    }
    if isDecimal {
      let isZero = token.mantissa == 0 && !token.isWide
      if isZero, token.isNegative { isDecimal = false }
      let fraction = max(-token.exponent, 0)
      let whole = isZero ? 0 : max(token.digitCount + token.exponent, 0)
      fractionDigits = max(fractionDigits, isZero ? min(fraction, 38) : fraction)
      wholeDigits = max(wholeDigits, whole)
    }
  }

  /// Takes a NaN or an infinity into account.
  mutating func addNonFinite() {
    isInt64 = false
    isUInt64 = false
    isDecimal = false
  }

  /// The leaf that holds the numbers; nil where only text does.
  func field(_ name: String, unsignedAllowed: Bool) -> SchemaField? {
    if isInt64 { return SchemaField(name, .int64, .optional) }
    if isUInt64, unsignedAllowed {
      return SchemaField(
        name, .int64, .optional, logicalType: .integer(bitWidth: 64, isSigned: false))
    }
    if isDouble { return SchemaField(name, .double, .optional) }
    let precision = max(wholeDigits + fractionDigits, 1)
    guard isDecimal, precision <= 38 else { return nil }
    return .decimal(name, precision: precision, scale: fractionDigits, .optional)
  }
}
