internal import Parquet

/// What stands within a line: texts, and lists and mappings in brackets.
extension YAMLParser {
  /// Whether a key with its colon comes next.
  var startsMapping: Bool {
    var end: Int
    switch cursor.peek {
    case "\"", "'": end = quotedEnd
    case "[", "{", "|", ">", "&", "*", "!", "%", "@", "`", "#", ",", "]", "}": return false
    case "?" where isGap(1): return false
    default: end = plainEnd(inFlow: false)
    }
    while end < cursor.scalars.count, cursor.scalars[end] == " " || cursor.scalars[end] == "\t" {
      end += 1
    }
    return end < cursor.scalars.count && cursor.scalars[end] == ":" && isGap(end - cursor.at + 1)
  }

  /// Where the quoted text that comes next ends, or its line does.
  private var quotedEnd: Int {
    let quote = cursor.peek
    var index = cursor.at + 1
    while !cursor.isLineOver(index) {
      if cursor.scalars[index] == quote { return index + 1 }
      index += quote == "\"" && cursor.scalars[index] == "\\" ? 2 : 1
    }
    return index
  }

  /// Where the text without quotes that comes next ends, blanks behind it included.
  private func plainEnd(inFlow: Bool) -> Int {
    let scalars = cursor.scalars
    var index = cursor.at
    var isBehindBlank = false
    while !cursor.isLineOver(index) {
      let next = scalars[index]
      switch next {
      case ":" where endsKey(index + 1, inFlow: inFlow): return index
      case "#" where isBehindBlank: return index
      case ",", "[", "]", "{", "}":
        if inFlow { return index }
      case "$":
        let rest = scalars[index...]
        if rest.starts(with: "$${".unicodeScalars) {
          index += 2
        } else if rest.starts(with: "${".unicodeScalars) {
          // A variable belongs to the text, whatever its default holds.
          while scalars[index] != "}" {
            index += 1
            if cursor.isLineOver(index) { return index }
          }
        }
      default: break
      }
      isBehindBlank = next == " " || next == "\t"
      index += 1
    }
    return index
  }

  /// Whether a colon ends a key where the scalar `index` comes behind it.
  private func endsKey(_ index: Int, inFlow: Bool) -> Bool {
    if cursor.isLineOver(index) { return true }
    switch cursor.scalars[index] {
    case " ", "\t": return true
    case ",", "[", "]", "{", "}": return inFlow
    default: return false
    }
  }

  /// Reads a key and its colon; `keys` are those of the mapping so far.
  mutating func readKey(
    inFlow: Bool, among keys: inout Set<String>
  ) throws(ParquetError) -> String {
    let start = cursor.position
    let isQuoted = cursor.peek == "\"" || cursor.peek == "'"
    let key = isQuoted ? try readQuoted() : try readPlain(inFlow: inFlow)
    cursor.skipBlanks()
    guard cursor.peek == ":", isQuoted && inFlow || endsKey(cursor.at + 1, inFlow: inFlow) else {
      throw cursor.fault("expected `:` and a blank behind the key, not \(cursor.found)")
    }
    guard isQuoted || key != "<<" else { throw cursor.fault("merge keys are not taken", at: start) }
    guard keys.insert(key).inserted else {
      throw cursor.fault("the key \(ConfigurationValue.shortened(key)) stands twice", at: start)
    }
    cursor.at += 1
    return key
  }

  /// Reads the value that begins on this line: in brackets (`inFlow`), or of what has the indentation `parent`.
  mutating func readInline(
    depth: Int, parent: Int, inFlow: Bool
  ) throws(ParquetError) -> ConfigurationValue {
    let start = cursor.position
    switch cursor.peek {
    case "\"":
      let text = try cursor.substituted(try readQuoted(), at: start)
      return ConfigurationValue(text: text, at: start)
    case "'":
      let text = try readQuoted()
      return ConfigurationValue(text: text, at: start)
    case "[":
      return ConfigurationValue(.array(try readFlowList(depth: depth + 1)), at: start)
    case "{":
      return ConfigurationValue(.mapping(try readFlowMapping(depth: depth + 1)), at: start)
    case "|" where !inFlow, ">" where !inFlow:
      let text = try readBlockText(parent: parent)
      return ConfigurationValue(text: text, at: start)
    default:
      let text = try cursor.substituted(try readPlain(inFlow: inFlow), at: start)
      return ConfigurationValue(plain: text, at: start)
    }
  }

  /// A text in quotes; in single ones two stand for one, and there are no escapes.
  private mutating func readQuoted() throws(ParquetError) -> String {
    guard cursor.peek == "'" else { return try cursor.readQuoted(isJSON: false) }
    let start = cursor.position
    cursor.at += 1
    var text = String.UnicodeScalarView()
    while true {
      guard let next = cursor.peek, !cursor.isLineEnd else {
        throw cursor.fault("the text is not closed on its line: expected `'`", at: start)
      }
      if next == "'" {
        cursor.at += 1
        guard cursor.peek == "'" else { return String(text) }
      }
      text.append(try cursor.take("a text"))
    }
  }

  /// A text without quotes, variables not yet replaced.
  private mutating func readPlain(inFlow: Bool) throws(ParquetError) -> String {
    try checkPlainStart()
    let end = plainEnd(inFlow: inFlow)
    var text = String.UnicodeScalarView()
    while cursor.at < end { text.append(try cursor.take("a text")) }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return String(text)
  }

  /// Refuses what a text without quotes does not begin with.
  private func checkPlainStart() throws(ParquetError) {
    switch cursor.peek {
    case "&": throw cursor.fault("anchors are not taken: `&` begins a text in quotes alone")
    case "*": throw cursor.fault("aliases are not taken: `*` begins a text in quotes alone")
    case "!": throw cursor.fault("tags are not taken: `!` begins a text in quotes alone")
    case "?" where isGap(1): throw cursor.fault("keys marked by `?` are not taken")
    case "-" where isGap(1):
      throw cursor.fault("expected a value, not `-`: a list begins on a line of its own")
    case "|", ">", "%", "@", "`":
      throw cursor.fault(
        "expected a value, not \(cursor.found), which begins a text in quotes alone")
    case "#", ",", "[", "]", "{", "}", nil:
      throw cursor.fault("expected a value, not \(cursor.found)")
    case ":" where isGap(1): throw cursor.fault("expected a key, not `:`")
    default:
      guard !cursor.isLineEnd else { throw cursor.fault("expected a value, not \(cursor.found)") }
    }
  }

  // MARK: Brackets

  private mutating func readFlowList(depth: Int) throws(ParquetError) -> [ConfigurationValue] {
    let start = cursor.position
    try checkDepth(depth)
    cursor.at += 1
    var values: [ConfigurationValue] = []
    while try !closes("]", start) {
      values.append(try readInline(depth: depth, parent: 0, inFlow: true))
      try endFlowItem("]", start)
    }
    return values
  }

  private mutating func readFlowMapping(
    depth: Int
  ) throws(ParquetError) -> [ConfigurationValue.Member] {
    let start = cursor.position
    try checkDepth(depth)
    cursor.at += 1
    var members: [ConfigurationValue.Member] = []
    var keys: Set<String> = []
    while try !closes("}", start) {
      let position = cursor.position
      let key = try readKey(inFlow: true, among: &keys)
      cursor.skipBlanks()
      let isNull = cursor.peek == "," || cursor.peek == "}" || cursor.isLineOver
      let value =
        isNull
        ? ConfigurationValue(.null, at: cursor.position, text: "")
        : try readInline(depth: depth, parent: 0, inFlow: true)
      members.append(ConfigurationValue.Member(key: key, position: position, value: value))
      try endFlowItem("}", start)
    }
    return members
  }

  /// Takes the bracket that closes a list or a mapping, where it comes next.
  private mutating func closes(
    _ bracket: Unicode.Scalar, _ start: TextPosition
  ) throws(ParquetError) -> Bool {
    cursor.skipBlanks()
    guard !cursor.isLineOver else {
      throw cursor.fault("the bracket is not closed on its line: expected `\(bracket)`", at: start)
    }
    guard cursor.peek == bracket else { return false }
    cursor.at += 1
    return true
  }

  /// Takes the comma behind a value in brackets; what closes them is left.
  private mutating func endFlowItem(
    _ bracket: Unicode.Scalar, _ start: TextPosition
  ) throws(ParquetError) {
    cursor.skipBlanks()
    switch cursor.peek {
    case ",": cursor.at += 1
    case bracket: break
    default:
      guard !cursor.isLineOver else {
        throw cursor.fault(
          "the bracket is not closed on its line: expected `\(bracket)`", at: start)
      }
      throw cursor.fault("expected `,` or `\(bracket)`, not \(cursor.found)")
    }
  }
}
