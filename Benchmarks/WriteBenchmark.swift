import Parquet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The speed of writing a table from memory, for each codec and number of threads.
struct WriteBenchmark {
  private let options: BenchOptions

  init(_ options: BenchOptions) { self.options = options }

  func run() throws(ParquetError) {
    for data in try DataSets.named(options.data ?? Lineitem.name) {
      try run(BenchTable(data, rows: options.rows ?? data.usualRowCount, only: options.only))
    }
  }

  private func run(_ table: BenchTable) throws(ParquetError) {
    let cores = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let threads = options.threads ?? (cores > 1 ? [1, cores] : [1])
    let codecs = options.codecs ?? [.none, .snappy, .zstd(), .gzip()]
    let runs = options.runs ?? 3
    print(
      "\(table.name): \(table.rowCount) rows, \(table.schema.leaves.count) columns,"
        + " \(table.byteCount) bytes in memory; median of \(runs)")
    print(row("codec", "threads", "seconds", "rows/s", "MB/s", "bytes out"))
    for codec in codecs {
      for threads in threads {
        try report(table, name: codec.label, codec, threads: threads, runs: runs)
      }
    }
    guard options.perColumn else { return }
    print("\n" + row("column", "threads", "seconds", "rows/s", "MB/s", "bytes out"))
    for (index, leaf) in table.schema.leaves.enumerated() {
      let column = try table.column(index)
      try report(column, name: leaf.path.description, codecs[0], threads: 1, runs: runs)
    }
  }

  private func report(
    _ table: BenchTable, name: String, _ codec: Compression, threads: Int, runs: Int
  ) throws(ParquetError) {
    var writer = WriterOptions()
    writer.compression = codec
    writer.threads = threads
    var seconds: [Double] = []
    var byteCount = 0
    for _ in 0..<runs {
      let run = try writeOnce(table, writer, to: options.directory)
      seconds.append(run.seconds)
      byteCount = run.byteCount
    }
    let time = median(seconds)
    print(
      row(
        name, "\(threads)", fixed(time, 3), "\(Int(Double(table.rowCount) / time))",
        fixed(Double(table.byteCount) / time / 1e6, 1), "\(byteCount)"))
  }

  private func row(_ cells: String...) -> String {
    let widths = [16, 8, 9, 12, 9, 12]
    return zip(cells, widths).enumerated().map { index, cell in
      let room = String(repeating: " ", count: max(0, cell.1 - cell.0.utf8.count))
      return index == 0 ? cell.0 + room : room + cell.0
    }.joined()
  }
}

/// Writes a whole table; the seconds from the first batch to the finished file, its bytes, and what its
/// footer says of the row groups.
func writeOnce(
  _ table: BenchTable, _ options: WriterOptions, to directory: String?
) throws(ParquetError) -> (seconds: Double, byteCount: Int, rowGroups: [RowGroupMetadata]) {
  let name = "\(table.name)-swift.parquet"
  // A new file each time: what goes when an old one is replaced is not part of writing.
  if let directory { _ = unsafe unlink("\(directory)/\(name)") }
  let start = ContinuousClock.now
  let sink = try makeSink(directory, name)
  let writer = try ParquetWriter(sink, schema: table.schema, options: options)
  for batch in table.batches { try writer.write(batch) }
  let file = try writer.finish()
  return (seconds(since: start), file.byteCount, file.metadata.rowGroups)
}

/// The seconds from `start` to now.
func seconds(since start: ContinuousClock.Instant) -> Double {
  let parts = start.duration(to: .now).components
  return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
}

/// The middle of `values`; of an even number the lower one of the two.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return sorted[(sorted.count - 1) / 2]
}

/// `value` with `digits` decimals.
func fixed(_ value: Double, _ digits: Int) -> String {
  var scale = 1
  for _ in 0..<digits { scale *= 10 }
  let scaled = Int((value * Double(scale)).rounded())
  let fraction = "\(scaled % scale)"
  return "\(scaled / scale)." + String(repeating: "0", count: digits - fraction.utf8.count)
    + fraction
}

extension Compression {
  /// The codec with its level, as `--codec` takes it.
  var label: String {
    switch self {
    case .gzip(let level), .zstd(let level), .brotli(let level): "\(name):\(level)"
    case .none, .snappy, .lz4Raw: name
    }
  }
}
