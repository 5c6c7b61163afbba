/// Encodes one column of a row group, slab by slab, and keeps its pages until the group closes.
///
/// Pages never cross slabs. Whether the chunk has a dictionary is settled by its first slab with
/// values; a dictionary that fills up later stays, and the slabs after it are written without.
final class ColumnChunkWriter {
  private enum Plan: Equatable {
    case undecided
    case dictionary
    /// Without a dictionary.
    case direct(Encoding)
  }

  let leaf: Leaf
  let settings: ColumnSettings
  private var plan: Plan
  private var dictionary: ChunkDictionary?
  private(set) var pages: [EncodedPage] = []
  private var bounds: Bounds
  private var levels: LevelHistogram
  private var unencodedByteCount = 0
  private var bloom: ChunkBloomFilter?
  private var geospatial: GeospatialBounds?
  private var nullCount = 0
  private var slotCount = 0
  /// The slabs so far that were written without a dictionary.
  private var directSlabCount = 0
  /// Who might finish large pages of the slab at hand.
  private var sharing: PageSharing?
  /// Whether the slab at hand was what the encoding in force was chosen by.
  private var isFreshlyChosen = false
  /// The values of the slab that the encoding was chosen by.
  private(set) var basis = 0
  /// The entries that the last slab added to the dictionary.
  private(set) var lastGrowth = 0
  /// The best encoding without a dictionary, and what it took where the dictionary was chosen instead.
  private var rival: (encoding: Encoding, bytesPerValue: Double)?
  /// The number of the row group in the file.
  private var rowGroup = 0
  /// Pages of the slab at hand that were left to others.
  private var pending: [PendingPage] = []

  /// The bytes of the pages so far before compression.
  private(set) var rawPageByteCount = 0
  /// The bytes held in encoded pages and in the dictionary: a function of the rows alone.
  private(set) var heldByteCount = 0

  init(leaf: Leaf, settings: ColumnSettings) {
    self.leaf = leaf
    self.settings = settings
    bounds = Bounds(leaf, settings.columnOrder)
    levels = LevelHistogram(leaf)
    geospatial = settings.statistics == .none ? nil : GeospatialBounds(leaf)
    bloom = settings.bloomRate == nil ? nil : ChunkBloomFilter(settings)
    plan = ColumnChunkWriter.firstPlan(leaf, settings)
  }

  /// What encrypts the chunk's modules; nil where nothing does.
  private var encryptor: ChunkEncryptor? {
    settings.encryptor.map { ChunkEncryptor($0, rowGroup: rowGroup) }
  }

  private static func firstPlan(_ leaf: Leaf, _ settings: ColumnSettings) -> Plan {
    if case .always(let encoding) = settings.encoding, encoding != .rleDictionary {
      return .direct(encoding)
    }
    return leaf.physicalType == .boolean ? .direct(.plain) : .undecided
  }

  // MARK: Slabs

  /// Encodes the next rows, values in plain form or by a dictionary whose entries are; about `slabsAhead`
  /// slabs of as many follow in the row group.
  ///
  /// Large pages are left to threads of `sharing` that have nothing else to do: the codec takes most of the time of
  /// long values, and one column of them would keep the other threads waiting. ``takePending()`` follows when all is
  /// done.
  func encode(
    _ column: Column, slabsAhead: Double, sharing: PageSharing? = nil, worker: EncoderWorker
  ) throws(ParquetError) {
    self.sharing = sharing
    defer { self.sharing = nil }
    slotCount += column.slotCount
    nullCount += column.slotCount - column.values.count
    geospatial?.add(column.values)
    let cutter = PageCutter(
      column, leaf: leaf, rowLimit: settings.pageRows, byteLimit: settings.pageBytes)

    // What was chosen by a few values is chosen anew when many come.
    let valueCount = column.values.count
    if dictionary == nil, settings.encoding == .automatic, basis > 0, valueCount / 4 > basis {
      plan = ColumnChunkWriter.firstPlan(leaf, settings)
      directSlabCount = 0
    }
    if valueCount > 0, plan == .undecided || plan == .dictionary,
      try encodeByDictionary(column, cutter, slabsAhead: slabsAhead, worker)
    {
      return
    }
    let column = column.plainForm(leaf)
    let values = column.values
    if values.count > 0 {
      heldByteCount -= bloom?.heldByteCount ?? 0
      bloom?.insert(values)
      heldByteCount += bloom?.heldByteCount ?? 0
    }
    let wanted = try directEncoding(column, cutter, worker)
    let scales = wanted == .alp ? ALPEncoder.scales(values) : []
    for span in cutter.spans(byteCount: { PlainEncoder.byteCount(values, $0) }) {
      let encoding = try pageEncoding(values.slice(span.values), wanted, worker)
      try appendPage(column, span, worker) { page in
        if encoding == .rle, case .bits(let bits) = values.form {
          LevelEncoder.append(bits.slice(span.values), into: &page)
        } else {
          DirectEncoder.append(values, span.values, encoding, scales: scales, into: &page)
        }
        return encoding
      } fold: { bounds in
        bounds.fold(values.slice(span.values))
      }
    }
  }

  /// The encoding of a slab without a dictionary: the one that was asked for, or else the one that a
  /// sample of this slab, or of an earlier one, found smallest.
  private func directEncoding(
    _ column: Column, _ cutter: PageCutter, _ worker: EncoderWorker
  ) throws(ParquetError) -> Encoding {
    let values = column.values
    guard case .direct(let current) = plan else { return .plain }
    guard values.count > 0, settings.encoding == .automatic, leaf.physicalType != .boolean else {
      return current
    }
    directSlabCount += 1
    // Looked at again after one, two, four, eight … slabs: data drifts, and a look costs.
    guard directSlabCount.nonzeroBitCount == 1, !isFreshlyChosen else {
      isFreshlyChosen = false
      return current
    }
    let choice = try EncodingChooser(leaf, settings, worker).best(
      of: pages(column, cutter), insteadOf: directSlabCount == 1 ? nil : current)
    plan = .direct(choice.direct)
    basis = max(basis, values.count)
    return choice.direct
  }

  /// What an encoding is chosen by.
  private func pages(_ column: Column, _ cutter: PageCutter) -> EncodingChooser.Pages {
    let values = column.values
    // The levels of pages of version 2 are not compressed.
    let isCompressedWithLevels = settings.pageVersion == .v1
    return EncodingChooser.Pages(
      values: values,
      hasLevels: isCompressedWithLevels && column.slotCount > values.count
    ) {
      cutter.spans(byteCount: { PlainEncoder.byteCount(values, $0) })
    } appendLevels: { [self] span, page in
      if isCompressedWithLevels { _ = appendLevels(column, span, into: &page) }
    }
  }

  /// Encodes a slab by the chunk's dictionary; false where it is to be written otherwise.
  private func encodeByDictionary(
    _ column: Column, _ cutter: PageCutter, slabsAhead: Double, _ worker: EncoderWorker
  ) throws(ParquetError) -> Bool {
    let values = column.values
    let isFirst = plan == .undecided
    let isForced = settings.encoding == .always(.rleDictionary)
    if isFirst, !isForced, !mayRepeat(values, slabsAhead: slabsAhead) {
      plan = .direct(.plain)
      return false
    }
    let dictionary =
      dictionary ?? ChunkDictionary(leaf.physicalType, byteLimit: settings.dictionaryBytes)
    let countBefore = dictionary.count
    let range = WordRange(values, leaf.physicalType)
    return try unsafe worker.withIndices(values.count) {
      (indices: UnsafeMutablePointer<UInt32>) throws(ParquetError) -> Bool in
      var direct: Encoding?
      if unsafe !number(values, range, dictionary, indices, worker) {
        direct = .plain
      } else if !isForced,
        let numbered = unsafe numbered(
          dictionary, indices, values.count, countBefore, isFirst ? slabsAhead : nil)
      {
        let choice = try EncodingChooser(leaf, settings, worker).best(
          of: pages(column.plainForm(leaf), cutter), numbered)
        isFreshlyChosen = choice.encoding != .rleDictionary
        if isFreshlyChosen { direct = choice.direct }
        rival = (choice.direct, (choice.directByteCount ?? .infinity) / Double(values.count))
        basis = values.count
      }
      if let direct {
        dictionary.truncate(to: countBefore)
        plan = .direct(direct)
        return false
      }
      lastGrowth = dictionary.count - countBefore
      self.dictionary = dictionary
      plan = .dictionary
      heldByteCount += dictionary.heldByteCount - dictionaryHeldBefore
      dictionaryHeldBefore = dictionary.heldByteCount
      let bitWidth = BitPacking.bitWidth(of: UInt64(max(dictionary.count - 1, 0)))
      for span in cutter.spans(byteCount: { $0.count * bitWidth / 8 }) {
        try appendPage(column, span, worker) { page in
          page.append(UInt8(bitWidth))
          unsafe HybridEncoder.encode(
            indices + span.values.lowerBound, count: span.values.count, bitWidth: bitWidth,
            into: &page)
          return .rleDictionary
        } fold: { bounds in
          // Numbers are quick to compare; of byte strings only the entries that the page uses are.
          let isCoded = if case .dictionary = values.form { true } else { false }
          guard isCoded || dictionary.hasByteStrings, bounds.order != .float else {
            return bounds.fold(values.slice(span.values).plainForm(leaf))
          }
          unsafe worker.listUsedEntries(
            indices + span.values.lowerBound, count: span.values.count,
            entryCount: dictionary.count)
          dictionary.fold(worker.usedEntries, into: &bounds)
        }
      }
      return true
    }
  }

  private var dictionaryHeldBefore = 0

  // MARK: Pages

  /// Writes one data page: its levels, then what `values` appends in the encoding it returns; `fold`
  /// takes the page's values into bounds.
  private func appendPage(
    _ column: Column, _ span: PageSpan, _ worker: EncoderWorker,
    values: (inout ByteBuffer) -> Encoding, fold: (inout Bounds) -> Void
  ) throws(ParquetError) {
    worker.page.removeAll()
    let levels = appendLevels(column, span, into: &worker.page)
    let encoding = values(&worker.page)
    let rawByteCount = worker.page.count
    if let sharing, sharing.takes(rawByteCount) {
      let left = PendingPage(
        number: pages.count, raw: try worker.takePage(),
        levels: settings.pageVersion == .v2 ? levels : nil, encoding: encoding,
        compression: settings.compression, encryptor: encryptor)
      pending.append(left)
      let page = EncodedPage(
        kind: .data, encoding: encoding, slotCount: 0, rowCount: 0, nullCount: 0,
        rawByteCount: rawByteCount, body: Bytes(), crc: 0, statistics: nil)
      append(page, column, span, fold: fold)
      return sharing.leave(left)
    }
    let page = try worker.finishPage(
      levels: settings.pageVersion == .v2 ? levels : nil, encoding,
      compression: settings.compression
    ) { (body) throws(ParquetError) in
      try encryptor?.seal(body, .dataPage, page: pages.count) ?? body
    }
    append(page, column, span, fold: fold)
  }

  private func append(
    _ page: EncodedPage, _ column: Column, _ span: PageSpan, fold: (inout Bounds) -> Void
  ) {
    var page = page
    page.slotCount = span.slots.count
    page.rowCount = span.rows.count
    page.nullCount = span.slots.count - span.values.count
    page.statistics = pageStatistics(column, span, fold: fold)
    rawPageByteCount += page.rawByteCount
    heldByteCount += page.body.count
    pages.append(page)
  }

  /// Takes the pages that others finished.
  func takePending() {
    for left in pending {
      guard let done = left.finished else { continue }
      pages[left.number].kind = done.kind
      pages[left.number].body = done.body
      pages[left.number].crc = done.crc
      heldByteCount += done.body.count
    }
    pending.removeAll(keepingCapacity: true)
  }

  /// Appends the repetition levels, then the definition levels, where the leaf has any.
  private func appendLevels(
    _ column: Column, _ span: PageSpan, into page: inout ByteBuffer
  ) -> EncodedPage.LevelBytes {
    let maxDefinition = leaf.maxDefinitionLevel
    let isPrefixed = settings.pageVersion == .v1
    var bytes = EncodedPage.LevelBytes()
    switch column.presence {
    case .allPresent:
      if maxDefinition > 0 {
        LevelEncoder.append(
          constant: maxDefinition, count: span.slots.count, maxLevel: maxDefinition,
          isPrefixed: isPrefixed, into: &page)
      }
    case .validity(let bitmap):
      if maxDefinition > 0 {
        LevelEncoder.append(bitmap.slice(span.rows), isPrefixed: isPrefixed, into: &page)
      }
    case .levels(let definition, let repetition):
      if let repetition {
        LevelEncoder.append(
          repetition.slice(span.slots), maxLevel: leaf.maxRepetitionLevel, isPrefixed: isPrefixed,
          into: &page)
        bytes.repetition = page.count
      }
      if maxDefinition > 0 {
        LevelEncoder.append(
          definition.slice(span.slots), maxLevel: maxDefinition, isPrefixed: isPrefixed,
          into: &page)
      }
    }
    bytes.definition = page.count - bytes.repetition
    return bytes
  }

  /// Notes what there is to say of a page, for the page and for the chunk.
  private func pageStatistics(
    _ column: Column, _ span: PageSpan, fold: (inout Bounds) -> Void
  ) -> PageStatistics? {
    guard settings.statistics != .none else { return nil }
    var pageBounds = Bounds(leaf, settings.columnOrder)
    if !span.values.isEmpty, pageBounds.order != .undefined { fold(&pageBounds) }
    bounds.merge(pageBounds)
    var pageLevels = LevelHistogram(leaf)
    pageLevels.count(column, slots: span.slots)
    levels.add(pageLevels)
    var unencoded: Int?
    if leaf.physicalType == .byteArray {
      unencoded = PlainEncoder.byteCount(column.values, span.values) - 4 * span.values.count
      unencodedByteCount += unencoded ?? 0
    }
    guard settings.statistics == .page else { return nil }
    return PageStatistics(
      bounds: encoded(pageBounds), nanCount: pageBounds.nanCount, unencodedByteCount: unencoded,
      levels: pageLevels)
  }

  private func encoded(_ bounds: Bounds) -> Bounds.Encoded? {
    bounds.encoded(
      byteLimit: settings.statisticsBytes, isText: leaf.logicalType?.isText ?? false)
  }

  /// The encoding of a page without a dictionary, given the chunk's: booleans go as runs where that is
  /// smaller after the codec.
  private func pageEncoding(
    _ values: ColumnValues, _ encoding: Encoding, _ worker: EncoderWorker
  ) throws(ParquetError) -> Encoding {
    guard settings.encoding == .automatic else { return encoding }
    // Polars 2.1 panics on a page of nothing but nulls in a delta encoding.
    guard values.count > 0 else { return .plain }
    guard case .bits(let bits) = values.form, settings.mayChoose(.rle) else { return encoding }
    let runs = try worker.compressedSize(settings.compression) {
      LevelEncoder.append(bits, into: &$0)
    }
    let plain = try worker.compressedSize(settings.compression) {
      HybridEncoder.appendPacked(bits, into: &$0)
    }
    return runs < plain ? .rle : .plain
  }

  /// Whether the column is encrypted.
  var isEncrypted: Bool { settings.encryptor != nil }

  /// At least as many pages as rows that take `byteCount` bytes before encoding would make.
  func pageCount(ofRows rowCount: Int, byteCount: Int) -> Int {
    // A page ends at its most rows, or where the next row would exceed its bytes: of two neighbours that
    // end so, the bytes are more than one page may have.
    min(rowCount, rowCount / settings.pageRows + 2 * (byteCount / settings.pageBytes) + 2)
  }

  // MARK: The end of the row group

  /// The chunk as it will stand in the file, dictionary page first; the writer is empty afterwards.
  func finish(worker: EncoderWorker) throws(ParquetError) -> EncodedChunk {
    if let dictionary, plan == .dictionary || dictionary.count > 0 {
      worker.page.removeAll()
      dictionary.appendEntries(to: &worker.page)
      var page = try worker.finishPage(
        isDictionary: true, .plain, compression: settings.compression
      ) { (body) throws(ParquetError) in try encryptor?.seal(body, .dictionaryPage) ?? body }
      page.slotCount = dictionary.count
      if let revised = try pagesWithoutDictionary(dictionary, page, worker) {
        pages = revised
      } else {
        pages.insert(page, at: 0)
      }
    }
    let hasStatistics = settings.statistics != .none
    let filter = slotCount > nullCount ? bloom?.finished(dictionary) : nil
    let chunk = EncodedChunk(
      leaf: leaf, codec: settings.compression.codec, pages: pages, slotCount: slotCount,
      nullCount: nullCount, nanCount: hasStatistics ? bounds.nanCount : nil,
      bounds: hasStatistics ? encoded(bounds) : nil, levels: levels,
      unencodedByteCount: leaf.physicalType == .byteArray ? unencodedByteCount : nil,
      columnOrder: settings.columnOrder, geospatialStatistics: geospatial?.statistics,
      statisticsLevel: settings.statistics, keyValues: settings.keyValues, bloomFilter: filter,
      encryptor: encryptor)
    rowGroup += 1
    pages = []
    dictionary = nil
    plan = ColumnChunkWriter.firstPlan(leaf, settings)
    bounds = Bounds(leaf, settings.columnOrder)
    levels = LevelHistogram(leaf)
    geospatial = settings.statistics == .none ? nil : GeospatialBounds(leaf)
    unencodedByteCount = 0
    bloom = settings.bloomRate == nil ? nil : ChunkBloomFilter(settings)
    nullCount = 0
    slotCount = 0
    rawPageByteCount = 0
    heldByteCount = 0
    dictionaryHeldBefore = 0
    directSlabCount = 0
    isFreshlyChosen = false
    basis = 0
    lastGrowth = 0
    rival = nil
    return chunk
  }

  /// The chunk's pages without its dictionary, where it turns out not to have paid; nil otherwise.
  private func pagesWithoutDictionary(
    _ dictionary: ChunkDictionary, _ dictionaryPage: EncodedPage, _ worker: EncoderWorker
  ) throws(ParquetError) -> [EncodedPage]? {
    guard plan == .dictionary, let rival, settings.encryptor == nil else { return nil }
    let byteCount = pages.reduce(dictionaryPage.body.count) { $0 + $1.body.count }
    guard rival.bytesPerValue * Double(slotCount - nullCount) < 0.99 * Double(byteCount) else {
      return nil
    }
    return try DictionaryRevision(leaf, settings, dictionary, to: rival.encoding, worker)
      .revised(pages, smallerThan: byteCount)
  }
}
