extension ParquetWriter {
  /// Puts a row group of another file of the same schema behind the rows taken so far, without decoding
  /// its pages: encodings and codecs stay what they are, whatever the options say.
  ///
  /// The row group in progress is closed first. Statistics, page indexes, bloom filters, size statistics,
  /// sorting columns and the column chunks' own key-values come along; bounds of another column order than
  /// this file's do not, nor deprecated bounds that not all readers take to mean the same. A row group
  /// without rows is left out. Values are not looked at: a checksum that does not hold, counts, offsets or
  /// indexes that contradict the pages are errors, damage within a page that carries no checksum is not
  /// found (``FileVerifier`` finds it).
  ///
  /// - Parameters:
  ///   - index: the row group's number.
  ///   - reader: the other file.
  /// - Throws: ``ParquetError`` with code `schemaMismatch` where the schemas differ, with what does;
  ///   `malformedFile` where the other file contradicts itself; `unsupportedFeature` where it is encrypted
  ///   or its pages lie in yet another file. The writer is of no use afterwards but to ``abandon()``.
  public func append(rowGroup index: Int, of reader: ParquetReader) throws(ParquetError) {
    let name = reader.source.name
    guard reader.metadata.rowGroups.indices.contains(index) else {
      throw ParquetError(
        .invalidArgument,
        "there is no row group \(index): the file has \(reader.metadata.rowGroups.count)"
      ).adding(file: name)
    }
    if let difference = reader.schema.difference(from: storedSchema) {
      throw ParquetError(.schemaMismatch, "has another schema: \(difference)").adding(file: name)
    }
    try closeRowGroup()
    let group = reader.metadata.rowGroups[index]
    guard group.rowCount > 0 else { return }
    try splice(rowCount: group.rowCount) { (output, ordinal, options) throws(ParquetError) in
      do throws(ParquetError) {
        return try reader.splice(rowGroup: index, into: output, ordinal: ordinal, options)
      } catch {
        throw error.context.file == nil ? error.adding(file: name, rowGroup: index) : error
      }
    }
  }
}

extension ParquetReader {
  /// Copies the pages of a row group to `output`.
  fileprivate func splice(
    rowGroup index: Int, into output: CountingOutput, ordinal: Int, _ options: WriterOptions
  ) throws(ParquetError) -> (metadata: RowGroupMetadata, indexes: RowGroupIndexes) {
    var result = metadata.rowGroups[index]
    result.fileOffset = output.byteCount
    result.totalByteCount = 0
    result.ordinal = Int16(exactly: ordinal)
    result.sortingColumns.removeAll { !schema.leaves.indices.contains($0.columnIndex) }
    var splices: [ChunkSplice] = []
    var compressed = 0
    for leaf in schema.leaves {
      do throws(ParquetError) {
        let splice = try ChunkSplice(
          self, rowGroup: index, leaf, order: options.columnOrder(of: leaf), to: output)
        let (sum, overflow) = result.totalByteCount.addingReportingOverflow(
          splice.metadata.totalUncompressedByteCount)
        guard !overflow else {
          throw ParquetError(.malformedFile, "the sizes of the column chunks overflow")
        }
        result.totalByteCount = sum
        compressed += splice.metadata.totalCompressedByteCount
        splices.append(splice)
      } catch {
        throw error.adding(column: leaf.path.description)
      }
    }
    result.totalCompressedByteCount = compressed
    // After the group's pages, as the writer's own row groups have them (rule B3).
    for index in splices.indices {
      guard let filter = splices[index].bloomFilter else { continue }
      splices[index].setBloomFilter(offset: output.byteCount, byteCount: filter.count)
      try filter.withBytes { (span) throws(ParquetError) in try output.write(span) }
    }
    result.columns = try ColumnChunks(
      packing: splices.lazy.map { ColumnChunk(metadata: $0.metadata) })
    var indexes = RowGroupIndexes.Joiner()
    for splice in splices { indexes.append(splice.indexes) }
    return (result, indexes.finish())
  }
}
