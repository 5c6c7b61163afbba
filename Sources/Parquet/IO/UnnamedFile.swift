#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A temporary file without a name, which goes with the process however that ends: what has to be kept for a
/// second look, and is nobody else's.
package enum UnnamedFile {
  /// The folder that such files lie in: what TMPDIR says, /tmp where it says nothing.
  package static var directory: String {
    unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
  }

  /// Opens one in ``directory``.
  ///
  /// - Parameter purpose: what it is for, in an error: "the output".
  /// - Returns: a descriptor, to be closed.
  /// - Throws: ``ParquetError`` with code `inputOutput`, and the folder.
  package static func open(for purpose: String) throws(ParquetError) -> Int32 {
    let directory = directory
    // A name is needed to make the file, and taken from it at once.
    var template = Array(Directory.path("parquet-XXXXXX", in: directory).utf8CString)
    let opened = unsafe template.withUnsafeMutableBufferPointer { path in
      valueOrErrno {
        guard let start = path.baseAddress else { return -1 }
        let descriptor = unsafe mkstemp(start)
        if descriptor >= 0 { unsafe unlink(start) }
        return Int(descriptor)
      }
    }
    switch opened {
    case .success(let value): return Int32(truncatingIfNeeded: value)
    case .failure(let error):
      throw .system("no temporary file can be made to keep \(purpose)", error, file: directory)
    }
  }
}
