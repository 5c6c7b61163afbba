package import Parquet

/// A configuration file in a part of TOML: tables, and keys with strings, whole numbers, floats,
/// booleans, and arrays of these. Everything else is an error that says what is not taken.
package struct TOMLDocument: Sendable {
  /// A place in the text.
  package typealias Position = TextPosition

  /// A value.
  package indirect enum Value: Hashable, Sendable {
    /// Text.
    case string(String)
    /// A whole number.
    case integer(Int)
    /// A number with a point or an exponent.
    case float(Double)
    /// A truth value.
    case boolean(Bool)
    /// Values in order, also of different kinds.
    case array([Value])

    /// What kind of value it is, for messages.
    package var kind: String {
      switch self {
      case .string: "a string"
      case .integer: "a whole number"
      case .float: "a float"
      case .boolean: "a boolean"
      case .array: "an array"
      }
    }
  }

  /// A table that the text opens: `[processing]`.
  package struct Table: Hashable, Sendable {
    /// Its name, dots included.
    package let name: String
    /// Where it is opened.
    package let position: Position
  }

  /// A key with its value.
  package struct Entry: Hashable, Sendable {
    /// The name of its table; empty before the first table.
    package let table: String
    /// The key.
    package let key: String
    /// Where the key stands.
    package let position: Position
    /// The value.
    package let value: Value
    /// Where the value begins.
    package let valuePosition: Position
  }

  /// The tables, in the order of the text.
  package internal(set) var tables: [Table] = []
  /// The keys, in the order of the text.
  package internal(set) var entries: [Entry] = []

  /// Reads `text`.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument`, the line, and the character in the message:
  ///   no UTF-8, what TOML does not allow, a table or key that stands twice, or what this part of TOML
  ///   leaves out.
  package init(_ text: [UInt8]) throws(ParquetError) {
    var parser = TOMLParser(try configurationScalars(text))
    self.init()
    try parser.read(into: &self)
  }

  private init() {}

  /// An error at a place of a document's text.
  package static func error(_ message: String, at position: Position) -> ParquetError {
    position.error(message)
  }
}
