import Foundation
import Testing

/// `parquet stats`.
@Suite struct StatsTests {
  let parquet: BuiltCommand

  init() throws {
    parquet = try BuiltCommand()
    try parquet.write(
      """
      {"id":1,"name":"a","x":1.5,"tags":["p","q"],"at":{"lat":1.5}}
      {"id":2,"name":null,"x":"NaN","tags":[],"at":null}
      {"id":3,"name":"b","x":-0.0,"tags":null,"at":{"lat":null}}
      {"id":4,"name":"a","x":0.0,"tags":["p"],"at":{"lat":1.5}}

      """, to: "in.ndjson")
    try parquet.write(
      """
      message schema {
        required int64 id;
        optional binary name (STRING);
        optional double x;
        optional group tags (LIST) { repeated group list { optional binary element (STRING); } }
        optional group at { optional double lat; }
      }
      """, to: "schema")
  }

  /// By dictionaries, by values, with and without statistics, and over several row groups.
  @Test(arguments: [
    ["--encoding", "dictionary"], ["--encoding", "plain"],
    ["--encoding", "dictionary", "--statistics", "none"],
    ["--encoding", "dictionary", "--row-group-rows", "1"],
    ["--encoding", "plain", "--row-group-rows", "3", "--page-version", "2"],
  ])
  func countsAndBounds(_ options: [String]) throws {
    let made = try parquet(
      ["convert", "in.ndjson", "file.parquet", "--schema", "schema", "--quiet"] + options)
    #expect(made.errors == "")
    let result = try parquet("stats", "file.parquet", "--format", "json")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let columns = try #require(object["columns"] as? [[String: Any]])
    #expect(
      columns.map { $0["path"] as? String }
        == ["id", "name", "x", "tags.list.element", "at.lat"])
    #expect(columns.map { $0["rowCount"] as? Int } == [4, 4, 4, 4, 4])
    #expect(columns.map { $0["valueCount"] as? Int } == [4, 4, 4, 5, 4])
    #expect(columns.map { $0["nullCount"] as? Int } == [0, 1, 0, 2, 2])
    #expect(columns.map { $0["nanCount"] as? Int } == [nil, nil, 1, nil, 0])
    // NaN is one value, and both zeros are.
    #expect(columns.map { $0["distinctCount"] as? Int } == [4, 2, 3, 2, 1])
    #expect(columns.allSatisfy { $0["isDistinctCountExact"] as? Bool == true })
    #expect(columns[0]["minimum"] as? Int == 1)
    #expect(columns[0]["maximum"] as? Int == 4)
    #expect(columns[1]["minimum"] as? String == "a")
    #expect(columns[2]["maximum"] as? Double == 1.5)
    #expect(columns[3]["maximum"] as? String == "q")
    for column in columns {
      let stored = try #require(column["totalCompressedByteCount"] as? Double)
      let raw = try #require(column["totalUncompressedByteCount"] as? Double)
      let values = try #require(column["valueCount"] as? Double)
      let nulls = try #require(column["nullCount"] as? Double)
      let each = try #require(column["bytesPerValue"] as? Double)
      let ratio = try #require(column["compressionRatio"] as? Double)
      #expect(abs(each - stored / (values - nulls)) < 0.006)
      #expect(abs(ratio - raw / stored) < 0.006)
    }
  }

  @Test func text() throws {
    _ = try parquet(
      "convert", "in.ndjson", "file.parquet", "--schema", "schema", "--quiet", "--compression",
      "none")
    let result = try parquet("stats", "file.parquet", "--columns", "name,at", "--quiet")
    #expect(result.status == 0)
    #expect(result.errors == "")
    let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 8)
    #expect(lines[0] == "file.parquet: 4 rows of 5 columns")
    #expect(lines[1] == "  name: BYTE_ARRAY STRING")
    #expect(lines[2] == "    4 values, 1 null, 2 distinct, min \"a\", max \"b\"")
    #expect(lines[3].hasSuffix(" a value, compression ratio 1.00"))
    #expect(lines[4] == "  at.lat: DOUBLE")
    #expect(lines[5] == "    4 values, 2 nulls, 1 distinct, min 1.5, max 1.5")
  }

  @Test func whatCannotBe() throws {
    _ = try parquet(
      "convert", "in.ndjson", "file.parquet", "--schema", "schema", "--quiet", "--encoding", "plain"
    )
    expectFailure(
      try parquet("stats", "file.parquet", "--columns", "nam", "--quiet"), 2,
      "parquet: stats: --columns: there is no column nam, did you mean name? (valid: id, name, x,"
        + " tags.list.element, at.lat)")
    var bytes = try parquet.bytes(of: "file.parquet")
    bytes[45] ^= 0xFF
    try bytes.write(to: URL(fileURLWithPath: parquet.path("file.parquet")))
    let damaged = try parquet("stats", "file.parquet", "--columns", "id", "--quiet")
    #expect(damaged.status == 1)
    #expect(damaged.errors.hasPrefix("parquet: file.parquet: row group 0, column id, page 0"))
  }
}
