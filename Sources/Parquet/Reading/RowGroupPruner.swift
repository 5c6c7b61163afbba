/// Finds the rows of a row group that a filter may keep, without reading them.
struct RowGroupPruner {
  let reader: ParquetReader
  let plan: FilterPlan

  /// Leaves out rows that cannot be kept.
  ///
  /// What the metadata says comes first, what must be read for it later; each means sees only the tests
  /// that the ones before could not decide.
  ///
  /// - Parameters:
  ///   - rowGroup: the row group's number.
  ///   - rows: the rows asked for, counted in the row group.
  ///   - dictionary: reads a leaf's dictionary.
  ///   - report: where it is counted what is passed over.
  /// - Returns: those of `rows` that may be kept.
  /// - Throws: ``ParquetError`` where the file cannot be read, or a dictionary is damaged.
  func candidates(
    rowGroup: Int, rows: Range<Int>,
    dictionary: (Leaf) throws(ParquetError) -> ColumnValues?, report: inout FilterReport
  ) throws(ParquetError) -> RowRanges {
    let group = reader.metadata.rowGroups[rowGroup]
    report.rowGroupCount += 1
    report.rowCount += rows.count
    let chunks = try chunks(rowGroup)
    var possible = plan.tests.map { mayPass($0, group, chunks[$0.leaf.index]?.metadata) }
    guard plan.mayPass(possible) else {
      report.rowGroupsSkippedByStatistics += 1
      return RowRanges()
    }
    try narrow(&possible) { (test) throws(ParquetError) in
      guard let metadata = chunks[test.leaf.index]?.metadata, metadata.isWhollyDictionary,
        let entries = try dictionary(test.leaf)
      else { return true }
      return test.passing(entries).setCount > 0
    }
    guard plan.mayPass(possible) else {
      report.rowGroupsSkippedByDictionary += 1
      return RowRanges()
    }
    try narrow(&possible) { (test) throws(ParquetError) in
      guard let chunk = chunks[test.leaf.index], !chunk.metadata.isWhollyDictionary,
        let hashes = test.hashes, let filter = try bloomFilter(chunk, test.leaf, rowGroup)
      else { return true }
      return hashes.contains(where: filter.mayContain)
    }
    guard plan.mayPass(possible) else {
      report.rowGroupsSkippedByBloomFilter += 1
      return RowRanges()
    }
    return try candidates(rowGroup, rows, possible, chunks, &report)
  }

  /// Asks `mayPass` of the tests that may still pass and depend on values.
  private func narrow(
    _ possible: inout [Bool], _ mayPass: (ValueTest) throws(ParquetError) -> Bool
  ) throws(ParquetError) {
    for (index, test) in plan.tests.enumerated() where possible[index] {
      switch test.form {
      case .isNull, .isPresent, .never: continue
      default: possible[index] = try mayPass(test)
      }
    }
  }

  /// The chunks of the tested leaves, without those of which this reader cannot tell what is in them: to
  /// read them is an error.
  private func chunks(_ rowGroup: Int) throws(ParquetError) -> [Int: ReadableChunk] {
    var chunks: [Int: ReadableChunk] = [:]
    for index in plan.leaves {
      do throws(ParquetError) {
        chunks[index] = try reader.chunk(rowGroup: rowGroup, leaf: reader.schema.leaves[index])
      } catch { if error.code == .limitExceeded { throw error } }
    }
    return chunks
  }

  private func bloomFilter(
    _ chunk: ReadableChunk, _ leaf: Leaf, _ rowGroup: Int
  ) throws(ParquetError) -> BloomFilter? {
    do throws(ParquetError) {
      return try chunk.bloomFilter(
        reader.source, dataEnd: reader.footer.offset, memory: reader.memory)
    } catch {
      throw error.adding(rowGroup: rowGroup, column: leaf.path.description)
    }
  }

  // MARK: Statistics

  private func mayPass(
    _ test: ValueTest, _ group: RowGroupMetadata, _ metadata: ColumnMetadata?
  ) -> Bool {
    if case .never = test.form { return false }
    // A required leaf has no nulls, whatever statistics say.
    if case .isNull = test.form, test.leaf.maxDefinitionLevel == 0 { return false }
    guard let statistics = metadata?.statistics else { return true }
    return test.mayPass(
      ValueBounds(
        statistics, test.leaf, reader.columnOrder(of: test.leaf), slotCount: group.rowCount))
  }

  // MARK: Pages

  private func candidates(
    _ rowGroup: Int, _ rows: Range<Int>, _ possible: [Bool], _ chunks: [Int: ReadableChunk],
    _ report: inout FilterReport
  ) throws(ParquetError) -> RowRanges {
    let group = reader.metadata.rowGroups[rowGroup]
    let all = RowRanges(0..<group.rowCount)
    var indexes: [Int: PageIndex] = [:]
    for leaf in plan.leaves {
      guard let chunk = chunks[leaf] else { continue }
      do throws(ParquetError) {
        indexes[leaf] = try PageIndex(
          chunk, rowCount: group.rowCount, reader.source, dataEnd: reader.footer.offset,
          limits: reader.limits, memory: reader.memory)
      } catch {
        throw error.adding(
          rowGroup: rowGroup, column: reader.schema.leaves[leaf].path.description)
      }
    }
    let passing = plan.tests.enumerated().map { index, test -> RowRanges in
      guard possible[index] else { return RowRanges() }
      guard let pages = indexes[test.leaf.index] else { return all }
      return self.rows(test, pages)
    }
    let kept = plan.rows(passing, all: all).intersection(RowRanges(rows))
    guard !kept.ranges.isEmpty else {
      report.rowGroupsSkippedByPageIndex += 1
      return kept
    }
    for pages in indexes.values {
      for page in pages.offsetIndex.pages.indices {
        report.pageCount += 1
        if !kept.overlaps(pages.rows(ofPage: page)) { report.pagesSkippedByPageIndex += 1 }
      }
    }
    return kept
  }

  /// The rows of the pages of which one may pass.
  private func rows(_ test: ValueTest, _ pages: PageIndex) -> RowRanges {
    let index = pages.columnIndex
    let order = reader.columnOrder(of: test.leaf)
    var rows = RowRanges()
    for page in index.nullPages.indices {
      let pageRows = pages.rows(ofPage: page)
      let isNull = index.nullPages[page]
      let bounds = ValueBounds(
        test.leaf, order, minimum: isNull ? nil : index.minimums[page],
        maximum: isNull ? nil : index.maximums[page], slotCount: pageRows.count,
        nullCount: isNull ? pageRows.count : index.nullCounts?[page],
        nanCount: index.nanCounts?[page])
      if test.mayPass(bounds) { rows.append(pageRows) }
    }
    return rows
  }
}
