public import Parquet

extension StationRegistry {
  /// A station of a data set, with what is known about it.
  public struct Entry: Hashable, Sendable {
    /// The kind of file that describes a station; later ones only where no earlier one does.
    public enum Source: String, Hashable, Sendable {
      /// The list of a data set's stations.
      case stationMetadata = "station-metadata"
      /// The station's own file of identifiers.
      case capability
      /// The headers of the station's observations.
      case observations
    }

    /// The data set.
    public let dataSet: String
    /// The station.
    public let station: Station
    /// What kind of file says so.
    public let source: Source
    /// The release of that file: `dataset-version-201908`; empty where it does not say.
    public let release: String
    /// The station's identifiers; none where it has no capability file.
    public let identifiers: IdentifierHistory
  }

  /// All stations, by data set and number.
  public var stations: [Entry] { stations(matching: StationQuery()) }

  /// The stations that `query` asks for, by data set and number.
  public func stations(matching query: StationQuery) -> [Entry] {
    knowledge.compactMap { key, known in
      let source = known.official ?? known.observations.map { ($0, Entry.Source.observations) }
      guard let source else { return nil }
      let entry = Entry(
        dataSet: key.dataSet, station: source.statement.station, source: source.source,
        release: source.statement.release, identifiers: IdentifierHistory(known.periods))
      return query.matches(entry) ? entry : nil
    }
    .sorted { ($0.dataSet, $0.station.sourceID) < ($1.dataSet, $1.station.sourceID) }
  }

  /// The stations that had `identifier` in `year`, by data set and number.
  public func stations(identifier: String, in year: Int32) -> [Entry] {
    stations.filter { entry in
      entry.identifiers.identifiers(in: year).contains { $0.identifier == identifier }
    }
  }

  /// The identifiers that a station of a data set had in `year`, primary ones before backups.
  public func identifiers(
    of sourceID: Int32, dataSet: String, in year: Int32
  ) -> [IdentifierPeriod] {
    IdentifierHistory(identifierPeriods(sourceID, dataSet: dataSet)).identifiers(in: year)
  }

  /// Reads what the files that `inputs` name say about stations: files, and directories with all below.
  /// Of observations the header is read only.
  ///
  /// - Parameters:
  ///   - inputs: Paths.
  ///   - onRejectedFile: Takes the error of a file that cannot be used, and lets the others be; without
  ///     it the first such file is thrown.
  ///   - progress: Called after each file with the number of files read, and of all; throwing stops.
  /// - Throws: ``ParquetError``: an input cannot be read, or a file is no MIDAS file.
  public init(
    inputs: [String], onRejectedFile: ((ParquetError) throws(ParquetError) -> Void)? = nil,
    progress: ((_ read: Int, _ total: Int) throws(ParquetError) -> Void)? = nil
  ) throws(ParquetError) {
    self.init()
    let found = try FileFinder.files(in: inputs)
    for (index, file) in found.enumerated() {
      do throws(ParquetError) {
        try add(file)
      } catch {
        guard let onRejectedFile else { throw error.adding(file: file.path) }
        try onRejectedFile(error.adding(file: file.path))
      }
      try progress?(index + 1, found.count)
    }
  }

  private mutating func add(_ file: FileFinder.Found) throws(ParquetError) {
    var lines = try LineReader(FileSource(path: file.path), chunkByteCount: 16 << 10)
    let header = try BADCHeader(&lines, file: file.path)
    switch try FileKind(header) {
    case .stationMetadata: try addMetadata(header, &lines, file: file.path)
    case .capability: try addCapability(header, &lines, file: file.path)
    case .observations: addObservations(header, file: file.path)
    }
  }
}

extension Station {
  /// The number as the archive's folders and file names have it: `00145`.
  public var paddedID: String {
    let digits = String(sourceID)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  /// The first day of the records, `1991-01-01`; nil where nanoseconds do not go back that far.
  public var firstDay: String? {
    start > Int64.min + 1 ? TimestampText.day(nanoseconds: start) : nil
  }

  /// The last day of the records, `1991-12-31`; nil where nanoseconds do not go that far, as for a
  /// station whose records go on.
  public var lastDay: String? { end < Int64.max ? TimestampText.day(nanoseconds: end) : nil }
}
