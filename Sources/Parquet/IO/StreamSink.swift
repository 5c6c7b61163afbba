#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A sink over an open descriptor, such as standard output: what is written cannot be taken back.
public final class StreamSink: ByteSink {
  private let descriptor: Int32
  private let name: String
  private let bufferLimit: Int
  private var buffer: ByteBuffer

  /// A sink for `descriptor`, which stays open and the caller's own.
  public init(descriptor: Int32, name: String, bufferLimit: Int = 64 << 10) {
    self.descriptor = descriptor
    self.name = name
    self.bufferLimit = bufferLimit
    buffer = ByteBuffer(capacity: bufferLimit)
  }

  /// Takes the next bytes; small ones are gathered.
  public func write(_ bytes: RawSpan) throws(ParquetError) {
    if buffer.count + bytes.byteCount > bufferLimit { try flush() }
    if bytes.byteCount >= bufferLimit {
      try send(bytes)
    } else {
      buffer.append(bytes)
    }
  }

  /// Hands on what was gathered.
  public func flush() throws(ParquetError) {
    guard buffer.count > 0 else { return }
    let bytes = buffer.freeze()
    buffer = ByteBuffer(capacity: bufferLimit)
    try bytes.withBytes { (span) throws(ParquetError) in try send(span) }
  }

  /// Hands on what was gathered.
  public func finish() throws(ParquetError) { try flush() }

  /// Drops what was gathered; what went out before stays out.
  public func abandon() { buffer.removeAll() }

  private func send(_ bytes: RawSpan) throws(ParquetError) {
    try unsafe bytes.withUnsafeBytes { (all) throws(ParquetError) in
      var rest = unsafe all[...]
      while unsafe !rest.isEmpty {
        let part = unsafe UnsafeRawBufferPointer(rebasing: rest)
        let result = valueOrErrno {
          #if canImport(Glibc)
            unsafe Glibc.write(descriptor, part.baseAddress, part.count)
          #else
            unsafe Darwin.write(descriptor, part.baseAddress, min(part.count, 1 << 30))
          #endif
        }
        switch result {
        case .success(let count): unsafe rest = unsafe rest.dropFirst(count)
        case .failure(let error): throw .system("cannot be written", error, file: name)
        }
      }
    }
  }
}
