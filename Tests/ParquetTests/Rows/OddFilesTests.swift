import Testing

@testable import Parquet

private struct One<Value: Sendable>: Sendable {
  var x: Value

  static func mapping() throws -> RowMapping<Self> where Value: FieldValue {
    try RowMapping(Self.init(x:)) { Field("x", \.x) }
  }
}

extension One: Decodable where Value: Decodable {}

/// Rows of files that are legal, or nearly, and that no writer of today makes.
@Suite struct OddFilesTests {
  /// A batch of one column of byte arrays by a dictionary.
  private func batch(
    _ entries: [[UInt8]], _ indices: [UInt32], _ type: LogicalType?
  ) throws -> ColumnBatch {
    var offsets: [UInt32] = [0]
    for entry in entries { offsets.append(offsets[offsets.count - 1] + UInt32(entry.count)) }
    let dictionary = try ColumnValues.byteArrays(
      offsets: Bytes(copying: offsets), bytes: Bytes(copying: entries.flatMap(\.self)))
    let values = try ColumnValues.dictionary(
      indices: Bytes(copying: indices), dictionary: dictionary)
    return ColumnBatch(
      unchecked: try Schema([SchemaField("x", .byteArray, logicalType: type)]),
      columns: [Column(values)], rowCount: indices.count)
  }

  private func decoded<Row: Decodable>(_ batch: ColumnBatch) throws -> [Row] {
    try RowDecoder(batch.schema).rows(of: batch, firstRow: 0)
  }

  /// Where the bytes of a text are.
  private func address(_ text: String) -> Int? {
    unsafe text.utf8.withContiguousStorageIfAvailable { Int(bitPattern: $0.baseAddress) }
  }

  private func address(_ bytes: [UInt8]) -> Int? {
    unsafe bytes.withUnsafeBytes { Int(bitPattern: $0.baseAddress) }
  }

  /// A large entry is there once, however many rows have it: in a dictionary of more entries than the batch
  /// has rows, of many more, and beside an entry that is no text.
  @Test(arguments: [1, 3, 200]) func entriesAreShared(others: Int) throws {
    let large = [UInt8](repeating: 0x61, count: 1_000)
    let entries =
      [large] + (0..<others).map { $0 == 0 ? [0xFF] : [UInt8](repeating: 0x62, count: $0) }
    let indices: [UInt32] = [0, UInt32(others > 1 ? 2 : 0), 0]
    for type in [LogicalType.string, nil] {
      let batch = try batch(entries, indices, type)
      let mapped = try One<String>.mapping().rows(of: batch)
      let rows: [One<String>] = try decoded(batch)
      for texts in [mapped.map(\.x), rows.map(\.x)] {
        #expect(texts[0] == String(repeating: "a", count: 1_000))
        #expect(texts[1] == (others > 1 ? "b" : texts[0]))
        #expect(texts[2] == texts[0])
        #expect(address(texts[0]) == address(texts[2]))
      }
    }
    let bytes = try One<[UInt8]>.mapping().rows(of: batch(entries, indices, nil))
    #expect(bytes[2].x == large)
    #expect(address(bytes[0].x) == address(bytes[2].x))
  }

  @Test func anEntryThatIsNoText() throws {
    let batch = try batch([[0x61], [0xFF]], [0, 0, 1, 0], .string)
    let mapped = #expect(throws: ParquetError.self) { try One<String>.mapping().rows(of: batch) }
    #expect(mapped?.description == "column x, row 2: text is not UTF-8")
    let rows = #expect(throws: ParquetError.self) { () throws -> [One<String>] in
      try decoded(batch)
    }
    #expect(rows?.context.row == 2)
  }

  /// A type of a program's own that reads as many values as it likes.
  private struct Few: LeafValue {
    var stored: Int32
    init?(stored: Int32) { self.stored = stored }
    static func read(_ source: FieldSource) throws(ParquetError) -> [Few] {
      Array(try readPresent(source).dropLast())
    }
  }

  @Test func tooFewValues() throws {
    let batch = try ColumnBatch(
      schema: Schema([SchemaField("x", .int32)]),
      columns: [Column(.fixed(width: 4, Bytes(copying: [1, 2, 3] as [Int32])))])
    let error = #expect(throws: ParquetError.self) { try One<Few>.mapping().rows(of: batch) }
    #expect(error?.description == "column x: Few reads 2 values in 3 rows")
  }

  @Test func nothingFollowsAnError() throws {
    let schema = try Schema([SchemaField("x", .int32, .optional)])
    let builder = ColumnBatchBuilder(schema: schema)
    for row in 0..<6 {
      if row == 1 { builder.leaf(0).appendNull() } else { builder.leaf(0).append(Int32(row)) }
    }
    let reader = try ParquetReader(
      MemorySource(written(schema, WriterOptions(), [builder.finish()])))
    let mapped = try reader.rows(One<Int32>.mapping(), batchRows: 2)
    let decoded = reader.rows(decoding: One<Int32>.self, batchRows: 2)
    for rows in [mapped, decoded] {
      for _ in 0..<2 {
        let error = #expect(throws: ParquetError.self) { try rows.next() }
        #expect(error?.context.row == 1)
      }
    }
  }

  @Test func twoFieldsOfOneName() throws {
    let schema = try Schema(
      unvalidated: [
        SchemaField("x", .int32), SchemaField("x", .int32), SchemaField("y", .int32),
      ], name: "twice")
    let columns = [0, 10, 20].map { (start: Int32) in
      Column(.fixed(width: 4, Bytes(copying: (start..<start + 4).map(\.self))))
    }
    let batch = ColumnBatch(unchecked: schema, columns: columns, rowCount: 4)
    #expect(try One<Int32>.mapping().rows(of: batch).map(\.x) == [0, 1, 2, 3])
    let rows: [One<Int32>] = try decoded(batch)
    #expect(rows.map(\.x) == [0, 1, 2, 3])
    struct Both: Decodable { var x: Int32, y: Int32 }
    let both: [Both] = try decoded(batch)
    #expect(both.map(\.x) == [0, 1, 2, 3])
    #expect(both.map(\.y) == [20, 21, 22, 23])
  }

  /// Errors say the place as rows show it, and entries of maps are found by the names of today.
  @Test func oldForms() throws {
    let schema = try Schema(
      unvalidated: [
        SchemaField("tags", .int32, .repeated),
        SchemaField(
          group: "map", .optional, logicalType: .map,
          [
            SchemaField(
              group: "bag", .repeated,
              [.string("name"), SchemaField("number", .int32, .optional)])
          ]),
      ], name: "old")
    let builder = ColumnBatchBuilder(schema: schema)
    let tags = builder.list(0)
    (tags.element as? LeafBuilder)?.append(Int32(300))
    tags.endList()
    let map = try #require(builder.fields[1] as? ListBuilder)
    let entry = try #require(map.element as? StructBuilder)
    (entry.fields[0] as? LeafBuilder)?.append("a")
    (entry.fields[1] as? LeafBuilder)?.append(Int32(7))
    entry.append()
    map.endList()
    let batch = try builder.finish()
    struct Entry: Decodable, Equatable { var key: String, value: Int? }
    struct Entries: Decodable { var map: [Entry] }
    struct Map: Decodable { var map: [String: Int] }
    let entries: [Entries] = try decoded(batch)
    #expect(entries[0].map == [Entry(key: "a", value: 7)])
    let maps: [Map] = try decoded(batch)
    #expect(maps[0].map == ["a": 7])
    struct Tags: Decodable { var tags: [Int8] }
    let error = #expect(throws: ParquetError.self) { () throws -> [Tags] in try decoded(batch) }
    #expect(error?.description == "column tags.element, row 0: 300 does not fit Int8")
  }
}
