public import Parquet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where a command's words go: data to standard output, everything else to standard error.
public final class Console {
  /// Standard output, gathered; the command's runner flushes it.
  public let output: StreamSink
  /// Whether progress is shown.
  public let showsProgress: Bool
  private let errors: StreamSink

  /// A console over the process's own streams.
  public init(showsProgress: Bool = true) {
    output = StreamSink(descriptor: STDOUT_FILENO, name: "standard output")
    errors = StreamSink(descriptor: STDERR_FILENO, name: "standard error")
    self.showsProgress = showsProgress
  }

  /// Writes a line of data.
  public func print(_ line: String) throws(ParquetError) {
    try output.write(Array(line.utf8))
    try output.write([UInt8(ascii: "\n")])
  }

  /// Writes a line for people to standard error.
  public func note(_ line: String) { Console.send(line + "\n", to: errors) }

  /// A progress display over `byteCount` bytes of input, where their number is known; it shows nothing
  /// where the user asked for none.
  public func progress(
    _ label: String, byteCount: Int? = nil, shown isShown: Bool = true
  ) -> Progress {
    Progress(
      label: label, byteCount: byteCount,
      style: !showsProgress || !isShown ? .none : isatty(STDERR_FILENO) == 1 ? .bar : .lines)
  }

  /// The text with what would break its line, or play tricks on a terminal, escaped.
  public static func printable(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar.properties.generalCategory == .control {
        result += scalar.escaped(asASCII: true)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Writes to standard error what can be written: there is nowhere to tell that it failed.
  static func send(_ text: String, to sink: StreamSink) {
    do throws(ParquetError) {
      try sink.write(Array(text.utf8))
      try sink.flush()
    } catch {
      sink.abandon()
    }
  }
}
