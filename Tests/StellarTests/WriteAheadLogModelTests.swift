import Foundation
import Parquet
import Testing

@testable import Stellar

/// A log held against sets, over many runs that end in kills.
@Suite struct WriteAheadLogModelTests {
  /// What a log must know.
  struct Model {
    /// The messages that are written and not settled.
    var written: [UInt64: String] = [:]
    /// Those that only the next write brings to the disk.
    var appended: [UInt64: String] = [:]
    var next: UInt64 = 0
    /// What the store holds, and what was announced and is not settled.
    var stored: Set<String> = []
    var announced: [(key: String, numbers: Set<UInt64>)] = []

    mutating func write() {
      written.merge(appended) { $1 }
      appended = [:]
    }

    mutating func settle(_ numbers: Set<UInt64>) {
      for number in numbers { written[number] = nil }
      for index in announced.indices { announced[index].numbers.subtract(numbers) }
      announced.removeAll { $0.numbers.isEmpty }
    }

    /// A run ends without warning, and the next one recovers.
    mutating func restart() {
      appended = [:]
      next = (written.keys.max() ?? 0) &+ 1
      var gone: Set<UInt64> = []
      for file in announced where stored.contains(file.key) { gone.formUnion(file.numbers) }
      settle(gone)
      announced = []
    }
  }

  @Test(arguments: 0..<40) func behavesAsAModel(seed: UInt64) throws {
    let folder = try Folder()
    var random = SeededGenerator(seed: seed)
    var model = Model()
    var keys = 0
    let segmentBytes = [100, 500, 5000][Int(seed % 3)]
    var log: WriteAheadLog?
    var isFirst = true
    for step in 0..<150 {
      let place: Comment = "seed \(seed), step \(step)"
      if log == nil || Int.random(in: 0..<12, using: &random) == 0 {
        log = nil
        if !isFirst { try tear(folder, &random) }
        isFirst = false
        let new = try WriteAheadLog(
          directory: folder.file("log"), isDurable: false, segmentBytes: segmentBytes)
        // Numbers of messages that are settled are known to the log alone.
        let floor = model.next - UInt64(model.appended.count)
        let stored = model.stored
        model.restart()
        model.next = floor
        let messages = try new.messages { stored.contains($0.key) }
        #expect(messages == model.written, place)
        log = new
      }
      let log = try #require(log)
      switch Int.random(in: 0..<5, using: &random) {
      case 0, 1:
        for _ in 0..<Int.random(in: 1...8, using: &random) {
          let text = String(repeating: "m", count: Int.random(in: 0..<60, using: &random))
          let ledger: UInt64? =
            Int.random(in: 0..<3, using: &random) == 0 ? random.next() >> 20 : nil
          let number = log.append("\(model.next) \(text)", ledger: ledger)
          #expect(number == model.next, place)
          model.appended[number] = "\(number) \(text)" + (ledger.map { "@\($0)" } ?? "")
          model.next += 1
        }
      case 2:
        try log.commit()
        model.write()
      case 3:
        model.write()
        let numbers = model.written.keys.filter { _ in Bool.random(using: &random) }
        keys += 1
        try log.announce(file("file\(keys)"), MessageNumbers(of: numbers.sorted()))
        if !numbers.isEmpty { model.announced.append(("file\(keys)", Set(numbers))) }
        if Bool.random(using: &random) {
          model.stored.insert("file\(keys)")
          if Bool.random(using: &random) {
            try log.settle(MessageNumbers(of: numbers.sorted()))
            model.settle(Set(numbers))
          }
        }
      default:
        let numbers = model.written.keys.filter { _ in
          Int.random(in: 0..<4, using: &random) == 0
        }
        if !numbers.isEmpty {
          try log.settle(MessageNumbers(of: numbers.sorted()))
          model.write()
          model.settle(Set(numbers))
        }
      }
      #expect(log.unsettledCount == model.written.count + model.appended.count, place)
    }
  }

  /// Leaves some bytes behind the last commit, as a kill does.
  private func tear(_ folder: Folder, _ random: inout SeededGenerator) throws {
    guard let name = folder.names(in: "log").last else { return }
    let bytes = try folder.bytes("log/\(name)")
    // A record of the segment's own that is cut, or anything.
    let count = Int.random(in: 0..<40, using: &random)
    let start = LogSegmentHeader.byteCount
    let isOwn = Bool.random(using: &random)
    let torn =
      isOwn
      ? Array(bytes[start..<start + min(count, 31)])
      : (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    try folder.write(bytes + torn, to: "log/\(name)")
  }
}
