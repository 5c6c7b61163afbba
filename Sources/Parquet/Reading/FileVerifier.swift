/// Reads everything in a file and holds what the file says of itself against what is in it: magic,
/// footer, checksums, levels, dictionary indices, text, statistics, page index, size statistics, bloom
/// filters, encodings and totals.
public struct FileVerifier {
  private let source: any ByteSource
  private let limits: ReaderLimits
  private let decryption: DecryptionOptions?

  /// A verifier of the file in `source`; `decryption` gives the keys of an encrypted one. A column whose key
  /// is not at hand is a fault, as nothing is known of what is in it.
  public init(
    _ source: any ByteSource, limits: ReaderLimits = ReaderLimits(),
    decryption: DecryptionOptions? = nil
  ) {
    self.source = source
    self.limits = limits
    self.decryption = decryption
  }

  /// What is wrong with the file, in the order of its columns; nothing where all is well.
  ///
  /// - Parameter progress: told, after each column chunk, of the rows and the stored bytes that are
  ///   behind; what it throws ends the work.
  /// - Returns: one error a fault, each with row group, column, page and byte offset where they are
  ///   known.
  /// - Throws: ``ParquetError`` with code `inputOutput` where the file cannot be read at all.
  public func verify(
    progress: (_ rowCount: Int, _ byteCount: Int) throws(ParquetError) -> Void = {
      (_, _) throws(ParquetError) in
    }
  ) throws(ParquetError) -> [ParquetError] {
    let reader: ParquetReader
    do throws(ParquetError) {
      reader = try ParquetReader(source, limits: limits, decryption: decryption)
    } catch {
      if error.code == .inputOutput { throw error }
      return [error]
    }
    var faults = try faultsOfFrame(reader) + faultsOfPlaces(reader)
    var byteCount = 0
    for rowGroup in reader.metadata.rowGroups.indices {
      let rows = reader.rows(ofRowGroup: rowGroup)
      faults += try faultsOfRowGroup(reader, rowGroup) { (bytes) throws(ParquetError) in
        byteCount += bytes
        try progress(rows.lowerBound, byteCount)
      }
      try progress(rows.upperBound, byteCount)
    }
    return faults.map { $0.adding(file: source.name) }
  }

  private func faultsOfFrame(_ reader: ParquetReader) throws(ParquetError) -> [ParquetError] {
    var faults: [ParquetError] = []
    let magic = reader.isFooterEncrypted ? FooterDecryption.magic : Footer.magic
    if try source.readAll(0..<4).array() != magic {
      let name = String(decoding: magic, as: UTF8.self)
      faults.append(
        ParquetError(.malformedFile, "the file does not begin with \(name)").adding(byteOffset: 0))
    }
    let metadata = reader.metadata
    if metadata.version != 1, metadata.version != 2 {
      faults.append(ParquetError(.malformedFile, "the footer's version is \(metadata.version)"))
    }
    if metadata.rowCount != reader.rowCount {
      faults.append(
        ParquetError(
          .malformedFile,
          "num_rows is \(metadata.rowCount); the row groups have \(reader.rowCount)"))
    }
    if let orders = metadata.columnOrders, orders.count != reader.schema.leaves.count {
      faults.append(
        ParquetError(
          .malformedFile,
          "the footer has \(orders.count) column orders for \(reader.schema.leaves.count) columns"))
    }
    return faults
  }

  /// Column chunks that lie one over another.
  private func faultsOfPlaces(_ reader: ParquetReader) -> [ParquetError] {
    var places: [(range: Range<Int>, rowGroup: Int, path: ColumnPath)] = []
    for index in reader.metadata.rowGroups.indices {
      for leaf in reader.schema.leaves {
        // Metadata that cannot be had is a fault of its own.
        guard let column = try? reader.columnMetadata(rowGroup: index, column: leaf.index) else {
          continue
        }
        let start = column.firstPageOffset
        let (end, overflow) = start.addingReportingOverflow(column.totalCompressedByteCount)
        // A chunk that leaves the file is a fault of its own.
        if !overflow, start < end { places.append((start..<end, index, leaf.path)) }
      }
    }
    places.sort { $0.range.lowerBound < $1.range.lowerBound }
    return zip(places, places.dropFirst()).compactMap { before, after in
      guard after.range.lowerBound < before.range.upperBound else { return nil }
      return ParquetError(
        .malformedFile,
        "the column chunk begins at \(after.range.lowerBound), within that of \(before.path) in"
          + " row group \(before.rowGroup)"
      ).adding(rowGroup: after.rowGroup, column: after.path.description)
    }
  }

  private func faultsOfRowGroup(
    _ reader: ParquetReader, _ index: Int,
    progress: (_ byteCount: Int) throws(ParquetError) -> Void
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
      try progress(verifier.compressedByteCount)
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
    let first =
      group.columns.isEmpty
      ? nil : try reader.columnMetadata(rowGroup: index, column: 0)?.firstPageOffset
    if let offset = group.fileOffset, offset != 0, let first, offset != first {
      fault("file_offset is \(offset); the first page lies at \(first)")
    }
    if let ordinal = group.ordinal, Int(ordinal) != index { fault("the ordinal is \(ordinal)") }
    for key in group.sortingColumns where !reader.schema.leaves.indices.contains(key.columnIndex) {
      fault("is sorted by column \(key.columnIndex), which there is not")
    }
    // Pages with faults were left above; what is read here can be.
    if let (row, column) = try SortingVerifier(reader, rowGroup: index).firstMisplacedRow() {
      faults.append(
        ParquetError(.malformedFile, "sorting_columns says the rows are sorted; this one is not")
          .adding(rowGroup: index, column: column, row: row))
    }
    return faults
  }
}
