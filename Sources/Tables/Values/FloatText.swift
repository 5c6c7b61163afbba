/// Floating-point numbers as the shortest text that reads back the same.
enum FloatText {
  /// A finite number as JSON has it; for the others, their name.
  static func append(_ value: Double, quotingNames: Bool, to buffer: inout TextBuffer) {
    guard value.isFinite else {
      return appendName(value, quoting: quotingNames, to: &buffer)
    }
    // The library's text is the shortest, and a JSON number: 1e+16, 5e-324, -0.0.
    buffer.append(value.description)
  }

  static func append(_ value: Float, quotingNames: Bool, to buffer: inout TextBuffer) {
    guard value.isFinite else {
      return appendName(Double(value), quoting: quotingNames, to: &buffer)
    }
    buffer.append(value.description)
  }

  /// An IEEE 754 half given by its bits.
  static func append(halfBits bits: UInt16, quotingNames: Bool, to buffer: inout TextBuffer) {
    let value = Half.double(bits)
    guard value.isFinite else { return appendName(value, quoting: quotingNames, to: &buffer) }
    if value == 0 { return buffer.append(value.description) }
    // A half needs five digits at most: the first length that reads back the same is the shortest.
    let exponent = Int(logBase10(value.magnitude))
    for digits in 1...5 {
      let power = exponent - digits + 1
      // Exact where it is a product: a half's eleven bits leave room for the power.
      let scaled = power < 0 ? value * tenTo(-power) : value / tenTo(power)
      // The nearer one may round to a half beside a power of two where the other does not.
      for digits in [scaled.rounded(.toNearestOrEven), scaled.rounded(.down), scaled.rounded(.up)] {
        if let candidate = Double("\(Int64(digits))e\(power)"), Half.bits(candidate) == bits {
          return buffer.append(candidate.description)
        }
      }
    }
    buffer.append(value.description)
  }

  private static func appendName(_ value: Double, quoting: Bool, to buffer: inout TextBuffer) {
    if quoting { buffer.append(.quote) }
    buffer.append(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
    if quoting { buffer.append(.quote) }
  }

  /// ⌊log10⌋ of a positive half.
  private static func logBase10(_ value: Double) -> Double {
    var exponent = 0.0
    var value = value
    while value >= 10 {
      value /= 10
      exponent += 1
    }
    while value < 1 {
      value *= 10
      exponent -= 1
    }
    return exponent
  }

  private static func tenTo(_ power: Int) -> Double {
    var result = 1.0
    for _ in 0..<power { result *= 10 }
    return result
  }
}

/// IEEE 754 halves by their bits; the type itself does not exist on every machine.
enum Half {
  static func double(_ bits: UInt16) -> Double {
    let sign = bits & 0x8000 == 0 ? 1.0 : -1.0
    let exponent = Int(bits >> 10 & 31)
    let fraction = Double(bits & 1023)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default:
      return sign * (1 + fraction / 1024)
        * Double(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  }

  /// The nearest half, ties to even; infinity past the largest.
  static func bits(_ value: Double) -> UInt16 {
    let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
    let magnitude = value.magnitude
    if magnitude.isNaN { return sign | 0x7E00 }
    if magnitude >= 65_520 { return sign | 0x7C00 }
    if magnitude < 0x1p-14 {
      return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven))
    }
    let exponent = Int(magnitude.exponent)
    let scaled = (magnitude.significand * 1024).rounded(.toNearestOrEven)
    // A fraction that rounds up to the next power of two carries into the exponent by itself.
    return sign | UInt16((exponent + 15) << 10 + Int(scaled) - 1024)
  }
}
