import Foundation
import Testing

/// `--sort` and `--profile` on the command line.
@Suite struct SortAndProfileTests {
  let parquet: BuiltCommand

  init() throws {
    parquet = try BuiltCommand()
    try parquet.write("Id,Name\n2,b\n,c\n1,a\n3,b\n", to: "in.csv")
  }

  private func rows(_ options: [String]) throws -> String {
    let made = try parquet(
      ["convert", "in.csv", "out.parquet", "--quiet", "--overwrite"] + options)
    #expect(made.errors == "")
    let verified = try parquet("verify", "out.parquet", "--quiet")
    #expect(verified.status == 0)
    return try parquet("cat", "out.parquet", "--format", "csv").output
  }

  @Test func rowsAreSorted() throws {
    #expect(try rows(["--sort", "Id"]) == "Id,Name\n1,a\n2,b\n3,b\n,c\n")
    #expect(try rows(["--sort", "Id:desc"]) == "Id,Name\n3,b\n2,b\n1,a\n,c\n")
    #expect(try rows(["--sort=Id:desc:nulls_first"]) == "Id,Name\n,c\n3,b\n2,b\n1,a\n")
    #expect(try rows(["--sort", "Name:desc,Id:asc"]) == "Id,Name\n,c\n2,b\n3,b\n1,a\n")
    #expect(
      try rows(["--sort", "Id", "--row-group-rows", "2"]) == "Id,Name\n2,b\n,c\n1,a\n3,b\n")
    let shown = try parquet("inspect", "out.parquet").output
    #expect(shown.contains("  sorted by Id, nulls last\n"))
  }

  /// A colon of a name is part of it unless one of the known words stands behind.
  @Test func namesWithColons() throws {
    try parquet.write("a:b,c\n2,x\n1,y\n", to: "in.csv")
    #expect(try rows(["--sort", "a:b"]) == "a:b,c\n1,y\n2,x\n")
    #expect(try rows(["--sort", "\"a:b\":desc,c"]) == "a:b,c\n2,x\n1,y\n")
  }

  @Test(arguments: [
    (["--sort", "id"], "--sort: there is no column id, did you mean Id? (valid: Id, Name)"),
    (["--sort", "Id,Id:desc"], "--sort: Id is given twice"),
    (["--sort", ":desc"], "--sort :desc: a name is empty"),
    (
      ["--profile", "spork"],
      "--profile spork: valid are latest, spark, hive, bigquery, clickhouse"
    ),
    (
      ["--profile", "hive", "--page-version", "2"],
      "profile hive does not allow data pages of version 2 (valid: 1)"
    ),
    (
      ["--profile", "spark", "--compression", "Id=brotli"],
      "profile spark does not allow the codec brotli (valid: none, snappy, gzip, zstd)"
    ),
    (
      ["--profile", "bigquery", "--encoding", "Name=delta_byte_array"],
      "profile bigquery does not allow the encoding delta_byte_array (valid: plain, dictionary)"
    ),
  ])
  func wrongOptions(_ options: [String], _ message: String) throws {
    let result = try parquet(["convert", "in.csv", "out.parquet", "--quiet"] + options)
    expectFailure(result, 2, "parquet: convert: \(message)")
    #expect(try parquet.names() == ["in.csv"])
  }

  @Test func lists() throws {
    try parquet.write("{\"l\":[1,2]}\n", to: "in.ndjson")
    let result = try parquet("convert", "in.ndjson", "out.parquet", "--sort", "l.list.element")
    expectFailure(
      result, 2,
      "parquet: convert: column l.list.element: cannot be sorted by: a row may have many of its values"
    )
  }

  @Test func hiveHasLowerCaseNames() throws {
    #expect(
      try rows(["--profile", "hive", "--sort", "Id", "--bloom", "Name"])
        == "id,name\n1,a\n2,b\n3,b\n,c\n")
    try parquet.write("a,A\n1,2\n", to: "in.csv")
    let result = try parquet("convert", "in.csv", "other.parquet", "--profile", "hive")
    expectFailure(
      result, 1,
      "parquet: in.csv: column A: hive does not tell its name from that of a, which differs in case"
        + " alone")
    #expect(!(try parquet.names()).contains("other.parquet"))
  }

  /// From text and from Parquet, with the place of the value that does not fit.
  @Test func valuesThatDoNotFit() throws {
    try parquet.write("message m { required int64 at (TIMESTAMP(NANOS,true)); }", to: "schema")
    try parquet.write(
      "at\n2024-01-01T00:00:00.000001000Z\n2024-01-01T00:00:00.000000001Z\n", to: "in.csv")
    let text = try parquet(
      "convert", "in.csv", "out.parquet", "--schema", "schema", "--profile", "spark", "--quiet")
    let message =
      "column at, row 1: 1704067200000000001 ns is no whole number of microseconds; profile spark"
      + " cannot hold it"
    expectFailure(text, 1, "parquet: in.csv: \(message)")
    let made = try parquet("convert", "in.csv", "in.parquet", "--schema", "schema", "--quiet")
    #expect(made.status == 0)
    let again = try parquet("convert", "in.parquet", "out.parquet", "--profile", "spark", "--quiet")
    expectFailure(again, 1, "parquet: in.parquet: \(message)")
    let kept = try parquet(
      "convert", "in.parquet", "out.parquet", "--profile", "clickhouse", "--quiet")
    #expect(kept.status == 0)
    #expect(try parquet.names() == ["in.csv", "in.parquet", "out.parquet", "schema"])
  }

  /// A schema that another program keeps would contradict one that a profile changed.
  @Test func schemasOfOtherPrograms() throws {
    let made = try parquet(
      "convert", "in.csv", "in.parquet", "--quiet", "--metadata", "pandas={}", "--metadata", "k=v")
    #expect(made.status == 0)
    func keyValues(_ profile: String) throws -> [String] {
      let result = try parquet(
        "convert", "in.parquet", "out.parquet", "--profile", profile, "--overwrite", "--quiet")
      #expect(result.errors == "")
      let json = try JSONSerialization.jsonObject(
        with: Data(parquet("inspect", "out.parquet", "--format", "json").output.utf8))
      let pairs = (json as? [String: Any])?["keyValues"] as? [[String: Any]]
      return try #require(pairs).compactMap { $0["key"] as? String }
    }
    #expect(try keyValues("hive") == ["k"])
    #expect(try keyValues("spark") == ["pandas", "k"])
  }

  @Test func helpOfAFamily() throws {
    let asked = try parquet("midas", "--help")
    #expect(asked.status == 0)
    #expect(asked.output.contains("midas convert"))
    #expect(try parquet("help", "midas").output == asked.output)
  }

  @Test func standardInputHasAName() throws {
    let made = try parquet("convert", "in.csv", "in.parquet", "--quiet")
    #expect(made.status == 0)
    let verified = try parquet.shell("$parquet verify - < in.parquet")
    #expect(verified.errors == "standard input: 4 rows, no fault\n")
    let shown = try parquet.shell("$parquet inspect - < in.parquet | head -n 1")
    #expect(shown.output == "standard input\n")
  }
}
