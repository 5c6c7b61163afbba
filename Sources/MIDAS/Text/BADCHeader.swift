internal import Parquet

/// The header of a BADC-CSV file: what stands before its rows.
///
/// A line is `label,reference,value[,value…]`. The reference is `G` for the whole file, or a column's
/// name. Labels repeat. A line that is exactly `data` ends the lines of this form; the names of the
/// columns follow it.
public struct BADCHeader: Sendable {
  /// One line of a header.
  public struct Attribute: Hashable, Sendable {
    /// What the line is about: `title`, `long_name`, `comments`.
    public let label: String
    /// `G`, or the name of a column.
    public let reference: String
    /// Everything behind the second comma, commas included.
    public let value: String

    /// The parts of ``value`` between its commas, without the blanks around them.
    public var values: [String] { value.splitAtCommas() }
  }

  /// The lines before `data`, in order.
  public let attributes: [Attribute]
  /// The names of the columns, in order.
  public let columns: [String]

  /// The value of a label that is about the whole file; its first, if it stands more than once.
  public func global(_ label: String) -> String? {
    attributes.first { $0.reference == "G" && $0.label == label }?.value
  }

  /// The first value of a label for a column.
  public func value(_ label: String, of column: String) -> String? {
    attributes.first { $0.reference == column && $0.label == label }?.value
  }

  /// The text that stands for a value that is not there.
  public var missingValue: String { global("missing_value") ?? "NA" }

  /// The column that the header marks as the rows' time.
  public var timeCoordinate: String? {
    attributes.first { $0.label == "coordinate_variable" && $0.value == "t" }?.reference
  }

  /// The name and the unit of a column; the unit is the last value of its `long_name`.
  public func longName(of column: String) -> (name: String, unit: String?)? {
    guard let values = value("long_name", of: column)?.splitAtCommas() else { return nil }
    guard values.count > 1, let unit = values.last else { return (values.first ?? "", nil) }
    return (values.dropLast().joined(separator: ", "), unit)
  }
}

extension BADCHeader {
  /// The most lines a header may have before its `data` line.
  private static let largestLineCount = 100_000

  /// Reads a header; the reader's next line is the first row.
  ///
  /// - Throws: ``ParquetError`` with code `malformedFile` and the file's name: no BADC-CSV, no `data`
  ///   line, `end data` before it, no column names, one twice or empty.
  init(_ lines: inout LineReader, file: String) throws(ParquetError) {
    func malformed(_ message: String) -> ParquetError {
      ParquetError(.malformedFile, message).adding(file: file)
    }
    var attributes: [Attribute] = []
    while true {
      guard let line = unsafe try lines.next() else {
        if lines.lineNumber == 0 { throw malformed("the file is empty") }
        throw malformed(
          "has no line `data`, which ends the header: it is not BADC-CSV, or cut short")
      }
      let text = unsafe String(badc: line).trimmingBlanks()
      if attributes.isEmpty {
        if text.isEmpty { continue }
        guard text.lowercased().hasPrefix("conventions,") else {
          throw malformed("is not BADC-CSV: its first line does not begin with `Conventions,`")
            .adding(line: lines.lineNumber)
        }
      }
      if text == "data" { break }
      if text == "end data" {
        throw malformed("`end data` stands before `data`").adding(line: lines.lineNumber)
      }
      guard lines.lineNumber <= BADCHeader.largestLineCount else {
        throw malformed("has no line `data` among its first \(BADCHeader.largestLineCount) lines")
      }
      // What is no attribute, a comment's second line for one, says nothing about the data.
      if let attribute = Attribute(line: text) { attributes.append(attribute) }
    }
    guard let line = unsafe try lines.next() else {
      throw malformed("ends after `data`: the names of the columns are missing")
        .adding(line: lines.lineNumber)
    }
    let columns = unsafe String(badc: line).splitAtCommas().map { $0.unquoted() }
    var seen: Set<String> = []
    for column in columns {
      guard !column.isEmpty else {
        throw malformed("a column has no name").adding(line: lines.lineNumber)
      }
      guard seen.insert(column).inserted else {
        throw malformed("two columns have the name \(column)").adding(line: lines.lineNumber)
      }
    }
    self.init(attributes: attributes, columns: columns)
  }
}

extension BADCHeader.Attribute {
  fileprivate init?(line: String) {
    let parts = line.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2 else { return nil }
    self.init(
      label: String(parts[0]).trimmingBlanks(), reference: String(parts[1]).trimmingBlanks(),
      value: parts.count > 2 ? String(parts[2]).trimmingBlanks() : "")
  }
}

extension String {
  /// Text of a BADC-CSV file: UTF-8, or Latin-1 where it is not.
  init(badc bytes: UnsafeRawBufferPointer) {
    if unsafe isUTF8(bytes) {
      self = unsafe String(decoding: bytes, as: UTF8.self)
    } else {
      self = ""
      for i in 0..<bytes.count { unsafe unicodeScalars.append(Unicode.Scalar(bytes[i])) }
    }
  }

  /// Without blanks, tabs and line ends around it.
  func trimmingBlanks() -> String {
    var text = self[...]
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return String(text)
  }

  /// The parts between commas, without the blanks around them.
  func splitAtCommas() -> [String] {
    split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmingBlanks() }
  }

  /// Without a pair of double quotes around it.
  func unquoted() -> String {
    count >= 2 && hasPrefix("\"") && hasSuffix("\"") ? String(dropFirst().dropLast()) : self
  }
}
