package import Parquet

/// A place in the text of a configuration, lines and characters counted from 1.
package struct TextPosition: Hashable, Sendable {
  /// The line.
  package let line: Int
  /// The character in the line.
  package let column: Int

  /// A place.
  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// An error at this place.
  package func error(_ message: String) -> ParquetError {
    ParquetError(.invalidArgument, "at character \(column): \(message)").adding(line: line)
  }
}

/// The Unicode scalars of `text`, a byte order mark left out, which says what is so anyway.
///
/// - Throws: ``ParquetError`` with code `invalidArgument` and the line, where the text is not UTF-8.
func configurationScalars(_ text: [UInt8]) throws(ParquetError) -> [Unicode.Scalar] {
  guard let string = String(validating: text, as: UTF8.self) else {
    // A line end is never a part of another character.
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let fault = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
    throw ParquetError(.invalidArgument, "the text is not UTF-8").adding(line: (fault ?? 0) + 1)
  }
  let scalars = string.unicodeScalars
  return Array(scalars.first == "\u{FEFF}" ? scalars.dropFirst() : scalars[...])
}
