/// Writes integers as differences: blocks of 128, each with its least difference, in four miniblocks of
/// 32 that are packed in as few bits as their own largest needs.
///
/// ```
/// block size · miniblocks a block · count · first value (zigzag)
/// then for each block: least difference (zigzag) · four widths · packed differences less the least
/// ```
///
/// Specification: Encodings.md, "Delta Encoding (DELTA_BINARY_PACKED)"; rule E5.
enum DeltaBinaryPackedEncoder {
  static let blockSize = 128
  static let miniblockCount = 4
  static let miniblockSize = 32

  /// Appends `range` of `values`, integers in plain form.
  static func encode(_ values: ColumnValues, _ range: Range<Int>, into output: inout ByteBuffer) {
    guard case .fixed(let width, let bytes) = values.form else { return }
    if width == 4 {
      let words = unsafe bytes.elements(of: UInt32.self)
      unsafe encode(words + range.lowerBound, count: range.count, into: &output)
    } else {
      let words = unsafe bytes.elements(of: UInt64.self)
      unsafe encode(words + range.lowerBound, count: range.count, into: &output)
    }
  }

  /// Appends `count` values; all arithmetic wraps in the width of a word.
  static func encode<Word: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafePointer<Word>, count: Int, into output: inout ByteBuffer
  ) {
    output.append(varint: UInt64(blockSize))
    output.append(varint: UInt64(miniblockCount))
    output.append(varint: UInt64(count))
    output.append(varint: zigzag(count > 0 ? unsafe signed(values[0]) : 0))
    unsafe withUnsafeTemporaryAllocation(of: Word.self, capacity: blockSize) { room in
      guard let deltas = room.baseAddress else { return }
      var i = 1
      while i < count {
        let size = min(blockSize, count - i)
        unsafe encodeBlock(values + i, size, deltas, into: &output)
        i += size
      }
    }
  }

  @inline(__always)
  private static func encodeBlock<Word: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafePointer<Word>, _ size: Int, _ deltas: UnsafeMutablePointer<Word>,
    into output: inout ByteBuffer
  ) {
    // The sign bit flipped, unsigned order is signed order.
    let flip = Word(1) << Word(Word.bitWidth - 1)
    var least = Word.max
    for k in 0..<size {
      let delta = unsafe values[k] &- values[k &- 1]
      unsafe deltas[k] = delta
      let key = delta ^ flip
      least = key < least ? key : least
    }
    least ^= flip
    for k in 0..<size { unsafe deltas[k] &-= least }
    for k in size..<max(blockSize, size) { unsafe deltas[k] = 0 }

    output.append(varint: zigzag(signed(least)))
    output.reserve(miniblockCount + blockSize * MemoryLayout<Word>.size + 16)
    let widths = output.count
    output.append(UInt32(0))
    let used = (size + miniblockSize - 1) / miniblockSize
    for m in 0..<used {
      let start = unsafe deltas + m * miniblockSize
      var bits: Word = 0
      for k in 0..<miniblockSize { unsafe bits |= start[k] }
      let width = Word.bitWidth - bits.leadingZeroBitCount
      unsafe output.start.storeBytes(
        of: UInt8(truncatingIfNeeded: width), toByteOffset: widths + m, as: UInt8.self)
      if width <= 32 {
        unsafe BitPacking.pack(
          UnsafePointer(start), groupCount: miniblockSize / 8, bitWidth: width, into: output.end)
        output.advance(by: width * miniblockSize / 8)
      } else {
        unsafe BitPacking.appendPacked(
          UnsafePointer(start), count: miniblockSize, bitWidth: width, into: &output)
      }
    }
  }

  @inline(__always)
  private static func signed<Word: FixedWidthInteger & UnsignedInteger>(_ word: Word) -> Int64 {
    Word.bitWidth == 32
      ? Int64(Int32(truncatingIfNeeded: word)) : Int64(truncatingIfNeeded: word)
  }

  @inline(__always)
  private static func zigzag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: value << 1 ^ value >> 63)
  }
}
