import CommandSupport
import Parquet
import Stellar
import Tables

#if canImport(Glibc)
  import Glibc
#endif

/// `parquet stellar`: ledger messages become an archive of Parquet files.
enum StellarCommand {
  /// Its subcommands, for the command's table.
  static let all = [archive, schema, check]

  private static let archive = Subcommand(
    "stellar archive", operands: "[INPUT…] --local-path DIR", count: 0...Int.max,
    summary: "Archives ledger messages, a JSON object a line, as partitioned Parquet files.",
    details: [
      "INPUT is a file of lines; - or nothing is standard input, --socket a Unix domain socket. SIGINT and"
        + " SIGTERM end the work: what waits is stored, and the exit status is 0.",
      "A message that cannot be stored is told on standard error with its line, counted, and goes to the"
        + " file of --dead-letter-path; the work goes on, but with --strict.",
      "Options go before the file of --config, which is YAML or JSON and may have ${VAR} and"
        + " ${VAR:-default} in its values.",
    ],
    options: StellarArguments.options,
    run: { try runArchive(StellarArguments($0), $0, $1) })

  private static func runArchive(
    _ told: StellarArguments, _ arguments: Arguments, _ console: Console
  ) throws -> ExitStatus {
    keepFreedMemory()
    let reporter = StellarReporter(console, told.configuration)
    let archive = try StellarArchive(told.configuration) { reporter.tell($0) }
    if let port = archive.metricsPort, console.showsProgress {
      reporter.note("metrics at http://127.0.0.1:\(port)/metrics")
    }
    var lineCount = 0
    do throws(ParquetError) {
      for input in told.inputs where !Interruption.isRequested {
        try take(input, into: archive, told, console, reporter, &lineCount)
      }
    } catch {
      // What was taken before is stored all the same.
      reporter.endProgress()
      do throws(ParquetError) { try archive.close() } catch let second {
        if second.description != error.description { reporter.note("\(second)") }
      }
      return try failed(error, reporter)
    }
    reporter.endProgress()
    do throws(ParquetError) { try archive.close() } catch { return try failed(error, reporter) }
    reporter.summarize(archive.metrics)
    return reporter.hasGivenUp ? .failed : .done
  }

  /// A wish to stop is obeyed, and is no reason for an error: one that comes then is told as any other.
  private static func failed(
    _ error: ParquetError, _ reporter: StellarReporter
  ) throws(ParquetError) -> ExitStatus {
    guard Interruption.isRequested else { throw error }
    reporter.note("\(error)")
    return .failed
  }

  /// Makes the system's allocator keep what is freed, up to some 64 MiB: each file needs the memory that the one before has
  /// freed. glibc learns from the largest block that was freed how large blocks are to be.
  private static func keepFreedMemory() {
    #if canImport(Glibc)
      unsafe free(largeBlock())
    #endif
  }

  /// Memory that the optimiser does not see given back, so that it is asked for in truth.
  @inline(never)
  private static func largeBlock() -> UnsafeMutableRawPointer? { unsafe malloc(31 << 20) }

  private static func take(
    _ input: StellarArguments.Input, into archive: StellarArchive, _ told: StellarArguments,
    _ console: Console, _ reporter: StellarReporter, _ lineCount: inout Int
  ) throws(ParquetError) {
    let before = archive.metrics.bytesReceived
    let linesBefore = lineCount
    func progress(_ count: Int) throws(ParquetError) {
      lineCount = linesBefore + count
      if told.acknowledges {
        try console.print(String(lineCount))
        try console.output.flush()
      }
      let metrics = archive.metrics
      reporter.update(metrics, bytes: metrics.bytesReceived - before)
    }
    func take(_ stream: any ByteStream) throws(ParquetError) {
      let lines = LineBlocks(
        stream, name: input.name, byteCount: archive.blockByteCount,
        isStopped: { Interruption.isRequested })
      try archive.process(lines, source: input.name, onProgress: progress)
    }
    switch input {
    case .file(let path):
      let file = try FileStream(path: path)
      reporter.beginProgress(byteCount: file.byteCount)
      try archive.process(
        file, source: path, isStopped: { Interruption.isRequested }, onProgress: progress)
    case .standardInput:
      reporter.beginProgress(byteCount: nil)
      try take(FileStream(descriptor: 0, name: "standard input", closes: false))
    case .socket(let path):
      reporter.beginProgress(byteCount: nil)
      try take(UnixSocketStream(path: path) { Interruption.isRequested })
    }
  }
}
