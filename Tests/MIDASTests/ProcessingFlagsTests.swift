import Parquet
import Testing

@testable import MIDAS

/// What is kept and what is said of it where values, stations or quality codes are missing.
@Suite struct ProcessingFlagsTests {
  @Test func flagsOfTheReferenceSample() throws {
    let reading = try read(Sample(rows: Sample.referenceRows), flags: true)
    #expect(
      reading.names.dropFirst(22) == [
        "max_air_temp", "min_air_temp", "pf_max_air_temp", "pf_min_air_temp", "pf_record",
        "pf_station", "q_max_air_temp", "q_min_air_temp",
      ])
    #expect(reading.texts("pf_max_air_temp") == ["ParseOk", "MissingValue", "ParseOk"])
    #expect(reading.texts("pf_min_air_temp") == ["ParseOk", "ParseOk", "ParseOk"])
    #expect(reading.texts("pf_record") == ["Original", "Original", "DuplicateResolved"])
    #expect(reading.texts("pf_station") == ["StationFound", "StationFound", "StationFound"])
    #expect(reading.doubles("max_air_temp") == [7.5, nil, 6.4])
    for batch in reading.batches {
      _ = try ColumnBatch(schema: reading.schema, columns: batch.columns)
    }
  }

  @Test func whatLosesIsSuperseded() throws {
    let third = "2001-02-02 09:00:00,DCNN,0042A,24,2,NCM,9999,1,6.5,0,9,9,NA,NA,NA,NA"
    let reading = try read(Sample(rows: Sample.referenceRows + [third]), flags: true) {
      $0.removesDuplicates = false
    }
    #expect(
      reading.texts("pf_record") == [
        "Original", "Original", "Superseded", "Superseded", "DuplicateResolved",
      ])
    #expect(reading.statistics.duplicates == 0)
  }

  @Test func whatIsNoNumberFailed() throws {
    let rows = [
      "2001-02-01 09:00:00,DCNN,1,24,1,NCM,9999,1001,/,inf,9,9,NA,NA,NA,NA",
      "2001-02-02 09:00:00,DCNN,1,24,1,NCM,9999,1001,1,2,9,9,NA,NA,NA,NA",
    ]
    let reading = try read(Sample(rows: rows), flags: true) {
      $0.removesEmptyObservations = false
    }
    #expect(reading.texts("pf_max_air_temp") == ["ParseFailed", "ParseOk"])
    #expect(reading.texts("pf_min_air_temp") == ["ParseFailed", "ParseOk"])
    #expect(reading.statistics.unreadableValues == 1 && reading.statistics.notFiniteValues == 1)
    let dropping = try read(Sample(rows: rows), flags: true) { $0.dropsOnParseFailure = true }
    #expect(dropping.texts("pf_max_air_temp") == ["ParseOk"])
    #expect(dropping.statistics.droppedObservations == 1)
  }

  @Test func aMeasurementThatAFileDoesNotHaveHasNoFlag() throws {
    let directory = try TemporaryDirectory()
    var other = Sample()
    other.station = "09998"
    other.columns =
      "ob_end_time,id_type,id,ob_hour_count,version_num,met_domain_name,src_id,rec_st_ind,rain"
    other.rows = ["2001-02-01 09:00:00,DCNN,1,24,1,NCM,9998,1001,3"]
    let reading = try read(
      [
        directory.write(Sample(rows: [Sample.referenceRows[0]]).text, to: "a.csv"),
        directory.write(other.text, to: "b.csv"),
      ], flags: true)
    #expect(reading.texts("pf_max_air_temp") == ["ParseOk", nil])
    #expect(reading.texts("pf_rain") == [nil, "ParseOk"])
    #expect(reading.texts("pf_record") == ["Original", "Original"])
  }

  @Test(arguments: [("station", "pf_station"), ("pf_station", "pf_station"), ("pf_x", "pf_x")])
  func namesThatClash(name: String, flag: String) throws {
    var sample = Sample(rows: Sample.referenceRows)
    sample.columns = Sample.temperatureColumns.replacing("max_air_temp,", with: "\(name),")
      .replacing("min_air_temp,", with: "x,")
    let error = #expect(throws: ParquetError.self) { try read(sample, flags: true) }
    #expect(error?.code == .malformedFile)
    #expect(error?.message.contains(flag) == true)
    #expect(throws: Never.self) { try read(sample) }
  }

  // MARK: Unknown stations

  @Test func observationsOfUnknownStations() throws {
    let rows = [4, 5, 4, 9999].map {
      "2001-02-01 09:00:00,DCNN,\($0),24,1,NCM,\($0),1001,1,2,9,9,NA,NA,NA,NA"
    }
    let strict = try read(Sample(rows: rows + [rows[0].replacing("09:00", with: "10:00")]))
    #expect(strict.rowCount == 1 && strict.statistics.rejectedRows == 4)
    let reading = try read(Sample(rows: rows), flags: true) {
      $0.requiresStation = false
      $0.removesDuplicates = false
    }
    #expect(reading.rejections.isEmpty)
    #expect(reading.integers("station_src_id") == [4, 5, 4, 9999])
    #expect(reading.texts("station_name") == ["UNKNOWN", "UNKNOWN", "UNKNOWN", "sampleton"])
    #expect(reading.texts("station_county").first == "UNKNOWN")
    #expect(reading.texts("station_authority").first == "UNKNOWN")
    let places = reading.doubles("station_latitude").map { $0?.isNaN }
    #expect(places == [true, true, true, false])
    #expect(reading.floats("station_height_meters")[0]?.isNaN == true)
    let missing = "StationMissing"
    #expect(reading.texts("pf_station") == [missing, missing, missing, "StationFound"])
    #expect(reading.statistics.unknownStations == 3)
    #expect(reading.statistics.outsideStationPeriod == 0)
  }

  // MARK: Quality codes

  @Test func missingQualityCodesAsTheirText() throws {
    var rows = Sample.referenceRows
    rows[0] = rows[0].replacing(",9,109,", with: ",,109,")
    let reading = try read(Sample(rows: rows)) { $0.keepsMissingQuality = true }
    #expect(reading.texts("q_max_air_temp") == [nil, "NA", "9"])
    #expect(reading.doubles("max_air_temp") == [7.5, nil, 6.4])
    #expect(try read(Sample(rows: rows)).texts("q_max_air_temp") == [nil, nil, "9"])
  }
}
