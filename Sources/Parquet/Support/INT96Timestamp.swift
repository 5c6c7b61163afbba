/// The point in time that an INT96 is: nanoseconds of a day, then the day's Julian number.
///
/// Writers that do arithmetic on the nanoseconds alone leave them outside of the day: they are carried
/// into the days. Julian day 2 440 588 is 1970-01-01.
///
/// Specification: INT96_TIMESTAMP_ORDER in parquet.thrift; rule S9.
package struct INT96Timestamp: Comparable {
  /// The Julian day of 1970-01-01.
  package static let epochDay: Int64 = 2_440_588
  /// The nanoseconds of a day.
  package static let dayLength: Int64 = 86_400_000_000_000

  /// Days since 1970-01-01.
  package let day: Int64
  /// Nanoseconds since the day began, fewer than a day has.
  package let nanoseconds: Int64

  /// The point in time that a value's twelve bytes say.
  package init(_ value: UnsafeRawBufferPointer) {
    precondition(value.count == 12, "an INT96 has 12 bytes")
    let stated = unsafe value.loadUnaligned(as: Int64.self)
    let julian = unsafe value.loadUnaligned(fromByteOffset: 8, as: Int32.self)
    var days = stated / INT96Timestamp.dayLength
    var rest = stated % INT96Timestamp.dayLength
    if rest < 0 {
      rest += INT96Timestamp.dayLength
      days -= 1
    }
    day = Int64(julian) - INT96Timestamp.epochDay + days
    nanoseconds = rest
  }

  /// Whether the nanoseconds of a value's twelve bytes lie within a day.
  package static func isWithinDay(_ value: UnsafeRawBufferPointer) -> Bool {
    let stated = unsafe value.loadUnaligned(as: Int64.self)
    return stated >= 0 && stated < dayLength
  }

  package static func < (a: INT96Timestamp, b: INT96Timestamp) -> Bool {
    (a.day, a.nanoseconds) < (b.day, b.nanoseconds)
  }
}
