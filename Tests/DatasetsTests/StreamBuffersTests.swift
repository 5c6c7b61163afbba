import Datasets
import Testing

@Suite struct StreamBuffersTests {
  typealias Buffers = StreamBuffers<String, [Int]>

  private func add(
    _ buffers: inout Buffers, _ key: String, _ rows: Int, bytes: Int = 0, at now: Int64 = 0
  ) -> Bool {
    buffers.add(key, rows: rows, bytes: bytes, now: now, first: { [] }) { $0.append(rows) }
  }

  @Test func rowsFillABuffer() {
    var buffers = Buffers(RotationPolicy(rowCount: 10))
    #expect(buffers.isEmpty)
    #expect(buffers.room("a") == 10)
    #expect(!add(&buffers, "a", 9))
    #expect(!add(&buffers, "b", 3))
    #expect(buffers.room("a") == 1)
    #expect(add(&buffers, "a", 1))
    // It holds more than it should rather than nothing more.
    #expect(buffers.room("a") == 1)
    #expect(add(&buffers, "a", 5))
    #expect(buffers["a"]?.rowCount == 15)
    #expect(buffers["a"]?.content == [9, 1, 5])
    #expect(buffers.rowCount == 18)
    #expect(buffers.count == 2)
    #expect(buffers.take("a")?.rowCount == 15)
    #expect(buffers.take("a") == nil)
    #expect(buffers.rowCount == 3)
    #expect(buffers.room("a") == 10)
  }

  @Test func bytesFillABuffer() {
    var buffers = Buffers(RotationPolicy(rowCount: 1000, byteCount: 100))
    #expect(!add(&buffers, "a", 1, bytes: 99))
    #expect(!add(&buffers, "b", 1, bytes: 99))
    #expect(add(&buffers, "b", 1, bytes: 1))
    buffers.policy.byteCount = 50
    #expect(add(&buffers, "a", 0, bytes: 0))
    #expect(buffers["a"]?.byteCount == 99)
  }

  @Test func timeComes() {
    var buffers = Buffers(RotationPolicy(rowCount: 1000, interval: 60))
    _ = add(&buffers, "late", 1, at: 30)
    _ = add(&buffers, "early", 1, at: 10)
    // It is the first row that counts.
    _ = add(&buffers, "early", 1, at: 65)
    #expect(buffers["early"]?.started == 10)
    #expect(buffers.due(at: 69) == [])
    #expect(buffers.due(at: 70) == ["early"])
    #expect(buffers.due(at: 90) == ["early", "late"])
    #expect(buffers.keys == ["early", "late"])
    _ = buffers.take("early")
    #expect(buffers.due(at: 90) == ["late"])
    _ = add(&buffers, "early", 1, at: 90)
    #expect(buffers.due(at: 100) == ["late"])
    buffers.policy.interval = nil
    #expect(buffers.due(at: .max) == [])
  }

  @Test func oneTimeHasAnOrder() {
    var buffers = Buffers(RotationPolicy(rowCount: 1000, interval: 60))
    let keys = (0..<50).map { "k\($0)" }
    for key in keys + keys { _ = add(&buffers, key, 1, at: 10) }
    #expect(buffers.keys == keys)
    #expect(buffers.due(at: 70) == keys)
  }

  @Test func tooManyBytesAltogether() {
    var buffers = Buffers(RotationPolicy(rowCount: 100, totalByteCount: 20))
    for (key, bytes) in [("a", 6), ("b", 8), ("c", 6)] { _ = add(&buffers, key, 1, bytes: bytes) }
    #expect(buffers.excess == nil)
    _ = add(&buffers, "a", 20, bytes: 1)
    #expect(buffers.excess == "b")
    _ = buffers.take("b")
    #expect(buffers.excess == nil)
    #expect(buffers.byteCount == 13)
  }

  @Test func tooMuchAltogether() {
    var buffers = Buffers(RotationPolicy(rowCount: 10, totalRowCount: 20))
    for (key, rows) in [("a", 6), ("b", 8), ("c", 6)] { _ = add(&buffers, key, rows) }
    #expect(buffers.excess == nil)
    _ = add(&buffers, "a", 1)
    #expect(buffers.excess == "b")
    _ = buffers.take("b")
    #expect(buffers.excess == nil)
  }

  /// However rows come, they leave once, and a buffer is told to be full as soon as it is.
  @Test func model() {
    var random = SeededGenerator(seed: 21)
    var buffers = Buffers(RotationPolicy(rowCount: 20, byteCount: 500, totalRowCount: 50))
    var held: [String: (rows: Int, bytes: Int)] = [:]
    for step in 0..<20_000 {
      let key = "k\(Int.random(in: 0..<6, using: &random))"
      let rows = Int.random(in: 0...9, using: &random)
      let bytes = Int.random(in: 0...150, using: &random)
      let before = held[key] ?? (0, 0)
      held[key] = (before.rows + rows, before.bytes + bytes)
      let isFull = add(&buffers, key, rows, bytes: bytes, at: Int64(step))
      let shouldBe = before.rows + rows >= 20 || before.bytes + bytes >= 500
      #expect(isFull == shouldBe)
      if isFull {
        let taken = buffers.take(key)
        #expect(taken?.content.reduce(0, +) == before.rows + rows)
        held[key] = nil
      }
      while let excess = buffers.excess {
        let most = held.values.map(\.rows).max()
        #expect(buffers.take(excess)?.rowCount == most)
        held[excess] = nil
      }
      let total = held.values.reduce(0) { $0 + $1.rows }
      #expect(buffers.rowCount == total)
      #expect(total <= 50)
    }
  }

  @Test func theSystemsClockGoesOn() {
    let clock = SystemClock()
    let before = (clock.wallMicroseconds, clock.monotonicMicroseconds)
    let after = (clock.wallMicroseconds, clock.monotonicMicroseconds)
    #expect(after.1 >= before.1)
    // Some time after 2025.
    #expect(before.0 > 1_735_000_000_000_000)
  }
}
