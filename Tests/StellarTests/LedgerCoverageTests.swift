import ObjectStorage
import Parquet
import Testing

@testable import Stellar

@Suite struct LedgerCoverageTests {
  let store = MemoryObjectStore()

  /// Puts a file of contract data with these ledgers.
  private func put(
    _ ledgers: [Int], _ key: String, column: SchemaField? = nil, statistics: Bool = true,
    keyValues: [KeyValue] = []
  ) throws {
    let field =
      column
      ?? SchemaField(
        "ledger_sequence", .int32, .required, logicalType: .integer(bitWidth: 32, isSigned: false))
    let builder = ColumnBatchBuilder(schema: try Schema([SchemaField("a", .boolean), field]))
    for ledger in ledgers {
      builder.leaf(0).append(true)
      if ledger < 0 {
        builder.leaf(1).appendNull()
      } else if field.physicalType == .int32 {
        builder.leaf(1).append(Int32(truncatingIfNeeded: ledger))
      } else if field.physicalType == .int64 {
        builder.leaf(1).append(Int64(ledger))
      } else {
        builder.leaf(1).append("\(ledger)")
      }
    }
    let sink = MemorySink()
    var options = WriterOptions()
    if !statistics { options.statistics = .none }
    options.keyValues = keyValues
    let writer = try ParquetWriter(
      sink, schema: try Schema([SchemaField("a", .boolean), field]), options: options)
    try writer.write(try builder.finish())
    _ = try writer.finish()
    try store.put(sink.bytes, at: try ObjectKey(key))
  }

  private func findings() throws -> [LedgerCoverage.Finding] {
    try LedgerCoverage(of: store).findings
  }

  private func key(_ text: String) throws -> ObjectKey { try ObjectKey(text) }

  private static let type = "columns a, ledger_sequence"

  private func range(_ first: UInt64, _ last: UInt64) -> LedgerRange {
    LedgerRange(first: first, last: last)
  }

  @Test func neighbours() throws {
    try put([1, 4, 10], "d/stellar-data-1-10-5.parquet")
    try put([10, 20], "d/stellar-data-10-20-6.parquet")
    try put([20], "d/stellar-data-20-20-6.parquet")
    try put([20], "d/stellar-data-20-20-6-1.parquet")
    try put([21, 30], "e/stellar-data-21-30-6-12.parquet")
    let coverage = try LedgerCoverage(of: store)
    #expect(coverage.findings == [])
    #expect(!coverage.hasFault)
    let type = try #require(coverage.types.first)
    #expect(coverage.types.count == 1)
    #expect(type.type == Self.type)
    #expect(type.fileCount == 5)
    #expect(type.rowCount == 9)
    #expect(type.ledgers == range(1, 30))
    #expect(try LedgerCoverage(of: store, below: "e/").types.first?.fileCount == 1)
  }

  @Test func gapsAndOverlaps() throws {
    try put([1, 10], "stellar-data-1-10-5.parquet")
    try put([12, 30], "stellar-data-12-30-5.parquet")
    try put([15, 20], "stellar-data-15-20-5.parquet")
    // It is the file that reaches furthest which counts.
    try put([29, 40], "stellar-data-29-40-5.parquet")
    try put([99], "stellar-data-99-99-5.parquet")
    let first = try key("stellar-data-12-30-5.parquet")
    let expected: [LedgerCoverage.Finding] = [
      .gap(type: Self.type, ledgers: range(11, 11)),
      .overlap(
        type: Self.type, ledgers: range(15, 20), first: first,
        second: try key("stellar-data-15-20-5.parquet")),
      .overlap(
        type: Self.type, ledgers: range(29, 30), first: first,
        second: try key("stellar-data-29-40-5.parquet")),
      .gap(type: Self.type, ledgers: range(41, 98)),
    ]
    let coverage = try LedgerCoverage(of: store)
    #expect(coverage.findings == expected)
    #expect(coverage.hasFault)
    #expect(coverage.types.first?.gapCount == 2)
    #expect(coverage.types.first?.overlapCount == 2)
  }

  /// Types do not look at each other.
  @Test func typesByKeyValuesAndColumns() throws {
    try put([1, 5], "stellar-data-1-5-1.parquet", keyValues: [KeyValue("schema_type", "x")])
    try put([3, 9], "stellar-data-3-9-1.parquet", keyValues: [KeyValue("schema_type", "y")])
    try put([20], "stellar-data-20-20-1.parquet")
    let types = try LedgerCoverage(of: store).types.map(\.type)
    #expect(types == [Self.type, "x", "y"])
    #expect(try findings() == [])
  }

  @Test func namesThatLie() throws {
    try put([1, 7], "stellar-data-1-5-1.parquet")
    try put(
      [-1, -1], "stellar-data-9-9-1.parquet", column: SchemaField("ledger", .int64, .optional))
    try put([-1], "stellar-data-0-0-1.parquet", column: SchemaField("ledger", .int64, .optional))
    let expected: [LedgerCoverage.Finding] = [
      .misnamed(try key("stellar-data-1-5-1.parquet"), named: range(1, 5), held: range(1, 7)),
      .misnamed(try key("stellar-data-9-9-1.parquet"), named: range(9, 9), held: nil),
    ]
    #expect(try findings() == expected)
  }

  @Test func unreadableAndForeignFiles() throws {
    try put([1, 2], "stellar-data-1-2-1.parquet")
    let good = try store.read(try key("stellar-data-1-2-1.parquet"))
    try store.put(good.slice(0..<good.count - 5), at: try key("stellar-data-3-4-1.parquet"))
    try store.put(good.slice(0..<0), at: try key("stellar-data-5-6-1.parquet"))
    try store.put(good, at: try key("part-1.parquet"))
    try store.put(good, at: try key("notes.txt"))
    for name in [
      "stellar-data-1-2.parquet", "stellar-data-2-1-1.parquet", "stellar-data-1-2-1-0.parquet",
      "stellar-data-01-2-1.parquet", "stellar-data--1-2-1.parquet",
      "stellar-data-1-2-1-1-1.parquet",
      "stellar-data-1-2-99999999999999999999.parquet", "stellar-data-+1-2-1.parquet",
    ] {
      try store.put(good, at: try key("f/\(name)"))
    }
    let found = try findings()
    #expect(found.count { $0.isFault } == 2)
    #expect(found.count { if case .foreign = $0 { true } else { false } } == 9)
    let unreadable = found.compactMap {
      if case .unreadable(let key, _) = $0 { key.description } else { nil }
    }
    #expect(unreadable == ["stellar-data-3-4-1.parquet", "stellar-data-5-6-1.parquet"])
  }

  /// Numbers of any kind of column, with statistics and without.
  @Test(arguments: [true, false]) func kindsOfColumns(statistics: Bool) throws {
    try put([4_294_967_295, 7], "stellar-data-7-4294967295-1.parquet", statistics: statistics)
    try put(
      [5, -1, 9], "stellar-data-5-9-1.parquet", column: SchemaField("ledger", .int64, .optional),
      statistics: statistics)
    try put(
      [3], "stellar-data-3-3-1.parquet", column: SchemaField("sequence", .int64),
      statistics: statistics)
    // Where numbers are text, and where there are none, the name is believed.
    try put(
      [8], "stellar-data-6-8-1.parquet", column: .string("ledger_sequence"), statistics: statistics)
    try put([8], "stellar-data-0-0-2.parquet", column: SchemaField("other", .int64))
    let coverage = try LedgerCoverage(of: store)
    #expect(coverage.findings == [])
    let ledgers = coverage.types.map { $0.ledgers?.description ?? "none" }
    #expect(ledgers == ["5 to 9", "7 to 4294967295", "none", "3"] || ledgers.count == 4)
    #expect(coverage.types.reduce(0) { $0 + $1.fileCount } == 5)
  }

  /// What an archive writes has no fault, whatever its options.
  @Test(arguments: [false, true]) func ofAnArchive(included: Bool) throws {
    let bench = Bench()
    let archive = try bench.open {
      $0.bufferSize = 20
      $0.includeMetadata = included
      $0.partitionBy = .ledgerRange
      $0.ledgersPerFile = 50
    }
    for ledger in 0..<200 {
      try archive.take(Messages.contractData(ledger))
      try archive.take(Messages.event(ledger))
      try archive.take(Messages.generic(ledger, type: "g"))
    }
    try archive.take(Messages.sample[2])
    try archive.close()
    let coverage = try LedgerCoverage(of: bench.memory)
    #expect(coverage.findings == [])
    let types = coverage.types.map { "\($0.type) \($0.ledgers?.description ?? "")" }
    #expect(
      types == [
        "asset_details ", "contract_data_message 0 to 199", "event 0 to 199", "g 0 to 199",
      ])
    let key = try #require(bench.keys.first { $0.contains("ledgers/50-99") })
    try bench.memory.delete(try ObjectKey(key))
    #expect(try LedgerCoverage(of: bench.memory).hasFault)
  }

  @Test func stoppedOnTheWay() throws {
    try put([1], "stellar-data-1-1-1.parquet")
    let stopped = error {
      _ = try LedgerCoverage(of: store) { (_, _) throws(ParquetError) in
        throw ParquetError(.cancelled, "stop")
      }
    }
    #expect(stopped?.code == .cancelled)
  }
}
