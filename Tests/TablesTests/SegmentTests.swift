import Parquet
import Testing

@testable import Tables

/// Any number of threads, and segments of any size, give the same rows, rejects and errors.
@Suite struct SegmentTests {
  /// How records are made: all well-formed, some that are none, or quotes anywhere.
  enum Care: CaseIterable { case wellFormed, someBad, wild }

  static func csv(_ care: Care, rows: Int, _ random: inout SeededRandom) -> String {
    let end = ["\n", "\r\n", "\r"][Int.random(in: 0..<3, using: &random)]
    var text = "id,name,price,day\(end)"
    for row in 0..<rows {
      var fields = [
        "\(row)", csvText(&random), "\(Int.random(in: -5000...5000, using: &random)).25",
        "20\(Int.random(in: 10...99, using: &random))-02-28",
      ]
      if care != .wellFormed, Int.random(in: 0..<20, using: &random) == 0 {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: fields.removeLast()
        case 1: fields.append("one more")
        case 2: fields[0] = "\"12\" and"
        case 3: fields[1] = "a \"quote\""
        case 4: fields[2] = "no number"
        default: fields[3] = "2023-02-29"
        }
      }
      if care == .wild, Int.random(in: 0..<30, using: &random) == 0 { fields[1] += "\"" }
      text += fields.joined(separator: ",") + (row % 50 == 7 ? end + end : end)
    }
    return text
  }

  private static func csvText(_ random: inout SeededRandom) -> String {
    switch Int.random(in: 0..<12, using: &random) {
    case 0: ""
    case 1: "\"\""
    case 2: "\"a, \"\"b\"\"\""
    case 3: "\"two\nlines, \r\nor three\""
    case 4: "\"\n\n\""
    case 5: "\"\"\"\n\"\"\""
    case 6:
      "\"" + String(repeating: "long\n,", count: Int.random(in: 1...200, using: &random)) + "\""
    case 7: "ü😀"
    default: "plain \(Int.random(in: 0..<100, using: &random))"
    }
  }

  static func ndjson(_ care: Care, rows: Int, _ random: inout SeededRandom) -> String {
    var text = ""
    for row in 0..<rows {
      let long = String(
        repeating: "\\n\\\"x", count: row % 100 == 3 ? Int.random(in: 1...400, using: &random) : 0)
      var line =
        "{\"id\":\(row),\"name\":\"n \(long)\",\"price\":\(row % 97).5, \"list\":[1,\(row)]}"
      if care != .wellFormed, Int.random(in: 0..<20, using: &random) == 0 {
        switch Int.random(in: 0..<7, using: &random) {
        case 0: line.removeLast()
        case 1: line += " x"
        case 2: line = "{\"id\":\n\(row)}"
        case 3: line = " \t\r"
        case 4: line = "{\"id\":\"text\"}"
        case 5: line = "{\"id\":1,\"id\":2}"
        default: line = "{\"price\":1e400}"
        }
      }
      if care == .wild, Int.random(in: 0..<30, using: &random) == 0 { line += "\"" }
      text += line + (row % 60 == 9 ? "\r\n\n" : "\n")
    }
    return text
  }

  private static let schemas = [
    "csv": """
    message m { optional int64 id; optional binary name (STRING); optional double price;
      optional int32 day (DATE); }
    """,
    "ndjson": """
    message m { required int64 id; optional binary name (STRING); optional double price;
      optional group list (LIST) { repeated group list { optional int32 element; } } }
    """,
  ]

  private func outcome(
    _ bytes: [UInt8], _ format: TextFormat, _ schema: String?, window: Int, threads: Int,
    rejecting: Bool, batchRows: Int = 65_536
  ) -> String {
    do {
      let converted = try convert(
        bytes: bytes, format, schema: schema, window: window, batchRows: batchRows,
        sampleRows: 100, rejecting: rejecting, threads: threads)
      return converted.text + converted.rejects
        + (converted.schema.map { SchemaText.encode($0) } ?? "")
    } catch { return "\(error)" }
  }

  @Test(arguments: 0..<12)
  func anyThreadsAndSegments(_ seed: Int) {
    var random = SeededRandom(seed: UInt64(seed))
    let care = Care.allCases[seed % 3]
    for (name, format, text) in [
      ("csv", TextFormat.csv, Self.csv(care, rows: 600, &random)),
      ("ndjson", TextFormat.ndjson, Self.ndjson(care, rows: 600, &random)),
    ] {
      let bytes = Array(text.utf8)
      for (schema, rejecting) in [
        (Self.schemas[name], true), (Self.schemas[name], false), (nil, true), (nil, false),
      ] {
        let whole = outcome(
          bytes, format, schema, window: 1 << 20, threads: 1, rejecting: rejecting)
        for (window, threads, batchRows) in [
          (1 << 20, 7, 1000), (64, 1, 10), (64, 2, 1000), (500, 7, 7), (3000, 1, 1000),
          (3000, 2, 100), (3000, 7, 1000), (20_000, 2, 1000),
        ] {
          let cut = outcome(
            bytes, format, schema, window: window, threads: threads, rejecting: rejecting,
            batchRows: batchRows)
          #expect(
            whole == cut, "\(name) \(care) \(seed), segments of \(window), \(threads) threads")
        }
        // Both kinds of outcome are met.
        if care == .wellFormed, schema != nil { #expect(whole.contains("\"id\":599")) }
        if care == .someBad, schema != nil, !rejecting { #expect(whole.contains("line")) }
      }
    }
  }

  /// Quotes that open in every row, and text that looks like records inside of them: all guesses of where
  /// records begin are wrong.
  @Test func recordsInsideQuotes() {
    let row = "1,\"" + String(repeating: "2,\"\"x\"\"\n", count: 40) + "\"\n"
    for extra in ["", "3,a\"b\n"] {
      let text = "a,b\n" + String(repeating: row + extra, count: 200)
      let bytes = Array(text.utf8)
      let whole = outcome(bytes, .csv, nil, window: 1 << 20, threads: 1, rejecting: true)
      #expect(whole.split(separator: "\n").count >= 200)
      for window in [64, 333, 1000, 5000] {
        for threads in [1, 2, 7] {
          #expect(
            whole
              == outcome(bytes, .csv, nil, window: window, threads: threads, rejecting: true))
        }
      }
    }
  }

  /// Without a header the first record says how many columns there are, a malformed one too: nothing of
  /// longer records is lost unsaid.
  @Test func malformedFirstRecordWithoutHeader() throws {
    var dialect = CSVDialect()
    dialect.hasHeader = false
    let converted = try convert(
      "a\"b\n1,2,3\n4\n", .csv(dialect), rejecting: true, threads: 2)
    #expect(converted.lines == ["{\"column_1\":4}"])
    #expect(converted.rejects.contains("has 3 fields instead of 1"))
    #expect(converted.summary?.rejectedCount == 2)
  }

  /// The same file, for every number of threads.
  @Test func sameFile() throws {
    var random = SeededRandom(seed: 5)
    let bytes = Array(Self.csv(.wellFormed, rows: 5000, &random).utf8)
    func file(_ threads: Int, _ window: Int) throws -> [UInt8] {
      var conversion = TextConversion(.memory(bytes), format: .csv)
      conversion.limits.windowBytes = window
      conversion.threads = threads
      let memory = MemorySink()
      let (writer, _) = try conversion.run { schema throws(ParquetError) in
        var options = WriterOptions()
        options.rowGroupRows = 1024
        options.threads = threads
        return try ParquetWriter(memory, schema: schema, options: options)
      }
      _ = try writer.finish()
      return memory.bytes.array()
    }
    let first = try file(1, 1 << 20)
    for (threads, window) in [(1, 4000), (2, 4000), (7, 4000), (7, 1 << 20)] {
      #expect(try file(threads, window) == first)
    }
  }

  /// A stream that fails somewhere, and is not read by threads of its own.
  private final class FailingStream: ByteStream {
    let bytes: MemoryStream
    var left: Int

    init(_ bytes: [UInt8], failingAfter left: Int) {
      self.bytes = MemoryStream(bytes)
      self.left = left
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ParquetError) -> Int {
      guard left > 0 else { throw ParquetError(.inputOutput, "the line is dead") }
      let free = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(left, buffer.count)])
      let count = unsafe try bytes.read(into: free)
      left -= count
      return count
    }
  }

  @Test func failuresAreToldInTheirPlace() throws {
    var random = SeededRandom(seed: 6)
    for (format, schema, text) in [
      (TextFormat.csv, Self.schemas["csv"], Self.csv(.wellFormed, rows: 300, &random)),
      (.ndjson, Self.schemas["ndjson"], Self.ndjson(.wellFormed, rows: 300, &random)),
    ] {
      var found: Set<String> = []
      for (threads, window) in [(1, 50), (2, 50), (7, 50), (1, 1000), (7, 1000)] {
        var conversion = TextConversion(
          TextInput(name: "in") { () throws(ParquetError) in
            FailingStream(Array(text.utf8), failingAfter: 6000)
          }, format: format, schema: try schema.map { try SchemaFile.decode($0) })
        conversion.limits.windowBytes = window
        conversion.threads = threads
        let error = #expect(throws: ParquetError.self) {
          try conversion.run { schema throws(ParquetError) in
            try TextSink(MemorySink(), schema: schema, format: .ndjson)
          }
        }
        #expect(error?.code == .inputOutput)
        found.insert("\(error?.description ?? "")")
      }
      #expect(found.count == 1, "\(found)")
    }
  }
}
