import Testing

@testable import Parquet

@Suite struct RoundTripTests {
  static let physicalTypes: [PhysicalType] = [
    .boolean, .int32, .int64, .int96, .float, .double, .byteArray,
    .fixedLengthByteArray(byteCount: 1), .fixedLengthByteArray(byteCount: 16),
  ]

  static func flatSchema() throws -> Schema {
    var fields: [SchemaField] = []
    for (index, type) in physicalTypes.enumerated() {
      fields.append(SchemaField("r\(index)", type))
      fields.append(SchemaField("o\(index)", type, .optional))
    }
    return try Schema(fields)
  }

  static func nestedSchema() throws -> Schema {
    try Schema([
      SchemaField("id", .int64),
      .list("list", .optional, of: SchemaField("x", .int32, .optional)),
      .list(
        "deep", .optional,
        of: .list("x", .optional, of: .list("x", .required, of: .string("x", .optional)))),
      .map("map", .optional, key: .string("k"), value: SchemaField("v", .double, .optional)),
      SchemaField(
        group: "struct", .optional,
        [
          SchemaField("a", .boolean, .optional), SchemaField("b", .int64),
          SchemaField(group: "c", .optional, [.string("d", .optional)]),
          .list("e", .required, of: SchemaField("x", .float)),
        ]),
      SchemaField("repeated", .int32, .repeated),
    ])
  }

  /// Holds what is read of `file` against `batch`, as a whole and in pieces of several sizes.
  private func check(_ file: Bytes, is batch: ColumnBatch, batchRows: [Int]) throws {
    let reader = try ParquetReader(MemorySource(file))
    #expect(reader.schema == batch.schema)
    #expect(reader.rowCount == batch.rowCount)
    let expected = batch.slots
    for size in batchRows {
      let batches = reader.batches(batchRows: size)
      var found = [[Slot]](repeating: [], count: expected.count)
      while let next = try batches.next() {
        #expect(next.rowCount <= size)
        // The checked initializer holds forms and levels against the schema.
        let checked = try ColumnBatch(schema: next.schema, columns: next.columns)
        for (index, slots) in checked.slots.enumerated() { found[index] += slots }
      }
      for (index, leaf) in batch.schema.leaves.enumerated() {
        #expect(found[index] == expected[index], "\(leaf.path) in batches of \(size)")
      }
    }
  }

  @Test(
    arguments: [
      Compression.none, .snappy, .gzip(level: 1), .zstd(level: 1),
    ], [10, 100_000])
  func flat(compression: Compression, distinctValues: Int) throws {
    let schema = try Self.flatSchema()
    var random = RandomRows(seed: 1)
    random.distinctValues = distinctValues
    let batch = try random.batch(schema, count: 3000)
    var options = WriterOptions()
    options.compression = compression
    options.pageRows = 700
    options.rowGroupRows = 1300
    try check(try written(schema, options, [batch]), is: batch, batchRows: [1, 99, 1000, 100_000])
  }

  @Test(arguments: [
    WriterOptions.EncodingChoice.automatic, .always(.plain), .always(.rleDictionary),
  ])
  func nested(encoding: WriterOptions.EncodingChoice) throws {
    let schema = try Self.nestedSchema()
    var random = RandomRows(seed: 2)
    let batch = try random.batch(schema, count: 2000)
    var options = WriterOptions()
    options.encoding = encoding
    options.pageRows = 300
    options.rowGroupRows = 900
    try check(try written(schema, options, [batch]), is: batch, batchRows: [1, 7, 500, 100_000])
  }

  @Test func nullsAndEmptiness() throws {
    for nullShare in [0.0, 1.0] {
      for longestList in [0, 2] {
        var random = RandomRows(seed: 3)
        random.nullShare = nullShare
        random.longestList = longestList
        let schema = try Self.nestedSchema()
        let batch = try random.batch(schema, count: 50)
        try check(try written(schema, WriterOptions(), [batch]), is: batch, batchRows: [1, 100])
      }
    }
  }

  @Test func noRows() throws {
    let schema = try Self.nestedSchema()
    let file = try written(schema, WriterOptions(), [])
    let reader = try ParquetReader(MemorySource(file))
    #expect(reader.rowCount == 0)
    #expect(try reader.batches().next() == nil)
  }

  @Test func rowsAndColumns() throws {
    let schema = try Self.nestedSchema()
    var random = RandomRows(seed: 4)
    let batch = try random.batch(schema, count: 1000)
    var options = WriterOptions()
    options.pageRows = 64
    options.rowGroupRows = 400
    let reader = try ParquetReader(MemorySource(try written(schema, options, [batch])))
    for rows in [0..<1000, 0..<0, 5..<6, 399..<401, 400..<800, 123..<987, 1000..<1000] {
      let columns = [schema.leaves.count - 1, 2, 0, 2]
      let expected = batch.slice(rows: rows)
      let batches = reader.batches(columns: columns, rows: rows, batchRows: 150)
      var found = [[Slot]](repeating: [], count: 3)
      while let next = try batches.next() {
        #expect(
          next.schema.leaves.map(\.path)
            == [0, 2, schema.leaves.count - 1].map {
              schema.leaves[$0].path
            })
        for (index, slots) in next.slots.enumerated() { found[index] += slots }
      }
      #expect(found == [0, 2, schema.leaves.count - 1].map { expected.slots[$0] }, "rows \(rows)")
    }
    let part = try reader.read(rowGroup: 1, rows: 10..<390)
    #expect(part.slots == batch.slice(rows: 410..<790).slots)
  }

  @Test func projectionKeepsGroups() throws {
    let schema = try Self.nestedSchema()
    let value = try #require(schema.leaf(at: "map.key_value.value")).index
    let key = try #require(schema.leaf(at: "map.key_value.key")).index
    #expect(try schema.projected(to: [key, value]).fields[0].logicalType == .map)
    #expect(try schema.projected(to: [key]).fields[0].logicalType == .map)
    // A map without keys is none.
    #expect(try schema.projected(to: [value]).fields[0].logicalType == nil)
    #expect(try schema.projected(to: []).fields.isEmpty)
    for leaf in schema.leaves {
      let projected = try schema.projected(to: [leaf.index]).leaves
      #expect(projected.map(\.path) == [leaf.path])
      #expect(projected[0].maxDefinitionLevel == leaf.maxDefinitionLevel)
      #expect(projected[0].maxRepetitionLevel == leaf.maxRepetitionLevel)
    }
  }

  @Test func wrongArguments() throws {
    let schema = try Schema([SchemaField("a", .int32)])
    var random = RandomRows(seed: 5)
    let file = try written(schema, WriterOptions(), [try random.batch(schema, count: 10)])
    let reader = try ParquetReader(MemorySource(file, name: "f.parquet"))
    let errors = [
      thrownError { () throws(ParquetError) in try reader.read(rowGroup: 1) },
      thrownError { () throws(ParquetError) in try reader.read(rowGroup: 0, rows: 0..<11) },
      thrownError { () throws(ParquetError) in try reader.read(rowGroup: 0, columns: [1]) },
      thrownError { () throws(ParquetError) in try reader.batches(rows: 5..<11).next() },
      thrownError { () throws(ParquetError) in try reader.batches(columns: [-1]).next() },
      thrownError { () throws(ParquetError) in try reader.batches(batchRows: 0).next() },
    ]
    for error in errors {
      #expect(error?.code == .invalidArgument)
      #expect(error?.context.file == "f.parquet")
    }
  }
}
