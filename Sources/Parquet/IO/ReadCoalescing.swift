/// How the reads of a source are put together where each costs far more than its bytes: a request to an
/// object store, say.
///
/// When rows of a row group are read, the stored bytes of its chosen columns are asked for at once: ranges
/// with a small gap between them in one read, what lies in the gap thrown away.
public struct ReadCoalescing: Hashable, Sendable {
  /// The most bytes between two ranges that are read in one.
  public var gapByteCount = 1 << 20
  /// The most bytes of one row group that are held at a time; nor are there ever more than a quarter of
  /// ``ReaderLimits/totalBytes``, which they count against. Where the chosen columns have more, each is
  /// read in pieces of an equal share of this, of at least 256 KiB.
  public var byteLimit = 128 << 20
  /// The most reads at a time; there are never more than the machine has processors.
  public var concurrentReads = 4

  /// The usual way: gaps of 1 MiB, 128 MiB at a time.
  public init() {}

  /// The fewest ranges that cover `ranges`, in order, where gaps of ``gapByteCount`` are read along.
  func merged(_ ranges: [Range<Int>]) -> [Range<Int>] {
    var merged: [Range<Int>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
      // Written without a sum, which large gaps would overflow.
      if let last = merged.last, range.lowerBound - last.upperBound <= gapByteCount {
        merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    return merged
  }
}
