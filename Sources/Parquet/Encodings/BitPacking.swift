/// Packs unsigned integers into as many bits each as the widest needs, the first value in the lowest
/// bits.
///
/// Specification: Encodings.md, "Run Length Encoding / Bit-Packing Hybrid".
enum BitPacking {
  /// The bits that `largest` needs.
  @inline(__always)
  static func bitWidth(of largest: UInt64) -> Int { 64 - largest.leadingZeroBitCount }

  /// Packs `groupCount` groups of eight values of `bitWidth` bits (0...32) each.
  ///
  /// Writes `groupCount * bitWidth` bytes, and may overwrite up to 16 bytes after them.
  static func pack<T: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafePointer<T>, groupCount: Int, bitWidth: Int, into output: UnsafeMutableRawPointer
  ) {
    // One loop for each shape of the work, so that no group asks for the width.
    switch bitWidth {
    case 0: return
    case ...8: unsafe packUpTo8(values, groupCount, bitWidth, output)
    case ...16: unsafe packUpTo16(values, groupCount, bitWidth, output)
    default: unsafe packUpTo32(values, groupCount, bitWidth, output)
    }
  }

  /// Eight values make one word.
  @inline(__always)
  private static func packUpTo8<T: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafePointer<T>, _ groupCount: Int, _ bitWidth: Int,
    _ output: UnsafeMutableRawPointer
  ) {
    let width = UInt64(bitWidth)
    var source = unsafe values
    var target = unsafe output
    for _ in 0..<groupCount {
      let low = unsafe four(source, width)
      let high = unsafe four(source + 4, width)
      unsafe target.storeBytes(of: low | high &<< (4 &* width), as: UInt64.self)
      unsafe source += 8
      unsafe target += bitWidth
    }
  }

  /// Four values make one word; two words overlap.
  @inline(__always)
  private static func packUpTo16<T: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafePointer<T>, _ groupCount: Int, _ bitWidth: Int,
    _ output: UnsafeMutableRawPointer
  ) {
    let width = UInt64(bitWidth)
    let half = 4 * width
    var source = unsafe values
    var target = unsafe output
    for _ in 0..<groupCount {
      let low = unsafe four(source, width)
      let high = unsafe four(source + 4, width)
      // Smart shifts: at 16 bits a half is a whole word.
      unsafe target.storeBytes(of: low | high << half, as: UInt64.self)
      unsafe target.storeBytes(of: high >> (64 - half), toByteOffset: 8, as: UInt64.self)
      unsafe source += 8
      unsafe target += bitWidth
    }
  }

  /// Two values make one word; words are filled one after another.
  @inline(__always)
  private static func packUpTo32<T: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafePointer<T>, _ groupCount: Int, _ bitWidth: Int,
    _ output: UnsafeMutableRawPointer
  ) {
    let width = UInt64(bitWidth)
    var source = unsafe values
    var target = unsafe output
    for _ in 0..<groupCount {
      var word: UInt64 = 0
      var bits: UInt64 = 0
      var at = unsafe target
      for pair in 0..<4 {
        let both = unsafe UInt64(source[2 &* pair]) | UInt64(source[2 &* pair &+ 1]) &<< width
        word |= both << bits
        bits &+= 2 &* width
        if bits >= 64 {
          unsafe at.storeBytes(of: word, as: UInt64.self)
          unsafe at += 8
          bits &-= 64
          word = both >> (2 &* width &- bits)
        }
      }
      unsafe at.storeBytes(of: word, as: UInt64.self)
      unsafe source += 8
      unsafe target += bitWidth
    }
  }

  @inline(__always)
  private static func four<T: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafePointer<T>, _ width: UInt64
  ) -> UInt64 {
    unsafe UInt64(values[0]) | UInt64(values[1]) &<< width
      | UInt64(values[2]) &<< (2 &* width) | UInt64(values[3]) &<< (3 &* width)
  }

  // MARK: Any width

  /// Appends `count` values of `bitWidth` bits (0 to the width of a word), one after another; the last
  /// byte is filled with zeros.
  static func appendPacked<Word: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafePointer<Word>, count: Int, bitWidth: Int, into output: inout ByteBuffer
  ) {
    guard bitWidth > 0 else { return }
    let byteCount = (count * bitWidth + 7) / 8
    output.reserve(byteCount + 16)
    var word: UInt64 = 0
    var bits = 0
    var at = unsafe output.end
    for k in 0..<count {
      let value = unsafe UInt64(truncatingIfNeeded: values[k])
      // Smart shifts: a shift by 64 leaves nothing.
      word |= value << UInt64(bits)
      bits += bitWidth
      if bits >= 64 {
        unsafe at.storeBytes(of: word, as: UInt64.self)
        unsafe at += 8
        bits -= 64
        word = value >> UInt64(bitWidth - bits)
      }
    }
    if bits > 0 { unsafe at.storeBytes(of: word, as: UInt64.self) }
    output.advance(by: byteCount)
  }

  /// The `bitWidth` bits (0...64) from bit `position` of `bytes` on, of which more may be read.
  @inline(__always)
  static func word(at position: Int, bitWidth: Int, in bytes: UnsafeRawPointer) -> UInt64 {
    let byte = position &>> 3
    let shift = UInt64(position & 7)
    var word = unsafe bytes.loadUnaligned(fromByteOffset: byte, as: UInt64.self) &>> shift
    if Int(shift) &+ bitWidth > 64 {
      let next = unsafe bytes.load(fromByteOffset: byte &+ 8, as: UInt8.self)
      word |= UInt64(next) &<< (64 &- shift)
    }
    return bitWidth == 64 ? word : word & ((1 &<< UInt64(bitWidth)) &- 1)
  }
}
