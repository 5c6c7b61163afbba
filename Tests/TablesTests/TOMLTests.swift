import Parquet
import Testing

@testable import Tables

@Suite struct TOMLTests {
  private func read(_ text: String) throws(ParquetError) -> TOMLDocument {
    try TOMLDocument(Array(text.utf8))
  }

  @Test func tablesKeysAndValues() throws {
    let document = try read(
      """
      # before all
      first = 1
      [a]  # behind a table
      text = "x # no comment" # a comment
      'literal'
      """.replacing("'literal'", with: "literal = 'C:\\dir'\r\n\t[ b . c-d_9 ]\r\nkey=true"))
    #expect(document.tables.map(\.name) == ["a", "b.c-d_9"])
    #expect(document.tables.map(\.position.line) == [3, 6])
    #expect(document.tables.map(\.position.column) == [1, 2])
    #expect(document.entries.map(\.table) == ["", "a", "a", "b.c-d_9"])
    #expect(document.entries.map(\.key) == ["first", "text", "literal", "key"])
    #expect(
      document.entries.map(\.value) == [
        .integer(1), .string("x # no comment"), .string("C:\\dir"), .boolean(true),
      ])
    #expect(document.entries[1].position == .init(line: 4, column: 1))
    #expect(document.entries[1].valuePosition == .init(line: 4, column: 8))
    #expect(try read("").entries == [])
    #expect(try read("\u{FEFF}a = 1").entries.first?.position == .init(line: 1, column: 1))
    // One key in two tables is two keys.
    #expect(try read("a = 1\n[t]\na = 2\n[u]\na = 3").entries.count == 3)
  }

  @Test(
    arguments: [
      ("0", .integer(0)), ("+17", .integer(17)), ("-1_000", .integer(-1000)), ("-0", .integer(0)),
      ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
      ("1.5", .float(1.5)), ("-0.25", .float(-0.25)), ("1e3", .float(1000)),
      ("6.02_2E+2_3", .float(6.022e23)), ("5e-1", .float(0.5)), ("0.0", .float(0)),
      ("true", .boolean(true)), ("false", .boolean(false)),
      ("\"\"", .string("")), ("''", .string("")), ("'a\"b\\'", .string("a\"b\\")),
      (#""\b\t\n\f\r\"\\""#, .string("\u{8}\t\n\u{C}\r\"\\")),
      (#""\u00e9\U0001F327""#, .string("\u{E9}\u{1F327}")), ("\"\u{E9}\t\"", .string("\u{E9}\t")),
      ("[]", .array([])),
      ("[1, 'a', 2.5, true]", .array([.integer(1), .string("a"), .float(2.5), .boolean(true)])),
      ("[[1],[]]", .array([.array([.integer(1)]), .array([])])),
      ("[ # here\n\n  1, # there\r\n  2,\n]", .array([.integer(1), .integer(2)])),
    ] as [(String, TOMLDocument.Value)])
  func values(text: String, value: TOMLDocument.Value) throws {
    let document = try read("key = \(text) # rest\n")
    #expect(document.entries.map(\.value) == [value])
  }

  @Test(arguments: [
    ("a", 1, 2, "expected `=` behind the key a, not the end of the text"),
    ("a\n= 1", 1, 2, "expected `=` behind the key a, not the end of the line"),
    ("= 1", 1, 1, "expected a key, not `=`"),
    ("\n\n  a.b = 1", 3, 4, "dotted keys are not taken: write the key below its [table]"),
    ("\"a\" = 1", 1, 1, "quoted keys are not taken"),
    ("a = 1 b = 2", 1, 7, "expected the end of the line, not `b`"),
    ("a = 1\na = 2", 2, 1, "the key a stands twice"),
    ("[t]\nx = 1\n[t]", 3, 1, "the table [t] stands twice"),
    ("[[t]]", 1, 1, "arrays of tables are not taken"),
    ("[]", 1, 2, "expected a table's name, not `]`"),
    ("[a.]", 1, 4, "expected a table's name, not `]`"),
    ("[a", 1, 3, "expected `]` behind the table's name, not the end of the text"),
    ("[a b]", 1, 4, "expected `]` behind the table's name, not `b`"),
    ("['a']", 1, 2, "quoted keys are not taken"),
    ("[a] b", 1, 5, "expected the end of the line, not `b`"),
    ("a =", 1, 4, "expected a value, not the end of the text"),
    ("a = # x", 1, 5, "expected a value, not `#`"),
    ("a = {x = 1}", 1, 5, "inline tables are not taken"),
    ("a = \"x", 1, 5, "the string is not closed"),
    ("a = 'x\nb = 1'", 1, 5, "the string is not closed"),
    ("a = \"\"\"x\"\"\"", 1, 5, "strings of several lines are not taken"),
    ("a = '''x'''", 1, 5, "strings of several lines are not taken"),
    (
      "a = \"x\\q\"", 1, 7,
      "there is no escape \\q (valid: \\b \\t \\n \\f \\r \\\" \\\\ \\u \\U)"
    ),
    ("a = \"\\ud800\"", 1, 6, "\\u needs the 4 hexadecimal digits of a character"),
    ("a = \"\\u12\"", 1, 6, "\\u needs the 4 hexadecimal digits of a character"),
    ("a = \"\\U00110000\"", 1, 6, "\\U needs the 8 hexadecimal digits of a character"),
    ("a = \"\\", 1, 6, "an escape has no letter"),
    ("a = \"\u{7F}\"", 1, 6, "a string holds the control character `\\u{7F}`"),
    ("# \u{1}", 1, 3, "a comment holds the control character `\\u{01}`"),
    ("a = 1\r", 1, 6, "expected the end of the line, not `\\r`"),
    ("a = [1", 1, 5, "the array is not closed"),
    ("a = [1,\n", 1, 5, "the array is not closed"),
    ("a = [1 2]", 1, 8, "expected `,` or `]` in the array, not `2`"),
    ("a = [,]", 1, 6, "expected a value, not `,`"),
    ("a = inf", 1, 5, "inf is not taken: numbers are finite"),
    ("a = -nan", 1, 5, "-nan is not taken: numbers are finite"),
    ("a = 0x10", 1, 5, "the number 0x10 is not taken: numbers are decimal"),
    ("a = 007", 1, 5, "the number 007 begins with 0"),
    ("a = 1__0", 1, 5, "expected a string, a number, true, false or an array, not `1__0`"),
    ("a = 1_", 1, 5, "expected a string, a number, true, false or an array, not `1_`"),
    ("a = 1.", 1, 5, "expected a string, a number, true, false or an array, not `1.`"),
    ("a = 1e", 1, 5, "expected a string, a number, true, false or an array, not `1e`"),
    ("a = yes", 1, 5, "expected a string, a number, true, false or an array, not `yes`"),
    ("a = True", 1, 5, "expected a string, a number, true, false or an array, not `True`"),
    ("a = 1e999", 1, 5, "the number 1e999 is too large"),
    ("a = 9223372036854775808", 1, 5, "the number 9223372036854775808 does not fit 64 bits"),
    ("a = 2024-02-29", 1, 5, "dates and times are not taken: write 2024-02-29 as a string"),
    ("a = 07:30:00", 1, 5, "dates and times are not taken: write 07:30:00 as a string"),
    ("a = 17:30:00", 1, 5, "dates and times are not taken: write 17:30:00 as a string"),
  ])
  func faults(text: String, line: Int, column: Int, message: String) {
    let error = #expect(throws: ParquetError.self) { try read(text) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.context.line == line)
    #expect(error?.message == "at character \(column): \(message)")
  }

  @Test func nestingHasAnEnd() throws {
    let deep = { (n: Int) in
      "a = " + String(repeating: "[", count: n) + String(repeating: "]", count: n)
    }
    #expect(try read(deep(64)).entries.count == 1)
    let error = #expect(throws: ParquetError.self) { try read(deep(65)) }
    #expect(error?.message == "at character 69: arrays are nested too deep")
  }

  @Test func whatIsNoUTF8() {
    let error = #expect(throws: ParquetError.self) {
      try TOMLDocument(Array("a = 1\nb = '".utf8) + [0xE9] + Array("'\n".utf8))
    }
    #expect(error?.message == "the text is not UTF-8")
    #expect(error?.context.line == 2)
  }
}
