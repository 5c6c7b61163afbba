import Testing

@testable import Parquet

@Suite struct WindowSourceTests {
  private static let byteCount = 3 << 20
  private let log = RequestLog(
    Bytes(copying: (0..<WindowSourceTests.byteCount).map { UInt8(truncatingIfNeeded: $0 / 7) }))

  private func check(_ source: WindowSource, _ range: Range<Int>) throws {
    #expect(try source.read(range) == log.bytes.slice(range), "\(range)")
  }

  @Test func smallReadsAreMadeLargerAndKept() throws {
    let source = try #require(WindowSource(log.source()))
    try check(source, 1_000..<1_010)
    #expect(log.requests == [1_000..<1_000 + 256 << 10])
    try check(source, 200_000..<262_000)
    try check(source, 1_000..<1_000)
    #expect(log.requests.count == 1)
    // What stands before what is kept is fetched anew.
    try check(source, 999..<1_001)
    #expect(log.requests.count == 2)
    // Four reads are kept: the one not used for the longest goes first.
    for start in 1...3 { try check(source, start << 19..<start << 19 + 1) }
    #expect(log.requests.count == 5)
    try check(source, 1_000..<1_010)
    try check(source, 1 << 19..<1 << 19 + 1)
    #expect(log.requests.count == 5)
  }

  @Test func largeReadsAreExactAndNotKept() throws {
    let source = try #require(WindowSource(log.source()))
    try check(source, 5..<5 + 256 << 10)
    try check(source, 5..<5 + 256 << 10)
    #expect(log.requests == [5..<5 + 256 << 10, 5..<5 + 256 << 10])
  }

  @Test func theEndIsKept() throws {
    let source = try #require(WindowSource(log.source()))
    let end = WindowSourceTests.byteCount
    try check(source, end - 65_536..<end)
    for start in 0..<6 { try check(source, start * 300_000..<start * 300_000 + 9) }
    log.forget()
    try check(source, end - 65_536..<end)
    try check(source, end - 4..<end - 1)
    #expect(log.requests.isEmpty)
    // Of a read that reaches into it only the rest is fetched.
    try check(source, end - 100_000..<end - 8)
    try check(source, end - 500_000..<end - 8)
    #expect(log.requests == [end - 100_000..<end - 65_536, end - 500_000..<end - 65_536])
  }

  @Test func isOnlyForSourcesThatAskForIt() {
    #expect(WindowSource(MemorySource(log.bytes)) == nil)
  }

  @Test func exactReadsUseWhatIsKept() throws {
    let source = try #require(WindowSource(log.source()))
    #expect(try source.read(exactly: 10..<20) == log.bytes.slice(10..<20))
    try check(source, 1_000..<1_010)
    #expect(try source.read(exactly: 2_000..<3_000) == log.bytes.slice(2_000..<3_000))
    #expect(log.requests == [10..<20, 1_000..<1_000 + 256 << 10])
  }

  /// A source of someone else's, which does not keep to what it promises.
  @Test func refusesOtherNumbersOfBytes() throws {
    struct Short: ByteSource {
      var byteCount: Int { 1_000 }
      var name: String { "short" }
      var coalescing: ReadCoalescing? { ReadCoalescing() }
      func read(_ range: Range<Int>) throws(ParquetError) -> Bytes {
        Bytes(copying: [UInt8](repeating: 0, count: range.count - 1))
      }
    }
    let source = try #require(WindowSource(Short()))
    let error = #expect(throws: ParquetError.self) { try source.read(0..<10) }
    #expect(
      error?.description == "short: byte 0: the source gave 999 bytes where 1000 were asked for")
  }
}
