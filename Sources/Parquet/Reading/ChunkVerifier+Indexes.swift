extension ChunkVerifier {
  /// Holds the page index against the pages, where there is one.
  ///
  /// Specification: PageIndex.md; rules X1–X6.
  mutating func verifyIndexes(_ chunk: ReadableChunk) throws(ParquetError) {
    let place = chunk.place
    if let offsets: OffsetIndex = try index(
      chunk, .offsetIndex, place.offsetIndexOffset, place.offsetIndexByteCount)
    {
      verify(offsets)
    }
    if let columns: ColumnIndex = try index(
      chunk, .columnIndex, place.columnIndexOffset, place.columnIndexByteCount)
    {
      verify(columns)
    }
  }

  private mutating func index<T: CompactStruct>(
    _ chunk: ReadableChunk, _ kind: ModuleAddress.Kind, _ offset: Int?, _ byteCount: Int?
  ) throws(ParquetError) -> T? {
    let name = kind.name
    guard let offset, let byteCount else { return nil }
    guard offset >= 0, offset <= reader.footer.offset, byteCount <= reader.footer.offset - offset,
      byteCount <= reader.limits.footerBytes
    else {
      note("\(name) (\(byteCount) bytes from byte \(offset) on) leaves the file")
      return nil
    }
    let grant = MemoryGrant(reader.memory)
    try grant.extend(by: byteCount)
    let stored = try reader.source.readAll(offset..<offset + byteCount)
    do throws(ParquetError) {
      let bytes = try chunk.content(stored, kind, at: offset, within: reader.memory)
      var compact = CompactReader(bytes, baseOffset: offset, grant: grant)
      let value = try T(from: &compact)
      // A common writer encrypts what is left of its buffer, too.
      if compact.remaining != 0, chunk.decryptor == nil {
        note("\(name) has \(byteCount) bytes, of which \(compact.position) are used")
      }
      return value
    } catch {
      note("\(name): \(error.message)", byteOffset: error.context.byteOffset)
      return nil
    }
  }

  private mutating func verify(_ index: OffsetIndex) {
    guard index.pages.count == pages.count else {
      note("the offset index has \(index.pages.count) pages; there are \(pages.count)")
      return
    }
    for (number, (stated, page)) in zip(index.pages, pages).enumerated() {
      if stated.offset != page.offset || stated.compressedByteCount != page.byteCount {
        note(
          "the offset index says \(stated.compressedByteCount) bytes at \(stated.offset); the page "
            + "has \(page.byteCount) at \(page.offset)", page: number)
      }
      if stated.firstRow != page.firstRow {
        note(
          "the offset index says first row \(stated.firstRow); it is \(page.firstRow)", page: number
        )
      }
    }
    if let counts = index.unencodedByteArrayByteCounts,
      counts != pages.map(\.summary.byteArrayByteCount)
    {
      note("the offset index's unencoded_byte_array_data_bytes are not the pages'")
    }
  }

  private mutating func verify(_ index: ColumnIndex) {
    guard index.nullPages.count == pages.count, index.minimums.count == pages.count,
      index.maximums.count == pages.count, index.nullCounts?.count ?? pages.count == pages.count,
      index.nanCounts?.count ?? pages.count == pages.count
    else {
      note("the column index has not one entry for each of \(pages.count) pages")
      return
    }
    for (number, page) in pages.enumerated() {
      let isNull = page.summary.valueCount == 0
      if index.nullPages[number] != isNull {
        note("the column index says that the page is \(isNull ? "not " : "")null", page: number)
      }
      // The bounds of an index may be shortened and do not say so (rule X5).
      let statistics = Statistics(
        minimum: isNull ? nil : index.minimums[number],
        maximum: isNull ? nil : index.maximums[number],
        nullCount: index.nullCounts?[number], nanCount: index.nanCounts?[number])
      for fault in page.summary.faults(
        in: statistics, isText: leaf.logicalType?.isText ?? false)
      {
        note("the column index: \(fault)", page: number)
      }
    }
    if let histograms = index.repetitionLevelHistograms, !histograms.isEmpty,
      histograms != pages.flatMap(\.repetitionHistogram)
    {
      note("the column index's repetition_level_histograms are not the pages'")
    }
    if let histograms = index.definitionLevelHistograms, !histograms.isEmpty,
      histograms != pages.flatMap(\.definitionHistogram)
    {
      note("the column index's definition_level_histograms are not the pages'")
    }
    verifyBoundaryOrder(index)
  }

  private mutating func verifyBoundaryOrder(_ index: ColumnIndex) {
    guard let order, index.boundaryOrder != .unordered else { return }
    guard index.boundaryOrder == .ascending || index.boundaryOrder == .descending else {
      note("the column index has the boundary order \(index.boundaryOrder.rawValue)")
      return
    }
    let kept = pages.indices.filter { !index.nullPages[$0] }
    // Bounds of a wrong size were noted, and do not compare.
    guard let byteCount = order.byteCount,
      kept.contains(where: {
        index.minimums[$0].count != byteCount || index.maximums[$0].count != byteCount
      })
    else { return verifyBoundaryOrder(index, kept, order) }
  }

  private mutating func verifyBoundaryOrder(
    _ index: ColumnIndex, _ kept: [Int], _ order: ValueOrder
  ) {
    for bounds in [index.minimums, index.maximums] {
      for (before, after) in zip(kept, kept.dropFirst()) {
        let (a, b) =
          index.boundaryOrder == .ascending
          ? (bounds[before], bounds[after]) : (bounds[after], bounds[before])
        let falls = unsafe order.isLess(
          UnsafeRawBufferPointer(start: b.pointer, count: b.count),
          UnsafeRawBufferPointer(start: a.pointer, count: a.count))
        if falls {
          note("the column index is not \(index.boundaryOrder.name)", page: after)
          return
        }
      }
    }
  }
}
