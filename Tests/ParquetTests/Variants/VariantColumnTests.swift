import Foundation
import Testing

@testable import Parquet

private let testData = ProcessInfo.processInfo.environment["PARQUET_TEST_DATA"]

/// The files of parquet-testing: variants by other writers, shredded in every way.
@Suite(.enabled(if: testData != nil, "PARQUET_TEST_DATA names parquet-testing"))
struct VariantConformanceTests {
  private struct Case: Decodable {
    var case_number: Int
    var parquet_file: String?
    var variant_file: String?
    var variant_files: [String?]?
    var error_message: String?
    var notes: String?
  }

  private static func bytes(_ path: String) throws -> [UInt8] {
    let root = URL(fileURLWithPath: try #require(testData))
    return [UInt8](try Data(contentsOf: root.appendingPathComponent(path)))
  }

  /// A file that holds metadata and value one after the other.
  private static func variant(_ name: String) throws -> VariantValue {
    let bytes = try bytes("shredded_variant/\(name)")
    let width = Int(bytes[0] >> 6) + 1
    func number(_ at: Int) -> Int { (0..<width).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
    let count = number(1)
    let end = 1 + width * (count + 2) + number(1 + width * (count + 1))
    return try Variant(
      metadata: Bytes(copying: Array(bytes[..<end])), value: Bytes(copying: Array(bytes[end...]))
    ).decoded()
  }

  @Test func shredded() throws {
    let cases = try JSONDecoder().decode(
      [Case].self, from: Data(Self.bytes("shredded_variant/cases.json")))
    var equal = 0
    var refused = 0
    for one in cases {
      guard let file = one.parquet_file else { continue }
      let path = try #require(testData) + "/shredded_variant/\(file)"
      func read() throws -> [VariantValue?] {
        let reader = try ParquetReader(FileSource(path: path))
        var values: [VariantValue?] = []
        let batches = reader.batches(batchRows: 2)
        while let batch = try batches.next() { values += try batch.variants(of: "var") }
        return values
      }
      if one.error_message != nil {
        #expect(throws: ParquetError.self, "case \(one.case_number)") { try read() }
        refused += 1
        continue
      }
      let names = one.variant_files ?? [one.variant_file]
      let expected = try names.map { try $0.map(Self.variant) }
      if one.notes != nil {
        // Not valid: either what is in the columns, or an error.
        if let values = try? read() { #expect(values == expected, "case \(one.case_number)") }
        continue
      }
      let values = try read()
      #expect(values.count == expected.count)
      for (value, wanted) in zip(values, expected) {
        // By their bytes, as NaN would differ from itself.
        #expect(
          try value.map { try Variant($0).value } == wanted.map { try Variant($0).value },
          "case \(one.case_number)")
      }
      equal += 1
    }
    #expect(equal == 128)
    #expect(refused == 6)
  }

  @Test(
    arguments: [
      ("primitive_null", .null), ("primitive_boolean_true", .boolean(true)),
      ("primitive_boolean_false", .boolean(false)), ("primitive_int8", .int8(42)),
      ("primitive_int16", .int16(1234)), ("primitive_int32", .int32(123_456)),
      ("primitive_int64", .int64(1_234_567_890_123_456_789)),
      ("primitive_float", .float(1_234_567_936)), ("primitive_double", .double(1_234_567_890.1234)),
      ("primitive_decimal4", .decimal4(1234, scale: 2)),
      ("primitive_decimal8", .decimal8(1_234_567_890, scale: 2)),
      ("primitive_decimal16", .decimal16(1_234_567_891_234_567_890, scale: 2)),
      ("primitive_date", .date(20_194)),
      ("primitive_time", .time(45_234_123_456)),
      (
        "primitive_timestamp",
        .timestamp(1_744_821_296_780_000, unit: .microseconds, isAdjustedToUTC: true)
      ),
      (
        "primitive_timestampntz",
        .timestamp(1_744_806_896_780_000, unit: .microseconds, isAdjustedToUTC: false)
      ),
      (
        "primitive_timestamp_nanos",
        .timestamp(1_730_982_834_123_456_789, unit: .nanoseconds, isAdjustedToUTC: true)
      ),
      (
        "primitive_timestampntz_nanos",
        .timestamp(1_730_982_834_123_456_789, unit: .nanoseconds, isAdjustedToUTC: false)
      ),
      ("primitive_uuid", .uuid(0xF24F_9B64_81FA_49D1_B74E_8C09_A6E3_1C56)),
      ("primitive_binary", .binary([3, 19, 55, 222, 173, 190, 239, 202, 254])),
      (
        "primitive_string",
        .string(
          "This string is longer than 64 bytes and therefore does not fit in a short_string and it "
            + "also includes several non ascii characters such as 🐢, 💖, ♥️, 🎣 and 🤦!!")
      ),
      ("short_string", .string("Less than 64 bytes (❤️ with utf8)")),
      (
        "long_string",
        .string(
          "This string is for sure and certainly longer than 64 bytes and it also includes several non"
            + " ascii characters such as 🐢, 💖, ♥️, 🎣 and 🤦!!")
      ),
      (
        "object_primitive",
        .object([
          VariantField("boolean_false_field", .boolean(false)),
          VariantField("boolean_true_field", .boolean(true)),
          VariantField("double_field", .decimal4(123_456_789, scale: 8)),
          VariantField("int_field", .int8(1)), VariantField("null_field", .null),
          VariantField("string_field", .string("Apache Parquet")),
          VariantField("timestamp_field", .string("2025-04-16T12:34:56.78")),
        ])
      ),
      (
        "object_nested",
        .object([
          VariantField("id", .int8(1)),
          VariantField(
            "observation",
            .object([
              VariantField("location", .string("In the Volcano")),
              VariantField("time", .string("12:34:56")),
              VariantField(
                "value",
                .object([
                  VariantField("humidity", .int16(456)), VariantField("temperature", .int8(123)),
                ])),
            ])),
          VariantField(
            "species",
            .object([
              VariantField("name", .string("lava monster")),
              VariantField("population", .int16(6789)),
            ])),
        ])
      ),
      ("array_empty", .array([])), ("object_empty", .object([])),
      ("array_primitive", .array([.int8(2), .int8(1), .int8(5), .int8(9)])),
      (
        "array_nested",
        .array([
          .object([
            VariantField("id", .int8(1)),
            VariantField(
              "thing",
              .object([
                VariantField("names", .array([.string("Contrarian"), .string("Spider")]))
              ])),
          ]), .null,
          .object([
            VariantField("id", .int8(2)),
            VariantField("names", .array([.string("Apple"), .string("Ray"), .null])),
            VariantField("type", .string("if")),
          ]),
        ])
      ),
    ] as [(String, VariantValue)]) func unshredded(_ name: String, _ value: VariantValue) throws
  {
    let variant = Variant(
      metadata: Bytes(copying: try Self.bytes("variant/\(name).metadata")),
      value: Bytes(copying: try Self.bytes("variant/\(name).value")))
    #expect(try variant.decoded() == value)
    // What is written anew is the same value.
    #expect(try Variant(variant.decoded()).decoded() == value)
  }
}

@Suite struct VariantColumnTests {
  /// Variants in a column, in a struct that may be null, written and read.
  @Test func writtenAndRead() throws {
    let schema = try Schema([
      .variant("v", .optional), SchemaField(group: "s", .optional, [.variant("w")]),
      .list("l", of: .variant("element")),
    ])
    let builder = ColumnBatchBuilder(schema: schema)
    var random = SeededGenerator(seed: 3)
    var expected: [(v: VariantValue?, w: VariantValue?)] = []
    for row in 0..<500 {
      let v = row % 5 == 0 ? nil : RandomVariants.sorted(RandomVariants.value(depth: 1, &random))
      let w = row % 3 == 0 ? nil : RandomVariants.sorted(RandomVariants.value(depth: 3, &random))
      if let v { try builder.group(0).append(v) } else { builder.group(0).appendNull() }
      if let w {
        try (builder.group(1).fields[0] as? StructBuilder)?.append(w)
        builder.group(1).append()
      } else {
        builder.group(1).appendNull()
      }
      for i in 0..<row % 4 {
        try (builder.list(2).element as? StructBuilder)?.append(.int8(Int8(i)))
      }
      builder.list(2).endList()
      expected.append((v, w))
    }
    let sink = MemorySink()
    let writer = try ParquetWriter(sink, schema: schema)
    try writer.write(builder.finish())
    _ = try writer.finish()
    let reader = try ParquetReader(MemorySource(sink.bytes))
    #expect(reader.schema == schema)
    var row = 0
    let batches = reader.batches(batchRows: 128)
    while let batch = try batches.next() {
      let (v, w) = (try batch.variants(of: "v"), try batch.variants(of: "s.w"))
      for i in 0..<batch.rowCount {
        #expect(v[i] == expected[row].v && w[i] == expected[row].w, "row \(row)")
        row += 1
      }
      for path in ["l.list.element", "s", "v.value", "x"] {
        #expect(throws: ParquetError.self) { try batch.variants(of: path) }
      }
    }
    #expect(row == 500)
    #expect(try FileVerifier(MemorySource(sink.bytes)).verify().isEmpty)
  }

  @Test func whatIsNoVariantIsNotWritten() {
    func refuses(_ children: [SchemaField], version: Int? = 1) {
      #expect(throws: ParquetError.self) {
        try Schema([
          SchemaField(
            group: "v", .optional, logicalType: .variant(specificationVersion: version), children)
        ])
      }
    }
    let metadata = SchemaField("metadata", .byteArray)
    let value = SchemaField("value", .byteArray)
    refuses([metadata])
    refuses([value])
    refuses([SchemaField("metadata", .byteArray, .optional), value])
    refuses([metadata, .string("value")])
    refuses([metadata, value, SchemaField("other", .int32)])
    refuses([metadata, value], version: 2)
    #expect(throws: ParquetError.self) {
      try Schema([SchemaField("v", .byteArray, logicalType: .variant(specificationVersion: 1))])
    }
  }

  @Test func onlyUnshreddedIsBuilt() throws {
    var field = SchemaField.variant("v")
    field.content = .group(field.children + [SchemaField("typed_value", .int32, .optional)])
    let builder = ColumnBatchBuilder(schema: try Schema([field]))
    #expect(throws: ParquetError.self) { try builder.group(0).append(.int8(1)) }
  }

  /// Without one of its columns a VARIANT is a group as any other.
  @Test func aPartIsNoVariant() throws {
    let schema = try Schema([.variant("v", .optional)])
    #expect(try schema.projected(to: [0]).fields[0].logicalType == nil)
    #expect(try schema.projected(to: [0, 1]) == schema)
  }

  /// Damaged columns end in an error, whatever they say of each other.
  @Test func columnsThatDisagree() throws {
    let schema = try Schema(
      unvalidated: [
        SchemaField(
          group: "v", .optional, logicalType: .variant(specificationVersion: 1),
          [
            SchemaField("metadata", .byteArray), SchemaField("value", .byteArray, .optional),
            .list(
              "typed_value", .optional,
              of: SchemaField(
                group: "element", [SchemaField("value", .byteArray, .optional)])),
          ])
      ], name: "schema")
    var random = SeededGenerator(seed: 9)
    for _ in 0..<300 {
      let columns = schema.leaves.map { leaf -> Column in
        let count = Int.random(in: 0...6, using: &random)
        let definition = (0..<count).map { _ in
          UInt8.random(in: 0...UInt8(leaf.maxDefinitionLevel), using: &random)
        }
        let repetition = (0..<count).map { i in
          i == 0 ? 0 : UInt8.random(in: 0...UInt8(leaf.maxRepetitionLevel), using: &random)
        }
        let present = definition.count { Int($0) == leaf.maxDefinitionLevel }
        let offsets = (0...present).map { UInt32(3 * $0) }
        let bytes = (0..<present).flatMap { _ in [1, 0, 0] as [UInt8] }
        return Column(
          rowCount: 3, slotCount: count,
          presence: .levels(
            definition: Bytes(copying: definition),
            repetition: leaf.maxRepetitionLevel > 0 ? Bytes(copying: repetition) : nil),
          values: ColumnValues(
            uncheckedOffsets: Bytes(copying: offsets), bytes: Bytes(copying: bytes), isText: false))
      }
      _ = try? ColumnBatch(unchecked: schema, columns: columns, rowCount: 3).variants(of: "v")
    }
  }
}
