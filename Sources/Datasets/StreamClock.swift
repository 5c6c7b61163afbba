internal import Parquet

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What time it is: the system's, or what a test says.
public protocol StreamClock: Sendable {
  /// The time of day, in microseconds since 1970-01-01 UTC: it names files and may jump.
  var wallMicroseconds: Int64 { get }
  /// A time that never goes back, in microseconds since some moment: it measures intervals.
  var monotonicMicroseconds: Int64 { get }
}

/// The system's clock.
public struct SystemClock: StreamClock {
  /// The clock.
  public init() {}

  /// The system's time of day.
  public var wallMicroseconds: Int64 { SystemClock.time(CLOCK_REALTIME) }
  /// The time since the system was started.
  public var monotonicMicroseconds: Int64 { SystemClock.time(CLOCK_MONOTONIC) }

  private static func time(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }
}
