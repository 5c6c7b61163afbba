import Foundation
import Parquet
import Synchronization
import Testing

@testable import Tables

@Suite struct UnixSocketStreamTests {
  /// A wish to stop.
  final class Switch: Sendable {
    private let value = Atomic(false)

    var isOn: Bool { value.load(ordering: .relaxed) }

    func turnOn() { value.store(true, ordering: .relaxed) }
  }

  let path = "/tmp/tables-socket-\(UUID().uuidString)"
  let stop = Switch()

  private func makeStream() throws -> UnixSocketStream {
    try UnixSocketStream(path: path) { [stop] in stop.isOn }
  }

  /// A client that is connected.
  private func client() throws -> Int32 {
    let client = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    try #require(client >= 0)
    let result = unsafe withAddress { address, length in
      unsafe connect(client, address, length)
    }
    try #require(result == 0)
    return client
  }

  private func withAddress(
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }

  private func send(_ text: String, to client: Int32, closes: Bool = false) {
    var text = text
    text.withUTF8 { bytes in
      var done = 0
      while done < bytes.count {
        let count = unsafe write(
          client, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done)
        guard count > 0 else { break }
        done += count
      }
    }
    if closes { close(client) }
  }

  private var isThere: Bool { unsafe access(path, F_OK) == 0 }

  /// The error that `body` throws.
  private func error(of body: () throws -> Void) -> ParquetError? {
    do { try body() } catch { return error as? ParquetError }
    return nil
  }

  /// One read.
  private func read(_ stream: UnixSocketStream, _ count: Int = 4096) throws -> String {
    var buffer = [UInt8](repeating: 0, count: count)
    let read = unsafe buffer.withUnsafeMutableBytes { bytes -> Result<Int, ParquetError> in
      do throws(ParquetError) { return .success(unsafe try stream.read(into: bytes)) } catch {
        return .failure(error)
      }
    }
    return String(decoding: buffer[..<(try read.get())], as: UTF8.self)
  }

  /// As many reads as give `count` bytes.
  private func read(_ stream: UnixSocketStream, bytes count: Int) throws -> String {
    var text = ""
    while text.utf8.count < count {
      let part = try read(stream)
      if part.isEmpty { break }
      text += part
    }
    return text
  }

  @Test func connectionsAreOneStreamOfLines() throws {
    let stream = try makeStream()
    let first = try client()
    let second = try client()
    let third = try client()
    send("c\n", to: third, closes: true)
    send("b", to: second, closes: true)
    send("a\na", to: first)
    #expect(try read(stream, bytes: 3) == "a\na")
    // What others have sent waits for its turn.
    #expect(!stream.hasInput(within: .milliseconds(20)))
    send("A", to: first, closes: true)
    #expect(try read(stream, bytes: 6) == "A\nb\nc\n")
    #expect(!stream.hasInput(within: .zero))
    // Connections without a byte are nothing.
    close(try client())
    send("d\n", to: try client(), closes: true)
    #expect(stream.hasInput(within: .seconds(5)))
    #expect(try read(stream) == "d\n")
    stop.turnOn()
    #expect(!stream.hasInput(within: .seconds(5)))
    #expect(try read(stream) == "")
    #expect(try read(stream) == "")
    #expect(!isThere)
  }

  @Test func waitsAndIsStopped() throws {
    let stream = try makeStream()
    let stop = stop
    Thread.detachNewThread {
      usleep(150_000)
      stop.turnOn()
    }
    let start = ContinuousClock.now
    #expect(try read(stream) == "")
    #expect(ContinuousClock.now - start > .milliseconds(100))
  }

  @Test func waitsForBytes() throws {
    let stream = try makeStream()
    let client = try client()
    Thread.detachNewThread {
      usleep(150_000)
      _ = unsafe write(client, "late\n", 5)
      usleep(50_000)
      close(client)
    }
    #expect(!stream.hasInput(within: .milliseconds(1)))
    #expect(try read(stream) == "late\n")
    stop.turnOn()
    #expect(try read(stream) == "")
  }

  /// What was begun is read to its end, and nothing behind.
  @Test(arguments: [("in\nnext\n", "in\n"), ("in", "in\n"), ("", "\n")])
  func aLineThatWasBegun(rest: String, given: String) throws {
    let stream = try makeStream()
    let client = try client()
    send("beg", to: client)
    #expect(try read(stream) == "beg")
    send(rest, to: client)
    stop.turnOn()
    #expect(try read(stream, bytes: 100) == given)
    close(client)
  }

  @Test func manyClients() throws {
    let stream = try makeStream()
    let threads = 4
    for number in 0..<threads {
      let clients = try (0..<5).map { _ in try client() }
      Thread.detachNewThread {
        for client in clients {
          let text = String(repeating: "line of \(number)\n", count: 2000).dropLast()
          var left = Array(text.utf8)[...]
          while !left.isEmpty {
            let count = unsafe left.withUnsafeBytes {
              unsafe write(client, $0.baseAddress, $0.count)
            }
            if count <= 0 { break }
            left = left.dropFirst(count)
          }
          close(client)
        }
      }
    }
    let text = try read(stream, bytes: threads * 5 * 2000 * 10)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(lines.count == threads * 5 * 2000)
    let isWhole = lines.allSatisfy { $0.hasPrefix("line of ") && $0.utf8.count == 9 }
    #expect(isWhole)
    stop.turnOn()
    #expect(try read(stream) == "")
    #expect(!isThere)
  }

  @Test func aPathThatIsTaken() throws {
    try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
    #expect(error { _ = try makeStream() }?.code == .inputOutput)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
    unsafe unlink(path)
    do {
      let live = try makeStream()
      let taken = error { _ = try makeStream() }
      #expect(taken?.message.contains("another process") == true)
      // The probe was a client without a byte.
      #expect(!live.hasInput(within: .zero))
      live.close()
      live.close()
      #expect(!isThere)
    }
    // A socket that nobody listens at.
    let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let bound = unsafe withAddress { address, length in unsafe bind(dead, address, length) }
    #expect(bound == 0)
    close(dead)
    #expect(isThere)
    let stream = try makeStream()
    send("x\n", to: try client(), closes: true)
    #expect(try read(stream) == "x\n")
    // Somebody else's file at the path is not removed.
    unsafe unlink(path)
    try Data("other".utf8).write(to: URL(fileURLWithPath: path))
    stream.close()
    #expect(isThere)
    unsafe unlink(path)
    // What lies at the path up to a zero byte is not looked at, or it would be this that is said.
    try Data("other".utf8).write(to: URL(fileURLWithPath: path))
    defer { unsafe unlink(path) }
    for bad in ["", String(repeating: "x", count: 200), path + "\u{0}b"] {
      let refused = error { _ = try UnixSocketStream(path: bad) { true } }
      #expect(refused?.code == .invalidArgument)
    }
    let nowhere = error {
      _ = try UnixSocketStream(path: "/tmp/not-there-\(UUID())/s") { true }
    }
    #expect(nowhere?.code == .inputOutput)
  }
}
