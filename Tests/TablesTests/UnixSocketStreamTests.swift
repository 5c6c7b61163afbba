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
    let lines = try read(stream, bytes: 6).split(separator: "\n").sorted()
    #expect(lines == ["a", "b", "c"])
    // The line that the first client has begun waits for its end, and nobody else for it.
    #expect(!stream.hasInput(within: .milliseconds(20)))
    send("d\n", to: try client(), closes: true)
    #expect(stream.hasInput(within: .seconds(5)))
    #expect(try read(stream) == "d\n")
    send("A", to: first, closes: true)
    #expect(try read(stream) == "aA\n")
    #expect(!stream.hasInput(within: .zero))
    // Connections without a byte are nothing.
    close(try client())
    send("e\n", to: try client(), closes: true)
    #expect(stream.hasInput(within: .seconds(5)))
    #expect(try read(stream) == "e\n")
    stop.turnOn()
    #expect(!stream.hasInput(within: .seconds(5)))
    #expect(try read(stream) == "")
    #expect(try read(stream) == "")
    #expect(!isThere)
  }

  /// A client that sends nothing, or half a line, keeps no other from being read.
  @Test func silentClients() throws {
    let stream = try makeStream()
    let silent = try client()
    let slow = try client()
    send("half", to: slow)
    for number in 0..<3 {
      send("line \(number)\n", to: try client(), closes: true)
      #expect(stream.hasInput(within: .seconds(5)))
      #expect(try read(stream) == "line \(number)\n")
    }
    send(" and half\n", to: slow, closes: true)
    #expect(try read(stream) == "half and half\n")
    close(silent)
  }

  /// As many clients as are read at a time wait for lines; one more is read when another is gone.
  @Test func asManyAsAreRead() throws {
    let stream = try makeStream()
    var idle: [Int32] = []
    for _ in 0..<UnixSocketStream.largestClientCount {
      idle.append(try client())
      _ = stream.hasInput(within: .zero)
    }
    send("late\n", to: try client(), closes: true)
    #expect(!stream.hasInput(within: .milliseconds(20)))
    close(idle.removeLast())
    #expect(stream.hasInput(within: .seconds(5)))
    #expect(try read(stream) == "late\n")
    for descriptor in idle { close(descriptor) }
  }

  /// A line that is too long to be held back is given as it comes; others wait for its end, and all stay whole.
  @Test(arguments: [true, false]) func longLines(ends: Bool) throws {
    let stream = try makeStream()
    let long = try client()
    let other = try client()
    let length = UnixSocketStream.largestHeldByteCount + 100_000
    Thread.detachNewThread { [self] in
      send(String(repeating: "x", count: length), to: long)
      send("short\n", to: other, closes: true)
      usleep(50_000)
      send(ends ? "end\nnext\n" : "end", to: long, closes: true)
    }
    let expected = ends ? length + 4 + 5 + 6 : length + 4 + 6
    let text = try read(stream, bytes: expected)
    // The short ones may come before it, and never within it.
    let lines = text.split(separator: "\n").sorted()
    let whole = String(repeating: "x", count: length) + "end"
    let isRight = lines == (ends ? ["next", "short"] : ["short"]).map { $0[...] } + [whole[...]]
    #expect(isRight)
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

  /// When the stream is to end, lines that are not whole are not given, and one that was given in part is ended.
  @Test func stoppedWithinLines() throws {
    let stream = try makeStream()
    let short = try client()
    send("whole\nbeg", to: short)
    #expect(try read(stream) == "whole\n")
    let long = try client()
    let length = UnixSocketStream.largestHeldByteCount + 100_000
    Thread.detachNewThread { [self] in send(String(repeating: "x", count: length), to: long) }
    let begun = try read(stream, bytes: length)
    #expect(begun.utf8.count == length)
    stop.turnOn()
    #expect(try read(stream, bytes: 100) == "\n")
    close(short)
    close(long)
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
