import Foundation
import Parquet
import Testing

@testable import MIDAS

/// The lines that a reader gives, as text.
private func lines(_ text: [UInt8], chunk: Int) throws -> [String] {
  var reader = try LineReader(MemorySource(Bytes(copying: text)), chunkByteCount: chunk)
  var result: [String] = []
  while let line = unsafe try reader.next() { unsafe result.append(String(badc: line)) }
  #expect(reader.lineNumber == result.count)
  return result
}

@Suite struct LineReaderTests {
  @Test(arguments: [1, 2, 3, 7, 64, 4096])
  func linesAreTheSameHoweverChunksCutThem(chunk: Int) throws {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<20 {
      let expected = (0..<Int.random(in: 1...30, using: &random)).map { _ in
        String(repeating: "x,", count: Int.random(in: 0...40, using: &random)) + "y"
      }
      for end in ["\n", "\r\n"] {
        let text = expected.joined(separator: end)
        #expect(try lines(Array(text.utf8), chunk: chunk) == expected)
        #expect(try lines(Array((text + end).utf8), chunk: chunk) == expected)
      }
    }
  }

  @Test func aByteOrderMarkIsLeftOut() throws {
    #expect(try lines([0xEF, 0xBB, 0xBF] + Array("a\nb".utf8), chunk: 16) == ["a", "b"])
  }

  @Test func emptyLinesCount() throws {
    #expect(try lines(Array("\n\r\na\n\n".utf8), chunk: 2) == ["", "", "a", ""])
    #expect(try lines([], chunk: 4) == [])
  }

  @Test func aLineThatNeverEndsIsRefused() throws {
    let bytes = [UInt8](repeating: 0x41, count: LineReader.largestLineByteCount + 2)
    let error = #expect(throws: ParquetError.self) { try lines(bytes, chunk: 1 << 16) }
    #expect(error?.code == .limitExceeded)
    #expect(error?.context.line == 1)
  }
}

/// The fields of a line, as text; nil where its quotes do not match.
private func fields(_ line: String, expecting expected: Int) -> [String]? {
  // Room to load words from, as a chunk has it.
  let bytes = Array(line.utf8) + [UInt8](repeating: 0x2C, count: 64)
  var splitter = FieldSplitter(expecting: expected)
  return unsafe bytes.withUnsafeBytes { (bytes) -> [String]? in
    guard
      let text = unsafe splitter.split(UnsafeRawBufferPointer(rebasing: bytes[..<line.utf8.count]))
    else { return nil }
    return (0..<splitter.count).map { index in
      let field = splitter.fields[index]
      return unsafe String(
        badc: UnsafeRawBufferPointer(start: text + Int(field.start), count: field.count))
    }
  }
}

@Suite struct FieldSplitterTests {
  @Test func plainLinesAreCutAtEveryComma() {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<2_000 {
      let expected = (0..<Int.random(in: 1...40, using: &random)).map { _ in
        String(
          (0..<Int.random(in: 0...11, using: &random)).map { _ in
            "ab-. 0/&".randomElement(using: &random)!
          })
      }
      let trimmed = expected.map { $0.trimmingCharacters(in: .whitespaces) }
      #expect(fields(expected.joined(separator: ","), expecting: expected.count) == trimmed)
    }
  }

  @Test func moreFieldsThanExpectedAreOneMore() {
    #expect(fields("a,b,c,d,e", expecting: 2) == ["a", "b", "c"])
    #expect(fields("a", expecting: 2) == ["a"])
    #expect(fields("", expecting: 2) == [""])
    #expect(fields(",", expecting: 2) == ["", ""])
  }

  @Test func quotesHoldCommasAndQuotes() {
    #expect(
      fields(#"1,"QUAY POINT, OLD HARBOUR",x"#, expecting: 3) == [
        "1", "QUAY POINT, OLD HARBOUR", "x",
      ])
    #expect(fields(#" "say ""so""" , b"#, expecting: 2) == [#"say "so""#, "b"])
    #expect(fields(#""",a"#, expecting: 2) == ["", "a"])
    #expect(fields(#"a "b",c"#, expecting: 2) == [#"a "b""#, "c"])
    #expect(fields(#"a,"b"#, expecting: 2) == nil)
    #expect(fields(#""a"b,c"#, expecting: 2) == nil)
  }
}

@Suite struct DecimalTextTests {
  @Test func numbersAreRoundedAsStrtodRoundsThem() {
    var random = SeededGenerator(seed: 42)
    func digits(_ count: Int) -> String {
      String((0..<count).map { _ in "0123456789".randomElement(using: &random)! })
    }
    var wrong: [String] = []
    for _ in 0..<100_000 {
      var text = ["", "-", "+"].randomElement(using: &random)!
      text += digits(Int.random(in: 1...22, using: &random))
      if Bool.random(using: &random) {
        text += "." + digits(Int.random(in: 0...24, using: &random))
      }
      if Int.random(in: 0..<4, using: &random) == 0 {
        text += ["e", "E"].randomElement(using: &random)!
        text += ["", "-", "+"].randomElement(using: &random)!
        text += String(Int.random(in: 0...340, using: &random))
      }
      let value = unsafe strtod(text, nil)
      let expected: DecimalText.Reading = value.isFinite ? .number(value) : .notFinite
      if DecimalText.double(text) != expected { wrong.append(text) }
    }
    #expect(wrong == [])
  }

  @Test(arguments: [
    ("7.5", 7.5), ("-2", -2), ("300.0", 300), (".5", 0.5), ("5.", 5), ("-0.0", -0.0), ("1e3", 1000),
    ("9007199254740993", 9_007_199_254_740_992), ("0.1", 0.1),
    ("4.9e-324", Double.leastNonzeroMagnitude),
    ("00000000000000000000000012.5", 12.5),
  ])
  func spellings(text: String, value: Double) {
    #expect(DecimalText.double(text) == .number(value))
  }

  @Test(arguments: [
    "", "-", ".", "1.2.3", "1,5", "0x10", "1e", "e5", "12a", "--1", "/", "&", "1 2", "trace",
  ])
  func notNumbers(text: String) { #expect(DecimalText.double(text) == .notANumber) }

  @Test(arguments: ["inf", "-inf", "Infinity", "nan", "NaN", "-NAN", "1e999"])
  func notFinite(text: String) { #expect(DecimalText.double(text) == .notFinite) }

  @Test(
    arguments: [
      ("0", 0), ("00838", 838), ("24.0", 24), ("-1", -1), ("2147483647", Int32.max),
      ("-2147483648", Int32.min), ("1e2", 100),
    ] as [(String, Int32)])
  func integers(text: String, value: Int32) { #expect(DecimalText.int32(text) == value) }

  @Test(arguments: ["", "2147483648", "1.5", "x", "12x", "99999999999", "nan", "-"])
  func notIntegers(text: String) { #expect(DecimalText.int32(text) == nil) }
}

@Suite struct TimestampTextTests {
  private func reading(_ text: String) -> TimestampText.Reading {
    let bytes = Array(text.utf8)
    return unsafe bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return .notATime }
      return unsafe TimestampText.nanoseconds(base, bytes.count)
    }
  }

  @Test func everyDayFollowsTheOneBefore() {
    // From a day that is known, by adding days one by one: 1680-01-01 is day -105,920.
    var day: Int64 = -105_920
    var wrong: [String] = []
    for year in 1680..<2262 {
      for month in 1...12 {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let length = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        func text(_ date: Int) -> String {
          let pad = { (n: Int) in n < 10 ? "0\(n)" : "\(n)" }
          return "\(year)-\(pad(month))-\(pad(date)) 23:59:58"
        }
        for date in 1...length {
          let expected = (day * 86_400 + 86_398) * 1_000_000_000
          if reading(text(date)) != .nanoseconds(expected) { wrong.append(text(date)) }
          day += 1
        }
        if reading(text(length + 1)) != .notATime { wrong.append(text(length + 1)) }
      }
    }
    #expect(wrong == [])
    // 2262-01-01
    #expect(day == 106_651)
  }

  @Test(
    arguments: [
      ("1970-01-01 00:00:00", 0), ("1970-01-01", 0), ("1991-12-31 23:00:00", 694_220_400),
      ("2001-02-01T09:00:00", 981_018_000), ("2001-02-01 09:00:00 +0100", 981_014_400),
      ("2001-02-01 09:00:00-01:30", 981_023_400), ("2001-02-01 09:00:00Z", 981_018_000),
    ] as [(String, Int64)])
  func spellings(text: String, seconds: Int64) {
    #expect(reading(text) == .nanoseconds(seconds * 1_000_000_000))
  }

  @Test(arguments: [
    "", "NA", "1991-02-29 00:00:00", "1991-13-01 00:00:00", "1991-00-01 00:00:00",
    "1991-01-00 00:00:00", "1991-01-01 24:00:00", "1991-01-01 00:60:00", "1991-01-01 00:00:60",
    "1991/01/01 00:00:00", "1991-01-01 00:00", "1991-1-1 00:00:00", "01-01-1991 00:00:00",
    "1991-01-01 00:00:00 +1", "1991-01-01 00:00:00 GMT", "1991-01-01 00:00:00.5",
    "99991-01-01 00:00:00",
  ])
  func notTimes(text: String) { #expect(reading(text) == .notATime) }

  @Test func theEdgesOfNanoseconds() {
    #expect(reading("2262-04-11 23:47:16") == .nanoseconds(9_223_372_036_000_000_000))
    #expect(reading("2262-04-11 23:47:17") == .outOfRange(isPast: false))
    #expect(reading("1677-09-21 00:12:44") == .nanoseconds(-9_223_372_036_000_000_000))
    #expect(reading("1677-09-21 00:12:43") == .outOfRange(isPast: true))
    #expect(reading("9999-12-31 23:59:59") == .outOfRange(isPast: false))
    #expect(reading("0000-01-01 00:00:00") == .outOfRange(isPast: true))
    #expect(TimestampText.clampedNanoseconds("9999-12-31 23:59:59") == Int64.max)
    #expect(TimestampText.clampedNanoseconds("0001-01-01 00:00:00") == Int64.min + 1)
  }
}
