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
  /// How modules of the file are encrypted; nil where none is, and where the footer is, too.
  public var encryptionAlgorithm: EncryptionAlgorithm?
  /// By what the key is found that signs the footer.
  public var footerSigningKeyMetadata: Bytes?

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
    if let encryptionAlgorithm { writer.field(8, encryptionAlgorithm) }
    if let footerSigningKeyMetadata { writer.field(9, footerSigningKeyMetadata) }
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
    var encryptionAlgorithm: EncryptionAlgorithm?
    var footerSigningKeyMetadata: Bytes?
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
        encryptionAlgorithm = try reader.structure(field, "FileMetaData.encryption_algorithm")
      case 9:
        footerSigningKeyMetadata = try reader.binary(
          field, "FileMetaData.footer_signing_key_metadata")
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
    self.encryptionAlgorithm = encryptionAlgorithm
    self.footerSigningKeyMetadata = footerSigningKeyMetadata
  }
}
