/// A split-block bloom filter: which values a column chunk certainly does not have.
///
/// Each value sets one bit in each of the eight words of one 32-byte block.
///
/// Specification: BloomFilter.md; rules B1–B6.
package struct BloomFilter: Sendable {
  /// The most bytes of a filter (rule B4).
  static let largestByteCount = 128 << 20
  private static let wordsPerBlock = 8
  private static let salts: [UInt32] = [
    0x47B6_137B, 0x4497_4D91, 0x8824_AD5B, 0xA2B7_289D, 0x7054_95C7, 0x2DF1_424B, 0x9EFC_4947,
    0x5C6B_FB31,
  ]

  private var words: [UInt32]

  /// The bytes of the filter: a power of two where it was made by ``init(distinctCount:falsePositiveRate:)``.
  package var byteCount: Int { words.count * 4 }
  private var blockCount: Int { words.count / BloomFilter.wordsPerBlock }

  /// An empty filter for `distinctCount` values, of which as many as `falsePositiveRate` says pass that
  /// are not there.
  package init(distinctCount: Int, falsePositiveRate: Double) {
    let bits =
      Double(max(distinctCount, 1))
      * BloomFilter.bitsPerValue(falsePositiveRate: falsePositiveRate)
    var byteCount = 32
    while Double(byteCount * 8) < bits, byteCount < BloomFilter.largestByteCount { byteCount *= 2 }
    words = Array(repeating: 0, count: byteCount / 4)
  }

  /// A filter as a file holds it; nil where the bytes are not whole blocks.
  package init?(bitset: Bytes) {
    guard bitset.count > 0, bitset.count % 32 == 0 else { return nil }
    words = (0..<bitset.count / 4).map {
      unsafe bitset.pointer.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)
    }
  }

  /// The bits a value needs: eight hashes, each of which finds its bit set by others with the eighth
  /// root of the rate; and a tenth more, as blocks are not filled evenly.
  private static func bitsPerValue(falsePositiveRate: Double) -> Double {
    // The root by three square roots; the logarithm by its series in (1 - x) / (1 + x), as the engine
    // links no mathematics library.
    let root = falsePositiveRate.squareRoot().squareRoot().squareRoot()
    return 8.8 / BloomFilter.minusLogarithm(1 - root)
  }

  private static func minusLogarithm(_ x: Double) -> Double {
    let t = (1 - x) / (1 + x)
    var term = t
    var sum = 0.0
    for k in 0..<400 {
      sum += term / Double(2 * k + 1)
      term *= t * t
    }
    return 2 * sum
  }

  /// Adds the value of which `hash` is the XXH64.
  @inline(__always)
  package mutating func insert(_ hash: UInt64) {
    let block = block(of: hash)
    let key = UInt32(truncatingIfNeeded: hash)
    for i in 0..<BloomFilter.wordsPerBlock {
      words[block &+ i] |= 1 &<< ((key &* BloomFilter.salts[i]) &>> 27)
    }
  }

  /// Whether the value of which `hash` is the XXH64 may be there.
  package func mayContain(_ hash: UInt64) -> Bool {
    let block = block(of: hash)
    let key = UInt32(truncatingIfNeeded: hash)
    return (0..<BloomFilter.wordsPerBlock).allSatisfy { i in
      words[block + i] & 1 &<< ((key &* BloomFilter.salts[i]) &>> 27) != 0
    }
  }

  @inline(__always)
  private func block(of hash: UInt64) -> Int {
    let block = ((hash &>> 32) &* UInt64(truncatingIfNeeded: blockCount)) &>> 32
    return Int(truncatingIfNeeded: block) &* BloomFilter.wordsPerBlock
  }

  /// Halves the filter as long as no more than `falsePositiveRate` of values that are not there pass.
  ///
  /// The block of a value comes from the upper bits of its hash, so two neighbours make one.
  package mutating func fold(falsePositiveRate: Double) {
    while blockCount > 1 {
      var halved = self
      halved.words = Array(repeating: 0, count: words.count / 2)
      for block in 0..<blockCount {
        for i in 0..<BloomFilter.wordsPerBlock {
          halved.words[block / 2 * BloomFilter.wordsPerBlock + i] |=
            words[block * BloomFilter.wordsPerBlock + i]
        }
      }
      guard halved.expectedFalsePositiveRate <= falsePositiveRate else { return }
      self = halved
    }
  }

  /// How many of the values that are not there pass, by the bits that are set.
  package var expectedFalsePositiveRate: Double {
    var sum = 0.0
    for block in 0..<blockCount {
      var chance = 1.0
      for i in 0..<BloomFilter.wordsPerBlock {
        chance *= Double(words[block * BloomFilter.wordsPerBlock + i].nonzeroBitCount) / 32
      }
      sum += chance
    }
    return sum / Double(max(blockCount, 1))
  }

  /// The filter as it stands in a file after its header.
  package var bitset: Bytes { Bytes(copying: words) }

  /// Whether both have the same bits.
  package static func == (a: BloomFilter, b: BloomFilter) -> Bool { a.words == b.words }
}
