public import Parquet

/// A text form of rows.
public enum TextFormat: Hashable, Sendable {
  /// One JSON object a line.
  case ndjson
  /// Comma-separated values, RFC 4180, with the dialect's own delimiter and null text.
  case csv(CSVDialect)

  /// CSV as RFC 4180 has it.
  public static let csv = TextFormat.csv(CSVDialect())
}

/// How a CSV text is written.
public struct CSVDialect: Hashable, Sendable {
  /// What stands between fields: one ASCII character, neither a quote nor an end of line.
  public var delimiter = UInt8(ascii: ",")
  /// Whether the first record names the columns.
  public var hasHeader = true
  /// The unquoted text of a null; in quotes it is that text.
  public var nullText = ""

  /// Commas, a header, nulls as nothing.
  public init() {}

  /// - Throws: ``ParquetError`` with code `invalidArgument` for a delimiter that cannot be one.
  func check() throws(ParquetError) {
    guard delimiter >= 0x09, delimiter < 0x7F, delimiter != .quote, delimiter != .newline,
      delimiter != .carriageReturn
    else {
      throw ParquetError(
        .invalidArgument, "a delimiter is one ASCII character other than a quote or an end of line")
    }
    guard
      !nullText.utf8.contains(where: {
        $0 == .quote || $0 == .newline || $0 == delimiter || $0 == .carriageReturn
      })
    else {
      throw ParquetError(
        .invalidArgument, "the text of a null holds no delimiter, quote or end of line")
    }
  }
}

/// What a text sink wrote.
public struct TextSummary: Hashable, Sendable {
  /// The rows, a header apart.
  public var rowCount: Int
  /// The bytes.
  public var byteCount: Int
}

/// Writes rows as NDJSON or CSV: the JSON form of values, one row a line, columns in schema order.
///
/// Nested values stand in CSV as their JSON text.
public final class TextSink: BatchSink {
  /// What every batch must have.
  public let schema: Schema
  private let sink: any ByteSink
  private let format: TextFormat
  private var formatter: RowFormatter
  private var rowCount = 0
  private var byteCount = 0
  private var isDone = false

  /// The bytes that are collected before the sink is called.
  private static let flushByteCount = 64 << 10

  /// A sink that hands its text to `sink`.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument` for a dialect that cannot be,
  ///   `malformedFile` or `unsupportedFeature` for a VARIANT that is none or not known.
  public init(_ sink: any ByteSink, schema: Schema, format: TextFormat) throws(ParquetError) {
    self.sink = sink
    self.schema = schema
    self.format = format
    var dialect: CSVDialect?
    if case .csv(let given) = format {
      try given.check()
      dialect = given
    }
    formatter = try RowFormatter(schema: schema, dialect: dialect)
    if dialect?.hasHeader == true { formatter.appendHeader() }
  }

  deinit { if !isDone { sink.abandon() } }

  /// Writes the rows of `batch`.
  ///
  /// - Throws: ``ParquetError`` with code `malformedFile` for a value that has no text form (text that
  ///   is not UTF-8, a time outside the day), with its column and row; what the sink throws.
  /// - Complexity: O(slots and bytes).
  public func write(_ batch: ColumnBatch) throws(ParquetError) {
    var next = 0
    formatter.begin(batch)
    defer { formatter.end() }
    while next < batch.rowCount {
      do throws(ParquetError) { try formatter.appendRow() } catch {
        throw error.adding(row: rowCount + next)
      }
      next += 1
      if formatter.byteCount >= TextSink.flushByteCount { try flush() }
    }
    rowCount += batch.rowCount
  }

  private func flush() throws(ParquetError) {
    byteCount += formatter.byteCount
    try formatter.drain(into: sink)
  }

  /// Hands on what was collected and finishes the sink below.
  public func finish() throws(ParquetError) -> TextSummary {
    try flush()
    try sink.finish()
    isDone = true
    return TextSummary(rowCount: rowCount, byteCount: byteCount)
  }

  /// Abandons the sink below.
  public func abandon() {
    isDone = true
    sink.abandon()
  }
}

/// A column sink whose work is done when a call returns.
public protocol BatchSink<Summary>: ColumnSink {
  /// Takes the next rows.
  func write(_ batch: ColumnBatch) throws(ParquetError)
  /// Makes everything written durable and visible.
  func finish() throws(ParquetError) -> Summary
  /// Leaves no trace of what was written since the sink was opened.
  func abandon()
}

extension ParquetWriter: BatchSink {}
