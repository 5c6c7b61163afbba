import CommandSupport
import Datasets
import Parquet
import Tables

extension Subcommand {
  /// `parquet convert`.
  static let convert = Subcommand(
    "convert", operands: "INPUT OUTPUT", count: 2...2,
    summary: "Converts between CSV, NDJSON and Parquet, or writes Parquet anew.",
    details: [
      "The formats follow from the names' ends (.csv, .ndjson, .jsonl, .parquet) unless given; - is"
        + " standard input or output.",
      "The types of CSV and NDJSON are inferred from a sample, and widened where later rows need it."
        + " A row that cannot be stored stops the run with its line; with --reject it goes to FILE with"
        + " its reason.",
      "Parquet to Parquet keeps the schema and all key-values.",
      "A folder that holds Parquet files is refused: --overwrite replaces those of an earlier run, all of"
        + " them, --append adds to them.",
    ],
    options: [
      CommandOption("from", "FORMAT", summary: "csv, ndjson, parquet"),
      CommandOption("to", "FORMAT", summary: "parquet, csv, ndjson"),
      CommandOption(
        "schema", "FILE", summary: "the schema of the rows, as parquet schema prints it"),
      CommandOption("reject", "FILE", summary: "write rows that cannot be stored there, and go on"),
      CommandOption("strict", summary: "exit with 1 where a row was rejected"),
    ] + PartitionArguments.options + WhereArguments.options + ReadingArguments.options
      + WriterArguments.options
  ) { arguments, console in
    try Conversion(arguments, console).run()
  }
}

/// What rows are converted from and to.
enum TableFormat: CaseIterable {
  case parquet, csv, ndjson

  var name: String {
    switch self {
    case .parquet: "parquet"
    case .csv: "csv"
    case .ndjson: "ndjson"
    }
  }

  /// The format that a file's name tells.
  init?(fileName: String) {
    let name = fileName.lowercased()
    if name.hasSuffix(".parquet") {
      self = .parquet
    } else if name.hasSuffix(".csv") {
      self = .csv
    } else if name.hasSuffix(".ndjson") || name.hasSuffix(".jsonl") {
      self = .ndjson
    } else {
      return nil
    }
  }

  /// The text format; nil for Parquet.
  var text: TextFormat? {
    switch self {
    case .parquet: nil
    case .csv: .csv
    case .ndjson: .ndjson
    }
  }
}

/// One run of `parquet convert`.
private struct Conversion {
  let arguments: Arguments
  let console: Console
  let writing: WriterArguments
  let selection: WhereArguments
  let reading: ReadingArguments
  /// How OUTPUT is cut into files, where it is a folder of them.
  let partition: PartitionArguments?
  let input: String
  let output: String
  let from: TableFormat
  let to: TableFormat

  init(_ arguments: Arguments, _ console: Console) throws(UsageError) {
    self.arguments = arguments
    self.console = console
    input = arguments.operands[0]
    output = arguments.operands[1]
    from = try Conversion.format(arguments, "from", of: input)
    partition = try PartitionArguments(arguments)
    if partition != nil {
      guard output != "-" else {
        throw UsageError(
          "OUTPUT -: with --partition-by, --file-rows or --file-bytes it is a folder of files")
      }
      if let to = arguments.value("to"), to != TableFormat.parquet.name {
        throw UsageError("--to \(to): a folder of files is of Parquet")
      }
    }
    to = partition == nil ? try Conversion.format(arguments, "to", of: output) : .parquet
    selection = try WhereArguments(arguments)
    if from != .parquet, selection.isGiven {
      throw UsageError("--where is for Parquet; INPUT is \(from.name)")
    }
    reading = try ReadingArguments(arguments)
    let keys = reading.keys
    if from != .parquet, keys.aadPrefix != nil {
      throw UsageError("--aad-prefix is for Parquet; INPUT is \(from.name)")
    }
    if from != .parquet, !keys.keys.isEmpty, !arguments.has("encrypt") {
      throw UsageError("--key without --encrypt: nothing would be encrypted")
    }
    var writing = try WriterArguments(arguments)
    writing.options.progress = { (_) throws(ParquetError) in try Interruption.check() }
    self.writing = writing
    if to != .parquet, let option = WriterArguments.givenOptions(arguments).first {
      throw UsageError("--\(option) is for Parquet; OUTPUT is \(to.name)")
    }
    if from == .parquet {
      for option in ["schema", "reject"] where arguments.has(option) {
        throw UsageError("--\(option) is for CSV and NDJSON; INPUT is parquet")
      }
    }
    if arguments.has("strict"), !arguments.has("reject") {
      throw UsageError(
        "--strict is for runs with --reject; without it a bad row is an error anyway")
    }
    if let path = arguments.value("reject") {
      guard path != "-" else { throw UsageError("--reject -: must be the name of a file") }
      for (name, other) in [("INPUT", input), ("OUTPUT", output)]
      where other != "-" && isSameFile(path, other) {
        throw UsageError("--reject \(path): is \(name) too, which it would replace")
      }
    }
  }

  private static func format(
    _ arguments: Arguments, _ option: String, of path: String
  ) throws(UsageError) -> TableFormat {
    let choices = TableFormat.allCases.map { (name: $0.name, value: $0) }
    if let format = try arguments.choice(option, choices) { return format }
    if path != "-", let format = TableFormat(fileName: path) { return format }
    throw UsageError(
      "the format of \(path == "-" && option == "from" ? "standard input" : path) is not known:"
        + " --\(option) is missing (\(choices.map(\.name).joined(separator: ", ")))")
  }

  func run() throws -> ExitStatus {
    switch (from.text, to.text) {
    case (let text?, nil) where partition != nil:
      return try convert(text) { (schema) throws(ParquetError) in
        try dataset(schema, writing)
      }
    case (nil, nil): try rewrite()
    case (nil, let text?): try print(text)
    case (let text?, nil):
      return try convert(text) { (schema) throws(ParquetError) in
        try writing.writer(to: sink(restarts: true), schema: schema)
      }
    case (let text?, let other?):
      return try convert(text) { (schema) throws(ParquetError) in
        try TextSink(sink(restarts: true), schema: schema, format: other)
      }
    }
    return .done
  }

  // MARK: From text

  private func convert<S: BatchSink>(
    _ format: TextFormat, _ open: (Schema) throws(ParquetError) -> S
  ) throws -> ExitStatus {
    let onSignal = { () throws(ParquetError) in try Interruption.check() }
    let text: TextInput =
      input == "-" ? .standardInput(onSignal: onSignal) : try .file(input, onSignal: onSignal)
    var conversion = TextConversion(text, format: format)
    conversion.threads = writing.options.threads
    if let path = arguments.value("schema") { conversion.schema = try schema(in: path) }
    if let path = arguments.value("reject") {
      conversion.openRejects = { () throws(ParquetError) in try writing.fileSink(path) }
    }
    let progress = console.progress(inputName, byteCount: text.byteCount)
    defer { progress.finish() }
    conversion.progress = { (state) throws(ParquetError) in
      try Interruption.check()
      progress.update(rows: state.rowCount, bytes: state.byteCount)
    }
    let sink: S
    let summary: TextConversionSummary
    do throws(ParquetError) { (sink, summary) = try conversion.run(into: open) } catch {
      throw error.adding(file: inputName)
    }
    try Interruption.check()
    let result = try sink.finish()
    progress.finish()
    if summary.rejectedCount > 0, let path = arguments.value("reject") {
      console.note(
        "parquet: \(inputName): \(counted(summary.rejectedCount, "row")) rejected, see \(path)")
    }
    tell(result, rowCount: summary.rowCount, columnCount: summary.schema.leaves.count, progress)
    return summary.rejectedCount > 0 && arguments.has("strict") ? .failed : .done
  }

  /// The schema in a file, as text or JSON.
  private func schema(in path: String) throws(ParquetError) -> Schema {
    let source = try ParquetInput.source(path)
    let bytes = try source.read(0..<source.byteCount)
    guard let text = String(validating: bytes.array(), as: UTF8.self) else {
      throw ParquetError(.invalidArgument, "the schema is not UTF-8").adding(file: path)
    }
    do throws(ParquetError) {
      return try SchemaFile.decode(text)
    } catch {
      throw error.adding(file: path)
    }
  }

  // MARK: From Parquet

  private func rewrite() throws {
    let reader = try ParquetInput.open(input, reading)
    var writing = writing
    // A pair that is given replaces those of the same key.
    let given = writing.options.keyValues
    writing.options.keyValues =
      reader.metadata.keyValues.filter { pair in !given.contains { $0.key == pair.key } } + given
    try keepColumns(of: reader, &writing.options)
    try dropForeignSchemas(reader.schema, &writing.options, given)
    // The filter is looked at before the output is made.
    let filter = try selection.filter(reader.schema)
    if let partition {
      // What the input says of columns that become folders is not the files'.
      for name in partition.columns {
        if arguments.values("encoding").allSatisfy({ !$0.hasPrefix("\(name)=") }) {
          writing.options.columnEncodings[name] = nil
        }
        if let leaf = reader.schema.leaf(at: name) {
          writing.options.columnKeyValues[leaf.path] = nil
        }
      }
      if !partition.columns.isEmpty { dropForeignSchemas(&writing.options, given) }
      return try copy(reader, filter, to: try dataset(reader.schema, writing))
    }
    try copy(
      reader, filter, to: try writing.writer(to: sink(restarts: false), schema: reader.schema))
  }

  /// The folder of files that the output is.
  private func dataset(
    _ schema: Schema, _ writing: WriterArguments
  ) throws(ParquetError) -> DatasetSink {
    guard let partition else {
      throw ParquetError(.invalidArgument, "the output is one file")
    }
    return try partition.sink(output, schema: schema, writing)
  }

  /// Takes over what the input says of single columns: their key-values, and which of them are Arrow
  /// dictionaries, which pyarrow reads from dictionary pages and PLAIN alone.
  private func keepColumns(
    of reader: ParquetReader, _ options: inout WriterOptions
  ) throws(ParquetError) {
    for leaf in reader.schema.leaves {
      var pairs: [KeyValue] = []
      for group in reader.metadata.rowGroups.indices {
        let metadata = try reader.columnMetadata(rowGroup: group, column: leaf.index)
        // The new row groups are cut elsewhere, so that each has every pair.
        for pair in metadata?.keyValues ?? [] where !pairs.contains(pair) {
          pairs.append(pair)
        }
      }
      if !pairs.isEmpty { options.columnKeyValues[leaf.path] = pairs }
    }
    let arrow = reader.metadata.keyValues.first { $0.key == ArrowSchema.key }?.value
    guard let arrow, options.encoding == .automatic,
      let isDictionary = ArrowSchema.dictionaryLeaves(
        arrow, leafCount: reader.schema.leaves.count)
    else { return }
    for leaf in reader.schema.leaves
    where isDictionary[leaf.index] && leaf.physicalType == .byteArray {
      let path = leaf.path.description
      if options.columnEncodings[path] == nil {
        options.columnEncodings[path] = .always(.rleDictionary)
      }
    }
  }

  /// Leaves out key-values that tell other programs a schema, where a profile stores another one.
  private func dropForeignSchemas(
    _ schema: Schema, _ options: inout WriterOptions, _ given: [KeyValue]
  ) throws(ParquetError) {
    guard try options.profile.storedSchema(schema) != schema else { return }
    dropForeignSchemas(&options, given)
  }

  private func dropForeignSchemas(_ options: inout WriterOptions, _ given: [KeyValue]) {
    options.keyValues.removeAll { pair in
      !given.contains(pair) && Conversion.foreignSchemaKeys.contains(pair.key)
    }
  }

  /// The keys under which Arrow, pandas, Spark, Avro and Iceberg keep a schema of their own.
  private static let foreignSchemaKeys: Set<String> = [
    ArrowSchema.key, "pandas", "org.apache.spark.sql.parquet.row.metadata", "parquet.avro.schema",
    "avro.schema", "iceberg.schema",
  ]

  private func print(_ format: TextFormat) throws {
    let reader = try ParquetInput.open(input, reading)
    let filter = try selection.filter(reader.schema)
    try copy(
      reader, filter, to: try TextSink(sink(restarts: false), schema: reader.schema, format: format)
    )
  }

  private func copy<S: BatchSink>(
    _ reader: ParquetReader, _ filter: Filter?, to sink: S
  ) throws(ParquetError) {
    let progress = console.progress(inputName, byteCount: reader.byteCount)
    defer { progress.finish() }
    do throws(ParquetError) {
      let threads = writing.options.threads
      // As many rows as are encoded at a time.
      let all = reader.batches(batchRows: 131_072, threads: threads)
      var kept: FilteredBatchReader?
      if let filter { kept = try reader.batches(filter: filter, threads: threads) }
      func next() throws(ParquetError) -> ColumnBatch? {
        if let kept { return try kept.next() }
        return try all.next()
      }
      var rowCount = 0
      while let batch = try next() {
        try Interruption.check()
        try sink.write(batch)
        rowCount += batch.rowCount
        // Rows are the measure: what they take of the file is not known before they are read.
        let seen = kept?.report.testedRowCount ?? rowCount
        let share = Double(seen) / Double(max(1, reader.rowCount))
        progress.update(rows: rowCount, bytes: Int(share * Double(reader.byteCount)))
      }
      let result = try sink.finish()
      progress.finish()
      if let kept { selection.explain(kept.report, inputName, console) }
      tell(
        result, rowCount: rowCount, columnCount: reader.schema.leaves.count, progress)
    } catch {
      sink.abandon()
      throw error.adding(file: inputName)
    }
  }

  // MARK: Output

  /// Where the output goes. Standard output cannot be taken back, so that what may be begun anew waits
  /// in a file until it is whole.
  private func sink(restarts: Bool) throws(ParquetError) -> any ByteSink {
    guard output == "-" else { return try writing.fileSink(output) }
    return restarts && !arguments.has("schema") ? try SpoolSink(console.output) : console.output
  }

  private func tell(_ result: Any, rowCount: Int, columnCount: Int, _ progress: Progress) {
    guard console.showsProgress else { return }
    var line = "\(outputName): \(counted(rowCount, "row")), \(counted(columnCount, "column"))"
    if let file = result as? WrittenFile {
      line += " in \(counted(file.rowGroupCount, "row group")), \(ByteCount.format(file.byteCount))"
    } else if let dataset = result as? DatasetSummary {
      line += " in \(counted(dataset.files.count, "file")), \(ByteCount.format(dataset.byteCount))"
    } else if let text = result as? TextSummary {
      line += ", \(ByteCount.format(text.byteCount))"
    }
    console.note(line)
  }

  private var inputName: String { input == "-" ? ParquetInput.standardInput : input }
  private var outputName: String { output == "-" ? "standard output" : output }
}
