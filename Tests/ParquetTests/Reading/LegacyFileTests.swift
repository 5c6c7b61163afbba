import Testing

@testable import Parquet

/// Files put together by hand, as old or odd writers made them.
@Suite struct LegacyFileTests {
  private struct Page {
    var header: PageHeader
    var body: [UInt8]

    /// A data page of version 1.
    static func data(
      _ body: [UInt8], count: Int, _ encoding: Encoding = .plain, levels: Encoding = .rle
    ) -> Page {
      Page(
        header: PageHeader(
          type: .dataPage, uncompressedByteCount: body.count, compressedByteCount: body.count,
          dataPage: DataPageHeader(
            valueCount: count, encoding: encoding, definitionLevelEncoding: levels,
            repetitionLevelEncoding: levels)),
        body: body)
    }

    /// A dictionary page.
    static func dictionary(_ body: [UInt8], count: Int, _ encoding: Encoding = .plain) -> Page {
      Page(
        header: PageHeader(
          type: .dictionaryPage, uncompressedByteCount: body.count,
          compressedByteCount: body.count,
          dictionaryPage: DictionaryPageHeader(valueCount: count, encoding: encoding)),
        body: body)
    }

    /// A page of another kind, whose body means nothing.
    static func other(_ type: Int32) -> Page {
      Page(
        header: PageHeader(
          type: PageType(rawValue: type), uncompressedByteCount: 3, compressedByteCount: 3),
        body: [1, 2, 3])
    }
  }

  /// A file of one column, with what can be missing missing.
  private func file(
    _ field: SchemaField, _ pages: [Page], slots: Int, rows: Int? = nil,
    change: (inout ColumnMetadata) -> Void = { _ in }
  ) throws -> ParquetReader {
    let schema = try Schema([field])
    var output = ByteBuffer()
    output.append(Bytes(copying: Array("PAR1".utf8)))
    for page in pages {
      var writer = CompactWriter()
      page.header.encode(to: &writer)
      output.append(writer.freeze())
      output.append(Bytes(copying: page.body))
    }
    var column = ColumnMetadata(
      type: PhysicalTypeID(schema.leaves[0].physicalType), encodings: [],
      path: schema.leaves[0].path.components, codec: .uncompressed, valueCount: slots,
      totalUncompressedByteCount: output.count - 4, totalCompressedByteCount: output.count - 4,
      dataPageOffset: 4)
    change(&column)
    let group = RowGroupMetadata(
      columns: [ColumnChunk(metadata: column)], totalByteCount: 0, rowCount: rows ?? slots)
    var writer = CompactWriter()
    FileMetadata(schema: schema.elements, rowCount: rows ?? slots, rowGroups: [group])
      .encode(to: &writer)
    let footer = writer.freeze()
    output.append(footer)
    output.append(UInt32(footer.count))
    output.append(Bytes(copying: Array("PAR1".utf8)))
    return try ParquetReader(MemorySource(output.freeze()))
  }

  private func integers(_ reader: ParquetReader) throws(ParquetError) -> [Int32?] {
    let batch = try reader.read(rowGroup: 0)
    let leaf = batch.schema.leaves[0]
    return batch.columns[0].slots(of: leaf).map { slot in
      slot.value.map { Int32($0[0]) | Int32($0[1]) << 8 | Int32($0[2]) << 16 | Int32($0[3]) << 24 }
    }
  }

  private func plain(_ values: Int32...) -> [UInt8] { Bytes(copying: values).array() }

  private let required = SchemaField("a", .int32)
  private let optional = SchemaField("a", .int32, .optional)

  @Test func onePage() throws {
    #expect(try integers(file(required, [.data(plain(1, 2), count: 2)], slots: 2)) == [1, 2])
  }

  @Test func pagesOfOtherKindsArePassedOver() throws {
    let reader = try file(
      required,
      [.other(1), .data(plain(1), count: 1), .other(1), .other(77), .data(plain(2), count: 1)],
      slots: 2)
    #expect(try integers(reader) == [1, 2])
    #expect(try reader.pages(rowGroup: 0, column: 0).count == 5)
  }

  @Test(arguments: [nil, 0, 4])
  func dictionaryOffset(offset: Int?) throws {
    // Absent, or 0, where a dictionary comes first all the same.
    let pages: [Page] = [
      .dictionary(plain(7, 8), count: 2, .plainDictionary),
      .data([1, 3, 0b0000_0110], count: 3, .plainDictionary),
    ]
    let reader = try file(required, pages, slots: 3) { $0.dictionaryPageOffset = offset }
    #expect(try integers(reader) == [7, 8, 8])
  }

  @Test func dictionaryAlone() throws {
    // A chunk without rows as Arrow C++ writes it: an empty dictionary, and 0 for the data's offset.
    let reader = try file(required, [.dictionary([], count: 0)], slots: 0) {
      $0.dictionaryPageOffset = 4
      $0.dataPageOffset = 0
    }
    #expect(try integers(reader) == [])
    #expect(try reader.pages(rowGroup: 0, column: 0).map(\.offset) == [4])
  }

  @Test func bitPackedLevels() throws {
    // Levels 1 0 1 1 without a length before them, the most significant bit first.
    let page = Page.data([0b1011_0000] + plain(1, 2, 3), count: 4, levels: .bitPacked)
    #expect(try integers(file(optional, [page], slots: 4)) == [1, nil, 2, 3])
  }

  @Test func fallingBackFromTheDictionary() throws {
    let pages: [Page] = [
      .dictionary(plain(7, 8), count: 2), .data([1, 3, 0b10], count: 2, .rleDictionary),
      .data(plain(100), count: 1), .data([1, 3, 0b01], count: 2, .rleDictionary),
    ]
    let reader = try file(required, pages, slots: 5)
    #expect(try integers(reader) == [7, 8, 100, 8, 7])
    let batches = reader.batches(batchRows: 2)
    var values: [Int32] = []
    while let batch = try batches.next() {
      for row in 0..<batch.rowCount { values.append(batch.columns[0].values.number(at: row)) }
    }
    #expect(values == [7, 8, 100, 8, 7])
  }

  @Test func sizeWithoutTheDictionaryHeader() throws {
    let dictionary = Page.dictionary(plain(7, 8), count: 2)
    let reader = try file(
      required, [dictionary, .data([1, 3, 0b10], count: 2, .rleDictionary)], slots: 2
    ) { $0.totalCompressedByteCount -= 12 }
    #expect(try integers(reader) == [7, 8])
  }

  @Test func aRowAcrossPages() throws {
    // Version 1 may end a page within a list: repetition 0 1 | 1 0, all elements there.
    let repeated = SchemaField("a", .int32, .repeated)
    func page(_ repetition: UInt8, _ values: Int32...) -> Page {
      .data(
        [2, 0, 0, 0, 3, repetition, 2, 0, 0, 0, 4, 1] + Bytes(copying: values).array(), count: 2)
    }
    let reader = try file(repeated, [page(0b10, 1, 2), page(0b01, 3, 4)], slots: 4, rows: 2)
    for batchRows in [1, 2] {
      let batches = reader.batches(batchRows: batchRows)
      var slots: [Slot] = []
      while let batch = try batches.next() { slots += batch.slots[0] }
      #expect(slots.map(\.repetition) == [0, 1, 1, 0])
      #expect(slots.map { $0.value?[0] } == [1, 2, 3, 4])
    }
  }

  /// Where a dictionary has one entry, its indices may have no bits: in a run, or a group where they are few.
  @Test(
    arguments: [([0], 10), ([0, 20], 10), ([0, 4, 12, 4], 10), ([0, 3], 5)] as [([UInt8], Int)])
  func indicesOfNoBits(body: [UInt8], count: Int) throws {
    let reader = try file(
      required, [.dictionary(plain(7), count: 1), .data(body, count: count, .rleDictionary)],
      slots: count)
    #expect(try integers(reader) == Array(repeating: 7, count: count))
  }

  // MARK: What is wrong

  @Test func malformedChunks() throws {
    let one = Page.data(plain(1), count: 1)
    let dictionary = Page.dictionary(plain(7), count: 1)
    let cases: [(String, SchemaField, [Page], slots: Int, rows: Int)] = [
      ("fewer rows", required, [one], 1, 2),
      ("fewer values than pages say", required, [.data(plain(1), count: 2)], 2, 2),
      ("more rows", required, [.data(plain(1, 2), count: 2)], 2, 1),
      ("more values than the chunk", required, [one, .data(plain(1, 2), count: 2)], 2, 2),
      ("no dictionary", required, [.data([0, 2, 0], count: 1, .rleDictionary)], 1, 1),
      ("two dictionaries", required, [dictionary, dictionary, one], 1, 1),
      ("a late dictionary", required, [one, dictionary, one], 2, 2),
      (
        "an index past the dictionary", required,
        [dictionary, .data([1, 2, 1], count: 1, .rleDictionary)], 1, 1
      ),
      (
        "a dictionary shorter than it says", required,
        [.dictionary(plain(7), count: 2), .data([1, 2, 1], count: 1, .rleDictionary)], 1, 1
      ),
      (
        "many bit-packed indices of no bits", required,
        [dictionary, .data([0, 7], count: 24, .rleDictionary)], 24, 24
      ),
      (
        "bytes behind indices of no bits", required,
        [dictionary, .data([0, 20, 200, 1], count: 10, .rleDictionary)], 10, 10
      ),
      ("no levels", optional, [.data([], count: 1)], 1, 1),
      ("levels past the page", optional, [.data([200, 0, 0, 0, 2, 1], count: 1)], 1, 1),
      ("levels of another encoding", optional, [.data(plain(1), count: 1, levels: .plain)], 1, 1),
      ("an encoding of other types", required, [.data([1], count: 1, .deltaByteArray)], 1, 1),
      (
        "a list that begins with a further element", SchemaField("a", .int32, .repeated),
        [.data([2, 0, 0, 0, 2, 1, 2, 0, 0, 0, 2, 1] + plain(1), count: 1)], 1, 1
      ),
    ]
    for (what, field, pages, slots, rows) in cases {
      let reader = try file(field, pages, slots: slots, rows: rows)
      let error = thrownError { () throws(ParquetError) in try reader.read(rowGroup: 0) }
      #expect(error?.code == .malformedFile, "\(what): \(String(describing: error))")
      #expect(error?.context.column == "a", "\(what)")
      #expect(error?.context.rowGroup == 0, "\(what)")
      let faults = try FileVerifier(reader.source).verify()
      #expect(!faults.isEmpty, "\(what)")
    }
    let unknown = try file(
      required, [.data(plain(1), count: 1, Encoding(rawValue: 99))], slots: 1)
    let error = thrownError { () throws(ParquetError) in try unknown.read(rowGroup: 0) }
    #expect(error?.code == .unsupportedFeature)
  }
}
