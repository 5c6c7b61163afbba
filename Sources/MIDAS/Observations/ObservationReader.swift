public import Parquet

/// Reads the observations of a data set as batches of its schema, file after file.
///
/// One batch holds what a station observed in a year, from all files about it; only a year larger than
/// the limits of ``ReaderOptions`` comes in several. So duplicates are found where they can be, and
/// memory does not grow with the archive.
public final class ObservationReader {
  /// What is read.
  public let dataSet: MIDASArchive.DataSet
  /// What was read so far.
  public private(set) var statistics = ReadingStatistics()

  private let options: ReaderOptions
  private var batcher: ObservationBatcher
  private var ready: [ColumnBatch] = []
  /// The next file: a group, and a place in it.
  private var group = 0
  private var place = 0
  private var file: ObservationFileReader?

  /// A reader of `dataSet`, one of `archive`'s.
  public init(
    _ dataSet: MIDASArchive.DataSet, of archive: MIDASArchive,
    options: ReaderOptions = ReaderOptions()
  ) throws(ParquetError) {
    self.dataSet = dataSet
    self.options = options
    batcher = try ObservationBatcher(dataSet, stations: archive.stations, options: options)
  }

  /// The next rows; nil when all files are read.
  ///
  /// - Throws: ``ParquetError`` with code `rejectedData`, the file, line and column of the first row that
  ///   cannot be converted, where ``ReaderOptions/onRejection`` is not set; `malformedFile` or
  ///   `inputOutput` for a file.
  public func next() throws(ParquetError) -> ColumnBatch? {
    while true {
      if let batch = ready.popLast() { return batch }
      if let file {
        try read(file)
      } else if group == dataSet.groups.count {
        return nil
      } else if place == dataSet.groups[group].count {
        group += 1
        place = 0
        try flush()
      } else {
        try open(dataSet.groups[group][place])
        place += 1
      }
    }
  }

  private func open(_ observed: MIDASArchive.ObservationFile) throws(ParquetError) {
    do throws(ParquetError) {
      let opened = try ObservationFileReader(observed.path)
      try batcher.begin(opened)
      file = opened
    } catch {
      try reject(error, observed.path)
    }
  }

  /// Reads rows until the file ends or the batch is full.
  private func read(_ file: ObservationFileReader) throws(ParquetError) {
    let isAtEnd: Bool
    do throws(ParquetError) { isAtEnd = try batcher.read(file, &statistics) } catch {
      batcher.end()
      self.file = nil
      // A row that is thrown is not reported as well.
      if error.code == .rejectedData { throw error }
      return try reject(error, file.path)
    }
    guard isAtEnd else { return try flush() }
    batcher.end()
    self.file = nil
    if !file.hasEnd {
      guard !options.isStrict else {
        throw ParquetError(.malformedFile, "does not end in `end data`: it is cut short")
          .adding(file: file.path)
      }
      statistics.truncatedFiles += 1
      statistics.firstTruncatedFile = statistics.firstTruncatedFile ?? file.path
    }
    statistics.files += 1
    statistics.bytes += file.byteCount
  }

  private func reject(_ error: ParquetError, _ path: String) throws(ParquetError) {
    guard let onRejection = options.onRejection, error.code != .cancelled else {
      throw error.adding(file: path)
    }
    statistics.rejectedFiles += 1
    try onRejection(Rejection(error, file: path))
  }

  private func flush() throws(ParquetError) {
    // The last one first: they are taken from the end.
    ready = try batcher.finish(&statistics).reversed()
  }
}

/// An open file of observations, its header read.
final class ObservationFileReader {
  let path: String
  let byteCount: Int
  let header: BADCHeader
  let columns: ObservationColumns
  /// The station of the header, if it describes one.
  let station: Result<Station, ParquetError>
  var lines: LineReader
  /// Whether the line `end data` was met.
  var hasEnd = false

  init(_ path: String) throws(ParquetError) {
    let source = try FileSource(path: path)
    self.path = path
    byteCount = source.byteCount
    lines = try LineReader(source)
    header = try BADCHeader(&lines, file: path)
    columns = try ObservationColumns(header)
    do throws(ParquetError) { station = try .success(Station(header)) } catch {
      station = .failure(error)
    }
  }
}
