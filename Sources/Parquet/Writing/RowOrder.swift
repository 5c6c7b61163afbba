/// The order that rows are sorted into.
///
/// Keys are sorted by from the last to the first, each time keeping the order of equal values.
struct RowOrder: Sendable {
  /// What sorting takes for each row, beside the rows themselves: entries twice, places, words.
  static let bytesPerRow = 48
  /// The most rows that are sorted together.
  static let largestRowCount = 1 << 24
  /// The most bytes of rows that are sorted together: a column's places among them are 32-bit numbers.
  static let largestByteCount = 1 << 30

  /// The places of the rows in the columns as they came, one UInt32 each, first row first.
  let places: Bytes
  /// Whether the rows were in this order before.
  let isIdentity: Bool

  /// The order of `rowCount` rows by `keys`, the first of which counts most.
  init(rowCount: Int, keys: [(key: SortingColumn, leaf: Leaf, column: Column)]) {
    precondition(rowCount <= UInt32.max)
    var order = (0..<UInt32(rowCount)).map(\.self)
    for (key, leaf, column) in keys.reversed() {
      let present = ValuePlaces(column, leaf)
      let words = SortWords(column.values, leaf)
      var nulls: [UInt32] = []
      var entries: [SortEntry] = []
      entries.reserveCapacity(column.values.count)
      for row in order {
        guard let value = present.value(ofRow: Int(row)) else {
          nulls.append(row)
          continue
        }
        entries.append(SortEntry(word: words.words[value], row: row, value: UInt32(value)))
      }
      var sorter = EntrySorter(entries, words, isDescending: key.isDescending)
      sorter.sort()
      order.removeAll(keepingCapacity: true)
      if key.nullsFirst { order += nulls }
      for entry in sorter.entries { order.append(entry.row) }
      if !key.nullsFirst { order += nulls }
    }
    isIdentity = order.indices.allSatisfy { order[$0] == UInt32($0) }
    places = Bytes(copying: order)
  }
}
