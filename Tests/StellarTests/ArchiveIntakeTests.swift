import Foundation
import Parquet
import Synchronization
import Tables
import Testing

@testable import Stellar

/// However messages come, the same files come of them.
@Suite struct ArchiveIntakeTests {
  /// Messages of all kinds, in an order of their own, some of which are refused.
  static func messages(_ count: Int, seed: UInt64) -> [String] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { ledger in
      let day = Int.random(in: 10...12, using: &random)
      let time = "2025-07-\(day)T10:00:00Z"
      switch Int.random(in: 0..<12, using: &random) {
      case 0...3: return Messages.contractData(ledger, at: time)
      case 4...6: return Messages.event(ledger, id: "i\(ledger)", at: time)
      case 7, 8: return Messages.generic(ledger, type: "a", at: time, ",\"v\":\(ledger)")
      case 9: return Messages.generic(ledger, type: "b", at: time, ",\"v\":\"\(ledger)\"")
      case 10: return "  " + Messages.contractData(-ledger - 1)
      default: return "{\"not\":\(ledger)"
      }
    }
  }

  private func contents(_ bench: Bench) throws -> [String: [String]] {
    var contents: [String: [String]] = [:]
    for key in bench.keys { contents[key] = try bench.rows(key) }
    return contents
  }

  @Test(arguments: [1, 4], [16, 1000])
  func linesAreAsMessagesOneByOne(threads: Int, bufferSize: Int) throws {
    // So few streams that none is stored because all together are too many.
    let messages = Self.messages(3000, seed: 41).map {
      bufferSize < 1000
        ? $0.replacing("07-11", with: "07-10").replacing("07-12", with: "07-10") : $0
    }
    func change(_ configuration: inout ArchiveConfiguration) {
      configuration.bufferSize = bufferSize
      configuration.pathPrefix = "{message_type}"
    }
    let single = Bench()
    let one = try single.open(change)
    try one.take(all: messages)
    try one.close()
    let many = Bench()
    let lines = try many.open(threads: threads, change)
    let text = messages.joined(separator: "\n")
    let count = try lines.process(lines: Array(text.utf8))
    #expect(count == 3000)
    try lines.close()
    let (a, b) = (try contents(single), try contents(many))
    #expect(a.keys.sorted() == b.keys.sorted())
    #expect(a == b)
    #expect(single.rejections.map(\.reason) == many.rejections.map(\.reason))
    #expect(
      many.rejections.map(\.line)
        == messages.indices.filter { index in
          messages[index].hasPrefix("  ") || messages[index].hasPrefix("{\"not")
        }.map { $0 + 1 })
    var (x, y) = (one.metrics, lines.metrics)
    (x.bytesReceived, y.bytesReceived) = (0, 0)
    #expect(x == y)
  }

  /// More than one segment for each thread, and lines that end in any way.
  @Test func largeBlocks() throws {
    let filler = String(repeating: "y", count: 3000)
    let messages = (0..<2000).map { Messages.generic($0, ",\"f\":\"\(filler)\"") }
    for (ending, threads) in [("\n", 1), ("\r\n", 3), ("\n\n", 2), (" \n", 4)] {
      let bench = Bench()
      let archive = try bench.open(threads: threads) { $0.bufferSize = 300 }
      let text = messages.joined(separator: ending) + ending
      try archive.process(lines: Array(text.utf8))
      #expect(archive.metrics.currentLedger == 1999)
      try archive.close()
      #expect(bench.stored.map(\.rowCount) == [300, 300, 300, 300, 300, 300, 200])
      #expect(bench.rejections.isEmpty)
    }
  }

  @Test func streams() throws {
    let bench = Bench()
    let archive = try bench.open(threads: 2) { $0.bufferSize = 50 }
    let messages = (0..<120).map { Messages.contractData($0) } + ["bad"]
    let stream = try FileBytes(messages.joined(separator: "\n"))
    let lines = LineBlocks(stream, name: "s", byteCount: 1000)
    var told: [Int] = []
    try archive.process(lines, source: "s") { (count) throws(ParquetError) in told.append(count) }
    try archive.close()
    #expect(told.last == 121)
    #expect(told == told.sorted())
    #expect(bench.rejections.map(\.line) == [121])
    #expect(bench.rejections.map(\.source) == ["s"])
    #expect(bench.stored.map(\.rowCount) == [50, 50, 20])
  }

  /// From eight threads at once, every way in.
  @Test func anyNumberOfThreads() throws {
    let bench = Bench()
    let archive = try bench.open(threads: 2) { $0.bufferSize = 64 }
    let failures = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      do {
        for step in 0..<60 {
          let first = (thread * 60 + step) * 10
          if thread % 2 == 0 {
            for ledger in first..<first + 10 { try archive.take(Messages.contractData(ledger)) }
          } else {
            let lines = (first..<first + 10).map { Messages.contractData($0) }
            try archive.process(lines: Array(lines.joined(separator: "\n").utf8))
          }
          if step % 20 == 7 { try archive.tick() }
          if step % 30 == 9 { try archive.flush() }
          _ = archive.metrics
        }
      } catch { failures.withLock { $0 += 1 } }
    }
    try archive.close()
    #expect(failures.withLock { $0 } == 0)
    var ids = Set<String>()
    for row in try bench.allRows() { ids.insert(String(row.prefix { $0 != "," })) }
    #expect(ids.count == 4800)
    #expect(archive.metrics.recordsWritten == 4800)
    #expect(archive.metrics.messagesReceived == 4800)
  }
}

extension ArchiveIntakeTests {
  /// What was taken when another thread closes the archive is stored, and what was not is told.
  @Test(arguments: [1, 2]) func closedWhileTaking(threads: Int) throws {
    for round in 0..<20 {
      let bench = Bench()
      let archive = try bench.open(threads: threads) { $0.bufferSize = 3 }
      let taken = Mutex(0)
      DispatchQueue.concurrentPerform(iterations: 4) { thread in
        guard thread > 0 else {
          usleep(UInt32(round * 100))
          try? archive.close()
          return
        }
        for step in 0..<200 {
          let lines = (0..<10).map { Messages.contractData(thread * 10_000 + step * 10 + $0) }
          do {
            if thread == 1 {
              try archive.take(lines[0])
              taken.withLock { $0 += 1 }
            } else {
              try archive.process(lines: Array(lines.joined(separator: "\n").utf8))
              taken.withLock { $0 += 10 }
            }
          } catch { return }
        }
      }
      try archive.close()
      #expect(try bench.allRows().count == taken.withLock { $0 })
    }
  }
}

/// A stream over bytes.
private final class FileBytes: ByteStream {
  private var rest: ArraySlice<UInt8>

  init(_ text: String) throws { rest = Array(text.utf8)[...] }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ParquetError) -> Int {
    let count = min(buffer.count, rest.count, 700)
    for index in 0..<count { unsafe buffer[index] = rest[rest.startIndex + index] }
    rest = rest.dropFirst(count)
    return count
  }
}
