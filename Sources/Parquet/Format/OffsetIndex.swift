/// Where the pages of a chunk lie and which row each begins with.
///
/// Specification: OffsetIndex in parquet.thrift, PageIndex.md.
public struct OffsetIndex: Hashable, Sendable {
  /// The data pages, in file order.
  public var pages: [PageLocation]
  /// For each page: the bytes of its byte arrays, as ``SizeStatistics/unencodedByteArrayByteCount``.
  public var unencodedByteArrayByteCounts: [Int]?

  /// Where pages lie.
  public init(pages: [PageLocation], unencodedByteArrayByteCounts: [Int]? = nil) {
    self.pages = pages
    self.unencodedByteArrayByteCounts = unencodedByteArrayByteCounts
  }
}

extension OffsetIndex: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    writer.field(1, pages)
    if let unencodedByteArrayByteCounts { writer.field(2, i64: unencodedByteArrayByteCounts) }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var pages: [PageLocation]?
    var byteCounts: [Int]?
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: pages = try reader.structures(field, "OffsetIndex.page_locations")
      case 2:
        byteCounts = try reader.ints(field, "OffsetIndex.unencoded_byte_array_data_bytes")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    self.init(
      pages: try reader.required(pages, "OffsetIndex.page_locations"),
      unencodedByteArrayByteCounts: byteCounts)
  }
}

/// Where a page lies.
///
/// Specification: PageLocation in parquet.thrift.
public struct PageLocation: Hashable, Sendable {
  /// The file offset of the page's header.
  public var offset: Int
  /// The bytes of the page as stored, its header included.
  public var compressedByteCount: Int
  /// The first row of the page, counted within the row group.
  public var firstRow: Int

  /// A place.
  public init(offset: Int, compressedByteCount: Int, firstRow: Int) {
    self.offset = offset
    self.compressedByteCount = compressedByteCount
    self.firstRow = firstRow
  }
}

extension PageLocation: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    writer.field(1, i64: offset)
    writer.field(2, i32: compressedByteCount)
    writer.field(3, i64: firstRow)
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var offset: Int?
    var byteCount: Int?
    var firstRow: Int?
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: offset = try reader.count(field, "PageLocation.offset")
      case 2: byteCount = try reader.count32(field, "PageLocation.compressed_page_size")
      case 3: firstRow = try reader.count(field, "PageLocation.first_row_index")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    self.init(
      offset: try reader.required(offset, "PageLocation.offset"),
      compressedByteCount: try reader.required(byteCount, "PageLocation.compressed_page_size"),
      firstRow: try reader.required(firstRow, "PageLocation.first_row_index"))
  }
}
