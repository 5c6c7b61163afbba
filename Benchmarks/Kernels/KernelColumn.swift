import Parquet

/// A column of one kind of values, for kernels.
struct KernelColumn: Sendable {
  let name: String
  let encodings: [Encoding]
  private let field: SchemaField
  private let append: @Sendable (_ row: Int, inout Random, FieldBuilder) -> Void

  private init(
    _ field: SchemaField, _ encodings: [Encoding],
    _ append: @escaping @Sendable (_ row: Int, inout Random, LeafBuilder) -> Void
  ) {
    self.init(any: field, encodings) { row, random, builder in
      append(row, &random, builder.leaf)
    }
  }

  /// A field that may be a list.
  private init(
    any field: SchemaField, _ encodings: [Encoding],
    _ append: @escaping @Sendable (_ row: Int, inout Random, FieldBuilder) -> Void
  ) {
    name = field.name
    self.field = field
    self.encodings = encodings
    self.append = append
  }

  static let all = [
    integer, wideInteger, smallInteger, double, float, word, text, boolean, fixedDecimal, nullable,
    list,
  ]

  /// Integers that ascend unevenly.
  static let integer = KernelColumn(
    SchemaField("integer", .int64), [.plain, .deltaBinaryPacked, .byteStreamSplit]
  ) { row, random, leaf in
    leaf.append(Int64(row &* 1_000 &+ random.within(0...900)))
  }

  /// Few integers that lie far apart: a dictionary needs a hash.
  static let wideInteger = KernelColumn(
    SchemaField("wide_integer", .int64), [.rleDictionary]
  ) { _, random, leaf in
    leaf.append(Int64(truncatingIfNeeded: random.within(0...4_999) &* 0x1_0000_0001_0007))
  }

  /// Few integers that lie close together.
  static let smallInteger = KernelColumn(
    SchemaField("small_integer", .int32), [.plain, .rleDictionary, .deltaBinaryPacked]
  ) { _, random, leaf in leaf.append(Int32(random.within(0...999))) }

  /// Numbers of two decimals.
  static let double = KernelColumn(
    SchemaField("double", .double), [.plain, .byteStreamSplit, .alp]
  ) { _, random, leaf in leaf.append((random.unit() * 1_000).rounded(decimals: 2)) }

  /// Numbers of all bits.
  static let float = KernelColumn(
    SchemaField("float", .float), [.plain, .byteStreamSplit]
  ) { _, random, leaf in leaf.append(Float(random.unit())) }

  /// Seven short texts.
  static let word = KernelColumn(
    SchemaField("word", .byteArray, logicalType: .string), [.plain, .rleDictionary]
  ) { _, random, leaf in
    leaf.append(random.pick(["AIR", "MAIL", "RAIL", "SHIP", "TRUCK", "REG AIR", "FOB"]))
  }

  /// Texts that begin alike.
  static let text = KernelColumn(
    SchemaField("text", .byteArray, logicalType: .string),
    [.plain, .deltaLengthByteArray, .deltaByteArray]
  ) { row, random, leaf in
    leaf.append("https://example.org/items/\(row / 8)/\(random.within(0...99_999))")
  }

  static let boolean = KernelColumn(
    SchemaField("boolean", .boolean), [.plain, .rle]
  ) { _, random, leaf in leaf.append(random.chance(300)) }

  /// Decimals of sixteen bytes.
  static let fixedDecimal = KernelColumn(
    SchemaField(
      "fixed_decimal", .fixedLengthByteArray(byteCount: 16),
      logicalType: .decimal(precision: 30, scale: 2)),
    [.plain, .rleDictionary]
  ) { _, random, leaf in
    var bytes = [UInt8](repeating: 0, count: 16)
    let number = UInt64(random.within(0...9_999)) &* 1_000_003
    for i in 0..<8 { bytes[15 - i] = UInt8(truncatingIfNeeded: number >> UInt64(8 * i)) }
    unsafe bytes.withUnsafeBytes { unsafe leaf.append(bytes: RawSpan(_unsafeBytes: $0)) }
  }

  /// Integers, three of ten missing.
  static let nullable = KernelColumn(
    SchemaField("nullable", .int64, .optional), [.plain]
  ) { row, random, leaf in
    if random.chance(300) { leaf.appendNull() } else { leaf.append(Int64(row)) }
  }

  /// Lists of none to six integers, one of ten missing.
  static let list = KernelColumn(
    any: .list("list", .optional, of: SchemaField("element", .int64, .optional)), [.plain]
  ) { row, random, builder in
    guard !random.chance(100), let list = builder as? ListBuilder else {
      return builder.appendNull()
    }
    for _ in 0..<random.within(0...6) { list.element.leaf.append(Int64(row)) }
    list.endList()
  }

  /// A table of this column alone.
  func table(rows rowCount: Int) throws(ParquetError) -> BenchTable {
    try KernelColumn.table([self], rows: rowCount)
  }

  /// A table of `columns` columns, of four kinds in turn.
  static func wide(columns: Int, rows: Int) throws(ParquetError) -> BenchTable {
    let kinds = [integer, smallInteger, double, word]
    return try table((0..<columns).map { kinds[$0 % kinds.count] }, rows: rows)
  }

  private static func table(
    _ columns: [KernelColumn], rows rowCount: Int
  ) throws(ParquetError) -> BenchTable {
    let fields = columns.enumerated().map { index, column in
      var field = column.field
      if index > 0 { field.name += "_\(index)" }
      return field
    }
    let schema = try Schema(fields)
    let builder = ColumnBatchBuilder(schema: schema)
    for (index, column) in columns.enumerated() {
      var random = Random(seed: UInt64(index))
      let field = builder.fields[index]
      for row in 0..<rowCount { column.append(row, &random, field) }
    }
    return BenchTable(name: "kernel", batch: try builder.finish())
  }
}
