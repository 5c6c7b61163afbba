/// By which key a column chunk is encrypted.
///
/// Specification: ColumnCryptoMetaData, EncryptionWithFooterKey and EncryptionWithColumnKey in
/// parquet.thrift.
public enum ColumnCryptoMetadata: Equatable, Sendable {
  /// The footer's.
  case footerKey
  /// One of the column's own: the leaf's place in the schema, and by what the key is found.
  case columnKey(path: [String], keyMetadata: Bytes?)

  /// Whether the footer's key is meant.
  public var usesFooterKey: Bool { self == .footerKey }

  /// By what the column's own key is found.
  public var keyMetadata: Bytes? {
    if case .columnKey(_, let metadata) = self { metadata } else { nil }
  }
}

extension ColumnCryptoMetadata: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    switch self {
    case .footerKey: writer.fieldOfEmptyStruct(1)
    case .columnKey(let path, let keyMetadata):
      writer.field(2, ColumnKey(path: path, keyMetadata: keyMetadata))
    }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var choice: ColumnCryptoMetadata?
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1:
        try reader.skip(field.type)
        choice = .footerKey
      case 2:
        let key: ColumnKey = try reader.structure(field, "ColumnCryptoMetaData")
        choice = .columnKey(path: key.path, keyMetadata: key.keyMetadata)
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    self = try reader.required(choice, "ColumnCryptoMetaData")
  }
}

/// EncryptionWithColumnKey.
private struct ColumnKey: CompactStruct {
  var path: [String]
  var keyMetadata: Bytes?

  init(path: [String], keyMetadata: Bytes?) {
    self.path = path
    self.keyMetadata = keyMetadata
  }

  func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    writer.field(1, path)
    if let keyMetadata { writer.field(2, keyMetadata) }
    writer.endStruct(outer)
  }

  init(from reader: inout CompactReader) throws(ParquetError) {
    var path: [String]?
    var keyMetadata: Bytes?
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: path = try reader.nameTexts(field, "EncryptionWithColumnKey.path_in_schema")
      case 2: keyMetadata = try reader.binary(field, "EncryptionWithColumnKey.key_metadata")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    self.path = try reader.required(path, "EncryptionWithColumnKey.path_in_schema")
    self.keyMetadata = keyMetadata
  }
}
