/// A physical type as the file numbers it. A struct, so that one this engine does not know survives
/// being read.
///
/// Specification: Type in parquet.thrift.
public struct PhysicalTypeID: RawRepresentable, Hashable, Sendable {
  /// The number in the file.
  public let rawValue: Int32

  /// The type with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// The number of `type`.
  public init(_ type: PhysicalType) {
    switch type {
    case .boolean: self = .boolean
    case .int32: self = .int32
    case .int64: self = .int64
    case .int96: self = .int96
    case .float: self = .float
    case .double: self = .double
    case .byteArray: self = .byteArray
    case .fixedLengthByteArray: self = .fixedLengthByteArray
    }
  }

  /// BOOLEAN.
  public static let boolean = PhysicalTypeID(rawValue: 0)
  /// INT32.
  public static let int32 = PhysicalTypeID(rawValue: 1)
  /// INT64.
  public static let int64 = PhysicalTypeID(rawValue: 2)
  /// INT96.
  public static let int96 = PhysicalTypeID(rawValue: 3)
  /// FLOAT.
  public static let float = PhysicalTypeID(rawValue: 4)
  /// DOUBLE.
  public static let double = PhysicalTypeID(rawValue: 5)
  /// BYTE_ARRAY.
  public static let byteArray = PhysicalTypeID(rawValue: 6)
  /// FIXED_LEN_BYTE_ARRAY.
  public static let fixedLengthByteArray = PhysicalTypeID(rawValue: 7)
}

/// The older note of what values mean. A struct, so that one this engine does not know survives being
/// read.
///
/// Specification: ConvertedType in parquet.thrift.
public struct ConvertedType: RawRepresentable, Hashable, Sendable {
  /// The number in the file.
  public let rawValue: Int32

  /// The type with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// UTF8.
  public static let utf8 = ConvertedType(rawValue: 0)
  /// MAP.
  public static let map = ConvertedType(rawValue: 1)
  /// MAP_KEY_VALUE, on the repeated group in a map, or, in old files, in place of MAP.
  public static let mapKeyValue = ConvertedType(rawValue: 2)
  /// LIST.
  public static let list = ConvertedType(rawValue: 3)
  /// ENUM.
  public static let enumeration = ConvertedType(rawValue: 4)
  /// DECIMAL; the element holds scale and precision.
  public static let decimal = ConvertedType(rawValue: 5)
  /// DATE.
  public static let date = ConvertedType(rawValue: 6)
  /// TIME_MILLIS.
  public static let timeMilliseconds = ConvertedType(rawValue: 7)
  /// TIME_MICROS.
  public static let timeMicroseconds = ConvertedType(rawValue: 8)
  /// TIMESTAMP_MILLIS.
  public static let timestampMilliseconds = ConvertedType(rawValue: 9)
  /// TIMESTAMP_MICROS.
  public static let timestampMicroseconds = ConvertedType(rawValue: 10)
  /// UINT_8.
  public static let uint8 = ConvertedType(rawValue: 11)
  /// UINT_16.
  public static let uint16 = ConvertedType(rawValue: 12)
  /// UINT_32.
  public static let uint32 = ConvertedType(rawValue: 13)
  /// UINT_64.
  public static let uint64 = ConvertedType(rawValue: 14)
  /// INT_8.
  public static let int8 = ConvertedType(rawValue: 15)
  /// INT_16.
  public static let int16 = ConvertedType(rawValue: 16)
  /// INT_32.
  public static let int32 = ConvertedType(rawValue: 17)
  /// INT_64.
  public static let int64 = ConvertedType(rawValue: 18)
  /// JSON.
  public static let json = ConvertedType(rawValue: 19)
  /// BSON.
  public static let bson = ConvertedType(rawValue: 20)
  /// INTERVAL.
  public static let interval = ConvertedType(rawValue: 21)
}
