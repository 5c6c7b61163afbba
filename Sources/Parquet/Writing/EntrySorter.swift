/// A value of a row, and a number that sorts it.
struct SortEntry {
  var word: UInt64
  let row: UInt32
  /// The number of the value among the column's.
  let value: UInt32
}

/// Sorts the values of one key; equal ones stay in their order.
///
/// First by the values' words, by radix. Where the words of byte strings are the same, the next eight bytes
/// that are not the same for all become their words, and so on: what values have in common is looked at once.
struct EntrySorter {
  private(set) var entries: [SortEntry]
  private var other: [SortEntry]
  private let words: SortWords
  private let isDescending: Bool

  /// Fewer entries than these are sorted by insertion.
  private static let smallCount = 48

  init(_ entries: [SortEntry], _ words: SortWords, isDescending: Bool) {
    self.entries = entries
    self.words = words
    self.isDescending = isDescending
    other = entries
  }

  mutating func sort() {
    if isDescending { for i in entries.indices { entries[i].word = ~entries[i].word } }
    sortByWord(entries.indices)
    guard words.needsComparing else { return }
    if words.isSigned {
      for run in runs(of: entries.indices) { compare(run) }
      return
    }
    // Runs whose entries have so many first bytes in common; no recursion, as a file may ask for any depth.
    var open = runs(of: entries.indices).map { (run: $0, byteCount: 8) }
    while let (run, byteCount) = open.popLast() {
      let rest = partition(run, endingWithin: byteCount)
      guard rest.count > 1 else { continue }
      let common = commonByteCount(rest, from: byteCount)
      for i in rest {
        let word = words.word(of: Int(entries[i].value), from: common)
        entries[i].word = isDescending ? ~word : word
      }
      sortByWord(rest)
      for next in runs(of: rest) { open.append((next, common + 8)) }
    }
  }

  /// The runs of two or more entries with one word.
  private func runs(of range: Range<Int>) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start = range.lowerBound
    while start < range.upperBound {
      var end = start + 1
      while end < range.upperBound, entries[end].word == entries[start].word { end += 1 }
      if end - start > 1 { runs.append(start..<end) }
      start = end
    }
    return runs
  }

  /// Puts the values of `run` that end within their first `byteCount` bytes, which are the same in all but
  /// for zeros at their end, on their side of the others, by length; gives back where the others are.
  private mutating func partition(_ run: Range<Int>, endingWithin byteCount: Int) -> Range<Int> {
    var ended: [(length: Int, entry: SortEntry)] = []
    var longer: [SortEntry] = []
    for i in run {
      let length = words.byteCount(of: Int(entries[i].value))
      if length <= byteCount {
        ended.append((length, entries[i]))
      } else {
        longer.append(entries[i])
      }
    }
    guard !ended.isEmpty else { return run }
    if ended.contains(where: { $0.length != ended[0].length }) {
      // At most eight lengths: the words before were the same.
      var byLength: [(length: Int, entry: SortEntry)] = []
      for length in Set(ended.map(\.length)).sorted() {
        let same = ended.filter { $0.length == length }
        byLength = isDescending ? same + byLength : byLength + same
      }
      ended = byLength
    }
    let inOrder = isDescending ? longer + ended.map(\.entry) : ended.map(\.entry) + longer
    for (i, entry) in zip(run, inOrder) { entries[i] = entry }
    return isDescending
      ? run.lowerBound..<run.lowerBound + longer.count
      : run.upperBound - longer.count..<run.upperBound
  }

  /// How many first bytes all values of `range` have in common, given that they have `known`.
  private func commonByteCount(_ range: Range<Int>, from known: Int) -> Int {
    let first = Int(entries[range.lowerBound].value)
    var common = words.byteCount(of: first)
    for i in range.dropFirst() where common > known {
      common = words.commonByteCount(first, Int(entries[i].value), from: known, to: common)
    }
    return common
  }

  /// Sorts `run` by comparing whole values.
  private mutating func compare(_ run: Range<Int>) {
    let before = Array(entries[run])
    let sorted = before.indices.sorted { a, b in
      let order = words.comparison(Int(before[a].value), Int(before[b].value))
      return order == 0 ? a < b : (order < 0) != isDescending
    }
    for (i, place) in zip(run, sorted) { entries[i] = before[place] }
  }

  // MARK: By word

  private mutating func sortByWord(_ range: Range<Int>) {
    if range.count < EntrySorter.smallCount {
      for i in range.dropFirst() {
        let entry = entries[i]
        var place = i
        while place > range.lowerBound, entries[place - 1].word > entry.word {
          entries[place] = entries[place - 1]
          place -= 1
        }
        entries[place] = entry
      }
      return
    }
    // One histogram for each byte of the word; a byte that all have the same tells nothing.
    var histograms = [Int](repeating: 0, count: 8 * 256)
    for i in range {
      var word = entries[i].word
      for digit in 0..<8 {
        histograms[digit &* 256 &+ Int(word & 0xFF)] &+= 1
        word &>>= 8
      }
    }
    for digit in 0..<8 {
      let shift = UInt64(8 * digit)
      let first = Int(entries[range.lowerBound].word &>> shift & 0xFF)
      if histograms[digit * 256 + first] == range.count { continue }
      var next = [Int](repeating: 0, count: 256)
      var sum = range.lowerBound
      for bucket in 0..<256 {
        next[bucket] = sum
        sum += histograms[digit * 256 + bucket]
      }
      for i in range {
        let bucket = Int(entries[i].word &>> shift & 0xFF)
        other[next[bucket]] = entries[i]
        next[bucket] &+= 1
      }
      if range == entries.indices {
        swap(&entries, &other)
      } else {
        for i in range { entries[i] = other[i] }
      }
    }
  }
}
