import CZstd

/// Zstandard frames, with contexts that are used again.
@safe
final class ZstdCodec {
  private var compressor: OpaquePointer?
  private var decompressor: OpaquePointer?

  deinit {
    unsafe ZSTD_freeCCtx(compressor)
    unsafe ZSTD_freeDCtx(decompressor)
  }

  func compress(
    _ input: UnsafeRawBufferPointer, level: Int, into output: inout ByteBuffer
  ) throws(ParquetError) {
    if unsafe compressor == nil { unsafe compressor = ZSTD_createCCtx() }
    let bound = ZSTD_compressBound(input.count)
    output.reserve(bound)
    let written = unsafe ZSTD_compressCCtx(
      compressor, output.end, bound, input.baseAddress, input.count, Int32(level))
    guard ZSTD_isError(written) == 0 else { throw .refused(.zstd, ZstdCodec.text(written)) }
    output.advance(by: written)
  }

  func decompress(
    _ input: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
  ) throws(ParquetError) {
    if unsafe decompressor == nil { unsafe decompressor = ZSTD_createDCtx() }
    let made = unsafe ZSTD_decompressDCtx(
      decompressor, room.baseAddress, room.count, input.baseAddress, input.count)
    guard ZSTD_isError(made) == 0 else { throw .damaged(.zstd, ZstdCodec.text(made)) }
    guard made == room.count else { throw .wrongSize(.zstd, found: made, expected: room.count) }
  }

  private static func text(_ code: Int) -> String {
    unsafe String(cString: ZSTD_getErrorName(code))
  }
}
