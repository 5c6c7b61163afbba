/// What is in a column chunk.
///
/// Specification: ColumnMetaData in parquet.thrift.
public struct ColumnMetadata: Equatable, Sendable {
  /// The physical type.
  public var type: PhysicalTypeID
  /// Every encoding used, levels and the dictionary page included.
  public var encodings: [Encoding]
  /// The leaf's place in the schema.
  public var path: [String]
  /// How the pages are compressed.
  public var codec: CompressionCodec
  /// The number of slots: values, nulls, and empty lists.
  public var valueCount: Int
  /// The bytes of all pages before compression, headers included.
  public var totalUncompressedByteCount: Int
  /// The bytes of all pages as stored, headers included.
  public var totalCompressedByteCount: Int
  /// Pairs of the application's own.
  public var keyValues: [KeyValue]
  /// The file offset of the first data page.
  public var dataPageOffset: Int
  /// Not used by the format; not written.
  public var indexPageOffset: Int?
  /// The file offset of the dictionary page; old files say 0 where there is none.
  public var dictionaryPageOffset: Int?
  /// What is known of the values.
  public var statistics: Statistics?
  /// How many pages there are of each kind and encoding.
  public var encodingStatistics: [PageEncodingStatistics]?
  /// The file offset of the bloom filter.
  public var bloomFilterOffset: Int?
  /// The bytes of the bloom filter, its header included.
  public var bloomFilterByteCount: Int?
  /// What is known of the sizes of values and lists.
  public var sizeStatistics: SizeStatistics?
  /// What is known of the geometries, for columns of GEOMETRY and GEOGRAPHY.
  public var geospatialStatistics: GeospatialStatistics?

  /// What a footer is to say of a chunk's content.
  public init(
    type: PhysicalTypeID, encodings: [Encoding], path: [String], codec: CompressionCodec,
    valueCount: Int, totalUncompressedByteCount: Int, totalCompressedByteCount: Int,
    keyValues: [KeyValue] = [], dataPageOffset: Int, dictionaryPageOffset: Int? = nil,
    statistics: Statistics? = nil, encodingStatistics: [PageEncodingStatistics]? = nil,
    bloomFilterOffset: Int? = nil, bloomFilterByteCount: Int? = nil,
    sizeStatistics: SizeStatistics? = nil, geospatialStatistics: GeospatialStatistics? = nil
  ) {
    self.type = type
    self.encodings = encodings
    self.path = path
    self.codec = codec
    self.valueCount = valueCount
    self.totalUncompressedByteCount = totalUncompressedByteCount
    self.totalCompressedByteCount = totalCompressedByteCount
    self.keyValues = keyValues
    self.dataPageOffset = dataPageOffset
    self.dictionaryPageOffset = dictionaryPageOffset
    self.statistics = statistics
    self.encodingStatistics = encodingStatistics
    self.bloomFilterOffset = bloomFilterOffset
    self.bloomFilterByteCount = bloomFilterByteCount
    self.sizeStatistics = sizeStatistics
    self.geospatialStatistics = geospatialStatistics
  }
}

extension ColumnMetadata: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    writer.field(1, type.rawValue)
    writer.field(2, encodings.map(\.rawValue))
    writer.field(3, path)
    writer.field(4, codec.rawValue)
    writer.field(5, i64: valueCount)
    writer.field(6, i64: totalUncompressedByteCount)
    writer.field(7, i64: totalCompressedByteCount)
    if !keyValues.isEmpty { writer.field(8, keyValues) }
    writer.field(9, i64: dataPageOffset)
    if let dictionaryPageOffset { writer.field(11, i64: dictionaryPageOffset) }
    if let statistics { writer.field(12, statistics) }
    if let encodingStatistics { writer.field(13, encodingStatistics) }
    if let bloomFilterOffset { writer.field(14, i64: bloomFilterOffset) }
    if let bloomFilterByteCount { writer.field(15, i32: bloomFilterByteCount) }
    if let sizeStatistics { writer.field(16, sizeStatistics) }
    if let geospatialStatistics { writer.field(17, geospatialStatistics) }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var type: PhysicalTypeID?
    var encodings: [Encoding] = []
    var path: [String]?
    var codec: CompressionCodec?
    var valueCount: Int?
    var uncompressed: Int?
    var compressed: Int?
    var dataPageOffset: Int?
    // The optional fields go straight into a value whose required ones come last.
    var rest = ColumnMetadata(
      type: .boolean, encodings: [], path: [], codec: .uncompressed, valueCount: 0,
      totalUncompressedByteCount: 0, totalCompressedByteCount: 0, dataPageOffset: 0)
    let outer = try reader.beginStruct()
    // Private extensions used later numbers with other types: what can be missing is then skipped.
    while let field = try reader.nextField() {
      switch field.id {
      case 1: type = PhysicalTypeID(rawValue: try reader.int32(field, "ColumnMetaData.type"))
      case 2:
        encodings = try reader.int32s(field, "ColumnMetaData.encodings")
          .map(Encoding.init(rawValue:))
      case 3: path = try reader.nameTexts(field, "ColumnMetaData.path_in_schema")
      case 4: codec = CompressionCodec(rawValue: try reader.int32(field, "ColumnMetaData.codec"))
      case 5: valueCount = try reader.count(field, "ColumnMetaData.num_values")
      case 6: uncompressed = try reader.count(field, "ColumnMetaData.total_uncompressed_size")
      case 7: compressed = try reader.count(field, "ColumnMetaData.total_compressed_size")
      case 8 where field.type.isList:
        rest.keyValues = try reader.structures(field, "ColumnMetaData.key_value_metadata")
      case 9: dataPageOffset = try reader.count(field, "ColumnMetaData.data_page_offset")
      case 10 where field.type.isInteger:
        rest.indexPageOffset = try reader.int(field, "ColumnMetaData.index_page_offset")
      case 11 where field.type.isInteger:
        rest.dictionaryPageOffset = try reader.int(field, "ColumnMetaData.dictionary_page_offset")
      case 12 where field.type == .structure:
        rest.statistics = try reader.structure(field, "ColumnMetaData.statistics")
      case 13 where field.type.isList:
        rest.encodingStatistics = try reader.structures(field, "ColumnMetaData.encoding_stats")
      case 14 where field.type.isInteger:
        rest.bloomFilterOffset = try reader.int(field, "ColumnMetaData.bloom_filter_offset")
      case 15 where field.type.isInteger:
        rest.bloomFilterByteCount = try reader.count32(field, "ColumnMetaData.bloom_filter_length")
      case 16 where field.type == .structure:
        rest.sizeStatistics = try reader.structure(field, "ColumnMetaData.size_statistics")
      case 17 where field.type == .structure:
        rest.geospatialStatistics = try reader.structure(
          field, "ColumnMetaData.geospatial_statistics")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    self = rest
    self.encodings = encodings
    self.type = try reader.required(type, "ColumnMetaData.type")
    self.path = try reader.required(path, "ColumnMetaData.path_in_schema")
    self.codec = try reader.required(codec, "ColumnMetaData.codec")
    self.valueCount = try reader.required(valueCount, "ColumnMetaData.num_values")
    self.totalUncompressedByteCount = try reader.required(
      uncompressed, "ColumnMetaData.total_uncompressed_size")
    self.totalCompressedByteCount = try reader.required(
      compressed, "ColumnMetaData.total_compressed_size")
    self.dataPageOffset = try reader.required(dataPageOffset, "ColumnMetaData.data_page_offset")
  }
}

/// How many pages of a chunk have one kind and encoding.
///
/// Specification: PageEncodingStats in parquet.thrift.
public struct PageEncodingStatistics: Hashable, Sendable {
  /// The pages' kind.
  public var pageType: PageType
  /// The pages' encoding.
  public var encoding: Encoding
  /// The number of pages.
  public var count: Int

  /// A count of pages.
  public init(pageType: PageType, encoding: Encoding, count: Int) {
    self.pageType = pageType
    self.encoding = encoding
    self.count = count
  }
}

extension PageEncodingStatistics: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    writer.field(1, pageType.rawValue)
    writer.field(2, encoding.rawValue)
    writer.field(3, i32: count)
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var pageType: Int32?
    var encoding: Int32?
    var count: Int?
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: pageType = try reader.int32(field, "PageEncodingStats.page_type")
      case 2: encoding = try reader.int32(field, "PageEncodingStats.encoding")
      case 3: count = try reader.count32(field, "PageEncodingStats.count")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    self.init(
      pageType: PageType(rawValue: try reader.required(pageType, "PageEncodingStats.page_type")),
      encoding: Encoding(rawValue: try reader.required(encoding, "PageEncodingStats.encoding")),
      count: try reader.required(count, "PageEncodingStats.count"))
  }
}
