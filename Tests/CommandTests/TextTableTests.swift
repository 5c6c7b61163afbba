import Testing

@testable import CommandSupport

@Suite struct TextTableTests {
  private func table(_ rows: [[String]]) -> TextTable {
    var table = TextTable([
      .init("first_day"), .init("height", isNumber: true), .init("name", title: "what"),
    ])
    for row in rows { table.append(row) }
    return table
  }

  @Test func linesForPeople() {
    #expect(
      table([["1991-01-01", "7", "a b"], ["", "1234567", ""], ["x", "", "tab\there"]]).aligned == [
        "FIRST DAY    HEIGHT  WHAT",
        "1991-01-01        7  a b",
        "-           1234567  -",
        "x                 -  tab\\there",
      ])
    #expect(table([]).aligned == ["FIRST DAY  HEIGHT  WHAT"])
  }

  @Test func linesForPrograms() {
    #expect(
      table([["a", "", "b,c"], ["say \"x\"", "1", "two\nlines"]]).csv == [
        "first_day,height,name", "a,,\"b,c\"", "\"say \"\"x\"\"\",1,\"two\nlines\"",
      ])
    #expect(table([["\"", "\r", " "]]).csv[1] == "\"\"\"\",\"\r\", ")
  }

  @Test func linesForReports() {
    #expect(
      table([["a|b", "1", "<i>*x*_\n"]]).markdown == [
        "| first day | height | what |", "| --- | ---: | --- |",
        "| a\\|b | 1 | \\<i\\>\\*x\\*\\_\\\\n |",
      ])
  }
}
