import Testing

@testable import Parquet

/// Row groups of other files, joined without decoding.
@Suite struct SplicingTests {
  private func schema() throws -> Schema {
    try Schema([
      SchemaField("number", .int32, .optional, fieldID: 3), .string("text", .optional),
      .list("list", .optional, of: .string("x", .optional)),
    ])
  }

  private func file(_ seed: UInt64, rows: Int, _ change: (inout WriterOptions) -> Void = { _ in })
    throws -> (bytes: Bytes, batch: ColumnBatch)
  {
    var random = RandomRows(seed: seed)
    random.distinctValues = 9
    var options = WriterOptions()
    options.pageRows = 7
    options.rowGroupRows = 20
    options.bloomColumns = ["text"]
    change(&options)
    let batch = try random.batch(schema(), count: rows)
    return (try written(schema(), options, [batch]), batch)
  }

  private func join(_ files: [Bytes], limits: ReaderLimits = ReaderLimits()) throws -> Bytes {
    let sink = MemorySink()
    let writer = try ParquetWriter(sink, schema: schema())
    for file in files {
      let reader = try ParquetReader(MemorySource(file), limits: limits)
      for index in reader.metadata.rowGroups.indices {
        try writer.append(rowGroup: index, of: reader)
      }
    }
    _ = try writer.finish()
    return sink.bytes
  }

  @Test func betweenRowsOfOnesOwn() throws {
    let (other, otherRows) = try file(1, rows: 50)
    let (_, rows) = try file(2, rows: 30)
    let sink = MemorySink()
    let writer = try ParquetWriter(sink, schema: schema())
    let reader = try ParquetReader(MemorySource(other))
    try writer.write(rows)
    for index in reader.metadata.rowGroups.indices {
      try writer.append(rowGroup: index, of: reader)
    }
    try writer.write(rows)
    let result = try writer.finish()
    #expect(result.rowCount == 110)
    #expect(result.metadata.rowGroups.map(\.rowCount) == [30, 20, 20, 10, 30])
    #expect(result.metadata.rowGroups.map(\.ordinal) == [0, 1, 2, 3, 4])
    #expect(try FileVerifier(MemorySource(sink.bytes)).verify().isEmpty)
    let joined = try ParquetReader(MemorySource(sink.bytes))
    var slots = [[Slot]](repeating: [], count: 3)
    let batches = joined.batches()
    while let batch = try batches.next() {
      for (i, column) in batch.slots.enumerated() { slots[i] += column }
    }
    for i in slots.indices {
      #expect(slots[i] == rows.slots[i] + otherRows.slots[i] + rows.slots[i])
    }
  }

  @Test func whatTheFooterSaidIsKept() throws {
    let (bytes, _) = try file(3, rows: 40) { options in
      options.columnKeyValues = [ColumnPath(["text"]): [KeyValue("unit", "none")]]
      options.compression = .gzip()
      options.pageVersion = .v2
    }
    let before = try ParquetReader(MemorySource(bytes)).metadata
    // In front of it stands another group, so that every offset moves.
    let after = try ParquetReader(MemorySource(join([file(4, rows: 5).bytes, bytes]))).metadata
    for (group, old) in zip(after.rowGroups.dropFirst(), before.rowGroups) {
      #expect(group.rowCount == old.rowCount)
      #expect(group.totalByteCount == old.totalByteCount)
      #expect(group.totalCompressedByteCount == old.totalCompressedByteCount)
      #expect(group.columns[1].metadata?.keyValues == [KeyValue("unit", "none")])
      for (chunk, oldChunk) in zip(group.columns, old.columns) {
        let (new, old) = (try #require(chunk.metadata), try #require(oldChunk.metadata))
        #expect(new.statistics == old.statistics)
        #expect(new.sizeStatistics == old.sizeStatistics)
        #expect(new.encodings == old.encodings)
        #expect(new.encodingStatistics == old.encodingStatistics)
        #expect(new.codec == old.codec)
        #expect(new.valueCount == old.valueCount)
        #expect(new.bloomFilterByteCount == old.bloomFilterByteCount)
        #expect(new.dataPageOffset > old.dataPageOffset)
        #expect(chunk.columnIndexByteCount == oldChunk.columnIndexByteCount)
      }
    }
  }

  /// Bounds mean what the column order says: those of a file that says nothing are not carried over.
  @Test func boundsWithoutAnOrder() throws {
    let reader = try ParquetReader(MemorySource(file(5, rows: 10).bytes))
    var metadata = reader.metadata
    metadata.columnOrders = nil
    let pages = try reader.source.read(0..<reader.footerOffset)
    var footer = CompactWriter(capacity: 1024)
    metadata.encode(to: &footer)
    let end = footer.freeze()
    let bytes =
      pages.array() + end.array()
      + (0..<4).map { UInt8(truncatingIfNeeded: end.count >> (8 * $0)) } + Array("PAR1".utf8)
    let joined = try ParquetReader(MemorySource(join([Bytes(copying: bytes)]))).metadata
    for (leaf, chunk) in zip(try schema().leaves, joined.rowGroups[0].columns) {
      let statistics = try #require(chunk.metadata?.statistics)
      #expect(statistics.minimum == nil)
      #expect(statistics.maximum == nil)
      #expect(statistics.nullCount != nil)
      #expect((statistics.deprecatedMinimum != nil) == (leaf.physicalType == .int32))
      #expect(chunk.columnIndexOffset == nil)
      #expect(chunk.offsetIndexOffset != nil)
    }
  }

  /// A byte changed anywhere: the file is refused, or what is made of it opens and is read or refused.
  @Test func damagedAnywhere() throws {
    let file = try file(6, rows: 24).bytes.array()
    var limits = ReaderLimits()
    limits.pageBytes = 1 << 20
    limits.dictionaryBytes = 1 << 20
    limits.columnBytes = 1 << 20
    var refused = 0
    for place in file.indices {
      for flip in [0xFF, 0x01] as [UInt8] {
        var bytes = file
        bytes[place] ^= flip
        guard let joined = try? join([Bytes(copying: bytes)], limits: limits) else {
          refused += 1
          continue
        }
        _ = try FileVerifier(MemorySource(joined), limits: limits).verify()
      }
    }
    #expect(refused > file.count / 2)
  }

  @Test func writersThatCannot() throws {
    let other = try Schema([SchemaField("number", .int32)])
    let reader = try ParquetReader(MemorySource(file(7, rows: 3).bytes))
    let writer = try ParquetWriter(MemorySink(), schema: other)
    let error = #expect(throws: ParquetError.self) { try writer.append(rowGroup: 0, of: reader) }
    #expect(error?.code == .schemaMismatch)
    #expect(
      error?.description
        == "memory: has another schema: number is optional INT32 = 3, in the other required INT32")
    #expect(throws: ParquetError.self) { try writer.append(rowGroup: 1, of: reader) }
  }
}
