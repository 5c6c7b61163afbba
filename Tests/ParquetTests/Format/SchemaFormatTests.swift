import Testing

@testable import Parquet

@Suite struct SchemaFormatTests {
  private static let types: [(LogicalType, PhysicalType, ConvertedType?)] = [
    (.string, .byteArray, .utf8), (.enumeration, .byteArray, .enumeration),
    (.json, .byteArray, .json), (.bson, .byteArray, .bson),
    (.decimal(precision: 9, scale: 2), .int32, .decimal),
    (.decimal(precision: 38, scale: 38), .fixedLengthByteArray(byteCount: 16), .decimal),
    (.date, .int32, .date),
    (.time(isAdjustedToUTC: true, unit: .milliseconds), .int32, .timeMilliseconds),
    (.time(isAdjustedToUTC: false, unit: .microseconds), .int64, .timeMicroseconds),
    (.time(isAdjustedToUTC: false, unit: .nanoseconds), .int64, nil),
    (.timestamp(isAdjustedToUTC: true, unit: .milliseconds), .int64, .timestampMilliseconds),
    (.timestamp(isAdjustedToUTC: false, unit: .microseconds), .int64, .timestampMicroseconds),
    (.timestamp(isAdjustedToUTC: true, unit: .nanoseconds), .int64, nil),
    (.integer(bitWidth: 8, isSigned: true), .int32, .int8),
    (.integer(bitWidth: 16, isSigned: true), .int32, .int16),
    (.integer(bitWidth: 32, isSigned: true), .int32, .int32),
    (.integer(bitWidth: 64, isSigned: true), .int64, .int64),
    (.integer(bitWidth: 8, isSigned: false), .int32, .uint8),
    (.integer(bitWidth: 16, isSigned: false), .int32, .uint16),
    (.integer(bitWidth: 32, isSigned: false), .int32, .uint32),
    (.integer(bitWidth: 64, isSigned: false), .int64, .uint64),
    (.interval, .fixedLengthByteArray(byteCount: 12), .interval),
    (.unknown, .int32, nil), (.uuid, .fixedLengthByteArray(byteCount: 16), nil),
    (.float16, .fixedLengthByteArray(byteCount: 2), nil), (.geometry(crs: nil), .byteArray, nil),
    (.geometry(crs: "srid:5070"), .byteArray, nil),
    (.geography(crs: nil, algorithm: .karney), .byteArray, nil),
    (.geography(crs: "projjson:x", algorithm: nil), .byteArray, nil),
    (.decimal(precision: 18, scale: 0), .int64, .decimal),
    (.decimal(precision: 100, scale: 3), .byteArray, .decimal),
  ]

  private func readBack(_ elements: [SchemaElement]) throws -> [SchemaElement] {
    var writer = CompactWriter()
    writer.field(1, elements)
    var reader = CompactReader(writer.freeze())
    let field = try #require(try reader.nextField())
    return try reader.structures(field, "schema")
  }

  @Test(arguments: types.indices)
  func everyLogicalType(index: Int) throws {
    let (logical, physical, converted) = Self.types[index]
    let schema = try Schema([
      SchemaField("x", physical, .optional, logicalType: logical, fieldID: 7)
    ])
    let elements = schema.elements
    #expect(elements[1].convertedType == converted)
    #expect(try Schema(elements: readBack(elements)) == schema)
    // Old files have the converted type alone, which cannot say that a time is local.
    guard converted != nil else { return }
    var old = elements
    old[1].logicalType = nil
    let expected: LogicalType =
      switch logical {
      case .time(_, let unit): .time(isAdjustedToUTC: true, unit: unit)
      case .timestamp(_, let unit): .timestamp(isAdjustedToUTC: true, unit: unit)
      default: logical
      }
    #expect(try Schema(elements: old).leaves[0].logicalType == expected)
  }

  @Test(arguments: [
    PhysicalType.boolean, .int32, .int64, .int96, .float, .double, .byteArray,
    .fixedLengthByteArray(byteCount: 5),
  ])
  func everyPhysicalType(type: PhysicalType) throws {
    let schema = try Schema([
      SchemaField("a", type), SchemaField("b", type, .optional), SchemaField("c", type, .repeated),
    ])
    #expect(try Schema(elements: readBack(schema.elements)) == schema)
  }

  @Test func nesting() throws {
    let schema = try Schema(
      name: "root",
      [
        .list("l", .optional, of: .list("x", .optional, of: SchemaField("y", .int32, .optional))),
        .map("m", .optional, key: .string("k"), value: SchemaField("v", .double, .optional)),
        SchemaField(group: "g", .optional, [SchemaField("h", .boolean), .string("i", .optional)]),
      ])
    let read = try Schema(elements: readBack(schema.elements))
    #expect(read == schema)
    #expect(read.name == "root")
    #expect(read.leaves == schema.leaves)
    #expect(schema.elements[1].convertedType == .list)
  }

  @Test func mapKeyValue() throws {
    // Beside MAP it says nothing; alone on the outer group it is MAP.
    func elements(outer: ConvertedType, inner: ConvertedType?) -> [SchemaElement] {
      [
        SchemaElement(name: "schema", childCount: 1),
        SchemaElement(name: "m", repetition: 1, childCount: 1, convertedType: outer),
        SchemaElement(name: "map", repetition: 2, childCount: 2, convertedType: inner),
        SchemaElement(name: "key", type: .byteArray, repetition: 0, convertedType: .utf8),
        SchemaElement(name: "value", type: .int32, repetition: 1),
      ]
    }
    for elements in [
      elements(outer: .map, inner: .mapKeyValue), elements(outer: .mapKeyValue, inner: nil),
    ] {
      let map = try Schema(elements: elements).fields[0]
      #expect(map.logicalType == .map)
      #expect(map.children[0].logicalType == nil)
    }
  }

  @Test func whatDoesNotFitIsDropped() throws {
    let elements = [
      SchemaElement(name: "schema", childCount: 3),
      SchemaElement(name: "a", type: .int32, repetition: 0, logicalType: .string),
      SchemaElement(name: "b", type: .int64, repetition: 0, convertedType: .decimal, precision: 40),
      SchemaElement(name: "c", type: .int64, repetition: 0, logicalType: .unrecognized(id: 55)),
    ]
    let leaves = try Schema(elements: elements).leaves
    #expect(leaves[0].logicalType == .unrecognized(id: 1))
    #expect(leaves[1].logicalType == .unrecognized(id: 5))
    #expect(leaves[2].logicalType == .unrecognized(id: 55))
    #expect(leaves.allSatisfy { $0.sortOrder == .undefined })
  }

  @Test func unknownUnit() throws {
    var writer = CompactWriter()
    let union = writer.beginStruct()
    writer.header(8, .structure)
    let timestamp = writer.beginStruct()
    writer.field(1, true)
    writer.header(2, .structure)
    let unit = writer.beginStruct()
    writer.fieldOfEmptyStruct(4)
    writer.endStruct(unit)
    writer.endStruct(timestamp)
    writer.endStruct(union)
    var reader = CompactReader(writer.freeze())
    #expect(try LogicalType(from: &reader) == .unrecognized(id: 8))
  }

  @Test(
    arguments: [
      ("no root", []),
      ("too many children", [SchemaElement(name: "s", childCount: 2), leaf("a")]),
      ("too few children", [SchemaElement(name: "s", childCount: 1), leaf("a"), leaf("b")]),
      (
        "a group that never ends",
        [
          SchemaElement(name: "s", childCount: 1),
          SchemaElement(name: "g", repetition: 0, childCount: 1),
        ]
      ),
      (
        "neither leaf nor group",
        [SchemaElement(name: "s", childCount: 1), SchemaElement(name: "g", repetition: 0)]
      ),
      (
        "both leaf and group",
        [
          SchemaElement(name: "s", childCount: 1),
          SchemaElement(name: "g", type: .int32, repetition: 0, childCount: 1), leaf("a"),
        ]
      ),
      (
        "no repetition",
        [SchemaElement(name: "s", childCount: 1), SchemaElement(name: "a", type: .int32)]
      ),
      (
        "no length",
        [
          SchemaElement(name: "s", childCount: 1),
          SchemaElement(name: "a", type: .fixedLengthByteArray, repetition: 0),
        ]
      ),
    ] as [(String, [SchemaElement])])
  func malformed(what: String, elements: [SchemaElement]) {
    let error = thrownError { () throws(ParquetError) in try Schema(elements: elements) }
    #expect(error?.code == .malformedFile)
  }

  private static func leaf(_ name: String) -> SchemaElement {
    SchemaElement(name: name, type: .int32, repetition: 0)
  }

  @Test func depthIsLimited() {
    var elements = [SchemaElement(name: "s", childCount: 1)]
    for _ in 0..<100_000 {
      elements.append(SchemaElement(name: "g", repetition: 0, childCount: 1))
    }
    elements.append(Self.leaf("x"))
    let error = thrownError { () throws(ParquetError) in try Schema(elements: elements) }
    #expect(error?.code == .limitExceeded)
  }

  @Test func unknownPhysicalTypeIsUnsupported() {
    let elements = [
      SchemaElement(name: "s", childCount: 1),
      SchemaElement(name: "a", type: PhysicalTypeID(rawValue: 8), repetition: 0),
    ]
    let error = thrownError { () throws(ParquetError) in try Schema(elements: elements) }
    #expect(error?.code == .unsupportedFeature)
  }

  /// Rule L4: MAP_KEY_VALUE alone says MAP, on the group in a map nothing.
  @Test func mapKeyValueIsAMap() throws {
    func type(
      _ outer: ConvertedType?, _ inner: ConvertedType?, outerRepetition: Repetition = .optional
    ) throws -> [LogicalType?] {
      let schema = try Schema(elements: [
        SchemaElement(name: "schema", childCount: 1),
        SchemaElement(
          name: "m", repetition: outerRepetition.thriftValue, childCount: 1, convertedType: outer),
        SchemaElement(
          name: "map", repetition: Repetition.repeated.thriftValue, childCount: 2,
          convertedType: inner),
        SchemaElement(name: "key", type: .int32, repetition: 0),
        SchemaElement(name: "value", type: .int32, repetition: 1),
      ])
      return [schema.fields[0].logicalType, schema.fields[0].children[0].logicalType]
    }
    #expect(try type(.map, .mapKeyValue) == [.map, nil])
    #expect(try type(.mapKeyValue, nil) == [.map, nil])
    #expect(try type(.mapKeyValue, .mapKeyValue) == [.map, nil])
    #expect(try type(.mapKeyValue, nil, outerRepetition: .repeated) == [.map, nil])
    // A repeated key and value in a group that is not said to be a map are a list of groups.
    #expect(try type(nil, .mapKeyValue) == [nil, nil])
    #expect(try type(.list, .mapKeyValue) == [.list, nil])
  }
}
