/// Where the data pages of a chunk lie, and what is known of each.
struct PageIndex {
  let columnIndex: ColumnIndex
  let offsetIndex: OffsetIndex
  private let rowCount: Int
  /// The memory of both.
  private let grant: MemoryGrant

  /// The rows of page `number`, counted in the row group.
  func rows(ofPage number: Int) -> Range<Int> {
    let pages = offsetIndex.pages
    let end = number + 1 < pages.count ? pages[number + 1].firstRow : rowCount
    return pages[number].firstRow..<end
  }

  /// The index of `chunk`, which has `rowCount` rows; nil where there is none that makes sense: it is
  /// an aid, and without it all pages are read.
  ///
  /// - Throws: ``ParquetError`` where the file cannot be read, an encrypted index does not fit key and
  ///   place, or with code `limitExceeded`.
  init?(
    _ chunk: ReadableChunk, rowCount: Int, _ source: any ByteSource, dataEnd: Int,
    limits: ReaderLimits, memory: MemoryAllowance
  ) throws(ParquetError) {
    let grant = MemoryGrant(memory)
    func read<T: CompactStruct>(
      _ offset: Int?, _ byteCount: Int?, _ kind: ModuleAddress.Kind, as type: T.Type
    ) throws(ParquetError) -> T? {
      guard let offset, let byteCount, offset >= 0, offset <= dataEnd,
        byteCount <= dataEnd - offset, byteCount <= limits.footerBytes
      else { return nil }
      try grant.extend(by: byteCount)
      let bytes = try chunk.content(
        source.readAll(offset..<offset + byteCount), kind, at: offset, within: memory)
      do throws(ParquetError) {
        var compact = CompactReader(bytes, baseOffset: offset, grant: grant)
        return try T(from: &compact)
      } catch {
        if error.code == .limitExceeded { throw error }
        return nil
      }
    }
    guard
      let columns = try read(
        chunk.place.columnIndexOffset, chunk.place.columnIndexByteCount, .columnIndex,
        as: ColumnIndex.self),
      let offsets = try read(
        chunk.place.offsetIndexOffset, chunk.place.offsetIndexByteCount, .offsetIndex,
        as: OffsetIndex.self)
    else { return nil }
    let pages = offsets.pages
    guard !pages.isEmpty, columns.nullPages.count == pages.count,
      columns.minimums.count == pages.count, columns.maximums.count == pages.count,
      columns.nullCounts?.count ?? pages.count == pages.count,
      columns.nanCounts?.count ?? pages.count == pages.count,
      pages[0].firstRow == 0, pages[pages.count - 1].firstRow <= rowCount,
      zip(pages, pages.dropFirst()).allSatisfy({ $0.firstRow <= $1.firstRow })
    else { return nil }
    columnIndex = columns
    offsetIndex = offsets
    self.rowCount = rowCount
    self.grant = grant
  }
}

extension ColumnMetadata {
  /// Whether every data page has dictionary indices, so that the dictionary has every value.
  ///
  /// Only the counts of pages say so: the list of encodings is the same where pages fell back to PLAIN.
  var isWhollyDictionary: Bool {
    guard let encodingStatistics else { return false }
    let pages = encodingStatistics.filter { $0.pageType != .dictionaryPage && $0.count > 0 }
    return !pages.isEmpty
      && pages.allSatisfy {
        ($0.pageType == .dataPage || $0.pageType == .dataPageV2)
          && ($0.encoding == .rleDictionary || $0.encoding == .plainDictionary)
      }
  }
}

extension ReadableChunk {
  /// The most bytes of a bloom filter's header, encrypted or not.
  private static let bloomHeaderByteLimit = 256

  /// The chunk's bloom filter; nil where there is none that makes sense.
  ///
  /// - Throws: ``ParquetError`` where the file cannot be read, an encrypted filter does not fit key and
  ///   place, or with code `limitExceeded`.
  func bloomFilter(
    _ source: any ByteSource, dataEnd: Int, memory: MemoryAllowance
  ) throws(ParquetError) -> BloomFilter? {
    try storedBloomFilter(source, dataEnd: dataEnd, memory: memory)?.filter
  }

  /// As ``bloomFilter(_:dataEnd:memory:)``, with the bytes that it takes in the file, its header's included.
  func storedBloomFilter(
    _ source: any ByteSource, dataEnd: Int, memory: MemoryAllowance
  ) throws(ParquetError) -> (filter: BloomFilter, byteCount: Int)? {
    guard let offset = metadata.bloomFilterOffset, offset >= 0, offset < dataEnd else { return nil }
    var head = try source.readAll(
      offset..<min(offset + ReadableChunk.bloomHeaderByteLimit, dataEnd))
    var headByteCount: Int?
    if decryptor != nil {
      guard let byteCount = ModuleCipher.byteCount(head), byteCount <= head.count else {
        throw ParquetError(
          .malformedFile, "\(ModuleAddress.Kind.bloomFilterHeader.name) is not a module"
        ).adding(byteOffset: offset)
      }
      head = try content(
        head.slice(0..<byteCount), .bloomFilterHeader, at: offset, within: memory)
      headByteCount = byteCount
    }
    var compact = CompactReader(head, baseOffset: offset)
    let header: BloomFilterHeader
    do throws(ParquetError) { header = try BloomFilterHeader(from: &compact) } catch { return nil }
    let start = offset + (headByteCount ?? compact.position)
    let byteCount =
      header.byteCount + (decryptor == nil ? 0 : ModuleCipher.Mode.gcm.overhead)
    guard header.isKnown, header.byteCount > 0, header.byteCount <= BloomFilter.largestByteCount,
      byteCount <= dataEnd - start
    else { return nil }
    // The filter copies the bytes it is made of.
    try memory.take(2 * header.byteCount)
    defer { memory.give(back: 2 * header.byteCount) }
    let filter = BloomFilter(
      bitset: try content(
        source.readAll(start..<start + byteCount), .bloomFilterBitset, at: start, within: memory))
    return filter.map { ($0, start + byteCount - offset) }
  }
}
