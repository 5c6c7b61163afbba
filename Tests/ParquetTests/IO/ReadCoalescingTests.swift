import Testing

@testable import Parquet

@Suite struct ReadCoalescingTests {
  @Test func mergesOverSmallGaps() {
    var coalescing = ReadCoalescing()
    coalescing.gapByteCount = 10
    #expect(coalescing.merged([]) == [])
    #expect(coalescing.merged([5..<5]) == [])
    #expect(coalescing.merged([30..<40, 0..<20]) == [0..<40])
    #expect(coalescing.merged([31..<40, 0..<20]) == [0..<20, 31..<40])
    #expect(coalescing.merged([0..<100, 5..<10, 90..<95]) == [0..<100])
    #expect(coalescing.merged([0..<1, Int.max - 1..<Int.max]) == [0..<1, Int.max - 1..<Int.max])
  }
}
