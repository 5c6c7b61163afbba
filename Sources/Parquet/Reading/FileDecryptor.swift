import Synchronization

/// Decrypts the modules of one file while it is read.
///
/// Specification: Parquet Modular Encryption; rules N1–N7.
final class FileDecryptor: Sendable {
  /// How the file is encrypted.
  let algorithm: EncryptionAlgorithm
  /// By what the footer's key is found.
  private let footerKeyMetadata: Bytes?
  private let options: DecryptionOptions?
  /// What the modules have in common; the error of a file bound to something else than was asked for.
  private let identity: Result<FileIdentity, ParquetError>
  /// The footer's key; nil where it is not at hand.
  private let footerCipher: ModuleCipher?
  /// The columns' own keys that were asked for.
  private let columnCiphers = Mutex<[ColumnKey: ModuleCipher]>([:])

  private struct ColumnKey: Hashable {
    var column: Int
    var metadata: [UInt8]?
  }

  /// The most bytes of what each module is bound to.
  private static let identityByteLimit = 64 << 10

  /// What decrypts a file of which `algorithm` says how it is encrypted.
  ///
  /// - Throws: ``ParquetError`` where the footer's key cannot be had or has a wrong size,
  ///   `featureNotBuiltIn` where there is a key and the trait is lacking.
  init(
    _ algorithm: EncryptionAlgorithm, footerKeyMetadata: Bytes?, _ options: DecryptionOptions?
  ) throws(ParquetError) {
    self.algorithm = algorithm
    self.footerKeyMetadata = footerKeyMetadata
    self.options = options
    do throws(ParquetError) {
      identity = .success(try FileDecryptor.identity(algorithm, prefix: options?.aadPrefix))
    } catch {
      identity = .failure(error)
    }
    // A prefix that is given must fit, also where nothing is decrypted.
    if options?.aadPrefix != nil { _ = try identity.get() }
    let key = try options?.keys.key(of: nil, metadata: footerKeyMetadata)
    footerCipher = if let key { try ModuleCipher(key: key) } else { nil }
  }

  /// Whether the footer's key is at hand.
  var hasFooterKey: Bool { footerCipher != nil }

  private static func identity(
    _ algorithm: EncryptionAlgorithm, prefix given: [UInt8]?
  ) throws(ParquetError) -> FileIdentity {
    guard let fileUnique = algorithm.fileUnique else {
      throw ParquetError(.malformedFile, "the file is encrypted and lacks its aad_file_unique")
    }
    guard (algorithm.prefix?.count ?? 0) + fileUnique.count <= identityByteLimit else {
      throw ParquetError(
        .limitExceeded, "AAD prefix and aad_file_unique have more than \(identityByteLimit) bytes")
    }
    let stored = algorithm.prefix?.array()
    if let given {
      guard algorithm.needsPrefix || stored != nil else {
        throw ParquetError(.invalidArgument, "the file is not bound to an AAD prefix")
      }
      guard stored == nil || stored == given else {
        throw ParquetError(
          .invalidArgument, "the file is bound to another AAD prefix than the one given")
      }
    } else if stored == nil, algorithm.needsPrefix {
      throw ParquetError(
        .invalidArgument, "the file does not store its AAD prefix, which is to be given")
    }
    return FileIdentity(
      prefix: given ?? stored ?? [], fileUnique: fileUnique.array(),
      encryptsPagesWithoutTags: algorithm.encryptsPagesWithoutTags)
  }

  // MARK: The footer

  /// The FileMetaData in `module`, whose memory is taken from `memory`.
  ///
  /// - Throws: ``ParquetError``: `invalidArgument` where the key or the AAD prefix is not at hand,
  ///   `malformedFile` where they do not fit or the footer is damaged, `featureNotBuiltIn`.
  func footer(_ module: Bytes, within memory: MemoryAllowance) throws(ParquetError) -> Bytes {
    guard ModuleCipher.isBuiltIn else { throw ModuleCipher.notBuiltIn }
    guard let footerCipher else {
      throw FileDecryptor.missingKey("the footer is encrypted", footerKeyMetadata)
    }
    let identity = try identity.get()
    return try footerCipher.decrypt(module, identity, .footer, within: memory)
  }

  /// Holds `content`, a footer that is not encrypted, against `signature`, a nonce and a tag.
  ///
  /// - Throws: ``ParquetError``: `malformedFile` where it does not hold, `invalidArgument` where it cannot be
  ///   checked and has to be.
  func verify(
    _ content: Bytes, signature: Bytes, within memory: MemoryAllowance
  ) throws(ParquetError) {
    guard let footerCipher else {
      if options?.allowsUnverifiedFooter ?? true { return }
      throw FileDecryptor.missingKey("the footer is signed", footerKeyMetadata)
    }
    let data = try identity.get().authenticatedData(.footer)
    try memory.take(content.count)
    defer { memory.give(back: content.count) }
    // The tag is that of the encrypted footer.
    let sealed = try footerCipher.encrypt(
      content, .gcm, authenticating: data,
      nonce: signature.slice(0..<ModuleCipher.nonceByteCount).array())
    let tagByteCount = ModuleCipher.Mode.gcm.tagByteCount
    var difference: UInt8 = 0
    for i in 1...tagByteCount {
      difference |= sealed[sealed.count - i] ^ signature[signature.count - i]
    }
    guard difference == 0 else {
      throw ParquetError(
        .malformedFile,
        "the footer's signature does not hold: wrong key or AAD prefix, or the footer was changed")
    }
  }

  // MARK: Columns

  /// What decrypts the modules of a chunk of `leaf`.
  ///
  /// - Parameters:
  ///   - crypto: by which key the chunk is encrypted.
  ///   - leaf: the column.
  ///   - rowGroup: the row group's ordinal.
  /// - Returns: the decryptor; nil where the key is not at hand.
  /// - Throws: ``ParquetError`` where the key cannot be had or has a wrong size, or the AAD prefix does not
  ///   fit.
  func chunk(
    _ crypto: ColumnCryptoMetadata, leaf: Leaf, rowGroup: Int
  ) throws(ParquetError) -> ChunkDecryptor? {
    guard let cipher = try cipher(crypto, leaf) else { return nil }
    return ChunkDecryptor(
      cipher: cipher, identity: try identity.get(), rowGroup: rowGroup, column: leaf.index)
  }

  private func cipher(
    _ crypto: ColumnCryptoMetadata, _ leaf: Leaf
  ) throws(ParquetError) -> ModuleCipher? {
    guard case .columnKey(_, let metadata) = crypto else { return footerCipher }
    guard let keys = options?.keys else { return nil }
    let id = ColumnKey(column: leaf.index, metadata: metadata?.array())
    if let known = columnCiphers.withLock({ $0[id] }) { return known }
    // Without the lock: a retriever may ask a service.
    guard let key = try keys.key(of: leaf.path, metadata: metadata) else { return nil }
    let cipher = try ModuleCipher(key: key)
    columnCiphers.withLock { $0[id] = cipher }
    return cipher
  }

  /// The error of a chunk whose key is not at hand.
  func missingKey(_ crypto: ColumnCryptoMetadata) -> ParquetError {
    switch crypto {
    case .footerKey:
      FileDecryptor.missingKey("the column is encrypted with the footer's key", footerKeyMetadata)
    case .columnKey(_, let metadata):
      FileDecryptor.missingKey("the column is encrypted", metadata)
    }
  }

  private static func missingKey(_ what: String, _ metadata: Bytes?) -> ParquetError {
    guard ModuleCipher.isBuiltIn else { return ModuleCipher.notBuiltIn }
    return ParquetError(
      .invalidArgument, "\(what), and its key is not at hand (\(describe(keyMetadata: metadata)))")
  }

  /// What errors say of key metadata, which is text more often than not.
  private static func describe(keyMetadata: Bytes?) -> String {
    guard let keyMetadata, keyMetadata.count > 0 else { return "no key metadata" }
    let shown = keyMetadata.slice(0..<min(keyMetadata.count, 512)).array()
    let rest = shown.count < keyMetadata.count ? "…" : ""
    if let text = String(validating: shown, as: UTF8.self) { return "key metadata: \(text)\(rest)" }
    let digits = shown.prefix(32).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    return "key metadata: \(keyMetadata.count) bytes, 0x\(digits)\(shown.count > 32 ? "…" : rest)"
  }
}

/// Decrypts the modules of one column chunk.
struct ChunkDecryptor: Sendable {
  fileprivate let cipher: ModuleCipher
  fileprivate let identity: FileIdentity
  fileprivate let rowGroup: Int
  fileprivate let column: Int

  /// The content of `module`, one of the given kind, whose memory is taken from `memory`; `page` numbers
  /// data pages and their headers.
  ///
  /// - Throws: ``ParquetError``: `malformedFile` where the module does not fit key and place,
  ///   `limitExceeded`.
  func open(
    _ module: Bytes, _ kind: ModuleAddress.Kind, page: Int = 0, within memory: MemoryAllowance
  ) throws(ParquetError) -> Bytes {
    try cipher.decrypt(
      module, identity,
      ModuleAddress(kind, rowGroup: rowGroup, column: column, page: page), within: memory)
  }
}

extension ModuleCipher {
  /// The content of the module at `address` of the file that `identity` tells.
  fileprivate func decrypt(
    _ module: Bytes, _ identity: FileIdentity, _ address: ModuleAddress,
    within memory: MemoryAllowance
  ) throws(ParquetError) -> Bytes {
    do throws(ParquetError) {
      return try decrypt(
        module, identity.mode(address.kind), authenticating: identity.authenticatedData(address),
        within: memory)
    } catch {
      var error = error
      error.message = "\(address.kind.name): \(error.message)"
      throw error
    }
  }
}
