/// Goes past column chunks as footers mostly have them, without decoding them.
///
/// Opening a file checks that every chunk can be decoded. For a chunk of known fields, in order and of the
/// types that writers give them, this says so in a small part of the time that decoding takes; of any
/// other, damaged or only unusual, it says nothing, and decoding has the word.
///
/// What it goes past ``ColumnChunk/init(from:)`` decodes, up to the same byte. `ColumnChunksTests` holds
/// the two against each other on damaged chunks.
///
/// Nothing is read past the 64 bytes of slack behind the end: every read begins before the end or at it,
/// and takes 8 bytes at most.
@safe
struct ColumnChunkPass {
  private var next: UnsafeRawPointer
  private let end: UnsafeRawPointer

  /// Goes past the chunk at `start`, of the bytes up to `end`; nil where decoding must judge it.
  ///
  /// - Returns: the number of the chunk's bytes.
  static func byteCount(from start: UnsafeRawPointer, to end: UnsafeRawPointer) -> Int? {
    var pass = unsafe ColumnChunkPass(next: start, end: end)
    return pass.columnChunk() ? unsafe pass.next - start : nil
  }

  private init(next: UnsafeRawPointer, end: UnsafeRawPointer) {
    unsafe self.next = next
    unsafe self.end = end
  }

  // MARK: Structs

  private mutating func columnChunk() -> Bool {
    var field = FieldHead()
    var hasMetadata = false
    while advance(&field) {
      switch field.id {
      case 2, 4, 6: guard integer(field.type) else { return false }
      case 3:
        guard field.type == .structure, columnMetadata() else { return false }
        hasMetadata = true
      case 5, 7: guard count32(field.type) else { return false }
      default: return field.isStop && hasMetadata
      }
    }
    return false
  }

  private mutating func columnMetadata() -> Bool {
    var field = FieldHead()
    var seen: UInt32 = 0
    // Type, path, codec, the three counts and the first data page cannot be missing.
    let required: UInt32 = 1 << 1 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 9
    while advance(&field) {
      switch field.id {
      case 1, 4: guard int32(field.type) else { return false }
      case 2: guard int32s(field.type) else { return false }
      case 3: guard names(field.type) else { return false }
      case 5, 6, 7, 9: guard count(field.type) else { return false }
      case 10, 11, 14: guard integer(field.type) else { return false }
      case 12: guard field.type == .structure, statistics() else { return false }
      case 13: guard encodingStatistics(field.type) else { return false }
      case 15: guard count32(field.type) else { return false }
      case 16: guard field.type == .structure, sizeStatistics() else { return false }
      default: return field.isStop && seen & required == required
      }
      seen |= 1 << UInt32(truncatingIfNeeded: field.id)
    }
    return false
  }

  private mutating func statistics() -> Bool {
    var field = FieldHead()
    while advance(&field) {
      switch field.id {
      case 1, 2, 5, 6: guard field.type == .binary, unsafe binary() != nil else { return false }
      case 3, 4, 9: guard integer(field.type) else { return false }
      case 7, 8: guard field.type.isBoolean else { return false }
      default: return field.isStop
      }
    }
    return false
  }

  private mutating func encodingStatistics(_ type: CompactType) -> Bool {
    guard let (element, count) = list(type) else { return false }
    guard count == 0 || element == .structure else { return false }
    for _ in 0..<count {
      guard pageEncodingStatistics() else { return false }
    }
    return true
  }

  private mutating func pageEncodingStatistics() -> Bool {
    var field = FieldHead()
    var seen = 0
    while advance(&field) {
      switch field.id {
      case 1, 2: guard int32(field.type) else { return false }
      case 3: guard count32(field.type) else { return false }
      default: return field.isStop && seen == 3
      }
      seen += 1
    }
    return false
  }

  private mutating func sizeStatistics() -> Bool {
    var field = FieldHead()
    while advance(&field) {
      switch field.id {
      case 1: guard integer(field.type) else { return false }
      case 2, 3:
        guard let (element, count) = list(field.type), count == 0 || element.isInteger else {
          return false
        }
        for _ in 0..<count {
          guard integer(element) else { return false }
        }
      default: return field.isStop
      }
    }
    return false
  }

  // MARK: Fields

  /// A field's header. Numbers only grow, so no field comes twice.
  private struct FieldHead {
    var id: Int = 0
    var type = CompactType.stop
    /// Whether the struct ends here instead of a field.
    var isStop: Bool { id == 0 }
  }

  /// The next field, or the stop; false where the bytes end, or a number stands apart from its type.
  @inline(__always)
  private mutating func advance(_ field: inout FieldHead) -> Bool {
    guard unsafe next < end else { return false }
    let header = unsafe next.load(as: UInt8.self)
    unsafe next += 1
    let step = Int(header &>> 4)
    field.type = CompactType(rawValue: header & 0x0F)
    if step == 0 {
      field.id = 0
      return header == 0
    }
    field.id &+= step
    return true
  }

  /// An unsigned number of at most 56 bits.
  @inline(__always)
  private mutating func varint() -> (length: Int, word: UInt64)? {
    guard unsafe next < end else { return nil }
    let word = unsafe UInt64(littleEndian: next.loadUnaligned(as: UInt64.self))
    let ends = ~word & 0x8080_8080_8080_8080
    guard ends != 0 else { return nil }
    let length = ends.trailingZeroBitCount &>> 3 &+ 1
    unsafe next += length
    return (length, word)
  }

  @inline(__always)
  private mutating func integer(_ type: CompactType) -> Bool {
    isVarint(type) && varint() != nil
  }

  /// A number that is not negative: zigzag makes those even.
  @inline(__always)
  private mutating func count(_ type: CompactType) -> Bool {
    guard isVarint(type), let (_, word) = varint() else { return false }
    return word & 1 == 0
  }

  @inline(__always)
  private mutating func int32(_ type: CompactType) -> Bool {
    guard isVarint(type), let (length, word) = varint() else { return false }
    return has32Bits(length, word)
  }

  @inline(__always)
  private mutating func count32(_ type: CompactType) -> Bool {
    guard isVarint(type), let (length, word) = varint() else { return false }
    return word & 1 == 0 && has32Bits(length, word)
  }

  /// Whether a number of `length` bytes, which begins `word`, has no more than 32 bits.
  @inline(__always)
  private func has32Bits(_ length: Int, _ word: UInt64) -> Bool {
    length < 5 || (length == 5 && word &>> 32 & 0x7F < 0x10)
  }

  /// Whether `type` is an integer of more than a byte.
  @inline(__always)
  private func isVarint(_ type: CompactType) -> Bool {
    type.rawValue &- CompactType.i16.rawValue <= CompactType.i64.rawValue - CompactType.i16.rawValue
  }

  /// The bytes of a run with its length.
  @inline(__always)
  private mutating func binary() -> UnsafeRawBufferPointer? {
    guard unsafe next < end else { return nil }
    var count = unsafe Int(next.load(as: UInt8.self))
    unsafe next += 1
    if count >= 0x80 {
      guard unsafe next < end else { return nil }
      let high = unsafe Int(next.load(as: UInt8.self))
      // Longer ones are rare, and may be of any length.
      guard high < 0x80 else { return nil }
      count = count & 0x7F | high &<< 7
      unsafe next += 1
    }
    guard unsafe count <= end - next else { return nil }
    let bytes = unsafe UnsafeRawBufferPointer(start: next, count: count)
    unsafe next += count
    return unsafe bytes
  }

  /// A list's header; none of more than 14 elements.
  @inline(__always)
  private mutating func list(_ type: CompactType) -> (element: CompactType, count: Int)? {
    guard type.isList, unsafe next < end else { return nil }
    let header = unsafe next.load(as: UInt8.self)
    unsafe next += 1
    let count = Int(header &>> 4)
    return count == 15 ? nil : (CompactType(rawValue: header & 0x0F), count)
  }

  private mutating func int32s(_ type: CompactType) -> Bool {
    guard let (element, count) = list(type) else { return false }
    for _ in 0..<count {
      guard int32(element) else { return false }
    }
    return true
  }

  private mutating func names(_ type: CompactType) -> Bool {
    guard let (element, count) = list(type), count == 0 || element == .binary else { return false }
    for _ in 0..<count {
      guard let bytes = unsafe binary() else { return false }
      guard unsafe isASCII(bytes) || isUTF8(bytes) else { return false }
    }
    return true
  }

  /// Whether a short run is all ASCII; only says so where it is.
  @inline(__always)
  private func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let start = bytes.baseAddress, bytes.count <= 16 else { return false }
    let mask: UInt64 = 0x8080_8080_8080_8080
    // The slack makes both words readable; what lies behind the run is masked out.
    let low = unsafe UInt64(littleEndian: start.loadUnaligned(as: UInt64.self))
    let high = unsafe UInt64(littleEndian: (start + 8).loadUnaligned(as: UInt64.self))
    let lowBits = UInt64(8 * bytes.count)
    let highBits = UInt64(8 * max(0, bytes.count - 8))
    // A shift by 64 and more gives 0, which leaves the whole mask.
    return low & (mask & ~(UInt64.max << lowBits)) | high & (mask & ~(UInt64.max << highBits)) == 0
  }
}
