import Testing

@testable import Parquet

@Suite struct ByteCountsTests {
  /// Around sixteen bytes, and around the 255 that a lane counts to.
  @Test(arguments: [0, 1, 15, 16, 17, 4_064, 4_079, 4_080, 4_081, 4_096, 10_000])
  func countsAsALoopDoes(count: Int) {
    var random = SeededGenerator(seed: UInt64(count))
    for share in [1, 2, 5] {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0..<UInt8(share), using: &random) }
      for wanted in [UInt8(0), 1, 4, 255] {
        let found = unsafe bytes.withUnsafeBufferPointer { buffer in
          unsafe buffer.baseAddress.map { unsafe countBytes($0, count, equalTo: wanted) } ?? 0
        }
        #expect(found == bytes.count { $0 == wanted })
      }
    }
  }
}
