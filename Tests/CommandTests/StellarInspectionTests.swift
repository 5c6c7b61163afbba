import Foundation
import Testing

/// `parquet stellar schema` and `parquet stellar check`.
@Suite struct StellarInspectionTests {
  let parquet: BuiltCommand

  init() throws { parquet = try BuiltCommand() }

  private func message(_ ledger: Int, _ more: String = "") -> String {
    #"{"message_type":"t","ledger_sequence":\#(ledger),"closed_at":"2025-07-13T10:00:00Z"\#(more)}"#
  }

  private static let asset =
    #"{"code":"USDC","issuer":null,"type":"credit_alphanum4","timestamp":"2025-07-14T00:00:01Z"}"#

  @Test func schemaOfASample() throws {
    let text = [message(1, ",\"v\":1"), Self.asset, message(2, ",\"v\":1.5"), "bad", "[]"]
    try parquet.write(text.joined(separator: "\n"), to: "a.ndjson")
    let result = try parquet("stellar", "schema", "a.ndjson", "--quiet")
    #expect(result.status == 0)
    #expect(result.errors == "")
    let expected = """
      asset_details: 1 message, predefined asset_details
      message asset_details {
        required binary code (STRING);
        optional binary issuer (STRING);
        required binary type (STRING);
        required int64 timestamp (TIMESTAMP(MICROS,true));
      }
      t: 2 messages, inferred
      message message {
        optional binary closed_at (STRING);
        optional int64 ledger_sequence;
        optional binary message_type (STRING);
        optional double v;
      }

      """
    #expect(result.output.hasPrefix(expected))
    let refused = result.output.dropFirst(expected.count).split(separator: "\n")
    #expect(refused.count == 2)
    #expect(refused.first?.hasPrefix("refused: a.ndjson: line 4: ") == true)
    let strict = try parquet("stellar", "schema", "--strict", "--quiet", input: "bad\n")
    #expect(strict.status == 1)
    #expect(strict.output.hasPrefix("refused: standard input: line 1: "))
  }

  @Test func schemaAsJSON() throws {
    try parquet.write([message(1), "bad"].joined(separator: "\n"), to: "a.ndjson")
    let result = try parquet("stellar", "schema", "a.ndjson", "-", "--format", "json", "--quiet")
    #expect(result.status == 0)
    let parsed = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    let all = try #require(parsed as? [String: Any])
    let types = try #require(all["types"] as? [[String: Any]])
    #expect(types.count == 1)
    #expect(types[0]["type"] as? String == "t")
    #expect(types[0]["inferred"] as? Bool == true)
    #expect(types[0]["messages"] as? Int == 1)
    let schema = types[0]["schema"] as? [String: Any]
    let children = schema?["children"] as? [Any]
    #expect(children?.count == 3)
    let refused = try #require(all["refused"] as? [[String: Any]])
    #expect(refused.first?["line"] as? Int == 2)
    let empty = try parquet("stellar", "schema", "--format", "json", "--quiet")
    let nothing = try JSONSerialization.jsonObject(with: Data(empty.output.utf8)) as? [String: Any]
    #expect((nothing?["types"] as? [Any])?.isEmpty == true)
    expectFailure(
      try parquet("stellar", "schema", "a.ndjson", "--format", "xml"), 2,
      "parquet: --format xml: there is no such choice (valid: text, json)")
  }

  @Test func checkOfAnArchive() throws {
    for ledgers in [1..<6, 6..<9, 12..<15, 13..<16] {
      let text = ledgers.map { message($0) }.joined(separator: "\n")
      let made = try parquet(
        "stellar", "archive", "--local-path", "out", "--quiet", input: text)
      #expect(made.status == 0)
    }
    let result = try parquet("stellar", "check", "out", "--quiet")
    #expect(result.status == 1)
    #expect(result.errors == "")
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 3)
    #expect(lines[0] == "gap: t: ledgers 9 to 11 are in no file")
    #expect(lines[1].hasPrefix("overlap: t: ledgers 13 to 14 in year=2025/"))
    #expect(lines[2] == "t: 4 files, 14 rows, ledgers 1 to 15, 1 gap, 1 overlap")
    let json = try parquet("stellar", "check", "out", "--format", "json", "--quiet")
    #expect(json.status == 1)
    let parsed = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
    let all = try #require(parsed as? [String: Any])
    #expect(all["faults"] as? Int == 2)
    let findings = try #require(all["findings"] as? [[String: Any]])
    #expect(findings.map { $0["kind"] as? String } == ["gap", "overlap"])
    #expect(findings[0]["ledgers"] as? [Int] == [9, 11])
  }

  @Test func checkOfAGoodArchive() throws {
    let text = (1..<30).map { message($0) }.joined(separator: "\n")
    _ = try parquet(
      "stellar", "archive", "--local-path", "out", "--buffer-size", "5", "--quiet", input: text)
    try parquet.write("x", to: "out/notes.parquet")
    let result = try parquet("stellar", "check", "out", "--quiet")
    #expect(result.status == 0)
    #expect(
      result.output == """
        note: notes.parquet: not named as a file of an archive, left out
        t: 6 files, 29 rows, ledgers 1 to 29, 0 gaps, 0 overlaps

        """)
    try parquet.write("x", to: "out/stellar-data-1-2-3.parquet")
    let broken = try parquet("stellar", "check", "out", "--quiet")
    #expect(broken.status == 1)
    #expect(broken.output.contains("unreadable: stellar-data-1-2-3.parquet: "))
    expectFailure(
      try parquet("stellar", "check", "none", "--quiet"), 1, "parquet: none: no such directory")
    #expect(try parquet.names() == ["out"])
    let help = try parquet("help", "stellar", "check")
    #expect(help.status == 0)
    #expect(help.output.contains("Finds gaps and overlaps"))
  }
}
