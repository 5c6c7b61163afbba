#if Brotli
  import CBrotli

  /// Brotli streams (RFC 7932).
  enum BrotliCodec {
    static func compress(
      _ input: UnsafeRawBufferPointer, level: Int, into output: inout ByteBuffer
    ) throws(ParquetError) {
      var length = max(BrotliEncoderMaxCompressedSize(input.count), 64)
      output.reserve(length)
      let done = unsafe BrotliEncoderCompress(
        Int32(level), BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, input.count,
        input.baseAddress?.assumingMemoryBound(to: UInt8.self), &length,
        output.end.assumingMemoryBound(to: UInt8.self))
      guard done == BROTLI_TRUE else { throw .refused(.brotli, "the output is too small") }
      output.advance(by: length)
    }

    static func decompress(
      _ input: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
    ) throws(ParquetError) {
      var length = room.count
      let result = unsafe BrotliDecoderDecompress(
        input.count, input.baseAddress?.assumingMemoryBound(to: UInt8.self), &length,
        room.baseAddress?.assumingMemoryBound(to: UInt8.self))
      guard result == BROTLI_DECODER_RESULT_SUCCESS else {
        throw .damaged(.brotli, "it does not decompress to \(room.count) bytes")
      }
      guard length == room.count else {
        throw .wrongSize(.brotli, found: length, expected: room.count)
      }
    }
  }
#endif
