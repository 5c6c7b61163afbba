/// How the values of a column compare, and so what its bounds mean.
///
/// Specification: ColumnOrder in parquet.thrift; rules S4–S10.
package enum SortOrder: Hashable, Sendable {
  /// Signed integers.
  case signed
  /// Unsigned integers.
  case unsigned
  /// IEEE 754 numbers: NaN in no bound, zeros widened.
  case float
  /// Bytes from the first on, each unsigned.
  case unsignedBytes
  /// Big-endian two's complement of any length.
  case signedBytes
  /// False before true.
  case boolean
  /// No order: such a column has no bounds.
  case undefined
}

extension Leaf {
  /// How the leaf's values compare under TYPE_ORDER.
  package var sortOrder: SortOrder {
    switch logicalType {
    case .interval, .unknown, .geometry, .geography, .unrecognized: return .undefined
    case .integer(_, isSigned: false): return .unsigned
    case .float16: return .float
    case .decimal:
      switch physicalType {
      case .byteArray, .fixedLengthByteArray: return .signedBytes
      default: return .signed
      }
    default: break
    }
    switch physicalType {
    case .boolean: return .boolean
    case .int32, .int64: return .signed
    case .float, .double: return .float
    case .byteArray, .fixedLengthByteArray: return .unsignedBytes
    case .int96: return .undefined
    }
  }
}

extension Leaf {
  /// Whether values are INT96 without a logical type, which mean points in time.
  package var isPlainINT96: Bool { physicalType == .int96 && logicalType == nil }
}
