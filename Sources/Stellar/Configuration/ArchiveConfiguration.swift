public import Parquet

/// What an archive of ledger messages is told: where it keeps its files, when it writes one, and how.
///
/// Each property is a key of a configuration file (``init(_:name:environment:)``), and an option of the command;
/// ``ArchiveSetting/all`` lists them. ``check()`` says whether they go together.
///
/// ```yaml
/// storage_type: FS
/// local_path: ~/data/stellar-archive
/// path_prefix: contract_data
/// compression: zstd:3
/// ```
public struct ArchiveConfiguration: Hashable, Sendable {
  /// Where objects are kept.
  public enum StorageType: String, CaseIterable, Hashable, Sendable {
    /// In a folder of the local disk.
    case local = "FS"
    /// In a bucket of Google Cloud Storage.
    case googleCloud = "GCS"
    /// In a bucket of S3, or of a service with its interface.
    case s3 = "S3"
  }

  /// How the end of a range of ledgers is told in the name of its folder.
  public enum RangeEnd: String, CaseIterable, Hashable, Sendable {
    /// By the last ledger of the range: `ledgers/420000-429999`.
    case inclusive
    /// By the first ledger behind the range: `ledgers/420000-430000`.
    case exclusive
  }

  /// `storage_type`: where files are kept; nil is no choice, and must not stay.
  public var storageType: StorageType?
  /// `local_path`: the folder of the local disk.
  public var localPath: String?
  /// `bucket_name`: the bucket.
  public var bucketName: String?
  /// `region`: the region of an S3 bucket.
  public var region = "us-east-1"
  /// `path_prefix`: what the keys of all files begin with, without a `/` at its ends; may be empty. In it,
  /// ``messageTypePlaceholder`` stands for the type of the messages.
  public var pathPrefix = ""
  /// `compression`: how pages are compressed.
  public var compression = Compression.snappy
  /// `max_file_size_mb`: the mebibytes of a buffer at which it becomes a file.
  public var maxFileSizeMB = 128
  /// `memory_limit_mb`: the mebibytes of messages in all buffers above which the largest becomes a file.
  public var memoryLimitMB = 512
  /// `buffer_size`: the messages of a buffer at which it becomes a file.
  public var bufferSize = 10_000
  /// `rotation_interval_minutes`: the minutes after which a buffer becomes a file; 0 stands for never.
  public var rotationIntervalMinutes = 60.0
  /// `partition_by`: what the folders are named by.
  public var partitionBy = PartitionRule.ledgerDay
  /// `ledgers_per_file`: the ledgers of a range, with ``PartitionRule/ledgerRange``.
  public var ledgersPerFile = 10_000
  /// `ledger_range_end`: how the end of a range is told in the name of its folder.
  public var rangeEnd = RangeEnd.inclusive
  /// `schema_evolution`: whether new fields of later messages become columns of later files.
  public var schemaEvolution = false
  /// `include_metadata`: whether files say in their key-values what they are made of.
  public var includeMetadata = false
  /// `debug`: whether each step is told.
  public var debug = false
  /// `dry_run`: whether it is only told what would be written.
  public var dryRun = false
  /// `dead_letter_path`: the file that takes messages which cannot be kept.
  public var deadLetterPath: String?
  /// `write_ahead_log`: the folder of the log that messages are in until they are in a file.
  public var writeAheadLogPath: String?
  /// `write_ahead_log_sync`: whether what is acknowledged is durable, and not only handed to the system.
  public var writeAheadLogSync = true
  /// `metrics_file`: the file that tells the state of the archive.
  public var metricsFile: String?
  /// `metrics_port`: the port at which the state of the archive is told; 0 stands for one that is free.
  public var metricsPort: Int?
  /// `retries`: how often a call to the store is made again after an error that may pass.
  public var retries = 3
  /// `threads`: how many threads encode; nil stands for one for each processor.
  public var threads: Int?
  /// `strict`: whether the first message that cannot be kept ends the work.
  public var strict = false

  /// What stands for the type of the messages in ``pathPrefix``.
  public static let messageTypePlaceholder = "{message_type}"

  /// A configuration of defaults, which lacks a ``storageType``.
  public init() {}

  /// Sets the key `key`, as an option of a command does; an empty text stands for the default, where the key takes
  /// a text or a word.
  ///
  /// - Throws: ``Parquet/ParquetError`` with code `invalidArgument` for a key that there is not, or a text that is
  ///   not what the key takes.
  public mutating func set(_ key: String, _ text: String) throws(ParquetError) {
    try ArchiveSetting.named(key).apply(text: text, to: &self)
  }

  /// Puts `home` for a `~` at the begin of each path of the local disk.
  ///
  /// - Throws: ``Parquet/ParquetError`` with code `invalidArgument` where a path begins with `~` and `home` is nil, or
  ///   with the `~` of another user.
  public mutating func expandHome(_ home: String?) throws(ParquetError) {
    for setting in ArchiveSetting.all {
      guard let path = setting.localPath, let text = self[keyPath: path], text.hasPrefix("~") else {
        continue
      }
      guard text == "~" || text.hasPrefix("~/") else {
        throw ParquetError(
          .invalidArgument,
          "\(setting.key) begins with the home of another user: `~` stands before `/` alone")
      }
      guard let home, !home.isEmpty else {
        throw ParquetError(
          .invalidArgument, "\(setting.key) begins with `~`, and the variable HOME is not set")
      }
      self[keyPath: path] = home + text.dropFirst()
    }
  }
}
