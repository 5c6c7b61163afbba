/// What one thread needs to encode columns, used again for every column and slab.
final class EncoderWorker {
  let codec = CodecContext()
  /// A page before compression.
  var page = ByteBuffer()
  /// A page after it.
  var compressed = ByteBuffer()
  /// Where finished pages wait.
  private let arena = PageArena()
  /// Dictionary indices of a slab's values, and eight readable ones after them.
  private var indexStore = ByteBuffer()

  /// Memory of pages that were left to other workers.
  private let spares: PageMemory

  /// A worker; those that leave pages to each other share `spares`.
  init(spares: PageMemory = PageMemory()) { self.spares = spares }

  /// Which entries of a dictionary a page uses: a byte each, all of them 0 between two calls.
  private var marks: [UInt8] = []
  /// The entries that were listed last.
  private(set) var usedEntries: [UInt32] = []

  /// Lists in ``usedEntries`` the entries that `indices` name, each once.
  func listUsedEntries(_ indices: UnsafePointer<UInt32>, count: Int, entryCount: Int) {
    if marks.count < entryCount {
      marks = Array(repeating: 0, count: entryCount + entryCount / 2)
    }
    // Locals: what belongs to an object is checked for exclusive access each time.
    var used = usedEntries
    usedEntries = []
    used.removeAll(keepingCapacity: true)
    unsafe marks.withUnsafeMutableBufferPointer { marks in
      guard let marks = marks.baseAddress else { return }
      if entryCount <= count {
        for i in 0..<count { unsafe marks[Int(indices[i])] = 1 }
        for entry in 0..<entryCount where unsafe marks[entry] != 0 {
          used.append(UInt32(truncatingIfNeeded: entry))
        }
        unsafe marks.update(repeating: 0, count: entryCount)
      } else {
        for i in 0..<count {
          let index = unsafe indices[i]
          if unsafe marks[Int(index)] == 0 {
            unsafe marks[Int(index)] = 1
            used.append(index)
          }
        }
        for index in used { unsafe marks[Int(index)] = 0 }
      }
    }
    usedEntries = used
  }

  /// The place of each entry of a dictionary among those in use, where it has one.
  private var placeOfEntry: [UInt32] = []

  /// Writes to `output`, for each of `indices`, the place of its entry among the entries in use, in the order of
  /// first use; and returns those entries.
  func renumber(
    _ indices: DictionaryIndices, entryCount: Int, into output: UnsafeMutablePointer<UInt32>
  ) -> DictionaryIndices {
    if placeOfEntry.count < entryCount {
      placeOfEntry = Array(repeating: .max, count: entryCount + entryCount / 2)
    }
    var used = ByteBuffer(capacity: 4 * min(entryCount, indices.count))
    let entries = unsafe used.start.assumingMemoryBound(to: UInt32.self)
    var usedCount = 0
    unsafe placeOfEntry.withUnsafeMutableBufferPointer { places in
      guard let places = places.baseAddress else { return }
      var i = 0
      indices.forEach { entry in
        var place = unsafe places[entry]
        if place == .max {
          place = UInt32(truncatingIfNeeded: usedCount)
          unsafe places[entry] = place
          unsafe entries[usedCount] = UInt32(truncatingIfNeeded: entry)
          usedCount &+= 1
        }
        unsafe output[i] = place
        i &+= 1
      }
      for i in 0..<usedCount { unsafe places[Int(entries[i])] = .max }
    }
    used.advance(by: 4 * usedCount)
    return DictionaryIndices(used.freeze())
  }

  /// Numbers of a dictionary's entries.
  private var numberStore = ByteBuffer()

  /// Calls `body` with room for the numbers of `count` entries.
  func withEntryNumbers<R, E: Error>(
    _ count: Int, _ body: (UnsafeMutablePointer<UInt32>) throws(E) -> R
  ) throws(E) -> R {
    numberStore.removeAll()
    numberStore.reserve(count * 4)
    return try unsafe body(numberStore.start.assumingMemoryBound(to: UInt32.self))
  }

  /// Calls `body` with room for `count` dictionary indices, and more that may be read after them.
  func withIndices<R, E: Error>(
    _ count: Int, _ body: (UnsafeMutablePointer<UInt32>) throws(E) -> R
  ) throws(E) -> R {
    indexStore.removeAll()
    indexStore.reserve((count + 16) * 4)
    return try unsafe body(indexStore.start.assumingMemoryBound(to: UInt32.self))
  }

  /// Compresses ``page``, encrypts it where `seal` does that, and takes its CRC.
  ///
  /// `levels` is what the levels take of a data page of version 2: they stay as they are, and so do the
  /// values where they would grow. Nil for other pages, which are compressed whole.
  ///
  /// - Throws: ``ParquetError`` with code `limitExceeded` for a page of 2 GiB or more.
  func finishPage(
    isDictionary: Bool = false, levels: EncodedPage.LevelBytes? = nil, _ encoding: Encoding,
    compression: Compression, seal: (Bytes) throws(ParquetError) -> Bytes
  ) throws(ParquetError) -> EncodedPage {
    let raw = unsafe UnsafeRawBufferPointer(start: page.start, count: page.count)
    return try unsafe finishPage(
      raw, isDictionary: isDictionary, levels: levels, encoding, compression: compression,
      seal: seal)
  }

  /// What is in ``page``, to be finished by another worker; the page is empty afterwards.
  func takePage() throws(ParquetError) -> Bytes {
    try EncoderWorker.check(page.count)
    let capacity = page.capacity
    let taken = page.freeze()
    page = spares.take(atLeast: capacity)
    return taken
  }

  /// Takes back what ``takePage()`` gave, which nobody looks at any more.
  func giveBack(_ page: Bytes) { spares.give(back: page) }

  private static func check(_ byteCount: Int) throws(ParquetError) {
    guard byteCount <= Int(Int32.max) else {
      throw ParquetError(
        .limitExceeded,
        "a page of \(byteCount) bytes: a row's values in one column, and a page, "
          + "stay below 2 GiB")
    }
  }

  /// Finishes a page as ``finishPage(isDictionary:levels:_:compression:seal:)`` does, from its bytes.
  func finishPage(
    _ page: UnsafeRawBufferPointer, isDictionary: Bool = false, levels: EncodedPage.LevelBytes?,
    _ encoding: Encoding, compression: Compression,
    seal: (Bytes) throws(ParquetError) -> Bytes
  ) throws(ParquetError) -> EncodedPage {
    try EncoderWorker.check(page.count)
    let compressed = try unsafe compressedPage(page, levels: levels, compression)
    let body = try seal(unsafe compressed ?? arena.copy(page))
    guard body.count <= Int(Int32.max) else {
      throw ParquetError(.limitExceeded, "a compressed page of \(body.count) bytes")
    }
    let crc = unsafe crc32(UnsafeRawBufferPointer(start: body.pointer, count: body.count))
    let kind: EncodedPage.Kind =
      if let levels {
        .dataV2(levels, isCompressed: compressed != nil)
      } else {
        isDictionary ? .dictionary : .data
      }
    return EncodedPage(
      kind: kind, encoding: encoding, slotCount: 0, rowCount: 0, nullCount: 0,
      rawByteCount: page.count, body: body, crc: crc, statistics: nil)
  }

  /// The page after the codec, levels of a data page of version 2 as they are; nil where it stays as it is.
  private func compressedPage(
    _ page: UnsafeRawBufferPointer, levels: EncodedPage.LevelBytes?, _ compression: Compression
  ) throws(ParquetError) -> Bytes? {
    let kept = levels.map { $0.repetition + $0.definition } ?? 0
    guard compression != .none, levels == nil || page.count > kept else { return nil }
    func compress(into output: inout ByteBuffer) throws(ParquetError) {
      unsafe output.append(UnsafeRawBufferPointer(rebasing: page[..<kept]))
      try unsafe codec.compress(
        UnsafeRawBufferPointer(rebasing: page[kept...]), compression, into: &output)
    }
    // Where the page will wait, if whatever the codec makes of it has room there.
    if arena.room >= CodecContext.mostByteCount(of: page.count) {
      let piece = try arena.piece(compress)
      guard levels != nil, piece.count >= page.count else { return piece }
      arena.discard(piece)
      return nil
    }
    compressed.removeAll()
    try compress(into: &compressed)
    guard levels == nil || compressed.count < page.count else { return nil }
    return unsafe arena.copy(
      UnsafeRawBufferPointer(start: compressed.start, count: compressed.count))
  }

  /// How many bytes of what `body` appends are left after compression.
  func compressedSize(
    _ compression: Compression, _ body: (inout ByteBuffer) -> Void
  ) throws(ParquetError) -> Int {
    page.removeAll()
    body(&page)
    guard compression != .none, page.count > 0 else { return page.count }
    compressed.removeAll()
    try unsafe codec.compress(
      UnsafeRawBufferPointer(start: page.start, count: page.count), compression, into: &compressed)
    return compressed.count
  }
}
