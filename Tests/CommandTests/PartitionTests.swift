import Foundation
import Testing

/// `parquet convert` into folders of files.
@Suite struct PartitionTests {
  let parquet: BuiltCommand

  init() throws {
    parquet = try BuiltCommand()
    let rows = (0..<3000).map {
      #"{"id":\#($0),"kind":"k\#($0 % 3)","day":"2024-03-0\#($0 % 2 + 1)"}"#
    }
    try parquet.write(rows.joined(separator: "\n") + "\n", to: "in.ndjson")
  }

  private func names() throws -> [String] {
    let all = FileManager.default.enumerator(atPath: parquet.directory)?.allObjects as? [String]
    return (all ?? []).filter { $0.hasSuffix(".parquet") || $0.contains("/.") }.sorted()
  }

  @Test func textIntoFolders() throws {
    let run = try parquet("convert", "in.ndjson", "out", "--partition-by", "day,kind")
    #expect(run.status == 0)
    #expect(run.errors.contains("out: 3,000 rows, 3 columns in 6 files, "))
    #expect(try names().count == 6)
    #expect(try names().first == "out/day=2024-03-01/kind=k0/part-00000.parquet")
    let rows = try parquet("cat", "out/day=2024-03-02/kind=k1/part-00000.parquet")
    #expect(rows.output.hasPrefix("{\"id\":1}\n{\"id\":7}\n"))
    #expect(rows.output.split(separator: "\n").count == 500)
  }

  @Test func parquetIntoFilesOfRows() throws {
    #expect(try parquet("convert", "in.ndjson", "in.parquet", "--quiet").status == 0)
    let run = try parquet(
      "convert", "in.parquet", "out/deep", "--file-rows", "1250", "--quiet", "--metadata", "k=v")
    #expect(run.status == 0 && run.errors == "")
    #expect(try names() == ["in.parquet"] + (0..<3).map { "out/deep/part-0000\($0).parquet" })
    let counts = try (0..<3).map { try parquet("count", "out/deep/part-0000\($0).parquet").output }
    #expect(counts == ["1250\n", "1250\n", "500\n"])
    // In order, and with the key-values.
    let paths = (0..<3).map { "out/deep/part-0000\($0).parquet" }
    #expect(try parquet(["cat"] + paths).output == parquet("cat", "in.parquet").output)
    #expect(try parquet("inspect", paths[2]).output.contains("metadata k = v"))
  }

  @Test func whatIsThereStays() throws {
    #expect(
      try parquet("convert", "in.ndjson", "out", "--partition-by", "kind", "--quiet").status == 0)
    let before = try names()
    let run = try parquet("convert", "in.ndjson", "out", "--partition-by", "kind", "--quiet")
    #expect(run.status == 1)
    #expect(run.errors.contains("exists already"))
    #expect(try names() == before)
    let again = try parquet(
      "convert", "in.ndjson", "out", "--partition-by", "kind", "--quiet", "--overwrite")
    #expect(again.status == 0)
    #expect(try names() == before)
  }

  @Test func aRowThatIsBadLeavesNoFolder() throws {
    try parquet.write("{\"id\":1,\"kind\":\"a\"}\n{\"id\":", to: "bad.ndjson")
    let run = try parquet("convert", "bad.ndjson", "out", "--partition-by", "kind", "--quiet")
    #expect(run.status == 1)
    #expect(!FileManager.default.fileExists(atPath: parquet.directory + "/out"))
  }

  @Test(arguments: [
    (["--partition-by", "nowhere"], "no column nowhere"),
    (["--partition-by", "id,id"], "each named once"),
    (["--file-rows", "0"], "--file-rows 0"), (["--file-bytes", "x"], "--file-bytes x"),
    (["--open-files", "3"], "--open-files is for --partition-by"),
    (["--partition-by", "kind", "--to", "csv"], "--to csv"),
    (["--partition-by", "kind", "--bloom", "kind"], "--bloom"),
  ])
  func wrongOptions(options: [String], message: String) throws {
    let run = try parquet(["convert", "in.ndjson", "out", "--quiet"] + options)
    #expect(run.status == 2)
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1)
    #expect(!FileManager.default.fileExists(atPath: parquet.directory + "/out"))
  }

  @Test func standardOutputIsNoFolder() throws {
    let run = try parquet("convert", "in.ndjson", "-", "--partition-by", "kind")
    #expect(run.status == 2)
    #expect(run.errors.contains("OUTPUT -"))
  }
}
