import CommandSupport
import Parquet
import Tables

extension Subcommand {
  /// `parquet cat`.
  static let cat = Subcommand(
    "cat", operands: "FILE…", count: 1...Int.max, summary: "The rows, as text.",
    options: [
      CommandOption(
        "columns", "A,B.C",
        summary: "only these columns; a group's name stands for all below it"),
      CommandOption("limit", "N", summary: "at most this many rows"),
      CommandOption("offset", "N", summary: "without the first rows"),
      CommandOption("format", "F", summary: "ndjson (default), csv"),
    ] + WhereArguments.options + ReadingArguments.options
  ) { arguments, console in
    try RowPrinter(arguments, console).print(arguments.operands)
    return .done
  }
}

/// Prints rows of files one after the other.
private struct RowPrinter {
  /// Few enough rows that the first ones are seen at once.
  private static let batchRows = 8192

  private let arguments: Arguments
  private let console: Console
  private let selection: WhereArguments
  private let reading: ReadingArguments
  private let isCSV: Bool
  /// Rows still to be passed over, and to be printed.
  private var offset: Int
  private var limit: Int
  /// The columns of the first file, which one CSV header must fit.
  private var header: Schema?

  init(_ arguments: Arguments, _ console: Console) throws(UsageError) {
    self.arguments = arguments
    self.console = console
    selection = try WhereArguments(arguments)
    reading = try ReadingArguments(arguments)
    isCSV = try arguments.choice("format", [("ndjson", false), ("csv", true)]) ?? false
    offset = try arguments.integer("offset", in: 0...Int.max) ?? 0
    limit = try arguments.integer("limit", in: 0...Int.max) ?? Int.max
  }

  consuming func print(_ paths: [String]) throws {
    for path in paths {
      let reader = try ParquetInput.open(path, reading)
      let columns = try ParquetInput.columns(arguments, reader.schema)
      let filter = try selection.filter(reader.schema)
      let name = path == "-" ? ParquetInput.standardInput : path
      do throws(ParquetError) {
        if let filter {
          try print(reader, columns, filter, name)
        } else {
          try print(reader, columns)
        }
      } catch {
        throw error.adding(file: name)
      }
    }
  }

  /// Prints the rows that `filter` keeps; offset and limit count those.
  private mutating func print(
    _ reader: ParquetReader, _ columns: [Int]?, _ filter: Filter, _ name: String
  ) throws(ParquetError) {
    let sink = try textSink(reader.schema(of: columns))
    let batches = try reader.batches(
      columns: columns, filter: filter, batchRows: RowPrinter.batchRows)
    while limit > 0, let batch = try batches.next() {
      try Interruption.check()
      let first = min(offset, batch.rowCount)
      let count = min(limit, batch.rowCount - first)
      offset -= first
      limit -= count
      if count > 0 { try sink.write(batch.slice(rows: first..<first + count)) }
    }
    _ = try sink.finish()
    selection.explain(batches.report, name, console)
  }

  private mutating func print(_ reader: ParquetReader, _ columns: [Int]?) throws(ParquetError) {
    let first = min(offset, reader.rowCount)
    let count = min(limit, reader.rowCount - first)
    offset -= first
    limit -= count
    let sink = try textSink(reader.schema(of: columns))
    let batches = reader.batches(
      columns: columns, rows: first..<first + count, batchRows: RowPrinter.batchRows)
    while let batch = try batches.next() {
      try Interruption.check()
      try sink.write(batch)
    }
    _ = try sink.finish()
  }

  private mutating func textSink(_ schema: Schema) throws(ParquetError) -> TextSink {
    guard isCSV else { return try TextSink(console.output, schema: schema, format: .ndjson) }
    var dialect = CSVDialect()
    if let header {
      guard header == schema else {
        throw ParquetError(
          .schemaMismatch, "has other columns than the first file; CSV has one header for all")
      }
      dialect.hasHeader = false
    }
    header = schema
    return try TextSink(console.output, schema: schema, format: .csv(dialect))
  }
}
