#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where a file is to appear, and the names its temporary file may bear meanwhile.
struct FileLocation {
  /// How many runs may write to one path at the same time on a file system without unnamed files.
  private static let temporaryNameCount = 8
  /// File names are at most this long nearly everywhere, in bytes.
  private static let longestName = 255

  /// The path as the caller gave it, for errors.
  let path: String
  /// The path that is written: where symbolic links led to, when a file is replaced.
  let target: String
  /// The directory the target lies in.
  let directory: String
  /// The names a temporary file may bear: `.NAME.tmp`, `.NAME.2.tmp` and so on.
  let temporaryPaths: [String]

  /// The location of `path`.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput` where something is there that may not be replaced.
  init(path: String, overwrite: Bool) throws(ParquetError) {
    self.path = path
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw ParquetError(.inputOutput, "a file needs a name").adding(file: path)
    }
    let target = try FileLocation.target(of: path, overwrite: overwrite)
    let (prefix, name) = Directory.parts(of: target)
    guard !name.isEmpty, name != ".", name != ".." else {
      throw ParquetError(.inputOutput, "is a directory, not a file").adding(file: path)
    }
    self.target = target
    directory = prefix.isEmpty ? "." : prefix
    let stem = FileLocation.shortened(name)
    temporaryPaths = (1...FileLocation.temporaryNameCount).map { number in
      number == 1 ? "\(prefix).\(stem).tmp" : "\(prefix).\(stem).\(number).tmp"
    }
  }

  /// Removes the temporary files of runs that were killed: those that nobody has locked.
  func removeLeftovers(_ calls: FileSystemCalls) {
    for path in temporaryPaths { FileLocation.removeLeftover(path, calls) }
  }

  /// Removes the temporary file at `path` unless it belongs to a live run.
  ///
  /// - Returns: whether the name is free now.
  @discardableResult
  static func removeLeftover(_ path: String, _ calls: FileSystemCalls) -> Bool {
    let opened = valueOrErrno {
      Int(unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK))
    }
    switch opened {
    case .failure(let error): return error.number == ENOENT
    case .success(let value):
      let descriptor = Int32(truncatingIfNeeded: value)
      defer { close(descriptor) }
      // Between opening and locking another run may have finished or removed the file and a third one
      // may have made a new one: only the very file that is locked here may go.
      guard case .success = valueOrErrno({ Int(flock(descriptor, LOCK_EX | LOCK_NB)) }),
        isRegularFile(descriptor, at: path),
        case .success = calls.perform(.unlink, { Int(unsafe unlink(path)) })
      else { return false }
      return true
    }
  }

  /// Makes the names in the directory durable.
  func syncDirectory(_ calls: FileSystemCalls) throws(ParquetError) {
    let opened = valueOrErrno { Int(unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) }
    // A directory that may be written but not read cannot be opened, so its name cannot be synchronised.
    guard case .success(let value) = opened else { return }
    let descriptor = Int32(truncatingIfNeeded: value)
    defer { close(descriptor) }
    if case .failure(let error) = calls.perform(.syncDirectory, { Int(fsync(descriptor)) }),
      error.number != EINVAL, error.number != EROFS
    {
      throw .system("is written, but its directory cannot be synchronised", error, file: path)
    }
  }

  /// Whether the open file is a regular one and the one that `path` names now.
  static func isRegularFile(_ descriptor: Int32, at path: String) -> Bool {
    var opened = stat()
    var named = stat()
    guard unsafe fstat(descriptor, &opened) == 0, unsafe lstat(path, &named) == 0 else {
      return false
    }
    return opened.st_mode & S_IFMT == S_IFREG && opened.st_dev == named.st_dev
      && opened.st_ino == named.st_ino
  }

  /// The path to write for `path`, after looking at what is there.
  private static func target(of path: String, overwrite: Bool) throws(ParquetError) -> String {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else {
      let error = SystemError(number: errno)
      guard error.number == ENOENT else { throw .system("cannot be created", error, file: path) }
      return path
    }
    let isLink = status.st_mode & S_IFMT == S_IFLNK
    if isLink, unsafe stat(path, &status) != 0 {
      // A link to nothing: replacing the link itself is all that can be done.
      guard overwrite else { throw exists(path) }
      return path
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR:
      throw ParquetError(.inputOutput, "is a directory, not a file").adding(file: path)
    default:
      throw ParquetError(
        .inputOutput, "is a device, pipe or socket, which cannot be replaced by a file"
      ).adding(file: path)
    }
    guard overwrite else { throw exists(path) }
    guard isLink, let resolved = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  /// The error of a file that is there already and may not be replaced.
  static func exists(_ path: String) -> ParquetError {
    ParquetError(
      .inputOutput, "exists already; it is replaced only when overwriting is asked for",
      cause: SystemError(number: EEXIST)
    ).adding(file: path)
  }

  /// A name with room for the affixes of a temporary one: a long one is cut and told apart by a hash.
  private static func shortened(_ name: String) -> String {
    let room = longestName - ".".utf8.count - ".9.tmp".utf8.count
    guard name.utf8.count > room else { return name }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let suffix = "~" + String(hash, radix: 16)
    var head = Substring(name)
    while head.utf8.count + suffix.utf8.count > room { head.removeLast() }
    return head + suffix
  }
}
