/// How a file was written.
public struct WritingStatistics: Hashable, Sendable {
  /// The batches given to the writer.
  public var batches = 0
  /// How often a row group was closed because of the memory limit.
  public var memoryFlushes = 0
  /// The size of the file in bytes.
  public var bytes = 0
  /// The most bytes that waited in memory, of rows and encoded pages.
  public var peakHeldByteCount = 0

  /// Nothing written.
  public init() {}
}

extension MIDASConversion.Result {
  /// The rows of a batch on the average; 0 where there was none.
  public var averageBatchRows: Double {
    writing.batches == 0 ? 0 : Double(reading.observations) / Double(writing.batches)
  }

  /// The bytes written for each byte read; 0 where none was read.
  public var compressionRatio: Double {
    reading.bytes == 0 ? 0 : Double(writing.bytes) / Double(reading.bytes)
  }

  /// The share of rows that could be converted, in percent; 100 where there was none.
  public var successPercent: Double {
    reading.rows == 0
      ? 100 : 100 * Double(reading.rows - reading.rejectedRows) / Double(reading.rows)
  }
}
