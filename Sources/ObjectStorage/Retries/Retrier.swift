public import Parquet

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Makes calls again that failed for a reason that may pass (``Parquet/ParquetError/isTransient``), by a
/// ``RetryPolicy``.
///
/// ```swift
/// let retrier = Retrier(check: { () throws(ParquetError) in try Interruption.check() })
/// try retrier.run { () throws(ParquetError) in try upload(part) }
/// ```
public struct Retrier: Sendable {
  /// A retry that is about to be waited for.
  public struct Retry: Sendable {
    /// Its number, from 1.
    public let number: Int
    /// How long it is waited for.
    public let wait: Duration
    /// Why it is necessary.
    public let error: ParquetError
  }

  /// How often and after which waits.
  public var policy: RetryPolicy
  /// Told of every retry before it is waited for: for a log.
  public var onRetry: @Sendable (Retry) -> Void
  private let check: @Sendable () throws(ParquetError) -> Void
  private let sleep: @Sendable (Duration) -> Void

  /// The longest time for which a wait does not look whether it is to end.
  static let slice = Duration.milliseconds(100)

  /// Retries by `policy`.
  ///
  /// - Parameters:
  ///   - policy: how often and after which waits.
  ///   - check: asked whether to go on, before each wait and at least every 100 ms of it: throws, with code
  ///     `cancelled`, to end it.
  ///   - sleep: lets at most 100 ms pass; tests give another one.
  ///   - onRetry: told of every retry before it is waited for.
  public init(
    policy: RetryPolicy = RetryPolicy(),
    check: @escaping @Sendable () throws(ParquetError) -> Void = {},
    sleep: @escaping @Sendable (Duration) -> Void = { Retrier.pause($0) },
    onRetry: @escaping @Sendable (Retry) -> Void = { _ in }
  ) {
    self.policy = policy
    self.check = check
    self.sleep = sleep
    self.onRetry = onRetry
  }

  /// What `body` returns, the first time that it does; it must be able to begin again from its start.
  ///
  /// - Throws: the error of the last call, whose message says how many retries there were; what the check threw.
  public func run<R>(_ body: () throws(ParquetError) -> R) throws(ParquetError) -> R {
    try run { (_) throws(ParquetError) in try body() }
  }

  /// As ``run(_:)-(()->R)``, with the number of the retry, 0 for the first call.
  public func run<R>(
    _ body: (_ retry: Int) throws(ParquetError) -> R
  ) throws(ParquetError) -> R {
    var retry = 0
    while true {
      let failure: ParquetError
      do throws(ParquetError) { return try body(retry) } catch { failure = error }
      guard failure.isTransient, retry < policy.retryCount else {
        throw Retrier.counted(failure, retries: retry)
      }
      retry += 1
      let wait = policy.wait(before: retry)
      onRetry(Retry(number: retry, wait: wait, error: failure))
      try pass(wait)
    }
  }

  /// Lets `wait` go by, in slices, so that a user who wants to stop need not.
  private func pass(_ wait: Duration) throws(ParquetError) {
    var rest = wait
    try check()
    while rest > .zero {
      let part = min(rest, Retrier.slice)
      sleep(part)
      rest -= part
      try check()
    }
  }

  private static func counted(_ error: ParquetError, retries: Int) -> ParquetError {
    guard retries > 0, error.code != .cancelled else { return error }
    var counted = error
    counted.message += " (after \(retries) \(retries == 1 ? "retry" : "retries"))"
    return counted
  }

  /// Lets `duration` pass, or less where a signal comes.
  public static func pause(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    var time = timespec()
    time.tv_sec = numericCast(seconds)
    time.tv_nsec = numericCast(attoseconds / 1_000_000_000)
    _ = unsafe nanosleep(&time, nil)
  }
}
