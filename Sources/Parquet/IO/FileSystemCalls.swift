import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An error number of the operating system, as the cause of a ``ParquetError``.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The value of `errno`.
  public let number: Int32

  /// The error with this number.
  public init(number: Int32) { self.number = number }

  /// The system's own words.
  public var description: String {
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
  }
}

extension ParquetError {
  /// An input/output error: `what` could not be done, for the reason the system gave.
  package static func system(_ what: String, _ error: SystemError, file: String) -> ParquetError {
    ParquetError(.inputOutput, "\(what): \(error)", cause: error).adding(file: file)
  }

  /// The system's error number behind this error, if there is one.
  package var systemErrorNumber: Int32? { (cause as? SystemError)?.number }
}

/// What `body` returns, or the error number where that is -1.
package func valueOrErrno(
  retryOnInterrupt: Bool = true, _ body: () -> Int
) -> Result<Int, SystemError> {
  while true {
    let value = body()
    if value != -1 { return .success(value) }
    let number = errno
    guard number == EINTR, retryOnInterrupt else { return .failure(SystemError(number: number)) }
  }
}

/// The one door to the calls that change files, so that a test can watch them, fail them, or end the
/// process at the k-th.
package final class FileSystemCalls: Sendable {
  /// A kind of call.
  package enum Kind: Hashable, Sendable, CaseIterable {
    case openUnnamed, openNew, write, truncate, sync, syncDirectory, link, rename, unlink
  }

  /// Asked before each call, with the call's number from 1: returns nil to let it happen, an error number
  /// to fail it with, or does not return.
  package typealias Hook = @Sendable (_ kind: Kind, _ number: Int) -> Int32?

  /// The calls of every sink that is not given others.
  package static let system = FileSystemCalls(hook: nil)

  private let hook: Mutex<Hook?>
  private let count = Atomic<Int>(0)

  /// Calls watched by `hook`.
  package init(hook: Hook?) { self.hook = Mutex(hook) }

  /// Has the calls from now on watched by `hook`.
  package func install(_ hook: @escaping Hook) { self.hook.withLock { $0 = hook } }

  /// Makes a call, again as long as a signal interrupts it.
  package func perform(_ kind: Kind, _ body: () -> Int) -> Result<Int, SystemError> {
    if let hook = hook.withLock({ $0 }),
      let number = hook(kind, count.add(1, ordering: .relaxed).newValue)
    {
      return .failure(SystemError(number: number))
    }
    return valueOrErrno(body)
  }
}
