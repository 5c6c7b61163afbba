import Parquet
import Testing

@testable import Tables

@Suite struct VariantTests {
  static let schema = """
    message m { optional group v (VARIANT(1)) { required binary metadata; required binary value; } }
    """

  /// What a JSON value comes back as.
  private func through(_ json: String) throws -> String {
    let line = try convert("{\"v\":\(json)}", .ndjson, schema: Self.schema).text
    return String(line.dropFirst(5).dropLast(2))
  }

  @Test(arguments: [
    "null", "true", "0", "127", "-129", "70000", "9223372036854775807", "-9223372036854775808",
    "0.5", "-0.0", "1e+300", #""""#, #""a\nb""#, "[]", "{}", "[[[null]]]", #"{"":{"a":[1,"2"]}}"#,
    #"{"a":1,"b":2,"é":3}"#,
  ]) func staysTheSame(_ json: String) throws { #expect(try through(json) == json) }

  @Test(arguments: [
    (#"{"b":1,"a":2}"#, #"{"a":2,"b":1}"#), ("1.50", "1.5"), ("1E2", "100.0"), ("-0", "-0.0"),
    ("9223372036854775808", #""9223372036854775808""#),
    ("-99999999999999999999999999999999999999", #""-99999999999999999999999999999999999999""#),
    ("0.12345678901234567890", #""0.12345678901234567890""#),
  ]) func takesAnotherForm(_ json: String, _ other: String) throws {
    #expect(try through(json) == other)
  }

  @Test(arguments: [
    "1e400", "100000000000000000000000000000000000000", "0.123456789012345678901234567890123456789",
    "-1e-400", #"{"a":1,"a":2}"#,
    String(repeating: "[", count: 200) + String(repeating: "]", count: 200),
  ]) func doesNotFit(_ json: String) throws {
    let error = conversionError("{\"v\":\(json)}", .ndjson, schema: Self.schema)
    #expect(error?.code == .rejectedData)
    #expect(error?.context.line == 1)
    // A row that is rejected leaves those around it as they are.
    let good = #"{"v":{"a":[1]}}"#
    let converted = try convert(
      "\(good)\n{\"v\":\(json)}\n\(good)", .ndjson, schema: Self.schema, rejecting: true)
    #expect(converted.lines == [good, good])
  }

  @Test func nullsAndMissing() throws {
    let optional = try convert("{}\n{\"v\":null}\n{\"v\":[null]}", .ndjson, schema: Self.schema)
    #expect(optional.lines == [#"{"v":null}"#, #"{"v":null}"#, #"{"v":[null]}"#])
    let required = Self.schema.replacing("optional", with: "required")
    #expect(try convert("{\"v\":null}", .ndjson, schema: required).lines == [#"{"v":null}"#])
    #expect(conversionError("{}", .ndjson, schema: required)?.code == .rejectedData)
  }

  /// A shredded schema is filled as well, if not shredded.
  @Test(arguments: [
    "optional int64 typed_value", "optional binary typed_value (STRING)",
    "optional group typed_value { required group a { optional binary value; optional int32 typed_value; } }",
    """
    optional group typed_value (LIST) { repeated group list {
      required group element { optional binary value; optional int32 typed_value; } } }
    """,
  ])
  func shreddedSchema(_ typed: String) throws {
    let end = typed.hasSuffix("}") ? "" : ";"
    let schema = """
      message m { optional group v (VARIANT(1)) {
        required binary metadata; optional binary value; \(typed)\(end) } }
      """
    let rows = [
      #"{"v":{"a":1,"b":[null]}}"#, #"{"v":null}"#, #"{"v":7}"#, #"{"v":"x"}"#, #"{"v":[2]}"#,
    ]
    let text = rows.joined(separator: "\n")
    #expect(try convert(text, .ndjson, schema: schema).lines == rows)
    #expect(try convert(text, .ndjson, schema: schema, batchRows: 2).lines == rows)
  }

  /// Each scalar in the form that a column of its type has.
  @Test(
    arguments: [
      (.decimal4(-5, scale: 3), #""-0.005""#), (.decimal8(1234, scale: 0), #""1234""#),
      (.decimal16(-1, scale: 38), #""-0.00000000000000000000000000000000000001""#),
      (.date(19_782), #""2024-02-29""#), (.time(1), #""00:00:00.000001""#),
      (
        .timestamp(0, unit: .microseconds, isAdjustedToUTC: true), #""1970-01-01T00:00:00.000000Z""#
      ),
      (
        .timestamp(-1, unit: .nanoseconds, isAdjustedToUTC: false),
        #""1969-12-31T23:59:59.999999999""#
      ),
      (.binary([1, 2]), #""AQI=""#), (.uuid(1), #""00000000-0000-0000-0000-000000000001""#),
      (.float(.nan), #""NaN""#), (.double(-.infinity), #""-Infinity""#), (.float(0.1), "0.1"),
      (.string("\u{1}"), #""\u0001""#),
    ] as [(VariantValue, String)]) func scalars(_ value: VariantValue, _ text: String) throws
  {
    let builder = ColumnBatchBuilder(schema: try Schema([.variant("v"), .variant("w", .optional)]))
    try builder.group(0).append(value)
    try builder.group(1).append(.object([VariantField("k", value)]))
    let batch = try builder.finish()
    #expect(try TextSinkTests.text(batch, .ndjson) == "{\"v\":\(text),\"w\":{\"k\":\(text)}}\n")
  }

  @Test func timesOutsideADayAreRefused() throws {
    let builder = ColumnBatchBuilder(schema: try Schema([.variant("v")]))
    try builder.group(0).append(.time(-1))
    let batch = try builder.finish()
    #expect(throws: ParquetError.self) { try TextSinkTests.text(batch, .ndjson) }
  }

  @Test func insideListsAndMaps() throws {
    let schema = """
      message m {
        optional group l (LIST) { repeated group list {
          optional group element (VARIANT(1)) { required binary metadata; required binary value; } } }
        optional group m (MAP) { repeated group key_value { required binary key (STRING);
          required group value (VARIANT(1)) { required binary value; required binary metadata; } } }
        optional int32 x;
      }
      """
    let lines = [
      #"{"l":[1,null,{"a":[true]}],"m":{"k":null,"j":[1]},"x":1}"#, #"{"l":null,"m":null,"x":2}"#,
      #"{"l":[],"m":{},"x":null}"#, #"{"l":["a"],"m":{"":{}},"x":3}"#,
    ]
    let converted = try convert(
      lines.joined(separator: "\n"), .ndjson, schema: schema, batchRows: 3)
    #expect(converted.lines == lines)
  }
}
