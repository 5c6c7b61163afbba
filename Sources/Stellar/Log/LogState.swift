internal import Parquet

/// A file of an archive as an announcement describes it.
package struct StoredFile: Hashable, Sendable {
  /// Its key in the store.
  package var key: String
  /// The number of its bytes.
  package var byteCount: Int
  /// The CRC-32 of all its bytes.
  package var checksum: UInt32

  /// The description of a file.
  package init(key: String, byteCount: Int, checksum: UInt32) {
    self.key = key
    self.byteCount = byteCount
    self.checksum = checksum
  }
}

/// What a log knows of its messages; written at the start of each segment, so that no earlier one is needed for more
/// than the messages themselves.
struct LogState: Hashable {
  /// A file that was about to get its name.
  struct Announcement: Hashable {
    var file: StoredFile
    /// Those of its messages that are not settled.
    var numbers: MessageNumbers
  }

  /// The number of the next message.
  var nextNumber: UInt64 = 0
  /// The messages that are not settled.
  var unsettled = MessageNumbers()
  /// The files that were announced, in their order, and have messages that are not settled.
  var announcements: [Announcement] = []

  /// Notes that a file is about to get its name.
  mutating func announce(_ file: StoredFile, _ numbers: MessageNumbers) {
    let unsettled = numbers.intersection(unsettled)
    if !unsettled.isEmpty {
      announcements.append(Announcement(file: file, numbers: unsettled))
    }
  }

  /// Notes that messages are settled.
  mutating func settle(_ numbers: MessageNumbers) {
    unsettled.subtract(numbers)
    for index in announcements.indices { announcements[index].numbers.subtract(numbers) }
    announcements.removeAll { $0.numbers.isEmpty }
  }

  /// Takes up what a record of a segment says.
  ///
  /// - Throws: ``ParquetError`` with code `malformedFile`.
  mutating func take(_ record: LogRecord) throws(ParquetError) {
    var payload = LogPayload(record.payload)
    switch record.kind {
    case .state: throw LogPayload.malformed("a state stands where none can be")
    case .message, .messageOfLedger:
      guard record.message != nil else { throw LogPayload.malformed("a message has no ledger") }
      guard record.number == nextNumber, nextNumber < MessageNumbers.limit - 1 else {
        throw LogPayload.malformed("a message has number \(record.number), not \(nextNumber)")
      }
      unsettled.insert(nextNumber)
      nextNumber += 1
      return
    case .announcement:
      let file = try payload.file()
      announce(file, try payload.numbers())
    case .settlement: settle(try payload.numbers())
    case .resolution:
      settle(try payload.numbers())
      announcements = []
    }
    try payload.finish()
  }
}

// MARK: Bytes

extension LogState {
  /// Reads the state that a segment begins with.
  ///
  /// - Throws: ``ParquetError`` with code `malformedFile`.
  init(_ bytes: Bytes) throws(ParquetError) {
    var payload = LogPayload(bytes)
    nextNumber = try payload.number()
    unsettled = try payload.numbers()
    let isKnown = (unsettled.ranges.last?.upperBound ?? 0) <= nextNumber
    guard nextNumber < MessageNumbers.limit, isKnown else {
      throw LogPayload.malformed("a state knows messages that there are not")
    }
    // Each takes a few bytes at least, so that no count makes the loop long.
    for _ in 0..<(try payload.number()) {
      let file = try payload.file()
      announcements.append(Announcement(file: file, numbers: try payload.numbers()))
    }
    try payload.finish()
  }

  /// The bytes that ``init(_:)`` reads.
  var bytes: Bytes {
    var buffer = ByteBuffer(capacity: 64)
    buffer.append(varint: nextNumber)
    buffer.append(unsettled)
    buffer.append(varint: UInt64(announcements.count))
    for announcement in announcements {
      buffer.append(announcement.file)
      buffer.append(announcement.numbers)
    }
    return buffer.freeze()
  }
}

extension ByteBuffer {
  /// Appends a number in groups of seven bits, the lowest first.
  mutating func append(varint number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  /// Appends a set: how many ranges, then of each the gap before it and its length.
  mutating func append(_ numbers: MessageNumbers) {
    append(varint: UInt64(numbers.ranges.count))
    var end: UInt64 = 0
    for range in numbers.ranges {
      append(varint: range.lowerBound - end)
      append(varint: range.upperBound - range.lowerBound)
      end = range.upperBound
    }
  }

  /// Appends the description of a file.
  mutating func append(_ file: StoredFile) {
    append(varint: UInt64(file.key.utf8.count))
    var key = file.key
    key.withUTF8 { unsafe append(UnsafeRawBufferPointer($0)) }
    append(varint: UInt64(max(file.byteCount, 0)))
    append(file.checksum.littleEndian)
  }
}

/// Reads the payload of a record that is no message.
struct LogPayload {
  private let bytes: Bytes
  private var at = 0

  init(_ bytes: Bytes) { self.bytes = bytes }

  static func malformed(_ what: String) -> ParquetError { ParquetError(.malformedFile, what) }

  /// The next number, as ``Parquet/ByteBuffer`` appends it.
  mutating func number() throws(ParquetError) -> UInt64 {
    var number: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard at < bytes.count else { break }
      let byte = bytes[at]
      at += 1
      guard shift < 63 || byte < 2 else { break }
      number |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return number }
    }
    throw LogPayload.malformed("a record of the log holds no number where one must be")
  }

  /// The next set.
  mutating func numbers() throws(ParquetError) -> MessageNumbers {
    var numbers = MessageNumbers()
    var end: UInt64 = 0
    let count = try number()
    for index in 0..<count {
      let gap = try number()
      let length = try number()
      let limit = MessageNumbers.limit
      guard gap < limit, length > 0, length <= limit, gap > 0 || index == 0,
        end + gap + length <= limit
      else { throw LogPayload.malformed("a record of the log holds ranges out of order") }
      numbers.insert(end + gap..<end + gap + length)
      end += gap + length
    }
    return numbers
  }

  /// The next description of a file.
  mutating func file() throws(ParquetError) -> StoredFile {
    let length = try number()
    guard length <= bytes.count - at else { throw LogPayload.malformed("a key of the log is cut") }
    let key = bytes.slice(at..<at + Int(length))
    at += Int(length)
    let byteCount = try number()
    guard byteCount <= Int.max, bytes.count - at >= 4 else {
      throw LogPayload.malformed("a file of the log is cut")
    }
    at += 4
    let text = unsafe String(
      decoding: UnsafeRawBufferPointer(start: key.pointer, count: key.count), as: UTF8.self)
    return StoredFile(
      key: text, byteCount: Int(byteCount),
      checksum: bytes.number(at: at - 4, as: UInt32.self))
  }

  /// Sees that nothing is left.
  func finish() throws(ParquetError) {
    guard at == bytes.count else {
      throw LogPayload.malformed("a record of the log is longer than what it says")
    }
  }
}
