import ObjectStorage
import Parquet
import Stellar
import Tables

/// Ledger messages one at a time through the library: what `StellarArchive.process` takes, with files made of them into a
/// store in memory.
struct ArchiveBenchmark {
  private let options: BenchOptions

  init(_ options: BenchOptions) { self.options = options }

  func run() throws(ParquetError) {
    let messages = try self.messages()
    print("\(messages.count) messages from \(options.path), one at a time")
    for threads in options.threads ?? [1] {
      var rates: [Double] = []
      for _ in 0..<(options.runs ?? 3) { rates.append(try rate(messages, threads: threads)) }
      let median = rates.sorted()[rates.count / 2]
      print("  threads \(threads): \(Int(median)) messages/s, the median of \(rates.count)")
      if let least = options.atLeast, median < Double(least) {
        throw ParquetError(
          .limitExceeded, "\(Int(median)) messages/s, and \(least) are asked for")
      }
    }
  }

  /// The lines of the file, as far as they are asked for.
  private func messages() throws(ParquetError) -> [Bytes] {
    let source = try FileSource(path: options.path)
    var messages: [Bytes] = []
    let most = options.rows ?? 200_000
    var start = 0
    while start < source.byteCount, messages.count < most {
      let block = try source.read(start..<min(start + (16 << 20), source.byteCount))
      var line = 0
      for index in 0..<block.count where block[index] == UInt8(ascii: "\n") {
        if messages.count < most { messages.append(block.slice(line..<index)) }
        line = index + 1
      }
      guard line > 0 else { break }
      start += line
    }
    return messages
  }

  private func rate(_ messages: [Bytes], threads: Int) throws(ParquetError) -> Double {
    var configuration = ArchiveConfiguration()
    configuration.threads = threads
    let archive = try StellarArchive(configuration, store: MemoryObjectStore())
    let clock = ContinuousClock()
    let start = clock.now
    for message in messages {
      try message.withBytes { (json) throws(ParquetError) in _ = try archive.process(json: json) }
    }
    try archive.close()
    let seconds = (clock.now - start) / .seconds(1)
    guard archive.metrics.recordsWritten == messages.count else {
      throw ParquetError(
        .rejectedData, "\(archive.metrics.recordsWritten) of \(messages.count) were stored")
    }
    return Double(messages.count) / seconds
  }
}
