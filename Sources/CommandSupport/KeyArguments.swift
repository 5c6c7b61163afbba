/// `--key` and `--aad-prefix`: the keys that a command line gives.
public struct KeyArguments: Sendable {
  /// The option that gives a key.
  public static let keyOption = CommandOption(
    "key", "NAME=HEX", repeats: true,
    summary:
      "a key of 16, 24 or 32 bytes for encrypted files; NAME is footer, a column, or what the"
      + " file's key metadata calls the key")

  /// The options of a command that reads Parquet.
  public static let options = [
    keyOption,
    CommandOption(
      "aad-prefix", "TEXT",
      summary: "what encrypted files must be bound to; needed where they do not say it"),
  ]

  /// The keys by their names.
  public let keys: [String: [UInt8]]
  /// What files must be bound to; nil where that is not said.
  public let aadPrefix: [UInt8]?

  /// What `arguments` say.
  ///
  /// - Throws: ``UsageError`` for a key that is none.
  public init(_ arguments: Arguments) throws(UsageError) {
    var keys: [String: [UInt8]] = [:]
    for text in arguments.values("key") {
      guard let equals = text.lastIndex(of: "="), equals != text.startIndex else {
        throw UsageError("--key \(text): must be NAME=HEX")
      }
      let name = String(text[..<equals])
      guard let key = KeyArguments.bytes(text[text.index(after: equals)...]),
        [16, 24, 32].contains(key.count)
      else {
        // What was given is not repeated: it may be a key but for a slip.
        throw UsageError("--key \(name): must be 32, 48 or 64 hexadecimal digits")
      }
      guard keys.updateValue(key, forKey: name) == nil else {
        throw UsageError("--key \(name) is given twice")
      }
    }
    self.keys = keys
    aadPrefix = arguments.value("aad-prefix").map { Array($0.utf8) }
  }

  private static func bytes(_ text: Substring) -> [UInt8]? {
    let digits = text.utf8.map { (byte) -> UInt8? in
      switch byte {
      case 0x30...0x39: byte - 0x30
      case 0x41...0x46: byte - 0x41 + 10
      case 0x61...0x66: byte - 0x61 + 10
      default: nil
      }
    }
    guard digits.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    for i in stride(from: 0, to: digits.count, by: 2) {
      guard let high = digits[i], let low = digits[i + 1] else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}
