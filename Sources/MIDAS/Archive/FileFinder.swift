internal import Parquet

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Finds the files of an archive.
enum FileFinder {
  /// A file found.
  struct Found {
    let path: String
    let byteCount: Int
  }

  /// The files that `inputs` name: files themselves, and anywhere below directories those whose names
  /// end in `suffix`.
  ///
  /// Sorted by the bytes of their paths, each once however many inputs lead to it.
  /// - Throws: ``ParquetError`` with code `inputOutput` where an input cannot be read, `invalidArgument`
  ///   where a directory holds no such file.
  static func files(
    in inputs: [String], suffix: String = ".csv"
  ) throws(ParquetError) -> [Found] {
    var search = Search(suffix: suffix)
    for input in inputs {
      let status = try FileStatus(path: input)
      if status.isDirectory {
        let before = search.visitedFiles
        try search.walk(input, status)
        guard search.visitedFiles > before else {
          throw ParquetError(.invalidArgument, "the directory holds no \(suffix) file").adding(
            file: input)
        }
      } else if status.isRegular {
        search.take(input, status)
      } else {
        throw ParquetError(.inputOutput, "is neither a file nor a directory").adding(file: input)
      }
    }
    return search.found.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  private struct Search {
    var found: [Found] = []
    var visitedFiles = 0
    private let suffix: String
    private var seen: Set<FileStatus.Identity> = []

    init(suffix: String) { self.suffix = suffix }

    mutating func take(_ path: String, _ status: FileStatus) {
      visitedFiles += 1
      if seen.insert(status.identity).inserted {
        found.append(Found(path: path, byteCount: status.byteCount))
      }
    }

    /// Looks through a directory and all below, those behind links too, each once.
    mutating func walk(_ root: String, _ status: FileStatus) throws(ParquetError) {
      var open = [root]
      // Of this walk alone: a directory that is named twice holds its files both times.
      var visited: Set = [status.identity]
      while let directory = open.popLast() {
        for name in try Directory.names(in: directory) where !name.hasPrefix(".") {
          let path = Directory.path(name, in: directory)
          // A link to nothing is no reason to stop.
          guard let status = try? FileStatus(path: path) else { continue }
          if status.isDirectory {
            if visited.insert(status.identity).inserted { open.append(path) }
          } else if status.isRegular, name.hasSuffix(suffix) {
            take(path, status)
          }
        }
      }
    }
  }
}

/// What the system knows about a path.
struct FileStatus {
  /// What tells a file from all others.
  struct Identity: Hashable {
    let device: UInt64
    let number: UInt64
  }

  let identity: Identity
  let byteCount: Int
  /// When it was last written, in seconds since 1970-01-01.
  let modified: Int
  let isDirectory: Bool
  let isRegular: Bool

  init(path: String) throws(ParquetError) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw systemError("cannot be read", file: path) }
    identity = Identity(
      device: UInt64(truncatingIfNeeded: status.st_dev),
      number: UInt64(truncatingIfNeeded: status.st_ino))
    byteCount = Int(status.st_size)
    #if canImport(Glibc)
      modified = status.st_mtim.tv_sec
    #else
      modified = status.st_mtimespec.tv_sec
    #endif
    isDirectory = status.st_mode & S_IFMT == S_IFDIR
    isRegular = status.st_mode & S_IFMT == S_IFREG
  }
}

/// The time now, in seconds since 1970-01-01.
func secondsNow() -> Int { time(nil) }

/// An error of the system, in its words.
func systemError(_ what: String, file: String) -> ParquetError {
  let reason = unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
  return ParquetError(.inputOutput, "\(what): \(reason)").adding(file: file)
}
