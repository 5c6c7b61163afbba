import Foundation
import Parquet
import Testing

@Suite struct FileSourceTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test func readsRanges() throws {
    try directory.write("0123456789", to: "digits")
    let source = try FileSource(path: directory.file("digits"))
    #expect(source.byteCount == 10)
    #expect(source.name == directory.file("digits"))
    #expect(try source.read(0..<10).array() == Array("0123456789".utf8))
    #expect(try source.read(3..<5).array() == Array("34".utf8))
    #expect(try source.read(10..<10).count == 0)
  }

  @Test(arguments: [0..<11, 10..<11, -1..<2])
  func refusesRangesOutsideTheFile(_ range: Range<Int>) throws {
    try directory.write("0123456789", to: "digits")
    let source = try FileSource(path: directory.file("digits"))
    let error = #expect(throws: ParquetError.self) { try source.read(range) }
    #expect(error?.code == .malformedFile)
    #expect(error?.context.file == directory.file("digits"))
  }

  @Test func namesAMissingFile() throws {
    let path = directory.file("none")
    let error = #expect(throws: ParquetError.self) { try FileSource(path: path) }
    #expect(error?.code == .inputOutput)
    #expect(error?.description == "\(path): cannot be opened: No such file or directory")
  }

  @Test func refusesADirectory() throws {
    let error = #expect(throws: ParquetError.self) { try FileSource(path: directory.path) }
    #expect(error?.code == .inputOutput)
    #expect(error?.message == "is a directory, not a file")
  }

  @Test func refusesWhatHasNoEnd() throws {
    let error = #expect(throws: ParquetError.self) { try FileSource(path: "/dev/null") }
    #expect(error?.code == .inputOutput)
    #expect(error?.message.contains("not a regular file") == true)
  }

  @Test func noticesAFileThatWasShortened() throws {
    try directory.write("0123456789", to: "digits")
    let source = try FileSource(path: directory.file("digits"))
    let handle = try #require(FileHandle(forWritingAtPath: directory.file("digits")))
    try handle.truncate(atOffset: 4)
    #expect(try source.read(0..<4).array() == Array("0123".utf8))
    let error = #expect(throws: ParquetError.self) { try source.read(2..<10) }
    #expect(error?.code == .malformedFile)
    #expect(error?.message.contains("byte 4") == true)
  }
}
