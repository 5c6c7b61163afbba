import Parquet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A table of very many columns and few rows, one step of what is measured on it: each in a process of its
/// own, so that its peak of memory is its own. `wide.py` starts them.
struct WideTable {
  private let options: BenchOptions
  private let path: String

  init(_ options: BenchOptions) {
    self.options = options
    path = "\(options.directory ?? "/tmp")/wide.parquet"
  }

  func run(_ step: String) throws(ParquetError) {
    switch step {
    case "write": try write()
    case "read": try read()
    default: try open()
    }
  }

  /// Writes the table, in row groups of ten rows where `--runs` says how many.
  private func write() throws(ParquetError) {
    let schema = try Schema(
      (0..<options.columns).map { index in
        let name = "column_\(index)"
        return switch index % 4 {
        case 0: SchemaField(name, .int64)
        case 1: SchemaField(name, .double, .optional)
        case 2: .string(name, .optional)
        default: SchemaField(name, .int32, .optional)
        }
      })
    var writerOptions = WriterOptions()
    if let runs = options.runs { writerOptions.rowGroupRows = (options.rows ?? 100) / runs }
    let writer = try ParquetWriter(
      FileSink(path: path, overwrite: true), schema: schema, options: writerOptions)
    try writer.write(batch(schema))
    let file = try writer.finish()
    report("wrote \(file.byteCount) bytes in \(file.rowGroupCount) row groups")
  }

  private func batch(_ schema: Schema) throws(ParquetError) -> ColumnBatch {
    let builder = ColumnBatchBuilder(schema: schema)
    for index in 0..<options.columns {
      let leaf = builder.leaf(index)
      for row in 0..<(options.rows ?? 100) {
        let value = UInt32(truncatingIfNeeded: (row &+ 1) &* (index &+ 7) &* 2_654_435_761)
        switch index % 4 {
        case 0: leaf.append(Int64(value) << 8)
        case 1: leaf.append(Double(value) / 1000)
        case 2: leaf.append("value-\(value)")
        default: leaf.append(Int32(bitPattern: value))
        }
      }
    }
    return try builder.finish()
  }

  /// Reads every column, batch by batch.
  private func read() throws(ParquetError) {
    let reader = try ParquetReader(FileSource(path: path))
    let batches = reader.batches()
    var rowCount = 0
    while let batch = try batches.next() { rowCount += batch.rowCount }
    report("read \(rowCount) rows of \(reader.schema.leaves.count) columns")
  }

  /// For each line of standard input: the seconds it takes to open the file and look at the metadata of the
  /// last column of the last row group.
  private func open() throws(ParquetError) {
    print("ready \(try ParquetReader(FileSource(path: path)).footerByteCount)")
    fflush(nil)
    while readLine() != nil {
      let start = ContinuousClock.now
      let reader = try ParquetReader(FileSource(path: path))
      guard let group = reader.metadata.rowGroups.last, let chunk = group.columns.last,
        let statistics = chunk.metadata?.statistics, statistics.minimum != nil
      else { throw ParquetError(.malformedFile, "there are no statistics to be found") }
      print("done \(seconds(since: start))")
      fflush(nil)
    }
  }

  private func report(_ what: String) {
    print("\(what); peak \(Resident.now().peak) KiB")
  }
}
