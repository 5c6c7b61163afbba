import GoldenTables
import Testing

@testable import Parquet

/// Rows sorted within each row group: held against a slow sort of the same rows.
@Suite struct SortingTests {
  /// The slots of each row of a batch, column by column.
  private static func rows(_ batch: ColumnBatch) -> [[[Slot]]] {
    var rows = [[[Slot]]](repeating: [], count: batch.rowCount)
    for column in batch.slots {
      var row = -1
      for slot in column {
        if slot.repetition == 0 {
          row += 1
          rows[row].append([])
        }
        rows[row][rows[row].count - 1].append(slot)
      }
    }
    return rows
  }

  private static func rows(_ file: Bytes) throws -> [[[Slot]]] {
    let batches = try ParquetReader(MemorySource(file)).batches()
    var all: [[[Slot]]] = []
    while let batch = try batches.next() { all += rows(batch) }
    return all
  }

  /// Whether `a` comes before `b`: the plain way, number by number.
  private static func isLess(_ a: [UInt8], _ b: [UInt8], _ leaf: Leaf) -> Bool {
    func number(_ bytes: [UInt8]) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    let sign = UInt64(1) << UInt64(8 * a.count % 64 == 0 ? 63 : 8 * a.count % 64 - 1)
    switch leaf.sortOrder {
    case .boolean, .unsigned: return number(a) < number(b)
    case .signed: return number(a) ^ sign < number(b) ^ sign
    case .float:
      func key(_ bytes: [UInt8]) -> Int64 {
        let bits = number(bytes)
        return bits & sign == 0 ? Int64(bits) : -1 - Int64(bits & ~sign)
      }
      return key(a) < key(b)
    case .unsignedBytes: return a.lexicographicallyPrecedes(b)
    case .signedBytes: return twosComplementIsLess(a, b)
    case .undefined: return false
    }
  }

  private static func sorted(
    _ rows: ArraySlice<[[Slot]]>, by keys: [SortKey], _ schema: Schema
  ) -> [[[Slot]]] {
    rows.enumerated().sorted { x, y in
      for key in keys {
        guard let leaf = schema.leaf(at: key.column) else { continue }
        switch (x.element[leaf.index][0].value, y.element[leaf.index][0].value) {
        case (nil, nil): continue
        case (nil, _): return key.nullsFirst
        case (_, nil): return !key.nullsFirst
        case (let a?, let b?):
          if isLess(a, b, leaf) { return !key.isDescending }
          if isLess(b, a, leaf) { return key.isDescending }
        }
      }
      return x.offset < y.offset
    }.map(\.element)
  }

  /// One to three keys among the leaves that can be.
  private static func keys(_ schema: Schema, _ generator: inout GoldenTables.SeededGenerator)
    -> [SortKey]
  {
    var able = schema.leaves.filter { $0.maxRepetitionLevel == 0 && $0.sortOrder != .undefined }
    var keys: [SortKey] = []
    for _ in 0..<generator.pick(1...3) where !able.isEmpty {
      let leaf = able.remove(at: generator.pick(0...able.count - 1))
      keys.append(
        SortKey(
          leaf.path.description, isDescending: generator.oneIn(2), nullsFirst: generator.oneIn(2)))
    }
    return keys
  }

  @Test(arguments: UInt64(1)...80) func rowsAreSortedInEachRowGroup(_ seed: UInt64) throws {
    var maker = RandomTables(seed: seed)
    var generator = GoldenTables.SeededGenerator(seed: seed)
    var table = try maker.table(named: "table \(seed)")
    let keys = SortingTests.keys(table.schema, &generator)
    let input = SortingTests.rows(try table.batch(0..<table.rows.count))
    table.options.sortKeys = keys
    let file = Bytes(copying: try table.write().bytes)
    let output = try SortingTests.rows(file)
    let reader = try ParquetReader(MemorySource(file))
    for (index, group) in reader.metadata.rowGroups.enumerated() {
      let rows = reader.rows(ofRowGroup: index)
      let expected = SortingTests.sorted(input[rows], by: keys, table.schema)
      let isSorted = Array(output[rows]) == expected
      #expect(isSorted, "row group \(index) by \(keys)")
      #expect(
        group.sortingColumns.map { reader.schema.leaves[$0.columnIndex].path.description }
          == keys.map(\.column))
      #expect(group.sortingColumns.map(\.isDescending) == keys.map(\.isDescending))
      #expect(group.sortingColumns.map(\.nullsFirst) == keys.map(\.nullsFirst))
    }
    #expect(try FileVerifier(MemorySource(file)).verify().map(\.description) == [])
  }

  @Test(arguments: UInt64(1)...12) func bytesDoNotDependOnThreadsOrBatches(_ seed: UInt64) throws {
    var table = try DeterminismTests.table(seed)
    var generator = GoldenTables.SeededGenerator(seed: seed)
    table.options.sortKeys = SortingTests.keys(table.schema, &generator)
    table.options.memoryLimit = seed % 3 == 0 ? 20_000 : nil
    table.options.rowGroupBytes = seed % 3 == 1 ? 3000 : 128 << 20
    let expected = try table.write().bytes
    for (threads, batchRows) in [(3, 1), (1, 17), (2, 1000)] {
      table.options.threads = threads
      table.batchRows = [Int](repeating: batchRows, count: table.rows.count / batchRows + 1)
      let isSame = try table.write().bytes == expected
      #expect(isSame, "\(threads) threads, batches of \(batchRows)")
    }
  }

  /// Values whose first eight bytes are the same, in every order of bytes.
  @Test func valuesWithOneBeginning() throws {
    let schema = try Schema([
      .string("text"),
      SchemaField("bytes", .byteArray, logicalType: .decimal(precision: 60, scale: 2)),
      SchemaField(
        "fixed", .fixedLengthByteArray(byteCount: 20),
        logicalType: .decimal(precision: 40, scale: 0)),
      SchemaField("uuid", .fixedLengthByteArray(byteCount: 16), logicalType: .uuid),
    ])
    var generator = GoldenTables.SeededGenerator(seed: 5)
    let builder = ColumnBatchBuilder(schema: schema)
    for _ in 0..<700 {
      let tail = (0..<generator.pick(0...3)).map { _ in UInt8(generator.pick(0...2)) }
      let lead: UInt8 = generator.oneIn(2) ? 0 : 0xFF
      let padding = [UInt8](repeating: lead, count: generator.pick(0...9))
      func wide(_ count: Int) -> [UInt8] {
        [UInt8](repeating: lead, count: count - 3)
          + (0..<3).map { _ in UInt8(generator.pick(0...1)) }
      }
      let values: [[UInt8]] = [
        Array("https://a.b/".utf8.prefix(generator.pick(7...12))) + tail,
        padding + [lead] + (generator.oneIn(2) ? wide(9) : tail), wide(20), wide(16),
      ]
      for (value, field) in zip(values, builder.fields) {
        try GoldenTable.append(.bytes(value), to: field)
      }
    }
    let batch = try builder.finish()
    for leaf in schema.leaves {
      for isDescending in [false, true] {
        var options = WriterOptions()
        options.sortKeys = [SortKey(leaf.path.description, isDescending: isDescending)]
        options.rowGroupRows = 300
        let output = try SortingTests.rows(try written(schema, options, [batch]))
        let input = SortingTests.rows(batch)
        for start in stride(from: 0, to: 700, by: 300) {
          let rows = start..<min(start + 300, 700)
          let isSorted =
            Array(output[rows]) == SortingTests.sorted(input[rows], by: options.sortKeys, schema)
          #expect(isSorted, "\(leaf.path), descending \(isDescending)")
        }
      }
    }
  }

  /// A sorted row group is encoded in pieces of 131 072 rows.
  @Test func rowGroupOfSeveralPieces() throws {
    let count = 300_000
    let schema = try Schema([SchemaField("n", .int64, .optional), SchemaField("row", .int32)])
    var options = WriterOptions()
    options.sortKeys = [SortKey("n")]
    let builder = ColumnBatchBuilder(schema: schema)
    let numbers = try #require(builder.fields[0] as? LeafBuilder)
    let places = try #require(builder.fields[1] as? LeafBuilder)
    for row in 0..<count {
      if row % 10 == 3 { numbers.appendNull() } else { numbers.append(Int64(row * 7919 % 1000)) }
      places.append(Int32(row))
    }
    let file = try written(schema, options, [try builder.finish()])
    let reader = try ParquetReader(MemorySource(file))
    #expect(reader.metadata.rowGroups.count == 1)
    let rows = try SortingTests.rows(file)
    let order =
      (0..<count).filter { $0 % 10 != 3 }.sorted {
        ($0 * 7919 % 1000, $0) < ($1 * 7919 % 1000, $1)
      } + (0..<count).filter { $0 % 10 == 3 }
    let isSorted =
      rows.map { $0[1][0].value }
      == order.map { row in
        (0..<4).map { UInt8(truncatingIfNeeded: row >> (8 * $0)) }
      }
    #expect(isSorted)
    #expect(try FileVerifier(MemorySource(file)).verify().map(\.description) == [])
  }

  @Test func memoryClosesRowGroups() throws {
    let schema = try Schema([SchemaField("n", .int64)])
    var options = WriterOptions()
    options.sortKeys = [SortKey("n", isDescending: true)]
    options.memoryLimit = 1 << 20
    var random = RandomRows(seed: 3)
    let file = try written(schema, options, [try random.batch(schema, count: 20_000)])
    let reader = try ParquetReader(MemorySource(file))
    let most = (1 << 20) / 4 / RowOrder.bytesPerRow
    #expect(reader.metadata.rowGroups.map(\.rowCount).max() == most)
    options.memoryLimit = nil
    options.rowGroupBytes = 8000
    let small = try ParquetReader(
      MemorySource(try written(schema, options, [try random.batch(schema, count: 20_000)])))
    #expect(small.metadata.rowGroups.map(\.rowCount).max() == 1000)
  }

  @Test func keysThatCannotBe() throws {
    let schema = try Schema([
      SchemaField("n", .int64), .list("l", of: SchemaField("x", .int32)),
      SchemaField("old", .fixedLengthByteArray(byteCount: 12), logicalType: .interval),
      SchemaField(group: "g", .optional, [SchemaField("x", .int32, .optional)]),
    ])
    for (columns, part) in [
      (["m"], "no column m"), (["l.list.element"], "many of its values"), (["old"], "no order"),
      (["n", "n"], "a key already"), (["g"], "no column g"),
    ] {
      var options = WriterOptions()
      options.sortKeys = columns.map { SortKey($0) }
      do {
        _ = try ParquetWriter(MemorySink(), schema: schema, options: options)
        Issue.record("\(columns) is taken")
      } catch {
        #expect(error.code == .invalidArgument)
        #expect(error.description.contains(part), "\(error)")
      }
    }
    var options = WriterOptions()
    options.sortKeys = [SortKey("g.x"), SortKey("n")]
    _ = try ParquetWriter(MemorySink(), schema: schema, options: options)
  }

  /// What is promised and not so is found, and what no reader can rely on is let be.
  @Test func verifierHoldsRowsToTheirOrder() throws {
    let schema = try Schema([
      SchemaField("n", .int32, .optional), SchemaField("x", .double), .string("s"),
    ])
    let rows: [[Value]] = [
      [.int32(1), .double(Double(-0.0)), .text("b")],
      [.int32(1), .double(Double(0.0)), .text("b")],
      [.int32(2), .double(Double.nan), .text("a")], [.int32(2), .double(Double(-1)), .text("a")],
      [.null, .double(Double(2)), .text("z")],
    ]
    let table = GoldenTable(name: "t", schema: schema, options: WriterOptions(), rows: rows)
    let file = Bytes(copying: try table.write().bytes)
    func faults(_ keys: [SortingColumn]) throws -> [String] {
      let changed = try withFooter(file) { $0.rowGroups[0].sortingColumns = keys }
      return try FileVerifier(MemorySource(changed, name: "f")).verify().map(\.description)
    }
    func misplaced(_ column: String, _ row: Int) -> [String] {
      [
        "f: row group 0, column \(column), row \(row): sorting_columns says the rows are sorted; "
          + "this one is not"
      ]
    }
    #expect(try faults([SortingColumn(columnIndex: 0)]) == [])
    #expect(try faults([SortingColumn(columnIndex: 0, nullsFirst: true)]) == misplaced("n", 4))
    #expect(try faults([SortingColumn(columnIndex: 0, isDescending: true)]) == misplaced("n", 2))
    #expect(try faults([SortingColumn(columnIndex: 1)]) == [])
    #expect(try faults([SortingColumn(columnIndex: 2)]) == misplaced("s", 2))
    #expect(
      try faults([SortingColumn(columnIndex: 2, isDescending: true)]) == misplaced("s", 4))
    #expect(
      try faults([SortingColumn(columnIndex: 0), SortingColumn(columnIndex: 2)]) == [])
    #expect(
      try faults([
        SortingColumn(columnIndex: 0), SortingColumn(columnIndex: 1, isDescending: true),
      ]) == [])
    #expect(
      try faults([SortingColumn(columnIndex: 7)]) == [
        "f: row group 0: is sorted by column 7, which there is not"
      ])
  }

  @Test func joinedFilesStaySorted() throws {
    let schema = try Schema([SchemaField("n", .int64)])
    var options = WriterOptions()
    options.sortKeys = [SortKey("n", isDescending: true, nullsFirst: true)]
    var random = RandomRows(seed: 4)
    let file = try written(schema, options, [try random.batch(schema, count: 100)])
    let reader = try ParquetReader(MemorySource(file))
    let sink = MemorySink()
    let writer = try ParquetWriter(sink, schema: schema)
    try writer.append(rowGroup: 0, of: reader)
    _ = try writer.finish()
    let joined = try ParquetReader(MemorySource(sink.bytes))
    #expect(
      joined.metadata.rowGroups[0].sortingColumns == [
        SortingColumn(columnIndex: 0, isDescending: true, nullsFirst: true)
      ])
  }
}
