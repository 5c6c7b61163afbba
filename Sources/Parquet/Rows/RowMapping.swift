/// How the values of a Swift type are rows of a table: which column each part of them is.
///
/// ```swift
/// struct Reading {
///   var station: Int32
///   var name: String?
///   var rain: Double?
/// }
///
/// let mapping = try RowMapping(Reading.init) {
///   Field("station", \.station)
///   Field("name", \.name)
///   Field("rain", \.rain)
/// }
/// ```
///
/// The schema follows from the types of the fields; an optional is a column with nulls, an array a list.
/// Each field costs a loop over the rows of a batch, which the compiler makes for its types; `Codable`
/// rows (``ParquetReader/rows(decoding:rows:batchRows:)``) need no mapping and are slower.
public struct RowMapping<Row>: Sendable {
  /// The columns of the fields, in their order.
  public let schema: Schema
  @usableFromInline let writers: [@Sendable ([Row], FieldBuilder) -> Void]
  @usableFromInline let assemble: @Sendable ([FieldSource], Int) throws(ParquetError) -> [Row]

  /// A mapping of `fields`.
  ///
  /// - Parameters:
  ///   - make: makes a row of the fields' values, in their order: as a rule, `Reading.init`.
  ///   - fields: the fields.
  /// - Throws: ``ParquetError`` with code `invalidArgument` where two fields have one name, or a type
  ///   cannot be what its field says.
  @inlinable
  public init<each Value: FieldValue>(
    _ make: @escaping @Sendable (repeat each Value) -> Row,
    @RowFieldsBuilder<Row> _ fields: () -> (repeat Field<Row, each Value>)
  ) throws(ParquetError) {
    let fields = fields()
    let maker = RowMaker(make)
    var writers: [@Sendable ([Row], FieldBuilder) -> Void] = []
    var columns: [SchemaField] = []
    for field in repeat each fields {
      columns.append(try field.schemaField())
      writers.append(field.write)
    }
    try self.init(columns, writers) { (sources, rowCount) throws(ParquetError) in
      var next = 0
      let columns = (repeat try (each fields).column(of: sources, &next, rowCount))
      let starts = unsafe (repeat (each columns).start)
      var rows: [Row] = []
      rows.reserveCapacity(rowCount)
      for i in 0..<rowCount {
        unsafe rows.append(maker.make(repeat takenValue(each starts, i)))
      }
      for column in repeat each columns { column.taken = rowCount }
      return rows
    }
  }

  @usableFromInline
  init(
    _ columns: [SchemaField], _ writers: [@Sendable ([Row], FieldBuilder) -> Void],
    _ assemble: @escaping @Sendable ([FieldSource], Int) throws(ParquetError) -> [Row]
  ) throws(ParquetError) {
    schema = try Schema(columns)
    self.writers = writers
    self.assemble = assemble
  }

  /// `rows` as a batch of ``schema``.
  ///
  /// - Throws: ``ParquetError`` with code `schemaMismatch`, the column and the row, where a number is
  ///   not one of its logical type or bytes have another length than the field's.
  /// - Complexity: O(rows × fields), and the elements of lists.
  public func batch(of rows: [Row]) throws(ParquetError) -> ColumnBatch {
    let builder = ColumnBatchBuilder(schema: schema)
    for (write, field) in zip(writers, builder.fields) { write(rows, field) }
    return try builder.finish()
  }

  /// The rows of `batch`, whose columns are found by the names of the fields.
  ///
  /// - Throws: ``ParquetError`` with code `schemaMismatch` where a column is missing or of another type,
  ///   `rejectedData` with column and row where a value is null that must not be, or none of its type.
  /// - Complexity: O(rows × fields), and the elements of lists.
  public func rows(of batch: ColumnBatch) throws(ParquetError) -> [Row] {
    try rows(of: batch, RowBinding(self, batch.schema), firstRow: 0)
  }

  func rows(
    of batch: ColumnBatch, _ binding: RowBinding, firstRow: Int?
  ) throws(ParquetError) -> [Row] {
    try assemble(
      binding.leaves.map {
        FieldSource(batch.columns[$0], batch.schema.leaves[$0], firstRow: firstRow)
      }, batch.rowCount)
  }
}

/// What makes a row; in a struct, because a closure cannot keep a function of many types by itself.
@frozen @usableFromInline
struct RowMaker<Row, each Value>: Sendable {
  @usableFromInline let make: @Sendable (repeat each Value) -> Row

  @inlinable
  init(_ make: @escaping @Sendable (repeat each Value) -> Row) { self.make = make }
}

extension Field {
  @usableFromInline
  func schemaField() throws(ParquetError) -> SchemaField {
    do throws(ParquetError) { return try Value.schemaField(name, type) } catch {
      throw error.adding(column: name)
    }
  }

  /// The values of the source with the number `next`, which is counted on: as many as there are rows.
  @inlinable
  func column(
    of sources: [FieldSource], _ next: inout Int, _ rowCount: Int
  ) throws(ParquetError) -> FieldColumn<Value> {
    defer { next += 1 }
    let column = try read(sources[next])
    // They are taken without a look at their number, and a type of a program's own may read others.
    guard column.count == rowCount else { throw wrongCount(column.count, rowCount) }
    return column
  }

  @usableFromInline
  func wrongCount(_ count: Int, _ rowCount: Int) -> ParquetError {
    ParquetError(.rejectedData, "\(Value.self) reads \(count) values in \(rowCount) rows")
      .adding(column: name)
  }
}

/// The value at `index`, which is not used again.
@unsafe @inlinable @inline(__always)
func takenValue<Value>(_ start: UnsafeMutablePointer<Value>, _ index: Int) -> Value {
  unsafe (start + index).move()
}
