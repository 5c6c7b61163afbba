/// The memory that all files of a sink may hold together before their row groups are written.
///
/// Counted is what waits in row groups, which is a function of the rows; what the threads work with comes on top.
public struct MemoryBudget: Hashable, Sendable {
  /// The most bytes.
  public let byteCount: Int

  /// A budget of `byteCount` bytes.
  public init(byteCount: Int) { self.byteCount = byteCount }

  /// What one of the writers that share the budget may hold: where it holds more, it closes its row group by itself.
  var share: Int { max(byteCount / 2, 1) }
}
