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
  }

  /// What became of a data set.
  public struct Result: Sendable {
    /// The data set.
    public let dataSet: String
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
  /// Whether a file that is there already is replaced.
  public var overwrites = false
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
    let name = String(
      dataSet.map { character in
        let isPlain = character.isASCII && (character.isLetter || character.isNumber)
        return isPlain || character == "-" || character == "_" ? character : "_"
      })
    guard let month else { return "\(name).parquet" }
    return "\(name)_\(month.year * 100 + month.month).parquet"
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

  private func openArchive(_ summary: inout Summary) throws(ParquetError) -> MIDASArchive {
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
    let paths = try outputPaths(archive.dataSets)
    var done = Progress()
    for dataSet in archive.dataSets {
      done.fileCount += dataSet.fileCount
      done.byteCount += dataSet.byteCount
    }
    for (dataSet, path) in zip(archive.dataSets, paths) {
      done.dataSet = dataSet.name
      let result = try convert(dataSet, of: archive, to: path, done)
      summary.results.append(result)
      done.files += dataSet.fileCount
      done.bytes += dataSet.byteCount
      done.rows += result.reading.observations
    }
  }

  /// The paths of the outputs, none of which may be there unless it is to be replaced.
  private func outputPaths(_ dataSets: [MIDASArchive.DataSet]) throws(ParquetError) -> [String] {
    let directory = outputDirectory.isEmpty ? "." : outputDirectory
    let paths = dataSets.map {
      let name = MIDASConversion.fileName(dataSet: $0.name)
      return directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
    }
    var owners: [String: String] = [:]
    for (dataSet, path) in zip(dataSets, paths) {
      if let other = owners.updateValue(dataSet.name, forKey: path) {
        throw ParquetError(
          .invalidArgument, "data sets \(other) and \(dataSet.name) would have one file"
        )
        .adding(file: path)
      }
      if !overwrites, (try? FileStatus(path: path)) != nil {
        throw ParquetError(.inputOutput, "exists already").adding(file: path)
      }
    }
    try makeDirectory(directory)
    return paths
  }

  private func convert(
    _ dataSet: MIDASArchive.DataSet, of archive: MIDASArchive, to path: String, _ before: Progress
  ) throws(ParquetError) -> Result {
    var options = writerOptions
    options.keyValues = dataSet.keyValues + options.keyValues
    let reader = try ObservationReader(dataSet, of: archive, options: readerOptions)
    var writer: ParquetWriter?
    var written: WrittenFile?
    do throws(ParquetError) {
      while let batch = try reader.next() {
        // The file begins with its first rows: a data set without any leaves none.
        let open: ParquetWriter
        if let writer {
          open = writer
        } else {
          open = try ParquetWriter(
            FileSink(path: path, overwrite: overwrites), schema: dataSet.schema, options: options)
          writer = open
        }
        try open.write(batch)
        try report(reader.statistics, before)
      }
      try report(reader.statistics, before)
      written = try writer?.finish()
    } catch {
      writer?.abandon()
      throw error
    }
    return Result(
      dataSet: dataSet.name, path: written == nil ? nil : path,
      byteCount: written?.byteCount ?? 0, rowGroupCount: written?.rowGroupCount ?? 0,
      columnCount: dataSet.schema.leaves.count, reading: reader.statistics)
  }

  private func report(
    _ statistics: ReadingStatistics, _ before: Progress
  ) throws(ParquetError) {
    guard let progress else { return }
    var now = before
    now.files += statistics.files
    now.bytes += statistics.bytes
    now.rows += statistics.observations
    try progress(now)
  }
}

extension MIDASArchive.DataSet {
  /// What the footer says about where the table comes from.
  public var keyValues: [KeyValue] {
    [
      KeyValue("midas.dataset", name),
      KeyValue("midas.releases", releases.joined(separator: ",")),
      // The columns are local times for pandas' sake, and these are their clock.
      KeyValue("midas.time_zone", "UTC"),
    ]
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
