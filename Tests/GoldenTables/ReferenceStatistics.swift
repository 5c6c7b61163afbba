package import Parquet

/// What the statistics of a column chunk have to say, worked out from its values.
package struct ReferenceStatistics: Sendable {
  package var nullCount = 0
  /// The values that are not numbers; nil where the type has none such.
  package var nanCount: Int?
  /// The smallest and the largest value, as PLAIN has them without a length; nil where the type has
  /// no order or there is no value to compare.
  package var bounds: (smallest: [UInt8], largest: [UInt8])?

  package init(
    _ values: ArraySlice<Value?>, of leaf: Leaf, floatOrder: ColumnOrder = .typeDefined
  ) {
    nullCount = values.count { $0 == nil }
    let present = values.compactMap { $0 }
    var keyed = present.compactMap { value in Key(value, leaf).map { (key: $0, value: value) } }
    if case .float = leaf.physicalType { nanCount = present.count - keyed.count }
    if case .double = leaf.physicalType { nanCount = present.count - keyed.count }
    if leaf.logicalType == .float16 { nanCount = present.count - keyed.count }
    keyed.sort { $0.key < $1.key }
    if let first = keyed.first, let last = keyed.last {
      bounds = (Self.plain(first.value), Self.plain(last.value))
    } else if floatOrder == .ieee754Total, nanCount != nil, !present.isEmpty {
      // Of nothing but NaNs the outermost: of the negative ones the greatest payload is the least.
      let bits = present.map(Self.plain).sorted { a, b in
        let (isANegative, isBNegative) = (a[a.count - 1] >= 0x80, b[b.count - 1] >= 0x80)
        guard isANegative == isBNegative else { return isANegative }
        return isANegative
          ? b.reversed().lexicographicallyPrecedes(a.reversed())
          : a.reversed().lexicographicallyPrecedes(b.reversed())
      }
      bounds = (bits[0], bits[bits.count - 1])
    }
  }

  /// A value as PLAIN has it, without a length.
  package static func plain(_ value: Value) -> [UInt8] {
    func littleEndian<T: FixedWidthInteger>(_ word: T) -> [UInt8] {
      (0..<T.bitWidth / 8).map { UInt8(truncatingIfNeeded: word >> T($0 * 8)) }
    }
    switch value {
    case .boolean(let value): return [value ? 1 : 0]
    case .int32(let value): return littleEndian(value)
    case .int64(let value): return littleEndian(value)
    case .float(let bits): return littleEndian(bits)
    case .double(let bits): return littleEndian(bits)
    case .bytes(let bytes): return bytes
    case .null, .list, .group, .map: return []
    }
  }
}

/// Something that compares as the values of a leaf do.
private enum Key: Comparable {
  case signed(Int64)
  case unsigned(UInt64)
  case number(Double, isPositive: Bool)
  case bytes([UInt8])
  /// Two's complement, big-endian, sign-extended to one length, its sign bit flipped.
  case decimal([UInt8])

  /// Nil where the value is in no bound.
  init?(_ value: Value, _ leaf: Leaf) {
    switch leaf.logicalType {
    case .interval, .unknown: return nil
    case .float16:
      guard case .bytes(let bytes) = value else { return nil }
      self.init(Key.double(half: UInt16(bytes[0]) | UInt16(bytes[1]) << 8))
      return
    case .decimal:
      if case .bytes(let bytes) = value {
        let fill: UInt8 = (bytes.first ?? 0) >= 0x80 ? 0xFF : 0
        var wide = [UInt8](repeating: fill, count: max(0, 40 - bytes.count)) + bytes
        wide[0] ^= 0x80
        self = .decimal(wide)
        return
      }
    default: break
    }
    var isUnsigned = false
    if case .integer(_, isSigned: false) = leaf.logicalType { isUnsigned = true }
    switch value {
    case .boolean(let value): self = .signed(value ? 1 : 0)
    case .int32(let value):
      self = isUnsigned ? .unsigned(UInt64(UInt32(bitPattern: value))) : .signed(Int64(value))
    case .int64(let value):
      self = isUnsigned ? .unsigned(UInt64(bitPattern: value)) : .signed(value)
    case .float(let bits): self.init(Double(Float(bitPattern: bits)))
    case .double(let bits): self.init(Double(bitPattern: bits))
    case .bytes(let bytes):
      if leaf.physicalType == .int96 { return nil }
      self = .bytes(bytes)
    case .null, .list, .group, .map: return nil
    }
  }

  private init?(_ number: Double) {
    guard !number.isNaN else { return nil }
    self = .number(number, isPositive: number.sign == .plus)
  }

  /// The number that an IEEE 754 half is.
  private static func double(half bits: UInt16) -> Double {
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = Double(bits & 0x3FF)
    let magnitude: Double
    switch exponent {
    case 0: magnitude = fraction * 0x1p-24
    case 31: magnitude = fraction == 0 ? .infinity : .nan
    default:
      magnitude = (1024 + fraction) * Double(sign: .plus, exponent: exponent - 25, significand: 1)
    }
    return bits >> 15 == 1 ? -magnitude : magnitude
  }

  static func < (a: Key, b: Key) -> Bool {
    switch (a, b) {
    case (.signed(let a), .signed(let b)): return a < b
    case (.unsigned(let a), .unsigned(let b)): return a < b
    case (.number(let a, let aIsPositive), .number(let b, let bIsPositive)):
      // A negative zero stands below a positive one.
      return a < b || (a == b && !aIsPositive && bIsPositive)
    case (.bytes(let a), .bytes(let b)), (.decimal(let a), .decimal(let b)):
      return a.lexicographicallyPrecedes(b)
    default: return false
    }
  }
}
