/// Writes Swift values as the rows of a file.
///
/// ```swift
/// let writer = try RowWriter(FileSink(path: "readings.parquet"), mapping)
/// try writer.write(Reading(station: 145, name: "Cairnwell", rain: 0.2))
/// let file = try writer.finish()
/// ```
///
/// A writer that goes without ``finish()`` leaves no file.
public final class RowWriter<Row> {
  /// What the rows are written to; closes row groups on request.
  public let writer: ParquetWriter
  /// The rows that wait to be a batch.
  @usableFromInline var rows: [Row] = []
  private let batch: ([Row]) throws(ParquetError) -> ColumnBatch
  @usableFromInline static var batchRows: Int { 8_192 }

  /// A writer of a file with the columns of `mapping`, to `sink`.
  ///
  /// - Throws: as ``ParquetWriter/init(_:schema:options:)``.
  public init(
    _ sink: any ByteSink, _ mapping: RowMapping<Row>, options: WriterOptions = WriterOptions()
  ) throws(ParquetError) {
    writer = try ParquetWriter(sink, schema: mapping.schema, options: options)
    batch = { (rows) throws(ParquetError) in try mapping.batch(of: rows) }
  }

  init(
    _ writer: ParquetWriter, batch: @escaping ([Row]) throws(ParquetError) -> ColumnBatch
  ) {
    self.writer = writer
    self.batch = batch
  }

  /// Writes one row; it may wait in memory with others.
  ///
  /// - Throws: as ``ParquetWriter/write(_:)``; `schemaMismatch` with column and row where a value cannot
  ///   be in its column.
  @inlinable
  public func write(_ row: Row) throws(ParquetError) {
    rows.append(row)
    if rows.count >= Self.batchRows { try flush() }
  }

  /// Writes rows.
  ///
  /// - Throws: as ``write(_:)``.
  public func write(contentsOf rows: [Row]) throws(ParquetError) {
    try flush()
    var start = 0
    while start < rows.count {
      let end = min(start + Self.batchRows, rows.count)
      try write(batch: start == 0 && end == rows.count ? rows : Array(rows[start..<end]))
      start = end
    }
  }

  /// Hands the rows that wait to ``writer``.
  ///
  /// - Throws: as ``write(_:)``.
  public func flush() throws(ParquetError) {
    guard !rows.isEmpty else { return }
    try write(batch: rows)
    rows.removeAll(keepingCapacity: true)
  }

  /// The rows written before those that wait.
  private var rowsWritten = 0

  private func write(batch rows: [Row]) throws(ParquetError) {
    let columns: ColumnBatch
    do throws(ParquetError) { columns = try batch(rows) } catch {
      var error = error
      error.context.row = error.context.row.map { $0 + rowsWritten }
      throw error
    }
    try writer.write(columns)
    rowsWritten += rows.count
  }

  /// Writes what is left and the footer, and makes the file visible.
  ///
  /// - Throws: as ``write(_:)`` and ``ParquetWriter/finish()``.
  public func finish() throws(ParquetError) -> WrittenFile {
    try flush()
    return try writer.finish()
  }

  /// Leaves no trace of the file.
  public func abandon() {
    rows.removeAll()
    writer.abandon()
  }
}
