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
      case 2: typeLength = Int(try reader.int32(field, "SchemaElement.type_length"))
      case 3: repetition = try reader.int32(field, "SchemaElement.repetition_type")
      case 4: name = try reader.nameText(field, "SchemaElement.name")
      case 5: childCount = try reader.count32(field, "SchemaElement.num_children")
      case 6:
        convertedType = ConvertedType(
          rawValue: try reader.int32(field, "SchemaElement.converted_type"))
      case 7: scale = Int(try reader.int32(field, "SchemaElement.scale"))
      case 8: precision = Int(try reader.int32(field, "SchemaElement.precision"))
      case 9: fieldID = try reader.int32(field, "SchemaElement.field_id")
      case 10: logicalType = try reader.structure(field, "SchemaElement.logicalType")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    self.name = try reader.required(name, "SchemaElement.name")
  }
}
