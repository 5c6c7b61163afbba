import CommandSupport
import MIDAS
import Parquet
import Tables

/// `parquet midas`: a MIDAS Open weather archive becomes Parquet.
enum MIDASCommand {
  /// Its subcommands, for the command's table.
  static let all = [convert, schema, stations, validate]

  private static let schema = Subcommand(
    "midas schema", operands: "INPUT…", count: 1...Int.max,
    summary: "The columns that the data sets of a MIDAS Open archive would have.",
    options: [
      CommandOption("datasets", letter: "d", "A,B", summary: "the data sets: all"),
      CommandOption("processing-flags", summary: "with the columns of processing flags"),
    ],
    run: { try runSchema($0, $1) })

  private static func runSchema(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
    let archive = try MIDASArchive(inputs: arguments.operands)
    let wanted = try arguments.list("datasets").map { Set($0) }
    try MIDASCommand.check(wanted, archive.dataSets.map(\.name))
    for var dataSet in archive.dataSets where wanted?.contains(dataSet.name) ?? true {
      if arguments.has("processing-flags") { dataSet = try dataSet.withProcessingFlags() }
      let schema = try Schema(name: dataSet.name, dataSet.schema.fields)
      try console.output.write(Array(SchemaText.encode(schema).utf8))
    }
    return .done
  }

  /// Says that all data sets of `--datasets` are there.
  static func check(_ wanted: Set<String>?, _ known: [String]) throws(UsageError) {
    guard let unknown = wanted?.sorted().first(where: { !known.contains($0) }) else { return }
    throw UsageError(
      "--datasets: there is no data set \(unknown) (valid: \(known.joined(separator: ", ")))")
  }
}
