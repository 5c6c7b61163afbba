public import Parquet
internal import Tables

/// What a conversion of MIDAS data is told by a configuration file and by the environment.
///
/// The environment goes before the file, and both before the defaults; options of the command line go
/// before all, which is the caller's part: the properties can be set. What is nil leaves the default to
/// the conversion.
///
/// ```toml
/// [processing]
/// input_path = "archive"
/// datasets = ["uk-daily-rain-obs"]
///
/// [parquet]
/// compression = "zstd:3"
/// ```
public struct MIDASConfiguration: Hashable, Sendable {
  /// What is read and where results go: `[processing]`.
  public struct Processing: Hashable, Sendable {
    /// `input_path`, MIDAS_INPUT_PATH: what is read; nil stands for ``cachePath``.
    public var inputPath: String?
    /// `output_path`, MIDAS_OUTPUT_PATH: where results go, where ``parquetOutputPath`` says nothing else.
    public var outputPath: String?
    /// `cache_path`, MIDAS_CACHE_PATH: where midas-fetcher keeps what it fetched; by default its folder
    /// among the user's caches, and nil where the environment does not tell where those are.
    public var cachePath: String?
    /// `parquet_output_path`, MIDAS_PARQUET_OUTPUT_PATH: where Parquet files go.
    public var parquetOutputPath: String?
    /// `datasets`, MIDAS_DATASETS with commas: the names of the data sets that are converted; nil stands for all.
    public var dataSets: [String]?
    /// `dry_run`, MIDAS_DRY_RUN: whether nothing is written.
    public var isDryRun = false
    /// `force_overwrite`: whether files that are there are replaced.
    public var overwrites = false
  }

  /// Which observations are kept: `[quality_control]`.
  public struct QualityControl: Hashable, Sendable {
    /// `require_station_metadata`, MIDAS_REQUIRE_STATION_METADATA: whether observations are kept only
    /// where something describes their station, be it the header of their file.
    public var requiresStationMetadata = true
    /// `exclude_empty_measurements`, MIDAS_EXCLUDE_EMPTY_MEASUREMENTS: whether observations without any
    /// measurement are left out.
    public var excludesEmptyMeasurements = true
  }

  /// How Parquet files are written: `[parquet]`.
  public struct Writing: Hashable, Sendable {
    /// `compression`: how pages are compressed, as `snappy`, `zstd:3`.
    public var compression: Compression?
    /// `row_group_size`: the most rows of a row group.
    public var rowGroupRows: Int?
    /// `page_size_mb`: the mebibytes after which a page is closed.
    public var pageMebibytes: Int?
  }

  /// What the work may take: `[performance]`.
  public struct Performance: Hashable, Sendable {
    /// `parallel_workers`, MIDAS_PARALLEL_WORKERS: the threads; nil stands for one a processor.
    public var workerCount: Int?
    /// `memory_limit_gb`, MIDAS_MEMORY_LIMIT_GB: the gibibytes that rows and encoded pages may take.
    public var memoryLimitGibibytes: Int?
  }

  /// What is told meanwhile: `[logging]`.
  public struct Logging: Hashable, Sendable {
    /// How much is told.
    public enum Level: String, CaseIterable, Hashable, Sendable {
      /// Errors only.
      case error
      /// Warnings, too.
      case warn
      /// What is done, too.
      case info
      /// How it is done, too.
      case debug
      /// Everything.
      case trace
    }

    /// In what form it is told.
    public enum Format: String, CaseIterable, Hashable, Sendable {
      /// For people.
      case pretty
      /// For people, one line each.
      case compact
      /// Lines of JSON.
      case json
    }

    /// `level`, MIDAS_LOG_LEVEL: how much is told.
    public var level = Level.info
    /// `format`: in what form.
    public var format = Format.pretty
    /// `structured`: whether fields are told apart from text.
    public var isStructured = false
  }

  /// What is read and where results go.
  public var processing = Processing()
  /// Which observations are kept.
  public var qualityControl = QualityControl()
  /// How Parquet files are written.
  public var parquet = Writing()
  /// What the work may take.
  public var performance = Performance()
  /// What is told meanwhile.
  public var logging = Logging()

  /// What `toml` and `environment` say, and the defaults.
  ///
  /// - Parameters:
  ///   - toml: The text of a configuration file; nil where there is none.
  ///   - file: The file's name, for errors.
  ///   - environment: The environment's variables by their names. Only those named at the properties
  ///     count, and HOME and XDG_CACHE_HOME, which tell where caches are.
  /// - Throws: ``ParquetError`` with code `invalidArgument`: the text is no TOML, a table or a key is not
  ///   known, or a value is not what is expected there, each with the file and the line, or the variable.
  public init(
    toml: [UInt8]? = nil, file: String? = nil, environment: [String: String] = [:]
  ) throws(ParquetError) {
    processing.cachePath = MIDASConfiguration.cachePath(environment)
    if let toml {
      do throws(ParquetError) { try apply(TOMLDocument(toml)) } catch {
        throw error.adding(file: file)
      }
    }
    try apply(environment)
  }

  /// The names of the environment's variables that count.
  public static let environmentVariables =
    ConfigurationSetting.all.compactMap(\.variable) + ["HOME", "XDG_CACHE_HOME"]

  /// What is read: the input path, else the cache; nil where neither is known.
  public var inputDirectory: String? { processing.inputPath ?? processing.cachePath }

  /// Where Parquet files go: the path given for them, or for all results, else the folder `parquet` below
  /// the input; nil where none is known.
  public var parquetDirectory: String? {
    if let path = processing.parquetOutputPath ?? processing.outputPath { return path }
    return inputDirectory.map { $0.hasSuffix("/") ? $0 + "parquet" : "\($0)/parquet" }
  }

  /// The folder of midas-fetcher among the user's caches.
  private static func cachePath(_ environment: [String: String]) -> String? {
    // By the rules for such folders, only an absolute path counts.
    if let caches = environment["XDG_CACHE_HOME"], caches.hasPrefix("/") {
      return "\(caches)/midas-fetcher"
    }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    #if canImport(Darwin)
      return "\(home)/Library/Caches/midas-fetcher"
    #else
      return "\(home)/.cache/midas-fetcher"
    #endif
  }
}
