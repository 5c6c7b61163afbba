/// What is in a column, over all row groups.
public struct ColumnSummary: Sendable {
  /// The rows.
  public var rowCount = 0
  /// The slots: values, nulls, and null and empty lists.
  public var slotCount = 0
  /// The slots without a value.
  public var nullCount = 0
  /// The values that are NaN; 0 for types that have none.
  public var nanCount = 0
  /// How many values differ. All NaN count as one value, and so do both zeros.
  public var distinctCount = 0
  /// Whether ``distinctCount`` is exact; past 1 048 576 different values it is an estimate with a standard
  /// error of 0.8 %.
  public var isDistinctCountExact = true
  /// The least value, NaN left out, as PLAIN bytes without a length; nil where there is none or the type
  /// has no order.
  public var minimum: Bytes?
  /// The greatest value.
  public var maximum: Bytes?
  /// The kinds of geometry and, of GEOMETRY, the box around them; nil for other types, and where a value is
  /// no geometry.
  public var geospatialStatistics: GeospatialStatistics?
  /// The bytes of all pages as stored, headers included.
  public var compressedByteCount = 0
  /// The bytes of all pages before compression, headers included.
  public var uncompressedByteCount = 0

  /// The slots that hold a value.
  public var valueCount: Int { slotCount - nullCount }
}

extension ParquetReader {
  /// What is in a column: counts, bounds, and how many values differ.
  ///
  /// A row group whose every page has dictionary indices is known by its dictionary and its statistics,
  /// and its data pages are not read; the values of others are.
  ///
  /// - Parameters:
  ///   - column: the leaf's number.
  ///   - progress: told after each batch; what it throws ends the work.
  /// - Returns: the summary.
  /// - Throws: ``ParquetError`` with file, row group, column, page and byte offset.
  public func summary(
    ofColumn column: Int,
    progress: () throws(ParquetError) -> Void = { () throws(ParquetError) in }
  ) throws(ParquetError) -> ColumnSummary {
    _ = try sorted([column])
    let leaf = schema.leaves[column]
    var result = ColumnSummary()
    // By an order that tells zeros apart where the file's does.
    let isTotal = columnOrder(of: leaf) == .ieee754Total
    var values = ValueSummary(
      order: isTotal ? ValueOrder(leaf, .ieee754Total) : ValueOrder(filtering: leaf))
    var geospatial = GeospatialBounds(leaf)
    var counter = DistinctCounter()
    result.rowCount = rowCount
    for index in metadata.rowGroups.indices {
      let chunk: ColumnMetadata
      do throws(ParquetError) {
        chunk = try self.chunk(rowGroup: index, leaf: leaf).metadata
      } catch {
        throw error.adding(file: source.name, rowGroup: index, column: leaf.path.description)
      }
      result.compressedByteCount.addClamped(chunk.totalCompressedByteCount)
      result.uncompressedByteCount.addClamped(chunk.totalUncompressedByteCount)
      if let counts = try dictionarySummary(leaf, index, chunk, &values, &geospatial, &counter) {
        result.slotCount.addClamped(chunk.valueCount)
        result.nullCount.addClamped(counts.nulls)
        result.nanCount.addClamped(counts.nans)
        continue
      }
      let before = values.nanCount
      let batches = batches(columns: [column], rows: rows(ofRowGroup: index))
      while let batch = try batches.next() {
        let column = batch.columns[0]
        result.slotCount.addClamped(column.slotCount)
        result.nullCount.addClamped(column.slotCount - column.values.count)
        values.add(column.values)
        geospatial?.add(column.values)
        counter.insert(column.values, leaf)
        try progress()
      }
      result.nanCount.addClamped(values.nanCount - before)
      try progress()
    }
    result.distinctCount = counter.count
    result.isDistinctCountExact = counter.isExact
    result.minimum = values.least.map { Bytes(copying: $0) }
    result.geospatialStatistics = geospatial?.statistics
    result.maximum = values.greatest.map { Bytes(copying: $0) }
    return result
  }

  /// Takes in a chunk by its dictionary; nil where values must be read.
  private func dictionarySummary(
    _ leaf: Leaf, _ rowGroup: Int, _ chunk: ColumnMetadata, _ values: inout ValueSummary,
    _ geospatial: inout GeospatialBounds?, _ counter: inout DistinctCounter
  ) throws(ParquetError) -> (nulls: Int, nans: Int)? {
    guard chunk.isWhollyDictionary, let nulls = chunk.statistics?.nullCount,
      nulls <= chunk.valueCount,
      let entries = try RowGroupReader(self, rowGroup: rowGroup, leaves: [leaf.index])
        .dictionary(of: leaf)
    else { return nil }
    var found = ValueSummary(order: values.order)
    found.add(entries)
    // Which of the values are NaN the dictionary does not say.
    guard found.nanCount == 0 || chunk.statistics?.nanCount != nil else { return nil }
    values.add(found)
    geospatial?.add(entries)
    counter.insert(entries, leaf)
    return (nulls, found.nanCount == 0 ? 0 : chunk.statistics?.nanCount ?? 0)
  }
}

extension Int {
  /// Adds a number that comes from a file; the sum stays at the largest there is.
  fileprivate mutating func addClamped(_ other: Int) {
    let (sum, overflow) = addingReportingOverflow(other)
    self = overflow ? .max : sum
  }
}

extension DistinctCounter {
  /// Takes in `values` of `leaf`, of which dictionaries are looked at once an entry.
  fileprivate mutating func insert(_ values: ColumnValues, _ leaf: Leaf) {
    switch values.form {
    case .bits(let bits):
      let set = bits.setCount()
      if set > 0 { insert(1) }
      if set < bits.count { insert(0) }
    case .dictionary(let indices, let dictionary):
      var isUsed = [Bool](repeating: false, count: dictionary.count)
      indices.forEach { isUsed[$0] = true }
      for i in 0..<dictionary.count where isUsed[i] { insert(dictionary, at: i, leaf) }
    case .fixed, .byteArrays:
      for i in 0..<values.count { insert(values, at: i, leaf) }
    }
  }

  private mutating func insert(_ values: ColumnValues, at index: Int, _ leaf: Leaf) {
    let hash =
      switch (leaf.sortOrder, leaf.physicalType) {
      case (.float, .float): DistinctCounter.hash(Double(values.number(at: index, as: Float.self)))
      case (.float, .double): DistinctCounter.hash(values.number(at: index, as: Double.self))
      case (.float, _):
        DistinctCounter.hash(
          Double(halfPrecision: values.number(at: index, as: UInt16.self)))
      default: unsafe values.withBytes(at: index) { unsafe XXH64.hash($0) }
      }
    insert(hash)
  }

  /// The hash of a number: one for all NaN, and one for both zeros.
  private static func hash(_ value: Double) -> UInt64 {
    let bits = value.isNaN ? Double.nan.bitPattern : value == 0 ? 0 : value.bitPattern
    return unsafe withUnsafeBytes(of: bits) { unsafe XXH64.hash($0) }
  }
}
