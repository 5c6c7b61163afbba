/// A table of texts as commands print it: aligned for people, CSV for programs, Markdown for reports.
public struct TextTable: Sendable {
  /// A column.
  public struct Column: Sendable {
    /// The name that programs know it by: `first_day`.
    public let name: String
    /// The name that people read: `first day`.
    public let title: String
    /// Whether its texts stand at the column's right edge.
    public let isNumber: Bool

    /// A column; without a title its name is shown, underscores as blanks.
    public init(_ name: String, title: String? = nil, isNumber: Bool = false) {
      self.name = name
      self.title = title ?? String(name.map { $0 == "_" ? " " : $0 })
      self.isNumber = isNumber
    }
  }

  /// The columns, in order.
  public let columns: [Column]
  /// The rows, each with one text a column.
  public private(set) var rows: [[String]] = []

  /// A table without rows.
  public init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row.
  ///
  /// - Precondition: it has a text for each column.
  public mutating func append(_ row: [String]) {
    precondition(row.count == columns.count, "a row has a text for each column")
    rows.append(row)
  }

  /// The lines for people: titles, then rows, each column as wide as its longest text; `-` where there is
  /// no text.
  public var aligned: [String] {
    let texts =
      [columns.map { $0.title.uppercased() }]
      + rows.map { row in row.map { $0.isEmpty ? "-" : Console.printable($0) } }
    let widths = columns.indices.map { column in texts.map { $0[column].count }.max() ?? 0 }
    return texts.map { row in
      var line = ""
      for (index, text) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[index] - text.count)
        if index > 0 { line += "  " }
        if columns[index].isNumber {
          line += padding + text
        } else {
          // Nothing stands behind the last column.
          line += index + 1 < row.count ? text + padding : text
        }
      }
      return line
    }
  }

  /// The lines as CSV, the columns' names first; a text with a comma, a quote or a line end is quoted.
  public var csv: [String] {
    ([columns.map(\.name)] + rows).map { row in
      row.map { TextTable.csvField($0) }.joined(separator: ",")
    }
  }

  /// The lines of a Markdown table.
  public var markdown: [String] {
    let heads = columns.map { $0.isNumber ? "---:" : "---" }
    return ([columns.map(\.title), heads] + rows).map { row in
      "| \(row.map { TextTable.markdownCell($0) }.joined(separator: " | ")) |"
    }
  }

  private static func csvField(_ text: String) -> String {
    let needsQuotes = text.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
    guard needsQuotes else { return text }
    let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
    return "\"\(parts.joined(separator: "\"\""))\""
  }

  private static func markdownCell(_ text: String) -> String {
    var cell = ""
    for character in Console.printable(text) {
      if "\\|`*_<>[]".contains(character) { cell.append("\\") }
      cell.append(character)
    }
    return cell
  }
}
