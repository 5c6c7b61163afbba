/// Encrypts the modules of one file while it is written.
///
/// Specification: Parquet Modular Encryption; rules N1–N7.
struct FileEncryptor: Sendable {
  /// Whether the footer is encrypted, and not only signed.
  let encryptsFooter: Bool
  /// What the file says of how it is encrypted.
  let algorithm: EncryptionAlgorithm
  /// By what the footer's key is found.
  let footerKeyMetadata: Bytes?
  /// What encrypts each column, in the order of the schema's leaves; nil for those that stay as they
  /// are.
  let columns: [ColumnEncryptor?]
  private let identity: FileIdentity
  private let footerKey: SealingKey

  /// The random bytes that are in every module's tag.
  private static let fileUniqueByteCount = 8

  /// What `options` ask for in a file of `schema`.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument` for a key of a wrong size or a column that is
  ///   not there, `limitExceeded` for more columns than can be encrypted, `featureNotBuiltIn` without
  ///   the trait.
  init(_ options: EncryptionOptions, _ schema: Schema) throws(ParquetError) {
    for path in options.columns.keys.sorted() where schema.leaf(at: path) == nil {
      throw ParquetError(.invalidArgument, "encryption: there is no column \(path)")
    }
    let fileUnique = try ModuleCipher.randomBytes(FileEncryptor.fileUniqueByteCount)
    var algorithm = EncryptionAlgorithm()
    algorithm.encryptsPagesWithoutTags = options.algorithm == .gcmCTR
    algorithm.fileUnique = Bytes(copying: fileUnique)
    if !options.aadPrefix.isEmpty {
      algorithm.prefix = options.storesAADPrefix ? Bytes(copying: options.aadPrefix) : nil
      algorithm.needsPrefix = !options.storesAADPrefix
    }
    let identity = FileIdentity(
      prefix: options.aadPrefix, fileUnique: fileUnique,
      encryptsPagesWithoutTags: algorithm.encryptsPagesWithoutTags)

    // What is counted is how often a key is used, whatever it is used for.
    var keys: [[UInt8]: SealingKey] = [:]
    func sealingKey(_ key: EncryptionKey) throws(ParquetError) -> SealingKey {
      if let known = keys[key.bytes] { return known }
      let made = try SealingKey(key.bytes)
      keys[key.bytes] = made
      return made
    }
    let footerKey = try sealingKey(options.footerKey)
    var columns: [ColumnEncryptor?] = []
    columns.reserveCapacity(schema.leaves.count)
    for leaf in schema.leaves {
      let path = leaf.path.description
      let key: SealingKey
      let cryptoMetadata: ColumnCryptoMetadata
      switch options.columns[path] ?? options.otherColumns {
      case .none:
        columns.append(nil)
        continue
      case .footerKey:
        key = footerKey
        cryptoMetadata = .footerKey
      case .key(let own):
        do throws(ParquetError) { key = try sealingKey(own) } catch {
          throw error.adding(column: path)
        }
        cryptoMetadata = .columnKey(
          path: leaf.path.components, keyMetadata: own.metadata.map { Bytes(copying: $0) })
      }
      guard leaf.index <= ModuleAddress.largestOrdinal else {
        throw ParquetError(
          .limitExceeded,
          "only the first \(ModuleAddress.largestOrdinal + 1) columns of a file can be encrypted"
        ).adding(column: path)
      }
      columns.append(
        ColumnEncryptor(
          key: key, identity: identity, column: leaf.index, cryptoMetadata: cryptoMetadata,
          isFooterEncrypted: options.encryptsFooter))
    }
    encryptsFooter = options.encryptsFooter
    self.algorithm = algorithm
    footerKeyMetadata = options.footerKey.metadata.map { Bytes(copying: $0) }
    self.identity = identity
    self.footerKey = footerKey
    self.columns = columns
  }

  /// The bytes that begin and end the file.
  var magic: Bytes { Bytes(copying: Array((encryptsFooter ? "PARE" : "PAR1").utf8)) }

  /// What stands between the last module and the footer's length.
  ///
  /// - Throws: ``ParquetError`` with code `limitExceeded` where the footer is too long.
  func footer(_ metadata: FileMetadata) throws(ParquetError) -> Bytes {
    var metadata = metadata
    if !encryptsFooter {
      metadata.encryptionAlgorithm = algorithm
      metadata.footerSigningKeyMetadata = footerKeyMetadata
    }
    let content = metadata.encoded(capacity: 4096)
    let sealed = try footerKey.seal(
      content, .gcm, authenticating: identity.authenticatedData(.footer))
    var footer = ByteBuffer(capacity: sealed.count + 256)
    if encryptsFooter {
      footer.append(
        FileCryptoMetadata(algorithm: algorithm, keyMetadata: footerKeyMetadata).encoded())
      footer.append(sealed)
    } else {
      // Of the encrypted footer only nonce and tag are kept: they sign the plain one.
      footer.append(content)
      let nonce = ModuleCipher.lengthByteCount
      footer.append(sealed.slice(nonce..<nonce + ModuleCipher.nonceByteCount))
      footer.append(
        sealed.slice(sealed.count - ModuleCipher.Mode.gcm.tagByteCount..<sealed.count))
    }
    return footer.freeze()
  }
}

/// Encrypts the modules of one column.
struct ColumnEncryptor: Sendable {
  fileprivate let key: SealingKey
  fileprivate let identity: FileIdentity
  fileprivate let column: Int
  fileprivate let cryptoMetadata: ColumnCryptoMetadata
  fileprivate let isFooterEncrypted: Bool
}

/// Encrypts the modules of one column chunk.
struct ChunkEncryptor: Sendable {
  private let column: ColumnEncryptor
  private let rowGroup: Int

  init(_ column: ColumnEncryptor, rowGroup: Int) {
    self.column = column
    self.rowGroup = rowGroup
  }

  /// `content` as a module of the given kind; `page` numbers data pages and their headers.
  ///
  /// - Throws: ``ParquetError`` with code `limitExceeded` for a number past 32 767, too long a module or
  ///   a key used too often.
  func seal(
    _ content: Bytes, _ kind: ModuleAddress.Kind, page: Int = 0
  ) throws(ParquetError) -> Bytes {
    let address = ModuleAddress(kind, rowGroup: rowGroup, column: column.column, page: page)
    return try column.key.seal(
      content, column.identity.mode(kind),
      authenticating: column.identity.authenticatedData(address))
  }

  /// What the footer says of the chunk: its metadata stands there as it is only where the footer is
  /// encrypted with the same key.
  func columnChunk(_ metadata: ColumnMetadata) throws(ParquetError) -> ColumnChunk {
    var chunk = ColumnChunk(metadata: metadata)
    chunk.cryptoMetadata = column.cryptoMetadata
    if column.isFooterEncrypted, column.cryptoMetadata.usesFooterKey { return chunk }
    chunk.encryptedMetadata = try seal(metadata.encoded(), .columnMetadata)
    // A plain footer keeps what readers without the key need to find their own columns (rule N5).
    chunk.metadata = column.isFooterEncrypted ? nil : metadata.withoutSecrets
    return chunk
  }
}

extension ColumnMetadata {
  /// What may stand in a footer that is not encrypted, of a column that is: nothing that tells of values.
  fileprivate var withoutSecrets: ColumnMetadata {
    ColumnMetadata(
      type: type, encodings: encodings, path: path, codec: codec, valueCount: valueCount,
      totalUncompressedByteCount: totalUncompressedByteCount,
      totalCompressedByteCount: totalCompressedByteCount, dataPageOffset: dataPageOffset,
      dictionaryPageOffset: dictionaryPageOffset)
  }
}
