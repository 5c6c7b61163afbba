/// A column of a ``RowMapping``: its name, and which value of a row it holds.
public struct Field<Row, Value: FieldValue>: Sendable {
  @usableFromInline let name: String
  @usableFromInline let type: FieldType
  @usableFromInline let write: @Sendable ([Row], FieldBuilder) -> Void
  @usableFromInline
  let read: @Sendable (FieldSource) throws(ParquetError) -> FieldColumn<Value>

  /// A column named `name`.
  ///
  /// - Parameters:
  ///   - name: the column's name. When rows are read it may lead into groups that do not repeat, with
  ///     dots: `address.city`.
  ///   - value: the value of a row, as a key path written out (`\.price`) or a closure.
  ///   - logicalType: what the values, or the elements of lists, mean, where their Swift type leaves it
  ///     open: `.timestamp(isAdjustedToUTC: true, unit: .microseconds)` on `Int64`, `.date` on `Int32`,
  ///     `.decimal(precision: 15, scale: 2)` on `Int32`, `Int64` or `Int128`, `.uuid` on `[UInt8]`. A
  ///     field without one takes whatever numbers or bytes there are as they are stored.
  ///   - byteCount: the bytes of each value of type `[UInt8]`, where they have one length:
  ///     FIXED_LEN_BYTE_ARRAY.
  ///   - fieldID: the number that table formats know the field by; it is written, not looked for.
  @inlinable
  public init(
    _ name: String, _ value: @escaping @Sendable (borrowing Row) -> Value,
    as logicalType: LogicalType? = nil, byteCount: Int? = nil, fieldID: Int32? = nil
  ) {
    self.name = name
    type = FieldType(logicalType: logicalType, byteCount: byteCount, fieldID: fieldID)
    // The loops are here, where the types are known, so that only batches pass through closures.
    write = { rows, builder in Value.append(rows.count, to: builder) { value(rows[$0]) } }
    read = { (source) throws(ParquetError) in FieldColumn(try Value.read(source)) }
  }
}

/// The values of a field for a number of rows, each of which is taken once.
@safe @usableFromInline
final class FieldColumn<Value> {
  @usableFromInline let start: UnsafeMutablePointer<Value>
  @usableFromInline let count: Int
  /// The values that are no longer here.
  @usableFromInline var taken = 0

  @inlinable
  init(_ values: [Value]) {
    count = values.count
    unsafe start = .allocate(capacity: values.count)
    unsafe values.withUnsafeBufferPointer { source in
      guard let first = source.baseAddress else { return }
      unsafe start.initialize(from: first, count: source.count)
    }
  }

  @inlinable
  deinit {
    unsafe (start + taken).deinitialize(count: count - taken)
    unsafe start.deallocate()
  }
}

/// The list of a ``RowMapping``'s fields.
@resultBuilder
public enum RowFieldsBuilder<Row> {
  /// One field.
  @inlinable
  public static func buildExpression<Value>(_ field: Field<Row, Value>) -> Field<Row, Value> {
    field
  }

  /// All fields.
  @inlinable
  public static func buildBlock<each Value>(
    _ fields: repeat Field<Row, each Value>
  ) -> (repeat Field<Row, each Value>) {
    (repeat each fields)
  }
}
