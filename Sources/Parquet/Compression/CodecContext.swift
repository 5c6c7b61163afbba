/// Compresses and decompresses pages, and keeps what the codec libraries can use again.
///
/// One per worker: a context is used from one thread at a time.
package final class CodecContext {
  private let zstd = ZstdCodec()
  private let gzip = GzipCodec()

  /// What the memory of decompressed pages, and of what is decoded from them, is taken from.
  let memory: MemoryAllowance?

  /// A context; decompression takes its memory from `memory`, where there is one to take from.
  package init(memory: MemoryAllowance? = nil) { self.memory = memory }

  /// No codec needs room for more bytes than this to compress `byteCount` of them.
  static func mostByteCount(of byteCount: Int) -> Int { byteCount + byteCount / 4 + 1024 }

  /// Appends `input`, compressed, to `output`.
  ///
  /// - Throws: ``ParquetError`` with code `featureNotBuiltIn` for a codec behind a trait that is off,
  ///   `invalidArgument` where the library refuses.
  package func compress(
    _ input: UnsafeRawBufferPointer, _ compression: Compression, into output: inout ByteBuffer
  ) throws(ParquetError) {
    switch compression {
    case .none: unsafe output.append(input)
    case .snappy: try unsafe SnappyCodec.compress(input, into: &output)
    case .gzip(let level): try unsafe gzip.compress(input, level: level, into: &output)
    case .zstd(let level): try unsafe zstd.compress(input, level: level, into: &output)
    case .lz4Raw:
      #if LZ4
        try unsafe LZ4Codec.compress(input, into: &output)
      #else
        throw missing(.lz4Raw)
      #endif
    case .brotli(let level):
      #if Brotli
        try unsafe BrotliCodec.compress(input, level: level, into: &output)
      #else
        throw missing(.brotli)
      #endif
    }
  }

  /// The `byteCount` bytes that `input` was compressed from.
  ///
  /// Memory for `byteCount` bytes is taken at once: the caller has held the number against its limits.
  ///
  /// - Throws: ``ParquetError`` with code `malformedFile` where the input is damaged or does not make
  ///   exactly `byteCount` bytes, `limitExceeded`, `featureNotBuiltIn` or `unsupportedFeature` for the
  ///   codec.
  package func decompress(
    _ input: UnsafeRawBufferPointer, codec: CompressionCodec, byteCount: Int
  ) throws(ParquetError) -> Bytes {
    var output = try ByteBuffer(capacity: byteCount, within: memory)
    let room = unsafe UnsafeMutableRawBufferPointer(start: output.start, count: byteCount)
    switch codec {
    case .uncompressed:
      guard input.count == byteCount else {
        throw ParquetError.wrongSize(codec, found: input.count, expected: byteCount)
      }
      unsafe room.copyMemory(from: input)
    case .snappy: try unsafe SnappyCodec.decompress(input, into: room)
    case .gzip: try unsafe gzip.decompress(input, into: room)
    case .zstd: try unsafe zstd.decompress(input, into: room)
    case .lz4Raw:
      #if LZ4
        try unsafe LZ4Codec.decompress(input, into: room)
      #else
        throw missing(codec)
      #endif
    case .lz4:
      #if LZ4
        try unsafe LZ4Codec.decompressDeprecated(input, into: room)
      #else
        throw missing(codec)
      #endif
    case .brotli:
      #if Brotli
        try unsafe BrotliCodec.decompress(input, into: room)
      #else
        throw missing(codec)
      #endif
    default:
      throw ParquetError(.unsupportedFeature, "the codec \(codec.name) is not supported")
    }
    output.advance(by: byteCount)
    return output.freeze()
  }

  private func missing(_ codec: CompressionCodec) -> ParquetError {
    codec.missingTrait
      ?? ParquetError(.unsupportedFeature, "the codec \(codec.name) is not supported")
  }
}

extension ParquetError {
  /// A page that does not decompress.
  static func damaged(_ codec: CompressionCodec, _ detail: String) -> ParquetError {
    ParquetError(.malformedFile, "\(codec.name) data is damaged: \(detail)")
  }

  /// A page that decompresses to another size than its header says.
  static func wrongSize(_ codec: CompressionCodec, found: Int, expected: Int) -> ParquetError {
    .damaged(codec, "it makes \(found) bytes where the header says \(expected)")
  }

  /// A library that refuses to compress.
  static func refused(_ codec: CompressionCodec, _ detail: String) -> ParquetError {
    ParquetError(.invalidArgument, "\(codec.name) cannot compress: \(detail)")
  }
}
