/// Rows as ranges: ascending, none empty, none touching the next.
struct RowRanges: Equatable {
  private(set) var ranges: [Range<Int>] = []

  /// No rows.
  init() {}

  /// The rows of one range.
  init(_ range: Range<Int>) { append(range) }

  /// The number of rows.
  var rowCount: Int { ranges.reduce(0) { $0 + $1.count } }

  /// Adds rows, none before the last range.
  mutating func append(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    if let last = ranges.last, last.upperBound >= range.lowerBound {
      ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
    } else {
      ranges.append(range)
    }
  }

  /// The rows that are in both.
  func intersection(_ other: RowRanges) -> RowRanges {
    var result = RowRanges()
    var (i, j) = (0, 0)
    while i < ranges.count, j < other.ranges.count {
      let (a, b) = (ranges[i], other.ranges[j])
      let lower = max(a.lowerBound, b.lowerBound)
      let upper = min(a.upperBound, b.upperBound)
      if lower < upper { result.append(lower..<upper) }
      if a.upperBound <= b.upperBound { i += 1 } else { j += 1 }
    }
    return result
  }

  /// The rows that are in either.
  func union(_ other: RowRanges) -> RowRanges {
    var result = RowRanges()
    var (i, j) = (0, 0)
    while i < ranges.count || j < other.ranges.count {
      if j == other.ranges.count
        || i < ranges.count && ranges[i].lowerBound <= other.ranges[j].lowerBound
      {
        result.append(ranges[i])
        i += 1
      } else {
        result.append(other.ranges[j])
        j += 1
      }
    }
    return result
  }

  /// Whether one of the rows lies in `range`.
  func overlaps(_ range: Range<Int>) -> Bool {
    // The first range that ends behind the beginning of the one asked for.
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound > range.lowerBound { high = middle } else { low = middle + 1 }
    }
    return low < ranges.count && ranges[low].overlaps(range)
  }
}
