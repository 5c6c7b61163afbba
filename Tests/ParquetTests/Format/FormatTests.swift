import Testing

@testable import Parquet

@Suite struct FormatTests {
  private func bytes(of value: some CompactStruct) -> Bytes {
    var writer = CompactWriter()
    value.encode(to: &writer)
    return writer.freeze()
  }

  /// What is read back after `value` was written.
  private func readBack<T: CompactStruct>(_ value: T) throws(ParquetError) -> T {
    let bytes = bytes(of: value)
    var reader = CompactReader(bytes)
    let read = try T(from: &reader)
    #expect(reader.remaining == 0)
    return read
  }

  private func bounds(_ values: UInt8...) -> Bytes { Bytes(copying: values) }

  private var metadata: FileMetadata {
    let statistics = Statistics(
      minimum: bounds(1), maximum: bounds(2, 3), isMinimumExact: true, isMaximumExact: false,
      nullCount: 0, distinctCount: 5, nanCount: 1, deprecatedMinimum: bounds(),
      deprecatedMaximum: bounds(9))
    let column = ColumnMetadata(
      type: .byteArray, encodings: [.plain, .rle, .rleDictionary, Encoding(rawValue: 77)],
      path: ["a", "list", "element"], codec: CompressionCodec(rawValue: 99), valueCount: 10,
      totalUncompressedByteCount: 1 << 40, totalCompressedByteCount: 123,
      keyValues: [KeyValue("k", nil)], dataPageOffset: 100, dictionaryPageOffset: 4,
      statistics: statistics,
      encodingStatistics: [
        PageEncodingStatistics(pageType: .dataPage, encoding: .rleDictionary, count: 3)
      ], bloomFilterOffset: 7, bloomFilterByteCount: 8,
      sizeStatistics: SizeStatistics(
        unencodedByteArrayByteCount: 3, repetitionLevelHistogram: [1, 2],
        definitionLevelHistogram: [3, 4, 5]))
    let group = RowGroupMetadata(
      columns: [
        ColumnChunk(
          metadata: column, filePath: "x", fileOffset: 0, offsetIndexOffset: 1,
          offsetIndexByteCount: 2, columnIndexOffset: 3, columnIndexByteCount: 4)
      ], totalByteCount: 5, rowCount: 6,
      sortingColumns: [SortingColumn(columnIndex: 0, isDescending: true, nullsFirst: false)],
      fileOffset: 4, totalCompressedByteCount: 8, ordinal: 32_767)
    return FileMetadata(
      version: 2, schema: [SchemaElement(name: "schema", childCount: 0)], rowCount: 6,
      rowGroups: [group, group], keyValues: [KeyValue("ü", "v")], createdBy: "me",
      columnOrders: [.typeDefined, .ieee754Total, ColumnOrder(rawValue: 9)])
  }

  @Test func fileMetadata() throws {
    #expect(try readBack(metadata) == metadata)
  }

  @Test func truncatedFooterThrows() {
    let bytes = bytes(of: metadata)
    for length in 0..<bytes.count {
      let error = thrownError { () throws(ParquetError) in
        var reader = CompactReader(bytes.slice(0..<length))
        return try FileMetadata(from: &reader)
      }
      #expect(error?.code == .malformedFile, "\(length) of \(bytes.count) bytes")
    }
  }

  @Test(arguments: [
    PageHeader(
      type: .dataPage, uncompressedByteCount: 10, compressedByteCount: 9, crc: 0xFFFF_FFFF,
      dataPage: DataPageHeader(
        valueCount: 3, encoding: .plain, statistics: Statistics(nullCount: 1))),
    PageHeader(
      type: .dictionaryPage, uncompressedByteCount: 0, compressedByteCount: 0,
      dictionaryPage: DictionaryPageHeader(valueCount: 0, isSorted: true)),
    PageHeader(
      type: .dataPageV2, uncompressedByteCount: 1, compressedByteCount: Int(Int32.max), crc: 0,
      dataPageV2: DataPageHeaderV2(
        valueCount: 4, nullCount: 3, rowCount: 2, encoding: .rleDictionary,
        definitionLevelsByteCount: 5, repetitionLevelsByteCount: 6, isCompressed: false)),
    PageHeader(type: PageType(rawValue: 17), uncompressedByteCount: 1, compressedByteCount: 1),
  ])
  func pageHeaders(header: PageHeader) throws {
    #expect(try readBack(header) == header)
  }

  @Test func pageV2IsCompressedUnlessItSaysNot() throws {
    var writer = CompactWriter()
    let outer = writer.beginStruct()
    for id in 1...6 as ClosedRange<Int16> { writer.field(id, Int32(0)) }
    writer.endStruct(outer)
    var reader = CompactReader(writer.freeze())
    #expect(try DataPageHeaderV2(from: &reader).isCompressed)
  }

  @Test func countsOfPagesHave32Bits() {
    // Written as i64, a count could be large enough for sums to overflow.
    var writer = CompactWriter()
    let outer = writer.beginStruct()
    writer.field(1, Int64.max)
    writer.field(2, Int32(0))
    writer.field(3, Int32(3))
    writer.field(4, Int32(3))
    writer.endStruct(outer)
    let bytes = writer.freeze()
    let error = thrownError { () throws(ParquetError) in
      var reader = CompactReader(bytes)
      return try DataPageHeader(from: &reader)
    }
    #expect(error?.message == "DataPageHeader.num_values is \(Int64.max)")
  }

  @Test func pageIndexes() throws {
    let offsets = OffsetIndex(
      pages: [
        PageLocation(offset: 4, compressedByteCount: 10, firstRow: 0),
        PageLocation(offset: 14, compressedByteCount: 10, firstRow: 20),
      ], unencodedByteArrayByteCounts: [1, 2])
    #expect(try readBack(offsets) == offsets)
    let columns = ColumnIndex(
      nullPages: [false, true], minimums: [bounds(1), Bytes()], maximums: [bounds(2), Bytes()],
      boundaryOrder: .ascending, nullCounts: [0, 5], repetitionLevelHistograms: [1],
      definitionLevelHistograms: [2, 3], nanCounts: [0, 0])
    #expect(try readBack(columns) == columns)
  }

  @Test func negativeCountsAreUnknownOrRefused() throws {
    func footer(rowCount: Int64) -> Bytes {
      var writer = CompactWriter()
      let outer = writer.beginStruct()
      writer.field(1, Int32(1))
      writer.field(2, [SchemaElement(name: "s", childCount: 0)])
      writer.field(3, rowCount)
      writer.field(4, [RowGroupMetadata]())
      writer.endStruct(outer)
      return writer.freeze()
    }
    var good = CompactReader(footer(rowCount: 0))
    #expect(try FileMetadata(from: &good).rowCount == 0)
    let error = thrownError { () throws(ParquetError) in
      var reader = CompactReader(footer(rowCount: -1))
      return try FileMetadata(from: &reader)
    }
    #expect(error?.message == "FileMetaData.num_rows is -1")

    var writer = CompactWriter()
    let outer = writer.beginStruct()
    writer.field(3, Int64(-1))
    writer.endStruct(outer)
    var reader = CompactReader(writer.freeze())
    #expect(try Statistics(from: &reader).nullCount == nil)
  }

  @Test func numbersThatOthersUsedForOtherTypesAreSkipped() throws {
    var writer = CompactWriter()
    let outer = writer.beginStruct()
    writer.field(1, Int32(2))
    writer.field(2, [Int32(0)])
    writer.field(3, ["a"])
    writer.field(4, Int32(0))
    for id in [5, 6, 7, 9] as [Int16] { writer.field(id, Int64(id)) }
    writer.field(12, "no struct")
    writer.field(15, ["no integer"])
    writer.endStruct(outer)
    var reader = CompactReader(writer.freeze())
    let column = try ColumnMetadata(from: &reader)
    #expect(column.dataPageOffset == 9)
    #expect(column.statistics == nil)
    #expect(column.bloomFilterByteCount == nil)
  }

  @Test func unknownFieldsAreSkipped() throws {
    var writer = CompactWriter()
    let outer = writer.beginStruct()
    writer.field(1, "key")
    writer.field(9, metadata)
    writer.field(Int16.max, Bytes(copying: [1, 2, 3] as [UInt8]))
    writer.endStruct(outer)
    var reader = CompactReader(writer.freeze())
    #expect(try KeyValue(from: &reader) == KeyValue("key", nil))
    #expect(reader.remaining == 0)
  }

  /// Numbers that are declared to have 32 bits, and have more: what was read could not be written again.
  @Test(arguments: [Int16(2), 7, 8]) func aNumberOfTooManyBitsIsRefused(_ field: Int16) throws {
    for value in [Int64(Int32.max) + 1, Int64(Int32.min) - 1, .max] {
      var writer = CompactWriter()
      let outer = writer.beginStruct()
      if field < 4 { writer.field(field, value) }
      writer.field(4, "d")
      if field > 4 { writer.field(field, value) }
      writer.endStruct(outer)
      let bytes = writer.freeze()
      let error = #expect(throws: ParquetError.self) {
        var reader = CompactReader(bytes)
        _ = try SchemaElement(from: &reader)
      }
      #expect(error?.code == .malformedFile)
    }
  }
}
