internal import Parquet
internal import Tables

extension ArchiveSetting {
  /// All keys, in the order of the reference.
  public static let all: [ArchiveSetting] = storage + writing + operation

  /// Where files are kept.
  private static let storage: [ArchiveSetting] = [
    ArchiveSetting(
      "storage_type", "TYPE", "", "where files are kept: FS, GCS or S3; required", \.storageType,
      expected: "one of \(words(of: ArchiveConfiguration.StorageType.self))", isText: true,
      read: { (value) throws(ParquetError) in
        guard let text = textOf(value) else { return nil }
        guard let type = ArchiveConfiguration.StorageType(rawValue: text) else {
          throw ParquetError(
            .invalidArgument,
            "unsupported storage_type: \(ConfigurationValue.shortened(text)) (valid:"
              + " \(words(of: ArchiveConfiguration.StorageType.self)))")
        }
        return type
      }, isLegal: { _ in true }),
    .text(
      "local_path", "DIR", "the folder of an archive on the disk; required for FS", \.localPath,
      isLocalPath: true),
    .text("bucket_name", "NAME", "the bucket; required for GCS and S3", \.bucketName),
    .text("region", "NAME", "us-east-1", "the region of an S3 bucket", \.region),
    .prefix(
      "path_prefix", "PATH",
      "what the path of each file begins with; {message_type} stands for the type of its messages",
      \.pathPrefix),
    .choice(
      "partition_by", "RULE", "ledger_day",
      "the folders of files: by ledger_day, ledger_range or hour", \.partitionBy,
      words: words(of: PartitionRule.self), read: { PartitionRule(rawValue: $0) }),
    .integer(
      "ledgers_per_file", 1...Int(UInt32.max), 10_000,
      "the ledgers of a folder with ledger_range, and the most of a file", \.ledgersPerFile),
    .choice(
      "ledger_range_end", "END", "inclusive",
      "the end in the name of a ledger_range folder: inclusive (420000-429999), or exclusive"
        + " (420000-430000)", \.rangeEnd, words: words(of: ArchiveConfiguration.RangeEnd.self),
      read: { ArchiveConfiguration.RangeEnd(rawValue: $0) }),
  ]

  /// When and how files are written.
  private static let writing: [ArchiveSetting] = [
    .choice(
      "compression", "C", "snappy", "how pages are compressed: \(Compression.configuredNames)",
      \.compression, words: Compression.configuredNames, read: { Compression(configured: $0) },
      isLegal: { (compression) throws(ParquetError) in
        if let problem = compression.problem { throw problem }
        return true
      }),
    .integer(
      "buffer_size", 1...Int(Int32.max), 10_000, "the messages after which a file is written",
      \.bufferSize),
    .integer(
      "max_file_size_mb", 1...(1 << 20), 128,
      "about the MiB of a file, by those of the files before; the first is as large as its JSON",
      \.maxFileSizeMB),
    .integer(
      "memory_limit_mb", 1...(1 << 20), 512,
      "the MiB of JSON in all buffers above which the largest becomes a file", \.memoryLimitMB),
    .minutes(
      "rotation_interval_minutes", 52_560_000, 60,
      "the minutes after which a file is written; 0 for never", \.rotationIntervalMinutes),
    .boolean(
      "schema_evolution", false, "new fields of later messages become columns of later files",
      \.schemaEvolution),
    .boolean(
      "include_metadata", false, "files say in their key-values what they are made of",
      \.includeMetadata),
    .integer(
      "threads", 1...1024, "one for each processor", "the threads that encode", \.threads),
  ]

  /// How an archive is run.
  private static let operation: [ArchiveSetting] = [
    .boolean("strict", false, "the first message that cannot be kept ends the work", \.strict),
    .text(
      "dead_letter_path", "FILE", "the file for messages that cannot be kept", \.deadLetterPath,
      isLocalPath: true),
    .text(
      "write_ahead_log", "DIR", "the folder of a log of the messages that are in no file yet",
      \.writeAheadLogPath, isLocalPath: true),
    .boolean(
      "write_ahead_log_sync", true,
      "what is acknowledged is durable; false: it is handed to the system", \.writeAheadLogSync),
    .integer(
      "retries", 0...1000, 3,
      "how often a call to the store is made again after an error that may"
        + " pass", \.retries),
    .text(
      "metrics_file", "FILE", "the file that tells the state of the archive", \.metricsFile,
      isLocalPath: true),
    .integer(
      "metrics_port", 0...65_535, "",
      "the port that tells the state of the archive; 0 for a free"
        + " one", \.metricsPort),
    .boolean("dry_run", false, "tells what would be written, and writes nothing", \.dryRun),
    .boolean("debug", false, "tells each step", \.debug),
  ]
}
