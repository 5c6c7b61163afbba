extension Double {
  /// The value of an IEEE 754 half.
  init(halfPrecision bits: UInt16) {
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = Double(bits & 0x3FF)
    let magnitude: Double =
      switch exponent {
      case 0: fraction * 0x1p-24
      case 31: fraction == 0 ? .infinity : .nan
      default:
        (1 + fraction * 0x1p-10) * Double(sign: .plus, exponent: exponent - 15, significand: 1)
      }
    self = bits >> 15 == 1 ? -magnitude : magnitude
  }

  /// The bits of the IEEE 754 half of this value, which has one.
  var halfPrecisionBits: UInt16 {
    let sign: UInt16 = self.sign == .minus ? 0x8000 : 0
    let magnitude = abs(self)
    if magnitude.isInfinite { return sign | 0x7C00 }
    if magnitude < 0x1p-14 { return sign | UInt16(magnitude * 0x1p24) }
    let exponent = Int(magnitude.exponent)
    return sign | UInt16(exponent + 15) << 10 | UInt16((magnitude.significand - 1) * 1024)
  }
}
