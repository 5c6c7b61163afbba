#if Deflate
  import CDeflate
#else
  import CZlib
#endif

/// The CRC-32 of gzip, which pages carry (rule P6).
///
/// libdeflate, where it is built in, takes it several times as fast as zlib.
package func crc32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
  #if Deflate
    unsafe libdeflate_crc32(0, bytes.baseAddress, bytes.count)
  #else
    unsafe UInt32(
      truncatingIfNeeded: crc32_z(
        0, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count))
  #endif
}
