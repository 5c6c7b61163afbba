public import Parquet

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Bytes that come in order, chunk by chunk.
public protocol ByteStream: AnyObject {
  /// Fills the front of `buffer`, which is not empty, and says with how many bytes; 0 at the end.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ParquetError) -> Int
}

/// Text that a conversion reads, from its start as often as it must.
public struct TextInput {
  /// What to call it in an error.
  public let name: String
  /// The bytes there are, where it is known before reading.
  public let byteCount: Int?
  private let open: (_ again: Bool) throws(ParquetError) -> any ByteStream

  /// An input whose stream `open` starts anew at each call.
  public init(
    name: String, byteCount: Int? = nil,
    open: @escaping () throws(ParquetError) -> any ByteStream
  ) {
    self.name = name
    self.byteCount = byteCount
    self.open = { (_: Bool) throws(ParquetError) in try open() }
  }

  private init(
    name: String, spooling open: @escaping (_ again: Bool) throws(ParquetError) -> any ByteStream
  ) {
    self.name = name
    byteCount = nil
    self.open = open
  }

  /// The stream from the start; `again` where it may be asked for once more later.
  func stream(again: Bool) throws(ParquetError) -> any ByteStream {
    do throws(ParquetError) { return try open(again) } catch { throw error.adding(file: name) }
  }

  /// A file.
  ///
  /// What is no ordinary file (a pipe with a name) is read as standard input is. `onSignal` is called
  /// where a signal interrupts a read that waits; what it throws ends the read.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput` where there is no such file, or it is a
  ///   directory.
  public static func file(
    _ path: String,
    onSignal: @escaping () throws(ParquetError) -> Void = { () throws(ParquetError) in }
  ) throws(ParquetError) -> TextInput {
    let probe = try FileStream(path: path, onSignal: onSignal)
    guard let byteCount = probe.byteCount else {
      return spooled(probe, name: path)
    }
    return TextInput(name: path, byteCount: byteCount) { () throws(ParquetError) in
      try FileStream(path: path)
    }
  }

  /// Standard input; kept in an unlinked temporary file where it must be read twice. `onSignal` is
  /// called where a signal interrupts a read that waits; what it throws ends the read.
  public static func standardInput(
    onSignal: @escaping () throws(ParquetError) -> Void = { () throws(ParquetError) in }
  ) -> TextInput {
    let name = "standard input"
    return spooled(
      FileStream(descriptor: 0, name: name, closes: false, onSignal: onSignal), name: name)
  }

  private static func spooled(_ stream: FileStream, name: String) -> TextInput {
    var spool: Spool?
    return TextInput(
      name: name,
      spooling: { (again: Bool) throws(ParquetError) in
        if let spool { return spool.replay() }
        guard again else { return stream }
        let made = try Spool(stream)
        spool = made
        return made.replay()
      })
  }

  /// Bytes in memory, handed out in chunks of at most `chunkByteCount`.
  public static func memory(
    _ bytes: [UInt8], name: String = "memory", chunkByteCount: Int = .max
  ) -> TextInput {
    TextInput(name: name, byteCount: bytes.count) { () throws(ParquetError) in
      MemoryStream(bytes, chunkByteCount: chunkByteCount)
    }
  }
}

/// Bytes in memory as a stream.
public final class MemoryStream: ByteStream {
  private let bytes: [UInt8]
  private let chunkByteCount: Int
  private var at = 0

  /// A stream of `bytes` in chunks of at most `chunkByteCount`.
  public init(_ bytes: [UInt8], chunkByteCount: Int = .max) {
    self.bytes = bytes
    self.chunkByteCount = max(chunkByteCount, 1)
  }

  /// The next bytes.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(ParquetError) -> Int {
    let count = min(buffer.count, bytes.count - at, chunkByteCount)
    guard count > 0 else { return 0 }
    unsafe bytes.withUnsafeBytes {
      unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[at..<at + count]))
    }
    at += count
    return count
  }
}

/// A file, or whatever a descriptor reads from.
public final class FileStream: WaitingStream {
  private let descriptor: Int32
  private let name: String
  private let closes: Bool
  private let onSignal: () throws(ParquetError) -> Void
  /// The size of an ordinary file; nil for anything else.
  public let byteCount: Int?

  /// Opens a file.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput` where it cannot be opened, or is a directory.
  public init(
    path: String,
    onSignal: @escaping () throws(ParquetError) -> Void = { () throws(ParquetError) in }
  ) throws(ParquetError) {
    let descriptor = systemOpen(path)
    guard descriptor >= 0 else { throw FileStream.failure("cannot be opened").adding(file: path) }
    var status = stat()
    let isKnown = unsafe fstat(descriptor, &status) == 0
    if isKnown, status.st_mode & S_IFMT == S_IFDIR {
      close(descriptor)
      throw ParquetError(.inputOutput, "is a directory, not a file").adding(file: path)
    }
    self.descriptor = descriptor
    name = path
    closes = true
    self.onSignal = onSignal
    byteCount = isKnown && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
  }

  /// A stream of what `descriptor` reads, closed with the stream where `closes`.
  public init(
    descriptor: Int32, name: String, closes: Bool,
    onSignal: @escaping () throws(ParquetError) -> Void = { () throws(ParquetError) in }
  ) {
    self.onSignal = onSignal
    self.descriptor = descriptor
    self.name = name
    self.closes = closes
    byteCount = nil
  }

  deinit { if closes { close(descriptor) } }

  /// The next bytes.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(ParquetError) -> Int {
    while true {
      let count = unsafe systemRead(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      guard errno == EINTR else {
        throw FileStream.failure("cannot be read").adding(file: name)
      }
      try onSignal()
    }
  }

  /// The bytes of an ordinary file from `offset` on, by any thread; what ``read(into:)`` reads next stays as it is.
  ///
  /// - Returns: their number; 0 at the end of the file.
  package func read(
    at offset: Int, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ParquetError) -> Int {
    while true {
      let count = unsafe pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
      if count >= 0 { return count }
      guard errno == EINTR else {
        throw FileStream.failure("cannot be read").adding(file: name)
      }
    }
  }

  /// Whether reading would return at once; waits for that as long as `duration`, or until a signal comes.
  public func hasInput(within duration: Duration) -> Bool {
    guard byteCount == nil else { return true }
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let (seconds, attoseconds) = duration.components
    let milliseconds = min(seconds, 1_000_000) * 1000 + attoseconds / 1_000_000_000_000_000
    return unsafe poll(&request, 1, Int32(milliseconds)) != 0 && request.revents != 0
  }

  static func failure(_ what: String) -> ParquetError {
    let reason = unsafe String(cString: strerror(errno))
    return ParquetError(.inputOutput, "\(what): \(reason)")
  }
}

private func systemOpen(_ path: String) -> Int32 { unsafe open(path, O_RDONLY | O_CLOEXEC) }

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int)
  -> Int
{
  unsafe read(descriptor, buffer, count)
}

/// What came out of a stream that cannot be read twice, in a temporary file without a name.
final class Spool {
  private let descriptor: Int32
  private let byteCount: Int

  /// Copies all of `stream`.
  init(_ stream: any ByteStream) throws(ParquetError) {
    let descriptor = try UnnamedFile.open(for: "the input")
    self.descriptor = descriptor
    var total = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let result: Result<Int, ParquetError> = unsafe buffer.withUnsafeMutableBytes { bytes in
        do throws(ParquetError) {
          let count = unsafe try stream.read(into: bytes)
          unsafe try Spool.write(descriptor, UnsafeRawBufferPointer(rebasing: bytes[..<count]))
          return .success(count)
        } catch { return .failure(error) }
      }
      let count = try result.get()
      if count == 0 { break }
      total += count
    }
    byteCount = total
  }

  deinit { close(descriptor) }

  private static func write(
    _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer
  ) throws(ParquetError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe systemWrite(
        descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw FileStream.failure(
          "the input cannot be kept in a temporary file in \(UnnamedFile.directory)")
      }
      done += count
    }
  }

  /// The bytes from the start.
  func replay() -> any ByteStream { SpoolStream(self) }

  fileprivate func read(
    at offset: Int, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ParquetError) -> Int {
    while true {
      let count = unsafe pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
      if count >= 0 { return count }
      guard errno == EINTR else { throw FileStream.failure("the kept input cannot be read") }
    }
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  unsafe write(descriptor, bytes, count)
}

final class SpoolStream: ByteStream {
  private let spool: Spool
  private var at = 0

  fileprivate init(_ spool: Spool) { self.spool = spool }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ParquetError) -> Int {
    let count = unsafe try spool.read(at: at, into: buffer)
    at += count
    return count
  }
}
