/// Reads everything in a file and holds what the file says of itself against what is in it: magic,
/// footer, checksums, levels, dictionary indices, text, statistics, page index, size statistics,
/// encodings and totals.
public struct FileVerifier {
  private let source: any ByteSource
  private let limits: ReaderLimits

  /// A verifier of the file in `source`.
  public init(_ source: any ByteSource, limits: ReaderLimits = ReaderLimits()) {
    self.source = source
    self.limits = limits
  }

  /// What is wrong with the file, in the order of its columns; nothing where all is well.
  ///
  /// - Returns: one error a fault, each with row group, column, page and byte offset where they are
  ///   known.
  /// - Throws: ``ParquetError`` with code `inputOutput` where the file cannot be read at all.
  public func verify() throws(ParquetError) -> [ParquetError] {
    let reader: ParquetReader
    do throws(ParquetError) {
      reader = try ParquetReader(source, limits: limits)
    } catch {
      if error.code == .inputOutput { throw error }
      return [error]
    }
    var faults = try faultsOfFrame(reader)
    for rowGroup in reader.metadata.rowGroups.indices {
      faults += try faultsOfRowGroup(reader, rowGroup)
    }
    return faults.map { $0.adding(file: source.name) }
  }

  private func faultsOfFrame(_ reader: ParquetReader) throws(ParquetError) -> [ParquetError] {
    var faults: [ParquetError] = []
    if try source.read(0..<4).array() != Footer.magic {
      faults.append(
        ParquetError(.malformedFile, "the file does not begin with PAR1").adding(byteOffset: 0))
    }
    let metadata = reader.metadata
    if metadata.version != 1, metadata.version != 2 {
      faults.append(ParquetError(.malformedFile, "the footer's version is \(metadata.version)"))
    }
    if let orders = metadata.columnOrders, orders.count != reader.schema.leaves.count {
      faults.append(
        ParquetError(
          .malformedFile,
          "the footer has \(orders.count) column orders for \(reader.schema.leaves.count) columns"))
    }
    return faults
  }

  private func faultsOfRowGroup(
    _ reader: ParquetReader, _ index: Int
  ) throws(ParquetError) -> [ParquetError] {
    let group = reader.metadata.rowGroups[index]
    var faults: [ParquetError] = []
    var uncompressed = 0
    var compressed = 0
    for leaf in reader.schema.leaves {
      var verifier = ChunkVerifier(reader, rowGroup: index, leaf: leaf)
      try verifier.verify()
      faults += verifier.faults.map {
        $0.adding(rowGroup: index, column: leaf.path.description)
      }
      uncompressed &+= verifier.uncompressedByteCount
      compressed &+= verifier.compressedByteCount
    }
    // The totals mean something only where every page was seen.
    guard faults.isEmpty else { return faults }
    func fault(_ message: String) {
      faults.append(ParquetError(.malformedFile, message).adding(rowGroup: index))
    }
    if group.totalByteCount != uncompressed {
      fault("total_byte_size is \(group.totalByteCount); the pages have \(uncompressed) bytes")
    }
    if let total = group.totalCompressedByteCount, total != compressed {
      fault("total_compressed_size is \(total); the pages have \(compressed) bytes")
    }
    let first = group.columns.compactMap { $0.metadata?.firstPageOffset }.first
    if let offset = group.fileOffset, offset != 0, let first, offset != first {
      fault("file_offset is \(offset); the first page lies at \(first)")
    }
    if let ordinal = group.ordinal, Int(ordinal) != index { fault("the ordinal is \(ordinal)") }
    for key in group.sortingColumns where !reader.schema.leaves.indices.contains(key.columnIndex) {
      fault("is sorted by column \(key.columnIndex), which there is not")
    }
    return faults
  }
}
