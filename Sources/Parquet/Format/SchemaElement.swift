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

/// A node of the schema as the footer lists it.
///
/// Specification: SchemaElement in parquet.thrift.
public struct SchemaElement: Hashable, Sendable {
  /// The name.
  public var name: String
  /// The physical type of a leaf; nil for a group.
  public var type: PhysicalTypeID?
  /// The length of a FIXED_LEN_BYTE_ARRAY.
  public var typeLength: Int?
  /// REQUIRED 0, OPTIONAL 1, REPEATED 2; the root has none.
  public var repetition: Int32?
  /// The number of a group's fields, which follow it.
  public var childCount: Int?
  /// The older note of what values mean; of no weight beside ``logicalType``.
  public var convertedType: ConvertedType?
  /// The scale of a decimal.
  public var scale: Int?
  /// The precision of a decimal.
  public var precision: Int?
  /// The number that table formats know the field by.
  public var fieldID: Int32?
  /// What the values mean.
  public var logicalType: LogicalType?

  /// A node.
  public init(
    name: String, type: PhysicalTypeID? = nil, typeLength: Int? = nil, repetition: Int32? = nil,
    childCount: Int? = nil, convertedType: ConvertedType? = nil, scale: Int? = nil,
    precision: Int? = nil, fieldID: Int32? = nil, logicalType: LogicalType? = nil
  ) {
    self.name = name
    self.type = type
    self.typeLength = typeLength
    self.repetition = repetition
    self.childCount = childCount
    self.convertedType = convertedType
    self.scale = scale
    self.precision = precision
    self.fieldID = fieldID
    self.logicalType = logicalType
  }
}

extension SchemaElement: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    if let type { writer.field(1, type.rawValue) }
    if let typeLength { writer.field(2, i32: typeLength) }
    if let repetition { writer.field(3, repetition) }
    writer.field(4, name)
    if let childCount { writer.field(5, i32: childCount) }
    if let convertedType { writer.field(6, convertedType.rawValue) }
    if let scale { writer.field(7, i32: scale) }
    if let precision { writer.field(8, i32: precision) }
    if let fieldID { writer.field(9, fieldID) }
    if let logicalType, logicalType.thriftID != nil { writer.field(10, logicalType) }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var name: String?
    self.init(name: "")
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: type = PhysicalTypeID(rawValue: try reader.int32(field, "SchemaElement.type"))
      case 2: typeLength = try reader.int(field, "SchemaElement.type_length")
      case 3: repetition = try reader.int32(field, "SchemaElement.repetition_type")
      case 4: name = try reader.nameText(field, "SchemaElement.name")
      case 5: childCount = try reader.count(field, "SchemaElement.num_children")
      case 6:
        convertedType = ConvertedType(
          rawValue: try reader.int32(field, "SchemaElement.converted_type"))
      case 7: scale = try reader.int(field, "SchemaElement.scale")
      case 8: precision = try reader.int(field, "SchemaElement.precision")
      case 9: fieldID = try reader.int32(field, "SchemaElement.field_id")
      case 10: logicalType = try reader.structure(field, "SchemaElement.logicalType")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    self.name = try reader.required(name, "SchemaElement.name")
  }
}
