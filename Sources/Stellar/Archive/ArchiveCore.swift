internal import Datasets
internal import Dispatch
internal import ObjectStorage
internal import Parquet
internal import Synchronization
@_spi(Adapters) internal import Tables

/// What an archive is made of; whatever changes is looked at with the lock held.
@safe
final class ArchiveCore: @unchecked Sendable {
  let configuration: ArchiveConfiguration
  let registry: SchemaRegistry
  let clock: any StreamClock
  let onEvent: @Sendable (ArchiveEvent) -> Void
  let store: (any ObjectStore)?
  let monitor = Monitor()
  let threads: Int
  let keepsTexts: Bool

  /// Takes messages that come one by one.
  let parser: MessageParser
  /// Held by who takes many messages at a time; before the lock of everything else.
  let lineMonitor = Monitor()
  /// Take those that come many at a time, one for each thread.
  var lineParsers: [MessageParser] = []
  var buffers: StreamBuffers<StreamKey, StreamContent>
  /// Files that could not be stored, the oldest first.
  var failed: [PendingFile] = []
  /// The files whose bytes may be at a key, as storing them there has begun and not ended well.
  var attempts: [ObjectKey: PendingFile] = [:]
  /// The names of a dry run's files.
  var wouldBe: Set<ObjectKey> = []
  /// Files that threads are at work on.
  var inFlight = 0
  /// Of these, the ones that are not encoded yet, and the bytes of those that are.
  var encodingCount = 0
  var encodedByteCount = 0
  /// Each is a thread of its own while it has work, as a store may be waited for: those that the system shares out are as
  /// many as there are processors.
  let storeQueues: [DispatchQueue]
  /// Those without work, the one used last behind.
  var freeQueues: [Int]
  let log: WriteAheadLog?
  let deadLetters: DeadLetterFile?
  var counts = ArchiveMetrics()
  private let retries: RetryCount
  /// The calls that have begun to take messages, or to make files: those that wait let others in, and must come to their
  /// end before the archive is closed.
  private(set) var callCount = 0
  /// What the lines come from that are taken one after the other; nil for messages that come alone.
  var lineSource: String?
  /// What went wrong where nobody could be told.
  var failure: ParquetError?
  var state = State.open
  /// A message with the slack that scanners need behind it.
  var scratch: UnsafeMutableRawBufferPointer
  let encodings = EncodingMemory()
  /// How large files become by the size of their JSON, as the last one of each type did.
  var ratios: [MessageType: Double] = [:]
  var metricsDue: Int64

  enum State { case open, closing, closed }

  init(
    _ configuration: ArchiveConfiguration, store given: (any ObjectStore)?,
    clock: any StreamClock, retrier: Retrier?, onEvent: @escaping @Sendable (ArchiveEvent) -> Void
  ) throws(ParquetError) {
    self.configuration = configuration
    self.clock = clock
    self.onEvent = onEvent
    threads = max(1, configuration.threads ?? Parallel.processorCount)
    storeQueues = (0..<threads + 8).map { DispatchQueue(label: "stellar archive \($0)") }
    freeQueues = storeQueues.indices.reversed()
    registry = SchemaRegistry(evolves: configuration.schemaEvolution)
    keepsTexts = configuration.deadLetterPath != nil
    parser = MessageParser(configuration, clock: clock, keepsTexts: keepsTexts)
    let minutes = configuration.rotationIntervalMinutes
    buffers = StreamBuffers(
      RotationPolicy(
        rowCount: configuration.bufferSize,
        interval: minutes > 0 ? Int64((minutes * 60_000_000).rounded(.up)) : nil,
        totalRowCount: configuration.bufferSize.multipliedReportingOverflow(by: 4).partialValue,
        totalByteCount: configuration.memoryLimitMB << 20))
    unsafe scratch = .allocate(byteCount: 4096, alignment: 16)
    metricsDue = clock.monotonicMicroseconds
    var store = given
    if store == nil, !configuration.dryRun { store = try ArchiveCore.store(configuration) }
    let retries = RetryCount()
    self.retries = retries
    var retrier = retrier ?? Retrier(policy: RetryPolicy(retryCount: configuration.retries))
    retrier.onRetry = { [onRetry = retrier.onRetry] retry in
      onRetry(retry)
      retries.add()
      onEvent(.retrying(number: retry.number, wait: retry.wait, error: retry.error))
    }
    self.store = store.map { RetryingObjectStore($0, retrier: retrier) }
    let path = configuration.dryRun ? nil : configuration.deadLetterPath
    var deadLetters: DeadLetterFile?
    if let path { deadLetters = try DeadLetterFile(path: path) }
    self.deadLetters = deadLetters
    var log: WriteAheadLog?
    if let path = configuration.writeAheadLogPath, !configuration.dryRun {
      log = try WriteAheadLog(directory: path, isDurable: configuration.writeAheadLogSync)
    }
    self.log = log
  }

  deinit { unsafe scratch.deallocate() }

  private static func store(
    _ configuration: ArchiveConfiguration
  ) throws(ParquetError) -> any ObjectStore {
    guard configuration.storageType == .local, let path = configuration.localPath else {
      throw ParquetError(
        .featureNotBuiltIn,
        "storage_type \(configuration.storageType?.rawValue ?? "") is not built in; FS is")
    }
    return try LocalObjectStore(directory: path)
  }

  // MARK: Taking messages

  func process(_ message: LedgerMessage) throws(ParquetError) -> ArchiveRejection? {
    let bytes = message.json
    let span = unsafe bytes.span.bytes
    return try unsafe span.withUnsafeBytes { (text) throws(ParquetError) in
      unsafe try process(text, ledger: message.ledgerOfMetadata, source: nil, line: nil)
    }
  }

  /// Takes one message; ``scratch`` has it with the slack behind it.
  func process(
    _ text: UnsafeRawBufferPointer, ledger: UInt64?, source: String?, line: Int?
  ) throws(ParquetError) -> ArchiveRejection? {
    try monitor.withLock { () throws(ParquetError) in
      try checkOpen()
      return try working { () throws(ParquetError) in
        unsafe try take(text, ledger: ledger, source: source, line: line)
      }
    }
  }

  @inline(__always)
  private func take(
    _ text: UnsafeRawBufferPointer, ledger: UInt64?, source: String?, line: Int?
  ) throws(ParquetError) -> ArchiveRejection? {
    let message = unsafe padded(text)
    counts.messagesReceived += 1
    counts.bytesReceived += text.count
    try beginSource(nil)
    do throws(MessageFault) { unsafe try parser.take(message, ledger: ledger) } catch {
      if parser.isScattered { try absorbOpen() }
      return unsafe try reject(error, message, source: source, line: line)
    }
    noteIntake(parser)
    if let log {
      _ = unsafe log.append(message, ledger: ledger)
      try log.commit()
    }
    try absorbOpenWhereFull()
    return nil
  }

  /// Puts the rows of messages that came one by one into the buffers, where the last one has filled something.
  @inline(__always)
  func absorbOpenWhereFull() throws(ParquetError) {
    if parser.isScattered { return try absorbOpen() }
    guard let block = parser.lastBlock else { return }
    if block.messageCount == 1 { begin(block) }
    if block.heldRows + block.rowCount >= configuration.bufferSize
      || block.heldBytes + block.byteCount >= block.byteLimit
      || parser.byteCount >= ArchiveCore.largestOpenByteCount
    {
      try absorbOpen()
    }
  }

  /// Notes what the next messages come from.
  func beginSource(_ source: String?) throws(ParquetError) {
    if lineSource != source {
      try absorbOpen()
      lineSource = source
    }
    parser.line = 0
  }

  /// Notes what the stream of a block holds beside it.
  private func begin(_ block: RowBlock) {
    let buffer = buffers[block.key]
    block.heldRows = buffer?.rowCount ?? 0
    block.heldBytes = buffer?.byteCount ?? 0
    block.started = clock.monotonicMicroseconds
    block.byteLimit = byteLimit(block.key.type)
  }

  /// The bytes of JSON that are taken before columns are made of them.
  static let largestOpenByteCount = 16 << 20

  /// A copy of `text`, with the slack behind it.
  func padded(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let wanted = text.count + JSONMembers.slack
    if unsafe scratch.count < wanted {
      unsafe scratch.deallocate()
      unsafe scratch = .allocate(byteCount: wanted * 2, alignment: 16)
    }
    unsafe scratch.copyMemory(from: text)
    return unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(scratch)[..<text.count])
  }

  /// Says that messages may be taken, and waits until there is room for what they become.
  func checkOpen() throws(ParquetError) {
    while isBusy, state == .open { monitor.wait() }
    guard state == .open else {
      throw ParquetError(.invalidArgument, "the archive is closed")
    }
    if let failure { throw failure }
    let waiting = failedMessageCount
    guard waiting > 2 * configuration.bufferSize else { return }
    retryFailed()
    throw ParquetError(
      .limitExceeded,
      "\(waiting) messages wait because their files cannot be stored; no more are taken")
  }

  /// Does some work in an archive that is open, which is not closed before its end. With the lock held.
  @inline(__always)
  func working<R>(_ body: () throws(ParquetError) -> R) throws(ParquetError) -> R {
    callCount += 1
    defer {
      callCount -= 1
      if state != .open { monitor.signal() }
    }
    return try body()
  }

  func noteIntake(_ parser: MessageParser) {
    if let ledger = parser.lastLedger { counts.currentLedger = ledger }
    guard parser.warnings > 0 else { return }
    counts.unreadableTimes += parser.warnings
    onEvent(.unreadableTimes(parser.warnings))
    parser.forgetWarnings()
  }

  // MARK: Rejecting

  /// Counts a message that cannot be stored, and writes it to the dead-letter file.
  func reject(
    _ fault: MessageFault, _ text: UnsafeRawBufferPointer, source: String?, line: Int?
  ) throws(ParquetError) -> ArchiveRejection {
    let rejection = ArchiveRejection(
      reason: fault.reason, field: fault.field, type: fault.type, source: source, line: line)
    counts.messagesRejected += 1
    if let deadLetters {
      unsafe try deadLetters.append(
        text,
        DeadLetterFile.Letter(
          reason: rejection.reason, type: rejection.type, field: rejection.field, source: source,
          line: line, received: clock.wallMicroseconds, isJSON: fault.isJSON))
      counts.messagesDeadLettered += 1
    }
    onEvent(.rejected(rejection))
    if configuration.strict { throw rejection.error }
    return rejection
  }

  // MARK: Numbers

  var failedMessageCount: Int { failed.reduce(0) { $0 + $1.messages.count } }

  /// What was done so far.
  var metrics: ArchiveMetrics { monitor.withLock { currentMetrics } }

  /// What was done so far; asked with the lock held.
  var currentMetrics: ArchiveMetrics {
    var metrics = counts
    metrics.bufferSize = buffers.rowCount + parser.rowCount
    metrics.failedBufferSize = failed.reduce(0) { $0 + $1.rowCount }
    metrics.storageRetries = retries.count
    return metrics
  }

  /// The bytes of JSON after which a buffer of a type is as large as a file should be.
  func byteLimit(_ type: MessageType) -> Int {
    let bytes = Double(configuration.maxFileSizeMB) * 1_048_576
    let limit = bytes / (ratios[type] ?? 1)
    let most = configuration.memoryLimitMB << 20
    return limit >= Double(most) ? most : max(1, Int(limit))
  }
}

/// How often calls of the store were made again.
private final class RetryCount: Sendable {
  private let value = Atomic(0)

  var count: Int { value.load(ordering: .relaxed) }

  func add() { value.add(1, ordering: .relaxed) }
}
