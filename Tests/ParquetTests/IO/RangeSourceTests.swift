import Testing

@testable import Parquet

@Suite struct RangeSourceTests {
  private static let byteCount = 3 << 20
  private let log = RequestLog(
    Bytes(copying: (0..<RangeSourceTests.byteCount).map { UInt8(truncatingIfNeeded: $0 / 7) }))

  private func check(_ source: RangeSource, _ range: Range<Int>) throws {
    #expect(try source.read(range) == log.bytes.slice(range), "\(range)")
  }

  @Test func aReadIsOneRequest() throws {
    let source = log.source()
    for range in [1_000..<1_010, 1_000..<1_010, 5..<600_000] { try check(source, range) }
    try check(source, 7..<7)
    #expect(log.requests == [1_000..<1_010, 1_000..<1_010, 5..<600_000])
  }

  @Test func theSizeComesWithTheEnd() throws {
    let source = try log.sourceOfUnknownSize()
    let end = RangeSourceTests.byteCount
    #expect(source.byteCount == end)
    try check(source, end - 65_536..<end)
    try check(source, end - 10..<end - 2)
    #expect(log.requests == [end - 65_536..<end])
    let small = RequestLog(Bytes(copying: [1, 2, 3] as [UInt8]))
    let smallSource = try small.sourceOfUnknownSize()
    #expect(try smallSource.read(0..<3).array() == [1, 2, 3])
    #expect(small.requests == [0..<3])
  }

  @Test(arguments: [-1, 1]) func refusesOtherNumbersOfBytes(_ difference: Int) throws {
    let source = RangeSource(name: "store", byteCount: 1 << 20) { range in
      Bytes(copying: [UInt8](repeating: 0, count: range.count + difference))
    }
    let error = #expect(throws: ParquetError.self) { try source.read(0..<512 << 10) }
    #expect(error?.code == .inputOutput)
    #expect(
      error?.description
        == "store: byte 0: the source gave \(512 << 10 + difference) bytes where \(512 << 10) were asked for"
    )
    let suffix = #expect(throws: ParquetError.self) {
      try RangeSource(
        name: "store",
        suffix: { (Bytes(copying: [UInt8](repeating: 0, count: $0 + difference)), 1 << 20) },
        fetch: { _ in Bytes() })
    }
    #expect(suffix?.code == .inputOutput)
    #expect(suffix?.message.contains("\(65_536 + difference) bytes") == true)
  }

  @Test func refusesSizesThatCannotBe() throws {
    let error = #expect(throws: ParquetError.self) {
      try RangeSource(
        name: "store", suffix: { _ in (Bytes(), -1) }, fetch: { _ in Bytes() })
    }
    #expect(error?.code == .inputOutput)
  }

  @Test func refusesRangesOutside() throws {
    let error = #expect(throws: ParquetError.self) {
      try log.source().read(0..<RangeSourceTests.byteCount + 1)
    }
    #expect(error?.code == .malformedFile)
    #expect(log.requests.isEmpty)
  }

  @Test func errorsOfTheClosureAreTheCause() throws {
    struct Offline: Error {}
    let source = RangeSource(name: "store", byteCount: 100) { _ in throw Offline() }
    let error = #expect(throws: ParquetError.self) { try source.read(10..<20) }
    #expect(error?.code == .inputOutput)
    #expect(error?.cause is Offline)
    #expect(error?.description == "store: byte 10: bytes 10 to 20 cannot be fetched: Offline()")
    let own = RangeSource(name: "store", byteCount: 100) { _ in
      throw ParquetError(.featureNotBuiltIn, "no network")
    }
    let other = #expect(throws: ParquetError.self) { try own.read(10..<20) }
    #expect(other?.code == .featureNotBuiltIn)
  }
}
