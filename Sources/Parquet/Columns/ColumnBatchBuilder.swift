/// Collects rows, field by field, into a ``ColumnBatch``; reusable for the next batch.
///
/// ```swift
/// let builder = ColumnBatchBuilder(schema: schema)
/// builder.leaf(0).append(Int64(7))
/// builder.leaf(1).append("seven")
/// let batch = try builder.finish()
/// ```
public final class ColumnBatchBuilder {
  /// What is collected.
  public let schema: Schema
  /// The builders of the top-level fields, in schema order.
  public let fields: [FieldBuilder]

  /// A builder with no rows.
  public init(schema: Schema) {
    self.schema = schema
    fields = schema.fields.map(FieldBuilder.make)
  }

  /// The builder of the top-level field `index`, which is a leaf.
  public func leaf(_ index: Int) -> LeafBuilder {
    guard let leaf = fields[index] as? LeafBuilder else {
      preconditionFailure("\(fields[index].field.name) is not a leaf")
    }
    return leaf
  }

  /// The builder of the top-level field `index`, which is a list or a map.
  public func list(_ index: Int) -> ListBuilder {
    guard let list = fields[index] as? ListBuilder else {
      preconditionFailure("\(fields[index].field.name) is not a list")
    }
    return list
  }

  /// The builder of the top-level field `index`, which is a struct.
  public func group(_ index: Int) -> StructBuilder {
    guard let group = fields[index] as? StructBuilder else {
      preconditionFailure("\(fields[index].field.name) is not a struct")
    }
    return group
  }

  /// The rows complete so far: those that every field has.
  public var rowCount: Int { fields.map(\.count).min() ?? 0 }

  /// The bytes held, for deciding when a batch is large enough. O(fields).
  public var byteCount: Int { fields.reduce(0) { $0 + $1.byteCount } }

  /// The rows appended since the last batch; the builder is empty afterwards.
  ///
  /// - Throws: ``ParquetError`` with code `schemaMismatch` for the first field that does not add up,
  ///   with its column and, where it is known, its row. The builder is empty then, too.
  /// - Complexity: O(slots of nested leaves), O(columns) for flat ones.
  public func finish() throws(ParquetError) -> ColumnBatch {
    defer { for field in fields { field.reset() } }
    let rowCount = fields.first?.count ?? 0
    var columns: [Column] = []
    columns.reserveCapacity(schema.leaves.count)
    for field in fields {
      guard field.count == rowCount else {
        throw ParquetError(
          .schemaMismatch, "has \(field.count) rows, the columns before it \(rowCount)"
        ).adding(column: field.field.name)
      }
      try Shredder.shred(field, path: [], Slots(rows: rowCount), into: &columns)
    }
    return ColumnBatch(unchecked: schema, columns: columns, rowCount: rowCount)
  }

  /// Forgets the rows appended since the last batch.
  public func discard() { for field in fields { field.reset() } }
}
