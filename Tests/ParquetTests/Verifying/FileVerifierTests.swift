import Testing

@testable import Parquet

@Suite struct FileVerifierTests {
  static func schema() throws -> Schema {
    try Schema([
      SchemaField("id", .int64),
      SchemaField("name", .byteArray, .optional, logicalType: .string),
      SchemaField("x", .double, .optional),
      SchemaField(
        group: "tags", .optional, logicalType: .list,
        [
          SchemaField(
            group: "list", .repeated,
            [SchemaField("element", .byteArray, .optional, logicalType: .string)])
        ]),
      SchemaField("flag", .boolean),
    ])
  }

  /// A whole file of three row groups.
  static func file(options: WriterOptions = WriterOptions()) throws -> Bytes {
    let schema = try schema()
    var options = options
    options.rowGroupRows = 400
    options.pageRows = 150
    let sink = MemorySink()
    let writer = try ParquetWriter(sink, schema: schema, options: options)
    var rows = RandomRows(seed: 17)
    rows.distinctValues = 50
    for _ in 0..<10 { try writer.write(rows.batch(schema, count: 100)) }
    _ = try writer.finish()
    return sink.bytes
  }

  /// The same pages under another footer.
  static func file(
    footer change: (inout FileMetadata) throws -> Void
  ) throws -> Bytes {
    let original = try file()
    let reader = try ParquetReader(MemorySource(original))
    var metadata = reader.metadata
    try change(&metadata)
    var footer = CompactWriter(capacity: 4096)
    metadata.encode(to: &footer)
    let bytes = footer.freeze()
    return Bytes(
      copying: original.slice(0..<reader.footerOffset).array() + bytes.array()
        + Bytes(copying: [Int32(bytes.count)]).array() + Array("PAR1".utf8))
  }

  func faults(_ bytes: Bytes) throws -> [String] {
    var faults: [String] = []
    try FileVerifier.verify(MemorySource(bytes, name: "f")) { faults.append($0.description) }
    return faults
  }

  @Test func findsNothingInWhatIsWritten() throws {
    #expect(try faults(FileVerifierTests.file()) == [])
    for compression in [Compression.none, .gzip(), .zstd()] {
      var options = WriterOptions()
      options.compression = compression
      #expect(try faults(FileVerifierTests.file(options: options)) == [])
    }
    #expect(try faults(FileVerifierTests.file { _ in }) == [])
  }

  @Test func tellsHowFarItIs() throws {
    let bytes = try FileVerifierTests.file()
    var rows: [Int] = []
    var stored = 0
    try FileVerifier.verify(
      MemorySource(bytes),
      progress: {
        rows.append($0); stored = $1
      }, report: { _ in })
    #expect(rows == rows.sorted())
    #expect(Set(rows) == [0, 400, 800, 1000])
    #expect(stored > bytes.count / 2 && stored < bytes.count)
    let error = #expect(throws: ParquetError.self) {
      try FileVerifier.verify(
        MemorySource(bytes),
        progress: { (_, _) throws(ParquetError) in throw ParquetError(.cancelled, "enough") },
        report: { _ in })
    }
    #expect(error?.code == .cancelled)
  }

  /// A wrong statement in the footer, and the beginning of the one fault that it makes.
  struct Lie: CustomTestStringConvertible, Sendable {
    var fault: String
    var change: @Sendable (inout FileMetadata) throws -> Void

    var testDescription: String { fault }

    init(_ fault: String, _ change: @escaping @Sendable (inout FileMetadata) throws -> Void) {
      self.fault = fault
      self.change = change
    }

    /// A lie about one column of the second row group.
    static func column(
      _ index: Int, _ fault: String,
      _ change: @escaping @Sendable (inout ColumnMetadata) throws -> Void
    ) -> Lie {
      Lie(fault) { metadata in
        var column = try #require(metadata.rowGroups[1].columns[index].metadata)
        try change(&column)
        metadata.rowGroups[1].columns[index].metadata = column
      }
    }

    static func statistics(
      _ index: Int, _ fault: String,
      _ change: @escaping @Sendable (inout Statistics) throws -> Void
    ) -> Lie {
      .column(index, fault) { column in
        var statistics = try #require(column.statistics)
        try change(&statistics)
        column.statistics = statistics
      }
    }
  }

  static let lies: [Lie] = [
    Lie("has 4 column orders for 5 columns") { $0.columnOrders?.removeLast() },
    Lie("row group 1: total_byte_size is") { $0.rowGroups[1].totalByteCount += 1 },
    Lie("row group 1: total_compressed_size is") {
      $0.rowGroups[1].totalCompressedByteCount = 7
    },
    Lie("row group 2: its ordinal is 3") { $0.rowGroups[2].ordinal = 3 },
    Lie("row group 0: file_offset is 5; the first page is at byte 4") {
      $0.rowGroups[0].fileOffset = 5
    },
    Lie("row group 0: sorted by column 9, which is none") {
      $0.rowGroups[0].sortingColumns = [SortingColumn(columnIndex: 9)]
    },
    .column(0, "row group 1, column id: path_in_schema is ids") { $0.path = ["ids"] },
    .column(3, "row group 1, column tags.list.element: a page has the encoding RLE,") {
      $0.encodings.removeAll { $0 == .rle }
    },
    .column(0, "row group 1, column id: encoding_stats count") {
      $0.encodingStatistics?[0].count += 1
    },
    .column(0, "row group 1, column id: encoding_stats count 2 pages DATA_PAGE of ALP") {
      $0.encodingStatistics?.append(
        PageEncodingStatistics(pageType: .dataPage, encoding: .alp, count: 2))
    },
    .statistics(1, "row group 1, column name: null_count is 401") { $0.nullCount = 401 },
    .statistics(2, "row group 1, column x: nan_count is 399") { $0.nanCount = 399 },
    .statistics(0, "row group 1, column id: distinct_count is 401") { $0.distinctCount = 401 },
    .statistics(0, "row group 1, column id: a value lies beyond min_value") {
      $0.minimum = Bytes(copying: [Int64.max])
    },
    .statistics(0, "row group 1, column id: a value lies beyond max_value") {
      $0.maximum = Bytes(copying: [Int64.min])
    },
    .statistics(0, "row group 1, column id: min_value is said to be exact") {
      $0.minimum = Bytes(copying: [Int64.min])
      $0.isMinimumExact = true
    },
    .statistics(1, "row group 1, column name: max_value is said to be exact") {
      $0.maximum = Bytes(copying: Array("\u{10FFFF}".utf8))
      $0.isMaximumExact = true
    },
    .statistics(1, "row group 1, column name: a value lies beyond max_value") {
      $0.maximum = Bytes()
    },
    .statistics(2, "row group 1, column x: max_value is NaN") {
      $0.maximum = Bytes(copying: [Double.nan])
    },
    .statistics(2, "row group 1, column x: min_value is no value of the column") {
      $0.minimum = Bytes(copying: [Float(-1e38)])
    },
    .statistics(4, "row group 1, column flag: a value lies beyond max_value") {
      $0.maximum = Bytes(copying: [UInt8(0)])
    },
    .column(1, "row group 1, column name: unencoded_byte_array_data_bytes is 1") {
      $0.sizeStatistics = SizeStatistics(unencodedByteArrayByteCount: 1)
    },
    .column(3, "row group 1, column tags.list.element: definition_level_histogram is") {
      $0.sizeStatistics = SizeStatistics(definitionLevelHistogram: [1, 2, 3, 4])
    },
    .column(3, "row group 1, column tags.list.element: repetition_level_histogram is") {
      $0.sizeStatistics = SizeStatistics(repetitionLevelHistogram: [400, 1])
    },
  ]

  @Test(arguments: lies)
  func findsLiesInTheFooter(_ lie: Lie) throws {
    let faults = try faults(FileVerifierTests.file(footer: lie.change))
    #expect(faults.count == 1)
    #expect(faults.first?.hasPrefix("f: " + lie.fault) == true, "\(faults)")
  }

  /// Bounds that widen, without a claim to be exact, are true.
  @Test func acceptsWideBounds() throws {
    let bytes = try FileVerifierTests.file { metadata in
      for (index, least, greatest) in [
        (0, Bytes(copying: [Int64.min]), Bytes(copying: [Int64.max])),
        (1, Bytes(), Bytes(copying: Array("\u{10FFFF}".utf8))),
        (2, Bytes(copying: [-Double.infinity]), Bytes(copying: [Double.infinity])),
      ] {
        metadata.rowGroups[1].columns[index].metadata?.statistics?.minimum = least
        metadata.rowGroups[1].columns[index].metadata?.statistics?.maximum = greatest
        metadata.rowGroups[1].columns[index].metadata?.statistics?.isMinimumExact = false
        metadata.rowGroups[1].columns[index].metadata?.statistics?.isMaximumExact = nil
      }
    }
    #expect(try faults(bytes) == [])
  }

  @Test func findsMovedAndOverlappingChunks() throws {
    let moved = try faults(
      FileVerifierTests.file { metadata in
        let first = try #require(metadata.rowGroups[0].columns[0].metadata)
        metadata.rowGroups[2].columns[0].metadata?.dataPageOffset = first.dataPageOffset
        metadata.rowGroups[2].columns[0].metadata?.dictionaryPageOffset =
          first.dictionaryPageOffset
      })
    #expect(moved.contains { $0.contains("within that of id in row group") })
    let away = try faults(
      FileVerifierTests.file { $0.rowGroups[0].columns[0].metadata?.dataPageOffset = 1 << 40 })
    #expect(away.contains { $0.hasPrefix("f: row group 0, column id") })
  }

  /// Each damaged byte of the pages is found, and the other columns are verified all the same.
  @Test func findsDamagedPages() throws {
    let bytes = try FileVerifierTests.file()
    let reader = try ParquetReader(MemorySource(bytes))
    for column in reader.schema.leaves.indices {
      let pages = try reader.pages(rowGroup: 1, column: column)
      let page = try #require(pages.last)
      let body = page.offset + page.headerByteCount
      var damaged = bytes.array()
      damaged[body + page.header.compressedByteCount / 2] ^= 0x10
      let faults = try faults(Bytes(copying: damaged))
      #expect(faults.count == 1, "\(faults)")
      let path = reader.schema.leaves[column].path.description
      #expect(
        faults.first?.hasPrefix("f: row group 1, column \(path), page \(pages.count - 1), byte")
          == true, "\(faults)")
      #expect(faults.first?.contains("checksum") == true)
    }
  }

  @Test func findsWhatIsNoFile() throws {
    let bytes = try FileVerifierTests.file()
    #expect(try faults(Bytes()).count == 1)
    #expect(try faults(bytes.slice(0..<bytes.count / 2)).count == 1)
    var damaged = bytes.array()
    damaged[0] = UInt8(ascii: "X")
    #expect(try faults(Bytes(copying: damaged)) == ["f: byte 0: does not begin with PAR1"])
  }
}
