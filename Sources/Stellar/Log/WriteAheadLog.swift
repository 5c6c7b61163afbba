package import Parquet

/// A log of messages in a directory of its own, so that a process which is killed loses none that it has acknowledged,
/// and an archive holds each of them exactly once.
///
/// A message is appended, and may be acknowledged once it is committed. Before a file of the archive gets its name it
/// is announced with the messages that are in it; once it has it they are settled. A run that finds announced messages
/// unsettled asks the store whether the file is there, and so knows whether they are in the archive.
///
/// Messages lie in segments, files named `log-000000000001.wal` and so on, each of which begins with what was known of
/// all messages at that time. So any segment goes as soon as its own messages are settled; the newest one stays.
///
/// Not for several threads at a time. Where a write fails nothing is left of it, and the same call may be made again.
/// Where what the disk holds is not known any more, since it could not be made durable or what a write left could not
/// be taken away, every later call throws the same error; a new run finds what there is.
package final class WriteAheadLog {
  /// The longest message, in bytes.
  package static let largestMessageByteCount = LogRecord.largestMessage

  /// The log's directory, as it was given.
  package let directory: String
  private let isDurable: Bool
  private let segmentByteCount: Int
  private let calls: FileSystemCalls
  private var lock: DirectoryLock?
  private var state: LogState
  /// The segments before the current one, in their order.
  private var earlier: [LogSegment]
  private var current: LogSegmentFile
  /// The records that the next commit writes.
  private var pending = ByteBuffer()
  /// Whether anything was written since it was last made durable.
  private var isAhead = false
  /// Whether this run has written anything of its own.
  private var isBegun = false
  private var isClosed = false
  /// Why nothing is written any more.
  private var failure: ParquetError?

  /// Opens the log in `directory`, which is made where it is not there.
  ///
  /// - Parameters:
  ///   - directory: where its files lie. Other files there are left alone.
  ///   - isDurable: whether committed messages outlive a crash of the machine too, not only the end of the process.
  ///   - segmentBytes: how long a segment gets, to which the last commit may add.
  ///   - calls: the way to the system.
  /// - Throws: ``ParquetError`` with code `inputOutput` where another run has the log open, or the system refuses;
  ///   `malformedFile` where the log is damaged, with file and place. What a kill leaves is no damage.
  package init(
    directory: String, isDurable: Bool, segmentBytes: Int = 64 << 20,
    calls: FileSystemCalls = .system
  ) throws(ParquetError) {
    let made = try Directory.make(directory)
    for folder in made { try Directory.sync(Directory.parent(of: folder)) }
    guard let lock = try DirectoryLock.take(directory, isShared: false) else {
      throw ParquetError(
        .inputOutput, "the log cannot lie here: the file system has no locks for directories"
      ).adding(file: directory)
    }
    self.directory = directory
    self.isDurable = isDurable
    self.segmentByteCount = max(segmentBytes, 1)
    self.calls = calls
    self.lock = lock
    let contents = try LogContents(directory, calls: calls)
    state = contents.state
    earlier = contents.segments
    current = try LogSegmentFile(
      contents.nextSegment, in: directory, state: contents.state, calls: calls)
    try removeSettledSegments()
  }

  /// How many messages are not settled.
  package var unsettledCount: Int { state.unsettled.count }

  /// The number that the next message gets.
  package var nextNumber: UInt64 { state.nextNumber }

  // MARK: Messages

  /// Appends a message, of at most ``largestMessageByteCount``, to what the next commit writes, and the ledger that came
  /// beside it.
  ///
  /// - Returns: its number: one more than that of the message before, by whichever run. They begin with 0 where the
  ///   directory is empty.
  package func append(_ message: UnsafeRawBufferPointer, ledger: UInt64? = nil) -> UInt64 {
    precondition(
      message.count <= LogRecord.largestMessage, "a message of a log has at most 64 MiB")
    let number = state.nextNumber
    state.unsettled.insert(number)
    state.nextNumber = number + 1
    isBegun = true
    // What can never be written need not be kept.
    if failure == nil, !isClosed {
      let kind: LogRecord.Kind = ledger == nil ? .message : .messageOfLedger
      unsafe add(kind, message, number: number, ledger: ledger)
    }
    return number
  }

  /// Writes what was appended, and makes it durable where the log is: after this the messages may be acknowledged.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`; what was appended is kept for the next call that writes.
  package func commit() throws(ParquetError) {
    try checkUsable()
    try write(synced: isDurable)
    beginSegmentWhereFull()
  }

  /// Says that these messages will be in this file, before it gets its name. Written, with what was appended, and
  /// durable on return.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`; then nothing was announced, and the file must not get its name
  ///   before it is.
  package func announce(_ file: StoredFile, _ numbers: MessageNumbers) throws(ParquetError) {
    try checkUsable()
    isBegun = true
    var payload = ByteBuffer()
    payload.append(file)
    payload.append(numbers)
    try write(.announcement, payload.freeze(), synced: true)
    state.announce(file, numbers)
  }

  /// Says that these messages are in the archive, or wherever else they are kept. Written, and durable where the log
  /// is; numbers that are settled already, or no message's, change nothing.
  ///
  /// Segments whose messages are all settled are removed. Many messages settled together cost as little as one.
  /// - Throws: ``ParquetError`` with code `inputOutput`; the same call may be made again.
  package func settle(_ numbers: MessageNumbers) throws(ParquetError) {
    try checkUsable()
    let settled = numbers.intersection(state.unsettled)
    if !settled.isEmpty {
      var payload = ByteBuffer()
      payload.append(settled)
      try write(.settlement, payload.freeze(), synced: isDurable)
      state.settle(settled)
    }
    // First, so that the segment which was current until then can go, too.
    beginSegmentWhereFull()
    try removeSettledSegments()
  }

  /// Writes what was appended, and lets go of the log. Its files are removed where all messages are settled; the next
  /// run numbers its messages from 0 then.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`; the log is still open then.
  package func close() throws(ParquetError) {
    guard !isClosed else { return }
    try checkUsable()
    try write(synced: isDurable)
    if state.unsettled.isEmpty {
      // The newest segment says that nothing of the others counts, so it goes when they are gone for good.
      if isAhead, !earlier.isEmpty { try sync() }
      for segment in earlier { try FileNames.remove(segment.path) }
      if !earlier.isEmpty { try Directory.sync(directory) }
      earlier = []
      try FileNames.remove(current.path)
      isClosed = true
      try Directory.sync(directory)
    }
    isClosed = true
    lock = nil
  }

  // MARK: Recovery

  /// Settles what an earlier run had announced, then hands over the messages of earlier runs that are not settled, in
  /// the order of their numbers. Before this run appends or announces anything.
  ///
  /// Of each file that was announced, and has messages that are not settled, it is asked whether it is stored. Its
  /// messages are settled where it is, and only then.
  ///
  /// - Parameters:
  ///   - isStored: whether the store has this file, with just these bytes.
  ///   - body: takes a message, whose bytes are there for the call only, and the ledger beside it. It may call the log.
  /// - Throws: ``ParquetError`` with code `malformedFile` where the log is damaged, with file and place; whatever
  ///   `isStored` and `body` throw.
  /// - Complexity: memory for one message.
  package func recover(
    isStored: (StoredFile) throws(ParquetError) -> Bool,
    _ body: (
      _ number: UInt64, _ message: UnsafeRawBufferPointer, _ ledger: UInt64?
    ) throws(ParquetError) -> Void
  ) throws(ParquetError) {
    try checkUsable()
    guard !isBegun else {
      throw ParquetError(.invalidArgument, "a log is recovered before anything is appended to it")
        .adding(file: directory)
    }
    try resolveAnnouncements(isStored)
    // Segments go while this runs, where the messages handed over are settled.
    for segment in earlier where state.unsettled.contains(anyOf: segment.numbers) {
      var reader = try LogSegmentReader(path: segment.path)
      var (_, offset) = try reader.state()
      reading: while true {
        switch try reader.step(at: offset) {
        case .end: break reading
        case .fault(let reason): throw reader.damage(reason, at: offset)
        case .record(let record):
          offset += record.byteCount
          guard let (text, ledger) = record.message, state.unsettled.contains(record.number) else {
            continue
          }
          unsafe try body(
            record.number, UnsafeRawBufferPointer(start: text.pointer, count: text.count), ledger)
        }
      }
    }
  }

  /// Asks of each file that was announced whether it is stored.
  private func resolveAnnouncements(
    _ isStored: (StoredFile) throws(ParquetError) -> Bool
  ) throws(ParquetError) {
    guard !state.announcements.isEmpty else { return }
    var stored = MessageNumbers()
    for announcement in state.announcements {
      // Of a file that was put twice one is enough.
      guard !announcement.numbers.subtracting(stored).isEmpty else { continue }
      if try isStored(announcement.file) { stored.formUnion(announcement.numbers) }
    }
    var payload = ByteBuffer()
    payload.append(stored)
    try write(.resolution, payload.freeze(), synced: true)
    state.settle(stored)
    state.announcements = []
    try removeSettledSegments()
  }

  // MARK: Writing

  /// Appends a record to what is written next.
  private func add(
    _ kind: LogRecord.Kind, _ payload: UnsafeRawBufferPointer, number: UInt64 = 0,
    ledger: UInt64? = nil
  ) {
    unsafe pending.append(
      record: kind, payload, number: number, ledger: ledger, marker: current.header.marker,
      committed: current.byteCount)
  }

  /// Writes a record, behind what was appended; where that fails it is as if it had never been asked for.
  private func write(
    _ kind: LogRecord.Kind, _ payload: Bytes, synced: Bool
  ) throws(ParquetError) {
    guard payload.count <= LogRecord.largestPayload(kind) else {
      throw ParquetError(.limitExceeded, "too many messages apart from each other").adding(
        file: directory)
    }
    let mark = pending.count
    unsafe add(kind, UnsafeRawBufferPointer(start: payload.pointer, count: payload.count))
    do throws(ParquetError) { try write(synced: synced) } catch {
      if pending.count > mark { pending.truncate(to: mark) }
      throw error
    }
  }

  /// Writes what is pending.
  private func write(synced: Bool) throws(ParquetError) {
    if pending.count > 0 {
      do throws(ParquetError) {
        unsafe try current.write(
          UnsafeRawBufferPointer(start: pending.start, count: pending.count))
      } catch {
        if !current.isWhole { failure = error }
        throw error
      }
      isAhead = true
      // The room of one very large commit is not kept.
      if pending.capacity > LogRecord.largestMessage { pending = ByteBuffer() }
      pending.removeAll()
    }
    if synced, isAhead { try sync() }
  }

  private func sync() throws(ParquetError) {
    do throws(ParquetError) { try current.sync() } catch {
      failure = error
      throw error
    }
    isAhead = false
  }

  private func checkUsable() throws(ParquetError) {
    if let failure { throw failure }
    guard !isClosed else {
      throw ParquetError(.invalidArgument, "the log is closed").adding(file: directory)
    }
  }

  // MARK: Segments

  /// Begins a new segment where the current one is long enough. Where that fails, the current one grows.
  private func beginSegmentWhereFull() {
    guard pending.count == 0,
      current.byteCount >= max(segmentByteCount, 2 * current.startByteCount)
    else { return }
    let number = current.header.number + 1
    do throws(ParquetError) {
      // Only of the last segment the end may be missing.
      if isAhead { try sync() }
      let next = try LogSegmentFile(number, in: directory, state: state, calls: calls)
      earlier.append(current.finished(before: state.nextNumber))
      current = next
    } catch {
      // With a later segment there, nothing more may be written to this one.
      if failure == nil, isThere(segment: number) { failure = error }
    }
  }

  /// Whether a segment has its name, as far as that can be told.
  private func isThere(segment number: UInt64) -> Bool {
    let path = Directory.path(LogSegment.name(number), in: directory)
    do throws(ParquetError) { return try FileNames.status(path) != nil } catch { return true }
  }

  /// Removes the earlier segments whose messages are all settled.
  private func removeSettledSegments() throws(ParquetError) {
    guard earlier.contains(where: { isSettled($0) }) else { return }
    // That they are must not be lost when they are.
    if isAhead { try sync() }
    var index = 0
    while index < earlier.count {
      if isSettled(earlier[index]) {
        try FileNames.remove(earlier[index].path)
        earlier.remove(at: index)
      } else {
        index += 1
      }
    }
  }

  private func isSettled(_ segment: LogSegment) -> Bool {
    !state.unsettled.contains(anyOf: segment.numbers)
  }
}
