import Foundation
import Parquet
import Synchronization
import Testing

@testable import Stellar

/// What happens where the system refuses.
@Suite struct WriteAheadLogFailureTests {
  /// Calls of which some fail.
  final class Faults: Sendable {
    private let failing = Mutex<Set<FileSystemCalls.Kind>>([])
    let calls = FileSystemCalls(hook: nil)

    init() {
      calls.install { [failing = self] kind, _ in failing.fails(kind) ? ENOSPC : nil }
    }

    private func fails(_ kind: FileSystemCalls.Kind) -> Bool {
      failing.withLock { $0.contains(kind) }
    }

    func fail(_ kinds: Set<FileSystemCalls.Kind>) { failing.withLock { $0 = kinds } }
  }

  let folder: Folder
  let faults = Faults()

  init() throws { folder = try Folder() }

  private func open(segmentBytes: Int = 64 << 20) throws -> WriteAheadLog {
    try WriteAheadLog(
      directory: folder.file("log"), isDurable: true, segmentBytes: segmentBytes,
      calls: faults.calls)
  }

  @Test func aFullDiskLosesNothing() throws {
    do {
      let log = try open()
      log.append("a")
      try log.commit()
      faults.fail([.write])
      log.append("b")
      #expect(error { try log.commit() }?.systemErrorNumber == ENOSPC)
      #expect(error { try log.announce(file("f"), MessageNumbers(0..<1)) } != nil)
      #expect(error { try log.settle(MessageNumbers(0..<1)) } != nil)
      #expect(error { try log.close() } != nil)
      #expect(log.unsettledCount == 2)
      faults.fail([])
      log.append("c")
      try log.commit()
    }
    var asked = 0
    let messages = try open().messages { _ in
      asked += 1
      return true
    }
    #expect(messages == [0: "a", 1: "b", 2: "c"])
    // What could not be announced never was.
    #expect(asked == 0)
  }

  @Test(arguments: [FileSystemCalls.Kind.sync, .truncate])
  func whatIsNotKnownToBeThereIsNotBuiltUpon(kind: FileSystemCalls.Kind) throws {
    do {
      let log = try open()
      log.append("a")
      try log.commit()
      faults.fail(kind == .sync ? [.sync] : [.write, .truncate])
      log.append("b")
      let first = error { try log.commit() }
      faults.fail([])
      let second = error { try log.commit() }
      #expect(first?.systemErrorNumber == ENOSPC)
      #expect(second?.description == first?.description)
      #expect(error { try log.settle(MessageNumbers(0..<1)) } != nil)
      #expect(error { try log.announce(file("f"), MessageNumbers(0..<1)) } != nil)
    }
    let messages = try open().messages()
    #expect(messages[0] == "a")
  }

  @Test func aSegmentThatCannotBeBegunIsDoneWithout() throws {
    let log = try open(segmentBytes: 1)
    let text = String(repeating: "a", count: 200)
    for kind in [FileSystemCalls.Kind.openNew, .rename] {
      let before = folder.names(in: "log")
      faults.fail([kind])
      log.append(text)
      try log.commit()
      #expect(folder.names(in: "log") == before)
      faults.fail([])
      log.append(text)
      try log.commit()
      #expect(folder.names(in: "log").count == before.count + 1)
    }
  }

  /// A write of which the disk takes a part.
  @Test func aWriteThatIsCutLeavesNothing() async throws {
    let path = folder.file("log")
    await #expect(processExitsWith: .success) { [path = path as String] in
      signal(SIGXFSZ, SIG_IGN)
      let log = try WriteAheadLog(directory: path, isDurable: false)
      log.append("a")
      try log.commit()
      var limit = rlimit()
      unsafe getrlimit(__rlimit_resource_t(1), &limit)
      let old = limit.rlim_cur
      limit.rlim_cur = 1000
      unsafe setrlimit(__rlimit_resource_t(1), &limit)
      log.append(String(repeating: "b", count: 5000))
      let refused = error { try log.commit() }
      #expect(refused?.systemErrorNumber == EFBIG)
      let name = "\(path)/log-000000000001.wal"
      let data = try Data(contentsOf: URL(fileURLWithPath: name))
      #expect(data.count < 200)
      limit.rlim_cur = old
      unsafe setrlimit(__rlimit_resource_t(1), &limit)
      log.append("c")
      try log.commit()
    }
    let messages = try open().messages()
    #expect(messages.count == 3)
    #expect(messages[1]?.utf8.count == 5000)
    #expect(messages[2] == "c")
  }

  /// Killed at any call that changes files, a run loses no commit that was done, and every message is either in a file
  /// or handed over.
  @Test func aKillAnywhere() async throws {
    for k in 1...90 {
      let path = folder.file("kill\(k)")
      let store = folder.file("store\(k)")
      try folder.write([], to: "store\(k)/done")
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = path as String, store = store as String, k = k as Int] in
        func put(_ text: String, _ name: String) throws {
          try Data(text.utf8).write(to: URL(fileURLWithPath: "\(store)/\(name)"))
        }
        let calls = FileSystemCalls { _, number in
          if number == k { kill(getpid(), SIGKILL) }
          return nil
        }
        let log = try WriteAheadLog(
          directory: path, isDurable: true, segmentBytes: 400, calls: calls)
        for index in 0..<100 {
          let number = log.append("message \(index), which is of some length")
          try log.commit()
          try put("\(index)", "done")
          guard index % 3 == 2 else { continue }
          let numbers = MessageNumbers(number - 2..<number + 1)
          try log.announce(file("file\(number)"), numbers)
          try put("", "file\(number)")
          try log.settle(numbers)
        }
      }
      let done = Int(try folder.text("store\(k)/done")) ?? -1
      let files = Set(folder.names(in: "store\(k)"))
      let log = try WriteAheadLog(directory: path, isDurable: false)
      let handedOver = try log.messages { files.contains($0.key) }
      var all = handedOver.keys.sorted()
      for name in files where name.hasPrefix("file") {
        let number = try #require(UInt64(name.dropFirst(4)))
        all += [number - 2, number - 1, number]
      }
      all.sort()
      #expect(all == (0..<UInt64(all.count)).map { $0 }, "call \(k)")
      #expect(all.count == done + 1 || all.count == done + 2, "call \(k)")
    }
  }
}
