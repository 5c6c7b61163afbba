/// The rows of a file that a filter keeps, one batch after another.
///
/// Made by ``ParquetReader/batches(columns:rows:filter:batchRows:threads:)``; used from one thread at a time.
///
/// Row groups and pages that cannot hold such a row are not read. Of the others the columns tested are
/// decoded first, and the other columns only from the first to the last row kept of each batch.
public final class FilteredBatchReader {
  private let reader: ParquetReader
  private let pruner: RowGroupPruner
  private let batchRows: Int
  private let threads: Int
  private let rows: Range<Int>
  /// The columns of a batch, in the schema's order.
  private let outputLeaves: [Int]
  private let testedLeaves: [Int]
  private let otherLeaves: [Int]
  private let schema: Schema
  private var nextRowGroup = 0
  private var group: Group?
  private var failure: ParquetError?
  /// What was passed over so far.
  public private(set) var report = FilterReport()

  /// A row group being read.
  private struct Group {
    var tested: RowGroupReader
    var others: RowGroupReader
    /// The first row, counted in the row group, that each has not passed.
    var testedRow = 0
    var othersRow = 0
    /// The row ranges still to be tested, the next one last.
    var ranges: [Range<Int>]
    /// For each test, which entries of its column's dictionary pass: a chunk has one dictionary.
    var entries: [RowMask?]
  }

  init(
    _ reader: ParquetReader, columns: [Int]?, rows: Range<Int>?, filter: Filter, batchRows: Int,
    threads: Int = 1
  ) throws(ParquetError) {
    self.reader = reader
    self.batchRows = batchRows
    self.threads = threads
    self.rows = rows ?? 0..<reader.rowCount
    guard batchRows > 0 else {
      throw ParquetError(.invalidArgument, "a batch has at least one row, not \(batchRows)")
    }
    guard threads > 0 else {
      throw ParquetError(.invalidArgument, "\(threads) threads cannot read")
    }
    guard self.rows.lowerBound >= 0, self.rows.upperBound <= reader.rowCount else {
      throw ParquetError(
        .invalidArgument, "rows \(self.rows) of a file of \(reader.rowCount) rows")
    }
    pruner = RowGroupPruner(reader: reader, plan: try FilterPlan(filter, reader.schema))
    let outputLeaves = try reader.sorted(columns ?? Array(reader.schema.leaves.indices))
    let testedLeaves = pruner.plan.leaves
    self.outputLeaves = outputLeaves
    self.testedLeaves = testedLeaves
    otherLeaves = outputLeaves.filter { !testedLeaves.contains($0) }
    schema = try reader.schema(of: columns)
  }

  /// The next batch, which has at least one row; nil after the last one.
  ///
  /// - Throws: ``ParquetError`` with file, row group, column, page and byte offset; the batch reader is
  ///   of no use afterwards.
  public func next() throws(ParquetError) -> ColumnBatch? {
    if let failure { throw failure }
    do throws(ParquetError) {
      while try prepareGroup() {
        if let batch = try nextBatch() { return batch }
      }
      return nil
    } catch {
      let located = error.adding(file: reader.source.name)
      failure = located
      throw located
    }
  }

  /// Where the pages of all columns that are read of row group `rowGroup` may lie.
  func pageRanges(rowGroup: Int) throws(ParquetError) -> [Range<Int>] {
    try reader.pageRanges(rowGroup: rowGroup, leaves: testedLeaves + otherLeaves)
  }

  /// Moves to a row group with rows to test; false after the last one.
  func prepareGroup() throws(ParquetError) -> Bool {
    if let group, !group.ranges.isEmpty { return true }
    group = nil
    while nextRowGroup < reader.metadata.rowGroups.count {
      let number = nextRowGroup
      nextRowGroup += 1
      let groupRows = reader.rows(ofRowGroup: number)
      let wanted = rows.clamped(to: groupRows)
      guard !wanted.isEmpty else { continue }
      let first = groupRows.lowerBound
      var tested: RowGroupReader?
      func testedReader() throws(ParquetError) -> RowGroupReader {
        if let tested { return tested }
        let made = try RowGroupReader(
          reader, rowGroup: number, leaves: testedLeaves, threads: threads)
        tested = made
        return made
      }
      let candidates = try pruner.candidates(
        rowGroup: number, rows: wanted.lowerBound - first..<wanted.upperBound - first,
        dictionary: { (leaf) throws(ParquetError) in try testedReader().dictionary(of: leaf) },
        report: &report)
      guard !candidates.ranges.isEmpty else { continue }
      let testedColumns = try testedReader()
      let others = try RowGroupReader(
        reader, rowGroup: number, leaves: otherLeaves, threads: threads)
      testedColumns.expectedRowCount = candidates.rowCount
      others.expectedRowCount = candidates.rowCount
      group = Group(
        tested: testedColumns, others: others, ranges: candidates.ranges.reversed(),
        entries: Array(repeating: nil, count: pruner.plan.tests.count))
      return true
    }
    return false
  }

  /// Tests the next rows of the row group; nil where none is kept.
  private func nextBatch() throws(ParquetError) -> ColumnBatch? {
    guard var group, let range = group.ranges.popLast() else { return nil }
    let rowLimit = min(batchRows, group.tested.batchRowLimit, group.others.batchRowLimit)
    let window = range.lowerBound..<min(range.upperBound, range.lowerBound + rowLimit)
    if window.upperBound < range.upperBound {
      group.ranges.append(window.upperBound..<range.upperBound)
    }
    defer { self.group = group }
    try group.tested.skip(rowCount: window.lowerBound - group.testedRow)
    let tested = try group.tested.read(rowCount: window.count)
    group.testedRow = window.upperBound
    let kept = mask(tested, rowCount: window.count, &group.entries)
    let keptCount = kept.setCount
    report.testedRowCount += window.count
    report.keptRowCount += keptCount
    guard let bounds = kept.bounds else { return nil }
    try group.others.skip(rowCount: window.lowerBound + bounds.lowerBound - group.othersRow)
    let others = try group.others.read(rowCount: bounds.count)
    group.othersRow = window.lowerBound + bounds.upperBound
    for column in tested + others { column.handOver() }
    return batch(tested, others, kept, keptCount: keptCount, otherStart: bounds.lowerBound)
  }

  private func mask(
    _ columns: [Column], rowCount: Int, _ entries: inout [RowMask?]
  ) -> RowMask {
    let plan = pruner.plan
    let masks = plan.tests.enumerated().map { index, test -> RowMask in
      guard let place = testedLeaves.firstIndex(of: test.leaf.index) else {
        preconditionFailure("every test's leaf is read")
      }
      return test.passing(columns[place], entries: &entries[index])
    }
    return plan.kept(masks, rowCount: rowCount)
  }

  private func batch(
    _ tested: [Column], _ others: [Column], _ kept: RowMask, keptCount: Int, otherStart: Int
  ) -> ColumnBatch {
    let columns = outputLeaves.map { index -> Column in
      let leaf = reader.schema.leaves[index]
      if let place = testedLeaves.firstIndex(of: index) {
        return tested[place].selecting(leaf, keptCount: keptCount) { kept[$0] }
      }
      guard let place = otherLeaves.firstIndex(of: index) else {
        preconditionFailure("every column is tested or read afterwards")
      }
      return others[place].selecting(leaf, keptCount: keptCount) { kept[otherStart + $0] }
    }
    return ColumnBatch(unchecked: schema, columns: columns, rowCount: keptCount)
  }
}

extension ParquetReader {
  /// The rows that `filter` keeps, batch by batch.
  ///
  /// - Parameters:
  ///   - columns: the leaves to read, in any order; all where nil. The filter may test others, too.
  ///   - rows: the rows to test, counted in the file; all where nil.
  ///   - filter: which rows to keep.
  ///   - batchRows: the most rows that are tested at once.
  ///   - threads: how many columns are read at a time; the batches are the same.
  /// - Returns: what gives the batches.
  /// - Throws: ``ParquetError`` with code `invalidArgument` where a column or a row is not there, a
  ///   column of the filter repeats, or a literal is no value of its column.
  public func batches(
    columns: [Int]? = nil, rows: Range<Int>? = nil, filter: Filter, batchRows: Int = 65_536,
    threads: Int = 1
  ) throws(ParquetError) -> FilteredBatchReader {
    do throws(ParquetError) {
      return try FilteredBatchReader(
        self, columns: columns, rows: rows, filter: filter, batchRows: batchRows,
        threads: threads)
    } catch {
      throw error.adding(file: source.name)
    }
  }
}
