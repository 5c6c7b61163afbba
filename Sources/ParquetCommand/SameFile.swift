#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Whether two paths name one file, be it there or only to be made.
func isSameFile(_ one: String, _ other: String) -> Bool {
  if one == other { return true }
  if let first = identity(one) { return identity(other).map { $0 == first } ?? false }
  guard identity(other) == nil, lastName(one) == lastName(other),
    let first = identity(directory(one)), let second = identity(directory(other))
  else { return false }
  return first == second
}

/// Whether something is at `path`, links followed.
func isThere(_ path: String) -> Bool { identity(path) != nil }

/// What tells the file at `path`, links followed, from all others.
private func identity(_ path: String) -> [UInt64]? {
  var status = stat()
  guard unsafe stat(path, &status) == 0 else { return nil }
  return [UInt64(truncatingIfNeeded: status.st_dev), UInt64(truncatingIfNeeded: status.st_ino)]
}

private func directory(_ path: String) -> String {
  path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
}

private func lastName(_ path: String) -> Substring {
  path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
}
