internal import Datasets
internal import Dispatch
internal import ObjectStorage
internal import Parquet
internal import Tables

/// What fills buffers and makes files of them; all with the lock held, where nothing else is said.
extension ArchiveCore {
  /// Puts the rows of messages that came one by one into the buffers.
  func absorbOpen() throws(ParquetError) {
    guard parser.messageCount > 0 || parser.isScattered else { return }
    // Their numbers follow each other: each was logged as it came.
    let first = log.map { $0.nextNumber - UInt64(parser.messageCount) }
    let source = lineSource
    try absorb(parser.finish(), firstNumber: first, source: source)
  }

  /// Puts rows into the buffers of their streams, which become files as often as they are full. All rows are taken,
  /// whatever goes wrong with some of them.
  func absorb(
    _ finished: [FinishedRows], firstNumber: UInt64?, source: String? = nil, firstLine: Int = 0
  ) throws(ParquetError) {
    var problem: ParquetError?
    for rows in finished { absorb(rows, firstNumber, source, firstLine, &problem) }
    if let problem { throw problem }
  }

  private func absorb(
    _ rows: FinishedRows, _ firstNumber: UInt64?, _ source: String?, _ firstLine: Int,
    _ problem: inout ParquetError?
  ) {
    func flush(_ key: StreamKey) {
      do throws(ParquetError) { try self.flush(key) } catch { problem = problem ?? error }
    }
    let now = rows.started ?? clock.monotonicMicroseconds
    buffers.policy.byteCount = byteLimit(rows.key.type)
    var row = 0
    var mark = 0
    var textStart = 0
    while mark < rows.marks.count {
      let room = buffers.room(rows.key)
      let byteRoom = buffers.policy.byteCount - (buffers[rows.key]?.byteCount ?? 0)
      let firstMark = mark
      let firstRow = row
      var bytes = 0
      // Rows of one message stay together.
      repeat {
        row += Int(rows.marks[mark].rowCount)
        bytes += Int(rows.marks[mark].byteCount)
        mark += 1
      } while mark < rows.marks.count && row - firstRow < room && bytes < byteRoom
      let range = firstRow..<row
      let isFull = buffers.add(
        rows.key, rows: range.count, bytes: bytes, now: now, first: { StreamContent() }
      ) { content in
        content.add(rows, range)
        for index in firstMark..<mark {
          let text = ArchiveCore.text(of: rows, index, &textStart)
          var mark = rows.marks[index]
          if mark.line > 0 { mark.line &+= UInt32(truncatingIfNeeded: firstLine) }
          content.marks.add(
            mark, number: firstNumber.map { $0 + UInt64(mark.ordinal) }, source: source,
            isListed: content.inferred != nil, text: text)
        }
      }
      if isFull { flush(rows.key) }
    }
    while let key = buffers.excess { flush(key) }
  }

  private static func text(
    of rows: FinishedRows, _ index: Int, _ start: inout Int
  ) -> ArraySlice<UInt8>? {
    guard !rows.texts.isEmpty else { return nil }
    let end = start + Int(rows.marks[index].byteCount)
    defer { start = end }
    return rows.texts[start..<end]
  }

  /// Makes a file of what waits in a buffer.
  func flush(_ key: StreamKey) throws(ParquetError) {
    guard let buffer = buffers.take(key) else { return }
    retryFailed()
    var refusal: ParquetError?
    let made = try file(key, buffer.content, rowCount: buffer.rowCount, &refusal)
    if let made { begin(made) }
    // What can be stored is, whatever else was refused.
    if let refusal { throw refusal }
  }

  /// Begins to encode and store a file, and waits where too many are begun.
  private func begin(_ file: PendingFile) {
    onEvent(.flushing(rowCount: file.rowCount, type: file.key.type.description))
    if threads == 1 { _ = try? file.encode(writerOptions, encodings) }
    start(file)
    while isBusy { monitor.wait() }
  }

  /// Tries to store the files again that could not be stored.
  func retryFailed() {
    let files = failed
    failed = []
    for file in files { start(file) }
  }

  var writerOptions: WriterOptions {
    var options = WriterOptions()
    options.compression = configuration.compression
    return options
  }

  // MARK: Rows to files

  /// The file that rows become; nil where none of them can be stored. What went wrong with some of them is `refusal`.
  private func file(
    _ key: StreamKey, _ content: StreamContent, rowCount: Int, _ refusal: inout ParquetError?
  ) throws(ParquetError) -> PendingFile? {
    var batches = content.batches
    var messages = content.marks
    var rowCount = rowCount
    var schema = PredefinedSchema.contractDataMessage.schema
    var keyValues: [KeyValue] = []
    switch key.type {
    case .predefined(let predefined):
      schema = predefined.schema
      keyValues = [
        KeyValue("schema_type", predefined.rawValue), KeyValue("version", PredefinedSchema.version),
        KeyValue("description", predefined.summary),
      ]
    case .inferred:
      guard let rows = content.inferred else { return nil }
      let resolution = try registry.resolve(key.type.description, rows)
      tell(resolution, key.type)
      refusal = refuse(resolution.misfits, key.type, &messages)
      schema = resolution.registered.schema
      rowCount -= resolution.misfits.count
      guard rowCount > 0 else { return nil }
      batches = [try ArchiveCore.batch(rows, resolution)]
      keyValues = [
        KeyValue("schema_type", key.type.description), KeyValue("inferred", "true"),
        KeyValue("version", resolution.registered.version),
      ]
    }
    guard rowCount > 0 else {
      // Messages without rows need no file.
      try log?.settle(messages.numbers)
      return nil
    }
    let seconds = clock.wallMicroseconds / 1_000_000
    if configuration.includeMetadata {
      keyValues += [
        KeyValue("start_ledger", String(messages.firstLedger ?? 0)),
        KeyValue("end_ledger", String(messages.lastLedger ?? 0)),
        KeyValue("record_count", String(rowCount)),
        KeyValue("created_at", TimestampText.rfc3339(microseconds: seconds * 1_000_000)),
        KeyValue("generator", "swift-parquet"),
      ]
    } else {
      keyValues = []
    }
    return PendingFile(
      key: key, schema: schema, batches: batches, rowCount: rowCount, messages: messages,
      keyValues: keyValues, seconds: seconds)
  }

  private func tell(_ resolution: SchemaRegistry.Resolution, _ type: MessageType) {
    let name = type.description
    if resolution.isNew {
      onEvent(
        .schema(
          type: name, version: resolution.registered.version,
          columns: resolution.registered.schema.fields.map(\.name)))
    }
    guard !resolution.dropped.isEmpty else { return }
    counts.valuesDropped += resolution.dropped.reduce(0) { $0 + $1.count }
    onEvent(.dropped(type: name, fields: resolution.dropped.map(\.name)))
  }

  /// Rejects rows whose values do not fit the columns of the files before; what went wrong with that.
  private func refuse(
    _ misfits: [UInt32: MessageFault], _ type: MessageType, _ messages: inout PendingMessages
  ) -> ParquetError? {
    guard !misfits.isEmpty else { return nil }
    var problem: ParquetError?
    var settled = MessageNumbers()
    for row in misfits.keys.sorted() {
      guard var fault = misfits[row] else { continue }
      fault.type = type.description
      let message = messages.message(ofRow: Int(row))
      let line = message.map { Int($0.mark.line) } ?? 0
      let text = row < messages.texts.count ? messages.texts[Int(row)] : []
      let span = unsafe text.span.bytes
      do throws(ParquetError) {
        _ = try unsafe span.withUnsafeBytes { (bytes) throws(ParquetError) in
          unsafe try reject(
            fault, bytes, source: message?.source, line: line == 0 ? nil : line)
        }
      } catch {
        problem = problem ?? error
        // One that is in no dead-letter file stays in the log.
        guard error.code == .rejectedData else { continue }
      }
      if let number = message?.number { settled.insert(number) }
    }
    messages.remove(rows: misfits)
    do throws(ParquetError) {
      try deadLetters?.flush()
      if !settled.isEmpty { try log?.settle(settled) }
    } catch { problem = problem ?? error }
    return problem
  }

  private static func batch(
    _ rows: InferredRows, _ resolution: SchemaRegistry.Resolution
  ) throws(ParquetError) -> ColumnBatch {
    let builder = ColumnBatchBuilder(schema: resolution.registered.schema)
    let leftOut = Set(resolution.misfits.keys)
    for (index, field) in resolution.registered.schema.fields.enumerated() {
      let type = resolution.registered.types[field.name] ?? []
      let column = rows.column(field.name) ?? InferredColumn(name: field.name)
      column.append(
        to: builder.leaf(index), as: type.form, rowCount: rows.rowCount, without: leftOut)
    }
    return try builder.finish()
  }

  // MARK: Storing

  /// Leaves a file to a thread that encodes and stores it.
  private func start(_ file: PendingFile) {
    inFlight += 1
    if file.bytes == nil { encodingCount += 1 }
    // The one that was used last, whose memory is at hand.
    let queue = freeQueues.popLast() ?? inFlight % storeQueues.count
    storeQueues[queue].async { self.store(file, queue) }
  }

  /// Whether enough files are being encoded, or wait for the store.
  var isBusy: Bool {
    encodingCount > threads || inFlight >= storeQueues.count
      || inFlight > threads && encodedByteCount > ArchiveCore.mostEncodedBytes
  }

  /// The bytes of files that wait for the store, above which few more are begun.
  private static let mostEncodedBytes = 64 << 20

  /// Encodes and stores a file. Called without the lock.
  private func store(_ file: PendingFile, _ queue: Int) {
    var encodedByteCount = 0
    do throws(ParquetError) {
      let bytes = try encode(file)
      encodedByteCount = bytes.count
      let path = try put(bytes, file)
      try monitor.withLock { () throws(ParquetError) in
        let stored = ArchivedFile(
          path: path, type: file.key.type.description, rowCount: file.rowCount,
          byteCount: bytes.count, firstLedger: file.messages.firstLedger ?? 0,
          lastLedger: file.messages.lastLedger ?? 0)
        try note(stored, file)
      }
    } catch {
      monitor.withLock {
        counts.storageFailures += 1
        failed.append(file)
        onEvent(.storageFailed(rowCount: file.rowCount, error: error))
        giveUpOldest()
      }
    }
    monitor.withLock {
      inFlight -= 1
      self.encodedByteCount -= encodedByteCount
      if !freeQueues.contains(queue) { freeQueues.append(queue) }
      monitor.signal()
    }
  }

  /// Encodes a file, where that was not done. Called without the lock.
  private func encode(_ file: PendingFile) throws(ParquetError) -> Bytes {
    let isEncoded = file.bytes != nil
    let result: Result<Bytes, ParquetError>
    do throws(ParquetError) { result = .success(try file.encode(writerOptions, encodings)) } catch {
      result = .failure(error)
    }
    monitor.withLock {
      if !isEncoded { encodingCount -= 1 }
      if case .success(let bytes) = result { encodedByteCount += bytes.count }
      monitor.signal()
    }
    return try result.get()
  }

  /// Notes that a file is stored.
  private func note(_ stored: ArchivedFile, _ file: PendingFile) throws(ParquetError) {
    if file.rowCount >= 1000, file.messages.byteCount > 0 {
      ratios[file.key.type] = Double(stored.byteCount) / Double(file.messages.byteCount)
    }
    guard !configuration.dryRun else { return onEvent(.wouldStore(stored)) }
    counts.filesWritten += 1
    counts.recordsWritten += stored.rowCount
    counts.bytesWritten += stored.byteCount
    onEvent(.stored(stored))
    if let log {
      // The file is there: what goes wrong with the log now must not store it again.
      do throws(ParquetError) { try log.settle(file.messages.numbers) } catch {
        failure = failure ?? error
      }
    }
  }

  /// Puts a file where there is none of its name; where it is.
  private func put(_ bytes: Bytes, _ file: PendingFile) throws(ParquetError) -> String {
    let folder = file.key.partition.folder(configuration.rangeEnd)
    let prefix = configuration.pathPrefix.replacing(
      ArchiveConfiguration.messageTypePlaceholder, with: file.key.type.folder)
    var copy = 0
    while true {
      let name = "\(folder)/\(file.name(copy: copy))"
      let key = try ObjectKey(prefix.isEmpty ? name : "\(prefix)/\(name)")
      guard let store, !configuration.dryRun else {
        // Names that would be taken by then, as far as this run can tell.
        copy += 1
        guard monitor.withLock({ wouldBe.insert(key).inserted }) else { continue }
        let base = configuration.localPath ?? configuration.bucketName ?? ""
        return base.isEmpty ? key.description : "\(base)/\(key)"
      }
      copy += 1
      // An earlier try may have stored the file though it failed; no other file gets a name that is tried.
      let isTried = monitor.withLock { attempts[key] }
      guard isTried == nil || isTried === file else { continue }
      if isTried != nil, try isStored(bytes, at: key, store) { return noteStored(key, store) }
      // A name that is taken need not be announced.
      guard try store.description(of: key) == nil else { continue }
      if let log {
        let announced = StoredFile(
          key: key.description, byteCount: bytes.count, checksum: ArchiveCore.checksum(bytes))
        try monitor.withLock { () throws(ParquetError) in
          try log.announce(announced, file.messages.numbers)
        }
      }
      let isOwn = monitor.withLock {
        if attempts[key] == nil { attempts[key] = file }
        return attempts[key] === file
      }
      guard isOwn else { continue }
      do throws(ParquetError) {
        try store.put(bytes, at: key)
        return noteStored(key, store)
      } catch {
        guard error.isConflict else { throw error }
        monitor.withLock { attempts[key] = nil }
      }
    }
  }

  private func noteStored(_ key: ObjectKey, _ store: any ObjectStore) -> String {
    monitor.withLock { attempts[key] = nil }
    return store.location(of: key)
  }

  private func isStored(
    _ bytes: Bytes, at key: ObjectKey, _ store: any ObjectStore
  ) throws(ParquetError) -> Bool {
    guard let description = try store.description(of: key), description.byteCount == bytes.count
    else { return false }
    return try store.read(key) == bytes
  }

  static func checksum(_ bytes: Bytes) -> UInt32 {
    bytes.withBytes { span in unsafe span.withUnsafeBytes { unsafe crc32($0) } }
  }

  /// Writes the messages of the oldest files to the dead-letter file, where more wait than may.
  private func giveUpOldest() {
    guard let deadLetters else { return }
    while failedMessageCount > 2 * configuration.bufferSize, let file = failed.first {
      do throws(ParquetError) { try giveUp(file, deadLetters) } catch {
        failure = failure ?? error
        return
      }
      failed.removeFirst()
    }
  }

  /// Writes the messages of a file to the dead-letter file.
  func giveUp(_ file: PendingFile, _ deadLetters: DeadLetterFile) throws(ParquetError) {
    for text in file.messages.texts {
      let span = unsafe text.span.bytes
      try unsafe span.withUnsafeBytes { (bytes) throws(ParquetError) in
        unsafe try deadLetters.append(
          bytes,
          DeadLetterFile.Letter(
            reason: "its file could not be stored", type: file.key.type.description,
            received: clock.wallMicroseconds, isJSON: true))
      }
    }
    try deadLetters.flush()
    try log?.settle(file.messages.numbers)
    attempts = attempts.filter { $0.value !== file }
    counts.messagesDeadLettered += file.messages.texts.count
    onEvent(.gaveUp(messageCount: file.messages.texts.count))
  }
}

extension StreamContent {
  /// Adds some of the rows.
  mutating func add(_ rows: FinishedRows, _ range: Range<Int>) {
    switch rows.content {
    case .batch(let batch):
      guard !range.isEmpty else { return }
      batches.append(range.count == batch.rowCount ? batch : batch.slice(rows: range))
    case .inferred(let other):
      let own = inferred ?? InferredRows()
      own.append(other, range)
      inferred = own
    }
  }
}
