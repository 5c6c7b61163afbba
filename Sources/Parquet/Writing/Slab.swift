/// Rows that wait to be encoded together, as the batches they came in.
///
/// A slab is the longest run of rows within its limits, one row at least: where it ends follows from the
/// rows alone, not from how they were cut into batches.
struct Slab {
  /// The most rows of a slab.
  static let largestRowCount = 131_072
  /// The most bytes of a slab, before encoding.
  static let largestByteCount = 32 << 20
  /// A batch of fewer rows is joined with its neighbours before long, so that many small ones cost
  /// neither memory nor time.
  private static let smallBatchRows = 2048
  private static let smallBatchRun = 128

  let leaves: [Leaf]
  private(set) var parts: [ColumnBatch] = []
  private(set) var rowCount = 0
  private(set) var byteCount = 0
  private var smallRun = 0

  init(leaves: [Leaf]) { self.leaves = leaves }

  /// How many of the first rows of `batch` still fit, given the limits; with what they take.
  func fitting(
    _ batch: ColumnBatch, rowLimit: Int, byteLimit: Int
  ) -> (rows: Int, bytes: Int) {
    let most = min(batch.rowCount, rowLimit - rowCount)
    guard most > 0 else { return (0, 0) }
    let all = bytes(of: batch, rows: most)
    if byteCount + all <= byteLimit { return (most, all) }
    var low = 0
    var lowBytes = 0
    var high = most - 1
    while low < high {
      let middle = (low + high + 1) / 2
      let taken = bytes(of: batch, rows: middle)
      if byteCount + taken <= byteLimit {
        low = middle
        lowBytes = taken
      } else {
        high = middle - 1
      }
    }
    if low == 0, rowCount == 0 { return (1, bytes(of: batch, rows: 1)) }
    return (low, low == 0 ? 0 : lowBytes)
  }

  private func bytes(of batch: ColumnBatch, rows: Int) -> Int {
    let part = batch.slice(rows: 0..<rows)
    var total = 0
    for (leaf, column) in zip(leaves, part.columns) { total += column.rawByteCount(leaf) }
    return total
  }

  mutating func append(_ batch: ColumnBatch, byteCount added: Int) {
    parts.append(batch)
    rowCount += batch.rowCount
    byteCount += added
    smallRun = batch.rowCount < Slab.smallBatchRows ? smallRun + 1 : 0
    if smallRun == Slab.smallBatchRun { joinSmallRun() }
  }

  private mutating func joinSmallRun() {
    let run = Array(parts.suffix(smallRun))
    let columns = leaves.indices.map { i in
      Column.joining(run.map { $0.columns[i] }, leaf: leaves[i])
    }
    parts.removeLast(smallRun)
    let joined = ColumnBatch(
      unchecked: run[0].schema, columns: columns, rowCount: run.reduce(0) { $0 + $1.rowCount })
    parts.append(joined)
    smallRun = joined.rowCount < Slab.smallBatchRows ? 1 : 0
  }

  /// About how many of the slab's rows have `byteLimit` bytes; no more than a slab has otherwise.
  func rowCount(forBytes byteLimit: Int) -> Int {
    let (share, overflow) = rowCount.multipliedReportingOverflow(by: byteLimit)
    let fitting = overflow ? Slab.largestRowCount : share / max(byteCount, 1)
    return min(max(fitting, 1), Slab.largestRowCount)
  }

  /// The slab's rows of one column, in one piece and in plain form.
  func column(_ index: Int) -> Column {
    Column.joining(parts.map { $0.columns[index] }, leaf: leaves[index])
  }

  /// The slab's rows of one column, in one piece; by a dictionary where they come so and it is small.
  func columnByDictionary(_ index: Int) -> Column {
    Column.joiningByDictionary(parts.map { $0.columns[index] }, leaf: leaves[index])
  }

  /// What one column of the slab takes, before encoding.
  func byteCount(ofColumn index: Int) -> Int {
    parts.reduce(0) { $0 + $1.columns[index].rawByteCount(leaves[index]) }
  }

  mutating func removeAll() {
    parts.removeAll()
    rowCount = 0
    byteCount = 0
    smallRun = 0
  }
}
