#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Directories, for those who write many files.
package enum Directory {
  /// The path of `name` in `directory`.
  package static func path(_ name: String, in directory: String) -> String {
    if directory.isEmpty { return name }
    return directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
  }

  /// The directory that `path` lies in.
  package static func parent(of path: String) -> String {
    let prefix = parts(of: path).prefix
    if prefix.isEmpty { return "." }
    return prefix.utf8.count == 1 ? "/" : String(Substring(prefix.utf8.dropLast()))
  }

  /// The two parts of `path`: up to its last slash, with it, and the name behind.
  package static func parts(of path: String) -> (prefix: String, name: String) {
    // By bytes: a slash before an accent is one character with it, and a slash to the system.
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
    let start = path.utf8.index(after: slash)
    return (String(path[..<start]), String(path[start...]))
  }

  /// Makes `directory`, and those above it that are not there, with `permissions` less the process's mask.
  ///
  /// - Returns: those that were made, each after the one it lies in.
  /// - Throws: ``ParquetError`` with code `inputOutput`, also where something else is there.
  @discardableResult
  package static func make(
    _ directory: String, permissions: UInt32 = 0o777
  ) throws(ParquetError) -> [String] {
    var missing: [String] = []
    var path = directory.isEmpty ? "." : directory
    while path.hasSuffix("/"), path.utf8.count > 1 { path.removeLast() }
    while true {
      var status = stat()
      switch valueOrErrno({ Int(unsafe stat(path, &status)) }) {
      case .success:
        guard status.st_mode & S_IFMT == S_IFDIR else {
          throw ParquetError(.inputOutput, "is not a directory").adding(file: path)
        }
      case .failure(let error):
        guard error.number == ENOENT, path != ".", path != "/" else {
          throw .system("cannot be looked at", error, file: path)
        }
        missing.append(path)
        path = parent(of: path)
        continue
      }
      break
    }
    missing.reverse()
    for path in missing {
      if case .failure(let error) = valueOrErrno({ Int(unsafe mkdir(path, mode_t(permissions))) }),
        error.number != EEXIST
      {
        throw .system("cannot be made", error, file: path)
      }
    }
    return missing
  }

  /// The names in `directory`, hidden ones too, in no order.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`.
  package static func names(in directory: String) throws(ParquetError) -> [String] {
    guard let stream = unsafe opendir(directory.isEmpty ? "." : directory) else {
      throw .system("cannot be opened", SystemError(number: errno), file: directory)
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else {
        let error = SystemError(number: errno)
        guard error.number == 0 else { throw .system("cannot be read", error, file: directory) }
        return names
      }
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
  }

  /// Makes the names in `directory` durable, where the system lets a directory be opened for that.
  package static func sync(_ directory: String) throws(ParquetError) {
    let opened = valueOrErrno { Int(unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) }
    guard case .success(let value) = opened else { return }
    let descriptor = Int32(truncatingIfNeeded: value)
    defer { close(descriptor) }
    let synced = FileSystemCalls.system.perform(.syncDirectory) { Int(fsync(descriptor)) }
    if case .failure(let error) = synced, error.number != EINVAL, error.number != EROFS {
      throw .system("cannot be synchronised", error, file: directory)
    }
  }
}
