import Testing

@testable import Parquet

@Suite struct VariantEncodingTests {
  /// One of every type, with its extremes.
  static let scalars: [VariantValue] = [
    .null, .boolean(true), .boolean(false), .int8(-128), .int16(.min), .int32(.max), .int64(.min),
    .float(-0.0), .double(.infinity), .decimal4(-999_999_999, scale: 9),
    .decimal8(999_999_999_999_999_999, scale: 38),
    .decimal16(-99_999_999_999_999_999_999_999_999_999_999_999_999, scale: 0), .date(-719_162),
    .time(86_399_999_999), .timestamp(.min, unit: .microseconds, isAdjustedToUTC: true),
    .timestamp(-1, unit: .microseconds, isAdjustedToUTC: false),
    .timestamp(.max, unit: .nanoseconds, isAdjustedToUTC: true),
    .timestamp(0, unit: .nanoseconds, isAdjustedToUTC: false), .binary([]), .binary([0, 255]),
    .string(""), .string(String(repeating: "é", count: 31)),
    .string(String(repeating: "x", count: 64)),
    .uuid(0x0011_2233_4455_6677_8899_AABB_CCDD_EEFF), .array([]), .object([]),
  ]

  @Test(arguments: scalars) func comesBack(_ value: VariantValue) throws {
    #expect(try Variant(value).decoded() == value)
    let nested = VariantValue.object([
      VariantField("a", .array([value, .null, value])), VariantField("b", value),
    ])
    #expect(try Variant(nested).decoded() == nested)
  }

  /// The bytes of the specification's types, spelled out.
  @Test(
    arguments: [
      (.null, [0]), (.boolean(true), [4]), (.boolean(false), [8]), (.int8(-2), [12, 0xFE]),
      (.int16(258), [16, 2, 1]), (.int32(1), [20, 1, 0, 0, 0]),
      (.int64(1), [24, 1, 0, 0, 0, 0, 0, 0, 0]), (.double(1), [28, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F]),
      (.decimal4(1, scale: 2), [32, 2, 1, 0, 0, 0]),
      (.decimal8(-1, scale: 0), [36, 0, 255, 255, 255, 255, 255, 255, 255, 255]),
      (.decimal16(1, scale: 3), [40, 3, 1] + [UInt8](repeating: 0, count: 15)),
      (.date(1), [44, 1, 0, 0, 0]), (.float(1), [56, 0, 0, 0x80, 0x3F]),
      (.binary([7]), [60, 1, 0, 0, 0, 7]), (.string("n/a"), [13, 0x6E, 0x2F, 0x61]),
      (.time(1), [68, 1, 0, 0, 0, 0, 0, 0, 0]),
      (.timestamp(1, unit: .microseconds, isAdjustedToUTC: true), [48, 1, 0, 0, 0, 0, 0, 0, 0]),
      (.timestamp(1, unit: .microseconds, isAdjustedToUTC: false), [52, 1, 0, 0, 0, 0, 0, 0, 0]),
      (.timestamp(1, unit: .nanoseconds, isAdjustedToUTC: true), [72, 1, 0, 0, 0, 0, 0, 0, 0]),
      (.timestamp(1, unit: .nanoseconds, isAdjustedToUTC: false), [76, 1, 0, 0, 0, 0, 0, 0, 0]),
      (.uuid(1), [80] + [UInt8](repeating: 0, count: 15) + [1]), (.object([]), [2, 0, 0]),
      (.array([.null, .int8(1)]), [3, 2, 0, 1, 3, 0, 12, 1]),
      (
        .object([VariantField("b", .int8(2)), VariantField("a", .null)]),
        [2, 2, 0, 1, 0, 1, 3, 0, 12, 2]
      ),
    ] as [(VariantValue, [UInt8])]) func bytes(_ value: VariantValue, _ bytes: [UInt8]) throws
  {
    #expect(try Variant(value).value.array() == bytes)
  }

  @Test func namesAreSortedAndUnique() throws {
    // U+FFFF comes before U+10000 by bytes, and after it by UTF-16 units.
    let value = VariantValue.object([
      VariantField("\u{10000}", .null), VariantField("\u{FFFF}", .null),
      VariantField("", .object([VariantField("\u{FFFF}", .null)])),
    ])
    let variant = try Variant(value)
    let names = Array("\u{FFFF}\u{10000}".utf8)
    #expect(variant.metadata.array() == [0x11, 3, 0, 0, 3, 7] + names)
    guard case .object(let fields) = try variant.decoded() else { return #expect(Bool(false)) }
    #expect(fields.map(\.name) == ["", "\u{FFFF}", "\u{10000}"])
    // One text in two forms is two names.
    let forms = VariantValue.object([
      VariantField("\u{E9}", .int8(1)), VariantField("e\u{301}", .int8(2)),
    ])
    #expect(try Variant(forms).decoded()["\u{E9}"] == .int8(1))
    #expect(try Variant(forms).decoded()["e\u{301}"] == .int8(2))
  }

  @Test(arguments: [0, 1, 255, 256, 65_535, 65_536]) func countsAndWidths(_ count: Int) throws {
    let array = VariantValue.array((0..<count).map { VariantValue(Int64($0)) })
    #expect(try Variant(array).decoded() == array)
    let object = VariantValue.object(
      (0..<min(count, 3000)).map { VariantField("field \($0)", .int8(1)) })
    let decoded = try Variant(object).decoded()
    for index in stride(from: 0, to: min(count, 3000), by: 97) {
      #expect(decoded["field \(index)"] == .int8(1))
    }
  }

  @Test func smallestInteger() {
    #expect(VariantValue(127) == .int8(127))
    #expect(VariantValue(-129) == .int16(-129))
    #expect(VariantValue(32_768) == .int32(32_768))
    #expect(VariantValue(.min) == .int64(.min))
  }

  @Test func whatCannotBeWritten() {
    func code(_ value: VariantValue) -> ParquetError.Code? {
      do {
        _ = try Variant(value)
        return nil
      } catch { return error.code }
    }
    #expect(
      code(.object([VariantField("a", .null), VariantField("a", .null)])) == .invalidArgument)
    #expect(code(.decimal4(1_000_000_000, scale: 0)) == .invalidArgument)
    #expect(code(.decimal4(.min, scale: 0)) == .invalidArgument)
    #expect(code(.decimal8(1, scale: 39)) == .invalidArgument)
    #expect(code(.decimal8(1, scale: -1)) == .invalidArgument)
    #expect(code(nested(VariantValue.largestDepth)) == nil)
    #expect(code(nested(VariantValue.largestDepth + 1)) == .limitExceeded)
  }

  private func nested(_ depth: Int) -> VariantValue {
    (0..<depth).reduce(.null) { value, _ in .array([value]) }
  }
}

@Suite struct HostileVariantTests {
  private func code(_ metadata: [UInt8], _ value: [UInt8]) -> ParquetError.Code? {
    do {
      _ = try Variant(metadata: Bytes(copying: metadata), value: Bytes(copying: value)).decoded()
      return nil
    } catch { return error.code }
  }

  private static let noNames: [UInt8] = [1, 0, 0]

  @Test(
    arguments: [
      [], [1], [0x41, 0], [1, 1], [1, 1, 0], [1, 1, 0, 1], [1, 1, 1, 1, 97], [1, 0, 1, 97],
      [1, 0, 0, 97], [1, 2, 0, 2, 1, 97, 97], [1, 1, 0, 1, 0xFF],
      [0xC1, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0],
    ] as [[UInt8]]) func malformedMetadata(_ metadata: [UInt8])
  {
    #expect(code(metadata, [0]) == .malformedFile)
  }

  @Test func versionsAndTypesNotKnown() {
    #expect(code([2, 0, 0], [0]) == .unsupportedFeature)
    #expect(code([0, 0, 0], [0]) == .unsupportedFeature)
    for type in UInt8(21)...63 { #expect(code(Self.noNames, [type << 2]) == .unsupportedFeature) }
    // Reserved bits are ignored, and a claim that names are sorted is not relied on.
    #expect(code([0x21, 0, 0], [0]) == nil)
    #expect(code([0x11, 2, 0, 1, 2, 98, 97], [0]) == nil)
  }

  @Test(
    arguments: [
      [], [0, 0], [12], [16, 1], [20, 1, 1, 1], [24, 1], [40, 0, 1], [32, 39, 1, 0, 0, 0],
      [60, 2, 0, 0, 0, 1], [64, 1, 0, 0, 0, 0xFF], [13, 97], [5, 0xFF], [80, 1],
      // Arrays: no count, no offsets, offsets past the end, elements that end early, gaps past the end.
      [3], [3, 1], [3, 1, 0], [3, 1, 0, 2, 0], [3, 1, 1, 1, 0], [3, 1, 0, 1, 12], [3, 1, 0, 0],
      [0x13, 0xFF, 0xFF, 0xFF, 0xFF, 0], [0x1F, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0],
      // Two elements of the same byte.
      [3, 2, 0, 0, 1, 0],
      // Objects: a name that there is not, an id past the end.
      [2, 1, 0, 0, 1, 0], [2, 1], [2, 1, 0],
    ] as [[UInt8]]) func malformedValue(_ value: [UInt8])
  {
    #expect(code(Self.noNames, value) == .malformedFile)
  }

  @Test func objectsHaveEachNameOnce() {
    let names: [UInt8] = [1, 2, 0, 1, 2, 97, 97]
    #expect(code(names, [2, 2, 0, 1, 0, 1, 2, 0, 0]) == .malformedFile)
    #expect(code([1, 1, 0, 1, 97], [2, 2, 0, 0, 0, 1, 2, 0, 0]) == .malformedFile)
    // Out of order they are read all the same.
    #expect(code([1, 2, 0, 1, 2, 98, 97], [2, 2, 0, 1, 0, 1, 2, 0, 0]) == nil)
    // Values in another order than their fields.
    #expect(code([1, 2, 0, 1, 2, 97, 98], [2, 2, 0, 1, 2, 0, 3, 12, 1, 0]) == nil)
  }

  @Test func depthHasALimit() {
    func nested(_ depth: Int) -> [UInt8] {
      var value: [UInt8] = [0]
      for _ in 0..<depth {
        let count = value.count
        value =
          [0x0F, 1, 0, 0, 0, 0] + (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
          + value
      }
      return value
    }
    #expect(code(Self.noNames, nested(VariantValue.largestDepth)) == nil)
    #expect(code(Self.noNames, nested(VariantValue.largestDepth + 1)) == .limitExceeded)
    #expect(code(Self.noNames, nested(2000)) == .limitExceeded)
  }

  /// Arrays whose elements are all the same bytes would be a value of 4^depth elements.
  @Test func sharedBytesDoNotMultiply() {
    var value: [UInt8] = [0]
    for _ in 0..<60 {
      let count = value.count
      func word(_ number: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
      }
      value = [0x0F, 4] + word(0) + word(0) + word(0) + word(0) + word(count) + value
    }
    #expect(code(Self.noNames, value) == .malformedFile)
  }

  /// Random values come back; with random damage they end in a value or an error.
  @Test func randomValuesAndDamage() throws {
    var random = SeededGenerator(seed: 47)
    for _ in 0..<400 {
      let value = RandomVariants.value(depth: 0, &random)
      let variant = try Variant(value)
      let decoded = try variant.decoded()
      #expect(try Variant(decoded).value == variant.value)
      #expect(decoded == RandomVariants.sorted(value))
      for _ in 0..<20 {
        var metadata = variant.metadata.array()
        var bytes = variant.value.array()
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          let byte = UInt8.random(in: 0...255, using: &random)
          if Bool.random(using: &random) {
            metadata[Int.random(in: metadata.indices, using: &random)] = byte
          } else {
            bytes[Int.random(in: bytes.indices, using: &random)] = byte
          }
        }
        if Int.random(in: 0..<4, using: &random) == 0 {
          bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
        }
        _ = code(metadata, bytes)
      }
    }
  }
}

enum RandomVariants {
  static func value(depth: Int, _ random: inout SeededGenerator) -> VariantValue {
    let pick = Int.random(in: 0..<(depth < 5 ? 12 : 8), using: &random)
    guard pick >= 8 else {
      return VariantEncodingTests.scalars.randomElement(using: &random) ?? .null
    }
    let count = Int.random(in: 0...6, using: &random)
    if pick < 10 {
      return .array((0..<count).map { _ in value(depth: depth + 1, &random) })
    }
    let names = ["a", "b", "id", "é", "\u{10000}", "", "name of more bytes"].shuffled(
      using: &random)
    return .object(names.prefix(count).map { VariantField($0, value(depth: depth + 1, &random)) })
  }

  /// The value with the fields of objects in order.
  static func sorted(_ value: VariantValue) -> VariantValue {
    switch value {
    case .array(let elements): .array(elements.map(sorted))
    case .object(let fields):
      .object(
        fields.map { VariantField($0.name, sorted($0.value)) }
          .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
    default: value
    }
  }
}
