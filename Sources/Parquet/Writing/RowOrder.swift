/// The order that rows are sorted into.
///
/// Keys are sorted by from the last to the first, each time keeping the order of equal values: by radix
/// where eight bytes tell values apart, and by comparing whole values where those are the same.
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
      var entries: [Entry] = []
      entries.reserveCapacity(column.values.count)
      for row in order {
        guard let value = present.value(ofRow: Int(row)) else {
          nulls.append(row)
          continue
        }
        let word = words.words[value]
        entries.append(Entry(word: key.isDescending ? ~word : word, row: row, value: UInt32(value)))
      }
      entries.sortByWord()
      if words.needsComparing {
        entries.sortRuns(by: words, isDescending: key.isDescending)
      }
      order.removeAll(keepingCapacity: true)
      if key.nullsFirst { order += nulls }
      for entry in entries { order.append(entry.row) }
      if !key.nullsFirst { order += nulls }
    }
    isIdentity = order.indices.allSatisfy { order[$0] == UInt32($0) }
    places = Bytes(copying: order)
  }

  /// A value of a row, and the number that sorts it.
  fileprivate struct Entry {
    var word: UInt64
    var row: UInt32
    var value: UInt32
  }
}

extension [RowOrder.Entry] {
  /// Sorts by ``RowOrder/Entry/word``; entries with the same word stay in their order.
  fileprivate mutating func sortByWord() {
    guard count > 1 else { return }
    // One histogram for each byte of the word; a byte that all have the same tells nothing.
    var histograms = [Int](repeating: 0, count: 8 * 256)
    for entry in self {
      var word = entry.word
      for digit in 0..<8 {
        histograms[digit &* 256 &+ Int(word & 0xFF)] &+= 1
        word &>>= 8
      }
    }
    var other = self
    for digit in 0..<8 {
      let shift = UInt64(8 * digit)
      let first = Int(self[0].word &>> shift & 0xFF)
      if histograms[digit * 256 + first] == count { continue }
      var next = [Int](repeating: 0, count: 256)
      var sum = 0
      for bucket in 0..<256 {
        next[bucket] = sum
        sum += histograms[digit * 256 + bucket]
      }
      for entry in self {
        let bucket = Int(entry.word &>> shift & 0xFF)
        other[next[bucket]] = entry
        next[bucket] &+= 1
      }
      swap(&self, &other)
    }
  }

  /// Sorts each run of entries with the same word by whole values; equal ones stay in their order.
  fileprivate mutating func sortRuns(by words: SortWords, isDescending: Bool) {
    var start = 0
    while start < count {
      var end = start + 1
      while end < count, self[end].word == self[start].word { end += 1 }
      if end - start > 1 {
        let run = Array(self[start..<end])
        let sorted = run.indices.sorted { a, b in
          let order = words.comparison(Int(run[a].value), Int(run[b].value))
          return order == 0 ? a < b : (order < 0) != isDescending
        }
        for (place, index) in sorted.enumerated() { self[start + place] = run[index] }
      }
      start = end
    }
  }
}
