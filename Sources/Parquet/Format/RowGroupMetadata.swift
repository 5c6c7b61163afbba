/// What the footer says of a row group.
///
/// Specification: RowGroup in parquet.thrift.
public struct RowGroupMetadata: Equatable, Sendable {
  /// The column chunks, in the order of the schema's leaves.
  public var columns: ColumnChunks
  /// The bytes of all pages before compression, headers included.
  public var totalByteCount: Int
  /// The number of rows.
  public var rowCount: Int
  /// What the rows are sorted by, first key first.
  public var sortingColumns: [SortingColumn]
  /// The file offset of the first page.
  public var fileOffset: Int?
  /// The bytes of all pages as stored, headers included.
  public var totalCompressedByteCount: Int?
  /// The row group's number; left out past 32 767.
  public var ordinal: Int16?

  /// What a footer is to say of a row group.
  public init(
    columns: ColumnChunks, totalByteCount: Int, rowCount: Int,
    sortingColumns: [SortingColumn] = [], fileOffset: Int? = nil,
    totalCompressedByteCount: Int? = nil, ordinal: Int16? = nil
  ) {
    self.columns = columns
    self.totalByteCount = totalByteCount
    self.rowCount = rowCount
    self.sortingColumns = sortingColumns
    self.fileOffset = fileOffset
    self.totalCompressedByteCount = totalCompressedByteCount
    self.ordinal = ordinal
  }
}

extension RowGroupMetadata: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    columns.encode(to: &writer, 1)
    writer.field(2, i64: totalByteCount)
    writer.field(3, i64: rowCount)
    if !sortingColumns.isEmpty { writer.field(4, sortingColumns) }
    if let fileOffset { writer.field(5, i64: fileOffset) }
    if let totalCompressedByteCount { writer.field(6, i64: totalCompressedByteCount) }
    if let ordinal { writer.field(7, ordinal) }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var columns: ColumnChunks?
    var totalByteCount: Int?
    var rowCount: Int?
    var sortingColumns: [SortingColumn] = []
    var fileOffset: Int?
    var totalCompressedByteCount: Int?
    var ordinal: Int16?
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: columns = try ColumnChunks(field, from: &reader, "RowGroup.columns")
      case 2: totalByteCount = try reader.int(field, "RowGroup.total_byte_size")
      case 3: rowCount = try reader.count(field, "RowGroup.num_rows")
      case 4: sortingColumns = try reader.structures(field, "RowGroup.sorting_columns")
      case 5: fileOffset = try reader.int(field, "RowGroup.file_offset")
      case 6: totalCompressedByteCount = try reader.int(field, "RowGroup.total_compressed_size")
      case 7: ordinal = Int16(exactly: try reader.int(field, "RowGroup.ordinal"))
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    self.init(
      columns: try reader.required(columns, "RowGroup.columns"),
      totalByteCount: try reader.required(totalByteCount, "RowGroup.total_byte_size"),
      rowCount: try reader.required(rowCount, "RowGroup.num_rows"),
      sortingColumns: sortingColumns, fileOffset: fileOffset,
      totalCompressedByteCount: totalCompressedByteCount, ordinal: ordinal)
  }
}

/// A key that the rows of a row group are sorted by.
///
/// Specification: SortingColumn in parquet.thrift.
public struct SortingColumn: Hashable, Sendable {
  /// The leaf's number.
  public var columnIndex: Int
  /// Whether large values come first.
  public var isDescending: Bool
  /// Whether nulls come first.
  public var nullsFirst: Bool

  /// A key.
  public init(columnIndex: Int, isDescending: Bool = false, nullsFirst: Bool = false) {
    self.columnIndex = columnIndex
    self.isDescending = isDescending
    self.nullsFirst = nullsFirst
  }
}

extension SortingColumn: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    writer.field(1, i32: columnIndex)
    writer.field(2, isDescending)
    writer.field(3, nullsFirst)
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var columnIndex: Int?
    var isDescending: Bool?
    var nullsFirst: Bool?
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: columnIndex = Int(try reader.int32(field, "SortingColumn.column_idx"))
      case 2: isDescending = try reader.boolean(field, "SortingColumn.descending")
      case 3: nullsFirst = try reader.boolean(field, "SortingColumn.nulls_first")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    self.init(
      columnIndex: try reader.required(columnIndex, "SortingColumn.column_idx"),
      isDescending: try reader.required(isDescending, "SortingColumn.descending"),
      nullsFirst: try reader.required(nullsFirst, "SortingColumn.nulls_first"))
  }
}
