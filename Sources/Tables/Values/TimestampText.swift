internal import Parquet

/// Points in time as programs write them: RFC 3339, also without a zone, which is taken for UTC, and with a blank for
/// the `T`.
package enum TimestampText {
  /// The microseconds since 1970-01-01 UTC; finer digits are cut off. Nil for anything else.
  package static func microseconds(_ text: UnsafeRawBufferPointer) -> Int64? {
    unsafe CalendarScanner.plainMicroseconds(text) ?? otherMicroseconds(text)
  }

  @inline(never)
  private static func otherMicroseconds(_ text: UnsafeRawBufferPointer) -> Int64? {
    guard var parsed = unsafe CalendarScanner.timestamp(text) else { return nil }
    parsed.nanoseconds -= parsed.nanoseconds % 1000
    return parsed.value(perSecond: 1_000_000)
  }

  /// The microseconds of a number of seconds; finer digits are cut off. Nil for what 64 bits do not hold.
  package static func microseconds(ofSeconds number: JSONNumber) -> Int64? {
    if let seconds = number.integer {
      let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
      return overflow ? nil : product
    }
    return number.shifted(by: 6)
  }

  /// What a time must be, for an error.
  package static var expectation: String { "a time as 2025-07-13T09:36:17Z, or seconds since 1970" }

  /// A point in time in UTC, in microseconds since 1970-01-01, as RFC 3339 has it: `2024-02-29T23:59:59.123456Z`.
  package static func rfc3339(microseconds: Int64) -> String {
    var buffer = TextBuffer(capacity: 32)
    buffer.append(timestamp: microseconds, perSecond: 1_000_000, decimals: 6, isUTC: true)
    return buffer.text
  }
}
