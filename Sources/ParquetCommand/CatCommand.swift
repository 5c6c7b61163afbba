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
    ]
  ) { arguments, console in
    try RowPrinter(arguments, console.output).print(arguments.operands)
    return .done
  }
}

/// Prints rows of files one after the other.
private struct RowPrinter {
  /// Few enough rows that the first ones are seen at once.
  private static let batchRows = 8192

  private let arguments: Arguments
  private let output: StreamSink
  private let isCSV: Bool
  /// Rows still to be passed over, and to be printed.
  private var offset: Int
  private var limit: Int
  /// The columns of the first file, which one CSV header must fit.
  private var header: Schema?

  init(_ arguments: Arguments, _ output: StreamSink) throws(UsageError) {
    self.arguments = arguments
    self.output = output
    isCSV = try arguments.choice("format", [("ndjson", false), ("csv", true)]) ?? false
    offset = try arguments.integer("offset", in: 0...Int.max) ?? 0
    limit = try arguments.integer("limit", in: 0...Int.max) ?? Int.max
  }

  consuming func print(_ paths: [String]) throws {
    for path in paths {
      let reader = try ParquetInput.open(path)
      let columns = try ParquetInput.columns(arguments, reader.schema)
      do throws(ParquetError) {
        try print(reader, columns)
      } catch {
        throw error.adding(file: path == "-" ? ParquetInput.standardInput : path)
      }
    }
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
    guard isCSV else { return try TextSink(output, schema: schema, format: .ndjson) }
    var dialect = CSVDialect()
    if let header {
      guard header == schema else {
        throw ParquetError(
          .schemaMismatch, "has other columns than the first file; CSV has one header for all")
      }
      dialect.hasHeader = false
    }
    header = schema
    return try TextSink(output, schema: schema, format: .csv(dialect))
  }
}
