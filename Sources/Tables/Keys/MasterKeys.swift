public import Parquet

/// Keys by the names that files have for them; among them master keys, which unwrap the keys that key
/// management tools store in a file or beside it, as JSON of the type PKMT1.
///
/// Keys wrapped by AES-GCM with the master key's name as additional data are unwrapped, double wrapping
/// included; what a key management service wrapped in its own way has to be unwrapped by it, in a
/// ``Parquet/DecryptionKeyRetriever`` of the program's own.
public struct MasterKeys: DecryptionKeyRetriever {
  /// The keys. A name is what the file's key metadata calls a key or a master key, a column's dotted path, or
  /// `footer`; they are looked for in this order.
  public var named: NamedKeys
  /// Gives the JSON that holds the keys of a file which keeps them outside; nil where there is none.
  public var externalMaterial: @Sendable () throws(ParquetError) -> [UInt8]?

  /// Keys of 16, 24 or 32 bytes.
  public init(
    _ keys: [String: [UInt8]],
    externalMaterial: @escaping @Sendable () throws(ParquetError) -> [UInt8]? = {
      () throws(ParquetError) in nil
    }
  ) {
    named = NamedKeys(keys)
    self.externalMaterial = externalMaterial
  }

  /// The name of the file that lies beside `fileName` where its keys are kept outside.
  public static func externalMaterialName(of fileName: String) -> String {
    "_KEY_MATERIAL_FOR_\(fileName).json"
  }

  /// The key that `metadata` names or holds, or else the place names.
  public func key(of column: ColumnPath?, metadata: Bytes?) throws(ParquetError) -> [UInt8]? {
    let plain = try named.key(of: column, metadata: metadata)
    guard let metadata, let place = try KeyMaterial.decode(metadata.array()) else { return plain }
    let material: KeyMaterial
    switch place {
    case .here(let found): material = found
    case .outside(let reference):
      guard let text = try externalMaterial() else {
        if let plain { return plain }
        throw ParquetError(
          .invalidArgument, "the key \(reference) is kept outside of the file and not at hand")
      }
      material = try KeyMaterial.decode(reference, in: text)
    }
    guard let master = named.keys[material.masterKeyID] else { return plain }
    do throws(ParquetError) { return try material.unwrapped(by: master) } catch {
      throw ParquetError(
        error.code,
        "the master key \(material.masterKeyID) does not unwrap the key: \(error.message)"
      )
    }
  }
}
