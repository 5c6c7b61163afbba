import ObjectStorage
import Parquet
import Testing

@testable import Stellar

/// When files are written, and what they are called.
@Suite struct ArchiveRotationTests {
  let bench = Bench()

  @Test func byCountExactly() throws {
    let archive = try bench.open {
      $0.bufferSize = 10
      $0.rotationIntervalMinutes = 0
    }
    for ledger in 1...9 { try archive.take(Messages.contractData(ledger)) }
    #expect(bench.keys == [])
    #expect(archive.metrics.bufferSize == 9)
    try archive.take(Messages.contractData(10))
    for ledger in 11...25 { try archive.take(Messages.contractData(ledger)) }
    try archive.close()
    let files = bench.stored.map { [$0.rowCount, Int($0.firstLedger), Int($0.lastLedger)] }
    #expect(files == [[10, 1, 10], [10, 11, 20], [5, 21, 25]])
  }

  /// A message of many events is not torn apart.
  @Test func byCountOfRows() throws {
    let event = #"{"type_string":"s","contract_id":"C","in_successful_contract_call":true}"#
    let events = Array(repeating: event, count: 7).joined(separator: ",")
    let message =
      #"{"events":[\#(events)],"transaction_hash":"h","ledger_sequence":8,"timestamp":"2025-07-13T10:00:09Z"}"#
    let archive = try bench.open { $0.bufferSize = 10 }
    try archive.take(all: [message, message, message])
    try archive.close()
    #expect(bench.stored.map(\.rowCount).sorted() == [7, 14])
    let other = Bench()
    let lines = try other.open { $0.bufferSize = 10 }
    try lines.process(lines: Array("\(message)\n\(message)\n\(message)".utf8))
    try lines.close()
    #expect(other.stored.map(\.rowCount).sorted() == [7, 14])
  }

  @Test func byTime() throws {
    let archive = try bench.open { $0.rotationIntervalMinutes = 1.5 }
    try archive.take(Messages.contractData(1))
    bench.clock.advance(seconds: 60)
    try archive.take(Messages.event(2))
    try archive.tick()
    #expect(bench.keys.count == 0)
    bench.clock.advance(seconds: 29.9)
    try archive.tick()
    try archive.flushed()
    #expect(bench.stored.count == 0)
    bench.clock.advance(seconds: 0.1)
    try archive.tick()
    try archive.flushed()
    #expect(bench.stored.map(\.type) == ["contract_data"])
    bench.clock.advance(seconds: 60)
    try archive.tick()
    try archive.flushed()
    #expect(bench.stored.map(\.type) == ["contract_data", "event"])
    // A buffer's age is that of its first row.
    try archive.take(Messages.event(3))
    bench.clock.advance(seconds: 80)
    try archive.take(Messages.event(4))
    bench.clock.advance(seconds: 10)
    try archive.tick()
    try archive.flushed()
    #expect(bench.stored.last?.rowCount == 2)
    try archive.close()
    #expect(bench.stored.count == 3)
  }

  @Test func neverByTime() throws {
    let archive = try bench.open { $0.rotationIntervalMinutes = 0 }
    try archive.take(Messages.contractData(1))
    bench.clock.advance(seconds: 1e9)
    try archive.tick()
    try archive.flushed()
    #expect(bench.stored.isEmpty)
    try archive.close()
    #expect(bench.stored.count == 1)
  }

  /// The limit is of the JSON of a buffer, by what files of the type before were like.
  @Test(arguments: [false, true]) func bySize(lines: Bool) throws {
    let archive = try bench.open { $0.maxFileSizeMB = 1 }
    let filler = String(repeating: "x", count: 99_000)
    let messages = (1...25).map { Messages.generic($0, ",\"f\":\"\($0)\(filler)\"") }
    if lines {
      try archive.process(lines: Array(messages.joined(separator: "\n").utf8))
    } else {
      try archive.take(all: messages)
    }
    #expect(bench.stored.count <= 2)
    try archive.close()
    #expect(bench.stored.map(\.rowCount) == [11, 11, 3])
  }

  // MARK: Partitions

  /// The folder of a key, with the slash behind it.
  private static func folder(_ key: String) -> String {
    key.split(separator: "/").dropLast().map { $0 + "/" }.joined()
  }

  @Test func days() throws {
    let archive = try bench.open()
    for (ledger, time) in [
      (1, "2025-07-13T23:59:59.999999Z"), (2, "2025-07-14T00:00:00Z"), (3, "2025-07-13T23:00:00Z"),
      (4, "2025-07-14T01:00:00+02:00"), (5, "1969-12-31T23:59:59Z"), (6, "0999-01-02T00:00:00Z"),
    ] {
      try archive.take(Messages.contractData(ledger, at: time))
    }
    try archive.close()
    let tail = "-\(TestClock.start).parquet"
    #expect(
      bench.keys == [
        "year=0999/month=01/day=02/stellar-data-6-6\(tail)",
        "year=1969/month=12/day=31/stellar-data-5-5\(tail)",
        "year=2025/month=07/day=13/stellar-data-1-4\(tail)",
        "year=2025/month=07/day=14/stellar-data-2-2\(tail)",
      ])
  }

  @Test func hours() throws {
    let archive = try bench.open { $0.partitionBy = .hour }
    for (ledger, time) in [
      (1, "2025-07-13T23:59:59Z"), (2, "2025-07-14T00:00:00Z"), (3, "1969-12-31T23:59:59Z"),
    ] {
      try archive.take(Messages.contractData(ledger, at: time))
    }
    // Without a time, now.
    try archive.take(#"{"ledger_sequence":4}"#)
    try archive.close()
    let folders = bench.keys.map { Self.folder($0) }
    #expect(
      folders == [
        "year=1969/month=12/day=31/hour=23/", "year=2025/month=07/day=13/hour=23/",
        "year=2025/month=07/day=14/hour=00/", "year=2025/month=07/day=20/hour=12/",
      ])
  }

  @Test(arguments: [false, true]) func ranges(exclusive: Bool) throws {
    let archive = try bench.open {
      $0.partitionBy = .ledgerRange
      $0.ledgersPerFile = 10_000
      $0.rangeEnd = exclusive ? .exclusive : .inclusive
    }
    for ledger in [15_000, 9999, 10_000, 19_999, 20_000, 4_294_967_295, 0] {
      try archive.take(Messages.contractData(ledger))
    }
    try archive.take(#"{"no":"ledger"}"#)
    try archive.close()
    let folders = Set(bench.keys.map { Self.folder($0) })
    let ends = exclusive ? [10_000, 20_000, 30_000] : [9999, 19_999, 29_999]
    let last = exclusive ? "4294960000-4294970000" : "4294960000-4294969999"
    #expect(
      folders == [
        "ledgers/0-\(ends[0])/", "ledgers/10000-\(ends[1])/", "ledgers/20000-\(ends[2])/",
        "ledgers/\(last)/",
      ])
    #expect(bench.keys.contains { $0.hasSuffix("/stellar-data-10000-19999-1753012800.parquet") })
  }

  /// Late messages go to their own place; numbers of ledgers go to 64 bits.
  @Test func lateLedgers() throws {
    let archive = try bench.open {
      $0.partitionBy = .ledgerRange
      $0.ledgersPerFile = 1
      // Of one type, and not of one kind of numbers.
      $0.schemaEvolution = true
    }
    for ledger in ["5", "3", "18446744073709551615", "5"] {
      try archive.take("{\"ledger_sequence\":\(ledger)}")
    }
    try archive.close()
    let folders = bench.keys.map { Self.folder($0) }
    #expect(
      folders == [
        "ledgers/18446744073709551615-18446744073709551615/", "ledgers/3-3/", "ledgers/5-5/",
      ])
  }

  /// Where the time is looked for, and in which order.
  @Test func closeTimes() throws {
    let archive = try bench.open { $0.schemaEvolution = true }
    let keys = [
      #"{"message_type":"contract_data","contract_data":{"closed_at":"2025-01-01T00:00:00Z","contract_id":"c","ledger_sequence":1},"closed_at":"2025-01-02T00:00:00Z","timestamp":"2025-01-03T00:00:00Z"}"#,
      #"{"closed_at":"2025-01-02T00:00:00Z","timestamp":"2025-01-03T00:00:00Z"}"#,
      #"{"ledger_closed_at":"2025-01-04T00:00:00Z","timestamp":"2025-01-03T00:00:00Z"}"#,
      #"{"ledgerClosedAt":"2025-01-05T00:00:00Z","timestamp":"2025-01-03T00:00:00Z"}"#,
      #"{"timestamp":"2025-01-03 00:00:00"}"#, #"{"timestamp":1736121600}"#,
      #"{"timestamp":1736208000.5}"#,
      #"{"closed_at":"nonsense","timestamp":"2025-01-0\u0038T00:00:00Z"}"#,
      #"{"timestamp":1e300}"#, #"{"timestamp":null}"#,
    ]
    for key in keys { try archive.take(key) }
    try archive.close()
    let days = Set(bench.keys.compactMap { $0.split(separator: "/").dropFirst(2).first })
    #expect(
      days == [
        "day=01", "day=02", "day=04", "day=05", "day=03", "day=06", "day=07", "day=08", "day=20",
      ])
  }

  // MARK: Names

  @Test func namesThatAreTaken() throws {
    let archive = try bench.open {
      $0.bufferSize = 1
      $0.pathPrefix = "a/b"
    }
    for _ in 0..<4 { try archive.take(Messages.contractData(7)) }
    try archive.close()
    let stem = "a/b/year=2025/month=07/day=13/stellar-data-7-7-\(TestClock.start)"
    #expect(
      bench.keys.sorted()
        == ["\(stem)-1.parquet", "\(stem)-2.parquet", "\(stem)-3.parquet", "\(stem).parquet"])
    // Another run goes on.
    let again = try bench.open {
      $0.bufferSize = 1
      $0.pathPrefix = "a/b"
    }
    try again.take(Messages.contractData(7))
    try again.close()
    #expect(bench.keys.contains("\(stem)-4.parquet"))
    #expect(try bench.allRows().count == 5)
  }

  @Test func typesInPaths() throws {
    let archive = try bench.open { $0.pathPrefix = "x/{message_type}/{message_type}" }
    for type in ["../up", "a b/c", ".hidden", "é", "", String(repeating: "l", count: 300)] {
      try archive.take(Messages.generic(1, type: type))
    }
    try archive.close()
    let folders = Set(bench.keys.map { $0.split(separator: "/")[1] })
    let long = Substring(String(repeating: "l", count: 100))
    #expect(folders == ["_._up", "a_b_c", "_hidden", "_", "unknown", long])
    #expect(try bench.allRows().count == 6)
  }

  @Test func ledgerFromMetadata() throws {
    let archive = try bench.open()
    try archive.take(#"{"a":1,"closed_at":"2025-07-13T10:00:00Z"}"#, ["ledger.sequence": "99"])
    try archive.close()
    #expect(bench.stored.first?.firstLedger == 99)
    #expect(archive.metrics.currentLedger == 99)
  }

  @Test(arguments: [false, true]) func keyValues(included: Bool) throws {
    let archive = try bench.open { $0.includeMetadata = included }
    try archive.take(all: [Messages.contractData(5), Messages.contractData(3)])
    try archive.take(Messages.generic(8, type: "z"))
    try archive.close()
    guard included else {
      for key in bench.keys {
        let values = try bench.keyValues(key)
        #expect(values["schema_type"] == nil && values["generator"] == nil)
      }
      return
    }
    let values = try bench.keyValues(bench.keys[0])
    let expected = [
      "schema_type": "contract_data_message", "version": "1.0.0", "start_ledger": "3",
      "end_ledger": "5", "record_count": "2", "created_at": "2025-07-20T12:00:00.000000Z",
      "generator": "swift-parquet", "description": PredefinedSchema.contractDataMessage.summary,
    ]
    #expect(values.filter { expected[$0.key] != nil } == expected)
    let inferred = try bench.keyValues(bench.keys[1])
    #expect(inferred["inferred"] == "true")
    #expect(inferred["schema_type"] == "z")
    #expect(inferred["version"] == "1.0.0")
  }

  @Test func dryRun() throws {
    let folder = try Folder()
    let archive = try bench.open {
      $0.dryRun = true
      $0.bufferSize = 2
      $0.localPath = "/data"
      $0.writeAheadLogPath = folder.file("log")
      $0.deadLetterPath = folder.file("dead")
    }
    try archive.take(all: [1, 2, 3, 3, 3].map { Messages.contractData($0) })
    try archive.take("{}")
    try archive.close()
    #expect(bench.keys == [])
    #expect(bench.store.calls.isEmpty)
    #expect(folder.names(in: ".") == [])
    let told = bench.events.compactMap { if case .wouldStore(let file) = $0 { file } else { nil } }
    #expect(
      told.map(\.path).sorted() == [
        "/data/year=2025/month=07/day=13/stellar-data-1-2-\(TestClock.start).parquet",
        "/data/year=2025/month=07/day=13/stellar-data-3-3-\(TestClock.start)-1.parquet",
        "/data/year=2025/month=07/day=13/stellar-data-3-3-\(TestClock.start).parquet",
      ])
    #expect(archive.metrics.filesWritten == 0)
    #expect(archive.metrics.bufferSize == 0)
  }
}

extension StellarArchive {
  /// Waits for files that threads are at work on.
  func flushed() throws {
    core.monitor.withLock { while core.inFlight > 0 { core.monitor.wait() } }
  }
}
