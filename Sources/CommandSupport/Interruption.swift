public import Parquet
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The user's wish to stop: the first SIGINT or SIGTERM is noted here and the work ends in order; a
/// second one ends the process.
public enum Interruption {
  private static let requested = Atomic<Bool>(false)

  /// Notes signals from now on, and makes a closed pipe and a file's size limit plain errors.
  public static func install() {
    // The first use of a global initialises it, which a signal handler must not do.
    requested.store(false, ordering: .relaxed)
    // A parent may have had them blocked, which a child inherits.
    var wanted = sigset_t()
    unsafe sigemptyset(&wanted)
    for number in [SIGINT, SIGTERM] {
      unsafe sigaddset(&wanted, number)
      var action = sigaction()
      #if canImport(Glibc)
        unsafe action.__sigaction_handler.sa_handler = { _ in Interruption.request() }
      #else
        unsafe action.__sigaction_u.__sa_handler = { _ in Interruption.request() }
      #endif
      // Once only; and a read that waits is woken.
      action.sa_flags = Int32(bitPattern: UInt32(truncatingIfNeeded: SA_RESETHAND))
      unsafe sigaction(number, &action, nil)
    }
    unsafe sigprocmask(SIG_UNBLOCK, &wanted, nil)
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// Whether the user wants to stop.
  public static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Notes the wish to stop.
  public static func request() { requested.store(true, ordering: .relaxed) }

  /// Stops the work where the user wants that.
  ///
  /// - Throws: ``Parquet/ParquetError`` with code `cancelled`.
  public static func check() throws(ParquetError) {
    if isRequested { throw ParquetError(.cancelled, "interrupted") }
  }
}
