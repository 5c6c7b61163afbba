package import Parquet

/// Tables of floating-point columns made from a seed: what ALP and the orders of bounds are held to.
package struct FloatTables {
  private var generator: SeededGenerator

  /// The maker of one table.
  package init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// How the values of a column are made.
  private enum Pattern: CaseIterable {
    /// Any bits at all: hardly one is a short decimal.
    case bits
    /// Whole numbers divided by a power of ten.
    case decimals
    /// The same, with a special value here and there.
    case decimalsWithExceptions
    /// Zeros, infinities, NaNs with payloads, the least and the greatest numbers.
    case special
    case constant
    /// Numbers at the edge of what integers hold.
    case large
    /// Nothing but NaNs.
    case nan
  }

  /// A table called `name`: FLOAT and DOUBLE, required and optional, every column in ALP.
  package mutating func alpTable(named name: String) throws(ParquetError) -> GoldenTable {
    var fields: [SchemaField] = []
    for type in [PhysicalType.float, .double] {
      for repetition in [Repetition.required, .optional] {
        fields.append(
          SchemaField("\(type.name)_\(repetition.name)".lowercased(), type, repetition))
      }
    }
    // Around the sizes of packed groups, of miniblocks and of vectors.
    let size = generator.pick([8, 16, 32, 64, 96, 256, 1024, 2048, 3072])
    let rowCount = generator.oneIn(20) ? 0 : size + generator.pick(-1...1)
    let rows = rows(fields, count: rowCount)
    var options = GoldenSet.pinnedOptions()
    options.encoding = .always(.alp)
    options.compression = generator.pick([.none, .snappy, .zstd(level: 3)])
    options.pageVersion = generator.oneIn(3) ? .v2 : .v1
    options.pageRows = generator.pick([20_000, 20_000, 1, 7, 8, 9, 31, 32, 33, 1023, 1024, 1025])
    options.rowGroupRows = generator.pick([1_000_000, 1_000_000, 500, 1025])
    return GoldenTable(name: name, schema: try Schema(fields), options: options, rows: rows)
  }

  private mutating func rows(_ fields: [SchemaField], count: Int) -> [[Value]] {
    let columns = fields.map { field -> [Value] in
      let pattern = generator.pick(Pattern.allCases)
      let digits = generator.pick(0...12)
      let nullOneIn = field.repetition == .required ? 0 : generator.pick([2, 3, 10, 1])
      let constant = value(field, .decimals, digits)
      return (0..<count).map { _ in
        if nullOneIn > 0, generator.oneIn(nullOneIn) { return .null }
        return pattern == .constant ? constant : value(field, pattern, digits)
      }
    }
    return (0..<count).map { row in columns.map { $0[row] } }
  }

  private mutating func value(
    _ field: SchemaField, _ pattern: Pattern, _ digits: Int
  ) -> Value {
    var divisor = 1.0
    for _ in 0..<digits { divisor *= 10 }
    let number: Double
    switch pattern {
    case .bits:
      return field.physicalType == .float
        ? .float(UInt32(truncatingIfNeeded: generator.next())) : .double(generator.next())
    case .decimals, .constant: number = Double(generator.pick(-1_000_000...1_000_000)) / divisor
    case .decimalsWithExceptions:
      if generator.oneIn(30) { return special(field) }
      number = Double(generator.pick(0...99_999)) / divisor
    case .special: return special(field)
    case .large:
      let power = Double(sign: .plus, exponent: generator.pick(20...64), significand: 1)
      number = (generator.oneIn(2) ? -1 : 1) * (power + Double(generator.pick(-2...2)))
    case .nan:
      return field.physicalType == .float
        ? .float(0x7F80_0001 | UInt32(truncatingIfNeeded: generator.next()))
        : .double(0x7FF0_0000_0000_0001 | generator.next())
    }
    return field.physicalType == .float
      ? .float(Float(number).bitPattern) : .double(number.bitPattern)
  }

  private mutating func special(_ field: SchemaField) -> Value {
    guard let kind = LeafKind.all.first(where: { $0.physicalType == field.physicalType }) else {
      return .null
    }
    return generator.pick(kind.extremes)
  }
}
