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

  // MARK: Folders that are there

  private func convert(
    _ input: String = "in.ndjson", by columns: String = "kind", _ options: String...
  ) throws -> CommandResult {
    try parquet(["convert", input, "out", "--partition-by", columns, "--quiet"] + options)
  }

  @Test func aFolderThatHoldsFilesIsRefused() throws {
    #expect(try convert().status == 0)
    let first = "out/kind=k0/part-00000.parquet"
    let (names, bytes) = (try names(), try parquet.bytes(of: first))
    let line =
      "parquet: \(first): exists already; --overwrite replaces the files of an earlier run,"
      + " --append keeps them"
    expectFailure(try convert(), 1, line)
    #expect(try parquet("convert", "in.ndjson", "in.parquet", "--quiet").status == 0)
    expectFailure(try convert("in.parquet"), 1, line)
    try parquet.remove("in.parquet")
    #expect(try self.names() == names)
    #expect(try parquet.bytes(of: first) == bytes)
  }

  @Test func overwritingReplacesTheWholeRun() throws {
    #expect(try convert(by: "kind", "--file-rows", "100").status == 0)
    #expect(try names().count == 30)
    try parquet.write("{\"id\":1,\"kind\":\"k1\"}\n", to: "small.ndjson")
    #expect(try convert("small.ndjson", by: "kind", "--overwrite").status == 0)
    #expect(try names() == ["out/kind=k1/part-00000.parquet"])
    // By another column, in as many levels.
    #expect(try convert(by: "day", "--overwrite").status == 0)
    let days = ["01", "02"].map { "out/day=2024-03-\($0)/part-00000.parquet" }
    #expect(try names() == days)
    // In more levels; what lies deeper than a run's own files is not looked for.
    #expect(try convert(by: "day,kind", "--overwrite").status == 0)
    #expect(try names().count == 6)
    let all = try names()
    expectFailure(
      try convert(by: "day", "--overwrite"), 1,
      "parquet: out/day=2024-03-01/kind=k0: is a folder of another partitioning, whose files would be"
        + " read with the new ones; it must be removed first")
    #expect(try names() == all)
  }

  @Test func appendingKeepsWhatIsThere() throws {
    #expect(try convert(by: "kind", "--append").status == 0)
    #expect(try convert(by: "kind", "--append", "--file-rows", "600").status == 0)
    let expected = (0..<3).flatMap { kind in
      (0..<3).map { "out/kind=k\(kind)/part-0000\($0).parquet" }
    }
    #expect(try names() == expected)
    let counts = try (0..<3).map { try parquet("count", expected[$0]).output }
    #expect(counts == ["1000\n", "600\n", "400\n"])
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
    (["--append"], "--append is for a folder of files"),
    (["--partition-by", "kind", "--append", "--overwrite"], "--append and --overwrite"),
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

/// `parquet midas convert` into folders that are there.
@Suite struct MIDASFolderTests {
  let parquet: BuiltCommand

  init() throws { parquet = try BuiltCommand() }

  private func convert(_ partitions: String, _ options: String...) throws -> CommandResult {
    try parquet(
      [
        "midas", "convert", midasFixtures, "--output", "out", "--quiet", "--datasets",
        "uk-daily-rain-obs", "--partition-by", partitions,
      ] + options)
  }

  private func files() throws -> [String] {
    let all = FileManager.default.enumerator(atPath: parquet.path("out"))?.allObjects as? [String]
    return (all ?? []).filter { $0.hasSuffix(".parquet") }.sorted()
  }

  @Test(arguments: ["dataset,year", "year"])
  func filesAreRefusedOrReplaced(partitions: String) throws {
    #expect(try convert(partitions).status == 0)
    let names = try files()
    #expect(!names.isEmpty)
    let line =
      "parquet: out/\(names[0]): exists already; --overwrite replaces the files of an earlier run"
    expectFailure(try convert(partitions), 1, line)
    expectFailure(try convert(partitions, "--dry-run"), 1, line)
    let folder = names[0].split(separator: "/").dropLast().joined(separator: "/")
    let stale = "out/\(folder)/part-00009.parquet"
    try parquet.write("x", to: stale)
    #expect(try convert(partitions, "--dry-run", "--overwrite").status == 0)
    #expect(try parquet.text(of: stale) == "x")
    #expect(try convert(partitions, "--force").status == 0)
    #expect(try files() == names)
  }

  /// Each data set has a folder of its own, which others do not fill.
  @Test func otherDataSetsAreNotLookedAt() throws {
    let other = "out/dataset=other"
    try FileManager.default.createDirectory(
      atPath: parquet.path(other), withIntermediateDirectories: true)
    try parquet.write("x", to: "\(other)/part-00000.parquet")
    #expect(try convert("dataset").status == 0)
    #expect(try convert("dataset", "--overwrite").status == 0)
    #expect(try parquet.text(of: "\(other)/part-00000.parquet") == "x")
  }

  @Test func aFileIsRefusedWithTheOption() throws {
    let arguments = [
      "midas", "convert", midasFixtures, "--output", "out", "--quiet", "--datasets",
      "uk-daily-rain-obs",
    ]
    #expect(try parquet(arguments).status == 0)
    expectFailure(
      try parquet(arguments), 1,
      "parquet: out/uk-daily-rain-obs.parquet: exists already; --overwrite replaces it")
  }
}
