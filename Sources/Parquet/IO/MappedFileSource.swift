#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file to read by range, mapped into memory: a read copies nothing.
///
/// What was read shares the mapping and keeps it, past the end of the source too. The mapping itself counts
/// against no limit, as the system takes its pages back whenever it likes; what a reader has at hand of it
/// counts as it does with every source.
///
/// The file must stay as it is. Where another process shortens it, this one ends with SIGBUS; where its bytes
/// change, they do so behind checks that have passed, and the reader may leave its memory. That is why making
/// one is unsafe. ``FileSource``, which copies what it reads, asks for no such promise.
public final class MappedFileSource: ByteSource {
  /// The file's path, as it was given.
  public let name: String
  private let bytes: Bytes

  /// Maps the file at `path`.
  ///
  /// - Precondition: nobody changes or shortens the file while the source, or anything read from it, lives.
  /// - Throws: ``ParquetError`` with code `inputOutput` where it cannot be opened or mapped, or is not a
  ///   regular file.
  @unsafe
  public init(path: String) throws(ParquetError) {
    name = path
    let (descriptor, byteCount) = try FileSource.opened(path)
    // The mapping outlives the descriptor.
    defer { close(descriptor) }
    bytes = try unsafe MappedFileSource.map(descriptor, byteCount, path)
  }

  /// The file's size when it was mapped.
  public var byteCount: Int { bytes.count }

  /// The bytes of `range`. O(1).
  public func read(_ range: Range<Int>) throws(ParquetError) -> Bytes {
    try check(range)
    return bytes.slice(range)
  }

  @unsafe
  private static func map(
    _ descriptor: Int32, _ byteCount: Int, _ path: String
  ) throws(ParquetError) -> Bytes {
    func mapped(_ result: UnsafeMutableRawPointer?) throws(ParquetError) -> UnsafeMutableRawPointer
    {
      guard let address = unsafe result, unsafe address != MAP_FAILED else {
        throw .system("cannot be mapped", SystemError(number: errno), file: path)
      }
      return unsafe address
    }
    // A page that is no file's follows the file's last one: the slack, wherever in its page the file ends.
    let pageByteCount = Int(sysconf(Int32(_SC_PAGESIZE)))
    let filePages = byteCount / pageByteCount + (byteCount % pageByteCount > 0 ? 1 : 0)
    let mappedByteCount = (filePages + 1) * pageByteCount
    let start = try unsafe mapped(
      mmap(nil, mappedByteCount, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
    // From here on the allocation unmaps.
    let allocation = unsafe Allocation(
      mapping: start, capacity: byteCount, mappedByteCount: mappedByteCount)
    if byteCount > 0 {
      _ = try unsafe mapped(
        mmap(start, byteCount, PROT_READ, MAP_SHARED | MAP_FIXED, descriptor, 0))
    }
    return unsafe Bytes(owner: allocation, start: UnsafeRawPointer(start), count: byteCount)
  }
}
