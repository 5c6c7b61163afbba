/// The kind of a page. A struct, so that one this engine does not know survives being read.
///
/// Specification: PageType in parquet.thrift.
public struct PageType: RawRepresentable, Hashable, Sendable {
  /// The number in the file.
  public let rawValue: Int32

  /// The kind with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// Levels and values, compressed together.
  public static let dataPage = PageType(rawValue: 0)
  /// Never used by the format; skipped.
  public static let indexPage = PageType(rawValue: 1)
  /// The values that a chunk's indices mean.
  public static let dictionaryPage = PageType(rawValue: 2)
  /// Levels as they are, then values.
  public static let dataPageV2 = PageType(rawValue: 3)

  /// The format's own name, or the number where it is not known.
  public var name: String {
    switch self {
    case .dataPage: "DATA_PAGE"
    case .indexPage: "INDEX_PAGE"
    case .dictionaryPage: "DICTIONARY_PAGE"
    case .dataPageV2: "DATA_PAGE_V2"
    default: "\(rawValue)"
    }
  }
}

/// What stands before a page's bytes.
///
/// Specification: PageHeader in parquet.thrift; rules P1–P10.
public struct PageHeader: Equatable, Sendable {
  /// The page's kind.
  public var type: PageType
  /// The bytes of the body before compression.
  public var uncompressedByteCount: Int
  /// The bytes of the body as stored.
  public var compressedByteCount: Int
  /// The CRC-32 of the body as stored.
  public var crc: UInt32?
  /// Of a data page of version 1.
  public var dataPage: DataPageHeader?
  /// Of a dictionary page.
  public var dictionaryPage: DictionaryPageHeader?
  /// Of a data page of version 2.
  public var dataPageV2: DataPageHeaderV2?

  /// The header of a page.
  public init(
    type: PageType, uncompressedByteCount: Int, compressedByteCount: Int, crc: UInt32? = nil,
    dataPage: DataPageHeader? = nil, dictionaryPage: DictionaryPageHeader? = nil,
    dataPageV2: DataPageHeaderV2? = nil
  ) {
    self.type = type
    self.uncompressedByteCount = uncompressedByteCount
    self.compressedByteCount = compressedByteCount
    self.crc = crc
    self.dataPage = dataPage
    self.dictionaryPage = dictionaryPage
    self.dataPageV2 = dataPageV2
  }
}

extension PageHeader: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    writer.field(1, type.rawValue)
    writer.field(2, i32: uncompressedByteCount)
    writer.field(3, i32: compressedByteCount)
    if let crc { writer.field(4, Int32(bitPattern: crc)) }
    if let dataPage { writer.field(5, dataPage) }
    if let dictionaryPage { writer.field(7, dictionaryPage) }
    if let dataPageV2 { writer.field(8, dataPageV2) }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var type: Int32?
    var uncompressed: Int?
    var compressed: Int?
    var crc: UInt32?
    var dataPage: DataPageHeader?
    var dictionaryPage: DictionaryPageHeader?
    var dataPageV2: DataPageHeaderV2?
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: type = try reader.int32(field, "PageHeader.type")
      case 2: uncompressed = try reader.count(field, "PageHeader.uncompressed_page_size")
      case 3: compressed = try reader.count(field, "PageHeader.compressed_page_size")
      case 4: crc = UInt32(bitPattern: try reader.int32(field, "PageHeader.crc"))
      case 5: dataPage = try reader.structure(field, "PageHeader.data_page_header")
      case 7: dictionaryPage = try reader.structure(field, "PageHeader.dictionary_page_header")
      case 8: dataPageV2 = try reader.structure(field, "PageHeader.data_page_header_v2")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    self.init(
      type: PageType(rawValue: try reader.required(type, "PageHeader.type")),
      uncompressedByteCount: try reader.required(uncompressed, "PageHeader.uncompressed_page_size"),
      compressedByteCount: try reader.required(compressed, "PageHeader.compressed_page_size"),
      crc: crc, dataPage: dataPage, dictionaryPage: dictionaryPage, dataPageV2: dataPageV2)
  }
}

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
      case 1: valueCount = try reader.count(field, "DataPageHeader.num_values")
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
      case 1: valueCount = try reader.count(field, "DataPageHeaderV2.num_values")
      case 2: nullCount = try reader.count(field, "DataPageHeaderV2.num_nulls")
      case 3: rowCount = try reader.count(field, "DataPageHeaderV2.num_rows")
      case 4: encoding = try reader.int32(field, "DataPageHeaderV2.encoding")
      case 5:
        definition = try reader.count(field, "DataPageHeaderV2.definition_levels_byte_length")
      case 6:
        repetition = try reader.count(field, "DataPageHeaderV2.repetition_levels_byte_length")
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
      case 1: valueCount = try reader.count(field, "DictionaryPageHeader.num_values")
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
