package import Parquet

/// A table with everything that decides the bytes of its file.
package struct GoldenTable: Sendable {
  /// The file's name without its ending.
  package var name: String
  package var schema: Schema
  package var options: WriterOptions
  /// One value for each top-level field, row by row.
  package var rows: [[Value]]
  /// The rows of each batch handed to the writer; what is left over goes in one more.
  package var batchRows: [Int] = []
  /// The batches (by number) after which a row group is closed by hand.
  package var closedAfterBatches: Set<Int> = []
  /// Whether row groups may end where only the writer can say, because bytes limit them.
  package var rowGroupsDependOnBytes = false

  package init(name: String, schema: Schema, options: WriterOptions, rows: [[Value]]) {
    self.name = name
    self.schema = schema
    self.options = options
    self.rows = rows
  }

  /// The rows cut into batches.
  package var batchRanges: [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    for count in batchRows where start < rows.count {
      let end = min(start + count, rows.count)
      ranges.append(start..<end)
      start = end
    }
    if start < rows.count { ranges.append(start..<rows.count) }
    return ranges
  }

  /// The rows of each row group as the options ask for them; nil where bytes decide.
  package var expectedRowGroups: [Int]? {
    guard !rowGroupsDependOnBytes else { return nil }
    var groups: [Int] = []
    var open = 0
    for (number, range) in batchRanges.enumerated() {
      for _ in range {
        open += 1
        if open == options.rowGroupRows {
          groups.append(open)
          open = 0
        }
      }
      if closedAfterBatches.contains(number), open > 0 {
        groups.append(open)
        open = 0
      }
    }
    if open > 0 { groups.append(open) }
    return groups
  }

  /// The rows of `range` as a batch.
  package func batch(_ range: Range<Int>) throws(ParquetError) -> ColumnBatch {
    let builder = ColumnBatchBuilder(schema: schema)
    for row in range {
      for (value, field) in zip(rows[row], builder.fields) {
        try GoldenTable.append(value, to: field)
      }
    }
    return try builder.finish()
  }

  /// Writes the table; hands back the file and what the writer says about it.
  package func write() throws(ParquetError) -> (bytes: [UInt8], written: WrittenFile) {
    let sink = MemorySink()
    let writer = try ParquetWriter(sink, schema: schema, options: options)
    for (number, range) in batchRanges.enumerated() {
      try writer.write(batch(range))
      if closedAfterBatches.contains(number) { try writer.closeRowGroup() }
    }
    let written = try writer.finish()
    return (sink.bytes.array(), written)
  }

  /// Appends `value` to the builder of its field.
  package static func append(_ value: Value, to builder: FieldBuilder) throws(ParquetError) {
    if case .null = value {
      builder.appendNull()
      return
    }
    switch (builder, value) {
    case (let leaf as LeafBuilder, .boolean(let value)): leaf.append(value)
    case (let leaf as LeafBuilder, .int32(let value)): leaf.append(value)
    case (let leaf as LeafBuilder, .int64(let value)): leaf.append(value)
    case (let leaf as LeafBuilder, .float(let bits)): leaf.append(Float(bitPattern: bits))
    case (let leaf as LeafBuilder, .double(let bits)): leaf.append(Double(bitPattern: bits))
    case (let leaf as LeafBuilder, .bytes(let bytes)): unsafe leaf.append(bytes: bytes.span.bytes)
    case (let list as ListBuilder, .list(let elements)):
      for element in elements { try append(element, to: list.element) }
      list.endList()
    case (let list as ListBuilder, .map(let entries)):
      for entry in entries { try append(.group(entry), to: list.element) }
      list.endList()
    case (let group as StructBuilder, .group(let values)):
      for (value, field) in zip(values, group.fields) { try append(value, to: field) }
      group.append()
    default:
      throw ParquetError(.invalidArgument, "\(value) is no value of \(builder.field.name)")
    }
  }
}
