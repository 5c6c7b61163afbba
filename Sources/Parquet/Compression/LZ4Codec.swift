#if LZ4
  import CLZ4

  /// LZ4 blocks, and the three framings of the deprecated codec.
  enum LZ4Codec {
    static func compress(
      _ input: UnsafeRawBufferPointer, into output: inout ByteBuffer
    ) throws(ParquetError) {
      guard let length = Int32(exactly: input.count) else {
        throw .refused(.lz4Raw, "a page of 2 GiB or more")
      }
      let bound = LZ4_compressBound(length)
      output.reserve(Int(bound))
      let written = unsafe LZ4_compress_default(
        input.baseAddress?.assumingMemoryBound(to: CChar.self),
        output.end.assumingMemoryBound(to: CChar.self), length, bound)
      guard written > 0 else { throw .refused(.lz4Raw, "the output is too small") }
      output.advance(by: Int(written))
    }

    static func decompress(
      _ input: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
    ) throws(ParquetError) {
      let made = unsafe block(input, into: room)
      guard let made else { throw .damaged(.lz4Raw, "it does not decompress") }
      guard made == room.count else { throw .wrongSize(.lz4Raw, found: made, expected: room.count) }
    }

    /// Hadoop's framing (big-endian sizes before each block) where its sizes add up, else one block.
    static func decompressDeprecated(
      _ input: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
    ) throws(ParquetError) {
      if unsafe decompressHadoop(input, into: room) { return }
      guard unsafe block(input, into: room) == room.count else {
        throw .damaged(.lz4, "it is neither Hadoop's framing nor one block of \(room.count) bytes")
      }
    }

    private static func decompressHadoop(
      _ input: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
    ) -> Bool {
      var at = 0
      var made = 0
      while at + 8 <= input.count {
        let raw = unsafe Int(
          UInt32(bigEndian: input.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
        let size = unsafe Int(
          UInt32(bigEndian: input.loadUnaligned(fromByteOffset: at + 4, as: UInt32.self)))
        at += 8
        guard size <= input.count - at, raw <= room.count - made else { return false }
        let source = unsafe UnsafeRawBufferPointer(rebasing: input[at..<at + size])
        let target = unsafe UnsafeMutableRawBufferPointer(rebasing: room[made..<made + raw])
        guard unsafe block(source, into: target) == raw else { return false }
        at += size
        made += raw
      }
      return at == input.count && made == room.count
    }

    private static func block(
      _ input: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
    ) -> Int? {
      guard let size = Int32(exactly: input.count), let capacity = Int32(exactly: room.count)
      else { return nil }
      let made = unsafe LZ4_decompress_safe(
        input.baseAddress?.assumingMemoryBound(to: CChar.self),
        room.baseAddress?.assumingMemoryBound(to: CChar.self), size, capacity)
      return made < 0 ? nil : Int(made)
    }
  }
#endif
