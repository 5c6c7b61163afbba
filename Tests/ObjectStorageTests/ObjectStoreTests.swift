import Foundation
import ObjectStorage
import Parquet
import Testing

/// What every store does.
@Suite struct ObjectStoreTests {
  @Test(arguments: StoreKind.allCases)
  func putsAndReads(_ kind: StoreKind) throws {
    let test = try kind.make()
    let store = test.store
    for (key, text) in [("a", "one"), ("b/c/d.parquet", "two"), ("empty", "")] {
      let put = try store.put(text, key)
      #expect(put.key.description == key)
      #expect(put.byteCount == text.utf8.count)
      let found = try store.description(of: ObjectKey(key))
      #expect(found == put)
      let age = Int(Date().timeIntervalSince1970) - (found?.modified ?? 0)
      #expect(age >= -1)
      #expect(age < 60)
      #expect(try store.text(key) == text)
    }
    #expect(try store.keys() == ["a", "b/c/d.parquet", "empty"])
    let contents = test.folder?.contents.filter { $0.hasPrefix(".") } ?? []
    #expect(contents == [])
  }

  @Test(arguments: StoreKind.allCases)
  func replacesOnlyWhenAsked(_ kind: StoreKind) throws {
    let test = try kind.make()
    let store = test.store
    try store.put("old", "a/b")
    let refused = try #require(error { try store.put("new", "a/b") })
    #expect(refused.isConflict)
    #expect(!refused.isTransient)
    #expect(refused.code == .inputOutput)
    #expect(refused.context.file == "\(store.name)/a/b")
    let key = try ObjectKey("a/b")
    let sinkRefused = error {
      let sink = try store.sink(at: key)
      try sink.finish()
    }
    #expect(sinkRefused?.isConflict == true)
    #expect(try store.text("a/b") == "old")

    let old = try store.source(at: key)
    try store.put("newer", "a/b", .always)
    #expect(try store.text("a/b") == "newer")
    // A source stays what it was.
    #expect(try old.read(0..<3) == bytes("old"))
    try store.put("first", "c", .always)
    #expect(try store.text("c") == "first")
  }

  @Test(arguments: StoreKind.allCases)
  func sinksAreVisibleWhenFinished(_ kind: StoreKind) throws {
    let test = try kind.make()
    let store = test.store
    let key = try ObjectKey("deep/er/object")
    let sink = try store.sink(at: key)
    try sink.write(Array("one ".utf8))
    try sink.write([UInt8](repeating: 65, count: 600_000))
    #expect(try store.description(of: key) == nil)
    #expect(try store.keys() == [])
    try sink.finish()
    #expect(try store.description(of: key)?.byteCount == 600_004)
    #expect(try store.read(key, 2..<6) == bytes("e AA"))
    sink.abandon()
    #expect(throws: ParquetError.self) { try sink.write([1]) }
    #expect(throws: ParquetError.self) { try sink.finish() }
    #expect(try store.keys() == ["deep/er/object"])

    let abandoned = try store.sink(at: ObjectKey("other/x"))
    try abandoned.write([1])
    abandoned.abandon()
    abandoned.abandon()
    #expect(throws: ParquetError.self) { try abandoned.finish() }
    do { try store.sink(at: ObjectKey("other/y")).write([1]) }
    #expect(try store.keys() == ["deep/er/object"])
    let contents = test.folder?.contents ?? ["deep", "deep/er", "deep/er/object"]
    #expect(contents == ["deep", "deep/er", "deep/er/object"])
  }

  /// The object of another writer, that came while a sink was open, stays.
  @Test(arguments: StoreKind.allCases)
  func aSinkThatComesLateIsAConflict(_ kind: StoreKind) throws {
    let test = try kind.make()
    let store = test.store
    let key = try ObjectKey("a/b")
    let late = try store.sink(at: key)
    try late.write([1])
    let replacing = try store.sink(at: key, if: .always)
    try replacing.write(Array("replaced".utf8))
    try store.put("theirs", "a/b")
    let refused = error { try late.finish() }
    #expect(refused?.isConflict == true)
    late.abandon()
    #expect(try store.text("a/b") == "theirs")
    try replacing.finish()
    #expect(try store.text("a/b") == "replaced")
  }

  @Test(arguments: StoreKind.allCases)
  func readsRanges(_ kind: StoreKind) throws {
    let test = try kind.make()
    let store = test.store
    try store.put("0123456789", "digits")
    try store.put("", "empty")
    let key = try ObjectKey("digits")
    let source = try store.source(at: key)
    #expect(source.byteCount == 10)
    #expect(source.name == "\(store.name)/digits")
    for (range, text) in [(0..<10, "0123456789"), (0..<1, "0"), (9..<10, "9"), (3..<7, "3456")] {
      #expect(try store.read(key, range) == bytes(text))
      #expect(try source.read(range) == bytes(text))
    }
    for range in [0..<0, 5..<5, 10..<10] {
      #expect(try store.read(key, range).count == 0)
    }
    for range in [0..<11, 10..<11, 11..<11, -1..<1, 5..<Int.max] {
      #expect(throws: ParquetError.self) { try store.read(key, range) }
      #expect(throws: ParquetError.self) { try source.read(range) }
    }
    #expect(try store.read(ObjectKey("empty")).count == 0)
    #expect(throws: ParquetError.self) { try store.read(ObjectKey("empty"), 0..<1) }
  }

  @Test(arguments: StoreKind.allCases)
  func saysWhatIsMissing(_ kind: StoreKind) throws {
    let test = try kind.make()
    let store = test.store
    try store.put("x", "a/b")
    // The folder of an object is none; nor is anything below one; nor can a name be that long.
    for text in ["b", "a", "a/c", "a/b/c", "c/d/e", "a/" + String(repeating: "n", count: 1000)] {
      let key = try ObjectKey(text)
      #expect(try store.description(of: key) == nil)
      #expect(try store.delete(key) == false)
      let opened = error { _ = try store.source(at: key) }
      #expect(opened?.isMissingObject == true)
      let read = error { _ = try store.read(key) }
      #expect(read?.isMissingObject == true)
      #expect(read?.context.file == "\(store.name)/\(text)")
    }
    #expect(try store.keys() == ["a/b"])
  }

  @Test(arguments: StoreKind.allCases)
  func deletes(_ kind: StoreKind) throws {
    let test = try kind.make()
    let store = test.store
    for key in ["a/b/c", "a/b/d", "a/e", "f"] { try store.put("x", key) }
    #expect(try store.delete(ObjectKey("a/b/c")))
    #expect(try store.delete(ObjectKey("a/b/c")) == false)
    #expect(try store.keys() == ["a/b/d", "a/e", "f"])
    #expect(try store.delete(ObjectKey("a/b/d")))
    if let folder = test.folder { #expect(folder.contents == ["a", "a/e", "f"]) }
    #expect(try store.delete(ObjectKey("a/e")))
    #expect(try store.delete(ObjectKey("f")))
    #expect(try store.keys() == [])
    if let folder = test.folder {
      #expect(folder.contents == [])
      #expect(FileManager.default.fileExists(atPath: folder.path))
    }
    try store.put("again", "a/b/c")
    #expect(try store.text("a/b/c") == "again")
  }

  @Test(arguments: StoreKind.allCases)
  func listsInTheOrderOfBytes(_ kind: StoreKind) throws {
    let test = try kind.make()
    let store = test.store
    for key in ["a0", "a/b", "a-b", "a/b-c", "Z", "ä/x", "a/b0", "z"] { try store.put("x", key) }
    #expect(try store.keys() == ["Z", "a-b", "a/b", "a/b-c", "a/b0", "a0", "z", "ä/x"])
    #expect(try store.keys(below: "a") == ["a-b", "a/b", "a/b-c", "a/b0", "a0"])
    #expect(try store.keys(below: "a/") == ["a/b", "a/b-c", "a/b0"])
    #expect(try store.keys(below: "a/b-") == ["a/b-c"])
    #expect(try store.keys(below: "a/b-c") == ["a/b-c"])
    #expect(try store.keys(below: "a/b/") == [])
    #expect(try store.keys(below: "none/such") == [])
    #expect(try store.keys(below: "", after: "a/b") == ["a/b-c", "a/b0", "a0", "z", "ä/x"])
    #expect(try store.keys(below: "a/", after: "a/a") == ["a/b", "a/b-c", "a/b0"])
    #expect(try store.objects(below: "a/b0").map(\.byteCount) == [1])

    var first: [String] = []
    try store.list { object in
      first.append(object.key.description)
      return first.count < 2
    }
    #expect(first == ["Z", "a-b"])
    let thrown = error {
      try store.list { (_) throws(ParquetError) in throw ParquetError(.cancelled, "enough") }
    }
    #expect(thrown?.code == .cancelled)
    #expect(thrown?.message == "enough")
  }

  @Test(arguments: StoreKind.allCases, ["/", "/a", "a//", "../", "a/../b", "./a", "a\n"])
  func refusesPrefixesOfNoKey(_ kind: StoreKind, prefix: String) throws {
    let test = try kind.make()
    let refused = error { _ = try test.store.keys(below: prefix) }
    #expect(refused?.code == .invalidArgument)
  }

  @Test(arguments: StoreKind.allCases)
  func takesPrefixesThatEndInDots(_ kind: StoreKind) throws {
    let test = try kind.make()
    for key in [".a", "..b", "c/..d"] { try test.store.put("x", key) }
    #expect(try test.store.keys(below: ".") == ["..b", ".a"])
    #expect(try test.store.keys(below: "..") == ["..b"])
    #expect(try test.store.keys(below: "c/..") == ["c/..d"])
  }

  /// Every prefix and every start of many keys, against the obvious way.
  @Test(arguments: StoreKind.allCases)
  func listsAsFilteringWould(_ kind: StoreKind) throws {
    let test = try kind.make()
    var random = SeededGenerator(seed: 7)
    var keys: Set<String> = []
    for _ in 0..<150 {
      let parts = (0...Int.random(in: 0...3, using: &random)).map { _ in
        String(
          (0...Int.random(in: 0...2, using: &random)).map { _ in
            "ab-0é~".randomElement(using: &random) ?? "a"
          })
      }
      // With an end of its own no object is in the way of a folder.
      keys.insert(parts.joined(separator: "/") + ".o")
    }
    for key in keys { try test.store.put("x", key) }
    let ordered = keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    #expect(try test.store.keys() == ordered)
    let prefixes = Set(keys.flatMap { key in key.indices.map { String(key[..<$0]) } })
    for prefix in prefixes {
      let expected = ordered.filter { $0.utf8.starts(with: prefix.utf8) }
      #expect(try test.store.keys(below: prefix) == expected)
    }
    for start in ordered {
      let expected = ordered.filter { start.utf8.lexicographicallyPrecedes($0.utf8) }
      #expect(try test.store.keys(after: start) == expected)
      #expect(try test.store.keys(after: String(start.dropLast(2))).last == ordered.last)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func takesTextsOfAllKinds(_ kind: StoreKind) throws {
    let test = try kind.make()
    let keys = [
      "für/ünï.parquet", "日本/語", "🙂", "a b/ c ", "quote'\"`$*?[", "back\\slash", "-rf", "~/x",
      "year=2025/month=07", ".hidden", "x/\u{301}accent", "tmp", ".tmp", "a.tmp", ".pending",
    ]
    for key in keys { try test.store.put(key, key) }
    for key in keys { #expect(try test.store.text(key) == key) }
    let listed = try test.store.keys()
    #expect(listed == keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
  }

  /// Of eight threads that put each key, one succeeds, and its bytes are there.
  @Test(arguments: StoreKind.allCases)
  func oneWriterOfAKeyWins(_ kind: StoreKind) throws {
    let test = try kind.make()
    let store = test.store
    let keys = try (0..<200).map { try ObjectKey("\($0 % 7)/\($0)") }
    let wins = Collected<String>()
    let strange = Collected<ParquetError>()
    let conflicts = Collected<Int>()
    inThreads(8) { thread in
      for (number, key) in keys.enumerated() {
        do throws(ParquetError) {
          try store.put(bytes("\(thread)"), at: key, if: .absent)
          wins.append("\(number) \(thread)")
        } catch {
          if error.isConflict { conflicts.append(number) } else { strange.append(error) }
        }
      }
    }
    #expect(strange.elements.map(\.description) == [])
    #expect(conflicts.elements.count == 7 * keys.count)
    let winners = try keys.enumerated().map { number, key in
      "\(number) \(try store.text(key.description))"
    }
    #expect(wins.elements.sorted() == winners.sorted())
    let contents = test.folder?.contents.filter { $0.contains(".tmp") } ?? []
    #expect(contents == [])
  }

  /// Who deletes the last object of a folder is in nobody's way who puts one there.
  @Test(arguments: StoreKind.allCases)
  func putsWhileOthersDelete(_ kind: StoreKind) throws {
    let test = try kind.make()
    let store = test.store
    let strange = Collected<String>()
    inThreads(4) { thread in
      do {
        for number in 0..<100 {
          let key = try ObjectKey("folder/below/\(thread)")
          try store.put(bytes("\(number)"), at: key)
          if try store.text(key.description) != "\(number)" { strange.append("other bytes") }
          if try !store.delete(key) { strange.append("not there") }
        }
      } catch {
        strange.append("\(error)")
      }
    }
    #expect(strange.elements == [])
    #expect(try store.keys() == [])
    let contents = test.folder?.contents ?? []
    #expect(contents == [])
  }
}
