public import Parquet

/// A file of a data set, as it was written.
public struct DatasetFile: Hashable, Sendable {
  /// Where it is.
  public let path: String
  /// The folders it lies in below the data set's own, `year=2024/county=devon`; empty without partitions.
  public let partition: String
  /// The number of its rows.
  public let rowCount: Int
  /// Its size in bytes.
  public let byteCount: Int
}

/// What a sink of many files wrote.
public struct DatasetSummary: Sendable {
  /// The files, in the order of their paths.
  public let files: [DatasetFile]
  /// How often a row group was closed early, because the memory limit was reached.
  public let memoryFlushes: Int

  /// The number of rows.
  public var rowCount: Int { files.reduce(0) { $0 + $1.rowCount } }
  /// The size of all files in bytes.
  public var byteCount: Int { files.reduce(0) { $0 + $1.byteCount } }
}

/// How the files of a data set are cut and named.
public struct DatasetOptions: Sendable {
  /// How each file is written.
  public var writer = WriterOptions()
  /// The most rows of a file; none but what its size allows, where nil.
  public var fileRows: Int?
  /// About the bytes after which a file is ended; no limit where nil.
  public var fileBytes: Int?
  /// What files are called: `part` makes `part-00000.parquet`.
  public var stem = "part"
  /// What becomes of the files that the folder holds already.
  public var existing = ExistingFiles.refuse

  /// Default options: files without a limit, in a folder that holds none.
  public init() {}

  func check() throws(ParquetError) {
    for (name, limit) in [("rows", fileRows), ("bytes", fileBytes)] {
      if let limit, limit < 1 {
        throw ParquetError(.invalidArgument, "a file of at most \(limit) \(name) holds nothing")
      }
    }
    guard !stem.isEmpty, !stem.utf8.contains(UInt8(ascii: "/")), !stem.hasPrefix(".") else {
      throw ParquetError(.invalidArgument, "`\(stem)` does not begin a file's name")
    }
  }
}
