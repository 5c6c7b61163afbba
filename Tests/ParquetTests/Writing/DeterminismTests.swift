import GoldenTables
import Parquet
import Testing

/// The bytes are a function of schema, rows and options alone.
@Suite struct DeterminismTests {
  /// Random tables, made larger so that they have several slabs, pages and row groups.
  static let seeds: [UInt64] = Array(1...24)

  static func table(_ seed: UInt64) throws -> GoldenTable {
    var maker = RandomTables(seed: seed)
    var table = try maker.table(named: "table \(seed)")
    table.batchRows = []
    table.closedAfterBatches = []
    return table
  }

  @Test(arguments: seeds) func bytesDoNotDependOnThreads(_ seed: UInt64) throws {
    var table = try DeterminismTests.table(seed)
    table.options.threads = 1
    let expected = try table.write().bytes
    for threads in [2, 7] {
      table.options.threads = threads
      let isSame = try table.write().bytes == expected
      #expect(isSame, "\(threads) threads")
    }
  }

  @Test(arguments: seeds) func bytesDoNotDependOnBatches(_ seed: UInt64) throws {
    var table = try DeterminismTests.table(seed)
    let expected = try table.write().bytes
    let rowCount = table.rows.count
    for batchRows in [1, 7, 1000] {
      table.batchRows = [Int](repeating: batchRows, count: rowCount / batchRows + 1)
      let isSame = try table.write().bytes == expected
      #expect(isSame, "batches of \(batchRows)")
    }
  }

  @Test(arguments: seeds) func bytesDoNotDependOnSlicing(_ seed: UInt64) throws {
    let table = try DeterminismTests.table(seed)
    let whole = try table.batch(0..<table.rows.count)
    let expected = try table.write().bytes
    for length in [1, 13] {
      let sink = MemorySink()
      let writer = try ParquetWriter(sink, schema: table.schema, options: table.options)
      var start = 0
      while start < whole.rowCount {
        let end = min(start + length, whole.rowCount)
        try writer.write(whole.slice(rows: start..<end))
        start = end
      }
      _ = try writer.finish()
      let isSame = sink.bytes.array() == expected
      #expect(isSame, "slices of \(length)")
    }
  }

  @Test(arguments: seeds) func bytesDoNotDependOnAMemoryLimitThatDoesNotBind(
    _ seed: UInt64
  ) throws {
    var table = try DeterminismTests.table(seed)
    table.options.memoryLimit = nil
    let expected = try table.write().bytes
    table.options.memoryLimit = 1 << 30
    let isSame = try table.write().bytes == expected
    #expect(isSame)
  }

  @Test(arguments: seeds) func bytesAreTheSameTwice(_ seed: UInt64) throws {
    // From the seed on, so that nothing of the first run is left.
    let first = try DeterminismTests.table(seed).write().bytes
    let second = try DeterminismTests.table(seed).write().bytes
    let isSame = first == second
    #expect(isSame)
  }

  @Test(arguments: seeds) func dictionaryInputEqualsPlainInput(_ seed: UInt64) throws {
    let table = try DeterminismTests.table(seed)
    let plain = try table.batch(0..<table.rows.count)
    let references = ReferenceLevels.columns(of: table.rows, schema: table.schema)
    var columns: [Column] = []
    for (leaf, (column, reference)) in zip(table.schema.leaves, zip(plain.columns, references)) {
      let values = reference.values.compactMap { $0 }
      let coded = try DeterminismTests.dictionary(of: values, leaf)
      columns.append(
        Column(
          rowCount: column.rowCount, slotCount: column.slotCount, presence: column.presence,
          values: coded))
    }
    let batch = try ColumnBatch(schema: table.schema, columns: columns)
    let expected = try table.write().bytes
    for length in [table.rows.count, 11] {
      let sink = MemorySink()
      let writer = try ParquetWriter(sink, schema: table.schema, options: table.options)
      var start = 0
      while start < batch.rowCount {
        let end = min(start + length, batch.rowCount)
        try writer.write(batch.slice(rows: start..<end))
        start = end
      }
      _ = try writer.finish()
      let isSame = sink.bytes.array() == expected
      #expect(isSame, "slices of \(length)")
    }
  }

  /// `values` as indices into a dictionary that is in another order than the values come in, holds
  /// one of them twice, and one that is not used.
  private static func dictionary(
    of values: [Value], _ leaf: Leaf
  ) throws(ParquetError) -> ColumnValues {
    var entries: [Value] = []
    var places: [Value: UInt32] = [:]
    for value in values.reversed() where places[value] == nil {
      places[value] = UInt32(entries.count)
      entries.append(value)
    }
    if let first = entries.first { entries += [first, first] }
    let field = SchemaField(
      "entry", leaf.physicalType, .required,
      logicalType: leaf.logicalType == .unknown ? nil : leaf.logicalType)
    let builder = ColumnBatchBuilder(schema: try Schema([field]))
    for entry in entries { try GoldenTable.append(entry, to: builder.fields[0]) }
    let indices = values.enumerated().map { number, value in
      // Every other use of the repeated entry takes its second place.
      let place = places[value] ?? 0
      return place == 0 && number % 2 == 1 ? UInt32(entries.count - 2) : place
    }
    return try .dictionary(
      indices: Bytes(copying: indices), dictionary: builder.finish().columns[0].values)
  }
}
