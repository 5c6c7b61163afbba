import Parquet

/// A table that is made in memory, row after row: what the benchmarks measure with.
///
/// The rows are a function of the data set and, where ``init(rows:)`` says so, of how many there are to
/// be; how many are taken at once does not change them.
protocol DataSet {
  /// What `--data` calls it.
  static var name: String { get }
  /// What it is like, in a few words.
  static var summary: String { get }
  /// The rows that are taken where nothing else is asked for: about as many bytes for each data set.
  static var usualRowCount: Int { get }
  /// The fields of its schema.
  static var fields: [SchemaField] { get }

  /// A generator at the first row of a table of `rowCount` rows.
  init(rows rowCount: Int)

  /// The next `rowCount` rows: a column for each leaf.
  mutating func next(rows rowCount: Int) throws(ParquetError) -> [Column]
}

extension DataSet {
  static var usualRowCount: Int { 1 << 20 }
}

/// A data set that appends its rows to builders.
protocol BuiltDataSet: DataSet {
  /// Appends the next `rowCount` rows.
  mutating func append(rows rowCount: Int, to builder: ColumnBatchBuilder)
}

extension BuiltDataSet {
  mutating func next(rows rowCount: Int) throws(ParquetError) -> [Column] {
    let builder = ColumnBatchBuilder(schema: try Schema(Self.fields))
    append(rows: rowCount, to: builder)
    return try builder.finish().columns
  }
}

/// The data sets that there are.
enum DataSets {
  static let all: [any (DataSet & Sendable).Type] = [
    Lineitem.self, TaxiTrips.self, SparseMeasurements.self, WebText.self, NestedOrders.self,
    SortedIntegers.self, RandomDoubles.self, HourlyWeather.self, LedgerMessages.self,
  ]

  /// Those that `name` means: one, or every one for "all".
  static func named(_ name: String) throws(ParquetError) -> [any DataSet.Type] {
    if name == "all" { return all }
    guard let one = all.first(where: { $0.name == name }) else {
      throw ParquetError(
        .invalidArgument,
        "there is no data set \(name): "
          + (all.map { $0.name } + ["all"]).joined(separator: ", "))
    }
    return [one]
  }
}
