/// Says where a window of text may be cut so that no record is.
///
/// In NDJSON every line feed ends a record. In CSV it does unless quotes are open, which only the text
/// from its start on tells: the cuts are guesses that parsing verifies, and wrong ones make it careful.
@safe
struct SegmentCutter {
  private enum Rule {
    /// Behind any line feed.
    case lines
    /// Behind a line feed with an even number of quotes before it.
    case quotes
    /// Nowhere, for so many windows.
    case nowhere(Int)
  }

  private var rule = Rule.lines
  private var failures = 0

  /// Says that a cut was wrong.
  mutating func noteFailure() {
    if case .lines = rule { return rule = .quotes }
    failures = min(failures + 1, 20)
    rule = .nowhere(1 << failures)
  }

  /// The ends of the segments of a window that begins with a record, of about `byteCount` bytes each:
  /// one at least. What lies behind the last of them is less than a record, if the guesses are right.
  mutating func cut(
    _ base: UnsafePointer<UInt8>, _ count: Int, isAtEnd: Bool, byteCount: Int
  ) -> [Int] {
    if case .nowhere(let windows) = rule {
      rule = windows > 1 ? .nowhere(windows - 1) : .quotes
      return [count]
    }
    var ends: [Int] = []
    // Pieces of one size, so that the last one does not keep everybody waiting.
    let pieces = max((count + byteCount / 2) / byteCount, 1)
    let size = count / pieces
    var at = 0
    while ends.count + 1 < pieces, count - at > size {
      let end = unsafe lineEnd(base, from: at, behind: at + size, count)
      guard let end else { break }
      ends.append(end)
      at = end
    }
    if at < count {
      if isAtEnd {
        ends.append(count)
      } else if let end = unsafe lastLineEnd(base, from: at, count) {
        ends.append(end)
      }
    }
    return ends.isEmpty ? [count] : ends
  }

  /// Behind the first line feed at `place` or later that ends a record which began at `start`.
  private func lineEnd(
    _ base: UnsafePointer<UInt8>, from start: Int, behind place: Int, _ count: Int
  ) -> Int? {
    guard case .quotes = rule else {
      let end = unsafe firstByte(.newline, base, from: place, count)
      return end < count ? end + 1 : nil
    }
    var isOpen = unsafe SegmentCutter.hasOddQuotes(base, start, place)
    var at = place
    while at < count {
      let byte = unsafe base[at]
      if byte == .quote { isOpen.toggle() }
      at &+= 1
      if byte == .newline, !isOpen { return at }
    }
    return nil
  }

  /// Behind the last line feed that ends a record which began at `start` or later.
  private func lastLineEnd(_ base: UnsafePointer<UInt8>, from start: Int, _ count: Int) -> Int? {
    var isOpen = false
    if case .quotes = rule { isOpen = unsafe SegmentCutter.hasOddQuotes(base, start, count) }
    let countsQuotes = if case .quotes = rule { true } else { false }
    var at = count
    while at > start {
      let byte = unsafe base[at &- 1]
      if byte == .newline, !isOpen { return at }
      if byte == .quote, countsQuotes { isOpen.toggle() }
      at &-= 1
    }
    return nil
  }

  private static func hasOddQuotes(_ base: UnsafePointer<UInt8>, _ first: Int, _ last: Int) -> Bool
  {
    // All ones in the lanes that saw an odd number of quotes.
    var odd = SIMD2<UInt64>(repeating: 0)
    let quotes = SIMD16<UInt8>(repeating: .quote)
    var at = first
    while at &+ 16 <= last {
      let bytes = unsafe UnsafeRawPointer(base + at).loadUnaligned(as: SIMD16<UInt8>.self)
      odd ^= unsafe unsafeBitCast(bytes .== quotes, to: SIMD2<UInt64>.self)
      at &+= 16
    }
    let lanes = (odd[0] ^ odd[1]) & 0x0101_0101_0101_0101
    var isOdd = lanes.nonzeroBitCount & 1 != 0
    while at < last {
      if unsafe base[at] == .quote { isOdd.toggle() }
      at &+= 1
    }
    return isOdd
  }
}

/// The place of the first `byte` at `start` or later; `count` where there is none.
///
/// Seven bytes past `count` are looked at.
@inline(__always)
func firstByte(
  _ byte: UInt8, _ base: UnsafePointer<UInt8>, from start: Int, _ count: Int
) -> Int {
  let ones: UInt64 = 0x0101_0101_0101_0101
  var at = start
  while at < count {
    let word =
      unsafe UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self)
      ^ (ones &* UInt64(byte))
    let found = (word &- ones) & ~word & 0x8080_8080_8080_8080
    if found != 0 { return min(at &+ found.trailingZeroBitCount &>> 3, count) }
    at &+= 8
  }
  return count
}
