import GoldenTables
import Testing

@testable import Parquet

/// What each profile makes of types, values, names and options; docs/profiles.md says the same.
@Suite struct ProfileTests {
  private static func write(
    _ profile: Profile, _ fields: [SchemaField], _ rows: [[Value]],
    _ change: (inout WriterOptions) -> Void = { _ in }
  ) throws -> ParquetReader {
    var options = WriterOptions()
    options.profile = profile
    change(&options)
    let table = GoldenTable(
      name: "t", schema: try Schema(fields), options: options, rows: rows)
    let file = Bytes(copying: try table.write().bytes)
    #expect(try FileVerifier(MemorySource(file)).verify().map(\.description) == [])
    return try ParquetReader(MemorySource(file))
  }

  private static func slots(_ reader: ParquetReader) throws -> [[Slot]] {
    let batches = reader.batches()
    return try #require(try batches.next()).slots
  }

  private static func error(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return "nothing is wrong"
  }

  private static func leaf(_ type: PhysicalType, _ logicalType: LogicalType?) -> SchemaField {
    SchemaField("x", type, .optional, logicalType: logicalType)
  }

  /// A type, one of its values, and what both become.
  struct Rule: Sendable {
    var from: SchemaField
    var value: Value
    var to: SchemaField
    var bytes: [UInt8]
  }

  private static func little(_ number: Int64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> Int64(8 * $0)) }
  }

  static let widening: [Rule] = [
    Rule(
      from: leaf(.int32, .integer(bitWidth: 8, isSigned: false)), value: .int32(255),
      to: leaf(.int32, nil), bytes: little(255, 4)),
    Rule(
      from: leaf(.int32, .integer(bitWidth: 16, isSigned: false)), value: .int32(65_535),
      to: leaf(.int32, nil), bytes: little(65_535, 4)),
    Rule(
      from: leaf(.int32, .integer(bitWidth: 32, isSigned: false)), value: .int32(-1),
      to: leaf(.int64, nil), bytes: little(4_294_967_295, 8)),
    Rule(
      from: leaf(.int64, .integer(bitWidth: 64, isSigned: false)), value: .int64(-2),
      to: leaf(.fixedLengthByteArray(byteCount: 9), .decimal(precision: 20, scale: 0)),
      bytes: [0] + [UInt8](repeating: 255, count: 7) + [254]),
  ]

  static let micros: [Rule] = [
    Rule(
      from: leaf(.int64, .timestamp(isAdjustedToUTC: true, unit: .nanoseconds)),
      value: .int64(-7000),
      to: leaf(.int64, .timestamp(isAdjustedToUTC: true, unit: .microseconds)),
      bytes: little(-7, 8)),
    Rule(
      from: leaf(.int64, .timestamp(isAdjustedToUTC: false, unit: .milliseconds)),
      value: .int64(5), to: leaf(.int64, .timestamp(isAdjustedToUTC: false, unit: .milliseconds)),
      bytes: little(5, 8)),
  ]

  static let texts: [Rule] = [
    Rule(
      from: leaf(.fixedLengthByteArray(byteCount: 16), .uuid),
      value: .bytes((0..<16).map { $0 * 17 }),
      to: leaf(.byteArray, .string), bytes: Array("00112233-4455-6677-8899-aabbccddeeff".utf8)),
    Rule(
      from: leaf(.int32, .unknown), value: .null, to: leaf(.int32, nil), bytes: []),
  ]

  static let times: [Rule] = [
    Rule(
      from: leaf(.int32, .time(isAdjustedToUTC: true, unit: .milliseconds)),
      value: .int32(86_399_007), to: leaf(.byteArray, .string), bytes: Array("23:59:59.007".utf8)),
    Rule(
      from: leaf(.int64, .time(isAdjustedToUTC: false, unit: .microseconds)),
      value: .int64(3_600_000_001), to: leaf(.byteArray, .string),
      bytes: Array("01:00:00.000001".utf8)),
    Rule(
      from: leaf(.int64, .time(isAdjustedToUTC: false, unit: .nanoseconds)),
      value: .int64(61_000_000_001), to: leaf(.byteArray, .string),
      bytes: Array("00:01:01.000000001".utf8)),
  ]

  static let halves: [Rule] =
    [(0x3C00, 1), (0xC000, -2), (0x0001, 0x1p-24), (0x7C00, .infinity)]
    .map { (bits: Int64, number: Float) in
      Rule(
        from: leaf(.fixedLengthByteArray(byteCount: 2), .float16), value: .bytes(little(bits, 2)),
        to: leaf(.float, nil), bytes: little(Int64(number.bitPattern), 4))
    } + [
      Rule(
        from: leaf(.fixedLengthByteArray(byteCount: 2), .float16),
        value: .bytes([0x01, 0xFE]), to: leaf(.float, nil), bytes: little(0xFFC0_2000, 4))
    ]

  static let byteDecimals: [Rule] = [
    Rule(
      from: leaf(.byteArray, .decimal(precision: 20, scale: 2)), value: .bytes([0xFF, 0xFE]),
      to: leaf(.fixedLengthByteArray(byteCount: 9), .decimal(precision: 20, scale: 2)),
      bytes: [UInt8](repeating: 0xFF, count: 8) + [0xFE]),
    Rule(
      from: leaf(.byteArray, .decimal(precision: 2, scale: 0)), value: .bytes([0, 0, 0, 99]),
      to: leaf(.fixedLengthByteArray(byteCount: 1), .decimal(precision: 2, scale: 0)), bytes: [99]),
  ]

  static let numberDecimals: [Rule] = [
    Rule(
      from: leaf(.int32, .decimal(precision: 9, scale: 2)), value: .int32(-256),
      to: leaf(.fixedLengthByteArray(byteCount: 4), .decimal(precision: 9, scale: 2)),
      bytes: [0xFF, 0xFF, 0xFF, 0]),
    Rule(
      from: leaf(.int64, .decimal(precision: 10, scale: 0)), value: .int64(258),
      to: leaf(.fixedLengthByteArray(byteCount: 5), .decimal(precision: 10, scale: 0)),
      bytes: [0, 0, 0, 1, 2]),
  ]

  static let kinds: [Rule] = [
    Rule(
      from: leaf(.byteArray, .json), value: .text("{}"), to: leaf(.byteArray, .string),
      bytes: Array("{}".utf8)),
    Rule(
      from: leaf(.byteArray, .enumeration), value: .text("A"), to: leaf(.byteArray, .string),
      bytes: Array("A".utf8)),
    Rule(from: leaf(.byteArray, .bson), value: .bytes([5]), to: leaf(.byteArray, nil), bytes: [5]),
  ]

  static func unchanged(_ rules: [Rule]) -> [Rule] {
    rules.map { rule in
      var rule = rule
      rule.to = rule.from
      switch rule.value {
      case .int32(let number): rule.bytes = little(Int64(number), 4)
      case .int64(let number): rule.bytes = little(number, 8)
      case .bytes(let bytes): rule.bytes = bytes
      default: break
      }
      return rule
    }
  }

  static let rules: [(Profile, [Rule])] = [
    (
      .latest,
      unchanged(
        widening + micros + texts + times + halves + byteDecimals + numberDecimals + kinds)
    ),
    (
      .spark,
      widening + micros + texts + times + halves + byteDecimals + unchanged(numberDecimals + kinds)
    ),
    (.hive, widening + micros + texts + times + halves + byteDecimals + numberDecimals + kinds),
    (
      .bigQuery,
      widening + micros + texts + halves + unchanged(byteDecimals + numberDecimals)
        + unchanged([times[0], times[1]]) + kinds
    ),
    (
      .clickHouse,
      unchanged(widening + micros + times + byteDecimals + numberDecimals + kinds)
        + unchanged([texts[0]]) + [texts[1]] + halves
    ),
  ]

  @Test(arguments: Profile.allCases) func typesAndValues(_ profile: Profile) throws {
    let rules = try #require(ProfileTests.rules.first { $0.0 == profile }).1
    for rule in rules {
      let reader = try ProfileTests.write(profile, [rule.from], [[rule.value], [.null]])
      #expect(reader.schema.fields == [rule.to], "\(rule.from)")
      let slots = try ProfileTests.slots(reader)[0]
      #expect(slots.map(\.value) == [rule.value == .null ? nil : rule.bytes, nil], "\(rule.from)")
      #expect(try profile.storedSchema(Schema([rule.from])).fields == [rule.to])
    }
  }

  @Test func nanosecondsOfBigQueryTimes() throws {
    let reader = try ProfileTests.write(
      .bigQuery, [ProfileTests.leaf(.int64, .time(isAdjustedToUTC: false, unit: .nanoseconds))],
      [[.int64(2000)]])
    #expect(
      reader.schema.leaves[0].logicalType
        == .time(isAdjustedToUTC: false, unit: .microseconds))
    #expect(try ProfileTests.slots(reader)[0].map(\.value) == [ProfileTests.little(2, 8)])
  }

  /// A value that the target cannot hold is an error with its column and row, not a loss.
  @Test func valuesThatDoNotFit() throws {
    let nanos = SchemaField(
      "at", .int64, .optional, logicalType: .timestamp(isAdjustedToUTC: true, unit: .nanoseconds))
    for profile in [Profile.spark, .hive, .bigQuery] {
      #expect(
        ProfileTests.error {
          _ = try ProfileTests.write(
            profile, [nanos], [[.int64(1000)], [.null], [.int64(2000)], [.int64(2001)]])
        }
          == "column at, row 3: 2001 ns is no whole number of microseconds; profile "
          + "\(profile.rawValue) cannot hold it")
    }
    let list = SchemaField.list("l", .optional, of: nanos)
    #expect(
      ProfileTests.error {
        _ = try ProfileTests.write(
          .spark, [list],
          [[.list([.int64(0), .int64(1000)])], [.null], [.list([])], [.list([.null, .int64(1)])]])
      }.hasPrefix("column l.list.element, row 3: 1 ns is no whole"))
    let decimal = ProfileTests.leaf(.byteArray, .decimal(precision: 2, scale: 0))
    #expect(
      ProfileTests.error {
        _ = try ProfileTests.write(.hive, [decimal], [[.bytes([0, 0x80])]])
      }.hasPrefix("column x, row 0: a value has more digits"))
    #expect(
      ProfileTests.error {
        _ = try ProfileTests.write(
          .hive, [ProfileTests.leaf(.int32, .time(isAdjustedToUTC: true, unit: .milliseconds))],
          [[.int32(86_400_000)]])
      }.hasPrefix("column x, row 0: 86400000 MILLIS is no time of day"))
  }

  @Test func typesThatDoNotFit() throws {
    let interval = ProfileTests.leaf(.fixedLengthByteArray(byteCount: 12), .interval)
    let geometry = ProfileTests.leaf(.byteArray, .geometry(crs: nil))
    let variant = SchemaField(
      group: "x", .optional, logicalType: .variant(specificationVersion: 1),
      [SchemaField("metadata", .byteArray), SchemaField("value", .byteArray)])
    let file = SchemaField(
      group: "x", .optional, logicalType: .file, [.string("uri", .optional)])
    let wide = ProfileTests.leaf(
      .fixedLengthByteArray(byteCount: 20), .decimal(precision: 39, scale: 0))
    let wider = ProfileTests.leaf(.byteArray, .decimal(precision: 77, scale: 0))
    let cases: [(SchemaField, [Profile])] = [
      (interval, [.spark, .hive, .bigQuery]),
      (geometry, [.spark, .hive, .bigQuery, .clickHouse]),
      (file, [.spark, .hive, .bigQuery, .clickHouse]),
      (variant, [.spark, .hive, .bigQuery, .clickHouse]), (wide, [.spark, .hive]),
      (wider, [.spark, .hive, .bigQuery, .clickHouse]),
    ]
    for (field, refusing) in cases {
      let schema = try Schema([field])
      for profile in Profile.allCases {
        let found = ProfileTests.error { _ = try profile.storedSchema(schema) }
        #expect(
          refusing.contains(profile)
            ? found.hasPrefix("column x: \(profile.rawValue) has ") : found == "nothing is wrong",
          "\(field), \(profile): \(found)")
      }
    }
  }

  @Test func names() throws {
    let upper = SchemaField(
      group: "Gr", .required, [SchemaField("ÄB", .int32), SchemaField("c", .int32)])
    let hive = try Profile.hive.storedSchema(Schema([upper, .string("Z")]))
    #expect(hive.leaves.map(\.path.description) == ["gr.äb", "gr.c", "z"])
    #expect(
      try Profile.spark.storedSchema(Schema([upper])).leaves.map(\.path.description) == [
        "Gr.ÄB", "Gr.c",
      ])
    let twice = try Schema([.string("a"), .string("A")])
    for profile in Profile.allCases {
      let found = ProfileTests.error { _ = try profile.storedSchema(twice) }
      let isRefused = profile == .hive || profile == .bigQuery
      #expect(
        found
          == (isRefused
            ? "column A: \(profile.rawValue) does not tell its name from that of a, which differs in"
              + " case alone" : "nothing is wrong"))
    }
  }

  /// Lists and maps of other writers get the names of the format; older shapes stay.
  @Test func namesOfListsAndMaps() throws {
    func list(_ name: String, _ element: String) -> SchemaField {
      SchemaField(
        group: "l", .optional, logicalType: .list,
        [SchemaField(group: name, .repeated, [SchemaField(element, .int32, .optional)])])
    }
    let map = SchemaField(
      group: "m", .optional, logicalType: .map,
      [SchemaField(group: "map", .repeated, [SchemaField("k", .int32), SchemaField("v", .int32)])])
    for (field, expected) in [
      (list("bag", "array_element"), ["l.list.element"]),
      (list("list", "item"), ["l.list.element"]),
      (list("array", "x"), ["l.array.x"]), (list("l_tuple", "x"), ["l.l_tuple.x"]),
      (map, ["m.key_value.key", "m.key_value.value"]),
    ] {
      let schema = try Schema(unvalidated: [field], name: "schema")
      #expect(
        try Profile.spark.storedSchema(schema).leaves.map(\.path.description) == expected)
      #expect(try Profile.latest.storedSchema(schema) == schema)
    }
  }

  /// By itself the writer takes PLAIN and dictionaries alone.
  @Test(arguments: [Profile.spark, .hive, .bigQuery]) func encodings(_ profile: Profile) throws {
    let schema = try Schema([
      SchemaField("b", .boolean), SchemaField("n", .int64), SchemaField("x", .double), .string("s"),
    ])
    let rows = (0..<4000).map { row -> [Value] in
      [
        .boolean(row < 2000), .int64(Int64(row)), .double(Double(row).bitPattern),
        .text("https://example.org/\(row)"),
      ]
    }
    func encodings(_ profile: Profile) throws -> [Set<Encoding>] {
      let reader = try ProfileTests.write(profile, schema.fields, rows)
      return reader.metadata.rowGroups[0].columns.map { Set($0.metadata?.encodings ?? []) }
    }
    let allowed: Set<Encoding> = [.plain, .rleDictionary]
    #expect(try encodings(profile).allSatisfy { $0.subtracting([.rle]).isSubset(of: allowed) })
    #expect(try encodings(profile)[0] == [.plain])
    // Without a profile, others are smaller here.
    #expect(try encodings(.latest)[0] == [.rle])
    #expect(try encodings(.clickHouse)[1].contains(.deltaBinaryPacked))
  }

  @Test func optionsThatAreNotPermitted() throws {
    let schema = try Schema([SchemaField("n", .int64), SchemaField("x", .double), .string("s")])
    let changes: [(what: String, legal: Set<Profile>, change: (inout WriterOptions) -> Void)] = [
      (
        "the encoding delta_binary_packed", [.spark, .clickHouse],
        {
          $0.encoding = .always(.deltaBinaryPacked)
        }
      ),
      (
        "the encoding delta_byte_array", [.spark, .clickHouse],
        {
          $0.columnEncodings["s"] = .always(.deltaByteArray)
        }
      ),
      (
        "the encoding byte_stream_split", [.clickHouse],
        {
          $0.columnEncodings["x"] = .always(.byteStreamSplit)
        }
      ),
      ("the encoding alp", [], { $0.columnEncodings["x"] = .always(.alp) }),
      ("data pages of version 2", [.spark, .clickHouse], { $0.pageVersion = .v2 }),
      ("the codec lz4_raw", [.clickHouse], { $0.compression = .lz4Raw }),
      ("the codec brotli", [.clickHouse], { $0.columnCompression["n"] = .brotli() }),
      ("zstd", [.spark, .hive, .bigQuery, .clickHouse], { $0.compression = .zstd() }),
      ("plain", [.spark, .hive, .bigQuery, .clickHouse], { $0.encoding = .always(.plain) }),
    ]
    for (what, legal, change) in changes {
      for profile in Profile.allCases {
        var options = WriterOptions()
        options.profile = profile
        change(&options)
        let found = ProfileTests.error {
          _ = try ProfilePlan(options, schema)
        }
        #expect(
          profile == .latest || legal.contains(profile)
            ? found == "nothing is wrong"
            : found.hasPrefix("profile \(profile.rawValue) does not allow \(what) (valid: "),
          "\(profile): \(found)")
      }
    }
  }

  /// Options name columns as the rows have them.
  @Test func optionsOfRenamedColumns() throws {
    let reader = try ProfileTests.write(
      .hive,
      [
        SchemaField("Id", .int32, logicalType: .integer(bitWidth: 32, isSigned: false)),
        .string("Name"),
      ],
      [[.int32(-1), .text("b")], [.int32(1), .text("a")], [.int32(2), .text("a")]]
    ) {
      $0.sortKeys = [SortKey("Name"), SortKey("Id", isDescending: true)]
      $0.bloomColumns = ["Name"]
      $0.columnCompression["Id"] = .gzip()
      $0.columnEncodings["Name"] = .always(.plain)
      $0.columnKeyValues[ColumnPath(["Id"])] = [KeyValue("k", "v")]
    }
    let columns = reader.metadata.rowGroups[0].columns.compactMap(\.metadata)
    #expect(columns[0].codec == .gzip)
    #expect(columns[0].keyValues == [KeyValue("k", "v")])
    #expect(columns[1].bloomFilterOffset != nil)
    #expect(columns[1].encodings == [.plain])
    #expect(
      try ProfileTests.slots(reader)[0].map(\.value)
        == [2, 1, 4_294_967_295].map { ProfileTests.little($0, 8) })
  }

  /// Entries of a dictionary that no value uses need not fit.
  @Test func dictionaries() throws {
    let field = SchemaField(
      "at", .int64, logicalType: .timestamp(isAdjustedToUTC: true, unit: .nanoseconds))
    let schema = try Schema([field])
    func write(_ indices: [UInt32]) throws -> [[UInt8]?] {
      let values = try ColumnValues.dictionary(
        indices: Bytes(copying: indices),
        dictionary: .fixed(width: 8, Bytes(copying: [Int64(5000), 1, 7000])))
      var options = WriterOptions()
      options.profile = .spark
      let file = try written(
        schema, options, [try ColumnBatch(schema: schema, columns: [Column(values)])])
      return try ProfileTests.slots(ParquetReader(MemorySource(file)))[0].map(\.value)
    }
    #expect(try write([2, 0, 2]) == [7, 5, 7].map { ProfileTests.little($0, 8) })
    #expect(ProfileTests.error { _ = try write([2, 0, 1]) }.contains("row 2: 1 ns"))
  }

  @Test func rowGroupsOfOtherFilesAreRefused() throws {
    let schema = try Schema([SchemaField("n", .int64)])
    var random = RandomRows(seed: 1)
    let file = try written(schema, WriterOptions(), [try random.batch(schema, count: 3)])
    var options = WriterOptions()
    options.profile = .spark
    let writer = try ParquetWriter(MemorySink(), schema: schema, options: options)
    let reader = try ParquetReader(MemorySource(file))
    #expect(
      ProfileTests.error { try writer.append(rowGroup: 0, of: reader) }
        .contains("not changed for a profile"))
  }
}
