/// What stands before an encrypted footer.
///
/// Specification: FileCryptoMetaData in parquet.thrift; rule N4.
package struct FileCryptoMetadata: Equatable, Sendable {
  /// How the modules are encrypted.
  package var algorithm: EncryptionAlgorithm
  /// By what the footer's key is found.
  package var keyMetadata: Bytes?

  package init(algorithm: EncryptionAlgorithm, keyMetadata: Bytes? = nil) {
    self.algorithm = algorithm
    self.keyMetadata = keyMetadata
  }
}

extension FileCryptoMetadata: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    writer.field(1, algorithm)
    if let keyMetadata { writer.field(2, keyMetadata) }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var algorithm: EncryptionAlgorithm?
    var keyMetadata: Bytes?
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: algorithm = try reader.structure(field, "FileCryptoMetaData.encryption_algorithm")
      case 2: keyMetadata = try reader.binary(field, "FileCryptoMetaData.key_metadata")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    self.init(
      algorithm: try reader.required(algorithm, "FileCryptoMetaData.encryption_algorithm"),
      keyMetadata: keyMetadata)
  }
}
