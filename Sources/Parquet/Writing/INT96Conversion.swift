/// Turns TIMESTAMP columns into INT96 on their way into the file: nanoseconds of a day, then the day's
/// Julian number. For readers that know no other points in time; the unit, and whether the clock is UTC's,
/// are lost.
///
/// Specification: INT96 in parquet.thrift.
struct INT96Conversion {
  /// The schema as the file has it.
  let schema: Schema
  /// For each leaf: how many of its units make a second; nil where it stays as it is.
  private let unitsPerSecond: [Int64?]

  /// The conversion of the columns of `schema` at `paths`, dotted; nil where there are none.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument` where one is not there, or no TIMESTAMP.
  init?(_ schema: Schema, paths: Set<String>) throws(ParquetError) {
    guard !paths.isEmpty else { return nil }
    for path in paths.sorted() {
      guard let leaf = schema.leaf(at: path) else {
        throw ParquetError(.invalidArgument, "there is no column \(path) to write as INT96")
      }
      guard case .timestamp? = leaf.logicalType else {
        throw ParquetError(
          .invalidArgument,
          "\(leaf.logicalType?.name ?? leaf.physicalType.name) is not written as INT96, which is for "
            + "TIMESTAMP"
        ).adding(column: path)
      }
    }
    unitsPerSecond = schema.leaves.map { leaf in
      guard paths.contains(leaf.path.description), case .timestamp(_, let unit) = leaf.logicalType
      else { return nil }
      return unit.perSecond
    }
    self.schema = try Schema(
      name: schema.name, INT96Conversion.fields(schema.fields, under: [], paths))
  }

  private static func fields(
    _ fields: [SchemaField], under path: [String], _ paths: Set<String>
  ) -> [SchemaField] {
    fields.map { field in
      var field = field
      let path = path + [field.name]
      switch field.content {
      case .group(let children):
        field.content = .group(INT96Conversion.fields(children, under: path, paths))
      case .leaf:
        if paths.contains(path.joined(separator: ".")) {
          field.content = .leaf(.int96)
          field.logicalType = nil
        }
      }
      return field
    }
  }

  /// The rows of `batch` as the file has them.
  ///
  /// - Throws: ``ParquetError`` with code `rejectedData` where a point in time has no Julian day.
  func stored(_ batch: ColumnBatch) throws(ParquetError) -> ColumnBatch {
    var columns = batch.columns
    for (leaf, perSecond) in zip(batch.schema.leaves, unitsPerSecond) {
      guard let perSecond else { continue }
      let column = columns[leaf.index]
      do throws(ParquetError) {
        columns[leaf.index] = Column(
          rowCount: column.rowCount, slotCount: column.slotCount, presence: column.presence,
          values: try INT96Conversion.values(column.values.plainForm(leaf), perSecond: perSecond))
      } catch {
        throw error.adding(column: leaf.path.description)
      }
    }
    return ColumnBatch(unchecked: schema, columns: columns, rowCount: batch.rowCount)
  }

  /// Points in time, counted in units from 1970 on, as INT96.
  private static func values(
    _ values: ColumnValues, perSecond: Int64
  ) throws(ParquetError) -> ColumnValues {
    let perDay = 86_400 * perSecond
    var buffer = ByteBuffer(capacity: 12 * values.count)
    for i in 0..<values.count {
      let value = values.number(at: i, as: Int64.self)
      var day = value / perDay
      var rest = value % perDay
      if rest < 0 {
        day -= 1
        rest += perDay
      }
      guard let julian = Int32(exactly: day + INT96Timestamp.epochDay) else {
        throw ParquetError(
          .rejectedData,
          "the timestamp \(value) (\(perSecond) a second) lies \(day) days from 1970, which INT96 has no "
            + "Julian day for")
      }
      buffer.append(rest * (1_000_000_000 / perSecond))
      buffer.append(julian)
    }
    return .fixed(width: 12, buffer.freeze())
  }
}
