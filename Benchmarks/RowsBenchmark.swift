import Parquet

/// Rows of Swift values by a mapping and by Codable, beside the same batches by builders and by hand: what
/// the rows themselves cost, without the file.
struct RowsBenchmark {
  private struct Trip: Codable, Sendable {
    var id: Int64
    var fare: Double
    var zone: String
    var tip: Double?
  }

  private let options: BenchOptions
  private let rowCount: Int
  private static let batchRows = 8_192

  init(_ options: BenchOptions) {
    self.options = options
    rowCount = options.rows ?? 1_000_000
  }

  func run() throws(ParquetError) {
    let mapping = try RowMapping(Trip.init(id:fare:zone:tip:)) {
      Field("id", \.id)
      Field("fare", \.fare)
      Field("zone", \.zone)
      Field("tip", \.tip)
    }
    let rows = (0..<Self.batchRows).map { (i: Int) -> Trip in
      Trip(
        id: Int64(i) &* 7_919, fare: Double(i % 5_000) / 100, zone: "zone \(i % 263)",
        tip: i % 3 == 0 ? nil : Double(i % 700) / 100)
    }
    let batch = try mapping.batch(of: rows)

    print("rows → batches, \(rowCount) rows of 4 fields")
    let builders = try measure("  builders") { () throws(ParquetError) in
      try build(rows, mapping.schema).rowCount
    }
    try measure("  mapping", beside: builders) { () throws(ParquetError) in
      try mapping.batch(of: rows).rowCount
    }
    print("batches → rows")
    let byHand = try measure("  by hand") { () throws(ParquetError) in read(batch).count }
    try measure("  mapping", beside: byHand) { () throws(ParquetError) in
      try mapping.rows(of: batch).count
    }
    print("rows → a file in memory → rows")
    try measureFile(rows, mapping)
  }

  /// The rows by builders, as a program does that knows the schema.
  private func build(_ rows: [Trip], _ schema: Schema) throws(ParquetError) -> ColumnBatch {
    let builder = ColumnBatchBuilder(schema: schema)
    let (id, fare) = (builder.leaf(0), builder.leaf(1))
    let (zone, tip) = (builder.leaf(2), builder.leaf(3))
    for row in rows {
      id.append(row.id)
      fare.append(row.fare)
      zone.append(row.zone)
      if let value = row.tip { tip.append(value) } else { tip.appendNull() }
    }
    return try builder.finish()
  }

  /// The rows by what columns offer publicly.
  private func read(_ batch: ColumnBatch) -> [Trip] {
    var rows: [Trip] = []
    rows.reserveCapacity(batch.rowCount)
    let columns = batch.columns
    var validity: Bitmap?
    if case .validity(let bits) = columns[3].presence { validity = bits }
    var nextTip = 0
    for row in 0..<batch.rowCount {
      var tip: Double?
      if validity?[row] ?? true {
        tip = columns[3].values.number(at: nextTip, as: Double.self)
        nextTip += 1
      }
      let zone = columns[2].values.bytes(at: row)
      rows.append(
        Trip(
          id: columns[0].values.number(at: row), fare: columns[1].values.number(at: row),
          zone: String(decoding: zone.array(), as: UTF8.self), tip: tip))
    }
    return rows
  }

  /// Prints the nanoseconds a row; returns them.
  @discardableResult
  private func measure(
    _ name: String, beside other: Double? = nil, _ body: () throws(ParquetError) -> Int
  ) throws(ParquetError) -> Double {
    var times: [Double] = []
    for _ in 0..<(options.runs ?? 5) {
      let start = ContinuousClock.now
      var done = 0
      while done < rowCount { done += try body() }
      times.append(seconds(since: start) * 1e9 / Double(done))
    }
    report(name, times.sorted()[times.count / 2], beside: other)
    return times.sorted()[times.count / 2]
  }

  private func report(_ name: String, _ nanoseconds: Double, beside other: Double?) {
    let share = other.map { ", \(Double(Int(nanoseconds / $0 * 100)) / 100) times" } ?? ""
    print("\(name): \(Int(1e9 / nanoseconds)) rows/s, \(Int(nanoseconds)) ns a row\(share)")
  }

  private func measureFile(
    _ rows: [Trip], _ mapping: RowMapping<Trip>
  ) throws(ParquetError) {
    func write(_ writer: RowWriter<Trip>) throws(ParquetError) -> Int {
      var done = 0
      while done < rowCount {
        try writer.write(contentsOf: rows)
        done += rows.count
      }
      return try writer.finish().metadata.rowCount
    }
    func read(_ reader: RowReader<Trip>) throws(ParquetError) -> Int {
      var count = 0
      while try reader.next() != nil { count += 1 }
      return count
    }
    let sink = MemorySink()
    _ = try write(RowWriter(sink, mapping))
    let reader = try ParquetReader(MemorySource(sink.bytes))
    try measure("  mapping, written") { () throws(ParquetError) in
      try write(RowWriter(CountingSink(), mapping))
    }
    try measure("  mapping, read") { () throws(ParquetError) in try read(reader.rows(mapping)) }
    try measure("  Codable, written") { () throws(ParquetError) in
      try write(RowWriter(CountingSink(), schema: mapping.schema))
    }
    try measure("  Codable, read") { () throws(ParquetError) in
      try read(reader.rows(decoding: Trip.self))
    }
  }
}
