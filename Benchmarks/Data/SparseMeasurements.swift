import Parquet

/// A wide table of which little is there: 400 columns, nine values of ten null.
///
/// Columns are filled by themselves or in runs, with counters, measurements, labels, flags and times.
struct SparseMeasurements: BuiltDataSet {
  static let name = "sparse"
  static let summary = "400 columns, nine values of ten null"
  static let usualRowCount = 128 << 10

  private static let columnCount = 400
  static let fields: [SchemaField] = (0..<columnCount).map { index in
    switch index % 8 {
    case 0: SchemaField("counter_\(index)", .int64, .optional)
    case 1, 5: SchemaField("measure_\(index)", .double, .optional)
    case 2: .string("label_\(index)", .optional)
    case 3: SchemaField("code_\(index)", .int32, .optional)
    case 4: SchemaField("is_\(index)", .boolean, .optional)
    case 6: .timestamp("at_\(index)", .milliseconds, isAdjustedToUTC: true, .optional)
    default: SchemaField("level_\(index)", .float, .optional)
    }
  }

  /// What the next value of a column depends on.
  private struct State {
    var random: Random
    var number = 0
    var runLeft = 0
    var isPresent = false
  }

  private var states: [State]

  init(rows rowCount: Int) {
    states = (0..<Self.columnCount).map { State(random: Random(seed: 4_000 + UInt64($0))) }
  }

  mutating func append(rows rowCount: Int, to builder: ColumnBatchBuilder) {
    for column in 0..<Self.columnCount {
      let leaf = builder.leaf(column)
      for _ in 0..<rowCount {
        if isNextPresent(column) {
          append(column, to: leaf)
        } else {
          leaf.appendNull()
        }
      }
    }
  }

  /// Even columns of each ten come and go value by value, the others in runs.
  private mutating func isNextPresent(_ column: Int) -> Bool {
    if column % 10 < 5 { return states[column].random.chance(100) }
    if states[column].runLeft == 0 {
      states[column].isPresent = states[column].random.chance(100)
      states[column].runLeft = states[column].random.within(1...200)
    }
    states[column].runLeft -= 1
    return states[column].isPresent
  }

  private mutating func append(_ column: Int, to leaf: LeafBuilder) {
    // Each kind of column in eight degrees of variety.
    let variety = column / 8 % 8
    switch column % 8 {
    case 0:
      states[column].number += states[column].random.within(0...(1 << variety))
      leaf.append(Int64(states[column].number))
    case 1, 5:
      let value = states[column].random.normal() * 10
      leaf.append(variety < 6 ? value.rounded(decimals: variety) : value)
    case 2: leaf.append("label \(states[column].random.skewed(4 << (2 * variety)))")
    case 3: leaf.append(Int32(states[column].random.skewed(3 << (2 * variety))))
    case 4: leaf.append(states[column].random.chance(125 * variety))
    case 6:
      states[column].number += states[column].random.within(0...60_000)
      leaf.append(1_700_000_000_000 + Int64(states[column].number))
    default: leaf.append(Float(states[column].random.within(0...(10 << variety))) / 4)
    }
  }
}
