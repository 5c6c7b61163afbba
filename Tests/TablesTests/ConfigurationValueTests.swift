import Parquet
import Testing

@testable import Tables

/// What a value is, without its place.
indirect enum Plain: Hashable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([Plain])
  case mapping([String: Plain])

  init(_ value: ConfigurationValue) {
    switch value.content {
    case .null: self = .null
    case .boolean(let value): self = .boolean(value)
    case .integer(let number): self = .integer(number)
    case .number(let number): self = .number(number)
    case .string(let text): self = .string(text)
    case .array(let values): self = .array(values.map(Plain.init))
    case .mapping(let members):
      self = .mapping(
        Dictionary(uniqueKeysWithValues: members.map { ($0.key, Plain($0.value)) }))
    }
  }
}

let variables = ["HOME": "/home/a", "N": "17", "EMPTY": "", "TEXT": "x: # y ${N}", "T_1": "true"]

func configuration(
  _ text: String, _ format: ConfigurationValue.Format = .yaml
) throws(ParquetError) -> ConfigurationValue {
  try ConfigurationValue(Array(text.utf8), format: format) { variables[$0] }
}

@Suite struct ConfigurationValueTests {
  @Test func placesAndOrder() throws {
    let value = try configuration("# first\n---\nb:\n  - x\n  -   y: 'z'\na: 5\n")
    guard case .mapping(let members) = value.content else {
      Issue.record("no mapping")
      return
    }
    #expect(members.map(\.key) == ["b", "a"])
    #expect(members.map(\.position) == [.init(line: 3, column: 1), .init(line: 6, column: 1)])
    #expect(members[0].value.position == .init(line: 4, column: 3))
    #expect(members[1].value.position == .init(line: 6, column: 4))
    #expect(members[1].value.text == "5")
    #expect(value.value(at: "a") == members[1].value)
    #expect(value.value(at: "c") == nil)
    guard case .array(let entries) = members[0].value.content else {
      Issue.record("no list")
      return
    }
    #expect(entries[1].value(at: "y")?.position == .init(line: 5, column: 10))
    let json = try configuration("{\n \"a\": [1, \"b\"]}", .json)
    #expect(json.value(at: "a")?.position == .init(line: 2, column: 7))
  }

  @Test(
    arguments: [
      ("", .null), ("~", .null), ("null", .null), ("true", .boolean(true)),
      ("False", .boolean(false)), ("yes", .string("yes")), ("0", .integer(0)),
      ("-17", .integer(-17)), ("+5", .integer(5)), ("007", .integer(7)),
      ("9223372036854775807", .integer(.max)), ("9223372036854775808", .number(0x1p63)),
      ("128.0", .number(128)), ("1.", .number(1)), (".5", .number(0.5)), ("1e3", .number(1000)),
      ("-2.5E-1", .number(-0.25)), ("1e999", .number(.infinity)), (".", .string(".")),
      ("1e", .string("1e")), ("1_000", .string("1_000")), ("0x10", .string("0x10")),
      (".inf", .string(".inf")), ("-", .null), ("--", .string("--")),
      ("a b  ", .string("a b")), ("a#b", .string("a#b")), ("a:b", .string("a:b")),
      ("http://x/?a=b", .string("http://x/?a=b")), ("-x", .string("-x")), ("?x", .string("?x")),
      ("~/data", .string("~/data")), ("a, b]", .string("a, b]")),
      ("'it''s ${N} \\n'", .string("it's ${N} \\n")), ("''", .string("")),
      ("\"a\\tb\\n\\\"\\\\\\/\"", .string("a\tb\n\"\\/")),
      (
        "\"\\0\\a\\b\\v\\f\\r\\e\\ \\N\\_\\L\\P\"",
        .string("\0\u{7}\u{8}\u{B}\u{C}\r\u{1B} \u{85}\u{A0}\u{2028}\u{2029}")
      ),
      ("\"\\x41\\u00e9\\U0001F327\\ud83d\\ude00\"", .string("A\u{E9}\u{1F327}\u{1F600}")),
      ("[]", .array([])), ("{}", .mapping([:])),
      ("[a, 'b', 3, ]", .array([.string("a"), .string("b"), .integer(3)])),
      (
        "[[1], {a: b, 'c': , \"d\":5}]",
        .array([
          .array([.integer(1)]),
          .mapping(["a": .string("b"), "c": .null, "d": .integer(5)]),
        ])
      ),
      ("[a:b, http://x]", .array([.string("a:b"), .string("http://x")])),
    ] as [(String, Plain)])
  func scalars(text: String, expected: Plain) throws {
    if text != "-" {
      let value = try configuration("key: \(text) # rest\r\nnext: 1")
      #expect(Plain(value) == .mapping(["key": expected, "next": .integer(1)]))
    }
    let list = try configuration("- \(text)\n- 2")
    let first: Plain = text == "-" ? .array([.null]) : expected
    #expect(Plain(list) == .array([first, .integer(2)]))
  }

  @Test(
    arguments: [
      ("", .null), ("# only\n\n", .null), ("---\n...\n", .null),
      ("a:\nb:\n", .mapping(["a": .null, "b": .null])),
      (
        "a:\n- 1\n- 2\nb: 3",
        .mapping(["a": .array([.integer(1), .integer(2)]), "b": .integer(3)])
      ),
      (
        "a:\n  b:\n    c: 1\n  d: 2\n",
        .mapping([
          "a": .mapping(["b": .mapping(["c": .integer(1)]), "d": .integer(2)])
        ])
      ),
      (
        "- a: 1\n  b: 2\n- c: 3\n",
        .array([
          .mapping(["a": .integer(1), "b": .integer(2)]), .mapping(["c": .integer(3)]),
        ])
      ),
      (
        "- - 1\n  - 2\n-\n  - 3\n-\n",
        .array([
          .array([.integer(1), .integer(2)]), .array([.integer(3)]), .null,
        ])
      ),
      ("\u{FEFF}a:   # comment\n\t# tab\n   \t\n  1\n", .mapping(["a": .integer(1)])),
      (
        "\"a b\" : 1\n'c: d': 2\ne f: 3\n",
        .mapping([
          "a b": .integer(1), "c: d": .integer(2), "e f": .integer(3),
        ])
      ),
      ("---  # start\na: 1\n...\n# end\n", .mapping(["a": .integer(1)])),
      (
        "a: |\n  one\n   two\n\n  three\n\nb: 1",
        .mapping([
          "a": .string("one\n two\n\nthree\n"), "b": .integer(1),
        ])
      ),
      ("a: |-\n  ${N}\n", .mapping(["a": .string("${N}")])),
      ("a: |+ # keep\n  x\n\n\n", .mapping(["a": .string("x\n\n\n")])),
      (
        "a: >\n  one\n  two\n\n  three\n   four\n  five\n",
        .mapping([
          "a": .string("one two\nthree\n four\nfive\n")
        ])
      ),
      ("- |\n- >-\n  x\n", .array([.string(""), .string("x")])),
      ("5", .integer(5)), ("[1, 2]", .array([.integer(1), .integer(2)])),
    ] as [(String, Plain)])
  func blocks(text: String, expected: Plain) throws {
    #expect(Plain(try configuration(text)) == expected)
    let other = text.replacing("\n", with: "\r\n")
    #expect(Plain(try configuration(other)) == expected)
  }

  @Test(
    arguments: [
      ("${N}", .integer(17)), ("${M:-5}", .integer(5)), ("${EMPTY:-5}", .integer(5)),
      ("${EMPTY}", .null), ("${M:-}", .null), ("${T_1}", .boolean(true)),
      ("\"${N}\"", .string("17")), ("'${N}'", .string("${N}")), ("a${N}b", .string("a17b")),
      ("${HOME}/${M:-x}", .string("/home/a/x")), ("${M:-a: b # c}", .string("a: b # c")),
      ("${TEXT}", .string("x: # y ${N}")), ("$${N}", .string("${N}")),
      ("\"$${N}$N$\"", .string("${N}$N$")), ("$N", .string("$N")), ("$", .string("$")),
      ("[${M:-a,b}, ${N}]", .array([.string("a,b"), .integer(17)])),
      ("{a: ${N}}", .mapping(["a": .integer(17)])),
    ] as [(String, Plain)])
  func variablesInYAML(text: String, expected: Plain) throws {
    #expect(Plain(try configuration("k: \(text)")) == .mapping(["k": expected]))
    #expect(Plain(try configuration("- \(text) # x")) == .array([expected]))
  }

  @Test(
    arguments: [
      ("null", .null), (" true ", .boolean(true)), ("-0", .integer(0)), ("12", .integer(12)),
      ("1.5e2", .number(150)), ("[]", .array([])), ("{}", .mapping([:])),
      (
        "[1,\r\n\t2 , {\"a\":\"b\"}]",
        .array([.integer(1), .integer(2), .mapping(["a": .string("b")])])
      ),
      ("\"\\u00e9\\ud83d\\ude00\\/\\b\"", .string("\u{E9}\u{1F600}/\u{8}")),
      ("\"${N}${M:-x}$${N}\"", .string("17x${N}")),
      ("{\"${N}\": 1}", .mapping(["${N}": .integer(1)])),
      ("\"${M:-\\\"}\"", .string("\"")),
    ] as [(String, Plain)])
  func json(text: String, expected: Plain) throws {
    #expect(Plain(try configuration(text, .json)) == expected)
  }

  @Test func formats() {
    typealias Format = ConfigurationValue.Format
    #expect(Format(name: "a.yaml", text: Array(" \n{".utf8)) == .json)
    #expect(Format(name: "a.yaml", text: Array("\u{FEFF}{".utf8)) == .json)
    #expect(Format(name: "a.yaml", text: Array("a: {".utf8)) == .yaml)
    #expect(Format(name: "a.JSON", text: []) == .json)
    #expect(Format(name: "a", text: []) == .yaml)
  }

  @Test func textsWithoutAFile() {
    let start = TextPosition(line: 1, column: 1)
    #expect(ConfigurationValue(plain: "12", at: start).content == .integer(12))
    #expect(ConfigurationValue(text: "12", at: start).content == .string("12"))
    #expect(ConfigurationValue(text: "a\nb", at: start).found == "the text `a\\nb`")
    #expect(ConfigurationValue(plain: "1.50", at: start).found == "1.50")
  }
}
