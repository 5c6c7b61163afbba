/// Reads values of a fixed number of bits, packed from the lowest bit of the first byte on.
///
/// Specification: Encodings.md, "Run Length Encoding / Bit-Packing Hybrid", bit-packed runs.
enum BitUnpacking {
  /// Reads `count` values of `width` bits from bit `bit` of `bytes` on.
  ///
  /// Words are loaded whole: up to eight bytes past the last value are read.
  ///
  /// - Precondition: `width` lies in 0...32 and is no more than `Value` has.
  /// - Complexity: O(count); values that fit into one or two bytes are spread eight or four at a time.
  @inline(__always)
  static func unpack<Value: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ bytes: UnsafeRawPointer, bit: Int, width: Int, count: Int,
    into output: UnsafeMutablePointer<Value>
  ) {
    guard width > 0 else {
      unsafe output.update(repeating: 0, count: count)
      return
    }
    // Groups of eight begin at whole bytes where one of their values does.
    var done = 0
    while done < count, (bit &+ done &* width) & 7 != 0 {
      unsafe output[done] = value(bytes, bit &+ done &* width, width)
      done &+= 1
    }
    let groups = (count &- done) &>> 3
    if groups > 0 {
      let start = unsafe bytes + (bit &+ done &* width) &>> 3
      let target = unsafe output + done
      switch Value.bitWidth {
      case 8: unsafe unpackBytes(start, width, groups, UnsafeMutableRawPointer(target))
      case 16: unsafe unpackHalves(start, width, groups, UnsafeMutableRawPointer(target))
      default: unsafe unpackWords(start, width, groups, target)
      }
      done &+= groups &* 8
    }
    while done < count {
      unsafe output[done] = value(bytes, bit &+ done &* width, width)
      done &+= 1
    }
  }

  /// One value: up to 32 bits that begin anywhere in a byte lie within eight bytes.
  @inline(__always)
  private static func value<Value: FixedWidthInteger & UnsignedInteger>(
    _ bytes: UnsafeRawPointer, _ bit: Int, _ width: Int
  ) -> Value {
    let word = unsafe bytes.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self)
    let mask: UInt64 = (1 &<< UInt64(width)) &- 1
    return Value(truncatingIfNeeded: (word &>> UInt64(bit & 7)) & mask)
  }

  /// Groups of eight values of at most eight bits: each lies in one word, and is drawn apart in the middle
  /// of ever smaller parts, 32, 16 and 8 bits wide.
  private static func unpackBytes(
    _ bytes: UnsafeRawPointer, _ width: Int, _ groups: Int, _ output: UnsafeMutableRawPointer
  ) {
    let bits = UInt64(width)
    let half: UInt64 = (1 &<< (4 &* bits)) &- 1
    let quarters: UInt64 = ((1 &<< (2 &* bits)) &- 1) &* 0x0000_0001_0000_0001
    let eighths: UInt64 = ((1 &<< bits) &- 1) &* 0x0001_0001_0001_0001
    for group in 0..<groups {
      let x = unsafe bytes.loadUnaligned(fromByteOffset: group &* width, as: UInt64.self)
      let halves = (x & half) | ((x &>> (4 &* bits)) & half) &<< 32
      let fourths = (halves & quarters) | (halves &<< (16 &- 2 &* bits)) & (quarters &<< 16)
      let values = (fourths & eighths) | (fourths &<< (8 &- bits)) & (eighths &<< 8)
      unsafe output.storeBytes(of: values, toByteOffset: group &* 8, as: UInt64.self)
    }
  }

  /// Groups of eight values of at most sixteen bits, four in a word.
  private static func unpackHalves(
    _ bytes: UnsafeRawPointer, _ width: Int, _ groups: Int, _ output: UnsafeMutableRawPointer
  ) {
    let bits = UInt64(width)
    let half: UInt64 = (1 &<< (2 &* bits)) &- 1
    let quarters: UInt64 = ((1 &<< bits) &- 1) &* 0x0000_0001_0000_0001
    // The second four begin in the middle of a byte where the width is odd.
    let second = width &>> 1
    let shift = UInt64((4 &* width) & 7)
    for group in 0..<groups {
      let start = unsafe bytes + group &* width
      let first = unsafe start.loadUnaligned(as: UInt64.self)
      let last = unsafe start.loadUnaligned(fromByteOffset: second, as: UInt64.self) &>> shift
      let low = (first & half) | ((first &>> (2 &* bits)) & half) &<< 32
      let high = (last & half) | ((last &>> (2 &* bits)) & half) &<< 32
      let values = SIMD2<UInt64>(
        (low & quarters) | (low &<< (16 &- bits)) & (quarters &<< 16),
        (high & quarters) | (high &<< (16 &- bits)) & (quarters &<< 16))
      unsafe output.storeBytes(of: values, toByteOffset: group &* 16, as: SIMD2<UInt64>.self)
    }
  }

  /// Groups of eight values, two of a word where their bits always lie in one.
  @inline(__always)
  private static func unpackWords<Value: FixedWidthInteger & UnsignedInteger>(
    _ bytes: UnsafeRawPointer, _ width: Int, _ groups: Int,
    _ output: UnsafeMutablePointer<Value>
  ) {
    let count = groups &* 8
    guard width <= 28 else {
      for i in 0..<count { unsafe output[i] = value(bytes, i &* width, width) }
      return
    }
    let bits = UInt64(width)
    let mask: UInt64 = (1 &<< bits) &- 1
    var bit = 0
    for pair in 0..<count &>> 1 {
      let word =
        unsafe bytes.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self)
        &>> UInt64(bit & 7)
      unsafe output[pair &* 2] = Value(truncatingIfNeeded: word & mask)
      unsafe output[pair &* 2 &+ 1] = Value(truncatingIfNeeded: (word &>> bits) & mask)
      bit &+= 2 &* width
    }
  }
}
