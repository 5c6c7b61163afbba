/// The footer of a file and its place.
///
/// Specification: the format's README, "File format"; rules F1–F11.
struct Footer {
  /// What it says.
  let metadata: FileMetadata
  /// The schema it lists.
  let schema: Schema
  /// Where it begins: no page lies past it.
  let offset: Int
  /// Its bytes, length and magic excluded.
  let byteCount: Int
  /// Whether it is encrypted.
  let isEncrypted: Bool
  /// What decrypts the file's modules; nil where none is encrypted.
  let decryptor: FileDecryptor?
  /// The memory of ``metadata`` and ``schema``.
  private let grant: MemoryGrant

  /// The bytes that end a file: the footer's length and the magic.
  static let tailByteCount = 8
  /// The bytes that begin and end a file.
  static let magic: [UInt8] = Array("PAR1".utf8)
  /// What is read at once in the hope that the footer is in it.
  private static let guess = RangeSource.suffixByteCount

  /// Reads the footer of `source`.
  ///
  /// - Throws: ``ParquetError``: `malformedFile` where it is damaged or the file is no Parquet,
  ///   `invalidArgument` where it is encrypted and `decryption` has no key, `limitExceeded`, `inputOutput`.
  init(
    reading source: any ByteSource, limits: ReaderLimits, decryption: DecryptionOptions? = nil,
    memory: MemoryAllowance
  ) throws(ParquetError) {
    let fileByteCount = source.byteCount
    guard fileByteCount >= Footer.magic.count + Footer.tailByteCount else {
      throw ParquetError(
        .malformedFile, "not a Parquet file: \(fileByteCount) bytes are too few for one")
    }
    let end = try source.readAll(max(0, fileByteCount - Footer.guess)..<fileByteCount)
    let magic = end.slice(end.count - 4..<end.count).array()
    isEncrypted = magic == FooterDecryption.magic
    guard isEncrypted || magic == Footer.magic else {
      throw ParquetError(.malformedFile, "not a Parquet file: it does not end with PAR1")
        .adding(byteOffset: fileByteCount - 4)
    }
    let length = unsafe Int(
      end.pointer.loadUnaligned(fromByteOffset: end.count - 8, as: UInt32.self))
    guard length <= fileByteCount - Footer.magic.count - Footer.tailByteCount else {
      throw ParquetError(
        .malformedFile, "the footer's length is \(length) bytes, more than the file holds"
      ).adding(byteOffset: fileByteCount - Footer.tailByteCount)
    }
    guard length <= limits.footerBytes else {
      throw ParquetError(
        .limitExceeded, "the footer has \(length) bytes; the limit is \(limits.footerBytes)")
    }
    offset = fileByteCount - Footer.tailByteCount - length
    byteCount = length
    let grant = MemoryGrant(memory)
    try grant.extend(by: length)
    self.grant = grant
    let bytes: Bytes
    if length + Footer.tailByteCount <= end.count {
      let start = end.count - Footer.tailByteCount - length
      bytes = end.slice(start..<start + length)
    } else {
      bytes = try source.readAll(offset..<offset + length)
    }
    let opened = try FooterDecryption.open(
      bytes, isEncrypted: isEncrypted, at: offset, decryption, within: memory)
    var reader = CompactReader(opened.content, baseOffset: offset, grant: grant)
    metadata = try FileMetadata(from: &reader)
    decryptor =
      if let known = opened.decryptor { known } else {
        try FooterDecryption.verify(bytes, metadata, at: offset, decryption, within: memory)
      }
    schema = try Schema(
      elements: metadata.schema, depthLimit: limits.nestingDepth, grant: grant)
    try checkRowGroups()
  }

  /// Checks what reading relies on: every row group has a chunk for each leaf, and the rows can be
  /// counted.
  private func checkRowGroups() throws(ParquetError) {
    var rows = 0
    for (index, group) in metadata.rowGroups.enumerated() {
      guard group.columns.count == schema.leaves.count else {
        throw ParquetError(
          .malformedFile,
          "has \(group.columns.count) column chunks; the schema has \(schema.leaves.count) columns"
        ).adding(rowGroup: index)
      }
      let (sum, overflow) = rows.addingReportingOverflow(group.rowCount)
      guard !overflow else {
        throw ParquetError(.malformedFile, "the row counts of the row groups overflow")
      }
      rows = sum
    }
  }
}
