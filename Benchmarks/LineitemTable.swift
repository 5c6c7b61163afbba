import Parquet

/// A lineitem table in memory, in batches.
struct LineitemTable {
  let schema: Schema
  let batches: [ColumnBatch]
  let rowCount: Int
  /// The bytes of each column's values and offsets in memory.
  let columnByteCounts: [Int]

  var byteCount: Int { columnByteCounts.reduce(0, +) }

  /// `rowCount` rows, of the columns named in `only`, or of all.
  init(rows rowCount: Int, only: [String] = []) throws(ParquetError) {
    for name in only where !Lineitem.fields.contains(where: { $0.name == name }) {
      throw ParquetError(.invalidArgument, "lineitem has no column \(name)")
    }
    let kept = Lineitem.fields.indices.filter {
      only.isEmpty || only.contains(Lineitem.fields[$0].name)
    }
    let schema = try Schema(kept.map { Lineitem.fields[$0] })
    var generator = Lineitem(
      scale: max(1, (rowCount + 3_000_000) / 6_000_000), seed: 19_920_101,
      pool: TextPool(byteCount: 16 << 20, seed: 7))
    var batches: [ColumnBatch] = []
    var byteCounts = kept.map { _ in 0 }
    var left = rowCount
    while left > 0 {
      let count = min(left, 131_072)
      let columns = generator.next(rows: count)
      batches.append(try ColumnBatch(schema: schema, columns: kept.map { columns[$0].column }))
      for (i, column) in kept.enumerated() { byteCounts[i] += columns[column].byteCount }
      left -= count
    }
    self.init(schema: schema, batches: batches, rowCount: rowCount, columnByteCounts: byteCounts)
  }

  private init(
    schema: Schema, batches: [ColumnBatch], rowCount: Int, columnByteCounts: [Int]
  ) {
    self.schema = schema
    self.batches = batches
    self.rowCount = rowCount
    self.columnByteCounts = columnByteCounts
  }

  /// The column `index` alone.
  func column(_ index: Int) throws(ParquetError) -> LineitemTable {
    let schema = try Schema([self.schema.fields[index]])
    var parts: [ColumnBatch] = []
    for batch in batches {
      parts.append(try ColumnBatch(schema: schema, columns: [batch.columns[index]]))
    }
    return LineitemTable(
      schema: schema, batches: parts, rowCount: rowCount,
      columnByteCounts: [columnByteCounts[index]])
  }
}
