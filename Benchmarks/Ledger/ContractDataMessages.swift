import Parquet
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file of made-up messages about contract data, one a line, in the shape of those that ledger processors send:
/// 100 to 400 of each ledger, for hours, over the end of a day.
///
/// Blocks of ledgers are each a function of the seed and their number, so any number of threads make the same file.
struct ContractDataMessages {
  private static let usualRowCount = 1_000_000
  private static let ledgersPerBlock = 16
  /// Messages of so many ledgers behind each other come from an archive, as a fifth does, or from the network.
  private static let ledgersPerSource = 128
  /// 2025-08-05T09:15:27.905427888Z
  private static let firstProcessed = 1_754_385_327_905_427_888

  private let path: String
  private let rowCount: Int
  private let seed: UInt64
  private let threads: Int

  init(_ options: BenchOptions) {
    path = options.path
    rowCount = options.rows ?? Self.usualRowCount
    seed = UInt64(options.seed ?? 426_007)
    threads = options.threads?.first ?? max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }

  /// Writes the file and says what it took.
  func make() throws(ParquetError) {
    let clock = ContinuousClock()
    let start = clock.now
    let sink = try FileSink(path: path, overwrite: true)
    let byteCount: Int
    do throws(ParquetError) {
      byteCount = try write(to: sink)
      try sink.finish()
    } catch {
      sink.abandon()
      throw error
    }
    let seconds = (clock.now - start) / .seconds(1)
    print(
      "\(rowCount) messages, \(byteCount) bytes, \(byteCount / rowCount) a message;"
        + " \(seconds.rounded(decimals: 2)) s")
  }

  private func write(to sink: FileSink) throws(ParquetError) -> Int {
    let cast = LedgerCast(seed: seed)
    let ledgers = planned()
    let blockCount = (ledgers.count + Self.ledgersPerBlock - 1) / Self.ledgersPerBlock
    var byteCount = 0
    for first in stride(from: 0, to: blockCount, by: 2 * threads) {
      let blocks = Array(first..<min(first + 2 * threads, blockCount))
      let made = Mutex([[UInt8]](repeating: [], count: blocks.count))
      try Parallel.forEach(blocks, threads: threads) { (number, _) throws(ParquetError) in
        let range =
          number
          * Self.ledgersPerBlock..<min(
            (number + 1) * Self.ledgersPerBlock, ledgers.count)
        let rows = ledgers[range].reduce(0) { $0 + $1.messageCount }
        var block = ContractDataBlock(
          cast, seed: seed ^ UInt64(number + 1) << 40, capacity: rows * 1_500)
        let bytes = block.make(ledgers[range])
        made.withLock { $0[number - first] = bytes }
      }
      for bytes in made.withLock({ $0 }) {
        try sink.write(bytes)
        byteCount += bytes.count
      }
    }
    return byteCount
  }

  /// The ledgers that have all the messages, the last of them not more.
  private func planned() -> [ContractDataBlock.Ledger] {
    var random = Random(seed: ~seed)
    var ledgers: [ContractDataBlock.Ledger] = []
    var processed = Self.firstProcessed
    var left = rowCount
    var isArchived = false
    while left > 0 {
      if ledgers.count % Self.ledgersPerSource == 0 { isArchived = random.chance(200) }
      let count = min(random.within(100...400), left)
      ledgers.append(
        ContractDataBlock.Ledger(
          index: ledgers.count, messageCount: count, processed: processed, isArchived: isArchived))
      processed += count * 200_000 + random.within(5_000_000...40_000_000)
      left -= count
    }
    return ledgers
  }
}
