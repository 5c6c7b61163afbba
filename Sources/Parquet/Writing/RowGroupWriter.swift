/// Encodes the columns of a row group, in parallel, and puts the group into the file when it closes.
final class RowGroupWriter {
  private let columns: [ColumnChunkWriter]
  private let workers: [EncoderWorker]
  /// The rows encoded since the group began.
  private(set) var rowCount = 0

  init(leaves: [Leaf], settings: [ColumnSettings], threads: Int) {
    columns = zip(leaves, settings).map { ColumnChunkWriter(leaf: $0, settings: $1) }
    workers = (0..<max(min(threads, leaves.count), 1)).map { _ in EncoderWorker() }
  }

  /// The bytes of the group's pages before compression.
  var rawPageByteCount: Int { columns.reduce(0) { $0 + $1.rawPageByteCount } }

  /// The bytes held in pages and dictionaries: a function of the rows alone.
  var heldByteCount: Int { columns.reduce(0) { $0 + $1.heldByteCount } }

  /// Encodes the slab's rows.
  func encode(_ slab: Slab) throws(ParquetError) {
    try forEachColumn(weights: columns.indices.map(slab.byteCount(ofColumn:))) {
      (index, worker) throws(ParquetError) in
      try self.columns[index].encode(slab.column(index), worker: worker)
    }
    rowCount += slab.rowCount
  }

  /// Writes the group's pages to `output`; the writer is ready for the next group.
  func close(
    into output: some FileOutput, ordinal: Int
  ) throws(ParquetError) -> RowGroupMetadata {
    var chunks = [EncodedChunk?](repeating: nil, count: columns.count)
    unsafe try chunks.withUnsafeMutableBufferPointer {
      (room: inout UnsafeMutableBufferPointer<EncodedChunk?>) throws(ParquetError) in
      nonisolated(unsafe) let room = unsafe room
      try forEachColumn(weights: columns.map(\.heldByteCount)) {
        (index, worker) throws(ParquetError) in
        // Each index is visited once: no two threads write one element.
        unsafe room[index] = try self.columns[index].finish(worker: worker)
      }
    }
    let offset = output.byteCount
    var metadata = RowGroupMetadata(columns: [], totalByteCount: 0, rowCount: rowCount)
    metadata.columns.reserveCapacity(chunks.count)
    var compressed = 0
    for index in chunks.indices {
      guard let chunk = chunks[index] else { continue }
      // The pages are freed as soon as they are written.
      chunks[index] = nil
      let column = try chunk.write(to: output)
      metadata.totalByteCount += column.totalUncompressedByteCount
      compressed += column.totalCompressedByteCount
      metadata.columns.append(ColumnChunk(metadata: column))
    }
    metadata.fileOffset = offset
    metadata.totalCompressedByteCount = compressed
    metadata.ordinal = Int16(exactly: ordinal)
    rowCount = 0
    return metadata
  }

  /// Calls `body` for every column, the heaviest first.
  private func forEachColumn(
    weights: [Int], _ body: (Int, EncoderWorker) throws(ParquetError) -> Void
  ) throws(ParquetError) {
    let order = columns.indices.sorted { (weights[$0], $1) > (weights[$1], $0) }
    try Parallel.forEach(order, threads: workers.count) { (index, thread) throws(ParquetError) in
      do throws(ParquetError) { try body(index, workers[thread]) } catch {
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
}

extension EncodedChunk {
  /// Writes the chunk's pages with their headers, and tells what the footer is to say of them.
  func write(to output: some FileOutput) throws(ParquetError) -> ColumnMetadata {
    var rawByteCount = 0
    let start = output.byteCount
    var dictionaryOffset: Int?
    var dataOffset: Int?
    for page in pages {
      let offset = output.byteCount
      if page.kind == .dictionary {
        dictionaryOffset = offset
      } else {
        dataOffset = dataOffset ?? offset
      }
      var header = CompactWriter(capacity: 64)
      page.header.encode(to: &header)
      let headerBytes = header.freeze()
      rawByteCount += headerBytes.count + page.rawByteCount
      try headerBytes.withBytes { (bytes) throws(ParquetError) in try output.write(bytes) }
      try page.body.withBytes { (bytes) throws(ParquetError) in try output.write(bytes) }
    }
    return ColumnMetadata(
      type: PhysicalTypeID(leaf.physicalType), encodings: encodings, path: leaf.path.components,
      codec: codec, valueCount: slotCount, totalUncompressedByteCount: rawByteCount,
      totalCompressedByteCount: output.byteCount - start, dataPageOffset: dataOffset ?? start,
      dictionaryPageOffset: dictionaryOffset, statistics: statistics,
      encodingStatistics: encodingStatistics)
  }

  /// Every encoding used, levels and dictionary page included, in ascending order (rule E9).
  private var encodings: [Encoding] {
    var used = Set(pages.map(\.encoding))
    if leaf.maxDefinitionLevel > 0 || leaf.maxRepetitionLevel > 0 { used.insert(.rle) }
    return used.sorted { $0.rawValue < $1.rawValue }
  }

  private var encodingStatistics: [PageEncodingStatistics] {
    var counts: [PageEncodingStatistics] = []
    for page in pages {
      let type: PageType = page.kind == .dictionary ? .dictionaryPage : .dataPage
      if let i = counts.firstIndex(where: { $0.pageType == type && $0.encoding == page.encoding }) {
        counts[i].count += 1
      } else {
        counts.append(PageEncodingStatistics(pageType: type, encoding: page.encoding, count: 1))
      }
    }
    return counts
  }

  private var statistics: Statistics? {
    guard hasStatistics else { return nil }
    var statistics = Statistics(nullCount: nullCount)
    statistics.nanCount = nanCount
    guard let bounds else { return statistics }
    statistics.minimum = bounds.least
    statistics.maximum = bounds.greatest
    statistics.isMinimumExact = bounds.isLeastExact
    statistics.isMaximumExact = bounds.isGreatestExact
    // The deprecated pair was read as signed, so only there it says the same (rule S1).
    switch leaf.sortOrder {
    case .signed, .float, .boolean:
      guard leaf.physicalType.byteWidth != 2 else { break }
      statistics.deprecatedMinimum = bounds.least
      statistics.deprecatedMaximum = bounds.greatest
    default: break
    }
    return statistics
  }
}

extension EncodedPage {
  /// The header of this page.
  var header: PageHeader {
    var header = PageHeader(
      type: kind == .dictionary ? .dictionaryPage : .dataPage, uncompressedByteCount: rawByteCount,
      compressedByteCount: body.count, crc: crc)
    switch kind {
    case .dictionary: header.dictionaryPage = DictionaryPageHeader(valueCount: slotCount)
    case .data:
      header.dataPage = DataPageHeader(
        valueCount: slotCount, encoding: encoding, definitionLevelEncoding: .rle,
        repetitionLevelEncoding: .rle)
    }
    return header
  }
}
