internal import Parquet

/// Reads the part of TOML that ``TOMLDocument`` has.
struct TOMLParser {
  /// The deepest nesting of arrays.
  private static let largestDepth = 64

  private let scalars: [Unicode.Scalar]
  private var at = 0
  private var line = 1
  /// Where the line begins.
  private var lineStart = 0
  private var tableNames: Set<String> = []
  private var keys: Set<String> = []

  init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

  /// Reads the whole text.
  mutating func read(into document: inout TOMLDocument) throws(ParquetError) {
    var table = ""
    while true {
      try skipBlankLines()
      guard let next = peek else { return }
      if next == "[" {
        let opened = try readTable()
        document.tables.append(opened)
        table = opened.name
      } else {
        document.entries.append(try readEntry(in: table))
      }
      try endLine()
    }
  }

  // MARK: Places

  private var peek: Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }

  private var position: TOMLDocument.Position {
    TOMLDocument.Position(line: line, column: at - lineStart + 1)
  }

  private func fault(
    _ message: String, at position: TOMLDocument.Position? = nil
  ) -> ParquetError {
    TOMLDocument.error(message, at: position ?? self.position)
  }

  /// What stands at the current place, for messages.
  private var found: String {
    guard let next = peek else { return "the end of the text" }
    if isLineEnd { return "the end of the line" }
    let isControl = next.properties.generalCategory == .control
    return "`\(isControl ? next.escaped(asASCII: true) : String(next))`"
  }

  private var isLineEnd: Bool {
    peek == "\n" || (peek == "\r" && at + 1 < scalars.count && scalars[at + 1] == "\n")
  }

  /// Takes the line end at the current place.
  private mutating func newLine() {
    at += peek == "\r" ? 2 : 1
    line += 1
    lineStart = at
  }

  private mutating func skipBlanks() {
    while let next = peek, next == " " || next == "\t" { at += 1 }
  }

  /// Skips a comment, if one begins here.
  private mutating func skipComment() throws(ParquetError) {
    guard peek == "#" else { return }
    while let next = peek, !isLineEnd {
      guard next == "\t" || next.properties.generalCategory != .control else {
        throw fault("a comment holds the control character \(found)")
      }
      at += 1
    }
  }

  /// Skips blanks, comments and line ends.
  private mutating func skipBlankLines() throws(ParquetError) {
    while true {
      skipBlanks()
      try skipComment()
      guard isLineEnd else { return }
      newLine()
    }
  }

  /// Expects nothing more on the line but a comment.
  private mutating func endLine() throws(ParquetError) {
    skipBlanks()
    try skipComment()
    guard peek == nil || isLineEnd else {
      throw fault("expected the end of the line, not \(found)")
    }
  }

  // MARK: Tables and keys

  private mutating func readTable() throws(ParquetError) -> TOMLDocument.Table {
    let start = position
    at += 1
    if peek == "[" { throw fault("arrays of tables are not taken", at: start) }
    var names: [String] = []
    repeat {
      if !names.isEmpty { at += 1 }
      skipBlanks()
      names.append(try readName("a table's name"))
      skipBlanks()
    } while peek == "."
    guard peek == "]" else { throw fault("expected `]` behind the table's name, not \(found)") }
    at += 1
    let name = names.joined(separator: ".")
    guard tableNames.insert(name).inserted else {
      throw fault("the table [\(name)] stands twice", at: start)
    }
    keys = []
    return TOMLDocument.Table(name: name, position: start)
  }

  private mutating func readEntry(in table: String) throws(ParquetError) -> TOMLDocument.Entry {
    let start = position
    let key = try readName("a key")
    skipBlanks()
    if peek == "." { throw fault("dotted keys are not taken: write the key below its [table]") }
    guard peek == "=" else { throw fault("expected `=` behind the key \(key), not \(found)") }
    guard keys.insert(key).inserted else {
      throw fault("the key \(key) stands twice", at: start)
    }
    at += 1
    skipBlanks()
    let valueStart = position
    let value = try readValue(depth: 0)
    return TOMLDocument.Entry(
      table: table, key: key, position: start, value: value, valuePosition: valueStart)
  }

  /// Letters and digits of ASCII, hyphens and underscores.
  private mutating func readName(_ what: String) throws(ParquetError) -> String {
    var name = ""
    while let next = peek, isNamePart(next) {
      name.unicodeScalars.append(next)
      at += 1
    }
    if name.isEmpty, peek == "\"" || peek == "'" { throw fault("quoted keys are not taken") }
    guard !name.isEmpty else { throw fault("expected \(what), not \(found)") }
    return name
  }

  private func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
    default: false
    }
  }

  // MARK: Values

  private mutating func readValue(depth: Int) throws(ParquetError) -> TOMLDocument.Value {
    switch peek {
    case "\"": return .string(try readString())
    case "'": return .string(try readLiteral())
    case "[": return .array(try readArray(depth: depth + 1))
    case "{": throw fault("inline tables are not taken")
    default: return try readWord()
    }
  }

  private mutating func readArray(depth: Int) throws(ParquetError) -> [TOMLDocument.Value] {
    let start = position
    guard depth <= TOMLParser.largestDepth else { throw fault("arrays are nested too deep") }
    at += 1
    var values: [TOMLDocument.Value] = []
    while true {
      try skipBlankLines()
      if peek == "]" {
        at += 1
        return values
      }
      guard peek != nil else { throw fault("the array is not closed", at: start) }
      values.append(try readValue(depth: depth))
      try skipBlankLines()
      switch peek {
      case ",": at += 1
      case "]": continue
      case nil: throw fault("the array is not closed", at: start)
      default: throw fault("expected `,` or `]` in the array, not \(found)")
      }
    }
  }

  /// A string in double quotes.
  private mutating func readString() throws(ParquetError) -> String {
    let start = position
    try openString("\"", start)
    var text = ""
    while true {
      guard let next = peek, !isLineEnd else { throw fault("the string is not closed", at: start) }
      switch next {
      case "\"":
        at += 1
        return text
      case "\\":
        text.unicodeScalars.append(try readEscape())
      default:
        text.unicodeScalars.append(try plain(next))
      }
    }
  }

  /// A string in single quotes, which has no escapes.
  private mutating func readLiteral() throws(ParquetError) -> String {
    let start = position
    try openString("'", start)
    var text = ""
    while true {
      guard let next = peek, !isLineEnd else { throw fault("the string is not closed", at: start) }
      if next == "'" {
        at += 1
        return text
      }
      text.unicodeScalars.append(try plain(next))
    }
  }

  private mutating func openString(
    _ quote: Unicode.Scalar, _ start: TOMLDocument.Position
  ) throws(ParquetError) {
    if at + 2 < scalars.count, scalars[at + 1] == quote, scalars[at + 2] == quote {
      throw fault("strings of several lines are not taken", at: start)
    }
    at += 1
  }

  private mutating func plain(_ scalar: Unicode.Scalar) throws(ParquetError) -> Unicode.Scalar {
    guard scalar == "\t" || scalar.properties.generalCategory != .control else {
      throw fault("a string holds the control character \(found)")
    }
    at += 1
    return scalar
  }

  private mutating func readEscape() throws(ParquetError) -> Unicode.Scalar {
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
    case "\"", "\\": return letter
    case "u", "U":
      let count = letter == "u" ? 4 : 8
      let digits = scalars[at..<min(at + count, scalars.count)]
      guard digits.count == count, digits.allSatisfy({ $0.properties.isASCIIHexDigit }),
        let number = UInt32(String(String.UnicodeScalarView(digits)), radix: 16),
        let scalar = Unicode.Scalar(number)
      else {
        throw fault("\\\(letter) needs the \(count) hexadecimal digits of a character", at: start)
      }
      at += count
      return scalar
    default:
      throw fault(
        "there is no escape \\\(letter) (valid: \\b \\t \\n \\f \\r \\\" \\\\ \\u \\U)", at: start)
    }
  }

  /// A number or a boolean.
  private mutating func readWord() throws(ParquetError) -> TOMLDocument.Value {
    let start = position
    var word = ""
    while let next = peek, isNamePart(next) || "+.:".unicodeScalars.contains(next) {
      word.unicodeScalars.append(next)
      at += 1
    }
    switch word {
    case "": throw fault("expected a value, not \(found)", at: start)
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    default: break
    }
    do throws(TOMLNumber.Fault) { return try TOMLNumber.value(word) } catch {
      throw fault(error.message, at: start)
    }
  }
}
