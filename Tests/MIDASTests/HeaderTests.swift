import Parquet
import Testing

@testable import MIDAS

private func header(_ bytes: [UInt8]) throws(ParquetError) -> BADCHeader {
  var lines = try LineReader(MemorySource(Bytes(copying: bytes)))
  return try BADCHeader(&lines, file: "x.csv")
}

private func header(_ text: String) throws(ParquetError) -> BADCHeader {
  try header(Array(text.utf8))
}

@Suite struct BADCHeaderTests {
  @Test func labelsRepeatAndValuesHoldCommas() throws {
    let header = try header(
      """
      Conventions,G,BADC-CSV,1
      title,G,uk-daily-rain-obs
      comments,G,one, two
      comments,G,three
      missing_value,G,-999
      coordinate_variable,ob_date,t
      long_name,prcp_amt,rain, and snow, mm
      type,prcp_amt,float
      location,G,51.39,-0.786
      a line of a comment that went on
      data
      ob_date, prcp_amt ,"id"
      """)
    #expect(header.global("title") == "uk-daily-rain-obs")
    #expect(header.global("comments") == "one, two")
    #expect(header.attributes.filter { $0.label == "comments" }.count == 2)
    #expect(header.missingValue == "-999")
    #expect(header.timeCoordinate == "ob_date")
    #expect(header.longName(of: "prcp_amt")?.name == "rain, and snow")
    #expect(header.longName(of: "prcp_amt")?.unit == "mm")
    #expect(header.longName(of: "ob_date") == nil)
    #expect(header.value("type", of: "prcp_amt") == "float")
    #expect(header.attributes.first { $0.label == "location" }?.values == ["51.39", "-0.786"])
    #expect(header.columns == ["ob_date", "prcp_amt", "id"])
  }

  @Test func missingValueIsNAUnlessTheHeaderSaysOtherwise() throws {
    #expect(try header("Conventions,G,BADC-CSV,1\ndata\na\n").missingValue == "NA")
  }

  @Test func textThatIsNotUTF8IsLatin1() throws {
    let text =
      Array("Conventions,G,BADC-CSV,1\ntitle,G,".utf8) + [0xB0, 0x43] + Array("\ndata\na".utf8)
    #expect(try header(text).global("title") == "\u{B0}C")
    #expect(
      try header("Conventions,G,BADC-CSV,1\ntitle,G,\u{B0}C\ndata\na").global("title") == "\u{B0}C")
  }

  @Test(
    arguments: [
      ("", "empty", nil),
      ("a,b,c\n1,2,3\n", "not BADC-CSV", 1),
      ("Conventions,G,BADC-CSV,1\ntitle,G,x\n", "no line `data`", nil),
      ("Conventions,G,BADC-CSV,1\nend data\ndata\na\n", "`end data` stands before", 2),
      ("Conventions,G,BADC-CSV,1\ndata\n", "names of the columns are missing", 2),
      ("Conventions,G,BADC-CSV,1\ndata\na,,b\n", "no name", 3),
      ("Conventions,G,BADC-CSV,1\ndata\na,b,a\n", "two columns have the name a", 3),
    ] as [(String, String, Int?)])
  func faults(text: String, part: String, line: Int?) throws {
    let error = #expect(throws: ParquetError.self) { try header(text) }
    #expect(error?.code == .malformedFile)
    #expect(error?.message.contains(part) == true)
    #expect(error?.context.file == "x.csv")
    #expect(error?.context.line == line)
  }
}

@Suite struct ObservationColumnsTests {
  private func columns(_ names: String, _ lines: [String] = []) throws -> ObservationColumns {
    let text = ["Conventions,G,BADC-CSV,1"] + lines + ["data", names]
    return try ObservationColumns(header(text.joined(separator: "\n")))
  }

  private let identity = "id,id_type,met_domain_name,version_num,src_id,rec_st_ind"

  @Test(arguments: [
    ("ob_end_time,ob_time", "ob_end_time"), ("ob_date", "ob_date"), ("ob_time", "ob_time"),
    ("ob_time,ob_date", "ob_date"), ("moment", "moment"),
  ])
  func theTimeColumn(names: String, time: String) throws {
    let columns = try columns("\(names),\(identity)", ["coordinate_variable,moment,t"])
    #expect(columns.names[columns.time] == time)
    #expect(columns.roles[columns.time] == .time)
  }

  @Test func theSuffixDecidesNotThePrefix() throws {
    let columns = try columns(
      "ob_time,\(identity),q5cm_soil_temp,q5cm_soil_temp_q,q5cm_soil_temp_j,q10mnt_mxgst_spd,_q")
    #expect(
      columns.roles.suffix(5) == [
        .measurement(name: "q5cm_soil_temp", isText: false), .quality(name: "q5cm_soil_temp"),
        .descriptor, .measurement(name: "q10mnt_mxgst_spd", isText: false),
        .measurement(name: "_q", isText: false),
      ])
  }

  @Test func typesComeFromTheTableAndTheHeader() throws {
    let columns = try columns(
      "ob_time,\(identity),max_gust_ctime,conc_state_id,remark,air_temperature,depth",
      ["max_gust_ctime", "conc_state_id", "remark"].map { "type,\($0),char" } + ["type,depth,int"])
    let text = columns.roles.compactMap { role in
      if case .measurement(let name, true) = role { name } else { nil }
    }
    #expect(text == ["remark"])
  }

  @Test func theSpanIsHoursOrDays() throws {
    #expect(try columns("ob_date,\(identity),ob_day_cnt").dayCount == 7)
    let both = try columns("ob_date,\(identity),ob_day_cnt,ob_hour_count")
    #expect(both.dayCount == nil && both.hourCount == 8)
  }

  @Test(arguments: ["id", "id_type", "met_domain_name", "version_num", "src_id", "rec_st_ind"])
  func aRequiredColumnMayNotBeMissing(name: String) throws {
    let rest = identity.split(separator: ",").filter { $0 != name }.joined(separator: ",")
    let error = #expect(throws: ParquetError.self) { try columns("ob_time,\(rest)") }
    #expect(error?.message.contains("no column \(name),") == true)
  }
}

@Suite struct ObservationSchemaTests {
  private func columns(_ names: String, text: [String] = []) throws -> ObservationColumns {
    let identity = "ob_time,id,id_type,met_domain_name,version_num,src_id,rec_st_ind"
    let lines = ["Conventions,G,BADC-CSV,1"] + text.map { "type,\($0),char" }
    return try ObservationColumns(
      header((lines + ["data", "\(identity),\(names)"]).joined(separator: "\n")))
  }

  @Test func columnsOfAllFilesInTheOrderOfTheirBytes() throws {
    var builder = ObservationSchemaBuilder()
    try builder.add(columns("snow,rain,rain_q,Zenith,snow_q,rain_j"))
    try builder.add(columns("hail,rain"))
    let schema = try builder.finish()
    #expect(schema.leaves.prefix(22).map(\.field) == ObservationSchema.base)
    #expect(
      schema.leaves.dropFirst(22).map(\.path.description)
        == ["Zenith", "hail", "q_rain", "q_snow", "rain", "snow"])
    #expect(schema.leaf(at: "rain")?.field == SchemaField("rain", .double, .optional))
    #expect(schema.leaf(at: "q_rain")?.field == .string("q_rain", .optional))
  }

  @Test func textInOneFileMakesTheColumnText() throws {
    var builder = ObservationSchemaBuilder()
    try builder.add(columns("remark,rain"))
    try builder.add(columns("remark", text: ["remark"]))
    #expect(try builder.finish().leaf(at: "remark")?.field == .string("remark", .optional))
  }

  @Test func namesMayNotClash() throws {
    var builder = ObservationSchemaBuilder()
    #expect(throws: ParquetError.self) { try builder.add(columns("station_name")) }
    var other = ObservationSchemaBuilder()
    #expect(throws: ParquetError.self) { try other.add(columns("rain_q,q_rain")) }
  }
}
