/// A JSON text being put together from values, members in the order given.
public indirect enum JSON: Sendable {
  /// Members in order.
  case object([(name: String, value: JSON)])
  /// Elements in order.
  case array([JSON])
  /// A string.
  case string(String)
  /// A whole number.
  case integer(Int)
  /// A truth value.
  case boolean(Bool)
  /// JSON text made elsewhere.
  case raw(String)
  /// Nothing.
  case null

  /// An object without the members whose value is nil.
  public static func members(_ members: [(name: String, value: JSON?)]) -> JSON {
    .object(members.compactMap { member in member.value.map { (member.name, $0) } })
  }

  /// A string; null where there is none.
  public static func optional(_ string: String?) -> JSON { string.map { .string($0) } ?? .null }

  /// A whole number; null where there is none.
  public static func optional(_ number: Int?) -> JSON { number.map { .integer($0) } ?? .null }

  /// The text: members and elements on lines of their own, but what holds no other object or array on
  /// one line.
  public var text: String {
    var text = ""
    append(to: &text, indent: 0)
    return text
  }

  private var isFlat: Bool {
    switch self {
    case .object(let members): members.allSatisfy { $0.value.isScalar }
    case .array(let elements): elements.allSatisfy(\.isScalar)
    default: true
    }
  }

  private var isScalar: Bool {
    switch self {
    case .object(let members): members.isEmpty
    case .array(let elements): elements.isEmpty
    default: true
    }
  }

  private func append(to text: inout String, indent: Int) {
    switch self {
    case .object(let members):
      appendList(members.count, "{", "}", to: &text, indent: indent) { index, text in
        JSON.append(members[index].name, to: &text)
        text += ": "
        members[index].value.append(to: &text, indent: indent + 1)
      }
    case .array(let elements):
      appendList(elements.count, "[", "]", to: &text, indent: indent) { index, text in
        elements[index].append(to: &text, indent: indent + 1)
      }
    case .string(let string): JSON.append(string, to: &text)
    case .integer(let number): text += String(number)
    case .boolean(let value): text += value ? "true" : "false"
    case .raw(let raw): text += raw
    case .null: text += "null"
    }
  }

  private func appendList(
    _ count: Int, _ open: String, _ close: String, to text: inout String, indent: Int,
    _ appendElement: (_ index: Int, _ text: inout String) -> Void
  ) {
    let isFlat = isFlat
    text += open
    for index in 0..<count {
      if index > 0 { text += isFlat ? ", " : "," }
      if !isFlat { text += "\n" + String(repeating: "  ", count: indent + 1) }
      appendElement(index, &text)
    }
    if !isFlat { text += "\n" + String(repeating: "  ", count: indent) }
    text += close
  }

  private static func append(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..."\u{1f}", "\u{7f}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
