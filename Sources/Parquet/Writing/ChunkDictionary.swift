/// The dictionary of a column chunk, of whichever kind its physical type needs.
///
/// It lives as long as the row group; a slab's values are numbered at once.
final class ChunkDictionary {
  private let physicalType: PhysicalType
  private let byteLimit: Int
  private var words4: IntegerDictionary<UInt32>?
  private var words8: IntegerDictionary<UInt64>?
  private var byteStrings: BytesDictionary?

  init(_ physicalType: PhysicalType, byteLimit: Int) {
    self.physicalType = physicalType
    self.byteLimit = byteLimit
    switch physicalType {
    case .int32, .float: words4 = IntegerDictionary()
    case .int64, .double: words8 = IntegerDictionary()
    case .byteArray: byteStrings = BytesDictionary(fixedLength: false)
    case .int96, .fixedLengthByteArray: byteStrings = BytesDictionary(fixedLength: true)
    case .boolean: preconditionFailure("booleans have no dictionary")
    }
  }

  /// The number of entries.
  var count: Int { words4?.count ?? words8?.count ?? byteStrings?.count ?? 0 }

  /// The bytes of the dictionary page.
  var pageByteCount: Int {
    words4?.entries.count ?? words8?.entries.count ?? byteStrings?.entries.count ?? 0
  }

  /// The bytes held, for memory limits: a function of the entries alone.
  var heldByteCount: Int {
    words4?.heldByteCount ?? words8?.heldByteCount ?? byteStrings?.heldByteCount ?? 0
  }

  /// Numbers every value of `values`; false where the dictionary is full, and nothing then counts.
  ///
  /// `range` is where the values of an integer column lie, as ``Bounds`` found it.
  func number(
    _ values: ColumnValues, range: WordRange, into indices: UnsafeMutablePointer<UInt32>
  ) -> Bool {
    let numbered: Int
    switch values.form {
    case .fixed(let width, let bytes):
      if width == 4, words4 != nil {
        numbered =
          unsafe words4?.number(
            bytes.elements(of: UInt32.self), count: values.count,
            least: UInt32(truncatingIfNeeded: range.least),
            spread: UInt32(clamping: range.spread), entryLimit: byteLimit / 4, into: indices) ?? 0
      } else if width == 8, words8 != nil {
        numbered =
          unsafe words8?.number(
            bytes.elements(of: UInt64.self), count: values.count, least: range.least,
            spread: range.spread, entryLimit: byteLimit / 8, into: indices) ?? 0
      } else {
        numbered =
          unsafe byteStrings?.number(
            bytes.pointer, width: width, count: values.count, byteLimit: byteLimit, into: indices)
          ?? 0
      }
    case .byteArrays(let offsets, let bytes, _):
      numbered =
        unsafe byteStrings?.number(
          offsets: offsets.elements(of: UInt32.self), bytes: bytes.pointer, count: values.count,
          byteLimit: byteLimit, into: indices) ?? 0
    case .bits, .dictionary: preconditionFailure("only plain values are numbered")
    }
    return numbered == values.count
  }

  /// Forgets the entries from `newCount` on.
  func truncate(to newCount: Int) {
    words4?.truncate(to: newCount)
    words8?.truncate(to: newCount)
    byteStrings?.truncate(to: newCount)
  }

  /// Appends the dictionary page's PLAIN bytes.
  func appendEntries(to page: inout ByteBuffer) {
    unsafe withEntryBytes { unsafe page.append($0) }
  }

  /// Calls `body` with the first bytes of the dictionary page, at most `limit`.
  func withEntryBytes<R>(limit: Int = .max, _ body: (UnsafeRawBufferPointer) -> R) -> R {
    let start = unsafe words4?.entryBytes ?? words8?.entryBytes ?? byteStrings?.entryBytes
    return unsafe body(UnsafeRawBufferPointer(start: start, count: min(pageByteCount, limit)))
  }

  /// Takes the entries `used` into `bounds`, which are not those of floats: how often a value stands counts there.
  func fold(_ used: [UInt32], into bounds: inout Bounds) {
    guard !hasByteStrings else {
      return unsafe bounds.fold(count: used.count) { unsafe entry(used[$0]) }
    }
    unsafe withEntryBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      var words = ByteBuffer(capacity: used.count * 8)
      unsafe used.withUnsafeBufferPointer { used in
        guard let places = used.baseAddress else { return }
        if words4 != nil {
          unsafe words.gather(base.assumingMemoryBound(to: UInt32.self), places, used.count)
          unsafe bounds.fold(
            words: words.start.assumingMemoryBound(to: UInt32.self), count: used.count)
        } else {
          unsafe words.gather(base.assumingMemoryBound(to: UInt64.self), places, used.count)
          unsafe bounds.fold(
            words: words.start.assumingMemoryBound(to: UInt64.self), count: used.count)
        }
      }
    }
  }

  /// Whether entries are byte strings rather than numbers.
  var hasByteStrings: Bool { byteStrings != nil }

  /// The bytes of entry `index`, in place: valid until the next change.
  @unsafe func entry(_ index: UInt32) -> UnsafeRawBufferPointer {
    if let entry = unsafe byteStrings?.entry(Int(index)) { return unsafe entry }
    let width = words4 != nil ? 4 : 8
    return unsafe withEntryBytes { bytes in
      unsafe UnsafeRawBufferPointer(
        rebasing: bytes[Int(index) * width..<(Int(index) + 1) * width])
    }
  }
}

/// Between what the words of a slab lie: `least ... least + spread`, modulo the width of a word.
struct WordRange {
  var least: UInt64 = 0
  var spread: UInt64 = .max

  /// The range of integer `values`, in plain form; every word for all others.
  init(_ values: ColumnValues, _ physicalType: PhysicalType) {
    guard values.count > 0, case .fixed(_, let bytes) = values.form else { return }
    switch physicalType {
    case .int32: unsafe cover(bytes.elements(of: UInt32.self), count: values.count)
    case .int64: unsafe cover(bytes.elements(of: UInt64.self), count: values.count)
    default: break
    }
  }

  /// Unsigned words of both halves of the range make one of nearly all words; that costs a table, not
  /// correctness.
  private mutating func cover<Word: FixedWidthInteger & UnsignedInteger>(
    _ words: UnsafePointer<Word>, count: Int
  ) {
    let (least, greatest) = unsafe Bounds.extremes(
      words, count: count, flip: Word(1) << Word(Word.bitWidth - 1))
    self.least = UInt64(least)
    spread = UInt64(greatest &- least)
  }
}
