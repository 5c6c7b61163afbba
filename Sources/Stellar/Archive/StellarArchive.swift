public import Datasets
public import ObjectStorage
public import Parquet
@_spi(Adapters) public import Tables

/// An archive of ledger messages: they come one by one or many at a time, from any number of threads, and become Parquet
/// files in partitions of an object store.
///
/// ```swift
/// var configuration = ArchiveConfiguration()
/// configuration.storageType = .local
/// configuration.localPath = "/data/stellar"
/// let archive = try StellarArchive(configuration)
/// try archive.process(LedgerMessage(json: bytes))
/// try archive.close()
/// ```
///
/// Each type of message has a buffer for each partition, which becomes a file when it is full, when its time has come,
/// or with ``flush()`` and ``close()``. Files are encoded and stored by threads of the archive's own; a caller waits
/// where these do not keep up. A file that cannot be stored, after retries, is kept and tried again with the next one;
/// where more than twice ``ArchiveConfiguration/bufferSize`` messages wait so, the oldest go to the dead-letter file, or
/// taking messages throws where there is none.
///
/// With a write-ahead log a message is safe once ``process(_:)`` returns: an archive that is opened with the log of one
/// that was killed stores what is missing, and no message twice.
public final class StellarArchive: MessageProcessor {
  /// What the archive does.
  public let configuration: ArchiveConfiguration
  let core: ArchiveCore
  private let timer: RotationTimer?
  private let server: MetricsServer?

  /// Opens an archive.
  ///
  /// - Parameters:
  ///   - configuration: what it does.
  ///   - store: where its files go; where nil, what the configuration says.
  ///   - clock: tells the time. With another one than the system's, nothing happens by itself: ``tick()`` is to be called.
  ///   - retrier: how calls of the store are tried again; where nil, as the configuration says.
  ///   - onEvent: is told what happens; it may be called by any thread, must not wait long, and not use the archive.
  /// - Throws: ``Parquet/ParquetError`` with code `invalidArgument` for a configuration that cannot be, with
  ///   `inputOutput` where the folder, the log or the dead-letter file cannot be opened.
  public init(
    _ configuration: ArchiveConfiguration, store: (any ObjectStore)? = nil,
    clock: any StreamClock = SystemClock(), retrier: Retrier? = nil,
    onEvent: @escaping @Sendable (ArchiveEvent) -> Void = { _ in }
  ) throws(ParquetError) {
    if store == nil { try configuration.check() } else { try configuration.checkValues() }
    self.configuration = configuration
    let core = try ArchiveCore(
      configuration, store: store, clock: clock, retrier: retrier, onEvent: onEvent)
    self.core = core
    var server: MetricsServer?
    if let port = configuration.metricsPort {
      server = try MetricsServer(port: port) { core.metrics.prometheusText }
    }
    self.server = server
    do throws(ParquetError) { try core.recover() } catch {
      server?.stop()
      core.abandon()
      throw error
    }
    timer = clock is SystemClock ? RotationTimer { [weak core] in core?.tickQuietly() } : nil
  }

  deinit {
    timer?.stop()
    server?.stop()
  }

  /// The port on which metrics are served; nil where they are not.
  public var metricsPort: Int? { server?.port }

  /// What was done so far.
  public var metrics: ArchiveMetrics { core.metrics }

  /// The columns of the types that are inferred.
  public var registry: SchemaRegistry { core.registry }

  /// Takes a message.
  ///
  /// - Returns: why the message cannot be stored, where it cannot; it is counted, and in the dead-letter file if there
  ///   is one.
  /// - Throws: ``Parquet/ParquetError`` with code `rejectedData` for such a message where the configuration is strict;
  ///   with `limitExceeded` where storing has failed for too long, and the message is not taken then; with
  ///   `inputOutput` where the log or the dead-letter file cannot be written; with `invalidArgument` once the archive
  ///   is closed.
  /// - Complexity: O(bytes), and waiting where storing does not keep up.
  @discardableResult
  public func process(_ message: LedgerMessage) throws(ParquetError) -> ArchiveRejection? {
    try core.process(message)
  }

  /// Takes a message as JSON, as ``process(_:)`` does.
  @discardableResult
  public func process(json: RawSpan) throws(ParquetError) -> ArchiveRejection? {
    try unsafe json.withUnsafeBytes { (bytes) throws(ParquetError) in
      unsafe try core.process(bytes, ledger: nil, source: nil, line: nil)
    }
  }

  /// Takes lines of JSON, a message each, using as many threads as the configuration says; blank lines are passed over.
  ///
  /// - Parameters:
  ///   - lines: the bytes; the last line needs no end.
  ///   - source: what they come from, for rejections.
  ///   - firstLine: the number of the first line there.
  /// - Returns: the number of lines.
  /// - Throws: as ``process(_:)``; the lines before a message that is refused are taken.
  @discardableResult
  public func process(
    lines: [UInt8], source: String? = nil, firstLine: Int = 1
  ) throws(ParquetError) -> Int {
    let padded = lines + [UInt8](repeating: 0, count: JSONMembers.slack)
    let span = unsafe padded.span.bytes
    return try unsafe span.withUnsafeBytes { (bytes) throws(ParquetError) in
      unsafe try core.process(
        lines: UnsafeRawBufferPointer(rebasing: bytes[..<lines.count]), source: source,
        firstLine: firstLine)
    }
  }

  /// Takes the lines of a stream until its end, or until it is stopped.
  ///
  /// - Parameters:
  ///   - lines: the lines.
  ///   - source: what they come from, for rejections.
  ///   - onProgress: is told, after each block, that so many lines are taken: with a write-ahead log they are safe.
  /// - Throws: as ``process(_:)``, and where the stream cannot be read.
  public func process(
    _ lines: LineBlocks, source: String?,
    onProgress: (_ lines: Int) throws(ParquetError) -> Void = { (_) throws(ParquetError) in }
  ) throws(ParquetError) {
    lines.onLongLine = { [core] (line, start) throws(ParquetError) in
      try core.refuseLongLine(start, source: source, line: line)
    }
    while try unsafe lines.next({ (bytes) throws(ParquetError) in
      unsafe try core.process(lines: bytes, source: source, firstLine: lines.lineCount + 1)
    }) {
      try onProgress(lines.lineCount)
    }
  }

  /// Takes the lines of a file, or of whatever it is that is read like one: several threads read an ordinary file.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - source: what it is called in rejections.
  ///   - isStopped: whether to end before its end; asked again and again.
  ///   - onProgress: is told that so many lines are taken.
  /// - Throws: as ``process(_:source:onProgress:)``.
  public func process(
    _ file: FileStream, source: String, isStopped: @escaping () -> Bool = { false },
    onProgress: (_ lines: Int) throws(ParquetError) -> Void = { (_) throws(ParquetError) in }
  ) throws(ParquetError) {
    if core.threads > 1, let byteCount = file.byteCount {
      return try core.process(
        file, byteCount: byteCount, source: source, isStopped: isStopped, onProgress: onProgress)
    }
    try process(
      LineBlocks(file, name: source, byteCount: blockByteCount, isStopped: isStopped),
      source: source, onProgress: onProgress)
  }

  /// The size of blocks of lines that keeps all of the archive's threads at work.
  public var blockByteCount: Int {
    // What one thread has read should still be in its cache when it is parsed.
    core.threads == 1 ? 256 << 10 : core.threads * ArchiveCore.segmentByteCount
  }

  /// Does what is due by time: buffers that are old become files, files that could not be stored are tried again, the
  /// metrics file is written. With the system's clock this happens by itself, every second.
  public func tick() throws(ParquetError) { try core.tick() }

  /// Makes files of everything that waits, and returns when they are stored.
  ///
  /// - Throws: ``Parquet/ParquetError`` where something could not be stored; it is kept.
  public func flush() throws(ParquetError) { try core.flush() }

  /// Ends the archive: everything that waits is stored. Does nothing when it is called again.
  ///
  /// - Throws: ``Parquet/ParquetError`` where something could not be stored and there is no dead-letter file for it;
  ///   with a write-ahead log it is kept there.
  public func close() throws(ParquetError) {
    timer?.stop()
    defer { server?.stop() }
    try core.close()
  }
}
