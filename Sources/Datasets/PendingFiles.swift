internal import Parquet

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Files that are whole, but bear names that readers of data sets pass over until all of them are.
///
/// A name that begins with a dot is none of a data set's files for Spark, pyarrow, DuckDB and Hive.
struct PendingFiles {
  private struct Pending {
    let hiddenPath: String
    let file: DatasetFile
  }

  private let overwrites: Bool
  private var files: [Pending] = []
  /// The directories that were made for files, each after the one it lies in.
  private var directories: [String] = []

  init(overwrites: Bool) { self.overwrites = overwrites }

  /// The name that a file bears until all are whole.
  static func hiddenPath(_ path: String) -> String {
    let (prefix, name) = Directory.parts(of: path)
    return "\(prefix).\(name).pending"
  }

  /// Says that nothing is at `path` that may not be replaced.
  func check(_ path: String) throws(ParquetError) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw ParquetError(.inputOutput, "is a directory, not a file").adding(file: path)
    }
    guard overwrites else {
      throw ParquetError(.inputOutput, "exists already").adding(file: path)
    }
  }

  /// Makes `directory`, and those above it that are not there.
  mutating func makeDirectory(_ directory: String) throws(ParquetError) {
    directories += try Directory.make(directory)
  }

  /// Notes a file that is whole.
  mutating func append(_ file: DatasetFile) {
    files.append(Pending(hiddenPath: PendingFiles.hiddenPath(file.path), file: file))
  }

  /// Gives every file its name; the files, in the order of their paths.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`; files that have their names keep them.
  mutating func publish() throws(ParquetError) -> [DatasetFile] {
    for pending in files { try check(pending.file.path) }
    let ordered = files.sorted { $0.file.path.utf8.lexicographicallyPrecedes($1.file.path.utf8) }
    for pending in ordered {
      let renamed = valueOrErrno {
        Int(unsafe rename(pending.hiddenPath, pending.file.path))
      }
      if case .failure(let error) = renamed {
        throw .system("cannot be given its name", error, file: pending.file.path)
      }
    }
    let folders = Set(ordered.map { Directory.parent(of: $0.file.path) })
    for folder in folders.sorted() { try Directory.sync(folder) }
    files = []
    directories = []
    return ordered.map(\.file)
  }

  /// Removes all files, and the directories made for them that are empty then.
  mutating func discard() {
    for pending in files { unsafe unlink(pending.hiddenPath) }
    for directory in directories.reversed() { unsafe rmdir(directory) }
    files = []
    directories = []
  }
}
