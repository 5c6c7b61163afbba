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
    print("rows          processor seconds  rows/s      resident (MiB)")
    var generator = Lineitem(rows: rowCount)
    var written = 0
    var times: [Double] = []
    var memory: [Int] = []
    for tenth in 1...10 {
      var time = 0.0
      while written < rowCount / 10 * tenth {
        let batch = try ColumnBatch(schema: schema, columns: generator.next(rows: 131_072))
        let start = processorSeconds()
        try writer.write(batch)
        time += processorSeconds() - start
        written += batch.rowCount
      }
      times.append(time)
      memory.append(Resident.now().current >> 10)
      let rate = Int(Double(rowCount / 10) / time)
      print("\(written)  \(fixed(time, 2))  \(rate)  \(memory[tenth - 1])")
      fflush(nil)
    }
    let file = try writer.finish()
    print("\(file.byteCount) bytes in \(file.rowGroupCount) row groups")
    // The first tenth warms up: the second and the last are held against each other.
    let trend = times[9] / times[1]
    print("the last tenth takes \(fixed(trend, 3)) times what the second took")
    if trend > 1.1 { throw ParquetError(.limitExceeded, "rows cost more the more there are") }
    if let limit = options.limit, (memory.max() ?? 0) << 20 > limit {
      throw ParquetError(.limitExceeded, "the stream took more than \(limit) bytes of memory")
    }
  }

  private func processorSeconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
