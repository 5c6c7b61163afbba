internal import Parquet

/// Reads groups of files one after another: all files about a station's year are a group.
final class GroupReader {
  /// What was read so far.
  private(set) var statistics = ReadingStatistics()

  private let options: ReaderOptions
  /// Takes a row or a file that cannot be converted; nil: the first one is thrown.
  private let onRejection: ((Rejection) throws(ParquetError) -> Void)?
  private var batcher: ObservationBatcher
  private var ready: [ColumnBatch] = []
  private var files: [MIDASArchive.ObservationFile] = []
  /// The next of ``files``.
  private var place = 0
  private var file: ObservationFileReader?
  private var isFlushed = true

  /// A reader of groups of `dataSet`.
  init(
    _ dataSet: MIDASArchive.DataSet, stations: StationRegistry, options: ReaderOptions,
    onRejection: ((Rejection) throws(ParquetError) -> Void)?
  ) throws(ParquetError) {
    var options = options
    options.onRejection = onRejection
    self.options = options
    self.onRejection = onRejection
    batcher = try ObservationBatcher(dataSet, stations: stations, options: options)
  }

  /// Makes `group` what ``next()`` reads; the group before is read to its end.
  func begin(_ group: [MIDASArchive.ObservationFile]) {
    files = group
    place = 0
    isFlushed = false
  }

  /// The next rows; nil when the group is read.
  func next() throws(ParquetError) -> ColumnBatch? {
    while true {
      if let batch = ready.popLast() { return batch }
      if let file {
        try read(file)
      } else if place < files.count {
        place += 1
        try open(files[place - 1])
      } else if !isFlushed {
        isFlushed = true
        try flush()
      } else {
        return nil
      }
    }
  }

  /// What was read since the last time this was asked.
  func takeStatistics() -> ReadingStatistics {
    defer { statistics = ReadingStatistics() }
    return statistics
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
    guard let onRejection = onRejection, error.code != .cancelled else {
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
