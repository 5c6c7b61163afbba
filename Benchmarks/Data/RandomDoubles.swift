import Parquet

/// Floating-point numbers of little or no regularity.
struct RandomDoubles: BuiltDataSet {
  static let name = "doubles"
  static let summary = "random floating-point numbers"

  static let fields: [SchemaField] = [
    SchemaField("even", .double), SchemaField("normal", .double), SchemaField("even_float", .float),
    SchemaField("walk", .double), SchemaField("walk_float", .float),
    SchemaField("two_decimals", .double), SchemaField("whole", .double),
    SchemaField("any_bits", .double), SchemaField("from_float", .double),
    SchemaField("probability", .double, .optional),
  ]

  private var random = Random(seed: 2_718)
  private var walk = 1_000.0
  private var walkFloat = 20.0

  init(rows rowCount: Int) {}

  mutating func append(rows rowCount: Int, to builder: ColumnBatchBuilder) {
    let leaf = (0..<Self.fields.count).map { builder.leaf($0) }
    for _ in 0..<rowCount {
      walk += random.normal()
      walkFloat += random.normal() * 0.01
      leaf[0].append(random.unit())
      leaf[1].append(random.normal())
      leaf[2].append(Float(random.unit()))
      leaf[3].append(walk)
      leaf[4].append(Float(walkFloat))
      leaf[5].append((random.unit() * 10_000).rounded(decimals: 2))
      leaf[6].append(Double(random.within(-1_000_000...1_000_000)))
      leaf[7].append(Double(bitPattern: random.next()))
      leaf[8].append(Double(Float(random.unit())))
      if random.chance(250) {
        leaf[9].appendNull()
      } else {
        leaf[9].append(random.unit() * random.unit())
      }
    }
  }
}
