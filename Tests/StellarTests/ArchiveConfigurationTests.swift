import Parquet
import Testing

@testable import Stellar

func archive(
  _ text: String, _ name: String = "archive.yaml", _ environment: [String: String] = [:]
) throws(ParquetError) -> ArchiveConfiguration {
  try ArchiveConfiguration(Array(text.utf8), name: name) { environment[$0] }
}

@Suite struct ArchiveConfigurationTests {
  /// Each key with a text that is not its default, and what comes of it.
  static let values: [(key: String, text: String, isText: Bool)] = [
    ("storage_type", "S3", true), ("local_path", "/data/archive", true),
    ("bucket_name", "ledgers", true), ("region", "eu-west-2", true), ("path_prefix", "a/b", true),
    ("partition_by", "hour", true), ("ledgers_per_file", "64000", false),
    ("ledger_range_end", "exclusive", true), ("compression", "zstd:9", true),
    ("buffer_size", "1", false), ("max_file_size_mb", "512", false),
    ("memory_limit_mb", "64", false),
    ("rotation_interval_minutes", "0.5", false), ("schema_evolution", "true", false),
    ("include_metadata", "true", false), ("threads", "8", false), ("strict", "true", false),
    ("dead_letter_path", "dead.ndjson", true), ("write_ahead_log", "log", true),
    ("write_ahead_log_sync", "false", false), ("retries", "0", false),
    ("metrics_file", "m.prom", true), ("metrics_port", "9090", false), ("dry_run", "true", false),
    ("debug", "true", false),
  ]

  static var expected: ArchiveConfiguration {
    var all = ArchiveConfiguration()
    all.storageType = .s3
    all.localPath = "/data/archive"
    all.bucketName = "ledgers"
    all.region = "eu-west-2"
    all.pathPrefix = "a/b"
    all.partitionBy = .hour
    all.ledgersPerFile = 64_000
    all.rangeEnd = .exclusive
    all.compression = .zstd(level: 9)
    all.bufferSize = 1
    all.maxFileSizeMB = 512
    all.memoryLimitMB = 64
    all.rotationIntervalMinutes = 0.5
    all.schemaEvolution = true
    all.includeMetadata = true
    all.threads = 8
    all.strict = true
    all.deadLetterPath = "dead.ndjson"
    all.writeAheadLogPath = "log"
    all.writeAheadLogSync = false
    all.retries = 0
    all.metricsFile = "m.prom"
    all.metricsPort = 9090
    all.dryRun = true
    all.debug = true
    return all
  }

  @Test func allKeys() throws {
    let values = ArchiveConfigurationTests.values
    #expect(values.map(\.key) == ArchiveSetting.all.map(\.key))
    let yaml = values.map { "\($0.key): \($0.text)\n" }.joined()
    #expect(try archive(yaml) == ArchiveConfigurationTests.expected)
    let members = values.map { "\"\($0.key)\": " + ($0.isText ? "\"\($0.text)\"" : $0.text) }
    let json = "{" + members.joined(separator: ",\n") + "}"
    #expect(try archive(json) == ArchiveConfigurationTests.expected)
    #expect(try archive(json, "a.json") == ArchiveConfigurationTests.expected)
    var set = ArchiveConfiguration()
    for value in values { try set.set(value.key, value.text) }
    #expect(set == ArchiveConfigurationTests.expected)
    try set.check()
    // Each of them is a change, and null takes it back.
    for value in values {
      var one = ArchiveConfiguration()
      try one.set(value.key, value.text)
      #expect(one != ArchiveConfiguration(), "\(value.key)")
      #expect(try archive("\(value.key): ~\n") == ArchiveConfiguration(), "\(value.key)")
      guard value.isText else { continue }
      try one.set(value.key, "")
      #expect(one == ArchiveConfiguration(), "\(value.key)")
    }
  }

  @Test func defaultsAreThoseOfTheTable() throws {
    for setting in ArchiveSetting.all where !setting.standard.isEmpty && setting.key != "threads" {
      var changed = ArchiveConfigurationTests.expected
      try changed.set(setting.key, setting.standard)
      #expect(changed != ArchiveConfigurationTests.expected, "\(setting.key)")
      var same = ArchiveConfiguration()
      try same.set(setting.key, setting.standard)
      #expect(same == ArchiveConfiguration(), "\(setting.key)")
    }
    let buffer = try #require(ArchiveSetting.all.first { $0.key == "buffer_size" })
    #expect(buffer.optionName == "buffer-size")
    #expect(buffer.summary == "the messages after which a file is written (default 10000)")
    #expect(try archive("") == ArchiveConfiguration())
  }

  @Test func wholeNumbersInAnyForm() throws {
    #expect(try archive("buffer_size: 128.0").bufferSize == 128)
    #expect(try archive("{\"buffer_size\": 1e3}").bufferSize == 1000)
    #expect(try archive("rotation_interval_minutes: 0").rotationIntervalMinutes == 0)
    #expect(try archive("rotation_interval_minutes: 15").rotationIntervalMinutes == 15)
    #expect(try archive("buffer_size: ${SIZE:-5}").bufferSize == 5)
    #expect(try archive("bucket_name: 0123").bucketName == "0123")
    #expect(try archive("path_prefix: 2025.10/").pathPrefix == "2025.10")
    #expect(try archive("metrics_port: 0").metricsPort == 0)
  }

  @Test(
    arguments: [
      ("buffer_size: 0", 1, "buffer_size must be a whole number from 1 to 2147483647; this is 0"),
      (
        "\nbuffer_size: 1.5", 2,
        "buffer_size must be a whole number from 1 to 2147483647; this is 1.5"
      ),
      ("retries: 1e99", 1, "retries must be a whole number from 0 to 1000; this is 1e99"),
      ("retries: \"3\"", 1, "retries must be a whole number from 0 to 1000; this is the text `3`"),
      ("threads: [1]", 1, "threads must be a whole number from 1 to 1024; this is a list"),
      (
        "max_file_size_mb: 0", 1,
        "max_file_size_mb must be a whole number from 1 to 1048576; this is 0"
      ),
      (
        "ledgers_per_file: -1", 1,
        "ledgers_per_file must be a whole number from 1 to 4294967295; this is -1"
      ),
      (
        "rotation_interval_minutes: -0.5", 1,
        "rotation_interval_minutes must be a number from 0 to 52560000; this is -0.5"
      ),
      (
        "rotation_interval_minutes: 1e999", 1,
        "rotation_interval_minutes must be a number from 0 to 52560000; this is 1e999"
      ),
      (
        "metrics_port: 65536", 1,
        "metrics_port must be a whole number from 0 to 65535; this is 65536"
      ),
      ("debug: yes", 1, "debug must be true or false; this is the text `yes`"),
      ("strict: 1", 1, "strict must be true or false; this is 1"),
      ("storage_type: fs", 1, "unsupported storage_type: fs (valid: FS, GCS, S3)"),
      ("storage_type: true", 1, "storage_type must be one of FS, GCS, S3; this is true"),
      (
        "local_path: {}", 1,
        "local_path must be a text without control characters; this is a mapping"
      ),
      (
        "region: \"a\\nb\"", 1,
        "region must be a text without control characters; this is the text `a\\nb`"
      ),
      (
        "partition_by: day", 1,
        "partition_by must be one of ledger_day, ledger_range, hour; this is the text `day`"
      ),
      (
        "ledger_range_end: open", 1,
        "ledger_range_end must be one of inclusive, exclusive; this is the text `open`"
      ),
      (
        "compression: zstd:23", 1,
        "compression must be one of snappy, none, gzip[:1-9], zstd[:1-22], lz4_raw, lz4,"
          + " brotli[:0-11]; this is the text `zstd:23`"
      ),
      (
        "compression: lzo", 1,
        "compression must be one of snappy, none, gzip[:1-9], zstd[:1-22], lz4_raw, lz4,"
          + " brotli[:0-11]; this is the text `lzo`"
      ),
      (
        "path_prefix: /a", 1,
        "path_prefix: the object key `/a` has the part ``: keys are relative and lead nowhere else"
      ),
      (
        "path_prefix: a/../b", 1,
        "path_prefix: the object key `a/../b` has the part `..`: keys are relative and lead nowhere"
          + " else"
      ),
      (
        "path_prefix: a//", 1,
        "path_prefix: the object key `a/` has the part ``: keys are relative and lead nowhere else"
      ),
      (
        "path_prefix: /", 1,
        "path_prefix: the object key `/` has the part ``: keys are relative and lead nowhere else"
      ),
      (
        "path_prefix: 'a/{type}'", 1,
        "path_prefix `a/{type}`: the only placeholder is {message_type}"
      ),
      (
        "local_path: '~root/x'", nil,
        "local_path begins with the home of another user: `~` stands before `/` alone"
      ),
      (
        "write_ahead_log: ~/x", nil,
        "write_ahead_log begins with `~`, and the variable HOME is not set"
      ),
      ("- a", 1, "the configuration must be a mapping of keys; this is a list"),
      ("a\tb: 5", 1, "there is no key"),
      ("debug: true\nbufer_size: 5", 2, "there is no key bufer_size, did you mean buffer_size?"),
      ("x: [", 1, "at character 4: the bracket is not closed on its line: expected `]`"),
      ("x: 1\nlocal_path: ${NONE}", 2, "at character 13: the variable NONE is not set: set it"),
    ] as [(String, Int?, String)])
  func faults(text: String, line: Int?, message: String) {
    let error = #expect(throws: ParquetError.self) { try archive(text, "x.yaml") }
    #expect(error?.code == .invalidArgument)
    #expect(error?.context.file == "x.yaml")
    #expect(error?.context.line == line)
    let given = error?.message ?? ""
    #expect(given.hasPrefix(message), "\(given)")
  }

  @Test(arguments: [
    ("buffer_size", "ten", "buffer_size must be a whole number from 1 to 2147483647, not `ten`"),
    ("buffer_size", "", "buffer_size must be a whole number from 1 to 2147483647, not ``"),
    ("debug", "1", "debug must be true or false, not `1`"),
    ("storage_type", "X", "unsupported storage_type: X (valid: FS, GCS, S3)"),
    ("buffer-size", "1", "there is no key buffer-size, did you mean buffer_size?"),
  ])
  func optionFaults(key: String, text: String, message: String) {
    var configuration = ArchiveConfiguration()
    let error = #expect(throws: ParquetError.self) { try configuration.set(key, text) }
    #expect(error?.context.line == nil)
    let given = error?.message ?? ""
    #expect(given.hasPrefix(message), "\(given)")
    #expect(configuration == ArchiveConfiguration())
  }

  @Test func whatMustBeThere() throws {
    func problem(_ change: (inout ArchiveConfiguration) -> Void) -> String? {
      var configuration = ArchiveConfiguration()
      configuration.storageType = .local
      configuration.localPath = "/data"
      change(&configuration)
      do throws(ParquetError) { try configuration.check() } catch { return error.message }
      return nil
    }
    #expect(problem { _ in } == nil)
    #expect(problem { $0.storageType = nil } == "storage_type is required")
    #expect(problem { $0.localPath = nil } == "local_path is required for storage_type FS")
    #expect(problem { $0.localPath = "" } == "local_path is required for storage_type FS")
    #expect(problem { $0.storageType = .s3 } == "bucket_name is required for storage_type S3")
    #expect(
      problem { $0.storageType = .googleCloud } == "bucket_name is required for storage_type GCS")
    #expect(
      problem { $0.bufferSize = 0 } == "buffer_size must be a whole number from 1 to 2147483647")
    #expect(
      problem { $0.rotationIntervalMinutes = .nan }
        == "rotation_interval_minutes must be a number from 0 to 52560000")
    #expect(
      problem { $0.metricsPort = -1 } == "metrics_port must be a whole number from 0 to 65535")
    #expect(problem { $0.region = "" } == "region must be a text without control characters")
    #expect(
      problem { $0.pathPrefix = "a/" }
        == "path_prefix: the object key `a/` has the part ``: keys are relative and lead nowhere else"
    )
    #expect(
      problem { $0.pathPrefix = String(repeating: "a", count: 769) }
        == "path_prefix has 769 bytes, of at most 768")
    #expect(problem { $0.pathPrefix = "x/{message_type}" } == nil)
    #expect(problem { $0.compression = .gzip(level: 10) } == "gzip has levels 1 to 9, not 10")
    #if !Brotli
      let missing = problem { $0.compression = .brotli() }
      #expect(missing == "BROTLI: built without Brotli: rebuild with --traits Brotli")
    #endif
  }

  @Test func homeIsExpanded() throws {
    let text = "local_path: ~/data\ndead_letter_path: '~'\nmetrics_file: a~\npath_prefix: ~x"
    let configuration = try archive(text, "a.yaml", ["HOME": "/home/a"])
    #expect(configuration.localPath == "/home/a/data")
    #expect(configuration.deadLetterPath == "/home/a")
    #expect(configuration.metricsFile == "a~")
    #expect(configuration.pathPrefix == "~x")
  }
}
