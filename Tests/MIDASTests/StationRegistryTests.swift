import Parquet
import Testing

@testable import MIDAS

private typealias Period = StationRegistry.IdentifierPeriod

private func period(_ identifier: String, _ first: Int32, _ last: Int32) -> Period {
  Period(
    identifier: identifier, kind: "WMO", domainName: "SYNOP", firstYear: first, lastYear: last)
}

@Suite struct IdentifierHistoryTests {
  @Test func aPeriodOfOneYearIsABackup() {
    #expect(period("a", 1990, 1990).context == .backup)
    #expect(period("a", 1990, 1991).context == .primary)
  }

  @Test func primaryIdentifiersComeFirst() {
    let history = IdentifierHistory([
      period("b", 1991, 1991), period("a", 1990, 1995), period("c", 1992, 1999),
      period("d", 1994, 1993),
    ])
    #expect(history.identifiers(in: 1991).map(\.identifier) == ["a", "b"])
    #expect(history.identifiers(in: 1990).map(\.identifier) == ["a"])
    #expect(history.identifiers(in: 1995).map(\.identifier) == ["a", "c"])
    // A period that ends before it begins has no year.
    #expect(history.identifiers(in: 1994).map(\.identifier) == ["a", "c"])
    #expect(history.identifiers(in: 1989) == [])
    #expect(history.identifiers(in: 2000) == [])
  }

  @Test(
    arguments: [
      ([], []),
      ([(1990, 1995)], []),
      ([(1990, 1995), (1996, 1999)], []),
      ([(1990, 1995), (1997, 1999)], [1996...1996]),
      ([(2005, 2006), (1990, 1999), (1992, 1995), (2008, 2008)], [2000...2004, 2007...2007]),
      ([(1990, 1995), (1980, 1970), (1993, 1999)], []),
      ([(Int32.min, Int32.min), (Int32.max, Int32.max)], [Int32.min + 1...Int32.max - 1]),
    ] as [([(Int32, Int32)], [ClosedRange<Int32>])])
  func gapsAreTheYearsNoPeriodHas(years: [(Int32, Int32)], gaps: [ClosedRange<Int32>]) {
    let history = IdentifierHistory(years.map { period("a", $0.0, $0.1) })
    #expect(history.gaps == gaps)
  }

  @Test func overlapsAreOfDifferentIdentifiers() {
    let periods = [
      period("a", 1990, 1995), period("b", 1995, 1999), period("a", 1994, 1996),
      period("c", 2000, 2001), period("d", 1999, 1990),
    ]
    let overlaps = IdentifierHistory(periods).overlaps
    #expect(overlaps.map(\.first.identifier) == ["a", "b"])
    #expect(overlaps.map(\.second.identifier) == ["b", "a"])
    #expect(overlaps.map(\.years) == [1995...1995, 1995...1996])
  }
}

@Suite struct StationQueryTests {
  private let entry = StationRegistry.Entry(
    dataSet: "uk-daily-rain-obs",
    station: Station(
      sourceID: 145, name: "CAIRNWELL: TOP", latitude: 56.879, longitude: -3.421,
      heightMeters: 928, county: "argyll-in-strathclyde-region", authority: "NA",
      start: nanoseconds("1994-01-01 00:00:00"), end: nanoseconds("2003-12-31 23:59:59")),
    source: .capability, release: "", identifiers: IdentifierHistory([]))

  private func matches(_ change: (inout StationQuery) -> Void) -> Bool {
    var query = StationQuery()
    change(&query)
    return query.matches(entry)
  }

  @Test func names() {
    #expect(matches { _ in })
    #expect(matches { $0.name = "irnwell: t" })
    #expect(!matches { $0.name = "cairngorm" })
    #expect(matches { $0.county = "Argyll in Strathclyde Region" })
    #expect(!matches { $0.county = "argyll" })
    #expect(matches { $0.dataSets = ["x", "uk-daily-rain-obs"] })
    #expect(!matches { $0.dataSets = ["uk-daily-rain"] })
  }

  @Test func allMustHold() {
    for (dataSet, holds) in [("uk-daily-rain-obs", true), ("x", false)] {
      let found = matches {
        $0.name = "top"
        $0.dataSets = [dataSet]
      }
      #expect(found == holds)
    }
  }

  @Test(arguments: [
    (56.879, -3.421, 56.879, -3.421, true), (-90, -180, 90, 180, true),
    (56.88, -4, 57, -3, false), (56, -4, 56.87, -3, false), (56, -3.4, 57, -3, false),
    (56, -4, 57, -3.5, false),
  ])
  func regions(south: Double, west: Double, north: Double, east: Double, holds: Bool) throws {
    let region = try #require(
      StationQuery.Region(south: south, west: west, north: north, east: east))
    #expect(matches { $0.region = region } == holds)
  }

  @Test(arguments: [
    (51.0, 0.0, 50.0, 1.0), (50, 1, 51, 0), (-91, 0, 0, 1), (0, 0, 91, 1), (0, -181, 1, 0),
    (0, 0, 1, 181), (Double.nan, 0, 1, 1), (0, 0, 1, Double.nan),
  ])
  func regionsThatAreNone(south: Double, west: Double, north: Double, east: Double) {
    #expect(StationQuery.Region(south: south, west: west, north: north, east: east) == nil)
  }

  @Test(arguments: [
    ("1994", "1994", true), ("2003", "2010", true), ("1900", "1993", false),
    ("2004", "2005", false), ("2003-12-31", "2003-12-31", true), ("1990", "1993-12-31", false),
    ("1990", "1994-01-01", true), ("2004-01-01", "2004", false), ("0000", "9999", true),
  ])
  func periods(first: String, last: String, holds: Bool) throws {
    let period = try #require(StationQuery.period(from: first, to: last))
    #expect(matches { $0.period = period } == holds)
  }

  @Test(arguments: [
    ("1995", "1994"), ("1994-02-29", "1995"), ("94", "1995"), ("1994", ""), ("year", "1995"),
    ("1994", "1995-13-01"), ("1994-01-01 00:00:00", "1995"), ("1994-01-02", "1994-01-01"),
  ])
  func periodsThatAreNone(first: String, last: String) {
    #expect(StationQuery.period(from: first, to: last) == nil)
  }
}

@Suite struct StationListTests {
  @Test func theStationsOfAnArchive() throws {
    let registry = try StationRegistry(inputs: [fixtures])
    let stations = registry.stations
    #expect(
      stations.map { "\($0.dataSet) \($0.station.paddedID)" } == [
        "uk-daily-rain-obs 90001", "uk-daily-rain-obs 90003", "uk-daily-temperature-obs 90001",
        "uk-daily-temperature-obs 90002", "uk-daily-temperature-obs 90003",
        "uk-daily-weather-obs 90001", "uk-hourly-rain-obs 90001", "uk-hourly-weather-obs 90002",
        "uk-mean-wind-obs 90002", "uk-mean-wind-obs 90003", "uk-radiation-obs 90001",
        "uk-soil-temperature-obs 90001", "uk-soil-temperature-obs 90003",
      ])
    #expect(stations.allSatisfy { $0.source == .stationMetadata })
    #expect(registry.count == stations.count)
    #expect(registry.warnings == [] && registry.unusableHeaders == [])
    #expect(try MIDASArchive(inputs: [fixtures]).stations.stations == stations)

    let quay = stations[1]
    #expect(quay.station.name == "QUAY POINT, OLD HARBOUR")
    #expect(quay.station.firstDay == "2099-01-01" && quay.station.lastDay == "2099-12-31")
    #expect(quay.release == "dataset-version-209901")
    #expect(quay.identifiers.periods.map(\.domainName) == ["NCM", "SSER"])
    var query = StationQuery()
    query.name = "cairn"
    #expect(registry.stations(matching: query).map(\.station.sourceID) == [90002, 90002, 90002])
  }

  @Test func identifiersByYear() throws {
    let registry = try StationRegistry(inputs: [fixtures])
    let rain = registry.identifiers(of: 90001, dataSet: "uk-daily-rain-obs", in: 2098)
    #expect(rain.map(\.domainName) == ["NCM", "SSER"])
    #expect(registry.identifiers(of: 90001, dataSet: "uk-daily-rain-obs", in: 2097) == [])
    #expect(registry.identifiers(of: 1, dataSet: "uk-daily-rain-obs", in: 2098) == [])
    let found = registry.stations(identifier: "0042A", in: 2099)
    #expect(
      found.map(\.dataSet) == [
        "uk-daily-temperature-obs", "uk-daily-weather-obs", "uk-radiation-obs",
      ])
    #expect(registry.stations(identifier: "0042A", in: 2100) == [])
    #expect(registry.stations(identifier: "42A", in: 2099) == [])
  }

  /// Observations of one station in files of several years, without a station file.
  private func observed(_ years: [(year: Int, name: String, release: String)]) throws
    -> StationRegistry
  {
    let directory = try TemporaryDirectory()
    for (index, file) in years.enumerated() {
      var sample = Sample()
      sample.attributes = sample.attributes.map {
        $0.replacing("2001-", with: "\(file.year)-").replacing("sampleton", with: file.name)
      }
      sample.attributes.append("collection_version_number,G,\(file.release)")
      try directory.write(sample.text, to: "\(index).csv")
    }
    return try StationRegistry(inputs: [directory.path])
  }

  @Test func headersOfObservationsAreTheLastSource() throws {
    let files = [(2001, "middle", "r1"), (2003, "late", "r1"), (1999, "early", "r1")]
    let registry = try observed(files)
    let entry = try #require(registry.stations.first)
    #expect(registry.stations.count == 1)
    #expect(entry.source == .observations && entry.release == "r1")
    #expect(entry.station.name == "late")
    #expect(entry.station.firstDay == "1999-01-01" && entry.station.lastDay == "2003-12-31")
    #expect(entry.identifiers.periods == [])
    // A conversion takes the header of the file that a row stands in.
    #expect(registry.station(9999, dataSet: "uk-daily-temperature-obs") == nil)

    let newer = try observed([(2003, "late", "r1"), (2001, "new", "r2"), (2002, "old", "r0")])
    #expect(newer.stations.map(\.station.name) == ["new"])
    #expect(newer.stations.map(\.station.lastDay) == ["2003-12-31"])
  }

  @Test func aConversionIsTheSameWithHeadersAsASource() throws {
    let directory = try TemporaryDirectory()
    for (index, year) in [2001, 2002].enumerated() {
      var sample = Sample(rows: [Sample.referenceRows[0].replacing("2001-", with: "\(year)-")])
      sample.attributes = sample.attributes.map { $0.replacing("2001-", with: "\(year)-") }
      try directory.write(sample.text, to: "\(index).csv")
    }
    let reading = try read([directory.path])
    #expect(
      reading.times("station_start_date") == [
        nanoseconds("2001-01-01 00:00:00"), nanoseconds("2002-01-01 00:00:00"),
      ])
  }

  @Test func headersThatDescribeNoStation() throws {
    let directory = try TemporaryDirectory()
    var sample = Sample()
    sample.attributes.removeAll { $0.hasPrefix("location") }
    let path = try directory.write(sample.text, to: "x.csv")
    let registry = try StationRegistry(inputs: [directory.path])
    #expect(registry.stations == [])
    #expect(registry.unusableHeaders == ["\(path): the header has no location"])
    #expect(registry.warnings == [])
  }

  @Test func filesThatAreNone() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("a,b\n", to: "x.csv")
    try directory.write(Sample().text, to: "y.csv")
    let error = #expect(throws: ParquetError.self) {
      try StationRegistry(inputs: [directory.path])
    }
    #expect(error?.code == .malformedFile && error?.context.file == path)
    let rejected = Collected<ParquetError>()
    let steps = Collected<[Int]>()
    let registry = try StationRegistry(
      inputs: [directory.path],
      onRejectedFile: { (error) throws(ParquetError) in rejected.elements.append(error) },
      progress: { (read, total) throws(ParquetError) in steps.elements.append([read, total]) })
    #expect(registry.stations.count == 1)
    #expect(rejected.elements.map(\.context.file) == [path])
    #expect(steps.elements == [[1, 2], [2, 2]])
  }

  @Test func recordsThatGoOnHaveNoLastDay() {
    var station = Station(
      sourceID: 7, name: "a", latitude: 1, longitude: 1, heightMeters: 1, county: "", authority: "",
      start: Int64.min + 1, end: Int64.max)
    #expect(station.firstDay == nil && station.lastDay == nil)
    #expect(station.paddedID == "00007")
    station.sourceID = 123_456
    #expect(station.paddedID == "123456")
    (station.start, station.end) = (-1, 0)
    #expect(station.firstDay == "1969-12-31" && station.lastDay == "1970-01-01")
  }
}

@Suite struct TimeTextTests {
  @Test(arguments: [
    "1970-01-01 00:00:00", "1969-12-31 23:59:59", "2000-02-29 12:34:56", "1900-03-01 00:00:01",
    "2100-02-28 23:00:00", "1678-01-01 00:00:00", "2262-04-11 00:00:00", "1999-12-31 01:02:03",
  ])
  func daysAndMoments(text: String) {
    let time = nanoseconds(text)
    #expect(TimestampText.day(nanoseconds: time) == String(text.prefix(10)))
    #expect(
      TimestampText.text(seconds: Int(time / 1_000_000_000))
        == text.replacing(" ", with: "T") + "Z")
  }

  @Test func everyDayOfCenturies() {
    var text = ""
    for year in [1696, 1700, 1999, 2000, 2001, 2023, 2024, 2100, 2261] {
      for month in 1...12 {
        for day in 1...31 {
          text = "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
          guard let time = TimestampText.clampedNanoseconds(text) else { continue }
          #expect(TimestampText.day(nanoseconds: time) == text)
          #expect(TimestampText.day(nanoseconds: time + 86_399_999_999_999) == text)
        }
      }
    }
    #expect(text == "2261-12-31")
  }
}
