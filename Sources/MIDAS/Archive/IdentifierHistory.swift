/// The identifiers of a station, and the years they were in use.
///
/// A station keeps its number and changes its identifiers: other ones for other kinds of reports, new
/// ones over the years. The observations of a year carry the identifiers of that year.
public struct IdentifierHistory: Hashable, Sendable {
  /// Two identifiers that were in use in the same years.
  public struct Overlap: Hashable, Sendable {
    /// The one whose period stands first.
    public let first: StationRegistry.IdentifierPeriod
    /// The other one.
    public let second: StationRegistry.IdentifierPeriod
    /// The years that both periods have.
    public let years: ClosedRange<Int32>
  }

  /// The periods, in the order of the capability file.
  public let periods: [StationRegistry.IdentifierPeriod]

  /// The history that `periods` make.
  public init(_ periods: [StationRegistry.IdentifierPeriod]) { self.periods = periods }

  /// The periods that have `year`, primary ones before backups.
  public func identifiers(in year: Int32) -> [StationRegistry.IdentifierPeriod] {
    let found = periods.filter { $0.years?.contains(year) == true }
    return found.filter { $0.context == .primary } + found.filter { $0.context == .backup }
  }

  /// The years between the first and the last year of all periods that no period has, from early to late.
  public var gaps: [ClosedRange<Int32>] {
    var gaps: [ClosedRange<Int32>] = []
    var last: Int32?
    for years in periods.compactMap(\.years).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      // As wider integers, as the difference of any two years may be asked for.
      if let last, Int(years.lowerBound) - Int(last) > 1 {
        gaps.append(last + 1...years.lowerBound - 1)
      }
      last = max(last ?? years.upperBound, years.upperBound)
    }
    return gaps
  }

  /// The pairs of periods of different identifiers that have years in common, in the order of the
  /// periods. Identifiers of different kinds overlap as a rule: each is for reports of its own.
  public var overlaps: [Overlap] {
    var overlaps: [Overlap] = []
    for (index, first) in periods.enumerated() {
      guard let years = first.years else { continue }
      for second in periods[(index + 1)...] where second.identifier != first.identifier {
        guard let others = second.years, years.overlaps(others) else { continue }
        overlaps.append(Overlap(first: first, second: second, years: years.clamped(to: others)))
      }
    }
    return overlaps
  }
}

extension StationRegistry.IdentifierPeriod {
  /// What an identifier was to its station.
  public enum Context: String, Hashable, Sendable {
    /// In use for more than one year.
    case primary
    /// In use for one year only.
    case backup
  }

  /// What the identifier was to its station, by how long it was in use.
  public var context: Context { firstYear == lastYear ? .backup : .primary }

  /// The years; nil where the last lies before the first.
  public var years: ClosedRange<Int32>? { firstYear <= lastYear ? firstYear...lastYear : nil }
}
