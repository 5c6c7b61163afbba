internal import Parquet

/// Points in time as programs write them: RFC 3339, also without a zone, which is taken for UTC, and with a blank for
/// the `T`.
package enum TimestampText {
  /// The microseconds since 1970-01-01 UTC; finer digits are cut off. Nil for anything else.
  package static func microseconds(_ text: UnsafeRawBufferPointer) -> Int64? {
    guard var parsed = unsafe CalendarScanner.timestamp(text) else { return nil }
    parsed.nanoseconds -= parsed.nanoseconds % 1000
    return parsed.value(perSecond: 1_000_000)
  }

  /// The text of a point in time: `2025-07-13T09:36:17Z`.
  package static func text(seconds: Int64) -> String {
    var buffer = TextBuffer(capacity: 32)
    let days = seconds >= 0 ? seconds / 86_400 : (seconds + 1) / 86_400 - 1
    let rest = UInt64(seconds - days * 86_400)
    buffer.append(date: days)
    buffer.append("T")
    buffer.append(rest / 3600, width: 2)
    buffer.append(":")
    buffer.append(rest / 60 % 60, width: 2)
    buffer.append(":")
    buffer.append(rest % 60, width: 2)
    buffer.append("Z")
    return buffer.text
  }
}
