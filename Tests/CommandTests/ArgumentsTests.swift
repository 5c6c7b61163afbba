import Testing

@testable import CommandSupport

@Suite struct ArgumentsTests {
  static let options = [
    CommandOption("limit", "N", summary: "rows"),
    CommandOption("metadata", "KEY=VALUE", repeats: true, summary: "pairs"),
    CommandOption("overwrite", summary: "replace"),
    CommandOption("columns", letter: "c", "LIST", summary: "names"),
  ]

  func parse(_ words: String...) throws(UsageError) -> Arguments {
    try Arguments(words, options: ArgumentsTests.options)
  }

  @Test func takesBothForms() throws {
    let arguments = try parse(
      "in", "--limit", "5", "--metadata=a=b=c", "out", "--overwrite", "--metadata", "-")
    #expect(arguments.operands == ["in", "out"])
    #expect(arguments.value("limit") == "5")
    #expect(arguments.values("metadata") == ["a=b=c", "-"])
    #expect(arguments.has("overwrite"))
    #expect(!arguments.has("columns"))
    #expect(arguments.value("columns") == nil)
    #expect(arguments.values("columns") == [])
  }

  @Test func takesLetters() throws {
    let arguments = try parse("in", "-c", "a,b", "-q", "-")
    #expect(arguments.operands == ["in", "-"])
    #expect(arguments.value("columns") == "a,b")
    #expect(arguments.has("quiet"))
    for words in [["-ca,b"], ["-c=a,b"]] {
      #expect(try Arguments(words, options: Self.options).value("columns") == "a,b")
    }
    #expect(
      CommandOption("columns", letter: "c", "LIST", summary: "").usage == "-c, --columns LIST")
  }

  @Test func operandsAfterTwoDashesMayLookLikeOptions() throws {
    let arguments = try parse("--limit", "5", "--", "--limit", "-x", "--", "-")
    #expect(arguments.operands == ["--limit", "-x", "--", "-"])
    #expect(try parse("-").operands == ["-"])
  }

  @Test(arguments: [
    (
      ["--limt", "5"],
      "unknown option --limt, did you mean --limit? (valid: --limit, --metadata, --overwrite, --columns)"
    ),
    (["-x"], "unknown option -x (valid: --limit, --metadata, --overwrite, --columns)"),
    (
      ["-limit"],
      "unknown option -limit, did you mean --limit? (valid: --limit, --metadata, --overwrite, --columns)"
    ),
    (
      ["--nothing=1"],
      "unknown option --nothing (valid: --limit, --metadata, --overwrite, --columns)"
    ),
    (["--limit"], "--limit needs a value: --limit N"),
    (["--limit", "--overwrite"], "--limit needs a value: --limit N"),
    (["--limit", "--"], "--limit needs a value: --limit N"),
    (["--overwrite=yes"], "--overwrite takes no value"),
    (["-qc"], "--quiet takes no value"),
    (["-c"], "--columns needs a value: -c, --columns LIST"),
    (["-c", "a", "--columns=b"], "--columns is given twice"),
    (["--limit", "1", "--limit=2"], "--limit is given twice"),
  ])
  func namesWhatIsWrong(_ words: [String], _ message: String) {
    #expect(throws: UsageError(message)) {
      try Arguments(words, options: ArgumentsTests.options)
    }
  }

  @Test func readsNumbers() throws {
    #expect(try parse("--limit", "0").integer("limit", in: 0...10) == 0)
    #expect(try parse("--limit=10").integer("limit", in: 0...10) == 10)
    #expect(try parse().integer("limit", in: 0...10) == nil)
    for bad in ["11", "-1", "", "1e3", "9223372036854775808", " 1", "0x1"] {
      #expect(throws: UsageError("--limit \(bad): must be a whole number from 0 to 10")) {
        try parse("--limit=\(bad)").integer("limit", in: 0...10)
      }
    }
    #expect(throws: UsageError("--limit -1: must be a whole number of at least 0")) {
      try parse("--limit", "-1").integer("limit", in: 0...Int.max)
    }
    #expect(try parse("--limit", "3Ki").byteCount("limit", in: 1...4096) == 3072)
    #expect(
      throws: UsageError(
        "--limit 8Ki: must be a number of bytes from 1 to 4096, optionally with Ki, Mi or Gi")
    ) { try parse("--limit", "8Ki").byteCount("limit", in: 1...4096) }
  }

  @Test func readsChoicesAndLists() throws {
    let choices = [(name: "text", value: 1), (name: "json", value: 2)]
    #expect(try parse("--limit", "json").choice("limit", choices) == 2)
    #expect(throws: UsageError("--limit xml: valid are text, json")) {
      try parse("--limit", "xml").choice("limit", choices)
    }
    #expect(try parse("--columns", "a,b.c").list("columns") == ["a", "b.c"])
    #expect(try parse("--columns", "\"a,b\",c").list("columns") == ["a,b", "c"])
    #expect(try parse().list("columns") == nil)
    for bad in ["", "a,", ",a", "a,,b", "\"a"] {
      #expect(throws: UsageError.self) { try parse("--columns=\(bad)").list("columns") }
    }
  }

  @Test(arguments: [
    ("0", 0), ("4096", 4096), ("1Ki", 1024), ("128Mi", 128 << 20), ("2Gi", 2 << 30),
    ("8589934591Gi", 8_589_934_591 << 30),
  ])
  func readsByteCounts(_ text: String, _ count: Int) {
    #expect(ByteCount.parse(text) == count)
  }

  @Test(arguments: ["", "Ki", "1K", "1KB", "1 Ki", "-1", "1.5Mi", "8589934592Gi", "٣"])
  func refusesOtherByteCounts(_ text: String) {
    #expect(ByteCount.parse(text) == nil)
  }

  @Test(arguments: [
    (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (1_048_575, "1.0 MiB"),
    (1 << 20, "1.0 MiB"), (39_005_000, "37.2 MiB"), (1 << 40, "1024.0 GiB"),
  ])
  func formatsByteCounts(_ count: Int, _ text: String) {
    #expect(ByteCount.format(count) == text)
  }

  @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")])
  func groupsDigits(_ number: Int, _ text: String) {
    #expect(grouped(number) == text)
  }
}
