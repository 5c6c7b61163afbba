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
      case 2: uncompressed = try reader.count32(field, "PageHeader.uncompressed_page_size")
      case 3: compressed = try reader.count32(field, "PageHeader.compressed_page_size")
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
