/// Ledgers from a first to a last one.
public struct LedgerRange: Hashable, Sendable, CustomStringConvertible {
  /// The first ledger.
  public var first: UInt64
  /// The last ledger, which is not before the first.
  public var last: UInt64

  /// The ledgers from `first` to `last`.
  ///
  /// - Precondition: `first` is not behind `last`.
  public init(first: UInt64, last: UInt64) {
    precondition(first <= last, "a range of ledgers goes forward")
    self.first = first
    self.last = last
  }

  /// The range in words: `5`, `5 to 9`.
  public var description: String { first == last ? "\(first)" : "\(first) to \(last)" }

  /// The ledgers of both and those between them.
  mutating func formUnion(_ other: LedgerRange) {
    first = min(first, other.first)
    last = max(last, other.last)
  }
}

/// What the name of an archive's file says: `stellar-data-A-B-T[-n].parquet`.
struct ArchiveFileName {
  /// The ledgers A to B.
  var ledgers: LedgerRange

  /// The parts of a name; nil where it is no such name.
  init?(_ name: Substring) {
    guard name.hasPrefix("stellar-data-"), name.hasSuffix(".parquet") else { return nil }
    let parts = name.dropFirst(13).dropLast(8).split(
      separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3 || parts.count == 4 else { return nil }
    var numbers: [UInt64] = []
    for part in parts {
      // As they are written, without signs and zeros in front.
      guard let number = UInt64(part), String(number) == part else { return nil }
      numbers.append(number)
    }
    guard numbers[0] <= numbers[1], numbers.count == 3 || numbers[3] > 0 else { return nil }
    ledgers = LedgerRange(first: numbers[0], last: numbers[1])
  }
}
