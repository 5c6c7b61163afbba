/// Puts values together again whose first bytes are stored together, then the second ones, and so on.
///
/// Specification: Encodings.md, "Byte Stream Split"; rule E7.
enum ByteStreamSplitDecoder {
  /// The values of `width` bytes in `bytes`, in memory taken from `memory`.
  ///
  /// - Throws: ``ParquetError``: `malformedFile` where there is no whole number of them,
  ///   `limitExceeded`.
  static func decode(
    _ bytes: Bytes, width: Int, within memory: MemoryAllowance? = nil
  ) throws(ParquetError) -> Bytes {
    guard bytes.count % width == 0 else {
      throw ParquetError(
        .malformedFile, "\(bytes.count) bytes are no whole number of values of \(width)")
    }
    let count = bytes.count / width
    var output = try ByteBuffer(capacity: bytes.count, within: memory)
    let source = unsafe bytes.pointer
    let target = unsafe output.start
    switch width {
    case 4:
      for i in 0..<count {
        var word: UInt32 = 0
        for k in 0..<4 {
          let byte = unsafe source.load(fromByteOffset: k &* count &+ i, as: UInt8.self)
          word |= UInt32(byte) &<< UInt32(8 &* k)
        }
        unsafe target.storeBytes(of: word, toByteOffset: i &* 4, as: UInt32.self)
      }
    case 8:
      let whole = count & ~15
      var i = 0
      while i < whole {
        let values = ByteTransposition { stream in
          unsafe source.loadUnaligned(
            fromByteOffset: stream &* count &+ i, as: SIMD2<UInt64>.self)
        }
        values.forEachRow { row, words in
          unsafe target.storeBytes(of: words[0], toByteOffset: (i &+ row) &* 8, as: UInt64.self)
          unsafe target.storeBytes(
            of: words[1], toByteOffset: (i &+ row &+ 8) &* 8, as: UInt64.self)
        }
        i &+= 16
      }
      for k in 0..<8 {
        for i in whole..<count {
          let byte = unsafe source.load(fromByteOffset: k &* count &+ i, as: UInt8.self)
          unsafe target.storeBytes(of: byte, toByteOffset: i &* 8 &+ k, as: UInt8.self)
        }
      }
    default:
      for k in 0..<width {
        for i in 0..<count {
          let byte = unsafe source.load(fromByteOffset: k &* count &+ i, as: UInt8.self)
          unsafe target.storeBytes(of: byte, toByteOffset: i &* width &+ k, as: UInt8.self)
        }
      }
    }
    output.advance(by: bytes.count)
    return output.freeze()
  }
}
