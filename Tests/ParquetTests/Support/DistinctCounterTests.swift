import Testing

@testable import Parquet

@Suite struct DistinctCounterTests {
  private func counter(of range: Range<UInt64>, times: Int) -> DistinctCounter {
    var counter = DistinctCounter()
    for _ in 0..<times {
      for number in range {
        counter.insert(unsafe withUnsafeBytes(of: number) { unsafe XXH64.hash($0) })
      }
    }
    return counter
  }

  @Test(arguments: [0, 1, 1000, 100_000]) func exact(_ count: UInt64) {
    let counter = counter(of: 0..<count, times: 2)
    #expect(counter.isExact)
    #expect(counter.count == Int(count))
  }

  /// Within four standard errors of 0.8 %, for numbers that are fixed once and for all.
  @Test(arguments: [0, 77 << 32] as [UInt64]) func estimated(_ first: UInt64) {
    let count = 3_000_000
    let counter = counter(of: first..<first + UInt64(count), times: 1)
    #expect(!counter.isExact)
    #expect(abs(Double(counter.count) / Double(count) - 1) < 0.033)
  }
}
