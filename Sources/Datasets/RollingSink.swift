public import Parquet

/// Writes rows to one file after another in a folder, each of a limited number of rows or bytes.
///
/// The files appear together when the sink is finished; until then readers pass over them. Where one ends follows from
/// the rows and the options alone.
public final class RollingSink: ColumnSink {
  /// What every batch has.
  public let schema: Schema
  private let rolling: RollingFiles
  private var files: PendingFiles
  private var state = SinkState.open
  /// How often a row group was closed early, because memory is limited.
  public var memoryFlushes: Int { rolling.memoryFlushes }
  /// The bytes that wait in the memory of the open file, of rows and encoded pages.
  public var heldByteCount: Int { rolling.heldByteCount }

  /// A sink of rows of `schema` to files in `directory`, which is made if it is not there.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument` for options that cannot be; `inputOutput` where the folder
  ///   cannot be read, is written to by another sink, or holds what ``DatasetOptions/existing`` refuses.
  public init(
    directory: String, schema: Schema, options: DatasetOptions = DatasetOptions()
  ) throws(ParquetError) {
    try options.check()
    self.schema = schema
    rolling = RollingFiles(schema: schema, options: options, directory: directory, partition: "")
    files = try PendingFiles(in: directory, levels: 0, options)
  }

  deinit { if state != .closed { discard() } }

  /// Takes the next rows.
  ///
  /// - Throws: ``ParquetError``: as ``Parquet/ParquetWriter/write(_:)`` throws, or `inputOutput` where a file cannot be
  ///   made or is there and may not be.
  public func write(_ batch: ColumnBatch) throws(ParquetError) {
    try state.whileOpen { () throws(ParquetError) in try rolling.write(batch, &files) }
  }

  /// Ends the last file, gives all their names, and removes those they replace (``ExistingFiles/replace``).
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`; files that have their names by then keep them.
  public func finish() throws(ParquetError) -> DatasetSummary {
    var published: [DatasetFile] = []
    try state.whileOpen { () throws(ParquetError) in
      try rolling.close(&files)
      published = try files.publish()
    }
    state = .closed
    return DatasetSummary(files: published, memoryFlushes: memoryFlushes)
  }

  /// Leaves no file. Harmless when called twice, and after ``finish()``.
  public func abandon() {
    guard state != .closed else { return }
    state = .closed
    discard()
  }

  private func discard() {
    rolling.abandon()
    files.discard()
  }
}

/// Whether a sink takes rows.
enum SinkState {
  case open
  case failed
  case closed

  /// Runs `body`; where it throws, the sink is of no further use.
  mutating func whileOpen(_ body: () throws(ParquetError) -> Void) throws(ParquetError) {
    switch self {
    case .open: break
    case .failed:
      throw ParquetError(.invalidArgument, "the sink failed before; it can only be abandoned")
    case .closed: throw ParquetError(.invalidArgument, "the sink is closed")
    }
    do throws(ParquetError) { try body() } catch {
      self = .failed
      throw error
    }
  }
}
