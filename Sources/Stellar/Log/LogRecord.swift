internal import Parquet

/// One record of a log segment.
///
/// All numbers little-endian:
///
///      0  marker       the segment's own random number, by which records are found behind damage
///      4  CRC-32       of everything behind it
///      8  length       of the payload, in bytes
///     12  kind         see ``Kind``
///     16  committed    how long the segment was when the last commit before this record was done
///     24  number       a message's number; 0 in other records
///     32  payload
///
/// `committed` tells a kill from damage: a commit that was under way leaves records behind a broken one only of its
/// own, which all say that nothing behind the broken one's place was committed.
struct LogRecord {
  /// What a record says.
  enum Kind: UInt32 {
    /// Everything that was known when the segment began; its first record.
    case state = 1
    /// A message.
    case message
    /// That a file is about to get its name, and which messages are in it.
    case announcement
    /// That messages are in the archive.
    case settlement
    /// The same, and that all earlier announcements are done with.
    case resolution
    /// A message, behind the ledger that came beside it, of eight bytes.
    case messageOfLedger
  }

  /// The bytes before the payload.
  static let headerByteCount = 32
  /// The longest message.
  static let largestMessage = 64 << 20
  /// The longest payload of the other kinds, which hold sets of numbers.
  private static let largestOther = 1 << 30

  let kind: Kind
  let number: UInt64
  let committed: Int
  let payload: Bytes

  /// The bytes of the whole record.
  var byteCount: Int { LogRecord.headerByteCount + payload.count }

  /// The longest payload of a record of this kind.
  static func largestPayload(_ kind: Kind) -> Int {
    switch kind {
    case .message: largestMessage
    case .messageOfLedger: ledgerByteCount + largestMessage
    case .state, .announcement, .settlement, .resolution: largestOther
    }
  }

  /// The bytes of the ledger before a message.
  fileprivate static let ledgerByteCount = 8

  /// The message that the record is, and the ledger that came beside it; nil where it is none, or too short.
  var message: (text: Bytes, ledger: UInt64?)? {
    switch kind {
    case .message: return (payload, nil)
    case .messageOfLedger where payload.count >= LogRecord.ledgerByteCount:
      return (
        payload.slice(LogRecord.ledgerByteCount..<payload.count),
        payload.number(at: 0, as: UInt64.self)
      )
    case .messageOfLedger, .state, .announcement, .settlement, .resolution: return nil
    }
  }

  /// What stands before a payload, as far as it can be held against itself.
  struct Header {
    let checksum: UInt32
    let payloadByteCount: Int
    let kind: Kind
    let committed: Int
    let number: UInt64

    /// Reads the first ``LogRecord/headerByteCount`` bytes of `bytes`, which are there, as a header at `offset` of a
    /// segment; nil where they are none.
    init?(_ bytes: Bytes, at offset: Int, marker: UInt32) {
      let length = bytes.number(at: 8, as: UInt32.self)
      let committed = bytes.number(at: 16, as: UInt64.self)
      guard bytes.number(at: 0, as: UInt32.self) == marker,
        let kind = Kind(rawValue: bytes.number(at: 12, as: UInt32.self)),
        length <= LogRecord.largestPayload(kind), committed <= offset
      else { return nil }
      checksum = bytes.number(at: 4, as: UInt32.self)
      payloadByteCount = Int(length)
      self.kind = kind
      self.committed = Int(committed)
      number = bytes.number(at: 24, as: UInt64.self)
    }
  }
}

extension Bytes {
  /// The number that lies at `offset`, which is inside.
  func number<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: T.Type) -> T {
    precondition(
      offset >= 0 && offset + MemoryLayout<T>.size <= count, "a number lies inside its bytes")
    return unsafe T(
      littleEndian: pointer.loadUnaligned(fromByteOffset: offset, as: T.self))
  }

  /// The CRC-32 of the bytes of `range`, which is inside.
  func checksum(_ range: Range<Int>) -> UInt32 {
    let part = slice(range)
    return unsafe crc32(UnsafeRawBufferPointer(start: part.pointer, count: part.count))
  }
}

extension ByteBuffer {
  /// Appends a record whose payload is `payload`, which is no longer than its kind allows, behind a ledger where it is
  /// a message with one.
  mutating func append(
    record kind: LogRecord.Kind, _ payload: UnsafeRawBufferPointer, number: UInt64 = 0,
    ledger: UInt64? = nil, marker: UInt32, committed: Int
  ) {
    let first = count
    let length = payload.count + (ledger == nil ? 0 : LogRecord.ledgerByteCount)
    reserve(LogRecord.headerByteCount + length)
    append(marker.littleEndian)
    append(UInt32(0))
    append(UInt32(length).littleEndian)
    append(kind.rawValue.littleEndian)
    append(UInt64(committed).littleEndian)
    append(number.littleEndian)
    if let ledger { append(ledger.littleEndian) }
    unsafe append(payload)
    let checked = unsafe UnsafeRawBufferPointer(start: start + first + 8, count: count - first - 8)
    unsafe start.storeBytes(
      of: crc32(checked).littleEndian, toByteOffset: first + 4, as: UInt32.self)
  }
}
