#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Names of files, for those who write many files and have them appear together.
package enum FileNames {
  /// What bears a name.
  package enum Kind {
    case file, directory
    /// A symbolic link to a directory.
    case linkToDirectory
  }

  /// What a name stands for now, and what tells that file from all others.
  package struct Status {
    /// What tells a file from all others.
    package struct Identity: Hashable {
      private let device: UInt64
      private let number: UInt64

      fileprivate init(_ status: stat) {
        device = UInt64(truncatingIfNeeded: status.st_dev)
        number = UInt64(truncatingIfNeeded: status.st_ino)
      }
    }

    package let kind: Kind
    package let identity: Identity
  }

  /// What bears the name `path`; nil where nothing does.
  ///
  /// Whatever is no directory counts as a file: links to files and to nothing, pipes, devices.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`.
  package static func status(_ path: String) throws(ParquetError) -> Status? {
    var status = stat()
    if case .failure(let error) = valueOrErrno({ Int(unsafe lstat(path, &status)) }) {
      guard error.number == ENOENT || error.number == ENOTDIR else {
        throw .system("cannot be looked at", error, file: path)
      }
      return nil
    }
    let identity = Status.Identity(status)
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return Status(kind: .directory, identity: identity)
    case S_IFLNK:
      var target = stat()
      let leads = unsafe stat(path, &target) == 0 && target.st_mode & S_IFMT == S_IFDIR
      return Status(kind: leads ? .linkToDirectory : .file, identity: identity)
    default: return Status(kind: .file, identity: identity)
    }
  }

  /// Takes the name `path`, with an empty file, where nothing bears it.
  ///
  /// - Returns: whether it was free.
  /// - Throws: ``ParquetError`` with code `inputOutput`.
  package static func reserve(_ path: String) throws(ParquetError) -> Bool {
    let opened = FileSystemCalls.system.perform(.openNew) {
      Int(unsafe open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o666))
    }
    switch opened {
    case .success(let descriptor):
      close(Int32(truncatingIfNeeded: descriptor))
      return true
    case .failure(let error):
      guard error.number == EEXIST else { throw .system("cannot be created", error, file: path) }
      return false
    }
  }

  /// Gives the file at `path` the name `target`, in one step.
  ///
  /// Where it `replaces`, what bears the name goes; else that is refused, which leaves a gap of a moment on a file
  /// system without links.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`; caused by EEXIST where the name is taken.
  package static func move(
    _ path: String, to target: String, replaces: Bool
  ) throws(ParquetError) {
    if !replaces {
      switch FileSystemCalls.system.perform(.link, { Int(unsafe link(path, target)) }) {
      case .success:
        try remove(path)
        return
      case .failure(let error):
        guard TemporaryFile.meansNoLinks(error) else {
          if error.number == EEXIST { throw FileLocation.exists(target) }
          throw .system("cannot be given its name", error, file: target)
        }
        if try status(target) != nil { throw FileLocation.exists(target) }
      }
    }
    let renamed = FileSystemCalls.system.perform(.rename) { Int(unsafe rename(path, target)) }
    if case .failure(let error) = renamed {
      throw .system("cannot be given its name", error, file: target)
    }
  }

  /// Takes the name `path` away.
  ///
  /// - Returns: whether anything bore it.
  /// - Throws: ``ParquetError`` with code `inputOutput`.
  @discardableResult
  package static func remove(_ path: String) throws(ParquetError) -> Bool {
    let removed = FileSystemCalls.system.perform(.unlink) { Int(unsafe unlink(path)) }
    guard case .failure(let error) = removed else { return true }
    guard error.number == ENOENT else { throw .system("cannot be removed", error, file: path) }
    return false
  }

  /// Removes the temporary file of a ``FileSink`` unless that is alive.
  package static func removeTemporary(_ path: String) {
    FileLocation.removeLeftover(path, .system)
  }
}
