import CommandSupport
import Parquet
import Stellar
import Synchronization

/// Tells on standard error what an archive does.
final class StellarReporter: Sendable {
  private struct State {
    var progress: Progress?
    var rejections = 0
    var hasGivenUp = false
    var failedFiles = 0
  }

  /// So many rejections are told one by one; the rest is counted.
  private static let mostRejections = 20
  private static let mostFailures = 5

  private let isDebugging: Bool
  private let showsProgress: Bool
  private let isStrict: Bool
  private let deadLetterPath: String?
  private let state = Mutex(State())

  init(_ console: Console, _ configuration: ArchiveConfiguration) {
    isDebugging = configuration.debug
    showsProgress = console.showsProgress
    isStrict = configuration.strict
    deadLetterPath = configuration.dryRun ? nil : configuration.deadLetterPath
  }

  // MARK: Progress

  func beginProgress(byteCount: Int?) {
    let console = Console(showsProgress: showsProgress)
    state.withLock { $0.progress = console.progress("stellar", byteCount: byteCount) }
  }

  func update(_ metrics: ArchiveMetrics, bytes: Int) {
    state.withLock { $0.progress }?.update(
      rows: metrics.messagesReceived, bytes: bytes,
      details: [
        counted(metrics.filesWritten, "file"), "\(grouped(metrics.bufferSize)) waiting",
        "ledger \(metrics.currentLedger)",
      ])
  }

  func endProgress() {
    let progress = state.withLock { state in
      defer { state.progress = nil }
      return state.progress
    }
    progress?.finish()
  }

  /// Writes a line to standard error.
  func note(_ line: String) { Console().note(Console.printable("parquet: \(line)")) }

  // MARK: Events

  func tell(_ event: ArchiveEvent) {
    switch event {
    case .flushing(let rowCount, let type):
      if isDebugging { note("flushing \(counted(rowCount, "record")) of \(type)") }
    case .stored(let file):
      if isDebugging { note("wrote \(described(file))") }
    case .wouldStore(let file): note("would write \(described(file))")
    case .rejected(let rejection): tell(rejection)
    case .retrying(let number, let wait, let error):
      note("\(error); retry \(number) in \(wait)")
    case .storageFailed(let rowCount, let error): tellFailure(rowCount, error)
    case .gaveUp(let count):
      state.withLock { $0.hasGivenUp = true }
      note("\(counted(count, "message")) could not be stored for too long: \(deadLetterPath ?? "")")
    case .schema(let type, let version, let columns):
      if isDebugging { note("\(type) \(version): \(columns.joined(separator: ", "))") }
    case .dropped(let type, let fields):
      note(
        "\(type): no column for \(fields.joined(separator: ", "));"
          + " schema_evolution would add them")
    case .unreadableTimes(let count):
      note("\(counted(count, "time")) could not be read and became null")
    case .recovered(let count):
      note("\(counted(count, "message")) of a run that was killed, from its write-ahead log")
    case .metricsFailed(let error): note("\(error)")
    }
  }

  /// Whether messages were given up because they could not be stored.
  var hasGivenUp: Bool { state.withLock { $0.hasGivenUp } }

  /// Tells the first failures one by one: each file is tried again and again.
  private func tellFailure(_ rowCount: Int, _ error: ParquetError) {
    let count = state.withLock { state in
      state.failedFiles += 1
      return state.failedFiles
    }
    guard count <= StellarReporter.mostFailures || isDebugging else { return }
    note("\(error); \(counted(rowCount, "record")) are kept and stored with the next file")
    if count == StellarReporter.mostFailures, !isDebugging {
      note("further failures to store files are counted, and not told")
    }
  }

  private func tell(_ rejection: ArchiveRejection) {
    // A strict archive ends with it as its error.
    guard !isStrict else { return }
    let count = state.withLock { state in
      state.rejections += 1
      return state.rejections
    }
    if count <= StellarReporter.mostRejections || isDebugging { note("\(rejection.error)") }
    if count == StellarReporter.mostRejections, !isDebugging {
      note("further messages that cannot be stored are counted, and not told")
    }
  }

  private func described(_ file: ArchivedFile) -> String {
    "\(file.path): \(counted(file.rowCount, "record")), \(ByteCount.format(file.byteCount)), ledgers"
      + " \(file.firstLedger) to \(file.lastLedger)"
  }

  func summarize(_ metrics: ArchiveMetrics) {
    guard showsProgress || metrics.messagesRejected > 0 || hasGivenUp else { return }
    var line =
      "\(counted(metrics.messagesReceived, "message")),"
      + " \(counted(metrics.filesWritten, "file")) of \(ByteCount.format(metrics.bytesWritten))"
      + " with \(counted(metrics.recordsWritten, "record"))"
    var lost: [String] = []
    if metrics.messagesRejected > 0 { lost.append("\(grouped(metrics.messagesRejected)) rejected") }
    // Those that were given up.
    let unstored = metrics.messagesDeadLettered - metrics.messagesRejected
    if unstored > 0 { lost.append("\(grouped(unstored)) not stored") }
    if !lost.isEmpty {
      line += "; \(lost.joined(separator: " and "))"
      if let deadLetterPath { line += ", in \(deadLetterPath)" }
    }
    Console().note(Console.printable("parquet: \(line)"))
  }
}
