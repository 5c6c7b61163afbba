import Parquet

/// The speed of reading a file whole into column batches, values that are dictionary-coded in the file
/// staying so in memory.
struct ReadBenchmark {
  private let options: BenchOptions

  init(_ options: BenchOptions) { self.options = options }

  func run() throws(ParquetError) {
    var times: [Double] = []
    var rowCount = 0
    for _ in 0..<(options.runs ?? 5) {
      let run = try readOnce(options.path)
      times.append(run.seconds)
      rowCount = run.rowCount
    }
    let time = median(times)
    print(
      "\(options.path): \(rowCount) rows in \(fixed(time, 3)) s, \(Int(Double(rowCount) / time))"
        + " rows/s, median of \(times.count)")
    guard options.perColumn else { return }
    let reader = try ParquetReader(try FileSource(path: options.path))
    for leaf in reader.schema.leaves {
      var times: [Double] = []
      for _ in 0..<(options.runs ?? 5) {
        times.append(try readOnce(options.path, columns: [leaf.index]).seconds)
      }
      print("  \(leaf.path.description): \(fixed(median(times), 4)) s")
    }
  }
}

/// Reads the file at `path` whole, all of it held until the end; the seconds from opening it on.
func readOnce(
  _ path: String, columns: [Int]? = nil
) throws(ParquetError) -> (seconds: Double, rowCount: Int, batches: [ColumnBatch]) {
  let start = ContinuousClock.now
  let reader = try ParquetReader(try FileSource(path: path))
  let rows = reader.batches(columns: columns, batchRows: .max)
  var batches: [ColumnBatch] = []
  while let batch = try rows.next() { batches.append(batch) }
  return (seconds(since: start), reader.rowCount, batches)
}
