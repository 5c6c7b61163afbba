import Parquet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// This engine's side of the comparison with peers: one piece of work for each line of standard input,
/// whose words stand between tabs.
///
/// The scripts of the folder `peers` start one of these beside a process for each peer, and give each its
/// turn. Every line is answered by one: `done`, the seconds that the work took, those of processor time, the
/// bytes of memory it peaked at over what the table takes, the rows, and the bytes of the table held.
struct PeerServer {
  private var table: BenchTable?
  private var floor: CodecFloor?
  /// The memory in KiB that was held when the first work after the table was loaded began. What a work
  /// leaves with the allocator counts for the next one, which uses it again.
  private var held: Int?

  /// What a piece of work took.
  private struct Cost {
    var seconds: Double
    var processorSeconds: Double
    var peakByteCount: Int
  }

  /// The words of a line after the first one.
  private struct Words {
    var words: [Substring]

    func text(_ index: Int) throws(ParquetError) -> String {
      guard index < words.count else {
        throw ParquetError(.invalidArgument, "the work needs \(index + 1) words or more")
      }
      return String(words[index])
    }

    func number(_ index: Int) throws(ParquetError) -> Int {
      guard let number = Int(try text(index)) else {
        throw ParquetError(.invalidArgument, "\(words[index]) is no number")
      }
      return number
    }

    func compression(_ index: Int) throws(ParquetError) -> Compression {
      let codec = try text(index)
      do throws(BenchOptions.Problem) {
        return try BenchOptions(["--codec", codec]).codecs?.first ?? .snappy
      } catch { throw ParquetError(.invalidArgument, error.message) }
    }
  }

  mutating func run() throws(ParquetError) {
    while let line = readLine() {
      let words = line.split(separator: "\t")
      let (cost, rowCount) = try answer(words.first ?? "", Words(words: Array(words.dropFirst())))
      print(
        "done", cost.seconds, cost.processorSeconds, cost.peakByteCount, rowCount,
        table?.byteCount ?? 0, separator: "\t")
      fflush(nil)
    }
  }

  private mutating func answer(
    _ work: Substring, _ words: Words
  ) throws(ParquetError) -> (cost: Cost, result: Int) {
    switch work {
    case "load":
      let path = try words.text(0)
      let (cost, loaded) = try measured { () throws(ParquetError) in
        try BenchTable(reading: path)
      }
      table = loaded
      held = nil
      return (cost, loaded.rowCount)
    case "make": return try make(words)
    case "write":
      guard let table else { throw ParquetError(.invalidArgument, "there is no table") }
      var options = WriterOptions()
      options.compression = try words.compression(0)
      options.threads = try words.number(1)
      let (writer, path) = (options, try words.text(2))
      return try measured { () throws(ParquetError) in
        try Self.write(table, writer, to: path)
        return table.rowCount
      }
    case "read":
      let path = try words.text(0)
      // What was read is freed after the clock has stopped.
      let (cost, read) = try measured { () throws(ParquetError) in try readOnce(path) }
      return (cost, read.rowCount)
    case "filter":
      let (path, range) = (try words.text(0), try words.number(1)...words.number(2))
      let (cost, kept) = try measured { () throws(ParquetError) in
        try Self.filtered(path, range)
      }
      return (cost, kept.reduce(0) { $0 + $1.rowCount })
    case "floor":
      let (path, codec) = (try words.text(0), try words.compression(1))
      let pages: CodecFloor
      if let floor, floor.fits(path, codec) {
        pages = floor
      } else {
        pages = try CodecFloor(path, codec)
      }
      floor = pages
      return try measured { () throws(ParquetError) in try pages.compress() }
    default: throw ParquetError(.invalidArgument, "\(work) is no work of this server")
    }
  }

  /// Makes the data set that is named, and writes it as the peers load it.
  private mutating func make(_ words: Words) throws(ParquetError) -> (cost: Cost, result: Int) {
    let name = try words.text(0)
    guard let data = DataSets.all.first(where: { $0.name == name }) else {
      throw ParquetError(.invalidArgument, "there is no data set \(name)")
    }
    let rowCount = words.words.count > 2 ? try words.number(2) : data.usualRowCount
    let (cost, made) = try measured { () throws(ParquetError) in
      try BenchTable(data, rows: rowCount)
    }
    table = made
    held = nil
    var plain = WriterOptions()
    plain.compression = .none
    try Self.write(made, plain, to: words.text(1))
    return (cost, made.rowCount)
  }

  private static func write(
    _ table: BenchTable, _ options: WriterOptions, to path: String
  ) throws(ParquetError) {
    let sink = try FileSink(path: path, overwrite: true)
    let writer = try ParquetWriter(sink, schema: table.schema, options: options)
    for batch in table.batches { try writer.write(batch) }
    _ = try writer.finish()
  }

  /// Two columns of lineitem, of the rows whose order is in `range`.
  private static func filtered(
    _ path: String, _ range: ClosedRange<Int>
  ) throws(ParquetError) -> [ColumnBatch] {
    let reader = try ParquetReader(FileSource(path: path))
    let names = ["l_orderkey", "l_extendedprice"]
    let columns = reader.schema.leaves.indices.filter {
      names.contains(reader.schema.leaves[$0].path.description)
    }
    guard columns.count == names.count else {
      throw ParquetError(.invalidArgument, "\(path) has not the columns \(names)")
    }
    let key = reader.schema.leaves[columns[0]].path
    let rows = try reader.batches(
      columns: columns,
      filter: .and([
        .compare(key, .greaterOrEqual, .integer(Int64(range.lowerBound))),
        .compare(key, .lessOrEqual, .integer(Int64(range.upperBound))),
      ]))
    var batches: [ColumnBatch] = []
    while let batch = try rows.next() { batches.append(batch) }
    return batches
  }

  /// What `body` takes, and what it makes.
  private mutating func measured<Result>(
    _ body: () throws(ParquetError) -> Result
  ) throws(ParquetError) -> (cost: Cost, result: Result) {
    Resident.resetPeak()
    let held = self.held ?? Resident.now().current
    self.held = held
    let processorStart = Self.processorSeconds()
    let start = ContinuousClock.now
    let result = try body()
    let cost = Cost(
      seconds: seconds(since: start),
      processorSeconds: Self.processorSeconds() - processorStart,
      peakByteCount: max(0, Resident.now().peak - held) << 10)
    return (cost, result)
  }

  /// The processor time of all threads of this process.
  private static func processorSeconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
