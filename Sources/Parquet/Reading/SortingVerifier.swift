/// Holds the rows of a row group against the order that its `sorting_columns` promise.
///
/// Only what readers may rely on is held: rows that a NaN or zeros of different sign would have to tell
/// apart are taken as they are, and so is everything behind a key whose order is not known.
struct SortingVerifier {
  private struct Key {
    var sorting: SortingColumn
    var leaf: Leaf
    var order: ValueOrder
    /// The key's place among the columns that are read.
    var place: Int
  }

  /// How two rows stand by a key.
  private enum Relation { case before, equal, after, unknown }

  private let reader: ParquetReader
  private let rowGroup: Int
  private var keys: [Key] = []

  init(_ reader: ParquetReader, rowGroup: Int) {
    self.reader = reader
    self.rowGroup = rowGroup
    let leaves = reader.schema.leaves
    var known: [(sorting: SortingColumn, leaf: Leaf, order: ValueOrder)] = []
    for sorting in reader.metadata.rowGroups[rowGroup].sortingColumns {
      guard leaves.indices.contains(sorting.columnIndex) else { break }
      let leaf = leaves[sorting.columnIndex]
      let stated = reader.metadata.columnOrders.flatMap { orders in
        orders.indices.contains(leaf.index) ? orders[leaf.index] : nil
      }
      guard leaf.maxRepetitionLevel == 0, let order = ValueOrder(leaf, stated ?? .typeDefined)
      else { break }
      known.append((sorting, leaf, order))
    }
    let read = Set(known.map(\.leaf.index)).sorted()
    keys = known.map { sorting, leaf, order in
      Key(
        sorting: sorting, leaf: leaf, order: order, place: read.firstIndex(of: leaf.index) ?? 0)
    }
  }

  /// The first row, counted in the row group, that should stand before the one in front of it, with the
  /// key that says so; nil where there is none.
  ///
  /// - Throws: ``ParquetError`` where the rows cannot be read.
  func firstMisplacedRow() throws(ParquetError) -> (row: Int, column: String)? {
    guard !keys.isEmpty else { return nil }
    let columns = Set(keys.map(\.leaf.index)).sorted()
    let batches = reader.batches(columns: columns, rows: reader.rows(ofRowGroup: rowGroup))
    var row = 0
    var last: [Value]?
    while let batch = try batches.next() {
      let places = keys.map { ValuePlaces(batch.columns[$0.place], $0.leaf) }
      for i in 0..<batch.rowCount {
        let values = keys.indices.map { k in
          places[k].value(ofRow: i).map { Value(batch.columns[keys[k].place].values, $0) } ?? .null
        }
        if let last, let key = firstKeyAgainst(last, values) {
          return (row + i, key.leaf.path.description)
        }
        last = values
      }
      row += batch.rowCount
    }
    return nil
  }

  private func firstKeyAgainst(_ a: [Value], _ b: [Value]) -> Key? {
    for (k, key) in keys.enumerated() {
      switch relation(a[k], b[k], key) {
      case .before, .unknown: return nil
      case .after: return key
      case .equal: continue
      }
    }
    return nil
  }

  private func relation(_ a: Value, _ b: Value, _ key: Key) -> Relation {
    switch (a, b) {
    case (.null, .null): return .equal
    case (.null, _): return key.sorting.nullsFirst ? .before : .after
    case (_, .null): return key.sorting.nullsFirst ? .after : .before
    case (.boolean(let x), .boolean(let y)):
      if x == y { return .equal }
      return x == key.sorting.isDescending ? .before : .after
    case (.bytes(let x), .bytes(let y)):
      return unsafe x.withUnsafeBytes { x in
        unsafe y.withUnsafeBytes { y in
          if unsafe key.order.isNaN(x) || key.order.isNaN(y) { return .unknown }
          let isLess = unsafe key.order.isLess(x, y)
          let isGreater = unsafe key.order.isLess(y, x)
          if !isLess, !isGreater {
            // Zeros of different sign are one value, which a writer may have told apart.
            return unsafe key.order.isFloat && !x.elementsEqual(y) ? .unknown : .equal
          }
          return isLess == key.sorting.isDescending ? .after : .before
        }
      }
    default: return .unknown
    }
  }

  /// The value of a row.
  private enum Value {
    case null
    case boolean(Bool)
    case bytes(Bytes)

    init(_ values: ColumnValues, _ index: Int) {
      self =
        values.isBoolean ? .boolean(values.boolean(at: index)) : .bytes(values.bytes(at: index))
    }
  }
}

extension ColumnValues {
  /// Whether the values are booleans.
  fileprivate var isBoolean: Bool {
    switch form {
    case .bits: true
    case .dictionary(_, let dictionary): dictionary.isBoolean
    default: false
    }
  }
}

extension Bytes {
  fileprivate func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    unsafe body(UnsafeRawBufferPointer(start: pointer, count: count))
  }
}
