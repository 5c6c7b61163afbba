import CommandSupport
import Parquet

extension Subcommand {
  /// `parquet count`.
  static let count = Subcommand(
    "count", operands: "FILE…", count: 1...Int.max,
    summary: "The number of rows, of all files together.",
    options: WhereArguments.options + ReadingArguments.options
  ) { arguments, console in
    let selection = try WhereArguments(arguments)
    let reading = try ReadingArguments(arguments)
    var count = 0
    for path in arguments.operands {
      let reader = try ParquetInput.open(path, reading)
      var rowCount = reader.rowCount
      if let filter = try selection.filter(reader.schema) {
        // No column but those tested is needed.
        let batches = try reader.batches(columns: [], filter: filter)
        while try batches.next() != nil { try Interruption.check() }
        rowCount = batches.report.keptRowCount
        selection.explain(
          batches.report, path == "-" ? ParquetInput.standardInput : path, console)
      }
      let (sum, overflow) = count.addingReportingOverflow(rowCount)
      guard !overflow else {
        throw ParquetError(.limitExceeded, "the files have more rows than can be counted")
      }
      count = sum
    }
    try console.print(String(count))
    return .done
  }
}
