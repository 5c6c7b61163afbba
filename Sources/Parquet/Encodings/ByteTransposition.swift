/// Sixteen words of eight bytes, as two squares of 8 × 8 bytes side by side: row k of the one is word k, of the
/// other word k + 8.
///
/// Transposed, row k of each has byte k of its eight words: the streams of BYTE_STREAM_SPLIT. The same again gives
/// the words.
struct ByteTransposition {
  private var (a, b, c, d) = (SIMD2<UInt64>(), SIMD2<UInt64>(), SIMD2<UInt64>(), SIMD2<UInt64>())
  private var (e, f, g, h) = (SIMD2<UInt64>(), SIMD2<UInt64>(), SIMD2<UInt64>(), SIMD2<UInt64>())

  /// Transposes the squares that `row` gives the rows of.
  @inline(__always)
  init(_ row: (Int) -> SIMD2<UInt64>) {
    (a, b, c, d) = (row(0), row(1), row(2), row(3))
    (e, f, g, h) = (row(4), row(5), row(6), row(7))
    // Quarters of the square change places, then quarters of those, then single bytes.
    ByteTransposition.exchange(&a, &e, 32, 0x0000_0000_FFFF_FFFF)
    ByteTransposition.exchange(&b, &f, 32, 0x0000_0000_FFFF_FFFF)
    ByteTransposition.exchange(&c, &g, 32, 0x0000_0000_FFFF_FFFF)
    ByteTransposition.exchange(&d, &h, 32, 0x0000_0000_FFFF_FFFF)
    ByteTransposition.exchange(&a, &c, 16, 0x0000_FFFF_0000_FFFF)
    ByteTransposition.exchange(&b, &d, 16, 0x0000_FFFF_0000_FFFF)
    ByteTransposition.exchange(&e, &g, 16, 0x0000_FFFF_0000_FFFF)
    ByteTransposition.exchange(&f, &h, 16, 0x0000_FFFF_0000_FFFF)
    ByteTransposition.exchange(&a, &b, 8, 0x00FF_00FF_00FF_00FF)
    ByteTransposition.exchange(&c, &d, 8, 0x00FF_00FF_00FF_00FF)
    ByteTransposition.exchange(&e, &f, 8, 0x00FF_00FF_00FF_00FF)
    ByteTransposition.exchange(&g, &h, 8, 0x00FF_00FF_00FF_00FF)
  }

  /// Calls `body` with each row's number and the row.
  @inline(__always)
  func forEachRow(_ body: (Int, SIMD2<UInt64>) -> Void) {
    body(0, a)
    body(1, b)
    body(2, c)
    body(3, d)
    body(4, e)
    body(5, f)
    body(6, g)
    body(7, h)
  }

  /// The upper parts of `low` change places with the lower parts of `high`.
  @inline(__always)
  private static func exchange(
    _ low: inout SIMD2<UInt64>, _ high: inout SIMD2<UInt64>, _ shift: UInt64, _ mask: UInt64
  ) {
    let by = SIMD2<UInt64>(repeating: shift)
    let change = ((low &>> by) ^ high) & SIMD2<UInt64>(repeating: mask)
    high ^= change
    low ^= change &<< by
  }
}
