package import Parquet

/// A value of a configuration file in JSON or in a part of YAML, with the place where it begins.
///
/// Of YAML are taken mappings and lists by indentation, lists and mappings in brackets on one line, plain, quoted and
/// block texts, comments, and `---` before the first line. Everything else is an error that says what is not taken.
///
/// `${NAME}` in a text stands for a variable, `${NAME:-text}` for the text where the variable is empty or not set, and
/// `$${` for `${`. In YAML that holds for plain texts, whose kind is known only then, and for those in double quotes;
/// in JSON for all texts, but not for keys.
package struct ConfigurationValue: Hashable, Sendable {
  /// What a value is.
  package indirect enum Content: Hashable, Sendable {
    /// Nothing.
    case null
    /// A truth value.
    case boolean(Bool)
    /// A whole number.
    case integer(Int)
    /// A number with a point or an exponent, or one that is too large for an integer; infinite past the largest.
    case number(Double)
    /// Text.
    case string(String)
    /// Values in order, also of different kinds.
    case array([ConfigurationValue])
    /// Values by their keys, each key once, in the order of the text.
    case mapping([Member])
  }

  /// A key of a mapping with its value.
  package struct Member: Hashable, Sendable {
    /// The key.
    package let key: String
    /// Where the key stands.
    package let position: TextPosition
    /// The value.
    package let value: ConfigurationValue
  }

  /// How a configuration is written.
  package enum Format: Hashable, Sendable {
    /// As JSON.
    case json
    /// As YAML.
    case yaml

    /// The format of the file `name` with `text`: JSON where the name ends in `.json`, or the text begins with `{`.
    package init(name: String, text: [UInt8]) {
      let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
      let first = text.dropFirst(text.starts(with: mark) ? 3 : 0)
        .first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
      let isJSON = first == UInt8(ascii: "{") || name.lowercased().hasSuffix(".json")
      self = isJSON ? .json : .yaml
    }
  }

  /// The most bytes of a configuration.
  package static let largestByteCount = 1 << 22
  /// The deepest nesting of lists and mappings.
  package static let largestDepth = 64

  /// What it is.
  package let content: Content
  /// Where it begins.
  package let position: TextPosition
  /// The text of a text, number, boolean or null, variables replaced; nil for others.
  package let text: String?

  /// A value.
  init(_ content: Content, at position: TextPosition, text: String? = nil) {
    self.content = content
    self.position = position
    self.text = text
  }

  /// Reads `text`; `variables` gives the values of the variables in it.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument`, the line, and the character in the message: no UTF-8, too
  ///   large, nested too deep, what the format does not allow, a key that stands twice, a variable that is not set, or
  ///   what this part of YAML leaves out.
  package init(
    _ text: [UInt8], format: Format, variables: @escaping (String) -> String?
  ) throws(ParquetError) {
    guard text.count <= ConfigurationValue.largestByteCount else {
      throw ParquetError(
        .limitExceeded,
        "a configuration has \(text.count) bytes, of at most \(ConfigurationValue.largestByteCount)"
      )
    }
    let cursor = ConfigurationCursor(try configurationScalars(text), variables: variables)
    switch format {
    case .json:
      var parser = JSONConfigurationParser(cursor)
      self = try parser.readAll()
    case .yaml:
      var parser = YAMLParser(cursor)
      self = try parser.readAll()
    }
  }

  /// What kind of value it is and, where it is short, which, for messages.
  package var found: String {
    switch content {
    case .null: "nothing"
    case .boolean(let value): "\(value)"
    case .integer(let number): "\(number)"
    case .number(let number): text.map(ConfigurationValue.shortened) ?? "\(number)"
    case .string(let text): "the text `\(ConfigurationValue.shortened(text))`"
    case .array: "a list"
    case .mapping: "a mapping"
    }
  }

  /// The value at `key` of a mapping; nil where there is none, or this is no mapping.
  package func value(at key: String) -> ConfigurationValue? {
    guard case .mapping(let members) = content else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// What is shown of a text in messages: no control characters, and not too many others.
  package static func shortened(_ text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars.prefix(60) {
      let isControl = scalar.properties.generalCategory == .control
      shown += isControl ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return text.unicodeScalars.count > 60 ? shown + "…" : shown
  }
}
