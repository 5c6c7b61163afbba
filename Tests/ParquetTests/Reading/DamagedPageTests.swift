import Testing

@testable import Parquet

/// An error says where it is, whose fault it is, and nothing of it reaches other columns.
@Suite struct DamagedPageTests {
  private let name = "damaged.parquet"

  private func sample(_ change: (inout WriterOptions) -> Void) throws -> Bytes {
    let schema = try Schema([
      SchemaField("number", .int32), .string("text", .optional),
      .list("list", .optional, of: SchemaField("x", .int64, .optional)),
    ])
    var random = RandomRows(seed: 41)
    random.distinctValues = 12
    var options = WriterOptions()
    options.pageRows = 16
    options.rowGroupRows = 32
    change(&options)
    return try written(schema, options, [try random.batch(schema, count: 64)])
  }

  /// Reads the column of each leaf alone; the errors, nil where there is none.
  private func errors(_ file: Bytes) throws -> [ParquetError?] {
    let reader = try ParquetReader(MemorySource(file, name: name))
    return reader.schema.leaves.map { leaf in
      thrownError { () throws(ParquetError) in
        let batches = reader.batches(columns: [leaf.index], batchRows: 10)
        while try batches.next() != nil {}
      }
    }
  }

  /// Damages `file` at `offset`, within the page; the error of the column must name the page's place.
  private func check(
    _ file: Bytes, damagedAt offset: Int, _ page: PageInformation, number: Int, rowGroup: Int,
    leaf: Leaf
  ) throws {
    let damaged = withByte(file, at: offset) { $0 ^ 0xFF }
    let errors = try errors(damaged)
    for (other, error) in errors.enumerated() where other != leaf.index { #expect(error == nil) }
    let error = try #require(errors[leaf.index], "\(leaf.path), page \(number)")
    #expect(error.code == .malformedFile)
    func checkPlace(_ error: ParquetError) {
      #expect(error.context.file == name)
      #expect(error.context.column == leaf.path.description)
      #expect(error.context.rowGroup == rowGroup)
      #expect(error.context.page == number, "\(error)")
      // A damaged header is misread to where it makes no sense any more.
      let isHeader = offset < page.offset + page.headerByteCount
      let place = error.context.byteOffset ?? -1
      #expect(isHeader ? place >= page.offset : place == page.offset, "\(error)")
    }
    checkPlace(error)
    let faults = try FileVerifier(MemorySource(damaged, name: name)).verify()
    let fault = try #require(faults.first { $0.context.page != nil })
    checkPlace(fault)
    #expect(faults.allSatisfy { $0.context.column ?? "" == fault.context.column ?? "" })
  }

  @Test(
    arguments: [WriterOptions.PageVersion.v1, .v2],
    [WriterOptions.EncodingChoice.always(.plain), .always(.rleDictionary)])
  func everyPage(version: WriterOptions.PageVersion, encoding: WriterOptions.EncodingChoice) throws
  {
    let file = try sample {
      $0.pageVersion = version
      $0.encoding = encoding
    }
    #expect(try errors(file).allSatisfy { $0 == nil })
    let reader = try ParquetReader(MemorySource(file))
    var pageCount = 0
    for rowGroup in reader.metadata.rowGroups.indices {
      for leaf in reader.schema.leaves {
        let pages = try reader.pages(rowGroup: rowGroup, column: leaf.index)
        for (number, page) in pages.enumerated() {
          pageCount += 1
          let body = page.offset + page.headerByteCount
          // The header's first byte is the field of the page's type.
          for offset in [page.offset, body, body + page.bodyByteCount - 1] {
            try check(
              file, damagedAt: offset, page, number: number, rowGroup: rowGroup, leaf: leaf)
          }
        }
      }
    }
    #expect(pageCount >= 12)
  }

  /// What is damaged, not known and not built in, told apart.
  @Test func whoseFaultItIs() throws {
    let file = try sample { $0.compression = .snappy }
    func error(_ change: (inout ColumnChunk) -> Void) throws -> ParquetError {
      let changed = try withFooter(file) { change(&$0.rowGroups[1].columns[1]) }
      let errors = try errors(changed)
      #expect(errors[0] == nil && errors[2] == nil)
      let error = try #require(errors[1])
      #expect(error.context.column == "text" && error.context.rowGroup == 1)
      #expect(error.context.file == name)
      return error
    }
    #expect(try error { $0.metadata?.codec = .lzo }.code == .unsupportedFeature)
    #expect(
      try error { $0.metadata?.codec = CompressionCodec(rawValue: 99) }.code == .unsupportedFeature)
    #expect(try error { $0.filePath = "part-0.parquet" }.code == .unsupportedFeature)
    #expect(try error { $0.metadata?.codec = .zstd }.code == .malformedFile)
    #expect(try error { $0.metadata?.type = .int64 }.code == .malformedFile)
    #expect(
      try error {
        $0.metadata?.dataPageOffset = 1 << 40
        $0.metadata?.dictionaryPageOffset = nil
      }.code == .malformedFile)
    #if !Brotli
      #expect(try error { $0.metadata?.codec = .brotli }.code == .featureNotBuiltIn)
    #endif
    #if !LZ4
      #expect(try error { $0.metadata?.codec = .lz4Raw }.code == .featureNotBuiltIn)
    #endif
  }

  /// A page of a kind nobody knows is passed over; its values are missed.
  @Test func unknownPages() throws {
    let file = try sample { $0.encoding = .always(.plain) }
    let reader = try ParquetReader(MemorySource(file))
    let page = try reader.pages(rowGroup: 0, column: 0)[1]
    // Field 1, the type: zigzag of 0 becomes that of 9.
    let changed = withByte(file, at: page.offset + 1) { _ in 18 }
    let error = try #require(try errors(changed)[0])
    #expect(error.code == .malformedFile && error.context.rowGroup == 0)
  }
}
