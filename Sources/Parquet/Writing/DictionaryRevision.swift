/// Writes the data pages of a chunk anew, without the chunk's dictionary.
///
/// Whether a dictionary pays is decided by the first slab, when nobody knows how many others will share
/// it. Where the row group ends before it has paid, its pages are decoded and written in the best encoding
/// that needs none.
struct DictionaryRevision {
  private let leaf: Leaf
  private let settings: ColumnSettings
  private let worker: EncoderWorker
  private let encoding: Encoding
  /// What indices mean.
  private let entries: ColumnValues

  /// A revision of pages whose indices are of `dictionary`.
  init(
    _ leaf: Leaf, _ settings: ColumnSettings, _ dictionary: ChunkDictionary, to encoding: Encoding,
    _ worker: EncoderWorker
  ) throws(ParquetError) {
    self.leaf = leaf
    self.settings = settings
    self.encoding = encoding
    self.worker = worker
    var page = ByteBuffer(capacity: dictionary.pageByteCount)
    dictionary.appendEntries(to: &page)
    entries = try DictionaryPage.values(
      plain: page.freeze(), count: dictionary.count, leaf.physicalType)
  }

  /// The pages in the other encoding; nil where they take no fewer than `byteCount` bytes, or one would be
  /// larger than pages are to be.
  func revised(
    _ pages: [EncodedPage], smallerThan byteCount: Int
  ) throws(ParquetError) -> [EncodedPage]? {
    var left = byteCount
    var revised: [EncodedPage] = []
    for page in pages {
      var new = page
      if page.encoding == .rleDictionary {
        guard let other = try self.revised(page) else { return nil }
        new = other
      } else if page.slotCount > page.nullCount {
        // Only the pages of a slab of nothing but nulls have no indices and may stay as they are.
        return nil
      }
      left -= new.body.count
      guard left > 0 else { return nil }
      revised.append(new)
    }
    return revised
  }

  private func revised(_ page: EncodedPage) throws(ParquetError) -> EncodedPage? {
    let (levels, indices) = try parts(of: page)
    let count = page.slotCount - page.nullCount
    worker.page.removeAll()
    worker.page.append(levels)
    if count > 0 {
      let values = try values(indices, count: count)
      guard PlainEncoder.byteCount(values, 0..<count) <= settings.pageBytes || page.rowCount == 1
      else { return nil }
      DirectEncoder.append(values, 0..<count, encoding, into: &worker.page)
    }
    var levelBytes: EncodedPage.LevelBytes?
    if case .dataV2(let known, _) = page.kind { levelBytes = known }
    var new = try worker.finishPage(
      // As everywhere, a page of nothing but nulls is PLAIN.
      levels: levelBytes, count > 0 ? encoding : .plain, compression: settings.compression
    ) { (body) in body }
    new.slotCount = page.slotCount
    new.rowCount = page.rowCount
    new.nullCount = page.nullCount
    new.statistics = page.statistics
    return new
  }

  /// The levels of a page, and its indices behind their width.
  private func parts(of page: EncodedPage) throws(ParquetError) -> (levels: Bytes, indices: Bytes) {
    let codec = settings.compression.codec
    if case .dataV2(let levels, let isCompressed) = page.kind {
      let kept = levels.repetition + levels.definition
      let stored = page.body.slice(kept..<page.body.count)
      let indices =
        isCompressed
        ? try decompressed(stored, codec, byteCount: page.rawByteCount - kept) : stored
      return (page.body.slice(0..<kept), indices)
    }
    let bytes = try decompressed(page.body, codec, byteCount: page.rawByteCount)
    var end = 0
    for level in [leaf.maxRepetitionLevel, leaf.maxDefinitionLevel] where level > 0 {
      // Each kind of level is preceded by its length.
      end += unsafe 4 + Int(bytes.pointer.loadUnaligned(fromByteOffset: end, as: UInt32.self))
    }
    return (bytes.slice(0..<end), bytes.slice(end..<bytes.count))
  }

  private func decompressed(
    _ bytes: Bytes, _ codec: CompressionCodec, byteCount: Int
  ) throws(ParquetError) -> Bytes {
    try unsafe worker.codec.decompress(
      UnsafeRawBufferPointer(start: bytes.pointer, count: bytes.count), codec: codec,
      byteCount: byteCount)
  }

  private func values(_ indices: Bytes, count: Int) throws(ParquetError) -> ColumnValues {
    var runs = RLEDecoder(indices.slice(1..<indices.count), bitWidth: Int(indices[0]))
    var places = ByteBuffer(capacity: 4 * count)
    try unsafe runs.decode(count, into: places.end.assumingMemoryBound(to: UInt32.self))
    places.advance(by: 4 * count)
    return entries.gathered(DictionaryIndices(places.freeze()))
  }
}
