/// What a column's bounds mean. A struct, so that an order this engine does not know survives being
/// read; bounds under such an order are of no use.
///
/// Specification: ColumnOrder in parquet.thrift.
public struct ColumnOrder: RawRepresentable, Hashable, Sendable {
  /// The number of the union's member; 0 where none is set.
  public let rawValue: Int16

  /// The order with this number, known or not.
  public init(rawValue: Int16) { self.rawValue = rawValue }

  /// The order of the column's logical type, or else of its physical type.
  public static let typeDefined = ColumnOrder(rawValue: 1)
  /// IEEE 754's total order, for FLOAT, DOUBLE and FLOAT16.
  public static let ieee754Total = ColumnOrder(rawValue: 2)
  /// INT96 as points in time.
  public static let int96Timestamp = ColumnOrder(rawValue: 3)

  /// The format's own name, or the number where it is not known.
  public var name: String {
    switch self {
    case .typeDefined: "TYPE_ORDER"
    case .ieee754Total: "IEEE_754_TOTAL_ORDER"
    case .int96Timestamp: "INT96_TIMESTAMP_ORDER"
    default: "\(rawValue)"
    }
  }
}

extension ColumnOrder: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    if rawValue > 0 { writer.fieldOfEmptyStruct(rawValue) }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var member: Int16 = 0
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      member = field.id
      try reader.skip(field.type)
    }
    reader.endStruct(outer)
    self.init(rawValue: member)
  }
}
