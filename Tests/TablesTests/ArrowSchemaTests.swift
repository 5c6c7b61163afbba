import Testing

@testable import Tables

@Suite struct ArrowSchemaTests {
  /// pyarrow's schema of a: dictionary<string>, b: list<int32>, c: struct<x: dictionary<string>, y: int8>,
  /// d: string.
  private let text =
    "/////8gBAAAQAAAAAAAKAAwABgAFAAgACgAAAAABBAAEAAAAgP7//wQAAAAEAAAAUAEAANQAAAAsAAAABAAAABD///"
    + "8AAAEFEAAAABQAAAAEAAAAAAAAAAEAAABkAAAAmP7//zT///8AAAENGAAAABwAAAAEAAAAAgAAAEAAAAAQAAAAAQAA"
    + "AGMAAADE/v//YP///wAAAQIQAAAAFAAAAAQAAAAAAAAAAQAAAHkAAAD8/v//AAAAAQgAAABM////AAABBRQAAAA8AA"
    + "AAHAAAAAQAAAAAAAAAAQAAAHgAAAAIABAACAAEAAgAAAAMAAAAAQAAAAAAAABE////AAAAAQgAAAA8////2P///wAA"
    + "AQwUAAAAGAAAAAQAAAABAAAAIAAAAAEAAABiAAAAZP///xAAFAAIAAYABwAMAAAAEAAQAAAAAAABAhAAAAAYAAAABA"
    + "AAAAAAAAAEAAAAaXRlbQAAAACw////AAAAASAAAAAQABgACAAGAAcADAAQABQAEAAAAAAAAQUUAAAAQAAAABwAAAAE"
    + "AAAAAAAAAAEAAABhAAAACAAIAAAABAAIAAAADAAAAAgADAAIAAcACAAAAAAAAAEIAAAABAAEAAQAAAA="

  @Test func dictionaries() {
    #expect(
      ArrowSchema.dictionaryLeaves(text, leafCount: 5) == [true, false, true, false, false])
    #expect(ArrowSchema.dictionaryLeaves(text, leafCount: 4) == nil)
    #expect(ArrowSchema.dictionaryLeaves("", leafCount: 0) == nil)
    #expect(ArrowSchema.dictionaryLeaves("????", leafCount: 1) == nil)
  }

  /// Damaged text is nil or something, never a trap.
  @Test func damaged() {
    let letters = Array(text)
    for place in letters.indices {
      for letter in ["A", "/", "z"] as [Character] {
        var changed = letters
        changed[place] = letter
        _ = ArrowSchema.dictionaryLeaves(String(changed), leafCount: 5)
      }
      if place % 4 == 0 {
        _ = ArrowSchema.dictionaryLeaves(String(letters[..<place]), leafCount: 5)
      }
    }
  }
}
