internal import Parquet

/// Points in time out of text.
enum TimestampText {
  /// What text was, read as a time.
  enum Reading: Equatable {
    /// Nanoseconds since 1970-01-01 00:00:00.
    case nanoseconds(Int64)
    /// A time before 1677-09-21 or after 2262-04-11, which 64 bits of nanoseconds do not hold.
    case outOfRange(isPast: Bool)
    /// No time, or none that exists.
    case notATime
  }

  /// The time that `count` bytes at `start` spell: `YYYY-MM-DD HH:MM:SS`, or a date alone, which is its
  /// midnight; with a zone ` +HHMM` behind it, the same moment in UTC.
  @inline(__always)
  static func nanoseconds(_ start: UnsafeRawPointer, _ count: Int) -> Reading {
    guard let seconds = unsafe seconds(start, count) else { return .notATime }
    let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? .outOfRange(isPast: seconds < 0) : .nanoseconds(nanoseconds)
  }

  /// As ``nanoseconds(_:_:)``, the nearest there is for a time out of range.
  ///
  /// The smallest 64-bit integer is left out: pandas takes it for "not a time".
  static func clampedNanoseconds(_ text: String) -> Int64? {
    var text = text
    return text.withUTF8 { bytes in
      guard let base = bytes.baseAddress else { return nil }
      switch unsafe nanoseconds(UnsafeRawPointer(base), bytes.count) {
      case .nanoseconds(let value): return value
      case .outOfRange(let isPast): return isPast ? Int64.min + 1 : Int64.max
      case .notATime: return nil
      }
    }
  }

  /// Seconds since 1970-01-01 00:00:00.
  @inline(__always)
  private static func seconds(_ start: UnsafeRawPointer, _ count: Int) -> Int64? {
    guard count == 19 || count == 10 || count > 19 else { return nil }
    guard let century = unsafe twoDigits(start, 0), let yearOfCentury = unsafe twoDigits(start, 2),
      unsafe start.load(fromByteOffset: 4, as: UInt8.self) == UInt8(ascii: "-"),
      let month = unsafe twoDigits(start, 5),
      unsafe start.load(fromByteOffset: 7, as: UInt8.self) == UInt8(ascii: "-"),
      let day = unsafe twoDigits(start, 8)
    else { return nil }
    let year = century &* 100 &+ yearOfCentury
    guard month >= 1, month <= 12, day >= 1, day <= dayCount(year, month) else { return nil }
    var result = daysSinceEpoch(year, month, day) &* 86_400
    if count == 10 { return result }
    let separator = unsafe start.load(fromByteOffset: 10, as: UInt8.self)
    guard separator == 0x20 || separator == UInt8(ascii: "T"),
      let hour = unsafe twoDigits(start, 11),
      unsafe start.load(fromByteOffset: 13, as: UInt8.self) == UInt8(ascii: ":"),
      let minute = unsafe twoDigits(start, 14),
      unsafe start.load(fromByteOffset: 16, as: UInt8.self) == UInt8(ascii: ":"),
      let second = unsafe twoDigits(start, 17), hour < 24, minute < 60, second < 60
    else { return nil }
    result &+= hour &* 3600 &+ minute &* 60 &+ second
    if count == 19 { return result }
    guard let offset = unsafe zoneOffset(start, 19, count) else { return nil }
    return result &- offset
  }

  /// The seconds that a zone lies ahead of UTC: `Z`, or ` +HHMM` or `+HH:MM`.
  private static func zoneOffset(
    _ start: UnsafeRawPointer, _ from: Int, _ count: Int
  ) -> Int64? {
    func byte(_ at: Int) -> UInt8 { unsafe start.load(fromByteOffset: at, as: UInt8.self) }
    var at = from
    if at < count, byte(at) == 0x20 { at += 1 }
    if at + 1 == count, byte(at) == UInt8(ascii: "Z") { return 0 }
    guard at < count, byte(at) == UInt8(ascii: "+") || byte(at) == UInt8(ascii: "-") else {
      return nil
    }
    let isBehind = byte(at) == UInt8(ascii: "-")
    at += 1
    guard at + 4 <= count, let hours = unsafe twoDigits(start, at) else { return nil }
    at += 2
    if byte(at) == UInt8(ascii: ":") { at += 1 }
    guard at + 2 == count, let minutes = unsafe twoDigits(start, at), hours < 24, minutes < 60
    else { return nil }
    let seconds = hours * 3600 + minutes * 60
    return isBehind ? -seconds : seconds
  }

  @inline(__always)
  private static func twoDigits(_ start: UnsafeRawPointer, _ at: Int) -> Int64? {
    let tens = unsafe start.load(fromByteOffset: at, as: UInt8.self) &- 0x30
    let ones = unsafe start.load(fromByteOffset: at &+ 1, as: UInt8.self) &- 0x30
    guard tens < 10, ones < 10 else { return nil }
    return Int64(tens &* 10 &+ ones)
  }

  @inline(__always)
  private static func dayCount(_ year: Int64, _ month: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// The days from 1970-01-01 to a date of the proleptic Gregorian calendar; years from 0 to 9999.
  @inline(__always)
  private static func daysSinceEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    // Years that begin in March put the leap day last. One era more keeps all terms positive.
    let shifted = month <= 2 ? year &+ 399 : year &+ 400
    let monthFromMarch = month <= 2 ? month &+ 9 : month &- 3
    let dayOfYear = (153 &* monthFromMarch &+ 2) / 5 &+ day &- 1
    let days = shifted &* 365 &+ shifted / 4 &- shifted / 100 &+ shifted / 400 &+ dayOfYear
    return days &- 719_468 &- 146_097
  }

  /// A moment of UTC in the format of ISO 8601: `2024-02-29T23:59:59Z`.
  static func text(seconds: Int) -> String {
    let (days, rest) = floored(Int64(seconds), by: 86_400)
    let time = [rest / 3600, rest / 60 % 60, rest % 60].map { padded($0, 2) }
    return "\(day(days))T\(time.joined(separator: ":"))Z"
  }

  /// The day of a time in nanoseconds: `2024-02-29`.
  static func day(nanoseconds: Int64) -> String {
    day(floored(nanoseconds, by: 86_400_000_000_000).quotient)
  }

  /// The year in which a day lies that is counted from 1970-01-01.
  static func year(ofDay day: Int64) -> Int32 {
    Int32(truncatingIfNeeded: CivilDate.date(days: day).year)
  }

  private static func day(_ days: Int64) -> String {
    let (year, month, day) = CivilDate.date(days: days)
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }

  private static func floored(
    _ number: Int64, by divisor: Int64
  ) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
