/// Walks through the pages of a column chunk, reading the file in windows, and decrypts them where the
/// chunk is encrypted.
struct PageWalker {
  private let source: any ByteSource
  private let limits: ReaderLimits
  private let memory: MemoryAllowance
  /// What decrypts the pages; nil where they are not encrypted.
  private let decryptor: ChunkDecryptor?
  /// Whether the next page is a dictionary by what the footer says; of meaning where pages are encrypted.
  private var expectsDictionary: Bool
  /// The data pages passed so far.
  private var dataPageCount = 0
  /// The offset past the last byte that may belong to the chunk.
  let end: Int
  /// The offset of the next page's header.
  private(set) var offset: Int
  /// The part of the file at hand, and where it begins.
  private var window = Bytes()
  private var windowOffset = 0
  private var windowGrant: MemoryGrant?

  /// The least that is read at once.
  private static let windowByteCount = 256 << 10
  /// What is looked at first for a header.
  private static let headerByteCount = 16 << 10

  /// A walk through the pages of `chunk` in `range` of the file; what is at hand of it is taken from
  /// `memory`.
  init(
    _ source: any ByteSource, _ range: Range<Int>, of chunk: ReadableChunk, limits: ReaderLimits,
    memory: MemoryAllowance
  ) {
    self.source = source
    decryptor = chunk.decryptor
    expectsDictionary = chunk.metadata.beginsWithDictionary
    self.limits = limits
    self.memory = memory
    end = range.upperBound
    offset = range.lowerBound
  }

  /// The next page, past which the walk moves; nil at the end of the chunk.
  ///
  /// - Throws: ``ParquetError`` with the byte offset where the header is damaged or the page leaves the
  ///   chunk, `limitExceeded` where the page is too large.
  mutating func next() throws(ParquetError) -> StoredPage? {
    guard offset < end else { return nil }
    let (header, headerByteCount) =
      if let decryptor { try readHeader(decryptor) } else { try readHeader() }
    let page = try accept(
      StoredPage(
        header: header, offset: offset, headerByteCount: headerByteCount,
        dataPageNumber: dataPageCount))
    if header.type.isDataPage { dataPageCount += 1 }
    return page
  }

  /// The encrypted header at ``offset``, and its bytes as stored.
  private mutating func readHeader(
    _ decryptor: ChunkDecryptor
  ) throws(ParquetError) -> (PageHeader, Int) {
    do throws(ParquetError) {
      let room = end - offset
      let head = try bytes(offset..<offset + min(room, ModuleCipher.lengthByteCount))
      guard let byteCount = ModuleCipher.byteCount(head), byteCount <= room else {
        throw ParquetError(
          .malformedFile,
          "an encrypted page header leaves its column chunk, which ends \(room) bytes on")
      }
      guard byteCount <= limits.pageHeaderBytes else {
        throw ParquetError(
          .limitExceeded,
          "an encrypted page header of \(byteCount) bytes; the limit is \(limits.pageHeaderBytes)")
      }
      let kind = expectsDictionary ? ModuleAddress.Kind.dictionaryPageHeader : .dataPageHeader
      let content = try decryptor.open(
        bytes(offset..<offset + byteCount), kind, page: dataPageCount, within: memory)
      var reader = CompactReader(content)
      let header = try PageHeader(from: &reader)
      guard (header.type == .dictionaryPage) == expectsDictionary else {
        throw ParquetError(
          .malformedFile, "a \(header.type.name) stands where \(kind.name) is to be")
      }
      expectsDictionary = false
      return (header, byteCount)
    } catch {
      // Places within what was encrypted are none in the file.
      var error = error
      error.context.byteOffset = offset
      throw error
    }
  }

  /// The header at ``offset``, and its bytes.
  private mutating func readHeader() throws(ParquetError) -> (PageHeader, Int) {
    var room = min(PageWalker.headerByteCount, end - offset)
    while true {
      var reader = CompactReader(try bytes(offset..<offset + room), baseOffset: offset)
      do throws(ParquetError) {
        let header = try PageHeader(from: &reader)
        return (header, reader.position)
      } catch {
        // A header with long bounds may go on past what was looked at.
        guard error.code == .malformedFile, room < end - offset, room < limits.pageHeaderBytes
        else { throw error.adding(byteOffset: offset) }
        room = min(room * 8, end - offset)
      }
    }
  }

  private mutating func accept(_ page: StoredPage) throws(ParquetError) -> StoredPage {
    let header = page.header
    guard header.compressedByteCount <= end - offset - page.headerByteCount else {
      throw ParquetError(
        .malformedFile,
        "a page of \(header.compressedByteCount) bytes leaves its column chunk, which ends "
          + "\(end - offset - page.headerByteCount) bytes on"
      ).adding(byteOffset: offset)
    }
    let limit = header.type == .dictionaryPage ? limits.dictionaryBytes : limits.pageBytes
    let largest = max(header.compressedByteCount, header.uncompressedByteCount)
    guard largest <= limit else {
      throw ParquetError(
        .limitExceeded, "a \(header.type.name) of \(largest) bytes; the limit is \(limit)"
      ).adding(byteOffset: offset)
    }
    offset = page.body.upperBound
    return page
  }

  /// The body of a page as stored.
  mutating func body(of page: StoredPage) throws(ParquetError) -> Bytes { try bytes(page.body) }

  /// What was encrypted to `body`, the body of a page as stored; `body` itself where nothing was.
  ///
  /// - Throws: ``ParquetError`` with code `malformedFile` where it does not fit key and place.
  func content(of page: StoredPage, _ body: Bytes) throws(ParquetError) -> Bytes {
    guard let decryptor else { return body }
    return try decryptor.open(
      body, page.header.type == .dictionaryPage ? .dictionaryPage : .dataPage,
      page: page.dataPageNumber, within: memory)
  }

  /// The bytes of `range` of the file, from the window where they lie in it.
  private mutating func bytes(_ range: Range<Int>) throws(ParquetError) -> Bytes {
    if range.lowerBound < windowOffset || range.upperBound > windowOffset + window.count {
      // With the body of a page comes the header of the next one.
      let wanted = max(range.count + PageWalker.headerByteCount, PageWalker.windowByteCount)
      let upper = min(range.lowerBound + wanted, max(end, range.upperBound))
      window = Bytes()
      windowGrant = nil
      let grant = MemoryGrant(memory)
      try grant.extend(by: upper - range.lowerBound)
      windowGrant = grant
      window = try source.readAll(range.lowerBound..<upper)
      windowOffset = range.lowerBound
    }
    return window.slice(range.lowerBound - windowOffset..<range.upperBound - windowOffset)
  }
}
