internal import Parquet

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What the system says of a path, links not followed.
struct FileStatus {
  enum Kind { case file, folder, link, other }

  /// What a look at a path came to.
  enum Look {
    case found(FileStatus)
    /// Nothing is there, or on the way to it.
    case nothing
  }

  let kind: Kind
  let byteCount: Int
  /// When it was last written, in seconds since 1970-01-01.
  let modified: Int

  /// Looks at `path`.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput` where that is not possible.
  static func of(_ path: String) throws(ParquetError) -> Look {
    var status = stat()
    switch valueOrErrno({ Int(unsafe lstat(path, &status)) }) {
    case .success: return .found(FileStatus(status))
    case .failure(let error):
      guard isAbsence(error.number) else {
        throw .system("cannot be looked at", error, file: path)
      }
      return .nothing
    }
  }

  private init(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .folder
    case S_IFLNK: kind = .link
    default: kind = .other
    }
    byteCount = Int(status.st_size)
    #if canImport(Glibc)
      modified = status.st_mtim.tv_sec
    #else
      modified = status.st_mtimespec.tv_sec
    #endif
  }

  /// The description of the object at `key`, whose file this is of.
  func description(of key: ObjectKey) -> ObjectDescription {
    ObjectDescription(key: key, byteCount: byteCount, modified: modified)
  }

  /// Whether the error is that of a path at which nothing is, or can be.
  static func isAbsence(_ number: Int32) -> Bool {
    number == ENOENT || number == ENOTDIR || number == ENAMETOOLONG
  }
}
