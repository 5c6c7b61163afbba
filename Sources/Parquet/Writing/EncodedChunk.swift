/// A column chunk that is ready to be put into the file.
struct EncodedChunk {
  var leaf: Leaf
  var codec: CompressionCodec
  /// The dictionary page, if there is one, then the data pages.
  var pages: [EncodedPage]
  var slotCount: Int
  var nullCount: Int
  var nanCount: Int?
  var bounds: Bounds.Encoded?
  var levels: LevelHistogram
  /// For byte arrays: the bytes of the values without their lengths.
  var unencodedByteCount: Int?
  /// What the bounds mean.
  var columnOrder: ColumnOrder
  /// What is to be said of geometries; nil where the leaf has none, or there is nothing.
  var geospatialStatistics: GeospatialStatistics?
  var statisticsLevel: WriterOptions.StatisticsLevel
  /// Pairs of the application's own.
  var keyValues: [KeyValue]
  var bloomFilter: BloomFilter?
  /// What encrypts the chunk's modules; nil where nothing does. The pages' bodies are encrypted already.
  var encryptor: ChunkEncryptor?
}

extension EncodedChunk {
  /// `content` as it stands in the file: encrypted where the chunk is.
  func stored(
    _ content: Bytes, _ kind: ModuleAddress.Kind, page: Int = 0
  ) throws(ParquetError) -> Bytes {
    guard let encryptor else { return content }
    return try encryptor.seal(content, kind, page: page)
  }

  /// Writes the chunk's pages with their headers, and tells what the footer is to say of them and
  /// where each page begins, and where the last one ends.
  func write(
    to output: CountingOutput
  ) throws(ParquetError) -> (metadata: ColumnMetadata, pageOffsets: [Int]) {
    var pageOffsets: [Int] = []
    var rawByteCount = 0
    let start = output.byteCount
    var dictionaryOffset: Int?
    var dataOffset: Int?
    var dataPageCount = 0
    for page in pages {
      let offset = output.byteCount
      pageOffsets.append(offset)
      let header = page.header.encoded(capacity: 64)
      let headerBytes: Bytes
      if page.kind == .dictionary {
        dictionaryOffset = offset
        headerBytes = try stored(header, .dictionaryPageHeader)
      } else {
        dataOffset = dataOffset ?? offset
        headerBytes = try stored(header, .dataPageHeader, page: dataPageCount)
        dataPageCount += 1
      }
      rawByteCount += headerBytes.count + page.rawByteCount
      try output.write(headerBytes)
      try output.write(page.body)
    }
    pageOffsets.append(output.byteCount)
    let metadata = ColumnMetadata(
      type: PhysicalTypeID(leaf.physicalType), encodings: encodings, path: leaf.path.components,
      codec: codec, valueCount: slotCount, totalUncompressedByteCount: rawByteCount,
      totalCompressedByteCount: output.byteCount - start, keyValues: keyValues,
      dataPageOffset: dataOffset ?? start,
      dictionaryPageOffset: dictionaryOffset, statistics: statistics,
      encodingStatistics: encodingStatistics, sizeStatistics: sizeStatistics,
      geospatialStatistics: geospatialStatistics)
    return (metadata, pageOffsets)
  }

  /// The chunk's bloom filter as it stands in the file: its header and its bits; nothing where there is
  /// none.
  var storedBloomFilter: [Bytes] {
    get throws(ParquetError) {
      guard let bloomFilter else { return [] }
      let header = BloomFilterHeader(byteCount: bloomFilter.byteCount)
      return [
        try stored(header.encoded(capacity: 16), .bloomFilterHeader),
        try stored(bloomFilter.bitset, .bloomFilterBitset),
      ]
    }
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
      let type = page.header.type
      if let i = counts.firstIndex(where: { $0.pageType == type && $0.encoding == page.encoding }) {
        counts[i].count += 1
      } else {
        counts.append(PageEncodingStatistics(pageType: type, encoding: page.encoding, count: 1))
      }
    }
    return counts
  }

  private var sizeStatistics: SizeStatistics? {
    guard statisticsLevel != .none else { return nil }
    guard unencodedByteCount != nil || !levels.definition.isEmpty else { return nil }
    return SizeStatistics(
      unencodedByteArrayByteCount: unencodedByteCount,
      repetitionLevelHistogram: levels.repetition.isEmpty ? nil : levels.repetition,
      definitionLevelHistogram: levels.definition.isEmpty ? nil : levels.definition)
  }

  private var statistics: Statistics? {
    guard statisticsLevel != .none else { return nil }
    var statistics = Statistics(nullCount: nullCount)
    statistics.nanCount = nanCount
    guard let bounds else { return statistics }
    statistics.minimum = bounds.least
    statistics.maximum = bounds.greatest
    statistics.isMinimumExact = bounds.isLeastExact
    statistics.isMaximumExact = bounds.isGreatestExact
    // The deprecated pair was read as signed, so only there it says the same (rule S1); the total order
    // tells zeros apart, and may have NaN for a bound.
    guard columnOrder == .typeDefined else { return statistics }
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
      type: .dataPage, uncompressedByteCount: rawByteCount, compressedByteCount: body.count,
      crc: crc)
    switch kind {
    case .dictionary:
      header.type = .dictionaryPage
      header.dictionaryPage = DictionaryPageHeader(valueCount: slotCount)
    case .data:
      header.dataPage = DataPageHeader(
        valueCount: slotCount, encoding: encoding, definitionLevelEncoding: .rle,
        repetitionLevelEncoding: .rle)
    case .dataV2(let levels, let isCompressed):
      header.type = .dataPageV2
      header.dataPageV2 = DataPageHeaderV2(
        valueCount: slotCount, nullCount: nullCount, rowCount: rowCount, encoding: encoding,
        definitionLevelsByteCount: levels.definition,
        repetitionLevelsByteCount: levels.repetition, isCompressed: isCompressed)
    }
    return header
  }
}
