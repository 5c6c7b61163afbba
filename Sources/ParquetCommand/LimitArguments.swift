import CommandSupport
import Parquet

/// `--memory-limit`: how much memory what is read may take.
enum LimitArguments {
  static let options = [
    CommandOption(
      "memory-limit", "BYTES",
      summary:
        "what is read of one file may have this much memory at once (default: 64Mi and 64 times"
        + " the file)")
  ]

  /// The limits to read by: where the memory is given, a page, a dictionary or a column may take all of it.
  static func limits(_ arguments: Arguments) throws(UsageError) -> ReaderLimits {
    var limits = ReaderLimits()
    guard let bytes = try arguments.byteCount("memory-limit", in: 1 << 10...1 << 50) else {
      return limits
    }
    limits.totalBytes = bytes
    limits.pageBytes = max(limits.pageBytes, bytes)
    limits.dictionaryBytes = max(limits.dictionaryBytes, bytes)
    limits.columnBytes = max(limits.columnBytes, bytes)
    return limits
  }
}
