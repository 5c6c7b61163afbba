import ObjectStorage
import Parquet
import Tables
import Testing

@testable import Stellar

/// Columns that are not known beforehand.
@Suite struct ArchiveInferenceTests {
  let bench = Bench()

  private func schema(_ key: String) throws -> [String] {
    SchemaText.encode(try bench.reader(key).schema).split(separator: "\n").dropFirst().dropLast()
      .map { String($0.drop { $0 == " " }) }
  }

  /// The column that values of one member become, and how they come back.
  private func column(_ values: [String], lines: Bool = false) throws -> (String, [String]) {
    let bench = Bench()
    let archive = try bench.open()
    let messages = values.map { #"{"closed_at":"2025-07-13T10:00:00Z","v":\#($0)}"# }
    if lines {
      let text = messages.joined(separator: "\n")
      try archive.process(lines: Array(text.utf8))
    } else {
      try archive.take(all: messages)
    }
    try archive.close()
    let key = try #require(bench.keys.first)
    let fields = SchemaText.encode(try bench.reader(key).schema).split(separator: "\n")
    let prefix = #"{"closed_at":"2025-07-13T10:00:00Z","v":"#
    let rows = try bench.rows(key).map { String($0.dropFirst(prefix.count).dropLast()) }
    return (String(fields[2].drop { $0 == " " }), rows)
  }

  static let int = "optional int64 v;"
  static let double = "optional double v;"
  static let unsigned = "optional int64 v (INTEGER(64,false));"
  static let text = "optional binary v (STRING);"
  static let boolean = "optional boolean v;"

  struct Case: Sendable, CustomStringConvertible {
    var values: [String]
    var column: String
    /// What comes back; the values themselves, where nil.
    var rows: [String]?
    var description: String { values.joined(separator: " ") }
  }

  static let cases = [
    Case(values: ["1", "null", "-9223372036854775808", "9223372036854775807"], column: int),
    Case(values: ["1", "1.5"], column: double, rows: ["1.0", "1.5"]),
    Case(values: ["1.5", "9007199254740992"], column: double, rows: nil),
    // A double does not hold it.
    Case(
      values: ["1.5", "9007199254740993"], column: text, rows: [#""1.5""#, #""9007199254740993""#]),
    Case(values: ["18446744073709551615", "0", "9223372036854775807"], column: unsigned),
    Case(
      values: ["18446744073709551615", "-1"], column: text,
      rows: [#""18446744073709551615""#, #""-1""#]),
    Case(
      values: ["18446744073709551616", "5"], column: text,
      rows: [#""18446744073709551616""#, #""5""#]),
    Case(values: ["1e400", "1"], column: text, rows: [#""1e400""#, #""1""#]),
    Case(values: ["true", "null", "false"], column: boolean),
    Case(values: ["true", "1"], column: text, rows: [#""true""#, #""1""#]),
    // Everything mixed is text, as it stands in the source.
    Case(
      values: [#""a\u0062""#, "1.50", "[1, 2]", #"{"k" :1e0}"#, "true", "-0", "null", #""""#],
      column: text,
      rows: [
        #""ab""#, #""1.50""#, #""[1, 2]""#, #""{\"k\" :1e0}""#, #""true""#, #""-0""#, "null",
        #""""#,
      ]),
    Case(values: ["null", "null"], column: text),
    Case(values: [#""x""#], column: text),
  ]

  @Test(arguments: cases, [false, true]) func types(of example: Case, lines: Bool) throws {
    let (field, rows) = try column(example.values, lines: lines)
    #expect(field == example.column)
    guard example.column != Self.double || example.rows != nil else { return }
    #expect(rows == example.rows ?? example.values)
  }

  @Test func columnsAreSortedByTheirBytes() throws {
    let archive = try bench.open()
    try archive.take(#"{"b":1,"é":2,"a":3,"B":4,"_":5,"aa":6,"z\u0000":7}"#)
    try archive.take(#"{"new":1,"a":3}"#)
    try archive.close()
    let names = try bench.reader(bench.keys[0]).schema.fields.map(\.name)
    #expect(names == ["B", "_", "a", "aa", "b", "new", "z\u{0}", "é"])
    #expect(try bench.rows(bench.keys[0]).count == 2)
  }

  /// Names that are one text in other bytes cannot be two columns.
  @Test func equivalentNames() throws {
    let archive = try bench.open()
    let composed = "{\"é\":1}"
    let decomposed = "{\"e\u{301}\":2}"
    try archive.take(all: [composed, decomposed])
    let refused = try archive.take("{\"é\":3,\"e\u{301}\":4}")
    #expect(refused?.reason.contains("stands twice") == true)
    try archive.take(composed)
    try archive.close()
    #expect(try bench.allRows() == [#"{"é":1}"#, #"{"é":2}"#, #"{"é":1}"#])
  }

  @Test func whatCanBeNoRow() throws {
    let archive = try bench.open()
    #expect(try archive.take("{}")?.reason == "the message has no member")
    #expect(try archive.take(#"{"":1}"#)?.reason == "an empty name, and a column needs one")
    #expect(try archive.take(#"{"":1,"a":2}"#)?.reason == "an empty name, and a column needs one")
    #expect(try archive.take(#"{"a":2}"#) == nil)
    try archive.close()
    #expect(try bench.allRows() == [#"{"a":2}"#])
  }

  /// However many names there were, those of the next message are taken.
  @Test(arguments: [false, true]) func moreNamesThanAreKnown(lines: Bool) throws {
    let archive = try bench.open { $0.bufferSize = 100_000 }
    var messages: [String] = []
    for index in 0..<600 {
      let members = (0..<10).map { "\"n\(index * 10 + $0)\":1" }.joined(separator: ",")
      messages.append(index % 2 == 0 ? Messages.generic(index) : "{\(members),\"a\":\(index)}")
    }
    let many = (0..<5000).map { "\"m\($0)\":1" }.joined(separator: ",")
    messages.insert("{\(many)}", at: 300)
    if lines {
      try archive.process(lines: Array(messages.joined(separator: "\n").utf8))
    } else {
      try archive.take(all: messages)
    }
    try archive.close()
    #expect(bench.rejections.count == 1)
    #expect(bench.rejections.first?.reason.contains("4096 different names") == true)
    let other = try #require(bench.keys.first { $0.contains("day=20") })
    #expect(try bench.reader(other).schema.fields.count == 3001)
    #expect(try bench.reader(other).rowCount == 300)
    #expect(archive.metrics.recordsWritten == 600)
  }

  // MARK: Evolution

  @Test func columnsStay() throws {
    let archive = try bench.open {
      $0.bufferSize = 2
      $0.includeMetadata = true
    }
    let first = [#"{"a":1,"b":"x"}"#, #"{"a":2,"c":null}"#]
    try archive.take(all: first)
    // A new column, an old one missing; a value that does not fit.
    try archive.take(all: [#"{"a":3,"d":1}"#, #"{"a":4,"d":2,"c":true}"#])
    try archive.take(all: [#"{"a":1.5,"b":"lost"}"#, #"{"a":5,"b":7}"#])
    try archive.close()
    let names = try bench.keys.map { try bench.reader($0).schema.fields.map(\.name) }
    #expect(names == [["a", "b", "c"], ["a", "b", "c"], ["a", "b", "c"]])
    #expect(
      try bench.allRows().sorted() == [
        #"{"a":1,"b":"x","c":null}"#, #"{"a":2,"b":null,"c":null}"#, #"{"a":3,"b":null,"c":null}"#,
        #"{"a":4,"b":null,"c":"true"}"#, #"{"a":5,"b":"7","c":null}"#,
      ])
    #expect(archive.metrics.valuesDropped == 2)
    #expect(archive.metrics.messagesRejected == 1)
    #expect(archive.metrics.recordsWritten == 5)
    #expect(bench.rejections.map(\.field) == ["a"])
    #expect(bench.rejections[0].reason == "1.5 does not fit the whole numbers of the files before")
    let dropped = bench.events.compactMap {
      if case .dropped(_, let fields) = $0 { fields } else { nil }
    }
    #expect(dropped == [["d"]])
    for key in bench.keys { #expect(try bench.keyValues(key)["version"] == "1.0.0") }
  }

  /// Whole numbers of later files may be written with a point, where nothing is lost.
  @Test func wholeNumbersWithAPoint() throws {
    let archive = try bench.open { $0.bufferSize = 2 }
    try archive.take(all: [#"{"a":1,"b":18446744073709551615}"#, #"{"a":2,"b":0}"#])
    try archive.take(all: [
      #"{"a":3.0,"b":1e1}"#, #"{"a":9007199254740993.0,"b":18446744073709551615.0}"#,
    ])
    try archive.take(all: [#"{"a":9223372036854775808.0}"#, #"{"b":-1.0}"#])
    try archive.close()
    #expect(
      try bench.allRows().sorted() == [
        #"{"a":1,"b":18446744073709551615}"#, #"{"a":2,"b":0}"#, #"{"a":3,"b":10}"#,
        #"{"a":9007199254740993,"b":18446744073709551615}"#,
      ])
    #expect(bench.rejections.map(\.field) == ["a", "b"])
  }

  @Test func columnsEvolve() throws {
    let archive = try bench.open {
      $0.bufferSize = 1
      $0.schemaEvolution = true
      $0.includeMetadata = true
    }
    for message in [
      #"{"ledger_sequence":1,"a":1}"#, #"{"ledger_sequence":2,"a":2}"#,
      #"{"ledger_sequence":3,"a":1.5,"b":true}"#, #"{"ledger_sequence":4,"b":false}"#,
      #"{"ledger_sequence":5,"a":"x"}"#, #"{"ledger_sequence":6}"#,
    ] {
      try archive.take(message)
    }
    try archive.close()
    let versions = try bench.keys.map { try bench.keyValues($0)["version"] ?? "" }
    #expect(versions == ["1.0.0", "1.0.0", "1.1.0", "1.1.0", "1.2.0", "1.2.0"])
    #expect(
      try bench.allRows() == [
        #"{"a":1,"ledger_sequence":1}"#, #"{"a":2,"ledger_sequence":2}"#,
        #"{"a":1.5,"b":true,"ledger_sequence":3}"#, #"{"a":null,"b":false,"ledger_sequence":4}"#,
        #"{"a":"x","b":null,"ledger_sequence":5}"#, #"{"a":null,"b":null,"ledger_sequence":6}"#,
      ])
    #expect(archive.metrics.valuesDropped == 0)
    #expect(archive.metrics.messagesRejected == 0)
    #expect(archive.registry["unknown"]?.version == "1.2.0")
  }

  /// Names and numbers are those of the rows that are in the file, not of those refused.
  @Test func refusedRowsLeaveNoTrace() throws {
    let folder = try Folder()
    let archive = try bench.open {
      $0.bufferSize = 3
      $0.includeMetadata = true
      $0.deadLetterPath = folder.file("dead")
      $0.writeAheadLogPath = folder.file("log")
    }
    for ledger in 1...3 { try archive.take(Messages.generic(ledger, ",\"a\":1")) }
    try archive.take(all: [
      Messages.generic(4, ",\"a\":\"x\""), Messages.generic(5, ",\"a\":2"),
      Messages.generic(9, ",\"a\":[]"),
    ])
    try archive.flush()
    let key = try #require(bench.keys.last)
    #expect(key.hasSuffix("stellar-data-5-5-\(TestClock.start).parquet"))
    let values = try bench.keyValues(key)
    #expect(values["start_ledger"] == "5")
    #expect(values["record_count"] == "1")
    // Of the second file only the rest is given up.
    bench.store.failNext(100)
    try archive.take(all: [
      Messages.generic(6, ",\"a\":\"y\""), Messages.generic(7, ",\"a\":2"),
      Messages.generic(8, ",\"a\":3"),
    ])
    try archive.close()
    let letters = try folder.text("dead").split(separator: "\n")
    #expect(letters.count == 5)
    #expect(letters.count { $0.contains("\"y\"") } == 1)
    #expect(folder.names(in: "log") == [])
  }

  /// Where the work is strict, the row that does not fit ends it, and the others are stored.
  @Test func strictlyRefusedRowsTakeNoOthersWithThem() throws {
    let archive = try bench.open {
      $0.bufferSize = 4
      $0.strict = true
    }
    try archive.take(Messages.generic(1, ",\"a\":1"))
    try archive.flush()
    try archive.take(Messages.generic(2, ",\"a\":2"))
    try archive.take(Messages.generic(3, ",\"a\":\"x\""))
    try archive.take(Messages.generic(4, type: "other"))
    try archive.take(Messages.generic(5, ",\"a\":5"))
    let refused = error { try archive.close() }
    #expect(refused?.code == .rejectedData)
    #expect(archive.metrics.recordsWritten == 4)
    #expect(try bench.allRows().count == 4)
  }
}
