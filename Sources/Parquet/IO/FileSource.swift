#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file to read by range, from any thread.
///
/// Every read is one `pread`: the file is never mapped, as a mapped file that another process shortens
/// ends this one.
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
    switch valueOrErrno({ Int(unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) }) {
    case .success(let value): descriptor = Int32(truncatingIfNeeded: value)
    case .failure(let error): throw .system("cannot be opened", error, file: path)
    }
    name = path
    do throws(ParquetError) {
      byteCount = try FileSource.size(of: descriptor, path: path)
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  /// The bytes of `range`.
  public func read(_ range: Range<Int>) throws(ParquetError) -> Bytes {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else {
      throw ParquetError(
        .malformedFile,
        "bytes \(range.lowerBound) to \(range.upperBound) lie outside the file of \(byteCount) bytes"
      ).adding(file: name)
    }
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
