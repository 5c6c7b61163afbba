import Foundation
import Testing

/// What is wrong ends with its status and one line that names it; no output file, no trap.
@Suite struct BadInputTests {
  let parquet: BuiltCommand

  init() throws {
    parquet = try BuiltCommand()
    try parquet.write("id,name\n1,a\n2,b\n", to: "in.csv")
  }

  /// A file of two rows.
  func makeFile() throws {
    #expect(try parquet("convert", "in.csv", "file.parquet", "--quiet").status == 0)
  }

  @Test(arguments: [
    ([], "parquet: what to do is missing: schema, inspect, "),
    (["fly"], "parquet: unknown command fly (valid: schema, inspect, "),
    (["cta", "f"], "parquet: unknown command cta, did you mean cat? (valid: "),
    (["help", "fly"], "parquet: unknown command fly (valid: "),
    (["midas"], "parquet: what to do is missing (valid: midas convert, "),
    (["cat"], "parquet: cat: operands are missing (usage: parquet cat FILE…)"),
    (["schema", "a", "b"], "parquet: schema: b is one operand too many (usage: "),
    (["convert", "a"], "parquet: convert: an operand is missing (usage: "),
    (
      ["cat", "f", "--colums", "a"],
      "parquet: cat: unknown option --colums, did you mean --columns? (valid: --columns, "
    ),
    (["cat", "f", "--limit"], "parquet: cat: --limit needs a value: --limit N"),
    (
      ["cat", "f", "--limit", "x"], "parquet: cat: --limit x: must be a whole number of at least 0"
    ),
    (["cat", "f", "--format", "xml"], "parquet: cat: --format xml: valid are ndjson, csv"),
    (["inspect", "f", "--pages=1"], "parquet: inspect: --pages takes no value"),
    (
      ["convert", "in.csv", "out.parquet", "--compression", "zip"],
      "parquet: convert: --compression zip: valid are snappy, none, gzip[:1-9], "
    ),
    (
      ["convert", "in.csv", "out.parquet", "--compression", "zstd:99"],
      "parquet: convert: --compression zstd:99: zstd has levels 1 to 22"
    ),
    (
      ["convert", "in.csv", "out.parquet", "--encoding", "name2=plain"],
      "parquet: convert: --encoding: there is no column name2, did you mean name? (valid: id, name)"
    ),
    (
      ["convert", "in.csv", "out.parquet", "--encoding", "name=rle"],
      "parquet: convert: column name: RLE does not encode BYTE_ARRAY"
    ),
    (
      ["convert", "in.csv", "out.parquet", "--page-bytes", "many"],
      "parquet: convert: --page-bytes many: must be a number of bytes from 1 to "
    ),
    (
      ["convert", "in.csv", "out.txt"],
      "parquet: convert: the format of out.txt is not known: --to is missing (parquet, csv, ndjson)"
    ),
    (
      ["convert", "-", "out.parquet"], "parquet: convert: the format of standard input is not known"
    ),
    (
      ["convert", "in.csv", "out.ndjson", "--statistics", "chunk"],
      "parquet: convert: --statistics is for Parquet; OUTPUT is ndjson"
    ),
    (
      ["convert", "in.csv", "out.parquet", "--strict"],
      "parquet: convert: --strict is for runs with"
    ),
    (
      ["convert", "in.csv", "out.parquet", "--reject", "./in.csv", "--overwrite"],
      "parquet: convert: --reject ./in.csv: is INPUT too, which it would replace"
    ),
    (
      ["convert", "in.csv", "out.parquet", "--reject", "././out.parquet"],
      "parquet: convert: --reject ././out.parquet: is OUTPUT too, which it would replace"
    ),
    (
      ["convert", "in.csv", "out.parquet", "--reject", "-"],
      "parquet: convert: --reject -: must be the name of a file"
    ),
  ])
  func wrongCommandLines(_ arguments: [String], _ beginning: String) throws {
    let before = try parquet.names()
    let result = try parquet(arguments)
    #expect(result.status == 2)
    #expect(result.output == "")
    #expect(result.errors.hasPrefix(beginning), "\(result.errors)")
    #expect(result.errors.filter { $0 == "\n" }.count == 1)
    #expect(result.errors.hasSuffix("\n"))
    #expect(try parquet.names() == before)
  }

  @Test func unknownColumnOfAFile() throws {
    try makeFile()
    expectFailure(
      try parquet("cat", "file.parquet", "--columns", "id,nam"), 2,
      "parquet: cat: --columns: there is no column nam, did you mean name? (valid: id, name)")
  }

  @Test(arguments: ["schema", "inspect", "count", "cat"])
  func filesThatCannotBeRead(_ command: String) throws {
    expectFailure(
      try parquet(command, "none.parquet"), 1,
      "parquet: none.parquet: cannot be opened: No such file or directory")
    expectFailure(
      try parquet(command, "."), 1, "parquet: .: is a directory, not a file")
    expectFailure(
      try parquet(command, "in.csv"), 1,
      "parquet: in.csv: byte 12: not a Parquet file: it does not end with PAR1")
    try parquet.write("", to: "empty.parquet")
    let empty = try parquet(command, "empty.parquet")
    #expect(empty.status == 1)
    #expect(empty.errors.hasPrefix("parquet: empty.parquet: not a Parquet file"))
  }

  @Test func aFileCutShort() throws {
    try makeFile()
    let bytes = try parquet.bytes(of: "file.parquet")
    for count in [4, 12, bytes.count / 2, bytes.count - 1] {
      try bytes.prefix(count).write(to: URL(fileURLWithPath: parquet.path("cut.parquet")))
      let result = try parquet("cat", "cut.parquet")
      #expect(result.status == 1)
      #expect(result.errors.hasPrefix("parquet: cut.parquet: "))
      #expect(result.errors.filter { $0 == "\n" }.count == 1)
    }
  }

  /// As root every file can be read, so that the command then runs as nobody.
  func unprivileged(_ arguments: String...) throws -> CommandResult {
    guard geteuid() == 0 else { return try parquet(arguments) }
    return try parquet.run(
      "/usr/bin/setpriv",
      ["--reuid", "65534", "--regid", "65534", "--clear-groups", BuiltCommand.executable]
        + arguments)
  }

  @Test func unreadableInputAndUnwritableDirectory() throws {
    try makeFile()
    for name in ["in.csv", "file.parquet"] {
      try FileManager.default.setAttributes(
        [.posixPermissions: 0], ofItemAtPath: parquet.path(name))
    }
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o555], ofItemAtPath: parquet.directory)
    defer {
      try? FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: parquet.directory)
    }
    expectFailure(
      try unprivileged("cat", "file.parquet"), 1,
      "parquet: file.parquet: cannot be opened: Permission denied")
    expectFailure(
      try unprivileged("convert", "in.csv", "-", "--to", "parquet"), 1,
      "parquet: in.csv: cannot be opened: Permission denied")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o444], ofItemAtPath: parquet.path("in.csv"))
    expectFailure(
      try unprivileged("convert", "in.csv", "out.parquet"), 1,
      "parquet: out.parquet: cannot be created: Permission denied")
    #expect(try parquet.names() == ["file.parquet", "in.csv"])
  }

  @Test func outputsThatCannotBe() throws {
    try parquet.write("precious", to: "out.parquet")
    expectFailure(
      try parquet("convert", "in.csv", "out.parquet"), 1,
      "parquet: out.parquet: exists already; --overwrite replaces it")
    #expect(try parquet.text(of: "out.parquet") == "precious")
    expectFailure(
      try parquet("convert", "in.csv", ".", "--to", "parquet", "--overwrite"), 1,
      "parquet: .: is a directory, not a file")
    expectFailure(
      try parquet("convert", "in.csv", "none/out.parquet"), 1,
      "parquet: none/out.parquet: cannot be created: No such file or directory")
    expectFailure(
      try parquet("convert", "in.csv", "/dev/null", "--to", "parquet", "--overwrite"), 1,
      "parquet: /dev/null: is a device, pipe or socket, which cannot be replaced by a file")
    expectFailure(
      try parquet("convert", "none.csv", "new.parquet"), 1,
      "parquet: none.csv: cannot be opened: No such file or directory")
    expectFailure(
      try parquet("convert", ".", "new.parquet", "--from", "csv"), 1,
      "parquet: .: is a directory, not a file")
    #expect(try parquet.names() == ["in.csv", "out.parquet"])
  }

  static let schema = """
    message rows {
      required int32 id;
      optional binary name (STRING);
    }
    """

  @Test(arguments: [
    // Malformed texts.
    ("bad.csv", "id,name\n1,a\n2,\"b\n", false, "bad.csv: line 3"),
    ("bad.csv", "id,name\n1,a\n2,b,c\n", false, "bad.csv: line 3"),
    ("bad.csv", "id,name\n1,\u{0}a\n2\n", false, "bad.csv: line 3"),
    ("bad.ndjson", "{\"id\":1}\n{\"id\":\n", false, "bad.ndjson: line 2"),
    ("bad.ndjson", "{\"id\":1}\n{\"id\":1,}\n", false, "bad.ndjson: line 2"),
    ("bad.ndjson", "{\"id\":1}\n[1]\n", false, "bad.ndjson: line 2"),
    ("bad.ndjson", "{\"id\":1}\n{\"id\":01}\n", false, "bad.ndjson: line 2"),
    // Rows that a schema does not allow: a null, a value out of range, one of another kind.
    ("bad.csv", "id,name\n1,a\n,b\n", true, "bad.csv: column id, line 3, byte"),
    ("bad.ndjson", "{\"id\":1}\n{\"name\":\"b\"}\n", true, "bad.ndjson: column id, line 2, byte"),
    ("bad.ndjson", "{\"id\":null}\n", true, "bad.ndjson: column id, line 1, byte"),
    ("bad.csv", "id,name\n2147483648,a\n", true, "bad.csv: column id, line 2, byte"),
    ("bad.ndjson", "{\"id\":-2147483649}\n", true, "bad.ndjson: column id, line 1, byte"),
    ("bad.csv", "id,name\n1.5,a\n", true, "bad.csv: column id, line 2, byte"),
    ("bad.ndjson", "{\"id\":\"1\"}\n", true, "bad.ndjson: column id, line 1, byte"),
  ])
  func rowsThatCannotBeStored(
    _ name: String, _ text: String, hasSchema: Bool, _ place: String
  ) throws {
    try parquet.write(text, to: name)
    try parquet.write(BadInputTests.schema, to: "schema.txt")
    let before = try parquet.names()
    let options = hasSchema ? ["--schema", "schema.txt"] : []
    for output in ["out.parquet", "out.ndjson2"] {
      let format = output == "out.parquet" ? "parquet" : "ndjson"
      let result = try parquet(["convert", name, output, "--to", format] + options)
      #expect(result.status == 1)
      #expect(result.output == "")
      #expect(result.errors.hasPrefix("parquet: \(place)"), "\(result.errors)")
      #expect(result.errors.filter { $0 == "\n" }.count == 1, "\(result.errors)")
      #expect(try parquet.names() == before)
    }
  }

  @Test func invalidUTF8IsNamedWithItsPlace() throws {
    try Data([UInt8]("id,name\n1,a\n2,".utf8) + [0xC3, 0x28, 0x0A]).write(
      to: URL(fileURLWithPath: parquet.path("bad.csv")))
    let result = try parquet("convert", "bad.csv", "out.parquet")
    #expect(result.status == 1)
    #expect(result.errors.hasPrefix("parquet: bad.csv: line 3"), "\(result.errors)")
    #expect(try parquet.names() == ["bad.csv", "in.csv"])
  }

  @Test(arguments: ["message rows {", "{\"name\":", "required int32 id;", "", "\u{FEFF}x"])
  func schemasThatCannotBe(_ text: String) throws {
    try parquet.write(text, to: "schema.txt")
    let result = try parquet("convert", "in.csv", "out.parquet", "--schema", "schema.txt")
    #expect(result.status == 1)
    #expect(result.errors.hasPrefix("parquet: schema.txt: "), "\(result.errors)")
    #expect(result.errors.filter { $0 == "\n" }.count == 1)
    #expect(try parquet.names() == ["in.csv", "schema.txt"])
  }

  /// Control characters of names and values cannot break the line or play with a terminal.
  @Test func messagesStayOneLine() throws {
    let result = try parquet("cat", "no\n\u{1b}[31mfile")
    expectFailure(
      result, 1,
      "parquet: no\\n\\u{1B}[31mfile: cannot be opened: No such file or directory")
  }

  @Test(arguments: [false, true])
  func diskFull(named: Bool) throws {
    let rows = (0..<20_000).map { "\($0),\($0 &* 2_654_435_761 % 1_000_003)" }
    try parquet.write("a,b\n" + rows.joined(separator: "\n") + "\n", to: "big.csv")
    let environment = named ? "PARQUET_TEST_FILE_CALLS=named " : ""
    let result = try parquet.shell(
      "trap '' XFSZ; ulimit -f 16; \(environment)exec $parquet convert big.csv out.parquet"
        + " --compression none --encoding plain")
    expectFailure(result, 1, "parquet: out.parquet: cannot be written: File too large")
    #expect(try parquet.names() == ["big.csv", "in.csv"])
  }
}
