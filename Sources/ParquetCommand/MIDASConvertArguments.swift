import CommandSupport
import MIDAS
import Parquet

/// What a conversion is told: by options, else the environment, else a configuration file.
struct MIDASConvertArguments {
  static let options =
    [
      CommandOption(
        "input", letter: "i", "INPUT", repeats: true, summary: "the same as an operand"),
      CommandOption("output", letter: "o", "DIR", summary: "where the files go"),
      CommandOption("parquet-output-path", "DIR", summary: "the same as --output"),
      CommandOption(
        "config", letter: "c", "FILE", summary: "a TOML file that says what options do not"),
      CommandOption(
        "cache-path", "DIR", summary: "what is read where there is no INPUT: midas-fetcher's cache"
      ),
      CommandOption(
        "datasets", letter: "d", "A,B", summary: "the data sets to convert: all"),
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
    ] + rowOptions + [
      CommandOption("workers", letter: "j", "N", summary: "the same as --threads"),
      CommandOption(
        "memory-limit", letter: "m", "GIB",
        summary: "the same as --memory, but a plain number counts gibibytes"),
      CommandOption("output-format", "F", summary: "how the result is told: human (default), json"),
      CommandOption("verbose", letter: "v", summary: "tell more of what was done"),
    ]

  /// The options about single rows and values.
  private static let rowOptions = [
    CommandOption(
      "reject", "FILE", summary: "report rows and files that cannot be converted there, and go on"),
    CommandOption("rejects", "FILE", summary: "the same as --reject"),
    CommandOption(
      "strict", summary: "exit with 1 where something was rejected; a file cut short is an error"),
    CommandOption(
      "allow-missing-stations",
      summary: "keep observations whose station nothing describes, as UNKNOWN and nowhere"),
    CommandOption(
      "include-empty-measurements", summary: "keep observations without any measurement"),
    CommandOption(
      "keep-duplicates",
      summary: "keep all observations of one identifier, station and time, not the best alone"),
    CommandOption(
      "drop-on-parse-failure",
      summary:
        "leave out observations with a measurement that is no number, which becomes null else"
    ),
    CommandOption(
      "keep-missing-quality", summary: "keep the text of a missing quality code, NA, not null"),
    CommandOption(
      "processing-flags",
      summary: "add columns pf_… that say of measurements, station and record what became of them"),
  ]

  /// The conversion, apart from its progress and its report of rejections.
  private(set) var conversion: MIDASConversion
  /// How Parquet is written.
  let writer: WriterArguments
  let isDryRun: Bool
  /// Where rejections go.
  let rejectPath: String?
  /// Whether the result is told as JSON.
  let tellsJSON: Bool
  /// How much is told to people, and how.
  let logging: MIDASConfiguration.Logging

  /// What `arguments` say, and what they leave to others.
  ///
  /// - Throws: ``CommandSupport/UsageError`` where something cannot be, ``Parquet/ParquetError`` where the
  ///   configuration cannot be read.
  init(_ arguments: Arguments) throws {
    let configuration = try MIDASConvertArguments.configuration(arguments)
    var writer = try WriterArguments(arguments)
    try MIDASConvertArguments.setLimits(&writer, arguments, configuration)
    conversion = MIDASConversion(
      inputs: try MIDASConvertArguments.inputs(arguments, configuration),
      outputDirectory: try MIDASConvertArguments.output(arguments, configuration))
    let processing = configuration.processing
    conversion.writerOptions = writer.options
    conversion.resumes = arguments.has("resume")
    let isForced = writer.overwrites || arguments.has("force")
    if conversion.resumes, isForced {
      throw UsageError("--resume and --overwrite: a file is left as it is, or replaced")
    }
    conversion.overwrites = isForced || (processing.overwrites && !conversion.resumes)
    conversion.dataSets = try (arguments.list("datasets") ?? processing.dataSets).map { Set($0) }
    let splits = MIDASConversion.Split.allCases.map { (name: $0.rawValue, value: $0) }
    if let split = try arguments.choice("split", splits) { conversion.split = split }
    let orders = MIDASConversion.Order.allCases.map { (name: $0.rawValue, value: $0) }
    if let order = try arguments.choice("order", orders) { conversion.order = order }
    conversion.partitions = try MIDASConvertArguments.partitions(arguments)
    conversion.createdAt = try MIDASConvertArguments.sourceDate()
    conversion.includesProcessingFlags = arguments.has("processing-flags")
    conversion.readerOptions = MIDASConvertArguments.readerOptions(arguments, configuration)
    conversion.readerOptions.threads = writer.options.threads
    self.writer = writer
    isDryRun = arguments.has("dry-run") || processing.isDryRun
    rejectPath = arguments.value("reject") ?? arguments.value("rejects")
    let formats = [(name: "human", value: false), (name: "json", value: true)]
    tellsJSON = try arguments.choice("output-format", formats) ?? false
    var logging = configuration.logging
    if arguments.has("verbose") { logging.level = .debug }
    if arguments.has("quiet") { logging.level = .error }
    self.logging = logging
  }

  // MARK: Configuration

  private static func configuration(_ arguments: Arguments) throws -> MIDASConfiguration {
    var environment: [String: String] = [:]
    for name in MIDASConfiguration.environmentVariables {
      environment[name] = Environment.value(name)
    }
    let file = arguments.value("config")
    var toml: [UInt8]?
    if let file {
      let source = try FileSource(path: file)
      guard source.byteCount <= 1 << 20 else {
        throw UsageError("--config \(file): is larger than 1 MiB, which no configuration is")
      }
      toml = try source.read(0..<source.byteCount).array()
    }
    do throws(ParquetError) {
      return try MIDASConfiguration(toml: toml, file: file, environment: environment)
    } catch {
      guard error.code == .invalidArgument else { throw error }
      throw UsageError(error.description)
    }
  }

  private static func setLimits(
    _ writer: inout WriterArguments, _ arguments: Arguments, _ configuration: MIDASConfiguration
  ) throws(UsageError) {
    for (one, other) in [("threads", "workers"), ("memory", "memory-limit")]
    where arguments.has(one) && arguments.has(other) {
      throw UsageError("--\(one) and --\(other) say the same: one of them is enough")
    }
    let parquet = configuration.parquet
    // A compression of one column leaves that of all others open.
    let isChosen = arguments.values("compression").contains { !$0.contains("=") }
    if !isChosen, let compression = parquet.compression {
      writer.options.compression = compression
    }
    if !arguments.has("row-group-rows"), let rows = parquet.rowGroupRows {
      writer.options.rowGroupRows = rows
    }
    if !arguments.has("page-bytes"), let size = parquet.pageMebibytes {
      writer.options.pageBytes = size << 20
    }
    let performance = configuration.performance
    if let workers = try arguments.integer("workers", in: 1...1024) {
      writer.options.threads = workers
    } else if !arguments.has("threads"), let workers = performance.workerCount {
      writer.options.threads = workers
    }
    if let text = arguments.value("memory-limit") {
      let isPlain = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
      guard let size = ByteCount.parse(isPlain ? text + "Gi" : text), (1...1 << 50).contains(size)
      else {
        throw UsageError(
          "--memory-limit \(text): must be a number of gibibytes, or of bytes with Ki, Mi or Gi")
      }
      writer.options.memoryLimit = size
    } else if !arguments.has("memory"), let size = performance.memoryLimitGibibytes {
      writer.options.memoryLimit = size << 30
    }
  }

  // MARK: Paths

  private static func inputs(
    _ arguments: Arguments, _ configuration: MIDASConfiguration
  ) throws(UsageError) -> [String] {
    let given = arguments.operands + arguments.values("input")
    if !given.isEmpty { return given }
    if let path = configuration.processing.inputPath { return [path] }
    let cache = arguments.value("cache-path") ?? configuration.processing.cachePath
    guard let cache, arguments.has("cache-path") || isThere(cache) else {
      throw UsageError(
        "an INPUT is missing: a file or a directory"
          + (cache.map { " (and there is no cache at \($0))" } ?? ""))
    }
    return [cache]
  }

  private static func output(
    _ arguments: Arguments, _ configuration: MIDASConfiguration
  ) throws(UsageError) -> String {
    let given = ["output", "parquet-output-path"].compactMap { arguments.value($0) }
    guard Set(given).count < 2 else {
      throw UsageError("--output and --parquet-output-path say the same: one of them is enough")
    }
    if let path = given.first { return path }
    let processing = configuration.processing
    if let path = processing.parquetOutputPath ?? processing.outputPath { return path }
    // Where the input is a matter of configuration, so is what lies beside it.
    guard arguments.operands.isEmpty, !arguments.has("input"),
      let directory = configuration.parquetDirectory
    else { throw UsageError("--output DIR is missing: where the Parquet files go") }
    guard let cache = arguments.value("cache-path"), processing.inputPath == nil else {
      return directory
    }
    return cache.hasSuffix("/") ? cache + "parquet" : "\(cache)/parquet"
  }

  // MARK: Rows

  private static func readerOptions(
    _ arguments: Arguments, _ configuration: MIDASConfiguration
  ) -> ReaderOptions {
    let quality = configuration.qualityControl
    var options = ReaderOptions()
    options.isStrict = arguments.has("strict")
    options.removesDuplicates = !arguments.has("keep-duplicates")
    options.removesEmptyObservations =
      !arguments.has("include-empty-measurements") && quality.excludesEmptyMeasurements
    options.requiresStation =
      !arguments.has("allow-missing-stations") && quality.requiresStationMetadata
    options.dropsOnParseFailure = arguments.has("drop-on-parse-failure")
    options.keepsMissingQuality = arguments.has("keep-missing-quality")
    return options
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

  /// Options that name a column are checked before anything is written: the column must be in a data set.
  func checkColumns() throws {
    let options = writer.options
    guard
      !options.columnCompression.isEmpty || !options.columnEncodings.isEmpty
        || !options.bloomColumns.isEmpty || !options.sortKeys.isEmpty
    else { return }
    let archive = try MIDASArchive(inputs: conversion.inputs)
    for dataSet in archive.dataSets where conversion.dataSets?.contains(dataSet.name) ?? true {
      let written = conversion.includesProcessingFlags ? try dataSet.withProcessingFlags() : dataSet
      try writer.check(against: written.schema)
    }
  }
}
