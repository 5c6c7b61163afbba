public import Parquet

/// The inputs that finished files came from, to count their observations again.
public final class MIDASSources {
  /// The inputs' data sets.
  public let archive: MIDASArchive
  private let options: ReaderOptions
  private var counts: [Wanted: Int] = [:]

  /// What was counted.
  private struct Wanted: Hashable {
    let dataSet: String
    let year: String?
  }

  /// Reads the headers of the files that `inputs` name, and no row yet.
  ///
  /// Rows and files that a conversion rejects are left out of all counts.
  /// - Parameters:
  ///   - inputs: Paths of files and directories.
  ///   - options: How rows are read: as for the conversion that made the files.
  ///   - progress: Called after each file; throwing stops the work.
  /// - Throws: ``ParquetError``: an input cannot be read, or there is none with observations.
  public init(
    inputs: [String], options: ReaderOptions = ReaderOptions(),
    progress: (() throws(ParquetError) -> Void)? = nil
  ) throws(ParquetError) {
    var options = options
    options.onRejection = { (_) throws(ParquetError) in }
    self.options = options
    archive = try MIDASArchive(
      inputs: inputs, onRejectedFile: { (_) throws(ParquetError) in },
      progress: { (_, _) throws(ParquetError) in try progress?() })
  }

  /// Counts the observations that the inputs give for a data set; they are read once.
  ///
  /// - Parameters:
  ///   - dataSet: The data set's name.
  ///   - year: The only year whose files count; nil: all of them.
  ///   - progress: Called after each batch; throwing stops the work.
  /// - Returns: Their number; nil where the inputs do not have the data set.
  /// - Throws: ``ParquetError``: an input cannot be read any more.
  public func observationCount(
    of dataSet: String, year: String? = nil, progress: (() throws(ParquetError) -> Void)? = nil
  ) throws(ParquetError) -> Int? {
    let wanted = Wanted(dataSet: dataSet, year: year)
    if let known = counts[wanted] { return known }
    guard var found = archive.dataSets.first(where: { $0.name == dataSet }) else { return nil }
    if let year {
      found = found.with(groups: found.groups.filter { MIDASArchive.year(of: $0) == year })
    }
    let reader = try ObservationReader(found, of: archive, options: options)
    while try reader.next() != nil { try progress?() }
    counts[wanted] = reader.statistics.observations
    return reader.statistics.observations
  }
}
