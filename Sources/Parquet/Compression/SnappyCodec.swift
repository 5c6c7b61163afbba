import CSnappy

/// Raw Snappy blocks, without framing.
enum SnappyCodec {
  static func compress(
    _ input: UnsafeRawBufferPointer, into output: inout ByteBuffer
  ) throws(ParquetError) {
    var length = snappy_max_compressed_length(input.count)
    output.reserve(length)
    let status = unsafe snappy_compress(
      input.baseAddress?.assumingMemoryBound(to: CChar.self), input.count,
      output.end.assumingMemoryBound(to: CChar.self), &length)
    guard status == SNAPPY_OK else { throw .refused(.snappy, "status \(status.rawValue)") }
    output.advance(by: length)
  }

  static func decompress(
    _ input: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
  ) throws(ParquetError) {
    let source = unsafe input.baseAddress?.assumingMemoryBound(to: CChar.self)
    var length = 0
    guard unsafe snappy_uncompressed_length(source, input.count, &length) == SNAPPY_OK else {
      throw .damaged(.snappy, "it has no length")
    }
    guard length == room.count else {
      throw .wrongSize(.snappy, found: length, expected: room.count)
    }
    let status = unsafe snappy_uncompress(
      source, input.count, room.baseAddress?.assumingMemoryBound(to: CChar.self), &length)
    guard status == SNAPPY_OK else { throw .damaged(.snappy, "it does not decompress") }
  }
}
