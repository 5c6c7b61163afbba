#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The file a ``FileSink`` writes to until it gets its name.
///
/// It is locked from the moment it exists: a temporary name whose file nobody has locked is a leftover.
final class TemporaryFile {
  private let location: FileLocation
  private let calls: FileSystemCalls
  private let descriptor: Int32
  /// The temporary name; nil while the file has none.
  private var temporaryPath: String?
  private var isClosed = false

  /// A new, empty, locked file in the directory of `location`.
  init(_ location: FileLocation, calls: FileSystemCalls) throws(ParquetError) {
    self.location = location
    self.calls = calls
    if let unnamed = TemporaryFile.openUnnamed(location, calls) {
      descriptor = unnamed
    } else {
      (descriptor, temporaryPath) = try TemporaryFile.openNamed(location, calls)
    }
  }

  deinit { abandon() }

  /// Writes all of `bytes` at the end.
  func write(_ bytes: RawSpan) throws(ParquetError) {
    try unsafe bytes.withUnsafeBytes { (all) throws(ParquetError) in
      var rest = unsafe all[...]
      while unsafe !rest.isEmpty {
        let part = unsafe UnsafeRawBufferPointer(rebasing: rest)
        let result = calls.perform(.write) {
          #if canImport(Glibc)
            unsafe Glibc.write(descriptor, part.baseAddress, part.count)
          #else
            unsafe Darwin.write(descriptor, part.baseAddress, min(part.count, 1 << 30))
          #endif
        }
        switch result {
        case .success(let count): unsafe rest = unsafe rest.dropFirst(count)
        case .failure(let error):
          throw .system("cannot be written", error, file: location.path)
        }
      }
    }
  }

  /// Writes all of `bytes` at the end.
  func write(_ bytes: Bytes) throws(ParquetError) {
    try bytes.withBytes { (span) throws(ParquetError) in try write(span) }
  }

  /// Makes the content durable.
  func sync() throws(ParquetError) {
    let result = calls.perform(.sync) {
      #if canImport(Darwin)
        // fsync alone leaves the bytes in the drive's cache there.
        if fcntl(descriptor, F_FULLFSYNC) == 0 { return 0 }
      #endif
      return Int(fsync(descriptor))
    }
    // Some file systems have nothing to synchronise and say so.
    if case .failure(let error) = result, error.number != EINVAL, error.number != EROFS {
      throw .system("cannot be made durable", error, file: location.path)
    }
  }

  /// Takes the target's name, which must be free.
  func becomeTarget() throws(ParquetError) {
    if let error = link(to: location.target) {
      if error.number == EEXIST { throw FileLocation.exists(location.path) }
      guard let temporaryPath, TemporaryFile.meansNoLinks(error) else {
        throw .system("cannot be created", error, file: location.path)
      }
      // A file system without links: the name is looked at just before it is taken, which leaves a gap
      // of a moment.
      guard unsafe access(location.target, F_OK) != 0 else {
        throw FileLocation.exists(location.path)
      }
      try rename(temporaryPath)
    } else {
      removeTemporaryName()
    }
  }

  /// Takes the target's name, whoever bears it now.
  func replaceTarget() throws(ParquetError) {
    if let temporaryPath { return try rename(temporaryPath) }
    for path in location.temporaryPaths where FileLocation.removeLeftover(path, calls) {
      guard let error = link(to: path) else {
        temporaryPath = path
        return try rename(path)
      }
      guard error.number == EEXIST else {
        throw .system("cannot be created", error, file: location.path)
      }
    }
    throw TemporaryFile.tooManyWriters(location)
  }

  /// Removes the temporary name, if any, and closes the file.
  func abandon() {
    guard !isClosed else { return }
    removeTemporaryName()
    close()
  }

  /// Closes the file, which also unlocks it.
  func close() {
    guard !isClosed else { return }
    isClosed = true
    #if canImport(Glibc)
      _ = Glibc.close(descriptor)
    #else
      _ = Darwin.close(descriptor)
    #endif
  }

  private func removeTemporaryName() {
    guard let temporaryPath else { return }
    _ = calls.perform(.unlink) { Int(unsafe unlink(temporaryPath)) }
    self.temporaryPath = nil
  }

  private func rename(_ temporaryPath: String) throws(ParquetError) {
    let target = location.target
    let result = calls.perform(.rename) {
      #if canImport(Glibc)
        Int(unsafe Glibc.rename(temporaryPath, target))
      #else
        Int(unsafe Darwin.rename(temporaryPath, target))
      #endif
    }
    if case .failure(let error) = result {
      throw .system("cannot be replaced", error, file: location.path)
    }
    self.temporaryPath = nil
  }

  /// Gives the file the name `path`; the error where that fails.
  private func link(to path: String) -> SystemError? {
    let result = calls.perform(.link) {
      if let temporaryPath {
        return Int(unsafe linkat(AT_FDCWD, temporaryPath, AT_FDCWD, path, 0))
      }
      let name = TemporaryFile.descriptorPath(descriptor)
      return Int(unsafe linkat(AT_FDCWD, name, AT_FDCWD, path, AT_SYMLINK_FOLLOW))
    }
    if case .failure(let error) = result { return error }
    return nil
  }
}

extension TemporaryFile {
  /// A new locked file without a name; nil where there is no such thing or it could get no name later.
  private static func openUnnamed(_ location: FileLocation, _ calls: FileSystemCalls) -> Int32? {
    #if os(Linux)
      // The C header hides the flag; its value is the same on every architecture of this platform.
      let unnamed: Int32 = 0o20_000_000 | O_DIRECTORY
      let opened = calls.perform(.openUnnamed) {
        Int(unsafe open(location.directory, unnamed | O_WRONLY | O_CLOEXEC, 0o666))
      }
      guard case .success(let value) = opened else { return nil }
      let descriptor = Int32(truncatingIfNeeded: value)
      guard case .success = valueOrErrno({ Int(flock(descriptor, LOCK_EX | LOCK_NB)) }),
        unsafe access(descriptorPath(descriptor), F_OK) == 0
      else {
        Glibc.close(descriptor)
        return nil
      }
      return descriptor
    #else
      return nil
    #endif
  }

  /// A new locked file under the first temporary name that no live run has.
  private static func openNamed(
    _ location: FileLocation, _ calls: FileSystemCalls
  ) throws(ParquetError) -> (descriptor: Int32, path: String) {
    for path in location.temporaryPaths where FileLocation.removeLeftover(path, calls) {
      let opened = calls.perform(.openNew) {
        Int(unsafe open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o666))
      }
      switch opened {
      case .failure(let error) where error.number == EEXIST: continue
      case .failure(let error): throw .system("cannot be created", error, file: location.path)
      case .success(let value):
        let descriptor = Int32(truncatingIfNeeded: value)
        // Before it was locked another run may have taken the file for a leftover.
        if case .success = valueOrErrno({ Int(flock(descriptor, LOCK_EX | LOCK_NB)) }),
          FileLocation.isRegularFile(descriptor, at: path)
        {
          return (descriptor, path)
        }
        #if canImport(Glibc)
          Glibc.close(descriptor)
        #else
          Darwin.close(descriptor)
        #endif
      }
    }
    throw tooManyWriters(location)
  }

  private static func descriptorPath(_ descriptor: Int32) -> String {
    "/proc/self/fd/\(descriptor)"
  }

  /// Whether the error is that of a file system without hard links.
  static func meansNoLinks(_ error: SystemError) -> Bool {
    error.number == EPERM || error.number == EOPNOTSUPP || error.number == ENOSYS
  }

  private static func tooManyWriters(_ location: FileLocation) -> ParquetError {
    ParquetError(
      .inputOutput,
      "no temporary file can be made beside it: the names \(location.temporaryPaths[0]) and so on"
        + " are taken by other runs or may not be removed", cause: SystemError(number: EBUSY)
    ).adding(file: location.path)
  }
}
