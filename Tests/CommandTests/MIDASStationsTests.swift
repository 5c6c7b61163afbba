import Foundation
import Testing

/// The sample archive of the repository.
let midasFixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures/midas")
  .path

/// A JSON value as text that is the same for equal values.
func canonical(_ value: Any) throws -> String {
  let data = try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys])
  return String(decoding: data, as: UTF8.self)
}

/// `parquet midas stations`.
@Suite struct MIDASStationsTests {
  let parquet: BuiltCommand

  init() throws { parquet = try BuiltCommand() }

  /// Data set and number of the stations that `options` choose of the sample archive.
  private func chosen(_ options: String...) throws -> [String] {
    let result = try parquet(
      ["midas", "stations", midasFixtures, "--output-format", "csv", "--quiet"] + options)
    #expect(result.status == 0)
    #expect(result.errors == "")
    return result.output.split(separator: "\n").dropFirst().map { line in
      line.split(separator: ",").prefix(2).joined(separator: " ")
    }
  }

  @Test func peopleSeeColumns() throws {
    let result = try parquet(
      "midas", "stations", midasFixtures, "--datasets", "uk-daily-rain-obs,uk-mean-wind-obs")
    #expect(result.status == 0)
    #expect(result.errors == "4 stations\n")
    #expect(
      result.output == """
        DATA SET           STATION  NAME                     COUNTY       AUTHORITY       LATITUDE  \
        LONGITUDE  HEIGHT  FIRST DAY   LAST DAY    SOURCE            IDENTIFIERS
        uk-daily-rain-obs  90001    SAMPLETON: MILL LANE     sampleshire  Met Office          51.5  \
            -1.25      42  2098-01-01  2099-12-31  station-metadata  420017 RAIN NCM 2098-2099; \
        420017 RAIN SSER 2098-2099
        uk-daily-rain-obs  90003    QUAY POINT, OLD HARBOUR  quayshire    Harbour Office   50.0625  \
             -5.5       7  2099-01-01  2099-12-31  station-metadata  700301 RAIN NCM 2099-2099 \
        backup; 700301 RAIN SSER 2099-2099 backup
        uk-mean-wind-obs   90002    UPPER CAIRN              cairnshire   NA                57.125  \
           -3.625     812  2099-01-01  2099-12-31  station-metadata  815001 WIND HCM 2099-2099 backup
        uk-mean-wind-obs   90003    QUAY POINT, OLD HARBOUR  quayshire    Harbour Office   50.0625  \
             -5.5       7  2098-01-01  2098-12-31  station-metadata  700302 WIND HCM 2098-2098 backup

        """)
  }

  @Test func programsReadCSV() throws {
    let result = try parquet(
      "midas", "stations", midasFixtures, "--output-format", "csv", "--datasets",
      "uk-daily-rain-obs", "--name", "quay")
    #expect(result.errors == "1 station\n")
    #expect(
      result.output == """
        data_set,station,name,county,authority,latitude,longitude,height,first_day,last_day,source,\
        identifiers
        uk-daily-rain-obs,90003,"QUAY POINT, OLD HARBOUR",quayshire,Harbour Office,50.0625,-5.5,7,\
        2099-01-01,2099-12-31,station-metadata,700301 RAIN NCM 2099-2099 backup; \
        700301 RAIN SSER 2099-2099 backup

        """)
  }

  @Test func programsReadJSON() throws {
    try parquet.write(
      """
      Conventions,G,BADC-CSV,1
      title,G,Station capability information for uk-daily-rain-obs
      collection_version_number,G,dataset-version-202407
      observation_station,G,top
      historic_county_name,G,aberdeenshire
      authority,G,Met Office
      src_id,G,00145
      location,G,56.879,-3.421
      height,G,928,m
      date_valid,G,1994-01-01 00:00:00,9999-12-31 23:59:59
      data
      id,id_type,met_domain_name,first_year,last_year
      03072,WMO,SYNOP,1994,1997
      9167Z,RAIN,NCM,1997,1997.0
      03073,WMO,SYNOP,2000,2022
      end data

      """, to: "capability.csv")
    let result = try parquet(
      "midas", "stations", "capability.csv", "--output-format", "json", "--quiet")
    #expect(result.errors == "")
    let stations = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
    #expect(stations.count == 1)
    let expected: [String: Any] = [
      "dataSet": "uk-daily-rain-obs", "stationID": "00145", "name": "top",
      "county": "aberdeenshire", "authority": "Met Office", "latitude": 56.879,
      "longitude": -3.421, "heightMeters": 928, "firstDay": "1994-01-01", "lastDay": NSNull(),
      "source": "capability", "release": "dataset-version-202407",
      "identifiers": [
        [
          "identifier": "03072", "idType": "WMO", "domainName": "SYNOP", "firstYear": 1994,
          "lastYear": 1997, "context": "primary",
        ],
        [
          "identifier": "9167Z", "idType": "RAIN", "domainName": "NCM", "firstYear": 1997,
          "lastYear": 1997, "context": "backup",
        ],
        [
          "identifier": "03073", "idType": "WMO", "domainName": "SYNOP", "firstYear": 2000,
          "lastYear": 2022, "context": "primary",
        ],
      ] as [[String: Any]],
      "identifierGaps": [["firstYear": 1998, "lastYear": 1999]],
      "identifierOverlaps": [
        ["first": "03072", "second": "9167Z", "firstYear": 1997, "lastYear": 1997] as [String: Any]
      ],
    ]
    #expect(try canonical(stations[0]) == canonical(expected))
  }

  @Test func optionsChoose() throws {
    #expect(try chosen().count == 13)
    #expect(
      try chosen("--bbox", "50,-6,52,-5") == [
        "uk-daily-rain-obs 90003", "uk-daily-temperature-obs 90003", "uk-mean-wind-obs 90003",
        "uk-soil-temperature-obs 90003",
      ])
    #expect(try chosen("--bbox=-90,-180,90,180").count == 13)
    #expect(try chosen("--bbox", "-10,0,10,1") == [])
    #expect(
      try chosen("--active", "2090,2098-12-31") == [
        "uk-daily-rain-obs 90001", "uk-daily-temperature-obs 90001", "uk-mean-wind-obs 90003",
        "uk-soil-temperature-obs 90001",
      ])
    #expect(try chosen("--active", "2100,2100") == [])
    #expect(
      try chosen("--county", "CAIRNSHIRE") == [
        "uk-daily-temperature-obs 90002", "uk-hourly-weather-obs 90002", "uk-mean-wind-obs 90002",
      ])
    #expect(try chosen("--county", "cairn") == [])
    #expect(
      try chosen("--name", "mill l", "--active", "2098,2098", "--datasets", "uk-daily-rain-obs")
        == ["uk-daily-rain-obs 90001"])
  }

  @Test func aStationThatOnlyObservationsTellOf() throws {
    try parquet.write(
      """
      Conventions,G,BADC-CSV,1
      title,G,uk-daily-rain-obs
      observation_station,G,lonely
      historic_county_name,G,sampleshire
      midas_station_id,G,00042
      location,G,51.5,-1.25
      height,G,12.5,m
      date_valid,G,2001-01-01 00:00:00,2001-12-31 23:59:59
      data
      ob_date,id,id_type,version_num,met_domain_name,ob_day_cnt,src_id,rec_st_ind,prcp_amt
      end data

      """, to: "x.csv")
    let result = try parquet("midas", "stations", "x.csv", "--output-format", "csv", "--quiet")
    let line = """
      uk-daily-rain-obs,00042,lonely,sampleshire,NA,51.5,-1.25,12.5,2001-01-01,2001-12-31,\
      observations,
      """
    #expect(result.output.hasSuffix("\n\(line)\n"))
    // Who cannot be listed is told of, but not as data.
    let text = try parquet.text(of: "x.csv").replacing("location,G", with: "place,G")
    try parquet.write(text, to: "x.csv")
    let none = try parquet("midas", "stations", "x.csv", "--output-format", "json")
    #expect(none.status == 0)
    #expect(none.output == "[]\n")
    #expect(none.errors == "parquet: x.csv: the header has no location\n0 stations\n")
  }

  @Test(arguments: [
    (["--output-format", "xml"], "--output-format xml: valid are human, json, csv"),
    (
      ["--active", "1990"],
      "--active 1990: must be FROM,TO, each a year or a date as 1991-02-28, FROM not after TO"
    ),
    (
      ["--active", "1991,1990"],
      "--active 1991,1990: must be FROM,TO, each a year or a date as 1991-02-28, FROM not after TO"
    ),
    (
      ["--active", "1990,1991,"],
      "--active 1990,1991,: must be FROM,TO, each a year or a date as 1991-02-28, FROM not after TO"
    ),
    (
      ["--active", "1990,1991-02-29"],
      "--active 1990,1991-02-29: must be FROM,TO, each a year or a date as 1991-02-28, FROM not"
        + " after TO"
    ),
    (["--county="], "--county: a text is missing"),
    (["--name="], "--name: a text is missing"),
    (["--datasets", "a,"], "--datasets a,: a name is empty"),
    (
      ["--datasets", "uk-daily-rain-obs,uk-rain"],
      "--datasets: there is no data set uk-rain (valid: uk-daily-rain-obs, uk-daily-temperature-obs,"
        + " uk-daily-weather-obs, uk-hourly-rain-obs, uk-hourly-weather-obs, uk-mean-wind-obs,"
        + " uk-radiation-obs, uk-soil-temperature-obs)"
    ),
  ])
  func badValuesAreUsageErrors(_ options: [String], _ message: String) throws {
    expectFailure(
      try parquet(["midas", "stations", midasFixtures, "--quiet"] + options), 2,
      "parquet: midas stations: \(message)")
  }

  @Test(arguments: [
    "", "1,2,3", "1,2,3,4,5", "52,0,51,1", "50,2,51,1", "50,0,91,1", "50,x,51,1", "50,,51,1",
    "50,nan,51,1", "0x10,0,51,1",
  ])
  func badBoxesAreUsageErrors(_ box: String) throws {
    expectFailure(
      try parquet("midas", "stations", midasFixtures, "--quiet", "--bbox=\(box)"), 2,
      "parquet: midas stations: --bbox \(box): must be SOUTH,WEST,NORTH,EAST in degrees, SOUTH at"
        + " most NORTH within -90 to 90, WEST at most EAST within -180 to 180")
  }

  @Test func badInputIsAFailure() throws {
    expectFailure(
      try parquet("midas", "stations", "absent.csv", "--quiet"), 1,
      "parquet: absent.csv: cannot be read: No such file or directory")
    try parquet.write("a,b\n1,2\n", to: "x.csv")
    expectFailure(
      try parquet("midas", "stations", ".", "--quiet"), 1,
      "parquet: ./x.csv: line 1: is not BADC-CSV: its first line does not begin with `Conventions,`"
    )
  }
}
