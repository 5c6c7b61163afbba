internal import Parquet

/// Where the parsers of configurations are in a text, and what both of them take from it.
struct ConfigurationCursor {
  let scalars: [Unicode.Scalar]
  /// The values of variables.
  let variables: (String) -> String?
  /// The next scalar.
  var at = 0
  private(set) var line = 1
  /// Where the line begins.
  private(set) var lineStart = 0

  init(_ scalars: [Unicode.Scalar], variables: @escaping (String) -> String?) {
    self.scalars = scalars
    self.variables = variables
  }

  // MARK: Places

  /// What comes next.
  var peek: Unicode.Scalar? { peek(0) }

  /// What comes `distance` behind the next.
  func peek(_ distance: Int) -> Unicode.Scalar? {
    at + distance < scalars.count ? scalars[at + distance] : nil
  }

  /// How many scalars of the line are before the next.
  var indentation: Int { at - lineStart }

  var position: TextPosition { TextPosition(line: line, column: indentation + 1) }

  func fault(_ message: String, at position: TextPosition? = nil) -> ParquetError {
    (position ?? self.position).error(message)
  }

  /// What comes next, for messages.
  var found: String {
    guard let next = peek else { return "the end of the text" }
    if isLineEnd { return "the end of the line" }
    return "`\(ConfigurationValue.shortened(String(next)))`"
  }

  /// Whether a line end comes next.
  var isLineEnd: Bool { isLineEnd(at) }

  /// Whether a line end or the end of the text comes next.
  var isLineOver: Bool { isLineOver(at) }

  /// Whether a line ends at the scalar `index`, or the text.
  func isLineOver(_ index: Int) -> Bool { index >= scalars.count || isLineEnd(index) }

  private func isLineEnd(_ index: Int) -> Bool {
    guard index < scalars.count else { return false }
    return scalars[index] == "\n"
      || (scalars[index] == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n")
  }

  /// Takes the line end that comes next.
  mutating func newLine() {
    at += peek == "\r" ? 2 : 1
    line += 1
    lineStart = at
  }

  mutating func skipBlanks() {
    while let next = peek, next == " " || next == "\t" { at += 1 }
  }

  mutating func skipSpaces() {
    while peek == " " { at += 1 }
  }

  /// Takes what comes next as a part of a text.
  mutating func take(_ what: String) throws(ParquetError) -> Unicode.Scalar {
    guard let next = peek, next == "\t" || next.properties.generalCategory != .control else {
      throw fault("\(what) holds the control character \(found)")
    }
    at += 1
    return next
  }

  // MARK: Texts in double quotes

  /// The text in double quotes that comes next, variables not yet replaced. In JSON a tab must be escaped, and there
  /// are fewer escapes.
  mutating func readQuoted(isJSON: Bool) throws(ParquetError) -> String {
    let start = position
    at += 1
    var text = String.UnicodeScalarView()
    while true {
      guard let next = peek, !isLineEnd else {
        throw fault("the text is not closed on its line: expected `\"`", at: start)
      }
      switch next {
      case "\"":
        at += 1
        return String(text)
      case "\\":
        text.append(try readEscape(isJSON: isJSON))
      case "\t" where isJSON:
        throw fault("a text holds a tab: write \\t")
      default:
        text.append(try take("a text"))
      }
    }
  }

  private mutating func readEscape(isJSON: Bool) throws(ParquetError) -> Unicode.Scalar {
    let start = position
    at += 1
    guard let letter = peek, !isLineEnd else { throw fault("an escape has no letter", at: start) }
    at += 1
    switch letter {
    case "b": return "\u{8}"
    case "t": return "\t"
    case "n": return "\n"
    case "f": return "\u{C}"
    case "r": return "\r"
    case "\"", "\\", "/": return letter
    case "u": return try readUnits(start)
    default: break
    }
    guard !isJSON else {
      throw fault(
        "there is no escape \\\(ConfigurationValue.shortened(String(letter)))"
          + " (valid: \\b \\t \\n \\f \\r \\\" \\\\ \\/ \\u)", at: start)
    }
    switch letter {
    case "0": return "\0"
    case "a": return "\u{7}"
    case "v": return "\u{B}"
    case "e": return "\u{1B}"
    case " ", "\t": return letter
    case "N": return "\u{85}"
    case "_": return "\u{A0}"
    case "L": return "\u{2028}"
    case "P": return "\u{2029}"
    case "x": return try scalar(readDigits("x", 2, start), start)
    case "U": return try scalar(readDigits("U", 8, start), start)
    default:
      throw fault(
        "there is no escape \\\(ConfigurationValue.shortened(String(letter)))"
          + " (valid: \\0 \\a \\b \\t \\n \\v \\f \\r \\e \\\" \\/ \\\\ \\N \\_ \\L \\P \\x \\u \\U)",
        at: start)
    }
  }

  /// What is behind `\u`: a character, or two halves of one.
  private mutating func readUnits(_ start: TextPosition) throws(ParquetError) -> Unicode.Scalar {
    let first = try readDigits("u", 4, start)
    guard 0xD800..<0xDC00 ~= first, peek == "\\", peek(1) == "u" else {
      return try scalar(first, start)
    }
    at += 2
    let second = try readDigits("u", 4, start)
    guard 0xDC00..<0xE000 ~= second else {
      throw fault("the escape is half a character", at: start)
    }
    return try scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00), start)
  }

  private mutating func readDigits(
    _ letter: String, _ count: Int, _ start: TextPosition
  ) throws(ParquetError) -> UInt32 {
    let digits = scalars[at..<min(at + count, scalars.count)]
    guard digits.count == count, digits.allSatisfy(\.properties.isASCIIHexDigit),
      let number = UInt32(String(String.UnicodeScalarView(digits)), radix: 16)
    else {
      throw fault("\\\(letter) needs \(count) hexadecimal digits", at: start)
    }
    at += count
    return number
  }

  private func scalar(_ number: UInt32, _ start: TextPosition) throws(ParquetError)
    -> Unicode.Scalar
  {
    guard let scalar = Unicode.Scalar(number) else {
      throw fault("the escape is no character", at: start)
    }
    return scalar
  }
}
