public import Parquet

/// How the file of a data set is written: named limits, checked together, and presets by the size of the data.
///
/// ```swift
/// let configuration = try WriterConfiguration.recommended(observations: 2_000_000, measurements: 40)
///   .with(compression: .zstd(level: 3))
///   .validated()
/// conversion.writerOptions = configuration.options
/// ```
public struct WriterConfiguration: Hashable, Sendable {
  /// The most rows of a row group.
  public var rowGroupRows = 1_048_576
  /// The codec of all pages.
  public var compression = Compression.snappy
  /// The rows that are handed to the writer at a time.
  public var batchRows = 1024
  /// The bytes that may wait in memory; a row group is closed where they are more.
  public var memoryLimit = 100 << 20
  /// Whether columns may be written by a dictionary.
  public var usesDictionaries = true
  /// Whether bounds and counts are written.
  public var writesStatistics = true
  /// The most bytes of a page.
  public var pageBytes = 1 << 20

  /// The defaults.
  public init() {}

  // MARK: Presets

  /// A preset for a table of `observations` rows: small tables get small row groups and little memory.
  ///
  /// - Parameter observations: about how many rows there will be; negative is taken for none.
  /// - Returns: a configuration that is valid.
  public static func optimised(observations: Int) -> WriterConfiguration {
    var configuration = WriterConfiguration()
    switch observations {
    case ..<10_000:
      configuration.rowGroupRows = 10_000
      configuration.batchRows = 500
      configuration.memoryLimit = 50 << 20
    case ..<1_000_000:
      configuration.rowGroupRows = 50_000
      configuration.batchRows = 1000
      configuration.memoryLimit = 100 << 20
    default:
      configuration.rowGroupRows = 100_000
      configuration.batchRows = 2000
      configuration.memoryLimit = 200 << 20
    }
    return configuration
  }

  /// A preset for `observations` rows of `measurements` measurements each: wide rows come in smaller batches.
  ///
  /// - Parameters:
  ///   - observations: about how many rows there will be; negative is taken for none.
  ///   - measurements: the measurements of a row.
  ///   - memoryLimit: the bytes that may wait in memory; by the number of rows where nil.
  /// - Returns: a configuration that is valid.
  public static func recommended(
    observations: Int, measurements: Int, memoryLimit: Int? = nil
  ) -> WriterConfiguration {
    var configuration = WriterConfiguration()
    switch observations {
    case ..<50_000: configuration.rowGroupRows = min(max(observations, 1), 10_000)
    case ..<1_000_000: configuration.rowGroupRows = 50_000
    default: configuration.rowGroupRows = 100_000
    }
    let batch =
      switch measurements {
      case 21...: 500
      case 11...: 1000
      default: 2000
      }
    // Few rows make a row group smaller than a batch would be.
    configuration.batchRows = min(batch, configuration.rowGroupRows)
    let usual =
      switch observations {
      case ..<100_000: 50 << 20
      case ..<1_000_000: 100 << 20
      default: 200 << 20
      }
    configuration.memoryLimit = max(memoryLimit ?? usual, 1)
    return configuration
  }

  /// About the bytes of a file of `observations` rows, before it is written: 200 a row and 16 a measurement, by the
  /// share that compression leaves.
  public static func estimatedByteCount(
    observations: Int, measurements: Int, ratio: Double
  ) -> Int {
    Int(Double(max(observations, 0)) * Double(200 + 16 * max(measurements, 0)) * ratio)
  }

  // MARK: Changes

  /// The same with another number of rows of a row group.
  public func with(rowGroupRows: Int) -> WriterConfiguration {
    changed { $0.rowGroupRows = rowGroupRows }
  }
  /// The same with another codec.
  public func with(compression: Compression) -> WriterConfiguration {
    changed { $0.compression = compression }
  }
  /// The same with another number of rows of a batch.
  public func with(batchRows: Int) -> WriterConfiguration { changed { $0.batchRows = batchRows } }
  /// The same with another limit of memory, in bytes.
  public func with(memoryLimit: Int) -> WriterConfiguration {
    changed { $0.memoryLimit = memoryLimit }
  }
  /// The same with or without dictionaries.
  public func with(dictionaries: Bool) -> WriterConfiguration {
    changed { $0.usesDictionaries = dictionaries }
  }
  /// The same with or without statistics.
  public func with(statistics: Bool) -> WriterConfiguration {
    changed { $0.writesStatistics = statistics }
  }
  /// The same with another size of pages, in bytes.
  public func with(pageBytes: Int) -> WriterConfiguration { changed { $0.pageBytes = pageBytes } }

  private func changed(_ change: (inout WriterConfiguration) -> Void) -> WriterConfiguration {
    var changed = self
    change(&changed)
    return changed
  }

  // MARK: Checking

  /// The same, when it can be.
  ///
  /// - Throws: ``Parquet/ParquetError`` with code `invalidArgument` that names the value: one that is below 1, or batches
  ///   larger than row groups.
  public func validated() throws(ParquetError) -> WriterConfiguration {
    for (name, value) in [
      ("row_group_size", rowGroupRows), ("write_batch_size", batchRows),
      ("memory_limit_bytes", memoryLimit), ("data_page_size_bytes", pageBytes),
    ] where value < 1 {
      throw ParquetError(.invalidArgument, "\(name) is \(value): it must be 1 or more")
    }
    guard batchRows <= rowGroupRows else {
      throw ParquetError(
        .invalidArgument,
        "write_batch_size is \(batchRows): it must be at most row_group_size, which is \(rowGroupRows)"
      )
    }
    guard pageBytes <= 1 << 30 else {
      throw ParquetError(
        .invalidArgument, "data_page_size_bytes is \(pageBytes): it must be at most \(1 << 30)")
    }
    return self
  }

  /// What the engine is told.
  public var options: WriterOptions {
    var options = WriterOptions()
    options.rowGroupRows = rowGroupRows
    options.compression = compression
    options.memoryLimit = memoryLimit
    options.pageBytes = pageBytes
    options.statistics = writesStatistics ? .page : .none
    // Without dictionaries the encodings are chosen among the others.
    if !usesDictionaries { options.dictionaryBytes = 1 }
    return options
  }
}
