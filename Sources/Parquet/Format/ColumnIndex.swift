/// How the bounds of a chunk's pages follow each other. A struct, so that an order this engine does
/// not know survives being read.
///
/// Specification: BoundaryOrder in parquet.thrift.
public struct BoundaryOrder: RawRepresentable, Hashable, Sendable {
  /// The number in the file.
  public let rawValue: Int32

  /// The order with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// In no order.
  public static let unordered = BoundaryOrder(rawValue: 0)
  /// Lower and upper bounds never fall.
  public static let ascending = BoundaryOrder(rawValue: 1)
  /// Lower and upper bounds never rise.
  public static let descending = BoundaryOrder(rawValue: 2)

  /// The format's own name, or the number where it is not known.
  public var name: String {
    switch self {
    case .unordered: "UNORDERED"
    case .ascending: "ASCENDING"
    case .descending: "DESCENDING"
    default: "\(rawValue)"
    }
  }
}

/// What is known of the values of each page of a chunk.
///
/// Specification: ColumnIndex in parquet.thrift, PageIndex.md.
public struct ColumnIndex: Equatable, Sendable {
  /// For each page: whether it has nothing but nulls.
  public var nullPages: [Bool]
  /// For each page: a bound that no value is smaller than; no bytes for a page of nulls.
  public var minimums: [Bytes]
  /// For each page: a bound that no value is larger than; no bytes for a page of nulls.
  public var maximums: [Bytes]
  /// How the bounds follow each other.
  public var boundaryOrder: BoundaryOrder
  /// For each page: how many slots are null.
  public var nullCounts: [Int]?
  /// The histograms of all pages, one after another.
  public var repetitionLevelHistograms: [Int]?
  /// The histograms of all pages, one after another.
  public var definitionLevelHistograms: [Int]?
  /// For each page: how many values are NaN.
  public var nanCounts: [Int]?

  /// What is to be said of pages.
  public init(
    nullPages: [Bool], minimums: [Bytes], maximums: [Bytes], boundaryOrder: BoundaryOrder,
    nullCounts: [Int]? = nil, repetitionLevelHistograms: [Int]? = nil,
    definitionLevelHistograms: [Int]? = nil, nanCounts: [Int]? = nil
  ) {
    self.nullPages = nullPages
    self.minimums = minimums
    self.maximums = maximums
    self.boundaryOrder = boundaryOrder
    self.nullCounts = nullCounts
    self.repetitionLevelHistograms = repetitionLevelHistograms
    self.definitionLevelHistograms = definitionLevelHistograms
    self.nanCounts = nanCounts
  }
}

extension ColumnIndex: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    writer.field(1, nullPages)
    writer.field(2, minimums)
    writer.field(3, maximums)
    writer.field(4, boundaryOrder.rawValue)
    if let nullCounts { writer.field(5, i64: nullCounts) }
    if let repetitionLevelHistograms { writer.field(6, i64: repetitionLevelHistograms) }
    if let definitionLevelHistograms { writer.field(7, i64: definitionLevelHistograms) }
    if let nanCounts { writer.field(8, i64: nanCounts) }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var nullPages: [Bool]?
    var minimums: [Bytes]?
    var maximums: [Bytes]?
    var boundaryOrder: Int32?
    var nullCounts: [Int]?
    var repetitionHistograms: [Int]?
    var definitionHistograms: [Int]?
    var nanCounts: [Int]?
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: nullPages = try reader.booleans(field, "ColumnIndex.null_pages")
      case 2: minimums = try reader.binaries(field, "ColumnIndex.min_values")
      case 3: maximums = try reader.binaries(field, "ColumnIndex.max_values")
      case 4: boundaryOrder = try reader.int32(field, "ColumnIndex.boundary_order")
      case 5: nullCounts = try reader.ints(field, "ColumnIndex.null_counts")
      case 6:
        repetitionHistograms = try reader.ints(field, "ColumnIndex.repetition_level_histograms")
      case 7:
        definitionHistograms = try reader.ints(field, "ColumnIndex.definition_level_histograms")
      case 8: nanCounts = try reader.ints(field, "ColumnIndex.nan_counts")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    self.init(
      nullPages: try reader.required(nullPages, "ColumnIndex.null_pages"),
      minimums: try reader.required(minimums, "ColumnIndex.min_values"),
      maximums: try reader.required(maximums, "ColumnIndex.max_values"),
      boundaryOrder: BoundaryOrder(
        rawValue: try reader.required(boundaryOrder, "ColumnIndex.boundary_order")),
      nullCounts: nullCounts, repetitionLevelHistograms: repetitionHistograms,
      definitionLevelHistograms: definitionHistograms, nanCounts: nanCounts)
  }
}
