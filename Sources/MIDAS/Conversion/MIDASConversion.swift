public import Parquet

/// Turns the files of a MIDAS Open archive into one Parquet file for each data set.
///
/// ```swift
/// var conversion = MIDASConversion(inputs: ["archive/"], outputDirectory: "weather")
/// conversion.readerOptions.onRejection = { (rejection) throws(ParquetError) in print(rejection) }
/// let summary = try conversion.run()
/// ```
///
/// The rows of a file are in the order of the input files' paths, and within a file as they stand there.
/// The bytes depend on the input and the options only.
public struct MIDASConversion {
  /// How far a conversion is.
  public struct Progress: Hashable, Sendable {
    /// The data set being converted; nil while headers are read.
    public var dataSet: String?
    /// The files done.
    public var files = 0
    /// The files there are; of headers, while those are read.
    public var fileCount = 0
    /// The rows written.
    public var rows = 0
    /// The bytes of input done.
    public var bytes = 0
    /// The bytes of input there are; 0 while headers are read.
    public var byteCount = 0
    /// The bytes that wait in memory, of rows and encoded pages.
    public var heldByteCount = 0
    /// How often a row group was closed because of the memory limit.
    public var memoryFlushes = 0
  }

  /// What becomes a file of its own.
  public enum Split: String, CaseIterable, Sendable {
    /// A data set.
    case dataSet = "dataset"
    /// A year of a data set: `uk-daily-rain-obs_1991.parquet`.
    case year
  }

  /// The order of the rows.
  public enum Order: String, CaseIterable, Sendable {
    /// That of the input files' paths.
    case path
    /// By station, and within a station by year; within a year as they stand in the files, which is by time.
    case station
  }

  /// What became of a data set, or of a year of one.
  public struct Result: Sendable {
    /// The data set.
    public let dataSet: String
    /// The year, where each has a file of its own.
    public let year: String?
    /// The file written; nil where the data set has no rows to write.
    public let path: String?
    /// The size of that file.
    public let byteCount: Int
    /// The number of its row groups.
    public let rowGroupCount: Int
    /// The number of its columns.
    public let columnCount: Int
    /// What was read for it, and what was left out.
    public let reading: ReadingStatistics
    /// How it was written.
    public let writing: WritingStatistics
    /// Whether the file was there already, from an earlier run of the same sources.
    public let wasFinished: Bool
    /// The files written: more than one in folders.
    public var fileCount = 1
  }

  /// What became of an archive.
  public struct Summary: Sendable {
    /// The data sets, in the order of their names.
    public var results: [Result] = []
    /// The files that were no usable MIDAS files by their headers.
    public var rejectedFiles = 0
    /// What station files said that could not be used.
    public var stationWarnings: [String] = []

    /// Whether a row or a file could not be converted.
    public var hasRejections: Bool {
      rejectedFiles > 0
        || results.contains { $0.reading.rejectedRows > 0 || $0.reading.rejectedFiles > 0 }
    }
  }

  /// The files, and the directories to look through.
  public var inputs: [String]
  /// Where the files go; made if it is not there.
  public var outputDirectory: String
  /// How the files are written.
  public var writerOptions = WriterOptions()
  /// How the rows are read.
  public var readerOptions = ReaderOptions()
  /// Whether a file that is there already is replaced; of folders (``partitions``), all files of an earlier run. A
  /// folder that holds Parquet files is refused otherwise.
  public var overwrites = false
  /// What becomes a file of its own.
  public var split = Split.dataSet
  /// The order of the rows.
  public var order = Order.path
  /// Whether there are columns of processing flags, see ``MIDASArchive/DataSet/withProcessingFlags()``.
  public var includesProcessingFlags = false
  /// Whether a file that an earlier run of the same sources and options finished is left as it is.
  public var resumes = false
  /// What the files say about when they were made; by default the newest day on which a source was revised.
  public var createdAt: String?
  /// What Hive folders are named by, below the output directory; none, where each data set has one file.
  public var partitions: [Partition] = []
  /// The data sets to convert; all, where nil.
  public var dataSets: Set<String>?
  /// Called after each file; throwing stops the conversion.
  public var progress: ((Progress) throws(ParquetError) -> Void)?

  /// A conversion with default options.
  public init(inputs: [String], outputDirectory: String) {
    self.inputs = inputs
    self.outputDirectory = outputDirectory
  }

  /// The name of a data set's file: `{data set}.parquet`, or `{data set}_{YYYYMM}.parquet` for a month.
  ///
  /// Characters other than letters and digits of ASCII, `-` and `_` become `_`.
  public static func fileName(dataSet: String, month: (year: Int, month: Int)? = nil) -> String {
    let name = plain(dataSet)
    guard let month else { return "\(name).parquet" }
    return "\(name)_\(month.year * 100 + month.month).parquet"
  }

  /// `text` with `_` for what is neither a letter or digit of ASCII nor `-` or `_`.
  static func plain(_ text: String) -> String {
    String(
      text.map { character in
        let isPlain = character.isASCII && (character.isLetter || character.isNumber)
        return isPlain || character == "-" || character == "_" ? character : "_"
      })
  }

  /// Converts all data sets, one after another.
  ///
  /// A data set's file appears when it is complete. An error stops the conversion: the file it concerns
  /// does not appear, and those finished before stay.
  ///
  /// - Throws: ``ParquetError``: as ``MIDASArchive/init(inputs:onRejectedFile:progress:)`` and
  ///   ``ObservationReader/next()`` throw, or `inputOutput` where an output cannot be written or is there
  ///   already.
  public func run() throws(ParquetError) -> Summary {
    var summary = Summary()
    let archive = try openArchive(&summary)
    try run(archive, &summary)
    return summary
  }

  /// What ``run()`` would write, without a row being read or a file made.
  ///
  /// - Throws: ``ParquetError`` as ``run()`` does before it writes.
  public func dryRun() throws(ParquetError) -> [PlannedFile] {
    var summary = Summary()
    let archive = try openArchive(&summary)
    return try plan(archive).map { output in
      PlannedFile(
        path: output.path, dataSet: output.dataSet.name, year: output.year,
        fileCount: output.dataSet.fileCount, byteCount: output.dataSet.byteCount,
        columnCount: output.dataSet.schema.leaves.count,
        isFinished: output.finishedBefore != nil)
    }
  }

  private func plan(_ archive: MIDASArchive) throws(ParquetError) -> [ConversionPlan.Output] {
    try ConversionPlan(self, archive).outputs
  }

  func openArchive(_ summary: inout Summary) throws(ParquetError) -> MIDASArchive {
    var rejected = 0
    var onRejectedFile: ((ParquetError) throws(ParquetError) -> Void)?
    if let onRejection = readerOptions.onRejection {
      onRejectedFile = { (error) throws(ParquetError) in
        rejected += 1
        try onRejection(Rejection(error, file: error.context.file ?? ""))
      }
    }
    let archive = try MIDASArchive(inputs: inputs, onRejectedFile: onRejectedFile) {
      (read, total) throws(ParquetError) in
      try progress?(Progress(files: read, fileCount: total))
    }
    summary.rejectedFiles = rejected
    summary.stationWarnings = archive.stations.warnings
    return archive
  }

  private func run(_ archive: MIDASArchive, _ summary: inout Summary) throws(ParquetError) {
    let outputs = try plan(archive)
    try Directory.make(outputDirectory.isEmpty ? "." : outputDirectory)
    var done = Progress()
    for output in outputs {
      done.fileCount += output.dataSet.fileCount
      done.byteCount += output.dataSet.byteCount
    }
    for output in outputs {
      done.dataSet = output.dataSet.name
      let result: Result
      if let finished = output.finishedBefore {
        result = finished
      } else if partitions.isEmpty {
        result = try convert(output, of: archive, done)
      } else {
        result = try convertToFolders(output, of: archive, done)
      }
      summary.results.append(result)
      done.files += output.dataSet.fileCount
      done.bytes += output.dataSet.byteCount
      done.rows += result.reading.observations
      done.memoryFlushes += result.writing.memoryFlushes
    }
  }

  private func convert(
    _ output: ConversionPlan.Output, of archive: MIDASArchive, _ before: Progress
  ) throws(ParquetError) -> Result {
    let dataSet = output.dataSet
    let reader = try ObservationReader(dataSet, of: archive, options: readerOptions)
    var writing = WritingStatistics()
    var writer: ParquetWriter?
    var written: WrittenFile?
    do throws(ParquetError) {
      while let batch = try reader.next() {
        // The file begins with its first rows: a data set without any leaves none.
        let open: ParquetWriter
        if let writer {
          open = writer
        } else {
          // A run that resumes replaces what an earlier one made of other sources.
          open = try ParquetWriter(
            FileSink(path: output.path, overwrite: overwrites || resumes), schema: dataSet.schema,
            options: output.options)
          writer = open
        }
        try open.write(batch)
        writing.batches += 1
        writing.peakHeldByteCount = max(writing.peakHeldByteCount, open.heldByteCount)
        try report(
          reader.statistics, before, held: open.heldByteCount, flushes: open.memoryFlushes)
      }
      try report(
        reader.statistics, before, held: writer?.heldByteCount ?? 0,
        flushes: writer?.memoryFlushes ?? 0)
      written = try writer?.finish()
    } catch {
      writer?.abandon()
      throw error
    }
    writing.memoryFlushes = writer?.memoryFlushes ?? 0
    writing.bytes = written?.byteCount ?? 0
    return Result(
      dataSet: dataSet.name, year: output.year, path: written == nil ? nil : output.path,
      byteCount: written?.byteCount ?? 0, rowGroupCount: written?.rowGroupCount ?? 0,
      columnCount: dataSet.schema.leaves.count, reading: reader.statistics, writing: writing,
      wasFinished: false)
  }

  func report(
    _ statistics: ReadingStatistics, _ before: Progress, held: Int, flushes: Int
  ) throws(ParquetError) {
    guard let progress else { return }
    var now = before
    now.files += statistics.files
    now.bytes += statistics.bytes
    now.rows += statistics.observations
    now.heldByteCount = held
    now.memoryFlushes += flushes
    try progress(now)
  }
}

extension ObservationReader {
  /// Writes all that is left to `sink`, whose schema is the data set's, and finishes it; abandons it
  /// where anything fails.
  public nonisolated(nonsending) func copy<Sink: ColumnSink>(
    to sink: Sink
  ) async throws(ParquetError) -> Sink.Summary {
    do throws(ParquetError) {
      while let batch = try next() { try await sink.write(batch) }
      return try await sink.finish()
    } catch {
      await sink.abandon()
      throw error
    }
  }
}
