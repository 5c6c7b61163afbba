/// Reads the rows of one column chunk in order, some at a time.
final class ColumnChunkReader {
  private let leaf: Leaf
  private let chunk: ReadableChunk
  private var metadata: ColumnMetadata { chunk.metadata }
  private let limits: ReaderLimits
  private let verifiesChecksums: Bool
  private let memory: MemoryAllowance
  /// What decompresses: that of the thread which reads.
  var context: CodecContext
  private var walker: PageWalker
  /// What the chunk's indices mean, once its dictionary page was read.
  private var dictionary: ColumnValues?
  /// The data page that rows are read from.
  private var page: DataPage?
  /// The slots of the data pages opened or passed so far.
  private var slotsSeen = 0
  /// The number and place of the page last seen, for errors.
  private var pageNumber = -1
  private var pageOffset: Int?

  /// A reader of the chunk that `column` describes.
  ///
  /// - Parameters:
  ///   - source: the file's bytes.
  ///   - chunk: where the chunk lies and what is in it.
  ///   - leaf: the leaf whose values it holds.
  ///   - dataEnd: the offset past which no page lies: the footer's.
  ///   - limits: how much memory the pages may ask for.
  ///   - memory: what it is taken from.
  ///   - verifiesChecksums: whether pages that carry a checksum are held against it.
  ///   - context: what decompresses.
  /// - Throws: ``ParquetError`` with code `malformedFile` where the chunk leaves the file.
  init(
    _ source: any ByteSource, _ chunk: ReadableChunk, leaf: Leaf, dataEnd: Int,
    limits: ReaderLimits, memory: MemoryAllowance, verifiesChecksums: Bool,
    context: CodecContext
  ) throws(ParquetError) {
    self.leaf = leaf
    self.chunk = chunk
    self.limits = limits
    self.memory = memory
    self.verifiesChecksums = verifiesChecksums
    self.context = context
    let range = try chunk.metadata.pageRange(dataEnd: dataEnd)
    walker = PageWalker(source, range, of: chunk, limits: limits, memory: memory)
    ahead = LevelWindow(memory: memory)
  }

  /// About how many bytes a row takes in a batch, by what the footer says; `rowCount` is how many rows the
  /// chunk has.
  func estimatedRowByteCount(rowCount: Int) -> Double {
    let slots = Double(metadata.valueCount)
    let levels = leaf.maxRepetitionLevel > 0 ? 2.0 : leaf.maxDefinitionLevel > 1 ? 1 : 0.125
    let width = Double(max(leaf.physicalType.byteWidth ?? 4, 4)) + levels
    let bytes = max(Double(metadata.totalUncompressedByteCount), 0) + slots * width
    return bytes / Double(max(rowCount, 1))
  }

  // MARK: Rows

  /// The next `rowCount` rows.
  ///
  /// - Throws: ``ParquetError`` with page and byte offset where the pages are damaged or hold fewer
  ///   rows.
  func read(rowCount: Int) throws(ParquetError) -> Column {
    do throws(ParquetError) {
      let share = Double(rowCount) / Double(max(metadata.valueCount, 1))
      let byteCount = min(share, 1) * Double(max(metadata.totalUncompressedByteCount, 0))
      var values = ValueCollector(
        leaf.physicalType, dictionary: try readDictionary(), expectedCount: rowCount,
        expectedByteCount: Int(min(byteCount, 1e12)), byteLimit: limits.columnBytes, memory: memory)
      if leaf.maxRepetitionLevel > 0 { return try readNested(rowCount, &values) }
      if leaf.maxDefinitionLevel > 1 { return try readLevels(rowCount, &values) }
      return try readFlat(rowCount, &values)
    } catch { throw located(error) }
  }

  /// What the chunk's indices mean; nil where it has no dictionary.
  func dictionaryValues() throws(ParquetError) -> ColumnValues? {
    do throws(ParquetError) { return try readDictionary() } catch { throw located(error) }
  }

  /// Passes over the next `rowCount` rows; whole pages of a leaf that does not repeat are not
  /// decompressed.
  func skip(rowCount: Int) throws(ParquetError) {
    do throws(ParquetError) {
      var left = rowCount
      if leaf.maxRepetitionLevel == 0 {
        if page?.slotsLeft == 0 { page = nil }
        while left > 0, page == nil {
          guard let next = try nextDataPage() else { throw tooFewRows }
          guard let slots = try next.slotCount, slots <= left else {
            try open(next)
            break
          }
          left -= slots
        }
      }
      // What was not skipped by the page is decoded and dropped, in pieces.
      while left > 0 {
        let step = min(left, 65_536)
        _ = try read(rowCount: step)
        left -= step
      }
    } catch { throw located(error) }
  }

  /// Checks that nothing is left after the last row.
  func finish() throws(ParquetError) {
    do throws(ParquetError) {
      if page?.slotsLeft ?? 0 > 0 || !ahead.isEmpty { throw tooManyRows }
      page = nil
      while let next = try nextDataPage() {
        guard try next.slotCount == 0 else { throw tooManyRows }
      }
    } catch { throw located(error) }
  }

  /// Rows of a leaf with one optional level at most.
  private func readFlat(
    _ rowCount: Int, _ values: inout ValueCollector
  ) throws(ParquetError) -> Column {
    var validity = BitmapBuffer()
    var nullCount = 0
    var left = rowCount
    while left > 0 {
      guard var page = try currentPage() else { throw tooFewRows }
      let take = min(left, page.slotsLeft)
      var present = take
      if page.definition != nil {
        try check((validity.count + take) / 8)
        try validity.reserve(take, within: memory)
        present = try page.definition?.decode(take, into: &validity) ?? take
        nullCount += take - present
      }
      try values.append(present, from: &page.values)
      page.slotsLeft -= take
      left -= take
      self.page = page
    }
    return Column(
      rowCount: rowCount,
      presence: nullCount > 0 ? .validity(validity.freeze()) : .allPresent,
      values: try values.finish())
  }

  /// Rows of a leaf that does not repeat and has several optional levels.
  private func readLevels(
    _ rowCount: Int, _ values: inout ValueCollector
  ) throws(ParquetError) -> Column {
    var definition = ByteBuffer()
    var presentCount = 0
    var left = rowCount
    while left > 0 {
      guard var page = try currentPage() else { throw tooFewRows }
      let take = min(left, page.slotsLeft)
      try check(definition.count + take)
      try definition.reserve(take, within: memory)
      let target = unsafe definition.end.assumingMemoryBound(to: UInt8.self)
      try unsafe page.definition?.decode(take, into: target)
      let full = UInt8(leaf.maxDefinitionLevel)
      var present = 0
      for i in 0..<take { unsafe present &+= target[i] == full ? 1 : 0 }
      definition.advance(by: take)
      try values.append(present, from: &page.values)
      presentCount += present
      page.slotsLeft -= take
      left -= take
      self.page = page
    }
    return Column(
      rowCount: rowCount,
      presence: presentCount == rowCount
        ? .allPresent : .levels(definition: definition.freeze(), repetition: nil),
      values: try values.finish())
  }

  // MARK: Lists

  /// Levels read ahead of the rows asked for, as where a row ends shows with the next one.
  private var ahead: LevelWindow

  /// Rows of a leaf that repeats.
  private func readNested(
    _ rowCount: Int, _ values: inout ValueCollector
  ) throws(ParquetError) -> Column {
    var definition = ByteBuffer()
    var repetition = ByteBuffer()
    var rows = 0
    while true {
      if ahead.isEmpty {
        guard var page = try currentPage() else { break }
        try ahead.fill(from: &page, leaf: leaf)
        self.page = page
      }
      let taken = try ahead.take(
        rowLimit: rowCount, rows: &rows, leaf: leaf, definition: &definition,
        repetition: &repetition)
      try check(2 * definition.count)
      if var page {
        try values.append(taken.present, from: &page.values)
        self.page = page
      }
      // The window holds a slot of the row after.
      if !ahead.isEmpty { break }
    }
    guard rows == rowCount else { throw tooFewRows }
    let slotCount = definition.count
    return Column(
      rowCount: rowCount, slotCount: slotCount,
      presence: .levels(definition: definition.freeze(), repetition: repetition.freeze()),
      values: try values.finish())
  }

  private func check(_ levelBytes: Int) throws(ParquetError) {
    guard levelBytes <= limits.columnBytes else {
      throw ParquetError(
        .limitExceeded,
        "one read would make more than \(limits.columnBytes) bytes of levels; read fewer rows at a time"
      )
    }
  }

  // MARK: Pages

  /// The data page with slots left, the next one opened where there is none; nil at the chunk's end.
  private func currentPage() throws(ParquetError) -> DataPage? {
    while (page?.slotsLeft ?? 0) == 0 {
      guard let next = try nextDataPage() else { return nil }
      try open(next)
    }
    return page
  }

  private func open(_ stored: StoredPage) throws(ParquetError) {
    page = try DataPage(
      stored, body: try body(of: stored), leaf: leaf, codec: metadata.codec, context: context,
      limits: limits)
  }

  /// The dictionary, which comes before the first data page if at all.
  private func readDictionary() throws(ParquetError) -> ColumnValues? {
    // Before the first data page is opened, its place is passed once to get at the dictionary.
    if page == nil, slotsSeen == 0, pending == nil { pending = try nextDataPage() }
    return dictionary
  }

  /// A data page found while looking for the dictionary.
  private var pending: StoredPage?

  /// The next data page; nil once all slots of the chunk were seen.
  private func nextDataPage() throws(ParquetError) -> StoredPage? {
    if let found = pending {
      pending = nil
      return found
    }
    while slotsSeen < metadata.valueCount {
      pageNumber += 1
      pageOffset = walker.offset
      guard let stored = try walker.next() else {
        throw ParquetError(
          .malformedFile,
          "the column chunk ends after \(slotsSeen) of \(metadata.valueCount) values")
      }
      if let header = try stored.dictionary {
        guard dictionary == nil, slotsSeen == 0 else {
          throw ParquetError(.malformedFile, "a dictionary page follows another page")
        }
        dictionary = try DictionaryPage.values(
          stored, header, body: try body(of: stored), leaf: leaf, codec: metadata.codec,
          context: context)
      } else if let slots = try stored.slotCount {
        slotsSeen += slots
        guard slotsSeen <= metadata.valueCount else {
          throw ParquetError(
            .malformedFile,
            "the pages hold more than the \(metadata.valueCount) values of the column chunk")
        }
        return stored
      }
      // Index pages, and kinds that are not known, are passed over (rules P1, P10).
    }
    return nil
  }

  private func body(of stored: StoredPage) throws(ParquetError) -> Bytes {
    let body = try walker.body(of: stored)
    if verifiesChecksums, let expected = stored.header.crc {
      let found = unsafe crc32(UnsafeRawBufferPointer(start: body.pointer, count: body.count))
      guard found == expected else {
        throw ParquetError(
          .malformedFile,
          "the page's checksum is \(hexadecimal(found)), its header says \(hexadecimal(expected))")
      }
    }
    return try walker.content(of: stored, body)
  }

  // MARK: Errors

  private func located(_ error: ParquetError) -> ParquetError {
    error.adding(page: pageNumber >= 0 ? pageNumber : nil, byteOffset: pageOffset)
  }

  private var tooFewRows: ParquetError {
    ParquetError(
      .malformedFile,
      "the column chunk has fewer rows than its row group (\(metadata.valueCount) values)")
  }

  private var tooManyRows: ParquetError {
    ParquetError(.malformedFile, "the column chunk has more rows than its row group")
  }
}

/// Eight digits.
func hexadecimal(_ value: UInt32) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 8 - digits.count) + digits
}
