internal import Parquet

/// A row, or a whole file, that could not be converted.
public struct Rejection: Hashable, Sendable {
  /// The file's path.
  public let file: String
  /// The row's line, counted from 1; nil where the file as a whole is rejected.
  public let line: Int?
  /// The column whose value is wrong, if it is one.
  public let column: String?
  /// What is wrong.
  public let reason: String
  /// The row as it stands in the file.
  public let text: String?

  /// Notes a rejection.
  public init(file: String, line: Int?, column: String?, reason: String, text: String?) {
    self.file = file
    self.line = line
    self.column = column
    self.reason = reason
    self.text = text
  }

  /// The rejection of a file for `error`.
  init(_ error: ParquetError, file: String) {
    self.init(
      file: error.context.file ?? file, line: error.context.line, column: error.context.column,
      reason: error.message, text: nil)
  }

  /// The rejection as an error.
  var error: ParquetError {
    ParquetError(.rejectedData, reason).adding(file: file, column: column, line: line)
  }
}
