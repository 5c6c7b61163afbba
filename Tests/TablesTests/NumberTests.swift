import Parquet
import Testing

@testable import Tables

@Suite struct NumberTests {
  private func token(
    _ text: String, _ grammar: NumberText.Grammar = .json
  ) -> (token: NumberToken, double: Double, float: Float, isExact: Bool)? {
    var text = text
    return text.withUTF8 { utf8 in
      guard let base = utf8.baseAddress,
        let token = unsafe NumberText.scan(base, from: 0, to: utf8.count, grammar),
        token.end == utf8.count
      else { return nil }
      let double = unsafe NumberText.double(token, base)
      return (
        token, double, unsafe NumberText.float(token, base), NumberText.isExact(double, token)
      )
    }
  }

  /// Every double is what its own text gives back, and its text is taken as exact.
  @Test func doublesComeBack() throws {
    var random = SeededRandom(seed: 5)
    for _ in 0..<10_000 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      let read = try #require(token(value.description))
      #expect(read.double.bitPattern == value.bitPattern, "\(value)")
      #expect(read.isExact, "\(value)")
      let float = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
      guard float.isFinite else { continue }
      #expect(token(float.description)?.float.bitPattern == float.bitPattern, "\(float)")
    }
  }

  /// Fifteen digits survive a double, as the shortest text of it shows.
  @Test func fifteenDigitsAreExact() throws {
    var random = SeededRandom(seed: 6)
    for _ in 0..<10_000 {
      let digits = UInt64.random(in: 1..<1_000_000_000_000_000, using: &random)
      let power = Int.random(in: -300...290, using: &random)
      let read = try #require(token("\(digits)e\(power)"))
      #expect(read.isExact)
      let back = try #require(token(read.double.description))
      let (a, b) = (read.token.normalized, back.token.normalized)
      #expect(a?.mantissa == b?.mantissa && a?.exponent == b?.exponent, "\(digits)e\(power)")
    }
  }

  @Test(arguments: [
    "0.1", "1e400", "-1e400", "1e-400", "5e-324", "4.9406564584124654e-324",
    "1.7976931348623157e308",
    "9007199254740993", "9007199254740992", "123456789012345678", "0.30000000000000004",
    "0.10000000000000001", "2.2250738585072011e-308", "1e23", "8.5e22", "18446744073709551616",
    "0.000000000000000000000000000000000000000000001", "100000000000000000000000",
  ])
  func againstTheLibrary(_ text: String) throws {
    let read = try #require(token(text))
    let wanted = try #require(Double(text))
    #expect(read.double.bitPattern == wanted.bitPattern)
    let shortest = token(wanted.description)?.token.normalized
    let given = read.token.normalized
    let isExact =
      wanted.isFinite && given != nil && shortest?.mantissa == given?.mantissa
      && shortest?.exponent == given?.exponent
    #expect(read.isExact == isExact)
  }

  @Test func integersAtTheEdges() {
    #expect(token("9223372036854775807")?.token.canonicalInt64 == .max)
    #expect(token("-9223372036854775808")?.token.canonicalInt64 == .min)
    #expect(token("9223372036854775808")?.token.canonicalInt64 == nil)
    #expect(token("-9223372036854775809")?.token.canonicalInt64 == nil)
    #expect(token("18446744073709551615")?.token.wholeUInt64 == .max)
    #expect(token("18446744073709551616")?.token.wholeUInt64 == nil)
    #expect(token("184467440737095516150e-1")?.token.wholeUInt64 == nil)
    #expect(token("1.844e19")?.token.wholeUInt64 == 18_440_000_000_000_000_000)
    #expect(token("-0")?.token.canonicalInt64 == nil)
    #expect(token("-0")?.token.wholeInt64 == 0)
    #expect(token("1e2")?.token.canonicalInt64 == nil)
    #expect(token("1e2")?.token.wholeInt64 == 100)
    #expect(token("1.5e0")?.token.wholeInt64 == nil)
    #expect(token("1e99999999999999999999")?.token.wholeInt64 == nil)
    #expect(token("0e99999999999999999999")?.token.wholeInt64 == 0)
    #expect(token("007", .lenient)?.token.wholeInt64 == 7)
    #expect(token("007") == nil)
    #expect(token("+.5", .lenient)?.double == 0.5)
    #expect(token(".", .lenient) == nil)
    #expect(token("-", .lenient) == nil)
    #expect(token("", .lenient) == nil)
  }

  /// Whole numbers of more digits than a token keeps are as whole as others.
  @Test(
    arguments: [
      ("-8890183008246481095.0", -8_890_183_008_246_481_095),
      ("184467440737095516150e-1", 1 << 64 - 1),
      ("1.00000000000000000000", 1), ("5000000000000000000000000000000000000000000e-42", 5),
      ("1.00000000000000000001", nil), ("100000000000000000000000000000000000000e10", nil),
      ("12", nil),
    ] as [(String, Int128?)])
  func wideIntegers(_ text: String, _ value: Int128?) {
    var text = text
    text.withUTF8 { bytes in
      guard let base = bytes.baseAddress,
        let token = unsafe NumberText.scan(base, from: 0, to: bytes.count, .json)
      else {
        Issue.record("no number")
        return
      }
      #expect(unsafe NumberText.wideInteger(token, base) == value)
    }
  }

  /// However long the bytes of a decimal are, its text does not take long, or there is none.
  @Test func longDecimals() throws {
    let schema = try Schema([
      SchemaField("d", .byteArray, .optional, logicalType: .decimal(precision: 5000, scale: 0))
    ])
    func text(_ bytes: [UInt8]) -> String? {
      ValueText.encode(plain: Bytes(copying: bytes), of: schema.leaves[0])
    }
    let million = [UInt8](repeating: 0, count: 1 << 20)
    #expect(text(million + [1, 0]) == "\"256\"")
    #expect(text(million.map { ~$0 } + [0x7F, 0]) == "\"-33024\"")
    #expect(text(million) == "\"0\"")
    #expect(text([1] + million) == nil)
    #expect(text([1] + million.prefix(1700))?.count ?? 0 > 4000)
  }

  /// What is written as bytes because of its scale is read as bytes.
  @Test func hugeScales() throws {
    let schema = "message m { optional binary d (DECIMAL(5000,5000)); }"
    #expect(try convert(#"{"d":"/wA="}"#, .ndjson, schema: schema).lines == [#"{"d":"/wA="}"#])
  }

  /// Every half reads back from its text, and no text of one digit fewer reads as it.
  @Test func halvesAreShortest() throws {
    var wrong: [UInt16] = []
    for bits in UInt16.min...0x7BFF where bits != 0 {
      let value = Half.double(bits)
      var buffer = TextBuffer()
      FloatText.append(halfBits: bits, quotingNames: true, to: &buffer)
      let read = try #require(Double(buffer.text))
      let digits = try #require(NumberTests.digits(of: buffer.text))
      var first = 0
      while NumberTests.scaled(value, -first) >= 10 { first += 1 }
      while NumberTests.scaled(value, -first) < 1 { first -= 1 }
      let power = digits - 2 - first
      let around = NumberTests.scaled(value, power)
      let hasShorter =
        digits > 1
        && [around.rounded(.down), around.rounded(.up)].contains {
          Double("\(Int64($0))e\(-power)").map(Half.bits) == bits
        }
      if Half.bits(read) != bits || hasShorter { wrong.append(bits) }
    }
    #expect(wrong.isEmpty)
  }

  private static func digits(of text: String) -> Int? {
    var text = text
    return text.withUTF8 { bytes in
      guard let base = bytes.baseAddress,
        let token = unsafe NumberText.scan(base, from: 0, to: bytes.count, .json)
      else { return nil }
      return token.normalized.map { "\($0.mantissa)".count }
    }
  }

  /// The value times a power of ten.
  private static func scaled(_ value: Double, _ power: Int) -> Double {
    let factor = (0..<power.magnitude).reduce(1.0) { product, _ in product * 10 }
    return power < 0 ? value / factor : value * factor
  }

  @Test func decimalsAreExact() throws {
    let schema = "message m { optional fixed_len_byte_array(16) d (DECIMAL(38,6)); }"
    var random = SeededRandom(seed: 8)
    var rows: [String] = []
    for _ in 0..<2000 {
      let whole = (0..<Int.random(in: 1...32, using: &random)).map { _ in
        String(Int.random(in: 0...9, using: &random))
      }.joined()
      let trimmed = String(whole.drop { $0 == "0" })
      let fraction = (0..<6).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
      let magnitude = "\(trimmed.isEmpty ? "0" : trimmed).\(fraction)"
      let isZero = magnitude.allSatisfy { $0 == "0" || $0 == "." }
      rows.append(Bool.random(using: &random) && !isZero ? "-" + magnitude : magnitude)
    }
    let csv = "d\n" + rows.joined(separator: "\n") + "\n"
    #expect(try convert(csv, schema: schema).lines == rows.map { "{\"d\":\"\($0)\"}" })
    let wide = "message m { optional binary d (DECIMAL(60,6)); }"
    #expect(try convert(csv, schema: wide).lines == rows.map { "{\"d\":\"\($0)\"}" })
  }
}
