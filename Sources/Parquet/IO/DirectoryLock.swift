#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A directory that is kept for one who writes many files to it, or for several who do not disturb each other.
///
/// The lock is advisory, lies on the directory itself so that no file tells of it, and goes with the process however
/// that ends.
package final class DirectoryLock {
  private let descriptor: Int32

  private init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit {
    // Closing alone leaves the lock to a child that is just being started and has the descriptor still.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Locks `directory`, without waiting; others may have such a lock, too, where it `isShared`.
  ///
  /// - Returns: the lock; nil where the file system has none for directories.
  /// - Throws: ``ParquetError`` with code `inputOutput` where another one has a lock that rules this one out, or the
  ///   directory cannot be opened.
  package static func take(
    _ directory: String, isShared: Bool
  ) throws(ParquetError) -> DirectoryLock? {
    let path = directory.isEmpty ? "." : directory
    let opened = valueOrErrno { Int(unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) }
    let descriptor: Int32
    switch opened {
    case .success(let value): descriptor = Int32(truncatingIfNeeded: value)
    case .failure(let error): throw .system("cannot be opened", error, file: path)
    }
    let lock = DirectoryLock(descriptor)
    let mode = isShared ? LOCK_SH : LOCK_EX
    if case .failure(let error) = valueOrErrno({ Int(flock(descriptor, mode | LOCK_NB)) }) {
      guard error.number == EWOULDBLOCK else { return nil }
      throw isWrittenTo(path)
    }
    // Who had the lock before may have removed the directory before letting go.
    var locked = stat()
    var named = stat()
    guard unsafe fstat(descriptor, &locked) == 0, unsafe stat(path, &named) == 0,
      locked.st_dev == named.st_dev, locked.st_ino == named.st_ino
    else { throw isWrittenTo(path) }
    return lock
  }

  private static func isWrittenTo(_ directory: String) -> ParquetError {
    ParquetError(.inputOutput, "is being written to by another run").adding(file: directory)
  }
}
