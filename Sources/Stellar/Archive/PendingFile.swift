internal import Parquet

/// What waits in a stream's buffer.
struct StreamContent {
  var batches: [ColumnBatch] = []
  var inferred: InferredRows?
  var marks = PendingMessages()
}

/// The messages whose rows wait for their file.
struct PendingMessages {
  /// A message whose row may still be refused.
  struct Listed {
    var mark: MessageMark
    var number: UInt64?
    /// What it came from.
    var source: String?
  }

  private(set) var count = 0
  private(set) var firstLedger: UInt64?
  private(set) var lastLedger: UInt64?
  private(set) var byteCount = 0
  /// Their numbers in the write-ahead log, in order; none where there is no log.
  private(set) var numbers = MessageNumbers()
  /// The messages one by one, of rows that may still be refused.
  private var listed: [Listed] = []
  /// Their texts, where they are kept.
  private(set) var texts: [ArraySlice<UInt8>] = []

  mutating func add(
    _ mark: MessageMark, number: UInt64?, source: String? = nil, isListed: Bool,
    text: ArraySlice<UInt8>?
  ) {
    count += 1
    byteCount += Int(mark.byteCount)
    // A message without rows has no ledger in the file.
    if let ledgers = mark.ledgers, mark.rowCount > 0 {
      firstLedger = min(firstLedger ?? ledgers.lowerBound, ledgers.lowerBound)
      lastLedger = max(lastLedger ?? ledgers.upperBound, ledgers.upperBound)
    }
    if let number { numbers.insert(number) }
    if isListed { listed.append(Listed(mark: mark, number: number, source: source)) }
    if let text { texts.append(text) }
  }

  /// The message of a row that is listed.
  func message(ofRow row: Int) -> Listed? { row < listed.count ? listed[row] : nil }

  /// Says that the messages of some rows are no longer among them.
  mutating func remove(rows: [UInt32: MessageFault]) {
    var rest = PendingMessages()
    for (row, message) in listed.enumerated() where rows[UInt32(row)] == nil {
      rest.add(
        message.mark, number: message.number, source: message.source, isListed: true,
        text: row < texts.count ? texts[row] : nil)
    }
    self = rest
  }
}

/// Rows that are to be a file, until they are.
final class PendingFile: @unchecked Sendable {
  let key: StreamKey
  let schema: Schema
  var batches: [ColumnBatch]
  let rowCount: Int
  let messages: PendingMessages
  let keyValues: [KeyValue]
  /// The seconds since 1970 that name the file.
  let seconds: Int64
  /// The file, once it is encoded.
  var bytes: Bytes?

  init(
    key: StreamKey, schema: Schema, batches: [ColumnBatch], rowCount: Int,
    messages: PendingMessages, keyValues: [KeyValue], seconds: Int64
  ) {
    self.key = key
    self.schema = schema
    self.batches = batches
    self.rowCount = rowCount
    self.messages = messages
    self.keyValues = keyValues
    self.seconds = seconds
  }

  /// The file's name, as the seed writes it; a copy's number where the name is taken.
  func name(copy: Int) -> String {
    let suffix = copy == 0 ? "" : "-\(copy)"
    let first = messages.firstLedger ?? 0
    let last = messages.lastLedger ?? 0
    return "stellar-data-\(first)-\(last)-\(seconds)\(suffix).parquet"
  }

  /// Encodes the rows; they are forgotten.
  func encode(
    _ options: WriterOptions, _ memory: EncodingMemory
  ) throws(ParquetError) -> Bytes {
    if let bytes { return bytes }
    var options = options
    options.keyValues += keyValues
    let known = memory.encodings(key.type, schema, rowCount: rowCount)
    if let known { options.columnEncodings = known.encodings }
    let sink = MemorySink(capacity: (known?.byteCount ?? 0) / 8 * 9)
    let writer = try ParquetWriter(sink, schema: schema, options: options)
    for batch in batches { try writer.write(batch) }
    let file = try writer.finish()
    if known == nil { memory.note(file, key.type, schema) }
    batches = []
    bytes = sink.bytes
    return sink.bytes
  }
}
