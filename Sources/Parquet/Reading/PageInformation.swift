/// What can be said of a page without its values.
public struct PageInformation: Equatable, Sendable {
  /// The page's header.
  public let header: PageHeader
  /// The file offset of the header.
  public let offset: Int
  /// The bytes of the header.
  public let headerByteCount: Int
  /// The rows that begin in a data page; nil for other pages, and where the levels are damaged.
  public let rowCount: Int?
  /// The slots of a data page that hold no value: nulls and empty lists; nil for other pages,
  /// and where the levels are damaged.
  public let nullCount: Int?

  /// The bytes of the body as stored.
  public var bodyByteCount: Int { header.compressedByteCount }

  /// How the values are encoded; nil for a page of a kind that is not known.
  public var encoding: Encoding? {
    header.dataPage?.encoding ?? header.dataPageV2?.encoding ?? header.dictionaryPage?.encoding
  }

  /// The slots of a data page, or the values of a dictionary page; nil for a page of a kind that is
  /// not known.
  public var valueCount: Int? {
    header.dataPage?.valueCount ?? header.dataPageV2?.valueCount
      ?? header.dictionaryPage?.valueCount
  }
}

extension PageInformation {
  /// The rows and the nulls of a data page, found in its levels.
  fileprivate static func counts(
    _ stored: StoredPage, _ body: Bytes, leaf: Leaf, codec: CompressionCodec,
    context: CodecContext, limits: ReaderLimits, scanner: inout PageScanner
  ) throws(ParquetError) -> (rows: Int, nulls: Int) {
    var page = try DataPage(
      stored, body: body, leaf: leaf, codec: codec, context: context, limits: limits)
    var rows = 0
    var nulls = 0
    while let piece = try scanner.next(in: &page) {
      rows += piece.rowCount
      nulls += piece.slotCount - piece.presentCount
    }
    return (rows, nulls)
  }
}

extension ParquetReader {
  /// The bytes of the file.
  public var byteCount: Int { source.byteCount }

  /// The pages of one column chunk, in file order.
  ///
  /// Levels are decoded to count rows and nulls; values and checksums are not looked at.
  ///
  /// - Parameters:
  ///   - rowGroup: the row group's number.
  ///   - column: the leaf's number.
  /// - Returns: what each page says.
  /// - Throws: ``ParquetError`` with file, row group, column, page and byte offset.
  public func pages(rowGroup: Int, column: Int) throws(ParquetError) -> [PageInformation] {
    guard metadata.rowGroups.indices.contains(rowGroup), schema.leaves.indices.contains(column)
    else {
      throw ParquetError(
        .invalidArgument, "there is no column \(column) in a row group \(rowGroup)"
      ).adding(file: source.name)
    }
    let leaf = schema.leaves[column]
    var pages: [PageInformation] = []
    do throws(ParquetError) {
      let readable = try self.chunk(rowGroup: rowGroup, leaf: leaf)
      let chunk = readable.metadata
      var walker = PageWalker(
        source, try chunk.pageRange(dataEnd: footer.offset), of: readable, limits: limits,
        memory: memory)
      let context = CodecContext(memory: memory)
      var scanner = PageScanner(leaf: leaf, memory: memory)
      let grant = MemoryGrant(memory)
      var slots = 0
      // Behind the last value there may be room that belongs to the next chunk.
      while slots < chunk.valueCount || walker.offset < chunk.declaredEnd,
        let stored = try walker.next()
      {
        var rowCount: Int?
        var nullCount: Int?
        if let slotCount = try stored.slotCount {
          slots += slotCount
          let body = try walker.content(of: stored, walker.body(of: stored))
          let counts = try? PageInformation.counts(
            stored, body, leaf: leaf, codec: chunk.codec, context: context, limits: limits,
            scanner: &scanner)
          rowCount = counts?.rows
          nullCount = counts?.nulls
        }
        try grant.extend(by: 2 * MemoryLayout<PageInformation>.stride)
        pages.append(
          PageInformation(
            header: stored.header, offset: stored.offset, headerByteCount: stored.headerByteCount,
            rowCount: rowCount, nullCount: nullCount))
      }
    } catch {
      throw error.adding(
        file: source.name, rowGroup: rowGroup, column: leaf.path.description, page: pages.count)
    }
    return pages
  }
}
