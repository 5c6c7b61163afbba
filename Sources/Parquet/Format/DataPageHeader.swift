/// What a data page of version 1 holds.
///
/// Specification: DataPageHeader in parquet.thrift.
public struct DataPageHeader: Equatable, Sendable {
  /// The number of slots: values, nulls, and empty lists.
  public var valueCount: Int
  /// How the values are encoded.
  public var encoding: Encoding
  /// How the definition levels are encoded.
  public var definitionLevelEncoding: Encoding
  /// How the repetition levels are encoded.
  public var repetitionLevelEncoding: Encoding
  /// What is known of the values.
  public var statistics: Statistics?

  /// What a data page is to hold.
  public init(
    valueCount: Int, encoding: Encoding, definitionLevelEncoding: Encoding = .rle,
    repetitionLevelEncoding: Encoding = .rle, statistics: Statistics? = nil
  ) {
    self.valueCount = valueCount
    self.encoding = encoding
    self.definitionLevelEncoding = definitionLevelEncoding
    self.repetitionLevelEncoding = repetitionLevelEncoding
    self.statistics = statistics
  }
}

extension DataPageHeader: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    writer.field(1, i32: valueCount)
    writer.field(2, encoding.rawValue)
    writer.field(3, definitionLevelEncoding.rawValue)
    writer.field(4, repetitionLevelEncoding.rawValue)
    if let statistics { writer.field(5, statistics) }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var valueCount: Int?
    var encoding: Int32?
    var definition: Int32?
    var repetition: Int32?
    var statistics: Statistics?
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: valueCount = try reader.count32(field, "DataPageHeader.num_values")
      case 2: encoding = try reader.int32(field, "DataPageHeader.encoding")
      case 3: definition = try reader.int32(field, "DataPageHeader.definition_level_encoding")
      case 4: repetition = try reader.int32(field, "DataPageHeader.repetition_level_encoding")
      case 5: statistics = try reader.structure(field, "DataPageHeader.statistics")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    self.init(
      valueCount: try reader.required(valueCount, "DataPageHeader.num_values"),
      encoding: Encoding(rawValue: try reader.required(encoding, "DataPageHeader.encoding")),
      definitionLevelEncoding: Encoding(
        rawValue: try reader.required(definition, "DataPageHeader.definition_level_encoding")),
      repetitionLevelEncoding: Encoding(
        rawValue: try reader.required(repetition, "DataPageHeader.repetition_level_encoding")),
      statistics: statistics)
  }
}

/// What a data page of version 2 holds.
///
/// Specification: DataPageHeaderV2 in parquet.thrift.
public struct DataPageHeaderV2: Equatable, Sendable {
  /// The number of slots: values, nulls, and empty lists.
  public var valueCount: Int
  /// The number of slots without a value.
  public var nullCount: Int
  /// The number of rows that begin in the page.
  public var rowCount: Int
  /// How the values are encoded.
  public var encoding: Encoding
  /// The bytes of the definition levels.
  public var definitionLevelsByteCount: Int
  /// The bytes of the repetition levels.
  public var repetitionLevelsByteCount: Int
  /// Whether the values are compressed with the chunk's codec.
  public var isCompressed: Bool
  /// What is known of the values.
  public var statistics: Statistics?

  /// What a data page is to hold.
  public init(
    valueCount: Int, nullCount: Int, rowCount: Int, encoding: Encoding,
    definitionLevelsByteCount: Int, repetitionLevelsByteCount: Int, isCompressed: Bool = true,
    statistics: Statistics? = nil
  ) {
    self.valueCount = valueCount
    self.nullCount = nullCount
    self.rowCount = rowCount
    self.encoding = encoding
    self.definitionLevelsByteCount = definitionLevelsByteCount
    self.repetitionLevelsByteCount = repetitionLevelsByteCount
    self.isCompressed = isCompressed
    self.statistics = statistics
  }
}

extension DataPageHeaderV2: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    writer.field(1, i32: valueCount)
    writer.field(2, i32: nullCount)
    writer.field(3, i32: rowCount)
    writer.field(4, encoding.rawValue)
    writer.field(5, i32: definitionLevelsByteCount)
    writer.field(6, i32: repetitionLevelsByteCount)
    writer.field(7, isCompressed)
    if let statistics { writer.field(8, statistics) }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var valueCount: Int?
    var nullCount: Int?
    var rowCount: Int?
    var encoding: Int32?
    var definition: Int?
    var repetition: Int?
    var isCompressed = true
    var statistics: Statistics?
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: valueCount = try reader.count32(field, "DataPageHeaderV2.num_values")
      case 2: nullCount = try reader.count32(field, "DataPageHeaderV2.num_nulls")
      case 3: rowCount = try reader.count32(field, "DataPageHeaderV2.num_rows")
      case 4: encoding = try reader.int32(field, "DataPageHeaderV2.encoding")
      case 5:
        definition = try reader.count32(field, "DataPageHeaderV2.definition_levels_byte_length")
      case 6:
        repetition = try reader.count32(field, "DataPageHeaderV2.repetition_levels_byte_length")
      case 7: isCompressed = try reader.boolean(field, "DataPageHeaderV2.is_compressed")
      case 8: statistics = try reader.structure(field, "DataPageHeaderV2.statistics")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    self.init(
      valueCount: try reader.required(valueCount, "DataPageHeaderV2.num_values"),
      nullCount: try reader.required(nullCount, "DataPageHeaderV2.num_nulls"),
      rowCount: try reader.required(rowCount, "DataPageHeaderV2.num_rows"),
      encoding: Encoding(rawValue: try reader.required(encoding, "DataPageHeaderV2.encoding")),
      definitionLevelsByteCount: try reader.required(
        definition, "DataPageHeaderV2.definition_levels_byte_length"),
      repetitionLevelsByteCount: try reader.required(
        repetition, "DataPageHeaderV2.repetition_levels_byte_length"),
      isCompressed: isCompressed, statistics: statistics)
  }
}

/// What a dictionary page holds.
///
/// Specification: DictionaryPageHeader in parquet.thrift.
public struct DictionaryPageHeader: Hashable, Sendable {
  /// The number of values.
  public var valueCount: Int
  /// PLAIN; deprecated writers said PLAIN_DICTIONARY and meant the same.
  public var encoding: Encoding
  /// Whether the values ascend.
  public var isSorted: Bool?

  /// What a dictionary page is to hold.
  public init(valueCount: Int, encoding: Encoding = .plain, isSorted: Bool? = nil) {
    self.valueCount = valueCount
    self.encoding = encoding
    self.isSorted = isSorted
  }
}

extension DictionaryPageHeader: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    writer.field(1, i32: valueCount)
    writer.field(2, encoding.rawValue)
    if let isSorted { writer.field(3, isSorted) }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var valueCount: Int?
    var encoding: Int32?
    var isSorted: Bool?
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: valueCount = try reader.count32(field, "DictionaryPageHeader.num_values")
      case 2: encoding = try reader.int32(field, "DictionaryPageHeader.encoding")
      case 3: isSorted = try reader.boolean(field, "DictionaryPageHeader.is_sorted")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    self.init(
      valueCount: try reader.required(valueCount, "DictionaryPageHeader.num_values"),
      encoding: Encoding(rawValue: try reader.required(encoding, "DictionaryPageHeader.encoding")),
      isSorted: isSorted)
  }
}
