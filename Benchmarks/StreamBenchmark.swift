import Parquet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A long stream of lineitem through one writer: whether a row costs as much at the end as at the start, in
/// time and in memory.
struct StreamBenchmark {
  private let options: BenchOptions

  init(_ options: BenchOptions) { self.options = options }

  func run() throws(ParquetError) {
    let rowCount = options.rows ?? 100_000_000
    var writerOptions = WriterOptions()
    writerOptions.threads = options.threads?.first ?? 1
    if let codec = options.codecs?.first { writerOptions.compression = codec }
    let schema = try Schema(Lineitem.fields)
    let writer = try ParquetWriter(
      try makeSink(options.directory, "stream.parquet"), schema: schema, options: writerOptions)
    print(row("rows", "processor seconds", "rows/s", "resident (MiB)"))
    var generator = Lineitem(rows: rowCount)
    var written = 0
    // Seconds a row: a tenth ends with a batch, so not all have as many rows.
    var costs: [Double] = []
    var memory: [Int] = []
    for tenth in 1...10 {
      var time = 0.0
      let before = written
      while written < rowCount / 10 * tenth {
        let batch = try ColumnBatch(schema: schema, columns: generator.next(rows: 131_072))
        let start = processorSeconds()
        try writer.write(batch)
        time += processorSeconds() - start
        written += batch.rowCount
      }
      costs.append(time / Double(max(written - before, 1)))
      memory.append(Resident.now().current >> 10)
      let rate = Int(1 / costs[tenth - 1])
      print(row("\(written)", fixed(time, 2), "\(rate)", "\(memory[tenth - 1])"))
      fflush(nil)
    }
    let file = try writer.finish()
    print("\(file.byteCount) bytes in \(file.rowGroupCount) row groups")
    // The first tenth warms up: the second and the last are held against each other.
    let trend = costs[9] / costs[1]
    print("a row of the last tenth takes \(fixed(trend, 3)) times what one of the second took")
    if trend > 1.1 { throw ParquetError(.limitExceeded, "rows cost more the more there are") }
    if let limit = options.limit, (memory.max() ?? 0) << 20 > limit {
      throw ParquetError(.limitExceeded, "the stream took more than \(limit) bytes of memory")
    }
  }

  private func row(_ cells: String...) -> String {
    zip(cells, [12, 19, 12, 16]).map { cell, width in
      String(repeating: " ", count: max(1, width - cell.utf8.count)) + cell
    }.joined()
  }

  private func processorSeconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
