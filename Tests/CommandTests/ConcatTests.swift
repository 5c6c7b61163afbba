import Foundation
import Testing

/// `parquet concat`.
@Suite struct ConcatTests {
  let parquet: BuiltCommand

  init() throws {
    parquet = try BuiltCommand()
    for (name, first) in [("a", 1), ("b", 4)] {
      let rows = (first..<first + 3).map {
        #"{"id":\#($0),"name":"n\#($0 % 2)","tags":["x",null]}"#
      }
      try parquet.write(rows.joined(separator: "\n") + "\n", to: "\(name).ndjson")
      let made = try parquet(
        "convert", "\(name).ndjson", "\(name).parquet", "--row-group-rows", "2", "--quiet",
        "--metadata", "k=v", "--metadata", "file=\(name)", "--bloom", "id",
        "--compression", name == "a" ? "zstd" : "gzip")
      #expect(made.errors == "")
    }
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func rowsFollowEachOther() throws {
    let joined = try parquet("concat", "all.parquet", "a.parquet", "b.parquet", "a.parquet")
    #expect(joined.status == 0)
    #expect(joined.output == "")
    #expect(joined.errors.contains("all.parquet: 9 rows of 3 files in 6 row groups, "))
    let (a, b) = (try parquet.text(of: "a.ndjson"), try parquet.text(of: "b.ndjson"))
    #expect(try parquet("cat", "all.parquet").output == a + b + a)
    let verified = try parquet("verify", "all.parquet")
    #expect(verified.errors == "all.parquet: 9 rows, no fault\n")
    // Filters go by the statistics, indexes and bloom filters that came along.
    let found = try parquet(
      "cat", "all.parquet", "--where", "id = 5", "--explain", "--columns", "id")
    #expect(found.output == "{\"id\":5}\n")
    #expect(found.errors.contains("skipped by statistics 5"))
  }

  @Test func footer() throws {
    let joined = try parquet("concat", "all.parquet", "a.parquet", "b.parquet", "--quiet")
    #expect(joined.status == 0)
    #expect(
      joined.errors
        == "parquet: concat: the files have different values of the key-value file; the first one's is"
        + " kept\n")
    let file = try json(try parquet("inspect", "all.parquet", "--format", "json").output)
    #expect((file["createdBy"] as? String)?.hasPrefix("swift-parquet ") == true)
    #expect(
      file["keyValues"] as? [[String: String]]
        == [["key": "k", "value": "v"], ["key": "file", "value": "a"]])
    let groups = try #require(file["rowGroups"] as? [[String: Any]])
    #expect(groups.map { $0["ordinal"] as? Int } == [0, 1, 2, 3])
    let columns = try groups.map { try #require($0["columns"] as? [[String: Any]]) }
    #expect(columns.map { $0[0]["codec"] as? String } == ["ZSTD", "ZSTD", "GZIP", "GZIP"])
    for column in columns.map({ $0[0] }) {
      for name in ["bloomFilter", "columnIndex", "offsetIndex", "statistics"] {
        #expect(column[name] != nil)
      }
    }
  }

  @Test func metadataThatIsGivenDecides() throws {
    let joined = try parquet(
      "concat", "all.parquet", "a.parquet", "b.parquet", "--quiet", "--metadata", "file=both")
    #expect(joined.errors == "")
    let file = try json(try parquet("inspect", "all.parquet", "--format", "json").output)
    #expect(
      file["keyValues"] as? [[String: String]]
        == [["key": "k", "value": "v"], ["key": "file", "value": "both"]])
  }

  /// Dates of Spark's old calendar and others do not go into one file.
  @Test func calendarsAreNotMixed() throws {
    let made = try parquet(
      "convert", "a.ndjson", "spark.parquet", "--quiet", "--metadata",
      "org.apache.spark.version=2.4.5")
    #expect(made.status == 0)
    let before = try parquet.names()
    expectFailure(
      try parquet("concat", "all.parquet", "a.parquet", "spark.parquet"), 1,
      "parquet: spark.parquet: differs from the files before in the key-value"
        + " org.apache.spark.version, by which dates and times mean something else; rewrite the files"
        + " with a Spark that does not need it")
    #expect(try parquet.names() == before)
  }

  @Test func schemasMustBeEqual() throws {
    try parquet.write("{\"id\":\"x\",\"name\":\"n\",\"tags\":[]}\n", to: "c.ndjson")
    _ = try parquet("convert", "c.ndjson", "c.parquet", "--quiet")
    try parquet.write("{\"id\":1}\n", to: "d.ndjson")
    _ = try parquet("convert", "d.ndjson", "d.parquet", "--quiet")
    let before = try parquet.names()
    expectFailure(
      try parquet("concat", "all.parquet", "a.parquet", "c.parquet"), 1,
      "parquet: c.parquet: has another schema than a.parquet: id is optional BYTE_ARRAY STRING, in the"
        + " other optional INT64")
    expectFailure(
      try parquet("concat", "all.parquet", "a.parquet", "d.parquet"), 1,
      "parquet: d.parquet: has another schema than a.parquet: lacks name")
    expectFailure(
      try parquet("concat", "all.parquet", "d.parquet", "a.parquet"), 1,
      "parquet: a.parquet: has another schema than d.parquet: has name, the other has not")
    #expect(try parquet.names() == before)
  }

  @Test func whatCannotBe() throws {
    let before = try parquet.names()
    expectFailure(
      try parquet("concat", "a.parquet", "a.parquet", "--overwrite"), 2,
      "parquet: concat: a.parquet is OUTPUT too, which it would be read from and replaced by")
    expectFailure(
      try parquet("concat", "b.parquet", "a.parquet"), 1,
      "parquet: b.parquet: exists already; --overwrite replaces it")
    expectFailure(
      try parquet("concat", "all.parquet"), 2,
      "parquet: concat: an operand is missing (usage: parquet concat OUTPUT INPUT…)")
    expectFailure(
      try parquet("concat", "all.parquet", "a.parquet", "-"), 2,
      "parquet: concat: -: standard input cannot be read twice; name a file")
    let missing = try parquet("concat", "all.parquet", "a.parquet", "none.parquet")
    #expect(missing.status == 1)
    #expect(missing.errors.hasPrefix("parquet: none.parquet: cannot be opened: "))
    #expect(try parquet.names() == before)
  }

  /// A damaged page is found by its checksum, before anything is left of the output.
  @Test func damagedPages() throws {
    var bytes = try parquet.bytes(of: "b.parquet")
    bytes[40] ^= 0xFF
    try bytes.write(to: URL(fileURLWithPath: parquet.path("b.parquet")))
    let before = try parquet.names()
    let joined = try parquet("concat", "all.parquet", "a.parquet", "b.parquet", "--quiet")
    #expect(joined.status == 1)
    #expect(joined.errors.contains("parquet: b.parquet: row group 0, column id, page 0, byte 4: "))
    #expect(try parquet.names() == before)
  }

  static let encrypted = ProcessInfo.processInfo.environment["PARQUET_TEST_DATA"].map {
    $0 + "/data/encrypt_columns_plaintext_footer.parquet.encrypted"
  }

  @Test(.enabled(if: encrypted != nil, "PARQUET_TEST_DATA names parquet-testing"))
  func encryptedFiles() throws {
    let path = try #require(ConcatTests.encrypted)
    let joined = try parquet("concat", "all.parquet", path, "--quiet")
    #expect(joined.status == 1)
    #expect(joined.errors.contains("encrypted"))
    #expect(!(try parquet.names().contains("all.parquet")))
  }
}
