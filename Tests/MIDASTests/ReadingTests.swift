import Parquet
import Testing

@testable import MIDAS

@Suite struct ObservationReaderTests {
  @Test func theReferenceSample() throws {
    let reading = try read(Sample(rows: Sample.referenceRows))
    #expect(reading.rowCount == 3)
    #expect(reading.statistics.duplicates == 1)
    #expect(reading.statistics.observations == 3)
    #expect(
      reading.names.suffix(4) == [
        "max_air_temp", "min_air_temp", "q_max_air_temp", "q_min_air_temp",
      ])
    #expect(reading.doubles("max_air_temp") == [7.5, nil, 6.4])
    #expect(reading.doubles("min_air_temp") == [-2, 3.1, 0])
    #expect(reading.texts("q_max_air_temp") == ["9", nil, "9"])
    #expect(reading.texts("q_min_air_temp") == ["109", "0", "9"])
    #expect(
      reading.times("ob_end_time")
        == ["2001-02-01 09:00:00", "2001-02-01 21:00:00", "2001-02-02 09:00:00"].map(nanoseconds))
    #expect(reading.integers("ob_hour_count") == [24, 12, 24])
    #expect(reading.texts("observation_id") == ["0042A", "0042A", "0042A"])
    #expect(reading.integers("station_id") == [9999, 9999, 9999])
    #expect(reading.texts("id_type") == ["DCNN", "DCNN", "DCNN"])
    #expect(reading.texts("met_domain_name") == ["NCM", "AWSDLY", "NCM"])
    #expect(reading.integers("rec_st_ind") == [1001, 1001, 1])
    #expect(reading.integers("version_num") == [1, 1, 1])
    #expect(reading.integers("station_src_id") == [9999, 9999, 9999])
    #expect(reading.texts("station_name") == ["sampleton", "sampleton", "sampleton"])
    #expect(reading.doubles("station_latitude") == [51.5, 51.5, 51.5])
    #expect(reading.doubles("station_longitude") == [-1.25, -1.25, -1.25])
    #expect(reading.floats("station_height_meters") == [42, 42, 42])
    #expect(reading.texts("station_county") == ["sampleshire", "sampleshire", "sampleshire"])
    #expect(reading.texts("station_authority") == ["NA", "NA", "NA"])
    for name in ["east_grid_ref", "north_grid_ref"] {
      #expect(reading.integers(name) == [nil, nil, nil])
    }
    #expect(reading.texts("grid_ref_type") == [nil, nil, nil])
    #expect(Set(reading.times("station_start_date")) == [nanoseconds("2001-01-01 00:00:00")])
    #expect(Set(reading.times("station_end_date")) == [nanoseconds("2001-12-31 23:59:59")])
    #expect(reading.times("meto_stmp_time") == [nanoseconds("2001-02-02 10:11:12"), nil, nil])
    #expect(reading.integers("midas_stmp_etime") == [14, nil, nil])
  }

  @Test func batchesAreWhatTheSchemaAsksFor() throws {
    let reading = try read(Sample(rows: Sample.referenceRows))
    for batch in reading.batches {
      // Checks every column's form, presence and text.
      _ = try ColumnBatch(schema: reading.schema, columns: batch.columns)
    }
  }

  @Test(arguments: [1, 2, 3])
  func smallBatchesHoldTheSameRows(rows: Int) throws {
    var sample = Sample()
    sample.rows = (0..<5_000).map {
      "2001-02-\($0 % 19 + 10) 09:00:00,DCNN,\($0),24,1,NCM,9999,1,\($0),NA,9,9,NA,NA,NA,NA"
    }
    let whole = try read(sample)
    let parts = try read(sample) { $0.batchRows = rows }
    #expect(whole.batches.count == 1)
    #expect(parts.batches.count > 4)
    #expect(parts.doubles("max_air_temp") == whole.doubles("max_air_temp"))
    #expect(parts.texts("observation_id") == whole.texts("observation_id"))
    #expect(parts.texts("station_name") == whole.texts("station_name"))
    #expect(whole.rowCount == 5_000)
  }

  @Test func carriageReturnsAByteOrderMarkAndLatin1() throws {
    var sample = Sample(rows: Sample.referenceRows)
    sample.lineEnd = "\r\n"
    let directory = try TemporaryDirectory()
    var bytes = [0xEF, 0xBB, 0xBF] + Array(sample.text.utf8)
    let path = try directory.write(bytes, to: "bom.csv")
    #expect(try read([path]).doubles("max_air_temp") == [7.5, nil, 6.4])

    sample.attributes[1] = "historic_county_name,G,c?te"
    sample.rows = ["2001-02-01 09:00:00,DC?N,0042?,24,1,NCM,9999,1,1,1,9,9,NA,NA,NA,NA"]
    bytes = sample.text.utf8.map { $0 == UInt8(ascii: "?") ? 0xF4 : $0 }
    let latin = try read([directory.write(bytes, to: "latin.csv")])
    #expect(latin.texts("station_county") == ["c\u{F4}te"])
    #expect(latin.texts("id_type") == ["DC\u{F4}N"])
    #expect(latin.texts("observation_id") == ["0042\u{F4}"])
    for batch in latin.batches { _ = try ColumnBatch(schema: latin.schema, columns: batch.columns) }
  }

  @Test func dailyRainHasDatesAndDays() throws {
    var sample = Sample()
    sample.title = "uk-daily-rain-obs"
    sample.attributes[6] = "coordinate_variable,ob_date,t"
    sample.columns =
      "ob_date,id,id_type,version_num,met_domain_name,ob_end_ctime,ob_day_cnt,src_id,rec_st_ind,"
      + "prcp_amt,ob_day_cnt_q,prcp_amt_q,prcp_amt_j"
    sample.rows = [
      "2001-02-01 00:00:00,27,RAIN,1,NCM,900,1,9999,1001,1.7,0,9,NA",
      "2001-02-04,27,RAIN,1,NCM,900.0,3,9999,1001,NA,0,1209,NA",
      "2001-02-05 00:00:00,27,RAIN,1,NCM,NA,NA,9999,1001,0,0,9,NA",
    ]
    let reading = try read(sample)
    #expect(reading.rejections == [])
    #expect(reading.integers("ob_hour_count") == [24, 72, 0])
    #expect(reading.doubles("ob_day_cnt") == [1, 3, nil])
    #expect(reading.doubles("ob_end_ctime") == [900, 900, nil])
    #expect(reading.texts("q_prcp_amt") == ["9", "1209", "9"])
    #expect(reading.times("ob_end_time")[1] == nanoseconds("2001-02-04 00:00:00"))
    // The file has no stamps.
    #expect(reading.times("meto_stmp_time") == [nil, nil, nil])
    #expect(reading.integers("midas_stmp_etime") == [nil, nil, nil])
  }

  @Test func columnsOfLaterFilesAreThereFromTheFirstRow() throws {
    let directory = try TemporaryDirectory()
    var first = Sample(rows: [Sample.referenceRows[0]])
    first.columns = first.columns.replacing("min_air_temp_q", with: "hail_q")
      .replacing("min_air_temp_j", with: "hail_j").replacing("min_air_temp", with: "hail")
    try directory.write(first.text, to: "a.csv")
    try directory.write(Sample(rows: [Sample.referenceRows[1]]).text, to: "b.csv")
    let reading = try read([directory.path])
    #expect(reading.doubles("hail") == [-2, nil])
    #expect(reading.doubles("min_air_temp") == [nil, 3.1])
    #expect(reading.texts("q_hail") == ["109", nil])
    #expect(reading.texts("q_min_air_temp") == [nil, "0"])
  }

  @Test func numbersInOneFileAndTextInAnotherAreText() throws {
    let directory = try TemporaryDirectory()
    var sample = Sample(rows: [Sample.referenceRows[0]])
    try directory.write(sample.text, to: "a.csv")
    sample.attributes[7] = "type,max_air_temp,char"
    sample.rows = ["2001-03-01 09:00:00,DCNN,0042A,24,1,NCM,9999,1,mild,1,9,9,NA,NA,NA,NA"]
    try directory.write(sample.text, to: "b.csv")
    #expect(try read([directory.path]).texts("max_air_temp") == ["7.5", "mild"])
  }

  @Test func aMissingValueOfItsOwn() throws {
    var sample = Sample(rows: [
      "2001-03-01 09:00:00,DCNN,0042A,24,1,NCM,9999,1,-999.25 ,1,-999.25,NA,,,,-999.25"
    ])
    sample.attributes[5] = "missing_value,G,-999.25"
    let reading = try read(sample)
    #expect(reading.doubles("max_air_temp") == [nil])
    #expect(reading.texts("q_max_air_temp") == [nil])
    #expect(reading.texts("q_min_air_temp") == ["NA"])
    #expect(reading.integers("midas_stmp_etime") == [nil])
  }
}

@Suite struct DuplicateTests {
  private func row(_ state: Int, _ version: Int, _ values: String, id: String = "1") -> String {
    "2001-02-02 09:00:00,DCNN,\(id),24,\(version),NCM,9999,\(state),\(values),9,9,NA,NA,NA,NA"
  }

  /// Rows as state and version, and which of them stays.
  struct Case: Sendable {
    let rows: [(Int, Int)]
    let best: Int

    init(_ rows: [(Int, Int)], _ best: Int) {
      self.rows = rows
      self.best = best
    }
  }

  static let cases: [Case] = [
    Case([(9, 1), (1, 1)], 1), Case([(1, 1), (9, 1)], 0), Case([(1001, 1), (1022, 1)], 0),
    Case([(2001, 1), (1022, 1)], 1), Case([(1011, 1), (2001, 1)], 1), Case([(9, 1), (57, 1)], 1),
    Case([(101, 1), (9, 1)], 1), Case([(1001, 0), (1001, 1)], 1),
    Case([(1001, 1), (1, 0), (9, 9)], 1), Case([(1, 1), (1, 1)], 0),
  ]

  @Test(arguments: cases)
  func theBestStays(_ example: Case) throws {
    let (rows, best) = (example.rows, example.best)
    let sample = Sample(
      rows: rows.enumerated().map { row($1.0, $1.1, "\($0),5") })
    let reading = try read(sample)
    #expect(reading.doubles("max_air_temp") == [Double(best)])
    #expect(reading.statistics.duplicates == rows.count - 1)
    let kept = try read(sample) { $0.removesDuplicates = false }
    #expect(kept.rowCount == rows.count)
  }

  @Test func moreMeasurementsAreBetter() throws {
    let reading = try read(Sample(rows: [row(1, 1, "1,NA"), row(1, 1, "2,3"), row(1, 1, "NA,4")]))
    #expect(reading.doubles("max_air_temp") == [2])
  }

  @Test func anotherIdentifierIsAnotherObservation() throws {
    let ids = ["1", "01", "1234567", "12345678", "123456789", "12345678a"]
    let reading = try read(Sample(rows: (ids + ids).map { row(1, 1, "1,2", id: $0) }))
    #expect(reading.texts("observation_id") == ids)
  }

  @Test func versionsOfQualityControlMeet() throws {
    let directory = try TemporaryDirectory()
    for version in 0...1 {
      let rows = (10...28).map {
        "2001-02-\($0) 09:00:00,DCNN,1,24,\(version),NCM,9999,1001,\(version),2,9,9,NA,NA,NA,NA"
      }
      try directory.write(Sample(rows: rows).text, to: "qc-version-\(version)/x_2001.csv")
    }
    let reading = try read([directory.path])
    #expect(reading.integers("version_num") == [Int32?](repeating: 1, count: 19))
    #expect(reading.statistics.duplicates == 19)
    #expect(reading.statistics.rows == 38)
  }
}

@Suite struct RejectionTests {
  /// A good row with the text of one column replaced.
  private func row(_ column: String, _ text: String) -> String {
    let names = Sample.temperatureColumns.split(separator: ",")
    var fields = Sample.referenceRows[0].split(separator: ",").map(String.init)
    for i in names.indices where names[i] == column { fields[i] = text }
    return fields.joined(separator: ",")
  }

  @Test(arguments: [
    ("ob_end_time", "1991-02-30 09:00:00"), ("ob_end_time", "NA"), ("ob_end_time", ""),
    ("ob_end_time", "9999-12-31 00:00:00"), ("ob_end_time", "1600-01-01 00:00:00"),
    ("ob_hour_count", "NA"), ("ob_hour_count", "-1"), ("ob_hour_count", "1.5"),
    ("id", ""), ("id", "NA"), ("id_type", "NA"), ("met_domain_name", " "), ("src_id", "x"),
    ("src_id", "99999999999"), ("rec_st_ind", ""), ("version_num", "one"),
  ])
  func aRequiredValueThatIsWrong(column: String, text: String) throws {
    let sample = Sample(rows: [Sample.referenceRows[1], row(column, text), Sample.referenceRows[3]])
    let reading = try read(sample)
    #expect(reading.doubles("min_air_temp") == [3.1, 0])
    #expect(reading.statistics.rejectedRows == 1)
    let rejection = try #require(reading.rejections.first)
    #expect(rejection.column == column)
    #expect(rejection.line == 15)
    #expect(rejection.text == row(column, text))
    for batch in reading.batches {
      _ = try ColumnBatch(schema: reading.schema, columns: batch.columns)
    }

    let error = #expect(throws: ParquetError.self) { try read(sample, rejecting: false) }
    #expect(error?.code == .rejectedData)
    #expect(error?.context.line == 15)
    #expect(error?.context.column == column)
    #expect(error?.context.file?.hasSuffix("sample.csv") == true)
  }

  @Test(arguments: [
    "2001-02-01 09:00:00,DCNN", Sample.referenceRows[0] + ",1", "x", "\"a",
  ])
  func aRaggedRow(row: String) throws {
    let reading = try read(Sample(rows: [row, Sample.referenceRows[0], ""]))
    #expect(reading.rowCount == 1)
    #expect(reading.rejections.count == 1)
    #expect(reading.rejections.first?.column == nil)
    #expect(reading.rejections.first?.line == 14)
  }

  @Test func zeroHoursAreKept() throws {
    #expect(try read(Sample(rows: [row("ob_hour_count", "0")])).integers("ob_hour_count") == [0])
    #expect(
      try read(Sample(rows: [row("ob_hour_count", "24.0")])).integers("ob_hour_count") == [24])
  }

  @Test func aMeasurementThatIsNoNumberBecomesNull() throws {
    let sample = Sample(
      rows: [
        row("max_air_temp", "/"), row("max_air_temp", "inf"), row("max_air_temp", "NaN"),
        row("max_air_temp", "1e400"),
      ].enumerated().map { $1.replacing("0042A", with: "\($0)") })
    let reading = try read(sample)
    #expect(reading.doubles("max_air_temp") == [nil, nil, nil, nil])
    #expect(reading.doubles("min_air_temp") == [-2, -2, -2, -2])
    #expect(reading.statistics.unreadableValues == 1)
    #expect(reading.statistics.notFiniteValues == 3)
    #expect(reading.rejections == [])
    let dropped = try read(sample) { $0.dropsOnParseFailure = true }
    #expect(dropped.rowCount == 0)
    #expect(dropped.statistics.droppedObservations == 4)
  }

  @Test(arguments: ["9999-12-31 00:00:00", "yesterday"])
  func aReceiptTimeThatCannotBeIsNull(text: String) throws {
    let reading = try read(Sample(rows: [row("meto_stmp_time", text)]))
    #expect(reading.times("meto_stmp_time") == [nil])
    #expect(reading.statistics.unreadableValues == 1)
  }

  @Test func observationsWithoutMeasurements() throws {
    let sample = Sample(rows: [
      row("id", "1"), Sample.referenceRows[1].replacing("3.1", with: "NA"), row("id", "2"),
    ])
    let reading = try read(sample)
    #expect(reading.texts("observation_id") == ["1", "2"])
    #expect(reading.statistics.emptyObservations == 1)
    #expect(try read(sample) { $0.removesEmptyObservations = false }.rowCount == 3)
  }

  @Test func aFileCutShort() throws {
    var sample = Sample(rows: Sample.referenceRows)
    sample.end = []
    let reading = try read(sample)
    #expect(reading.rowCount == 3)
    #expect(reading.statistics.truncatedFiles == 1)
    let error = #expect(throws: ParquetError.self) { try read(sample) { $0.isStrict = true } }
    #expect(error?.code == .malformedFile)
    #expect(error?.message.contains("end data") == true)
    #expect(error?.context.file?.hasSuffix("sample.csv") == true)
  }

  @Test func whatFollowsTheEndIsNoData() throws {
    var sample = Sample(rows: Sample.referenceRows)
    sample.end = ["end data", "2001-02-03", "more"]
    let reading = try read(sample)
    #expect(reading.rowCount == 3 && reading.rejections == [])
  }
}
