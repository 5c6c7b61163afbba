/// The page indexes of one column chunk as they will stand in the file, until they are written before
/// the footer.
///
/// Specification: PageIndex.md; rules X1–X6.
struct ChunkIndexes {
  /// The ColumnIndex; nil where a page that is not all null has no bounds (rule X6).
  var columnIndex: Bytes?
  var offsetIndex: Bytes?

  /// Indexes that are encoded already.
  init(columnIndex: Bytes?, offsetIndex: Bytes?) {
    self.columnIndex = columnIndex
    self.offsetIndex = offsetIndex
  }

  /// The indexes of `chunk`, whose pages begin at the offsets before the last.
  ///
  /// - Throws: ``ParquetError`` with code `limitExceeded` where a key was used too often.
  init(_ chunk: EncodedChunk, pageOffsets: [Int]) throws(ParquetError) {
    guard chunk.statisticsLevel == .page else { return }
    if let index = ChunkIndexes.columnIndex(chunk) {
      columnIndex = try chunk.stored(index.encoded(), .columnIndex)
    }
    var locations: [PageLocation] = []
    var unencoded: [Int] = []
    var row = 0
    for (page, i) in zip(chunk.pages, chunk.pages.indices) where page.kind != .dictionary {
      locations.append(
        PageLocation(
          offset: pageOffsets[i], compressedByteCount: pageOffsets[i + 1] - pageOffsets[i],
          firstRow: row))
      row += page.rowCount
      if let byteCount = page.statistics?.unencodedByteCount { unencoded.append(byteCount) }
    }
    let index = OffsetIndex(
      pages: locations, unencodedByteArrayByteCounts: unencoded.isEmpty ? nil : unencoded)
    offsetIndex = try chunk.stored(index.encoded(), .offsetIndex)
  }

  private static func columnIndex(_ chunk: EncodedChunk) -> ColumnIndex? {
    var index = ColumnIndex(nullPages: [], minimums: [], maximums: [], boundaryOrder: .unordered)
    var nullCounts: [Int] = []
    var nanCounts: [Int] = []
    var repetition: [Int] = []
    var definition: [Int] = []
    var bounds: [Bounds.Encoded] = []
    for page in chunk.pages where page.kind != .dictionary {
      let isNull = page.nullCount == page.slotCount
      guard let statistics = page.statistics else { return nil }
      if !isNull, statistics.bounds == nil { return nil }
      index.nullPages.append(isNull)
      index.minimums.append(statistics.bounds?.least ?? Bytes())
      index.maximums.append(statistics.bounds?.greatest ?? Bytes())
      if let known = statistics.bounds { bounds.append(known) }
      nullCounts.append(page.nullCount)
      if let count = statistics.nanCount { nanCounts.append(count) }
      repetition += statistics.levels.repetition
      definition += statistics.levels.definition
    }
    guard !index.nullPages.isEmpty else { return nil }
    index.nullCounts = nullCounts
    index.nanCounts = nanCounts.isEmpty ? nil : nanCounts
    index.repetitionLevelHistograms = repetition.isEmpty ? nil : repetition
    index.definitionLevelHistograms = definition.isEmpty ? nil : definition
    index.boundaryOrder = boundaryOrder(bounds, chunk)
    return index
  }

  /// How the pages' bounds, as written, follow each other.
  private static func boundaryOrder(
    _ bounds: [Bounds.Encoded], _ chunk: EncodedChunk
  ) -> BoundaryOrder {
    func isLess(_ a: Bytes, _ b: Bytes) -> Bool {
      chunk.leaf.isLess(a, b, isTotal: chunk.columnOrder == .ieee754Total)
    }
    var rises = true
    var falls = true
    for (a, b) in zip(bounds, bounds.dropFirst()) {
      if isLess(b.least, a.least) || isLess(b.greatest, a.greatest) { rises = false }
      if isLess(a.least, b.least) || isLess(a.greatest, b.greatest) { falls = false }
    }
    return rises ? .ascending : falls ? .descending : .unordered
  }
}
