extension ParquetReader {
  /// The rows of the file, or those of `rows`, decoded.
  ///
  /// Groups become structs, lists (in the old forms, too) arrays, maps with text for keys dictionaries,
  /// byte arrays `[UInt8]`; numbers are as they are stored, so that a date is an `Int32` and a timestamp
  /// an `Int64`. A key without a column is nil where it may be; columns without a key are left out.
  ///
  /// - Parameters:
  ///   - type: the type of a row.
  ///   - rows: the rows to read, counted in the file; all where nil.
  ///   - batchRows: the most rows that are in memory at once.
  /// - Returns: what gives the rows. Its errors are `schemaMismatch` where a column has another type than
  ///   what is decoded, or is missing; `rejectedData` where a value is null that must not be, or does not
  ///   fit; each with column and row.
  public func rows<Row: Decodable>(
    decoding type: Row.Type, rows: Range<Int>? = nil, batchRows: Int = 4_096
  ) -> RowReader<Row> {
    let batches = batches(rows: rows, batchRows: batchRows)
    let decoder = RowDecoder(schema)
    var firstRow = rows?.lowerBound ?? 0
    return RowReader { () throws(ParquetError) in
      guard let batch = try batches.next() else { return nil }
      defer { firstRow += batch.rowCount }
      do throws(ParquetError) { return try decoder.rows(of: batch, firstRow: firstRow) } catch {
        throw error.adding(file: self.source.name)
      }
    }
  }

  /// The rows that `filter` keeps, decoded as ``rows(decoding:rows:batchRows:)`` does.
  ///
  /// - Parameters:
  ///   - type: the type of a row.
  ///   - rows: the rows to test, counted in the file; all where nil.
  ///   - filter: which rows to keep.
  ///   - batchRows: the most rows that are in memory at once.
  /// - Returns: what gives the rows; its errors do not name their row.
  /// - Throws: ``ParquetError`` with code `invalidArgument` where the filter does not fit the file.
  public func rows<Row: Decodable>(
    decoding type: Row.Type, rows: Range<Int>? = nil, filter: Filter, batchRows: Int = 4_096
  ) throws(ParquetError) -> RowReader<Row> {
    let batches = try batches(rows: rows, filter: filter, batchRows: batchRows)
    let decoder = RowDecoder(schema)
    return RowReader { () throws(ParquetError) in
      guard let batch = try batches.next() else { return nil }
      do throws(ParquetError) { return try decoder.rows(of: batch, firstRow: nil) } catch {
        throw error.adding(file: self.source.name)
      }
    }
  }
}

/// Makes rows of batches by decoding.
final class RowDecoder {
  private let root: DecodingNode

  init(_ schema: Schema) { root = DecodingNode(schema) }

  /// The rows of `batch`, which has the schema of this decoder.
  func rows<Row: Decodable>(
    of batch: ColumnBatch, firstRow: Int?
  ) throws(ParquetError) -> [Row] {
    let cursor = root.cursor
    cursor.begin(batch, firstRow: firstRow)
    var rows: [Row] = []
    rows.reserveCapacity(batch.rowCount)
    for index in 0..<batch.rowCount {
      cursor.row = firstRow.map { $0 + index }
      do { rows.append(try root.decode(Row.self)) } catch {
        throw ParquetError(coding: error).adding(row: cursor.row)
      }
      cursor.pass(root.leaves, depth: 0)
    }
    return rows
  }
}
