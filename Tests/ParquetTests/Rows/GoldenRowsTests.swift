import GoldenTables
import Testing

@testable import Parquet

/// The golden files, whose values pyarrow and others are held to, as rows.
@Suite struct GoldenRowsTests {
  private func golden(_ name: String) throws -> (GoldenTable, ParquetReader) {
    let table = try #require(GoldenSet.tables().first { $0.name == name })
    return (table, try ParquetReader(FileSource(path: "\(GoldenFileTests.folder)/\(name).parquet")))
  }

  /// The values of a top-level field of a table.
  private func values(_ table: GoldenTable, _ name: String) throws -> [Value] {
    let place = try #require(table.schema.fields.firstIndex { $0.name == name })
    return table.rows.map { $0[place] }
  }

  @Test(arguments: ["types-optional-none", "types-nonenull-snappy", "types-allnull-gzip"])
  func types(_ name: String) throws {
    let (table, reader) = try golden(name)
    let rows = try reader.rows(Typed.mapping(), batchRows: 7).all()
    #expect(rows.count == table.rows.count)
    func check<T>(_ field: String, _ path: (Typed) -> T?, _ value: (T) -> Value) throws {
      #expect(
        try rows.map { path($0).map(value) ?? .null } == values(table, field), "\(field)")
    }
    try check("boolean", \.boolean) { .boolean($0) }
    try check("int8", \.int8) { .int32(Int32($0)) }
    try check("signed64", \.signed64) { .int64($0) }
    try check("uint32", \.uint32) { .int32(Int32(bitPattern: $0)) }
    try check("uint64", \.uint64) { .int64(Int64(bitPattern: $0)) }
    try check("float", \.float) { .float($0) }
    try check("double", \.double) { .double($0) }
    try check("binary", \.binary) { .bytes($0) }
    try check("date", \.date) { .int32($0) }
    try check("timestamp_micros_utc", \.timestamp) { .int64($0) }
    try check("decimal9", \.decimal9) { .int32(Int32($0)) }
    try check("decimal38_fixed", \.decimal38) { number in
      .bytes(unsafe withUnsafeBytes(of: number.bigEndian) { unsafe [UInt8]($0) })
    }
    try check("json", \.json) { .text($0) }
    try check("uuid", \.uuid) { .bytes($0.bytes) }
    try check("float16", \.float16) { half in
      .bytes([UInt8(half.bitPattern & 0xFF), UInt8(half.bitPattern >> 8)])
    }
    // And back: the columns are those of the file.
    let batch = try Typed.mapping().batch(of: rows)
    for (leaf, column) in zip(batch.schema.leaves, batch.columns) {
      let place = try #require(reader.schema.leaf(at: leaf.path.description)?.index)
      // An INT32 may have become an INT64.
      guard reader.schema.leaves[place].physicalType == leaf.physicalType else { continue }
      var original: [Slot] = []
      for group in reader.metadata.rowGroups.indices {
        original += try reader.read(rowGroup: group, columns: [place]).slots[0]
      }
      #expect(column.slots(of: leaf) == original, "\(leaf.path)")
    }
  }

  @Test(arguments: ["nested-none", "nested-zstd"]) func nested(_ name: String) throws {
    let (table, reader) = try golden(name)
    let rows = try reader.rows(decoding: Nested.self, batchRows: 5).all()
    #expect(rows.count == table.rows.count)
    func text(_ text: String?) -> Value { text.map { .text($0) } ?? .null }
    func int32(_ number: Int32?) -> Value { number.map { .int32($0) } ?? .null }
    func list<T>(_ list: [T]?, _ element: (T) -> Value) -> Value {
      list.map { .list($0.map(element)) } ?? .null
    }
    func check(_ field: String, _ value: (Nested) -> Value) throws {
      #expect(try rows.map(value) == values(table, field), "\(field)")
    }
    try check("list_rr") { list($0.list_rr, int32) }
    try check("list_oo") { list($0.list_oo, int32) }
    try check("lists_ooo") { list($0.lists_ooo) { list($0, text) } }
    try check("struct_oo") { row in
      row.struct_oo.map {
        .group([$0.a.map { .int64($0) } ?? .null, text($0.b)])
      } ?? .null
    }
    try check("bare") { list($0.bare, int32) }
    try check("bare_group") { list($0.bare_group) { .group([int32($0.a), text($0.b)]) } }
    // And back: of every field, the columns are those of the file.
    let fields = ["list_rr", "list_oo", "lists_ooo", "struct_oo", "map_oo", "list_struct_list"]
    let leaves = reader.schema.leaves.filter {
      (fields + ["structs4", "bare", "bare_group"]).contains($0.path.components[0])
    }.map(\.index)
    let schema = try reader.schema(of: leaves)
    let batch = try RowEncoder(schema).batch(of: rows)
    var original = [[Slot]](repeating: [], count: leaves.count)
    for group in reader.metadata.rowGroups.indices {
      let slots = try reader.read(rowGroup: group, columns: leaves).slots
      for index in slots.indices { original[index] += slots[index] }
    }
    for (index, leaf) in schema.leaves.enumerated() {
      #expect(batch.slots[index] == original[index], "\(leaf.path)")
    }
    // By a mapping, which knows lists alone.
    let mapping = try RowMapping({ Mapped(listOO: $0, listsOOO: $1, bare: $2) }) {
      Field("list_oo", \Mapped.listOO)
      Field("lists_ooo", \.listsOOO)
      Field("bare", \.bare)
    }
    let mapped = try reader.rows(mapping, batchRows: 5).all()
    #expect(mapped.map(\.listOO) == rows.map(\.list_oo))
    #expect(mapped.map(\.listsOOO) == rows.map(\.lists_ooo))
    #expect(mapped.map(\.bare) == rows.map(\.bare))
  }

  struct Mapped: Sendable {
    var listOO: [Int32?]?
    var listsOOO: [[String?]?]?
    var bare: [Int32]
  }

  /// Some of the nested fields, by their names in the file.
  struct Nested: Codable {
    struct Pair: Codable {
      var a: Int64?
      var b: String?
    }
    struct Entry: Codable {
      var key: String
      var value: Double?
    }
    struct Point: Codable {
      var x: Double
      var y: Double?
    }
    struct Line: Codable {
      var name: String
      var points: [Point?]?
    }
    struct Deep: Codable {
      struct A: Codable {
        struct B: Codable {
          struct C: Codable {
            var d: Int32?
            var e: Int32
          }
          var c: C?
        }
        var b: B
      }
      var a: A?
    }
    struct Bare: Codable {
      var a: Int32?
      var b: String
    }
    var list_rr: [Int32]
    var struct_oo: Pair?
    var list_oo: [Int32?]?
    var lists_ooo: [[String?]?]?
    var map_oo: [Entry]?
    var list_struct_list: [Line?]?
    var structs4: Deep?
    var bare: [Int32]
    var bare_group: [Bare]
  }

  /// A field for each way of reading a column.
  struct Typed: Sendable {
    var boolean: Bool?
    var int8: Int8?
    var signed64: Int64?
    var uint32: UInt32?
    var uint64: UInt64?
    var float: Float?
    var double: Double?
    var binary: [UInt8]?
    var date: Int32?
    var timestamp: Int64?
    var decimal9: Int64?
    var decimal38: Int128?
    var json: String?
    var uuid: Identifier?
    var float16: Float16?

    static func mapping() throws -> RowMapping<Typed> {
      try RowMapping(Typed.init) {
        Field("boolean", \.boolean)
        Field("int8", \.int8)
        Field("signed64", \.signed64)
        Field("uint32", \.uint32)
        Field("uint64", \.uint64)
        Field("float", \.float)
        Field("double", \.double)
        Field("binary", \.binary)
        Field("date", \.date, as: .date)
        Field(
          "timestamp_micros_utc", \.timestamp,
          as: .timestamp(isAdjustedToUTC: true, unit: .microseconds))
        Field("decimal9", \.decimal9, as: .decimal(precision: 15, scale: 2))
        Field("decimal38_fixed", \.decimal38, as: .decimal(precision: 38, scale: 10))
        Field("json", \.json, as: .json)
        Field("uuid", \.uuid)
        Field("float16", \.float16)
      }
    }
  }
}
