import Testing

@testable import Parquet

@Suite struct BloomFilterTests {
  private func hash(_ bytes: [UInt8]) -> UInt64 {
    unsafe bytes.withUnsafeBytes { unsafe XXH64.hash($0) }
  }

  /// Values of the reference implementation.
  @Test func hashesAreThePublishedOnes() {
    #expect(hash([]) == 0xEF46_DB37_51D8_E999)
    #expect(hash(Array("a".utf8)) == 0xD24E_C4F1_A98C_6E5B)
    #expect(hash(Array("abc".utf8)) == 0x44BC_2CF5_AD77_0999)
    #expect(
      hash(Array("Nobody inspects the spammish repetition".utf8)) == 0xFBCE_A83C_8A37_8BF1)
    #expect(hash((0...100).map { UInt8($0) }) == 0xE990_3849_5F85_381E)
  }

  @Test(arguments: [0.1, 0.01, 0.001])
  func nothingAddedIsMissedAndFewOthersPass(rate: Double) {
    for distinct in [1, 10, 1_000, 50_000] {
      for sizedFor in [distinct, 1_048_576] {
        var filter = BloomFilter(distinctCount: sizedFor, falsePositiveRate: rate)
        for i in 0..<distinct { filter.insert(key(UInt64(i))) }
        filter.fold(falsePositiveRate: rate)
        #expect(filter.byteCount.nonzeroBitCount == 1)
        for i in 0..<distinct { #expect(filter.mayContain(key(UInt64(i)))) }
        let passed = (0..<100_000).count { filter.mayContain(key(UInt64($0) + 1 << 40)) }
        #expect(Double(passed) <= 1.5 * rate * 100_000 + 20, "\(distinct) values: \(passed)")
      }
    }
  }

  @Test func headersComeBack() throws {
    var writer = CompactWriter()
    BloomFilterHeader(byteCount: 1024).encode(to: &writer)
    var reader = CompactReader(writer.freeze())
    let header = try BloomFilterHeader(from: &reader)
    #expect(header == BloomFilterHeader(byteCount: 1024))
    #expect(header.isKnown)
  }

  private func key(_ value: UInt64) -> UInt64 {
    unsafe withUnsafeBytes(of: value) { unsafe XXH64.hash($0) }
  }
}
