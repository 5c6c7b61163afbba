/// How the values of a leaf lie in the file.
///
/// Specification: "Types" in the format's README.
public enum PhysicalType: Hashable, Sendable {
  /// One bit.
  case boolean
  /// Four bytes, two's complement, little-endian.
  case int32
  /// Eight bytes, two's complement, little-endian.
  case int64
  /// Twelve bytes, a deprecated timestamp: nanoseconds of the day, then the Julian day.
  case int96
  /// Four bytes, IEEE 754.
  case float
  /// Eight bytes, IEEE 754.
  case double
  /// A run of bytes of any length.
  case byteArray
  /// A run of exactly `byteCount` bytes.
  case fixedLengthByteArray(byteCount: Int)

  /// The bytes of one value; nil where values differ in length or are bits.
  public var byteWidth: Int? {
    switch self {
    case .boolean, .byteArray: nil
    case .int32, .float: 4
    case .int64, .double: 8
    case .int96: 12
    case .fixedLengthByteArray(let byteCount): byteCount
    }
  }

  /// The format's own name: `INT64`, `FIXED_LEN_BYTE_ARRAY`.
  public var name: String {
    switch self {
    case .boolean: "BOOLEAN"
    case .int32: "INT32"
    case .int64: "INT64"
    case .int96: "INT96"
    case .float: "FLOAT"
    case .double: "DOUBLE"
    case .byteArray: "BYTE_ARRAY"
    case .fixedLengthByteArray: "FIXED_LEN_BYTE_ARRAY"
    }
  }
}

/// Whether a field may be absent or stand many times.
public enum Repetition: Hashable, Sendable {
  /// Exactly once.
  case required
  /// Once or not at all.
  case optional
  /// Any number of times.
  case repeated

  /// The format's own name.
  public var name: String {
    switch self {
    case .required: "REQUIRED"
    case .optional: "OPTIONAL"
    case .repeated: "REPEATED"
    }
  }
}
