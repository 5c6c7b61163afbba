/// Where a column's part of a row group lies, and where its indexes lie.
///
/// Specification: ColumnChunk in parquet.thrift.
public struct ColumnChunk: Equatable, Sendable {
  /// The file that holds the pages, where it is another one: summary files only.
  public var filePath: String?
  /// Deprecated; 0 is written.
  public var fileOffset: Int
  /// What is in the chunk; missing only where it is encrypted with the column's own key, and that key
  /// is not at hand.
  public var metadata: ColumnMetadata?
  /// The file offset of the offset index.
  public var offsetIndexOffset: Int?
  /// The bytes of the offset index.
  public var offsetIndexByteCount: Int?
  /// The file offset of the column index.
  public var columnIndexOffset: Int?
  /// The bytes of the column index.
  public var columnIndexByteCount: Int?
  /// By which key the chunk is encrypted; nil where it is not.
  public var cryptoMetadata: ColumnCryptoMetadata?
  /// The whole of ``metadata`` as an encrypted module, where not all of it stands in the footer.
  public var encryptedMetadata: Bytes?

  /// Whether the chunk is encrypted.
  public var isEncrypted: Bool { cryptoMetadata != nil }

  /// What a footer is to say of a chunk.
  public init(
    metadata: ColumnMetadata?, filePath: String? = nil, fileOffset: Int = 0,
    offsetIndexOffset: Int? = nil, offsetIndexByteCount: Int? = nil,
    columnIndexOffset: Int? = nil, columnIndexByteCount: Int? = nil
  ) {
    self.metadata = metadata
    self.filePath = filePath
    self.fileOffset = fileOffset
    self.offsetIndexOffset = offsetIndexOffset
    self.offsetIndexByteCount = offsetIndexByteCount
    self.columnIndexOffset = columnIndexOffset
    self.columnIndexByteCount = columnIndexByteCount
  }
}

extension ColumnChunk: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    if let filePath { writer.field(1, filePath) }
    writer.field(2, i64: fileOffset)
    if let metadata { writer.field(3, metadata) }
    if let offsetIndexOffset { writer.field(4, i64: offsetIndexOffset) }
    if let offsetIndexByteCount { writer.field(5, i32: offsetIndexByteCount) }
    if let columnIndexOffset { writer.field(6, i64: columnIndexOffset) }
    if let columnIndexByteCount { writer.field(7, i32: columnIndexByteCount) }
    if let cryptoMetadata { writer.field(8, cryptoMetadata) }
    if let encryptedMetadata { writer.field(9, encryptedMetadata) }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    self.init(metadata: nil)
    var hasContent = false
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: filePath = try reader.text(field, "ColumnChunk.file_path")
      case 2: fileOffset = try reader.int(field, "ColumnChunk.file_offset")
      case 3:
        metadata = try reader.structure(field, "ColumnChunk.meta_data")
        hasContent = true
      case 4: offsetIndexOffset = try reader.int(field, "ColumnChunk.offset_index_offset")
      case 5: offsetIndexByteCount = try reader.count32(field, "ColumnChunk.offset_index_length")
      case 6: columnIndexOffset = try reader.int(field, "ColumnChunk.column_index_offset")
      case 7: columnIndexByteCount = try reader.count32(field, "ColumnChunk.column_index_length")
      case 8:
        cryptoMetadata = try reader.structure(field, "ColumnChunk.crypto_metadata")
        hasContent = true
      case 9:
        encryptedMetadata = try reader.binary(field, "ColumnChunk.encrypted_column_metadata")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    guard hasContent else { throw reader.malformed("ColumnChunk.meta_data is missing") }
  }
}
