import Testing

@testable import Parquet

/// Columns that come by dictionary make the bytes that their plain values make: several dictionaries to a slab,
/// of every width of indices, with entries that stand twice, and others that no value is.
@Suite struct DictionaryInputTests {
  static let fields: [SchemaField] = [
    SchemaField("value", .int32), SchemaField("value", .int64, .optional),
    SchemaField("value", .double), SchemaField("value", .float, .optional),
    .string("value", .optional),
    SchemaField(
      "value", .fixedLengthByteArray(byteCount: 12),
      logicalType: .decimal(precision: 20, scale: 2)),
    SchemaField("value", .int96),
  ]

  @Test(arguments: fields.indices, [3, 250, 4_000])
  func bytesAreThoseOfPlainValues(field: Int, entryCount: Int) throws {
    let schema = try Schema([Self.fields[field]])
    let leaf = schema.leaves[0]
    var random = SeededGenerator(seed: UInt64(field * 10_000 + entryCount))
    var coded: [ColumnBatch] = []
    var plain: [ColumnBatch] = []
    for part in 0..<5 {
      var rows = RandomRows(seed: UInt64(part / 2))
      rows.nullShare = 0
      rows.distinctValues = entryCount
      let made = try rows.batch(schema, count: entryCount).columns[0].values
      // The same dictionary twice, then another one: as where two row groups lie in one slab.
      let width = DictionaryIndices.width(forCount: entryCount)
      let count = 9_000
      var indices = ByteBuffer()
      for _ in 0..<count {
        let index = Int.random(in: 0..<max(entryCount * 3 / 4, 1), using: &random)
        switch width {
        case 1: indices.append(UInt8(index))
        case 2: indices.append(UInt16(index))
        default: indices.append(UInt32(index))
        }
      }
      let values = ColumnValues(
        uncheckedIndices: DictionaryIndices(indices.freeze(), width: width), dictionary: made)
      let isOptional = leaf.maxDefinitionLevel > 0
      let rowCount = isOptional ? count * 2 : count
      let presence =
        isOptional
        ? Presence.validity(Bitmap((0..<rowCount).map { $0 % 2 == 0 })) : .allPresent
      func batch(_ values: ColumnValues) throws -> ColumnBatch {
        try ColumnBatch(
          schema: schema,
          columns: [Column(rowCount: rowCount, presence: presence, values: values)])
      }
      coded.append(try batch(values))
      plain.append(try batch(values.plainForm(leaf)))
    }
    for encoding in [
      WriterOptions.EncodingChoice.automatic, .always(.rleDictionary), .always(.plain),
    ] {
      var options = WriterOptions()
      options.encoding = encoding
      options.rowGroupRows = 30_000
      let isSame = try written(schema, options, coded) == written(schema, options, plain)
      #expect(isSame, "\(encoding)")
    }
  }

  /// NaN is counted as often as it stands, not once an entry.
  @Test func nanIsCountedByValue() throws {
    let schema = try Schema([SchemaField("value", .double)])
    let entries = ColumnValues.fixed(width: 8, Bytes(copying: [1.5, Double.nan, -2]))
    let indices = Bytes(copying: (0..<3_000).map { UInt32($0 % 3) })
    let batch = try ColumnBatch(
      schema: schema, columns: [Column(try .dictionary(indices: indices, dictionary: entries))])
    var options = WriterOptions()
    options.floatOrder = .ieee754Total
    let reader = try ParquetReader(MemorySource(try written(schema, options, [batch])))
    let metadata = try #require(try reader.columnMetadata(rowGroup: 0, column: 0))
    #expect(metadata.statistics?.nanCount == 1_000)
  }
}
