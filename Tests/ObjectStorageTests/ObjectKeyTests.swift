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

  // With an accent upon it, or after a character that joins the next, a slash is a slash to the system.
  @Test(arguments: [
    "", "/a", "a/", "a//b", ".", "..", "a/../b", "../a", "a/..", "a\0b", "a\n", "../\u{301}a",
    "a/../\u{301}b", "/\u{301}a", "a\u{600}/", "..\u{301}/../b",
  ])
  func textsThatAreNone(text: String) {
    let error = #expect(throws: ParquetError.self) { try ObjectKey(text) }
    #expect(error?.code == .invalidArgument)
  }

  @Test func theLongest() throws {
    #expect(throws: Never.self) { try ObjectKey(String(repeating: "a", count: 1024)) }
    #expect(throws: ParquetError.self) { try ObjectKey(String(repeating: "a", count: 1025)) }
  }

  @Test func areTheirBytes() throws {
    let composed = try ObjectKey("caf\u{E9}")
    let decomposed = try ObjectKey("cafe\u{301}")
    #expect(composed.description == decomposed.description)
    #expect(composed != decomposed)
    #expect(decomposed < composed)
    #expect(Set([composed, decomposed]).count == 2)
    #expect(try ObjectKey("a/\u{301}b").name.utf8.elementsEqual("\u{301}b".utf8))
    #expect(try ObjectKey("a-b") < ObjectKey("a/b"))
  }
}
