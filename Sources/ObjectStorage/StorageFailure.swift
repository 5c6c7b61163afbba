public import Parquet

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Why a store did not do what was asked: the cause of its error, for callers that act upon it.
public struct StorageFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The reason in words.
  public let description: String

  private init(_ description: String) { self.description = description }

  /// The condition of a put did not hold: there is an object at the key. HTTP 412, and 409 of a put that raced.
  public static let conflict = StorageFailure("there is an object already")
  /// There is no object at the key. HTTP 404.
  public static let missing = StorageFailure("there is no such object")
  /// The same request may succeed later. HTTP 408, 429, 500, 502, 503 and 504; a connection that broke.
  public static let transient = StorageFailure("the request may succeed later")
}

extension ParquetError {
  /// The error of a put whose condition does not hold.
  public static func conflict(at key: ObjectKey, in store: some ObjectStore) -> ParquetError {
    ParquetError(
      .inputOutput, "exists already; an object is replaced only when that is asked for",
      cause: StorageFailure.conflict
    ).adding(file: store.location(of: key))
  }

  /// The error of an object that is not there.
  public static func missing(_ key: ObjectKey, in store: some ObjectStore) -> ParquetError {
    ParquetError(.inputOutput, "there is no such object", cause: StorageFailure.missing).adding(
      file: store.location(of: key))
  }

  /// The error of a request that may succeed later; the message is `what`.
  public static func transient(_ what: String) -> ParquetError {
    ParquetError(.inputOutput, what, cause: StorageFailure.transient)
  }

  /// Whether an object was not put because there is one at its key.
  public var isConflict: Bool { (cause as? StorageFailure) == .conflict }

  /// Whether an object was asked for that is not there.
  public var isMissingObject: Bool { (cause as? StorageFailure) == .missing }

  /// Whether the same call may succeed later, without anyone changing it.
  ///
  /// That is so where a store says it (``StorageFailure/transient``), and for these errors of the system:
  ///
  /// - a device, a network file system or a connection failed: EIO, ETIMEDOUT, ESTALE, ECONNRESET, ECONNABORTED,
  ///   ECONNREFUSED, EPIPE, ENETDOWN, ENETUNREACH, ENETRESET, EHOSTUNREACH;
  /// - something is used up, and others may give it back: EAGAIN, EMFILE, ENFILE, ENOMEM, ENOBUFS, ENOLCK, and
  ///   ENOSPC and EDQUOT too: whoever watches a disk makes room on it, and a put that failed for want of it has left
  ///   nothing behind;
  /// - it was disturbed: EINTR, EBUSY.
  ///
  /// What only a change of names, rights or settings helps against is not: EACCES, EPERM, ENOENT, ENOTDIR, EISDIR,
  /// EROFS, ENAMETOOLONG, ELOOP; nor is any error whose code is not `inputOutput`.
  public var isTransient: Bool {
    guard code == .inputOutput else { return false }
    if let failure = cause as? StorageFailure { return failure == .transient }
    guard let error = cause as? SystemError else { return false }
    return ParquetError.transientNumbers.contains(error.number)
  }

  private static let transientNumbers: Set<Int32> = [
    EIO, ETIMEDOUT, ESTALE, ECONNRESET, ECONNABORTED, ECONNREFUSED, EPIPE, ENETDOWN, ENETUNREACH,
    ENETRESET, EHOSTUNREACH, EAGAIN, EMFILE, ENFILE, ENOMEM, ENOBUFS, ENOLCK, ENOSPC, EDQUOT,
    EINTR, EBUSY,
  ]
}
