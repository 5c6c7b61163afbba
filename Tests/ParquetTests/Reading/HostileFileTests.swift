import Testing

@testable import Parquet

/// Whatever the bytes are, reading them ends, with rows or with an error; a trap ends the test run.
@Suite struct HostileFileTests {
  private func sample(_ compression: Compression, encoding: WriterOptions.EncodingChoice) throws
    -> Bytes
  {
    let schema = try Schema([
      SchemaField("number", .int32, .optional), .string("text", .optional),
      SchemaField("flag", .boolean, .optional),
      .list("list", .optional, of: .list("x", .optional, of: .string("x", .optional))),
      SchemaField(
        group: "struct", .optional,
        [SchemaField("fixed", .fixedLengthByteArray(byteCount: 3), .optional)]),
    ])
    var random = RandomRows(seed: 21)
    random.distinctValues = 6
    var options = WriterOptions()
    options.compression = compression
    options.encoding = encoding
    options.pageRows = 8
    options.rowGroupRows = 16
    return try written(schema, options, [try random.batch(schema, count: 24)])
  }

  /// Small limits, so that a wrong size is not waited for.
  private var limits: ReaderLimits {
    var limits = ReaderLimits()
    limits.pageBytes = 1 << 20
    limits.dictionaryBytes = 1 << 20
    limits.columnBytes = 1 << 20
    return limits
  }

  /// Reads and verifies all of `file`; returns whether reading met an error.
  private func read(_ file: Bytes, verifyingChecksums: Bool) throws -> Bool {
    try read(MemorySource(file), verifyingChecksums: verifyingChecksums)
  }

  private func read(_ source: any ByteSource, verifyingChecksums: Bool) throws -> Bool {
    var failed = false
    do throws(ParquetError) {
      let reader = try ParquetReader(
        source, limits: limits, verifyingChecksums: verifyingChecksums)
      // A footer may say more rows than anyone can wait for; what is wrong shows in the first ones.
      let batches = reader.batches(batchRows: 10)
      var batchCount = 0
      while batchCount < 100, let batch = try batches.next() {
        batchCount += 1
        // Decoded levels and values must fit the schema, or the rows could not be walked.
        do throws(ParquetError) {
          _ = try ColumnBatch(schema: batch.schema, columns: batch.columns)
        } catch { if !error.message.contains("UTF-8") { Issue.record("\(error)") } }
      }
      for rowGroup in reader.metadata.rowGroups.indices {
        for leaf in reader.schema.leaves {
          _ = try reader.pages(rowGroup: rowGroup, column: leaf.index)
        }
      }
    } catch {
      failed = true
      #expect(error.code != .inputOutput)
    }
    _ = try FileVerifier(source, limits: limits).verify()
    return failed
  }

  @Test func truncatedAtEveryByte() throws {
    let file = try sample(.snappy, encoding: .automatic)
    #expect(try !read(file, verifyingChecksums: true))
    for length in 0..<file.count {
      #expect(try read(file.slice(0..<length), verifyingChecksums: true), "\(length) bytes")
    }
  }

  /// What is wrong with a file does not depend on what it is read from.
  @Test(arguments: SourceKind.allCases) func truncatedAndFlipped(_ kind: SourceKind) throws {
    let file = try sample(.snappy, encoding: .automatic)
    let directory = try TemporaryDirectory()
    #expect(try !read(try kind.source(file, in: directory), verifyingChecksums: true))
    for length in stride(from: 0, to: file.count, by: 23) {
      let source = try kind.source(file.slice(0..<length), in: directory)
      #expect(try read(source, verifyingChecksums: true), "\(length) bytes")
    }
    var generator = SeededGenerator(seed: 23)
    for _ in 0..<100 {
      let bit = Int.random(in: 0..<file.count * 8, using: &generator)
      let damaged = withByte(file, at: bit / 8) { $0 ^ 1 << UInt8(bit % 8) }
      let expected = try read(damaged, verifyingChecksums: false)
      let source = try kind.source(damaged, in: directory)
      #expect(try read(source, verifyingChecksums: false) == expected, "bit \(bit)")
    }
  }

  @Test(
    arguments: [Compression.none, .snappy, .gzip(level: 1), .zstd(level: 1)],
    [WriterOptions.EncodingChoice.automatic, .always(.plain), .always(.rleDictionary)])
  func flippedBits(compression: Compression, encoding: WriterOptions.EncodingChoice) throws {
    let file = try sample(compression, encoding: encoding)
    var generator = SeededGenerator(seed: 22)
    var failures = 0
    for _ in 0..<150 {
      var bytes = file.array()
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let bit = Int.random(in: 0..<bytes.count * 8, using: &generator)
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      }
      // Without checksums the damage reaches the decoders.
      if try read(Bytes(copying: bytes), verifyingChecksums: false) { failures += 1 }
    }
    #expect(failures > 20)
  }

  @Test func everyByteOfTheFooterChanged() throws {
    let file = try sample(.none, encoding: .automatic)
    let footer = try ParquetReader(MemorySource(file)).footerOffset
    for offset in footer..<file.count {
      for value in [0, 0x7F, 0xFF] as [UInt8] {
        _ = try read(withByte(file, at: offset) { _ in value }, verifyingChecksums: true)
      }
    }
  }

  @Test func limitsAreKept() throws {
    let file = try sample(.none, encoding: .always(.plain))
    func code(_ change: (inout ReaderLimits) -> Void) -> ParquetError.Code? {
      var limits = ReaderLimits()
      change(&limits)
      return thrownError { () throws(ParquetError) in
        let reader = try ParquetReader(MemorySource(file), limits: limits)
        return try reader.read(rowGroup: 0)
      }?.code
    }
    #expect(code { _ in } == nil)
    #expect(code { $0.footerBytes = 10 } == .limitExceeded)
    #expect(code { $0.pageBytes = 10 } == .limitExceeded)
    #expect(code { $0.columnBytes = 10 } == .limitExceeded)
    #expect(code { $0.nestingDepth = 2 } == .limitExceeded)
  }

  @Test func aPageOfManyNullsIsNotExpandedAtOnce() throws {
    // Two bytes of levels say that two thousand million slots are null.
    let slots = Int(Int32.max)
    var body = ByteBuffer()
    var levels = ByteBuffer()
    for byte in [0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 0] as [UInt8] { levels.append(byte) }
    body.append(UInt32(levels.count))
    body.append(levels.freeze())
    let page = PageHeader(
      type: .dataPage, uncompressedByteCount: body.count, compressedByteCount: body.count,
      dataPage: DataPageHeader(valueCount: slots, encoding: .plain))
    var writer = CompactWriter()
    page.encode(to: &writer)
    var file = ByteBuffer()
    file.append(Bytes(copying: Array("PAR1".utf8)))
    let header = writer.freeze()
    file.append(header)
    let total = header.count + body.count
    file.append(body.freeze())
    let schema = try Schema([SchemaField("x", .int64, .optional)])
    let column = ColumnMetadata(
      type: .int64, encodings: [.plain, .rle], path: ["x"], codec: .uncompressed,
      valueCount: slots, totalUncompressedByteCount: total, totalCompressedByteCount: total,
      dataPageOffset: 4)
    let group = RowGroupMetadata(
      columns: [ColumnChunk(metadata: column)], totalByteCount: total, rowCount: slots)
    var footer = CompactWriter()
    FileMetadata(schema: schema.elements, rowCount: slots, rowGroups: [group]).encode(to: &footer)
    let footerBytes = footer.freeze()
    file.append(footerBytes)
    file.append(UInt32(footerBytes.count))
    file.append(Bytes(copying: Array("PAR1".utf8)))
    let reader = try ParquetReader(MemorySource(file.freeze()), limits: limits)
    let batch = try #require(try reader.batches(batchRows: 1000).next())
    #expect(batch.rowCount == 1000)
    #expect(batch.columns[0].values.count == 0)
    let error = thrownError { () throws(ParquetError) in try reader.read(rowGroup: 0) }
    #expect(error?.code == .limitExceeded)
  }
}
