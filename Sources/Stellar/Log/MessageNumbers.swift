/// A set of message numbers, kept as ranges in their order: neighbours take no more room than one.
///
/// A log numbers its messages one after the other, so most sets are a few ranges, whatever they hold.
package struct MessageNumbers: Hashable, Sendable {
  /// Numbers are below this, so that ends of ranges and counts never overflow.
  package static let limit: UInt64 = 1 << 62

  /// The numbers as ranges: in order, none empty, none touching the next.
  package private(set) var ranges: [Range<UInt64>] = []
  /// How many numbers there are. O(1).
  package private(set) var count = 0

  /// No numbers.
  package init() {}

  /// The numbers of a range.
  package init(_ range: Range<UInt64>) { insert(range) }

  /// Whether there is no number. O(1).
  package var isEmpty: Bool { ranges.isEmpty }

  /// Whether `number` is among them. O(log ranges).
  package func contains(_ number: UInt64) -> Bool {
    let index = firstIndex(endingAfter: number)
    return index < ranges.count && ranges[index].lowerBound <= number
  }

  /// Whether any number of `range` is among them. O(log ranges).
  package func contains(anyOf range: Range<UInt64>) -> Bool {
    guard !range.isEmpty else { return false }
    let index = firstIndex(endingAfter: range.lowerBound)
    return index < ranges.count && ranges[index].lowerBound < range.upperBound
  }

  /// Adds a number. O(1) where it is greater than all others.
  package mutating func insert(_ number: UInt64) {
    precondition(number < MessageNumbers.limit, "a message number is below 2^62")
    insert(number..<number + 1)
  }

  /// Adds the numbers of a range. O(1) where they are greater than all others, else O(ranges).
  package mutating func insert(_ range: Range<UInt64>) {
    precondition(range.upperBound <= MessageNumbers.limit, "a message number is below 2^62")
    guard !range.isEmpty else { return }
    guard let last = ranges.last, range.lowerBound <= last.upperBound else {
      ranges.append(range)
      count += range.count
      return
    }
    if range.lowerBound == last.upperBound {
      ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
      count += range.count
      return
    }
    // All ranges that overlap or touch the new one become one with it.
    let first = range.lowerBound == 0 ? 0 : firstIndex(endingAfter: range.lowerBound - 1)
    var end = first
    var merged = range
    var known = 0
    while end < ranges.count, ranges[end].lowerBound <= range.upperBound {
      merged =
        min(
          merged.lowerBound, ranges[end].lowerBound)..<max(
          merged.upperBound, ranges[end].upperBound)
      known += ranges[end].count
      end += 1
    }
    if end == first + 1 {
      ranges[first] = merged
    } else {
      ranges.replaceSubrange(first..<end, with: CollectionOfOne(merged))
    }
    count += merged.count - known
  }

  /// Takes the numbers of a range away. O(ranges) at worst.
  package mutating func remove(_ range: Range<UInt64>) {
    guard !range.isEmpty else { return }
    let first = firstIndex(endingAfter: range.lowerBound)
    var end = first
    var kept: [Range<UInt64>] = []
    while end < ranges.count, ranges[end].lowerBound < range.upperBound {
      let old = ranges[end]
      count -= old.count
      for part in MessageNumbers.difference(old, range) {
        kept.append(part)
        count += part.count
      }
      end += 1
    }
    guard end > first else { return }
    ranges.replaceSubrange(first..<end, with: kept)
  }

  /// Adds all numbers of `other`. O(ranges of both).
  package mutating func formUnion(_ other: MessageNumbers) {
    if ranges.isEmpty {
      self = other
    } else if isFew(other) || isBehind(other) {
      for range in other.ranges { insert(range) }
    } else {
      var merged = MessageNumbers()
      var (mine, theirs) = (0, 0)
      while mine < ranges.count || theirs < other.ranges.count {
        let takesMine =
          theirs == other.ranges.count
          || mine < ranges.count && ranges[mine].lowerBound < other.ranges[theirs].lowerBound
        merged.insertInOrder(takesMine ? ranges[mine] : other.ranges[theirs])
        if takesMine { mine += 1 } else { theirs += 1 }
      }
      self = merged
    }
  }

  /// Takes all numbers of `other` away. O(ranges of both).
  package mutating func subtract(_ other: MessageNumbers) {
    if isFew(other) {
      for range in other.ranges { remove(range) }
      return
    }
    var rest = MessageNumbers()
    var theirs = 0
    for range in ranges {
      while theirs < other.ranges.count, other.ranges[theirs].upperBound <= range.lowerBound {
        theirs += 1
      }
      var start = range.lowerBound
      var at = theirs
      while at < other.ranges.count, other.ranges[at].lowerBound < range.upperBound {
        if start < other.ranges[at].lowerBound {
          rest.insertInOrder(start..<other.ranges[at].lowerBound)
        }
        start = max(start, other.ranges[at].upperBound)
        at += 1
      }
      if start < range.upperBound { rest.insertInOrder(start..<range.upperBound) }
    }
    self = rest
  }

  /// The numbers that are not in `other`.
  package func subtracting(_ other: MessageNumbers) -> MessageNumbers {
    var rest = self
    rest.subtract(other)
    return rest
  }

  /// The numbers that are in `other`, too.
  package func intersection(_ other: MessageNumbers) -> MessageNumbers {
    subtracting(subtracting(other))
  }

  // MARK: Ranges

  /// The first range that ends behind `number`.
  private func firstIndex(endingAfter number: UInt64) -> Int {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = low + (high - low) / 2
      if ranges[middle].upperBound > number { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Adds a range that begins no earlier than the last one does.
  private mutating func insertInOrder(_ range: Range<UInt64>) {
    guard let last = ranges.last, range.lowerBound <= last.upperBound else {
      ranges.append(range)
      count += range.count
      return
    }
    guard range.upperBound > last.upperBound else { return }
    ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
    count += Int(range.upperBound - last.upperBound)
  }

  /// Whether `other` has so few ranges that to search for each is less than to walk along all.
  private func isFew(_ other: MessageNumbers) -> Bool {
    other.ranges.count <= 1 || other.ranges.count < ranges.count / 64
  }

  /// Whether all of `other` are greater than all of these.
  private func isBehind(_ other: MessageNumbers) -> Bool {
    guard let last = ranges.last, let first = other.ranges.first else { return true }
    return first.lowerBound >= last.upperBound
  }

  /// What is left of `range` without `other`, in order.
  private static func difference(
    _ range: Range<UInt64>, _ other: Range<UInt64>
  ) -> [Range<UInt64>] {
    let head = range.lowerBound..<max(range.lowerBound, min(range.upperBound, other.lowerBound))
    let tail = min(range.upperBound, max(range.lowerBound, other.upperBound))..<range.upperBound
    return [head, tail].filter { !$0.isEmpty }
  }
}

extension MessageNumbers: CustomStringConvertible {
  /// `1–5, 7`; the first few ranges of many.
  package var description: String {
    let shown = ranges.prefix(8).map { range in
      range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)–\(range.upperBound - 1)"
    }
    return shown.joined(separator: ", ") + (ranges.count > 8 ? " and others" : "")
  }
}
