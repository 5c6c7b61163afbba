import Testing

@testable import Parquet

/// Filtered reads against an evaluation row by row.
@Suite struct FilterTests {
  private static func options(_ variant: Int) -> WriterOptions {
    var options = WriterOptions()
    options.rowGroupRows = [300, 1_000, 170, 5_000][variant % 4]
    options.pageRows = [40, 64, 17][variant % 3]
    options.statistics = [.page, .page, .chunk, .none][variant / 2 % 4]
    options.pageVersion = variant % 2 == 0 ? .v1 : .v2
    if variant % 3 == 1 { options.encoding = .always(.plain) }
    if variant % 3 == 2 { options.encoding = .always(.rleDictionary) }
    options.statisticsBytes = variant % 5 == 0 ? 4 : 64
    if variant % 2 == 1 {
      options.bloomColumns = Set(
        FilterCases.testable.filter { $0.physicalType != .boolean }.map(\.path.description))
    }
    return options
  }

  /// No row is dropped and none is kept that should not be, whatever the file says of itself.
  @Test(arguments: 0..<12) func keepsTheRowsThatPass(variant: Int) throws {
    var cases = FilterCases(seed: UInt64(variant) &+ 40_000)
    let schema = FilterCases.schema
    let batch = try cases.batch(count: 1_000)
    let bytes = try written(schema, FilterTests.options(variant), [batch])
    let reader = try ParquetReader(MemorySource(bytes))
    let rows = batch.plainRows
    let rowSlots = zip(schema.leaves, batch.columns).map { $1.slotsOfRows($0) }
    var report = FilterReport()
    for number in 0..<40 {
      let filter = try cases.filter(schema, rowCount: batch.rowCount)
      let expected = try rows.indices.filter { try filter.truth(schema, rows[$0]) == true }
      let columns = [nil, [0], [0, schema.leaves.count - 1]][number % 3]
      let batches = try reader.batches(
        columns: columns, filter: filter, batchRows: [65_536, 100, 7][number % 3])
      var found: [Int] = []
      var slots: [[Slot]] = (columns ?? Array(schema.leaves.indices)).map { _ in [] }
      while let next = try batches.next() {
        #expect(next.rowCount > 0)
        // The batch is one that a writer would take.
        _ = try ColumnBatch(schema: next.schema, columns: next.columns)
        for (index, column) in next.slots.enumerated() { slots[index] += column }
        let numbers = next.columns[0].values
        found += (0..<next.rowCount).map { Int(numbers.number(at: $0, as: Int64.self)) }
      }
      #expect(found == expected, "\(filter)")
      #expect(batches.report.keptRowCount == expected.count)
      for (slots, leaf) in zip(slots, columns ?? Array(schema.leaves.indices)) {
        #expect(slots == expected.flatMap { rowSlots[leaf][$0] }, "\(schema.leaves[leaf].path)")
      }
      report.add(batches.report)
    }
    // What is skipped is what is tested here.
    let options = FilterTests.options(variant)
    if options.statistics != .none, options.rowGroupRows < 1_000 {
      #expect(report.rowGroupsSkippedByStatistics > 0)
    }
    if options.statistics == .page { #expect(report.pagesSkippedByPageIndex > 0) }
  }

  @Test func windowsOfRows() throws {
    var cases = FilterCases(seed: 7)
    let batch = try cases.batch(count: 900)
    let reader = try ParquetReader(
      MemorySource(try written(FilterCases.schema, FilterTests.options(0), [batch])))
    let even = Filter.compare(ColumnPath(["row"]), .greaterOrEqual, .integer(450))
    let batches = try reader.batches(columns: [0], rows: 100..<500, filter: even)
    var count = 0
    while let next = try batches.next() { count += next.rowCount }
    #expect(count == 50)
  }

  /// Rows 0 … 9999 in ten row groups of ten pages, with `text` a dictionary of ten values each.
  private func ascending(_ change: (inout WriterOptions) -> Void = { _ in }) throws -> ParquetReader
  {
    let schema = try Schema([
      SchemaField("n", .int64), SchemaField("text", .byteArray, logicalType: .string),
    ])
    let builder = ColumnBatchBuilder(schema: schema)
    for row in 0..<10_000 {
      (builder.fields[0] as? LeafBuilder)?.append(Int64(row) * 2)
      // Every row group spans the whole alphabet, and lacks most of it.
      (builder.fields[1] as? LeafBuilder)?.append(
        row % 1_000 == 0 ? "a" : row % 1_000 == 1 ? "z" : "m\(row / 1_000)")
    }
    var options = WriterOptions()
    options.rowGroupRows = 1_000
    options.pageRows = 100
    change(&options)
    return try ParquetReader(MemorySource(try written(schema, options, [try builder.finish()])))
  }

  private func report(_ reader: ParquetReader, _ filter: Filter) throws -> FilterReport {
    let batches = try reader.batches(filter: filter)
    while try batches.next() != nil {}
    return batches.report
  }

  @Test func statisticsSkipRowGroups() throws {
    let n = ColumnPath(["n"])
    let report = try report(try ascending(), .compare(n, .less, .integer(4_000)))
    #expect(report.rowGroupCount == 10)
    #expect(report.rowGroupsSkippedByStatistics == 8)
    #expect(report.keptRowCount == 2_000)
    let nulls = try self.report(try ascending(), .isNull(n))
    #expect(nulls.rowGroupsSkippedByStatistics == 10)
  }

  @Test func pageIndexSkipsPages() throws {
    let n = ColumnPath(["n"])
    let wanted = Filter.compare(n, .equal, .integer(4_444))
    let report = try report(try ascending(), wanted)
    #expect(report.rowGroupsSkippedByStatistics == 9)
    #expect((report.pageCount, report.pagesSkippedByPageIndex) == (10, 9))
    #expect((report.testedRowCount, report.keptRowCount) == (100, 1))
    // An odd number between two pages: the row group's bounds have it, no page's do.
    let between = try self.report(
      try ascending(), .isIn(n, [.integer(4_199), .integer(4_399)]))
    #expect(between.rowGroupsSkippedByPageIndex == 1)
    let bare = try self.report(try ascending { $0.statistics = .none }, wanted)
    #expect((bare.testedRowCount, bare.keptRowCount) == (10_000, 1))
  }

  @Test func dictionariesSkipRowGroups() throws {
    let text = ColumnPath(["text"])
    let wanted = Filter.compare(text, .equal, .text("m3"))
    let report = try report(try ascending { $0.encoding = .always(.rleDictionary) }, wanted)
    #expect(report.rowGroupsSkippedByDictionary == 9)
    #expect(report.keptRowCount == 998)
  }

  @Test func bloomFiltersSkipRowGroups() throws {
    let text = ColumnPath(["text"])
    let reader = try ascending {
      $0.encoding = .always(.plain)
      $0.bloomColumns = ["text"]
      $0.bloomFalsePositiveRate = 0.000_001
    }
    let report = try report(reader, .compare(text, .equal, .text("m3")))
    #expect(report.rowGroupsSkippedByBloomFilter == 9)
    #expect(report.keptRowCount == 998)
  }

  @Test func whatCannotBeTestedIsRefused() throws {
    var cases = FilterCases(seed: 1)
    let reader = try ParquetReader(
      MemorySource(
        try written(FilterCases.schema, WriterOptions(), [try cases.batch(count: 10)])))
    let bad: [Filter] = [
      .isNull(ColumnPath(["nothing"])), .isNull(ColumnPath(["outer"])),
      .isNull(ColumnPath(["list", "list", "element"])),
      .compare(ColumnPath(["i32"]), .equal, .integer(1 << 40)),
      .compare(ColumnPath(["i32"]), .equal, .text("1")),
      .compare(ColumnPath(["u64"]), .equal, .integer(-1)),
      .compare(ColumnPath(["flag"]), .equal, .plain([2])),
    ]
    for filter in bad {
      let error = try #require(throws: ParquetError.self) { try reader.batches(filter: filter) }
      #expect(error.code == .invalidArgument, "\(filter)")
    }
  }

  @Test func intervalsHaveNoOrder() throws {
    let schema = try Schema([
      SchemaField("x", .fixedLengthByteArray(byteCount: 12), logicalType: .interval)
    ])
    let reader = try ParquetReader(MemorySource(try written(schema, WriterOptions(), [])))
    let zeros = FilterLiteral.plain(Array(repeating: 0, count: 12))
    let error = try #require(throws: ParquetError.self) {
      try reader.batches(filter: .compare(ColumnPath(["x"]), .less, zeros))
    }
    #expect(error.code == .invalidArgument)
    _ = try reader.batches(filter: .compare(ColumnPath(["x"]), .equal, zeros))
  }

  @Test func rangesAreSets() {
    var generator = SeededGenerator(seed: 3)
    func random() -> (RowRanges, Set<Int>) {
      var ranges = RowRanges()
      var at = 0
      for _ in 0..<Int.random(in: 0...6, using: &generator) {
        at += Int.random(in: 0...5, using: &generator)
        let end = at + Int.random(in: 0...5, using: &generator)
        ranges.append(at..<end)
        at = end
      }
      return (ranges, Set(ranges.ranges.flatMap { Array($0) }))
    }
    for _ in 0..<2_000 {
      let (a, setA) = random()
      let (b, setB) = random()
      #expect(Set(a.union(b).ranges.flatMap { Array($0) }) == setA.union(setB))
      #expect(Set(a.intersection(b).ranges.flatMap { Array($0) }) == setA.intersection(setB))
      let low = Int.random(in: 0...40, using: &generator)
      #expect(a.overlaps(low..<low + 3) == !setA.isDisjoint(with: low..<low + 3))
    }
  }
}
