import CommandSupport
import Parquet
import Tables

extension Subcommand {
  /// `parquet stats`.
  static let stats = Subcommand(
    "stats", operands: "FILE", count: 1...1,
    summary: "What is in each column: nulls, distinct values, bounds, sizes.",
    details: [
      "Columns whose pages all have dictionary indices are known by their dictionaries; the values of"
        + " others are read. Past a million distinct values their number is an estimate, marked ~, with a"
        + " standard error of 0.8 %.",
      "The bytes of a value are the stored bytes of the column, pages' headers included, divided by the"
        + " values that are there; the ratio is that of the bytes before compression to those stored.",
    ],
    options: [
      CommandOption(
        "columns", "A,B.C",
        summary: "only these columns; a group's name stands for all below it"),
      CommandOption("format", "F", summary: "text (default), json"),
    ] + ReadingArguments.options
  ) { arguments, console in
    let isJSON = try arguments.choice("format", [("text", false), ("json", true)]) ?? false
    let path = arguments.operands[0]
    let name = path == "-" ? ParquetInput.standardInput : path
    let reader = try ParquetInput.open(path, ReadingArguments(arguments))
    let columns = try ParquetInput.columns(arguments, reader.schema)
    let report = ColumnReport(reader)
    let progress = console.progress("stats", byteCount: reader.byteCount)
    defer { progress.finish() }
    var columnsJSON: [JSON] = []
    if !isJSON {
      try console.print(
        "\(Console.printable(name)): \(counted(reader.rowCount, "row")) of"
          + " \(counted(reader.schema.leaves.count, "column"))")
    }
    var bytes = 0
    for column in columns ?? Array(reader.schema.leaves.indices) {
      do throws(ParquetError) {
        let summary = try reader.summary(ofColumn: column) { () throws(ParquetError) in
          try Interruption.check()
        }
        bytes += summary.compressedByteCount
        progress.update(rows: reader.rowCount, bytes: bytes)
        let leaf = reader.schema.leaves[column]
        if isJSON {
          columnsJSON.append(report.json(summary, leaf))
        } else {
          for line in report.lines(summary, leaf) { try console.print(line) }
        }
      } catch {
        throw error.adding(file: name)
      }
    }
    if isJSON {
      try console.print(
        JSON.members([
          ("file", .string(path)), ("rowCount", .integer(reader.rowCount)),
          ("columns", .array(columnsJSON)),
        ]).text)
    }
    return .done
  }
}

/// Says what a column's summary is.
private struct ColumnReport {
  let schema: Schema

  init(_ reader: ParquetReader) { schema = reader.schema }

  func lines(_ summary: ColumnSummary, _ leaf: Leaf) -> [String] {
    let type = leaf.logicalType.map { "\(leaf.physicalType.name) \($0.name)" }
    var facts = [
      counted(summary.slotCount, "value"), counted(summary.nullCount, "null"),
      (summary.isDistinctCountExact ? "" : "~") + "\(grouped(summary.distinctCount)) distinct",
    ]
    if summary.nanCount > 0 { facts.insert("\(grouped(summary.nanCount)) NaN", at: 2) }
    if let bytes = summary.minimum { facts.append("min \(Inspection.bound(bytes, leaf))") }
    if let bytes = summary.maximum { facts.append("max \(Inspection.bound(bytes, leaf))") }
    if let line = summary.geospatialStatistics.map(Inspection.describe) { facts.append(line) }
    var sizes = ["\(grouped(summary.compressedByteCount)) bytes"]
    if let each = bytesPerValue(summary) { sizes.append("\(each) a value") }
    if let ratio = ratio(summary) { sizes.append("compression ratio \(ratio)") }
    return [
      "  \(Console.printable(leaf.path.description)): \(type ?? leaf.physicalType.name)",
      "    \(facts.joined(separator: ", "))", "    \(sizes.joined(separator: ", "))",
    ]
  }

  func json(_ summary: ColumnSummary, _ leaf: Leaf) -> JSON {
    .members([
      ("path", .string(leaf.path.description)),
      ("physicalType", .string(leaf.physicalType.name)),
      ("logicalType", leaf.logicalType.map { .string($0.name) }),
      ("rowCount", .integer(summary.rowCount)),
      ("valueCount", .integer(summary.slotCount)),
      ("nullCount", .integer(summary.nullCount)),
      ("nanCount", leaf.hasNaN ? .integer(summary.nanCount) : nil),
      ("distinctCount", .integer(summary.distinctCount)),
      ("isDistinctCountExact", .boolean(summary.isDistinctCountExact)),
      ("minimum", summary.minimum.map { .raw(Inspection.bound($0, leaf)) }),
      ("maximum", summary.maximum.map { .raw(Inspection.bound($0, leaf)) }),
      ("geospatialStatistics", summary.geospatialStatistics.map(Inspection.json)),
      ("totalCompressedByteCount", .integer(summary.compressedByteCount)),
      ("totalUncompressedByteCount", .integer(summary.uncompressedByteCount)),
      ("bytesPerValue", bytesPerValue(summary).map(JSON.raw)),
      ("compressionRatio", ratio(summary).map(JSON.raw)),
    ])
  }

  private func bytesPerValue(_ summary: ColumnSummary) -> String? {
    ColumnReport.quotient(summary.compressedByteCount, summary.valueCount)
  }

  private func ratio(_ summary: ColumnSummary) -> String? {
    ColumnReport.quotient(summary.uncompressedByteCount, summary.compressedByteCount)
  }

  /// A quotient with two decimals.
  private static func quotient(_ a: Int, _ b: Int) -> String? {
    guard b > 0 else { return nil }
    let hundredths = Int((Double(a) / Double(b) * 100).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}

extension Leaf {
  /// Whether values may be NaN.
  fileprivate var hasNaN: Bool {
    physicalType == .float || physicalType == .double || logicalType == .float16
  }
}
