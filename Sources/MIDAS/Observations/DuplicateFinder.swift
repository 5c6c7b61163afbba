internal import Parquet

/// Finds observations with the same identifier, station and time among the rows of a batch, and says
/// which of them goes.
struct DuplicateFinder {
  /// What decides which of two rows stays.
  struct Merit {
    let recordState: Int32
    let version: Int32
    let measurements: Int32

    /// Whether a row of this merit stays and one of `other` goes.
    func beats(_ other: Merit) -> Bool {
      let rank = Merit.rank(recordState)
      let otherRank = Merit.rank(other.recordState)
      if rank != otherRank { return rank < otherRank }
      if version != other.version { return version > other.version }
      return measurements > other.measurements
    }

    /// The place of a record's state in the order of trust; the lowest is trusted most.
    private static func rank(_ state: Int32) -> Int32 {
      switch state {
      case 1: 1
      case 1001: 2
      case 1022: 3
      case 2001: 4
      case 1011: 5
      case 9: 100
      default: state
      }
    }
  }

  private struct Key: Hashable {
    let time: Int64
    let sourceID: Int32
    /// Up to seven bytes as they are, longer identifiers by their place in ``longIdentifiers``.
    let identifier: UInt64
  }

  private var best: [Key: Int] = [:]
  private var longIdentifiers: [String: UInt64] = [:]
  private var merits: [Merit] = []

  /// Notes the next row; returns what it settles, where it is like an earlier one: this row goes, or that one.
  mutating func add(
    time: Int64, sourceID: Int32, identifier: UnsafeRawBufferPointer, _ merit: Merit
  ) -> (winner: Int, loser: Int)? {
    let row = merits.count
    merits.append(merit)
    let key = unsafe Key(time: time, sourceID: sourceID, identifier: number(of: identifier))
    guard let earlier = best[key] else {
      best[key] = row
      return nil
    }
    guard merit.beats(merits[earlier]) else { return (earlier, row) }
    best[key] = row
    return (row, earlier)
  }

  /// Forgets all rows.
  mutating func removeAll() {
    best.removeAll(keepingCapacity: true)
    merits.removeAll(keepingCapacity: true)
    longIdentifiers.removeAll()
  }

  private mutating func number(of identifier: UnsafeRawBufferPointer) -> UInt64 {
    guard identifier.count > 7 else {
      var number = UInt64(identifier.count) << 56
      for i in 0..<identifier.count { number |= unsafe UInt64(identifier[i]) << UInt64(8 * i) }
      return number
    }
    let text = unsafe String(badc: identifier)
    let number = longIdentifiers[text] ?? (0xFF << 56 | UInt64(longIdentifiers.count))
    longIdentifiers[text] = number
    return number
  }
}
