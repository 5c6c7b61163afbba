import Parquet
import Testing

@testable import Tables

@Suite struct NDJSONTests {
  // MARK: Grammar

  @Test(arguments: [
    #"{"a":1}"#, #" { "a" : 1 } "#, #"{"a":"\u0041\ud83d\ude00\"\\\/\b\f\n\r\t"}"#, #"{"a":[]}"#,
    #"{"a":{}}"#, #"{"a":-0}"#, #"{"a":1e5}"#, #"{"a":1E+5}"#, #"{"a":0.5e-5}"#, #"{"a":null}"#,
    "{\"a\":\"\u{7F}\u{80}\u{2028}\"}", #"{"\u0061":1}"#, "\t{\"a\":true}\r", #"{"a":[1,[2,[3]]]}"#,
    #"{"a":"a string that is longer than sixteen bytes, ü, and \u00fc"}"#,
  ])
  func accepted(_ text: String) throws {
    for window in [4, 1 << 16] {
      let converted = try convert(text + "\n" + text, .ndjson, chunk: 3, window: window)
      #expect(converted.lines.count == 2, "\(text)")
    }
  }

  @Test(arguments: [
    ("{", 1), (#"{"a"}"#, 4), (#"{"a":}"#, 5), (#"{"a":1"#, 6), (#"{"a":1,}"#, 7), (#"{,}"#, 1),
    (#"{a:1}"#, 1), (#"{'a':1}"#, 1), (#"{"a":01}"#, 5), (#"{"a":+1}"#, 5), (#"{"a":.5}"#, 5),
    (#"{"a":5.}"#, 5), (#"{"a":1e}"#, 5), (#"{"a":-}"#, 5), (#"{"a":0x1}"#, 6), (#"{"a":NaN}"#, 5),
    (#"{"a":tru}"#, 5), (#"{"a":nulL}"#, 5), (#"{"a":"x}"#, 5), (#"{"a":"\x"}"#, 6),
    (#"{"a":"\u12G4"}"#, 6), (#"{"a":"\ud800"}"#, 6), (#"{"a":"\udc00"}"#, 6),
    (#"{"a":"\ud800\u0041"}"#, 6), ("{\"a\":\"\u{1}\"}", 6), ("{\"a\":\"\t\"}", 6),
    (#"{"a":[1,]}"#, 8), (#"{"a":[1 2]}"#, 8), (#"{"a":1} x"#, 8), (#"{"a":1}{"a":2}"#, 7),
    (#"[1]"#, 0), ("1", 0), (#""a""#, 0), ("null", 4), (#"{"a":1,"a":2}"#, 7),
    (#"{"a":1,,"b":2}"#, 7), (#"{"a":1 "b":2}"#, 7),
    (#"{"a":"\"#, 6), (#"{"a":"\u12"#, 6),
  ])
  func refused(_ text: String, _ offset: Int) throws {
    let good = #"{"a":1}"# + "\n"
    let error = try #require(conversionError(good + text + "\n" + good, .ndjson), "\(text)")
    #expect(error.code == .rejectedData)
    #expect(error.context.line == 2)
    #expect(error.context.byteOffset == 8 + offset, "\(error)")
    let rejecting = try convert(good + text + "\n" + good, .ndjson, rejecting: true)
    #expect(rejecting.text == #"{"a":1}"# + "\n" + #"{"a":1}"# + "\n")
    #expect(rejecting.summary?.rejectedCount == 1)
    #expect(rejecting.rejects.hasPrefix("{\"line\":2,\"byteOffset\":\(8 + offset),"))
  }

  @Test func invalidUTF8IsNamed() throws {
    for bad in [
      [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
    ] as [[UInt8]] {
      for escape in ["", "\\n"] {
        let bytes = Array("{\"a\":\"x\"}\n{\"a\":\"yy\(escape)".utf8) + bad + Array("\"}\n".utf8)
        let error = #expect(throws: ParquetError.self) { try convert(bytes: bytes, .ndjson) }
        #expect(error?.context.line == 2)
        #expect(error?.context.byteOffset == 18 + escape.utf8.count)
        #expect(error?.message.contains("UTF-8") == true)
      }
    }
  }

  @Test func nestingHasALimit() throws {
    let deep = String(repeating: "[", count: 100_000)
    #expect(conversionError("{\"a\":\(deep)\n", .ndjson)?.code == .rejectedData)
    // What is deeper than columns go is kept as JSON text.
    let fine = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    let converted = try convert("{\"a\":\(fine)}\n", .ndjson)
    #expect(converted.text.filter { $0 == "[" }.count == 100)
  }

  // MARK: Inference

  @Test(arguments: [
    ([#"{"x":true}"#, #"{"x":null}"#], ["x": "BOOLEAN"]),
    ([#"{"x":1}"#, #"{}"#], ["x": "INT64"]),
    ([#"{"x":9223372036854775807}"#, #"{"x":-9223372036854775808}"#], ["x": "INT64"]),
    ([#"{"x":18446744073709551615}"#], ["x": "INTEGER(64,false)"]),
    ([#"{"x":18446744073709551615}"#, #"{"x":-1}"#], ["x": "DECIMAL(20,0)"]),
    ([#"{"x":9007199254740993}"#, #"{"x":1.5}"#], ["x": "DECIMAL(17,1)"]),
    ([#"{"x":1}"#, #"{"x":1.5}"#], ["x": "DOUBLE"]),
    ([#"{"x":0.1}"#, #"{"x":-0.0}"#], ["x": "DOUBLE"]),
    ([#"{"x":1e400}"#], ["x": "JSON"]),
    ([#"{"x":"a"}"#], ["x": "STRING"]),
    ([#"{"x":1}"#, #"{"x":"a"}"#], ["x": "JSON"]),
    ([#"{"x":{"y":1}}"#, #"{"x":[1]}"#], ["x": "JSON"]),
    ([#"{"x":null}"#], ["x": "STRING"]),
    ([#"{"x":[]}"#], ["x.list.element": "STRING"]),
    ([#"{"x":[[],[null,1]]}"#], ["x.list.element.list.element": "INT64"]),
    ([#"{"x":{}}"#], ["x": "JSON"]),
    (
      [#"{"x":{"y":1}}"#, #"{"x":{"z":"a"}}"#, #"{"w":true}"#],
      ["x.y": "INT64", "x.z": "STRING", "w": "BOOLEAN"]
    ),
    (
      [#"{"x":[{"y":1},{"z":[{"w":false}]}]}"#],
      ["x.list.element.y": "INT64", "x.list.element.z.list.element.w": "BOOLEAN"]
    ),
    ([#"{"x":{"":1}}"#], ["x": "JSON"]),
  ])
  func inferred(_ rows: [String], _ types: [String: String]) throws {
    for sampleRows in [10_000, 1] where sampleRows > 1 || rows[0] != "{}" {
      let converted = try convert(
        rows.joined(separator: "\n"), .ndjson, sampleRows: sampleRows)
      #expect(converted.types == types, "\(rows)")
      #expect(converted.lines.count == rows.count)
    }
  }

  @Test func mixedKindsKeepTheirText() throws {
    let converted = try convert(
      """
      {"x": 1.50}
      {"x": "a\\u0062"}
      {"x": {"k" : [1, 2]}}
      {"x": null}
      {"x": true}

      """, .ndjson)
    #expect(
      converted.lines == [
        #"{"x":"1.50"}"#, #"{"x":"\"a\\u0062\""}"#, #"{"x":"{\"k\" : [1, 2]}"}"#, #"{"x":null}"#,
        #"{"x":"true"}"#,
      ])
  }

  @Test func widensAtTheLastRow() throws {
    let rows = (0..<1000).map { "{\"a\":\($0),\"b\":{\"c\":[\($0)]}}\n" }.joined()
    for (last, type) in [
      (#"{"a":0.5}"#, "DOUBLE"), (#"{"a":"x"}"#, "JSON"), (#"{"new":1}"#, "INT64"),
      (#"{"b":{"c":[null,"x"]}}"#, "INT64"), (#"{"b":{"d":null}}"#, "INT64"),
    ] {
      let converted = try convert(rows + last, .ndjson, batchRows: 100, sampleRows: 1)
      #expect(converted.types["a"] == type, "\(last)")
      #expect(converted.opened == 2 && converted.lines.count == 1001)
    }
  }

  @Test func nullsTellNoType() throws {
    let rows = String(repeating: "{\"a\":null,\"l\":[],\"s\":{\"x\":null}}\n", count: 20)
    let converted = try convert(
      rows + #"{"a":[1],"l":[{"y":2}],"s":{"x":3}}"#, .ndjson, sampleRows: 5)
    #expect(
      converted.types == [
        "a.list.element": "INT64", "l.list.element.y": "INT64", "s.x": "INT64",
      ])
  }

  @Test func nothingToInferFrom() throws {
    #expect(conversionError("", .ndjson)?.code == .rejectedData)
    #expect(conversionError("{}\n\n", .ndjson)?.code == .rejectedData)
    #expect(conversionError("{\"\":1}\n", .ndjson)?.code == .rejectedData)
    #expect(
      try convert("\n \n", .ndjson, schema: "message m { optional int32 a; }").lines.isEmpty)
  }

  /// Where no row tells a schema, what is malformed is named, not the schema that is missing.
  @Test func malformedFromTheFirstRow() throws {
    let error = conversionError("{}\n{\"a\":1,}\n[]\n", .ndjson)
    #expect(error?.code == .rejectedData)
    #expect(error?.context.line == 2)
    #expect(error?.context.byteOffset == 10)
  }

  // MARK: Schemas

  static let schema = """
    message m {
      optional int32 i (INTEGER(16,false)); optional int64 u (INTEGER(64,false)); optional float f;
      optional double d; optional fixed_len_byte_array(2) h (FLOAT16); optional boolean b;
      optional binary s (STRING); optional binary j (JSON); optional binary raw;
      optional fixed_len_byte_array(3) fix; optional fixed_len_byte_array(16) uuid (UUID);
      optional int32 dec4 (DECIMAL(9,2)); optional fixed_len_byte_array(16) dec16 (DECIMAL(38,10));
      optional binary decb (DECIMAL(50,1)); optional int32 date (DATE);
      optional int32 tms (TIME(MILLIS,false)); optional int64 tns (TIME(NANOS,true));
      optional int64 ts (TIMESTAMP(MICROS,true)); optional int64 lts (TIMESTAMP(MILLIS,false));
      optional int96 old; optional fixed_len_byte_array(12) span (INTERVAL);
      optional int32 none (UNKNOWN);
      optional group map (MAP) { repeated group key_value {
        required binary key (STRING); optional int32 value; } }
      optional group pairs (MAP) { repeated group key_value {
        required int32 key; optional binary value (STRING); } }
      repeated int32 bare;
      optional group g { required int32 x; optional group l (LIST) {
        repeated group list { optional group element { optional int32 y; } } } }
    }
    """

  @Test func everyTypeComesBack() throws {
    let rows = [
      #"{"i":65535,"u":18446744073709551615,"f":0.1,"d":1e+300,"h":0.1,"b":true,"s":"ü\n","j":"{\"a\": 1}","raw":"/wA=","fix":"AQID","uuid":"00112233-4455-6677-8899-aabbccddeeff","dec4":"-1234567.89","dec16":"9999999999999999999999999999.9999999999","decb":"-1234567890123456789012345678901234567890123456789.0","date":"0000-02-29","tms":"23:59:59.999","tns":"00:00:00.000000001","ts":"1969-12-31T23:59:59.999999Z","lts":"9999-12-31T23:59:59.999","old":"1677-01-01T00:00:00.000000001","span":{"months":1,"days":2,"milliseconds":4294967295},"none":null,"map":{"a":1,"b":null},"pairs":[{"key":1,"value":"x"},{"key":2,"value":null}],"bare":[1,2],"g":{"x":1,"l":[{"y":null},null,{"y":2}]}}"#,
      #"{"i":0,"u":0,"f":"NaN","d":"-Infinity","h":"Infinity","b":false,"s":"","j":"null","raw":"","fix":"AAAA","uuid":"ffffffff-ffff-ffff-ffff-ffffffffffff","dec4":"0.01","dec16":"-0.0000000001","decb":"0.0","date":"9999-12-31","tms":"00:00:00.000","tns":"23:59:59.999999999","ts":"2024-02-29T12:00:00.000000Z","lts":"1970-01-01T00:00:00.000","old":"2262-12-31T23:59:59.999999999","span":{"months":0,"days":0,"milliseconds":0},"none":null,"map":{},"pairs":[],"bare":[],"g":{"x":-1,"l":[]}}"#,
      #"{"i":null,"u":null,"f":null,"d":null,"h":null,"b":null,"s":null,"j":null,"raw":null,"fix":null,"uuid":null,"dec4":null,"dec16":null,"decb":null,"date":null,"tms":null,"tns":null,"ts":null,"lts":null,"old":null,"span":null,"none":null,"map":null,"pairs":null,"bare":[],"g":null}"#,
    ]
    let converted = try convert(rows.joined(separator: "\n"), .ndjson, schema: Self.schema)
    for (found, wanted) in zip(converted.lines, rows) { #expect(found == wanted) }
    #expect(converted.lines.count == 3)
    // And through CSV, where nested values stand as JSON.
    let memory = MemorySink()
    var conversion = TextConversion(
      .memory(Array(rows.joined(separator: "\n").utf8)), format: .ndjson,
      schema: try SchemaText.decode(Self.schema))
    conversion.progress = { (_: TextProgress) throws(ParquetError) in }
    let (sink, _) = try conversion.run { schema throws(ParquetError) in
      try TextSink(memory, schema: schema, format: .csv)
    }
    _ = try sink.finish()
    let csv = String(decoding: memory.bytes.array(), as: UTF8.self)
    #expect(try convert(csv, schema: Self.schema).lines == rows)
  }

  @Test(arguments: [
    (#"{"i":65536,"bare":[]}"#, "i"), (#"{"i":-1,"bare":[]}"#, "i"), (#"{"i":1.5,"bare":[]}"#, "i"),
    (#"{"i":"1","bare":[]}"#, "i"), (#"{"u":18446744073709551616,"bare":[]}"#, "u"),
    (#"{"f":1e39,"bare":[]}"#, "f"), (#"{"d":1e309,"bare":[]}"#, "d"),
    (#"{"h":65520,"bare":[]}"#, "h"),
    (#"{"b":1,"bare":[]}"#, "b"), (#"{"s":1,"bare":[]}"#, "s"), (#"{"j":"{","bare":[]}"#, "j"),
    (#"{"raw":"a","bare":[]}"#, "raw"), (#"{"raw":"/wB=","bare":[]}"#, "raw"),
    (#"{"fix":"AQI=","bare":[]}"#, "fix"),
    (#"{"uuid":"00112233445566778899aabbccddeeff","bare":[]}"#, "uuid"),
    (#"{"dec4":0.001,"bare":[]}"#, "dec4"), (#"{"dec4":10000000,"bare":[]}"#, "dec4"),
    (#"{"dec16":1e28,"bare":[]}"#, "dec16"), (#"{"decb":0.05,"bare":[]}"#, "decb"),
    (#"{"date":"2023-02-29","bare":[]}"#, "date"), (#"{"date":"-0000-01-01","bare":[]}"#, "date"),
    (#"{"tms":"23:59:59.9999","bare":[]}"#, "tms"), (#"{"tms":"24:00:00","bare":[]}"#, "tms"),
    (#"{"ts":"2024-02-29T00:00:00","bare":[]}"#, "ts"),
    (#"{"lts":"2024-02-29T00:00:00Z","bare":[]}"#, "lts"),
    (#"{"lts":"2024-02-29T00:00:00.0001","bare":[]}"#, "lts"), (#"{"none":1,"bare":[]}"#, "none"),
    (#"{"span":{"months":1},"bare":[]}"#, "span"), (#"{"map":[1],"bare":[]}"#, "map.key_value"),
    (#"{"map":{"a":"x"},"bare":[]}"#, "map.key_value.value"), (#"{"bare":null}"#, "bare"),
    (#"{"bare":[1,null]}"#, "bare"), (#"{"g":{},"bare":[]}"#, "g.x"),
    (#"{"g":{"x":null},"bare":[]}"#, "g.x"),
    (#"{"g":[],"bare":[]}"#, "g"), (#"{"nope":1,"bare":[]}"#, ""),
    (#"{"g":{"x":1,"y":2},"bare":[]}"#, "g"),
    (#"{"i":1}"#, "bare"), (#"{"g":{"x":1,"l":[{"y":"a"}]},"bare":[]}"#, "g.l.list.element.y"),
  ])
  func doesNotFit(_ row: String, _ column: String) throws {
    let good = #"{"i":1,"bare":[1],"g":{"x":1,"l":[{"y":1}]},"map":{"k":1}}"#
    let text = good + "\n" + row + "\n" + good + "\n"
    let error = try #require(conversionError(text, .ndjson, schema: Self.schema), "\(row)")
    #expect(error.code == .rejectedData)
    #expect(error.context.line == 2)
    #expect(error.context.column ?? "" == column, "\(error)")
    // What was begun of the row is taken back whole.
    let rejecting = try convert(text, .ndjson, schema: Self.schema, rejecting: true)
    #expect(rejecting.lines.count == 2)
    #expect(rejecting.lines.first == rejecting.lines.last)
    #expect(rejecting.summary?.rejectedCount == 1)
  }

  /// Maps as rows show them come back: keys that are JSON make an object, pairs are called key and value
  /// whatever the schema calls them, and values that are not in the schema are nulls.
  @Test func mapsComeBack() throws {
    let schema = """
      message m {
        optional group j (MAP) { repeated group key_value { required binary key (JSON); optional int32 value; } }
        optional group old (MAP) { repeated group map { required int32 value; optional int32 key; } }
        optional group keys (MAP) { repeated group key_value { required int32 key; } }
        optional group words (MAP) { repeated group key_value { required binary key (STRING); } }
      }
      """
    let rows = [
      #"{"j":{"1":2,"{\"a\": 1}":null},"old":[{"key":1,"value":null},{"key":2,"value":3}],"keys":[{"key":7,"value":null}],"words":{"x":null,"y":null}}"#,
      #"{"j":{},"old":[],"keys":[],"words":{}}"#,
      #"{"j":null,"old":null,"keys":null,"words":null}"#,
    ]
    #expect(try convert(rows.joined(separator: "\n"), .ndjson, schema: schema).lines == rows)
    let short = try convert(#"{"keys":[{"key":7}],"words":[{"key":"x"}]}"#, .ndjson, schema: schema)
    #expect(
      short.lines == [#"{"j":null,"old":null,"keys":[{"key":7,"value":null}],"words":{"x":null}}"#])
    for (row, column) in [
      (#"{"j":{"{":1}}"#, "j.key_value.key"),
      (#"{"keys":[{"key":1,"value":2}]}"#, "keys.key_value.value"),
      (#"{"words":{"x":1}}"#, "words.key_value.value"),
      (#"{"old":[{"value":1}]}"#, "old.map.value"),
      (#"{"old":[{"key":null}]}"#, "old.map.value"),
    ] {
      let text = [rows[0], row, rows[0]].joined(separator: "\n")
      let error = try #require(conversionError(text, .ndjson, schema: schema), "\(row)")
      #expect(error.context.line == 2)
      #expect(error.context.column == column)
      #expect(
        try convert(text, .ndjson, schema: schema, rejecting: true).lines == [rows[0], rows[0]])
    }
  }

  /// A list's element as writers of old had it is an object of its one field, there and back.
  @Test func elementsOfOldListsComeBack() throws {
    let schema = """
      message m { optional group l (LIST) { repeated group array { optional int32 x; } } }
      """
    let rows = [#"{"l":[{"x":1},{"x":null}]}"#, #"{"l":[]}"#, #"{"l":null}"#]
    let bad = #"{"l":[{"x":2},3]}"#
    let converted = try convert(
      [rows[0], bad, rows[1], rows[2]].joined(separator: "\n"), .ndjson, schema: schema,
      rejecting: true)
    #expect(converted.lines == rows)
    #expect(converted.summary?.rejectedCount == 1)
  }

  /// JSON may have a key twice; as a text of a column that was inferred it is taken, so it must be again.
  @Test func jsonTextsMayRepeatKeys() throws {
    let row = #"{"j":"{\"a\":1,\"a\":2}"}"#
    #expect(
      try convert(row, .ndjson, schema: "message m { optional binary j (JSON); }").lines == [row])
  }

  @Test func numbersInOtherForms() throws {
    let converted = try convert(
      #"{"i":1e2,"u":5.0,"dec4":"1.5","dec16":1e-10,"bare":[]}"#, .ndjson, schema: Self.schema)
    #expect(converted.text.contains(#""i":100,"u":5,"#))
    #expect(converted.text.contains(#""dec4":"1.50","dec16":"0.0000000001""#))
  }

  // MARK: Random rows

  /// Rows of a random shape come back as they were, whatever the chunks, batches and sample.
  @Test(arguments: 0..<60)
  func randomRows(_ seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let shape = RandomShape.object(depth: 3, &random)
    let rows = (0..<Int.random(in: 1...60, using: &random)).map { _ in
      shape.value(canBeNull: false, &random)
    }
    let text = rows.joined(separator: "\n")
    // Every key stands in the first row, so that the order of columns is that of the shape.
    let full = shape.full()
    let converted = try convert(
      full + "\n" + text, .ndjson, chunk: [1, 7, 64, .max][seed % 4],
      window: [8, 100, 1 << 16][seed % 3], batchRows: [1, 7, 1000][seed % 3],
      sampleRows: [1, 10_000][seed % 2])
    #expect(Array(converted.lines.dropFirst()) == rows)
    #expect(converted.lines.first == full)
  }
}

/// A shape that rows have, with values written in the form that they come back in.
indirect enum RandomShape {
  case integer, double, text, boolean
  case list(RandomShape)
  case structure([(String, RandomShape)])

  static func object(depth: Int, _ random: inout SeededRandom) -> RandomShape {
    .structure(
      (0..<Int.random(in: 1...5, using: &random)).map { index in
        (
          ["a", "key \"\(index)\"", "ü\(index)", "x.y", "long name of a key"][index],
          any(depth: depth - 1, &random)
        )
      })
  }

  static func any(depth: Int, _ random: inout SeededRandom) -> RandomShape {
    switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &random) {
    case 0: .integer
    case 1: .double
    case 2: .text
    case 3: .boolean
    case 4: .list(any(depth: depth - 1, &random))
    default: object(depth: depth, &random)
    }
  }

  /// A value with everything in it.
  func full() -> String {
    switch self {
    case .integer: return "7"
    case .double: return "0.5"
    case .text: return "\"t\""
    case .boolean: return "true"
    case .list(let element): return "[\(element.full())]"
    case .structure(let members):
      return "{" + members.map { "\(Self.quoted($0.0)):\($0.1.full())" }.joined(separator: ",")
        + "}"
    }
  }

  static func quoted(_ text: String) -> String {
    "\"" + text.flatMap { $0 == "\"" ? "\\\"" : $0 == "\n" ? "\\n" : "\($0)" } + "\""
  }

  func value(canBeNull: Bool = true, _ random: inout SeededRandom) -> String {
    if canBeNull, Int.random(in: 0..<4, using: &random) == 0 { return "null" }
    switch self {
    case .integer:
      return
        "\(Int64.random(in: .min ... .max, using: &random) >> Int64.random(in: 0..<64, using: &random))"
    case .double:
      let bits = UInt64.random(in: 0 ... .max, using: &random)
      let value = Double(bitPattern: bits)
      return value.isFinite ? "\(value)" : "0.25"
    case .text:
      return Self.quoted(
        String(
          (0..<Int.random(in: 0...20, using: &random)).map { _ in
            ["a", "b", "\"", "\n", "ü", "😀", " "][Int.random(in: 0..<7, using: &random)]
          }))
    case .boolean: return Bool.random(using: &random) ? "true" : "false"
    case .list(let element):
      let values = (0..<Int.random(in: 0...3, using: &random)).map { _ in element.value(&random) }
      return "[" + values.joined(separator: ",") + "]"
    case .structure(let members):
      return "{"
        + members.map { "\(Self.quoted($0.0)):\($0.1.value(&random))" }.joined(separator: ",") + "}"
    }
  }
}
