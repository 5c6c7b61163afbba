import Foundation
import Testing

/// `parquet midas convert`: what options, the environment and a configuration file say, and what is told.
@Suite struct MIDASConvertTests {
  private let parquet: BuiltCommand

  init() throws { parquet = try BuiltCommand() }

  private func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(parquet.directory)/\(name)"))
  }

  private func names(_ directory: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(parquet.directory)/\(directory)")
      .sorted()
  }

  private static let rain = "uk-daily-rain-obs"
  private static let soil = "uk-soil-temperature-obs"

  /// A configuration in which everything is said, of the fixtures' rain.
  private static let configuration = """
    [processing]
    input_path = "\(midasFixtures)"
    output_path = "results"
    parquet_output_path = "pq"
    datasets = ["\(rain)"]
    [quality_control]
    require_station_metadata = false
    exclude_empty_measurements = false
    [parquet]
    compression = "zstd:5"
    row_group_size = 50
    page_size_mb = 2
    [performance]
    parallel_workers = 1
    memory_limit_gb = 1
    [logging]
    level = "error"
    """

  @Test func aConfigurationFileAlone() throws {
    try write(MIDASConvertTests.configuration, to: "midas.toml")
    let result = try parquet("midas", "convert", "--config", "midas.toml")
    #expect(result.status == 0)
    #expect(result.errors == "" && result.output == "")
    #expect(try names("pq") == ["\(MIDASConvertTests.rain).parquet"])
    let seen = try parquet("inspect", "pq/\(MIDASConvertTests.rain).parquet", "--format", "json")
    #expect(seen.output.contains("ZSTD") && !seen.output.contains("SNAPPY"))
    // 180 rows by 50.
    #expect(seen.output.components(separatedBy: "\"codec\"").count == 27 * 4 + 1)
  }

  @Test func theEnvironmentGoesBeforeTheFileAndOptionsBeforeBoth() throws {
    try write(MIDASConvertTests.configuration, to: "midas.toml")
    let environment = [
      "MIDAS_DATASETS": MIDASConvertTests.soil, "MIDAS_PARQUET_OUTPUT_PATH": "env",
      "MIDAS_LOG_LEVEL": "info",
    ]
    let second = try parquet(["midas", "convert", "-c", "midas.toml"], environment: environment)
    #expect(second.status == 0)
    #expect(second.errors.hasPrefix("parquet: env/\(MIDASConvertTests.soil).parquet: 62 rows"))
    #expect(try names("env") == ["\(MIDASConvertTests.soil).parquet"])
    let third = try parquet(
      [
        "midas", "convert", "-c", "midas.toml", "-d", MIDASConvertTests.rain, "-o", "flag",
        "--compression", "none", "--row-group-rows", "100", "-j2", "-m", "2", "-q",
      ], environment: environment)
    #expect(third.status == 0 && third.errors == "")
    #expect(try names("flag") == ["\(MIDASConvertTests.rain).parquet"])
    let seen = try parquet("inspect", "flag/\(MIDASConvertTests.rain).parquet", "--format", "json")
    #expect(!seen.output.contains("ZSTD"))
    #expect(seen.output.components(separatedBy: "\"codec\"").count == 27 * 2 + 1)
    // The compression of a column leaves that of the others to the file.
    let column = try parquet(
      "midas", "convert", "-c", "midas.toml", "-o", "column", "--compression", "prcp_amt=none")
    #expect(column.status == 0)
    let mixed = try parquet(
      "inspect", "column/\(MIDASConvertTests.rain).parquet", "--format", "json")
    #expect(mixed.output.contains("ZSTD"))
  }

  @Test func pathsThatFollowFromOthers() throws {
    try write("[processing]\noutput_path = 'results'\n", to: "midas.toml")
    let one = try parquet("midas", "convert", "-i", midasFixtures, "-c", "midas.toml", "-q")
    #expect(one.status == 0)
    #expect(try names("results").count == 8)
    _ = try parquet.shell("mkdir cache && cp -r '\(midasFixtures)/ukmo-midas-open' cache/")
    let cache = try parquet(
      ["midas", "convert", "--cache-path", "cache", "-q"],
      environment: ["MIDAS_DATASETS": "uk-daily-rain-obs"])
    #expect(cache.status == 0)
    #expect(try names("cache/parquet") == ["\(MIDASConvertTests.rain).parquet"])
    let home = try parquet(
      ["midas", "convert", "-q"],
      environment: ["XDG_CACHE_HOME": "/nowhere/at/all", "HOME": "/nowhere"])
    expectUsage(
      home,
      "an INPUT is missing: a file or a directory (and there is no cache at"
        + " /nowhere/at/all/midas-fetcher)")
    expectUsage(
      try parquet("midas", "convert", midasFixtures, "-q"),
      "--output DIR is missing: where the Parquet files go")
  }

  private func expectUsage(_ result: CommandResult, _ message: String) {
    #expect(result.status == 2)
    #expect(result.errors == "parquet: midas convert: \(message)\n")
  }

  @Test(arguments: [
    (["--threads", "2", "-j", "2"], "--threads and --workers say the same: one of them is enough"),
    (
      ["--memory", "1Gi", "-m", "1"],
      "--memory and --memory-limit say the same: one of them is enough"
    ),
    (
      ["-m", "half"],
      "--memory-limit half: must be a number of gibibytes, or of bytes with Ki, Mi or Gi"
    ),
    (["-m0"], "--memory-limit 0: must be a number of gibibytes, or of bytes with Ki, Mi or Gi"),
    (
      ["--parquet-output-path", "b"],
      "--output and --parquet-output-path say the same: one of them is enough"
    ),
    (["--output-format", "csv"], "--output-format csv: valid are human, json"),
    (["--resume", "--force"], "--resume and --overwrite: a file is left as it is, or replaced"),
    (
      ["-c", "bad.toml"],
      "bad.toml: line 2: at character 1: [processing] has no key path (valid: input_path,"
        + " output_path, cache_path, parquet_output_path, datasets, dry_run, force_overwrite)"
    ),
  ])
  func whatCannotBeSaid(options: [String], message: String) throws {
    try write("[processing]\npath = 'x'\n", to: "bad.toml")
    expectUsage(
      try parquet(["midas", "convert", midasFixtures, "-o", "out", "-q"] + options), message)
    #expect(!FileManager.default.fileExists(atPath: "\(parquet.directory)/out"))
  }

  @Test func aVariableThatCannotBe() throws {
    let result = try parquet(
      ["midas", "convert", midasFixtures, "-o", "out"], environment: ["MIDAS_PARALLEL_WORKERS": "x"]
    )
    expectUsage(
      result,
      "the environment's MIDAS_PARALLEL_WORKERS must be a whole number from 1 to 1024, not `x`")
    let absent = try parquet("midas", "convert", midasFixtures, "-o", "out", "-c", "none.toml")
    #expect(absent.status == 1)
    #expect(absent.errors.hasPrefix("parquet: none.toml: "))
  }

  // MARK: What is told

  @Test func resultsAsJSON() throws {
    let result = try parquet(
      "midas", "convert", midasFixtures, "-o", "out", "--output-format", "json", "-q")
    #expect(result.status == 0 && result.errors == "")
    let told = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let results = try #require(told["results"] as? [[String: Any]])
    #expect(results.count == 8)
    #expect(results[1]["rows"] as? Int == 200)
    let reading = try #require(results[1]["reading"] as? [String: Any])
    #expect(reading["duplicates"] as? Int == 40)
    let dry = try parquet(
      "midas", "convert", midasFixtures, "-o", "other", "--output-format", "json", "--dry-run")
    let plan = try #require(
      try JSONSerialization.jsonObject(with: Data(dry.output.utf8)) as? [[String: Any]])
    #expect(plan.map { $0["path"] as? String }.first == "other/uk-daily-rain-obs.parquet")
    #expect(!FileManager.default.fileExists(atPath: "\(parquet.directory)/other"))
  }

  @Test func linesForPeopleAndForPrograms() throws {
    let arguments = [
      "midas", "convert", midasFixtures, "-d", "uk-daily-temperature-obs", "-o", "out", "--force",
    ]
    let pretty = try parquet(arguments)
    #expect(
      pretty.errors.hasPrefix("parquet: out/uk-daily-temperature-obs.parquet: 200 rows, 30 columns")
    )
    #expect(pretty.errors.hasSuffix("\n  40 duplicates left out\n"))
    let verbose = try parquet(arguments + ["-v"])
    #expect(verbose.errors.contains("\n  4 batches of 50 rows, at most "))
    #expect(verbose.errors.contains("1 row group, "))
    #expect(try parquet(arguments, environment: ["MIDAS_LOG_LEVEL": "warn"]).errors == "")
    try write("[logging]\nformat = 'json'\nstructured = true", to: "json.toml")
    let json = try parquet(arguments + ["-c", "json.toml"])
    let lines = try json.errors.split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    #expect(lines.count == 2)
    #expect(lines.first??["level"] as? String == "info")
    #expect(lines.first??["rows"] as? Int == 200)
    #expect(lines.last??["message"] as? String == "40 duplicates left out")
    try write("[logging]\nformat = 'compact'", to: "compact.toml")
    let compact = try parquet(arguments + ["-c", "compact.toml"])
    #expect(compact.errors.hasPrefix("info out/uk-daily-temperature-obs.parquet: 200 rows"))
    #expect(compact.errors.hasSuffix("\ninfo 40 duplicates left out\n"))
  }

  // MARK: Rows

  @Test func optionsAboutRowsAndValues() throws {
    let header = """
      Conventions,G,BADC-CSV,1
      title,G,uk-daily-temperature-obs
      observation_station,G,sampleton
      historic_county_name,G,sampleshire
      midas_station_id,G,09999
      location,G,51.5,-1.25
      height,G,42,m
      date_valid,G,2001-01-01 00:00:00,2001-12-31 23:59:59
      missing_value,G,NA
      data
      ob_end_time,id_type,id,ob_hour_count,version_num,met_domain_name,src_id,rec_st_ind,t,u,t_q

      """
    try write(
      header + """
        2001-02-01 09:00:00,DCNN,1,24,1,NCM,9999,1001,7.5,1,NA
        2001-02-02 09:00:00,DCNN,1,24,1,NCM,9999,1001,/,1,9
        2001-02-03 09:00:00,DCNN,1,24,1,NCM,4,1001,7,NA,9
        end data

        """, to: "x.csv")
    let refused = try parquet("midas", "convert", "x.csv", "-o", "out", "-q")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("x.csv: column src_id, line 14"), "\(refused.errors)")
    let result = try parquet(
      "midas", "convert", "x.csv", "-o", "out", "-q", "--allow-missing-stations",
      "--keep-missing-quality", "--processing-flags")
    #expect(result.status == 0, "\(result.errors)")
    let rows = try parquet(
      "cat", "out/uk-daily-temperature-obs.parquet", "--columns",
      "station_name,t,q_t,pf_t,pf_u,pf_station,pf_record")
    #expect(
      rows.output == """
        {"station_name":"sampleton","pf_record":"Original","pf_station":"StationFound","pf_t":"ParseOk","pf_u":"ParseOk","q_t":"NA","t":7.5}
        {"station_name":"sampleton","pf_record":"Original","pf_station":"StationFound","pf_t":"ParseFailed","pf_u":"ParseOk","q_t":"9","t":null}
        {"station_name":"UNKNOWN","pf_record":"Original","pf_station":"StationMissing","pf_t":"ParseOk","pf_u":"MissingValue","q_t":"9","t":7.0}

        """)
    let dropping = try parquet(
      "midas", "convert", "x.csv", "-o", "less", "--allow-missing-stations",
      "--drop-on-parse-failure")
    #expect(dropping.status == 0)
    #expect(
      dropping.errors.contains("\n  1 observations with a measurement that is no number left out\n")
    )
    #expect(try parquet("count", "less/uk-daily-temperature-obs.parquet").output == "2\n")
    let valid = try parquet(
      "midas", "validate", "less", "--sources", "x.csv", "--allow-missing-stations",
      "--drop-on-parse-failure", "-q")
    #expect(valid.status == 0, "\(valid.output)")
    #expect(try parquet("midas", "validate", "out", "-q").status == 0)
  }
}
