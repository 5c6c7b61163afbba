/// Reads every page of one column chunk and notes what does not agree.
struct ChunkVerifier {
  /// A data page and what was found in it.
  struct Page {
    var offset: Int
    var byteCount: Int
    var firstRow: Int
    var summary: ValueSummary
    var repetitionHistogram: [Int]
    var definitionHistogram: [Int]
  }

  let reader: ParquetReader
  let leaf: Leaf
  private let rowGroup: Int
  private let rowCount: Int
  private let context: CodecContext
  /// The memory of ``pages``.
  private let pagesGrant: MemoryGrant
  private(set) var faults: [ParquetError] = []
  /// The bytes of all pages before compression, headers included.
  private(set) var uncompressedByteCount = 0
  /// The bytes of all pages as stored, headers included.
  private(set) var compressedByteCount = 0
  /// The data pages, as far as they could be read.
  private(set) var pages: [Page] = []
  private var dictionary: ColumnValues?
  private var geospatial: GeospatialBounds?
  private var bloomFilter: BloomFilterCheck?
  /// What is wrong with the bloom filter: no reason not to look at what pages are held against.
  private var bloomFilterFaults: [ParquetError] = []
  private var slotCount = 0
  private var rowsSeen = 0
  private var pageNumber = -1
  /// The encodings of values and of the dictionary: common writers do not list those of levels, which a
  /// reader knows from the pages alone (rule E9).
  private var encodings: Set<Encoding> = []
  private var encodingCounts: [PageEncodingStatistics: Int] = [:]
  private var firstDataPageOffset: Int?
  private var dictionaryPageOffset: Int?

  init(_ reader: ParquetReader, rowGroup: Int, leaf: Leaf) {
    self.reader = reader
    self.leaf = leaf
    context = CodecContext(memory: reader.memory)
    pagesGrant = MemoryGrant(reader.memory)
    self.rowGroup = rowGroup
    rowCount = reader.metadata.rowGroups[rowGroup].rowCount
    let metadata = try? reader.columnMetadata(rowGroup: rowGroup, column: leaf.index)
    geospatial = GeospatialBounds(leaf, heldAgainst: metadata?.geospatialStatistics)
  }

  /// How the column's values compare; nil where its bounds mean nothing.
  var order: ValueOrder? {
    reader.columnOrder(of: leaf).flatMap { ValueOrder(leaf, $0) }
  }

  /// Notes a fault.
  mutating func note(_ message: String, page: Int? = nil, byteOffset: Int? = nil) {
    faults.append(
      ParquetError(.malformedFile, message).adding(page: page, byteOffset: byteOffset))
  }

  /// Notes a fault of the bloom filter.
  mutating func noteBloomFilter(_ message: String, page: Int? = nil, byteOffset: Int? = nil) {
    bloomFilterFaults.append(
      ParquetError(.malformedFile, message).adding(page: page, byteOffset: byteOffset))
  }

  /// Looks at everything.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput` where the file cannot be read.
  mutating func verify() throws(ParquetError) {
    defer { faults += bloomFilterFaults }
    do throws(ParquetError) {
      let chunk = try reader.chunk(rowGroup: rowGroup, leaf: leaf)
      let metadata = chunk.metadata
      if metadata.path != leaf.path.components {
        note("path_in_schema is \(metadata.path.joined(separator: "."))")
      }
      bloomFilter = try bloomFilterCheck(chunk)
      try verifyPages(chunk)
      // What follows compares with what all pages hold.
      guard faults.isEmpty else { return }
      verifyTotals(metadata)
      verifyStatistics(metadata)
      try verifyIndexes(chunk)
    } catch {
      if error.code == .inputOutput { throw error }
      faults.append(error.adding(page: pageNumber >= 0 ? pageNumber : nil))
    }
  }

  // MARK: Pages

  private mutating func verifyPages(_ chunk: ReadableChunk) throws(ParquetError) {
    let metadata = chunk.metadata
    let range = try metadata.pageRange(dataEnd: reader.footer.offset)
    var walker = PageWalker(
      reader.source, range.lowerBound..<metadata.declaredEnd, of: chunk, limits: reader.limits,
      memory: reader.memory)
    var scanner = PageScanner(leaf: leaf, memory: reader.memory)
    while true {
      pageNumber += 1
      let offset = walker.offset
      do throws(ParquetError) {
        guard let stored = try walker.next() else { break }
        try verifyPage(stored, metadata, &walker, &scanner)
      } catch {
        if error.code == .inputOutput { throw error }
        throw error.adding(page: pageNumber, byteOffset: offset)
      }
    }
    // What is wrong from here on is no page's.
    pageNumber = -1
  }

  private mutating func verifyPage(
    _ stored: StoredPage, _ metadata: ColumnMetadata, _ walker: inout PageWalker,
    _ scanner: inout PageScanner
  ) throws(ParquetError) {
    let header = stored.header
    compressedByteCount &+= stored.headerByteCount + header.compressedByteCount
    uncompressedByteCount &+= stored.headerByteCount + header.uncompressedByteCount
    let body = try walker.body(of: stored)
    try verifyChecksum(header, body)
    if let dictionaryHeader = try stored.dictionary {
      let content = try walker.content(of: stored, body)
      try verifyDictionary(stored, dictionaryHeader, content, metadata)
    } else if try stored.slotCount != nil {
      let content = try walker.content(of: stored, body)
      try verifyData(stored, content, metadata, &scanner)
    }
  }

  private func verifyChecksum(_ header: PageHeader, _ body: Bytes) throws(ParquetError) {
    guard let expected = header.crc else { return }
    let found = unsafe crc32(UnsafeRawBufferPointer(start: body.pointer, count: body.count))
    guard found == expected else {
      throw ParquetError(
        .malformedFile,
        "the page's checksum is \(hexadecimal(found)), its header says \(hexadecimal(expected))")
    }
  }

  private mutating func verifyDictionary(
    _ stored: StoredPage, _ header: DictionaryPageHeader, _ body: Bytes, _ metadata: ColumnMetadata
  ) throws(ParquetError) {
    guard dictionary == nil, pages.isEmpty else {
      throw ParquetError(.malformedFile, "a dictionary page follows another page")
    }
    dictionaryPageOffset = stored.offset
    dictionary = try DictionaryPage.values(
      stored, header, body: body, leaf: leaf, codec: metadata.codec, context: context)
    count(stored.header.type, header.encoding)
    if leaf.logicalType?.isText == true, let bad = dictionary?.firstInvalidText() {
      throw ParquetError(.malformedFile, "dictionary value \(bad) is not UTF-8")
    }
  }

  private mutating func count(_ type: PageType, _ encoding: Encoding) {
    encodings.insert(encoding)
    encodingCounts[ChunkVerifier.key(type, encoding), default: 0] += 1
  }

  /// What pages are counted under: a common writer calls data pages of version 2 plain data pages.
  private static func key(_ type: PageType, _ encoding: Encoding) -> PageEncodingStatistics {
    PageEncodingStatistics(
      pageType: type == .dataPageV2 ? .dataPage : type, encoding: encoding, count: 0)
  }

  private mutating func verifyData(
    _ stored: StoredPage, _ body: Bytes, _ metadata: ColumnMetadata, _ scanner: inout PageScanner
  ) throws(ParquetError) {
    if firstDataPageOffset == nil { firstDataPageOffset = stored.offset }
    let header = stored.header
    var page = try DataPage(
      stored, body: body, leaf: leaf, codec: metadata.codec, context: context,
      limits: reader.limits)
    count(header.type, page.values.encoding)
    try pagesGrant.extend(
      by: 2 * MemoryLayout<Page>.stride + 8 * (leaf.maxRepetitionLevel + leaf.maxDefinitionLevel))
    var found = Page(
      offset: stored.offset, byteCount: stored.headerByteCount + header.compressedByteCount,
      firstRow: rowsSeen, summary: ValueSummary(order: order),
      repetitionHistogram: [Int](repeating: 0, count: leaf.maxRepetitionLevel + 1),
      definitionHistogram: [Int](repeating: 0, count: leaf.maxDefinitionLevel + 1))
    var startsRow = true
    var slots = 0
    while let piece = try scanner.next(in: &page) {
      if slots == 0 { startsRow = piece.startsRow }
      slots += piece.slotCount
      found.summary.nullCount += piece.slotCount - piece.presentCount
      rowsSeen += piece.rowCount
      for (level, count) in piece.repetitionHistogram.enumerated() {
        found.repetitionHistogram[level] += count
      }
      for (level, count) in piece.definitionHistogram.enumerated() {
        found.definitionHistogram[level] += count
      }
      var collector = ValueCollector(
        leaf.physicalType, dictionary: dictionary, byteLimit: reader.limits.columnBytes,
        memory: reader.memory)
      try collector.append(piece.presentCount, from: &page.values)
      let values = try collector.finish()
      if leaf.logicalType?.isText == true, let bad = values.firstInvalidText() {
        throw ParquetError(
          .malformedFile, "value \(found.summary.valueCount + bad) of the page is not UTF-8")
      }
      if let missing = bloomFilter?.firstMissing(values) {
        noteBloomFilter(
          "value \(found.summary.valueCount + missing) of the page does not pass the bloom filter",
          page: pageNumber, byteOffset: stored.offset)
        // One says it all.
        bloomFilter = nil
      }
      found.summary.add(values)
      geospatial?.add(values)
    }
    slotCount += slots
    try verifyHeader(header, page, found, rows: rowsSeen - found.firstRow, startsRow: startsRow)
    pages.append(found)
  }

  /// Holds the header of a data page against what was found in the page.
  private func verifyHeader(
    _ header: PageHeader, _ page: DataPage, _ found: Page, rows: Int, startsRow: Bool
  ) throws(ParquetError) {
    guard page.values.bytesLeft == 0 else {
      throw ParquetError(
        .malformedFile, "\(page.values.bytesLeft) bytes are left after the last value")
    }
    if let v2 = header.dataPageV2, header.type == .dataPageV2 {
      guard startsRow else {
        throw ParquetError(.malformedFile, "a page of version 2 begins within a row")
      }
      guard v2.rowCount == rows else {
        throw ParquetError(.malformedFile, "num_rows is \(v2.rowCount); the page has \(rows) rows")
      }
      guard v2.nullCount == found.summary.nullCount else {
        throw ParquetError(
          .malformedFile,
          "num_nulls is \(v2.nullCount); \(found.summary.nullCount) slots are null")
      }
    }
    let statistics =
      header.type == .dataPage ? header.dataPage?.statistics : header.dataPageV2?.statistics
    if let statistics,
      let fault = found.summary.faults(
        in: statistics, isText: leaf.logicalType?.isText ?? false
      ).first
    {
      throw ParquetError(.malformedFile, "the page's statistics: \(fault)")
    }
  }

  // MARK: The chunk

  private mutating func verifyTotals(_ metadata: ColumnMetadata) {
    if slotCount != metadata.valueCount {
      note("num_values is \(metadata.valueCount); the pages have \(slotCount)")
    }
    if rowsSeen != rowCount {
      note("the row group has \(rowCount) rows, the column \(rowsSeen)")
    }
    if compressedByteCount != metadata.totalCompressedByteCount {
      note(
        "total_compressed_size is \(metadata.totalCompressedByteCount); the pages have "
          + "\(compressedByteCount) bytes")
    }
    if uncompressedByteCount != metadata.totalUncompressedByteCount {
      note(
        "total_uncompressed_size is \(metadata.totalUncompressedByteCount); the pages have "
          + "\(uncompressedByteCount) bytes")
    }
    if let offset = firstDataPageOffset, offset != metadata.dataPageOffset {
      note("data_page_offset is \(metadata.dataPageOffset); the first data page lies at \(offset)")
    }
    let stated = metadata.dictionaryPageOffset.flatMap { $0 > 0 ? $0 : nil }
    if stated != dictionaryPageOffset {
      note(
        "dictionary_page_offset is \(stated.map(String.init) ?? "absent"); "
          + (dictionaryPageOffset.map { "the dictionary page lies at \($0)" }
            ?? "there is no dictionary page"))
    }
    for encoding in encodings.subtracting(metadata.encodings).sorted(by: {
      $0.rawValue < $1.rawValue
    }) {
      note("the encoding \(encoding.name) is used and not listed")
    }
    verifyEncodingStatistics(metadata)
  }

  private mutating func verifyEncodingStatistics(_ metadata: ColumnMetadata) {
    guard let statistics = metadata.encodingStatistics else { return }
    var left = encodingCounts
    for entry in statistics where entry.count > 0 {
      let key = ChunkVerifier.key(entry.pageType, entry.encoding)
      let found = left.removeValue(forKey: key) ?? 0
      if found != entry.count {
        note(
          "encoding_stats counts \(entry.count) \(entry.pageType.name) pages of "
            + "\(entry.encoding.name); there are \(found)")
      }
    }
    for (key, count) in left.sorted(by: { $0.key.encoding.rawValue < $1.key.encoding.rawValue }) {
      note(
        "encoding_stats does not count \(count) \(key.pageType.name) pages of \(key.encoding.name)")
    }
  }

  private mutating func verifyStatistics(_ metadata: ColumnMetadata) {
    var whole = ValueSummary(order: order)
    for page in pages { whole.add(page.summary) }
    if let statistics = metadata.statistics {
      if leaf.hasNoOrder, statistics.minimum != nil || statistics.maximum != nil {
        note("min_value and max_value are given for a type that has no order")
      }
      for fault in whole.faults(in: statistics, isText: leaf.logicalType?.isText ?? false) {
        note(fault)
      }
    }
    if let statistics = metadata.geospatialStatistics {
      if geospatial == nil {
        note("geospatial_statistics are given for a type without coordinates")
      }
      for fault in geospatial?.faults(in: statistics) ?? [] { note(fault) }
    }
    guard let sizes = metadata.sizeStatistics else { return }
    if let count = sizes.unencodedByteArrayByteCount, leaf.physicalType == .byteArray,
      count != whole.byteArrayByteCount
    {
      note(
        "unencoded_byte_array_data_bytes is \(count); the values have \(whole.byteArrayByteCount)")
    }
    let repetition = sum(\.repetitionHistogram)
    if let histogram = sizes.repetitionLevelHistogram, !histogram.isEmpty, !pages.isEmpty,
      histogram != repetition
    {
      note("repetition_level_histogram is \(histogram); the levels make \(repetition)")
    }
    let definition = sum(\.definitionHistogram)
    if let histogram = sizes.definitionLevelHistogram, !histogram.isEmpty, !pages.isEmpty,
      histogram != definition
    {
      note("definition_level_histogram is \(histogram); the levels make \(definition)")
    }
  }

  private func sum(_ histogram: KeyPath<Page, [Int]>) -> [Int] {
    var total: [Int] = []
    for page in pages {
      let part = page[keyPath: histogram]
      total = total.isEmpty ? part : zip(total, part).map { $0 + $1 }
    }
    return total
  }
}

extension Leaf {
  /// Whether the format defines no order for the leaf's values (rule S4).
  fileprivate var hasNoOrder: Bool {
    switch logicalType {
    case .interval, .unknown, .geometry, .geography: true
    default: false
    }
  }
}
