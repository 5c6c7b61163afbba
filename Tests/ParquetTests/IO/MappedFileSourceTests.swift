import Foundation
import Testing

@testable import Parquet

@Suite struct MappedFileSourceTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func file(of byteCount: Int) throws -> (path: String, bytes: [UInt8]) {
    let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    let path = directory.file("mapped")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return (path, bytes)
  }

  /// Sizes around the end of a page: behind the last byte there are always 64 to be read.
  @Test(arguments: [0, 1, 4_031, 4_032, 4_033, 4_095, 4_096, 4_097, 8_192, 16_384, 65_536])
  func readsRangesWithSlackBehind(_ byteCount: Int) throws {
    let (path, expected) = try file(of: byteCount)
    let source = unsafe try MappedFileSource(path: path)
    #expect(source.byteCount == byteCount)
    #expect(source.name == path)
    #expect(try source.read(0..<byteCount).array() == expected)
    let end = try source.read(max(0, byteCount - 3)..<byteCount)
    #expect(end.array() == Array(expected.suffix(3)))
    var sum = 0
    for i in 0..<Allocation.slack {
      sum += unsafe Int(end.pointer.load(fromByteOffset: end.count + i, as: UInt8.self))
    }
    #expect(sum == 0)
  }

  @Test func slicesKeepTheMapping() throws {
    let (path, expected) = try file(of: 100_000)
    var source: MappedFileSource? = unsafe try MappedFileSource(path: path)
    let all = try #require(try source?.read(0..<100_000))
    let part = try #require(try source?.read(70_000..<70_100))
    unsafe #expect(part.pointer == all.pointer + 70_000)
    source = nil
    try FileManager.default.removeItem(atPath: path)
    #expect(part.array() == Array(expected[70_000..<70_100]))
  }

  @Test(arguments: [0..<11, 10..<11, -1..<2])
  func refusesRangesOutsideTheFile(_ range: Range<Int>) throws {
    let source = unsafe try MappedFileSource(path: try file(of: 10).path)
    let error = #expect(throws: ParquetError.self) { try source.read(range) }
    #expect(error?.code == .malformedFile)
    #expect(error?.context.file == directory.file("mapped"))
  }

  @Test func refusesWhatIsNoFile() throws {
    let missing = #expect(throws: ParquetError.self) {
      unsafe try MappedFileSource(path: directory.file("none"))
    }
    #expect(missing?.code == .inputOutput)
    #expect(missing?.message == "cannot be opened: No such file or directory")
    let folder = #expect(throws: ParquetError.self) {
      unsafe try MappedFileSource(path: directory.path)
    }
    #expect(folder?.message == "is a directory, not a file")
  }
}
