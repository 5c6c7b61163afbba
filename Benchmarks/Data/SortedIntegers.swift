import Parquet

/// Integers in order, or nearly: row numbers, keys with gaps, times, groups, identifiers.
struct SortedIntegers: BuiltDataSet {
  static let name = "sorted"
  static let summary = "integers in ascending order, or nearly"

  static let fields: [SchemaField] = [
    SchemaField("row", .int64), SchemaField("key", .int64), SchemaField("group", .int32),
    .timestamp("at", .milliseconds, isAdjustedToUTC: true),
    .timestamp("every_minute", .microseconds, isAdjustedToUTC: true),
    SchemaField("identifier", .int64), SchemaField("descending", .int32),
    SchemaField("nearly", .int64), .date("day"), SchemaField("steps", .int32),
  ]

  private var random = Random(seed: 5_150)
  private var row = 0
  private var key = 0
  private var group = 0
  private var at = 1_600_000_000_000
  private var identifier = 1 << 52
  private var day = 18_000
  private var steps = 0
  private let rowsPerDay: Int

  init(rows rowCount: Int) { rowsPerDay = max(rowCount / 3_000, 1) }

  mutating func append(rows rowCount: Int, to builder: ColumnBatchBuilder) {
    let leaf = (0..<Self.fields.count).map { builder.leaf($0) }
    for _ in 0..<rowCount {
      key += random.chance(20) ? random.within(1...5_000) : 1
      if random.chance(100) { group += random.within(1...9) }
      at += random.skewed(5_000)
      identifier += random.within(1...(1 << 22))
      if random.within(1...rowsPerDay) == 1 { day += 1 }
      if random.chance(500) { steps += random.within(0...3) }
      leaf[0].append(Int64(row))
      leaf[1].append(Int64(key))
      leaf[2].append(Int32(group))
      leaf[3].append(Int64(at))
      leaf[4].append(1_600_000_000_000_000 + Int64(row) * 60_000_000)
      leaf[5].append(Int64(identifier))
      leaf[6].append(Int32(truncatingIfNeeded: 2_000_000_000 - key))
      leaf[7].append(Int64(at - random.skewed(60_000)))
      leaf[8].append(Int32(day))
      leaf[9].append(Int32(steps))
      row += 1
    }
  }
}
