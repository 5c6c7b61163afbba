import Foundation
import Testing

/// `parquet midas validate`.
@Suite struct MIDASValidateTests {
  let parquet: BuiltCommand

  init() throws {
    parquet = try BuiltCommand()
    let result = try parquet(
      "midas", "convert", midasFixtures, "--output", "out", "--quiet", "--keep-duplicates")
    #expect(result.status == 0)
  }

  /// Breaks a file, and makes another that has other columns.
  private func makeFaults() throws {
    var bytes = try parquet.bytes(of: "out/uk-daily-rain-obs.parquet")
    bytes[30] ^= 0xFF
    try bytes.write(to: URL(fileURLWithPath: parquet.path("rain|x.parquet")))
    try parquet.write("id,name\n1,a\n", to: "in.csv")
    #expect(try parquet("convert", "in.csv", "other.parquet", "--quiet").status == 0)
  }

  /// A line without what differs from run to run: when a file was written, and how old it is.
  private func plain(_ line: some StringProtocol) -> String {
    String(line).replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, with: "TIME").replacing(
      /0\.\d hours/, with: "AGE")
  }

  @Test func validFiles() throws {
    let result = try parquet("midas", "validate", "out", "--quiet")
    #expect(result.status == 0)
    #expect(result.errors == "")
    let lines = result.output.split(separator: "\n").map(plain)
    #expect(lines.count == 8)
    let size = try parquet.bytes(of: "out/uk-daily-temperature-obs.parquet").count
    let kilobytes = (Double(size) * 100 / 1024).rounded() / 100
    #expect(
      lines[1].hasPrefix(
        "out/uk-daily-temperature-obs.parquet: valid, uk-daily-temperature-obs, 240 rows,"
          + " \(kilobytes)"))
    #expect(lines[1].hasSuffix("KB, modified TIME, AGE old"))
  }

  @Test func issuesOfFiles() throws {
    try makeFaults()
    let result = try parquet(
      "midas", "validate", "rain|x.parquet", "other.parquet", "absent", "--quiet")
    #expect(result.status == 1)
    #expect(result.errors == "")
    let lines = result.output.split(separator: "\n")
    #expect(lines[0] == "absent: 1 issue")
    #expect(lines[1] == "  unreadable: cannot be read: No such file or directory")
    #expect(lines[2].hasPrefix("other.parquet: 23 issues, 1 row, "))
    #expect(
      lines[3] == "  schema: column ob_end_time: the column is missing, which every data set has")
    #expect(
      lines[25] == "  schema: column id: is INT64, not DOUBLE or BYTE_ARRAY STRING")
    #expect(lines.contains { $0.hasPrefix("rain|x.parquet: ") && $0.contains(" issue") })
    #expect(lines.last?.hasPrefix("  damaged: row group 0, column ob_end_time") == true)
  }

  @Test func programsReadJSON() throws {
    try makeFaults()
    let result = try parquet(
      "midas", "validate", "out/uk-daily-rain-obs.parquet", "rain|x.parquet", "absent",
      "--output-format", "json", "--quiet")
    #expect(result.status == 1)
    let files = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
    #expect(files.map { $0["isValid"] as? Bool } == [false, true, false])
    let absent: [String: Any] = [
      "path": "absent", "isValid": false, "byteCount": NSNull(), "size": NSNull(),
      "modified": NSNull(), "ageHours": NSNull(), "dataSet": NSNull(), "rowCount": NSNull(),
      "issues": [["issue": "unreadable", "message": "cannot be read: No such file or directory"]],
    ]
    #expect(try canonical(files[0]) == canonical(absent))
    let valid = files[1]
    #expect(valid["path"] as? String == "out/uk-daily-rain-obs.parquet")
    #expect(
      valid["byteCount"] as? Int == (try parquet.bytes(of: "out/uk-daily-rain-obs.parquet").count))
    #expect((valid["size"] as? String)?.hasSuffix(" KB") == true)
    #expect((valid["modified"] as? String)?.hasSuffix("Z") == true)
    #expect((valid["ageHours"] as? Double).map { $0 >= 0 && $0 < 1 } == true)
    #expect(valid["dataSet"] as? String == "uk-daily-rain-obs")
    #expect(valid["rowCount"] as? Int == 180)
    #expect((valid["issues"] as? [Any])?.isEmpty == true)
    let issues = try #require(files[2]["issues"] as? [[String: Any]])
    #expect(issues.first?["issue"] as? String == "damaged")
    #expect(issues.first?["column"] as? String == "ob_end_time")
    #expect(issues.first?["rowGroup"] as? Int == 0)
  }

  @Test func programsReadCSV() throws {
    try makeFaults()
    let result = try parquet(
      "midas", "validate", "out/uk-daily-rain-obs.parquet", "other.parquet", "absent",
      "--output-format", "csv", "--quiet")
    #expect(result.status == 1)
    let lines = result.output.split(separator: "\n")
    #expect(
      lines[0]
        == "path,is_valid,byte_count,size,modified,age_hours,data_set,row_count,issue,column,"
        + "row_group,page,byte_offset,message")
    #expect(
      lines[1]
        == "absent,false,,,,,,,unreadable,,,,,cannot be read: No such file or directory")
    #expect(lines[2].hasPrefix("other.parquet,false,"))
    #expect(
      lines[2].hasSuffix(
        ",1,schema,ob_end_time,,,,\"the column is missing, which every data set has\""))
    #expect(lines[25].hasPrefix("out/uk-daily-rain-obs.parquet,true,"))
    #expect(lines[25].hasSuffix(",uk-daily-rain-obs,180,,,,,,"))
    #expect(lines.count == 26)
  }

  @Test func peopleReadMarkdown() throws {
    try makeFaults()
    let result = try parquet(
      "midas", "validate", "out/uk-daily-rain-obs.parquet", "rain|x.parquet",
      "--output-format", "markdown", "--quiet")
    #expect(result.status == 1)
    let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "# Validation")
    #expect(
      lines[2] == "| path | valid | bytes | size | modified | age hours | data set | rows |")
    #expect(lines[3] == "| --- | --- | ---: | ---: | --- | ---: | --- | ---: |")
    #expect(lines[4].hasPrefix("| out/uk-daily-rain-obs.parquet | true | "))
    #expect(lines[5].hasPrefix("| rain\\|x.parquet | false | "))
    #expect(lines[7] == "1 file of 2 with issues.")
    #expect(lines[9] == "| path | issue | column | row group | page | byte offset | message |")
    #expect(lines[11].hasPrefix("| rain\\|x.parquet | damaged | ob\\_end\\_time | 0 | "))

    let valid = try parquet(
      "midas", "validate", "out/uk-daily-rain-obs.parquet", "--output-format", "markdown",
      "--quiet")
    #expect(valid.status == 0)
    #expect(valid.output.hasSuffix("\n\n0 files of 1 with issues.\n"))
  }

  @Test func rowsOfYearsAndFoldersAgainstSources() throws {
    for (directory, options) in [
      ("years", ["--split", "year"]), ("folders", ["--partition-by", "dataset,year,station"]),
    ] {
      let made = try parquet(
        ["midas", "convert", midasFixtures, "--output", directory, "--quiet"] + options)
      #expect(made.status == 0)
      let valid = try parquet(
        "midas", "validate", directory, "--sources", midasFixtures, "--quiet")
      #expect(valid.status == 0, "\(valid.output)")
      let others = try parquet(
        "midas", "validate", directory, "--sources", midasFixtures, "--keep-duplicates", "--quiet")
      #expect(others.status == 1)
      let isFolder = directory == "folders"
      #expect(
        others.output.contains(
          isFolder
            ? "folders: 1 issue, uk-daily-temperature-obs, 200 rows"
            : "has 140 rows, the sources give 180\n"),
        "\(others.output)")
    }
    // A file less is a folder less of rows.
    let lost = try parquet.shell(
      """
      rm -r folders/dataset=uk-daily-rain-obs/year=2098 && $parquet midas validate folders \
      --sources '\(midasFixtures)' --quiet
      """)
    #expect(lost.status == 1)
    #expect(lost.output.contains("the folder's files have 120 rows, the sources give 180"))
  }

  @Test func rowsAgainstSources() throws {
    let file = "out/uk-daily-temperature-obs.parquet"
    let fewer = try parquet(
      "midas", "validate", file, "--sources", midasFixtures, "--quiet")
    #expect(fewer.status == 1)
    #expect(
      fewer.output.hasSuffix("\n  row count: the file has 240 rows, the sources give 200\n"))
    let same = try parquet(
      "midas", "validate", "out", "--sources", midasFixtures, "--keep-duplicates", "--quiet")
    #expect(same.status == 0)
    let more = try parquet(
      "midas", "validate", "out", "--sources", midasFixtures, "--keep-duplicates",
      "--include-empty-measurements", "--quiet")
    let all = try parquet(
      "midas", "convert", midasFixtures, "--output", "all", "--keep-duplicates",
      "--include-empty-measurements", "--quiet")
    #expect(all.status == 0)
    // The options are those of the conversion, whether or not there is an empty observation.
    let counts = try ["out", "all"].map { try parquet.shell("$parquet count \($0)/*").output }
    #expect(more.status == (counts[0] == counts[1] ? 0 : 1))
    let exact = try parquet(
      "midas", "validate", "all", "--sources", midasFixtures, "--keep-duplicates",
      "--include-empty-measurements", "--quiet")
    #expect(exact.status == 0)
    // Several inputs: the first does not have the data set.
    let rain = "\(midasFixtures)/ukmo-midas-open/data/uk-daily-rain-obs"
    let temperature = "\(midasFixtures)/ukmo-midas-open/data/uk-daily-temperature-obs"
    let absent = try parquet("midas", "validate", file, "--sources", rain, "--quiet")
    #expect(absent.output.hasSuffix("the sources have no data set uk-daily-temperature-obs\n"))
    let both = try parquet(
      "midas", "validate", file, "--sources", rain, "--sources", temperature,
      "--keep-duplicates", "--quiet")
    #expect(both.status == 0)
  }

  @Test(arguments: [
    (["--output-format", "xml"], "--output-format xml: valid are human, json, markdown, csv"),
    (["--keep-duplicates"], "--keep-duplicates says how --sources are read, which are missing"),
    (
      ["--include-empty-measurements"],
      "--include-empty-measurements says how --sources are read, which are missing"
    ),
    (["--sources"], "--sources needs a value: --sources INPUT"),
    (["--key", "footer=1"], "--key footer: must be 32, 48 or 64 hexadecimal digits"),
  ])
  func badValuesAreUsageErrors(_ options: [String], _ message: String) throws {
    expectFailure(
      try parquet(["midas", "validate", "out", "--quiet"] + options), 2,
      "parquet: midas validate: \(message)")
  }

  @Test func badInputIsAFailure() throws {
    try FileManager.default.createDirectory(
      atPath: parquet.path("none"), withIntermediateDirectories: true)
    expectFailure(
      try parquet("midas", "validate", "none", "--quiet"), 1,
      "parquet: none: the directory holds no .parquet file")
    expectFailure(
      try parquet("midas", "validate", "out", "--sources", "absent", "--quiet"), 1,
      "parquet: absent: cannot be read: No such file or directory")
  }

  @Test func limitsHold() throws {
    let result = try parquet(
      "midas", "validate", "out/uk-daily-rain-obs.parquet", "--memory-limit", "1Ki", "--quiet")
    #expect(result.status == 1)
    #expect(result.output.contains("  damaged: "))
  }
}
