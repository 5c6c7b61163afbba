import ObjectStorage
import Parquet
import Synchronization
import Testing

@testable import Stellar

/// Stores that fail, and messages that cannot be stored.
@Suite struct ArchiveFailureTests {
  let bench = Bench()

  @Test func retriesWithBackoff() throws {
    let archive = try bench.open { $0.retries = 3 }
    bench.store.failNext(3, of: [.put])
    try archive.take(Messages.contractData(1))
    try archive.close()
    #expect(try bench.allRows().count == 1)
    let total = bench.waits.reduce(Duration.zero, +)
    // 50, 100 and 200 ms.
    #expect(total == .milliseconds(350))
    let retries = bench.events.compactMap {
      if case .retrying(let number, let wait, _) = $0 { "\(number) \(wait)" } else { nil }
    }
    #expect(retries == ["1 0.05 seconds", "2 0.1 seconds", "3 0.2 seconds"])
    #expect(archive.metrics.storageRetries == 3)
    #expect(archive.metrics.storageFailures == 0)
  }

  @Test func whatCannotPassIsNotRetried() throws {
    let archive = try bench.open { $0.retries = 3 }
    bench.store.failNext(1, of: [.put], with: ParquetError(.inputOutput, "no right"))
    try archive.take(Messages.contractData(1))
    let failure = error { try archive.flush() }
    #expect(failure?.code == .inputOutput)
    #expect(bench.waits.isEmpty)
    try archive.close()
    #expect(try bench.allRows().count == 1)
  }

  /// Kept, told, and stored with the next that is.
  @Test func failedFilesAreKept() throws {
    let archive = try bench.open { $0.bufferSize = 2 }
    bench.store.failNext(2, of: [.put])
    try archive.take(all: [Messages.contractData(1), Messages.contractData(2)])
    try archive.flushed()
    #expect(bench.storageFailures == 1)
    #expect(archive.metrics.failedBufferSize == 2)
    try archive.tick()
    try archive.flushed()
    #expect(bench.storageFailures == 2)
    try archive.take(all: [Messages.contractData(3), Messages.contractData(4)])
    try archive.close()
    #expect(bench.stored.map(\.firstLedger) == [1, 3])
    #expect(archive.metrics.failedBufferSize == 0)
    #expect(archive.metrics.storageFailures == 2)
    #expect(archive.metrics.recordsWritten == 4)
  }

  /// The answer to a put is lost: the file is there, and is not stored again under another name.
  @Test func lostAnswers() throws {
    let archive = try bench.open { $0.bufferSize = 1 }
    bench.store.failNext(1, of: [.put], .after)
    try archive.take(Messages.contractData(1))
    try archive.flushed()
    #expect(bench.storageFailures == 1)
    // A file of the same bytes is another one all the same.
    try archive.take(Messages.contractData(1))
    try archive.close()
    #expect(bench.keys.count == 2)
    #expect(archive.metrics.filesWritten == 2)
  }

  /// Files that have the same name and the same bytes, of which the first fails and the second does not.
  @Test func equalFiles() throws {
    let archive = try bench.open { $0.bufferSize = 1 }
    bench.store.failNext(1, of: [.put])
    try archive.take(Messages.contractData(1))
    try archive.flushed()
    try archive.take(Messages.contractData(1))
    try archive.flushed()
    try archive.flush()
    try archive.close()
    #expect(bench.keys.count == 2)
  }

  /// Without a dead-letter file no more messages are taken once too many wait.
  @Test func boundedWithoutDeadLetters() throws {
    let archive = try bench.open { $0.bufferSize = 2 }
    bench.store.failNext(1000, of: [.put])
    var taken = 0
    var refusal: ParquetError?
    for ledger in 1...100 {
      refusal = error { try archive.take(Messages.contractData(ledger)) }
      if refusal != nil { break }
      taken += 1
      try archive.flushed()
    }
    #expect(refusal?.code == .limitExceeded)
    #expect(taken <= 8)
    #expect(bench.keys == [])
    let closing = error { try archive.close() }
    #expect(closing?.message == "\(taken) messages could not be stored, and are kept")
  }

  @Test func boundedAfterRecoveryOfTheStore() throws {
    let archive = try bench.open { $0.bufferSize = 2 }
    bench.store.failNext(8, of: [.put])
    var taken = 0
    for ledger in 1...100
    where error(of: { try archive.take(Messages.contractData(ledger)) }) == nil {
      taken += 1
      try archive.flushed()
    }
    #expect(taken > 80)
    try archive.close()
    #expect(try bench.allRows().count == taken)
  }

  /// With one, the oldest go there.
  @Test func deadLettersOfWhatIsNotStored() throws {
    let folder = try Folder()
    let archive = try bench.open {
      $0.bufferSize = 2
      $0.deadLetterPath = folder.file("dead")
    }
    bench.store.failNext(1000, of: [.put])
    for ledger in 1...20 {
      try archive.take(Messages.contractData(ledger))
      try archive.flushed()
    }
    #expect(archive.metrics.failedBufferSize <= 4)
    let before = try folder.text("dead").split(separator: "\n").count
    #expect(before >= 12)
    try archive.close()
    let letters = try folder.text("dead").split(separator: "\n")
    #expect(letters.count == 20)
    #expect(archive.metrics.messagesDeadLettered == 20)
    for ledger in 1...20 {
      let message = "\"message\":\(Messages.contractData(ledger))}"
      #expect(letters.count { $0.hasSuffix(message) } == 1)
    }
    #expect(letters.allSatisfy { $0.contains("\"reason\":\"its file could not be stored\"") })
  }

  // MARK: Rejections

  /// Everything that is the message's fault: told, counted, in the dead-letter file, and nothing else is touched.
  @Test func rejections() throws {
    let folder = try Folder()
    let archive = try bench.open { $0.deadLetterPath = folder.file("dead") }
    let cases: [(String, String, String?)] = [
      ("{\"a\":1", "", nil), ("[1]", "a message is a JSON object (byte 0)", nil),
      ("\"text\"", "a message is a JSON object (byte 0)", nil), ("", "", nil),
      (#"{"a":1,"a":2}"#, #"the name "a" stands twice in one object (byte 11)"#, nil),
      (
        Messages.contractData(1).replacing("\"C1\"", with: "null"), "is null, and required",
        "contract_id"
      ),
      (
        Messages.contractData(1).replacing("\"contract_id\":\"C1\",", with: ""),
        "is missing, and required", "contract_id"
      ),
      (
        Messages.contractData(-1), "-1 is not a whole number from 0 to 4294967295",
        "ledger_sequence"
      ),
      (
        Messages.contractData(4_294_967_296),
        "4294967296 is not a whole number from 0 to 4294967295", "ledger_sequence"
      ),
      (
        Messages.event(1).replacing("true", with: "\"true\""), "\"true\" is not true or false",
        "in_successful_contract_call"
      ),
      (
        #"{"code":"c","type":"t","timestamp":"never"}"#,
        "\"never\" is not a time as 2025-07-13T09:36:17Z, or seconds since 1970", "timestamp"
      ),
    ]
    for (message, reason, field) in cases {
      let rejection = try archive.take(message)
      #expect(rejection != nil, "\(message)")
      if !reason.isEmpty { #expect(rejection?.reason == reason) }
      #expect(rejection?.field == field)
    }
    try archive.take(Messages.contractData(7))
    try archive.close()
    #expect(bench.rejections.count == cases.count)
    #expect(archive.metrics.messagesRejected == cases.count)
    #expect(archive.metrics.messagesDeadLettered == cases.count)
    #expect(archive.metrics.messagesReceived == cases.count + 1)
    #expect(try folder.text("dead").split(separator: "\n").count == cases.count)
    #expect(try bench.allRows().count == 1)
  }

  @Test func notUTF8() throws {
    let folder = try Folder()
    let archive = try bench.open { $0.deadLetterPath = folder.file("dead") }
    let bytes = Array("{\"a\":\"".utf8) + [0xFF, 0xFE] + Array("\"}".utf8)
    let rejection = try archive.process(LedgerMessage(json: bytes))
    #expect(rejection != nil)
    try archive.close()
    #expect(try folder.text("dead").contains("\"base64\":\""))
  }

  @Test func strict() throws {
    let archive = try bench.open { $0.strict = true }
    try archive.take(Messages.contractData(1))
    let refused = error { try archive.take(Messages.contractData(-1)) }
    #expect(refused?.code == .rejectedData)
    #expect(refused?.context.column == "ledger_sequence")
    let lines = [Messages.contractData(2), "", "bad", Messages.contractData(3)]
    let second = error {
      try archive.process(
        lines: Array(lines.joined(separator: "\n").utf8), source: "in", firstLine: 10)
    }
    #expect(second?.context.line == 12)
    #expect(second?.context.file == "in")
    try archive.close()
    #expect(try bench.allRows().count == 2)
  }

  @Test func hugeMessagesAreRefused() throws {
    let folder = try Folder()
    let archive = try bench.open { $0.writeAheadLogPath = folder.file("log") }
    let filler = [UInt8](repeating: 0x61, count: WriteAheadLog.largestMessageByteCount)
    let message = Array("{\"a\":\"".utf8) + filler + Array("\"}".utf8)
    let rejection = try archive.process(LedgerMessage(json: message))
    #expect(rejection?.reason.hasPrefix("a message of 67108872 bytes") == true)
    try archive.close()
  }

  /// Messages that are refused must not take memory that stays.
  @Test func scatteredMessages() throws {
    let archive = try bench.open { $0.partitionBy = .hour }
    var scattered = 0
    for hour in 0..<3000 {
      let time = "19\(70 + hour / 240)-01-\(10 + hour % 10)T\(10 + hour / 10 % 10):00:00Z"
      let refused = Messages.contractData(-1, at: time)
      #expect(try archive.take(refused) != nil)
      if archive.core.parser.isScattered { scattered += 1 }
    }
    // What was made for them is let go of as soon as it is too much.
    #expect(scattered == 0)
    try archive.take(Messages.contractData(1))
    try archive.close()
    #expect(try bench.allRows().count == 1)
  }

  @Test func closedTwice() throws {
    let archive = try bench.open()
    try archive.take(Messages.contractData(1))
    try archive.close()
    try archive.close()
    try archive.tick()
    try archive.flush()
    let late = error { try archive.take(Messages.contractData(2)) }
    #expect(late?.code == .invalidArgument)
    let lines = error { try archive.process(lines: Array("{\"a\":1}".utf8)) }
    #expect(lines?.code == .invalidArgument)
    #expect(bench.keys.count == 1)
  }

  // MARK: Metrics

  @Test func metrics() throws {
    let folder = try Folder()
    let archive = try bench.open {
      $0.bufferSize = 2
      $0.metricsFile = folder.file("m.prom")
    }
    let first = Messages.contractData(11)
    try archive.take(all: [first, Messages.contractData(12), Messages.contractData(13)])
    try archive.take("{}")
    try archive.take(Messages.contractData(-1))
    try archive.flushed()
    let metrics = archive.metrics
    #expect(metrics.messagesReceived == 5)
    #expect(metrics.bytesReceived == 4 * first.utf8.count + 2)
    #expect(metrics.messagesRejected == 2)
    #expect(metrics.recordsWritten == 2)
    #expect(metrics.filesWritten == 1)
    #expect(metrics.bytesWritten == bench.stored[0].byteCount)
    #expect(metrics.bufferSize == 1)
    #expect(metrics.currentLedger == 13)
    bench.clock.advance(seconds: 5)
    try archive.tick()
    let ticked = try folder.text("m.prom")
    #expect(ticked == archive.metrics.prometheusText)
    try archive.close()
    let text = try folder.text("m.prom")
    #expect(text == archive.metrics.prometheusText)
    #expect(
      text.hasPrefix(
        "# HELP stellar_archive_messages_received_total Messages given to the archive.\n"
          + "# TYPE stellar_archive_messages_received_total counter\n"
          + "stellar_archive_messages_received_total 5\n"))
    #expect(
      text.contains("\n# TYPE stellar_archive_buffer_size gauge\nstellar_archive_buffer_size 0\n"))
    #expect(text.hasSuffix("stellar_archive_current_ledger 13\n"))
  }

  @Test func decodedMessages() throws {
    let archive = try bench.open()
    try archive.process(
      LedgerMessage([
        ("message_type", .string("m\"\n")), ("LedgerSeq", .integer(5)), ("u", .unsigned(.max)),
        ("d", .double(1.5)), ("n", .double(.nan)), ("z", .null), ("b", .boolean(true)),
        ("a", .array([.integer(1), .object([("k", .string("v"))])])),
        ("closed_at", .string("2025-07-13T10:00:00Z")),
      ]))
    try archive.close()
    #expect(bench.stored.first?.firstLedger == 5)
    #expect(
      try bench.allRows() == [
        #"{"LedgerSeq":5,"a":"[1,{\"k\":\"v\"}]","b":true,"closed_at":"2025-07-13T10:00:00Z","d":1.5,"message_type":"m\"\n","n":null,"u":18446744073709551615,"z":null}"#
      ])
  }
}
