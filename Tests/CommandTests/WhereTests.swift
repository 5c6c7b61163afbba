import Testing

/// `--where` and `--explain`.
@Suite struct WhereTests {
  let parquet: BuiltCommand

  init() throws {
    parquet = try BuiltCommand()
    try parquet.write(
      """
      {"id":1,"name":"a","price":"10.50","day":"2024-01-01","at":{"lat":1.5},"odd name":true}
      {"id":2,"name":null,"price":"7.00","day":"2024-02-29","at":null,"odd name":false}
      {"id":3,"name":"it's","price":null,"day":null,"at":{"lat":-2.25},"odd name":null}
      {"id":4,"name":"b","price":"-0.01","day":"2023-12-31","at":{"lat":null},"odd name":true}

      """, to: "in.ndjson")
    try parquet.write(
      """
      message schema {
        required int64 id;
        optional binary name (STRING);
        optional int64 price (DECIMAL(10,2));
        optional int32 day (DATE);
        optional group at { optional double lat; }
        optional boolean "odd name";
      }
      """, to: "schema")
    let made = try parquet(
      "convert", "in.ndjson", "file.parquet", "--schema", "schema", "--row-group-rows", "2",
      "--quiet")
    #expect(made.errors == "")
    #expect(made.status == 0)
  }

  @Test(arguments: [
    ("id > 1 and id <= 3", [2, 3]), ("id = 2 or name = 'it''s'", [2, 3]),
    ("not (name = 'a')", [3, 4]), ("NAME is null", []), ("name IS NULL", [2]),
    ("at.lat is not null", [1, 3]), ("at.lat < 0", [3]), ("\"odd name\" = true", [1, 4]),
    ("\"odd name\" != 'true'", [2]), ("day >= 2024-01-01", [1, 2]), ("day < '2024-01-01'", [4]),
    ("price in (10.5, '7.000')", [1, 2]), ("price not in (10.5)", [2, 4]),
    ("price > -0.02 and price<0", [4]),
    ("id=1 or id=2 and name is not null or (id=4)", [1, 4]), ("not not id != 1", [2, 3, 4]),
  ])
  func chooses(expression: String, ids: [Int]) throws {
    let result = try parquet("cat", "file.parquet", "--columns", "id", "--where", expression)
    if ids.isEmpty {
      #expect(result.status == 2)
    } else {
      #expect(result.output == ids.map { "{\"id\":\($0)}\n" }.joined())
      #expect(result.errors == "")
      #expect(
        try parquet("count", "file.parquet", "file.parquet", "--where", expression).output
          == "\(2 * ids.count)\n")
    }
  }

  @Test func offsetAndLimitCountTheRowsKept() throws {
    let some = try parquet(
      "cat", "file.parquet", "--columns", "id", "--where", "id != 2", "--offset", "1",
      "--limit", "1", "--format", "csv")
    #expect(some.output == "id\n3\n")
  }

  @Test func convertsTheRowsKept() throws {
    let made = try parquet(
      "convert", "file.parquet", "kept.parquet", "--where", "price is not null", "--quiet")
    #expect(made.status == 0, "\(made.errors)")
    #expect(
      try parquet("schema", "kept.parquet").output == parquet("schema", "file.parquet").output)
    #expect(
      try parquet("cat", "kept.parquet", "--columns", "id,price").output
        == "{\"id\":1,\"price\":\"10.50\"}\n{\"id\":2,\"price\":\"7.00\"}\n"
        + "{\"id\":4,\"price\":\"-0.01\"}\n")
    let text = try parquet(
      "convert", "file.parquet", "-", "--to", "csv", "--where", "id = 3", "--quiet")
    #expect(text.output.split(separator: "\n").map { $0.prefix(8) } == ["id,name,", "3,it's,,"])
  }

  @Test func explains() throws {
    let result = try parquet("count", "file.parquet", "--where", "id = 4", "--explain")
    #expect(result.output == "1\n")
    #expect(
      result.errors == """
        file.parquet: of 2 row groups, skipped by statistics 1, by dictionaries 0, by bloom filters 0, \
        by the page index 0
        file.parquet: of 1 page of the columns tested, skipped by the page index 0
        file.parquet: of 4 rows, tested 2, kept 1

        """)
  }

  @Test(arguments: [
    ("", "at character 1: a column's name is wanted, not the end"),
    ("id = 1 and", "at character 11: a column's name is wanted, not the end"),
    (
      "nam = 'a'",
      "there is no column nam, did you mean name? (valid: id, name, price, day, at.lat, odd name)"
    ),
    ("name = a", "at character 8: name is text: 'a' stands in single quotes"),
    ("name = 'a", "at character 8: the text's closing ' is missing"),
    ("id = null", "at character 6: nothing compares with null; write is null or is not null"),
    ("(id = 1", "at character 8: and, or, or ) is wanted, not the end"),
    ("id = 1 id = 2", "at character 8: and, or, or the end is wanted, not id"),
    ("id ! 1", "at character 4: ! stands alone; not equal is !="),
    (
      "id 1",
      "at character 4: one of = != < <= > >=, in, not in, is null, is not null is wanted, not 1"
    ),
    ("id in ()", "at character 8: a value (text and times in single quotes) is wanted, not )"),
    (
      "day = '2023-02-29'",
      "at character 7: day: '2023-02-29' is not DATE: YYYY-MM-DD"
    ),
    (
      "price < 1.005",
      "at character 9: price: '1.005' is not DECIMAL(10,2): at most 8 digits before the point and 2"
        + " after it"
    ),
  ])
  func refuses(expression: String, message: String) throws {
    expectFailure(
      try parquet("cat", "file.parquet", "--where=\(expression)"), 2,
      "parquet: cat: --where: \(message)")
  }

  @Test func refusesWhatHasNoMeaning() throws {
    expectFailure(
      try parquet("cat", "file.parquet", "--explain"), 2,
      "parquet: cat: --explain is for runs with --where")
    expectFailure(
      try parquet("convert", "in.ndjson", "out.parquet", "--where", "id = 1"), 2,
      "parquet: convert: --where is for Parquet; INPUT is ndjson")
    // Nothing is made by a run that is refused.
    _ = try parquet("convert", "file.parquet", "out.parquet", "--where", "nothing = 1")
    #expect(!(try parquet.names().contains { $0.hasPrefix("out") || $0.hasPrefix(".out") }))
    let deep = String(repeating: "(", count: 100_000)
    #expect(try parquet("cat", "file.parquet", "--where", deep).status == 2)
    let negated = String(repeating: "not ", count: 20_000)
    #expect(try parquet("cat", "file.parquet", "--where", negated).status == 2)
  }
}
