/// The rows of a file as Swift values, one after another. Memory holds one batch of them.
///
/// Made by ``ParquetReader/rows(_:rows:batchRows:)`` and its like; used from one thread at a time.
///
/// ```swift
/// let readings = try reader.rows(mapping)
/// while let reading = try readings.next() { … }
/// ```
public final class RowReader<Row> {
  private let nextRows: () throws(ParquetError) -> [Row]?
  /// Why there are no more rows: those of the batch that failed must not be left out silently.
  private var failure: ParquetError?
  @usableFromInline var rows: [Row] = []
  @usableFromInline var index = 0

  init(_ nextRows: @escaping () throws(ParquetError) -> [Row]?) { self.nextRows = nextRows }

  /// The next row; nil after the last one.
  ///
  /// - Throws: ``ParquetError`` with the column and, where rows are not filtered, the row of the file;
  ///   the reader throws it again from then on.
  @inlinable
  public func next() throws(ParquetError) -> Row? {
    if index == rows.count {
      guard let batch = try nextBatch() else { return nil }
      rows = batch
      index = 0
    }
    defer { index += 1 }
    return rows[index]
  }

  /// The rows of the batch at hand that were not yet returned, or else those of the next one; nil after
  /// the last one.
  ///
  /// - Throws: as ``next()``.
  @inlinable
  public func nextBatch() throws(ParquetError) -> [Row]? {
    if index < rows.count {
      defer { index = rows.count }
      return Array(rows[index...])
    }
    rows = []
    index = 0
    return try readBatch()
  }

  @usableFromInline
  func readBatch() throws(ParquetError) -> [Row]? {
    if let failure { throw failure }
    do throws(ParquetError) {
      while let batch = try nextRows() {
        if !batch.isEmpty { return batch }
      }
      return nil
    } catch {
      failure = error
      throw error
    }
  }

  /// Calls `body` with each row that is left.
  ///
  /// - Throws: as ``next()``, and what `body` throws.
  @inlinable
  public func forEach(_ body: (Row) throws -> Void) throws {
    while let batch = try nextBatch() { for row in batch { try body(row) } }
  }

  /// All rows that are left.
  ///
  /// - Throws: as ``next()``.
  public func all() throws(ParquetError) -> [Row] {
    var all: [Row] = []
    while let batch = try nextBatch() { all += batch }
    return all
  }
}

extension ParquetReader {
  /// The rows of the file, or those of `rows`, by the fields of `mapping`; other columns are not read.
  ///
  /// - Parameters:
  ///   - mapping: which columns the parts of a row are.
  ///   - rows: the rows to read, counted in the file; all where nil.
  ///   - batchRows: the most rows that are in memory at once.
  /// - Returns: what gives the rows.
  /// - Throws: ``ParquetError`` with code `schemaMismatch` where a column is missing or of another type
  ///   than its field; integers and floats may be read as wider ones.
  public func rows<Row>(
    _ mapping: RowMapping<Row>, rows: Range<Int>? = nil, batchRows: Int = 16_384
  ) throws(ParquetError) -> RowReader<Row> {
    let (columns, binding) = try bind(mapping)
    let batches = batches(columns: columns, rows: rows, batchRows: batchRows)
    var firstRow = rows?.lowerBound ?? 0
    return RowReader { () throws(ParquetError) in
      guard let batch = try batches.next() else { return nil }
      defer { firstRow += batch.rowCount }
      do throws(ParquetError) {
        return try mapping.rows(of: batch, binding, firstRow: firstRow)
      } catch {
        throw error.adding(file: self.source.name)
      }
    }
  }

  /// The rows that `filter` keeps, by the fields of `mapping`.
  ///
  /// - Parameters:
  ///   - mapping: which columns the parts of a row are.
  ///   - rows: the rows to test, counted in the file; all where nil.
  ///   - filter: which rows to keep.
  ///   - batchRows: the most rows that are in memory at once.
  /// - Returns: what gives the rows.
  /// - Throws: ``ParquetError`` with code `schemaMismatch` as without a filter, `invalidArgument` where
  ///   the filter does not fit the file.
  public func rows<Row>(
    _ mapping: RowMapping<Row>, rows: Range<Int>? = nil, filter: Filter, batchRows: Int = 16_384
  ) throws(ParquetError) -> RowReader<Row> {
    let (columns, binding) = try bind(mapping)
    let batches = try batches(
      columns: columns, rows: rows, filter: filter, batchRows: batchRows)
    return RowReader { () throws(ParquetError) in
      guard let batch = try batches.next() else { return nil }
      do throws(ParquetError) {
        return try mapping.rows(of: batch, binding, firstRow: nil)
      } catch {
        throw error.adding(file: self.source.name)
      }
    }
  }

  /// The leaves that `mapping` reads, and where it finds them in batches of these.
  private func bind<Row>(
    _ mapping: RowMapping<Row>
  ) throws(ParquetError) -> ([Int], RowBinding) {
    do throws(ParquetError) {
      let leaves = try RowBinding(mapping, schema).leaves
      let columns = Set(leaves).sorted()
      var places: [Int: Int] = [:]
      for (place, leaf) in columns.enumerated() { places[leaf] = place }
      return (columns, RowBinding(leaves: leaves.compactMap { places[$0] }))
    } catch {
      throw error.adding(file: source.name)
    }
  }
}
