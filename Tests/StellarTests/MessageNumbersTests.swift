import Testing

@testable import Stellar

@Suite struct MessageNumbersTests {
  @Test func neighboursAreOneRange() {
    var numbers = MessageNumbers()
    for number in UInt64(10)..<1000 { numbers.insert(number) }
    #expect(numbers.ranges == [10..<1000])
    #expect(numbers.count == 990)
    numbers.insert(8)
    #expect(numbers.ranges == [8..<9, 10..<1000])
    numbers.insert(9)
    #expect(numbers.ranges == [8..<1000])
    numbers.insert(0)
    numbers.insert(0)
    #expect(numbers.ranges == [0..<1, 8..<1000])
    #expect(numbers.count == 993)
    #expect(numbers.description == "0, 8–999")
  }

  @Test func emptySetsAndRanges() {
    var numbers = MessageNumbers(5..<5)
    #expect(numbers.isEmpty)
    #expect(!numbers.contains(5))
    #expect(!numbers.contains(anyOf: 0..<100))
    numbers.subtract(MessageNumbers(0..<10))
    numbers.formUnion(MessageNumbers())
    #expect(numbers.isEmpty)
    numbers.insert(MessageNumbers.limit - 1)
    #expect(numbers.count == 1)
    #expect(numbers.contains(MessageNumbers.limit - 1))
  }

  /// Held against a set of the standard library.
  @Test(arguments: 0..<30) func behavesAsASet(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    // Dense and sparse, so that all ways of joining come up.
    let bound = UInt64([20, 300, 3000][Int(seed % 3)])
    func some() -> Set<UInt64> {
      let count = Int.random(in: 0...Int(bound) / 2, using: &random)
      let isFew = Bool.random(using: &random)
      return Set(
        (0..<(isFew ? count / 20 : count)).map { _ in UInt64.random(in: 0..<bound, using: &random) }
      )
    }
    var model: Set<UInt64> = []
    var numbers = MessageNumbers()
    for _ in 0..<60 {
      switch Int.random(in: 0..<6, using: &random) {
      case 0:
        let number = UInt64.random(in: 0..<bound, using: &random)
        model.insert(number)
        numbers.insert(number)
      case 1, 2:
        let start = UInt64.random(in: 0..<bound, using: &random)
        let end = UInt64.random(in: start...bound, using: &random)
        if Bool.random(using: &random) {
          model.formUnion(start..<end)
          numbers.insert(start..<end)
        } else {
          model.subtract(start..<end)
          numbers.remove(start..<end)
        }
      case 3:
        let other = some()
        model.formUnion(other)
        numbers.formUnion(MessageNumbers(of: other))
      case 4:
        let other = some()
        model.subtract(other)
        numbers.subtract(MessageNumbers(of: other))
      default:
        let other = some()
        let both = numbers.intersection(MessageNumbers(of: other))
        #expect(both == MessageNumbers(of: model.intersection(other).sorted()), "seed \(seed)")
      }
      #expect(numbers.all == model.sorted(), "seed \(seed)")
      #expect(numbers.count == model.count, "seed \(seed)")
      // One form for one set.
      #expect(numbers == MessageNumbers(of: model.sorted()), "seed \(seed)")
      let probe = UInt64.random(in: 0..<bound, using: &random)
      #expect(numbers.contains(probe) == model.contains(probe), "seed \(seed)")
      let range = probe..<min(probe + 5, bound)
      let isMet = range.contains { model.contains($0) }
      #expect(numbers.contains(anyOf: range) == isMet, "seed \(seed)")
    }
  }
}
