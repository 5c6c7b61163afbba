import CommandSupport
import Parquet

extension Subcommand {
  /// `parquet count`.
  static let count = Subcommand(
    "count", operands: "FILE…", count: 1...Int.max,
    summary: "The number of rows, of all files together."
  ) { arguments, console in
    var count = 0
    for path in arguments.operands {
      let (sum, overflow) = count.addingReportingOverflow(try ParquetInput.open(path).rowCount)
      guard !overflow else {
        throw ParquetError(.limitExceeded, "the files have more rows than can be counted")
      }
      count = sum
    }
    try console.print(String(count))
    return .done
  }
}
