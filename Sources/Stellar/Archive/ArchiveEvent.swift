public import Parquet

/// A file of an archive.
public struct ArchivedFile: Hashable, Sendable {
  /// Where it is, for messages.
  public var path: String
  /// The type of its messages.
  public var type: String
  /// The number of its rows.
  public var rowCount: Int
  /// Its size in bytes.
  public var byteCount: Int
  /// The least ledger in it; 0 where no message said its ledger.
  public var firstLedger: UInt64
  /// The greatest ledger in it.
  public var lastLedger: UInt64
}

/// A message that cannot be stored.
public struct ArchiveRejection: Error, Hashable, Sendable {
  /// What is wrong: what was found, and what was expected.
  public var reason: String
  /// The column, where it is one column's fault.
  public var field: String?
  /// The type of the message, where that could be told.
  public var type: String?
  /// What the message came from, such as a file's name.
  public var source: String?
  /// The line there, from 1.
  public var line: Int?

  /// The rejection as an error.
  public var error: ParquetError {
    var error = ParquetError(.rejectedData, type.map { "\($0): \(reason)" } ?? reason)
    if let field { error = error.adding(column: field) }
    if let source { error = error.adding(file: source) }
    return line.map { error.adding(line: $0) } ?? error
  }
}

/// What an archive tells while it works.
public enum ArchiveEvent: Sendable {
  /// A buffer becomes a file: so many rows of a type.
  case flushing(rowCount: Int, type: String)
  /// A file was stored.
  case stored(ArchivedFile)
  /// A file would be stored, were this not a dry run.
  case wouldStore(ArchivedFile)
  /// A message cannot be stored, and was dead-lettered where there is a file for that.
  case rejected(ArchiveRejection)
  /// Storing is tried again after a wait.
  case retrying(number: Int, wait: Duration, error: ParquetError)
  /// A file could not be stored; its rows are kept for the next time.
  case storageFailed(rowCount: Int, error: ParquetError)
  /// Messages were written to the dead-letter file because they could not be stored for too long.
  case gaveUp(messageCount: Int)
  /// The columns of a type that is inferred are these from now on.
  case schema(type: String, version: String, columns: [String])
  /// Members were left out because the columns of the type are fixed.
  case dropped(type: String, fields: [String])
  /// Times in a message could not be read and became null.
  case unreadableTimes(Int)
  /// Messages of a run that was killed were taken from the write-ahead log.
  case recovered(messageCount: Int)
  /// The metrics could not be written.
  case metricsFailed(ParquetError)
}
