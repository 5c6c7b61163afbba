internal import Parquet

/// A data key, wrapped by a master key that the file does not hold, as key management tools store it in a
/// file's key metadata or beside the file: JSON of the type PKMT1.
///
/// The data key is wrapped by the master key, or by a key encryption key that is (double wrapping).
struct KeyMaterial {
  /// Where the material is.
  enum Place {
    /// It is this one.
    case here(KeyMaterial)
    /// Under this name beside the file.
    case outside(reference: String)
  }

  /// What the master key is called.
  var masterKeyID: String
  /// The data key as it was wrapped.
  var wrappedKey: [UInt8]
  /// The key encryption key as it was wrapped, and its identity; nil where there is none.
  var encryptionKey: (wrapped: [UInt8], id: [UInt8])?

  /// What `text` says; nil where it is no key material.
  ///
  /// - Throws: ``Parquet/ParquetError`` with code `malformedFile` where it is material that makes no sense.
  static func decode(_ text: [UInt8]) throws(ParquetError) -> Place? {
    guard let members = members(text), members["keyMaterialType"]?.text == "PKMT1" else {
      return nil
    }
    if members["internalStorage"]?.flag == false, members["wrappedDEK"] == nil {
      return .outside(reference: try required(members, "keyReference"))
    }
    let isDouble = members["doubleWrapping"]?.flag ?? false
    return .here(
      KeyMaterial(
        masterKeyID: try required(members, "masterKeyID"),
        wrappedKey: try bytes(members, "wrappedDEK"),
        encryptionKey: isDouble
          ? (try bytes(members, "wrappedKEK"), try bytes(members, "keyEncryptionKeyID")) : nil))
  }

  /// The material that is called `reference` in `text`, the JSON beside a file.
  ///
  /// - Throws: ``Parquet/ParquetError`` with code `malformedFile` where there is none.
  static func decode(
    _ reference: String, in text: [UInt8]
  ) throws(ParquetError) -> KeyMaterial {
    guard let material = members(text)?[reference]?.text,
      case .here(let found)? = try decode(Array(material.utf8))
    else {
      throw ParquetError(.malformedFile, "has no key material that is called \(reference)")
    }
    return found
  }

  /// The data key, unwrapped by `masterKey` as AES-GCM wraps keys where no service does.
  ///
  /// - Throws: ``Parquet/ParquetError`` with code `malformedFile` where that is not the key it was wrapped with.
  func unwrapped(by masterKey: [UInt8]) throws(ParquetError) -> [UInt8] {
    let name = Array(masterKeyID.utf8)
    guard let encryptionKey else {
      return try KeyWrapping.unwrap(wrappedKey, key: masterKey, authenticating: name)
    }
    let key = try KeyWrapping.unwrap(
      encryptionKey.wrapped, key: masterKey, authenticating: name)
    return try KeyWrapping.unwrap(wrappedKey, key: key, authenticating: encryptionKey.id)
  }

  // MARK: JSON

  private static func members(_ text: [UInt8]) -> [String: JSONTree]? {
    guard let tree = try? JSONTree.decode(text), case .object(let pairs) = tree else { return nil }
    return Dictionary(uniqueKeysWithValues: pairs.map { ($0.key, $0.value) })
  }

  private static func required(
    _ members: [String: JSONTree], _ name: String
  ) throws(ParquetError) -> String {
    guard let text = members[name]?.text else {
      throw ParquetError(.malformedFile, "key material lacks its \(name)")
    }
    return text
  }

  private static func bytes(
    _ members: [String: JSONTree], _ name: String
  ) throws(ParquetError) -> [UInt8] {
    var text = try required(members, name)
    let decoded = text.withUTF8 { text -> [UInt8]? in
      var buffer = TextBuffer(capacity: text.count)
      guard unsafe Base64.decode(UnsafeRawBufferPointer(text), into: &buffer) else { return nil }
      return unsafe [UInt8](UnsafeBufferPointer(start: buffer.start, count: buffer.count))
    }
    guard let decoded else {
      throw ParquetError(.malformedFile, "the \(name) of key material is not base64")
    }
    return decoded
  }
}

extension JSONTree {
  fileprivate var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  fileprivate var flag: Bool? {
    if case .boolean(let flag) = self { flag } else { nil }
  }
}
