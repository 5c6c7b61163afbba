import Foundation
import Synchronization
import Testing

@testable import Parquet

/// How a sink keeps its file until it is finished.
enum TemporaryKind: CaseIterable {
  case unnamed, named

  /// Calls that use this kind, each shown to `hook` first.
  func calls(_ hook: @escaping FileSystemCalls.Hook = { _, _ in nil }) -> FileSystemCalls {
    FileSystemCalls { kind, number in
      if let error = hook(kind, number) { return error }
      return self == .named && kind == .openUnnamed ? EOPNOTSUPP : nil
    }
  }
}

@Suite struct FileSinkTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  func open(
    _ name: String, _ kind: TemporaryKind, overwrite: Bool = false, calls: FileSystemCalls? = nil
  ) throws -> FileSink {
    try FileSink(
      path: directory.file(name), overwrite: overwrite, calls: calls ?? kind.calls(),
      bufferLimit: 16)
  }

  @Test(arguments: TemporaryKind.allCases, [false, true])
  func appearsWhenFinished(_ kind: TemporaryKind, overwrite: Bool) throws {
    let sink = try open("out", kind, overwrite: overwrite)
    // Below, at and above the buffer's size.
    var expected: [UInt8] = []
    for count in [0, 1, 15, 16, 17, 3, 100, 8, 8] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ count) }
      try sink.write(bytes)
      expected += bytes
    }
    #expect(!FileManager.default.fileExists(atPath: directory.file("out")))
    try sink.finish()
    #expect(try Data(contentsOf: URL(fileURLWithPath: directory.file("out"))) == Data(expected))
    #expect(try directory.names() == ["out"])
  }

  @Test(arguments: TemporaryKind.allCases)
  func replacesOnlyWhenAsked(_ kind: TemporaryKind) throws {
    try directory.write("old", to: "out")
    let error = #expect(throws: ParquetError.self) { try open("out", kind) }
    #expect(error?.code == .inputOutput)
    #expect(error?.message.contains("exists already") == true)
    #expect(try directory.text(of: "out") == "old")

    let sink = try open("out", kind, overwrite: true)
    try sink.write(Array("new".utf8))
    #expect(try directory.text(of: "out") == "old")
    try sink.finish()
    #expect(try directory.text(of: "out") == "new")
    #expect(try directory.names() == ["out"])
  }

  @Test(arguments: TemporaryKind.allCases)
  func refusesAFileThatCameMeanwhile(_ kind: TemporaryKind) throws {
    let sink = try open("out", kind)
    try sink.write(Array("ours".utf8))
    try directory.write("theirs", to: "out")
    let error = #expect(throws: ParquetError.self) { try sink.finish() }
    #expect(error?.message.contains("exists already") == true)
    sink.abandon()
    #expect(try directory.text(of: "out") == "theirs")
    #expect(try directory.names() == ["out"])
  }

  @Test(arguments: TemporaryKind.allCases)
  func leavesNothingWhenAbandonedOrForgotten(_ kind: TemporaryKind) throws {
    let abandoned = try open("a", kind)
    try abandoned.write([UInt8](repeating: 1, count: 100))
    abandoned.abandon()
    abandoned.abandon()
    #expect(throws: ParquetError.self) { try abandoned.write([1]) }
    #expect(throws: ParquetError.self) { try abandoned.finish() }
    do {
      let forgotten = try open("b", kind)
      try forgotten.write([UInt8](repeating: 1, count: 100))
    }
    #expect(try directory.names() == [])
  }

  @Test func abandonAfterFinishKeepsTheFile() throws {
    let sink = try open("out", .named)
    try sink.write([65])
    try sink.finish()
    sink.abandon()
    #expect(try directory.text(of: "out") == "A")
    #expect(throws: ParquetError.self) { try sink.finish() }
  }

  /// Every single call that fails leaves the path as it was and nothing beside it.
  @Test(arguments: TemporaryKind.allCases, [false, true])
  func survivesEveryFailingCall(_ kind: TemporaryKind, overwrite: Bool) throws {
    var failed: Set<FileSystemCalls.Kind> = []
    for k in 1... {
      if overwrite { try directory.write("old", to: "out") }
      let hit = Mutex<FileSystemCalls.Kind?>(nil)
      let calls = kind.calls { call, number in
        guard number == k else { return nil }
        hit.withLock { $0 = call }
        return EIO
      }
      var thrown: ParquetError?
      do throws(ParquetError) {
        let sink = try FileSink(
          path: directory.file("out"), overwrite: overwrite, calls: calls, bufferLimit: 16)
        for _ in 0..<3 { try sink.write([UInt8](repeating: 65, count: 10)) }
        try sink.finish()
      } catch {
        thrown = error
      }
      guard let call = hit.withLock({ $0 }) else {
        #expect(thrown == nil)
        break
      }
      failed.insert(call)
      // Without unnamed files there are named ones, and a leftover that cannot be removed does no harm.
      if call == .openUnnamed || call == .unlink || call == .syncDirectory {
        #expect(try directory.text(of: "out") == String(repeating: "A", count: 30))
        #expect((thrown == nil) == (call != .syncDirectory))
      } else {
        #expect(thrown?.code == .inputOutput, "\(call)")
        #expect(thrown?.context.file == directory.file("out"))
        #expect(try directory.names() == (overwrite ? ["out"] : []), "\(call)")
        if overwrite { #expect(try directory.text(of: "out") == "old") }
      }
      for name in try directory.names() {
        try FileManager.default.removeItem(atPath: directory.file(name))
      }
    }
    #expect(failed.isSuperset(of: [.openUnnamed, .write, .sync, .syncDirectory]))
    #expect(failed.contains(overwrite ? .rename : .link))
  }

  @Test(arguments: TemporaryKind.allCases, [false, true])
  func removesLeftoversButNoLiveFile(_ kind: TemporaryKind, overwrite: Bool) throws {
    // A live run, which has the first name locked.
    let live = try open("out", .named, overwrite: true)
    try live.write([UInt8](repeating: 66, count: 50))
    #expect(try directory.names() == [".out.tmp"])
    // Two killed ones.
    try directory.write("half a file", to: ".out.2.tmp")
    try directory.write("half a file", to: ".out.3.tmp")

    let next = try open("out", kind, overwrite: overwrite)
    try next.write([65])
    try next.finish()
    #expect(try directory.names() == [".out.tmp", "out"])
    #expect(try directory.text(of: "out") == "A")
    try live.finish()
    #expect(try directory.text(of: "out") == String(repeating: "B", count: 50))
    #expect(try directory.names() == ["out"])
  }

  /// A run killed between taking its name and letting go of the temporary one leaves one file with two.
  @Test func aLeftoverThatIsTheTargetItselfOnlyLosesItsName() throws {
    try directory.write("whole", to: "out")
    try FileManager.default.linkItem(
      atPath: directory.file("out"), toPath: directory.file(".out.tmp"))
    let sink = try open("out", .named, overwrite: true)
    #expect(try directory.text(of: "out") == "whole")
    sink.abandon()
    #expect(try directory.names() == ["out"])
    #expect(try directory.text(of: "out") == "whole")
  }

  @Test(arguments: TemporaryKind.allCases)
  func refusesToReplaceWhatIsNoFile(_ kind: TemporaryKind) throws {
    try FileManager.default.createDirectory(
      atPath: directory.file("d"), withIntermediateDirectories: false)
    for path in [directory.file("d"), directory.path + "/", "/dev/null", ""] {
      for overwrite in [false, true] {
        let error = #expect(throws: ParquetError.self, "\(path)") {
          try FileSink(path: path, overwrite: overwrite, calls: kind.calls())
        }
        #expect(error?.code == .inputOutput)
      }
    }
    let missing = #expect(throws: ParquetError.self) { try open("none/out", kind) }
    #expect(missing?.message == "cannot be created: No such file or directory")
  }

  @Test(arguments: TemporaryKind.allCases)
  func writesThroughALink(_ kind: TemporaryKind) throws {
    try directory.write("old", to: "real")
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("link"), withDestinationPath: directory.file("real"))
    #expect(throws: ParquetError.self) { try open("link", kind) }
    let sink = try open("link", kind, overwrite: true)
    try sink.write([65])
    try sink.finish()
    #expect(try directory.text(of: "real") == "A")
    let type = try FileManager.default.attributesOfItem(atPath: directory.file("link"))[.type]
    #expect(type as? FileAttributeType == .typeSymbolicLink)
  }

  @Test(arguments: [240, 249, 250, 255])
  func takesTheLongestNames(_ length: Int) throws {
    let name = String(repeating: "é", count: length / 2) + (length % 2 == 1 ? "x" : "")
    for overwrite in [false, true] {
      let sink = try open(name, .named, overwrite: overwrite)
      try sink.write([65])
      try sink.finish()
    }
    #expect(try directory.names() == [name])
  }

  @Test func keepsTemporaryFilesBesideTheTarget() throws {
    for (path, expected) in [
      ("out", ".out.tmp"), ("/out", "/.out.tmp"), ("a/b/out", "a/b/.out.tmp"),
      // A slash that is one character with the accent behind it.
      ("a/\u{301}out", "a/.\u{301}out.tmp"),
    ] {
      let location = try FileLocation(path: path, overwrite: true)
      #expect(location.temporaryPaths.first == expected)
    }
    #expect(try FileLocation(path: "out", overwrite: true).directory == ".")
    #expect(try FileLocation(path: "/out", overwrite: true).directory == "/")
  }

  @Test func repeatsWhatASignalInterrupted() {
    var attempts = 0
    let result = valueOrErrno {
      attempts += 1
      guard attempts == 3 else {
        errno = EINTR
        return -1
      }
      return 7
    }
    #expect(result == .success(7))
    #expect(attempts == 3)
    let once = valueOrErrno(retryOnInterrupt: false) {
      errno = EINTR
      return -1
    }
    #expect(once == .failure(SystemError(number: EINTR)))
  }
}
