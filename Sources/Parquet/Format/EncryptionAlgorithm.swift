/// How the modules of a file are encrypted.
///
/// Specification: EncryptionAlgorithm, AesGcmV1 and AesGcmCtrV1 in parquet.thrift; rule N1.
public struct EncryptionAlgorithm: Equatable, Sendable {
  /// Whether pages are encrypted with CTR, without tags (AES_GCM_CTR_V1).
  public var encryptsPagesWithoutTags = false
  /// What the writer's user says of the file, its AAD prefix, where it is stored.
  public var prefix: Bytes?
  /// Random bytes of the file.
  public var fileUnique: Bytes?
  /// Whether the reader has to supply the prefix, as it is not stored.
  public var needsPrefix = false

  /// AES_GCM_V1 without a prefix.
  public init() {}

  /// The algorithm's name in the specification.
  public var name: String { encryptsPagesWithoutTags ? "AES_GCM_CTR_V1" : "AES_GCM_V1" }
}

extension EncryptionAlgorithm: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    writer.field(encryptsPagesWithoutTags ? 2 : 1, Parameters(algorithm: self))
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var algorithm: EncryptionAlgorithm?
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1, 2:
        let parameters: Parameters = try reader.structure(field, "EncryptionAlgorithm")
        algorithm = parameters.algorithm
        algorithm?.encryptsPagesWithoutTags = field.id == 2
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    guard let algorithm else {
      throw ParquetError(
        .unsupportedFeature,
        "the file is encrypted by an algorithm other than AES_GCM_V1 and AES_GCM_CTR_V1")
    }
    self = algorithm
  }
}

/// AesGcmV1 and AesGcmCtrV1, which have the same fields.
private struct Parameters: CompactStruct {
  var algorithm: EncryptionAlgorithm

  init(algorithm: EncryptionAlgorithm) { self.algorithm = algorithm }

  func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    if let prefix = algorithm.prefix { writer.field(1, prefix) }
    if let fileUnique = algorithm.fileUnique { writer.field(2, fileUnique) }
    if algorithm.needsPrefix { writer.field(3, true) }
    writer.endStruct(outer)
  }

  init(from reader: inout CompactReader) throws(ParquetError) {
    algorithm = EncryptionAlgorithm()
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: algorithm.prefix = try reader.binary(field, "aad_prefix")
      case 2: algorithm.fileUnique = try reader.binary(field, "aad_file_unique")
      case 3: algorithm.needsPrefix = try reader.boolean(field, "supply_aad_prefix")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
  }
}
