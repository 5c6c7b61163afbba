import Parquet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The memory that writing a long stream takes, without what its generator takes.
///
/// The generator runs dry first, over the batches of a few row groups; the peak resident size of that is
/// the base. The same process then writes; the peak over the base is the writer's. Samples on the way
/// show whether it grows.
struct MemoryBenchmark {
  private let options: BenchOptions

  init(_ options: BenchOptions) { self.options = options }

  func run() throws(ParquetError) {
    var stream = try Stream(columns: options.columns)
    Resident.resetPeak()
    var dry = 0
    while dry < 256 << 20 { dry += try stream.next().byteCount }
    let base = Resident.now()

    var writerOptions = WriterOptions()
    writerOptions.threads = options.threads?.first ?? 1
    if let codec = options.codecs?.first { writerOptions.compression = codec }
    let sink = try makeSink(options.directory, "memory.parquet")
    let writer = try ParquetWriter(sink, schema: stream.schema, options: writerOptions)
    print(
      "\(stream.schema.leaves.count) columns, \(options.bytes) bytes of values,"
        + " \(writerOptions.threads) threads, \(writerOptions.compression.label);"
        + " the generator alone: \(base.peak / 1024) MiB at most")
    print("written (MiB)  rows        resident (MiB)  peak over the generator's (MiB)")

    var byteCount = 0
    var rowCount = 0
    var samples = 0
    let start = ContinuousClock.now
    while byteCount < options.bytes {
      let batch = try stream.next()
      try writer.write(batch.batch)
      byteCount += batch.byteCount
      rowCount += batch.batch.rowCount
      if byteCount >= options.bytes / 16 * (samples + 1) {
        samples += 1
        let now = Resident.now()
        print(
          column(byteCount >> 20, 15) + column(rowCount, 12) + column(now.current / 1024, 16)
            + "\((now.peak - base.peak) / 1024)")
        fflush(nil)
      }
    }
    let file = try writer.finish()
    let end = Resident.now()
    print(
      "wrote \(file.byteCount) bytes in \(file.rowGroupCount) row groups,"
        + " \(fixed(seconds(since: start), 1)) s with the generator's time")
    let taken = end.peak - base.peak
    print("peak: \(taken / 1024) MiB over the generator's \(base.peak / 1024) MiB")
    if let limit = options.limit, taken * 1024 > limit {
      throw ParquetError(.limitExceeded, "writing took more than \(limit) bytes")
    }
  }

  private func column(_ value: Int, _ width: Int) -> String {
    let text = "\(value)"
    return text + String(repeating: " ", count: max(1, width - text.utf8.count))
  }
}

/// Batches of as many columns as wanted: lineitem's columns again and again, each time other rows.
private struct Stream {
  let schema: Schema
  private var generators: [Lineitem]
  private let columnCount: Int
  private let batchRows: Int

  init(columns columnCount: Int) throws(ParquetError) {
    let width = Lineitem.fields.count
    let pool = TextPool(byteCount: 4 << 20, seed: 7)
    generators = (0..<(columnCount + width - 1) / width).map {
      Lineitem(scale: 10, seed: UInt64($0), pool: pool)
    }
    schema = try Schema(
      (0..<columnCount).map { index in
        var field = Lineitem.fields[index % width]
        if index >= width { field.name += "_\(index / width)" }
        return field
      })
    self.columnCount = columnCount
    batchRows = max(64, 65_536 / generators.count)
  }

  mutating func next() throws(ParquetError) -> (batch: ColumnBatch, byteCount: Int) {
    var columns: [Column] = []
    var byteCount = 0
    columns.reserveCapacity(columnCount)
    for i in generators.indices {
      for column in generators[i].next(rows: batchRows) where columns.count < columnCount {
        columns.append(column)
        byteCount += column.heldByteCount
      }
    }
    return (try ColumnBatch(schema: schema, columns: columns), byteCount)
  }
}

/// The memory of this process in KiB, as the system counts it.
struct Resident {
  var current: Int
  var peak: Int

  static func now() -> Resident {
    #if canImport(Glibc)
      let status = readStatus()
      func field(_ name: String) -> Int {
        for line in status.split(separator: "\n") where line.hasPrefix(name) {
          return Int(line.dropFirst(name.count).split(separator: " ")[0]) ?? 0
        }
        return 0
      }
      return Resident(current: field("VmRSS:\t"), peak: field("VmHWM:\t"))
    #else
      var usage = rusage()
      unsafe getrusage(RUSAGE_SELF, &usage)
      return Resident(current: usage.ru_maxrss / 1024, peak: usage.ru_maxrss / 1024)
    #endif
  }

  /// Makes the peak begin anew, so that what setting up took does not hide what comes after.
  static func resetPeak() {
    #if canImport(Glibc)
      let file = unsafe open("/proc/self/clear_refs", O_WRONLY)
      guard file >= 0 else { return }
      _ = unsafe write(file, "5", 1)
      close(file)
    #endif
  }

  #if canImport(Glibc)
    private static func readStatus() -> String {
      let file = unsafe open("/proc/self/status", O_RDONLY)
      guard file >= 0 else { return "" }
      defer { close(file) }
      var bytes = [UInt8](repeating: 0, count: 8192)
      let count = unsafe read(file, &bytes, bytes.count)
      return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
  #endif
}
