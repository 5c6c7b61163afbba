/// The rows of a file whose bytes are waited for, one batch after another.
///
/// Made by ``AsyncParquetReader/batches(columns:rows:filter:batchRows:)``; used from one task at a time.
public final class AsyncBatchReader {
  private let file: AsyncParquetReader
  private let columns: [Int]?
  private let rows: Range<Int>
  private let filter: Filter?
  private let batchRows: Int
  private let leaves: [Int]
  private var nextRowGroup = 0
  private var group: Group?
  private var failure: ParquetError?
  private var finishedReport = FilterReport()

  /// A row group whose bytes are there.
  private struct Group {
    let batches: Batches
    let hold: FetchedSource.Hold
  }

  private enum Batches {
    case all(BatchReader)
    case filtered(FilteredBatchReader)
  }

  init(
    _ file: AsyncParquetReader, columns: [Int]?, rows: Range<Int>, filter: Filter?, batchRows: Int
  ) throws(ParquetError) {
    self.file = file
    self.columns = columns
    self.rows = rows
    self.filter = filter
    self.batchRows = batchRows
    leaves = try file.reader.sorted(columns ?? Array(file.reader.schema.leaves.indices))
    // Refuses what cannot be asked for.
    if let filter {
      _ = try FilteredBatchReader(
        file.reader, columns: columns, rows: rows, filter: filter, batchRows: batchRows)
    } else if let failure = BatchReader(
      file.reader, columns: columns, rows: rows, batchRows: batchRows
    ).failure {
      throw failure
    }
  }

  /// What the filter kept from being read so far.
  public var report: FilterReport {
    var report = finishedReport
    if case .filtered(let batches)? = group?.batches { report.add(batches.report) }
    return report
  }

  /// The next batch; nil after the last one.
  ///
  /// - Throws: ``ParquetError`` with file, row group, column, page and byte offset; the batch reader is of no use
  ///   afterwards.
  public nonisolated(nonsending) func next() async throws(ParquetError) -> ColumnBatch? {
    if let failure { throw failure }
    do throws(ParquetError) {
      while true {
        if let batch = try nextOfGroup() { return batch }
        finishedReport = report
        group = nil
        guard try await beginGroup() else { return nil }
      }
    } catch {
      let located = error.adding(file: file.source.name)
      failure = located
      throw located
    }
  }

  private func nextOfGroup() throws(ParquetError) -> ColumnBatch? {
    switch group?.batches {
    case nil: nil
    case .all(let batches): try batches.next()
    case .filtered(let batches): try batches.next()
    }
  }

  /// Fetches the next row group with rows to read; false after the last one.
  private nonisolated(nonsending) func beginGroup() async throws(ParquetError) -> Bool {
    let reader = file.reader
    while nextRowGroup < reader.metadata.rowGroups.count {
      let number = nextRowGroup
      nextRowGroup += 1
      let wanted = rows.clamped(to: reader.rows(ofRowGroup: number))
      guard !wanted.isEmpty else { continue }
      let grant = MemoryGrant(reader.memory)
      let hold = FetchedSource.Hold(file.fetched, grant)
      let batches: Batches
      var ranges: [Range<Int>]
      if let filter {
        let filtered = try await AsyncParquetReader.fetchingWhatIsMissing(
          from: file.source, hold, neighboursWithin: file.fetched.byteCount
        ) { () throws(ParquetError) in
          let filtered = try FilteredBatchReader(
            reader, columns: columns, rows: wanted, filter: filter, batchRows: batchRows)
          return (filtered, try filtered.prepareGroup())
        }
        guard filtered.1 else {
          finishedReport.add(filtered.0.report)
          continue
        }
        batches = .filtered(filtered.0)
        ranges = try filtered.0.pageRanges(rowGroup: number)
      } else {
        batches = .all(
          reader.batches(columns: columns, rows: wanted, batchRows: batchRows))
        ranges = try reader.pageRanges(rowGroup: number, leaves: leaves)
      }
      // A small file came with its footer; a filter may have asked for whole chunks.
      ranges.removeAll { file.fetched.held($0) != nil }
      do throws(ParquetError) {
        for run in file.source.coalescing.merged(ranges) { try grant.extend(by: run.count) }
        hold.add(try await file.source.readAll(ranges))
      } catch {
        throw error.adding(rowGroup: number)
      }
      group = Group(batches: batches, hold: hold)
      return true
    }
    return false
  }
}
