/// What the folders of an archive are named by.
public enum PartitionRule: String, CaseIterable, Hashable, Sendable {
  /// The day on which the message's ledger closed: `year=2025/month=07/day=13`.
  case ledgerDay = "ledger_day"
  /// A range of ledgers of a given length: `ledgers/420000-429999`.
  case ledgerRange = "ledger_range"
  /// The hour in which the message's ledger closed: `year=2025/month=07/day=13/hour=14`.
  case hour
}
