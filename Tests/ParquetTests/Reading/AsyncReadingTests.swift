import GoldenTables
import Testing

@testable import Parquet

/// Files whose bytes are waited for give the same rows, and are asked as seldom.
@Suite struct AsyncReadingTests {
  /// An object store that answers when it likes.
  private struct Store: AsyncByteSource {
    let log: RequestLog
    var coalescing = ReadCoalescing()
    var name: String { "store" }

    init(_ bytes: Bytes) { log = RequestLog(bytes) }

    func readSuffix(
      _ count: Int
    ) async throws(ParquetError) -> (bytes: Bytes, byteCount: Int) {
      await Task.yield()
      let all = log.bytes.count
      return (log.fetch(max(0, all - count)..<all), all)
    }

    func read(_ range: Range<Int>) async throws(ParquetError) -> Bytes {
      await Task.yield()
      return log.fetch(range)
    }
  }

  private func rows(_ batches: AsyncBatchReader) async throws -> [[[Slot]]] {
    var all: [[[Slot]]] = []
    while let batch = try await batches.next() { all.append(batch.slots) }
    return all
  }

  @Test(arguments: GoldenFileTests.names) func givesTheSameRows(_ name: String) async throws {
    let table = try #require(GoldenSet.tables().first { $0.name == name })
    let file = Bytes(copying: try table.write().bytes)
    let reader = try await AsyncParquetReader(Store(file))
    let expected = try ParquetReader(MemorySource(file))
    #expect(reader.reader.schema == expected.schema)
    let batches = expected.batches(batchRows: 1_000)
    let other = try reader.batches(batchRows: 1_000)
    while let batch = try batches.next() {
      let isSame = try await other.next()?.slots == batch.slots
      #expect(isSame)
    }
    #expect(try await other.next() == nil)
  }

  /// Four row groups of 10 000 rows: ascending numbers, the same as text, and text without an order.
  private func sample(
    encoding: WriterOptions.EncodingChoice = .always(.plain), bloom: Bool = false
  ) throws -> Bytes {
    let schema = try Schema([SchemaField("x", .int64), SchemaField("y", .int64), .string("text")])
    let builder = ColumnBatchBuilder(schema: schema)
    for row in 0..<40_000 {
      builder.leaf(0).append(Int64(row))
      builder.leaf(1).append(Int64(row &* 7_919 % 40_000))
      builder.leaf(2).append("row \(row) of many that are not alike: \(row &* 7_919)")
    }
    var options = WriterOptions()
    options.rowGroupRows = 10_000
    options.pageRows = 1_000
    options.compression = .none
    options.encoding = encoding
    if bloom { options.bloomColumns = ["y"] }
    return try written(schema, options, [try builder.finish()])
  }

  @Test func opensWithOneReadOrTwo() async throws {
    let store = Store(try sample())
    _ = try await AsyncParquetReader(store)
    #expect(store.log.requests.count == 1)
    let schema = try Schema((0..<3_000).map { SchemaField("column \($0)", .int32) })
    let builder = ColumnBatchBuilder(schema: schema)
    for index in schema.leaves.indices { builder.leaf(index).append(Int32(index)) }
    let wide = Store(try written(schema, WriterOptions(), [try builder.finish()]))
    let reader = try await AsyncParquetReader(wide)
    #expect(reader.reader.footerByteCount > 65_536)
    #expect(wide.log.requests.count == 2)
    #expect(try await rows(reader.batches(columns: [7, 2_900])) == [[[Slot(7)], [Slot(2_900)]]])
  }

  @Test func aSmallFileComesWithItsFooter() async throws {
    let schema = try Schema([SchemaField("x", .int32)])
    let builder = ColumnBatchBuilder(schema: schema)
    for row in 0..<100 { builder.leaf(0).append(Int32(row)) }
    let store = Store(try written(schema, WriterOptions(), [try builder.finish()]))
    let reader = try await AsyncParquetReader(store)
    #expect(try await rows(reader.batches()).first?.first?.count == 100)
    #expect(store.log.requests.count == 1)
  }

  /// As many reads at a time as there are is no number to count to.
  @Test(.timeLimit(.minutes(1))) func anyNumberOfReadsAtATime() async throws {
    var store = Store(try sample())
    store.coalescing.concurrentReads = .max
    store.coalescing.gapByteCount = 0
    let reader = try await AsyncParquetReader(store)
    let read = try await rows(reader.batches(columns: [0, 2], rows: 0..<20_000))
    #expect(read.map { $0[0].count } == [10_000, 10_000])
  }

  @Test func columnsOfARowGroupComeTogether() async throws {
    let store = Store(try sample())
    let reader = try await AsyncParquetReader(store)
    store.log.forget()
    let read = try await rows(reader.batches(columns: [0, 1], rows: 5_000..<25_000))
    #expect(read.map { $0[0].count } == [5_000, 10_000, 5_000])
    #expect(store.log.requests.count == 3)
    // 80 kB of each column, and the slack behind the last.
    #expect(store.log.requests.allSatisfy { $0.count > 160_000 && $0.count < 165_000 })
  }

  @Test func filtersReadWhatTheyNeed() async throws {
    let bytes = try sample()
    let store = Store(bytes)
    let reader = try await AsyncParquetReader(store)
    store.log.forget()
    let filter = Filter.compare(ColumnPath(["x"]), .less, .integer(12_000))
    let batches = try reader.batches(columns: [2], filter: filter)
    let read = try await rows(batches)
    let sync = try ParquetReader(MemorySource(bytes)).batches(columns: [2], filter: filter)
    var expected: [[[Slot]]] = []
    while let batch = try sync.next() { expected.append(batch.slots) }
    let isSame = read == expected
    #expect(isSame)
    #expect(batches.report == sync.report)
    #expect(batches.report.rowGroupsSkippedByStatistics == 2)
    // The page indexes are in the end that is at hand: one read for each of two row groups.
    #expect(store.log.requests.count == 2)
  }

  @Test func bloomFiltersRuleOutBeforePagesAreRead() async throws {
    let store = Store(try sample(bloom: true))
    let reader = try await AsyncParquetReader(store)
    store.log.forget()
    let batches = try reader.batches(
      filter: .compare(ColumnPath(["y"]), .equal, .integer(39_999 &* 7_919 % 40_000)))
    let read = try await rows(batches)
    #expect(read.map { $0[0].count } == [1])
    #expect(batches.report.rowGroupsSkippedByBloomFilter == 3)
    let pages = try (0..<4).map { rowGroup in
      try #require(try reader.reader.columnMetadata(rowGroup: rowGroup, column: 2))
    }
    // A bloom filter comes with what follows it, but not all the text of a row group ruled out.
    for chunk in pages.dropLast() {
      #expect(!store.log.requests.contains { $0.contains(chunk.declaredEnd - 1_000) })
    }
  }

  @Test func whatIsHeldCounts() async throws {
    let store = Store(try sample())
    let reader = try await AsyncParquetReader(store)
    let before = reader.reader.memory.usedByteCount
    do {
      let batches = try reader.batches(columns: [0, 1], batchRows: 100)
      _ = try await batches.next()
      #expect(reader.reader.memory.usedByteCount - before > 160_000)
      while try await batches.next() != nil {}
    }
    #expect(reader.reader.memory.usedByteCount == before)
    var limits = ReaderLimits()
    limits.totalBytes = 150_000
    let tight = try await AsyncParquetReader(store, limits: limits)
    store.log.forget()
    let batches = try tight.batches(columns: [0, 1])
    let error = await #expect(throws: ParquetError.self) { try await batches.next() }
    #expect(error?.code == .limitExceeded)
    #expect(error?.context.rowGroup == 0)
    #expect(store.log.requests.isEmpty)
  }

  @Test func refusesWhatCannotBeAskedFor() async throws {
    let reader = try await AsyncParquetReader(Store(try sample()))
    #expect(throws: ParquetError.self) { try reader.batches(columns: [3]) }
    #expect(throws: ParquetError.self) { try reader.batches(rows: 0..<40_001) }
    #expect(throws: ParquetError.self) { try reader.batches(batchRows: 0) }
    #expect(throws: ParquetError.self) { try reader.batches(filter: .isNull(ColumnPath(["z"]))) }
    // What was not fetched is not read behind one's back.
    let error = #expect(throws: ParquetError.self) { try reader.reader.read(rowGroup: 0) }
    #expect(error?.code == .inputOutput)
    #expect(error?.message.contains("were not fetched") == true)
  }

  /// A store that answers wrongly, from some request on.
  private struct BadStore: AsyncByteSource {
    enum Answer { case short, long, error }
    let store: Store
    let answer: Answer
    var isBadFromTheStart = false
    var name: String { "bad" }

    private func bad(_ bytes: Bytes) throws(ParquetError) -> Bytes {
      switch answer {
      case .short: return bytes.slice(0..<bytes.count - 1)
      case .long: return Bytes(copying: bytes.array() + [0])
      case .error: throw ParquetError(.inputOutput, "gone")
      }
    }

    func readSuffix(
      _ count: Int
    ) async throws(ParquetError) -> (bytes: Bytes, byteCount: Int) {
      let answer = try await store.readSuffix(count)
      return isBadFromTheStart ? (try bad(answer.bytes), answer.byteCount) : answer
    }

    func read(_ range: Range<Int>) async throws(ParquetError) -> Bytes {
      try bad(await store.read(range))
    }
  }

  @Test(arguments: [BadStore.Answer.short, .long, .error])
  private func errorsSayWhere(_ answer: BadStore.Answer) async throws {
    let store = Store(try sample())
    let start = await #expect(throws: ParquetError.self) {
      try await AsyncParquetReader(BadStore(store: store, answer: answer, isBadFromTheStart: true))
    }
    #expect(start?.code == .inputOutput)
    #expect(start?.context.file == "bad")
    let reader = try await AsyncParquetReader(BadStore(store: store, answer: answer))
    let batches = try reader.batches(columns: [1], rows: 10_000..<20_000)
    for _ in 0..<2 {
      let error = await #expect(throws: ParquetError.self) { try await batches.next() }
      #expect(error?.code == .inputOutput)
      #expect(error?.context.file == "bad")
      #expect(error?.context.rowGroup == 1)
      #expect(error?.context.byteOffset != nil)
    }
  }

  /// Whatever the footer says is where, fetching ends: with the rows or the error of bytes at hand.
  @Test func damagedFootersEnd() async throws {
    var options = WriterOptions()
    options.rowGroupRows = 50
    options.pageRows = 10
    options.bloomColumns = ["x"]
    let schema = try Schema([SchemaField("x", .int64), .string("text")])
    var random = RandomRows(seed: 41)
    let file = try written(schema, options, [try random.batch(schema, count: 100)])
    let footer = try ParquetReader(MemorySource(file)).footerOffset
    let filter = Filter.compare(ColumnPath(["x"]), .equal, .integer(7))
    var failures = 0
    for offset in footer..<file.count {
      for value in [0, 0x7F, 0xFF] as [UInt8] {
        let damaged = withByte(file, at: offset) { _ in value }
        for filter in [nil, filter] {
          // A footer may say more rows than anyone can wait for.
          var expectedRows = 0
          var expected: ParquetError?
          do throws(ParquetError) {
            let reader = try ParquetReader(MemorySource(damaged, name: "store"))
            if let filter {
              let batches = try reader.batches(filter: filter)
              while expectedRows < 1_000, let batch = try batches.next() {
                expectedRows += batch.rowCount
              }
            } else {
              let batches = reader.batches()
              while expectedRows < 1_000, let batch = try batches.next() {
                expectedRows += batch.rowCount
              }
            }
          } catch { expected = error }
          var foundRows = 0
          var found: ParquetError?
          do throws(ParquetError) {
            let reader = try await AsyncParquetReader(Store(damaged))
            let batches = try reader.batches(filter: filter)
            while foundRows < 1_000, let batch = try await batches.next() {
              foundRows += batch.rowCount
            }
          } catch { found = error }
          #expect(foundRows == expectedRows, "byte \(offset) as \(value)")
          if expected != nil { failures += 1 }
          #expect(found?.code == expected?.code, "byte \(offset) as \(value)")
        }
      }
    }
    #expect(failures > 100)
  }

  @Test func truncatedFilesAreRefused() async throws {
    let bytes = try sample()
    for length in [0, 3, 11, 12, 1_000, bytes.count - 1] {
      let error = await #expect(throws: ParquetError.self) {
        try await AsyncParquetReader(Store(bytes.slice(0..<length)))
      }
      #expect(error?.code == .malformedFile, "\(length) bytes")
    }
  }
}

extension Slot {
  /// A required number.
  fileprivate init(_ number: Int32) {
    self.init(
      repetition: 0, definition: 0, value: Bytes(copying: [number]).array())
  }
}
