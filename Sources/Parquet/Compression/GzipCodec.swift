import CZlib

#if Deflate
  import CDeflate
#endif

/// Gzip members (RFC 1952): one is written; any number in a row is read.
@safe
final class GzipCodec {
  /// 15 bits of window, and 16 for the gzip wrapper rather than zlib's.
  private static let windowBits: Int32 = 15 + 16
  private var deflater = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private var inflater = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private var deflaterLevel: Int?
  private var isInflaterReady = false
  #if Deflate
    private var fast: OpaquePointer?
    private var fastLevel = 0
  #endif

  init() {
    unsafe deflater.initialize(to: z_stream())
    unsafe inflater.initialize(to: z_stream())
  }

  deinit {
    if deflaterLevel != nil { unsafe deflateEnd(deflater) }
    if isInflaterReady { unsafe inflateEnd(inflater) }
    unsafe deflater.deallocate()
    unsafe inflater.deallocate()
    #if Deflate
      unsafe libdeflate_free_compressor(fast)
    #endif
  }

  func compress(
    _ input: UnsafeRawBufferPointer, level: Int, into output: inout ByteBuffer
  ) throws(ParquetError) {
    #if Deflate
      if unsafe fast == nil || fastLevel != level {
        unsafe libdeflate_free_compressor(fast)
        unsafe fast = libdeflate_alloc_compressor(Int32(level))
        fastLevel = level
      }
      let bound = unsafe libdeflate_gzip_compress_bound(fast, input.count)
      output.reserve(bound)
      let written = unsafe libdeflate_gzip_compress(
        fast, input.baseAddress, input.count, output.end, bound)
      guard written > 0 else { throw .refused(.gzip, "the output is too small") }
      output.advance(by: written)
    #else
      if deflaterLevel != level {
        if deflaterLevel != nil { unsafe deflateEnd(deflater) }
        deflaterLevel = nil
        let status = unsafe deflateInit2_(
          deflater, Int32(level), Z_DEFLATED, GzipCodec.windowBits, 8, Z_DEFAULT_STRATEGY,
          ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw .refused(.gzip, "status \(status)") }
        deflaterLevel = level
      } else {
        unsafe deflateReset(deflater)
      }
      let bound = unsafe Int(deflateBound(deflater, uLong(input.count))) + 32
      output.reserve(bound)
      unsafe deflater.pointee.next_in = UnsafeMutablePointer(
        mutating: input.baseAddress?.assumingMemoryBound(to: Bytef.self))
      unsafe deflater.pointee.avail_in = uInt(input.count)
      unsafe deflater.pointee.next_out = output.end.assumingMemoryBound(to: Bytef.self)
      unsafe deflater.pointee.avail_out = uInt(bound)
      let status = unsafe deflate(deflater, Z_FINISH)
      guard status == Z_STREAM_END else { throw .refused(.gzip, "status \(status)") }
      output.advance(by: unsafe bound - Int(deflater.pointee.avail_out))
    #endif
  }

  func decompress(
    _ input: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
  ) throws(ParquetError) {
    if isInflaterReady {
      unsafe inflateReset(inflater)
    } else {
      let status = unsafe inflateInit2_(
        inflater, GzipCodec.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
      guard status == Z_OK else { throw .damaged(.gzip, "status \(status)") }
      isInflaterReady = true
    }
    unsafe inflater.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: Bytef.self))
    unsafe inflater.pointee.avail_in = uInt(input.count)
    unsafe inflater.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: Bytef.self)
    unsafe inflater.pointee.avail_out = uInt(room.count)
    while true {
      let status = unsafe inflate(inflater, Z_FINISH)
      guard status == Z_STREAM_END else {
        let left = unsafe Int(inflater.pointee.avail_out)
        throw left == 0
          ? .damaged(.gzip, "it makes more than the \(room.count) bytes that the header says")
          : .damaged(.gzip, "it does not inflate")
      }
      if unsafe inflater.pointee.avail_in == 0 { break }
      unsafe inflateReset(inflater)
    }
    let made = unsafe room.count - Int(inflater.pointee.avail_out)
    guard made == room.count else { throw .wrongSize(.gzip, found: made, expected: room.count) }
  }
}
