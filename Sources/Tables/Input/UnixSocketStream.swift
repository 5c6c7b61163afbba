public import Parquet

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What clients send to a Unix domain socket, as one stream of lines.
///
/// Connections are taken one after the other, in the order in which they came; others wait meanwhile, some dozens of
/// them. A connection that ends within a line is ended by a line break, so that no line is made of two clients' bytes.
///
/// ``read(into:)`` waits as long as nothing is sent, whether or not a client is connected, and returns as soon as
/// anything is there: it fills no buffer to its end. It returns 0, for good, only when `isStopped` says that the
/// stream is to end, which is asked before each read and, while one waits, every 100 milliseconds. A line that was
/// begun is then given to its end, as far as it has already arrived; what else clients have sent is lost to them
/// unseen, as a socket tells nobody what was read.
///
/// For one thread at a time. The socket is removed with the stream, or earlier by ``close()``.
public final class UnixSocketStream: WaitingStream {
  /// The socket's path, as it was given.
  public let path: String
  private let isStopped: () -> Bool
  private var listener: Int32?
  private var connection: Int32?
  /// What the socket's file is, so that no other is removed in its stead.
  private let identity: FileNames.Status.Identity?
  /// Whether the last byte that was given is one within a line.
  private var isWithinLine = false
  /// Whether the line break of a connection that has ended is still to be given.
  private var owesLineBreak = false
  private var isAtEnd = false

  private static let waitingCount: Int32 = 64

  /// Listens at `path`; who may connect is a matter of the process's mask (umask) and of the folder.
  ///
  /// - Parameters:
  ///   - path: where the socket appears. The socket of a process that is gone is replaced; anything else that is there
  ///     is refused.
  ///   - isStopped: whether the stream is to end; called by whoever reads.
  /// - Throws: ``Parquet/ParquetError`` with code `inputOutput`, or `invalidArgument` where the path is too long for a
  ///   socket, empty or has a zero byte.
  public init(path: String, isStopped: @escaping () -> Bool) throws(ParquetError) {
    self.path = path
    self.isStopped = isStopped
    // Before anything at the path is looked at: the system ends a name at its first zero byte, and what lies at the
    // shorter one is none of ours.
    let address = try UnixSocketStream.address(path)
    let descriptor = try UnixSocketStream.opened(path)
    do throws(ParquetError) {
      try UnixSocketStream.removeDead(path, address)
      try UnixSocketStream.bind(descriptor, path, address)
      identity = try FileNames.status(path)?.identity
      let listening = valueOrErrno { Int(listen(descriptor, UnixSocketStream.waitingCount)) }
      if case .failure(let error) = listening {
        try FileNames.remove(path)
        throw .system("cannot be listened at", error, file: path)
      }
    } catch {
      SocketCalls.close(descriptor)
      throw error
    }
    listener = descriptor
  }

  deinit { close() }

  /// Ends the stream and removes the socket. Harmless when called twice.
  public func close() {
    isAtEnd = true
    endConnection()
    guard let listener else { return }
    self.listener = nil
    // Only while it is this one's: another run may have taken the path since.
    if let identity, let status = try? FileNames.status(path), status.identity == identity {
      _ = try? FileNames.remove(path)
    }
    SocketCalls.close(listener)
  }

  /// The bytes that are there; waits where there are none.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(ParquetError) -> Int {
    while !isAtEnd {
      if isStopped() { return unsafe try readRestOfLine(into: buffer) }
      if let count = unsafe try readWhatIsThere(into: buffer) { return count }
      waitABit(SocketCalls.longestWait)
    }
    return 0
  }

  /// Whether ``read(into:)`` would return without waiting; waits for that as long as `duration`.
  ///
  /// It is true where the next read throws, too, and false as soon as the stream is to end.
  public func hasInput(within duration: Duration) -> Bool {
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: duration)
    while !isAtEnd, !isStopped() {
      if hasInputNow() { return true }
      let rest = clock.now.duration(to: end)
      guard rest > .zero else { return false }
      let longest = Duration.milliseconds(SocketCalls.longestWait)
      waitABit(rest < longest ? Int(rest / .milliseconds(1)) + 1 : SocketCalls.longestWait)
    }
    return false
  }

  // MARK: Connections

  /// Reads what is there; nil where nothing is.
  private func readWhatIsThere(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(ParquetError) -> Int? {
    while true {
      if owesLineBreak {
        unsafe buffer[0] = .newline
        owesLineBreak = false
        isWithinLine = false
        return 1
      }
      guard let connection = try currentConnection() else { return nil }
      switch unsafe SocketCalls.receive(connection, into: buffer) {
      case .success(0): endConnection()
      case .success(let count):
        unsafe isWithinLine = buffer[count - 1] != .newline
        return count
      case .failure(let error) where error.number == EAGAIN || error.number == EWOULDBLOCK:
        return nil
      // A client that broke off has ended as any other.
      case .failure: endConnection()
      }
    }
  }

  /// Reads what is there of a line that was begun, then ends the stream.
  private func readRestOfLine(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(ParquetError) -> Int {
    if isWithinLine, let connection {
      // Looked at first: what lies behind the line stays where it is.
      if case .success(let count) = unsafe SocketCalls.receive(
        connection, into: buffer, peeks: true), count > 0
      {
        let lineBreak = unsafe buffer[..<count].firstIndex(of: .newline)
        let part = unsafe UnsafeMutableRawBufferPointer(
          rebasing: buffer[..<(lineBreak.map { $0 + 1 } ?? count)])
        if case .success(let taken) = unsafe SocketCalls.receive(connection, into: part), taken > 0
        {
          unsafe isWithinLine = part[taken - 1] != .newline
          return taken
        }
      }
    }
    let needsLineBreak = isWithinLine || owesLineBreak
    owesLineBreak = false
    isWithinLine = false
    close()
    guard needsLineBreak else { return 0 }
    unsafe buffer[0] = .newline
    return 1
  }

  private func hasInputNow() -> Bool {
    while !owesLineBreak {
      let current: Int32?
      do throws(ParquetError) { current = try currentConnection() } catch { return true }
      guard let current else { return false }
      var byte: UInt8 = 0
      let looked = unsafe withUnsafeMutableBytes(of: &byte) { bytes in
        unsafe SocketCalls.receive(current, into: bytes, peeks: true)
      }
      switch looked {
      case .success(let count) where count > 0: return true
      case .failure(let error) where error.number == EAGAIN || error.number == EWOULDBLOCK:
        return false
      case .success, .failure: endConnection()
      }
    }
    return true
  }

  /// The connection that is read, or else the next that waits.
  private func currentConnection() throws(ParquetError) -> Int32? {
    if let connection { return connection }
    guard let listener else { return nil }
    switch SocketCalls.accept(listener) {
    case .success(let next): connection = next
    case .failure(let error): throw .system("cannot take a connection", error, file: path)
    }
    return connection
  }

  private func endConnection() {
    guard let connection else { return }
    SocketCalls.close(connection)
    self.connection = nil
    owesLineBreak = isWithinLine
  }

  private func waitABit(_ milliseconds: Int) {
    guard let descriptor = connection ?? listener else { return }
    _ = SocketCalls.wait(descriptor, for: .input, milliseconds: milliseconds)
  }

  // MARK: The socket's file

  private static func opened(_ path: String) throws(ParquetError) -> Int32 {
    switch SocketCalls.open(isLocal: true) {
    case .success(let descriptor): return descriptor
    case .failure(let error): throw .system("no socket can be made", error, file: path)
    }
  }

  /// Removes the socket at `path` where nobody listens at it.
  private static func removeDead(
    _ path: String, _ address: sockaddr_un
  ) throws(ParquetError) {
    var status = stat()
    if case .failure(let error) = valueOrErrno({ Int(unsafe lstat(path, &status)) }) {
      guard error.number == ENOENT else { throw .system("cannot be looked at", error, file: path) }
      return
    }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw ParquetError(
        .inputOutput, "is there already and is no socket; it is not replaced by one"
      ).adding(file: path)
    }
    let probe = try opened(path)
    defer { SocketCalls.close(probe) }
    let connected = unsafe withPointer(to: address) { address, length in
      valueOrErrno { Int(unsafe connect(probe, address, length)) }
    }
    switch connected {
    case .failure(let error) where error.number == ECONNREFUSED: try FileNames.remove(path)
    case .failure(let error) where error.number == ENOENT: break
    case .failure(let error) where error.number != EAGAIN:
      throw .system("is a socket that cannot be asked whether it is in use", error, file: path)
    case .success, .failure:
      throw ParquetError(.inputOutput, "is a socket that another process listens at").adding(
        file: path)
    }
  }

  private static func bind(
    _ descriptor: Int32, _ path: String, _ address: sockaddr_un
  ) throws(ParquetError) {
    let bound = unsafe withPointer(to: address) { address, length in
      valueOrErrno { Int(unsafe systemBind(descriptor, address, length)) }
    }
    if case .failure(let error) = bound {
      throw .system("cannot be made a socket", error, file: path)
    }
  }

  private static func address(_ path: String) throws(ParquetError) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    // The last byte of the room stays zero.
    let room = MemoryLayout.size(ofValue: address.sun_path) - 1
    guard !bytes.isEmpty, bytes.count <= room else {
      throw ParquetError(
        .invalidArgument, "the path of a socket has 1 to \(room) bytes, this one \(bytes.count)"
      ).adding(file: path)
    }
    guard !bytes.contains(0) else {
      throw ParquetError(.invalidArgument, "the path of a socket has no zero byte, this one has")
        .adding(file: path)
    }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    return address
  }

  /// Calls `body` with an address as the system's calls take it.
  private static func withPointer(
    to address: sockaddr_un,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result<Int, SystemError>
  ) -> Result<Int, SystemError> {
    let length = socklen_t(MemoryLayout<sockaddr_un>.size)
    return unsafe withUnsafePointer(to: address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
    }
  }
}

private func systemBind(
  _ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t
) -> Int32 {
  unsafe bind(descriptor, address, length)
}
