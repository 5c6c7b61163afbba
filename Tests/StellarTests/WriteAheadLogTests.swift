import Foundation
import Parquet
import Testing

@testable import Stellar

@Suite struct WriteAheadLogTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func open(
    durable: Bool = false, segmentBytes: Int = 64 << 20
  ) throws -> WriteAheadLog {
    try WriteAheadLog(
      directory: folder.file("new/log"), isDurable: durable, segmentBytes: segmentBytes)
  }

  private var names: [String] { folder.names(in: "new/log") }

  @Test(arguments: [false, true]) func committedMessagesAreThereAgain(durable: Bool) throws {
    do {
      let log = try open(durable: durable)
      #expect(log.append("a") == 0)
      #expect(log.append("") == 1)
      try log.commit()
      #expect(log.append("c") == 2)
      try log.commit()
      #expect(log.append("lost") == 3)
      #expect(log.unsettledCount == 4)
    }
    let log = try open(durable: durable)
    #expect(log.unsettledCount == 3)
    #expect(try log.messages() == [0: "a", 1: "", 2: "c"])
    // What was lost was never acknowledged, so its number is free.
    #expect(log.append("d") == 3)
  }

  @Test func numbersGoOn() throws {
    for run in 0..<5 {
      let log = try open()
      let messages = try log.messages()
      #expect(messages.count == run * 2)
      #expect(log.append("x") == UInt64(run * 2))
      #expect(log.append("y") == UInt64(run * 2 + 1))
      try log.close()
    }
    // Settled or not: a number is given once.
    let log = try open()
    try log.settle(MessageNumbers(1..<10))
    #expect(log.append("z") == 10)
    try log.settle(MessageNumbers(of: [0, 10]))
    #expect(log.unsettledCount == 0)
    try log.close()
    #expect(names == [])
    #expect(try open().append("first again") == 0)
  }

  @Test func anotherRunIsRefused() throws {
    let log = try open()
    let refused = error { _ = try open() }
    #expect(refused?.code == .inputOutput)
    #expect(refused?.message.contains("another run") == true)
    log.append("a")
    try log.close()
    let closed = error { try log.commit() }
    #expect(closed?.code == .invalidArgument)
    try log.close()
    #expect(try open().messages() == [0: "a"])
  }

  @Test func announcedFilesDecide() throws {
    do {
      let log = try open()
      for text in ["a", "b", "c", "d", "e", "f"] { log.append(text) }
      try log.announce(file("stored"), MessageNumbers(of: [0, 2]))
      try log.announce(file("absent"), MessageNumbers(of: [1, 3]))
      try log.announce(file("settled"), MessageNumbers(of: [4]))
      try log.settle(MessageNumbers(of: [4]))
    }
    var asked: [StoredFile] = []
    do {
      let log = try open()
      #expect(log.unsettledCount == 5)
      let messages = try log.messages {
        asked.append($0)
        return $0.key == "stored"
      }
      #expect(messages == [1: "b", 3: "d", 5: "f"])
      #expect(asked == [file("stored"), file("absent")])
      #expect(log.unsettledCount == 3)
    }
    // What was found out is not asked again.
    asked = []
    let messages = try open().messages {
      asked.append($0)
      return true
    }
    #expect(messages == [1: "b", 3: "d", 5: "f"])
    #expect(asked.isEmpty)
  }

  @Test func aFailureToAskChangesNothing() throws {
    do {
      let log = try open()
      for text in ["a", "b"] { log.append(text) }
      try log.announce(file("one"), MessageNumbers(of: [0]))
      try log.announce(file("two"), MessageNumbers(of: [1]))
    }
    let log = try open()
    let failed = error {
      unsafe try log.recover(isStored: { (file) throws(ParquetError) in
        if file.key == "two" { throw ParquetError(.inputOutput, "no network") }
        return true
      }) { (_, _, _) throws(ParquetError) in }
    }
    #expect(failed?.message == "no network")
    #expect(log.unsettledCount == 2)
    #expect(try log.messages { $0.key == "one" } == [1: "b"])
  }

  @Test func aFileAnnouncedTwiceIsNeededOnce() throws {
    do {
      let log = try open()
      for text in ["a", "b", "c"] { log.append(text) }
      try log.announce(file("first"), MessageNumbers(0..<2))
      try log.announce(file("second"), MessageNumbers(0..<2))
      try log.announce(file("third"), MessageNumbers(1..<3))
    }
    var asked: [String] = []
    let messages = try open().messages {
      asked.append($0.key)
      return $0.key != "third"
    }
    #expect(messages == [2: "c"])
    #expect(asked == ["first", "third"])
  }

  @Test func recoveryComesFirst() throws {
    let log = try open()
    log.append("a")
    let refused = error { _ = try log.messages() }
    #expect(refused?.code == .invalidArgument)
  }

  /// What is handed over goes into files while the rest is still to come.
  @Test func messagesAreSettledWhileTheyAreHandedOver() throws {
    do {
      let log = try open(segmentBytes: 100)
      for index in 0..<50 {
        log.append("message \(index)")
        try log.commit()
      }
    }
    let log = try open(segmentBytes: 100)
    var taken = MessageNumbers()
    var count = 0
    unsafe try log.recover(isStored: { (_) throws(ParquetError) in false }) {
      (number, _, _) throws(ParquetError) in
      count += 1
      taken.insert(number)
      if taken.count == 7 {
        try log.announce(file("\(number)"), taken)
        try log.settle(taken)
        taken = MessageNumbers()
        log.append("new")
      }
    }
    #expect(count == 50)
    #expect(taken.count == 1)
    #expect(log.unsettledCount == 8)
  }

  @Test(arguments: [false, true]) func settledSegmentsGo(durable: Bool) throws {
    let log = try open(durable: durable, segmentBytes: 200)
    for index in 0..<40 {
      log.append("message \(index) of forty")
      try log.commit()
    }
    let all = names
    #expect(all.count > 8)
    // Those in the middle go, too; the oldest and the newest stay.
    try log.settle(MessageNumbers(1..<39))
    #expect(names.count <= 4)
    #expect(names.first == all.first)
    try log.settle(MessageNumbers(0..<1))
    #expect(names.first != all.first)
    try log.settle(MessageNumbers(39..<40))
    #expect(names.count == 1)
    try log.close()
    #expect(names == [])
  }

  @Test func whatIsKnownOutlivesTheSegmentsThatSaidIt() throws {
    do {
      let log = try open(segmentBytes: 100)
      for index in 0..<40 {
        log.append("message \(index)")
        try log.commit()
        // The settlement lies in a segment that goes before message 0 does.
        if index == 10 { try log.announce(file("early"), MessageNumbers(of: [0, 1])) }
        if index > 10 { try log.settle(MessageNumbers(of: [UInt64(index), UInt64(index - 9)])) }
      }
    }
    var asked: [StoredFile] = []
    let log = try open(segmentBytes: 100)
    let messages = try log.messages {
      asked.append($0)
      return false
    }
    #expect(asked == [file("early")])
    #expect(messages.keys.sorted() == [0, 1])
    #expect(messages[0] == "message 0")
  }

  @Test func largeMessages() throws {
    let large = [UInt8](repeating: 7, count: WriteAheadLog.largestMessageByteCount)
    do {
      let log = try open()
      log.append("small")
      _ = unsafe large.withUnsafeBytes { unsafe log.append($0) }
      _ = unsafe large.withUnsafeBytes { unsafe log.append($0, ledger: .max) }
      log.append("small")
      try log.commit()
    }
    let log = try open()
    var counts: [Int] = []
    unsafe try log.recover(isStored: { (_) throws(ParquetError) in false }) {
      (_, message, _) throws(ParquetError) in
      counts.append(message.count)
    }
    #expect(counts == [5, large.count, large.count, 5])
  }

  @Test func otherFilesAreLeftAlone() throws {
    try folder.write([1], to: "new/log/notes.txt")
    try folder.write([1], to: "new/log/log-1.wal")
    try folder.write([1], to: "new/log/log-000000000007.wal.tmp")
    let log = try open()
    log.append("a")
    try log.commit()
    #expect(names == ["log-000000000001.wal", "log-1.wal", "notes.txt"])
    try log.settle(MessageNumbers(0..<1))
    try log.close()
    #expect(names == ["log-1.wal", "notes.txt"])
  }
}
