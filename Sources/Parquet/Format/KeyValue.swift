/// A pair in the footer.
public struct KeyValue: Hashable, Sendable {
  /// The key; may stand more than once.
  public var key: String
  /// The value, if there is one.
  public var value: String?

  /// A pair.
  public init(_ key: String, _ value: String?) {
    self.key = key
    self.value = value
  }
}

extension KeyValue: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    writer.field(1, key)
    if let value { writer.field(2, value) }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var key: String?
    var value: String?
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: key = try reader.text(field, "KeyValue.key")
      case 2: value = try reader.text(field, "KeyValue.value")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    self.init(try reader.required(key, "KeyValue.key"), value)
  }
}
