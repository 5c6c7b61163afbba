import Testing

@testable import Parquet

/// Rows through a mapping into a file and back.
@Suite struct RowMappingTests {
  @Test func readings() throws {
    let mapping = try Reading.mapping()
    #expect(
      try mapping.schema
        == Schema([
          SchemaField("station", .int32), .string("name", .optional),
          SchemaField("rain", .double, .optional),
        ]))
    let rows = [
      Reading(station: 145, name: "Cairnwell", rain: 0.2),
      Reading(station: -1, name: nil, rain: nil), Reading(station: 7, name: "", rain: .infinity),
    ]
    let batch = try mapping.batch(of: rows)
    #expect(try mapping.rows(of: batch) == rows)
    #expect(try roundTrip(rows, mapping) == rows)
  }

  @Test func noRows() throws {
    #expect(try roundTrip([], Reading.mapping()) == [])
  }

  @Test(arguments: Array(UInt64(1)...12)) func everyType(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let rows = (0..<[0, 1, 7, 500][Int(seed) % 4]).map { _ in Numbers(using: &generator) }
    let others = rows.map { _ in Others(using: &generator) }
    for batchRows in [1, 64, 10_000] {
      var options = WriterOptions()
      options.rowGroupRows = 200
      #expect(try roundTrip(rows, Numbers.mapping(), options, batchRows: batchRows) == rows)
      #expect(try roundTrip(others, Others.mapping(), options, batchRows: batchRows) == others)
    }
  }

  @Test(arguments: Array(UInt64(1)...12)) func lists(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let rows = (0..<300).map { _ in Lists(using: &generator) }
    for batchRows in [1, 7, 10_000] {
      var options = WriterOptions()
      options.rowGroupRows = 100
      #expect(try roundTrip(rows, Lists.mapping(), options, batchRows: batchRows) == rows)
    }
  }

  @Test func schemaOfEveryType() throws {
    let types = try Numbers.mapping().schema.leaves.map { "\($0.path) \($0.field.typeName)" }
    #expect(
      types == [
        "int8 required INT32 INTEGER(8,true)", "int16 optional INT32 INTEGER(16,true)",
        "int32 required INT32", "int64 optional INT64", "int required INT64",
        "uint8 optional INT32 INTEGER(8,false)", "uint16 required INT32 INTEGER(16,false)",
        "uint32 optional INT32 INTEGER(32,false)", "uint64 required INT64 INTEGER(64,false)",
        "float optional FLOAT", "double required DOUBLE",
        "half optional FIXED_LEN_BYTE_ARRAY(2) FLOAT16",
      ])
    let others = try Others.mapping().schema.leaves.map { "\($0.path) \($0.field.typeName)" }
    #expect(
      others == [
        "flag optional BOOLEAN", "text required BYTE_ARRAY STRING",
        "bytes optional BYTE_ARRAY", "hash required FIXED_LEN_BYTE_ARRAY(5)",
        "id optional FIXED_LEN_BYTE_ARRAY(16) UUID", "day required INT32 DATE",
        "time optional INT64 TIMESTAMP(MICROS,true)", "price required INT64 DECIMAL(15,2)",
        "huge optional FIXED_LEN_BYTE_ARRAY(16) DECIMAL(38,4)",
        "weather required BYTE_ARRAY STRING", "level optional INT32 INTEGER(8,true)",
      ])
    let lists = try Lists.mapping().schema.leaves.map { "\($0.path) \($0.field.typeName)" }
    #expect(
      lists == [
        "a.list.element required INT32", "b.list.element optional BYTE_ARRAY STRING",
        "c.list.element required DOUBLE", "d.list.element optional INT64",
        "e.list.element required BYTE_ARRAY",
        "f.list.element.list.element optional INT32 INTEGER(16,true)",
      ])
  }

  @Test func batchesAreWrittenInPieces() throws {
    // More rows than wait in a writer, one by one and at once.
    let mapping = try RowMapping<Int>({ (x: Int) in x }) { Field("x", \.self) }
    let rows = Array(0..<20_000)
    let sink = MemorySink()
    let writer = try RowWriter(sink, mapping)
    for row in rows[..<9_000] { try writer.write(row) }
    try writer.write(contentsOf: Array(rows[9_000...]))
    #expect(try writer.finish().metadata.rowCount == 20_000)
    let reader = try ParquetReader(MemorySource(sink.bytes))
    let found = try reader.rows(mapping, batchRows: 999)
    #expect(try found.next() == 0)
    #expect(try found.nextBatch()?.count == 998)
    var rest: [Int] = []
    try found.forEach { rest.append($0) }
    #expect(rest == Array(999..<20_000))
    #expect(try found.next() == nil)
    #expect(try reader.rows(mapping, rows: 500..<503).all() == [500, 501, 502])
    #expect(
      try reader.rows(mapping, filter: .compare(ColumnPath(["x"]), .greater, .integer(19_997)))
        .all()
        == [19_998, 19_999])
  }

  @Test func theBytesAreThoseOfBuilders() throws {
    let mapping = try Reading.mapping()
    let rows = [Reading(station: 1, name: "a", rain: nil), Reading(station: 2, name: nil, rain: 3)]
    let builder = ColumnBatchBuilder(schema: mapping.schema)
    for row in rows {
      builder.leaf(0).append(row.station)
      if let name = row.name { builder.leaf(1).append(name) } else { builder.leaf(1).appendNull() }
      if let rain = row.rain { builder.leaf(2).append(rain) } else { builder.leaf(2).appendNull() }
    }
    #expect(
      try file(rows, mapping) == written(mapping.schema, WriterOptions(), [builder.finish()]))
  }

  // MARK: What cannot be

  @Test func mappingsThatCannotBe() throws {
    struct Row: Sendable { var a: Int64, b: [UInt8], c: Int??, d: Int128, e: UInt32, f: String }
    func expect(_ message: String, _ make: () throws -> Void) {
      let error = #expect(throws: ParquetError.self, performing: make)
      #expect(error?.code == .invalidArgument)
      #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
    expect("column a: two fields") {
      _ = try RowMapping<Int>({ (a: Int, _: Int) in a }) {
        Field("a", \.self)
        Field("a", \.self)
      }
    }
    func one<Value: FieldValue>(
      _ get: @escaping @Sendable (borrowing Row) -> Value, _ type: LogicalType?,
      byteCount: Int? = nil
    ) throws {
      _ = try RowMapping<Row>({ (_: Value) in Row(a: 0, b: [], c: 0, d: 0, e: 0, f: "") }) {
        Field("x", get, as: type, byteCount: byteCount)
      }
    }
    expect("column x: DATE needs INT32, not INT64") { try one(\.a, .date) }
    expect("column x: a signed Swift integer") {
      try one(\.a, .integer(bitWidth: 64, isSigned: false))
    }
    expect("column x: DECIMAL(19,0) does not fit INT64") {
      try one(\.a, .decimal(precision: 19, scale: 0))
    }
    expect("column x: only values of type [UInt8]") { try one(\.a, nil, byteCount: 8) }
    expect("column x: text is a String") { try one(\.b, .string) }
    expect("column x: a column knows one kind of null") { try one(\.c, nil) }
    expect("column x: an Int128 is a decimal") { try one(\.d, nil) }
    expect("column x: its Swift type is INTEGER(32,false) already") { try one(\.e, .date) }
    expect("column x: its Swift type is STRING already") { try one(\.f, .uuid) }
    try one(\.f, .json)
  }

  @Test func valuesThatCannotBe() throws {
    struct Row: Sendable { var price: Int32, hash: [UInt8], huge: Int128? }
    let mapping = try RowMapping(Row.init) {
      Field("price", \Row.price, as: .decimal(precision: 3, scale: 1))
      Field("hash", \.hash, byteCount: 2)
      Field("huge", \.huge, as: .decimal(precision: 20, scale: 0))
    }
    func error(_ row: Row) -> String {
      let fine = Row(price: 999, hash: [1, 2], huge: -99_999_999_999_999_999_999)
      let error = #expect(throws: ParquetError.self) {
        _ = try mapping.batch(of: [fine, fine, row])
      }
      return error?.description ?? ""
    }
    #expect(
      error(Row(price: 1_000, hash: [1, 2], huge: nil))
        == "column price, row 2: 1000 is out of the range of DECIMAL(3,1)")
    #expect(
      error(Row(price: 0, hash: [1], huge: nil))
        == "column hash, row 2: a value of 1 bytes for FIXED_LEN_BYTE_ARRAY of 2")
    #expect(
      error(Row(price: 0, hash: [1, 2], huge: 100_000_000_000_000_000_000))
        == "column huge, row 2: 100000000000000000000 is out of the range of DECIMAL(20,0)")
  }

  @Test func aWriterCountsItsRows() throws {
    let mapping = try RowMapping<[UInt8]>({ (x: [UInt8]) in x }) {
      Field("x", \.self, byteCount: 2)
    }
    let writer = try RowWriter(MemorySink(), mapping)
    try writer.write(contentsOf: Array(repeating: [1, 2], count: 10_000))
    let error = #expect(throws: ParquetError.self) {
      try writer.write(contentsOf: [[1, 2], [3]])
    }
    #expect(error?.context.row == 10_001)
    #expect(error?.context.column == "x")
  }
}
