/// Finds the keys that encrypted files are read with.
///
/// ```swift
/// let options = DecryptionOptions(keys: NamedKeys(["footer": footerKey, "fare": fareKey]))
/// let reader = try ParquetReader(source, decryption: options)
/// ```
///
/// Specification: Parquet Modular Encryption, "Key metadata".
public protocol DecryptionKeyRetriever: Sendable {
  /// A key.
  ///
  /// Asked from any thread, of a column's key at most once for each key metadata.
  ///
  /// - Parameters:
  ///   - column: whose key is asked for; nil for the footer's.
  ///   - metadata: what the writer stored for those who look for the key: its name, say.
  /// - Returns: 16, 24 or 32 bytes; nil where the key is not at hand.
  /// - Throws: ``ParquetError`` where the key should be at hand and cannot be had.
  func key(of column: ColumnPath?, metadata: Bytes?) throws(ParquetError) -> [UInt8]?
}

/// Keys by the names that files have for them.
public struct NamedKeys: DecryptionKeyRetriever {
  /// What the footer's key is called where its metadata names no key that is known.
  public static let footerName = "footer"

  /// The keys. A name is what the file's key metadata calls the key, a column's dotted path, or
  /// ``footerName``; they are looked for in this order.
  public var keys: [String: [UInt8]]

  /// Keys of 16, 24 or 32 bytes.
  public init(_ keys: [String: [UInt8]]) { self.keys = keys }

  /// The key that `metadata` or else the place names.
  public func key(of column: ColumnPath?, metadata: Bytes?) throws(ParquetError) -> [UInt8]? {
    if let metadata, let name = String(validating: metadata.array(), as: UTF8.self),
      let key = keys[name]
    {
      return key
    }
    return keys[column?.description ?? NamedKeys.footerName]
  }
}

/// How encrypted files are read. With the trait `Crypto` only.
///
/// Specification: Parquet Modular Encryption.
public struct DecryptionOptions: Sendable {
  /// What finds the keys.
  public var keys: any DecryptionKeyRetriever
  /// What the file must be bound to: its AAD prefix. A file that is bound to something else, or to nothing,
  /// is refused. Nil accepts what a file says of itself, and refuses files that keep it to themselves.
  public var aadPrefix: [UInt8]?
  /// Whether a footer that is signed but not encrypted may be read without the key that shows who wrote it.
  /// Where that key is at hand, a signature that does not hold is an error in any case.
  public var allowsUnverifiedFooter = true

  /// Reading with `keys`.
  public init(keys: any DecryptionKeyRetriever, aadPrefix: [UInt8]? = nil) {
    self.keys = keys
    self.aadPrefix = aadPrefix
  }
}
