@testable import Parquet

/// One slot of a column, in a form that two columns can be compared by.
struct Slot: Hashable, CustomStringConvertible {
  var repetition: Int
  var definition: Int
  var value: [UInt8]?

  var description: String { "\(repetition)/\(definition) \(value.map { "\($0)" } ?? "null")" }
}

extension Column {
  /// The slots of this column, which is `leaf`'s.
  func slots(of leaf: Leaf) -> [Slot] {
    var slots: [Slot] = []
    var next = 0
    func value() -> [UInt8] {
      defer { next += 1 }
      return leaf.physicalType == .boolean
        ? [values.boolean(at: next) ? 1 : 0] : values.bytes(at: next).array()
    }
    for slot in 0..<slotCount {
      var definition = leaf.maxDefinitionLevel
      var repetition = 0
      switch presence {
      case .allPresent: break
      case .validity(let bits): definition = bits[slot] ? 1 : 0
      case .levels(let definitions, let repetitions):
        definition = Int(definitions[slot])
        repetition = Int(repetitions?[slot] ?? 0)
      }
      slots.append(
        Slot(
          repetition: repetition, definition: definition,
          value: definition == leaf.maxDefinitionLevel ? value() : nil))
    }
    precondition(next == values.count, "every value has a slot")
    return slots
  }
}

extension ColumnBatch {
  /// The slots of every column.
  var slots: [[Slot]] {
    zip(schema.leaves, columns).map { $1.slots(of: $0) }
  }
}

/// Random rows for any schema.
struct RandomRows {
  var generator: SeededGenerator
  /// How many values of a leaf differ, so that dictionaries pay or not.
  var distinctValues = 1000
  var nullShare = 0.2
  var longestList = 4

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// `count` rows of `schema`.
  mutating func batch(_ schema: Schema, count: Int) throws -> ColumnBatch {
    let builder = ColumnBatchBuilder(schema: schema)
    for _ in 0..<count { for field in builder.fields { append(to: field) } }
    return try builder.finish()
  }

  private mutating func append(to builder: FieldBuilder) {
    if builder.field.repetition == .optional,
      Double.random(in: 0..<1, using: &generator) < nullShare
    {
      builder.appendNull()
      return
    }
    switch builder {
    case let list as ListBuilder:
      for _ in 0..<Int.random(in: 0...longestList, using: &generator) { append(to: list.element) }
      list.endList()
    case let group as StructBuilder:
      for field in group.fields { append(to: field) }
      group.append()
    case let leaf as LeafBuilder: append(value: leaf)
    default: preconditionFailure("a builder is a leaf's, a list's or a struct's")
    }
  }

  private mutating func append(value leaf: LeafBuilder) {
    let number = Int64.random(in: 0..<Int64(distinctValues), using: &generator)
    switch leaf.physicalType {
    case .boolean: leaf.append(number & 1 == 1)
    case .int32: leaf.append(Int32(truncatingIfNeeded: number))
    case .int64: leaf.append(number &* 1_000_003)
    case .float: leaf.append(Float(number) / 3)
    case .double: leaf.append(Double(number) / 7)
    case .byteArray:
      leaf.append(String(repeating: "ä", count: Int(number % 23)) + "\(number)")
    case .int96, .fixedLengthByteArray:
      var bytes = [UInt8](repeating: 7, count: leaf.physicalType.byteWidth ?? 0)
      for i in 0..<min(8, bytes.count) { bytes[i] = UInt8(truncatingIfNeeded: number >> (8 * i)) }
      unsafe leaf.append(bytes: bytes.span.bytes)
    }
  }
}

/// The file that `body` writes.
func written(
  _ schema: Schema, _ options: WriterOptions = WriterOptions(), _ batches: [ColumnBatch]
) throws -> Bytes {
  let sink = MemorySink()
  let writer = try ParquetWriter(sink, schema: schema, options: options)
  for batch in batches { try writer.write(batch) }
  _ = try writer.finish()
  return sink.bytes
}
