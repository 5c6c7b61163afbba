internal import Parquet

/// Reads the part of YAML that ``ConfigurationValue`` takes: here what follows from indentation.
struct YAMLParser {
  var cursor: ConfigurationCursor

  init(_ cursor: ConfigurationCursor) { self.cursor = cursor }

  /// Reads the whole text.
  mutating func readAll() throws(ParquetError) -> ConfigurationValue {
    try skipBlankLines()
    if cursor.peek == "%", cursor.indentation == 0 {
      throw cursor.fault("directives are not taken")
    }
    if isMarker("-") {
      cursor.at += 3
      try endLine()
      try skipBlankLines()
    }
    guard !isAtEnd else {
      guard !isMarker("-") else { throw cursor.fault("several documents are not taken") }
      return ConfigurationValue(.null, at: cursor.position, text: "")
    }
    let value = try readNode(depth: 0, parent: -1)
    try skipBlankLines()
    if isMarker(".") {
      cursor.at += 3
      try endLine()
      try skipBlankLines()
    }
    guard !isMarker("-") else { throw cursor.fault("several documents are not taken") }
    guard cursor.peek == nil else {
      throw cursor.fault("expected the end of the text, not \(cursor.found)")
    }
    return value
  }

  // MARK: Lines

  /// Whether the text ends here, or the document in it.
  private var isAtEnd: Bool { cursor.peek == nil || isMarker("-") || isMarker(".") }

  /// Whether three of `mark` stand alone at the begin of the line.
  private func isMarker(_ mark: Unicode.Scalar) -> Bool {
    cursor.indentation == 0 && (0..<3).allSatisfy { cursor.peek($0) == mark } && isGap(3)
  }

  /// Whether a blank, a line end or the end of the text comes `distance` behind the next scalar.
  func isGap(_ distance: Int) -> Bool {
    let next = cursor.peek(distance)
    return next == " " || next == "\t" || cursor.isLineOver(cursor.at + distance)
  }

  /// Whether an entry of a list comes next.
  private var isEntry: Bool { cursor.peek == "-" && isGap(1) }

  /// Skips lines without anything but comments, and the indentation of the next one that has more.
  private mutating func skipBlankLines() throws(ParquetError) {
    while true {
      cursor.skipSpaces()
      try skipTabs()
      try skipComment()
      guard cursor.isLineEnd else { return }
      cursor.newLine()
    }
  }

  /// Skips tabs, which may stand before comments and the line's end, but not before anything else.
  private mutating func skipTabs() throws(ParquetError) {
    guard cursor.peek == "\t" else { return }
    let start = cursor.position
    cursor.skipBlanks()
    guard cursor.isLineOver || cursor.peek == "#" else {
      throw cursor.fault("tabs are not taken as indentation: expected blanks", at: start)
    }
  }

  /// Skips a comment, if one begins here.
  private mutating func skipComment() throws(ParquetError) {
    guard cursor.peek == "#" else { return }
    while !cursor.isLineOver { _ = try cursor.take("a comment") }
  }

  /// Expects nothing more on the line but a comment.
  mutating func endLine() throws(ParquetError) {
    cursor.skipBlanks()
    // A mark of comments stands behind a blank; one that a text without quotes ends with was taken with it.
    let isBehindBlank = cursor.at == 0 || [" ", "\t", "\n"].contains(cursor.scalars[cursor.at - 1])
    if isBehindBlank { try skipComment() }
    guard cursor.isLineOver else {
      let hint = cursor.peek == ":" && isGap(1) ? ": a text with `: ` stands in quotes" : ""
      throw cursor.fault("expected the end of the line, not \(cursor.found)\(hint)")
    }
  }

  // MARK: Blocks

  /// Reads the value that comes next, to the end of its last line, of what has the indentation `parent`.
  private mutating func readNode(
    depth: Int, parent: Int
  ) throws(ParquetError) -> ConfigurationValue {
    if isEntry { return try readList(depth: depth + 1) }
    if startsMapping { return try readMapping(depth: depth + 1) }
    let value = try readInline(depth: depth, parent: parent, inFlow: false)
    try endLine()
    return value
  }

  /// Reads the value of a key or an entry from the lines below, where their indentation is larger; the entries of a
  /// list may have the indentation of a key (`takesEntries`).
  private mutating func readBelow(
    indentation: Int, depth: Int, takesEntries: Bool
  ) throws(ParquetError) -> ConfigurationValue {
    let nothing = ConfigurationValue(.null, at: cursor.position, text: "")
    try skipComment()
    try skipBlankLines()
    guard !isAtEnd else { return nothing }
    if cursor.indentation > indentation { return try readNode(depth: depth, parent: indentation) }
    if takesEntries, cursor.indentation == indentation, isEntry {
      return try readList(depth: depth + 1)
    }
    return nothing
  }

  /// Whether the line holds nothing more but a comment.
  private mutating func isRestEmpty() -> Bool {
    cursor.skipBlanks()
    return cursor.isLineOver || cursor.peek == "#"
  }

  private mutating func readList(depth: Int) throws(ParquetError) -> ConfigurationValue {
    let start = cursor.position
    try checkDepth(depth)
    let indentation = cursor.indentation
    var values: [ConfigurationValue] = []
    repeat {
      cursor.at += 1
      cursor.skipSpaces()
      try skipTabs()
      if isRestEmpty() {
        values.append(
          try readBelow(indentation: indentation, depth: depth, takesEntries: false))
      } else {
        values.append(try readNode(depth: depth, parent: indentation))
      }
      try skipBlankLines()
      guard !isAtEnd, cursor.indentation >= indentation else { break }
      try checkIndentation(indentation, "an entry")
    } while isEntry
    return ConfigurationValue(.array(values), at: start)
  }

  private mutating func readMapping(depth: Int) throws(ParquetError) -> ConfigurationValue {
    let start = cursor.position
    try checkDepth(depth)
    let indentation = cursor.indentation
    var members: [ConfigurationValue.Member] = []
    var keys: Set<String> = []
    while true {
      let position = cursor.position
      let key = try readKey(inFlow: false, among: &keys)
      let value: ConfigurationValue
      if isRestEmpty() {
        value = try readBelow(indentation: indentation, depth: depth, takesEntries: true)
      } else {
        value = try readInline(depth: depth, parent: indentation, inFlow: false)
        try endLine()
      }
      members.append(ConfigurationValue.Member(key: key, position: position, value: value))
      try skipBlankLines()
      guard !isAtEnd, cursor.indentation >= indentation else { break }
      try checkIndentation(indentation, "a key")
      guard !isEntry else { throw cursor.fault("expected a key, not the `-` of a list") }
      guard startsMapping else {
        _ = try readInline(depth: depth, parent: indentation, inFlow: false)
        throw cursor.fault("expected `:` and a blank behind a key, not \(cursor.found)")
      }
    }
    return ConfigurationValue(.mapping(members), at: start)
  }

  func checkDepth(_ depth: Int) throws(ParquetError) {
    guard depth <= ConfigurationValue.largestDepth else {
      throw cursor.fault(
        "lists and mappings are nested too deep, of at most \(ConfigurationValue.largestDepth)")
    }
  }

  private func checkIndentation(_ indentation: Int, _ what: String) throws(ParquetError) {
    guard cursor.indentation == indentation else {
      throw cursor.fault(
        "expected \(what) with \(indentation) blanks before it, as the one above has, not"
          + " \(cursor.indentation)")
    }
  }
}
