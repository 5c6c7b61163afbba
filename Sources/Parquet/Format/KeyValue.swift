/// A pair in the footer.
///
/// Text that a file has there is kept byte for byte when the pair is written again, also where it is not
/// UTF-8 and shows with replacement characters.
public struct KeyValue: Hashable, Sendable {
  /// The key; may stand more than once.
  public var key: String { didSet { keyBytes = nil } }
  /// The value, if there is one.
  public var value: String? { didSet { valueBytes = nil } }
  /// The bytes of a key that is not UTF-8.
  private var keyBytes: [UInt8]?
  /// The bytes of a value that is not UTF-8.
  private var valueBytes: [UInt8]?

  /// A pair.
  public init(_ key: String, _ value: String?) {
    self.key = key
    self.value = value
  }
}

extension KeyValue: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    if let keyBytes {
      writer.field(1, Bytes(copying: keyBytes))
    } else {
      writer.field(1, key)
    }
    if let valueBytes {
      writer.field(2, Bytes(copying: valueBytes))
    } else if let value {
      writer.field(2, value)
    }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var key: Bytes?
    var value: Bytes?
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: key = try reader.binary(field, "KeyValue.key")
      case 2: value = try reader.binary(field, "KeyValue.value")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    let keyBytes = try reader.required(key, "KeyValue.key").array()
    let valueBytes = value?.array()
    self.init(
      String(decoding: keyBytes, as: UTF8.self),
      valueBytes.map { String(decoding: $0, as: UTF8.self) })
    if !self.key.utf8.elementsEqual(keyBytes) { self.keyBytes = keyBytes }
    if let valueBytes, !(self.value ?? "").utf8.elementsEqual(valueBytes) {
      self.valueBytes = valueBytes
    }
  }
}
