import Parquet
import Tables
import Testing

@Suite struct CSVTests {
  // MARK: Cutting

  /// Each text with a header `a,b` in front, and the rows it has as JSON.
  static let texts: [(String, [String])] = [
    ("1,2\n", [#"{"a":1,"b":2}"#]),
    ("1,2", [#"{"a":1,"b":2}"#]),
    ("1,2\r\n3,4\r\n", [#"{"a":1,"b":2}"#, #"{"a":3,"b":4}"#]),
    ("1,2\r3,4\r", [#"{"a":1,"b":2}"#, #"{"a":3,"b":4}"#]),
    ("1,2\n\n\r\n3,4\n\n", [#"{"a":1,"b":2}"#, #"{"a":3,"b":4}"#]),
    (",\n", [#"{"a":null,"b":null}"#]),
    ("\"\",x\n", [#"{"a":"","b":"x"}"#]),
    (",\"\"", [#"{"a":null,"b":""}"#]),
    ("\"a\"\"b\",\"\"\"\"\n", [#"{"a":"a\"b","b":"\""}"#]),
    ("\"\"\"\"\"\",\"x,y\"\n", [#"{"a":"\"\"","b":"x,y"}"#]),
    ("\"l1\nl2\r\nl3\rl4\",x\n", [#"{"a":"l1\nl2\r\nl3\rl4","b":"x"}"#]),
    ("\"1\",\"2\"\n", [#"{"a":1,"b":2}"#]),
    (" x , y \n", [#"{"a":" x ","b":" y "}"#]),
    ("ü,😀\n\"日本\",\"\"\n", [#"{"a":"ü","b":"😀"}"#, #"{"a":"日本","b":""}"#]),
    (
      "a long field of more than sixteen bytes,\"another, \"\"quoted\"\", long field of text\"\n",
      [
        #"{"a":"a long field of more than sixteen bytes","b":"another, \"quoted\", long field of text"}"#
      ]
    ),
    ("", []),
  ]

  @Test(arguments: texts.indices, [1, 2, 3, 7, 64, Int.max])
  func cutting(_ index: Int, _ chunk: Int) throws {
    let (text, rows) = Self.texts[index]
    for header in ["a,b\n", "\u{FEFF}a,b\r\n", "\"a\",\"b\"\r"]
    where !(header.hasSuffix("\r") && text.isEmpty) {
      // Windows of 4 bytes grow with every record, and cut every mark from its neighbours.
      for window in [4, 1 << 16] {
        let converted = try convert(header + text, chunk: chunk, window: window)
        #expect(converted.lines == rows, "\(header)\(text)")
        #expect(converted.summary?.rowCount == rows.count)
      }
    }
  }

  /// Every text of up to six marks is cut as the plain reading of RFC 4180 below cuts it.
  @Test func everyShortText() throws {
    let marks: [Character] = ["a", ",", "\"", "\n", "\r"]
    var texts = [""]
    var last = [""]
    for _ in 0..<6 {
      last = last.flatMap { text in marks.map { text + String($0) } }
      texts += last
    }
    var good = 0
    for text in texts {
      let scalars = text.unicodeScalars.map { UInt8(ascii: $0) }
      let expected = PlainCSV.rows(scalars)
      let schema = "message m { optional binary x (STRING); optional binary y (STRING); }"
      var dialect = CSVDialect()
      dialect.hasHeader = false
      let result = Result { try convert(bytes: scalars, .csv(dialect), schema: schema, window: 5) }
      switch (expected, result) {
      case (let rows?, .success(let converted)):
        good += 1
        let lines = rows.map { row in
          "{\"x\":\(PlainCSV.json(row[0])),\"y\":\(PlainCSV.json(row[1]))}"
        }
        #expect(converted.lines == lines, "\(scalars)")
      case (nil, .failure): break
      case (nil, .success(let converted)):
        Issue.record("\(text.debugDescription) was taken: \(converted.lines)")
      case (_?, .failure(let error)): Issue.record("\(text.debugDescription) was refused: \(error)")
      }
    }
    #expect(good > 500)
  }

  @Test(arguments: [
    ("a,b\n1\n", 2, 4, "fields"), ("a,b\n1,2\n1,2,3\n", 3, 8, "fields"),
    ("a,b\nx\"y,2\n", 2, 5, "quote"), ("a,b\n\"x\"y,2\n", 2, 7, "behind"),
    ("a,b\n1,\"x\n\n", 2, 6, "not closed"), ("a,b\n\"1\n2\",3\n4\n", 4, 12, "fields"),
  ])
  func malformed(_ text: String, _ line: Int, _ offset: Int, _ word: String) throws {
    let error = try #require(conversionError(text))
    #expect(error.code == .rejectedData)
    #expect(error.context.line == line)
    #expect(error.context.byteOffset == offset)
    #expect(error.context.file == "input")
    #expect(error.message.contains(word), "\(error.message)")
  }

  @Test func invalidTextIsNamed() throws {
    let bytes = Array("a,b\n1,2\n3,".utf8) + [0xC3, 0x28] + Array("\n5,6\n".utf8)
    let error = #expect(throws: ParquetError.self) { try convert(bytes: bytes) }
    #expect(error?.context.line == 3)
    #expect(error?.context.byteOffset == 10)
    let rejecting = try convert(bytes: bytes, rejecting: true)
    #expect(rejecting.lines.count == 2)
    #expect(
      rejecting.rejects.contains("\"line\":3") && rejecting.rejects.contains("\"rowBase64\":\"Myz"))
  }

  @Test func headers() throws {
    #expect(
      try convert("a,,a,a\n1,2,3,4\n").text
        == #"{"a":1,"column_2":2,"a_2":3,"a_3":4}"# + "\n")
    #expect(try convert("\"a\"\"b\"\n1\n").text == #"{"a\"b":1}"# + "\n")
    #expect(conversionError("")?.code == .rejectedData)
    var dialect = CSVDialect()
    dialect.hasHeader = false
    dialect.delimiter = UInt8(ascii: ";")
    dialect.nullText = "NA"
    #expect(
      try convert("1;NA\n;\"NA\"\n", .csv(dialect)).text
        == #"{"column_1":"1","column_2":null}"# + "\n" + #"{"column_1":"","column_2":"NA"}"# + "\n")
  }

  @Test func anOnlyColumnKeepsItsEmptyLines() throws {
    #expect(try convert("a\n1\n\n2\n").lines == ["{\"a\":1}", "{\"a\":null}", "{\"a\":2}"])
  }

  @Test func utf16IsNamed() {
    let bytes: [UInt8] = [0xFF, 0xFE, 0x61, 0x00]
    let error = #expect(throws: ParquetError.self) { try convert(bytes: bytes) }
    #expect(error?.message.contains("UTF-16") == true)
  }

  // MARK: Inference

  @Test(arguments: [
    (["true", "FALSE", "True"], "BOOLEAN"), (["true", "1"], "STRING"),
    (["0", "-1", "9223372036854775807", "-9223372036854775808"], "INT64"),
    (["9223372036854775808", "0"], "INTEGER(64,false)"),
    (["18446744073709551615"], "INTEGER(64,false)"),
    (["9223372036854775808", "-1"], "DECIMAL(19,0)"),
    (["18446744073709551616"], "DECIMAL(20,0)"), (["007"], "STRING"), (["+1"], "STRING"),
    (["1", "-0"], "DOUBLE"), (["1", "2.5"], "DOUBLE"), (["1e3", "1E-300"], "DOUBLE"),
    (["0.1", "123456789012345.0", "1.10"], "DOUBLE"), (["0.30000000000000004"], "DOUBLE"),
    (["0.10000000000000001"], "DECIMAL(17,17)"), (["9007199254740993", "0.5"], "DECIMAL(17,1)"),
    (["9007199254740993"], "INT64"), (["1e400"], "STRING"), (["1e-400"], "STRING"),
    (["5e-324"], "DOUBLE"), (["NaN", "1.5", "-Infinity"], "DOUBLE"), (["NaN"], "STRING"),
    (["1.", "2"], "STRING"), ([".5"], "STRING"), (["1 "], "STRING"), (["0x10"], "STRING"),
    (["12345678901234567890123456789012345678"], "DECIMAL(38,0)"),
    (["123456789012345678901234567890123456789"], "STRING"),
    (["2024-02-29", "0000-01-01"], "DATE"), (["2023-02-29"], "STRING"), (["2024-2-1"], "STRING"),
    (["-0001-01-01", "+12345-01-01"], "DATE"), (["-0000-01-01"], "STRING"),
    (["2024-02-29", "2024-02-29T00:00:00"], "STRING"),
    (["2024-02-29T23:59:59", "2024-02-29 00:00:00.5"], "TIMESTAMP(MICROS,false)"),
    (["2024-02-29T23:59:59Z", "2024-02-29T23:59:59+01:00"], "TIMESTAMP(MICROS,true)"),
    (["2024-02-29T23:59:59Z", "2024-02-29T23:59:59"], "STRING"),
    (["2024-02-29T23:59:59.1234567"], "TIMESTAMP(NANOS,false)"),
    (["2024-02-29T23:59:59.1234567", "9999-01-01T00:00:00"], "STRING"),
    (["2024-02-29T24:00:00"], "STRING"), (["2024-02-29T23:59:60"], "STRING"), (["", ""], "STRING"),
  ])
  func inferred(_ values: [String], _ type: String) throws {
    // The same type whether the sample saw all rows, or only the first.
    for sampleRows in [10_000, 1] {
      let converted = try convert(
        "x,y\n" + values.map { "\($0),\n" }.joined(), sampleRows: sampleRows)
      #expect(converted.types["x"] == type, "\(values)")
    }
  }

  @Test func valuesComeBack() throws {
    let text = """
      x,y
      -9223372036854775808,0.1
      9223372036854775807,-0.0
      ,1e300
      0,5e-324

      """
    #expect(
      try convert(text).lines == [
        #"{"x":-9223372036854775808,"y":0.1}"#, #"{"x":9223372036854775807,"y":-0.0}"#,
        #"{"x":null,"y":1e+300}"#, #"{"x":0,"y":5e-324}"#,
      ])
    #expect(
      try convert("t\n1969-12-31T23:59:59.999999-01:30\n").text
        == "{\"t\":\"1970-01-01T01:29:59.999999Z\"}\n")
    #expect(
      try convert("t\n1677-09-21T00:12:43.145224192\n2262-04-11T23:47:16.854775807\n").lines
        == [
          "{\"t\":\"1677-09-21T00:12:43.145224192\"}", "{\"t\":\"2262-04-11T23:47:16.854775807\"}",
        ])
  }

  @Test func widensAtTheLastRow() throws {
    let rows = (0..<1000).map { "\($0)\n" }.joined()
    let converted = try convert("x\n" + rows + "007\n", batchRows: 100, sampleRows: 1)
    #expect(converted.types["x"] == "STRING")
    #expect(converted.opened == 2 && converted.summary?.restartCount == 1)
    #expect(converted.lines.first == "{\"x\":\"0\"}" && converted.lines.last == "{\"x\":\"007\"}")
    #expect(converted.lines.count == 1001)
    let late = try convert("x,y\n" + String(repeating: ",1\n", count: 50) + "7,1\n", sampleRows: 9)
    #expect(late.types["x"] == "INT64" && late.opened == 2)
    let unchanged = try convert("x\n" + rows, batchRows: 100, sampleRows: 1)
    #expect(unchanged.opened == 1 && unchanged.types["x"] == "INT64")
  }

  // MARK: Schemas and rejects

  static let schema = """
    message m {
      required int32 id (INTEGER(8,true)); optional binary name (STRING);
      optional int64 price (DECIMAL(6,2)); optional int32 day (DATE);
      optional group tags (LIST) { repeated group list { optional int32 element; } }
    }
    """

  @Test func withASchema() throws {
    let converted = try convert(
      #"""
      name,id,price,tags
      ann,+7,1.5,"[1,null]"
      ,-128,-1234.50,
      "a ""b""",127,0,[]

      """#, schema: Self.schema)
    #expect(
      converted.lines == [
        #"{"id":7,"name":"ann","price":"1.50","day":null,"tags":[1,null]}"#,
        #"{"id":-128,"name":null,"price":"-1234.50","day":null,"tags":null}"#,
        #"{"id":127,"name":"a \"b\"","price":"0.00","day":null,"tags":[]}"#,
      ])
  }

  @Test(arguments: [
    ("128,a,1,2024-01-01", "id", "-128 to 127"), (",a,1,2024-01-01", "id", "required"),
    ("1,a,1.005,2024-01-01", "price", "DECIMAL(6,2)"), ("1,a,10000,2024-01-01", "price", "DECIMAL"),
    ("1,a,1,2024-02-30", "day", "DATE"), ("1.5,a,1,2024-01-01", "id", "integer"),
    ("1,a,x,2024-01-01", "price", "\"x\""), ("1,a,1,-0043-02-29", "day", "DATE"),
  ])
  func doesNotFit(_ row: String, _ column: String, _ word: String) throws {
    let error = try #require(
      conversionError("id,name,price,day\n1,x,1,2024-01-01\n\(row)\n", schema: Self.schema))
    #expect(error.code == .rejectedData)
    #expect(error.context.line == 3)
    #expect(error.context.column == column)
    #expect(error.message.contains(word), "\(error.message)")
  }

  /// What does not fit inside a nested column is named with its path.
  @Test func nestedColumnsAreNamed() throws {
    let error = try #require(
      conversionError("id,tags\n1,[1]\n2,\"[1,true]\"\n", schema: Self.schema))
    #expect(error.context.line == 3)
    #expect(error.context.column == "tags.list.element")
  }

  @Test func rejectsAreKept() throws {
    let text = "id,tags\n1,[1]\n200,[2]\n3,[x]\n4\n5,\"[5\n]\"\n,\n6,[6]\n"
    for window in [4, 1 << 16] {
      let converted = try convert(text, schema: Self.schema, window: window, rejecting: true)
      #expect(converted.lines.map { $0.prefix(8) } == ["{\"id\":1,", "{\"id\":5,", "{\"id\":6,"])
      #expect(converted.summary?.rejectedCount == 4)
      let rejects = converted.rejects.split(separator: "\n")
      #expect(rejects.count == 4)
      #expect(
        rejects.first?.hasPrefix(
          #"{"line":3,"byteOffset":14,"column":"id","reason":"\"200\" does not fit INTEGER(8,true)"#
        )
          == true)
      #expect(rejects.first?.hasSuffix(#""row":"200,[2]"}"#) == true)
      #expect(rejects.map { $0.prefix(9) }.contains("{\"line\":8"))
    }
  }

  @Test func columnsMustMatchTheSchema() throws {
    #expect(conversionError("id,other\n1,2\n", schema: Self.schema)?.code == .schemaMismatch)
    #expect(conversionError("name\nx\n", schema: Self.schema)?.code == .schemaMismatch)
  }

  @Test func roundTripOfEveryText() throws {
    var random = SeededRandom(seed: 7)
    let alphabet: [Character] = ["a", "\"", ",", "\n", "\r", " ", "ü", "1", "-", "."]
    for _ in 0..<300 {
      let rows = (0..<Int.random(in: 1...20, using: &random)).map { _ in
        (0..<3).map { _ -> String? in
          guard Int.random(in: 0..<5, using: &random) > 0 else { return nil }
          return String(
            (0..<Int.random(in: 0...12, using: &random)).map { _ in
              alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            })
        }
      }
      let schema = try Schema((0..<3).map { .string("c\($0)", .optional) })
      let builder = ColumnBatchBuilder(schema: schema)
      for row in rows {
        for (column, value) in row.enumerated() {
          if let value {
            builder.leaf(column).append(value)
          } else {
            builder.leaf(column).appendNull()
          }
        }
      }
      let batch = try builder.finish()
      let csv = try TextSinkTests.text(batch, .csv)
      let back = try convert(csv, schema: SchemaText.encode(schema), window: 16)
      #expect(back.text == (try TextSinkTests.text(batch, .ndjson)))
    }
  }
}

/// The plain reading of RFC 4180, one byte after the other.
enum PlainCSV {
  struct Field: Equatable {
    var text: [UInt8] = []
    var isQuoted = false
  }

  /// The records of two fields; nil where one is malformed.
  static func rows(_ bytes: [UInt8]) -> [[Field]]? {
    var rows: [[Field]] = []
    var row: [Field] = []
    var field = Field()
    var at = 0
    var pending = false
    func end() -> Bool {
      row.append(field)
      field = Field()
      defer { row = [] }
      if row.count == 1, row[0].text.isEmpty, !row[0].isQuoted { return true }
      rows.append(row)
      return row.count == 2
    }
    while at < bytes.count {
      let byte = bytes[at]
      pending = true
      if byte == UInt8(ascii: "\""), field.text.isEmpty, !field.isQuoted {
        field.isQuoted = true
        at += 1
        while true {
          guard at < bytes.count else { return nil }
          if bytes[at] == UInt8(ascii: "\"") {
            guard at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "\"") else { break }
            at += 1
          }
          field.text.append(bytes[at])
          at += 1
        }
        at += 1
        if at < bytes.count, ![UInt8(ascii: ","), 0x0A, 0x0D].contains(bytes[at]) { return nil }
        continue
      }
      at += 1
      switch byte {
      case UInt8(ascii: ","):
        row.append(field)
        field = Field()
      case 0x0A, 0x0D:
        if byte == 0x0D, at < bytes.count, bytes[at] == 0x0A { at += 1 }
        guard end() else { return nil }
        pending = false
      case UInt8(ascii: "\""): return nil
      default: field.text.append(byte)
      }
    }
    if pending { guard end() else { return nil } }
    return rows
  }

  static func json(_ field: Field) -> String {
    guard !field.text.isEmpty || field.isQuoted else { return "null" }
    var text = "\""
    for byte in field.text {
      switch byte {
      case 0x0A: text += "\\n"
      case 0x0D: text += "\\r"
      case UInt8(ascii: "\""): text += "\\\""
      default: text.unicodeScalars.append(Unicode.Scalar(byte))
      }
    }
    return text + "\""
  }
}

/// SplitMix64: the same numbers on every machine.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
