extension RowWriter where Row: Encodable {
  /// A writer of a file of `schema`, to `sink`, whose rows are encoded.
  ///
  /// Structs become groups, arrays lists, dictionaries with `String` keys maps (by their keys, in order),
  /// `[UInt8]` a run of bytes; an optional that is nil is a null. The schema says what numbers and bytes
  /// mean: there are no dates, decimals or UUIDs but as `Int32`, `Int64`, `Int128` and `[UInt8]`.
  ///
  /// - Throws: as ``ParquetWriter/init(_:schema:options:)``.
  public convenience init(
    _ sink: any ByteSink, schema: Schema, options: WriterOptions = WriterOptions()
  ) throws(ParquetError) {
    let writer = try ParquetWriter(sink, schema: schema, options: options)
    let encoder = RowEncoder(schema)
    self.init(writer) { (rows) throws(ParquetError) in try encoder.batch(of: rows) }
  }
}

extension RowWriter where Row: Codable {
  /// A writer of a file with the columns that ``Schema/init(of:)`` finds in `Row`.
  ///
  /// - Throws: as ``Schema/init(of:)`` and ``init(_:schema:options:)``.
  public convenience init(
    _ sink: any ByteSink, options: WriterOptions = WriterOptions()
  ) throws(ParquetError) {
    try self.init(sink, schema: Schema(of: Row.self), options: options)
  }
}

/// Makes batches of encoded rows.
final class RowEncoder {
  private let builder: ColumnBatchBuilder
  private let root: EncodingNode

  init(_ schema: Schema) {
    builder = ColumnBatchBuilder(schema: schema)
    root = EncodingNode(builder)
  }

  /// `rows` as a batch.
  func batch<Row: Encodable>(of rows: [Row]) throws(ParquetError) -> ColumnBatch {
    defer { root.reset() }
    for index in rows.indices {
      do { try root.append(rows[index]) } catch {
        builder.discard()
        throw ParquetError(coding: error).adding(row: index)
      }
    }
    return try builder.finish()
  }
}

extension ParquetError {
  /// An error of encoding or decoding, which may be a type's own.
  init(coding error: any Error) {
    if let error = error as? ParquetError {
      self = error
      return
    }
    let (path, message): ([any CodingKey], String)
    switch error {
    case EncodingError.invalidValue(_, let context):
      (path, message) = (context.codingPath, context.debugDescription)
    case DecodingError.keyNotFound(_, let context), DecodingError.typeMismatch(_, let context),
      DecodingError.valueNotFound(_, let context), DecodingError.dataCorrupted(let context):
      (path, message) = (context.codingPath, context.debugDescription)
    default: (path, message) = ([], "\(error)")
    }
    self = ParquetError(.rejectedData, message, cause: error)
    if !path.isEmpty {
      self = adding(column: path.map(\.stringValue).joined(separator: "."))
    }
  }
}
