import Testing

@testable import Parquet

@Suite struct BitmapTests {
  @Test func wordsAndCountsAgreeWithTheBits() {
    var random = SeededGenerator(seed: 11)
    for count in [0, 1, 7, 8, 9, 63, 64, 65, 127, 128, 129, 500] {
      let bits = (0..<count).map { _ in Bool.random(using: &random) }
      let bitmap = Bitmap(bits)
      #expect(bitmap.setCount() == bits.count { $0 })
      for start in 0...min(count, 70) {
        let slice = bitmap.slice(start..<count)
        let expected = bits[start...].prefix(64).enumerated().reduce(UInt64(0)) {
          $0 | ($1.element ? 1 : 0) << UInt64($1.offset)
        }
        #expect(slice.word(at: 0) == expected)
        #expect(slice.setCount() == bits[start...].count { $0 })
      }
    }
  }

  @Test func buffersJoinAnyPieces() {
    var random = SeededGenerator(seed: 12)
    for _ in 0..<200 {
      var buffer = BitmapBuffer()
      var expected: [Bool] = []
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        switch Int.random(in: 0...2, using: &random) {
        case 0:
          let bit = Bool.random(using: &random)
          buffer.append(bit)
          expected.append(bit)
        case 1:
          let bit = Bool.random(using: &random)
          let count = Int.random(in: 0...150, using: &random)
          buffer.append(repeating: bit, count: count)
          expected += Array(repeating: bit, count: count)
        default:
          let bits = (0..<Int.random(in: 0...150, using: &random)).map { _ in
            Bool.random(using: &random)
          }
          let start = Int.random(in: 0...bits.count, using: &random)
          buffer.append(Bitmap(bits).slice(start..<bits.count))
          expected += bits[start...]
        }
      }
      let bitmap = buffer.freeze()
      #expect(bitmap.count == expected.count)
      #expect((0..<bitmap.count).map { bitmap[$0] } == expected)
    }
  }

  @Test func levelsBecomeBits() {
    var random = SeededGenerator(seed: 13)
    for count in 0..<40 {
      let levels = (0..<count).map { _ in UInt8.random(in: 0...1, using: &random) }
      let bitmap = Bitmap(levels: Bytes(copying: levels))
      #expect((0..<count).map { bitmap[$0] } == levels.map { $0 == 1 })
    }
  }
}
