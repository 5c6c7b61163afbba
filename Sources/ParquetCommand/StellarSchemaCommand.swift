import CommandSupport
import Parquet
import Stellar
import Tables

extension StellarCommand {
  /// `parquet stellar schema`.
  static let schema = Subcommand(
    "stellar schema", operands: "[FILE…]", count: 0...Int.max,
    summary: "What a sample of ledger messages would become: types, columns, refused lines.",
    details: [
      "FILE has a JSON object a line; - or nothing is standard input. Nothing is written. For each type of"
        + " messages come their number, whether its columns are predefined or inferred from all of them, and the"
        + " schema; then the lines that would be refused, with their reasons.",
      "The exit status is 0, also where lines would be refused; 1 then with --strict.",
    ],
    options: [
      CommandOption("format", "F", summary: "text (default), json"),
      CommandOption("strict", summary: "exit status 1 where a line would be refused"),
    ],
    run: { try runSchema($0, $1) })

  private static func runSchema(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
    let isJSON = try arguments.choice("format", [("text", false), ("json", true)]) ?? false
    let sample = MessageSample()
    for path in arguments.operands.isEmpty ? ["-"] : arguments.operands {
      try add(path, to: sample, console)
    }
    let kinds = try sample.kinds()
    let text = isJSON ? json(sample, kinds) : SampleText.of(sample, kinds)
    try console.output.write(Array(text.utf8))
    return sample.refusedCount > 0 && arguments.has("strict") ? .failed : .done
  }

  private static func add(
    _ path: String, to sample: MessageSample, _ console: Console
  ) throws(ParquetError) {
    let stream =
      path == "-"
      ? FileStream(descriptor: 0, name: "standard input", closes: false)
      : try FileStream(path: path)
    let name = path == "-" ? "standard input" : path
    let lines = LineBlocks(
      stream, name: name, byteCount: 1 << 20, isStopped: { Interruption.isRequested })
    let progress = console.progress("stellar", byteCount: stream.byteCount)
    defer { progress.finish() }
    try sample.add(lines, source: name) { (count) throws(ParquetError) in
      progress.update(rows: count, bytes: 0)
    }
    try Interruption.check()
  }

  private static func json(_ sample: MessageSample, _ kinds: [MessageSample.Kind]) -> String {
    let types = kinds.map { kind in
      JSON.object([
        ("type", .string(kind.name)), ("schemaType", .optional(kind.predefined?.rawValue)),
        ("inferred", .boolean(kind.predefined == nil)), ("messages", .integer(kind.messageCount)),
        ("rows", .integer(kind.rowCount)), ("schema", .raw(schemaJSON(kind.schema))),
      ])
    }
    let refused = sample.refused.map { refusal in
      JSON.object([
        ("source", .optional(refusal.source)), ("line", .optional(refusal.line)),
        ("type", .optional(refusal.type)), ("field", .optional(refusal.field)),
        ("reason", .string(refusal.reason)),
      ])
    }
    let all = JSON.object([
      ("types", .array(types)), ("refusedCount", .integer(sample.refusedCount)),
      ("refused", .array(refused)),
    ])
    return all.text + "\n"
  }

  private static func schemaJSON(_ schema: Schema) -> String {
    let text = SchemaJSON.encode(schema)
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }
}

/// A sample for people.
private enum SampleText {
  static func of(_ sample: MessageSample, _ kinds: [MessageSample.Kind]) -> String {
    var text = ""
    for kind in kinds {
      let origin = kind.predefined.map { "predefined \($0.rawValue)" } ?? "inferred"
      var line = "\(kind.name): \(counted(kind.messageCount, "message")), \(origin)"
      if kind.rowCount != kind.messageCount { line += ", \(counted(kind.rowCount, "row"))" }
      text += Console.printable(line) + "\n" + SchemaText.encode(kind.schema)
    }
    for refusal in sample.refused {
      text += "refused: " + Console.printable(refusal.error.description) + "\n"
    }
    let rest = sample.refusedCount - sample.refused.count
    if rest > 0 { text += "refused: \(counted(rest, "more line"))\n" }
    return text
  }
}
