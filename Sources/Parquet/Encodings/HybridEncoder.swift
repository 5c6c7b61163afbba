/// Writes runs and bit-packed groups: levels, booleans and dictionary indices.
///
/// A sequence has one encoding here, whatever form it comes in: bits and bytes of the same levels make
/// the same output.
///
/// Specification: Encodings.md, "Run Length Encoding / Bit-Packing Hybrid"; rules E1, E2.
enum HybridEncoder {
  /// The shortest run worth leaving a bit-packed stretch for: what its bits would take must outweigh
  /// the run's header and value and the new header after it.
  @inline(__always)
  static func shortestRun(bitWidth: Int) -> Int { bitWidth <= 3 ? (bitWidth <= 1 ? 64 : 24) : 8 }

  /// Appends `count` values of `bitWidth` bits (0...32).
  ///
  /// - Precondition: eight values can be read after the last one.
  static func encode<T: FixedWidthInteger & UnsignedInteger & SIMDScalar>(
    _ values: UnsafePointer<T>, count: Int, bitWidth: Int, into output: inout ByteBuffer
  ) {
    let shortest = shortestRun(bitWidth: bitWidth)
    var literalStart = 0
    var i = 0
    while i < count {
      let run = unsafe runLength(values + i, limit: count - i)
      // A run of less than a group can only stand where nothing is pending.
      if run >= shortest || run == count - i && literalStart == i {
        unsafe appendLiterals(
          values + literalStart, count: i - literalStart, bitWidth: bitWidth, into: &output)
        unsafe appendRun(UInt64(values[i]), count: run, bitWidth: bitWidth, into: &output)
        i += run
        literalStart = i
      } else {
        i += max(run & ~7, 8)
      }
    }
    if literalStart < count {
      unsafe appendLiterals(
        values + literalStart, count: count - literalStart, bitWidth: bitWidth, into: &output)
    }
  }

  /// The length of the run at `values`, or less than eight where there is none.
  @inline(__always)
  private static func runLength<T: FixedWidthInteger & UnsignedInteger & SIMDScalar>(
    _ values: UnsafePointer<T>, limit: Int
  ) -> Int {
    let first = unsafe values[0]
    if unsafe limit >= 8 && values[1] != first { return 1 }
    let all = SIMD8<T>(repeating: first)
    var run = 0
    while run &+ 8 <= limit {
      let group = unsafe UnsafeRawPointer(values + run).loadUnaligned(as: SIMD8<T>.self)
      if group != all { break }
      run &+= 8
    }
    while unsafe run < limit && values[run] == first { run &+= 1 }
    return run
  }

  /// Appends one run.
  @inline(__always)
  static func appendRun(
    _ value: UInt64, count: Int, bitWidth: Int, into output: inout ByteBuffer
  ) {
    output.append(varint: UInt64(count) << 1)
    output.reserve(8)
    // Little-endian: the bytes above the width are zero and not kept.
    unsafe output.end.storeBytes(of: value, as: UInt64.self)
    output.advance(by: (bitWidth + 7) / 8)
  }

  /// Appends one bit-packed stretch, its last group filled with zeros.
  private static func appendLiterals<T: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafePointer<T>, count: Int, bitWidth: Int, into output: inout ByteBuffer
  ) {
    guard count > 0 else { return }
    let groups = (count + 7) / 8
    output.append(varint: UInt64(groups) << 1 | 1)
    output.reserve(groups * bitWidth + 16)
    let whole = count / 8
    unsafe BitPacking.pack(
      values, groupCount: whole, bitWidth: bitWidth, into: output.end)
    output.advance(by: whole * bitWidth)
    guard groups > whole else { return }
    unsafe withUnsafeTemporaryAllocation(of: T.self, capacity: 8) { last in
      unsafe last.initialize(repeating: 0)
      for k in whole * 8..<count { unsafe last[k - whole * 8] = values[k] }
      guard let base = last.baseAddress else { return }
      unsafe BitPacking.pack(
        UnsafePointer(base), groupCount: 1, bitWidth: bitWidth, into: output.end)
    }
    output.advance(by: bitWidth)
  }

  /// Appends bits, as values of one bit each: the same output as their values would have.
  static func encode(_ bits: Bitmap, into output: inout ByteBuffer) {
    let shortest = shortestRun(bitWidth: 1)
    var literalStart = 0
    var i = 0
    while i < bits.count {
      let run = runLength(bits, from: i)
      if run >= shortest || run == bits.count - i && literalStart == i {
        appendLiterals(bits.slice(literalStart..<i), into: &output)
        appendRun(bits[i] ? 1 : 0, count: run, bitWidth: 1, into: &output)
        i += run
        literalStart = i
      } else {
        i += max(run & ~7, 8)
      }
    }
    if literalStart < bits.count {
      appendLiterals(bits.slice(literalStart..<bits.count), into: &output)
    }
  }

  /// The length of the run of equal bits from `start` on.
  @inline(__always)
  private static func runLength(_ bits: Bitmap, from start: Int) -> Int {
    let limit = bits.count - start
    let flip: UInt64 = bits[start] ? ~0 : 0
    var run = 0
    while run < limit {
      let same = (bits.word(at: start + run) ^ flip).trailingZeroBitCount
      if same < 64 { return min(run + same, limit) }
      run += 64
    }
    return limit
  }

  private static func appendLiterals(_ bits: Bitmap, into output: inout ByteBuffer) {
    guard bits.count > 0 else { return }
    let groups = (bits.count + 7) / 8
    output.append(varint: UInt64(groups) << 1 | 1)
    appendPacked(bits, into: &output)
  }

  /// Appends bits one after another, the last byte filled with zeros: PLAIN booleans, too.
  static func appendPacked(_ bits: Bitmap, into output: inout ByteBuffer) {
    let byteCount = (bits.count + 7) / 8
    output.reserve(byteCount + 8)
    var i = 0
    while i < bits.count {
      unsafe output.end.storeBytes(
        of: bits.word(at: i), toByteOffset: i / 8, as: UInt64.self)
      i += 64
    }
    output.advance(by: byteCount)
  }
}

extension ByteBuffer {
  /// Appends `value` in groups of seven bits, the lowest first.
  @inline(__always)
  package mutating func append(varint value: UInt64) {
    reserve(10)
    var value = value
    while value >= 0x80 {
      unsafe end.storeBytes(of: UInt8(truncatingIfNeeded: value) | 0x80, as: UInt8.self)
      advance(by: 1)
      value >>= 7
    }
    unsafe end.storeBytes(of: UInt8(truncatingIfNeeded: value), as: UInt8.self)
    advance(by: 1)
  }
}
