/// The rows of a file, one batch after another. Memory holds one batch and the pages it comes from.
///
/// Made by ``ParquetReader/batches(columns:rows:batchRows:threads:)``; used from one thread at a time.
public final class BatchReader {
  private let reader: ParquetReader
  private let columns: [Int]?
  private let rows: Range<Int>
  private let batchRows: Int
  private let threads: Int
  /// What is wrong with what was asked for; thrown by the first ``next()``.
  private(set) var failure: ParquetError?
  private var leaves: [Int] = []
  private var schema: Schema?
  /// The row, counted in the file, that the next batch begins with.
  private var row: Int
  private var rowGroup = 0
  private var group: RowGroupReader?

  init(
    _ reader: ParquetReader, columns: [Int]?, rows: Range<Int>?, batchRows: Int, threads: Int = 1
  ) {
    self.threads = threads
    self.reader = reader
    self.columns = columns
    self.rows = rows ?? 0..<reader.rowCount
    self.batchRows = batchRows
    row = self.rows.lowerBound
    if batchRows < 1 {
      failure = ParquetError(.invalidArgument, "a batch has at least one row, not \(batchRows)")
    } else if threads < 1 {
      failure = ParquetError(.invalidArgument, "\(threads) threads cannot read")
    } else if self.rows.lowerBound < 0 || self.rows.upperBound > reader.rowCount {
      failure = ParquetError(
        .invalidArgument, "rows \(self.rows) of a file of \(reader.rowCount) rows")
    }
  }

  /// The next batch; nil after the last one.
  ///
  /// - Throws: ``ParquetError`` with file, row group, column, page and byte offset; the batch reader is
  ///   of no use afterwards.
  public func next() throws(ParquetError) -> ColumnBatch? {
    if let failure { throw failure.adding(file: reader.source.name) }
    do throws(ParquetError) { return try nextBatch() } catch {
      failure = error
      throw error
    }
  }

  private func nextBatch() throws(ParquetError) -> ColumnBatch? {
    guard row < rows.upperBound else { return nil }
    let schema = try prepareSchema()
    while group == nil || row >= reader.rows(ofRowGroup: rowGroup).upperBound {
      if group != nil { rowGroup += 1 }
      while row >= reader.rows(ofRowGroup: rowGroup).upperBound { rowGroup += 1 }
      let group = try RowGroupReader(reader, rowGroup: rowGroup, leaves: leaves, threads: threads)
      let groupRows = reader.rows(ofRowGroup: rowGroup)
      group.expectedRowCount = rows.clamped(to: groupRows).count
      try group.skip(rowCount: row - groupRows.lowerBound)
      self.group = group
    }
    let groupEnd = reader.rows(ofRowGroup: rowGroup).upperBound
    let count = min(
      batchRows, group?.batchRowLimit ?? batchRows, min(groupEnd, rows.upperBound) - row)
    let columns = try group?.read(rowCount: count) ?? []
    row += count
    for column in columns { column.handOver() }
    return ColumnBatch(unchecked: schema, columns: columns, rowCount: count)
  }

  private func prepareSchema() throws(ParquetError) -> Schema {
    if let schema { return schema }
    leaves = try reader.sorted(columns ?? Array(reader.schema.leaves.indices))
    let schema = try reader.schema(of: columns)
    self.schema = schema
    return schema
  }
}
