import Parquet
import Testing

@testable import Tables

/// Texts of configurations that are refused, and texts that came about by chance.
@Suite struct ConfigurationFaultTests {
  @Test(arguments: [
    ("a: &x 1", 1, 4, "anchors are not taken: `&` begins a text in quotes alone"),
    ("&x a: 1", 1, 1, "anchors are not taken: `&` begins a text in quotes alone"),
    ("a: 1\nb: *x", 2, 4, "aliases are not taken: `*` begins a text in quotes alone"),
    ("a: !!str 1", 1, 4, "tags are not taken: `!` begins a text in quotes alone"),
    ("a: @x", 1, 4, "expected a value, not `@`, which begins a text in quotes alone"),
    ("a: [|]", 1, 5, "expected a value, not `|`, which begins a text in quotes alone"),
    ("? a", 1, 1, "keys marked by `?` are not taken"),
    ("a: - b", 1, 4, "expected a value, not `-`: a list begins on a line of its own"),
    ("<<: {a: 1}", 1, 1, "merge keys are not taken"),
    ("%YAML 1.2\n---\na: 1", 1, 1, "directives are not taken"),
    ("a: 1\n---\nb: 2", 2, 1, "several documents are not taken"),
    ("---\n---\n", 2, 1, "several documents are not taken"),
    ("a: 1\na: 2", 2, 1, "the key a stands twice"),
    ("a: {b: 1, b: 2}", 1, 11, "the key b stands twice"),
    ("a:\n\tb: 1", 2, 1, "tabs are not taken as indentation: expected blanks"),
    ("-\ta: 1", 1, 2, "tabs are not taken as indentation: expected blanks"),
    (
      "a:\n    b: 1\n  c: 2", 3, 3,
      "expected a key with 0 blanks before it, as the one above has, not 2"
    ),
    (
      "- 1\n - 2", 2, 2,
      "expected an entry with 0 blanks before it, as the one above has, not 1"
    ),
    ("a: 1\n- 2", 2, 1, "expected a key, not the `-` of a list"),
    ("- 1\na: 2", 2, 1, "expected the end of the text, not `a`"),
    ("a: 1\nb", 2, 2, "expected `:` and a blank behind a key, not the end of the text"),
    ("a: 1\nb:2", 2, 4, "expected `:` and a blank behind a key, not the end of the text"),
    ("a: 1\n: 2", 2, 1, "expected a key, not `:`"),
    ("a: b: c", 1, 5, "expected the end of the line, not `:`: a text with `: ` stands in quotes"),
    ("a: 'b' c", 1, 8, "expected the end of the line, not `c`"),
    ("a: 'b'#c", 1, 7, "expected the end of the line, not `#`"),
    ("a: [b", 1, 4, "the bracket is not closed on its line: expected `]`"),
    ("a: [b,\nc]", 1, 4, "the bracket is not closed on its line: expected `]`"),
    ("a: {b: 1", 1, 4, "the bracket is not closed on its line: expected `}`"),
    ("a: {b: 1]", 1, 9, "expected `,` or `}`, not `]`"),
    ("a: [b: c]", 1, 6, "expected `,` or `]`, not `:`"),
    ("a: [b, , c]", 1, 8, "expected a value, not `,`"),
    ("a: {b}", 1, 6, "expected `:` and a blank behind the key, not `}`"),
    ("a: {b:1}", 1, 8, "expected `:` and a blank behind the key, not `}`"),
    ("a: ]", 1, 4, "expected a value, not `]`"),
    ("a: 'b", 1, 4, "the text is not closed on its line: expected `'`"),
    ("a: \"b\n\"", 1, 4, "the text is not closed on its line: expected `\"`"),
    ("a: \"\\", 1, 5, "an escape has no letter"),
    ("a: \"\\x4\"", 1, 5, "\\x needs 2 hexadecimal digits"),
    ("a: \"\\ud800\"", 1, 5, "the escape is no character"),
    ("a: \"\\ud800\\u0041\"", 1, 5, "the escape is half a character"),
    ("a: \"\\U00110000\"", 1, 5, "the escape is no character"),
    ("a: b\u{1}", 1, 5, "a text holds the control character `\\u{01}`"),
    ("# \u{7F}", 1, 3, "a comment holds the control character `\\u{7F}`"),
    ("a: |2\n  x", 1, 5, "an indentation behind `|` or `>` is not taken"),
    ("a: | x", 1, 6, "expected the end of the line, not `x`"),
    (
      "a: 1\nb: x${M}", 2, 4,
      "the variable M is not set: set it, or give a default, as `${NAME:-default}`"
    ),
    ("a: ${M", 1, 4, "a variable is not closed: expected `}`, or `$${` for `${`"),
    (
      "a: \"${M-x}\"", 1, 4,
      "`${M-x}` is no variable: expected `${NAME}` or `${NAME:-default}`, or `$${` for `${`"
    ),
    (
      "a: ${1}", 1, 4,
      "`${1}` is no variable: expected `${NAME}` or `${NAME:-default}`, or `$${` for `${`"
    ),
    (
      "a: \"${M:-${N}}\"", 1, 4,
      "the default of a variable holds a `{`: variables are not nested"
    ),
  ])
  func yaml(text: String, line: Int, column: Int, message: String) {
    let error = #expect(throws: ParquetError.self) { try configuration(text) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.context.line == line)
    #expect(error?.message == "at character \(column): \(message)")
  }

  @Test(arguments: [
    ("", 1, 1, "expected a value, not the end of the text"),
    ("{\n", 1, 1, "the object is not closed"),
    ("{\"a\": 1,}", 1, 9, "expected a key in double quotes, not `}`"),
    ("{a: 1}", 1, 2, "expected a key in double quotes, not `a`"),
    ("{\"a\" 1}", 1, 6, "expected `:` behind the key, not `1`"),
    ("{\"a\": 1\n\"b\": 2}", 2, 1, "expected `,` or `}`, not `\"`"),
    ("{\"a\": 1, \"a\": 2}", 1, 10, "the key a stands twice"),
    ("[1", 1, 1, "the array is not closed"),
    ("[1,", 1, 1, "the array is not closed"),
    ("[1,]", 1, 4, "expected a value, not `]`"),
    ("[1 2]", 1, 4, "expected `,` or `]`, not `2`"),
    ("[1] x", 1, 5, "expected the end of the text, not `x`"),
    ("\"a\tb\"", 1, 3, "a text holds a tab: write \\t"),
    ("\"a", 1, 1, "the text is not closed on its line: expected `\"`"),
    ("\"\\x41\"", 1, 2, "there is no escape \\x (valid: \\b \\t \\n \\f \\r \\\" \\\\ \\/ \\u)"),
    (
      "\n\"${M}\"", 2, 1,
      "the variable M is not set: set it, or give a default, as `${NAME:-default}`"
    ),
  ])
  func json(text: String, line: Int, column: Int, message: String) {
    let error = #expect(throws: ParquetError.self) { try configuration(text, .json) }
    #expect(error?.context.line == line)
    #expect(error?.message == "at character \(column): \(message)")
  }

  @Test(arguments: ["01", "1.", ".5", "+1", "1e", "-", "True", "NaN", "0x1", "'a'", "nul", "1_0"])
  func jsonWords(word: String) {
    let error = #expect(throws: ParquetError.self) { try configuration(" \(word)", .json) }
    let message =
      "at character 2: expected a text in double quotes, a number, true, false, null, an array or"
      + " an object, not `\(word)`"
    #expect(error?.message == message)
  }

  @Test func whatIsNoUTF8() {
    let error = #expect(throws: ParquetError.self) {
      try ConfigurationValue(Array("a: 1\nb: ".utf8) + [0xE9], format: .yaml) { _ in nil }
    }
    #expect(error?.message == "the text is not UTF-8")
    #expect(error?.context.line == 2)
  }

  @Test func nestingAndSizeHaveAnEnd() throws {
    let deep = { (open: String, count: Int, close: String) in
      String(repeating: open, count: count) + "1" + String(repeating: close, count: count)
    }
    _ = try configuration(deep("[", 64, "]"))
    _ = try configuration(deep("[", 64, "]"), .json)
    _ = try configuration(deep("- ", 64, ""))
    let message = "lists and mappings are nested too deep, of at most 64"
    for open in ["[", "- ", "{a: "] {
      let error = #expect(throws: ParquetError.self) {
        try configuration("k:\n  " + deep(open, 100_000, ""))
      }
      #expect(error?.message.hasSuffix(message) == true)
    }
    let error = #expect(throws: ParquetError.self) {
      try configuration(deep("[", 100_000, ""), .json)
    }
    #expect(error?.message == "at character 65: an array is nested too deep, of at most 64")
    let long = [UInt8](repeating: 0x20, count: ConfigurationValue.largestByteCount + 1)
    let size = #expect(throws: ParquetError.self) {
      try ConfigurationValue(long, format: .yaml) { _ in nil }
    }
    #expect(size?.code == .limitExceeded)
  }

  /// Long texts that work in squares of their length would not get through.
  @Test(arguments: [
    "${", "$${", "[", "'", "\"", "a: ", "#", " ", "\n", "- ", "${N}", "{", ":", "|\n", "\t",
  ])
  func longTextsTakeNoSquares(part: String) {
    let text = String(repeating: part, count: 40_000 / part.utf8.count)
    for start in ["", "k: ", "k: [", "- \"", "k: |\n  "] {
      _ = try? configuration(start + text)
    }
    _ = try? configuration("[\"" + text, .json)
  }

  static let sample = """
    # An archive
    ---
    pipelines:
      p1:  # the first
        source: {type: "Ledgers", start: ${N}, 'x': [1, -2.5, true, ~]}
        consumers:
        - type: SaveToParquet
          config:
            local_path: "${HOME}/data\\t\\u00e9"
            note: |-
              several

                lines
            other: >
              folded
              text
            "b": 'it''s'
    ...

    """

  static let jsonSample = """
    {"type": "SaveToParquet", "config": {"a": [1, -2.5e3, true, null, {"x": {}}],
      "text": "${HOME}/\\u00e9\\ud83d\\ude00 ${M:-x} $${y}", "empty": []}}
    """

  @Test func cutAnywhere() {
    for (text, format) in [
      (ConfigurationFaultTests.sample, ConfigurationValue.Format.yaml),
      (ConfigurationFaultTests.jsonSample, .json),
    ] {
      let bytes = Array(text.utf8)
      var valueCount = 0
      for count in 0...bytes.count {
        let value = try? ConfigurationValue(Array(bytes[..<count]), format: format) {
          variables[$0]
        }
        valueCount += value == nil ? 0 : 1
      }
      #expect(valueCount > 0)
    }
  }

  @Test func changedAnyhow() throws {
    let marks = Array(" \n\t:-#[]{},'\"|>&*!%@`?$~.\\0eE+x\r\u{E9}".utf8)
    for seed in 0..<20_000 as Range<UInt64> {
      var random = SeededRandom(seed: seed)
      let isJSON = seed % 3 == 0
      let text = isJSON ? ConfigurationFaultTests.jsonSample : ConfigurationFaultTests.sample
      var bytes = Array(text.utf8)
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        let mark = marks[Int.random(in: 0..<marks.count, using: &random)]
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[at] = mark
        case 1: bytes.insert(mark, at: at)
        case 2: bytes.removeSubrange(at..<min(bytes.count, at + 7))
        default:
          let end = min(bytes.count, at + 20)
          bytes.insert(contentsOf: bytes[at..<end], at: 0)
        }
        if bytes.isEmpty { break }
      }
      do throws(ParquetError) {
        _ = try ConfigurationValue(bytes, format: isJSON ? .json : .yaml) { variables[$0] }
      } catch {
        #expect(error.context.line != nil, "seed \(seed): \(error)")
      }
    }
  }
}
