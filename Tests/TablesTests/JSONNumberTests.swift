import Parquet
import Testing

@_spi(Adapters) @testable import Tables

@Suite struct JSONNumberTests {
  private func number<R>(_ text: String, _ body: (borrowing JSONNumber) -> R) -> R {
    // What follows must not matter.
    let bytes = Array(text.utf8) + [UInt8](repeating: 0x35, count: 64)
    return unsafe bytes.withUnsafeBytes {
      body(unsafe JSONNumber(UnsafeRawBufferPointer(rebasing: $0[..<text.utf8.count])))
    }
  }

  @Test(arguments: [
    ("0", 0), ("-0", 0), ("7", 7), ("-7", -7), ("12345678", 12_345_678), ("123456789", 123_456_789),
    ("1234567812345678", 1_234_567_812_345_678), ("9007199254740993", 9_007_199_254_740_993),
    ("9007199254740991", 9_007_199_254_740_991), ("9223372036854775807", Int64.max),
    ("-9223372036854775808", Int64.min), ("-5706705804583548011", -5_706_705_804_583_548_011),
    ("1e3", 1000), ("1.0", 1), ("1.50e1", 15), ("10e-1", 1), ("-0.0", 0), ("1E+2", 100),
    ("9223372036854775.807e3", Int64.max), ("0e999999999", 0), ("0.0e-5", 0),
  ]) func wholeNumbers(text: String, value: Int64) {
    #expect(number(text) { $0.integer } == value)
    #expect(number(text) { $0.unsigned } == UInt64(exactly: value))
  }

  @Test(arguments: [
    "9223372036854775808", "-9223372036854775809", "1.5", "1e-1", "1e19", "1e400", "-1e400", "0.1",
    "123456789012345678901234567890", "1e99999999999999999999",
  ]) func noInt64(text: String) {
    #expect(number(text) { $0.integer } == nil)
  }

  @Test func unsignedNumbers() {
    #expect(number("18446744073709551615") { $0.unsigned } == UInt64.max)
    #expect(number("9223372036854775808") { $0.unsigned } == 1 << 63)
    #expect(number("18446744073709551616") { $0.unsigned } == nil)
    #expect(number("-1") { $0.unsigned } == nil)
    #expect(number("1.8446744073709551615e19") { $0.unsigned } == UInt64.max)
    #expect(number("0.5") { $0.unsigned } == nil)
  }

  @Test func writtenWhole() {
    for text in ["0", "-0", "12", "-12345678901234567890"] {
      #expect(number(text) { $0.isWrittenWhole }, "\(text)")
    }
    for text in ["1.0", "1e3", "1E3", "-0.0"] {
      #expect(!number(text) { $0.isWrittenWhole }, "\(text)")
    }
  }

  @Test func doubles() {
    let texts = [
      "0", "-0", "0.5", "-1.25", "3.141592653589793", "1e400", "-1e400", "1e-400", "5e-324", "1e3",
      "9007199254740993", "1234567.8901234", "12345678.12345678", "123456789.5", "0.1e1",
      "18446744073709551615", "2.2250738585072011e-308", "100000000000000000000000",
    ]
    for text in texts {
      let expected = Double(text) ?? .nan
      #expect(number(text) { $0.double.bitPattern } == expected.bitPattern, "\(text)")
    }
  }

  @Test func randomNumbers() {
    var random = SeededRandom(seed: 13)
    for _ in 0..<20_000 {
      let digits = Int.random(in: 1...20, using: &random)
      var text = Bool.random(using: &random) ? "-" : ""
      text += String(Int.random(in: 1...9, using: &random))
      for _ in 1..<digits { text += String(Int.random(in: 0...9, using: &random)) }
      #expect(number(text) { $0.integer } == Int64(text), "\(text)")
      #expect(number(text) { $0.unsigned } == UInt64(text), "\(text)")
      let point = text + "." + String(Int.random(in: 0...99_999_999, using: &random))
      let expected = Double(point) ?? .nan
      #expect(number(point) { $0.double } == expected, "\(point)")
    }
  }
}

@Suite struct TimestampTextTests {
  private func microseconds(_ text: String) -> Int64? {
    var text = text
    return text.withUTF8 { unsafe TimestampText.microseconds(UnsafeRawBufferPointer($0)) }
  }

  @Test func whatIsTaken() {
    let whole: Int64 = 1_752_399_377_000_000
    for text in [
      "2025-07-13T09:36:17Z", "2025-07-13 09:36:17", "2025-07-13T09:36:17",
      "2025-07-13T11:36:17+02:00", "2025-07-13T09:36:17.000Z", "2025-07-13T09:36:17.0000009Z",
    ] {
      #expect(microseconds(text) == whole, "\(text)")
    }
    #expect(microseconds("2025-07-13T09:36:17.905427888Z") == whole + 905_427)
    #expect(microseconds("1969-12-31T23:59:59.9999999Z") == -1)
    #expect(microseconds("1970-01-01T00:00:00Z") == 0)
  }

  @Test(arguments: [
    "", "now", "2025-07-13", "2025-13-01T00:00:00Z", "2025-02-30T00:00:00Z", "2025-07-13T25:00:00Z",
    "2025-07-13T09:36:17Zx", "1752399377", "2025-07-13T09:36:17+", "2025-07-13T09",
  ]) func whatIsNot(text: String) {
    #expect(microseconds(text) == nil)
  }

  /// Seconds, of which digits behind the microseconds are cut off, never rounded.
  @Test func seconds() {
    func microseconds(_ text: String) -> Int64? {
      let bytes = Array(text.utf8) + [UInt8](repeating: 0, count: JSONMembers.slack)
      return unsafe bytes.withUnsafeBytes { buffer in
        let text = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<text.utf8.count])
        return unsafe TimestampText.microseconds(ofSeconds: JSONNumber(text))
      }
    }
    for (text, value) in [
      ("1751932799.9999999", 1_751_932_799_999_999), ("1751900000.1234567", 1_751_900_000_123_456),
      ("0", 0), ("-0.0", 0), ("0e99", 0), ("0.0000001", 0), ("-0.0000009", 0), ("-1.5", -1_500_000),
      ("1.5e3", 1_500_000_000), ("175193279999e-2", 1_751_932_799_990_000), ("12e-7", 1),
      ("1e-300", 0), ("9223372036854.775807", Int64.max), ("9223372036854.7758079", Int64.max),
      ("0.00000100000000000000000000000000000000001", 1),
      ("123456.123456789012345678901234", 123_456_123_456),
      ("9223372036854.775808", nil), ("9223372036855", nil), ("1e13", nil), ("1e300", nil),
      ("-1e14", nil), ("100000000000000000000000000", nil),
    ] as [(String, Int64?)] { #expect(microseconds(text) == value, "\(text)") }
  }

  @Test func textsComeBack() {
    var random = SeededRandom(seed: 14)
    for _ in 0..<5000 {
      let time = Int64.random(in: -60_000_000_000_000_000...60_000_000_000_000_000, using: &random)
      #expect(microseconds(TimestampText.rfc3339(microseconds: time)) == time)
    }
  }
}
