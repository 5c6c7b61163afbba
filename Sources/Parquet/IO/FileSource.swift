#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file to read by range, from any thread.
///
/// Every read is one `pread`: the file is not mapped, as a mapped file that another process shortens ends
/// this one. ``MappedFileSource`` is for files that nobody changes.
public final class FileSource: ByteSource {
  /// The file's path, as it was given.
  public let name: String
  /// The file's size when it was opened.
  public let byteCount: Int
  private let descriptor: Int32

  /// Opens the file at `path`.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput` where it cannot be opened or is not a regular file.
  public init(path: String) throws(ParquetError) {
    name = path
    (descriptor, byteCount) = try FileSource.opened(path)
  }

  deinit { close(descriptor) }

  /// The bytes of `range`.
  public func read(_ range: Range<Int>) throws(ParquetError) -> Bytes {
    try check(range)
    var buffer = ByteBuffer(capacity: range.count)
    while buffer.count < range.count {
      let offset = range.lowerBound + buffer.count
      let wanted = range.count - buffer.count
      let result = valueOrErrno { unsafe pread(descriptor, buffer.end, wanted, off_t(offset)) }
      switch result {
      case .success(0):
        throw ParquetError(
          .malformedFile, "the file was shortened while it was read: it ends before byte \(offset)"
        ).adding(file: name)
      case .success(let count): buffer.advance(by: count)
      case .failure(let error):
        throw .system("cannot be read", error, file: name).adding(byteOffset: offset)
      }
    }
    return buffer.freeze()
  }

  /// Opens the file at `path` for reading: a descriptor to be closed, and the file's size.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput` where it cannot be opened or is not a regular file.
  static func opened(_ path: String) throws(ParquetError) -> (descriptor: Int32, byteCount: Int) {
    let descriptor: Int32
    switch valueOrErrno({ Int(unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) }) {
    case .success(let value): descriptor = Int32(truncatingIfNeeded: value)
    case .failure(let error): throw .system("cannot be opened", error, file: path)
    }
    do throws(ParquetError) {
      return (descriptor, try size(of: descriptor, path: path))
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// The size of an open file, which must be a regular one.
  private static func size(of descriptor: Int32, path: String) throws(ParquetError) -> Int {
    var status = stat()
    if case .failure(let error) = valueOrErrno({ Int(unsafe fstat(descriptor, &status)) }) {
      throw .system("cannot be examined", error, file: path)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return Int(status.st_size)
    case S_IFDIR:
      throw ParquetError(.inputOutput, "is a directory, not a file").adding(file: path)
    default:
      throw ParquetError(
        .inputOutput, "is not a regular file: its end cannot be read first"
      ).adding(file: path)
    }
  }
}
