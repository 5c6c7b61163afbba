/// How often and after which waits a call that failed for a reason that may pass is made again.
public struct RetryPolicy: Hashable, Sendable {
  /// The most calls after the first.
  public var retryCount: Int
  /// The wait before the first of them; it doubles from one to the next.
  public var firstWait: Duration
  /// What a wait does not exceed.
  public var longestWait: Duration

  /// A policy; without arguments three more calls, after 1 s, 2 s and 4 s.
  ///
  /// - Precondition: nothing is negative.
  public init(
    retryCount: Int = 3, firstWait: Duration = .seconds(1), longestWait: Duration = .seconds(30)
  ) {
    precondition(
      retryCount >= 0 && firstWait >= .zero && longestWait >= .zero,
      "neither a number of retries nor a wait is negative")
    self.retryCount = retryCount
    self.firstWait = firstWait
    self.longestWait = longestWait
  }

  /// Every call is made once.
  public static let never = RetryPolicy(retryCount: 0)

  /// The wait before a retry, which are counted from 1.
  public func wait(before retry: Int) -> Duration {
    var wait = firstWait
    var number = 1
    while wait > .zero, wait < longestWait, number < retry {
      wait = wait * 2
      number += 1
    }
    return min(wait, longestWait)
  }
}
