internal import Parquet

/// What a reader of text came to.
enum ReadStep {
  /// More rows.
  case batch(ColumnBatch)
  /// The end of the input.
  case end
  /// A row that an inferred schema cannot hold: it must be widened.
  case misfit
}

/// Reads text into batches of one schema.
protocol TextReader: AnyObject {
  /// The next rows.
  func next() throws(ParquetError) -> ReadStep
  /// The bytes of input read so far.
  var byteOffset: Int { get }
  /// The rows that were rejected so far.
  var rejectedCount: Int { get }
  /// Ends the log of rejects.
  func finishRejects() throws(ParquetError)
  /// Leaves no log of rejects.
  func abandonRejects()
}

/// How much is read at a time.
struct ReadLimits {
  var batchRows = 65_536
  var batchBytes = 16 << 20
  /// The window on the input.
  var windowBytes = 1 << 20
  /// The part of the input that a schema is inferred from at first.
  var sampleBytes = 1 << 20
  var sampleRows = 10_000
}
