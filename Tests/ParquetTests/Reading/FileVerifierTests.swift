import Testing

@testable import Parquet

/// `file` with another footer.
func withFooter(_ file: Bytes, _ change: (inout FileMetadata) -> Void) throws -> Bytes {
  let reader = try ParquetReader(MemorySource(file))
  var metadata = reader.metadata
  change(&metadata)
  var writer = CompactWriter()
  metadata.encode(to: &writer)
  let footer = writer.freeze()
  var output = ByteBuffer()
  output.append(file.slice(0..<reader.footerOffset))
  output.append(footer)
  output.append(UInt32(footer.count))
  output.append(Bytes(copying: Array("PAR1".utf8)))
  return output.freeze()
}

/// `file` with one byte changed.
func withByte(_ file: Bytes, at offset: Int, _ change: (UInt8) -> UInt8) -> Bytes {
  var bytes = file.array()
  bytes[offset] = change(bytes[offset])
  return Bytes(copying: bytes)
}

@Suite struct FileVerifierTests {
  private func sample(pageRows: Int = 100) throws -> Bytes {
    let schema = try Schema([
      SchemaField("number", .int64, .optional), .string("text"),
      SchemaField("real", .double, .optional),
      .list("list", .optional, of: SchemaField("x", .int32, .optional)),
    ])
    var random = RandomRows(seed: 11)
    random.distinctValues = 30
    var options = WriterOptions()
    options.pageRows = pageRows
    options.rowGroupRows = 250
    return try written(schema, options, [try random.batch(schema, count: 500)])
  }

  private func faults(_ file: Bytes) throws -> [ParquetError] {
    try FileVerifier(MemorySource(file, name: "f")).verify()
  }

  @Test(arguments: [
    WriterOptions.EncodingChoice.automatic, .always(.plain), .always(.rleDictionary),
  ])
  func nothingIsWrongWithOurFiles(encoding: WriterOptions.EncodingChoice) throws {
    var options = WriterOptions()
    options.encoding = encoding
    options.pageRows = 50
    options.rowGroupRows = 170
    for schema in [try RoundTripTests.flatSchema(), try RoundTripTests.nestedSchema()] {
      for nullShare in [0, 0.3, 1] {
        var random = RandomRows(seed: 12)
        random.nullShare = nullShare
        random.distinctValues = 40
        let file = try written(schema, options, [try random.batch(schema, count: 400)])
        #expect(try faults(file).map(\.description) == [])
      }
    }
  }

  /// A change to a chunk's metadata, and what the verifier then says.
  struct Change: Sendable, CustomTestStringConvertible {
    var expected: String
    var change: @Sendable (inout ColumnMetadata) -> Void

    init(_ expected: String, _ change: @escaping @Sendable (inout ColumnMetadata) -> Void) {
      self.expected = expected
      self.change = change
    }

    var testDescription: String { expected }
  }

  /// What the verifier finds when the footer says something else of chunk 1 (text, dictionary coded)
  /// of row group 1.
  @Test(arguments: [
    Change("num_values") { $0.valueCount += 1 },
    Change("leaves its column chunk") { $0.totalCompressedByteCount -= 1 },
    Change("total_uncompressed_size") { $0.totalUncompressedByteCount += 1 },
    Change("null_count") { $0.statistics?.nullCount = 3 },
    Change("min_value") { $0.statistics?.minimum = Bytes(copying: Array("zz".utf8)) },
    Change("max_value") { $0.statistics?.maximum = Bytes(copying: Array("1".utf8)) },
    Change("exact") { $0.statistics?.minimum = Bytes(copying: Array("\u{1}".utf8)) },
    Change("distinct_count") { $0.statistics?.distinctCount = 9999 },
    Change("not listed") { $0.encodings = [.rle] },
    Change("encoding_stats") { $0.encodingStatistics?[0].count += 1 },
    Change("encoding_stats") { $0.encodingStatistics?.removeLast() },
    Change("path_in_schema") { $0.path = ["other"] },
    Change("physical type") { $0.type = .int32 },
    Change("data_page_offset") { $0.dataPageOffset += 1 },
    Change("unencoded_byte_array") {
      $0.sizeStatistics = SizeStatistics(unencodedByteArrayByteCount: 1)
    },
    Change("leave the file") { $0.totalCompressedByteCount = Int.max },
    Change("leave the file") {
      $0.dataPageOffset = Int.max
      $0.dictionaryPageOffset = nil
    },
  ])
  func wrongMetadata(change: Change) throws {
    let file = try withFooter(try sample()) { footer in
      guard var metadata = footer.rowGroups[1].columns[1].metadata else { return }
      change.change(&metadata)
      footer.rowGroups[1].columns[1].metadata = metadata
    }
    let found = try faults(file)
    #expect(found.contains { $0.message.contains(change.expected) }, "\(found)")
    for fault in found {
      #expect(fault.context.rowGroup == 1)
      #expect(fault.context.file == "f")
      #expect(!fault.description.contains("\n"))
    }
  }

  @Test func encodingsOfLevelsNeedNotBeListed() throws {
    let file = try withFooter(try sample()) { footer in
      for group in footer.rowGroups.indices {
        for column in footer.rowGroups[group].columns.indices {
          footer.rowGroups[group].columns[column].metadata?.encodings.removeAll { $0 == .rle }
        }
      }
    }
    #expect(try faults(file).isEmpty)
  }

  @Test func wrongTotals() throws {
    let file = try withFooter(try sample()) {
      $0.rowGroups[0].totalByteCount += 1
      $0.rowGroups[1].totalCompressedByteCount = 7
      $0.rowGroups[1].fileOffset = 5
      $0.version = 3
      $0.rowCount = 499
      $0.columnOrders?.removeLast()
    }
    let messages = try faults(file).map(\.message)
    for expected in [
      "version is 3", "num_rows is 499", "column orders", "total_byte_size",
      "total_compressed_size", "file_offset",
    ] {
      #expect(messages.contains { $0.contains(expected) }, "\(expected) in \(messages)")
    }
  }

  @Test func everyFlippedBitOfAPageIsFound() throws {
    let file = try sample(pageRows: 1000)
    let reader = try ParquetReader(MemorySource(file))
    let pages = try reader.pages(rowGroup: 0, column: 0)
    #expect(!pages.isEmpty)
    for page in pages {
      #expect(page.header.crc != nil)
      for offset in stride(from: 0, to: page.bodyByteCount, by: 7) {
        let damaged = withByte(file, at: page.offset + page.headerByteCount + offset) { $0 ^ 0x10 }
        let found = try faults(damaged)
        #expect(found.count == 1)
        #expect(found.first?.message.contains("checksum") == true)
        #expect(found.first?.context.byteOffset == page.offset)
      }
    }
  }

  @Test func magic() throws {
    let file = try sample()
    #expect(try faults(withByte(file, at: 0) { _ in 0 })[0].message.contains("begin with PAR1"))
    let end = try faults(withByte(file, at: file.count - 1) { _ in 0 })
    #expect(end.map(\.code) == [.malformedFile])
    // What is said to be an encrypted footer begins with how it is encrypted.
    let encrypted = try faults(withByte(file, at: file.count - 1) { _ in UInt8(ascii: "E") })
    #expect(encrypted.map(\.code) == [.malformedFile])
  }

  @Test func floatsAndNaN() throws {
    let schema = try Schema([SchemaField("x", .double), SchemaField("y", .float)])
    let builder = ColumnBatchBuilder(schema: schema)
    for value in [Double.nan, -0.0, 0.0, .infinity, 3, -.infinity, .nan] {
      builder.leaf(0).append(value)
      builder.leaf(1).append(Float(value))
    }
    let file = try written(schema, WriterOptions(), [try builder.finish()])
    #expect(try faults(file).map(\.description) == [])
    let wrong = try withFooter(file) {
      $0.rowGroups[0].columns[0].metadata?.statistics?.nanCount = 1
      $0.rowGroups[0].columns[1].metadata?.statistics?.maximum = Bytes(copying: [Float.nan])
    }
    #expect(
      try faults(wrong).map(\.message) == ["nan_count is 1; 2 values are NaN", "max_value is NaN"])
  }

  @Test func overlappingChunks() throws {
    let file = try withFooter(sample()) { metadata in
      let first = metadata.rowGroups[0].columns[0].metadata
      metadata.rowGroups[1].columns[0].metadata?.dataPageOffset = first?.dataPageOffset ?? 0
      metadata.rowGroups[1].columns[0].metadata?.dictionaryPageOffset = first?.dictionaryPageOffset
    }
    let found = try faults(file).map(\.description)
    #expect(found.contains { $0.contains("within that of number in row group") }, "\(found)")
  }

  @Test func tellsHowFarItIs() throws {
    let file = try sample()
    var rows: [Int] = []
    var byteCount = 0
    let verifier = FileVerifier(MemorySource(file))
    let found = try verifier.verify { (rowCount, bytes) throws(ParquetError) in
      rows.append(rowCount)
      byteCount = bytes
    }
    #expect(found.count == 0)
    #expect(rows == [0, 0, 0, 0, 250, 250, 250, 250, 250, 500])
    #expect(byteCount > file.count / 2 && byteCount < file.count)
    let stopped = #expect(throws: ParquetError.self) {
      try verifier.verify { (_, _) throws(ParquetError) in
        throw ParquetError(.cancelled, "enough")
      }
    }
    #expect(stopped?.code == .cancelled)
  }

  // MARK: Bloom filters

  @Test(arguments: [WriterOptions.EncodingChoice.always(.plain), .always(.rleDictionary)])
  func everyValuePassesTheBloomFilter(_ encoding: WriterOptions.EncodingChoice) throws {
    let schema = try Schema([SchemaField("number", .int64, .optional), .string("text")])
    var random = RandomRows(seed: 21)
    random.distinctValues = 30
    var options = WriterOptions()
    options.encoding = encoding
    options.bloomColumns = ["number", "text"]
    let file = try written(schema, options, [try random.batch(schema, count: 500)])
    #expect(try faults(file).map(\.description) == [])
    let chunk = try #require(
      ParquetReader(MemorySource(file)).metadata.rowGroups[0].columns[1].metadata)
    let start = try #require(chunk.bloomFilterOffset)
    let end = start + (try #require(chunk.bloomFilterByteCount))
    // A filter of nothing: the bits are gone, the header stays.
    var empty = file.array()
    for offset in end - 32..<end { empty[offset] = 0 }
    let missing = try #require(faults(Bytes(copying: empty)).first)
    #expect(missing.message.contains("does not pass the bloom filter"))
    #expect(missing.context.column == "text")
    #expect(missing.context.page != nil)
    // What the footer says of it.
    func changed(_ change: (inout ColumnMetadata) -> Void) throws -> [String] {
      try faults(
        withFooter(file) { metadata in
          if var column = metadata.rowGroups[0].columns[1].metadata {
            change(&column)
            metadata.rowGroups[0].columns[1].metadata = column
          }
        }
      ).map(\.message)
    }
    #expect(
      try changed { $0.bloomFilterByteCount = end - start + 1 }.first?.contains("length") == true)
    #expect(try changed { $0.bloomFilterOffset = 4 }.first?.contains("no bloom filter") == true)
    #expect(try changed { $0.bloomFilterByteCount = nil } == [])
  }
}
