/// How a writer encrypts its file.
///
/// ```swift
/// var options = WriterOptions()
/// options.encryption = EncryptionOptions(footerKey: EncryptionKey(key, metadata: Array("kf".utf8)))
/// ```
///
/// Every module of an encrypted column is encrypted: pages, their headers, page indexes and bloom
/// filter. With the trait `Crypto` only.
///
/// Specification: Parquet Modular Encryption.
public struct EncryptionOptions: Sendable {
  /// How modules are encrypted.
  public enum Algorithm: Hashable, Sendable, CaseIterable {
    /// Everything with a tag, by which changes are seen (AES_GCM_V1).
    case gcm
    /// Pages without a tag: a little faster, and changes in them may go unseen (AES_GCM_CTR_V1).
    case gcmCTR
  }

  /// What is done to a column.
  public enum ColumnEncryption: Equatable, Sendable {
    /// Encrypted with the footer's key.
    case footerKey
    /// Encrypted with a key of its own.
    case key(EncryptionKey)
    /// Not encrypted.
    case none
  }

  /// How modules are encrypted.
  public var algorithm = Algorithm.gcm
  /// The key that encrypts the footer, or signs it.
  public var footerKey: EncryptionKey
  /// Whether the footer is encrypted. One that is not can be read without keys, and so can the columns
  /// that are not encrypted, by any reader; it is signed.
  public var encryptsFooter = true
  /// What is done to single columns, by dotted path.
  public var columns: [String: ColumnEncryption] = [:]
  /// What is done to the columns not in ``columns``.
  public var otherColumns = ColumnEncryption.footerKey
  /// What every module is bound to, a name and version of the file, say, so that readers see where one
  /// file was put in the place of another; empty for nothing.
  public var aadPrefix: [UInt8] = []
  /// Whether the prefix is stored in the file; otherwise readers have to give it.
  public var storesAADPrefix = true

  /// Everything encrypted with one key.
  public init(footerKey: EncryptionKey) { self.footerKey = footerKey }
}

/// A key, and what is stored so that readers find it.
public struct EncryptionKey: Equatable, Sendable {
  /// The key: 16, 24 or 32 bytes, of AES-128, -192 or -256.
  public var bytes: [UInt8]
  /// What is stored in the file for those who look for the key: its name, say; nil for nothing. Whoever
  /// reads the file can read it, of column keys where the footer is encrypted only with the footer's key.
  public var metadata: [UInt8]?

  /// A key of 16, 24 or 32 bytes.
  public init(_ bytes: [UInt8], metadata: [UInt8]? = nil) {
    self.bytes = bytes
    self.metadata = metadata
  }
}
