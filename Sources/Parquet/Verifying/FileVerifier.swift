/// Holds a file against the rules of the format and against itself: reads every page of every column
/// and compares what it finds with what headers and footer say.
public struct FileVerifier {
  private let reader: ParquetReader
  private let report: (ParquetError) -> Void
  private let progress: (_ rowCount: Int, _ byteCount: Int) throws(ParquetError) -> Void

  /// Verifies the file in `source`.
  ///
  /// - Parameters:
  ///   - source: the file.
  ///   - limits: how much memory the file may ask for.
  ///   - progress: told, after each column chunk, of the rows and stored bytes behind it; what it
  ///     throws ends the work.
  ///   - report: given each fault, with where it is.
  /// - Throws: what `progress` throws; faults are reported, not thrown.
  public static func verify(
    _ source: any ByteSource, limits: ReaderLimits = ReaderLimits(),
    progress: (_ rowCount: Int, _ byteCount: Int) throws(ParquetError) -> Void = {
      (_, _) throws(ParquetError) in
    },
    report: (ParquetError) -> Void
  ) throws(ParquetError) {
    let name = source.name
    try withoutActuallyEscaping(report) { (report) throws(ParquetError) in
      try withoutActuallyEscaping(progress) { (progress) throws(ParquetError) in
        let reader: ParquetReader
        do throws(ParquetError) {
          reader = try ParquetReader(source, limits: limits)
        } catch {
          return report(error.adding(file: name))
        }
        let verifier = FileVerifier(
          reader: reader, report: { report($0.adding(file: name)) }, progress: progress)
        try verifier.verify()
      }
    }
  }

  private func verify() throws(ParquetError) {
    verifyStart()
    verifyColumnOrders()
    verifyPlaces()
    var rows = 0
    var bytes = 0
    for (index, group) in reader.metadata.rowGroups.enumerated() {
      verifyTotals(group, index)
      for leaf in reader.schema.leaves {
        verifyChunk(leaf, rowGroup: index)
        let stored = group.columns[leaf.index].metadata?.totalCompressedByteCount ?? 0
        bytes = bytes.addingReportingOverflow(stored).partialValue
        try progress(rows, bytes)
      }
      rows += group.rowCount
      try progress(rows, bytes)
    }
  }

  // MARK: The file

  private func verifyStart() {
    do throws(ParquetError) {
      let start = try reader.source.read(0..<Footer.magic.count)
      if start.array() != Footer.magic {
        report(malformed("does not begin with PAR1").adding(byteOffset: 0))
      }
    } catch {
      report(error)
    }
  }

  private func verifyColumnOrders() {
    guard let orders = reader.metadata.columnOrders else { return }
    if orders.count != reader.schema.leaves.count {
      report(
        malformed("has \(orders.count) column orders for \(reader.schema.leaves.count) columns"))
    }
  }

  /// Column chunks lie within the data, none over another.
  private func verifyPlaces() {
    var places: [(range: Range<Int>, rowGroup: Int, leaf: Leaf)] = []
    for (index, group) in reader.metadata.rowGroups.enumerated() {
      for leaf in reader.schema.leaves {
        guard let column = group.columns[leaf.index].metadata else { continue }
        let start = column.firstPageOffset
        let (end, overflow) = start.addingReportingOverflow(column.totalCompressedByteCount)
        // What leaves the file is reported where the chunk is read.
        guard !overflow, end <= reader.footerOffset, start < end else { continue }
        if start < Footer.magic.count {
          report(
            malformed("the column chunk begins at byte \(start), within the magic")
              .adding(rowGroup: index, column: leaf.path.description))
        }
        places.append((start..<end, index, leaf))
      }
    }
    places.sort { $0.range.lowerBound < $1.range.lowerBound }
    for (before, after) in zip(places, places.dropFirst())
    where before.range.upperBound > after.range.lowerBound {
      report(
        malformed(
          "the column chunk begins at byte \(after.range.lowerBound), within that of"
            + " \(before.leaf.path) in row group \(before.rowGroup)"
        ).adding(rowGroup: after.rowGroup, column: after.leaf.path.description))
    }
  }

  // MARK: A row group

  private func verifyTotals(_ group: RowGroupMetadata, _ index: Int) {
    func compare(_ what: String, _ stated: Int?, _ count: (ColumnMetadata) -> Int) {
      guard let stated else { return }
      var sum = 0
      for chunk in group.columns {
        guard let metadata = chunk.metadata else { return }
        let (next, overflow) = sum.addingReportingOverflow(count(metadata))
        guard !overflow else {
          return report(malformed("\(what) overflows").adding(rowGroup: index))
        }
        sum = next
      }
      if sum != stated {
        report(
          malformed("\(what) is \(stated); the columns add up to \(sum)").adding(rowGroup: index))
      }
    }
    compare("total_byte_size", group.totalByteCount, \.totalUncompressedByteCount)
    compare(
      "total_compressed_size", group.totalCompressedByteCount, \.totalCompressedByteCount)
    if let ordinal = group.ordinal, Int(ordinal) != index {
      report(malformed("its ordinal is \(ordinal)").adding(rowGroup: index))
    }
    if let offset = group.fileOffset, offset > 0, let first = group.columns.first?.metadata,
      offset != first.firstPageOffset
    {
      report(
        malformed(
          "file_offset is \(offset); the first page is at byte \(first.firstPageOffset)"
        ).adding(rowGroup: index))
    }
    for key in group.sortingColumns
    where !reader.schema.leaves.indices.contains(key.columnIndex) {
      report(
        malformed("sorted by column \(key.columnIndex), which is none").adding(rowGroup: index))
    }
  }

  private func verifyChunk(_ leaf: Leaf, rowGroup: Int) {
    let path = leaf.path.description
    func place(_ error: ParquetError) { report(error.adding(rowGroup: rowGroup, column: path)) }
    let chunk = reader.metadata.rowGroups[rowGroup].columns[leaf.index]
    do throws(ParquetError) {
      let metadata = try chunk.readableMetadata(leaf: leaf)
      if metadata.path != leaf.path.components {
        place(malformed("path_in_schema is \(metadata.path.joined(separator: "."))"))
      }
      let order = reader.metadata.columnOrders.flatMap {
        $0.indices.contains(leaf.index) ? $0[leaf.index] : nil
      }
      var verifier = ChunkVerifier(
        leaf: leaf, metadata: metadata, boundsHaveMeaning: order == .typeDefined, report: place)
      verifier.verifyPages(try reader.pages(rowGroup: rowGroup, column: leaf.index))
      try verifier.verifyValues(
        RowGroupReader(reader, rowGroup: rowGroup, leaves: [leaf.index]),
        rowCount: reader.metadata.rowGroups[rowGroup].rowCount)
    } catch {
      place(error)
    }
  }

  private func malformed(_ message: String) -> ParquetError {
    ParquetError(.malformedFile, message)
  }
}
