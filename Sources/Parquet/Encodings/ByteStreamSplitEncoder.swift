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
    default:
      for stream in 0..<width {
        for i in 0..<count {
          unsafe target.storeBytes(
            of: source.load(fromByteOffset: i &* width &+ stream, as: UInt8.self),
            toByteOffset: stream &* count &+ i, as: UInt8.self)
        }
      }
    }
    output.advance(by: count * width)
  }

  /// Eight values at a time, so that each stream gets a word of bytes.
  @inline(__always)
  private static func split<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ source: UnsafeRawPointer, _ type: Word.Type, count: Int, into target: UnsafeMutableRawPointer
  ) {
    let width = MemoryLayout<Word>.size
    let whole = count & ~7
    var i = 0
    while i < whole {
      for stream in 0..<width {
        var word: UInt64 = 0
        for k in 0..<8 {
          let byte = unsafe source.load(
            fromByteOffset: (i &+ k) &* width &+ stream, as: UInt8.self)
          word |= UInt64(byte) &<< UInt64(8 &* k)
        }
        unsafe target.storeBytes(of: word, toByteOffset: stream &* count &+ i, as: UInt64.self)
      }
      i &+= 8
    }
    while i < count {
      for stream in 0..<width {
        unsafe target.storeBytes(
          of: source.load(fromByteOffset: i &* width &+ stream, as: UInt8.self),
          toByteOffset: stream &* count &+ i, as: UInt8.self)
      }
      i &+= 1
    }
  }
}
