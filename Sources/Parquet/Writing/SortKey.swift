/// A column that the rows of each row group are sorted by.
///
/// Values are compared in their column's order (TYPE_ORDER: signed or unsigned numbers, bytes from the
/// first on, decimals by their number); floating-point numbers in IEEE 754's total order, which puts
/// negative NaN first, −0 before +0 and NaN last. Rows that no key tells apart stay in the order they came
/// in.
public struct SortKey: Hashable, Sendable {
  /// The dotted path of a leaf that is not within a list or map.
  public var column: String
  /// Whether large values come first.
  public var isDescending: Bool
  /// Whether rows without a value come first; they come last otherwise, whatever the direction.
  public var nullsFirst: Bool

  /// A key.
  public init(_ column: String, isDescending: Bool = false, nullsFirst: Bool = false) {
    self.column = column
    self.isDescending = isDescending
    self.nullsFirst = nullsFirst
  }
}

extension WriterOptions {
  /// The sort keys as a row group's metadata has them.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument` for a column that the schema does not have,
  ///   that repeats, that is a key already, or whose type has no order.
  func sortingColumns(_ schema: Schema) throws(ParquetError) -> [SortingColumn] {
    var columns: [SortingColumn] = []
    for key in sortKeys {
      guard let leaf = schema.leaf(at: key.column) else {
        throw ParquetError(.invalidArgument, "there is no column \(key.column) to sort by")
      }
      func refuse(_ message: String) -> ParquetError {
        ParquetError(.invalidArgument, "cannot be sorted by: \(message)").adding(column: key.column)
      }
      guard leaf.maxRepetitionLevel == 0 else { throw refuse("a row may have many of its values") }
      guard leaf.sortOrder != .undefined else {
        throw refuse("\(leaf.logicalType?.name ?? leaf.physicalType.name) has no order")
      }
      guard !columns.contains(where: { $0.columnIndex == leaf.index }) else {
        throw refuse("it is a key already")
      }
      columns.append(
        SortingColumn(
          columnIndex: leaf.index, isDescending: key.isDescending, nullsFirst: key.nullsFirst))
    }
    return columns
  }
}
