internal import Parquet
internal import Tables

/// One key of an archive's configuration, which is also an option of the command.
public struct ArchiveSetting: Sendable {
  /// The property that a setting sets.
  typealias Path<Value> = any WritableKeyPath<ArchiveConfiguration, Value> & Sendable

  /// The key in a file: `buffer_size`.
  public let key: String
  /// What stands for the value in help: `N`.
  public let placeholder: String
  /// The default as text; empty where there is none.
  public let standard: String
  /// What it means, in a line.
  public let meaning: String

  /// The path of the local disk that it sets, where it sets one.
  let localPath: Path<String?>?
  private let expected: String
  private let isText: Bool
  private let read:
    @Sendable (ConfigurationValue, inout ArchiveConfiguration) throws(ParquetError) -> Bool
  private let reset: @Sendable (inout ArchiveConfiguration) -> Void
  private let isLegal: @Sendable (ArchiveConfiguration) throws(ParquetError) -> Bool

  /// The name of the option: `buffer-size`.
  public var optionName: String { key.replacing("_", with: "-") }

  /// What it means and its default, for help.
  public var summary: String { standard.isEmpty ? meaning : "\(meaning) (default \(standard))" }

  /// A key whose value must be `expected`: `read` makes the property of it, or nil, and `isLegal` looks at what it is
  /// then. With `isText` an empty text stands for the default.
  init<Value: Sendable>(
    _ key: String, _ placeholder: String, _ standard: String, _ meaning: String,
    _ path: Path<Value>, expected: String, isText: Bool, localPath: Path<String?>? = nil,
    read: @escaping @Sendable (ConfigurationValue) throws(ParquetError) -> Value?,
    isLegal: @escaping @Sendable (Value) throws(ParquetError) -> Bool
  ) {
    self.key = key
    self.placeholder = placeholder
    self.standard = standard
    self.meaning = meaning
    self.expected = expected
    self.isText = isText
    self.localPath = localPath
    self.read = { (value, configuration) throws(ParquetError) in
      guard let made = try read(value), try isLegal(made) else { return false }
      configuration[keyPath: path] = made
      return true
    }
    reset = { $0[keyPath: path] = ArchiveConfiguration()[keyPath: path] }
    self.isLegal = { (configuration) throws(ParquetError) in
      try isLegal(configuration[keyPath: path])
    }
  }

  /// The setting of the key `key`.
  ///
  /// - Throws: ``Parquet/ParquetError`` with code `invalidArgument` that names the nearest key there is.
  static func named(_ key: String) throws(ParquetError) -> ArchiveSetting {
    if let setting = all.first(where: { $0.key == key }) { return setting }
    let keys = all.map(\.key)
    let hint = Spelling.nearest(to: key, in: keys).map { ", did you mean \($0)?" } ?? ""
    throw ParquetError(
      .invalidArgument,
      "there is no key \(ConfigurationValue.shortened(key))\(hint) (valid: \(keys.joined(separator: ", ")))"
    )
  }

  /// Takes the value of a file; null stands for the default.
  func apply(
    _ value: ConfigurationValue, to configuration: inout ArchiveConfiguration
  ) throws(ParquetError) {
    do throws(ParquetError) {
      if value.content == .null || (isText && value.content == .string("")) {
        reset(&configuration)
      } else if try !read(value, &configuration) {
        throw ParquetError(
          .invalidArgument, "\(key) must be \(expected); this is \(value.found)")
      }
    } catch {
      throw error.adding(line: value.position.line)
    }
  }

  /// Takes the text of an option.
  func apply(text: String, to configuration: inout ArchiveConfiguration) throws(ParquetError) {
    let start = TextPosition(line: 1, column: 1)
    let value =
      isText
      ? ConfigurationValue(text: text, at: start) : ConfigurationValue(plain: text, at: start)
    if isText && text.isEmpty {
      reset(&configuration)
      return
    }
    let isTaken = value.content == .null ? false : try read(value, &configuration)
    guard isTaken else {
      throw ParquetError(
        .invalidArgument, "\(key) must be \(expected), not `\(ConfigurationValue.shortened(text))`")
    }
  }

  /// Checks the property of a configuration.
  func check(_ configuration: ArchiveConfiguration) throws(ParquetError) {
    guard try isLegal(configuration) else {
      throw ParquetError(.invalidArgument, "\(key) must be \(expected)")
    }
  }
}
