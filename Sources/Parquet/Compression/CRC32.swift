import CZlib

/// The CRC-32 of gzip, which pages carry (rule P6).
package func crc32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
  unsafe UInt32(
    truncatingIfNeeded: crc32_z(
      0, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count))
}
