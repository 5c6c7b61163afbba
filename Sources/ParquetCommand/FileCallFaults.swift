import Parquet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Faults that the tests of crash safety ask for by the environment variable
/// `PARQUET_TEST_FILE_CALLS`; without it nothing is watched.
///
/// Its value is a list separated by commas: `die:K` ends the process, as SIGKILL does, in place of its
/// K-th call that writes, synchronises, names or removes a file; `stop:K` has it wait there, as SIGSTOP
/// does; `named` does without unnamed
/// temporary files, as on file systems that know none.
enum FileCallFaults {
  static func install() {
    guard let value = unsafe getenv("PARQUET_TEST_FILE_CALLS") else { return }
    let words = unsafe String(cString: value).split(separator: ",")
    let isNamed = words.contains("named")
    func number(_ prefix: String) -> Int? {
      words.compactMap { $0.hasPrefix(prefix) ? Int($0.dropFirst(prefix.count)) : nil }.first
    }
    let deadlyCall = number("die:")
    let waitingCall = number("stop:")
    FileSystemCalls.system.install { kind, number in
      if number == deadlyCall { kill(getpid(), SIGKILL) }
      if number == waitingCall { kill(getpid(), SIGSTOP) }
      return isNamed && kind == .openUnnamed ? EOPNOTSUPP : nil
    }
  }
}
