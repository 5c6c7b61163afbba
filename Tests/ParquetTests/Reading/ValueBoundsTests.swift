import Testing

@testable import Parquet

/// What statistics may rule out, and what they must not: the cases this engine's writer never makes.
@Suite struct ValueBoundsTests {
  private static func leaf(
    _ type: PhysicalType, _ logicalType: LogicalType? = nil
  ) throws -> Leaf {
    try Schema([SchemaField("x", type, .optional, logicalType: logicalType)]).leaves[0]
  }

  private static func mayPass(
    _ leaf: Leaf, _ comparison: Filter.Comparison, _ literal: FilterLiteral,
    _ statistics: Statistics, _ order: ColumnOrder? = .typeDefined, isNegated: Bool = false
  ) throws -> Bool {
    let value = try literal.plainBytes(for: leaf)
    let test =
      switch comparison {
      case .equal: ValueTest(leaf, isIn: [value], isNegated: isNegated)
      case .notEqual: ValueTest(leaf, isIn: [value], isNegated: !isNegated)
      default: ValueTest(leaf, comparison, value, isNegated: isNegated)
      }
    return test.mayPass(ValueBounds(statistics, leaf, order, slotCount: 10))
  }

  private static func bytes<T: BitwiseCopyable>(_ value: T) -> Bytes { Bytes(copying: [value]) }

  @Test func boundsRuleOut() throws {
    let leaf = try Self.leaf(.int32)
    let statistics = Statistics(minimum: Self.bytes(Int32(-5)), maximum: Self.bytes(Int32(5)))
    let expected: [(Filter.Comparison, Int64, Bool)] = [
      (.less, -5, false), (.less, -4, true), (.lessOrEqual, -6, false), (.lessOrEqual, -5, true),
      (.greater, 5, false), (.greater, 4, true), (.greaterOrEqual, 6, false),
      (.greaterOrEqual, 5, true), (.equal, 6, false), (.equal, -6, false), (.equal, 5, true),
      (.equal, -5, true), (.notEqual, 0, true),
    ]
    for (comparison, number, may) in expected {
      #expect(try Self.mayPass(leaf, comparison, .integer(number), statistics) == may)
    }
    let one = Statistics(minimum: Self.bytes(Int32(5)), maximum: Self.bytes(Int32(5)))
    #expect(try !Self.mayPass(leaf, .notEqual, .integer(5), one))
    #expect(try Self.mayPass(leaf, .notEqual, .integer(4), one))
  }

  @Test func unknownOrdersRuleNothingOut() throws {
    let leaf = try Self.leaf(.int32)
    let statistics = Statistics(minimum: Self.bytes(Int32(1)), maximum: Self.bytes(Int32(2)))
    for order in [nil, ColumnOrder(rawValue: 0), ColumnOrder(rawValue: 9), .ieee754Total] {
      #expect(try Self.mayPass(leaf, .equal, .integer(7), statistics, order))
    }
    #expect(try !Self.mayPass(leaf, .equal, .integer(7), statistics))
  }

  @Test func boundsThatAreNoneRuleNothingOut() throws {
    let leaf = try Self.leaf(.int32)
    let two = Self.bytes(Int32(2))
    for (minimum, maximum) in [
      (Bytes(), two), (two, Self.bytes(Int64(2))), (two, Self.bytes(Int32(1))),
    ] as [(Bytes, Bytes)] {
      let statistics = Statistics(minimum: minimum, maximum: maximum)
      #expect(try Self.mayPass(leaf, .equal, .integer(7), statistics))
    }
    // One bound alone is one.
    #expect(try !Self.mayPass(leaf, .equal, .integer(7), Statistics(maximum: two)))
    #expect(try Self.mayPass(leaf, .equal, .integer(1), Statistics(maximum: two)))
  }

  @Test func deprecatedBoundsAreSigned() throws {
    let statistics = Statistics(
      deprecatedMinimum: Self.bytes(Int32(1)), deprecatedMaximum: Self.bytes(Int32(2)))
    #expect(try !Self.mayPass(try Self.leaf(.int32), .equal, .integer(7), statistics, nil))
    let unsigned = try Self.leaf(.int32, .integer(bitWidth: 32, isSigned: false))
    #expect(try Self.mayPass(unsigned, .equal, .integer(7), statistics, nil))
    let text = try Self.leaf(.byteArray, .string)
    let words = Statistics(
      deprecatedMinimum: Bytes(copying: Array("a".utf8)),
      deprecatedMaximum: Bytes(copying: Array("b".utf8)))
    #expect(try Self.mayPass(text, .equal, .text("z"), words))
  }

  @Test func nullCountsThatAreMissingAreNotZero() throws {
    let leaf = try Self.leaf(.int32)
    func may(_ form: ValueTest.Form, _ nullCount: Int?) -> Bool {
      ValueTest(leaf, form).mayPass(
        ValueBounds(Statistics(nullCount: nullCount), leaf, .typeDefined, slotCount: 10))
    }
    #expect(may(.isNull, nil) && may(.isNull, 1) && !may(.isNull, 0))
    #expect(may(.isPresent, nil) && may(.isPresent, 9) && !may(.isPresent, 10))
    #expect(!may(.isNotIn([]), 10) && may(.isNotIn([]), 9))
  }

  @Test func nansPassWhatIsNegated() throws {
    let leaf = try Self.leaf(.double)
    func statistics(_ nanCount: Int?, _ minimum: Double = 1) -> Statistics {
      Statistics(minimum: Self.bytes(minimum), maximum: Self.bytes(1.0), nanCount: nanCount)
    }
    for order in [ColumnOrder.typeDefined, .ieee754Total] {
      #expect(try Self.mayPass(leaf, .notEqual, .number(1), statistics(nil), order))
      #expect(try Self.mayPass(leaf, .notEqual, .number(1), statistics(2), order))
      #expect(try !Self.mayPass(leaf, .notEqual, .number(1), statistics(0), order))
      #expect(
        try Self.mayPass(leaf, .less, .number(5), statistics(nil), order, isNegated: true))
      #expect(
        try !Self.mayPass(leaf, .less, .number(5), statistics(0), order, isNegated: true))
      #expect(try !Self.mayPass(leaf, .greater, .number(5), statistics(nil), order))
      // A bound that is NaN says nothing about either end.
      #expect(try Self.mayPass(leaf, .greater, .number(5), statistics(nil, .nan), order))
      #expect(try !Self.mayPass(leaf, .equal, .number(.nan), statistics(nil), order))
      #expect(try Self.mayPass(leaf, .notEqual, .number(.nan), statistics(0), order))
    }
  }

  @Test func zerosAreOneNumber() throws {
    let leaf = try Self.leaf(.double)
    let statistics = Statistics(minimum: Self.bytes(0.0), maximum: Self.bytes(3.0), nanCount: 0)
    #expect(try Self.mayPass(leaf, .equal, .number(-0.0), statistics))
    #expect(try Self.mayPass(leaf, .lessOrEqual, .number(-0.0), statistics))
    #expect(try !Self.mayPass(leaf, .less, .number(-0.0), statistics))
    // A filter has one of the two byte strings.
    let test = ValueTest(leaf, isIn: [Self.bytes(-0.0)], isNegated: false)
    #expect(Set(try #require(test.hashes)).count == 2)
  }

  @Test func shortenedBoundsHold() throws {
    let leaf = try Self.leaf(.byteArray, .string)
    let statistics = Statistics(
      minimum: Bytes(copying: Array("ab".utf8)), maximum: Bytes(copying: Array("ad".utf8)),
      isMinimumExact: false, isMaximumExact: false)
    #expect(try Self.mayPass(leaf, .equal, .text("abzzz"), statistics))
    #expect(try Self.mayPass(leaf, .equal, .text("aczzz"), statistics))
    #expect(try !Self.mayPass(leaf, .equal, .text("aa"), statistics))
    #expect(try !Self.mayPass(leaf, .equal, .text("ad "), statistics))
    // Half a decimal is another one.
    let decimal = try Self.leaf(
      .fixedLengthByteArray(byteCount: 4), .decimal(precision: 9, scale: 0))
    let half = Statistics(
      minimum: Bytes(copying: [UInt8(0), 0]), maximum: Bytes(copying: [UInt8(0), 1]))
    #expect(try Self.mayPass(decimal, .equal, .plain([0, 1, 0, 0]), half))
  }

  @Test func decimalsOfAnyLengthHaveNoHash() throws {
    let leaf = try Self.leaf(.byteArray, .decimal(precision: 9, scale: 0))
    #expect(ValueTest(leaf, isIn: [Bytes(copying: [UInt8(1)])], isNegated: false).hashes == nil)
  }

  @Test func onlyCountsOfPagesSayThatAllAreDictionary() throws {
    func isWhole(_ pages: [PageEncodingStatistics]?) -> Bool {
      ColumnMetadata(
        type: .int32, encodings: [.plain, .rle, .rleDictionary], path: ["x"],
        codec: .uncompressed, valueCount: 1, totalUncompressedByteCount: 1,
        totalCompressedByteCount: 1, dataPageOffset: 4, encodingStatistics: pages
      ).isWhollyDictionary
    }
    let dictionary = PageEncodingStatistics(pageType: .dictionaryPage, encoding: .plain, count: 1)
    let indices = PageEncodingStatistics(pageType: .dataPage, encoding: .rleDictionary, count: 3)
    let plain = PageEncodingStatistics(pageType: .dataPageV2, encoding: .plain, count: 1)
    #expect(isWhole([dictionary, indices]))
    #expect(!isWhole(nil) && !isWhole([]) && !isWhole([dictionary]))
    #expect(!isWhole([dictionary, indices, plain]))
  }
}
