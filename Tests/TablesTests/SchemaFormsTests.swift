import Parquet
import Tables
import Testing

@Suite struct SchemaFormsTests {
  static func sample() throws -> Schema {
    try Schema(
      name: "sample",
      [
        SchemaField("id", .int64, fieldID: 1),
        .string("name", .optional),
        .decimal("price", precision: 38, scale: 4, .optional),
        .date("day", .optional),
        .timestamp("at", .microseconds, isAdjustedToUTC: true),
        SchemaField(
          "small", .int32, .optional, logicalType: .integer(bitWidth: 8, isSigned: false)),
        SchemaField("t", .int32, logicalType: .time(isAdjustedToUTC: false, unit: .milliseconds)),
        SchemaField("u", .fixedLengthByteArray(byteCount: 16), logicalType: .uuid, fieldID: -3),
        .list("tags", .optional, of: .list("x", .optional, of: .string("y", .optional))),
        .map("m", .optional, key: .string("k"), value: SchemaField("v", .double, .optional)),
        SchemaField("bare", .int32, .repeated),
        .variant("variant", .optional, fieldID: 9),
        SchemaField("g", .byteArray, logicalType: .geometry(crs: nil)),
        SchemaField("h", .byteArray, logicalType: .geometry(crs: "EPSG:4326")),
        SchemaField("i", .byteArray, logicalType: .geometry(crs: "{\"a\": \"b),(\\\"\", 1}\n")),
        SchemaField("j", .byteArray, logicalType: .geography(crs: nil, algorithm: nil)),
        SchemaField("k", .byteArray, logicalType: .geography(crs: nil, algorithm: .karney)),
        SchemaField("l", .byteArray, logicalType: .geography(crs: "", algorithm: .spherical)),
        SchemaField(
          "n", .byteArray,
          logicalType: .geography(crs: "a b", algorithm: EdgeInterpolation(rawValue: 17))),
        SchemaField(
          group: "file", logicalType: .file,
          [.string("uri", .optional), SchemaField("offset", .int64, .optional)]),
        SchemaField(
          group: "odd \"name\";", .optional, [SchemaField("ünï-1.x_y", .int96, .optional)]),
      ])
  }

  @Test func textRoundTrip() throws {
    let schema = try Self.sample()
    let text = SchemaText.encode(schema)
    let back = try SchemaText.decode(text)
    #expect(back == schema)
    #expect(back.name == "sample")
    #expect(SchemaText.encode(back) == text)
    #expect(try SchemaFile.decode(text) == schema)
  }

  @Test func jsonRoundTrip() throws {
    let schema = try Self.sample()
    let text = SchemaJSON.encode(schema)
    let back = try SchemaJSON.decode(text)
    #expect(back == schema)
    #expect(SchemaJSON.encode(back) == text)
    #expect(try SchemaFile.decode("\n " + text) == schema)
  }

  @Test func textAsTheFormatHasIt() throws {
    let schema = try SchemaText.decode(
      """
      // a comment
      message schema {
        required int64 id; optional binary name (STRING);
        optional binary old (UTF8) = 7;
        optional fixed_len_byte_array(5) amount (DECIMAL(10,2));
        optional group l (LIST) { repeated group list { optional INT32 element (INTEGER(16, true)); } }
      }
      """)
    #expect(schema.fields.map(\.name) == ["id", "name", "old", "amount", "l"])
    #expect(schema.fields[2].logicalType == .string)
    #expect(schema.fields[2].fieldID == 7)
    #expect(schema.fields[3].logicalType == .decimal(precision: 10, scale: 2))
    #expect(schema.leaves[4].logicalType == .integer(bitWidth: 16, isSigned: true))
  }

  @Test(arguments: [
    "", "message", "message m {", "message m { required int64 id }", "message m { int64 id; }",
    "message m { required int65 id; }", "message m { required int64 id (NONSENSE); }",
    "message m { required int64 id; } x", "message m { required fixed_len_byte_array id; }",
    "message m { required int64 id (STRING); }", "message m { required group g { } }",
    "message m { required int64 a; required int64 a; }", "message m { required int64 \"a; }",
    "{", "[]", "{\"children\":[{}]}", "{\"children\":[{\"name\":\"a\"}]}",
    "{\"children\":[{\"name\":\"a\",\"repetition\":\"REQUIRED\"}]}", "{\"name\":\"x\"}",
    "{\"children\":[{\"name\":\"a\",\"repetition\":\"REQUIRED\",\"physicalType\":\"INT7\"}]}",
    "{\"children\":[{\"name\":\"a\",\"repetition\":\"REQUIRED\",\"physicalType\":\"INT32\",\"x\":1}]}",
  ])
  func refused(_ text: String) {
    #expect(throws: ParquetError.self) { try SchemaFile.decode(text) }
  }

  @Test func errorsNameTheLine() {
    let error = #expect(throws: ParquetError.self) {
      try SchemaText.decode("message m {\n  required int64 id;\n  required nonsense b;\n}\n")
    }
    #expect(error?.context.line == 3)
  }
}
