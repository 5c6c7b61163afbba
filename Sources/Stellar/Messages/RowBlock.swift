internal import Parquet
internal import Tables

/// What is known of a message whose rows are in a block.
struct MessageMark: Sendable {
  /// The least and the greatest number of a ledger that its rows have, where they have any.
  var ledgers: ClosedRange<UInt64>?
  /// The number of its rows.
  var rowCount: UInt32
  /// The bytes of its JSON text.
  var byteCount: UInt32
  /// Which message of those parsed together it is.
  var ordinal: UInt32
  /// Its line, as the caller counts them; 0 where it has none.
  var line: UInt32 = 0
}

/// Rows of one stream, as messages come.
///
/// What changes with each message lies at an address of its own, where no access is looked up for conflicts.
@safe
final class RowBlock {
  private struct Counts {
    var marks: [MessageMark] = []
    var rowCount = 0
    var byteCount = 0
  }

  /// What collects the rows.
  enum Rows {
    case predefined(PredefinedColumnBuilders)
    case inferred(InferredRows)
    case ledgers(JSONRows)
  }

  let key: StreamKey
  private(set) var rows: Rows
  private let counts: UnsafeMutablePointer<Counts>
  /// The texts of the messages, where they are kept, one after the other.
  private(set) var texts: [UInt8] = []
  /// How many rows and bytes the stream holds beside this block.
  var heldRows = 0
  var heldBytes = 0
  /// The bytes at which the stream's buffer is full.
  var byteLimit = 0
  /// When the first of the rows came, by a clock that never goes back.
  var started: Int64?

  init(_ key: StreamKey) {
    self.key = key
    rows = RowBlock.rows(of: key)
    unsafe counts = .allocate(capacity: 1)
    unsafe counts.initialize(to: Counts())
  }

  deinit {
    unsafe counts.deinitialize(count: 1)
    unsafe counts.deallocate()
  }

  /// The messages whose rows are in the block, their rows, and the bytes of their JSON.
  var marks: [MessageMark] { unsafe counts.pointee.marks }
  var messageCount: Int { unsafe counts.pointee.marks.count }
  var rowCount: Int { unsafe counts.pointee.rowCount }
  var byteCount: Int { unsafe counts.pointee.byteCount }

  private static func rows(of key: StreamKey) -> Rows {
    switch key.type {
    case .predefined(.ledger): .ledgers(JSONRows(schema: PredefinedSchema.ledger.schema))
    case .predefined(let schema):
      .predefined(
        PredefinedColumnBuilders(PredefinedColumns.columns(of: schema), schema: schema.schema))
    case .inferred: .inferred(InferredRows())
    }
  }

  /// Notes a message whose rows were appended.
  @inline(__always)
  func note(_ mark: MessageMark) {
    unsafe counts.pointee.marks.append(mark)
    unsafe counts.pointee.rowCount &+= Int(mark.rowCount)
    unsafe counts.pointee.byteCount &+= Int(mark.byteCount)
  }

  func keep(_ text: UnsafeRawBufferPointer) { unsafe texts.append(contentsOf: text) }

  /// The rows so far, as they are when no more come; the block is empty afterwards.
  func finish() throws(ParquetError) -> FinishedRows {
    defer {
      unsafe counts.pointee = Counts()
      texts = []
      started = nil
      if case .inferred = rows { rows = RowBlock.rows(of: key) }
    }
    let content: FinishedRows.Content =
      switch rows {
      case .predefined(let columns): .batch(try columns.builder.finish())
      case .ledgers(let json): .batch(try json.finish())
      case .inferred(let inferred): .inferred(inferred)
      }
    return FinishedRows(
      key: key, content: content, marks: marks, rowCount: rowCount, byteCount: byteCount,
      texts: texts, started: started)
  }
}

/// Rows of one stream with the messages that they came from.
struct FinishedRows {
  enum Content {
    case batch(ColumnBatch)
    case inferred(InferredRows)
  }

  let key: StreamKey
  let content: Content
  let marks: [MessageMark]
  let rowCount: Int
  let byteCount: Int
  /// The texts of the messages, where they are kept.
  let texts: [UInt8]
  /// When the first of them came, where that is known.
  let started: Int64?
}
