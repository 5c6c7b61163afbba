public import Parquet

/// How observations are read.
public struct ReaderOptions {
  /// Takes a row or a file that cannot be converted, and reading goes on; nil: the first one is thrown.
  public var onRejection: ((Rejection) throws(ParquetError) -> Void)?
  /// Whether of several observations with one identifier, station and time the best is kept: by the
  /// state of the record, then the version, then the number of measurements.
  public var removesDuplicates = true
  /// Whether observations without any measurement are left out.
  public var removesEmptyObservations = true
  /// Whether an observation is left out when one of its measurements is no number; else that one is null.
  public var dropsOnParseFailure = false
  /// Whether a quality code that is missing is kept as the text that says so, `NA`; else it is null.
  public var keepsMissingQuality = false
  /// Whether a row is rejected when nothing describes its station; else its station has no place, and its texts
  /// are `UNKNOWN`.
  public var requiresStation = true
  /// Whether a file that does not end in `end data` is an error; else it is counted.
  public var isStrict = false
  /// The rows after which a batch is handed out, though a station's year goes on.
  public var batchRows = 262_144
  /// The bytes after which a batch is handed out, though a station's year goes on.
  public var batchBytes = 32 << 20

  /// How many threads read files; the rows come in the same order for every number.
  public var threads = 1

  /// The defaults.
  public init() {}
}

/// What was read of a data set, and what of it was not kept.
public struct ReadingStatistics: Hashable, Sendable {
  /// The files read to their end.
  public var files = 0
  /// The rows found in them.
  public var rows = 0
  /// The rows handed out.
  public var observations = 0
  /// The rows that could not be converted.
  public var rejectedRows = 0
  /// The files that could not be converted, or not to their end.
  public var rejectedFiles = 0
  /// The rows that another one of the same identifier, station and time went before.
  public var duplicates = 0
  /// The rows handed out though nothing describes their station.
  public var unknownStations = 0
  /// The rows without any measurement.
  public var emptyObservations = 0
  /// The rows left out because a measurement was no number.
  public var droppedObservations = 0
  /// The values that were no number, or no time, and became null.
  public var unreadableValues = 0
  /// The values that were `inf` or `nan`, or too large for a double, and became null.
  public var notFiniteValues = 0
  /// The files without `end data`.
  public var truncatedFiles = 0
  /// The path of the first of those.
  public var firstTruncatedFile: String?
  /// The rows before or after the time that their station's records span.
  public var outsideStationPeriod = 0
  /// The bytes of the files read.
  public var bytes = 0

  /// Nothing read.
  public init() {}

  /// Adds what was read elsewhere, after this.
  mutating func add(_ other: ReadingStatistics) {
    files += other.files
    rows += other.rows
    observations += other.observations
    rejectedRows += other.rejectedRows
    rejectedFiles += other.rejectedFiles
    duplicates += other.duplicates
    unknownStations += other.unknownStations
    emptyObservations += other.emptyObservations
    droppedObservations += other.droppedObservations
    unreadableValues += other.unreadableValues
    notFiniteValues += other.notFiniteValues
    truncatedFiles += other.truncatedFiles
    firstTruncatedFile = firstTruncatedFile ?? other.firstTruncatedFile
    outsideStationPeriod += other.outsideStationPeriod
    bytes += other.bytes
  }
}
