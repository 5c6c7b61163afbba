import CommandSupport
import MIDAS
import Parquet

extension MIDASCommand {
  /// `parquet midas stations`.
  static let stations = Subcommand(
    "midas stations", operands: "INPUT…", count: 1...Int.max,
    summary: "The stations of a MIDAS Open archive, with their identifiers.",
    details: [
      "What a station is, its data set's station-metadata file says, else its capability file, of the"
        + " newest release; where there is neither, the headers of its observations, from the first to"
        + " the last of their years.",
      "Only stations that all given options ask for are shown. A last day is empty where records go on.",
    ],
    options: [
      CommandOption("output-format", "F", summary: "human (default), json, csv"),
      CommandOption(
        "bbox", "SOUTH,WEST,NORTH,EAST", summary: "only stations in this box, in degrees"),
      CommandOption(
        "active", "FROM,TO",
        summary: "only stations with records from FROM to TO: years, or dates as 1991-02-28"),
      CommandOption(
        "county", "NAME", summary: "only stations of this historic county, in any case"),
      CommandOption("name", "TEXT", summary: "only stations with this in their names, in any case"),
      CommandOption("datasets", letter: "d", "A,B", summary: "only stations of these data sets"),
    ],
    run: { try runStations($0, $1) })

  private static func runStations(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
    let formats: [(name: String, value: StationReport.Format)] = [
      ("human", .human), ("json", .json), ("csv", .csv),
    ]
    let format = try arguments.choice("output-format", formats) ?? .human
    let query = try stationQuery(arguments)
    let registry = try StationRegistry(
      inputs: arguments.operands,
      progress: { (_, _) throws(ParquetError) in try Interruption.check() })
    try check(query.dataSets, Set(registry.stations.map(\.dataSet)).sorted())
    let stations = registry.stations(matching: query)
    for line in StationReport.lines(stations, format) { try console.print(line) }
    guard console.showsProgress else { return .done }
    // What is counted stands below what it counts.
    try console.output.flush()
    for warning in (registry.warnings + registry.unusableHeaders).prefix(10) {
      console.note(Console.printable("parquet: \(warning)"))
    }
    console.note(counted(stations.count, "station"))
    return .done
  }

  private static func stationQuery(_ arguments: Arguments) throws(UsageError) -> StationQuery {
    var query = StationQuery()
    query.dataSets = try arguments.list("datasets").map { Set($0) }
    for option in ["county", "name"] where arguments.value(option) == "" {
      throw UsageError("--\(option): a text is missing")
    }
    query.county = arguments.value("county")
    query.name = arguments.value("name")
    if let text = arguments.value("bbox") {
      let borders = text.split(separator: ",", omittingEmptySubsequences: false).map(degrees)
      guard borders.count == 4, let south = borders[0], let west = borders[1],
        let north = borders[2], let east = borders[3],
        let region = StationQuery.Region(south: south, west: west, north: north, east: east)
      else {
        throw UsageError(
          "--bbox \(text): must be SOUTH,WEST,NORTH,EAST in degrees, SOUTH at most NORTH within"
            + " -90 to 90, WEST at most EAST within -180 to 180")
      }
      query.region = region
    }
    if let text = arguments.value("active") {
      let ends = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard ends.count == 2, let period = StationQuery.period(from: ends[0], to: ends[1]) else {
        throw UsageError(
          "--active \(text): must be FROM,TO, each a year or a date as 1991-02-28, FROM not after TO"
        )
      }
      query.period = period
    }
    return query
  }

  /// A decimal number; not the other forms that Swift reads.
  private static func degrees(_ text: Substring) -> Double? {
    text.allSatisfy { "0123456789.+-".contains($0) } ? Double(text) : nil
  }
}

/// Shows stations.
private enum StationReport {
  enum Format: Sendable {
    case human, json, csv
  }

  static func lines(_ stations: [StationRegistry.Entry], _ format: Format) -> [String] {
    switch format {
    case .human: table(stations).aligned
    case .csv: table(stations).csv
    case .json: [JSON.array(stations.map { json($0) }).text]
    }
  }

  private static func table(_ stations: [StationRegistry.Entry]) -> TextTable {
    var table = TextTable([
      .init("data_set"), .init("station"), .init("name"), .init("county"), .init("authority"),
      .init("latitude", isNumber: true), .init("longitude", isNumber: true),
      .init("height", isNumber: true), .init("first_day"), .init("last_day"), .init("source"),
      .init("identifiers"),
    ])
    for entry in stations {
      let station = entry.station
      let identifiers = entry.identifiers.periods.map { period in
        "\(period.identifier) \(period.kind) \(period.domainName)"
          + " \(period.firstYear)-\(period.lastYear)"
          + (period.context == .backup ? " backup" : "")
      }
      table.append([
        entry.dataSet, station.paddedID, station.name, station.county, station.authority,
        number(station.latitude), number(station.longitude), number(station.heightMeters),
        station.firstDay ?? "", station.lastDay ?? "", entry.source.rawValue,
        identifiers.joined(separator: "; "),
      ])
    }
    return table
  }

  private static func json(_ entry: StationRegistry.Entry) -> JSON {
    let station = entry.station
    let history = entry.identifiers
    return .object([
      ("dataSet", .string(entry.dataSet)), ("stationID", .string(station.paddedID)),
      ("name", .string(station.name)), ("county", .string(station.county)),
      ("authority", .string(station.authority)),
      ("latitude", .raw(number(station.latitude))), ("longitude", .raw(number(station.longitude))),
      ("heightMeters", .raw(number(station.heightMeters))),
      ("firstDay", .optional(station.firstDay)), ("lastDay", .optional(station.lastDay)),
      ("source", .string(entry.source.rawValue)), ("release", .string(entry.release)),
      ("identifiers", .array(history.periods.map { json($0) })),
      ("identifierGaps", .array(history.gaps.map { .object(years($0)) })),
      ("identifierOverlaps", .array(history.overlaps.map { json($0) })),
    ])
  }

  private static func json(_ overlap: IdentifierHistory.Overlap) -> JSON {
    var members: [(name: String, value: JSON)] = [
      ("first", .string(overlap.first.identifier)), ("second", .string(overlap.second.identifier)),
    ]
    members += years(overlap.years)
    return .object(members)
  }

  private static func json(_ period: StationRegistry.IdentifierPeriod) -> JSON {
    .object([
      ("identifier", .string(period.identifier)), ("idType", .string(period.kind)),
      ("domainName", .string(period.domainName)),
      ("firstYear", .integer(Int(period.firstYear))),
      ("lastYear", .integer(Int(period.lastYear))), ("context", .string(period.context.rawValue)),
    ])
  }

  private static func years(_ years: ClosedRange<Int32>) -> [(name: String, value: JSON)] {
    [
      ("firstYear", .integer(Int(years.lowerBound))),
      ("lastYear", .integer(Int(years.upperBound))),
    ]
  }

  /// The shortest text of a number, without `.0`.
  private static func number(_ value: some BinaryFloatingPoint & CustomStringConvertible) -> String
  {
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
