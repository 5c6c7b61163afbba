internal import Parquet

/// `--encrypt` and what belongs to it: how a written file is encrypted.
enum EncryptionArguments {
  static let options = [
    CommandOption(
      "encrypt", "PART=KEY", repeats: true,
      summary:
        "encrypt with the --key called KEY, whose name the file stores; PART is footer, which"
        + " must be there, a column, or others (default footer); KEY may be footer, or none, too"),
    CommandOption(
      "encrypt-algorithm", "A",
      summary: "aes_gcm (default), aes_gcm_ctr: pages without tags, so that changes may go unseen"),
    CommandOption(
      "encrypt-plaintext-footer",
      summary: "sign the footer instead of encrypting it: other columns can be read without keys"),
    CommandOption(
      "encrypt-aad-prefix", "TEXT", summary: "bind every part of the file to TEXT, its name, say"),
    CommandOption(
      "encrypt-hide-aad-prefix", summary: "do not store TEXT: readers must give it by --aad-prefix"),
  ]

  /// What `arguments` ask for; nil where nothing is to be encrypted.
  static func encryption(_ arguments: Arguments) throws(UsageError) -> EncryptionOptions? {
    let parts = arguments.values("encrypt")
    guard !parts.isEmpty else {
      if let option = options.first(where: { arguments.has($0.name) }) {
        throw UsageError("--\(option.name) is for runs with --encrypt")
      }
      return nil
    }
    let keys = try KeyArguments(arguments).keys
    func key(_ name: Substring, _ text: String) throws(UsageError) -> EncryptionKey {
      guard let bytes = keys[String(name)] else {
        throw UsageError("--encrypt \(text): there is no --key \(name)=HEX")
      }
      return EncryptionKey(bytes, metadata: Array(name.utf8))
    }
    var footerKey: EncryptionKey?
    var columns: [String: EncryptionOptions.ColumnEncryption] = [:]
    for text in parts {
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
        throw UsageError("--encrypt \(text): must be PART=KEY")
      }
      let part = String(text[..<equals])
      let name = text[text.index(after: equals)...]
      if part == "footer" {
        guard footerKey == nil else { throw UsageError("--encrypt footer is given twice") }
        footerKey = try key(name, text)
        continue
      }
      let choice: EncryptionOptions.ColumnEncryption =
        switch name {
        case "footer": .footerKey
        case "none": .none
        default: .key(try key(name, text))
        }
      guard columns.updateValue(choice, forKey: part) == nil else {
        throw UsageError("--encrypt \(part) is given twice")
      }
    }
    guard let footerKey else {
      throw UsageError("--encrypt footer=KEY is missing: the footer is encrypted or signed always")
    }
    var encryption = EncryptionOptions(footerKey: footerKey)
    if let others = columns.removeValue(forKey: "others") { encryption.otherColumns = others }
    encryption.columns = columns
    let algorithms: [(name: String, value: EncryptionOptions.Algorithm)] = [
      ("aes_gcm", .gcm), ("aes_gcm_ctr", .gcmCTR),
    ]
    encryption.algorithm = try arguments.choice("encrypt-algorithm", algorithms) ?? .gcm
    encryption.encryptsFooter = !arguments.has("encrypt-plaintext-footer")
    encryption.aadPrefix = Array((arguments.value("encrypt-aad-prefix") ?? "").utf8)
    if arguments.has("encrypt-hide-aad-prefix") {
      guard !encryption.aadPrefix.isEmpty else {
        throw UsageError("--encrypt-hide-aad-prefix is for runs with --encrypt-aad-prefix")
      }
      encryption.storesAADPrefix = false
    }
    return encryption
  }
}
