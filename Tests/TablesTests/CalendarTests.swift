import Parquet
import Testing

@testable import Tables

@Suite struct CalendarTests {
  private func date(_ text: String) -> Int64? {
    var text = text
    return text.withUTF8 { unsafe CalendarScanner.date(UnsafeRawBufferPointer($0)) }
  }

  private func timestamp(_ text: String) -> ParsedTimestamp? {
    var text = text
    return text.withUTF8 { unsafe CalendarScanner.timestamp(UnsafeRawBufferPointer($0)) }
  }

  private func print(_ days: Int64) -> String {
    var buffer = TextBuffer()
    buffer.append(date: days)
    return buffer.text
  }

  /// The first and last day of every month of the years that take four digits, counted one by one.
  @Test func everyMonth() {
    var days: Int64 = -719_528
    var wrong = 0
    for year in 0...9999 as ClosedRange<Int64> {
      for month in 1...12 as ClosedRange<Int64> {
        let last = CivilDate.dayCount(year: year, month: month)
        if CivilDate.date(days: days) != (year, month, 1) { wrong += 1 }
        if CivilDate.days(year: year, month: month, day: 1) != days { wrong += 1 }
        days += last
        if CivilDate.date(days: days - 1) != (year, month, last) { wrong += 1 }
        if CivilDate.days(year: year, month: month, day: last) != days - 1 { wrong += 1 }
      }
    }
    #expect(wrong == 0)
    #expect(days == 2_932_897)
  }

  @Test func textAndBack() {
    var random = SeededRandom(seed: 3)
    for _ in 0..<5000 {
      let days = Int64.random(in: Int64(Int32.min)...Int64(Int32.max), using: &random)
      #expect(date(print(days)) == days, "\(days)")
    }
    for (days, text) in [
      (Int64(Int32.min), "-5877641-06-23"), (-719_529, "-0001-12-31"), (-719_528, "0000-01-01"),
      (Int64(Int32.max), "+5881580-07-11"),
    ] as [(Int64, String)] {
      #expect(print(days) == text)
      #expect(date(text) == days)
    }
  }

  @Test(arguments: [
    "", "2024", "2024-02", "2024-02-", "2024-02-2", "2024-02-30", "2023-02-29", "1900-02-29",
    "2024-00-01", "2024-13-01", "2024-01-00", "2024-01-32", "2024/01/01", "20240101", "24-01-01",
    "2024-01-01 ", " 2024-01-01", "2024-01-0a", "2024-0a-01", "a024-01-01", "2024-01-01T",
    "+9999-01-01",
    "+010000-01-01", "-0000-01-01", "-00001-01-01", "-012345-01-01", "-001-01-01", "--0001-01-01",
    "-0001-02-29", "２024-01-01", "2024-01-:1", "2024-01-/1", "+1234567890-01-01",
  ])
  func noDates(_ text: String) {
    #expect(date(text) == nil)
  }

  @Test func timestampsAndBack() throws {
    var random = SeededRandom(seed: 4)
    for (perSecond, decimals) in [(1000, 3), (1_000_000, 6), (1_000_000_000, 9)] as [(Int64, Int)] {
      let lowest = max(-62_167_219_200, .min / perSecond + 1)
      let highest = min(253_402_300_799, Int64.max / perSecond - 1)
      var values = (0..<1000).map { _ in
        Int64.random(in: lowest * perSecond...highest * perSecond, using: &random)
      }
      values += (0..<1000).map { _ in Int64.random(in: .min ... .max, using: &random) }
      values += [0, -1, 1, perSecond, -perSecond, .min, .max]
      for value in values {
        var buffer = TextBuffer()
        buffer.append(timestamp: value, perSecond: perSecond, decimals: decimals, isUTC: true)
        let parsed = try #require(timestamp(buffer.text))
        #expect(parsed.value(perSecond: perSecond) == value, "\(buffer.text)")
        #expect(parsed.hasOffset && parsed.fractionDigits == decimals)
      }
    }
  }

  @Test(arguments: [
    ("1970-01-01T00:00:00+01:00", -3600), ("1970-01-01T00:00:00-0130", 5400),
    ("1970-01-01 00:00+02", -7200), ("1970-01-01T00:01Z", 60),
  ])
  func offsets(_ text: String, _ seconds: Int64) {
    let parsed = timestamp(text)
    #expect(parsed?.value(perSecond: 1) == seconds)
  }

  @Test(arguments: [
    "1970-01-01T", "1970-01-01T00", "1970-01-01T24:00:00", "1970-01-01T00:60:00",
    "1970-01-01T00:00:60", "1970-01-01T00:00:00.", "1970-01-01T00:00:00.1234567890",
    "1970-01-01T00:00:00z", "1970-01-01t00:00:00", "1970-01-01T00:00:00+",
    "1970-01-01T00:00:00+24:00",
    "1970-01-01T00:00:00+01:60", "1970-01-01T00:00:00 Z", "1970-01-01  00:00:00", "1970-01-01",
  ])
  func noTimestamps(_ text: String) {
    #expect(timestamp(text)?.seconds == nil)
  }

  @Test func whatIsFinerThanTheUnitIsNoValue() {
    let parsed = timestamp("1969-12-31T23:59:59.0005")
    #expect(parsed?.value(perSecond: 1000) == nil)
    #expect(parsed?.value(perSecond: 1_000_000) == -999_500)
  }
}
