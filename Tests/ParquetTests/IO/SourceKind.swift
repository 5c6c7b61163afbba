import Synchronization

@testable import Parquet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The kinds of source there are.
enum SourceKind: CaseIterable {
  case memory, file, mapped, range, suffix
  /// A range source that may hold little of a row group at a time.
  case narrow

  /// A source of this kind that gives `bytes`; `directory` is where a file may lie.
  func source(_ bytes: Bytes, in directory: TemporaryDirectory) throws -> any ByteSource {
    switch self {
    case .memory: return MemorySource(bytes)
    case .file: return try FileSource(path: written(bytes, in: directory))
    case .mapped: return unsafe try MappedFileSource(path: written(bytes, in: directory))
    case .range: return RequestLog(bytes).source()
    case .suffix: return try RequestLog(bytes).sourceOfUnknownSize()
    case .narrow:
      var coalescing = ReadCoalescing()
      coalescing.byteLimit = 0
      return RequestLog(bytes).source(coalescing)
    }
  }

  /// The path of a file of `bytes`; another file each time, as a mapped one must stay as it is.
  private func written(_ bytes: Bytes, in directory: TemporaryDirectory) throws -> String {
    let path = directory.file("source")
    _ = unsafe unlink(path)
    let sink = try FileSink(path: path)
    bytes.withBytes { span in try? sink.write(span) }
    try sink.finish()
    return path
  }
}

/// Bytes as an object store has them, which notes what is asked for.
final class RequestLog: Sendable {
  let bytes: Bytes
  private let noted = Mutex<[Range<Int>]>([])

  init(_ bytes: Bytes) { self.bytes = bytes }

  /// The requests so far.
  var requests: [Range<Int>] { noted.withLock { $0 } }

  func forget() { noted.withLock { $0 = [] } }

  func fetch(_ range: Range<Int>) -> Bytes {
    noted.withLock { $0.append(range) }
    return Bytes(copying: bytes.slice(range).array())
  }

  func source(_ coalescing: ReadCoalescing = ReadCoalescing()) -> RangeSource {
    RangeSource(name: "store", byteCount: bytes.count, coalescing: coalescing) { self.fetch($0) }
  }

  func sourceOfUnknownSize() throws -> RangeSource {
    try RangeSource(
      name: "store",
      suffix: { count in
        (self.fetch(max(0, self.bytes.count - count)..<self.bytes.count), self.bytes.count)
      },
      fetch: { self.fetch($0) })
  }
}
