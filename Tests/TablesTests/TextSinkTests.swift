import Parquet
import Tables
import Testing

@Suite struct TextSinkTests {
  static func text(_ batch: ColumnBatch, _ format: TextFormat) throws -> String {
    let memory = MemorySink()
    let sink = try TextSink(memory, schema: batch.schema, format: format)
    try sink.write(batch)
    let summary = try sink.finish()
    #expect(summary.rowCount == batch.rowCount)
    #expect(summary.byteCount == memory.bytes.count)
    return String(decoding: memory.bytes.array(), as: UTF8.self)
  }

  static func one(_ field: SchemaField, _ fill: (LeafBuilder) -> Void) throws -> String {
    let builder = ColumnBatchBuilder(schema: try Schema([field]))
    fill(builder.leaf(0))
    let line = try text(try builder.finish(), .ndjson)
    return String(line.dropFirst(field.name.count + 4).dropLast(2))
  }

  @Test(arguments: [
    (0, "1970-01-01"), (-1, "1969-12-31"), (19_782, "2024-02-29"), (-719_528, "0000-01-01"),
    (-719_529, "-0001-12-31"), (2_932_896, "9999-12-31"), (2_932_897, "+10000-01-01"),
    (Int32.max, "+5881580-07-11"), (Int32.min, "-5877641-06-23"),
  ])
  func dates(_ days: Int32, _ text: String) throws {
    #expect(try Self.one(.date("x")) { $0.append(days) } == "\"\(text)\"")
  }

  @Test func numbersAndTimes() throws {
    func int(_ type: LogicalType?, _ value: Int64) throws -> String {
      try Self.one(SchemaField("x", .int64, logicalType: type)) { $0.append(value) }
    }
    #expect(try int(nil, .min) == "-9223372036854775808")
    #expect(try int(nil, .max) == "9223372036854775807")
    #expect(try int(.integer(bitWidth: 64, isSigned: false), -1) == "18446744073709551615")
    #expect(try int(.decimal(precision: 18, scale: 3), -5) == "\"-0.005\"")
    #expect(try int(.decimal(precision: 18, scale: 0), -5) == "\"-5\"")
    #expect(try int(.decimal(precision: 4, scale: 2), 1234) == "\"12.34\"")
    let nanos = TimeUnit.nanoseconds
    #expect(
      try int(.time(isAdjustedToUTC: true, unit: nanos), 86_399_000_000_001)
        == "\"23:59:59.000000001\"")
    #expect(
      try int(.timestamp(isAdjustedToUTC: false, unit: nanos), .min)
        == "\"1677-09-21T00:12:43.145224192\"")
    #expect(
      try int(.timestamp(isAdjustedToUTC: true, unit: .milliseconds), -1)
        == "\"1969-12-31T23:59:59.999Z\"")
    #expect(
      try int(.timestamp(isAdjustedToUTC: true, unit: .microseconds), 0)
        == "\"1970-01-01T00:00:00.000000Z\"")
  }

  @Test(arguments: [
    (0.1, "0.1"), (-0.0, "-0.0"), (1e300, "1e+300"), (.leastNonzeroMagnitude, "5e-324"),
    (100, "100.0"),
    (.nan, "\"NaN\""), (.infinity, "\"Infinity\""), (-.infinity, "\"-Infinity\""),
  ])
  func doubles(_ value: Double, _ text: String) throws {
    #expect(try Self.one(SchemaField("x", .double)) { $0.append(value) } == text)
  }

  @Test func halvesReadBackTheSame() throws {
    let field = SchemaField("x", .fixedLengthByteArray(byteCount: 2), logicalType: .float16)
    let builder = ColumnBatchBuilder(schema: try Schema([field]))
    for bits in UInt16.min...UInt16.max {
      builder.leaf(0).append(array: [UInt8(bits & 255), UInt8(bits >> 8)])
    }
    let lines = try Self.text(try builder.finish(), .csv).split(separator: "\n").dropFirst()
    #expect(lines.count == 65_536)
    for (bits, line) in zip(UInt16.min...UInt16.max, lines) {
      let isNaN = bits & 0x7FFF > 0x7C00
      guard !isNaN else {
        #expect(line == "NaN")
        continue
      }
      let value = try #require(
        line == "Infinity" ? .infinity : line == "-Infinity" ? -.infinity : Double(line))
      #expect(Float16(value).bitPattern == bits, "\(line)")
      #expect(line.utf8.filter { $0 >= 48 && $0 < 58 }.count <= 10, "\(line)")
    }
    #expect(lines.contains("0.1") && lines.contains("65500.0") && lines.contains("6e-08"))
  }

  @Test func bytesAndNames() throws {
    let fixed = SchemaField("x", .fixedLengthByteArray(byteCount: 16), logicalType: .uuid)
    let bytes = (0..<16).map { UInt8($0 * 17) }
    #expect(
      try Self.one(fixed) { $0.append(array: bytes) }
        == "\"00112233-4455-6677-8899-aabbccddeeff\"")
    #expect(
      try Self.one(SchemaField("x", .byteArray)) { $0.append(array: [255, 0]) }
        == "\"/wA=\"")
    let int96: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0] + [0x8C, 0x3D, 0x25, 0]
    #expect(
      try Self.one(SchemaField("x", .int96)) { $0.append(array: int96) }
        == "\"1970-01-01T00:00:00.000000001\"")
    // Nanoseconds outside of the day are carried into it.
    let before: [UInt8] = [UInt8](repeating: 255, count: 8) + [0x8C, 0x3D, 0x25, 0]
    #expect(
      try Self.one(SchemaField("x", .int96)) { $0.append(array: before) }
        == "\"1969-12-31T23:59:59.999999999\"")
    for (nanoseconds, julian, text) in [
      (UInt8(0x7F), UInt8(0x7F), "+5875190-09-12"), (0x80, 0x80, "-5884615-02-03"),
    ] as [(UInt8, UInt8, String)] {
      let fill: UInt8 = nanoseconds == 0x7F ? 255 : 0
      let extreme =
        [UInt8](repeating: fill, count: 7) + [nanoseconds] + [fill, fill, fill, julian]
      #expect(
        try Self.one(SchemaField("x", .int96)) { $0.append(array: extreme) }.contains(text))
    }
    let interval = SchemaField(
      "x", .fixedLengthByteArray(byteCount: 12), logicalType: .interval)
    #expect(
      try Self.one(interval) {
        $0.append(array: [1, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0, 0])
      } == "{\"months\":1,\"days\":2,\"milliseconds\":256}")
    let wide = SchemaField.decimal("x", precision: 38, scale: 2)
    #expect(
      try Self.one(wide) { $0.append(array: [UInt8](repeating: 255, count: 16)) }
        == "\"-0.01\"")
    #expect(
      try Self.one(wide) {
        $0.append(array: [
          0x4B, 0x3B, 0x4C, 0xA8, 0x5A, 0x86, 0xC4, 0x7A, 0x09, 0x8A, 0x22, 0x3F,
          0xFF, 0xFF, 0xFF, 0xFF,
        ])
      } == "\"999999999999999999999999999999999999.99\"")
  }

  @Test func stringsAreEscaped() throws {
    #expect(
      try Self.one(.string("x")) { $0.append("a\"b\\c\n\r\t\u{8}\u{c}\u{1}\u{1f} ü😀/") }
        == #""a\"b\\c\n\r\t\b\f\u0001\u001f ü😀/""#)
  }

  @Test func csvQuotesWhatNeedsIt() throws {
    let builder = ColumnBatchBuilder(
      schema: try Schema([.string("a,b", .optional), SchemaField("n", .int32, .optional)]))
    for text in ["x", "", "a\"b", "a,b", "a\nb", "a\rb", " x "] {
      builder.leaf(0).append(text)
      builder.leaf(1).append(Int32(1))
    }
    builder.leaf(0).appendNull()
    builder.leaf(1).appendNull()
    let batch = try builder.finish()
    #expect(
      try Self.text(batch, .csv)
        == "\"a,b\",n\nx,1\n\"\",1\n\"a\"\"b\",1\n\"a,b\",1\n\"a\nb\",1\n\"a\rb\",1\n x ,1\n,\n")
    var dialect = CSVDialect()
    dialect.delimiter = UInt8(ascii: "\t")
    dialect.nullText = "x"
    dialect.hasHeader = false
    #expect(
      try Self.text(batch, .csv(dialect))
        == "\"x\"\t1\n\"\"\t1\n\"a\"\"b\"\t1\na,b\t1\n\"a\nb\"\t1\n\"a\rb\"\t1\n x \t1\nx\tx\n")
  }

  @Test func nestedRows() throws {
    let schema = try Schema([
      .list("l", .optional, of: .list("x", .optional, of: SchemaField("y", .int32, .optional))),
      .map("m", .optional, key: .string("k"), value: SchemaField("v", .int32, .optional)),
      .map("n", .optional, key: SchemaField("k", .int32), value: .string("v", .optional)),
      SchemaField(
        group: "s", .optional,
        [SchemaField("a", .int32, .optional), SchemaField("b", .int32, .repeated)]),
    ])
    let builder = ColumnBatchBuilder(schema: schema)
    let outer = builder.list(0)
    let inner = try #require(outer.element as? ListBuilder)
    let leaf = try #require(inner.element as? LeafBuilder)
    let (m, n, s) = (builder.list(1), builder.list(2), builder.group(3))
    let mEntry = try #require(m.element as? StructBuilder)
    let nEntry = try #require(n.element as? StructBuilder)
    // Row 0: everything there.
    leaf.append(Int32(1))
    leaf.appendNull()
    inner.endList()
    inner.endList()
    inner.appendNull()
    outer.endList()
    for (key, value) in [("a", Int32(1)), ("b\"", 2)] {
      (mEntry.fields[0] as? LeafBuilder)?.append(key)
      (mEntry.fields[1] as? LeafBuilder)?.append(value)
      mEntry.append()
    }
    m.endList()
    (nEntry.fields[0] as? LeafBuilder)?.append(Int32(7))
    nEntry.fields[1].appendNull()
    nEntry.append()
    n.endList()
    s.fields[0].appendNull()
    let bare = try #require(s.fields[1] as? ListBuilder)
    (bare.element as? LeafBuilder)?.append(Int32(5))
    (bare.element as? LeafBuilder)?.append(Int32(6))
    bare.endList()
    s.append()
    // Row 1: empty. Row 2: null.
    outer.endList()
    m.endList()
    n.endList()
    (s.fields[0] as? LeafBuilder)?.append(Int32(3))
    bare.endList()
    s.append()
    for field in builder.fields { field.appendNull() }
    let batch = try builder.finish()
    #expect(
      try Self.text(batch, .ndjson) == """
        {"l":[[1,null],[],null],"m":{"a":1,"b\\"":2},"n":[{"key":7,"value":null}],"s":{"a":null,"b":[5,6]}}
        {"l":[],"m":{},"n":[],"s":{"a":3,"b":[]}}
        {"l":null,"m":null,"n":null,"s":null}

        """)
    #expect(
      try Self.text(batch.slice(rows: 1..<3), .csv) == """
        l,m,n,s
        [],{},[],"{""a"":3,""b"":[]}"
        ,,,

        """)
  }

  @Test func invalidTextIsNamed() throws {
    let raw = try ColumnValues.byteArrays(
      offsets: Bytes(copying: [UInt32(0), 1, 2]), bytes: Bytes(copying: [UInt8(65), 255]))
    let batch = try ColumnBatch(
      schema: try Schema([SchemaField("x", .byteArray)]), columns: [Column(raw)])
    let sink = try TextSink(
      MemorySink(), schema: try Schema([.string("x")]), format: .ndjson)
    let error = #expect(throws: ParquetError.self) { try sink.write(batch) }
    #expect(error?.context.row == 1)
    #expect(error?.context.column == "x")
  }

  /// Columns of one list of structs whose lists have different lengths, as only a broken file has them.
  @Test func columnsThatDisagreeAreRefused() throws {
    let schema = try Schema([
      .list(
        "l", of: SchemaField(group: "e", [SchemaField("a", .int32), SchemaField("b", .int32)]))
    ])
    func column(_ lengths: [Int]) -> Column {
      let count = lengths.reduce(0, +)
      return Column(
        rowCount: lengths.count, slotCount: count,
        presence: .levels(
          definition: Bytes(copying: [UInt8](repeating: 1, count: count)),
          repetition: Bytes(
            copying: lengths.flatMap { length in (0..<length).map { $0 == 0 ? 0 : 1 as UInt8 } })),
        values: .fixed(width: 4, Bytes(copying: [Int32](repeating: 7, count: count))))
    }
    for (a, b) in [([3, 1], [1, 1]), ([1, 1], [2, 1]), ([1, 1], [1, 2])] {
      // A batch is held against this when it is made; a reader makes its own without.
      let batch = ColumnBatch(unchecked: schema, columns: [column(a), column(b)], rowCount: 2)
      for format in [TextFormat.ndjson, .csv] {
        let sink = try TextSink(MemorySink(), schema: schema, format: format)
        let error = #expect(throws: ParquetError.self) { try sink.write(batch) }
        #expect(error?.code == .malformedFile)
      }
    }
  }
}
