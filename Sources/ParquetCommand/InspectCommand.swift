import CommandSupport
import Parquet

extension Subcommand {
  /// `parquet inspect`.
  static let inspect = Subcommand(
    "inspect", operands: "FILE", count: 1...1,
    summary: "The metadata of a file, its row groups and column chunks.",
    options: [
      CommandOption("pages", summary: "each page, too"),
      CommandOption("format", "F", summary: "text (default), json"),
    ] + ReadingArguments.options
  ) { arguments, console in
    let isJSON = try arguments.choice("format", [("text", false), ("json", true)]) ?? false
    let path = arguments.operands[0]
    let reader = try ParquetInput.open(path, ReadingArguments(arguments))
    let inspection = Inspection(
      path: path == "-" ? ParquetInput.standardInput : path, reader: reader,
      showsPages: arguments.has("pages"))
    do throws(ParquetError) {
      if isJSON {
        try console.print(inspection.json().text)
      } else {
        try inspection.printText(console)
      }
    } catch {
      throw error.adding(file: path)
    }
    return .done
  }
}

/// A file whose metadata is shown.
struct Inspection {
  let path: String
  let reader: ParquetReader
  let showsPages: Bool

  var metadata: FileMetadata { reader.metadata }

  /// The sum over all column chunks, without overflow: the numbers come from the file.
  static func sum(_ columns: [ColumnMetadata?], _ count: (ColumnMetadata) -> Int) -> Int {
    columns.reduce(0) { sum, column in
      let (total, overflow) = sum.addingReportingOverflow(column.map(count) ?? 0)
      return overflow ? Int.max : total
    }
  }

  /// The pages of a column chunk, in file order.
  func pages(rowGroup: Int, column: Int) throws(ParquetError) -> [PageInformation] {
    try reader.pages(rowGroup: rowGroup, column: column)
  }
}
