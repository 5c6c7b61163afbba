/// Gathers the values of a column from pages, up to a batch.
///
/// While all pages have indices, the values stay a dictionary; with the first page that has none they
/// are brought to plain form.
struct ValueCollector: ~Copyable {
  private let physicalType: PhysicalType
  /// The bytes of fixed width values; 0 for others.
  private let width: Int
  private let byteLimit: Int
  private let memory: MemoryAllowance
  /// What indices mean.
  private let dictionary: ColumnValues?
  /// Values of fixed width, or the bytes of byte arrays.
  private var store = ByteBuffer()
  /// Where each byte array ends, after a leading 0.
  private var offsets = ByteBuffer()
  private var bits = BitmapBuffer()
  /// Places in the dictionary, while all values are: as many bytes each as ``indexWidth`` says.
  private var indices = ByteBuffer()
  private let indexWidth: Int
  /// Wider places, where a page has them though its dictionary does not need them.
  private var wide = ByteBuffer()
  private var isPlain = false
  /// How many values are expected, and how many bytes of byte arrays; room is made for them at once.
  private let expectedCount: Int
  private let expectedByteCount: Int

  /// A collector without values, which holds `byteLimit` bytes at most, taken from `memory`; about
  /// `expectedCount` values are going to come, of about `expectedByteCount` bytes where they are byte arrays.
  init(
    _ physicalType: PhysicalType, dictionary: ColumnValues?, expectedCount: Int = 0,
    expectedByteCount: Int = 0, byteLimit: Int, memory: MemoryAllowance
  ) {
    self.expectedByteCount = expectedByteCount
    self.memory = memory
    self.expectedCount = expectedCount
    indexWidth = DictionaryIndices.width(forCount: dictionary?.count ?? 0)
    self.physicalType = physicalType
    self.dictionary = dictionary
    self.byteLimit = byteLimit
    width = physicalType.byteWidth ?? 0
  }

  /// The bytes held.
  var byteCount: Int { store.count + offsets.count + indices.count + bits.count / 8 }

  /// Reads the next `count` values of `page`.
  ///
  /// - Throws: ``ParquetError``: `malformedFile` where there are fewer, or an index lies outside of the
  ///   dictionary; `limitExceeded`.
  mutating func append(_ count: Int, from page: inout PageValues) throws(ParquetError) {
    guard count > 0 else { return }
    if page.form == .indices { return try appendIndices(count, from: &page) }
    try makePlain()
    switch page.form {
    case .fixed:
      let (byteCount, overflow) = count.multipliedReportingOverflow(by: width)
      guard !overflow, byteCount <= page.bytes.count - page.position else {
        throw ValueCollector.tooFew
      }
      try check(adding: byteCount)
      try store.reserve(byteCount, expecting: expectedCount &* width, within: memory)
      store.append(page.bytes.slice(page.position..<page.position + byteCount))
      page.position += byteCount
    case .bits:
      guard count <= page.bytes.count * 8 - page.position else { throw ValueCollector.tooFew }
      try bits.reserve(count, within: memory)
      bits.append(Bitmap(page.bytes, offset: page.position, count: count))
      page.position += count
    case .bitRuns:
      try check(adding: count / 8)
      try bits.reserve(count, within: memory)
      _ = try page.runs.decode(count, into: &bits)
    case .byteArrays:
      try store.reserve(
        page.bytes.count - page.position,
        expecting: expectedByteCount &+ expectedByteCount / 16, within: memory)
      try offsets.reserve(4 * count, expecting: 4 &* expectedCount &+ 4, within: memory)
      // A page's bytes are limited, so that the check may come after.
      try PlainDecoder.decodeByteArrays(
        count, from: page.bytes, at: &page.position, offsets: &offsets, into: &store,
        within: memory)
      try check(adding: 0)
    case .decodedByteArrays:
      try appendDecoded(count, from: &page)
    case .indices: break
    }
  }

  private mutating func check(adding added: Int) throws(ParquetError) {
    guard byteCount + added <= byteLimit else {
      throw ParquetError(
        .limitExceeded,
        "one read would make more than \(byteLimit) bytes of this column; read fewer rows at a time"
      )
    }
  }

  private mutating func appendDecoded(
    _ count: Int, from page: inout PageValues
  ) throws(ParquetError) {
    guard count < page.offsets.count / 4 - page.position else { throw ValueCollector.tooFew }
    let ends = unsafe page.offsets.elements(of: UInt32.self)
    let first = unsafe Int(ends[page.position])
    let last = unsafe Int(ends[page.position + count])
    try check(adding: last - first + 4 * count)
    guard store.count + last - first <= Int(UInt32.max) else { throw ValueCollector.tooLarge }
    let shift = store.count - first
    try offsets.reserve(4 * count, expecting: 4 &* expectedCount &+ 4, within: memory)
    try store.reserve(
      last - first, expecting: expectedByteCount &+ expectedByteCount / 16, within: memory)
    let target = unsafe offsets.end
    for i in 0..<count {
      let end = unsafe Int(ends[page.position + i + 1]) + shift
      unsafe target.storeBytes(
        of: UInt32(truncatingIfNeeded: end), toByteOffset: i * 4, as: UInt32.self)
    }
    offsets.advance(by: 4 * count)
    store.append(page.bytes.slice(first..<last))
    page.position += count
  }

  // MARK: Dictionary

  private mutating func appendIndices(
    _ count: Int, from page: inout PageValues
  ) throws(ParquetError) {
    guard let dictionary else {
      throw ParquetError(
        .malformedFile, "a page has dictionary indices; the chunk has no dictionary")
    }
    try check(adding: indexWidth * count)
    let before = indices.count
    try indices.reserve(indexWidth * count, expecting: expectedCount &* indexWidth, within: memory)
    let highest =
      switch indexWidth {
      case 1: try decodeIndices(count, &page.runs, as: UInt8.self)
      case 2: try decodeIndices(count, &page.runs, as: UInt16.self)
      default: try decodeIndices(count, &page.runs, as: UInt32.self)
      }
    guard highest < dictionary.count else {
      throw ParquetError(
        .malformedFile,
        "dictionary index \(highest); the dictionary has \(dictionary.count) values")
    }
    indices.advance(by: indexWidth * count)
    if isPlain {
      try gather(from: before, dictionary)
      indices.truncate(to: before)
    }
  }

  /// Decodes `count` indices to the end of ``indices``, where there is room for them; the highest of them.
  private mutating func decodeIndices<Index: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ count: Int, _ runs: inout RLEDecoder, as type: Index.Type
  ) throws(ParquetError) -> Int {
    let target = unsafe indices.end.assumingMemoryBound(to: Index.self)
    if runs.bitWidth <= Index.bitWidth {
      try unsafe runs.decode(count, into: target)
      return Int(unsafe DictionaryIndices.greatest(target, count))
    }
    wide.removeAll()
    try wide.reserve(4 * count, within: memory)
    let source = unsafe wide.start.assumingMemoryBound(to: UInt32.self)
    try unsafe runs.decode(count, into: source)
    for i in 0..<count { unsafe target[i] = Index(truncatingIfNeeded: source[i]) }
    return Int(unsafe DictionaryIndices.greatest(source, count))
  }

  /// Brings the values so far to plain form.
  private mutating func makePlain() throws(ParquetError) {
    guard !isPlain else { return }
    isPlain = true
    if physicalType == .byteArray { offsets.append(UInt32(0)) }
    guard indices.count > 0, let dictionary else { return }
    try gather(from: 0, dictionary)
    indices.removeAll()
  }

  /// Appends the values that the indices from byte `start` on mean.
  private mutating func gather(from start: Int, _ dictionary: ColumnValues) throws(ParquetError) {
    let count = (indices.count - start) / indexWidth
    let places = unsafe UnsafeRawPointer(indices.start + start)
    switch indexWidth {
    case 1: try unsafe gather(places.assumingMemoryBound(to: UInt8.self), count, dictionary)
    case 2: try unsafe gather(places.assumingMemoryBound(to: UInt16.self), count, dictionary)
    default: try unsafe gather(places.assumingMemoryBound(to: UInt32.self), count, dictionary)
    }
  }

  private mutating func gather<Index: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ places: UnsafePointer<Index>, _ count: Int, _ dictionary: ColumnValues
  ) throws(ParquetError) {
    switch dictionary.form {
    case .fixed(_, let bytes):
      try check(adding: count * width)
      try store.reserve(count * width, expecting: expectedCount &* width, within: memory)
      switch width {
      case 4: unsafe store.gather(bytes.elements(of: UInt32.self), places, count)
      case 8: unsafe store.gather(bytes.elements(of: UInt64.self), places, count)
      default:
        for i in 0..<count {
          unsafe copyIntoSlack(
            bytes.pointer + Int(places[i]) &* width, to: store.end, count: width)
          store.advance(by: width)
        }
      }
    case .byteArrays(let ends, let bytes, _):
      let ends = unsafe ends.elements(of: UInt32.self)
      var total = 0
      for i in 0..<count {
        let place = unsafe Int(places[i])
        unsafe total += Int(ends[place + 1]) - Int(ends[place])
      }
      try check(adding: total + 4 * count)
      guard store.count + total <= Int(UInt32.max) else { throw ValueCollector.tooLarge }
      try store.reserve(total, within: memory)
      try offsets.reserve(4 * count, expecting: 4 &* expectedCount &+ 4, within: memory)
      let target = unsafe store.start
      let targetEnds = unsafe offsets.end
      var written = store.count
      for i in 0..<count {
        let place = unsafe Int(places[i])
        let first = unsafe Int(ends[place])
        let length = unsafe Int(ends[place + 1]) - first
        unsafe copyIntoSlack(bytes.pointer + first, to: target + written, count: length)
        written += length
        unsafe targetEnds.storeBytes(
          of: UInt32(truncatingIfNeeded: written), toByteOffset: i * 4, as: UInt32.self)
      }
      store.advance(by: total)
      offsets.advance(by: 4 * count)
    case .bits, .dictionary: break
    }
  }

  // MARK: Finishing

  /// The values gathered; the collector is of no use afterwards.
  mutating func finish() throws(ParquetError) -> ColumnValues {
    if !isPlain, let dictionary, indices.count > 0 {
      return ColumnValues(
        uncheckedIndices: DictionaryIndices(indices.freeze(), width: indexWidth),
        dictionary: dictionary)
    }
    try makePlain()
    switch physicalType {
    case .boolean: return .bits(bits.freeze())
    case .byteArray:
      return ColumnValues(
        uncheckedOffsets: offsets.freeze(), bytes: store.freeze(), isText: false)
    default: return .fixed(width: width, store.freeze())
    }
  }

  private static var tooFew: ParquetError {
    ParquetError(.malformedFile, "a page holds fewer values than its header and levels say")
  }

  private static var tooLarge: ParquetError {
    ParquetError(
      .limitExceeded, "more than 4 GiB of one column at once; read fewer rows at a time")
  }
}

extension ByteBuffer {
  /// Makes room for `byteCount` more bytes, or for all `expected` where those are more: within limits, as what
  /// a file says of itself need not be so.
  fileprivate mutating func reserve(
    _ byteCount: Int, expecting expected: Int, within memory: MemoryAllowance
  ) throws(ParquetError) {
    guard count + byteCount > capacity else { return }
    let guess = min(min(expected, 32 << 20) - count, 64 &* byteCount)
    try reserve(max(byteCount, guess), within: memory)
  }
}
