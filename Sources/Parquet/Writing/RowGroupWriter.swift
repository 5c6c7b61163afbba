import Synchronization

/// Encodes the columns of a row group, in parallel, and puts the group into the file when it closes.
final class RowGroupWriter {
  private let columns: [ColumnChunkWriter]
  private let workers: [EncoderWorker]
  /// The number of the group in the file.
  private var ordinal = 0
  /// The rows encoded since the group began.
  private(set) var rowCount = 0

  /// A writer of as many columns as there are `settings`.
  init(leaves: [Leaf], settings: [ColumnSettings], threads: Int) {
    columns = zip(leaves, settings).map { ColumnChunkWriter(leaf: $0, settings: $1) }
    let spares = PageMemory()
    workers = (0..<max(threads, 1)).map { _ in EncoderWorker(spares: spares) }
  }

  /// The bytes of the group's pages before compression.
  var rawPageByteCount: Int { columns.reduce(0) { $0 + $1.rawPageByteCount } }

  /// The bytes held in pages and dictionaries: a function of the rows alone.
  var heldByteCount: Int { columns.reduce(0) { $0 + $1.heldByteCount } }

  /// Leaves the number of the next group to one that comes from elsewhere.
  func passOver() { ordinal += 1 }

  /// Encodes the slab's rows; about `slabsAhead` slabs of as many follow before the group closes. `alongside` is
  /// done by one of the threads.
  func encode(
    _ slab: Slab, slabsAhead: Double, alongside: (() throws(ParquetError) -> Void)? = nil
  ) throws(ParquetError) {
    try forEachColumn(
      weights: columns.indices.map(slab.byteCount(ofColumn:)), alongside: alongside
    ) {
      (index, worker, sharing) throws(ParquetError) in
      try self.columns[index].encode(
        slab.columnByDictionary(index), slabsAhead: slabsAhead, sharing: sharing, worker: worker)
    }
    for column in columns { column.takePending() }
    rowCount += slab.rowCount
  }

  /// Encodes the slab's rows sorted by `keys`, in pieces of `pieceRows` rows.
  func encode(
    _ slab: Slab, sortedBy keys: [SortingColumn], pieceRows: Int
  ) throws(ParquetError) {
    let order = RowOrder(
      rowCount: slab.rowCount,
      keys: keys.map { ($0, slab.leaves[$0.columnIndex], slab.column($0.columnIndex)) })
    try forEachColumn(weights: columns.indices.map(slab.byteCount(ofColumn:))) {
      (index, worker, sharing) throws(ParquetError) in
      let column = slab.column(index)
      let gatherer = order.isIdentity ? nil : ColumnGatherer(column, slab.leaves[index])
      var start = 0
      while start < slab.rowCount {
        let rows = start..<min(start + pieceRows, slab.rowCount)
        let piece =
          gatherer?.gather(order.places.slice(4 * rows.lowerBound..<4 * rows.upperBound))
          ?? column.slice(rows: rows)
        try self.columns[index].encode(
          piece, slabsAhead: Double(slab.rowCount - rows.upperBound) / Double(rows.count),
          sharing: sharing, worker: worker)
        start = rows.upperBound
      }
    }
    for column in columns { column.takePending() }
    rowCount += slab.rowCount
  }

  /// Whether the group's encrypted columns would have more pages with `slab` than can be numbered.
  func hasTooManyPages(with slab: Slab) -> Bool {
    columns.indices.contains { index in
      let column = columns[index]
      return column.isEncrypted
        && column.pages.count
          + column.pageCount(ofRows: slab.rowCount, byteCount: slab.byteCount(ofColumn: index))
          > ModuleAddress.largestOrdinal + 1
    }
  }

  /// The group as it will stand in the file; the writer is ready for the next one.
  func finish() throws(ParquetError) -> EncodedRowGroup {
    var chunks = [EncodedChunk?](repeating: nil, count: columns.count)
    unsafe try chunks.withUnsafeMutableBufferPointer {
      (room: inout UnsafeMutableBufferPointer<EncodedChunk?>) throws(ParquetError) in
      nonisolated(unsafe) let room = unsafe room
      try forEachColumn(weights: columns.map(\.heldByteCount)) {
        (index, worker, _) throws(ParquetError) in
        // Each index is visited once: no two threads write one element.
        unsafe room[index] = try self.columns[index].finish(worker: worker)
      }
    }
    defer {
      ordinal += 1
      rowCount = 0
    }
    return EncodedRowGroup(chunks: chunks, rowCount: rowCount, ordinal: ordinal)
  }

  /// Calls `body` for every column, the heaviest first.
  private func forEachColumn(
    weights: [Int], alongside: (() throws(ParquetError) -> Void)? = nil,
    _ body: (Int, EncoderWorker, PageSharing?) throws(ParquetError) -> Void
  ) throws(ParquetError) {
    var order = columns.indices.sorted { (weights[$0], $1) > (weights[$1], $0) }
    if alongside != nil { order.insert(-1, at: 0) }
    try Parallel.forEach(order, threads: workers.count) {
      (page: PendingPage, index, thread) throws(ParquetError) in
      do throws(ParquetError) { try page.finish(worker: workers[thread]) } catch {
        throw error.adding(column: columns[index].leaf.path.description)
      }
    } _: { (index, thread, sharing) throws(ParquetError) in
      guard index >= 0 else {
        try alongside?()
        return
      }
      do throws(ParquetError) {
        try body(
          index, workers[thread], sharing.map { PageSharing(sharing: $0, column: index) })
      } catch {
        throw error.adding(column: columns[index].leaf.path.description)
      }
    }
  }
}
