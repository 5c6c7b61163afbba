/// Writes repetition and definition levels: runs and bit-packed groups, in data pages of version 1 with
/// their length before them.
///
/// Specification: Encodings.md, "Run Length Encoding / Bit-Packing Hybrid"; rule E1.
enum LevelEncoder {
  /// Appends `count` levels that are all `level`.
  static func append(
    constant level: Int, count: Int, maxLevel: Int, isPrefixed: Bool = true,
    into output: inout ByteBuffer
  ) {
    append(isPrefixed: isPrefixed, into: &output) { output in
      guard count > 0 else { return }
      HybridEncoder.appendRun(
        UInt64(level), count: count, bitWidth: BitPacking.bitWidth(of: UInt64(maxLevel)),
        into: &output)
    }
  }

  /// Appends the levels of `bits`: one where there is a value, else zero.
  static func append(_ bits: Bitmap, isPrefixed: Bool = true, into output: inout ByteBuffer) {
    append(isPrefixed: isPrefixed, into: &output) { HybridEncoder.encode(bits, into: &$0) }
  }

  /// Appends levels of one byte each.
  static func append(
    _ levels: Bytes, maxLevel: Int, isPrefixed: Bool = true, into output: inout ByteBuffer
  ) {
    append(isPrefixed: isPrefixed, into: &output) { output in
      if maxLevel == 1 {
        // As bits, so that the same levels make the same bytes whatever form they come in.
        HybridEncoder.encode(Bitmap(levels: levels), into: &output)
      } else {
        unsafe HybridEncoder.encode(
          levels.elements(of: UInt8.self), count: levels.count,
          bitWidth: BitPacking.bitWidth(of: UInt64(maxLevel)), into: &output)
      }
    }
  }

  private static func append(
    isPrefixed: Bool, into output: inout ByteBuffer, _ body: (inout ByteBuffer) -> Void
  ) {
    guard isPrefixed else { return body(&output) }
    let start = output.count
    output.append(UInt32(0))
    body(&output)
    let length = UInt32(truncatingIfNeeded: output.count - start - 4)
    unsafe output.start.storeBytes(of: length, toByteOffset: start, as: UInt32.self)
  }
}

extension Bitmap {
  /// One bit for each of `levels`, which are zero or one.
  init(levels: Bytes) {
    var buffer = ByteBuffer(capacity: levels.count / 8 + 16)
    let words = levels.count / 8
    for i in 0..<words {
      // The lowest bit of each byte, gathered into the upper byte of a product.
      let word = unsafe levels.pointer.loadUnaligned(fromByteOffset: i &* 8, as: UInt64.self)
      buffer.append(UInt8(truncatingIfNeeded: (word &* 0x0102_0408_1020_4080) &>> 56))
    }
    if levels.count & 7 != 0 {
      var last: UInt8 = 0
      for i in words * 8..<levels.count { last |= (levels[i] & 1) << UInt8(i & 7) }
      buffer.append(last)
    }
    self.init(buffer.freeze(), count: levels.count)
  }
}
