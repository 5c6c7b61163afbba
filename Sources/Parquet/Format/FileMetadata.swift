/// What a file's footer says.
///
/// Specification: FileMetaData in parquet.thrift.
public struct FileMetadata: Equatable, Sendable {
  /// 1, or 2; the number carries no meaning.
  public var version: Int32
  /// The schema, depth first, the root before all.
  public var schema: [SchemaElement]
  /// The rows of all row groups.
  public var rowCount: Int
  /// The row groups, in the order of their rows.
  public var rowGroups: [RowGroupMetadata]
  /// Pairs of the application's own.
  public var keyValues: [KeyValue]
  /// Who wrote the file.
  public var createdBy: String?
  /// What the bounds in statistics mean, one entry for each leaf; nil where the file does not say.
  public var columnOrders: [ColumnOrder]?
  /// Whether some of the file's modules are encrypted. Not written.
  public var isEncrypted = false

  /// What a footer is to say.
  public init(
    version: Int32 = 1, schema: [SchemaElement], rowCount: Int, rowGroups: [RowGroupMetadata],
    keyValues: [KeyValue] = [], createdBy: String? = nil, columnOrders: [ColumnOrder]? = nil
  ) {
    self.version = version
    self.schema = schema
    self.rowCount = rowCount
    self.rowGroups = rowGroups
    self.keyValues = keyValues
    self.createdBy = createdBy
    self.columnOrders = columnOrders
  }
}

extension FileMetadata: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    writer.field(1, version)
    writer.field(2, schema)
    writer.field(3, i64: rowCount)
    writer.field(4, rowGroups)
    if !keyValues.isEmpty { writer.field(5, keyValues) }
    if let createdBy { writer.field(6, createdBy) }
    if let columnOrders { writer.field(7, columnOrders) }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var version: Int32?
    var schema: [SchemaElement]?
    var rowCount: Int?
    var rowGroups: [RowGroupMetadata]?
    var keyValues: [KeyValue] = []
    var createdBy: String?
    var columnOrders: [ColumnOrder]?
    var isEncrypted = false
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: version = try reader.int32(field, "FileMetaData.version")
      case 2: schema = try reader.structures(field, "FileMetaData.schema")
      case 3: rowCount = try reader.count(field, "FileMetaData.num_rows")
      case 4: rowGroups = try reader.structures(field, "FileMetaData.row_groups")
      case 5: keyValues = try reader.structures(field, "FileMetaData.key_value_metadata")
      case 6: createdBy = try reader.text(field, "FileMetaData.created_by")
      case 7: columnOrders = try reader.structures(field, "FileMetaData.column_orders")
      case 8:
        isEncrypted = true
        try reader.skip(field.type)
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    self.init(
      version: try reader.required(version, "FileMetaData.version"),
      schema: try reader.required(schema, "FileMetaData.schema"),
      rowCount: try reader.required(rowCount, "FileMetaData.num_rows"),
      rowGroups: try reader.required(rowGroups, "FileMetaData.row_groups"),
      keyValues: keyValues, createdBy: createdBy, columnOrders: columnOrders)
    self.isEncrypted = isEncrypted
  }
}

extension KeyValue: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    writer.field(1, key)
    if let value { writer.field(2, value) }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var key: String?
    var value: String?
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: key = try reader.text(field, "KeyValue.key")
      case 2: value = try reader.text(field, "KeyValue.value")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    self.init(try reader.required(key, "KeyValue.key"), value)
  }
}

/// What a column's bounds mean. A struct, so that an order this engine does not know survives being
/// read; bounds under such an order are of no use.
///
/// Specification: ColumnOrder in parquet.thrift.
public struct ColumnOrder: RawRepresentable, Hashable, Sendable {
  /// The number of the union's member; 0 where none is set.
  public let rawValue: Int16

  /// The order with this number, known or not.
  public init(rawValue: Int16) { self.rawValue = rawValue }

  /// The order of the column's logical type, or else of its physical type.
  public static let typeDefined = ColumnOrder(rawValue: 1)
  /// IEEE 754's total order, for FLOAT, DOUBLE and FLOAT16.
  public static let ieee754Total = ColumnOrder(rawValue: 2)
  /// INT96 as points in time.
  public static let int96Timestamp = ColumnOrder(rawValue: 3)

  /// The format's own name, or the number where it is not known.
  public var name: String {
    switch self {
    case .typeDefined: "TYPE_ORDER"
    case .ieee754Total: "IEEE_754_TOTAL_ORDER"
    case .int96Timestamp: "INT96_TIMESTAMP_ORDER"
    default: "\(rawValue)"
    }
  }
}

extension ColumnOrder: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    if rawValue > 0 { writer.fieldOfEmptyStruct(rawValue) }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var member: Int16 = 0
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      member = field.id
      try reader.skip(field.type)
    }
    reader.endStruct(outer)
    self.init(rawValue: member)
  }
}
