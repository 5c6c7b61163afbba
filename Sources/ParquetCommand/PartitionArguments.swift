import CommandSupport
import Datasets
import Parquet
import Tables

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The options that make an output a folder of files.
struct PartitionArguments {
  static let options = [
    CommandOption(
      "partition-by", "A,B",
      summary: "write a folder of Parquet files, in folders A=value/B=value by these columns"),
    CommandOption(
      "file-rows", "N", summary: "write a folder of files with at most so many rows each"),
    CommandOption(
      "file-bytes", "N", summary: "write a folder of files of about so many bytes each"),
    CommandOption(
      "open-files", "N", summary: "the most files of a folder that are written at a time: 256"),
    CommandOption(
      "append", summary: "keep the files that a folder holds, and number the new ones behind them"),
  ]

  /// The columns that name folders.
  let columns: [String]
  private let fileRows: Int?
  private let fileBytes: Int?
  private let openFiles: Int?
  private let existing: ExistingFiles

  /// What `arguments` say; nil where the output is one file.
  init?(_ arguments: Arguments) throws(UsageError) {
    columns = try arguments.list("partition-by") ?? []
    fileRows = try arguments.integer("file-rows", in: 1...Int.max)
    fileBytes = try arguments.byteCount("file-bytes", in: 1...(1 << 50))
    openFiles = try arguments.integer("open-files", in: 1...1_000_000)
    if openFiles != nil, columns.isEmpty {
      throw UsageError("--open-files is for --partition-by")
    }
    if arguments.has("append"), arguments.has("overwrite") {
      throw UsageError("--append and --overwrite: the files of a folder stay, or are replaced")
    }
    existing =
      arguments.has("append") ? .keep : arguments.has("overwrite") ? .replace : .refuse
    if columns.isEmpty, fileRows == nil, fileBytes == nil {
      guard existing != .keep else {
        throw UsageError(
          "--append is for a folder of files: with --partition-by, --file-rows or --file-bytes")
      }
      return nil
    }
  }

  /// The files of `directory`, for rows of `schema`.
  ///
  /// - Throws: ``Parquet/ParquetError``, caused by a ``CommandSupport/UsageError`` where an option names a column that
  ///   the files do not have.
  func sink(
    _ directory: String, schema: Schema, _ writing: WriterArguments
  ) throws(ParquetError) -> DatasetSink {
    var options = DatasetOptions()
    options.writer = writing.options
    options.existing = existing
    options.fileRows = fileRows
    options.fileBytes = fileBytes
    do throws(ParquetError) {
      guard !columns.isEmpty else {
        try check(writing, schema)
        return .rolling(try RollingSink(directory: directory, schema: schema, options: options))
      }
      var budget = MemoryBudget(byteCount: 256 << 20)
      if let memory = writing.options.memoryLimit { budget = MemoryBudget(byteCount: memory) }
      let sink = try PartitionedSink(
        directory: directory, schema: schema, by: columns, options: options, budget: budget,
        openFileLimit: openFiles ?? 256)
      try check(writing, sink.fileSchema)
      return .partitioned(sink)
    } catch {
      guard error.code == .invalidArgument, error.cause == nil else {
        throw DatasetSink.namingOptions(error)
      }
      throw ParquetError(
        .invalidArgument, error.message, cause: UsageError("--partition-by: \(error.message)"))
    }
  }

  private func check(_ writing: WriterArguments, _ schema: Schema) throws(ParquetError) {
    do throws(UsageError) { try writing.check(against: schema) } catch {
      throw ParquetError(.invalidArgument, error.message, cause: error)
    }
  }
}

/// A sink of many files.
final class DatasetSink: BatchSink {
  private enum Kind {
    case rolling(RollingSink)
    case partitioned(PartitionedSink)
  }

  private let kind: Kind

  private init(_ kind: Kind) { self.kind = kind }

  static func rolling(_ sink: RollingSink) -> DatasetSink { DatasetSink(.rolling(sink)) }
  static func partitioned(_ sink: PartitionedSink) -> DatasetSink {
    DatasetSink(.partitioned(sink))
  }

  var schema: Schema {
    switch kind {
    case .rolling(let sink): sink.schema
    case .partitioned(let sink): sink.schema
    }
  }

  func write(_ batch: ColumnBatch) throws(ParquetError) {
    do throws(ParquetError) {
      switch kind {
      case .rolling(let sink): try sink.write(batch)
      case .partitioned(let sink): try sink.write(batch)
      }
    } catch { throw DatasetSink.namingOptions(error) }
  }

  func finish() throws(ParquetError) -> DatasetSummary {
    do throws(ParquetError) {
      switch kind {
      case .rolling(let sink): return try sink.finish()
      case .partitioned(let sink): return try sink.finish()
      }
    } catch { throw DatasetSink.namingOptions(error) }
  }

  /// The error, with the options that let a run go past files that are there.
  static func namingOptions(_ error: ParquetError) -> ParquetError {
    guard error.systemErrorNumber == EEXIST else { return error }
    var error = error
    error.message =
      "exists already; --overwrite replaces the files of an earlier run, --append keeps them"
    return error
  }

  func abandon() {
    switch kind {
    case .rolling(let sink): sink.abandon()
    case .partitioned(let sink): sink.abandon()
    }
  }
}
