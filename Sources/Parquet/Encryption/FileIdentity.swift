/// What all modules of a file have in common when they are encrypted: whose they are, and how.
struct FileIdentity: Sendable {
  /// What the writer's user says of the file; may be empty.
  let prefix: [UInt8]
  /// Random bytes of the file.
  let fileUnique: [UInt8]
  /// Whether pages are encrypted without tags.
  let encryptsPagesWithoutTags: Bool

  /// What the tag of the module at `address` vouches for beside the module.
  func authenticatedData(_ address: ModuleAddress) throws(ParquetError) -> [UInt8] {
    try address.authenticatedData(prefix: prefix, fileUnique: fileUnique)
  }

  /// How a module is encrypted.
  func mode(_ kind: ModuleAddress.Kind) -> ModuleCipher.Mode {
    guard encryptsPagesWithoutTags else { return .gcm }
    switch kind {
    case .dataPage, .dictionaryPage: return .ctr
    default: return .gcm
    }
  }
}
