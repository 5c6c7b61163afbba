import ObjectStorage
import Parquet
import Testing

@Suite struct ObjectKeyTests {
  @Test(arguments: ["a", "a/b.parquet", "year=2025/ä ö.parquet", "...", "a/..b"])
  func keys(text: String) throws {
    let key = try ObjectKey(text)
    #expect(key.description == text)
    #expect(text.hasSuffix(String(key.name)))
    #expect(try key.appending("c").description == "\(text)/c")
  }

  @Test(arguments: ["", "/a", "a/", "a//b", ".", "..", "a/../b", "../a", "a/..", "a\0b", "a\n"])
  func textsThatAreNone(text: String) {
    let error = #expect(throws: ParquetError.self) { try ObjectKey(text) }
    #expect(error?.code == .invalidArgument)
  }

  @Test func theLongest() throws {
    #expect(throws: Never.self) { try ObjectKey(String(repeating: "a", count: 1024)) }
    #expect(throws: ParquetError.self) { try ObjectKey(String(repeating: "a", count: 1025)) }
  }
}
