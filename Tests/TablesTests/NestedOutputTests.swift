import Parquet
import Tables
import Testing

/// Lists and maps as old and odd writers laid them: rows show what is meant.
///
/// Specification: LogicalTypes.md, "Lists" and "Maps".
@Suite struct NestedOutputTests {
  /// The data of a leaf, by levels.
  struct Leaf: Sendable {
    var repetition: [UInt8]
    var definition: [UInt8]
    var values: ColumnValues

    static func numbers(
      _ repetition: [UInt8], _ definition: [UInt8], _ values: [Int32]
    ) -> Leaf {
      Leaf(
        repetition: repetition, definition: definition,
        values: .fixed(width: 4, Bytes(copying: values)))
    }

    static func texts(_ repetition: [UInt8], _ definition: [UInt8], _ texts: [String]) -> Leaf {
      var offsets: [UInt32] = [0]
      for text in texts { offsets.append((offsets.last ?? 0) + UInt32(text.utf8.count)) }
      return Leaf(
        repetition: repetition, definition: definition,
        values: ColumnValues(
          uncheckedOffsets: Bytes(copying: offsets),
          bytes: Bytes(copying: Array(texts.joined().utf8)), isText: true))
    }
  }

  /// A field called `a`, what is in it, and what rows show.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var field: SchemaField
    var leaves: [Leaf]
    var rows: [String]
    var paths: [String]

    init(
      _ name: String, _ field: SchemaField, _ leaves: [Leaf], _ rows: [String], _ paths: [String]
    ) {
      testDescription = name
      self.field = field
      self.leaves = leaves
      self.rows = rows
      self.paths = paths
    }

    func batch() throws -> ColumnBatch {
      let schema = try Schema(unvalidated: [field], name: "schema")
      return try ColumnBatch(
        schema: schema,
        columns: zip(leaves, schema.leaves).map { data, leaf in
          guard leaf.maxDefinitionLevel > 0 else { return Column(data.values) }
          return Column(
            rowCount: rows.count, slotCount: data.definition.count,
            presence: .levels(
              definition: Bytes(copying: data.definition),
              repetition: leaf.maxRepetitionLevel > 0 ? Bytes(copying: data.repetition) : nil),
            values: data.values)
        })
    }
  }

  private static func list(_ repeated: SchemaField) -> SchemaField {
    SchemaField(group: "a", .optional, logicalType: .list, [repeated])
  }

  private static func map(_ name: String, _ fields: [SchemaField]) -> SchemaField {
    SchemaField(
      group: "a", .optional, logicalType: .map, [SchemaField(group: name, .repeated, fields)])
  }

  private static let x = SchemaField("x", .int32)
  private static let y = SchemaField("y", .int32, .optional)

  /// Two elements, an empty list and a null one, where elements are there from level 2 on.
  private static let twoNumbers = Leaf.numbers([0, 1, 0, 0], [2, 2, 1, 0], [1, 2])
  private static let twoKeys = Leaf.texts([0, 1, 0, 0], [2, 2, 1, 0], ["k", "l"])
  private static let twoValues = Leaf.numbers([0, 1, 0, 0], [3, 2, 1, 0], [7])

  static let cases: [Case] = [
    Case(
      "1: what repeats is no group", list(SchemaField("item", .int32, .repeated)), [twoNumbers],
      ["[1,2]", "[]", "null"], ["a.element"]),
    Case(
      "2: a group of several fields", list(SchemaField(group: "item", .repeated, [x, y])),
      [twoNumbers, twoValues], [#"[{"x":1,"y":7},{"x":2,"y":null}]"#, "[]", "null"],
      ["a.element.x", "a.element.y"]),
    Case(
      "3: a group of one field that repeats",
      list(SchemaField(group: "item", .repeated, [SchemaField("x", .int32, .repeated)])),
      [.numbers([0, 2, 1, 0, 0], [3, 3, 2, 1, 0], [1, 2])],
      [#"[{"x":[1,2]},{"x":[]}]"#, "[]", "null"], ["a.element.x.element"]),
    Case(
      "4: a group called array", list(SchemaField(group: "array", .repeated, [x])), [twoNumbers],
      [#"[{"x":1},{"x":2}]"#, "[]", "null"], ["a.element.x"]),
    Case(
      "4: a group called as the list and _tuple",
      list(SchemaField(group: "a_tuple", .repeated, [x])), [twoNumbers],
      [#"[{"x":1},{"x":2}]"#, "[]", "null"], ["a.element.x"]),
    Case(
      "4: a tuple of another list", list(SchemaField(group: "b_tuple", .repeated, [x])),
      [twoNumbers], ["[1,2]", "[]", "null"], ["a.element"]),
    Case(
      "5: three levels under other names", list(SchemaField(group: "bag", .repeated, [y])),
      [twoValues], ["[7,null]", "[]", "null"], ["a.element"]),
    Case(
      "lists of lists in two levels",
      list(
        SchemaField(
          group: "array", .repeated, logicalType: .list, [SchemaField("array", .int32, .repeated)])),
      [.numbers([0, 2, 1, 0, 0], [3, 3, 2, 1, 0], [1, 2])], ["[[1,2],[]]", "[]", "null"],
      ["a.element.element"]),
    Case(
      "repeated without a LIST", SchemaField("a", .int32, .repeated),
      [.numbers([0, 1, 0], [1, 1, 0], [1, 2])], ["[1,2]", "[]"], ["a.element"]),
    Case(
      "a group repeated without a LIST", SchemaField(group: "a", .repeated, [x]),
      [.numbers([0, 1, 0], [1, 1, 0], [1, 2])], [#"[{"x":1},{"x":2}]"#, "[]"], ["a.element.x"]),
    Case(
      "a LIST of two fields", SchemaField(group: "a", logicalType: .list, [x, y]),
      [.numbers([], [], [1]), .numbers([], [1], [2])], [#"{"x":1,"y":2}"#], ["a.x", "a.y"]),
    Case(
      "a LIST of what does not repeat", SchemaField(group: "a", logicalType: .list, [y]),
      [.numbers([], [1, 0], [2])], [#"{"y":2}"#, #"{"y":null}"#], ["a.y"]),
    Case(
      "a map under other names",
      map("map", [.string("k"), SchemaField("v", .int32, .optional)]), [twoKeys, twoValues],
      [#"{"k":7,"l":null}"#, "{}", "null"], ["a.key", "a.value"]),
    Case(
      "a map without values", map("key_value", [.string("key")]), [twoKeys],
      [#"{"k":null,"l":null}"#, "{}", "null"], ["a.key"]),
    Case(
      "a map with optional keys",
      map("key_value", [.string("key", .optional), SchemaField("value", .int32)]),
      [.texts([0, 1, 0, 0], [3, 2, 1, 0], ["k"]), twoNumbers],
      [#"[{"key":"k","value":1},{"key":null,"value":2}]"#, "[]", "null"], ["a.key", "a.value"]),
    Case(
      "a map of lists in two levels",
      map("key_value", [x, SchemaField("value", .int32, .repeated)]),
      [twoNumbers, .numbers([0, 2, 1, 0, 0], [3, 3, 2, 1, 0], [5, 6])],
      [#"[{"key":1,"value":[5,6]},{"key":2,"value":[]}]"#, "[]", "null"],
      ["a.key", "a.value.element"]),
    Case(
      "a MAP of three fields", map("entry", [x, y, SchemaField("z", .int32)]),
      [twoNumbers, twoValues, .numbers([0, 1, 0, 0], [2, 2, 1, 0], [3, 4])],
      [
        #"{"entry":[{"x":1,"y":7,"z":3},{"x":2,"y":null,"z":4}]}"#, #"{"entry":[]}"#, "null",
      ], ["a.entry.element.x", "a.entry.element.y", "a.entry.element.z"]),
    Case(
      "a group without fields beside one with",
      SchemaField(group: "a", [x, SchemaField(group: "empty", .optional, [])]),
      [.numbers([], [], [1])], [#"{"x":1}"#], ["a.x"]),
    Case(
      "a map whose keys have no field",
      map("entry", [SchemaField(group: "key", []), y]), [twoValues],
      [#"{"entry":[{"y":7},{"y":null}]}"#, #"{"entry":[]}"#, "null"], ["a.value"]),
  ]

  private func reader(_ nested: Case) throws -> ParquetReader {
    let sink = MemorySink()
    let batch = try nested.batch()
    let writer = try ParquetWriter(sink, schema: batch.schema)
    try writer.write(batch)
    _ = try writer.finish()
    return try ParquetReader(MemorySource(sink.bytes))
  }

  private func lines(_ batch: ColumnBatch) throws -> [String] {
    try TextSinkTests.text(batch, .ndjson).split(separator: "\n").map(String.init)
  }

  @Test(arguments: cases) func rowsShowWhatIsMeant(_ nested: Case) throws {
    let batch = try nested.batch()
    #expect(try lines(batch) == nested.rows.map { "{\"a\":\($0)}" })
    #expect(batch.schema.logicalPaths.map(\.description) == nested.paths)
  }

  @Test(arguments: cases) func filesKeepIt(_ nested: Case) throws {
    // The writer has no groups without fields.
    guard !nested.testDescription.contains("without fields"),
      !nested.testDescription.contains("have no field")
    else { return }
    let reader = try reader(nested)
    #expect(reader.schema.fields == [nested.field])
    #expect(try lines(reader.read(rowGroup: 0)) == nested.rows.map { "{\"a\":\($0)}" })
  }

  /// What is read of some columns has the shape of the whole, without the others.
  @Test(arguments: [
    ("2: a group of several fields", 0, [#"[{"x":1},{"x":2}]"#, "[]", "null"]),
    ("2: a group of several fields", 1, [#"[{"y":7},{"y":null}]"#, "[]", "null"]),
    ("a LIST of two fields", 1, [#"{"y":2}"#]),
    ("a map under other names", 0, [#"{"k":null,"l":null}"#, "{}", "null"]),
    (
      "a map under other names", 1,
      [#"{"map":[{"v":7},{"v":null}]}"#, #"{"map":[]}"#, "null"]
    ),
    ("a MAP of three fields", 0, [#"{"entry":[{"x":1},{"x":2}]}"#, #"{"entry":[]}"#, "null"]),
  ])
  func partsKeepTheShape(_ name: String, _ column: Int, _ rows: [String]) throws {
    let nested = try #require(NestedOutputTests.cases.first { $0.testDescription == name })
    let batch = try reader(nested).read(rowGroup: 0, columns: [column])
    #expect(try lines(batch) == rows.map { "{\"a\":\($0)}" })
    // And keeps it in a file of its own.
    let sink = MemorySink()
    let writer = try ParquetWriter(sink, schema: batch.schema)
    try writer.write(batch)
    _ = try writer.finish()
    let again = try ParquetReader(MemorySource(sink.bytes)).read(rowGroup: 0)
    #expect(try lines(again) == rows.map { "{\"a\":\($0)}" })
  }

  @Test func namesChooseLeaves() throws {
    let schema = try Schema([
      SchemaField("id", .int64), .list("tags", .optional, of: .string("element")),
      .map("m", key: .string("key"), value: .list("value", of: SchemaField("x", .int32))),
      SchemaField("tags.element", .int32),
    ])
    #expect(schema.leaves(under: "id") == [0])
    #expect(schema.leaves(under: "tags.list.element") == [1])
    #expect(schema.leaves(under: "m") == [2, 3])
    #expect(schema.leaves(under: "m.key") == [2])
    #expect(schema.leaves(under: "m.value") == [3])
    #expect(schema.leaves(under: "m.value.element") == [3])
    // What the file has goes before what rows show.
    #expect(schema.leaves(under: "tags.element") == [4])
    #expect(schema.leaves(under: "tags") == [1, 4])
    for name in ["i", "tags.list.elem", "m.key_value.k", "m.list", ""] {
      #expect(schema.leaves(under: name) == [], "\(name)")
    }
  }
}
