public import Parquet
internal import Tables

extension ArchiveConfiguration {
  /// The type of the consumer whose configuration this is, in files that describe whole pipelines.
  static let consumerType = "SaveToParquet"

  /// The configuration in the bytes of a file, JSON or a part of YAML.
  ///
  /// The keys stand at the top, or in the `config` of the one consumer of type `SaveToParquet`: that which the file
  /// is, or one of its `consumers`, or of those of its `pipelines`. What else such a file says is left alone. What is
  /// not there keeps its default; nothing but each value alone is checked, so that options may be added before
  /// ``check()``.
  ///
  /// - Parameters:
  ///   - text: The bytes.
  ///   - name: The name of the file, for errors; JSON where it ends in `.json`, or the text begins with `{`.
  ///   - environment: The values of the variables that the text names, `${NAME}` and `${NAME:-default}`, and of HOME
  ///     for a `~` at the begin of a path.
  /// - Throws: ``Parquet/ParquetError`` with the file and the line: a text that is not what its format allows, keys
  ///   that there are not, values that are not what their key takes.
  public init(
    _ text: [UInt8], name: String, environment: @escaping (String) -> String?
  ) throws(ParquetError) {
    do throws(ParquetError) {
      let format = ConfigurationValue.Format(name: name, text: text)
      let root = try ConfigurationValue(text, format: format, variables: environment)
      self.init()
      try apply(root)
      try expandHome(environment("HOME"))
    } catch {
      throw error.adding(file: name)
    }
  }

  /// Takes what the text says.
  private mutating func apply(_ root: ConfigurationValue) throws(ParquetError) {
    guard let consumers = ArchiveConfiguration.consumers(root) else {
      try take(root, "the configuration")
      return
    }
    let found = consumers.filter {
      $0.value(at: "type")?.text == ArchiveConfiguration.consumerType
    }
    guard found.count == 1 else {
      let line = found.dropFirst().first?.position.line
      throw ParquetError(
        .invalidArgument,
        "found \(found.count) consumers of type \(ArchiveConfiguration.consumerType); expected one"
      ).adding(line: line)
    }
    if let config = found[0].value(at: "config") { try take(config, "config") }
  }

  /// Takes the keys of a mapping.
  private mutating func take(
    _ value: ConfigurationValue, _ what: String
  ) throws(ParquetError) {
    guard value.content != .null else { return }
    guard case .mapping(let members) = value.content else {
      throw ParquetError(
        .invalidArgument, "\(what) must be a mapping of keys; this is \(value.found)"
      ).adding(line: value.position.line)
    }
    for member in members {
      do throws(ParquetError) {
        try ArchiveSetting.named(member.key).apply(member.value, to: &self)
      } catch {
        throw error.adding(line: member.position.line)
      }
    }
  }

  /// The consumers of the pipelines that a text describes; nil where it describes none.
  private static func consumers(_ root: ConfigurationValue) -> [ConfigurationValue]? {
    if root.value(at: "type") != nil { return [root] }
    if let pipelines = root.value(at: "pipelines") {
      return items(pipelines).flatMap { consumersOf($0) ?? [] }
    }
    return consumersOf(root)
  }

  private static func consumersOf(_ pipeline: ConfigurationValue) -> [ConfigurationValue]? {
    let lists = ["consumers", "consumer"].compactMap { pipeline.value(at: $0) }
    guard !lists.isEmpty else { return nil }
    // A consumer that stands alone is a mapping with a type.
    return lists.flatMap { $0.value(at: "type") == nil ? items($0) : [$0] }
  }

  /// The values of a list or a mapping.
  private static func items(_ value: ConfigurationValue) -> [ConfigurationValue] {
    switch value.content {
    case .array(let values): values
    case .mapping(let members): members.map(\.value)
    default: []
    }
  }
}
