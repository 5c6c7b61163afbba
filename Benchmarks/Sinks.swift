import Parquet

/// Counts bytes and throws them away.
final class CountingSink: ByteSink {
  private(set) var byteCount = 0

  func write(_ bytes: RawSpan) { byteCount += bytes.byteCount }
  func finish() {}
  func abandon() {}
}

/// A sink for one run: a file of `directory` that replaces the one before, or nothing at all.
func makeSink(_ directory: String?, _ name: String) throws(ParquetError) -> any ByteSink {
  guard let directory else { return CountingSink() }
  return try FileSink(path: "\(directory)/\(name)", overwrite: true)
}
