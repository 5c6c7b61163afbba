/// A row group whose columns are encoded, and that waits to be written.
struct EncodedRowGroup {
  fileprivate var chunks: [EncodedChunk?]
  private let rowCount: Int
  /// The number of the group in the file.
  private let ordinal: Int

  init(chunks: [EncodedChunk?], rowCount: Int, ordinal: Int) {
    self.chunks = chunks
    self.rowCount = rowCount
    self.ordinal = ordinal
  }

  /// Writes the group's pages to `output`, and frees them.
  mutating func write(
    to output: CountingOutput
  ) throws(ParquetError) -> (metadata: RowGroupMetadata, indexes: RowGroupIndexes) {
    let offset = output.byteCount
    var metadata = RowGroupMetadata(columns: [], totalByteCount: 0, rowCount: rowCount)
    var compressed = 0
    // Metadata and indexes wait for the end of the file, so they are kept in the form of the file.
    var packer = ColumnChunkPacker()
    var indexes = RowGroupIndexes.Joiner()
    var filters: [Int: [Bytes]] = [:]
    var encryptors: [Int: ChunkEncryptor] = [:]
    for index in chunks.indices {
      guard let chunk = chunks[index] else { continue }
      // The pages are freed as soon as they are written.
      chunks[index] = nil
      let (column, offsets) = try chunk.write(to: output)
      let filter = try chunk.storedBloomFilter
      if !filter.isEmpty { filters[index] = filter }
      encryptors[index] = chunk.encryptor
      indexes.append(try ChunkIndexes(chunk, pageOffsets: offsets))
      metadata.totalByteCount += column.totalUncompressedByteCount
      compressed += column.totalCompressedByteCount
      try packer.append(ColumnChunk(metadata: column))
    }
    metadata.columns = packer.finish()
    if !filters.isEmpty || !encryptors.isEmpty {
      metadata.columns = try metadata.columns.packed { (index, chunk) throws(ParquetError) in
        guard var column = chunk.metadata else { return }
        // After the group's pages: no filter waits for the end of the file (rule B3).
        if let filter = filters.removeValue(forKey: index) {
          column.bloomFilterOffset = output.byteCount
          for bytes in filter {
            try bytes.withBytes { (span) throws(ParquetError) in try output.write(span) }
          }
          column.bloomFilterByteCount = output.byteCount - (column.bloomFilterOffset ?? 0)
        }
        chunk = try encryptors[index]?.columnChunk(column) ?? ColumnChunk(metadata: column)
      }
    }
    metadata.fileOffset = offset
    metadata.totalCompressedByteCount = compressed
    metadata.ordinal = Int16(exactly: ordinal)
    return (metadata, indexes.finish())
  }
}
