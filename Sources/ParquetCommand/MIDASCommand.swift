import CommandSupport
import MIDAS
import Parquet
import Tables

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `parquet midas`: a MIDAS Open weather archive becomes Parquet.
enum MIDASCommand {
  /// Its subcommands, for the command's table.
  static let all = [convert, schema, stations, validate]

  private static let convert = Subcommand(
    "midas convert", operands: "INPUT… --output DIR", count: 1...Int.max,
    summary: "Converts a MIDAS Open weather archive to one Parquet file for each data set.",
    details: [
      "INPUT is a file of observations, of a station's capabilities or of station metadata, or a"
        + " directory with such .csv files anywhere below. The headers of all files are read first: a"
        + " data set's table has the columns of all its files. DIR is made if it is not there.",
      "A row that cannot be converted stops the run with its file, line and column; with --reject it"
        + " goes to a report of JSON lines instead. A measurement that is no number becomes null and is"
        + " counted.",
      "With --partition-by a folder that holds Parquet files is refused; --overwrite replaces those of"
        + " an earlier run, all of them.",
    ],
    options: [
      CommandOption("output", "DIR", summary: "where the files go"),
      CommandOption("datasets", "A,B", summary: "the data sets to convert: all"),
      CommandOption("split", "S", summary: "what has a file of its own: dataset (default), year"),
      CommandOption(
        "partition-by", "A,B",
        summary: "write Hive folders by these of dataset, year, county, station, in this order"),
      CommandOption(
        "order", "O", summary: "the order of the rows: path (default, of the inputs), station"),
      CommandOption("dry-run", summary: "tell what would be written, and write nothing"),
      CommandOption(
        "resume", summary: "leave files as they are that a run of the same sources finished"),
      CommandOption("force", summary: "the same as --overwrite"),
      CommandOption(
        "reject", "FILE", summary: "report rows and files that cannot be converted there, and go on"
      ),
      CommandOption("rejects", "FILE", summary: "the same as --reject"),
      CommandOption(
        "strict",
        summary: "exit with 1 where something was rejected; a file cut short is an error"),
      CommandOption(
        "include-empty-measurements", summary: "keep observations without any measurement"),
      CommandOption(
        "keep-duplicates",
        summary: "keep all observations of one identifier, station and time, not the best alone"),
    ] + [KeyArguments.keyOption] + WriterArguments.options,
    run: { try runConvert($0, $1) })

  private static let schema = Subcommand(
    "midas schema", operands: "INPUT…", count: 1...Int.max,
    summary: "The columns that the data sets of a MIDAS Open archive would have.",
    run: { try runSchema($0, $1) })

  // MARK: Converting

  private static func runConvert(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
    guard let output = arguments.value("output") else {
      throw UsageError("--output DIR is missing: where the Parquet files go")
    }
    let writer = try WriterArguments(arguments)
    var conversion = MIDASConversion(inputs: arguments.operands, outputDirectory: output)
    conversion.writerOptions = writer.options
    conversion.overwrites = writer.overwrites || arguments.has("force")
    conversion.resumes = arguments.has("resume")
    if conversion.resumes, conversion.overwrites {
      throw UsageError("--resume and --overwrite: a file is left as it is, or replaced")
    }
    conversion.readerOptions.threads = writer.options.threads
    conversion.dataSets = try arguments.list("datasets").map(Set.init)
    let splits = MIDASConversion.Split.allCases.map { (name: $0.rawValue, value: $0) }
    if let split = try arguments.choice("split", splits) { conversion.split = split }
    let orders = MIDASConversion.Order.allCases.map { (name: $0.rawValue, value: $0) }
    if let order = try arguments.choice("order", orders) { conversion.order = order }
    conversion.partitions = try partitions(arguments)
    conversion.createdAt = try sourceDate()
    conversion.readerOptions.isStrict = arguments.has("strict")
    conversion.readerOptions.removesDuplicates = !arguments.has("keep-duplicates")
    conversion.readerOptions.removesEmptyObservations = !arguments.has("include-empty-measurements")
    try checkColumns(of: writer, arguments)

    if arguments.has("dry-run") {
      do throws(ParquetError) { try show(conversion.dryRun(), console) } catch {
        throw namingOption(error, conversion)
      }
      return .done
    }
    let rejectPath = arguments.value("reject") ?? arguments.value("rejects")
    var report: RejectionReport?
    if let rejectPath {
      let open = RejectionReport(try FileSink(path: rejectPath, overwrite: writer.overwrites))
      conversion.readerOptions.onRejection = { (rejection) throws(ParquetError) in
        try open.write(rejection)
      }
      report = open
    }

    var display = console.progress("headers")
    var isReadingHeaders = true
    conversion.progress = { (progress) throws(ParquetError) in
      try Interruption.check()
      guard progress.dataSet != nil else { return }
      if isReadingHeaders {
        isReadingHeaders = false
        display.finish()
        display = console.progress("midas", byteCount: progress.byteCount)
      }
      display.update(rows: progress.rows, bytes: progress.bytes)
    }
    conversion.writerOptions.progress = { (_) throws(ParquetError) in try Interruption.check() }

    let summary: MIDASConversion.Summary
    do throws(ParquetError) {
      summary = try conversion.run()
      display.finish()
      try report?.finish()
    } catch {
      display.finish()
      report?.abandon()
      throw namingOption(error, conversion)
    }
    tell(summary, rejectPath, console)
    return arguments.has("strict") && summary.hasRejections ? .failed : .done
  }

  /// The error, with the option that replaces files which are there.
  private static func namingOption(
    _ error: ParquetError, _ conversion: MIDASConversion
  ) -> ParquetError {
    guard error.systemErrorNumber == EEXIST else { return error }
    var error = error
    error.message =
      conversion.partitions.isEmpty
      ? "exists already; --overwrite replaces it"
      : "exists already; --overwrite replaces the files of an earlier run"
    return error
  }

  private static func partitions(
    _ arguments: Arguments
  ) throws(UsageError) -> [MIDASConversion.Partition] {
    let names = MIDASConversion.Partition.allCases.map(\.rawValue)
    var partitions: [MIDASConversion.Partition] = []
    for name in try arguments.list("partition-by") ?? [] {
      guard let partition = MIDASConversion.Partition(rawValue: name) else {
        throw UsageError("--partition-by \(name): valid are \(names.joined(separator: ", "))")
      }
      partitions.append(partition)
    }
    return partitions
  }

  /// When the files say they were made: what SOURCE_DATE_EPOCH says, where it is set; the clock never.
  private static func sourceDate() throws(UsageError) -> String? {
    guard let text = Environment.value("SOURCE_DATE_EPOCH"), !text.isEmpty else { return nil }
    guard let seconds = Int(text), (0...253_402_300_799).contains(seconds) else {
      throw UsageError("SOURCE_DATE_EPOCH \(text): must be a number of seconds since 1970-01-01")
    }
    return MIDASConversion.timeText(seconds: seconds)
  }

  /// Tells what would be written.
  private static func show(
    _ files: [PlannedFile], _ console: Console
  ) throws(ParquetError) {
    for file in files {
      let state = file.isFinished ? ", finished before" : ""
      try console.output.write(
        Array(
          Console.printable(
            "\(file.path): \(count(file.columnCount, "column")) from"
              + " \(count(file.fileCount, "file")) of \(ByteCount.format(file.byteCount))\(state)"
          ).utf8) + [0x0A])
    }
  }

  /// Options that name a column are checked before anything is written: the column must be in a data set.
  private static func checkColumns(of writer: WriterArguments, _ arguments: Arguments) throws {
    let options = writer.options
    guard
      !options.columnCompression.isEmpty || !options.columnEncodings.isEmpty
        || !options.bloomColumns.isEmpty || !options.sortKeys.isEmpty
    else { return }
    let archive = try MIDASArchive(inputs: arguments.operands)
    for dataSet in archive.dataSets { try writer.check(against: dataSet.schema) }
  }

  private static func tell(
    _ summary: MIDASConversion.Summary, _ rejectPath: String?, _ console: Console
  ) {
    if summary.hasRejections, let rejectPath {
      let rows = summary.results.reduce(0) { $0 + $1.reading.rejectedRows }
      let files = summary.results.reduce(summary.rejectedFiles) { $0 + $1.reading.rejectedFiles }
      console.note(
        Console.printable(
          "parquet: \(count(rows, "row")) and \(count(files, "file")) rejected, see \(rejectPath)"))
    }
    guard console.showsProgress else { return }
    for warning in summary.stationWarnings.prefix(10) {
      console.note(Console.printable("parquet: \(warning)"))
    }
    for result in summary.results {
      let reading = result.reading
      let output = result.path.map { "\($0): " } ?? "\(result.dataSet): no file, as there are "
      if result.wasFinished {
        console.note(
          Console.printable(
            "\(output)finished before, \(count(reading.observations, "row")),"
              + " \(ByteCount.format(result.byteCount))"))
        continue
      }
      console.note(
        Console.printable(
          "\(output)\(count(reading.observations, "row")), \(count(result.columnCount, "column")),"
            + " \(ByteCount.format(result.byteCount)) from \(count(reading.files, "file"))"
            + " of \(ByteCount.format(reading.bytes))"))
      for (number, what) in [
        (result.writing.memoryFlushes, "row groups closed early, as memory is limited"),
        (reading.duplicates, "duplicates left out"),
        (reading.emptyObservations, "observations without any measurement left out"),
        (reading.unreadableValues, "values that are no number became null"),
        (reading.notFiniteValues, "values that are not finite became null"),
        (reading.outsideStationPeriod, "observations outside the station's period"),
        (
          reading.truncatedFiles,
          "files without `end data`, the first: \(reading.firstTruncatedFile ?? "")"
        ),
      ] where number > 0 {
        console.note(Console.printable("  \(grouped(number)) \(what)"))
      }
    }
  }

  private static func count(_ number: Int, _ what: String) -> String {
    "\(grouped(number)) \(what)\(number == 1 ? "" : "s")"
  }

  // MARK: Showing schemas

  private static func runSchema(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
    let archive = try MIDASArchive(inputs: arguments.operands)
    for dataSet in archive.dataSets {
      let schema = try Schema(name: dataSet.name, dataSet.schema.fields)
      try console.output.write(Array(SchemaText.encode(schema).utf8))
    }
    return .done
  }
}
