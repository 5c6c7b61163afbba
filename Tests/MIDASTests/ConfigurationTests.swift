import Parquet
import Testing

@testable import MIDAS

@Suite struct MIDASConfigurationTests {
  private func read(
    _ toml: String, _ environment: [String: String] = [:]
  ) throws(ParquetError) -> MIDASConfiguration {
    try MIDASConfiguration(toml: Array(toml.utf8), file: "midas.toml", environment: environment)
  }

  @Test func defaults() throws {
    let configuration = try MIDASConfiguration()
    #expect(configuration.processing.inputPath == nil)
    #expect(configuration.processing.outputPath == nil)
    #expect(configuration.processing.cachePath == nil)
    #expect(configuration.processing.parquetOutputPath == nil)
    #expect(configuration.processing.dataSets == nil)
    #expect(!configuration.processing.isDryRun && !configuration.processing.overwrites)
    #expect(configuration.qualityControl.requiresStationMetadata)
    #expect(configuration.qualityControl.excludesEmptyMeasurements)
    #expect(configuration.parquet == MIDASConfiguration.Writing())
    #expect(configuration.parquet.compression == nil && configuration.parquet.pageMebibytes == nil)
    #expect(configuration.parquet.rowGroupRows == nil)
    #expect(configuration.performance.workerCount == nil)
    #expect(configuration.performance.memoryLimitGibibytes == nil)
    #expect(configuration.logging.level == .info)
    #expect(configuration.logging.format == .pretty)
    #expect(!configuration.logging.isStructured)
    #expect(configuration.inputDirectory == nil && configuration.parquetDirectory == nil)
    #expect(try read("") == configuration)
  }

  private static let whole = """
    [processing]
    input_path = "in"
    output_path = "out"
    cache_path = "cache"
    parquet_output_path = "pq"
    datasets = ["uk-soil-temperature-obs"]
    dry_run = true
    force_overwrite = true

    [quality_control]
    require_station_metadata = false
    exclude_empty_measurements = false

    [parquet]
    compression = "zstd:7"
    row_group_size = 5_000
    page_size_mb = 2

    [performance]
    parallel_workers = 3
    memory_limit_gb = 4

    [logging]
    level = "debug"
    format = "json"
    structured = true
    """

  @Test func aFileSetsEveryKey() throws {
    let configuration = try read(MIDASConfigurationTests.whole)
    #expect(configuration.processing.inputPath == "in")
    #expect(configuration.processing.outputPath == "out")
    #expect(configuration.processing.cachePath == "cache")
    #expect(configuration.processing.parquetOutputPath == "pq")
    #expect(configuration.processing.dataSets == ["uk-soil-temperature-obs"])
    #expect(configuration.processing.isDryRun && configuration.processing.overwrites)
    #expect(!configuration.qualityControl.requiresStationMetadata)
    #expect(!configuration.qualityControl.excludesEmptyMeasurements)
    #expect(configuration.parquet.compression == .zstd(level: 7))
    #expect(configuration.parquet.rowGroupRows == 5000)
    #expect(configuration.parquet.pageMebibytes == 2)
    #expect(configuration.performance.workerCount == 3)
    #expect(configuration.performance.memoryLimitGibibytes == 4)
    #expect(configuration.logging.level == .debug)
    #expect(configuration.logging.format == .json)
    #expect(configuration.logging.isStructured)
  }

  @Test func theEnvironmentGoesBeforeTheFile() throws {
    let configuration = try read(
      MIDASConfigurationTests.whole,
      [
        "MIDAS_INPUT_PATH": "in2", "MIDAS_OUTPUT_PATH": "out2", "MIDAS_CACHE_PATH": "cache2",
        "MIDAS_PARQUET_OUTPUT_PATH": "pq2", "MIDAS_DATASETS": "a, b", "MIDAS_DRY_RUN": "0",
        "MIDAS_REQUIRE_STATION_METADATA": "True", "MIDAS_EXCLUDE_EMPTY_MEASUREMENTS": "1",
        "MIDAS_PARALLEL_WORKERS": "8", "MIDAS_MEMORY_LIMIT_GB": "2", "MIDAS_LOG_LEVEL": "warn",
        "MIDAS_SOMETHING": "else", "MIDAS_FORCE_OVERWRITE": "false",
      ])
    var expected = try read(MIDASConfigurationTests.whole)
    expected.processing.inputPath = "in2"
    expected.processing.outputPath = "out2"
    expected.processing.cachePath = "cache2"
    expected.processing.parquetOutputPath = "pq2"
    expected.processing.dataSets = ["a", "b"]
    expected.processing.isDryRun = false
    expected.qualityControl.requiresStationMetadata = true
    expected.qualityControl.excludesEmptyMeasurements = true
    expected.performance.workerCount = 8
    expected.performance.memoryLimitGibibytes = 2
    expected.logging.level = .warn
    #expect(configuration == expected)
  }

  @Test func foldersThatFollowFromOthers() throws {
    #if canImport(Darwin)
      let caches = "/home/a/Library/Caches"
    #else
      let caches = "/home/a/.cache"
    #endif
    let home = ["HOME": "/home/a"]
    #expect(try read("", home).inputDirectory == "\(caches)/midas-fetcher")
    #expect(try read("", home).parquetDirectory == "\(caches)/midas-fetcher/parquet")
    let other = ["HOME": "/home/a", "XDG_CACHE_HOME": "/c"]
    #expect(try read("", other).processing.cachePath == "/c/midas-fetcher")
    #expect(try read("", ["XDG_CACHE_HOME": "c"]).processing.cachePath == nil)
    #expect(try read("[processing]\ncache_path = 'd'", home).inputDirectory == "d")
    let file = "[processing]\ninput_path = 'in/'"
    #expect(try read(file, home).inputDirectory == "in/")
    #expect(try read(file, home).parquetDirectory == "in/parquet")
    #expect(
      try read(file, ["MIDAS_PARQUET_OUTPUT_PATH": "pq"]).parquetDirectory == "pq")
  }

  @Test(
    arguments: [
      ("snappy", .snappy), ("none", Compression.none), ("gzip", .gzip(level: 6)),
      ("gzip:9", .gzip(level: 9)), ("zstd", .zstd(level: 3)), ("zstd:22", .zstd(level: 22)),
      ("lz4_raw", .lz4Raw), ("lz4", .lz4Raw), ("brotli", .brotli(level: 4)),
      ("brotli:0", .brotli(level: 0)),
    ] as [(String, Compression)])
  func compressions(text: String, compression: Compression) throws {
    let configuration = try read("[parquet]\ncompression = \"\(text)\"")
    #expect(configuration.parquet.compression == compression)
  }

  @Test(arguments: [
    (
      "\n[process]", 2,
      "at character 1: there is no table [process] (valid: processing, quality_control, parquet,"
        + " performance, logging)"
    ),
    (
      "dry_run = true", 1,
      "at character 1: the key dry_run stands in no table (valid: processing, quality_control,"
        + " parquet, performance, logging)"
    ),
    (
      "[quality_control]\n\n  require = true", 3,
      "at character 3: [quality_control] has no key require (valid: require_station_metadata,"
        + " exclude_empty_measurements)"
    ),
    (
      "[processing]\ndry_run = \"true\"", 2,
      "at character 11: dry_run must be true or false; this is the string \"true\""
    ),
    (
      "[processing]\ninput_path = \"\"", 2,
      "at character 14: input_path must be a string that is not empty; this is the string \"\""
    ),
    (
      "[processing]\ninput_path = ['a']", 2,
      "at character 14: input_path must be a string that is not empty; this is an array"
    ),
    (
      "[processing]\ndatasets = \"a\"", 2,
      "at character 12: datasets must be an array of strings, none of them empty, at least one;"
        + " this is the string \"a\""
    ),
    (
      "[processing]\ndatasets = ['a', 1]", 2,
      "at character 12: datasets must be an array of strings, none of them empty, at least one;"
        + " this is an array"
    ),
    (
      "[processing]\ndatasets = []", 2,
      "at character 12: datasets must be an array of strings, none of them empty, at least one;"
        + " this is an empty array"
    ),
    (
      "[performance]\nparallel_workers = 0", 2,
      "at character 20: parallel_workers must be a whole number from 1 to 1024; this is 0"
    ),
    (
      "[performance]\nmemory_limit_gb = 1.5", 2,
      "at character 19: memory_limit_gb must be a whole number from 1 to 1048576; this is 1.5"
    ),
    (
      "[parquet]\npage_size_mb = 1025", 2,
      "at character 16: page_size_mb must be a whole number from 1 to 1024; this is 1025"
    ),
    (
      "[parquet]\nrow_group_size = -1", 2,
      "at character 18: row_group_size must be a whole number from 1 to 9223372036854775807; this"
        + " is -1"
    ),
    (
      "[parquet]\ncompression = 'zstd:23'", 2,
      "at character 15: compression must be one of snappy, none, gzip[:1-9], zstd[:1-22], lz4_raw,"
        + " lz4, brotli[:0-11]; this is the string \"zstd:23\""
    ),
    (
      "[logging]\nlevel = true", 2,
      "at character 9: level must be one of error, warn, info, debug, trace; this is true"
    ),
    (
      "[logging]\nformat = 'xml'", 2,
      "at character 10: format must be one of pretty, compact, json; this is the string \"xml\""
    ),
    ("[logging]\nlevel = {}", 2, "at character 9: inline tables are not taken"),
  ])
  func faultsOfFiles(toml: String, line: Int, message: String) {
    let error = #expect(throws: ParquetError.self) { try read(toml) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.context.file == "midas.toml")
    #expect(error?.context.line == line)
    #expect(error?.message == message)
  }

  @Test(arguments: ["snappy:1", "gzip:0", "gzip:", "zstd:x", "none:1", "lz4:1", "", "lzo"])
  func compressionsThatAreNone(text: String) {
    let error = #expect(throws: ParquetError.self) {
      try read("[parquet]\ncompression = \"\(text)\"")
    }
    #expect(error?.message.hasPrefix("at character 15: compression must be one of ") == true)
  }

  @Test(arguments: [
    ("MIDAS_DRY_RUN", "yes", "true, false, 1 or 0"),
    ("MIDAS_REQUIRE_STATION_METADATA", "", "true, false, 1 or 0"),
    ("MIDAS_DATASETS", "a,,b", "names separated by commas, none of them empty"),
    ("MIDAS_DATASETS", "", "names separated by commas, none of them empty"),
    ("MIDAS_INPUT_PATH", "", "a text that is not empty"),
    ("MIDAS_PARALLEL_WORKERS", "many", "a whole number from 1 to 1024"),
    ("MIDAS_PARALLEL_WORKERS", "1025", "a whole number from 1 to 1024"),
    ("MIDAS_MEMORY_LIMIT_GB", "1.5", "a whole number from 1 to 1048576"),
    ("MIDAS_LOG_LEVEL", "INFO", "one of error, warn, info, debug, trace"),
  ])
  func faultsOfTheEnvironment(name: String, value: String, expected: String) {
    let error = #expect(throws: ParquetError.self) { try read("", [name: value]) }
    #expect(error?.code == .invalidArgument)
    #expect(
      error?.message == "the environment's \(name) must be \(expected), not `\(value)`")
  }
}
