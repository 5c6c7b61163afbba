import Parquet
import Testing

@testable import MIDAS

@Suite struct StationTests {
  private func capability(_ name: String, release: String = "209901") -> String {
    """
    Conventions,G,BADC-CSV,1
    title,G,Station capability information for uk-daily-temperature-obs
    collection_version_number,G,dataset-version-\(release)
    observation_station,G,\(name)
    historic_county_name,G,sampleshire
    authority,G,Met Office
    src_id,G,09999
    location,G,51.5,-1.25
    height,G,43,m
    date_valid,G,1950-01-01 00:00:00,9999-12-31 23:59:59
    data
    id,id_type,met_domain_name,first_year,last_year
    0042A,DCNN,NCM,1950,1997.0
    9167Z,WMO,SYNOP,1998,2022
    end data

    """
  }

  private func metadata(_ rows: [String], release: String = "209901") -> String {
    """
    Conventions,G,BADC-CSV,1
    title,G,Station site metadata for uk-daily-temperature-obs
    collection_version_number,G,dataset-version-\(release)
    missing_value,G,NA
    data
    src_id,station_name,station_file_name,historic_county,authority,station_latitude,\
    station_longitude,station_elevation,first_year,last_year
    \(rows.joined(separator: "\n"))
    end data

    """
  }

  private let row = "09999,\"SAMPLETON, THE HILL\",sampleton,sampleshire,NA,51.5,-1.25,44,1949,2003"

  /// The station of the sample's rows when these files lie beside it.
  private func reading(_ files: [String]) throws -> Reading {
    let directory = try TemporaryDirectory()
    try directory.write(Sample(rows: [Sample.referenceRows[0]]).text, to: "data/x.csv")
    for (index, text) in files.enumerated() { try directory.write(text, to: "\(index).csv") }
    return try read([directory.path])
  }

  @Test func metadataBeforeCapabilityBeforeHeader() throws {
    #expect(try reading([]).texts("station_name") == ["sampleton"])
    let second = try reading([capability("capable")])
    #expect(second.texts("station_name") == ["capable"])
    #expect(second.floats("station_height_meters") == [43])
    #expect(second.texts("station_authority") == ["Met Office"])
    // Later than nanoseconds go, and never 1970.
    #expect(second.times("station_end_date") == [Int64.max])
    for files in [
      [capability("capable"), metadata([row])], [metadata([row]), capability("capable")],
    ] {
      let third = try reading(files)
      #expect(third.texts("station_name") == ["SAMPLETON, THE HILL"])
      #expect(third.floats("station_height_meters") == [44])
      #expect(third.times("station_start_date") == [nanoseconds("1949-01-01 00:00:00")])
      #expect(third.times("station_end_date") == [nanoseconds("2003-12-31 23:59:59")])
    }
  }

  @Test func theNewestReleaseFirst() throws {
    let old = capability("old", release: "201908")
    let new = capability("new", release: "202407")
    #expect(try reading([old, new]).texts("station_name") == ["new"])
    #expect(try reading([new, old]).texts("station_name") == ["new"])
  }

  @Test func whatFilesSayWrong() throws {
    let directory = try TemporaryDirectory()
    try directory.write(Sample(rows: [Sample.referenceRows[0]]).text, to: "x.csv")
    let rows = [
      row, row, "1,A,a,b,NA,0,0,1,1990,1991", "2,UNKNOWN,a,b,NA,50,1,1,1990,1991",
      "3,A,a,b,NA,50,1,1,1992,1991", "4,A,a,b,NA,fifty,1,1,1990,1991",
    ]
    try directory.write(metadata(rows), to: "m.csv")
    try directory.write(capability("first"), to: "c.csv")
    try directory.write(capability("second"), to: "d.csv")
    let archive = try MIDASArchive(inputs: [directory.path])
    #expect(archive.stations.warnings.count == 6)
    #expect(archive.stations.count == 1)
    // The metadata's name, and the identifiers of the capability file all the same.
    let name = "uk-daily-temperature-obs"
    #expect(archive.stations.station(9999, dataSet: name)?.name == "SAMPLETON, THE HILL")
    let periods = archive.stations.identifierPeriods(9999, dataSet: name)
    #expect(periods.map(\.identifier) == ["0042A", "9167Z"])
    #expect(periods.map(\.lastYear) == [1997, 2022])
    #expect(archive.stations.station(1, dataSet: name) == nil)
  }

  @Test(arguments: [
    ("observation_station,G,", "no observation_station"), ("location,G,0,0", "0,0"),
    ("location,G,north", "location"), ("location,G,91,0", "not on Earth"),
    ("height,G,NA", "height"),
    ("historic_county_name,G,PLACEHOLDER", "placeholder"),
    ("date_valid,G,2002-01-01 00:00:00,2001-01-01 00:00:00", "end before they begin"),
    ("date_valid,G,soon,later", "no time"),
  ])
  func aHeaderThatDescribesNoStation(line: String, part: String) throws {
    var sample = Sample(rows: Sample.referenceRows)
    let label = line.prefix { $0 != "," }
    sample.attributes = sample.attributes.map { $0.hasPrefix("\(label),") ? line : $0 }
    let reading = try read(sample)
    #expect(reading.rowCount == 0)
    #expect(reading.rejections.count == 4)
    #expect(reading.rejections.first?.column == "src_id")
    #expect(reading.rejections.first?.reason.contains(part) == true)
  }

  @Test func aRowOfAnotherStation() throws {
    let other = Sample.referenceRows[0].replacing(",9999,", with: ",77,")
    let reading = try read(Sample(rows: [Sample.referenceRows[0], other]))
    #expect(reading.integers("station_id") == [9999])
    #expect(reading.rejections.first?.reason.contains("station 77") == true)
  }

  @Test func observationsOutsideThePeriodAreKept() throws {
    let late = Sample.referenceRows[0].replacing("2001-02-01", with: "2002-01-01")
    let reading = try read(Sample(rows: [Sample.referenceRows[0], late]))
    #expect(reading.rowCount == 2)
    #expect(reading.statistics.outsideStationPeriod == 1)
  }
}

@Suite struct MIDASArchiveTests {
  @Test func filesAreFoundOnceInTheOrderOfTheirPaths() throws {
    let directory = try TemporaryDirectory()
    for (index, name) in ["b/2.csv", "a/1.csv", "a/3.csv", "c.csv"].enumerated() {
      var sample = Sample(rows: [Sample.referenceRows[0]])
      sample.station = "0999\(index)"
      try directory.write(sample.text, to: name)
    }
    try directory.write("nothing", to: "a/change_log.txt")
    try directory.write("nothing", to: ".hidden.csv")
    let archive = try MIDASArchive(inputs: [
      directory.file("c.csv"), directory.path, directory.path,
    ])
    let paths = archive.dataSets[0].groups.flatMap { $0 }.map(\.path)
    #expect(paths == ["a/1.csv", "a/3.csv", "b/2.csv", "c.csv"].map(directory.file))
    #expect(archive.dataSets[0].fileCount == 4)
  }

  @Test func dataSetsAreTold() throws {
    let archive = try MIDASArchive(inputs: [fixtures])
    #expect(
      archive.dataSets.map(\.name) == [
        "uk-daily-rain-obs", "uk-daily-temperature-obs", "uk-daily-weather-obs",
        "uk-hourly-rain-obs", "uk-hourly-weather-obs", "uk-mean-wind-obs", "uk-radiation-obs",
        "uk-soil-temperature-obs",
      ])
    #expect(archive.stations.warnings == [])
    let rain = archive.dataSets[0]
    #expect(rain.releases == ["dataset-version-209808", "dataset-version-209901"])
    #expect(rain.measurements.first { $0.name == "prcp_amt" }?.unit == "mm")
    #expect(archive.dataSets[1].groups.map(\.count) == [1, 2, 1, 1])
  }

  @Test(arguments: [
    ("", "empty"), ("a,b\n1,2\n", "not BADC-CSV"),
    ("Conventions,G,BADC-CSV,1\ntitle,G,x\ndata\na,b\n1,2\nend data\n", "neither a file of"),
  ])
  func filesThatAreNone(text: String, part: String) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(text, to: "x.csv")
    try directory.write(Sample(rows: Sample.referenceRows).text, to: "y.csv")
    let error = #expect(throws: ParquetError.self) { try MIDASArchive(inputs: [directory.path]) }
    #expect(error?.message.contains(part) == true)
    #expect(error?.context.file == path)

    let rejected = Collected<ParquetError>()
    let archive = try MIDASArchive(inputs: [directory.path]) { (error) throws(ParquetError) in
      rejected.elements.append(error)
    }
    #expect(rejected.elements.map(\.context.file) == [path])
    #expect(archive.dataSets[0].fileCount == 1)
  }

  @Test func inputsThatAreNone() throws {
    let directory = try TemporaryDirectory()
    try directory.write("x", to: "empty/x.txt")
    for input in ["missing", "empty"] {
      let path = directory.file(input)
      let error = #expect(throws: ParquetError.self) { try MIDASArchive(inputs: [path]) }
      #expect(error?.context.file == path)
    }
  }
}
