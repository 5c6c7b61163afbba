import Testing

@testable import Parquet

/// TIMESTAMP columns written as INT96, and INT96 as points in time.
@Suite struct INT96Tests {
  private static func schema(_ units: [TimeUnit]) throws -> Schema {
    try Schema(
      units.enumerated().map { index, unit in
        SchemaField(
          "t\(index)", .int64, .optional,
          logicalType: .timestamp(isAdjustedToUTC: index % 2 == 0, unit: unit))
      })
  }

  private static func bytes(_ nanoseconds: Int64, _ julian: Int32) -> [UInt8] {
    Bytes(copying: [nanoseconds]).array() + Bytes(copying: [julian]).array()
  }

  private static func file(
    _ schema: Schema, _ rows: [[Int64?]], _ columns: Set<String>
  ) throws -> Bytes {
    let builder = ColumnBatchBuilder(schema: schema)
    for row in rows {
      for (index, value) in row.enumerated() {
        if let value {
          builder.leaf(index).append(value)
        } else {
          builder.fields[index].appendNull()
        }
      }
    }
    var options = WriterOptions()
    options.int96Columns = columns
    return try written(schema, options, [try builder.finish()])
  }

  @Test func everyUnitIsCarriedIntoDays() throws {
    let schema = try Self.schema([.milliseconds, .microseconds, .nanoseconds])
    let day = Int64(86_400_000_000_000)
    let instants: [Int64] = [
      0, 1_000_000, -1_000_000, day, -day, day - 1_000_000, 1_234_567_000_000,
    ]
    let rows = instants.map { [$0 / 1_000_000, $0 / 1_000, $0] as [Int64?] } + [[nil, nil, nil]]
    let file = try Self.file(schema, rows, ["t0", "t1", "t2"])
    let reader = try ParquetReader(MemorySource(file))
    #expect(reader.schema.leaves.allSatisfy { $0.physicalType == .int96 && $0.logicalType == nil })
    #expect(reader.metadata.rowGroups[0].columns[0].metadata?.statistics?.minimum == nil)
    #expect(try FileVerifier(MemorySource(file)).verify().isEmpty)
    let batch = try reader.read(rowGroup: 0)
    for leaf in reader.schema.leaves {
      let found = batch.columns[leaf.index].slots(of: leaf).map(\.value)
      let wanted = instants.map { instant -> [UInt8]? in
        let days = instant >= 0 ? instant / day : -((day - 1 - instant) / day)
        return Self.bytes(instant - days * day, Int32(2_440_588 + days))
      }
      #expect(found == wanted + [nil])
    }
  }

  @Test func extremesOfNanosecondsFitAndOfMillisecondsDoNot() throws {
    let nanoseconds = try Self.schema([.nanoseconds])
    let file = try Self.file(nanoseconds, [[.min], [.max]], ["t0"])
    let values = try ParquetReader(MemorySource(file)).read(rowGroup: 0).columns[0].values
    #expect(values.bytes(at: 0).array() == Self.bytes(763_145_224_192, 2_333_836))
    #expect(values.bytes(at: 1).array() == Self.bytes(85_636_854_775_807, 2_547_339))
    for extreme in [Int64.min, .max] {
      let error = #expect(throws: ParquetError.self) {
        _ = try Self.file(try Self.schema([.milliseconds]), [[0], [extreme]], ["t0"])
      }
      #expect(error?.code == .rejectedData && error?.context.column == "t0")
      #expect(error?.message.contains("\(extreme)") == true)
    }
  }

  @Test func onlyTimestampsAreWritten() throws {
    let schema = try Schema([SchemaField("i", .int64), SchemaField.date("d")])
    for name in ["i", "d", "x"] {
      var options = WriterOptions()
      options.int96Columns = [name]
      let error = #expect(throws: ParquetError.self) {
        _ = try ParquetWriter(MemorySink(), schema: schema, options: options)
      }
      #expect(error?.code == .invalidArgument, "\(name)")
    }
  }

  // MARK: Comparing

  private static func time(_ nanoseconds: Int64, _ julian: Int32) -> INT96Timestamp {
    unsafe bytes(nanoseconds, julian).withUnsafeBytes { unsafe INT96Timestamp($0) }
  }

  @Test func nanosecondsOutsideOfADayAreCarried() {
    let day = INT96Timestamp.dayLength
    #expect(Self.time(day, 5) == Self.time(0, 6))
    #expect(Self.time(-1, 5) == Self.time(day - 1, 4))
    #expect(Self.time(-day, 5) == Self.time(0, 4))
    #expect(Self.time(day - 1, 5) < Self.time(0, 6))
    for nanoseconds in [Int64.min, .max, -1, 0] {
      for julian in [Int32.min, .max, 0, -1] {
        let time = Self.time(nanoseconds, julian)
        #expect(time.nanoseconds >= 0 && time.nanoseconds < day)
      }
    }
    #expect(Self.time(.max, .min) < Self.time(.min, .max))
  }

  @Test func filtersCompareInstants() throws {
    let schema = try Schema([SchemaField("t", .int96), SchemaField("row", .int32)])
    let day = INT96Timestamp.dayLength
    let values: [(Int64, Int32)] = [
      (0, 6), (day, 5), (-1, 6), (day - 1, 5), (5, 0), (.max, 6), (.min, 6),
    ]
    for encoding in [Encoding.plain, .rleDictionary] {
      var options = WriterOptions()
      options.encoding = .always(encoding)
      options.bloomColumns = ["t"]
      let reader = try ParquetReader(
        MemorySource(try written(schema, options, [try Self.batch(schema, values)])))
      for (comparison, wanted) in [
        (.equal, [0, 1]), (.notEqual, [2, 3, 4, 5, 6]), (.less, [2, 3, 4, 6]),
        (.lessOrEqual, [0, 1, 2, 3, 4, 6]), (.greater, [5]), (.greaterOrEqual, [0, 1, 5]),
      ] as [(Filter.Comparison, [Int32])] {
        let batches = try reader.batches(
          filter: .compare(schema.leaves[0].path, comparison, .plain(Self.bytes(0, 6))))
        var found: [Int32] = []
        while let batch = try batches.next() {
          found += (0..<batch.rowCount).map { batch.columns[1].values.number(at: $0) }
        }
        #expect(found == wanted, "\(comparison)")
      }
    }
  }

  private static func batch(_ schema: Schema, _ values: [(Int64, Int32)]) throws -> ColumnBatch {
    let builder = ColumnBatchBuilder(schema: schema)
    for (row, value) in values.enumerated() {
      unsafe builder.leaf(0).append(bytes: bytes(value.0, value.1).span.bytes)
      builder.leaf(1).append(Int32(row))
    }
    return try builder.finish()
  }

  @Test func boundsCountInTheirOrderOnly() throws {
    let leaf = try Schema([SchemaField("t", .int96)]).leaves[0]
    func mayPass(_ order: ColumnOrder?, _ least: [UInt8], _ greatest: [UInt8]) -> Bool {
      let statistics = Statistics(
        minimum: Bytes(copying: least), maximum: Bytes(copying: greatest))
      return ValueTest(leaf, .less, Bytes(copying: Self.bytes(0, 5)), isNegated: false)
        .mayPass(ValueBounds(statistics, leaf, order, slotCount: 3))
    }
    let (six, seven) = (Self.bytes(0, 6), Self.bytes(0, 7))
    #expect(!mayPass(.int96Timestamp, six, seven))
    for order in [nil, ColumnOrder.typeDefined, .ieee754Total, ColumnOrder(rawValue: 9)] {
      #expect(mayPass(order, six, seven))
    }
    // A bound outside of its day was not found as the order says.
    #expect(mayPass(.int96Timestamp, Self.bytes(-1, 6), seven))
  }
}
