import Foundation
import ObjectStorage
import Parquet
import Testing

/// What needs a process of its own: one that may do less, one that is killed.
@Suite struct LocalProcessTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  @Test(.enabled(if: getuid() == 0))
  func saysWhatItMayNot() async throws {
    let store = try LocalObjectStore(directory: folder.path)
    try store.put("x", "open/a")
    try store.put("x", "closed/b")
    unsafe chmod(folder.file("closed"), 0o700)
    let path = folder.path
    await #expect(processExitsWith: .success) { [path = path as String] in
      #expect(setgid(65534) == 0)
      #expect(setuid(65534) == 0)
      let store = try LocalObjectStore(directory: path)
      for key in ["new", "folder/new", "open/new", "open/a"] {
        let refused = error { try store.put("x", key, .always) }
        #expect(refused?.code == .inputOutput)
        #expect(refused?.isTransient == false)
        #expect(refused?.message.contains("Permission denied") == true)
      }
      let deleted = error { try store.delete(ObjectKey("open/a")) }
      #expect(deleted?.message.contains("Permission denied") == true)
      #expect(try store.text("open/a") == "x")
      #expect(try store.keys(below: "open/") == ["open/a"])
      // What cannot be seen is not said to be absent.
      let listed = error { _ = try store.keys() }
      #expect(listed?.message.contains("cannot be listed: Permission denied") == true)
      #expect(listed?.context.file == "\(path)/closed")
      for body: (ObjectKey) throws -> Void in [
        { _ = try store.description(of: $0) }, { _ = try store.source(at: $0) },
      ] {
        let refused = error { try body(try ObjectKey("closed/b")) }
        #expect(refused?.message.contains("Permission denied") == true)
      }
    }
  }

  /// Killed before any of the calls that change files, a writer leaves no part of an object, and nothing that the next
  /// one does not remove.
  @Test(arguments: [false, true])
  func aKilledWriterLeavesNoPart(named: Bool) async throws {
    let store = try LocalObjectStore(directory: folder.path)
    let path = folder.path
    // Opening, writing twice, sync, link, and with names one more call each.
    for k in 1...(named ? 6 : 5) {
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = path as String, k = k as Int, named = named as Bool] in
        let die: FileSystemCalls.Hook = { _, number in
          if number == k { kill(getpid(), SIGKILL) }
          return nil
        }
        let dying = try LocalObjectStore(
          directory: path, home: nil, calls: named ? namedFiles(die) : FileSystemCalls(hook: die))
        let sink = try dying.sink(at: ObjectKey("a/b"))
        try sink.write([UInt8](repeating: 65, count: 300_000))
        try sink.write([UInt8](repeating: 65, count: 300_000))
        try sink.finish()
      }
      #expect(try store.keys() == [])
      let put = try store.put("whole", "a/b")
      #expect(put.byteCount == 5)
      #expect(folder.contents == ["a", "a/b"])
      #expect(try store.delete(ObjectKey("a/b")))
    }
  }
}
