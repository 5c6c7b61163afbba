import Synchronization

/// Reads some leaves of one row group in step, several at a time where there are threads for it.
///
/// What reads a column chunk goes as soon as its last row was read. Of thousands of columns, each is made
/// when its first row is asked for: where one batch takes the whole row group, there is one at a time.
final class RowGroupReader {
  private let reader: ParquetReader
  private let rowGroup: Int
  private let leaves: [Leaf]
  /// What decompresses on each thread.
  private let contexts: [CodecContext]
  /// The leaves' places, those with the most bytes first: the order in which threads take them.
  private var order: [Int] = []
  /// The rows not read or passed over yet.
  private var rowsLeft: Int
  /// What the chunks are read from.
  private let source: any ByteSource
  /// The same, where it puts reads together, until the first row is read.
  private var unfetched: RowGroupSource?
  /// How many rows are going to be read; until it is set, all.
  var expectedRowCount: Int
  /// What reads each leaf's chunk, where it is at hand; each slot is touched by one thread at a time.
  private let slots: [Slot]

  private final class Slot {
    var chunk: ColumnChunkReader?
    /// The memory of the chunk reader itself.
    var grant: MemoryGrant?

    func removeAll() {
      chunk = nil
      grant = nil
    }
  }

  /// About the bytes of a chunk reader, without what it holds of the footer.
  private static let chunkReaderByteCount = 1_024
  /// The most leaves whose chunk readers are kept from the start.
  private static let keptSlotCount = 256

  /// The most rows of a batch that should fit into a quarter of the memory, by what the footer says; the
  /// rest is for the pages they come from. A footer that lies does not make batches too small to be of use.
  private(set) var batchRowLimit = 0

  /// A reader at the first row, which reads up to `threads` leaves at a time.
  ///
  /// - Throws: ``ParquetError`` with file, row group and column where a chunk cannot be read.
  init(
    _ reader: ParquetReader, rowGroup: Int, leaves: [Int], threads: Int = 1
  ) throws(ParquetError) {
    self.reader = reader
    self.rowGroup = rowGroup
    self.leaves = leaves.map { reader.schema.leaves[$0] }
    contexts = (0..<max(1, min(threads, leaves.count))).map { _ in
      CodecContext(memory: reader.memory)
    }
    let rowCount = reader.metadata.rowGroups[rowGroup].rowCount
    rowsLeft = rowCount
    expectedRowCount = rowCount
    slots = leaves.map { _ in Slot() }
    unfetched = reader.windows.map { RowGroupSource($0, memory: reader.memory) }
    source = unfetched ?? reader.source
    var byteCount = 1.0
    var weights: [Double] = []
    for place in leaves.indices {
      let chunk = try chunk(at: place)
      weights.append(chunk.estimatedRowByteCount(rowCount: rowCount))
      byteCount += weights[place]
      if leaves.count > RowGroupReader.keptSlotCount { slots[place].removeAll() }
    }
    order = Array(leaves.indices)
    if contexts.count > 1 {
      order.sort { (-weights[$0], $0) < (-weights[$1], $1) }
    }
    let rows = Double(reader.memory.limit / 4) / byteCount
    batchRowLimit = max(64, Int(min(rows, 1e9)))
  }

  /// What reads the chunk of the leaf at `place`, made where it is not at hand; it decompresses as `thread`
  /// does.
  private func chunk(at place: Int, thread: Int = 0) throws(ParquetError) -> ColumnChunkReader {
    if let chunk = slots[place].chunk {
      chunk.context = contexts[thread]
      return chunk
    }
    let leaf = leaves[place]
    return try located(leaf) { () throws(ParquetError) in
      let columns = reader.metadata.rowGroups[rowGroup].columns
      let grant = MemoryGrant(reader.memory)
      try grant.extend(
        by: RowGroupReader.chunkReaderByteCount + columns.decodedByteCount(at: leaf.index))
      let chunk = try ColumnChunkReader(
        source, try reader.chunk(rowGroup: rowGroup, leaf: leaf), leaf: leaf,
        dataEnd: reader.footer.offset, limits: reader.limits, memory: reader.memory,
        verifiesChecksums: reader.verifiesChecksums, context: contexts[thread])
      slots[place].chunk = chunk
      slots[place].grant = grant
      return chunk
    }
  }

  /// Reads the stored bytes of all leaves, where reads are put together and most of the rows are wanted;
  /// of fewer rows only the pages are read.
  private func fetch() throws(ParquetError) {
    guard let source = unfetched else { return }
    unfetched = nil
    let rowCount = reader.metadata.rowGroups[rowGroup].rowCount
    guard expectedRowCount >= rowCount / 2 else { return }
    do throws(ParquetError) {
      try source.fetch(try reader.pageRanges(rowGroup: rowGroup, leaves: leaves.map(\.index)))
    } catch {
      throw error.adding(file: reader.source.name, rowGroup: rowGroup)
    }
  }

  /// The next `rowCount` rows of each leaf. After the last ones it is checked that nothing is left.
  func read(rowCount: Int) throws(ParquetError) -> [Column] {
    try fetch()
    rowsLeft -= rowCount
    let columns = Mutex<[Column?]>(Array(repeating: nil, count: leaves.count))
    try Parallel.forEach(order, threads: contexts.count) { (place, thread) throws(ParquetError) in
      let chunk = try chunk(at: place, thread: thread)
      let column = try located(leaves[place]) { () throws(ParquetError) in
        let column = try chunk.read(rowCount: rowCount)
        if rowsLeft == 0 { try chunk.finish() }
        return column
      }
      if rowsLeft == 0 { slots[place].removeAll() }
      columns.withLock { $0[place] = column }
    }
    return columns.withLock { $0.compactMap { $0 } }
  }

  /// What the indices of `leaf`'s chunk mean; nil where it has no dictionary.
  ///
  /// - Precondition: the leaf is one of those read, and no row of it was.
  func dictionary(of leaf: Leaf) throws(ParquetError) -> ColumnValues? {
    guard let place = leaves.firstIndex(of: leaf) else { return nil }
    let chunk = try chunk(at: place)
    return try located(leaf) { () throws(ParquetError) in try chunk.dictionaryValues() }
  }

  /// Passes over the next `rowCount` rows.
  func skip(rowCount: Int) throws(ParquetError) {
    guard rowCount > 0 else { return }
    try fetch()
    rowsLeft -= rowCount
    for (place, leaf) in leaves.enumerated() {
      let chunk = try chunk(at: place)
      try located(leaf) { () throws(ParquetError) in try chunk.skip(rowCount: rowCount) }
    }
  }

  /// Calls `body`, whose errors are those of `leaf`'s chunk.
  private func located<T>(
    _ leaf: Leaf, _ body: () throws(ParquetError) -> T
  ) throws(ParquetError) -> T {
    do throws(ParquetError) { return try body() } catch {
      throw error.adding(
        file: reader.source.name, rowGroup: rowGroup, column: leaf.path.description)
    }
  }
}
