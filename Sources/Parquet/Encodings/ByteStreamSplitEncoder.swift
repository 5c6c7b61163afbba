/// Writes the first bytes of all values, then the second ones, and so on: what values of one size share
/// comes to lie together.
///
/// Specification: Encodings.md, "Byte Stream Split (BYTE_STREAM_SPLIT)"; rule E7.
enum ByteStreamSplitEncoder {
  /// Appends `range` of `values`, all of one width in plain form.
  static func encode(
    _ values: ColumnValues, _ range: Range<Int>, into output: inout ByteBuffer
  ) {
    guard case .fixed(let width, let bytes) = values.form else { return }
    let count = range.count
    output.reserve(count * width + 16)
    let source = unsafe bytes.pointer + range.lowerBound * width
    let target = unsafe output.end
    switch width {
    case 4: unsafe split(source, UInt32.self, count: count, into: target)
    case 8: unsafe split(source, UInt64.self, count: count, into: target)
    default: unsafe splitRest(source, from: 0, width: width, count: count, into: target)
    }
    output.advance(by: count * width)
  }

  /// Sixteen values at a time, so that each stream gets two words of bytes.
  @inline(__always)
  private static func split<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ source: UnsafeRawPointer, _ type: Word.Type, count: Int, into target: UnsafeMutableRawPointer
  ) {
    let width = MemoryLayout<Word>.size
    let whole = count & ~15
    var i = 0
    while i < whole {
      let streams = ByteTransposition { row in
        let low = unsafe source.loadUnaligned(
          fromByteOffset: (i &+ row) &* width, as: Word.self)
        let high = unsafe source.loadUnaligned(
          fromByteOffset: (i &+ row &+ 8) &* width, as: Word.self)
        return SIMD2(UInt64(low), UInt64(high))
      }
      streams.forEachRow { stream, bytes in
        guard stream < width else { return }
        unsafe target.storeBytes(
          of: bytes, toByteOffset: stream &* count &+ i, as: SIMD2<UInt64>.self)
      }
      i &+= 16
    }
    unsafe splitRest(source, from: i, width: width, count: count, into: target)
  }

  private static func splitRest(
    _ source: UnsafeRawPointer, from first: Int, width: Int, count: Int,
    into target: UnsafeMutableRawPointer
  ) {
    for stream in 0..<width {
      for i in first..<count {
        unsafe target.storeBytes(
          of: source.load(fromByteOffset: i &* width &+ stream, as: UInt8.self),
          toByteOffset: stream &* count &+ i, as: UInt8.self)
      }
    }
  }
}
