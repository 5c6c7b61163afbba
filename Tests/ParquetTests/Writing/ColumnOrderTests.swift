import Foundation
import Testing

@testable import Parquet

private let testData = ProcessInfo.processInfo.environment["PARQUET_TEST_DATA"]

/// The bounds of floats under both of their orders (rules S5–S8).
@Suite struct ColumnOrderTests {
  static let schema: Schema = {
    do {
      return try Schema([
        SchemaField("f", .float, .optional),
        SchemaField("d", .double, .optional),
        SchemaField("h", .fixedLengthByteArray(byteCount: 2), .optional, logicalType: .float16),
        SchemaField("i", .int32),
      ])
    } catch { preconditionFailure("\(error)") }
  }()

  /// The bits of a float of any of the three widths, of what is asked for; nil for null.
  enum Kind: CaseIterable {
    case number, zero, negativeZero, infinity, negativeInfinity, nan, negativeNaN
  }

  private static func bytes(_ kind: Kind, width: Int, _ random: UInt64) -> [UInt8] {
    let fractionBits = [2: 10, 4: 23, 8: 52][width] ?? 0
    let sign = UInt64(1) << UInt64(8 * width - 1)
    let infinity = (sign - 1) & ~((1 << UInt64(fractionBits)) - 1)
    // A NaN has any payload but none.
    let payload = random % ((1 << UInt64(fractionBits)) - 1) + 1
    let bits: UInt64 =
      switch kind {
      case .number: random & (sign | (infinity >> 1) | 0x3F)
      case .zero: 0
      case .negativeZero: sign
      case .infinity: infinity
      case .negativeInfinity: sign | infinity
      case .nan: infinity | payload
      case .negativeNaN: sign | infinity | payload
      }
    return (0..<width).map { UInt8(truncatingIfNeeded: bits >> UInt64(8 * $0)) }
  }

  /// Rows whose stretches of 50 each draw from kinds of their own, some from nothing but nulls.
  static func batch(
    rows: Int, kinds: [Kind]?, _ generator: inout SeededGenerator
  ) throws -> ColumnBatch {
    let builder = ColumnBatchBuilder(schema: schema)
    var palette: [[Kind]] = [[], [], []]
    for row in 0..<rows {
      if row % 50 == 0 {
        for column in 0..<3 {
          let choices: [[Kind]] = [
            [], [.nan], [.nan, .negativeNaN], [.zero], [.negativeZero], [.zero, .negativeZero],
            [.number], [.number, .nan], Kind.allCases, [.infinity],
            [.negativeInfinity, .negativeNaN],
          ]
          palette[column] = kinds ?? choices[Int(generator.next() % UInt64(choices.count))]
        }
      }
      for (column, width) in [4, 8, 2].enumerated() {
        guard !palette[column].isEmpty, generator.next() % 5 > 0 else {
          builder.fields[column].appendNull()
          continue
        }
        let kind = palette[column][Int(generator.next() % UInt64(palette[column].count))]
        let value = bytes(kind, width: width, generator.next())
        switch width {
        case 4:
          builder.leaf(column).append(
            Float(bitPattern: value.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }))
        case 8:
          builder.leaf(column).append(
            Double(bitPattern: value.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }))
        default: unsafe builder.leaf(column).append(bytes: value.span.bytes)
        }
      }
      builder.leaf(3).append(Int32(row))
    }
    return try builder.finish()
  }

  static func options(_ order: ColumnOrder, pageRows: Int = 50) -> WriterOptions {
    var options = WriterOptions()
    options.floatOrder = order
    options.pageRows = pageRows
    options.rowGroupRows = 200
    return options
  }

  private static func index(_ file: Bytes, column: Int) throws -> ColumnIndex? {
    let reader = try ParquetReader(MemorySource(file))
    let chunk = reader.metadata.rowGroups[0].columns[column]
    guard let offset = chunk.columnIndexOffset, let count = chunk.columnIndexByteCount else {
      return nil
    }
    var compact = CompactReader(file.slice(offset..<offset + count))
    return try ColumnIndex(from: &compact)
  }

  private static func statistics(_ file: Bytes, column: Int) throws -> Statistics? {
    try ParquetReader(MemorySource(file)).metadata.rowGroups[0].columns[column].metadata?.statistics
  }

  private static func doubles(_ values: [Double?], _ order: ColumnOrder) throws -> Bytes {
    let builder = ColumnBatchBuilder(schema: schema)
    for value in values {
      builder.fields[0].appendNull()
      if let value { builder.leaf(1).append(value) } else { builder.fields[1].appendNull() }
      builder.fields[2].appendNull()
      builder.leaf(3).append(Int32(0))
    }
    return try written(schema, options(order, pageRows: 2), [try builder.finish()])
  }

  private static func plain(_ value: Double) -> Bytes { Bytes(copying: [value.bitPattern]) }

  // MARK: What is written

  @Test func theFooterSaysTheOrderOfFloatsOnly() throws {
    for order in [ColumnOrder.typeDefined, .ieee754Total] {
      let file = try Self.doubles([1], order)
      #expect(
        try ParquetReader(MemorySource(file)).metadata.columnOrders
          == [order, order, order, .typeDefined])
    }
  }

  @Test func otherOrdersAreRefused() throws {
    var options = WriterOptions()
    options.floatOrder = .int96Timestamp
    let error = #expect(throws: ParquetError.self) {
      _ = try ParquetWriter(MemorySink(), schema: Self.schema, options: options)
    }
    #expect(error?.code == .invalidArgument)
  }

  @Test func typeOrderWidensZerosAndLeavesNaNOut() throws {
    let file = try Self.doubles([0, .nan, -0.0, nil], .typeDefined)
    let statistics = try #require(try Self.statistics(file, column: 1))
    #expect(statistics.minimum == Self.plain(-0.0))
    #expect(statistics.maximum == Self.plain(0))
    #expect(statistics.nanCount == 1)
    #expect(try Self.index(file, column: 1)?.nanCounts == [1, 0])
  }

  @Test func totalOrderKeepsTheSignOfZero() throws {
    for (values, least, greatest) in [
      ([0, 0], 0, 0), ([-0.0, -0.0], -0.0, -0.0), ([0, -0.0], -0.0, 0), ([-0.0, 1], -0.0, 1),
    ] as [([Double], Double, Double)] {
      let file = try Self.doubles(values + [.nan], .ieee754Total)
      let statistics = try #require(try Self.statistics(file, column: 1))
      #expect(statistics.minimum == Self.plain(least))
      #expect(statistics.maximum == Self.plain(greatest))
      #expect(statistics.nanCount == 1)
      #expect(statistics.deprecatedMinimum == nil && statistics.deprecatedMaximum == nil)
    }
  }

  @Test func aPageOfNaNHasNoBoundsUnderTypeOrder() throws {
    let file = try Self.doubles([1, 2, .nan, .nan, 3, nil], .typeDefined)
    #expect(try Self.index(file, column: 1) == nil)
    let chunk = try ParquetReader(MemorySource(file)).metadata.rowGroups[0].columns[1]
    #expect(chunk.offsetIndexOffset != nil)
    #expect(try Self.statistics(file, column: 1)?.nanCount == 2)
    let none = try Self.doubles([.nan, nil], .typeDefined)
    let statistics = try #require(try Self.statistics(none, column: 1))
    #expect(statistics.minimum == nil && statistics.maximum == nil && statistics.nanCount == 1)
  }

  @Test func aPageOfNaNHasTheOutermostNaNUnderTotalOrder() throws {
    let nans = [
      Double(bitPattern: 0x7FF0_0000_0000_0001), Double(bitPattern: 0xFFF8_0000_0000_0000),
      Double(bitPattern: 0xFFFF_FFFF_FFFF_FFFF), Double(bitPattern: 0x7FF8_0000_0000_0007),
    ]
    let file = try Self.doubles(nans + [1, .nan, nil, nil], .ieee754Total)
    let index = try #require(try Self.index(file, column: 1))
    #expect(
      index.minimums == [Self.plain(nans[1]), Self.plain(nans[2]), Self.plain(1), Bytes()])
    #expect(
      index.maximums == [Self.plain(nans[0]), Self.plain(nans[3]), Self.plain(1), Bytes()])
    #expect(index.nanCounts == [2, 2, 1, 0])
    // The first page's bounds are a lesser and a greater NaN than all numbers.
    #expect(index.boundaryOrder == .unordered)
    let statistics = try #require(try Self.statistics(file, column: 1))
    #expect(statistics.minimum == Self.plain(1) && statistics.maximum == Self.plain(1))
    let all = try #require(
      try Self.statistics(try Self.doubles(nans + [nil], .ieee754Total), column: 1))
    #expect(all.minimum == Self.plain(nans[2]) && all.maximum == Self.plain(nans[3]))
    #expect(all.isMinimumExact == true && all.nanCount == 4)
  }

  @Test func theBoundaryOrderIsThatOfTheOrderInForce() throws {
    for (values, byType, total) in [
      ([-0.0, -0.0, 0, 0], BoundaryOrder.ascending, BoundaryOrder.ascending),
      ([0, 0, -0.0, -0.0], .ascending, .descending),
      ([1, 1, nil, nil, 2, 3], .ascending, .ascending),
    ] as [([Double?], BoundaryOrder, BoundaryOrder)] {
      #expect(
        try Self.index(try Self.doubles(values, .typeDefined), column: 1)?.boundaryOrder == byType)
      #expect(
        try Self.index(try Self.doubles(values, .ieee754Total), column: 1)?.boundaryOrder == total)
    }
  }

  // MARK: What is read

  @Test(arguments: [ColumnOrder.typeDefined, .ieee754Total], 0..<20)
  func filtersLoseNoRowAndFilesVerify(_ order: ColumnOrder, seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let fixed: [[Kind]?] = [nil, nil, nil, [], [.nan], [.zero, .negativeZero]]
    let batch = try Self.batch(rows: 600, kinds: fixed[seed % fixed.count], &generator)
    var options = Self.options(order)
    if seed % 2 == 1 { options.encoding = .always(.plain) }
    if seed % 3 == 0 { options.bloomColumns = ["f", "d", "h"] }
    let file = try written(Self.schema, options, [batch])
    let reader = try ParquetReader(MemorySource(file))
    #expect(try FileVerifier(MemorySource(file)).verify().isEmpty)
    let rows = batch.plainRows
    for leaf in Self.schema.leaves.prefix(3) {
      for kind in Kind.allCases {
        let literal = FilterLiteral.plain(
          Self.bytes(kind, width: leaf.physicalType.byteWidth ?? 0, generator.next()))
        for comparison in [
          Filter.Comparison.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual,
        ] {
          for filter in [
            Filter.compare(leaf.path, comparison, literal),
            .not(.compare(leaf.path, comparison, literal)), .not(.isIn(leaf.path, [literal])),
          ] {
            let wanted = try rows.indices.filter {
              try filter.truth(Self.schema, rows[$0]) == true
            }
            var found: [Int] = []
            let batches = try reader.batches(filter: filter)
            while let batch = try batches.next() {
              found += (0..<batch.rowCount).map {
                Int(batch.columns[3].values.number(at: $0, as: Int32.self))
              }
            }
            #expect(found == wanted, "\(leaf.path) \(comparison) \(kind)")
          }
        }
      }
    }
  }

  @Test func theTotalOrderSkipsPagesOfNaN() throws {
    let values: [Double?] = [1, 2, .nan, .nan, 3, 4]
    for (order, skipped) in [(ColumnOrder.typeDefined, 0), (.ieee754Total, 2)] {
      let reader = try ParquetReader(MemorySource(try Self.doubles(values, order)))
      let batches = try reader.batches(
        filter: .compare(Self.schema.leaves[1].path, .greater, .number(2.5)))
      while try batches.next() != nil {}
      #expect(batches.report.pagesSkippedByPageIndex == skipped)
    }
  }

  @Test func boundsThatDoNotHoldAreFaults() throws {
    let leaf = Self.schema.leaves[1]
    let order = try #require(ValueOrder(leaf, .ieee754Total))
    func faults(_ values: [Double], _ minimum: Double, _ maximum: Double) -> [String] {
      var summary = ValueSummary(order: order)
      summary.add(.fixed(width: 8, Bytes(copying: values)))
      return summary.faults(
        in: Statistics(
          minimum: Self.plain(minimum), maximum: Self.plain(maximum), isMinimumExact: true,
          isMaximumExact: true), isText: false)
    }
    let nan = Double(bitPattern: 0x7FF8_0000_0000_0007)
    #expect(faults([-0.0, 0], -0.0, 0).isEmpty)
    #expect(!faults([-0.0, 0], 0, 0).isEmpty)
    #expect(!faults([0, 0], -0.0, 0).isEmpty)
    #expect(faults([1, nan], 1, 1).isEmpty)
    #expect(!faults([1, nan], 1, nan).isEmpty)
    #expect(faults([.nan, nan], .nan, nan).isEmpty)
    #expect(!faults([.nan, nan], .nan, .nan).isEmpty)
    #expect(!faults([.nan, nan], nan, nan).isEmpty)
  }

  // MARK: Files of others

  private static func foreign(_ name: String) throws -> FileSource {
    try FileSource(path: (testData ?? "") + "/data/" + name)
  }

  /// Columns under both orders, each a row group of its own kind: the same values written here must have the
  /// bounds, the counts and the column indexes that they have there.
  @Test(.enabled(if: testData != nil, "PARQUET_TEST_DATA names parquet-testing"))
  func othersBoundsAreOurs() throws {
    let source = try Self.foreign("floating_orders_nan_count.parquet")
    #expect(try FileVerifier(source).verify().isEmpty)
    let reader = try ParquetReader(source)
    let orders = try #require(reader.metadata.columnOrders)
    #expect(orders.contains(.ieee754Total) && orders.contains(.typeDefined))
    for (number, group) in reader.metadata.rowGroups.enumerated() {
      let batch = try reader.read(rowGroup: number)
      for leaf in reader.schema.leaves {
        var options = WriterOptions()
        options.floatOrder = orders[leaf.index]
        let again = try ParquetReader(
          MemorySource(try written(reader.schema, options, [batch])))
        let ours = again.metadata.rowGroups[0].columns[leaf.index]
        let theirs = group.columns[leaf.index]
        let (mine, other) = (
          try #require(ours.metadata?.statistics), try #require(theirs.metadata?.statistics)
        )
        // Under TYPE_ORDER that writer gives no bounds where any value is NaN; the format asks it only where
        // all of them are.
        if orders[leaf.index] == .typeDefined, let count = mine.nanCount, count > 0 {
          #expect(other.nanCount == count && other.minimum == nil)
          #expect((mine.minimum == nil) == (count == batch.rowCount))
          continue
        }
        let place: Comment = "row group \(number), \(leaf.path)"
        #expect(mine.minimum == other.minimum, place)
        #expect(mine.maximum == other.maximum, place)
        #expect(mine.nanCount == other.nanCount, place)
        #expect((ours.columnIndexOffset == nil) == (theirs.columnIndexOffset == nil), place)
      }
    }
  }

  @Test(
    .enabled(if: testData != nil, "PARQUET_TEST_DATA names parquet-testing"),
    arguments: ["float16_nonzeros_and_nans.parquet", "float16_zeros_and_nans.parquet"])
  func othersHalvesAreFound(_ name: String) throws {
    let source = try Self.foreign(name)
    #expect(try FileVerifier(source).verify().isEmpty)
    let reader = try ParquetReader(source)
    let leaf = reader.schema.leaves[0]
    let rows = try reader.read(rowGroup: 0).plainRows
    for kind in Kind.allCases {
      for comparison in [
        Filter.Comparison.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual,
      ] {
        let filter = Filter.compare(
          leaf.path, comparison, .plain(Self.bytes(kind, width: 2, 0x1234)))
        let batches = try reader.batches(filter: filter)
        var count = 0
        while let batch = try batches.next() { count += batch.rowCount }
        #expect(
          count == (try rows.count { try filter.truth(reader.schema, $0) == true }),
          "\(comparison) \(kind)")
      }
    }
  }
}
