import Parquet

/// The rows of a data set in memory, in batches.
struct BenchTable {
  let name: String
  let schema: Schema
  let batches: [ColumnBatch]
  let rowCount: Int
  /// The bytes of each column in memory: values, offsets, and what says which are there.
  let columnByteCounts: [Int]

  var byteCount: Int { columnByteCounts.reduce(0, +) }

  /// The most rows of a batch: a writer joins what is in several, and has nothing to join in a large one.
  private static let batchRows = 8 << 20

  /// `rowCount` rows of `data`, of the columns whose dotted paths, or the fields above them, are named in
  /// `only`, or of all.
  init(
    _ data: any DataSet.Type, rows rowCount: Int, only: [String] = []
  ) throws(ParquetError) {
    let whole = try Schema(data.fields)
    let paths = whole.leaves.map { $0.path.description }
    for name in only where !paths.contains(where: { $0 == name || $0.hasPrefix(name + ".") }) {
      throw ParquetError(.invalidArgument, "\(data.name) has no column \(name)")
    }
    let kept = paths.indices.filter { index in
      only.isEmpty || only.contains { paths[index] == $0 || paths[index].hasPrefix($0 + ".") }
    }
    let schema = try whole.projected(to: Set(kept))
    var generator = data.init(rows: rowCount)
    var batches: [ColumnBatch] = []
    var byteCounts = kept.map { _ in 0 }
    var left = rowCount
    while left > 0 {
      let count = min(left, BenchTable.batchRows)
      let columns = try generator.next(rows: count)
      batches.append(try ColumnBatch(schema: schema, columns: kept.map { columns[$0] }))
      for (i, column) in kept.enumerated() { byteCounts[i] += columns[column].heldByteCount }
      left -= count
    }
    self.init(
      name: data.name, schema: schema, batches: batches, rowCount: rowCount,
      columnByteCounts: byteCounts)
  }

  /// A table of one batch.
  init(name: String, batch: ColumnBatch) {
    self.init(
      name: name, schema: batch.schema, batches: [batch], rowCount: batch.rowCount,
      columnByteCounts: batch.columns.map(\.heldByteCount))
  }

  /// The rows of the file at `path`, in the form in which it stores them.
  init(reading path: String) throws(ParquetError) {
    let reader = try ParquetReader(FileSource(path: path))
    let rows = reader.batches(batchRows: BenchTable.batchRows)
    var batches: [ColumnBatch] = []
    var byteCounts = reader.schema.leaves.map { _ in 0 }
    while let batch = try rows.next() {
      for (i, column) in batch.columns.enumerated() { byteCounts[i] += column.heldByteCount }
      batches.append(batch)
    }
    self.init(
      name: path, schema: reader.schema, batches: batches, rowCount: reader.rowCount,
      columnByteCounts: byteCounts)
  }

  private init(
    name: String, schema: Schema, batches: [ColumnBatch], rowCount: Int, columnByteCounts: [Int]
  ) {
    self.name = name
    self.schema = schema
    self.batches = batches
    self.rowCount = rowCount
    self.columnByteCounts = columnByteCounts
  }

  /// The leaf `index` alone.
  func column(_ index: Int) throws(ParquetError) -> BenchTable {
    let schema = try self.schema.projected(to: [index])
    var parts: [ColumnBatch] = []
    for batch in batches {
      parts.append(try ColumnBatch(schema: schema, columns: [batch.columns[index]]))
    }
    return BenchTable(
      name: name, schema: schema, batches: parts, rowCount: rowCount,
      columnByteCounts: [columnByteCounts[index]])
  }
}

extension Column {
  /// The bytes of values, offsets, validity and levels.
  var heldByteCount: Int {
    let present: Int =
      switch presence {
      case .allPresent: 0
      case .validity: (rowCount + 7) / 8
      case .levels(let definition, let repetition): definition.count + (repetition?.count ?? 0)
      }
    return switch values.form {
    case .bits: present + (values.count + 7) / 8
    case .fixed(_, let bytes): present + bytes.count
    case .byteArrays(let offsets, let bytes, _): present + offsets.count + bytes.count
    case .dictionary(let indices, _): present + indices.count
    }
  }
}
