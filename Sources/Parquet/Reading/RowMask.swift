/// One bit for each of some rows, in words.
struct RowMask: Equatable {
  private(set) var words: [UInt64]
  let count: Int

  init(repeating bit: Bool, count: Int) {
    self.count = count
    words = Array(repeating: bit ? ~0 : 0, count: (count + 63) / 64)
    clearTail()
  }

  /// Rows `0 ..< count`, each with what `test` says of it.
  @inline(__always)
  init(count: Int, _ test: (Int) -> Bool) {
    self.count = count
    words = Array(repeating: 0, count: (count + 63) / 64)
    for word in 0..<words.count {
      let first = word &* 64
      let last = min(first &+ 64, count)
      var bits: UInt64 = 0
      for i in first..<last { bits |= (test(i) ? 1 : 0) &<< UInt64(i &- first) }
      words[word] = bits
    }
  }

  /// The bits of `bitmap`.
  init(_ bitmap: Bitmap) {
    count = bitmap.count
    words = (0..<(bitmap.count + 63) / 64).map { bitmap.word(at: $0 * 64) }
  }

  subscript(row: Int) -> Bool { words[row >> 6] &>> UInt64(row & 63) & 1 == 1 }

  mutating func set(_ row: Int) { words[row >> 6] |= 1 &<< UInt64(row & 63) }

  /// How many rows are set.
  var setCount: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// The first and the last row that is set, as a range; nil where none is.
  var bounds: Range<Int>? {
    guard let first = words.firstIndex(where: { $0 != 0 }),
      let last = words.lastIndex(where: { $0 != 0 })
    else { return nil }
    return first * 64 + words[first].trailingZeroBitCount..<last * 64 + 64
      - words[last].leadingZeroBitCount
  }

  /// The rows of `range`, as rows from 0 on.
  func slice(_ range: Range<Int>) -> RowMask {
    RowMask(count: range.count) { self[range.lowerBound + $0] }
  }

  mutating func formIntersection(_ other: RowMask) {
    for i in words.indices { words[i] &= other.words[i] }
  }

  mutating func formUnion(_ other: RowMask) {
    for i in words.indices { words[i] |= other.words[i] }
  }

  mutating func invert() {
    for i in words.indices { words[i] = ~words[i] }
    clearTail()
  }

  /// Calls `body` with each row that is set, in order.
  @inline(__always)
  func forEachSet(_ body: (Int) -> Void) {
    for word in words.indices {
      var bits = words[word]
      while bits != 0 {
        body(word &* 64 &+ bits.trailingZeroBitCount)
        bits &= bits &- 1
      }
    }
  }

  private mutating func clearTail() {
    if count & 63 != 0 { words[words.count - 1] &= (1 &<< UInt64(count & 63)) &- 1 }
  }
}
