import Testing

@testable import Parquet

/// What is read from one file never has more memory alive than ``ReaderLimits/totalBytes`` says.
@Suite struct MemoryLimitTests {
  private func limits(totalBytes: Int?) -> ReaderLimits {
    var limits = ReaderLimits()
    limits.totalBytes = totalBytes
    return limits
  }

  /// A file of 400 000 rows that compresses well: 3.2 MB of numbers and 40 MB of text.
  private func compressible(_ encoding: WriterOptions.EncodingChoice) throws -> Bytes {
    let schema = try Schema([SchemaField("x", .int64), .string("text", .optional)])
    var options = WriterOptions()
    options.compression = .zstd(level: 1)
    options.encoding = encoding
    let builder = ColumnBatchBuilder(schema: schema)
    let text = String(repeating: "0123456789", count: 10)
    var batches: [ColumnBatch] = []
    for part in 0..<8 {
      for row in 0..<50_000 {
        builder.leaf(0).append(Int64(row / 1000))
        if row % 10 == part { builder.leaf(1).appendNull() } else { builder.leaf(1).append(text) }
      }
      batches.append(try builder.finish())
    }
    return try written(schema, options, batches)
  }

  @Test func defaultFollowsTheFile() {
    #expect(ReaderLimits().totalBytes == nil)
    #expect(ReaderLimits().total(fileByteCount: 1000) == (64 << 20) + 64_000)
    #expect(ReaderLimits().total(fileByteCount: Int.max) > Int.max / 4)
    #expect(limits(totalBytes: 7).total(fileByteCount: 1000) == 7)
  }

  @Test(arguments: [WriterOptions.EncodingChoice.always(.plain), .automatic])
  func whatIsAliveCounts(_ encoding: WriterOptions.EncodingChoice) throws {
    let file = try compressible(encoding)
    // Far less than what all pages or all batches have together, most of which is kept here.
    let limit = 16 << 20
    let reader = try ParquetReader(MemorySource(file), limits: limits(totalBytes: limit))
    let before = reader.memory.usedByteCount
    var kept: [ColumnBatch] = []
    do {
      let batches = reader.batches(batchRows: 20_000)
      while let batch = try batches.next() {
        kept.append(batch)
        #expect(reader.memory.usedByteCount <= limit)
      }
    }
    #expect(kept.reduce(0) { $0 + $1.rowCount } == 400_000)
    // The dictionaries that batches share stay counted until they go.
    #expect(reader.memory.usedByteCount < before + 1 << 20)
    kept = []
    #expect(reader.memory.usedByteCount == before)
    var rows = 0
    let filtered = try reader.batches(filter: .not(.isNull(ColumnPath(["text"]))))
    while let batch = try filtered.next() { rows += batch.rowCount }
    #expect(rows == 360_000)
  }

  @Test func aTightLimitIsAnErrorOrChangesNothing() throws {
    let file = try compressible(.always(.plain))
    let expected = try ParquetReader(MemorySource(file)).read(rowGroup: 0, rows: 0..<30_000).slots
    var outcomes: Set<Bool> = []
    var total = 100
    while total < 64 << 20 {
      do throws(ParquetError) {
        let reader = try ParquetReader(MemorySource(file), limits: limits(totalBytes: total))
        let read = try reader.read(rowGroup: 0, rows: 0..<30_000)
        #expect(read.slots == expected)
        outcomes.insert(true)
      } catch {
        #expect(error.code == .limitExceeded)
        #expect(error.message.contains("\(total) bytes") && error.message.contains("totalBytes"))
        outcomes.insert(false)
      }
      total *= 3
    }
    #expect(outcomes == [false, true])
  }

  /// A page of a few bytes that says it decompresses to half a gigabyte.
  @Test(arguments: [CompressionCodec.snappy, .gzip, .zstd])
  func aPageThatSaysItIsLarge(codec: CompressionCodec) throws {
    let file = try ForgedFile(
      Schema([SchemaField("x", .int64)]), codec: codec, valueCount: 1 << 26, body: [1, 2, 3],
      uncompressedByteCount: 1 << 29
    ).bytes
    let error = thrownError { () throws(ParquetError) in
      try ParquetReader(MemorySource(file)).read(rowGroup: 0, rows: 0..<1)
    }
    #expect(error?.code == .limitExceeded)
    #expect(error?.message.contains("totalBytes") == true)
    let faults = try FileVerifier(MemorySource(file)).verify()
    #expect(faults.map(\.code) == [.limitExceeded])
    let raised = thrownError { () throws(ParquetError) in
      try ParquetReader(MemorySource(file), limits: limits(totalBytes: 1 << 30))
        .read(rowGroup: 0, rows: 0..<1)
    }
    #expect(raised?.code == .malformedFile)
  }

  /// A row group without values whose footer says that it has hundreds of millions of rows.
  @Test func manyNullsAtOnce() throws {
    let slots = 1 << 30
    // A run of 2^30 nulls.
    let file = try ForgedFile(
      Schema([SchemaField("x", .int64, .optional)]), codec: .uncompressed, valueCount: slots,
      body: [6, 0, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x08, 0]
    ).bytes
    let reader = try ParquetReader(MemorySource(file))
    let error = thrownError { () throws(ParquetError) in try reader.read(rowGroup: 0) }
    #expect(error?.code == .limitExceeded)
    let batch = try #require(try reader.batches().next())
    #expect(batch.rowCount == 65_536)
  }

  /// Structs in memory are larger than the few bytes that a footer can have them in.
  @Test func aFooterOfManySmallStructs() throws {
    var footer = CompactWriter()
    FileMetadata(
      schema: try Schema([SchemaField("x", .int32)]).elements, rowCount: 0, rowGroups: []
    ).encode(to: &footer)
    // Every row group is a list without columns and two zeros.
    var bytes = Array(footer.freeze().array().dropLast())
    let groups = 2_000_000
    // The list of row groups comes last, empty so far.
    bytes[bytes.count - 1] = 0xFC
    var count = groups
    while count >= 0x80 {
      bytes.append(UInt8(count & 0x7F) | 0x80)
      count >>= 7
    }
    bytes.append(UInt8(count))
    for _ in 0..<groups { bytes += [0x19, 0x0C, 0x16, 0, 0x16, 0, 0] }
    bytes.append(0)
    var file = Array("PAR1".utf8) + bytes
    unsafe withUnsafeBytes(of: UInt32(bytes.count)) { unsafe file += Array($0) }
    file += Array("PAR1".utf8)
    let error = thrownError { () throws(ParquetError) in
      try ParquetReader(MemorySource(Bytes(copying: file)), limits: limits(totalBytes: 100 << 20))
    }
    #expect(error?.code == .limitExceeded, "\(String(describing: error))")
  }

  /// A table so wide that 65 536 rows of it are more than the limit reads all the same, by smaller
  /// batches, although it compresses to almost nothing.
  @Test func wideTablesAreReadInSmallerBatches() throws {
    let schema = try Schema((0..<60).map { SchemaField("c\($0)", .int64, .optional) })
    let rows = 70_000
    var options = WriterOptions()
    options.compression = .zstd(level: 1)
    let builder = ColumnBatchBuilder(schema: schema)
    for _ in 0..<rows / 1000 {
      for leaf in 0..<60 { for _ in 0..<1000 { builder.leaf(leaf).append(Int64(leaf)) } }
    }
    let file = try written(schema, options, [try builder.finish()])
    let reader = try ParquetReader(MemorySource(file), limits: limits(totalBytes: 8 << 20))
    var read = 0
    let batches = reader.batches()
    while let batch = try batches.next() { read += batch.rowCount }
    #expect(read == rows)
    let filtered = try reader.batches(filter: .not(.isNull(ColumnPath(["c3"]))))
    var kept = 0
    while let batch = try filtered.next() { kept += batch.rowCount }
    #expect(kept == rows)
  }
}

/// A file of one column chunk and one data page whose headers say what they are told to.
struct ForgedFile {
  let bytes: Bytes

  init(
    _ schema: Schema, codec: CompressionCodec, encoding: Encoding = .plain, valueCount: Int,
    body: [UInt8], uncompressedByteCount: Int? = nil
  ) throws {
    let leaf = schema.leaves[0]
    let page = PageHeader(
      type: .dataPage, uncompressedByteCount: uncompressedByteCount ?? body.count,
      compressedByteCount: body.count,
      dataPage: DataPageHeader(valueCount: valueCount, encoding: encoding))
    var header = CompactWriter()
    page.encode(to: &header)
    var file = Array("PAR1".utf8) + header.freeze().array()
    file += body
    let total = file.count - 4
    let column = ColumnMetadata(
      type: PhysicalTypeID(leaf.physicalType), encodings: [.rle, encoding],
      path: leaf.path.components, codec: codec, valueCount: valueCount,
      totalUncompressedByteCount: total, totalCompressedByteCount: total, dataPageOffset: 4)
    let group = RowGroupMetadata(
      columns: [ColumnChunk(metadata: column)], totalByteCount: total, rowCount: valueCount)
    var footer = CompactWriter()
    FileMetadata(schema: schema.elements, rowCount: valueCount, rowGroups: [group])
      .encode(to: &footer)
    let footerBytes = footer.freeze().array()
    file += footerBytes
    for shift in [0, 8, 16, 24] {
      file.append(UInt8(truncatingIfNeeded: footerBytes.count >> shift))
    }
    bytes = Bytes(copying: file + Array("PAR1".utf8))
  }
}
