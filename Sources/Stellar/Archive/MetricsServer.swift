internal import Dispatch
package import Parquet
internal import Synchronization
internal import Tables

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A small HTTP server of this machine's own programs: `/metrics` as Prometheus reads it, `/healthz` for who watches
/// that the process lives.
///
/// It listens at 127.0.0.1 and answers one request after the other in a thread of its own. A client has two seconds to
/// send the head of its request, of at most 8 KiB, and two to take the response. It runs, and lives, until ``stop()``.
package final class MetricsServer: Sendable {
  /// The port that it listens at.
  package let port: Int
  private let listener: Int32
  private let metrics: @Sendable () -> String
  private let isStopped = Atomic(false)
  private let isClosed = Mutex(false)
  private let thread = DispatchGroup()

  private static let largestHead = 8 << 10
  private static let patience = Duration.seconds(2)
  private static let waitingCount: Int32 = 16

  /// Begins to serve.
  ///
  /// - Parameters:
  ///   - port: where it listens; 0 for any port that is free.
  ///   - metrics: gives the text of `/metrics`; called in the server's thread.
  /// - Throws: ``ParquetError`` with code `inputOutput` where the port is taken, or `invalidArgument` where there is no
  ///   such port.
  package init(port: Int, metrics: @escaping @Sendable () -> String) throws(ParquetError) {
    guard let wanted = UInt16(exactly: port) else {
      throw ParquetError(.invalidArgument, "a port is a number from 0 to 65535, not \(port)")
    }
    self.metrics = metrics
    (listener, self.port) = try MetricsServer.listen(wanted)
    thread.enter()
    DispatchQueue(label: "metrics").async { [self] in
      serve()
      thread.leave()
    }
  }

  /// Ends the server: when this returns nothing is called or served any more. Harmless when called twice;
  /// not to be called by what gives the metrics.
  package func stop() {
    isStopped.store(true, ordering: .relaxed)
    thread.wait()
    isClosed.withLock { isClosed in
      if !isClosed { SocketCalls.close(listener) }
      isClosed = true
    }
  }

  // MARK: Requests

  private func serve() {
    while !isStopped.load(ordering: .relaxed) {
      guard
        SocketCalls.wait(listener, for: .input, milliseconds: SocketCalls.longestWait),
        case .success(let next) = SocketCalls.accept(listener)
      else {
        // Where there are no descriptors left the wait returns at once, and would for ever.
        usleep(1000)
        continue
      }
      guard let next else { continue }
      answer(next)
      SocketCalls.close(next)
    }
  }

  /// Reads a request and sends the response.
  private func answer(_ connection: Int32) {
    let response: HTTPResponse
    switch head(from: connection) {
    case .head(let head): response = MetricsServer.response(to: HTTPRequest(head), metrics)
    case .tooLong:
      response = HTTPResponse(
        status: "431 Request Header Fields Too Large", body: "the head is too long\n")
    case .cut: response = MetricsServer.malformed
    case .late: response = HTTPResponse(status: "408 Request Timeout", body: "too slow\n")
    case .nothing: return
    }
    guard send(response.bytes, to: connection) else { return }
    SocketCalls.endOutput(connection)
    takeRest(of: connection)
  }

  /// The response to a request; nil stands for one that is none.
  static func response(
    to request: HTTPRequest?, _ metrics: () -> String
  ) -> HTTPResponse {
    guard let request else { return malformed }
    guard request.method == "GET" else {
      return HTTPResponse(
        status: "405 Method Not Allowed", fields: "Allow: GET\r\n", body: "only GET is served\n")
    }
    switch request.path {
    case "/metrics":
      return HTTPResponse(status: "200 OK", type: "text/plain; version=0.0.4", body: metrics())
    case "/healthz": return HTTPResponse(status: "200 OK", body: "ok")
    default: return HTTPResponse(status: "404 Not Found", body: "there is /metrics and /healthz\n")
    }
  }

  private static var malformed: HTTPResponse {
    HTTPResponse(status: "400 Bad Request", body: "this is no request\n")
  }

  // MARK: Bytes

  /// What came of reading a head.
  private enum Head {
    case head([UInt8])
    case tooLong, cut, late, nothing
  }

  private func head(from connection: Int32) -> Head {
    let end = ContinuousClock.now.advanced(by: MetricsServer.patience)
    var head: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 2048)
    while true {
      guard isReady(connection, for: .input, until: end) else {
        return isStopped.load(ordering: .relaxed) || head.isEmpty ? .nothing : .late
      }
      let received = unsafe part.withUnsafeMutableBytes { bytes in
        unsafe SocketCalls.receive(connection, into: bytes)
      }
      switch received {
      case .success(0): return head.isEmpty ? .nothing : .cut
      case .success(let count): head += part[..<count]
      case .failure(let error) where error.number == EAGAIN: continue
      case .failure: return .nothing
      }
      if let end = HTTPRequest.end(in: head) {
        return end > MetricsServer.largestHead ? .tooLong : .head(Array(head[..<end]))
      }
      if head.count > MetricsServer.largestHead { return .tooLong }
    }
  }

  /// Sends all of `bytes`; false where the client does not take them.
  private func send(_ bytes: [UInt8], to connection: Int32) -> Bool {
    let end = ContinuousClock.now.advanced(by: MetricsServer.patience)
    var done = 0
    while done < bytes.count {
      guard isReady(connection, for: .output, until: end) else { return false }
      let sent = unsafe bytes.withUnsafeBytes { bytes in
        unsafe SocketCalls.send(
          connection, UnsafeRawBufferPointer(rebasing: bytes[done...]))
      }
      switch sent {
      case .success(let count): done += count
      case .failure(let error) where error.number == EAGAIN: continue
      case .failure: return false
      }
    }
    return true
  }

  /// Takes what else a client sends, a little of it: closing with bytes unread would take the response from it.
  private func takeRest(of connection: Int32) {
    let end = ContinuousClock.now.advanced(by: .milliseconds(500))
    var part = [UInt8](repeating: 0, count: 4096)
    var rest = 64 << 10
    while rest > 0, isReady(connection, for: .input, until: end) {
      let received = unsafe part.withUnsafeMutableBytes { bytes in
        unsafe SocketCalls.receive(connection, into: bytes)
      }
      guard case .success(let count) = received, count > 0 else { return }
      rest -= count
    }
  }

  /// Waits until a connection is ready; false where that takes too long, or the server is stopped.
  private func isReady(
    _ connection: Int32, for readiness: SocketCalls.Readiness, until end: ContinuousClock.Instant
  ) -> Bool {
    while !isStopped.load(ordering: .relaxed) {
      let rest = ContinuousClock.now.duration(to: end)
      guard rest > .zero else { return false }
      let milliseconds = rest < .seconds(1) ? Int(rest / .milliseconds(1)) + 1 : 1000
      if SocketCalls.wait(connection, for: readiness, milliseconds: milliseconds) { return true }
    }
    return false
  }

  // MARK: The port

  /// A listening socket, and the port it listens at.
  private static func listen(_ port: UInt16) throws(ParquetError) -> (listener: Int32, port: Int) {
    func failure(_ error: SystemError) -> ParquetError {
      ParquetError(
        .inputOutput, "port \(port) of this machine cannot be listened at: \(error)", cause: error)
    }
    let listener: Int32
    switch SocketCalls.open(isLocal: false) {
    case .success(let descriptor): listener = descriptor
    case .failure(let error): throw failure(error)
    }
    switch bound(listener, port) {
    case .success(let port): return (listener, port)
    case .failure(let error):
      SocketCalls.close(listener)
      throw failure(error)
    }
  }

  private static func bound(_ listener: Int32, _ port: UInt16) -> Result<Int, SystemError> {
    var yes: Int32 = 1
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return valueOrErrno {
      let isSet = unsafe setsockopt(
        listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
      guard isSet == 0 else { return -1 }
      return unsafe withUnsafeMutablePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
          guard unsafe bind(listener, pointer, length) == 0,
            systemListen(listener, waitingCount) == 0,
            unsafe getsockname(listener, pointer, &length) == 0
          else { return -1 }
          return 0
        }
      }
    }.map { _ in Int(UInt16(bigEndian: address.sin_port)) }
  }
}

private func systemListen(_ descriptor: Int32, _ count: Int32) -> Int32 {
  listen(descriptor, count)
}
