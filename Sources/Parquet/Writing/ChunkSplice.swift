/// A column chunk of another file, put into this one page by page as it is.
///
/// What can be checked without decoding values is: pages lie one behind the other, their checksums hold,
/// they have as many values as the footer says, and the indexes point at them. What the footer is to say
/// of sizes, offsets and encodings is taken from the pages, not from the other file's word.
struct ChunkSplice {
  /// What the footer is to say of the chunk.
  private(set) var metadata: ColumnMetadata
  /// The page indexes, to be written before the footer.
  private(set) var indexes = ChunkIndexes(columnIndex: nil, offsetIndex: nil)
  /// The bloom filter with its header.
  private(set) var bloomFilter: Bytes?

  /// A page that was put into the file: where it lay, and its bytes with the header.
  private struct Page {
    var offset: Int
    var byteCount: Int
  }

  /// Writes the pages of `leaf`'s chunk to `output`.
  ///
  /// - Parameters:
  ///   - reader: the other file.
  ///   - rowGroup: the row group's number.
  ///   - leaf: the column.
  ///   - order: what bounds mean in the file that is written; those of another order are left out.
  ///   - output: where the pages go.
  /// - Throws: ``ParquetError``: `malformedFile` where the file contradicts itself, `unsupportedFeature`
  ///   where the chunk is encrypted or lies in another file, `inputOutput`, `limitExceeded`.
  init(
    _ reader: ParquetReader, rowGroup: Int, _ leaf: Leaf, order: ColumnOrder,
    to output: CountingOutput
  ) throws(ParquetError) {
    let group = reader.metadata.rowGroups[rowGroup]
    // What is encrypted is bound to its place in its file.
    guard !group.columns[leaf.index].isEncrypted else {
      throw ParquetError(
        .unsupportedFeature,
        "the column is encrypted: its pages cannot be put into another file as they are; read its"
          + " rows and write them (parquet convert)")
    }
    let chunk = try reader.chunk(rowGroup: rowGroup, leaf: leaf)
    let source = chunk.metadata
    metadata = source
    let start = output.byteCount
    let pages = try copyPages(reader, chunk, leaf, rowCount: group.rowCount, to: output)
    let shift = start - source.firstPageOffset
    metadata.totalCompressedByteCount = output.byteCount - start
    metadata.indexPageOffset = nil
    metadata.bloomFilterOffset = nil
    metadata.bloomFilterByteCount = nil
    let orders = reader.metadata.columnOrders
    let hasOrder =
      orders.map { $0.indices.contains(leaf.index) && $0[leaf.index] == order } ?? false
    trimStatistics(leaf, hasOrder: hasOrder)
    indexes = try ChunkSplice.indexes(
      reader, chunk.place, pages, shift: shift, rowCount: group.rowCount, hasOrder: hasOrder)
    bloomFilter = try ChunkSplice.bloomFilter(reader, source)
  }

  // MARK: Pages

  /// Copies the pages; gives back where the data pages lay.
  private mutating func copyPages(
    _ reader: ParquetReader, _ chunk: ReadableChunk, _ leaf: Leaf, rowCount: Int,
    to output: CountingOutput
  ) throws(ParquetError) -> [Page] {
    let source = chunk.metadata
    var walker = PageWalker(
      reader.source, try source.pageRange(dataEnd: reader.footer.offset), of: chunk,
      limits: reader.limits, memory: reader.memory)
    var pages: [Page] = []
    var number = 0
    var slotCount = 0
    var rawByteCount = 0
    /// The rows that the headers tell; nil where one does not.
    var headerRows: Int? = 0
    var encodings: Set<Encoding> = []
    var counts: [PageEncodingStatistics] = []
    metadata.dictionaryPageOffset = nil
    do throws(ParquetError) {
      while slotCount < source.valueCount || walker.offset < source.declaredEnd,
        let page = try walker.next()
      {
        let header = page.header
        let body = try walker.body(of: page)
        if let expected = header.crc {
          let found = unsafe crc32(UnsafeRawBufferPointer(start: body.pointer, count: body.count))
          guard found == expected else {
            throw ParquetError(
              .malformedFile, "the page's checksum does not hold: the page is damaged"
            ).adding(byteOffset: page.offset)
          }
        }
        let offset = output.byteCount
        if let slots = try page.slotCount {
          if pages.isEmpty { metadata.dataPageOffset = offset }
          pages.append(Page(offset: page.offset, byteCount: page.body.upperBound - page.offset))
          slotCount = try ChunkSplice.sum(slotCount, slots)
          if let rows = header.dataPageV2?.rowCount, let sum = headerRows {
            headerRows = try ChunkSplice.sum(sum, rows)
          } else {
            headerRows = nil
          }
        } else if try page.dictionary != nil {
          guard number == 0 else {
            throw ParquetError(.malformedFile, "a dictionary page is not the first page")
              .adding(byteOffset: page.offset)
          }
          metadata.dictionaryPageOffset = offset
        }
        encodings.formUnion(header.encodings(leaf))
        if let encoding = header.valueEncoding {
          ChunkSplice.count(header.type, encoding, in: &counts)
        }
        rawByteCount = try ChunkSplice.sum(
          rawByteCount, page.headerByteCount + header.uncompressedByteCount)
        let headerRange = page.offset..<page.offset + page.headerByteCount
        for bytes in [try reader.source.readAll(headerRange), body] {
          try bytes.withBytes { (span) throws(ParquetError) in try output.write(span) }
        }
        number += 1
      }
      guard slotCount == source.valueCount else {
        throw ParquetError(
          .malformedFile, "the pages have \(slotCount) values; the footer says \(source.valueCount)"
        )
      }
      let knownRows = leaf.maxRepetitionLevel == 0 ? slotCount : pages.isEmpty ? nil : headerRows
      if let knownRows, knownRows != rowCount {
        throw ParquetError(
          .malformedFile, "the pages have \(knownRows) rows; the row group has \(rowCount)")
      }
    } catch {
      throw error.adding(page: number)
    }
    metadata.valueCount = slotCount
    metadata.totalUncompressedByteCount = rawByteCount
    metadata.encodings = encodings.sorted { $0.rawValue < $1.rawValue }
    metadata.encodingStatistics = counts
    return pages
  }

  private static func count(
    _ type: PageType, _ encoding: Encoding, in counts: inout [PageEncodingStatistics]
  ) {
    if let i = counts.firstIndex(where: { $0.pageType == type && $0.encoding == encoding }) {
      counts[i].count += 1
    } else {
      counts.append(PageEncodingStatistics(pageType: type, encoding: encoding, count: 1))
    }
  }

  private static func sum(_ a: Int, _ b: Int) throws(ParquetError) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    guard !overflow else { throw ParquetError(.malformedFile, "the sizes of the pages overflow") }
    return sum
  }

  // MARK: What is said of the values

  /// Leaves out bounds that mean something else in this file than they did in theirs.
  private mutating func trimStatistics(_ leaf: Leaf, hasOrder: Bool) {
    guard var statistics = metadata.statistics else { return }
    if !hasOrder {
      statistics.minimum = nil
      statistics.maximum = nil
      statistics.isMinimumExact = nil
      statistics.isMaximumExact = nil
    }
    // Only where signed order is the type's do the deprecated bounds mean the same to all (rule S1).
    switch leaf.sortOrder {
    case .signed, .boolean: break
    default:
      statistics.deprecatedMinimum = nil
      statistics.deprecatedMaximum = nil
    }
    metadata.statistics = statistics
  }

  /// The page indexes with the offsets moved by `shift`.
  private static func indexes(
    _ reader: ParquetReader, _ chunk: ColumnChunk, _ pages: [Page], shift: Int, rowCount: Int,
    hasOrder: Bool
  ) throws(ParquetError) -> ChunkIndexes {
    var result = ChunkIndexes(columnIndex: nil, offsetIndex: nil)
    if hasOrder,
      let (bytes, index) = try read(
        reader, chunk.columnIndexOffset, chunk.columnIndexByteCount, "column index",
        as: ColumnIndex.self)
    {
      let counts = [index.nullPages.count, index.minimums.count, index.maximums.count]
      guard counts.allSatisfy({ $0 == pages.count }) else {
        throw ParquetError(
          .malformedFile, "the column index has \(counts[0]) pages; the chunk has \(pages.count)")
      }
      result.columnIndex = bytes
    }
    guard
      var (_, index) = try read(
        reader, chunk.offsetIndexOffset, chunk.offsetIndexByteCount, "offset index",
        as: OffsetIndex.self)
    else {
      // Alone the column index says nothing of any page.
      result.columnIndex = nil
      return result
    }
    guard index.pages.count == pages.count else {
      throw ParquetError(
        .malformedFile,
        "the offset index has \(index.pages.count) pages; the chunk has \(pages.count)")
    }
    var row = 0
    for (number, page) in pages.enumerated() {
      let location = index.pages[number]
      guard location.offset == page.offset, location.compressedByteCount == page.byteCount,
        number == 0 ? location.firstRow == 0 : location.firstRow >= row,
        location.firstRow <= rowCount
      else {
        throw ParquetError(
          .malformedFile, "the offset index does not fit the page at byte \(page.offset)"
        ).adding(page: number)
      }
      row = location.firstRow
      index.pages[number].offset = location.offset + shift
    }
    var writer = CompactWriter(capacity: 128)
    index.encode(to: &writer)
    result.offsetIndex = writer.freeze()
    return result
  }

  private static func read<T: CompactStruct>(
    _ reader: ParquetReader, _ offset: Int?, _ byteCount: Int?, _ name: String, as type: T.Type
  ) throws(ParquetError) -> (bytes: Bytes, value: T)? {
    guard let offset, let byteCount else { return nil }
    guard offset >= 0, offset <= reader.footer.offset, byteCount <= reader.footer.offset - offset
    else {
      throw ParquetError(.malformedFile, "the \(name) lies outside the file")
        .adding(byteOffset: offset)
    }
    guard byteCount <= reader.limits.footerBytes else {
      throw ParquetError(
        .limitExceeded,
        "the \(name) has \(byteCount) bytes; the limit is \(reader.limits.footerBytes)")
    }
    let bytes = try reader.source.readAll(offset..<offset + byteCount)
    let grant = MemoryGrant(reader.memory)
    var compact = CompactReader(bytes, baseOffset: offset, grant: grant)
    return (bytes, try T(from: &compact))
  }

  private static func bloomFilter(
    _ reader: ParquetReader, _ source: ColumnMetadata
  ) throws(ParquetError) -> Bytes? {
    guard let offset = source.bloomFilterOffset else { return nil }
    let dataEnd = reader.footer.offset
    guard offset >= 0, offset < dataEnd else {
      throw ParquetError(.malformedFile, "the bloom filter lies outside the file")
        .adding(byteOffset: offset)
    }
    let head = try reader.source.readAll(offset..<min(offset + 256, dataEnd))
    var compact = CompactReader(head, baseOffset: offset)
    let header = try BloomFilterHeader(from: &compact)
    let byteCount = compact.position + header.byteCount
    guard header.byteCount <= BloomFilter.largestByteCount, byteCount <= dataEnd - offset,
      source.bloomFilterByteCount ?? byteCount == byteCount
    else {
      throw ParquetError(.malformedFile, "the bloom filter's length is not that of its header")
        .adding(byteOffset: offset)
    }
    return try reader.source.readAll(offset..<offset + byteCount)
  }

  /// Notes where the bloom filter was put.
  mutating func setBloomFilter(offset: Int, byteCount: Int) {
    metadata.bloomFilterOffset = offset
    metadata.bloomFilterByteCount = byteCount
  }
}

extension PageHeader {
  /// How the values are encoded; nil for a page of a kind that is not known.
  fileprivate var valueEncoding: Encoding? {
    dataPage?.encoding ?? dataPageV2?.encoding ?? dictionaryPage?.encoding
  }

  /// Every encoding in the page, that of the levels included.
  fileprivate func encodings(_ leaf: Leaf) -> [Encoding] {
    var used = valueEncoding.map { [$0] } ?? []
    if type == .dataPage, let dataPage {
      if leaf.maxDefinitionLevel > 0 { used.append(dataPage.definitionLevelEncoding) }
      if leaf.maxRepetitionLevel > 0 { used.append(dataPage.repetitionLevelEncoding) }
    } else if type == .dataPageV2, leaf.maxDefinitionLevel > 0 {
      used.append(.rle)
    }
    return used
  }
}
