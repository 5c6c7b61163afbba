import Testing

@testable import Parquet

/// Any number of threads reads the same.
@Suite struct ParallelReadingTests {
  private static func schema() throws -> Schema {
    try Schema([
      SchemaField("a", .int64), .string("b", .optional), SchemaField("c", .double, .optional),
      SchemaField("d", .boolean), .list("e", .optional, of: .string("element", .optional)),
      SchemaField("f", .fixedLengthByteArray(byteCount: 16), .optional),
    ])
  }

  private static func file(_ seed: UInt64) throws -> Bytes {
    let schema = try schema()
    var rows = RandomRows(seed: seed)
    rows.distinctValues = seed % 2 == 0 ? 40 : 100_000
    var options = WriterOptions()
    options.rowGroupRows = 700
    options.pageRows = 90
    return try written(schema, options, [rows.batch(schema, count: 2_000)])
  }

  @Test(arguments: 0..<6 as Range<UInt64>) func everyThreadCountReadsTheSame(_ seed: UInt64) throws
  {
    let reader = try ParquetReader(MemorySource(try Self.file(seed)))
    let filter = Filter.compare(ColumnPath(["c"]), .greater, .number(5))
    func slots(_ threads: Int, batchRows: Int) throws -> (all: [[[Slot]]], kept: [[[Slot]]]) {
      let all = reader.batches(batchRows: batchRows, threads: threads)
      let kept = try reader.batches(filter: filter, batchRows: batchRows, threads: threads)
      var result: ([[[Slot]]], [[[Slot]]]) = ([], [])
      while let batch = try all.next() { result.0.append(batch.slots) }
      while let batch = try kept.next() { result.1.append(batch.slots) }
      return result
    }
    for batchRows in [64, 5_000] {
      let one = try slots(1, batchRows: batchRows)
      #expect(one.all.reduce(0) { $0 + $1[0].count } == 2_000)
      for threads in [2, 7] {
        let several = try slots(threads, batchRows: batchRows)
        #expect(several == one, "\(threads) threads, \(batchRows) rows")
      }
    }
    let group = try reader.read(rowGroup: 1, threads: 3)
    #expect(group.slots == (try reader.read(rowGroup: 1)).slots)
  }

  /// Of several damaged columns the first one is named, whichever thread was first.
  @Test func theErrorIsThatOfTheFirstColumn() throws {
    let file = try Self.file(1)
    let reader = try ParquetReader(MemorySource(file))
    var damaged = file.array()
    for column in [1, 4] {
      let metadata = try #require(try reader.columnMetadata(rowGroup: 0, column: column))
      damaged[metadata.dataPageOffset] ^= 0xFF
    }
    for threads in [1, 2, 7] {
      let broken = try ParquetReader(MemorySource(Bytes(copying: damaged)))
      let error = thrownError { () throws(ParquetError) in
        try broken.read(rowGroup: 0, threads: threads)
      }
      #expect(error?.context.column == "b", "\(threads) threads")
    }
  }

  @Test func noThreadsAreAnError() throws {
    let reader = try ParquetReader(MemorySource(try Self.file(2)))
    let ofGroup = thrownError { () throws(ParquetError) in
      try reader.read(rowGroup: 0, threads: 0)
    }
    let ofBatches = thrownError { () throws(ParquetError) in
      try reader.batches(threads: 0).next()
    }
    let ofFilter = thrownError { () throws(ParquetError) in
      try reader.batches(filter: .isNull(ColumnPath(["c"])), threads: 0)
    }
    #expect(ofGroup?.code == .invalidArgument)
    #expect(ofBatches?.code == .invalidArgument)
    #expect(ofFilter?.code == .invalidArgument)
  }
}
