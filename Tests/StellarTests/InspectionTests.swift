import ObjectStorage
import Parquet
import Synchronization
import Tables
import Testing

@testable import Stellar

@Suite struct DebugLoggerTests {
  private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func add(_ line: String) { lines.withLock { $0.append(line) } }
  }

  @Test func linesAndTheNextProcessor() throws {
    let bench = Bench()
    let archive = try bench.open()
    let lines = Lines()
    let logger = DebugLogger(name: "in", next: archive) { lines.add($0) }
    let processor: any MessageProcessor = logger
    try processor.process(LedgerMessage(json: Messages.contractData(426_007)))
    try processor.process(
      LedgerMessage(
        json: #"{"a":1,"b":[1,{"c":"d"}],"n":null}"#, metadata: ["ledger.sequence": "5"]))
    let refused = try processor.process(LedgerMessage(json: "{\"broken\n"))
    #expect(refused != nil)
    let wide = (0..<12).map { "\"m\($0)\":\($0)" }.joined(separator: ",")
    try processor.process(LedgerMessage(json: "{\(wide)}"))
    try processor.process(
      LedgerMessage(json: #"{"message_type":"s\"x","code":"q\u0000","timestamp":"t"}"#))
    let long = String(repeating: "y", count: 100)
    try processor.process(LedgerMessage(json: #"{"type":"t","ledger":3,"v":"\#(long)"}"#))
    try processor.close()
    let cut = String(repeating: "y", count: 40)
    #expect(
      lines.all == [
        #"DEBUG in: contract_data ledger 426007 {message_type: "contract_data", contract_data: {"contract_id":"C426007","ledger_sequence…}"#,
        #"DEBUG in: unknown ledger 5 {a: 1, b: [1,{"c":"d"}], n: null}"#,
        lines.all[2],
        "DEBUG in: unknown {m0: 0, m1: 1, m2: 2, m3: 3, m4: 4, m5: 5, m6: 6, m7: 7, m8: 8, m9: 9, … 2 more}",
        #"DEBUG in: asset_details {message_type: "s\"x", code: "q\u0000", timestamp: "t"}"#,
        #"DEBUG in: event ledger 3 {type: "t", ledger: 3, v: "\#(cut)…"}"#,
      ])
    #expect(lines.all[2].hasPrefix("DEBUG in: not a message: "))
    #expect(!lines.all[2].contains("\n"))
    #expect(archive.metrics.messagesReceived == 6)
    let closed = error { try archive.take("{\"a\":1}") }
    #expect(closed?.code == .invalidArgument)
  }

  @Test func alone() throws {
    let lines = Lines()
    let logger = DebugLogger(name: "x", prefix: "TRACE", memberLimit: 1) { lines.add($0) }
    #expect(try logger.process(LedgerMessage(json: #"{"a":1,"b":2}"#)) == nil)
    try logger.close()
    #expect(lines.all == ["TRACE x: unknown {a: 1, … 1 more}"])
  }
}

@Suite struct MessageSampleTests {
  @Test func kindsAndRefusals() throws {
    let sample = MessageSample()
    let lines =
      Messages.sample + [
        "", "bad", Messages.contractData(-1),
        Messages.generic(1, type: "swap_event", ",\"price\":7"),
        Messages.generic(1, type: "swap_event", ",\"amount_in\":\"x\""), Messages.contractData(8),
        #"{"events":[{"type_string":"a","contract_id":"c","in_successful_contract_call":true},{"type_string":"a","contract_id":"c","in_successful_contract_call":true}],"transaction_hash":"h","ledger_sequence":1,"timestamp":"t"}"#,
      ]
    try sample.add(lines: Array(lines.joined(separator: "\n").utf8), source: "s")
    let kinds = try sample.kinds()
    #expect(kinds.map(\.name) == ["asset_details", "contract_data", "event", "swap_event"])
    #expect(kinds.map(\.messageCount) == [1, 2, 2, 3])
    #expect(kinds.map(\.rowCount) == [1, 2, 3, 3])
    #expect(kinds.map(\.predefined) == [.assetDetails, .contractDataMessage, .event, nil])
    #expect(
      SchemaText.encode(kinds[3].schema) == """
        message message {
          optional binary amount_in (STRING);
          optional binary closed_at (STRING);
          optional int64 ledger_sequence;
          optional binary message_type (STRING);
          optional binary note (STRING);
          optional binary path (STRING);
          optional double price;
          optional binary timestamp (STRING);
        }

        """)
    #expect(sample.refusedCount == 2)
    #expect(sample.refused.map(\.line) == [6, 7])
    #expect(sample.refused.map(\.field) == [nil, "ledger_sequence"])
    #expect(sample.refused.map(\.source) == ["s", "s"])
  }

  @Test func manyRefusals() throws {
    let sample = MessageSample()
    try sample.add(lines: Array(String(repeating: "x\n", count: 1500).utf8))
    try sample.add(lines: [])
    #expect(sample.refusedCount == 1500)
    #expect(sample.refused.count == MessageSample.mostRefused)
    #expect(try sample.kinds().isEmpty)
  }

  /// What a sample says is what an archive makes of it.
  @Test func asAnArchiveHasIt() throws {
    let messages = ArchiveIntakeTests.messages(500, seed: 51).map {
      $0.replacing("2025-07-11", with: "2025-07-10").replacing("2025-07-12", with: "2025-07-10")
    }
    let bench = Bench()
    let archive = try bench.open()
    try archive.take(all: messages)
    try archive.close()
    let sample = MessageSample()
    try sample.add(lines: Array(messages.joined(separator: "\n").utf8))
    let kinds = try sample.kinds()
    let stored = bench.stored.map { "\($0.type) \($0.rowCount)" }.sorted()
    #expect(kinds.map { "\($0.name) \($0.rowCount)" } == stored)
    let schemas = try bench.keys.map { SchemaText.encode(try bench.reader($0).schema) }
    #expect(kinds.map { SchemaText.encode($0.schema) }.sorted() == schemas.sorted())
    #expect(sample.refusedCount == archive.metrics.messagesRejected)
  }
}
