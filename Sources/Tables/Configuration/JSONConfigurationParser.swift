internal import Parquet

/// Reads a configuration in JSON.
struct JSONConfigurationParser {
  private var cursor: ConfigurationCursor

  init(_ cursor: ConfigurationCursor) { self.cursor = cursor }

  /// Reads the whole text.
  mutating func readAll() throws(ParquetError) -> ConfigurationValue {
    skipSpace()
    let value = try readValue(depth: 0)
    skipSpace()
    guard cursor.peek == nil else {
      throw cursor.fault("expected the end of the text, not \(cursor.found)")
    }
    return value
  }

  private mutating func skipSpace() {
    while true {
      cursor.skipBlanks()
      if cursor.isLineEnd {
        cursor.newLine()
      } else if cursor.peek == "\r" {
        cursor.at += 1
      } else {
        return
      }
    }
  }

  private mutating func readValue(depth: Int) throws(ParquetError) -> ConfigurationValue {
    let start = cursor.position
    switch cursor.peek {
    case "{": return ConfigurationValue(.mapping(try readObject(depth: depth + 1)), at: start)
    case "[": return ConfigurationValue(.array(try readArray(depth: depth + 1)), at: start)
    case "\"":
      let raw = try cursor.readQuoted(isJSON: true)
      let text = try cursor.substituted(raw, at: start)
      return ConfigurationValue(text: text, at: start)
    default: return try readWord()
    }
  }

  private mutating func open(_ what: String, depth: Int) throws(ParquetError) {
    guard depth <= ConfigurationValue.largestDepth else {
      throw cursor.fault(
        "\(what) is nested too deep, of at most \(ConfigurationValue.largestDepth)")
    }
    cursor.at += 1
    skipSpace()
  }

  private mutating func readObject(
    depth: Int
  ) throws(ParquetError) -> [ConfigurationValue.Member] {
    let start = cursor.position
    try open("an object", depth: depth)
    var members: [ConfigurationValue.Member] = []
    var keys: Set<String> = []
    guard cursor.peek != "}" else {
      cursor.at += 1
      return []
    }
    while true {
      guard cursor.peek != nil else { throw cursor.fault("the object is not closed", at: start) }
      let position = cursor.position
      guard cursor.peek == "\"" else {
        throw cursor.fault("expected a key in double quotes, not \(cursor.found)")
      }
      let key = try cursor.readQuoted(isJSON: true)
      guard keys.insert(key).inserted else {
        throw cursor.fault(
          "the key \(ConfigurationValue.shortened(key)) stands twice", at: position)
      }
      skipSpace()
      guard cursor.peek == ":" else {
        throw cursor.fault("expected `:` behind the key, not \(cursor.found)")
      }
      cursor.at += 1
      skipSpace()
      let value = try readValue(depth: depth)
      members.append(ConfigurationValue.Member(key: key, position: position, value: value))
      skipSpace()
      switch cursor.peek {
      case ",":
        cursor.at += 1
        skipSpace()
      case "}":
        cursor.at += 1
        return members
      case nil: throw cursor.fault("the object is not closed", at: start)
      default: throw cursor.fault("expected `,` or `}`, not \(cursor.found)")
      }
    }
  }

  private mutating func readArray(depth: Int) throws(ParquetError) -> [ConfigurationValue] {
    let start = cursor.position
    try open("an array", depth: depth)
    var values: [ConfigurationValue] = []
    guard cursor.peek != "]" else {
      cursor.at += 1
      return []
    }
    while true {
      guard cursor.peek != nil else { throw cursor.fault("the array is not closed", at: start) }
      values.append(try readValue(depth: depth))
      skipSpace()
      switch cursor.peek {
      case ",":
        cursor.at += 1
        skipSpace()
      case "]":
        cursor.at += 1
        return values
      case nil: throw cursor.fault("the array is not closed", at: start)
      default: throw cursor.fault("expected `,` or `]`, not \(cursor.found)")
      }
    }
  }

  /// A number, a boolean or null.
  private mutating func readWord() throws(ParquetError) -> ConfigurationValue {
    let start = cursor.position
    var scalars = String.UnicodeScalarView()
    while let next = cursor.peek, JSONConfigurationParser.isWordPart(next) {
      scalars.append(next)
      cursor.at += 1
    }
    let word = String(scalars)
    guard !word.isEmpty else { throw cursor.fault("expected a value, not \(cursor.found)") }
    let isWord = word == "true" || word == "false" || word == "null"
    guard isWord || JSONConfigurationParser.isNumber(word) else {
      throw cursor.fault(
        "expected a text in double quotes, a number, true, false, null, an array or an object, not"
          + " `\(ConfigurationValue.shortened(word))`", at: start)
    }
    return ConfigurationValue(plain: word, at: start)
  }

  private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "+", "-", ".", "_", "'", "$": true
    default: false
    }
  }

  /// Whether JSON allows the number: a whole part without leading zeros, digits on both sides of the point.
  private static func isNumber(_ word: String) -> Bool {
    var rest = word.utf8[...]
    func digits() -> Int {
      let count = rest.prefix { $0 &- 0x30 < 10 }.count
      rest = rest.dropFirst(count)
      return count
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let isZero = rest.first == UInt8(ascii: "0")
    let wholeCount = digits()
    guard wholeCount == 1 || (wholeCount > 1 && !isZero) else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard digits() > 0 else { return false }
    }
    if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
      rest = rest.dropFirst()
      if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
        rest = rest.dropFirst()
      }
      guard digits() > 0 else { return false }
    }
    return rest.isEmpty
  }
}
