internal import Datasets
internal import ObjectStorage
internal import Parquet
internal import Tables

/// Beginning with what a killed run left, what is due by time, and ending.
extension ArchiveCore {
  /// Takes the messages that a killed run left in the log.
  func recover() throws(ParquetError) {
    guard let log else { return }
    try monitor.withLock { () throws(ParquetError) in
      var count = 0
      var first: UInt64?
      try unsafe log.recover(
        isStored: { (file) throws(ParquetError) in try isStored(file) },
        { (number, message, ledger) throws(ParquetError) in
          count += 1
          try unsafe takeAgain(number, message, ledger, &first)
        })
      if let first { try absorbRecovered(first) }
      guard count > 0 else { return }
      counts.messagesRecovered += count
      onEvent(.recovered(messageCount: count))
    }
  }

  private func isStored(_ file: StoredFile) throws(ParquetError) -> Bool {
    guard let store, let key = try? ObjectKey(file.key),
      let description = try store.description(of: key), description.byteCount == file.byteCount
    else { return false }
    return ArchiveCore.checksum(try store.read(key)) == file.checksum
  }

  /// Takes a message that has its number already; `first` is that of the first one the parser holds.
  private func takeAgain(
    _ number: UInt64, _ message: UnsafeRawBufferPointer, _ ledger: UInt64?, _ first: inout UInt64?
  ) throws(ParquetError) {
    if let begun = first,
      number != begun + UInt64(parser.messageCount) || parser.byteCount >= 1 << 20
    {
      try absorbRecovered(begun)
      first = nil
    }
    let text = unsafe padded(message)
    do throws(MessageFault) { unsafe try parser.take(text, ledger: ledger) } catch {
      // It was taken before, by another configuration perhaps.
      _ = try unsafe reject(error, text, source: nil, line: nil)
      try deadLetters?.flush()
      try log?.settle(MessageNumbers(number..<number + 1))
      return
    }
    first = first ?? number
    noteIntake(parser)
  }

  private func absorbRecovered(_ first: UInt64) throws(ParquetError) {
    try absorb(parser.finish(), firstNumber: first)
  }

  // MARK: Time

  func tick() throws(ParquetError) {
    try monitor.withLock { () throws(ParquetError) in
      guard state == .open else { return }
      if let failure { throw failure }
      try working(tickOpen)
    }
  }

  private func tickOpen() throws(ParquetError) {
    try absorbOpen()
    let now = clock.monotonicMicroseconds
    let due = buffers.due(at: now)
    for key in due { try flush(key) }
    if due.isEmpty { retryFailed() }
    if now >= metricsDue {
      metricsDue = now + 5_000_000
      writeMetrics()
    }
  }

  /// As ``tick()``, where nobody waits for errors: they are told with the next message.
  func tickQuietly() {
    do throws(ParquetError) { try tick() } catch {
      monitor.withLock { failure = failure ?? error }
    }
  }

  private func writeMetrics() {
    guard let path = configuration.metricsFile, !configuration.dryRun else { return }
    let metrics = currentMetrics
    do throws(ParquetError) {
      let sink = try FileSink(path: path, overwrite: true)
      try sink.write(Array(metrics.prometheusText.utf8))
      try sink.finish()
    } catch { onEvent(.metricsFailed(error)) }
  }

  // MARK: Ending

  func flush() throws(ParquetError) {
    try monitor.withLock { () throws(ParquetError) in
      guard state == .open else { return }
      try working(flushAll)
      if let failure { throw failure }
      guard failed.isEmpty else { throw stillFailing }
    }
  }

  /// Stores all that can be, whatever goes wrong with something.
  private func flushAll() throws(ParquetError) {
    var problem: ParquetError?
    func attempt(_ step: () throws(ParquetError) -> Void) {
      do throws(ParquetError) { try step() } catch { problem = problem ?? error }
    }
    attempt(absorbOpen)
    retryFailed()
    for key in buffers.keys { attempt { () throws(ParquetError) in try flush(key) } }
    while inFlight > 0 { monitor.wait() }
    attempt { () throws(ParquetError) in try deadLetters?.flush() }
    if let problem { throw problem }
  }

  private var stillFailing: ParquetError {
    ParquetError(.inputOutput, "\(failedMessageCount) messages could not be stored, and are kept")
  }

  func close() throws(ParquetError) {
    try monitor.withLock { () throws(ParquetError) in
      while state == .closing { monitor.wait() }
      guard state == .open else { return }
      state = .closing
      defer {
        state = .closed
        writeMetrics()
        monitor.signal()
      }
      while callCount > 0 { monitor.wait() }
      var problem = failure
      do throws(ParquetError) {
        try flushAll()
        if let deadLetters {
          while let file = failed.first {
            try giveUp(file, deadLetters)
            failed.removeFirst()
          }
        }
      } catch { problem = problem ?? error }
      if problem == nil, !failed.isEmpty { problem = stillFailing }
      // What could not be stored stays in the log.
      do throws(ParquetError) { try log?.close() } catch { problem = problem ?? error }
      if let problem { throw problem }
    }
  }

  /// Ends without storing anything.
  func abandon() {
    monitor.withLock {
      while inFlight > 0 { monitor.wait() }
      state = .closed
      try? log?.close()
    }
  }
}
