import Testing

@testable import Parquet

/// Codable rows into a file and back.
@Suite struct CodableTests {
  private func file<Row: Encodable>(
    _ rows: [Row], _ schema: Schema, _ options: WriterOptions = WriterOptions()
  ) throws -> Bytes {
    let sink = MemorySink()
    let writer = try RowWriter<Row>(sink, schema: schema, options: options)
    try writer.write(contentsOf: rows)
    _ = try writer.finish()
    return sink.bytes
  }

  private func roundTrip<Row: Codable>(
    _ rows: [Row], _ schema: Schema, batchRows: Int = 1_000
  ) throws -> [Row] {
    var options = WriterOptions()
    options.rowGroupRows = 70
    let reader = try ParquetReader(MemorySource(file(rows, schema, options)))
    return try reader.rows(decoding: Row.self, batchRows: batchRows).all()
  }

  @Test(arguments: Array(UInt64(1)...8)) func numbers(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let rows = (0..<150).map { _ in Numbers(using: &generator) }
    // The mapping has FLOAT16, and Codable knows none: it encodes a Float.
    let mapping = try Numbers.mapping()
    let bytes = try file(rows, mapping.schema)
    let reader = try ParquetReader(MemorySource(bytes))
    for batchRows in [1, 7, 1_000] {
      #expect(try reader.rows(decoding: Numbers.self, batchRows: batchRows).all() == rows)
    }
    // Each side reads what the other wrote, and both write the same bytes.
    #expect(try reader.rows(mapping).all() == rows)
    #expect(try ParquetTests.file(rows, mapping) == bytes)
    #expect(try roundTrip(rows, Schema(of: Numbers.self)) == rows)
  }

  @Test(arguments: Array(UInt64(1)...12)) func shapes(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let rows = (0..<200).map { _ in Shapes(using: &generator) }
    for batchRows in [1, 7, 1_000] {
      #expect(try roundTrip(rows, Shapes.schema(), batchRows: batchRows) == rows)
    }
    #expect(try file(rows, Shapes.schema()) == file(rows, Shapes.schema()))
  }

  @Test func schemaOfAType() throws {
    #expect(try Schema(of: Reading.self) == Reading.mapping().schema)
    #expect(try Schema(of: Shapes.self) == Shapes.schema())
    var numbers = try Numbers.mapping().schema.fields
    numbers[11] = SchemaField("half", .float, .optional)
    #expect(try Schema(of: Numbers.self) == Schema(numbers))
    struct Cases: Codable { var weather: Weather, levels: [Level?] }
    #expect(
      try Schema(of: Cases.self)
        == Schema([
          .string("weather"),
          .list(
            "levels",
            of: SchemaField(
              "element", .int32, .optional, logicalType: .integer(bitWidth: 8, isSigned: true))),
        ]))
  }

  @Test func typesWithoutASchema() throws {
    struct Tree: Codable { var children: [Tree] }
    enum Name: String, Codable { case a, b }
    struct Named: Codable { var name: Name }
    struct Empty: Codable {}
    func expect<T: Decodable>(_ type: T.Type, _ message: String) {
      let error = #expect(throws: ParquetError.self) { try Schema(of: type) }
      #expect(error?.code == .invalidArgument)
      #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
    expect(Tree.self, "the type contains itself")
    expect(Named.self, "column name")
    expect(Int.self, "Int is no struct of columns")
    expect([Int].self, "is no struct of columns")
  }

  @Test func keysWithoutColumnsAndColumnsWithoutKeys() throws {
    struct Before: Codable, Equatable { var a: Int, b: String?, c: [Int] }
    struct After: Codable, Equatable { var c: [Int64], d: Double?, a: Int16 }
    let before = [Before(a: 1, b: "x", c: [1, 2]), Before(a: 2, b: nil, c: [])]
    let reader = try ParquetReader(MemorySource(file(before, Schema(of: Before.self))))
    #expect(
      try reader.rows(decoding: After.self).all()
        == [After(c: [1, 2], d: nil, a: 1), After(c: [], d: nil, a: 2)])
    struct Missing: Codable { var e: Int }
    let error = #expect(throws: ParquetError.self) {
      try reader.rows(decoding: Missing.self).all()
    }
    #expect(
      error?.description == "memory: column e, row 0: there is no such column; there are a, b, c")
    #expect(error?.code == .schemaMismatch)
    #expect(
      try reader.rows(
        decoding: Before.self, filter: .compare(ColumnPath(["a"]), .equal, .integer(2))
      ).all() == [before[1]])
  }

  @Test func whatCannotBeDecoded() throws {
    struct Row: Codable { var x: Int32?, text: String, list: [Int?], group: Group? }
    struct Group: Codable { var y: Int }
    let rows = [
      Row(x: 1, text: "a", list: [1], group: Group(y: 1)),
      Row(x: nil, text: "b", list: [nil], group: nil),
      Row(x: 300, text: "c", list: [], group: Group(y: 1)),
    ]
    let reader = try ParquetReader(MemorySource(file(rows, Schema(of: Row.self))))
    func expect<T: Decodable>(_ type: T.Type, _ message: String) {
      let error = #expect(throws: ParquetError.self) {
        try reader.rows(decoding: type, batchRows: 1).all()
      }
      #expect(error?.description == "memory: " + message)
    }
    struct Null: Codable { var x: Int32 }
    expect(Null.self, "column x, row 1: is null, where a Int32 is to be decoded")
    struct Narrow: Codable { var x: Int8? }
    expect(Narrow.self, "column x, row 2: 300 does not fit Int8")
    struct Unsigned: Codable { var text: UInt64 }
    expect(
      Unsigned.self,
      "column text, row 0: is required BYTE_ARRAY STRING, where a UInt64 is to be decoded")
    struct Element: Codable { var list: [Int] }
    expect(Element.self, "column list.element, row 1: is null, where a Int is to be decoded")
    struct Struct: Codable { var group: Group }
    expect(Struct.self, "column group, row 1: is null, where a struct is to be decoded")
    struct Array: Codable { var group: [Int]? }
    expect(
      Array.self, "column group, row 0: is optional group, where an array is to be decoded")
    struct Keyed: Codable { var text: Group }
    expect(
      Keyed.self,
      "column text, row 0: is required BYTE_ARRAY STRING, "
        + "where a struct or a dictionary is to be decoded")
    struct Name: Codable { var text: Weather }
    let own = #expect(throws: ParquetError.self) { try reader.rows(decoding: Name.self).all() }
    #expect(own?.context.row == 0)
    #expect(own?.context.column == "text")
    #expect(own?.cause is DecodingError)
  }

  @Test func whatCannotBeEncoded() throws {
    func expect<T: Encodable>(_ schema: SchemaField..., rows: [T], _ message: String) throws {
      let schema = try Schema(schema)
      let error = #expect(throws: ParquetError.self) { try file(rows, schema) }
      #expect(error?.description == message)
    }
    struct Row: Encodable { var x: Int? }
    try expect(
      SchemaField("x", .int64), rows: [Row(x: 1), Row(x: nil)],
      "column x, row 1: a value is nil, where the column is required")
    try expect(
      SchemaField("x", .int32), rows: [Row(x: 1), Row(x: 1 << 31)],
      "column x, row 1: a value is the number 2147483648, where the column is required INT32")
    try expect(
      SchemaField("x", .int32, logicalType: .integer(bitWidth: 8, isSigned: false)),
      rows: [Row(x: 1), Row(x: 256)],
      "column x, row 1: 256 is out of the range of INTEGER(8,false)")
    try expect(
      SchemaField("x", .double), rows: [Row(x: 1)],
      "column x, row 0: a value is a Int, where the column is required DOUBLE")
    try expect(
      SchemaField("y", .int64), rows: [Row(x: 1)],
      "row 0: the schema has no field x, which a value encodes")
    try expect(
      SchemaField("x", .int64), SchemaField("y", .int64), rows: [Row(x: 1)],
      "column y, row 0: a value is nil, where the column is required")
    struct List: Encodable { var x: [String] }
    try expect(
      .string("x"), rows: [List(x: ["a"])],
      "column x, row 0: a value is a list, where the column is required BYTE_ARRAY STRING")
    try expect(
      .list("x", of: SchemaField("e", .boolean)), rows: [List(x: []), List(x: ["a"])],
      "column x.element, row 1: a value is a String, where the column is required BOOLEAN")
    struct Bytes: Encodable { var x: [UInt8] }
    try expect(
      SchemaField("x", .fixedLengthByteArray(byteCount: 3)), rows: [Bytes(x: [1, 2])],
      "column x, row 0: a value is [UInt8] of 2, "
        + "where the column is required FIXED_LEN_BYTE_ARRAY(3)")
    struct Twice: Encodable {
      enum CodingKeys: String, CodingKey { case x }
      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(1, forKey: .x)
        try container.encode(2, forKey: .x)
      }
    }
    try expect(
      SchemaField("x", .int64), rows: [Twice()],
      "column x, row 0: a value encodes this field twice")
  }

  @Test func aWriterGoesOnAfterARowThatCannotBe() throws {
    // What is refused leaves nothing behind in the builders.
    let sink = MemorySink()
    let writer = try RowWriter<Reading>(
      sink,
      schema: Schema([
        SchemaField("station", .int32), .string("name"), SchemaField("rain", .double, .optional),
      ]))
    let good = Reading(station: 1, name: "a", rain: 2)
    #expect(throws: ParquetError.self) {
      try writer.write(contentsOf: [good, Reading(station: 2, name: nil)])
    }
    try writer.write(contentsOf: [good, good])
    #expect(try writer.finish().metadata.rowCount == 2)
    let reader = try ParquetReader(MemorySource(sink.bytes))
    #expect(try reader.rows(decoding: Reading.self).all() == [good, good])
  }

  @Test func containersByHand() throws {
    let rows = (0..<20).map { ByHand(x: $0, list: Array(0..<$0 % 3), name: "n\($0)") }
    #expect(try roundTrip(rows, ByHand.schema(), batchRows: 3) == rows)
  }

  @Test func mapsByTheirKeys() throws {
    struct Row: Codable, Equatable { var map: [String: Int?] }
    let schema = try Schema(of: Row.self)
    #expect(
      try schema
        == Schema([.map("map", key: .string("key"), value: SchemaField("v", .int64, .optional))]))
    let sink = MemorySink()
    let writer = try RowWriter<Row>(sink)
    try writer.write(Row(map: ["b": 2, "c": nil, "a": 1]))
    _ = try writer.finish()
    let reader = try ParquetReader(MemorySource(sink.bytes))
    let batch = try reader.read(rowGroup: 0)
    #expect((0..<3).map { batch.columns[0].values.text(at: $0) } == ["a", "b", "c"])
    // Entries are structs to who asks for an array.
    struct Entry: Codable, Equatable { var key: String, value: Int? }
    struct Entries: Codable, Equatable { var map: [Entry] }
    let entries = try reader.rows(decoding: Entries.self).all()
    #expect(
      entries[0].map == [
        Entry(key: "a", value: 1), Entry(key: "b", value: 2), Entry(key: "c", value: nil),
      ])
    #expect(try roundTrip(entries, schema) == entries)
  }

  @Test func listsThatDisagree() throws {
    // Two columns of one list of structs with other lengths: an error, whatever is decoded.
    struct Pair: Codable { var a: Int32, b: Int32 }
    struct Row: Codable { var list: [Pair] }
    let schema = try Schema(of: Row.self)
    func column(_ repetition: [UInt8]) -> Column {
      Column(
        rowCount: 2, slotCount: repetition.count,
        presence: .levels(
          definition: Bytes(copying: [UInt8](repeating: 1, count: repetition.count)),
          repetition: Bytes(copying: repetition)),
        values: .fixed(width: 4, Bytes(copying: repetition.map { Int32($0) })))
    }
    let batch = ColumnBatch(
      unchecked: schema, columns: [column([0, 1, 0]), column([0, 1, 1, 0])], rowCount: 2)
    let error = #expect(throws: ParquetError.self) {
      let _: [Row] = try RowDecoder(schema).rows(of: batch, firstRow: 5)
    }
    #expect(error?.code == .malformedFile)
    #expect(error?.context.row == 5)
  }
}

/// Containers as a program may ask for them itself.
struct ByHand: Codable, Equatable {
  var x: Int
  var list: [Int]
  var name: String

  enum Outer: String, CodingKey { case inner, list }
  enum Inner: String, CodingKey { case x, name }

  static func schema() throws -> Schema {
    try Schema([
      .list("list", .optional, of: SchemaField("e", .int32)),
      SchemaField(group: "inner", [.string("name"), SchemaField("x", .int64)]),
    ])
  }
}

extension ByHand {
  init(from decoder: any Decoder) throws {
    let outer = try decoder.container(keyedBy: Outer.self)
    let inner = try outer.nestedContainer(keyedBy: Inner.self, forKey: .inner)
    var list = try outer.nestedUnkeyedContainer(forKey: .list)
    x = try inner.decode(Int.self, forKey: .x)
    self.list = []
    while !list.isAtEnd {
      // In between the elements of a list, another field.
      name = try inner.decode(String.self, forKey: .name)
      self.list.append(try list.decode(Int.self))
    }
    name = try inner.decode(String.self, forKey: .name)
  }

  func encode(to encoder: any Encoder) throws {
    var outer = encoder.container(keyedBy: Outer.self)
    var inner = outer.nestedContainer(keyedBy: Inner.self, forKey: .inner)
    try inner.encode(x, forKey: .x)
    var list = outer.nestedUnkeyedContainer(forKey: .list)
    for element in self.list { try list.encode(element) }
    try inner.encode(name, forKey: .name)
  }
}

/// Structs, lists, maps and optionals in each other.
struct Shapes: Codable, Equatable {
  struct Point: Codable, Equatable {
    var x: Double
    var tags: [String]?
    var next: [Step?]
  }
  struct Step: Codable, Equatable {
    var to: UInt16?
    var by: [Int8?]?
  }
  var id: Int
  var point: Point
  var maybe: Point?
  var points: [Point]
  var grid: [[Float]]?
  var map: [String: Point]
  var counts: [String: [Int32?]]?
  var bytes: [UInt8]
  var runs: [[UInt8]?]
  var weather: Weather?

  static func schema() throws -> Schema {
    func step(_ name: String) -> SchemaField {
      SchemaField(
        group: name, .optional,
        [
          SchemaField(
            "to", .int32, .optional, logicalType: .integer(bitWidth: 16, isSigned: false)),
          .list(
            "by", .optional,
            of: SchemaField(
              "element", .int32, .optional, logicalType: .integer(bitWidth: 8, isSigned: true))),
        ])
    }
    func point(_ name: String, _ repetition: Repetition = .required) -> SchemaField {
      SchemaField(
        group: name, repetition,
        [
          SchemaField("x", .double), .list("tags", .optional, of: .string("element")),
          .list("next", of: step("element")),
        ])
    }
    return try Schema([
      SchemaField("id", .int64), point("point"), point("maybe", .optional),
      .list("points", of: point("element")),
      .list("grid", .optional, of: .list("element", of: SchemaField("element", .float))),
      .map("map", key: .string("key"), value: point("value")),
      .map(
        "counts", .optional, key: .string("key"),
        value: .list("value", of: SchemaField("element", .int32, .optional))),
      SchemaField("bytes", .byteArray),
      .list("runs", of: SchemaField("element", .byteArray, .optional)),
      .string("weather", .optional),
    ])
  }
}

extension Shapes {
  init(using generator: inout SeededGenerator) {
    func isNull(_ generator: inout SeededGenerator) -> Bool {
      Int.random(in: 0..<4, using: &generator) == 0
    }
    func maybe<T>(
      _ generator: inout SeededGenerator, _ make: (inout SeededGenerator) -> T
    ) -> T? { isNull(&generator) ? nil : make(&generator) }
    func list<T>(
      _ generator: inout SeededGenerator, _ make: (inout SeededGenerator) -> T
    ) -> [T] {
      (0..<Int.random(in: 0..<4, using: &generator)).map { _ in make(&generator) }
    }
    func map<T>(
      _ generator: inout SeededGenerator, _ make: (inout SeededGenerator) -> T
    ) -> [String: T] {
      let entries = list(&generator) { (text(&$0), make(&$0)) }
      return Dictionary(entries, uniquingKeysWith: { one, _ in one })
    }
    func number<T: FixedWidthInteger>(_ generator: inout SeededGenerator) -> T {
      T.random(in: T.min...T.max, using: &generator)
    }
    func text(_ generator: inout SeededGenerator) -> String { "ü\(number(&generator) as UInt16)" }
    func step(_ generator: inout SeededGenerator) -> Step {
      Step(
        to: maybe(&generator, number),
        by: maybe(&generator) { list(&$0) { maybe(&$0, number) } })
    }
    func point(_ generator: inout SeededGenerator) -> Point {
      Point(
        x: Double(number(&generator) as Int32), tags: maybe(&generator) { list(&$0, text) },
        next: list(&generator) { maybe(&$0, step) })
    }
    id = number(&generator)
    self.point = point(&generator)
    self.maybe = maybe(&generator, point)
    points = list(&generator, point)
    grid = maybe(&generator) { list(&$0) { list(&$0) { Float(number(&$0) as Int16) } } }
    self.map = map(&generator, point)
    counts = maybe(&generator) { map(&$0) { list(&$0) { maybe(&$0, number) } } }
    bytes = list(&generator, number)
    runs = list(&generator) { maybe(&$0) { list(&$0, number) } }
    weather = maybe(&generator) { Weather.allCases.randomElement(using: &$0) ?? .sun }
  }
}
