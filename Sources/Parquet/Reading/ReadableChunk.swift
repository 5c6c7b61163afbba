/// A column chunk that can be read: what is in it, and what decrypts its modules.
struct ReadableChunk {
  /// What the footer says, of the places of the indexes above all.
  let place: ColumnChunk
  /// What is in the chunk.
  let metadata: ColumnMetadata
  /// What decrypts its modules; nil where they are not encrypted.
  let decryptor: ChunkDecryptor?
  /// The memory of ``metadata``, where that was encrypted.
  private let grant: MemoryGrant?

  /// The chunk that `place` tells of, checked to be readable as `leaf`'s; `ordinal` numbers its row group.
  ///
  /// - Throws: ``ParquetError``: `malformedFile` where it is none of `leaf` or its metadata is damaged,
  ///   `unsupportedFeature` where it lies in another file, `invalidArgument` where its key is not at hand.
  init(
    _ place: ColumnChunk, leaf: Leaf, ordinal: Int, _ decryptor: FileDecryptor?,
    memory: MemoryAllowance
  ) throws(ParquetError) {
    if place.filePath != nil {
      throw ParquetError(
        .unsupportedFeature, "the column chunk lies in another file; read that one instead")
    }
    var stated = place.metadata
    var chunkDecryptor: ChunkDecryptor?
    var grant: MemoryGrant?
    if let crypto = place.cryptoMetadata {
      guard let decryptor else {
        throw ParquetError(.malformedFile, "the column is encrypted; the footer does not say how")
      }
      guard let found = try decryptor.chunk(crypto, leaf: leaf, rowGroup: ordinal) else {
        throw decryptor.missingKey(crypto)
      }
      chunkDecryptor = found
      // What stands in the open is only a part.
      if let module = place.encryptedMetadata {
        let made = MemoryGrant(memory)
        let content = try found.open(module, .columnMetadata, within: memory)
        var reader = CompactReader(content, grant: made)
        do throws(ParquetError) { stated = try ColumnMetadata(from: &reader) } catch {
          // Where it fails within what was encrypted is no place in the file.
          throw ParquetError(error.code, "the column's metadata: \(error.message)")
        }
        grant = made
      }
    }
    guard let metadata = stated else {
      throw ParquetError(.malformedFile, "the column chunk has no metadata")
    }
    guard metadata.type == PhysicalTypeID(leaf.physicalType) else {
      throw ParquetError(
        .malformedFile,
        "the column chunk has the physical type \(metadata.type.rawValue); the schema says "
          + leaf.physicalType.name)
    }
    self.place = place
    self.metadata = metadata
    self.decryptor = chunkDecryptor
    self.grant = grant
  }

  /// What is in `stored`, an index say that lies at `offset` of the file: decrypted where the chunk is
  /// encrypted.
  ///
  /// - Throws: ``ParquetError``: `malformedFile` where it does not fit key and place, `limitExceeded`.
  func content(
    _ stored: Bytes, _ kind: ModuleAddress.Kind, at offset: Int, within memory: MemoryAllowance
  ) throws(ParquetError) -> Bytes {
    guard let decryptor else { return stored }
    do throws(ParquetError) { return try decryptor.open(stored, kind, within: memory) } catch {
      throw error.adding(byteOffset: offset)
    }
  }
}

extension ParquetReader {
  /// A column chunk, checked to be readable.
  ///
  /// - Throws: ``ParquetError``, without file, row group and column.
  func chunk(rowGroup index: Int, leaf: Leaf) throws(ParquetError) -> ReadableChunk {
    let group = metadata.rowGroups[index]
    return try ReadableChunk(
      group.columns[leaf.index], leaf: leaf, ordinal: group.ordinal.map(Int.init) ?? index,
      footer.decryptor, memory: memory)
  }

  /// What is in a column chunk: what the footer says, decrypted where that needs a key.
  ///
  /// - Parameters:
  ///   - rowGroup: the row group's number.
  ///   - column: the leaf's number.
  /// - Returns: all that is known; of a column whose key is not at hand, what stands in the open, or nil.
  /// - Throws: ``ParquetError`` with file, row group and column where key or AAD prefix do not fit, or the
  ///   metadata is damaged.
  /// - Precondition: there are such a row group and column.
  public func columnMetadata(
    rowGroup: Int, column: Int
  ) throws(ParquetError) -> ColumnMetadata? {
    let leaf = schema.leaves[column]
    let group = metadata.rowGroups[rowGroup]
    let place = group.columns[column]
    guard place.encryptedMetadata != nil, place.filePath == nil, let crypto = place.cryptoMetadata
    else { return place.metadata }
    do throws(ParquetError) {
      let ordinal = group.ordinal.map(Int.init) ?? rowGroup
      guard try footer.decryptor?.chunk(crypto, leaf: leaf, rowGroup: ordinal) != nil else {
        return place.metadata
      }
      return try chunk(rowGroup: rowGroup, leaf: leaf).metadata
    } catch {
      throw error.adding(file: source.name, rowGroup: rowGroup, column: leaf.path.description)
    }
  }

  /// How the file is encrypted; nil where nothing in it is.
  public var encryptionAlgorithm: EncryptionAlgorithm? { footer.decryptor?.algorithm }

  /// Whether the footer is encrypted.
  public var isFooterEncrypted: Bool { footer.isEncrypted }

  /// Whether the footer was held against its tag or signature; false where the file has none, or the key
  /// is not at hand.
  public var isFooterVerified: Bool { footer.decryptor?.hasFooterKey ?? false }
}
