internal import Parquet

extension ConfigurationCursor {
  /// The text from `start` with its variables replaced; the values of variables are not looked at again.
  func substituted(_ text: String, at start: TextPosition) throws(ParquetError) -> String {
    guard text.unicodeScalars.contains("$") else { return text }
    var result = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let next = rest.first {
      if rest.starts(with: "$${".unicodeScalars) {
        result.append(contentsOf: "${".unicodeScalars)
        rest = rest.dropFirst(3)
      } else if rest.starts(with: "${".unicodeScalars) {
        rest = rest.dropFirst(2)
        guard let end = rest.firstIndex(of: "}") else {
          throw fault("a variable is not closed: expected `}`, or `$${` for `${`", at: start)
        }
        result.append(contentsOf: try value(of: rest[..<end], at: start).unicodeScalars)
        rest = rest[rest.index(after: end)...]
      } else {
        result.append(next)
        rest = rest.dropFirst()
      }
    }
    return String(result)
  }

  /// The value of `NAME` or `NAME:-default`.
  private func value(
    of text: Substring.UnicodeScalarView, at start: TextPosition
  ) throws(ParquetError) -> String {
    let name = text.prefix(while: ConfigurationCursor.isNamePart)
    let rest = text[name.endIndex...]
    guard let first = name.first, !("0"..."9" ~= first),
      rest.isEmpty || rest.starts(with: ":-".unicodeScalars)
    else {
      throw fault(
        "`${\(ConfigurationValue.shortened(String(text)))}` is no variable:"
          + " expected `${NAME}` or `${NAME:-default}`, or `$${` for `${`", at: start)
    }
    let value = variables(String(name))
    guard !rest.isEmpty else {
      guard let value else {
        throw fault(
          "the variable \(ConfigurationValue.shortened(String(name))) is not set:"
            + " set it, or give a default, as `${NAME:-default}`", at: start)
      }
      return value
    }
    if let value, !value.isEmpty { return value }
    let standard = String(rest.dropFirst(2))
    guard !standard.unicodeScalars.contains("{") else {
      throw fault("the default of a variable holds a `{`: variables are not nested", at: start)
    }
    return standard
  }

  private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_": true
    default: false
    }
  }
}
