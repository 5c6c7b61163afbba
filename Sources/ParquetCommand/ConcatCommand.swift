import CommandSupport
import Parquet

extension Subcommand {
  /// `parquet concat`.
  static let concat = Subcommand(
    "concat", operands: "OUTPUT INPUT…", count: 2...Int.max,
    summary: "Joins files of one schema without decoding their pages.",
    details: [
      "The row groups of each INPUT follow each other as they are, with their statistics, page indexes and"
        + " bloom filters; row groups without rows are left out. Bounds of another column order than the"
        + " type's are not carried.",
      "Of a key-value that several files have, the first file's value is kept, and a note says where others"
        + " differ; --metadata decides. Files whose dates Spark reads by different calendars are refused.",
      "Checksums, counts, offsets and indexes are checked while pages are copied; parquet verify looks at"
        + " the values, too. Encrypted columns are bound to their files: parquet convert writes those anew.",
    ],
    options: [
      CommandOption(
        "metadata", "KEY=VALUE", repeats: true,
        summary: "a pair for the file's metadata, in place of the inputs'"),
      CommandOption("overwrite", summary: "replace OUTPUT where it exists"),
    ]
  ) { arguments, console in
    try FileJoin(arguments, console).run()
    return .done
  }
}

/// One run of `parquet concat`.
private struct FileJoin {
  let console: Console
  let output: String
  let inputs: [String]
  let writing: WriterArguments

  init(_ arguments: Arguments, _ console: Console) throws(UsageError) {
    self.console = console
    output = arguments.operands[0]
    inputs = Array(arguments.operands.dropFirst())
    if output != "-" {
      for input in inputs where input != "-" && isSameFile(output, input) {
        throw UsageError("\(input) is OUTPUT too, which it would be read from and replaced by")
      }
    }
    if inputs.contains("-") {
      throw UsageError("-: standard input cannot be read twice; name a file")
    }
    for option in ["sort", "profile"] where arguments.has(option) {
      throw UsageError("--\(option) is for rows that are encoded anew: parquet convert")
    }
    var writing = try WriterArguments(arguments)
    writing.options.progress = { (_) throws(ParquetError) in try Interruption.check() }
    self.writing = writing
  }

  func run() throws {
    var options = writing.options
    let (schema, byteCount) = try survey(&options)
    let sink: any ByteSink = output == "-" ? console.output : try writing.fileSink(output)
    let writer = try ParquetWriter(sink, schema: schema, options: options)
    let progress = console.progress("concat", byteCount: byteCount)
    defer { progress.finish() }
    do throws(ParquetError) {
      var rowCount = 0
      var bytes = 0
      for input in inputs {
        let reader = try ParquetInput.open(input)
        for index in reader.metadata.rowGroups.indices {
          try Interruption.check()
          try writer.append(rowGroup: index, of: reader)
          let group = reader.metadata.rowGroups[index]
          rowCount += group.rowCount
          progress.update(
            rows: rowCount,
            bytes: bytes + Inspection.sum(group.columns.map(\.metadata), \.totalCompressedByteCount)
          )
        }
        bytes += reader.byteCount
        progress.update(rows: rowCount, bytes: bytes)
      }
      let file = try writer.finish()
      progress.finish()
      if console.showsProgress {
        console.note(
          "\(output == "-" ? "standard output" : output): \(counted(file.rowCount, "row")) of"
            + " \(counted(inputs.count, "file")) in \(counted(file.rowGroupCount, "row group")),"
            + " \(ByteCount.format(file.byteCount))")
      }
    } catch {
      writer.abandon()
      throw error
    }
  }

  /// Looks at every input's footer before anything is written: gives back the schema of all, and their
  /// bytes, and puts the key-values of all into `options`.
  private func survey(
    _ options: inout WriterOptions
  ) throws(ParquetError) -> (schema: Schema, byteCount: Int) {
    var first: Schema?
    var union = KeyValueUnion()
    var byteCount = 0
    for input in inputs {
      let reader = try ParquetInput.open(input)
      try Interruption.check()
      if let first, let difference = reader.schema.difference(from: first) {
        throw ParquetError(
          .schemaMismatch, "has another schema than \(inputs[0]): \(difference)"
        ).adding(file: input)
      }
      first = first ?? reader.schema
      do throws(ParquetError) { try union.add(reader.metadata.keyValues) } catch {
        throw error.adding(file: input)
      }
      byteCount += reader.byteCount
    }
    guard let schema = first else {
      throw ParquetError(.invalidArgument, "there is no file to join")
    }
    let given = options.keyValues
    options.keyValues =
      union.pairs.filter { pair in !given.contains { $0.key == pair.key } } + given
    for key in union.conflictingKeys where !given.contains(where: { $0.key == key }) {
      console.note(
        "parquet: concat: the files have different values of the key-value"
          + " \(Console.printable(key)); the first one's is kept")
    }
    return (schema, byteCount)
  }
}
