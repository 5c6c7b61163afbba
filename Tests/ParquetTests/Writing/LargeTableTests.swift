import GoldenTables
import Parquet
import Testing

/// Tables of several slabs, whose bounds the writer sets by itself.
@Suite struct LargeTableTests {
  static let rowCount = 300_000

  static func schema() throws -> Schema {
    try Schema([
      SchemaField("number", .int64), .string("word", .optional), SchemaField("flag", .boolean),
      .list("list", .optional, of: SchemaField("element", .int32, .optional)),
    ])
  }

  /// The rows of `range`, each a function of its number alone.
  static func append(_ range: Range<Int>, to builder: ColumnBatchBuilder) {
    let element = builder.list(3).element
    for row in range {
      // Few numbers at first, then many: the dictionary ends in the middle of the chunk.
      builder.leaf(0).append(Int64(row < 150_000 ? row % 100 : row &* 7919))
      if row % 5 == 0 {
        builder.leaf(1).appendNull()
      } else {
        builder.leaf(1).append("w\(row % 999)")
      }
      builder.leaf(2).append(row / 1000 % 2 == 0)
      if row % 7 == 0 {
        builder.list(3).appendNull()
      } else {
        for i in 0..<row % 4 {
          if let leaf = element as? LeafBuilder, i != 2 {
            leaf.append(Int32(truncatingIfNeeded: row &+ i))
          } else {
            element.appendNull()
          }
        }
        builder.list(3).endList()
      }
    }
  }

  /// The file of the rows, handed over in batches of `batchRows`.
  static func file(
    batchRows: Int, threads: Int = 1, memoryLimit: Int? = nil, rowGroupRows: Int = 1_000_000
  ) throws -> (bytes: Bytes, written: WrittenFile) {
    var options = GoldenSet.pinnedOptions(.snappy)
    options.encoding = .automatic
    options.threads = threads
    options.memoryLimit = memoryLimit
    options.rowGroupRows = rowGroupRows
    let schema = try schema()
    let sink = MemorySink()
    let writer = try ParquetWriter(sink, schema: schema, options: options)
    let builder = ColumnBatchBuilder(schema: schema)
    var start = 0
    while start < rowCount {
      let end = min(start + batchRows, rowCount)
      append(start..<end, to: builder)
      try writer.write(builder.finish())
      start = end
    }
    let written = try writer.finish()
    return (sink.bytes, written)
  }

  @Test func bytesDoNotDependOnBatchesThreadsOrALimitThatDoesNotBind() throws {
    let (expected, written) = try LargeTableTests.file(batchRows: LargeTableTests.rowCount)
    #expect(written.rowCount == LargeTableTests.rowCount)
    #expect(written.rowGroupCount == 1)
    let others: [(batchRows: Int, threads: Int, memoryLimit: Int?)] = [
      (1, 1, nil), (1000, 2, nil), (131_072, 7, nil), (131_073, 1, 1 << 30), (99_999, 7, 1 << 30),
    ]
    for other in others {
      let bytes = try LargeTableTests.file(
        batchRows: other.batchRows, threads: other.threads, memoryLimit: other.memoryLimit
      ).bytes
      let isSame = bytes == expected
      #expect(isSame, "\(other)")
    }
  }

  @Test func rowGroupsSplitBatchesExactlyAtTheirLimit() throws {
    for (batchRows, rowGroupRows) in [(300_000, 131_073), (70_001, 140_000), (1000, 99_999)] {
      let written = try LargeTableTests.file(
        batchRows: batchRows, rowGroupRows: rowGroupRows
      ).written
      let counts = written.metadata.rowGroups.map(\.rowCount)
      #expect(counts.dropLast().allSatisfy { $0 == rowGroupRows }, "\(counts)")
      #expect(counts.reduce(0, +) == LargeTableTests.rowCount)
    }
  }

  @Test func aMemoryLimitThatBindsClosesRowGroupsByTheRowsAlone() throws {
    let (expected, written) = try LargeTableTests.file(
      batchRows: LargeTableTests.rowCount, memoryLimit: 1 << 18)
    #expect(written.rowGroupCount > 1)
    for (batchRows, threads) in [(1, 7), (4096, 2)] {
      let bytes = try LargeTableTests.file(
        batchRows: batchRows, threads: threads, memoryLimit: 1 << 18
      ).bytes
      let isSame = bytes == expected
      #expect(isSame, "batches of \(batchRows)")
    }
  }

  @Test func theReaderFindsTheRowsAgain() throws {
    let bytes = try LargeTableTests.file(batchRows: 50_000, rowGroupRows: 140_000).bytes
    let reader = try ParquetReader(MemorySource(bytes))
    #expect(reader.rowCount == LargeTableTests.rowCount)
    let builder = ColumnBatchBuilder(schema: try LargeTableTests.schema())
    var row = 0
    for group in reader.metadata.rowGroups.indices {
      let found = try reader.read(rowGroup: group)
      LargeTableTests.append(row..<row + found.rowCount, to: builder)
      let expected = try builder.finish()
      for (theirs, ours) in zip(found.columns, expected.columns) {
        #expect(theirs.slotCount == ours.slotCount)
        #expect(theirs.values.count == ours.values.count)
      }
      for i in stride(from: 0, to: found.rowCount, by: 997) {
        #expect(
          found.columns[0].values.number(at: i, as: Int64.self)
            == expected.columns[0].values.number(at: i, as: Int64.self))
        #expect(found.columns[2].values.boolean(at: i) == expected.columns[2].values.boolean(at: i))
      }
      for column in [1, 3] {
        for i in stride(from: 0, to: expected.columns[column].values.count, by: 997) {
          #expect(
            found.columns[column].values.bytes(at: i)
              == expected.columns[column].values.bytes(at: i))
        }
      }
      row += found.rowCount
    }
    #expect(row == LargeTableTests.rowCount)
  }
}
