/// The numbers of TOML.
enum TOMLNumber {
  /// Why a word is no number.
  struct Fault: Error {
    let message: String
  }

  /// The whole number or the float that `word` spells in decimal; underscores may stand between digits.
  static func value(_ word: String) throws(Fault) -> TOMLDocument.Value {
    let bytes = Array(word.utf8)
    var scanner = Scanner(bytes: bytes)
    scanner.skip("+-")
    guard let whole = scanner.digits() else { throw fault(word) }
    var isFloat = false
    if scanner.skip(".") {
      guard scanner.digits() != nil else { throw fault(word) }
      isFloat = true
    }
    if scanner.skip("eE") {
      scanner.skip("+-")
      guard scanner.digits() != nil else { throw fault(word) }
      isFloat = true
    }
    guard scanner.at == bytes.count else { throw fault(word) }
    guard whole.count == 1 || whole.first != UInt8(ascii: "0") else {
      throw Fault(message: "the number \(word) begins with 0")
    }
    let plain = String(decoding: bytes.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
    if isFloat {
      guard let number = Double(plain), number.isFinite else {
        throw Fault(message: "the number \(word) is too large")
      }
      return .float(number)
    }
    guard let number = Int(plain) else {
      throw Fault(message: "the number \(word) does not fit 64 bits")
    }
    return .integer(number)
  }

  /// Says what a word is that is no number: something else of TOML, or nothing.
  private static func fault(_ word: String) -> Fault {
    let unsigned = word.drop { $0 == "+" || $0 == "-" }
    if unsigned == "inf" || unsigned == "nan" {
      return Fault(message: "\(word) is not taken: numbers are finite")
    }
    if ["0x", "0o", "0b"].contains(where: unsigned.hasPrefix) {
      return Fault(message: "the number \(word) is not taken: numbers are decimal")
    }
    let hyphenCount = word.utf8.count(where: { $0 == UInt8(ascii: "-") })
    if word.first?.isNumber == true, word.contains(":") || hyphenCount == 2 {
      return Fault(message: "dates and times are not taken: write \(word) as a string")
    }
    return Fault(
      message: "expected a string, a number, true, false or an array, not `\(word)`")
  }

  private struct Scanner {
    let bytes: [UInt8]
    var at = 0

    /// Takes one of `choices`, if one stands here.
    @discardableResult
    mutating func skip(_ choices: StaticString) -> Bool {
      guard at < bytes.count, "\(choices)".utf8.contains(bytes[at]) else { return false }
      at += 1
      return true
    }

    /// One digit or more, single underscores between them; nil where there are none.
    mutating func digits() -> ArraySlice<UInt8>? {
      let start = at
      var needsDigit = true
      while at < bytes.count {
        if bytes[at] == UInt8(ascii: "_"), !needsDigit {
          needsDigit = true
        } else if bytes[at] &- 0x30 < 10 {
          needsDigit = false
        } else {
          break
        }
        at += 1
      }
      return needsDigit ? nil : bytes[start..<at]
    }
  }
}
