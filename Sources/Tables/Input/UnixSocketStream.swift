public import Parquet

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What clients send to a Unix domain socket, as one stream of lines.
///
/// Any number of clients may be connected: each is read as it sends, and its lines stay whole, as the rest of a line is
/// held back until its end comes. A connection that ends within a line is ended by a line break. Only a line of more than
/// ``largestHeldByteCount`` is given while it comes; until its end the other clients wait. ``largestClientCount`` are
/// read at a time; others wait until one of these is gone.
///
/// ``read(into:)`` waits as long as no line is there, whether or not a client is connected, and returns as soon as
/// anything is: it fills no buffer to its end. It returns 0, for good, only when `isStopped` says that the stream is to
/// end, which is asked before each read and, while one waits, every 100 milliseconds. Lines that have not come to their
/// end by then are not given, and what clients have sent and nobody has read is lost to them unseen, as a socket tells
/// nobody what was read.
///
/// For one thread at a time. The socket is removed with the stream, or earlier by ``close()``.
public final class UnixSocketStream: WaitingStream {
  /// The bytes of a line that is held back until its end comes.
  public static let largestHeldByteCount = 256 << 10
  /// The clients that are read at a time.
  public static let largestClientCount = 256
  /// The bytes that are read of a client before it is the next one's turn.
  private static let turnByteCount = 64 << 10

  /// A connection.
  private struct Client {
    let descriptor: Int32
    /// The line that it has begun.
    var rest: [UInt8] = []
    /// Whether the beginning of its line was given.
    var isSpeaking = false
  }

  /// The socket's path, as it was given.
  public let path: String
  private let isStopped: () -> Bool
  private var listener: Int32?
  /// What the socket's file is, so that no other is removed in its stead.
  private let identity: FileNames.Status.Identity?
  private var clients: [Client] = []
  /// What is to be given, from ``readyStart`` on.
  private var ready: [UInt8] = []
  private var readyStart = 0
  private var scratch = [UInt8](repeating: 0, count: turnByteCount)
  private var isAtEnd = false

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
    let (descriptor, identity) = try UnixSocketStream.listener(at: path)
    self.identity = identity
    listener = descriptor
  }

  deinit { close() }

  /// Ends the stream and removes the socket. Harmless when called twice.
  public func close() {
    isAtEnd = true
    endConnections()
  }

  /// The lines that are there; waits where there are none.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(ParquetError) -> Int {
    while !isAtEnd {
      if isStopped() { endConnections() }
      if readyStart < ready.count { return unsafe take(into: buffer) }
      if listener == nil {
        isAtEnd = true
      } else if try !takeTurns() {
        waitABit(SocketCalls.longestWait)
      }
    }
    return 0
  }

  /// Whether ``read(into:)`` would return without waiting; waits for that as long as `duration`.
  ///
  /// It is true where connections cannot be taken, too, and false as soon as the stream is to end.
  public func hasInput(within duration: Duration) -> Bool {
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: duration)
    while !isAtEnd, !isStopped() {
      if readyStart < ready.count { return true }
      do throws(ParquetError) { if try takeTurns() { return true } } catch { return true }
      let rest = clock.now.duration(to: end)
      guard rest > .zero else { return false }
      let longest = Duration.milliseconds(SocketCalls.longestWait)
      waitABit(rest < longest ? Int(rest / .milliseconds(1)) + 1 : SocketCalls.longestWait)
    }
    return false
  }

  private func take(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, ready.count - readyStart)
    unsafe buffer.copyBytes(from: ready[readyStart..<readyStart + count])
    readyStart += count
    if readyStart == ready.count {
      ready.removeAll(keepingCapacity: ready.capacity <= 4 << 20)
      readyStart = 0
    }
    return count
  }

  // MARK: Clients

  /// Reads once of each client that has sent something; whether there is anything to give then.
  private func takeTurns() throws(ParquetError) -> Bool {
    try takeConnections()
    if let speaker = clients.firstIndex(where: \.isSpeaking) {
      if !takeTurn(speaker) { clients.remove(at: speaker) }
    } else {
      var index = 0
      while index < clients.count {
        if takeTurn(index) { index += 1 } else { clients.remove(at: index) }
        // A line that was begun is given to its end before anything else.
        if index > 0, clients[index - 1].isSpeaking {
          // The next round begins with those that had no turn in this one.
          clients.append(contentsOf: clients[..<(index - 1)])
          clients.removeSubrange(..<(index - 1))
          break
        }
      }
    }
    return readyStart < ready.count
  }

  private func takeConnections() throws(ParquetError) {
    guard let listener else { return }
    while clients.count < UnixSocketStream.largestClientCount {
      switch SocketCalls.accept(listener) {
      case .success(nil): return
      case .success(let next?): clients.append(Client(descriptor: next))
      case .failure(let error): throw .system("cannot take a connection", error, file: path)
      }
    }
  }

  /// Reads once of a client; false where its connection has ended.
  private func takeTurn(_ index: Int) -> Bool {
    let received = unsafe scratch.withUnsafeMutableBytes { bytes in
      unsafe SocketCalls.receive(clients[index].descriptor, into: bytes)
    }
    switch received {
    case .success(let count) where count > 0:
      take(scratch[..<count], from: index)
      return true
    case .failure(let error) where error.number == EAGAIN || error.number == EWOULDBLOCK:
      return true
    // A client that broke off has ended as any other.
    case .success, .failure:
      let client = clients[index]
      if client.isSpeaking || !client.rest.isEmpty {
        ready += client.rest
        ready.append(.newline)
      }
      SocketCalls.close(client.descriptor)
      return false
    }
  }

  private func take(_ bytes: ArraySlice<UInt8>, from index: Int) {
    if let last = bytes.lastIndex(of: .newline) {
      ready += clients[index].rest
      ready += bytes[...last]
      clients[index].rest = Array(bytes[(last + 1)...])
      clients[index].isSpeaking = false
    } else {
      clients[index].rest += bytes
      guard
        clients[index].isSpeaking
          || clients[index].rest.count > UnixSocketStream.largestHeldByteCount
      else { return }
      ready += clients[index].rest
      clients[index].rest = []
      clients[index].isSpeaking = true
    }
  }

  /// Lets go of the clients and removes the socket; what is ready stays.
  private func endConnections() {
    if clients.contains(where: \.isSpeaking) { ready.append(.newline) }
    for client in clients { SocketCalls.close(client.descriptor) }
    clients = []
    guard let listener else { return }
    self.listener = nil
    // Only while it is this one's: another run may have taken the path since.
    if let identity, let status = try? FileNames.status(path), status.identity == identity {
      _ = try? FileNames.remove(path)
    }
    SocketCalls.close(listener)
  }

  private func waitABit(_ milliseconds: Int) {
    var descriptors = clients.map(\.descriptor)
    if let speaker = clients.first(where: \.isSpeaking) { descriptors = [speaker.descriptor] }
    if let listener, clients.count < UnixSocketStream.largestClientCount {
      descriptors.append(listener)
    }
    SocketCalls.wait(descriptors, for: .input, milliseconds: milliseconds)
  }
}
