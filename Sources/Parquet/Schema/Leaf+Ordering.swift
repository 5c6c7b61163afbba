extension Leaf {
  /// Whether value `a` comes before `b` in the column's order, both as PLAIN bytes without a length.
  ///
  /// NaN comes before nothing and both zeros are one value, but in IEEE 754's total order.
  package func isLess(
    _ a: Bytes, _ b: Bytes, isTotal: Bool = false
  ) -> Bool {
    if isTotal, sortOrder == .float { return isTotallyLess(a, b) }
    return switch sortOrder {
    case .undefined: false
    case .boolean: a[0] < b[0]
    case .signed:
      physicalType == .int32
        ? a.word(of: Int32.self) < b.word(of: Int32.self)
        : a.word(of: Int64.self) < b.word(of: Int64.self)
    case .unsigned:
      physicalType == .int32
        ? a.word(of: UInt32.self) < b.word(of: UInt32.self)
        : a.word(of: UInt64.self) < b.word(of: UInt64.self)
    case .float:
      switch physicalType {
      case .float: a.word(of: Float.self) < b.word(of: Float.self)
      case .double: a.word(of: Double.self) < b.word(of: Double.self)
      default:
        Double(halfPrecision: a.word(of: UInt16.self))
          < Double(halfPrecision: b.word(of: UInt16.self))
      }
    case .unsignedBytes: a.array().lexicographicallyPrecedes(b.array())
    case .signedBytes: twosComplementIsLess(a.array(), b.array())
    }
  }

  /// Whether float `a` comes before `b` in IEEE 754's total order.
  private func isTotallyLess(_ a: Bytes, _ b: Bytes) -> Bool {
    switch physicalType {
    case .float:
      let (x, y) = (a.word(of: Float.self), b.word(of: Float.self))
      return x.isTotallyOrdered(belowOrEqualTo: y) && x.bitPattern != y.bitPattern
    case .double:
      let (x, y) = (a.word(of: Double.self), b.word(of: Double.self))
      return x.isTotallyOrdered(belowOrEqualTo: y) && x.bitPattern != y.bitPattern
    default:
      let (x, y) = (a.word(of: UInt16.self), b.word(of: UInt16.self))
      let (isXNegative, isYNegative) = (x >> 15 == 1, y >> 15 == 1)
      return isXNegative != isYNegative ? isXNegative : isXNegative ? x > y : x < y
    }
  }
}

extension Bytes {
  /// The bytes as one number.
  ///
  /// - Precondition: there are as many as the number has.
  fileprivate func word<T: BitwiseCopyable>(of type: T.Type) -> T {
    precondition(count == MemoryLayout<T>.size, "a bound has the size of its type")
    return unsafe pointer.loadUnaligned(as: T.self)
  }
}

/// Whether `a` is less than `b`, both big-endian two's complement of any length.
func twosComplementIsLess(_ a: [UInt8], _ b: [UInt8]) -> Bool {
  // The sign first, then the bytes behind the sign's padding.
  let isNegative = (a.first ?? 0) >= 0x80
  guard isNegative == ((b.first ?? 0) >= 0x80) else { return isNegative }
  let padding: UInt8 = isNegative ? 0xFF : 0
  let length = max(a.count, b.count)
  for i in 0..<length {
    let x = i < length - a.count ? padding : a[i - (length - a.count)]
    let y = i < length - b.count ? padding : b[i - (length - b.count)]
    if x != y { return x < y }
  }
  return false
}
