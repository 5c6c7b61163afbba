internal import Parquet

extension TextBuffer {
  /// A date as ISO 8601 has it: `2024-02-29`. Years past 9999 and before 0 take the expanded form
  /// with a sign, `+12345-01-01`.
  mutating func append(date days: Int64) {
    let (year, month, day) = CivilDate.date(days: days)
    if year < 0 {
      append(.minus)
    } else if year > 9999 {
      append(UInt8(ascii: "+"))
    }
    let magnitude = year.magnitude
    if magnitude > 9999 { append(decimal: magnitude) } else { append(magnitude, width: 4) }
    append(.minus)
    append(UInt64(month), width: 2)
    append(.minus)
    append(UInt64(day), width: 2)
  }

  /// A time of day with `decimals` digits of the second: `23:59:59.123456`.
  mutating func append(timeOfDay value: Int64, perSecond: Int64, decimals: Int) {
    let seconds = UInt64(value / perSecond)
    append(seconds / 3600, width: 2)
    append(UInt8(ascii: ":"))
    append(seconds / 60 % 60, width: 2)
    append(UInt8(ascii: ":"))
    append(seconds % 60, width: 2)
    append(.point)
    append(UInt64(value % perSecond), width: decimals)
  }

  /// A point in time: `2024-02-29T23:59:59.123456`, then `Z` where it is adjusted to UTC.
  mutating func append(timestamp value: Int64, perSecond: Int64, decimals: Int, isUTC: Bool) {
    let perDay = 86_400 * perSecond
    var days = value / perDay
    var rest = value % perDay
    if rest < 0 {
      rest += perDay
      days -= 1
    }
    append(date: days)
    append(UInt8(ascii: "T"))
    append(timeOfDay: rest, perSecond: perSecond, decimals: decimals)
    if isUTC { append(UInt8(ascii: "Z")) }
  }
}

/// A point in time as text has it, before a unit is chosen.
struct ParsedTimestamp {
  /// Seconds since 1970-01-01, in UTC where ``hasOffset``.
  var seconds: Int64
  /// The part of the second, in nanoseconds.
  var nanoseconds: Int64
  /// The digits that the second's part was given with.
  var fractionDigits: Int
  /// Whether `Z` or an offset stood behind.
  var hasOffset: Bool

  /// The value in units of which `perSecond` make a second; nil where it does not fit or is finer.
  func value(perSecond: Int64) -> Int64? {
    let divisor = 1_000_000_000 / perSecond
    guard nanoseconds % divisor == 0 else { return nil }
    // A negative number of whole seconds is scaled from the second after it, so that the earliest
    // representable instants do not overflow on the way.
    let fraction = nanoseconds / divisor
    if seconds < 0, fraction > 0 {
      let (scaled, overflow) = (seconds + 1).multipliedReportingOverflow(by: perSecond)
      let (sum, overflow2) = scaled.addingReportingOverflow(fraction - perSecond)
      return overflow || overflow2 ? nil : sum
    }
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: perSecond)
    let (sum, overflow2) = scaled.addingReportingOverflow(fraction)
    return overflow || overflow2 ? nil : sum
  }
}

/// Reads dates and times as ISO 8601 has them; every function returns nil for anything else.
@safe
struct CalendarScanner {
  private let base: UnsafePointer<UInt8>
  private let count: Int
  private var at = 0

  init(_ text: UnsafeRawBufferPointer) {
    // An empty text is never looked into.
    unsafe base =
      text.baseAddress?.assumingMemoryBound(to: UInt8.self)
      ?? UnsafePointer(bitPattern: 1).unsafelyUnwrapped
    count = text.count
  }

  @inline(__always)
  static func date(_ text: UnsafeRawBufferPointer) -> Int64? {
    if text.count == 10, let days = unsafe plainDate(text) { return days }
    return unsafe anyDate(text)
  }

  @inline(never)
  private static func anyDate(_ text: UnsafeRawBufferPointer) -> Int64? {
    var scanner = unsafe CalendarScanner(text)
    guard let days = scanner.date(), scanner.at == scanner.count else { return nil }
    return days
  }

  /// A date of ten bytes, `2024-02-29`.
  @inline(__always)
  private static func plainDate(_ text: UnsafeRawBufferPointer) -> Int64? {
    // Two words: the year and the month with a hyphen each, and the day.
    let front = unsafe text.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
    let back = unsafe text.loadUnaligned(fromByteOffset: 8, as: UInt16.self)
    guard front & 0xFF00_00FF_0000_0000 == 0x2D00_002D_0000_0000 else { return nil }
    // Digits have no other bits than their own four once 0x30 is taken off, nor with 6 added.
    let digits = (front & 0x00FF_FF00_FFFF_FFFF) ^ 0x0030_3000_3030_3030
    let last = back ^ 0x3030
    guard (digits | (digits &+ 0x0006_0600_0606_0606)) & 0xF0F0_F0F0_F0F0_F0F0 == 0,
      (last | (last &+ 0x0606)) & 0xF0F0 == 0
    else { return nil }
    @inline(__always) func digit(_ place: UInt64) -> UInt32 {
      UInt32(truncatingIfNeeded: digits &>> (place &* 8) & 15)
    }
    let year = digit(0) &* 1000 &+ digit(1) &* 100 &+ digit(2) &* 10 &+ digit(3)
    let month = digit(5) &* 10 &+ digit(6)
    let day = UInt32(last & 15) &* 10 &+ UInt32(last &>> 8)
    guard month &- 1 < 12, day &- 1 < 28 || day <= 31 && isLastOfMonth(day, month, year) else {
      return nil
    }
    // As in ``CivilDate/days(year:month:day:)``, in small numbers; the first year 0 is an era later.
    let y = month <= 2 ? year &+ 399 : year &+ 400
    let dayOfYear = (153 &* (month > 2 ? month &- 3 : month &+ 9) &+ 2) / 5 &+ day &- 1
    let days = y &* 365 &+ y / 4 &- y / 100 &+ y / 400 &+ dayOfYear
    return Int64(days) &- (719_468 + 146_097)
  }

  /// Whether a month has the day 29, 30 or 31; no month has a day 0.
  @inline(never)
  private static func isLastOfMonth(_ day: UInt32, _ month: UInt32, _ year: UInt32) -> Bool {
    day > 0 && Int64(day) <= CivilDate.dayCount(year: Int64(year), month: Int64(month))
  }

  /// The time of day in units of which `perSecond` make a second; nil also where it is finer.
  static func time(_ text: UnsafeRawBufferPointer, perSecond: Int64, isUTC: Bool) -> Int64? {
    var scanner = unsafe CalendarScanner(text)
    guard let time = scanner.timeOfDay() else { return nil }
    if isUTC { _ = scanner.take(UInt8(ascii: "Z")) }
    guard scanner.at == scanner.count else { return nil }
    return ParsedTimestamp(
      seconds: time.seconds, nanoseconds: time.nanoseconds, fractionDigits: 0, hasOffset: false
    ).value(perSecond: perSecond)
  }

  /// The microseconds of `2024-02-29T23:59:59Z`, also with up to nine digits of a fraction, of which six count; nil for
  /// what is written otherwise.
  @inline(__always)
  static func plainMicroseconds(_ text: UnsafeRawBufferPointer) -> Int64? {
    guard text.count >= 20, text.count <= 30, unsafe text[10] == UInt8(ascii: "T"),
      unsafe text[text.count - 1] == UInt8(ascii: "Z"),
      let days = unsafe plainDate(UnsafeRawBufferPointer(rebasing: text[..<10]))
    else { return nil }
    // `23:59:59` as a word: digits have no other bits than their own four once 0x30 is taken off.
    let word = unsafe UInt64(
      littleEndian: text.loadUnaligned(fromByteOffset: 11, as: UInt64.self))
    guard word & 0x0000_FF00_00FF_0000 == 0x0000_3A00_003A_0000 else { return nil }
    let digits = (word & 0xFFFF_00FF_FF00_FFFF) ^ 0x3030_0030_3000_3030
    guard (digits | (digits &+ 0x0606_0006_0600_0606)) & 0xF0F0_F0F0_F0F0_F0F0 == 0 else {
      return nil
    }
    @inline(__always) func digit(_ place: UInt64) -> Int64 {
      Int64(truncatingIfNeeded: digits &>> (place &* 8) & 15)
    }
    let hour = digit(0) &* 10 &+ digit(1)
    let minute = digit(3) &* 10 &+ digit(4)
    let second = digit(6) &* 10 &+ digit(7)
    guard hour < 24, minute < 60, second < 60 else { return nil }
    var fraction: Int64 = 0
    if text.count > 20 {
      guard text.count > 21, unsafe text[19] == .point else { return nil }
      var weight: Int64 = 100_000
      for index in 20..<text.count - 1 {
        let value = unsafe text[index] &- 48
        guard value < 10 else { return nil }
        fraction &+= Int64(value) &* weight
        weight /= 10
      }
    }
    let seconds = days &* 86_400 &+ hour &* 3600 &+ minute &* 60 &+ second
    return seconds &* 1_000_000 &+ fraction
  }

  static func timestamp(_ text: UnsafeRawBufferPointer) -> ParsedTimestamp? {
    var scanner = unsafe CalendarScanner(text)
    guard let days = scanner.date() else { return nil }
    guard scanner.take(UInt8(ascii: "T")) || scanner.take(UInt8(ascii: " ")) else { return nil }
    guard let time = scanner.timeOfDay() else { return nil }
    var parsed = ParsedTimestamp(
      seconds: days * 86_400 + time.seconds, nanoseconds: time.nanoseconds,
      fractionDigits: time.fractionDigits, hasOffset: false)
    if scanner.take(UInt8(ascii: "Z")) {
      parsed.hasOffset = true
    } else if scanner.at < scanner.count {
      guard let offset = scanner.offset() else { return nil }
      parsed.hasOffset = true
      parsed.seconds -= offset
    }
    guard scanner.at == scanner.count else { return nil }
    return parsed
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard at < count, unsafe base[at] == byte else { return false }
    at &+= 1
    return true
  }

  @inline(__always)
  private mutating func twoDigits() -> Int64? {
    guard at &+ 2 <= count else { return nil }
    let a = unsafe base[at] &- 48
    let b = unsafe base[at &+ 1] &- 48
    guard a < 10, b < 10 else { return nil }
    at &+= 2
    return Int64(a) &* 10 &+ Int64(b)
  }

  private mutating func date() -> Int64? {
    var year: Int64 = 0
    let isNegative = take(.minus)
    if isNegative || take(UInt8(ascii: "+")) {
      // The expanded form has up to nine digits: those of years past 9999 begin with no zero, years
      // before 0 have four at least.
      let first = at
      while at < count, unsafe base[at].isDigit, at - first < 9 {
        year = unsafe year * 10 + Int64(base[at] - 48)
        at += 1
      }
      let isLong = unsafe at - first >= 5 && base[first] != .zero
      guard isLong || isNegative && at - first == 4 && year > 0 else { return nil }
      if isNegative { year = -year }
    } else {
      guard let century = twoDigits(), let rest = twoDigits() else { return nil }
      year = century * 100 + rest
    }
    guard take(.minus), let month = twoDigits(), take(.minus), let day = twoDigits(),
      month >= 1, month <= 12, day >= 1, day <= CivilDate.dayCount(year: year, month: month)
    else { return nil }
    return CivilDate.days(year: year, month: month, day: day)
  }

  private mutating func timeOfDay() -> (seconds: Int64, nanoseconds: Int64, fractionDigits: Int)? {
    guard let hour = twoDigits(), hour < 24, take(UInt8(ascii: ":")), let minute = twoDigits(),
      minute < 60
    else { return nil }
    guard take(UInt8(ascii: ":")) else { return (hour * 3600 + minute * 60, 0, 0) }
    guard let second = twoDigits(), second < 60 else { return nil }
    var nanoseconds: Int64 = 0
    var digits = 0
    if take(.point) {
      var place: Int64 = 100_000_000
      while at < count, unsafe base[at].isDigit {
        guard digits < 9 else { return nil }
        nanoseconds += unsafe place * Int64(base[at] - 48)
        place /= 10
        digits += 1
        at += 1
      }
      guard digits > 0 else { return nil }
    }
    return (hour * 3600 + minute * 60 + second, nanoseconds, digits)
  }

  /// `+01:00`, `+0100` or `+01`, in seconds east of UTC.
  private mutating func offset() -> Int64? {
    let sign: Int64
    if take(UInt8(ascii: "+")) {
      sign = 1
    } else if take(.minus) {
      sign = -1
    } else {
      return nil
    }
    guard let hours = twoDigits(), hours < 24 else { return nil }
    if at == count { return sign * hours * 3600 }
    _ = take(UInt8(ascii: ":"))
    guard let minutes = twoDigits(), minutes < 60 else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }
}
