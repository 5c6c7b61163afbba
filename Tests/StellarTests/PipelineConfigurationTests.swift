import Foundation
import Parquet
import Testing

@testable import Stellar

/// Configurations inside of those of pipelines, and what chance makes of them.
@Suite struct PipelineConfigurationTests {
  static let pipeline = """
    pipelines:
      ContractData:
        source:
          type: BufferedStorageSourceAdapter
          config: {bucket_name: source, num_workers: 10}
        processors:
          - type: ContractData
            config:
              network_passphrase: "Test SDF Network ; September 2015"
        consumers:
          - type: DebugLogger
            config: {name: x}
          - type: SaveToParquet
            config:
              storage_type: "FS"
              local_path: ${DATA:-/data/stellar}
              buffer_size: 100
              debug: true
      Other:
        consumers:
          - type: SaveToRedis

    """

  static let consumer = "{\"type\": \"SaveToParquet\", \"config\": {\"buffer_size\": 100}}"

  @Test(arguments: [
    pipeline, consumer, "consumers: [\(consumer)]".replacing("\"", with: "'"),
    "consumer:\n  type: SaveToParquet\n  config:\n    buffer_size: 100\nname: x",
    "type: SaveToParquet\nconfig:\n  buffer_size: 100",
    "{\"consumers\": [{\"type\": \"Other\"}, \(consumer)], \"source\": {}}",
    "pipelines:\n- consumer:\n  - type: SaveToParquet\n    config:\n      buffer_size: 100",
  ])
  func oneConsumer(text: String) throws {
    #expect(try archive(text).bufferSize == 100)
  }

  @Test(
    arguments: [
      (pipeline.replacing("SaveToParquet", with: "SaveToS3"), nil, 0),
      (pipeline.replacing("SaveToRedis", with: "SaveToParquet"), 21, 2),
      ("pipelines:", nil, 0), ("type: Other", nil, 0), ("consumers: 5", nil, 0),
      ("consumers: [\(consumer), \(consumer), 7]", 1, 2),
    ] as [(String, Int?, Int)])
  func noneOrSeveral(text: String, line: Int?, count: Int) {
    let error = #expect(throws: ParquetError.self) { try archive(text) }
    #expect(error?.message == "found \(count) consumers of type SaveToParquet; expected one")
    #expect(error?.context.line == line)
  }

  @Test func faultsInside() throws {
    let text = PipelineConfigurationTests.pipeline.replacing("buffer_size", with: "buffersize")
    let error = #expect(throws: ParquetError.self) { try archive(text) }
    #expect(error?.context.line == 17)
    let message = error?.message ?? ""
    #expect(message.hasPrefix("there is no key buffersize, did you mean buffer_size? (valid: "))
    let list = #expect(throws: ParquetError.self) {
      try archive("type: SaveToParquet\nconfig: [1]")
    }
    #expect(list?.message == "config must be a mapping of keys; this is a list")
    #expect(list?.context.line == 2)
    let empty = try archive("type: SaveToParquet")
    #expect(empty == ArchiveConfiguration())
  }

  @Test func cutAndChanged() {
    let values = ArchiveConfigurationTests.values
    let flat = values.map { "\($0.key): \($0.text)\n" }.joined()
    for text in [PipelineConfigurationTests.pipeline, flat] {
      let bytes = Array(text.utf8)
      for index in stride(from: 0, to: bytes.count, by: 3) {
        for byte in Array(":-{}[]'\"# \n$\u{7F}".utf8) {
          var changed = bytes
          changed[index] = byte
          attempt(changed)
        }
        attempt(Array(bytes[index...]))
      }
      for count in bytes.indices { attempt(Array(bytes[..<count])) }
    }
  }

  private func attempt(_ bytes: [UInt8]) {
    do throws(ParquetError) {
      let made = try ArchiveConfiguration(bytes, name: "x") { $0 == "HOME" ? "/home/a" : nil }
      try made.check()
    } catch {
      #expect(!error.message.isEmpty)
    }
  }

  @Test func theReferenceHasEveryKey() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let whole = try String(
      contentsOf: root.appending(path: "docs/adapters/stellar.md"), encoding: .utf8)
    let heading = try #require(whole.range(of: "\n## Configuration\n"))
    let page = whole[heading.upperBound...]
    let lines = page.split(separator: "\n").map(String.init)
    let rows = ArchiveSetting.all.map { setting in
      "| `\(setting.key)` | \(setting.standard) | \(setting.meaning) |"
    }
    let start = try #require(lines.firstIndex { $0.hasPrefix("| `") })
    let end = lines[start...].firstIndex { !$0.hasPrefix("|") } ?? lines.endIndex
    #expect(Array(lines[start..<end]) == rows)
    // The examples are configurations.
    for (mark, name) in [("```yaml", "a.yaml"), ("```json", "a.json")] {
      let parts = page.split(separator: mark, maxSplits: 1)
      let text = try #require(parts.last?.split(separator: "```").first)
      let made = try archive(String(text), name, ["HOME": "/home/a"])
      try made.check()
    }
  }
}
