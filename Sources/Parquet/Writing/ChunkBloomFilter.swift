/// The bloom filter of a column chunk while it is written.
///
/// Values written by dictionary are added once, as entries, when the chunk ends; only slabs written
/// otherwise are hashed value by value.
struct ChunkBloomFilter {
  private let falsePositiveRate: Double
  private let rowGroupRows: Int
  private var filter: BloomFilter?

  init(_ settings: ColumnSettings) {
    falsePositiveRate = settings.bloomRate ?? 0.01
    rowGroupRows = settings.rowGroupRows
  }

  /// The bytes held, for memory limits.
  var heldByteCount: Int { filter?.byteCount ?? 0 }

  /// Adds `values`, in plain form.
  mutating func insert(_ values: ColumnValues) {
    // How many differ is not known before the end: the filter begins large, and is folded then.
    var filter =
      self.filter
      ?? BloomFilter(distinctCount: rowGroupRows, falsePositiveRate: falsePositiveRate)
    for i in 0..<values.count {
      unsafe values.withBytes(at: i) { filter.insert(unsafe XXH64.hash($0)) }
    }
    self.filter = filter
  }

  /// The filter of everything added and of the dictionary's entries, no larger than it need be.
  func finished(_ dictionary: ChunkDictionary?) -> BloomFilter {
    let entryCount = dictionary?.count ?? 0
    var filter =
      self.filter ?? BloomFilter(distinctCount: entryCount, falsePositiveRate: falsePositiveRate)
    if let dictionary {
      for i in 0..<entryCount {
        unsafe filter.insert(XXH64.hash(dictionary.entry(UInt32(truncatingIfNeeded: i))))
      }
    }
    filter.fold(falsePositiveRate: falsePositiveRate)
    return filter
  }
}
