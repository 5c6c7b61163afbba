package import Parquet

/// The definitions of the golden files.
package enum GoldenSet {
  /// Every option by its value, so that no later default changes a golden file.
  package static func pinnedOptions(_ compression: Compression = .none) -> WriterOptions {
    var options = WriterOptions()
    options.compression = compression
    options.columnCompression = [:]
    // The automatic choice weighs compressed sizes, which change with a codec library.
    switch compression {
    case .none: options.encoding = .always(.rleDictionary)
    case .gzip: options.encoding = .always(.plain)
    default: options.encoding = .always(.rleDictionary)
    }
    options.columnEncodings = [:]
    options.rowGroupRows = 1_000_000
    options.rowGroupBytes = 1 << 27
    options.pageVersion = .v1
    options.pageRows = 20_000
    options.pageBytes = 1 << 20
    options.dictionaryBytes = 1 << 20
    options.statistics = .page
    options.statisticsBytes = 64
    options.bloomColumns = []
    options.bloomFalsePositiveRate = 0.01
    options.keyValues = []
    options.createdBy = "swift-parquet version 0.0.1 (build golden)"
    options.threads = 1
    options.memoryLimit = nil
    options.progress = nil
    return options
  }

  package static let compressions: [Compression] = [
    .none, .snappy, .gzip(level: 6), .zstd(level: 3),
  ]

  /// Every golden table. Names are file names.
  package static func tables() throws(ParquetError) -> [GoldenTable] {
    var tables: [GoldenTable] = []
    for compression in compressions {
      for presence in PresenceKind.allCases {
        tables.append(
          try types("types", LeafKind.all.filter { !$0.isUncommon }, presence, compression))
        tables.append(
          try types("uncommon", LeafKind.all.filter(\.isUncommon), presence, compression))
      }
      tables.append(try nested(compression))
    }
    tables += [
      try zeroRows(), try rowGroups(), try pages(), try dictionary(), try dictionaryFallback(),
      try encodings(.v1, .none), try encodings(.v2, .zstd(level: 3)), try plain(), try floats(),
      try bounds(), try metadata(), try booleanRuns(), try bloomFilters(),
    ]
    return tables
  }

  /// How the values of a column are there.
  enum PresenceKind: String, CaseIterable {
    case required, optional, allnull, nonenull, empty
  }

  /// Every kind of leaf in one presence: required, null in places, always null, optional without
  /// nulls, or inside lists that are all empty.
  private static func types(
    _ prefix: String, _ kinds: [LeafKind], _ presence: PresenceKind, _ compression: Compression
  ) throws(ParquetError) -> GoldenTable {
    var generator = SeededGenerator(seed: 20_260)
    let rowCount = 20
    var fields: [SchemaField] = []
    for kind in kinds {
      switch presence {
      case .required: fields.append(kind.field())
      case .optional, .allnull, .nonenull: fields.append(kind.field(nil, .optional))
      case .empty: fields.append(.list(kind.name, of: kind.field("element", .required)))
      }
    }
    var rows: [[Value]] = []
    for row in 0..<rowCount {
      rows.append(
        kinds.map { kind in
          let value = sample(kind, row, &generator)
          switch presence {
          case .required, .nonenull: return value
          case .optional: return row >= kind.extremes.count && generator.oneIn(3) ? .null : value
          case .allnull: return .null
          case .empty: return .list([])
          }
        })
    }
    return GoldenTable(
      name: "\(prefix)-\(presence.rawValue)-\(compression.name)", schema: try Schema(fields),
      options: pinnedOptions(compression), rows: rows)
  }

  /// The extremes of a kind, then values that follow from the generator.
  static func sample(_ kind: LeafKind, _ row: Int, _ generator: inout SeededGenerator) -> Value {
    let bits = generator.next()
    return row < kind.extremes.count ? kind.extremes[row] : kind.make(bits)
  }

  private static func zeroRows() throws(ParquetError) -> GoldenTable {
    var fields = LeafKind.all.filter { !$0.isUncommon }.map { $0.field(nil, .optional) }
    fields.append(.list("list", .optional, of: .string("element", .optional)))
    fields.append(
      .map("map", .optional, key: .string("key"), value: SchemaField("value", .int64, .optional)))
    return GoldenTable(
      name: "zero-rows", schema: try Schema(fields), options: pinnedOptions(), rows: [])
  }

  /// A flat table of a few kinds, some columns of it null in places, and a list.
  private static func mixed(rowCount: Int, seed: UInt64) throws(ParquetError) -> (Schema, [[Value]])
  {
    var generator = SeededGenerator(seed: seed)
    let names = ["boolean", "int32", "int64", "double", "string", "decimal38_fixed", "uint64"]
    let kinds = LeafKind.all.filter { names.contains($0.name) }
    var fields: [SchemaField] = kinds.map { $0.field() }
    fields += kinds.map { $0.field($0.name + "_optional", .optional) }
    fields.append(.list("list", .optional, of: .string("element", .optional)))
    var rows: [[Value]] = []
    for row in 0..<rowCount {
      var values = kinds.map { $0.make(UInt64(row * 7919 % 1000)) }
      values += kinds.map { generator.oneIn(3) ? .null : $0.make(generator.next()) }
      let elements = (0..<generator.pick(0...4)).map { _ in
        generator.oneIn(4) ? Value.null : .text("e\(generator.pick(0...20))")
      }
      values.append(generator.oneIn(5) ? .null : .list(elements))
      rows.append(values)
    }
    return (try Schema(fields), rows)
  }

  private static func rowGroups() throws(ParquetError) -> GoldenTable {
    let (schema, rows) = try mixed(rowCount: 47, seed: 1)
    var options = pinnedOptions(.snappy)
    options.rowGroupRows = 10
    var table = GoldenTable(name: "row-groups", schema: schema, options: options, rows: rows)
    table.batchRows = [3, 25, 4]
    // A row group closed by hand after 32 rows: 10, 10, 10, 2, 10, 5.
    table.closedAfterBatches = [2]
    return table
  }

  private static func pages() throws(ParquetError) -> GoldenTable {
    let (schema, rows) = try mixed(rowCount: 60, seed: 2)
    var options = pinnedOptions(.zstd(level: 3))
    options.pageRows = 7
    options.pageBytes = 100
    return GoldenTable(name: "pages", schema: schema, options: options, rows: rows)
  }

  /// Few values many times, in several pages and two row groups.
  private static func dictionary() throws(ParquetError) -> GoldenTable {
    var generator = SeededGenerator(seed: 3)
    let kinds = LeafKind.all.filter {
      $0.hasValues && !$0.isUncommon && $0.name != "boolean"
    }
    var fields = kinds.map { $0.field() }
    fields += kinds.map { $0.field($0.name + "_optional", .optional) }
    let pools = kinds.map { kind in
      Array(kind.extremes.prefix(3)) + (0..<3).map { kind.make(UInt64($0) &* 12_345_678_901) }
    }
    let rows: [[Value]] = (0..<60).map { _ in
      let values: [Value] = pools.map { generator.pick($0) }
      return values + pools.map { generator.oneIn(3) ? .null : generator.pick($0) }
    }
    var options = pinnedOptions()
    options.encoding = .always(.rleDictionary)
    options.pageRows = 25
    options.rowGroupRows = 40
    return GoldenTable(name: "dictionary", schema: try Schema(fields), options: options, rows: rows)
  }

  /// More distinct values than the dictionary may hold, from the middle of the chunk on: the memory
  /// limit makes slabs of some 240 rows.
  private static func dictionaryFallback() throws(ParquetError) -> GoldenTable {
    let kinds = LeafKind.all.filter {
      ["int32", "int64", "double", "string", "fixed5"].contains($0.name)
    }
    let fields = kinds.map { $0.field() } + kinds.map { $0.field($0.name + "_optional", .optional) }
    let rows: [[Value]] = (0..<400).map { row in
      let values: [Value] = kinds.map { $0.make(UInt64(row < 250 ? row % 4 : row)) }
      return values + (row % 3 == 0 ? values.map { _ in .null } : values)
    }
    var options = pinnedOptions()
    options.encoding = .always(.rleDictionary)
    options.dictionaryBytes = 128
    options.pageRows = 100
    options.memoryLimit = 1 << 16
    return GoldenTable(
      name: "dictionary-fallback", schema: try Schema(fields), options: options, rows: rows)
  }

  /// Every encoding on every kind it is for, in both forms of pages.
  private static func encodings(
    _ version: WriterOptions.PageVersion, _ compression: Compression
  ) throws(ParquetError) -> GoldenTable {
    var generator = SeededGenerator(seed: 8)
    var options = pinnedOptions(compression)
    options.encoding = .always(.plain)
    options.pageVersion = version
    options.pageRows = 150
    var fields: [SchemaField] = []
    var kinds: [LeafKind] = []
    for kind in LeafKind.all
    where ["boolean", "int32", "int64", "float", "double", "string", "fixed5", "float16"]
      .contains(kind.name)
    {
      for encoding in encodings(of: kind.physicalType) {
        for repetition in [Repetition.required, .optional] {
          let name = "\(kind.name)_\(encoding.name.lowercased())_\(repetition.name.lowercased())"
          fields.append(kind.field(name, repetition))
          kinds.append(kind)
          options.columnEncodings[name] = .always(encoding)
        }
      }
    }
    fields.append(.list("list", .optional, of: SchemaField("element", .int64, .optional)))
    options.columnEncodings["list.list.element"] = .always(.deltaBinaryPacked)
    // Ascending at first, then anything: small differences, and those that wrap.
    let rows = (0..<200).map { row -> [Value] in
      let values = zip(kinds, fields).map { kind, field -> Value in
        if field.repetition == .optional, generator.oneIn(3) { return .null }
        return row < 100 ? kind.make(UInt64(row * 3)) : sample(kind, row - 100, &generator)
      }
      let elements = (0..<generator.pick(0...3)).map { _ -> Value in
        generator.oneIn(4) ? .null : .int64(Int64(bitPattern: generator.next()))
      }
      return values + [generator.oneIn(5) ? .null : .list(elements)]
    }
    return GoldenTable(
      name: version == .v1 ? "encodings-v1" : "encodings-v2", schema: try Schema(fields),
      options: options, rows: rows)
  }

  /// The encodings of values that a physical type may have, a dictionary apart.
  package static func encodings(of type: PhysicalType) -> [Encoding] {
    switch type {
    case .boolean: [.plain, .rle]
    case .int32, .int64: [.plain, .deltaBinaryPacked, .byteStreamSplit]
    case .float, .double: [.plain, .byteStreamSplit]
    case .byteArray: [.plain, .deltaLengthByteArray, .deltaByteArray]
    case .fixedLengthByteArray: [.plain, .deltaByteArray, .byteStreamSplit]
    case .int96: [.plain]
    }
  }

  private static func plain() throws(ParquetError) -> GoldenTable {
    let (schema, rows) = try mixed(rowCount: 30, seed: 4)
    var options = pinnedOptions()
    options.encoding = .always(.plain)
    options.statistics = .chunk
    return GoldenTable(name: "plain", schema: schema, options: options, rows: rows)
  }

  /// Bloom filters of chunks with a dictionary and without one, in two row groups.
  private static func bloomFilters() throws(ParquetError) -> GoldenTable {
    let (schema, rows) = try mixed(rowCount: 60, seed: 6)
    var options = pinnedOptions()
    options.encoding = .always(.plain)
    options.rowGroupRows = 40
    for (index, leaf) in schema.leaves.enumerated() where leaf.physicalType != .boolean {
      options.bloomColumns.insert(leaf.path.description)
      if index % 2 == 0 {
        options.columnEncodings[leaf.path.description] = .always(.rleDictionary)
      }
    }
    return GoldenTable(name: "bloom-filters", schema: schema, options: options, rows: rows)
  }

  /// Booleans in runs and in turns, as RLE and as bits.
  private static func booleanRuns() throws(ParquetError) -> GoldenTable {
    var generator = SeededGenerator(seed: 5)
    let fields = ["rle", "plain"].flatMap { name in
      [
        SchemaField(name, .boolean), SchemaField(name + "_turns", .boolean),
        SchemaField(name + "_optional", .boolean, .optional),
      ]
    }
    let rows: [[Value]] = (0..<200).map { row in
      let values: [Value] = [
        .boolean(row / 50 % 2 == 0), .boolean(row % 2 == 0),
        generator.oneIn(4) ? .null : .boolean(generator.oneIn(2)),
      ]
      return values + values
    }
    var options = pinnedOptions()
    for name in ["rle", "rle_turns", "rle_optional"] {
      options.columnEncodings[name] = .always(.rle)
    }
    for name in ["plain", "plain_turns", "plain_optional"] {
      options.columnEncodings[name] = .always(.plain)
    }
    options.pageRows = 90
    options.statistics = .none
    return GoldenTable(
      name: "boolean-runs", schema: try Schema(fields), options: options, rows: rows)
  }

  /// Floating point whose bounds go wrong easily: a column for each case, on each width.
  private static func floats() throws(ParquetError) -> GoldenTable {
    let cases: [(name: String, values: [Double])] = [
      ("all_nan", [.nan, -.nan, .nan, .nan]),
      ("nan_first", [.nan, 1, 2, 3]),
      ("nan_last", [1, 2, 3, .nan]),
      ("negative_zero", [-0.0, -0.0, -0.0, -0.0]),
      ("positive_zero", [0, 0, 0, 0]),
      ("zeros", [0, -0.0, 0, -0.0]),
      ("zero_and_nan", [.nan, 0, .nan, .nan]),
      ("zero_largest", [-3, -2, -0.0, -1]),
      ("zero_smallest", [3, 2, 0, 1]),
      ("infinities", [.infinity, -.infinity, 0, 1]),
      ("infinity_and_nan", [.infinity, .nan, .infinity, .nan]),
      ("tiny", [0x1p-24, -0x1p-24, 0x1p-14, 1]),
    ]
    var fields: [SchemaField] = []
    for repetition in [Repetition.required, .optional] {
      let suffix = repetition == .optional ? "_optional" : ""
      for sample in cases {
        fields.append(SchemaField("double_\(sample.name)\(suffix)", .double, repetition))
        fields.append(SchemaField("float_\(sample.name)\(suffix)", .float, repetition))
        fields.append(
          SchemaField(
            "half_\(sample.name)\(suffix)", .fixedLengthByteArray(byteCount: 2), repetition,
            logicalType: .float16))
      }
    }
    let rows: [[Value]] = (0..<5).map { row in
      [Repetition.required, .optional].flatMap { repetition in
        cases.flatMap { sample -> [Value] in
          // The optional columns have a null before the last value.
          if repetition == .optional, row == 3 { return [.null, .null, .null] }
          let value = sample.values[min(row, 3)]
          return [.double(value), .float(Float(value)), .bytes(half(value))]
        }
      }
    }
    return GoldenTable(
      name: "floats", schema: try Schema(fields), options: pinnedOptions(), rows: rows)
  }

  /// The little-endian half of one of the values above.
  private static func half(_ value: Double) -> [UInt8] {
    let bits: UInt16
    let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
    if value.isNaN {
      bits = sign | 0x7E00
    } else if value.isInfinite {
      bits = sign | 0x7C00
    } else if value == 0 {
      bits = sign
    } else if value.magnitude < 0x1p-14 {
      bits = sign | UInt16(value.magnitude * 0x1p24)
    } else {
      bits = sign | UInt16(value.exponent + 15) << 10 | UInt16((value.significand - 1) * 1024)
    }
    return [UInt8(bits & 255), UInt8(bits >> 8)]
  }

  /// Text and bytes at the length where bounds are shortened: a column for each case.
  private static func bounds() throws(ParquetError) -> GoldenTable {
    func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
    let texts: [(name: String, low: String, high: String)] = [
      ("length63", repeated("a", 63), repeated("z", 63)),
      ("length64", repeated("a", 64), repeated("z", 64)),
      ("length65", repeated("a", 65), repeated("z", 65)),
      ("two_bytes_over_the_end", repeated("a", 63) + "é", repeated("z", 63) + "é"),
      ("three_bytes_over_the_end", repeated("a", 62) + "€uro", repeated("z", 62) + "€uro"),
      ("four_bytes_over_the_end", repeated("a", 61) + "😀s", repeated("z", 61) + "😀s"),
      ("before_surrogates", repeated("\u{D7FF}", 30), repeated("\u{D7FF}", 31)),
      ("largest_scalar", repeated("\u{10FFFF}", 17), repeated("\u{10FFFF}", 20)),
      (
        "carry_past_largest_scalar", "b" + repeated("\u{10FFFF}", 17),
        "b" + repeated("\u{10FFFF}", 20)
      ),
      ("largest_two_bytes", repeated("\u{7FF}", 40), repeated("\u{7FF}", 41)),
      ("largest_ascii", repeated("\u{7F}", 70), repeated("\u{7F}", 71)),
    ]
    let data: [(name: String, low: [UInt8], high: [UInt8])] = [
      ("zeros", .init(repeating: 0, count: 70), .init(repeating: 0, count: 80)),
      ("all_ff", .init(repeating: 0xFF, count: 70), .init(repeating: 0xFF, count: 80)),
      ("ff64", .init(repeating: 0xFF, count: 63), .init(repeating: 0xFF, count: 64)),
      (
        "carry", [1] + .init(repeating: 0xFF, count: 70), [2] + .init(repeating: 0xFF, count: 80)
      ),
    ]
    var fields: [SchemaField] = []
    fields += texts.map { .string("string_\($0.name)") }
    fields += texts.map {
      SchemaField("json_\($0.name)", .byteArray, .optional, logicalType: .json)
    }
    fields += data.map { SchemaField("binary_\($0.name)", .byteArray, .optional) }
    fields.append(SchemaField("fixed80", .fixedLengthByteArray(byteCount: 80)))
    func row(_ isHigh: Bool) -> [Value] {
      texts.map { .text(isHigh ? $0.high : $0.low) }
        // JSON text: a string.
        + texts.map { .text("\"" + (isHigh ? $0.high : $0.low) + "\"") }
        + data.map { .bytes(isHigh ? $0.high : $0.low) }
        + [.bytes([UInt8](repeating: isHigh ? 0xFE : 0x20, count: 80))]
    }
    let nulls: [Value] =
      texts.map { .text($0.low) } + texts.map { _ in .null } + data.map { _ in .null }
      + [.bytes([UInt8](repeating: 0x30, count: 80))]
    return GoldenTable(
      name: "bounds", schema: try Schema(fields), options: pinnedOptions(),
      rows: [row(true), nulls, row(false)])
  }

  /// Field ids, pairs in the footer, and a root of another name.
  private static func metadata() throws(ParquetError) -> GoldenTable {
    let schema = try Schema(
      name: "observations",
      [
        SchemaField("id", .int64, fieldID: 1), .string("name", .optional, fieldID: 2),
        .list("tags", .optional, fieldID: 3, of: .string("element", .optional, fieldID: 4)),
        SchemaField(
          group: "place", .optional, fieldID: -7,
          [SchemaField("latitude", .double, fieldID: .max), SchemaField("name.with.dots", .int32)]),
        .string("Größe 数", .optional),
      ])
    var options = pinnedOptions()
    options.keyValues = [
      KeyValue("purpose", "golden"), KeyValue("empty", ""), KeyValue("none", nil),
      KeyValue("Größe", "数\n\"quoted\""), KeyValue("purpose", "again"),
    ]
    return GoldenTable(
      name: "metadata", schema: schema, options: options,
      rows: [
        [
          .int64(1), .text("one"), .list([.text("a"), .null]),
          .group([.double(51.5), .int32(2)]), .text("x"),
        ],
        [.int64(2), .null, .null, .null, .null],
      ])
  }
}
