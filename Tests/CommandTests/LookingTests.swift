import Foundation
import Testing

/// What the commands that look at files print.
@Suite struct LookingTests {
  let parquet: BuiltCommand

  init() throws {
    parquet = try BuiltCommand()
    try parquet.write(
      """
      {"id":1,"name":"a","tags":["x","y"],"at":{"lat":1.5,"lon":null}}
      {"id":2,"name":null,"tags":[],"at":null}
      {"id":3,"name":"c","tags":null,"at":{"lat":-2.25,"lon":7.5}}

      """, to: "in.ndjson")
    let made = try parquet(
      "convert", "in.ndjson", "file.parquet", "--row-group-rows", "2", "--metadata", "k=v",
      "--compression", "zstd:3", "--quiet")
    #expect(made.status == 0)
    #expect(made.errors == "")
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func rowsComeBackAsTheyWere() throws {
    #expect(try parquet("cat", "file.parquet").output == parquet.text(of: "in.ndjson"))
    #expect(
      try parquet(
        "cat", "file.parquet", "--offset", "1", "--limit", "1", "--columns", "name,at.lat"
      )
      .output == "{\"name\":null,\"at\":null}\n")
    #expect(
      try parquet(
        "cat", "file.parquet", "file.parquet", "--offset", "2", "--limit", "2",
        "--columns", "id,name", "--format", "csv"
      ).output == "id,name\n3,c\n1,a\n")
    #expect(try parquet("cat", "file.parquet", "--limit", "0").output == "")
    #expect(try parquet("cat", "file.parquet", "--offset", "99").output == "")
  }

  /// Columns of lists are named as the file has them or as rows show them.
  @Test(arguments: ["tags", "tags.element", "tags.list.element"])
  func columnsOfLists(_ name: String) throws {
    #expect(
      try parquet("cat", "file.parquet", "--columns", name).output
        == "{\"tags\":[\"x\",\"y\"]}\n{\"tags\":[]}\n{\"tags\":null}\n")
    #expect(try parquet("stats", "file.parquet", "--columns", name).status == 0)
  }

  @Test func columnsThatAreNotThereAreNamed() throws {
    let result = try parquet("cat", "file.parquet", "--columns", "id,tags.elemnt")
    #expect(result.status == 2)
    #expect(result.output == "")
    #expect(result.errors.contains("there is no column tags.elemnt, did you mean tags.element?"))
    #expect(result.errors.contains("(valid: id, name, tags.list.element, at.lat, at.lon)"))
  }

  @Test func counts() throws {
    #expect(try parquet("count", "file.parquet", "file.parquet").output == "6\n")
  }

  @Test func schemasCanBeGivenBack() throws {
    for format in ["text", "json"] {
      let schema = try parquet("schema", "file.parquet", "--format", format)
      #expect(schema.status == 0)
      try parquet.write(schema.output, to: "schema")
      let made = try parquet(
        "convert", "in.ndjson", "again.parquet", "--schema", "schema", "--overwrite", "--quiet")
      #expect(made.status == 0, "\(made.errors)")
      #expect(try parquet("schema", "again.parquet", "--format", format).output == schema.output)
      #expect(try parquet("cat", "again.parquet").output == parquet.text(of: "in.ndjson"))
    }
  }

  @Test func inspectAsJSON() throws {
    let file = try json(
      try parquet("inspect", "file.parquet", "--pages", "--format", "json").output)
    #expect(file["rowCount"] as? Int == 3)
    #expect(file["columnCount"] as? Int == 5)
    #expect(file["byteCount"] as? Int == (try parquet.bytes(of: "file.parquet").count))
    let pairs = try #require(file["keyValues"] as? [[String: String]])
    #expect(pairs == [["key": "k", "value": "v"]])
    let groups = try #require(file["rowGroups"] as? [[String: Any]])
    #expect(groups.map { $0["rowCount"] as? Int } == [2, 1])
    let columns = try #require(groups[0]["columns"] as? [[String: Any]])
    #expect(
      columns.map { $0["path"] as? String }
        == ["id", "name", "tags.list.element", "at.lat", "at.lon"])
    #expect(columns.allSatisfy { $0["codec"] as? String == "ZSTD" })
    let statistics = try #require(columns[0]["statistics"] as? [String: Any])
    #expect(statistics["minimum"] as? Int == 1)
    #expect(statistics["maximum"] as? Int == 2)
    #expect(statistics["nullCount"] as? Int == 0)
    for column in columns {
      let pages = try #require(column["pages"] as? [[String: Any]])
      let values = pages.filter { $0["type"] as? String != "DICTIONARY_PAGE" }
        .compactMap { $0["valueCount"] as? Int }
      #expect(values.reduce(0, +) == column["valueCount"] as? Int)
    }
  }

  @Test func inspectAsText() throws {
    let text = try parquet("inspect", "file.parquet", "--pages").output
    #expect(text.hasPrefix("file.parquet\n  3 rows in 2 row groups of 5 columns, "))
    #expect(text.contains("\n  metadata k = v\n"))
    #expect(text.contains("\nrow group 1: 1 row, "))
    #expect(text.contains("\n  name: BYTE_ARRAY STRING\n    ZSTD, "))
    #expect(text.contains("DATA_PAGE, "))
  }

  @Test func verifies() throws {
    let good = try parquet("verify", "file.parquet")
    #expect(good.status == 0)
    #expect(good.output == "")
    #expect(good.errors == "file.parquet: 3 rows, no fault\n")

    var bytes = try parquet.bytes(of: "file.parquet")
    bytes[0] = 0
    try bytes.write(to: URL(fileURLWithPath: parquet.path("bad.parquet")))
    let bad = try parquet("verify", "bad.parquet", "none.parquet", "file.parquet", "--quiet")
    #expect(bad.status == 1)
    let lines = bad.output.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first?.hasPrefix("bad.parquet: byte 0: ") == true)
    #expect(lines.last?.hasPrefix("none.parquet: cannot be opened: ") == true)
  }

  /// Parquet to Parquet keeps rows, schema and key-values, and takes the writer's options.
  @Test func rewrites() throws {
    let made = try parquet(
      "convert", "file.parquet", "new.parquet", "--compression", "gzip", "--metadata", "x=y",
      "--encoding", "id=plain", "--statistics", "none", "--quiet")
    #expect(made.status == 0, "\(made.errors)")
    #expect(try parquet("cat", "new.parquet").output == parquet.text(of: "in.ndjson"))
    #expect(
      try parquet("schema", "new.parquet").output == parquet("schema", "file.parquet").output)
    let file = try json(try parquet("inspect", "new.parquet", "--format", "json").output)
    #expect(
      file["keyValues"] as? [[String: String]]
        == [["key": "k", "value": "v"], ["key": "x", "value": "y"]])
  }

  @Test func rejectsAreCounted() throws {
    try parquet.write("{\"id\":1}\n{\"id\":}\n{\"id\":3}\n", to: "some.ndjson")
    let lenient = try parquet(
      "convert", "some.ndjson", "some.parquet", "--reject", "bad", "--quiet")
    #expect(lenient.status == 0)
    #expect(lenient.errors == "parquet: some.ndjson: 1 row rejected, see bad\n")
    #expect(try parquet("cat", "some.parquet").output == "{\"id\":1}\n{\"id\":3}\n")
    #expect(try parquet.text(of: "bad").hasPrefix("{\"line\":2,"))
    let strict = try parquet(
      "convert", "some.ndjson", "some.parquet", "--reject", "bad", "--strict", "--overwrite",
      "--quiet")
    #expect(strict.status == 1)
  }

  @Test func helpIsEverywhere() throws {
    #expect(try parquet("--version").output.hasPrefix("parquet 0."))
    let overview = try parquet("help")
    #expect(overview.status == 0)
    #expect(overview.errors == "")
    for command in [
      "schema", "inspect", "cat", "count", "stats", "verify", "convert", "concat", "midas convert",
      "midas stations", "midas validate",
    ] {
      #expect(overview.output.contains("\n  \(command) "))
      let words = command.split(separator: " ").map(String.init)
      let page = try parquet(["help"] + words)
      #expect(page.status == 0)
      #expect(page.output.hasPrefix("usage: parquet \(command) "))
      #expect(page.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
      #expect(try parquet(words + ["--help"]).output == page.output)
    }
  }
}
