/// Finds what gives CSV its shape, 64 bytes at a time: quotes, and the delimiters and ends of line that
/// stand outside of them.
///
/// Every quote is taken for one that opens or closes, which is wrong where a field without quotes holds
/// one: whoever meets that restarts behind it.
@safe
struct CSVMarks {
  private let base: UnsafePointer<UInt8>
  private let count: Int
  private let delimiter: SIMD16<UInt8>
  private var blockStart: Int
  /// A bit for each mark of the block that was not taken yet.
  private var marks: UInt64 = 0
  /// All ones where quotes are open at the end of the block.
  private var open: UInt64 = 0
  /// An end of line in quotes that no other one stands behind, of those in the blocks seen.
  private(set) var lastQuotedLineEnd = -1

  /// The marks of `count` bytes, with 64 readable ones behind them.
  init(_ base: UnsafePointer<UInt8>, _ count: Int, delimiter: UInt8) {
    unsafe self.base = base
    self.count = count
    self.delimiter = SIMD16(repeating: delimiter)
    blockStart = -64
  }

  /// Goes on at `place`, where no quotes are open.
  mutating func restart(at place: Int) {
    blockStart = place &- 64
    marks = 0
    open = 0
  }

  /// The place of the next mark; `count` or more where there is none.
  @inline(__always)
  mutating func next() -> Int {
    while marks == 0 {
      guard blockStart &+ 64 < count else { return count }
      blockStart &+= 64
      look()
    }
    let place = blockStart &+ marks.trailingZeroBitCount
    marks &= marks &- 1
    return place
  }

  @inline(__always)
  private mutating func look() {
    let start = unsafe UnsafeRawPointer(base + blockStart)
    typealias Lane = SIMD16<UInt8>
    let a = unsafe start.loadUnaligned(as: Lane.self)
    let b = unsafe start.loadUnaligned(fromByteOffset: 16, as: Lane.self)
    let c = unsafe start.loadUnaligned(fromByteOffset: 32, as: Lane.self)
    let d = unsafe start.loadUnaligned(fromByteOffset: 48, as: Lane.self)
    let quote = Lane(repeating: .quote)
    let newline = Lane(repeating: .newline)
    let carriageReturn = Lane(repeating: .carriageReturn)
    @inline(__always) func lineEnds(_ v: Lane) -> SIMDMask<SIMD16<Int8>> {
      (v .== newline) .| (v .== carriageReturn)
    }
    let quotes = CSVMarks.bits(a .== quote, b .== quote, c .== quote, d .== quote)
    let separators = CSVMarks.bits(
      (a .== delimiter) .| lineEnds(a), (b .== delimiter) .| lineEnds(b),
      (c .== delimiter) .| lineEnds(c), (d .== delimiter) .| lineEnds(d))
    guard quotes != 0 || open != 0 else {
      marks = separators
      return
    }
    // Each bit is the parity of the quotes up to it.
    var inside = quotes
    inside ^= inside &<< 1
    inside ^= inside &<< 2
    inside ^= inside &<< 4
    inside ^= inside &<< 8
    inside ^= inside &<< 16
    inside ^= inside &<< 32
    inside ^= open
    open = 0 &- (inside &>> 63)
    marks = separators & ~inside | quotes
    if separators & inside != 0 {
      let ends = CSVMarks.bits(lineEnds(a), lineEnds(b), lineEnds(c), lineEnds(d)) & inside
      if ends != 0 { lastQuotedLineEnd = blockStart &+ 63 &- ends.leadingZeroBitCount }
    }
  }

  /// One bit for each of 64 lanes.
  @inline(__always)
  private static func bits(
    _ a: SIMDMask<SIMD16<Int8>>, _ b: SIMDMask<SIMD16<Int8>>, _ c: SIMDMask<SIMD16<Int8>>,
    _ d: SIMDMask<SIMD16<Int8>>
  ) -> UInt64 {
    typealias Words = SIMD2<UInt64>
    @inline(__always) func words(_ mask: SIMDMask<SIMD16<Int8>>) -> Words {
      unsafe unsafeBitCast(mask, to: Words.self)
    }
    // Lane 8k + i becomes bit k of byte i, of all eight words at once; then rows and columns of the 8 × 8
    // bits are exchanged.
    let one: UInt64 = 0x0101_0101_0101_0101
    let both =
      words(a) & Words(one, one &<< 1) | words(b) & Words(one &<< 2, one &<< 3)
      | words(c) & Words(one &<< 4, one &<< 5) | words(d) & Words(one &<< 6, one &<< 7)
    var x = both[0] | both[1]
    var swapped = (x ^ x &>> 7) & 0x00AA_00AA_00AA_00AA
    x ^= swapped ^ swapped &<< 7
    swapped = (x ^ x &>> 14) & 0x0000_CCCC_0000_CCCC
    x ^= swapped ^ swapped &<< 14
    swapped = (x ^ x &>> 28) & 0x0000_0000_F0F0_F0F0
    x ^= swapped ^ swapped &<< 28
    return x
  }
}
