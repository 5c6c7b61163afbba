/// Opens footers that are encrypted, and holds those that are signed against their signatures.
///
/// Specification: Parquet Modular Encryption, "Encrypted footer mode" and "Plaintext footer mode"; rule N4.
enum FooterDecryption {
  /// The bytes that end a file whose footer is encrypted.
  static let magic: [UInt8] = Array("PARE".utf8)

  /// The FileMetaData in `footer`, which begins at `offset`: all of it where it is not encrypted, and otherwise
  /// a FileCryptoMetaData and an encrypted module.
  ///
  /// - Throws: ``ParquetError``: `invalidArgument` where key or AAD prefix is not at hand, `malformedFile`
  ///   where they do not fit or the footer is damaged, `unsupportedFeature`, `featureNotBuiltIn`.
  static func open(
    _ footer: Bytes, isEncrypted: Bool, at offset: Int, _ options: DecryptionOptions?,
    within memory: MemoryAllowance
  ) throws(ParquetError) -> (content: Bytes, decryptor: FileDecryptor?) {
    guard isEncrypted else { return (footer, nil) }
    var reader = CompactReader(footer, baseOffset: offset)
    let crypto = try FileCryptoMetadata(from: &reader)
    let decryptor = try FileDecryptor(
      crypto.algorithm, footerKeyMetadata: crypto.keyMetadata, options)
    let module = footer.slice(reader.position..<footer.count)
    do throws(ParquetError) {
      return (try decryptor.footer(module, within: memory), decryptor)
    } catch {
      throw error.adding(byteOffset: offset + reader.position)
    }
  }

  /// What decrypts the columns of a file whose footer is not encrypted, once the signature holds.
  ///
  /// - Parameters:
  ///   - footer: the footer with its signature.
  ///   - metadata: what it says.
  ///   - offset: where it begins.
  ///   - options: what gives the keys.
  ///   - memory: what the check takes its memory from.
  /// - Returns: the decryptor; nil where nothing of the file is encrypted.
  /// - Throws: ``ParquetError``: `malformedFile` where the signature does not hold, `invalidArgument` where
  ///   it cannot be checked and has to be.
  static func verify(
    _ footer: Bytes, _ metadata: FileMetadata, at offset: Int, _ options: DecryptionOptions?,
    within memory: MemoryAllowance
  ) throws(ParquetError) -> FileDecryptor? {
    guard let algorithm = metadata.encryptionAlgorithm else {
      if options?.aadPrefix == nil { return nil }
      throw ParquetError(
        .invalidArgument, "the file is not encrypted, and so not bound to an AAD prefix")
    }
    let end = footer.count - ModuleCipher.signatureByteCount
    guard end > 0 else {
      throw ParquetError(.malformedFile, "the footer lacks its signature").adding(
        byteOffset: offset)
    }
    let decryptor = try FileDecryptor(
      algorithm, footerKeyMetadata: metadata.footerSigningKeyMetadata, options)
    do throws(ParquetError) {
      try decryptor.verify(
        footer.slice(0..<end), signature: footer.slice(end..<footer.count), within: memory)
    } catch {
      throw error.adding(byteOffset: offset)
    }
    return decryptor
  }
}
