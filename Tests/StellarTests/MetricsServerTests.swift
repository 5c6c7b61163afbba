import Foundation
import Parquet
import Synchronization
import Testing

@testable import Stellar

@Suite(.serialized) struct MetricsServerTests {
  /// A client that sends bytes as they are, and reads until the other side has ended.
  static func exchange(
    _ port: Int, _ request: [UInt8], endsOutput: Bool = false, pieces: Int = 1
  ) throws -> String {
    let client = try connected(port)
    defer { close(client) }
    let size = max(request.count / pieces, 1)
    var at = 0
    while at < request.count {
      let part = Array(request[at..<min(at + size, request.count)])
      let sent = unsafe part.withUnsafeBytes {
        unsafe send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      // A server that has answered and gone takes no more.
      if sent <= 0 { break }
      at += sent
    }
    if endsOutput { shutdown(client, Int32(SHUT_WR)) }
    var response: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = unsafe part.withUnsafeMutableBytes {
        unsafe recv(client, $0.baseAddress, $0.count, 0)
      }
      guard count > 0 else { return String(decoding: response, as: UTF8.self) }
      response += part[..<count]
    }
  }

  static func connected(_ port: Int) throws -> Int32 {
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(client >= 0)
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    unsafe setsockopt(
      client, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(result == 0)
    return client
  }

  private static func exchange(_ port: Int, _ request: String) throws -> String {
    try exchange(port, Array(request.utf8))
  }

  /// Calls `body` with the port of a server.
  private func withServer(
    _ metrics: @escaping @Sendable () -> String = { "parquet_files 7\n" },
    _ body: (Int) throws -> Void
  ) throws {
    let server = try MetricsServer(port: 0, metrics: metrics)
    defer { server.stop() }
    try body(server.port)
  }

  @Test func pagesAreServed() throws {
    try withServer { port in
      let metrics = try Self.exchange(port, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(
        metrics == "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n"
          + "Content-Length: 16\r\nConnection: close\r\n\r\nparquet_files 7\n")
      let health = try Self.exchange(port, "GET /healthz?now HTTP/1.0\n\n")
      #expect(health.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(health.hasSuffix("\r\n\r\nok"))
      let absolute = try Self.exchange(port, "\r\nGET http://a:1/metrics HTTP/1.1\r\na: b\r\n\r\n")
      #expect(absolute.hasSuffix("\r\n\r\nparquet_files 7\n"))
    }
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\n\r\n", "404"), ("GET /metrics/ HTTP/1.1\r\n\r\n", "404"),
    ("POST /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", "405"),
    ("HEAD /metrics HTTP/1.1\r\n\r\n", "405"), ("OPTIONS * HTTP/1.1\r\n\r\n", "405"),
    ("GET /metrics\r\n\r\n", "400"), ("GET /metrics HTTP/2\r\n\r\n", "400"),
    ("GET  /metrics HTTP/1.1\r\n\r\n", "400"), ("GET metrics HTTP/1.1\r\n\r\n", "400"),
    ("G(T /metrics HTTP/1.1\r\n\r\n", "400"), ("GET /m\u{7F} HTTP/1.1\r\n\r\n", "400"),
    ("GET /metrics HTTP/1.1\r\nno colon\r\n\r\n", "400"), (" \r\n\r\n", "400"),
    ("GET /metrics HTTP/1.1\r\n: nothing\r\n\r\n", "400"), ("\u{16}\u{3}\u{1}\n\n", "400"),
    ("GET /metrics HTTP/1.1\r\na: b\u{0}\r\n\r\n", "400"),
    ("GET /metrics HTTP/1.1\r\na: \(String(repeating: "b", count: 9000))\r\n\r\n", "431"),
    (String(repeating: "a", count: 100_000), "431"), (String(repeating: "\n", count: 9000), "431"),
  ])
  func otherRequests(request: String, status: String) throws {
    try withServer { port in
      let response = try Self.exchange(port, request)
      #expect(response.hasPrefix("HTTP/1.1 \(status) "))
      let health = try Self.exchange(port, "GET /healthz HTTP/1.1\r\n\r\n")
      #expect(health.hasSuffix("ok"))
    }
  }

  @Test func piecesAndEnds() throws {
    try withServer { port in
      let request = Array("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
      let pieces = try Self.exchange(port, request, pieces: request.count)
      #expect(pieces.hasSuffix("ok"))
      // A client that ends within its head, at each place.
      for end in 0..<request.count {
        let response = try Self.exchange(port, Array(request[..<end]), endsOutput: true)
        let isRefused = response.hasPrefix("HTTP/1.1 400 ")
        #expect(isRefused == (end > 0))
      }
    }
  }

  @Test func noise() throws {
    try withServer { port in
      for seed in 0..<200 as Range<UInt64> {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...400, using: &random)
        let noise = (0..<count).map { _ in
          Bool.random(using: &random)
            ? UInt8.random(in: 0...255, using: &random) : Array("GET /:\r\n".utf8).randomElement()!
        }
        let response = try Self.exchange(port, noise, endsOutput: true)
        #expect(response.hasPrefix("HTTP/1.1 4"), "seed \(seed)")
      }
    }
  }

  @Test func aSlowClientIsNotWaitedForLong() throws {
    try withServer { port in
      let start = ContinuousClock.now
      let slow = try Self.exchange(port, "GET /metrics HT")
      #expect(slow.hasPrefix("HTTP/1.1 408 "))
      #expect(ContinuousClock.now - start < .seconds(8))
      // One that takes nothing of a long response holds up no other.
      let silent = try Self.connected(port)
      defer { close(silent) }
      let health = try Self.exchange(port, "GET /healthz HTTP/1.1\r\n\r\n")
      #expect(health.hasSuffix("ok"))
    }
  }

  @Test func longResponses() throws {
    let text = String(repeating: "metric 1\n", count: 1 << 20)
    try withServer({ text }) { port in
      let response = try Self.exchange(port, "GET /metrics HTTP/1.1\r\n\r\n")
      #expect(response.utf8.count > text.utf8.count)
      #expect(response.hasSuffix("metric 1\n"))
    }
  }

  @Test func stopsAtOnceAndOnce() throws {
    let server = try MetricsServer(port: 0) { "" }
    let client = try Self.connected(server.port)
    defer { close(client) }
    let start = ContinuousClock.now
    server.stop()
    server.stop()
    #expect(ContinuousClock.now - start < .seconds(1.5))
    // The port is free again.
    let next = try MetricsServer(port: server.port) { "again" }
    let taken = error { _ = try MetricsServer(port: next.port) { "" } }
    #expect(taken?.message.contains("port \(next.port)") == true)
    let response = try Self.exchange(next.port, "GET /metrics HTTP/1.1\r\n\r\n")
    #expect(response.hasSuffix("again"))
    next.stop()
    for port in [-1, 65536] {
      #expect(error { _ = try MetricsServer(port: port) { "" } }?.code == .invalidArgument)
    }
  }
}
