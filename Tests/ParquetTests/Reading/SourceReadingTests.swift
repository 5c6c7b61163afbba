import GoldenTables
import Testing

@testable import Parquet

/// What is read does not depend on what it is read from, and a range source is asked as seldom as can be.
@Suite struct SourceReadingTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test(arguments: GoldenFileTests.names) func everySourceGivesTheSameRows(_ name: String) throws {
    let table = try #require(GoldenSet.tables().first { $0.name == name })
    let file = Bytes(copying: try table.write().bytes)
    func slots(_ kind: SourceKind) throws -> [[[Slot]]] {
      let reader = try ParquetReader(kind.source(file, in: directory))
      let batches = reader.batches(batchRows: 1_000)
      var all: [[[Slot]]] = []
      while let batch = try batches.next() { all.append(batch.slots) }
      #expect(try FileVerifier(kind.source(file, in: directory)).verify().isEmpty, "\(kind)")
      return all
    }
    let expected = try slots(.memory)
    for kind in SourceKind.allCases where kind != .memory {
      // Not in the expectation, whose failure would print all rows.
      let isSame = try slots(kind) == expected
      #expect(isSame, "\(kind)")
    }
  }

  // MARK: Requests

  /// Two row groups of eight columns: chunks of about 52 kB each.
  private func eightColumns() throws -> Bytes { try file(columnCount: 8, rowGroupRows: 8_000) }

  /// Chunks of about 390 kB.
  private func largeColumns() throws -> Bytes { try file(columnCount: 3, rowGroupRows: 60_000) }

  private func file(columnCount: Int, rowGroupRows: Int) throws -> Bytes {
    let schema = try Schema((0..<columnCount).map { SchemaField("c\($0)", .int64, .optional) })
    var options = WriterOptions()
    options.compression = .none
    options.encoding = .always(.plain)
    options.rowGroupRows = rowGroupRows
    options.pageRows = 1_000
    var random = RandomRows(seed: 31)
    random.distinctValues = 1 << 40
    return try written(schema, options, [try random.batch(schema, count: 2 * rowGroupRows)])
  }

  private func range(_ reader: ParquetReader, rowGroup: Int, column: Int) throws -> Range<Int> {
    let metadata = try #require(try reader.columnMetadata(rowGroup: rowGroup, column: column))
    return metadata.firstPageOffset..<metadata.declaredEnd
  }

  @Test func aFileIsOpenedWithOneRequest() throws {
    let log = RequestLog(try eightColumns())
    let reader = try ParquetReader(log.source())
    #expect(log.requests == [log.bytes.count - 65_536..<log.bytes.count])
    #expect(reader.footerByteCount < 60_000)
    log.forget()
    _ = try ParquetReader(log.sourceOfUnknownSize())
    #expect(log.requests == [log.bytes.count - 65_536..<log.bytes.count])
  }

  @Test func aLargeFooterNeedsTwo() throws {
    let schema = try Schema((0..<3_000).map { SchemaField("column \($0)", .int32) })
    let builder = ColumnBatchBuilder(schema: schema)
    for index in schema.leaves.indices { builder.leaf(index).append(Int32(index)) }
    let log = RequestLog(try written(schema, WriterOptions(), [try builder.finish()]))
    let reader = try ParquetReader(log.source())
    #expect(reader.footerByteCount > 65_536)
    let tail = log.bytes.count - 65_536
    // The second one ends where the first begins, though it is made somewhat larger where it is small.
    #expect(log.requests == [tail..<log.bytes.count, reader.footerOffset..<tail])
  }

  @Test func neighboursComeInOneRequest() throws {
    let log = RequestLog(try eightColumns())
    let reader = try ParquetReader(log.source())
    log.forget()
    let batches = reader.batches(columns: [1, 6])
    var rows = 0
    while let batch = try batches.next() { rows += batch.rowCount }
    #expect(rows == 16_000)
    #expect(log.requests.count == 2)
    for (rowGroup, request) in log.requests.enumerated() {
      let first = try range(reader, rowGroup: rowGroup, column: 1)
      let last = try range(reader, rowGroup: rowGroup, column: 6)
      #expect(request.lowerBound == first.lowerBound)
      // The end of the file is at hand already.
      let expected = min(last.upperBound, log.bytes.count - 65_536)
      #expect((expected...expected + 100).contains(request.upperBound))
    }
  }

  @Test func farColumnsComeByThemselves() throws {
    let log = RequestLog(try eightColumns())
    var coalescing = ReadCoalescing()
    coalescing.gapByteCount = 10_000
    let reader = try ParquetReader(log.source(coalescing))
    log.forget()
    let expected = try ParquetReader(MemorySource(log.bytes)).read(rowGroup: 1, columns: [1, 6])
    #expect(try reader.read(rowGroup: 1, columns: [6, 1]).slots == expected.slots)
    let requests = log.requests.sorted { $0.lowerBound < $1.lowerBound }
    let chunks = try [1, 6].map { try range(reader, rowGroup: 1, column: $0) }
    #expect(requests.map(\.lowerBound) == chunks.map(\.lowerBound))
    // Nothing else but the slack behind a chunk.
    #expect(requests.reduce(0) { $0 + $1.count } <= chunks.reduce(200) { $0 + $1.count })
  }

  /// Where the columns have more bytes than may be held, each comes in pieces.
  @Test func largeRowGroupsComeInPieces() throws {
    let log = RequestLog(try largeColumns())
    var coalescing = ReadCoalescing()
    coalescing.byteLimit = 600 << 10
    coalescing.gapByteCount = 0
    let reader = try ParquetReader(log.source(coalescing))
    log.forget()
    let before = reader.memory.usedByteCount
    let expected = try ParquetReader(MemorySource(log.bytes)).batches(
      columns: [0, 2], rows: 0..<60_000, batchRows: 10_000)
    let batches = reader.batches(columns: [0, 2], rows: 0..<60_000, batchRows: 10_000)
    while let batch = try batches.next() {
      let isSame = try batch.slots == expected.next()?.slots
      #expect(isSame)
      // Two pieces of 300 KiB, two windows into them, and what the readers need themselves.
      #expect(reader.memory.usedByteCount - before < (2 * 300 + 2 * 256 + 64) << 10)
    }
    #expect(log.requests.count == 4)
    let stored = try [0, 2].reduce(0) { try $0 + range(reader, rowGroup: 0, column: $1).count }
    // A page across the end of a piece begins the next one.
    #expect(log.requests.reduce(0) { $0 + $1.count } < stored + 2 * 256 << 10)
  }

  @Test func fewRowsOfManyDoNotReadTheRest() throws {
    let log = RequestLog(try largeColumns())
    let reader = try ParquetReader(log.source())
    log.forget()
    let batches = reader.batches(columns: [0, 2], rows: 0..<10)
    #expect(try batches.next()?.rowCount == 10)
    #expect(log.requests.count == 2)
    #expect(log.requests.allSatisfy { $0.count == 256 << 10 })
  }

  @Test func aRowGroupThatIsRuledOutIsNotRead() throws {
    let schema = try Schema([SchemaField("x", .int64), .string("text")])
    let builder = ColumnBatchBuilder(schema: schema)
    for row in 0..<40_000 {
      builder.leaf(0).append(Int64(row))
      builder.leaf(1).append("row \(row) of many that are not alike: \(row &* 7_919)")
    }
    var options = WriterOptions()
    options.rowGroupRows = 10_000
    options.compression = .none
    options.encoding = .always(.plain)
    let log = RequestLog(try written(schema, options, [try builder.finish()]))
    let reader = try ParquetReader(log.source())
    log.forget()
    let batches = try reader.batches(
      columns: [1],
      filter: .compare(ColumnPath(["x"]), .greaterOrEqual, .integer(30_000)))
    var rows = 0
    while let batch = try batches.next() { rows += batch.rowCount }
    #expect(rows == 10_000)
    // The indexes lie in the end that is at hand; the last row group's columns follow, one at a time.
    #expect(log.requests.count == 2)
    let start = try range(reader, rowGroup: 3, column: 0).lowerBound
    #expect(log.requests.allSatisfy { $0.lowerBound >= start })
  }

  @Test func whatIsHeldCountsAndIsGivenBack() throws {
    let log = RequestLog(try eightColumns())
    var limits = ReaderLimits()
    let reader = try ParquetReader(log.source(), limits: limits)
    let before = reader.memory.usedByteCount
    do {
      let batches = reader.batches(batchRows: 100)
      _ = try batches.next()
      let stored = try (0..<8).reduce(0) { try $0 + range(reader, rowGroup: 0, column: $1).count }
      #expect(reader.memory.usedByteCount - before > stored)
    }
    #expect(reader.memory.usedByteCount == before)
    // Where a quarter of the memory does not hold the row group, it comes in pieces.
    limits.totalBytes = 2_400_000
    let tight = try ParquetReader(log.source(), limits: limits)
    let rows = try tight.read(rowGroup: 0, columns: [0, 1], rows: 0..<8_000).slots
    #expect(
      rows == (try ParquetReader(MemorySource(log.bytes)).read(rowGroup: 0, columns: [0, 1]).slots))
  }

  @Test func anErrorOfTheSourceSaysWhere() throws {
    let log = RequestLog(try eightColumns())
    let end = log.bytes.count
    let source = RangeSource(name: "store", byteCount: end) { range in
      guard range.upperBound == end else { throw ParquetError(.inputOutput, "gone") }
      return log.fetch(range)
    }
    let reader = try ParquetReader(source)
    let error = #expect(throws: ParquetError.self) { try reader.read(rowGroup: 1, columns: [2]) }
    #expect(error?.code == .inputOutput)
    #expect(error?.context.file == "store")
    #expect(error?.context.rowGroup == 1)
    #expect(error?.context.byteOffset == (try range(reader, rowGroup: 1, column: 2).lowerBound))
  }
}
