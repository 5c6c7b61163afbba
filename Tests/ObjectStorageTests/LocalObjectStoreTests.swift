import Foundation
import ObjectStorage
import Parquet
import Synchronization
import Testing

/// What concerns files and folders.
@Suite struct LocalObjectStoreTests {
  let folder: Folder
  let store: LocalObjectStore

  init() throws {
    folder = try Folder()
    store = try LocalObjectStore(directory: folder.file("base"))
  }

  // MARK: The base

  @Test func makesItsFolder() throws {
    let made = try LocalObjectStore(directory: folder.file("new/er/./base//"))
    #expect(made.name == folder.file("new/er/base"))
    let attributes = try FileManager.default.attributesOfItem(atPath: made.name)
    let permissions = try #require(attributes[.posixPermissions] as? Int)
    #expect(permissions & 0o022 == 0)
    try made.put("x", "a")
    #expect(try folder.text("new/er/base/a") == "x")
    // It is found again when it is gone, as a disk that was looked after may be.
    try FileManager.default.removeItem(atPath: folder.file("new"))
    let gone = error { _ = try made.keys() }
    #expect(gone?.code == .inputOutput)
    try made.put("y", "b/c")
    #expect(try made.keys() == ["b/c"])
  }

  @Test func knowsTheUsersFolder() throws {
    let home = folder.file("home")
    #expect(try LocalObjectStore(directory: "~/archive", home: home).name == home + "/archive")
    #expect(try LocalObjectStore(directory: "~", home: home).name == home)
    let here = FileManager.default.currentDirectoryPath
    // Only at the beginning, and of nobody else; a folder that is there is made by nobody.
    #expect(try LocalObjectStore(directory: ".", home: home).name == here)
    for missing in [nil, ""] {
      let refused = error { _ = try LocalObjectStore(directory: "~/archive", home: missing) }
      #expect(refused?.code == .invalidArgument)
      #expect(refused?.message.contains("HOME") == true)
    }
    let refused = error { _ = try LocalObjectStore(directory: "") }
    #expect(refused?.code == .invalidArgument)
  }

  @Test func refusesABaseThatIsAFile() throws {
    try folder.write("x", to: "file")
    for path in ["file", "file/below"] {
      let refused = error { _ = try LocalObjectStore(directory: folder.file(path)) }
      #expect(refused?.code == .inputOutput)
    }
  }

  @Test func aBaseMayBeALink() throws {
    try folder.makeFolder("real")
    try folder.link("linked", to: folder.file("real"))
    let linked = try LocalObjectStore(directory: folder.file("linked"))
    try linked.put("x", "a/b")
    #expect(try linked.keys() == ["a/b"])
    #expect(try folder.text("real/a/b") == "x")
    #expect(try linked.delete(ObjectKey("a/b")))
    #expect(folder.contents == ["base", "linked", "real"])
  }

  // MARK: Names

  @Test func refusesNamesThatAreTooLong() throws {
    let longest = String(repeating: "é", count: 127) + "x"
    try store.put("x", "a/" + longest)
    #expect(try store.keys() == ["a/" + longest])
    for key in [longest + "y", String(repeating: "k", count: 1024), longest + "y/a"] {
      let refused = try #require(error { try store.put("x", key) })
      #expect(refused.code == .invalidArgument)
      #expect(refused.message.contains("the name of a file has at most 255"))
    }
    // A key of the most bytes, in parts that fit.
    let parts = [200, 200, 200, 200, 220].map { String(repeating: "p", count: $0) }
    let key = parts.joined(separator: "/")
    #expect(key.utf8.count == 1024)
    try store.put("x", key)
    #expect(try store.text(key) == "x")
    #expect(try store.keys(below: "p") == [key])
    #expect(try store.delete(ObjectKey(key)))
  }

  @Test func namesOfFilesBeingWrittenAreNoObjects() throws {
    try store.put("x", "a/b")
    for name in [".b.tmp", ".b.2.tmp", ".b.parquet.pending"] {
      let key = "a/\(name)"
      let refused = error { try store.put("x", key) }
      #expect(refused?.code == .invalidArgument)
      let sinkRefused = error { _ = try store.sink(at: ObjectKey(key), if: .always) }
      #expect(sinkRefused?.code == .invalidArgument)
      try folder.write("half", to: "base/\(key)")
      #expect(try store.description(of: ObjectKey(key)) == nil)
      #expect(try store.delete(ObjectKey(key)) == false)
    }
    #expect(try store.keys() == ["a/b"])
    // Folders may be named so.
    try store.put("x", ".b.tmp/c")
    #expect(try store.keys() == [".b.tmp/c", "a/b"])
    // And the folder stays which has such a file.
    #expect(try store.delete(ObjectKey("a/b")))
    #expect(try store.keys() == [".b.tmp/c"])
    #expect(folder.contents.contains("base/a/.b.tmp"))
  }

  @Test func filesThatAreNoKeysArePassedOver() throws {
    try store.put("x", "a")
    try folder.write("x", to: "base/new\nline")
    let isMade = unsafe "base/\u{FF}".withCString { _ in
      // Bytes that are no UTF-8.
      let path = Array(folder.file("base/").utf8) + [0xFF, 0xFE, 0]
      return unsafe path.withUnsafeBytes { raw in
        guard let start = raw.baseAddress else { return false }
        let descriptor = unsafe open(
          start.assumingMemoryBound(to: CChar.self), O_CREAT | O_WRONLY, 0o644)
        return descriptor >= 0 && close(descriptor) == 0
      }
    }
    #expect(isMade)
    unsafe mkfifo(folder.file("base/pipe"), 0o644)
    #expect(try store.keys() == ["a"])
    #expect(try store.description(of: ObjectKey("pipe")) == nil)
  }

  @Test func anObjectIsInTheWayOfAFolder() throws {
    try store.put("x", "a")
    for key in ["a/b", "a/b/c"] {
      let refused = error { try store.put("x", key) }
      #expect(refused?.code == .inputOutput)
      #expect(refused?.isConflict == false)
      #expect(refused?.isTransient == false)
      #expect(refused?.message.contains("below an object") == true || key == "a/b")
    }
    try store.put("x", "b/c")
    for condition in [PutCondition.absent, .always] {
      let refused = error { try store.put("x", "b", condition) }
      #expect(refused?.message == "is a directory, not a file")
    }
  }

  // MARK: Links

  @Test func linksLeadNowhere() throws {
    try folder.makeFolder("outside/folder")
    try folder.write("secret", to: "outside/file")
    try folder.link("base/out", to: folder.file("outside"))
    try folder.link("base/up", to: "..")
    try store.put("x", "inside/a")
    try folder.link("base/inside/out", to: "../../outside")
    for key in [
      "out/file", "out/new", "out/folder/new", "out/none/new", "up/outside/file", "inside/out/x",
      "up/base2/x",
    ] {
      for body: (ObjectKey) throws -> Void in [
        { try self.store.put(bytes("x"), at: $0) },
        { try self.store.put(bytes("x"), at: $0, if: .always) },
        { _ = try self.store.sink(at: $0) },
      ] {
        let refused = error { try body(try ObjectKey(key)) }
        #expect(refused?.code == .inputOutput)
        #expect(refused?.message.contains("leads out of the store") == true)
      }
    }
    for key in ["out/file", "up/outside/file", "inside/out/file"] {
      for body: (ObjectKey) throws -> Void in [
        { _ = try self.store.source(at: $0) }, { _ = try self.store.description(of: $0) },
        { _ = try self.store.delete($0) }, { _ = try self.store.read($0) },
      ] {
        let refused = error { try body(try ObjectKey(key)) }
        #expect(refused?.message.contains("leads out of the store") == true)
      }
    }
    #expect(try store.keys() == ["inside/a"])
    #expect(try store.keys(below: "out/") == [])
    let outside = folder.contents.filter { $0.hasPrefix("outside") }
    #expect(outside == ["outside", "outside/file", "outside/folder"])
    #expect(try folder.text("outside/file") == "secret")
  }

  @Test func aLinkIsNoObject() throws {
    try folder.write("secret", to: "secret")
    try store.put("x", "a/b")
    try folder.link("base/out", to: folder.file("secret"))
    try folder.link("base/in", to: "a/b")
    try folder.link("base/none", to: "nothing")
    for name in ["out", "in", "none"] {
      let key = try ObjectKey(name)
      #expect(try store.description(of: key) == nil)
      let read = error { _ = try store.read(key) }
      #expect(read?.isMissingObject == true)
      for condition in [PutCondition.absent, .always] {
        let refused = error { try store.put("new", name, condition) }
        #expect(refused?.message.contains("symbolic link") == true)
      }
      #expect(try store.delete(key) == false)
    }
    #expect(try store.keys() == ["a/b"])
    #expect(try folder.text("secret") == "secret")
    // Below a link to nothing there is no folder.
    for key in ["none/x", "none/x/y"] {
      let refused = error { try store.put("x", key) }
      #expect(refused?.message == "is a symbolic link that leads to nothing")
      #expect(refused?.context.file == "\(store.name)/none")
    }
    #expect(!folder.contents.contains("base/nothing"))
  }

  @Test func aLinkToAFolderInsideIsThatFolder() throws {
    try store.put("x", "real/a")
    try folder.link("base/link", to: "real")
    try store.put("y", "link/b/c")
    #expect(try store.text("real/b/c") == "y")
    #expect(try store.keys() == ["real/a", "real/b/c"])
    #expect(try store.keys(below: "link/") == [])
    #expect(try store.delete(ObjectKey("link/b/c")))
    #expect(try store.delete(ObjectKey("link/a")))
    #expect(folder.contents == ["base", "base/link", "base/real"])
  }

  // MARK: Folders that go

  @Test func makesAFolderAgainThatWent() throws {
    for condition in [PutCondition.absent, .always] {
      let sink = try store.sink(at: ObjectKey("a/b/c"), if: condition)
      try sink.write(Array("whole".utf8))
      try FileManager.default.removeItem(atPath: folder.file("base/a"))
      try sink.finish()
      #expect(try store.text("a/b/c") == "whole")
      #expect(try store.delete(ObjectKey("a/b/c")))
    }
    #expect(folder.contents == ["base"])
  }

  // MARK: Failing calls

  /// Whichever call fails once, a put that is tried again succeeds.
  @Test(arguments: [false, true], [PutCondition.absent, .always])
  func outlivesEveryFailingCall(named: Bool, condition: PutCondition) throws {
    var failed: Set<FileSystemCalls.Kind> = []
    for k in 1...40 {
      let hit = Mutex<FileSystemCalls.Kind?>(nil)
      let hook: FileSystemCalls.Hook = { kind, number in
        guard number == k else { return nil }
        hit.withLock { $0 = kind }
        return EIO
      }
      let faulty = try LocalObjectStore(
        directory: folder.file("base"), home: nil,
        calls: named ? namedFiles(hook) : FileSystemCalls(hook: hook))
      let retries = Collected<Int>()
      let retrying = RetryingObjectStore(
        faulty, retrier: Retrier(sleep: { _ in }, onRetry: { retries.append($0.number) }))
      if condition == .always { try store.put("old", "a/b", .always) }
      let put = try retrying.put("whole", "a/b", condition)
      #expect(put.byteCount == 5)
      #expect(try store.text("a/b") == "whole")
      #expect(retries.elements.count <= 1)
      let contents = folder.contents
      #expect(try store.delete(ObjectKey("a/b")))
      guard let kind = hit.withLock({ $0 }) else { break }
      failed.insert(kind)
      // A leftover that cannot be removed does no harm.
      #expect(contents == ["base", "base/a", "base/a/b"] || kind == .unlink)
      try? FileManager.default.removeItem(atPath: folder.file("base/a"))
    }
    #expect(failed.isSuperset(of: [.openUnnamed, .write, .sync, .syncDirectory]))
    #expect(failed.contains(condition == .always ? .rename : .link))
  }

  @Test func leavesNoFoldersOfAPutThatFailed() throws {
    for (kind, number) in [
      (FileSystemCalls.Kind.openNew, EACCES), (.write, ENOSPC), (.link, EROFS),
    ] {
      let failing = try LocalObjectStore(
        directory: folder.file("base"), home: nil,
        calls: namedFiles { call, _ in call == kind ? number : nil })
      let refused = try #require(error { try failing.put("x", "a/b/c") })
      #expect(refused.code == .inputOutput)
      #expect(refused.isTransient == (number == ENOSPC))
      #expect(folder.contents == ["base"])
    }
  }
}
