internal import Parquet

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The folder that a local store keeps everything in, and what may be done to folders below it.
struct BaseFolder: Sendable {
  /// Its absolute path.
  let path: String
  /// The same without links.
  private let realPath: String

  private static let permissions: UInt32 = 0o755

  /// The folder at `directory`, which is made where it is not there.
  init(_ directory: String, home: String?) throws(ParquetError) {
    path = try BaseFolder.absolute(BaseFolder.expanded(directory, home: home))
    let made = try Directory.make(path, permissions: BaseFolder.permissions)
    for folder in made { try Directory.sync(Directory.parent(of: folder)) }
    switch BaseFolder.resolved(path) {
    case .success(let resolved): realPath = resolved
    case .failure(let error): throw .system("cannot be looked at", error, file: path)
    }
  }

  /// The folder that the object at `key` lies in.
  private func folder(of key: ObjectKey) -> String {
    key.folder.isEmpty
      ? path : Directory.path(String(Substring(key.folder.utf8.dropLast())), in: path)
  }

  /// Whether the folder of the object at `key` is there.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput` where links lead out of the base on the way to it.
  func contains(folderOf key: ObjectKey) throws(ParquetError) -> Bool {
    let folder = folder(of: key)
    switch BaseFolder.resolved(folder) {
    case .success(let resolved):
      try checkInside(resolved, folder)
      return true
    case .failure(let error):
      guard FileStatus.isAbsence(error.number) else {
        throw .system("cannot be looked at", error, file: folder)
      }
      return false
    }
  }

  /// Makes the folder of the object at `key`, durably, where it is not there.
  ///
  /// - Returns: the folders that were made, each after the one it lies in.
  /// - Throws: ``ParquetError`` with code `inputOutput`, also where links lead out of the base on the way to it; then
  ///   nothing was made.
  func make(folderOf key: ObjectKey) throws(ParquetError) -> [String] {
    let folder = folder(of: key)
    try checkWay(to: folder)
    let made = try Directory.make(folder, permissions: BaseFolder.permissions)
    guard !made.isEmpty else { return [] }
    for folder in made { try Directory.sync(Directory.parent(of: folder)) }
    // Somebody may have put a link there since.
    _ = try contains(folderOf: key)
    return made
  }

  /// Removes `folder`, then those above it, as long as they are empty; never the base.
  ///
  /// - Returns: the first that stays.
  func removeEmptyFolders(from folder: String) -> String {
    var folder = folder
    while folder.utf8.count > path.utf8.count {
      // What somebody else has just removed is as well as removed here; all other errors mean that it stays.
      if case .failure(let error) = valueOrErrno({ Int(unsafe rmdir(folder)) }),
        error.number != ENOENT
      {
        break
      }
      folder = Directory.parent(of: folder)
    }
    return folder
  }

  // MARK: Staying inside

  /// Refuses a folder which is there, or the way to which is, where links lead out of the base.
  private func checkWay(to folder: String) throws(ParquetError) {
    var way = folder
    while way.utf8.count > path.utf8.count {
      switch BaseFolder.resolved(way) {
      case .success(let resolved): return try checkInside(resolved, way)
      case .failure(let error) where error.number == ENOENT:
        if case .found(let status) = try FileStatus.of(way), status.kind == .link {
          throw ParquetError(.inputOutput, "is a symbolic link that leads to nothing").adding(
            file: way)
        }
        way = Directory.parent(of: way)
      case .failure(let error) where error.number == ENOTDIR:
        throw ParquetError(
          .inputOutput, "lies below an object, which on a disk is a file and no folder"
        ).adding(file: folder)
      case .failure(let error): throw .system("cannot be looked at", error, file: way)
      }
    }
  }

  private func checkInside(_ resolved: String, _ folder: String) throws(ParquetError) {
    let isInside =
      resolved.utf8.elementsEqual(realPath.utf8) || realPath == "/"
      || resolved.utf8.starts(with: "\(realPath)/".utf8)
    guard isInside else {
      throw ParquetError(
        .inputOutput, "leads out of the store by a symbolic link, to \(resolved)"
      ).adding(file: folder)
    }
  }

  // MARK: Paths

  /// `path` without links.
  private static func resolved(_ path: String) -> Result<String, SystemError> {
    errno = 0
    guard let resolved = unsafe realpath(path, nil) else {
      return .failure(SystemError(number: errno))
    }
    defer { unsafe free(resolved) }
    return .success(unsafe String(cString: resolved))
  }

  /// `directory` with `~` replaced.
  private static func expanded(_ directory: String, home: String?) throws(ParquetError) -> String {
    guard !directory.isEmpty, !directory.utf8.contains(0) else {
      throw ParquetError(.invalidArgument, "a store needs a folder")
    }
    guard directory == "~" || directory.utf8.starts(with: "~/".utf8) else { return directory }
    guard let home, !home.isEmpty else {
      throw ParquetError(
        .invalidArgument, "the folder `\(directory)` lies in that of the user, and HOME is not set")
    }
    return home + String(Substring(directory.utf8.dropFirst()))
  }

  /// `directory` from the root on, without parts that say nothing.
  private static func absolute(_ directory: String) throws(ParquetError) -> String {
    var path = directory
    if path.utf8.first != UInt8(ascii: "/") {
      guard let current = unsafe getcwd(nil, 0) else {
        throw .system("the working directory is not known", SystemError(number: errno), file: path)
      }
      defer { unsafe free(current) }
      path = unsafe "\(String(cString: current))/\(path)"
    }
    // Not `..`, which behind a link is not the part before it.
    let parts = path.utf8.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
    return "/" + parts.map { String(Substring($0)) }.joined(separator: "/")
  }
}
