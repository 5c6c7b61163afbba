public import Parquet

/// The files of a MIDAS Open archive, or of a part of it, by data set.
///
/// Making one reads the header of every file and no row: the schema of a data set has the columns of
/// all its files before the first row is converted.
public struct MIDASArchive: Sendable {
  /// A file of observations: one station, one year.
  public struct ObservationFile: Hashable, Sendable {
    /// Where it is.
    public let path: String
    /// Its size.
    public let byteCount: Int
    /// The station, as the header's `midas_station_id` has it.
    public let stationID: String
    /// The year that `date_valid` begins in.
    public let year: String
  }

  /// The files that become one table.
  public struct DataSet: Sendable {
    /// The data set's name, from the files' `title`.
    public let name: String
    /// The columns of the table.
    public let schema: Schema
    /// The files in the order of the table's rows; those of one station and year, as other releases or
    /// other versions of quality control, stand together.
    public let groups: [[ObservationFile]]
    /// The releases the files come from, sorted: `dataset-version-201908`.
    public let releases: [String]
    /// What the headers say about the measurements, in the order of their names.
    public let measurements: [Measurement]
    /// What the headers say about where the data comes from.
    public let provenance: Provenance

    /// The same data set, but of the files in `groups` only.
    func with(groups: [[ObservationFile]]) -> DataSet {
      DataSet(
        name: name, schema: schema, groups: groups, releases: releases, measurements: measurements,
        provenance: provenance)
    }

    /// The same data set, with a column `pf_…` for each measurement, for the station and for the record, that says
    /// what became of it: `ParseOk`, `ParseFailed`, `MissingValue`; `StationFound`, `StationMissing`; `Original`,
    /// `Superseded`, `DuplicateResolved`. The flags of a measurement that a file does not have are null.
    ///
    /// - Throws: ``Parquet/ParquetError`` with code `malformedFile` where a measurement has the name of such a column.
    public func withProcessingFlags() throws(ParquetError) -> DataSet {
      do throws(ParquetError) {
        return DataSet(
          name: name, schema: try ObservationSchema.addingFlags(to: schema), groups: groups,
          releases: releases, measurements: measurements, provenance: provenance)
      } catch {
        throw ParquetError(error.code, "data set \(name): \(error.message)")
      }
    }

    /// The number of files.
    public var fileCount: Int { groups.reduce(0) { $0 + $1.count } }
    /// The size of all files.
    public var byteCount: Int {
      groups.reduce(0) { total, group in total + group.reduce(0) { $0 + $1.byteCount } }
    }
  }

  /// Where data comes from, and what it may be used for: the headers' words, each once, in the files' order.
  public struct Provenance: Hashable, Sendable {
    /// The collection: `midas-open`.
    public internal(set) var collections: [String] = []
    /// Where the data was taken from: `Met Office MIDAS database`.
    public internal(set) var sources: [String] = []
    /// Who made it.
    public internal(set) var creators: [String] = []
    /// What it was made within.
    public internal(set) var activities: [String] = []
    /// What its makers say about rights.
    public internal(set) var rights: [String] = []
    /// The newest day on which a file was revised: `2019-08-20`.
    public internal(set) var lastRevised: String?

    mutating func add(_ header: BADCHeader) {
      Provenance.add(header, "collection_name", to: &collections)
      Provenance.add(header, "source", to: &sources)
      Provenance.add(header, "creator", to: &creators)
      Provenance.add(header, "activity", to: &activities)
      Provenance.add(header, "rights", to: &rights)
      if let day = header.global("last_revised_date"), day.utf8.count == 10,
        TimestampText.clampedNanoseconds(day) != nil
      {
        lastRevised = max(lastRevised ?? "", day)
      }
    }

    private static func add(_ header: BADCHeader, _ label: String, to list: inout [String]) {
      for attribute in header.attributes
      where attribute.label == label && attribute.reference == "G" && !attribute.value.isEmpty
        && !list.contains(attribute.value)
      {
        list.append(attribute.value)
      }
    }
  }

  /// What a measurement is, from the first header that says so.
  public struct Measurement: Hashable, Sendable {
    /// The column.
    public let name: String
    /// What it is called.
    public let longName: String
    /// Its unit; `1` for codes and counts.
    public let unit: String?
  }

  /// The year of the files of a group; `unknown` where they do not say theirs.
  static func year(of group: [ObservationFile]) -> String {
    group[0].year.utf8.count == 4 ? group[0].year : "unknown"
  }

  /// The data sets, in the order of their names.
  public let dataSets: [DataSet]
  /// What the archive's files say about stations.
  public let stations: StationRegistry

  /// Reads the headers of the files that `inputs` name: files, and directories with all below.
  ///
  /// - Parameters:
  ///   - inputs: Paths.
  ///   - onRejectedFile: Takes the error of a file that cannot be used, and lets the others be; without
  ///     it the first such file is thrown.
  ///   - progress: Called after each file with the number of headers read, and of files.
  /// - Throws: ``ParquetError``: an input cannot be read, a file is no MIDAS file, or there is none with
  ///   observations.
  public init(
    inputs: [String], onRejectedFile: ((ParquetError) throws(ParquetError) -> Void)? = nil,
    progress: ((_ read: Int, _ total: Int) throws(ParquetError) -> Void)? = nil
  ) throws(ParquetError) {
    let found = try FileFinder.files(in: inputs)
    var collector = Collector()
    for (index, file) in found.enumerated() {
      do throws(ParquetError) {
        try collector.add(file)
      } catch {
        guard let onRejectedFile else { throw error.adding(file: file.path) }
        try onRejectedFile(error.adding(file: file.path))
      }
      try progress?(index + 1, found.count)
    }
    dataSets = try collector.finish()
    stations = collector.stations
    if dataSets.isEmpty {
      let names = inputs.joined(separator: ", ")
      throw ParquetError(.invalidArgument, "no file of MIDAS observations in \(names)")
    }
  }
}

extension MIDASArchive {
  /// Gathers what the headers say.
  private struct Collector {
    private struct Gathered {
      var schema = ObservationSchemaBuilder()
      var layouts: Set<ObservationColumns> = []
      var groups: [[ObservationFile]] = []
      var groupIndex: [String: Int] = [:]
      var releases: Set<String> = []
      var measurements: [String: Measurement] = [:]
      var provenance = Provenance()
    }

    var stations = StationRegistry()
    private var gathered: [String: Gathered] = [:]

    mutating func add(_ file: FileFinder.Found) throws(ParquetError) {
      var lines = try LineReader(FileSource(path: file.path), chunkByteCount: 16 << 10)
      let header = try BADCHeader(&lines, file: file.path)
      switch try FileKind(header) {
      case .stationMetadata: try stations.addMetadata(header, &lines, file: file.path)
      case .capability: try stations.addCapability(header, &lines, file: file.path)
      case .observations:
        try addObservations(header, file)
        stations.addObservations(header, file: file.path)
      }
    }

    private mutating func addObservations(
      _ header: BADCHeader, _ file: FileFinder.Found
    ) throws(ParquetError) {
      guard let name = header.global("title"), !name.isEmpty else {
        throw ParquetError(.malformedFile, "the header has no title, which names the data set")
      }
      let columns = try ObservationColumns(header)
      var set = gathered[name] ?? Gathered()
      // A copy in the dictionary would make every change below copy the whole.
      gathered[name] = nil
      defer { gathered[name] = set }
      if !set.layouts.contains(columns) {
        try set.schema.add(columns)
        set.layouts.insert(columns)
        for case .measurement(let name, _) in columns.roles where set.measurements[name] == nil {
          guard let described = header.longName(of: name) else { continue }
          set.measurements[name] = Measurement(
            name: name, longName: described.name, unit: described.unit)
        }
      }
      set.provenance.add(header)
      if let release = header.global("collection_version_number") { set.releases.insert(release) }
      let observed = ObservationFile(
        path: file.path, byteCount: file.byteCount,
        stationID: header.global("midas_station_id") ?? "",
        year: String((header.global("date_valid") ?? "").prefix(4)))
      // A file that does not say its station and year stands alone.
      let isKnown = !observed.stationID.isEmpty && observed.year.utf8.count == 4
      let key = isKnown ? "\(observed.stationID) \(observed.year)" : file.path
      if let index = set.groupIndex[key] {
        set.groups[index].append(observed)
      } else {
        set.groupIndex[key] = set.groups.count
        set.groups.append([observed])
      }
    }

    func finish() throws(ParquetError) -> [DataSet] {
      var sets: [DataSet] = []
      for (name, set) in gathered.sorted(by: { $0.key < $1.key }) {
        try sets.append(
          DataSet(
            name: name, schema: set.schema.finish(), groups: set.groups,
            releases: set.releases.sorted(),
            measurements: set.measurements.values.sorted { $0.name < $1.name },
            provenance: set.provenance))
      }
      return sets
    }
  }
}

/// What a MIDAS file holds.
enum FileKind {
  case observations, capability, stationMetadata

  /// - Throws: ``ParquetError`` with code `malformedFile` where it is none of them.
  init(_ header: BADCHeader) throws(ParquetError) {
    let columns = Set(header.columns)
    if ObservationColumns.timeColumn(of: header) != nil {
      self = .observations
    } else if columns.isSuperset(of: ["src_id", "station_latitude", "station_longitude"]) {
      self = .stationMetadata
    } else if columns.isSuperset(of: ["id", "id_type", "first_year", "last_year"]) {
      self = .capability
    } else {
      throw ParquetError(
        .malformedFile,
        """
        is neither a file of observations (no column \
        \(ObservationColumns.timeNames.joined(separator: ", "))) nor one about stations
        """)
    }
  }
}
