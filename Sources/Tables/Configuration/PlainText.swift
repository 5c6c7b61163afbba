extension ConfigurationValue {
  /// The value that `text` is without quotes: null, a boolean, a number or else text, by the core schema of YAML 1.2
  /// in decimal.
  package init(plain text: String, at position: TextPosition) {
    self.init(ConfigurationValue.content(ofPlain: text), at: position, text: text)
  }

  /// The text `text`, whatever it looks like.
  package init(text: String, at position: TextPosition) {
    self.init(.string(text), at: position, text: text)
  }

  private static func content(ofPlain text: String) -> Content {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .boolean(true)
    case "false", "False", "FALSE": return .boolean(false)
    default: break
    }
    guard let isInteger = isNumber(text) else { return .string(text) }
    if isInteger, let number = Int(text) { return .integer(number) }
    return Double(text).map { .number($0) } ?? .string(text)
  }

  /// Whether the number that `text` spells has neither point nor exponent; nil where it spells none.
  private static func isNumber(_ text: String) -> Bool? {
    var rest = text.utf8[...]
    func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") }
    if let first = rest.first, isSign(first) { rest = rest.dropFirst() }
    let whole = rest.prefix(while: isDigit)
    rest = rest[whole.endIndex...]
    var isInteger = true
    var fraction = rest[rest.startIndex..<rest.startIndex]
    if rest.first == UInt8(ascii: ".") {
      isInteger = false
      rest = rest.dropFirst()
      fraction = rest.prefix(while: isDigit)
      rest = rest[fraction.endIndex...]
    }
    guard !whole.isEmpty || !fraction.isEmpty else { return nil }
    if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      rest = rest.dropFirst()
      if let sign = rest.first, isSign(sign) { rest = rest.dropFirst() }
      let exponent = rest.prefix(while: isDigit)
      guard !exponent.isEmpty else { return nil }
      rest = rest[exponent.endIndex...]
    }
    return rest.isEmpty ? isInteger : nil
  }
}
