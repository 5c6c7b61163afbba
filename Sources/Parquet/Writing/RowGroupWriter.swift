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
    workers = (0..<max(min(threads, leaves.count), 1)).map { _ in EncoderWorker() }
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

  /// Writes the group's pages to `output`; the writer is ready for the next group.
  func close(
    into output: some FileOutput
  ) throws(ParquetError) -> (metadata: RowGroupMetadata, indexes: RowGroupIndexes) {
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
    let offset = output.byteCount
    var metadata = RowGroupMetadata(columns: [], totalByteCount: 0, rowCount: rowCount)
    var compressed = 0
    // Metadata and indexes wait for the end of the file, so they are kept in the form of the file.
    var packer = ColumnChunkPacker()
    var indexes = RowGroupIndexes.Joiner()
    var filters: [Int: [Bytes]] = [:]
    var encryptors: [Int: ChunkEncryptor] = [:]
    for index in chunks.indices {
      guard let chunk = chunks[index] else { continue }
      // The pages are freed as soon as they are written.
      chunks[index] = nil
      let (column, offsets) = try chunk.write(to: output)
      let filter = try chunk.storedBloomFilter
      if !filter.isEmpty { filters[index] = filter }
      encryptors[index] = chunk.encryptor
      indexes.append(try ChunkIndexes(chunk, pageOffsets: offsets))
      metadata.totalByteCount += column.totalUncompressedByteCount
      compressed += column.totalCompressedByteCount
      try packer.append(ColumnChunk(metadata: column))
    }
    metadata.columns = packer.finish()
    if !filters.isEmpty || !encryptors.isEmpty {
      metadata.columns = try metadata.columns.packed { (index, chunk) throws(ParquetError) in
        guard var column = chunk.metadata else { return }
        // After the group's pages: no filter waits for the end of the file (rule B3).
        if let filter = filters.removeValue(forKey: index) {
          column.bloomFilterOffset = output.byteCount
          for bytes in filter {
            try bytes.withBytes { (span) throws(ParquetError) in try output.write(span) }
          }
          column.bloomFilterByteCount = output.byteCount - (column.bloomFilterOffset ?? 0)
        }
        chunk = try encryptors[index]?.columnChunk(column) ?? ColumnChunk(metadata: column)
      }
    }
    metadata.fileOffset = offset
    metadata.totalCompressedByteCount = compressed
    metadata.ordinal = Int16(exactly: ordinal)
    ordinal += 1
    rowCount = 0
    return (metadata, indexes.finish())
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

/// A byte sink that knows how far it is.
protocol FileOutput: AnyObject {
  /// The bytes written so far: the offset of the next one.
  var byteCount: Int { get }
  func write(_ bytes: RawSpan) throws(ParquetError)
  func write(_ bytes: Bytes) throws(ParquetError)
}
