internal import Parquet

/// What the files of an archive say about its stations.
///
/// The newest release of a data set goes before older ones, its station-metadata file before the
/// stations' capability files. Where neither knows a station, ``stations`` has what the headers of its
/// observations say; ``station(_:dataSet:)`` has not, as each of those speaks for its own rows only.
public struct StationRegistry: Sendable {
  /// An identifier of a station, and the years it was in use.
  public struct IdentifierPeriod: Hashable, Sendable {
    /// The identifier, leading zeros and letters included.
    public let identifier: String
    /// Its kind: `WMO`, `DCNN`, `RAIN`.
    public let kind: String
    /// The kind of message it came in.
    public let domainName: String
    /// The first year.
    public let firstYear: Int32
    /// The last year.
    public let lastYear: Int32
  }

  struct Key: Hashable, Sendable {
    let dataSet: String
    let sourceID: Int32
  }

  /// What one release says: `dataset-version-201908` and later ones compare as they are dated.
  struct Statement: Sendable {
    var station: Station
    var release: String
  }

  /// What all files say about one station.
  struct Knowledge: Sendable {
    var capability: Statement?
    var metadata: Statement?
    /// What headers of observations say, over all years.
    var observations: Statement?
    var periods: [IdentifierPeriod] = []

    /// What station files say, and which kind of them.
    var official: (statement: Statement, source: Entry.Source)? {
      guard let metadata else { return capability.map { ($0, .capability) } }
      guard let capability, capability.release > metadata.release else {
        return (metadata, .stationMetadata)
      }
      return (capability, .capability)
    }
  }

  private(set) var knowledge: [Key: Knowledge] = [:]
  /// The stations known; one that several data sets have counts for each.
  public var count: Int { knowledge.count }
  /// What could not be used of station files, one line each.
  public private(set) var warnings: [String] = []
  /// The headers of observations that describe no station, one line each: their rows can be used only
  /// where a station file knows the station.
  public private(set) var unusableHeaders: [String] = []

  /// A registry that knows no station.
  public init() {}

  /// The station that a data set's station files say `sourceID` is.
  public func station(_ sourceID: Int32, dataSet: String) -> Station? {
    knowledge[Key(dataSet: dataSet, sourceID: sourceID)]?.official?.statement.station
  }

  /// The identifiers that a data set's capability files give for a station.
  public func identifierPeriods(_ sourceID: Int32, dataSet: String) -> [IdentifierPeriod] {
    knowledge[Key(dataSet: dataSet, sourceID: sourceID)]?.periods ?? []
  }
}

extension StationRegistry {
  /// Adds what a capability file says; the reader stands at its first row.
  mutating func addCapability(
    _ header: BADCHeader, _ rows: inout LineReader, file: String
  ) throws(ParquetError) {
    let station: Station
    do throws(ParquetError) { station = try Station(header) } catch {
      warnings.append("\(file): \(error.message)")
      return
    }
    let key = Key(dataSet: StationRegistry.dataSet(of: header), sourceID: station.sourceID)
    let release = header.global("collection_version_number") ?? ""
    if let known = knowledge[key]?.capability {
      if known.release == release {
        warnings.append("\(file): station \(station.sourceID) has a capability file already")
      }
      guard known.release < release else { return }
      knowledge[key]?.periods.removeAll()
    }
    knowledge[key, default: Knowledge()].capability = Statement(station: station, release: release)
    try StationRegistry.forEachRow(header, &rows) { row in
      guard let identifier = row["id"], let first = row["first_year"].flatMap(DecimalText.int32),
        let last = row["last_year"].flatMap(DecimalText.int32)
      else { return }
      knowledge[key]?.periods.append(
        IdentifierPeriod(
          identifier: identifier, kind: row["id_type"] ?? "",
          domainName: row["met_domain_name"] ?? "", firstYear: first, lastYear: last))
    }
  }

  /// Adds what a data set's station-metadata file says; the reader stands at its first row.
  mutating func addMetadata(
    _ header: BADCHeader, _ rows: inout LineReader, file: String
  ) throws(ParquetError) {
    let dataSet = StationRegistry.dataSet(of: header)
    let release = header.global("collection_version_number") ?? ""
    try StationRegistry.forEachRow(header, &rows) { row in
      guard let station = StationRegistry.station(row) else {
        warnings.append("\(file): a station's row cannot be read: \(row["src_id"] ?? "no src_id")")
        return
      }
      if let problem = station.problem {
        warnings.append("\(file): station \(station.sourceID): \(problem)")
        return
      }
      let key = Key(dataSet: dataSet, sourceID: station.sourceID)
      if let known = knowledge[key]?.metadata {
        if known.release == release {
          warnings.append("\(file): station \(station.sourceID) stands there twice")
        }
        guard known.release < release else { return }
      }
      knowledge[key, default: Knowledge()].metadata = Statement(station: station, release: release)
    }
  }

  /// Notes what the header of a file of observations says about its station.
  ///
  /// The newest release describes it, of one release the latest year; its records are those of all files.
  mutating func addObservations(_ header: BADCHeader, file: String) {
    let station: Station
    do throws(ParquetError) { station = try Station(header) } catch {
      unusableHeaders.append("\(file): \(error.message)")
      return
    }
    let release = header.global("collection_version_number") ?? ""
    let key = Key(dataSet: header.global("title") ?? "", sourceID: station.sourceID)
    let known = knowledge[key]?.observations
    var best = Statement(station: station, release: release)
    if let known {
      if (known.release, known.station.end) >= (release, station.end) { best = known }
      best.station.start = min(known.station.start, station.start)
      best.station.end = max(known.station.end, station.end)
    }
    knowledge[key, default: Knowledge()].observations = best
  }

  /// A row of a station-metadata file.
  private static func station(_ row: [String: String]) -> Station? {
    func number(_ name: String) -> Double? {
      guard let text = row[name], case .number(let value) = DecimalText.double(text) else {
        return nil
      }
      return value
    }
    func year(_ name: String, _ rest: String) -> Int64? {
      guard let year = row[name].flatMap(DecimalText.int32), (0...9999).contains(year) else {
        return nil
      }
      let digits = String(10_000 + year).dropFirst()
      return TimestampText.clampedNanoseconds("\(digits)-\(rest)")
    }
    guard let sourceID = row["src_id"].flatMap(DecimalText.int32), let name = row["station_name"],
      let latitude = number("station_latitude"), let longitude = number("station_longitude"),
      let height = number("station_elevation"), let county = row["historic_county"],
      let start = year("first_year", "01-01 00:00:00"),
      let end = year("last_year", "12-31 23:59:59")
    else { return nil }
    return Station(
      sourceID: sourceID, name: name, latitude: latitude, longitude: longitude,
      heightMeters: Float(height), county: county, authority: row["authority"] ?? "NA",
      start: start, end: end)
  }

  /// The data set that a title names last: `Midas-open: Station site metadata for uk-daily-rain-obs`.
  private static func dataSet(of header: BADCHeader) -> String {
    String((header.global("title") ?? "").split(separator: " ").last ?? "")
  }

  /// Calls `body` with each row as the fields by their columns' names; rows that do not fit the columns
  /// are left out.
  private static func forEachRow(
    _ header: BADCHeader, _ rows: inout LineReader, _ body: ([String: String]) -> Void
  ) throws(ParquetError) {
    var splitter = FieldSplitter(expecting: header.columns.count)
    while let line = unsafe try rows.next() {
      if unsafe isEndOfData(line) { return }
      guard let text = unsafe splitter.split(line), splitter.count == header.columns.count else {
        continue
      }
      var row: [String: String] = [:]
      for (name, field) in zip(header.columns, splitter.fields) where field.count > 0 {
        row[name] = unsafe String(
          badc: UnsafeRawBufferPointer(start: text + Int(field.start), count: field.count))
      }
      body(row)
    }
  }
}

/// Whether a line is `end data`.
@inline(__always)
func isEndOfData(_ line: UnsafeRawBufferPointer) -> Bool {
  unsafe line.count >= 8 && line[0] == UInt8(ascii: "e")
    && String(badc: line).trimmingBlanks() == "end data"
}
