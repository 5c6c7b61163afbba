#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file that appears at its path whole or not at all.
///
/// The bytes go to a file without a name (or, where the file system knows none, to a locked
/// `.NAME.tmp` beside the path); ``finish()`` makes them durable and gives the file its name in one
/// step. A process that dies leaves the path as it was. What it may leave beside it, the next sink for
/// the same path removes when it finishes; the file of a live process never, as that is locked.
public final class FileSink: ByteSink {
  /// The path, as it was given.
  public let path: String
  private let overwrite: Bool
  private let calls: FileSystemCalls
  private let location: FileLocation
  private let bufferLimit: Int
  private var buffer: ByteBuffer
  private var file: TemporaryFile?

  /// A sink for the file at `path`.
  ///
  /// - Parameters:
  ///   - path: Where the file appears; its directory must exist.
  ///   - overwrite: Whether a file that is there already is replaced, permissions and all. Where it is a
  ///     symbolic link, the file it leads to is replaced. Without it such a file is refused, now or in
  ///     ``finish()``.
  /// - Throws: ``ParquetError`` with code `inputOutput`.
  public convenience init(path: String, overwrite: Bool = false) throws(ParquetError) {
    try self.init(path: path, overwrite: overwrite, calls: .system)
  }

  /// A sink whose calls to the system go through `calls`.
  package init(
    path: String, overwrite: Bool, calls: FileSystemCalls, bufferLimit: Int = 256 << 10
  ) throws(ParquetError) {
    self.path = path
    self.overwrite = overwrite
    self.calls = calls
    self.bufferLimit = bufferLimit
    location = try FileLocation(path: path, overwrite: overwrite)
    buffer = ByteBuffer(capacity: bufferLimit)
    file = try TemporaryFile(location, calls: calls)
  }

  deinit { abandon() }

  /// Takes the next bytes; small ones are gathered.
  public func write(_ bytes: RawSpan) throws(ParquetError) {
    let file = try openFile()
    if buffer.count + bytes.byteCount > bufferLimit { try flush(to: file) }
    if bytes.byteCount >= bufferLimit {
      try file.write(bytes)
    } else {
      buffer.append(bytes)
    }
  }

  /// Makes the file durable, then visible.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`; the path is then as it was, unless the message
  ///   says that only the directory could not be synchronised.
  public func finish() throws(ParquetError) {
    let file = try openFile()
    try flush(to: file)
    try file.sync()
    if overwrite {
      try file.replaceTarget()
    } else {
      try file.becomeTarget()
    }
    self.file = nil
    file.close()
    location.removeLeftovers(calls)
    try location.syncDirectory(calls)
  }

  /// Leaves the path as it was. Harmless after ``finish()`` and when called twice.
  public func abandon() {
    file?.abandon()
    file = nil
    buffer.removeAll()
  }

  private func flush(to file: TemporaryFile) throws(ParquetError) {
    guard buffer.count > 0 else { return }
    try unsafe file.write(RawSpan(_unsafeStart: buffer.start, byteCount: buffer.count))
    buffer.removeAll()
  }

  private func openFile() throws(ParquetError) -> TemporaryFile {
    guard let file else {
      throw ParquetError(.invalidArgument, "the sink is finished or abandoned").adding(file: path)
    }
    return file
  }
}
