import Foundation
import Parquet
import Testing

@testable import Stellar

/// What kills, crashes and bad disks leave.
@Suite struct WriteAheadLogDamageTests {
  static let segment = "log-000000000001.wal"

  /// What is not settled after some calls, and how long the segment is then.
  struct Stage {
    var byteCount: Int
    var messages: [UInt64: String]
  }

  let folder: Folder

  init() throws { folder = try Folder() }

  private func open(_ name: String) throws -> WriteAheadLog {
    try WriteAheadLog(directory: folder.file(name), isDurable: false)
  }

  /// A small log whose calls write one record each.
  private func makeLog() throws -> (bytes: [UInt8], stages: [Stage]) {
    let log = try open("log")
    var stages: [Stage] = []
    func note(_ messages: [UInt64: String]) throws {
      let count = try folder.bytes("log/\(Self.segment)").count
      stages.append(Stage(byteCount: count, messages: messages))
    }
    try note([:])
    log.append("zero")
    try log.commit()
    try note([0: "zero"])
    log.append("one")
    try log.commit()
    try note([0: "zero", 1: "one"])
    try log.announce(file("stored"), MessageNumbers(0..<1))
    try note([1: "one"])
    log.append(String(repeating: "two", count: 30))
    try log.commit()
    try note([1: "one", 2: String(repeating: "two", count: 30)])
    try log.settle(MessageNumbers(1..<2))
    try note([2: String(repeating: "two", count: 30)])
    log.append("")
    try log.commit()
    try note([2: String(repeating: "two", count: 30), 3: ""])
    return (try folder.bytes("log/\(Self.segment)"), stages)
  }

  /// What a run finds where the only segment has these bytes.
  private func found(_ bytes: [UInt8], in name: String) throws -> [UInt64: String] {
    try folder.write(bytes, to: "\(name)/\(Self.segment)")
    return try open(name).messages { $0.key == "stored" }
  }

  @Test func aLogThatEndsAnywhere() throws {
    let (bytes, stages) = try makeLog()
    for end in 0...bytes.count {
      let name = "cut\(end)"
      let part = Array(bytes[..<end])
      // A segment has its name only once it is whole up to its state.
      guard end >= stages[0].byteCount else {
        let refused = error { _ = try found(part, in: name) }
        #expect(refused?.code == .malformedFile, "byte \(end)")
        #expect(refused?.context.file == folder.file("\(name)/\(Self.segment)"))
        continue
      }
      let stage = try #require(stages.last { $0.byteCount <= end })
      #expect(try found(part, in: name) == stage.messages, "byte \(end)")
      // What was cut is cut for good, and what is written next is found beside the rest.
      let next: UInt64
      do {
        let log = try open(name)
        #expect(try log.messages() == stage.messages, "byte \(end)")
        next = log.append("next")
        try log.commit()
      }
      var messages = stage.messages
      messages[next] = "next"
      #expect(try open(name).messages() == messages, "byte \(end)")
      try FileManager.default.removeItem(atPath: folder.file(name))
    }
  }

  @Test func aByteThatIsOther() throws {
    let (bytes, stages) = try makeLog()
    let last = stages[stages.count - 1]
    let before = stages[stages.count - 2]
    for place in bytes.indices {
      for bit in [0, 7] {
        let name = "other\(place)-\(bit)"
        var other = bytes
        other[place] ^= 1 << UInt8(bit)
        var messages: [UInt64: String] = [:]
        let refused = error { messages = try found(other, in: name) }
        if place < before.byteCount {
          // Whatever lies before the last commit is missed.
          let isKnown = refused?.code == .malformedFile || refused?.code == .unsupportedFeature
          #expect(isKnown, "byte \(place)")
          #expect(refused?.context.file != nil, "byte \(place)")
          #expect(refused?.context.byteOffset != nil, "byte \(place)")
        } else {
          // The last commit may be one that a crash of the machine has cut.
          #expect(refused == nil, "byte \(place)")
          let isKnown = messages == last.messages || messages == before.messages
          #expect(isKnown, "byte \(place)")
        }
        try FileManager.default.removeItem(atPath: folder.file(name))
      }
    }
  }

  /// Of a commit that was not done when the machine crashed any part may be missing.
  @Test func aCommitOfWhichTheDiskHasTheEndAlone() throws {
    let start: Int
    do {
      let log = try open("log")
      log.append("committed")
      try log.commit()
      start = try folder.bytes("log/\(Self.segment)").count
      for _ in 0..<10 { log.append("not committed") }
      try log.commit()
    }
    var bytes = try folder.bytes("log/\(Self.segment)")
    for place in start + 3..<start + 60 { bytes[place] = 0 }
    #expect(try found(bytes, in: "crash") == [0: "committed"])
  }

  @Test func earlierSegmentsMayNotBeCut() throws {
    do {
      let log = try WriteAheadLog(
        directory: folder.file("log"), isDurable: false, segmentBytes: 1)
      for text in ["a", "b", "c"] {
        log.append(text)
        // A segment must have grown to twice its state.
        log.append(String(repeating: text, count: 100))
        try log.commit()
      }
    }
    let names = folder.names(in: "log")
    #expect(names.count == 4)
    let first = try folder.bytes("log/\(names[0])")
    try folder.write(Array(first.dropLast()), to: "log/\(names[0])")
    let cut = error { _ = try open("log") }
    #expect(cut?.code == .malformedFile)
    #expect(cut?.context.file == folder.file("log/\(names[0])"))
    // One that is missing is missed, wherever it lies.
    try FileManager.default.removeItem(atPath: folder.file("log/\(names[0])"))
    let missing = error { _ = try open("log") }
    #expect(missing?.message.contains("the messages numbered 0–1") == true)
    try folder.write(first, to: "log/\(names[0])")
    try FileManager.default.removeItem(atPath: folder.file("log/\(names[1])"))
    let gap = error { _ = try open("log") }
    #expect(gap?.code == .malformedFile)
    // And so is one that bears another's name.
    try folder.write(first, to: "log/\(names[1])")
    let renamed = error { _ = try open("log") }
    #expect(renamed?.message.contains("this is segment 1") == true)
  }

  @Test func numbersThatCannotBe() throws {
    // Longer than anything, with a checksum that is right: refused before any memory is asked for.
    for (kind, number) in [
      (LogRecord.Kind.message, 9), (.announcement, 9), (.settlement, 9), (.resolution, 9),
      (.state, 9), (.messageOfLedger, 9), (.messageOfLedger, 5),
    ] as [(LogRecord.Kind, UInt64)] {
      for payload in [
        [], [0xFF], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x01], [0x02, 0x00, 0x01, 0x00, 0x01], [0x01, 0x00, 0x00],
        [0x01, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0x00, 0x07],
      ] as [[UInt8]] where number == 9 || payload.count < 8 {
        let name = "hostile"
        let start = LogSegmentHeader(marker: 77, number: 1, firstNumber: 5)
        var known = LogState()
        known.nextNumber = 5
        var buffer = ByteBuffer()
        buffer.append(start.bytes)
        let state = known.bytes.array()
        unsafe state.withUnsafeBytes {
          unsafe buffer.append(record: .state, $0, marker: 77, committed: 0)
        }
        unsafe payload.withUnsafeBytes {
          unsafe buffer.append(record: kind, $0, number: number, marker: 77, committed: 0)
        }
        try folder.write(buffer.freeze().array(), to: "\(name)/\(Self.segment)")
        let refused = error { _ = try open(name) }
        #expect(refused?.code == .malformedFile, "\(kind) \(payload)")
        #expect(refused?.context.byteOffset != nil, "\(kind) \(payload)")
        try FileManager.default.removeItem(atPath: folder.file(name))
      }
    }
  }

  @Test func aLaterVersionIsNotGuessedAt() throws {
    var bytes = try makeLog().bytes
    bytes[8] = 2
    let refused = error { _ = try found(bytes, in: "later") }
    #expect(refused?.code == .unsupportedFeature)
  }
}
