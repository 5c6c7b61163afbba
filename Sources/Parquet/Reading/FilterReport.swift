/// What a filter kept from being read, and by what means.
public struct FilterReport: Hashable, Sendable {
  /// The row groups that hold rows asked for.
  public var rowGroupCount = 0
  /// The row groups passed over because of the chunks' statistics.
  public var rowGroupsSkippedByStatistics = 0
  /// The row groups passed over because no dictionary entry passes.
  public var rowGroupsSkippedByDictionary = 0
  /// The row groups passed over because of bloom filters.
  public var rowGroupsSkippedByBloomFilter = 0
  /// The row groups of which the page index left no rows.
  public var rowGroupsSkippedByPageIndex = 0
  /// The data pages of the columns tested, in row groups not passed over, that have a page index.
  public var pageCount = 0
  /// Those of them passed over because of the page index.
  public var pagesSkippedByPageIndex = 0
  /// The rows asked for.
  public var rowCount = 0
  /// The rows whose values were tested.
  public var testedRowCount = 0
  /// The rows kept.
  public var keptRowCount = 0

  /// A report of nothing.
  public init() {}

  /// Adds what another report counted.
  public mutating func add(_ other: FilterReport) {
    rowGroupCount += other.rowGroupCount
    rowGroupsSkippedByStatistics += other.rowGroupsSkippedByStatistics
    rowGroupsSkippedByDictionary += other.rowGroupsSkippedByDictionary
    rowGroupsSkippedByBloomFilter += other.rowGroupsSkippedByBloomFilter
    rowGroupsSkippedByPageIndex += other.rowGroupsSkippedByPageIndex
    pageCount += other.pageCount
    pagesSkippedByPageIndex += other.pagesSkippedByPageIndex
    rowCount += other.rowCount
    testedRowCount += other.testedRowCount
    keptRowCount += other.keptRowCount
  }
}
