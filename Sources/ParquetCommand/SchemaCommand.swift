import CommandSupport
import Parquet
import Tables

extension Subcommand {
  /// `parquet schema`.
  static let schema = Subcommand(
    "schema", operands: "FILE", count: 1...1, summary: "The schema of a file.",
    options: [CommandOption("format", "F", summary: "text (default), json")]
      + ReadingArguments.options
  ) { arguments, console in
    let isJSON = try arguments.choice("format", [("text", false), ("json", true)]) ?? false
    let schema = try ParquetInput.open(arguments.operands[0], ReadingArguments(arguments)).schema
    try console.output.write(
      Array((isJSON ? SchemaJSON.encode(schema) : SchemaText.encode(schema)).utf8))
    return .done
  }
}
