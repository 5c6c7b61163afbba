import ObjectStorage
import Parquet
import Testing

@testable import Stellar

/// Archives with a write-ahead log, whose runs end anywhere.
@Suite struct ArchiveRecoveryTests {
  let bench = Bench()
  let folder: Folder

  init() throws { folder = try Folder() }

  private func open(
    threads: Int = 1, _ change: (inout ArchiveConfiguration) -> Void = { _ in }
  ) throws -> StellarArchive {
    try bench.open(threads: threads) {
      $0.writeAheadLogPath = folder.file("log")
      $0.writeAheadLogSync = false
      $0.bufferSize = 3
      change(&$0)
    }
  }

  /// Lets go of an archive as a kill does: nothing is stored that is not by now.
  private func kill(_ archive: consuming StellarArchive) throws {
    try archive.flushed()
  }

  private func ledgers() throws -> [Int] {
    try bench.allRows().compactMap { row in
      guard let range = row.firstRange(of: "\"ledger_sequence\":") else { return nil }
      return Int(row[range.upperBound...].prefix { $0.isNumber })
    }.sorted()
  }

  @Test func messagesOfAKilledRun() throws {
    do {
      let archive = try open()
      for ledger in 1...7 { try archive.take(Messages.contractData(ledger)) }
      try kill(archive)
    }
    #expect(try ledgers() == [1, 2, 3, 4, 5, 6])
    let archive = try open()
    #expect(archive.metrics.messagesRecovered == 1)
    #expect(archive.metrics.messagesReceived == 0)
    #expect(archive.metrics.bufferSize == 1)
    try archive.take(all: [Messages.contractData(8), Messages.contractData(9)])
    try archive.flushed()
    #expect(try ledgers() == Array(1...9))
    try archive.close()
    #expect(folder.names(in: "log") == [])
    let last = try open()
    #expect(last.metrics.messagesRecovered == 0)
    try last.close()
    #expect(try ledgers() == Array(1...9))
  }

  /// The ledger that only the metadata says is known to the next run, too.
  @Test func ledgersOfMetadata() throws {
    do {
      let archive = try open()
      let time = #""closed_at":"2025-07-13T10:00:00Z""#
      try archive.take("{\"a\":1,\(time)}", ["ledger.sequence": "18446744073709551615"])
      try archive.take("{\"a\":2,\(time)}")
      try kill(archive)
    }
    let archive = try open()
    #expect(archive.metrics.messagesRecovered == 2)
    try archive.close()
    #expect(bench.stored.map { [$0.firstLedger, $0.lastLedger] } == [[.max, .max]])
  }

  /// A put fails before or after it is done, and the run ends there.
  @Test(arguments: [FaultyObjectStore.Moment.before, .after])
  func killedWhileStoring(_ moment: FaultyObjectStore.Moment) throws {
    do {
      let archive = try open()
      bench.store.failNext(1, of: [.put], moment)
      for ledger in 1...4 { try archive.take(Messages.contractData(ledger)) }
      try kill(archive)
    }
    let before = try ledgers().count
    #expect(before == (moment == .after ? 3 : 0))
    let archive = try open()
    #expect(archive.metrics.messagesRecovered == 4 - before)
    try archive.close()
    #expect(try ledgers() == [1, 2, 3, 4])
  }

  /// Wherever messages come from, and whatever is between them: each has the number it was logged under.
  @Test(arguments: [1, 4]) func mixedIntake(threads: Int) throws {
    let lines = """
      \(Messages.contractData(10))

      {"broken
      \(Messages.event(11))
      \(Messages.contractData(-1))
      \(Messages.contractData(12))
      \(Messages.generic(13))
      """
    func fill(_ archive: StellarArchive, _ offset: Int) throws {
      try archive.take(Messages.contractData(1 + offset))
      try archive.take("{}")
      try archive.process(
        lines: Array(lines.replacing(":1", with: ":\(1 + offset / 10)").utf8))
      try archive.take(Messages.event(2 + offset))
      try archive.take(Messages.contractData(-1))
      try archive.take(Messages.generic(3 + offset))
      try archive.process(lines: Array(Messages.contractData(4 + offset).utf8))
    }
    for run in 0..<6 {
      let store = FaultyObjectStore(bench.memory)
      let archive = try bench.open(threads: threads, store: store) {
        $0.writeAheadLogPath = folder.file("log")
        $0.writeAheadLogSync = false
        $0.bufferSize = 2 + run % 3
      }
      if run % 2 == 1 { store.failNext(2, of: [.put], run == 3 ? .before : .after) }
      try fill(archive, run * 10)
      try kill(archive)
    }
    let archive = try open(threads: threads)
    try archive.close()
    var rows = try bench.allRows()
    #expect(rows.count == 6 * 8)
    rows.sort()
    // Each message once: what a run without kills stores.
    let other = Bench()
    let whole = try other.open(threads: threads)
    for run in 0..<6 { try fill(whole, run * 10) }
    try whole.close()
    #expect(try other.allRows().sorted() == rows)
    #expect(folder.names(in: "log") == [])
  }

  /// Messages without rows are settled, and have no part in the numbers of others.
  @Test func messagesWithoutRows() throws {
    let none =
      #"{"events":[],"transaction_hash":"h","ledger_sequence":8,"timestamp":"2025-07-13T10:00:09Z"}"#
    do {
      let archive = try open()
      try archive.take(none)
      try archive.tick()
      try archive.take(Messages.generic(1))
      try archive.take(Messages.event(2))
      try archive.take(none)
      try archive.take(Messages.event(3))
      try archive.take(Messages.event(4))
      // The events are stored, and nothing else is settled with them.
      try kill(archive)
    }
    #expect(bench.keys.count == 1)
    let archive = try open()
    #expect(archive.metrics.messagesRecovered == 1)
    try archive.close()
    #expect(try bench.allRows().count == 4)
    #expect(folder.names(in: "log") == [])
    let again = try open()
    try again.take(all: [none, none, none, none])
    try again.close()
    #expect(folder.names(in: "log") == [])
    #expect(try bench.allRows().count == 4)
  }

  /// The store fails for good: the log keeps what is acknowledged.
  @Test func closingWithAStoreThatFails() throws {
    bench.store.failNext(100, of: [.put])
    do {
      let archive = try open()
      for ledger in 1...5 { try archive.take(Messages.contractData(ledger)) }
      let failure = error { try archive.close() }
      #expect(failure?.message == "5 messages could not be stored, and are kept")
    }
    let other = try bench.open(store: bench.memory) { $0.writeAheadLogPath = folder.file("log") }
    #expect(other.metrics.messagesRecovered == 5)
    try other.close()
    #expect(try ledgers() == [1, 2, 3, 4, 5])
  }

  /// A store that cannot be asked at the start is an error, and nothing is lost by it.
  @Test func openingWithAStoreThatFails() throws {
    do {
      let archive = try open()
      bench.store.failNext(1, of: [.put], .after)
      for ledger in 1...3 { try archive.take(Messages.contractData(ledger)) }
      try kill(archive)
    }
    bench.store.failNext(1, of: [.describe])
    let failure = error { _ = try open() }
    #expect(failure != nil)
    let archive = try open()
    #expect(archive.metrics.messagesRecovered == 0)
    try archive.close()
    #expect(try ledgers() == [1, 2, 3])
  }

  @Test func dirtyEndsAnywhere() throws {
    var random = SeededGenerator(seed: 31)
    var sent = 0
    for _ in 0..<40 {
      let threads = Int.random(in: 1...3, using: &random)
      let bufferSize = Int.random(in: 1...9, using: &random)
      let store = FaultyObjectStore(bench.memory)
      let archive = try bench.open(threads: threads, store: store) {
        $0.writeAheadLogPath = folder.file("log")
        $0.writeAheadLogSync = false
        $0.bufferSize = bufferSize
      }
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        // So that none is refused because too many wait.
        while archive.metrics.failedBufferSize > 0 {
          try archive.tick()
          try archive.flushed()
        }
        if Int.random(in: 0..<3, using: &random) == 0 {
          let count = Int.random(in: 1...2, using: &random)
          store.failNext(count, of: [.put], Bool.random(using: &random) ? .before : .after)
        }
        let count = Int.random(in: 1...8, using: &random)
        let messages = (sent..<sent + count).map {
          $0 % 3 == 0 ? Messages.generic($0) : Messages.contractData($0)
        }
        if Bool.random(using: &random) {
          try archive.process(lines: Array(messages.joined(separator: "\n").utf8))
        } else {
          try archive.take(all: messages)
        }
        sent += count
        try archive.flushed()
      }
      if Bool.random(using: &random) { try kill(archive) } else { try? archive.close() }
    }
    let archive = try bench.open(store: bench.memory) { $0.writeAheadLogPath = folder.file("log") }
    try archive.close()
    #expect(try ledgers() == Array(0..<sent))
  }
}
