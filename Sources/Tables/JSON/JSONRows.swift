package import Parquet

/// Collects rows of a given schema, one JSON object after another, into batches; the objects are those of other
/// programs: see ``SchemaOrigin/lenient``.
package final class JSONRows {
  private let root: JSONStruct
  private let builder: ColumnBatchBuilder
  private var scanner = unsafe JSONScanner(UnsafeRawBufferPointer(start: nil, count: 0))

  /// No rows of `schema`.
  package init(schema: Schema) {
    root = JSONStruct(
      SchemaField(group: "", .required, schema.fields), path: "", origin: .lenient)
    builder = ColumnBatchBuilder(schema: schema)
  }

  /// The number of rows.
  package var count: Int { root.count }

  /// Takes the object that `text` is as a row; ``JSONMembers/slack`` bytes behind it must be readable.
  ///
  /// - Throws: ``RowFault`` where it is no JSON object, or does not fit the schema: values of other kinds, columns that
  ///   must be there without a key. The rows before stay.
  package func append(_ text: UnsafeRawBufferPointer) throws(RowFault) {
    let before = root.count
    unsafe scanner.reset(text, endsWithLine: false)
    do throws(RowFault) {
      guard try scanner.next() == .object else {
        throw scanner.fault("a row is a JSON object")
      }
      try root.readMembers(&scanner, depth: 0, start: scanner.at)
      try scanner.expectEnd()
    } catch {
      root.truncate(to: before)
      throw error
    }
  }

  /// The rows so far; there are none afterwards.
  package func finish() throws(ParquetError) -> ColumnBatch {
    root.fill(builder.fields)
    root.removeAll()
    return try builder.finish()
  }
}
