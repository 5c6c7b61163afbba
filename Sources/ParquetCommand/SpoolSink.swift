import Parquet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A sink that keeps all bytes in a temporary file without a name, and hands them on when it is finished.
final class SpoolSink: ByteSink {
  private let target: any ByteSink
  private let descriptor: Int32
  private var file: StreamSink
  private var byteCount = 0

  /// A sink that ends in `target`.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput` where no temporary file can be made.
  init(_ target: any ByteSink) throws(ParquetError) {
    descriptor = try UnnamedFile.open(for: "the output")
    self.target = target
    file = StreamSink(descriptor: descriptor, name: UnnamedFile.directory, bufferLimit: 256 << 10)
  }

  deinit { close(descriptor) }

  func write(_ bytes: RawSpan) throws(ParquetError) {
    try file.write(bytes)
    byteCount += bytes.byteCount
  }

  func finish() throws(ParquetError) {
    try file.finish()
    var offset = 0
    while offset < byteCount {
      var bytes = [UInt8](repeating: 0, count: min(1 << 20, byteCount - offset))
      let result = unsafe bytes.withUnsafeMutableBytes { buffer in
        valueOrErrno { unsafe pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset)) }
      }
      switch result {
      case .success(let count) where count > 0:
        offset += count
        bytes.removeLast(bytes.count - count)
        try target.write(bytes)
      case .success:
        throw ParquetError(.inputOutput, "the kept output was shortened")
      case .failure(let error):
        throw .system("the kept output cannot be read", error, file: "standard output")
      }
    }
    try target.finish()
  }

  func abandon() { file.abandon() }
}
