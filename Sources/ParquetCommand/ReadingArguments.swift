import CommandSupport
import Parquet

/// How files are read: with which keys, and with how much memory.
struct ReadingArguments {
  static let options =
    KeyArguments.options + [
      CommandOption(
        "memory-limit", "BYTES",
        summary:
          "what is read of one file may have this much memory at once (default: 64Mi and 64 times"
          + " the file)")
    ]

  /// The limits to read by: where the memory is given, a page, a dictionary or a column may take all of it.
  let limits: ReaderLimits
  /// What encrypted files are read with.
  let keys: KeyArguments

  init(_ arguments: Arguments) throws(UsageError) {
    keys = try KeyArguments(arguments)
    var limits = ReaderLimits()
    if let bytes = try arguments.byteCount("memory-limit", in: 1 << 10...1 << 50) {
      limits.totalBytes = bytes
      limits.pageBytes = max(limits.pageBytes, bytes)
      limits.dictionaryBytes = max(limits.dictionaryBytes, bytes)
      limits.columnBytes = max(limits.columnBytes, bytes)
    }
    self.limits = limits
  }
}
