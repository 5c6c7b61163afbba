internal import Parquet
internal import Tables

/// One key of a configuration, with the variable of the environment that says the same.
struct ConfigurationSetting: Sendable {
  /// What a value is, and what to do with it.
  enum Kind: Sendable {
    case boolean(@Sendable (inout MIDASConfiguration, Bool) -> Void)
    case integer(ClosedRange<Int>, @Sendable (inout MIDASConfiguration, Int) -> Void)
    case text(@Sendable (inout MIDASConfiguration, String) -> Void)
    case list(@Sendable (inout MIDASConfiguration, [String]) -> Void)
    /// One of several words; false where it is none of them.
    case choice(String, @Sendable (inout MIDASConfiguration, String) -> Bool)

    /// What a value must be, for messages.
    var expected: String {
      switch self {
      case .boolean: "true or false"
      case .integer(let range, _):
        "a whole number from \(range.lowerBound) to \(range.upperBound)"
      case .text: "a string that is not empty"
      case .list: "an array of strings, none of them empty, at least one"
      case .choice(let words, _): "one of \(words)"
      }
    }
  }

  let table: String
  let key: String
  let variable: String?
  let kind: Kind

  init(_ table: String, _ key: String, _ variable: String? = nil, _ kind: Kind) {
    self.table = table
    self.key = key
    self.variable = variable
    self.kind = kind
  }

  static let all: [ConfigurationSetting] = [
    .init("processing", "input_path", "MIDAS_INPUT_PATH", .text { $0.processing.inputPath = $1 }),
    .init(
      "processing", "output_path", "MIDAS_OUTPUT_PATH", .text { $0.processing.outputPath = $1 }),
    .init("processing", "cache_path", "MIDAS_CACHE_PATH", .text { $0.processing.cachePath = $1 }),
    .init(
      "processing", "parquet_output_path", "MIDAS_PARQUET_OUTPUT_PATH",
      .text { $0.processing.parquetOutputPath = $1 }),
    .init("processing", "datasets", "MIDAS_DATASETS", .list { $0.processing.dataSets = $1 }),
    .init("processing", "dry_run", "MIDAS_DRY_RUN", .boolean { $0.processing.isDryRun = $1 }),
    .init("processing", "force_overwrite", nil, .boolean { $0.processing.overwrites = $1 }),
    .init(
      "quality_control", "require_station_metadata", "MIDAS_REQUIRE_STATION_METADATA",
      .boolean { $0.qualityControl.requiresStationMetadata = $1 }),
    .init(
      "quality_control", "exclude_empty_measurements", "MIDAS_EXCLUDE_EMPTY_MEASUREMENTS",
      .boolean { $0.qualityControl.excludesEmptyMeasurements = $1 }),
    .init(
      "parquet", "compression", nil,
      .choice(Compression.configuredNames) {
        guard let compression = Compression(configured: $1) else { return false }
        $0.parquet.compression = compression
        return true
      }),
    .init("parquet", "row_group_size", nil, .integer(1...Int.max) { $0.parquet.rowGroupRows = $1 }),
    // A page's size is a signed 32-bit number of bytes in the file.
    .init("parquet", "page_size_mb", nil, .integer(1...1024) { $0.parquet.pageMebibytes = $1 }),
    .init(
      "performance", "parallel_workers", "MIDAS_PARALLEL_WORKERS",
      .integer(1...1024) { $0.performance.workerCount = $1 }),
    .init(
      "performance", "memory_limit_gb", "MIDAS_MEMORY_LIMIT_GB",
      .integer(1...1_048_576) { $0.performance.memoryLimitGibibytes = $1 }),
    .init(
      "logging", "level", "MIDAS_LOG_LEVEL",
      .choice(words(of: MIDASConfiguration.Logging.Level.self)) {
        guard let level = MIDASConfiguration.Logging.Level(rawValue: $1) else { return false }
        $0.logging.level = level
        return true
      }),
    .init(
      "logging", "format", nil,
      .choice(words(of: MIDASConfiguration.Logging.Format.self)) {
        guard let format = MIDASConfiguration.Logging.Format(rawValue: $1) else { return false }
        $0.logging.format = format
        return true
      }),
    .init("logging", "structured", nil, .boolean { $0.logging.isStructured = $1 }),
  ]

  private static func words<Choice: CaseIterable & RawRepresentable>(
    of type: Choice.Type
  ) -> String where Choice.RawValue == String {
    type.allCases.map(\.rawValue).joined(separator: ", ")
  }

  /// Takes a value of a file; false where it is not what is expected.
  func apply(_ value: TOMLDocument.Value, to configuration: inout MIDASConfiguration) -> Bool {
    switch (kind, value) {
    case (.boolean(let set), .boolean(let value)):
      set(&configuration, value)
    case (.integer(let range, let set), .integer(let value)):
      guard range.contains(value) else { return false }
      set(&configuration, value)
    case (.text(let set), .string(let text)):
      guard !text.isEmpty else { return false }
      set(&configuration, text)
    case (.choice(_, let set), .string(let text)):
      return set(&configuration, text)
    case (.list(let set), .array(let values)):
      var texts: [String] = []
      for case .string(let text) in values where !text.isEmpty { texts.append(text) }
      guard !values.isEmpty, texts.count == values.count else { return false }
      set(&configuration, texts)
    default: return false
    }
    return true
  }

  /// Takes the text of a variable; false where it is not what is expected.
  func apply(text: String, to configuration: inout MIDASConfiguration) -> Bool {
    switch kind {
    case .boolean:
      switch text.lowercased() {
      case "true", "1": return apply(.boolean(true), to: &configuration)
      case "false", "0": return apply(.boolean(false), to: &configuration)
      default: return false
      }
    case .integer:
      return Int(text).map { apply(.integer($0), to: &configuration) } ?? false
    case .text, .choice: return apply(.string(text), to: &configuration)
    case .list:
      let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      return apply(.array(parts.map { .string(String($0).trimmingBlanks()) }), to: &configuration)
    }
  }

  /// What a variable must be, for messages.
  var expectedText: String {
    switch kind {
    case .boolean: "true, false, 1 or 0"
    case .text: "a text that is not empty"
    case .list: "names separated by commas, none of them empty"
    default: kind.expected
    }
  }
}

extension MIDASConfiguration {
  /// Takes what a configuration file says.
  mutating func apply(_ document: TOMLDocument) throws(ParquetError) {
    func list(_ names: [String]) -> String { names.joined(separator: ", ") }
    let tables = ConfigurationSetting.all.map(\.table)
    let known = tables.enumerated().filter { tables.firstIndex(of: $1) == $0 }.map(\.element)
    for table in document.tables where !known.contains(table.name) {
      throw TOMLDocument.error(
        "there is no table [\(table.name)] (valid: \(list(known)))", at: table.position)
    }
    for entry in document.entries {
      guard !entry.table.isEmpty else {
        throw TOMLDocument.error(
          "the key \(entry.key) stands in no table (valid: \(list(known)))", at: entry.position)
      }
      let settings = ConfigurationSetting.all.filter { $0.table == entry.table }
      guard let setting = settings.first(where: { $0.key == entry.key }) else {
        throw TOMLDocument.error(
          "[\(entry.table)] has no key \(entry.key) (valid: \(list(settings.map(\.key))))",
          at: entry.position)
      }
      guard setting.apply(entry.value, to: &self) else {
        throw TOMLDocument.error(
          "\(entry.key) must be \(setting.kind.expected); this is \(describe(entry.value))",
          at: entry.valuePosition)
      }
    }
  }

  /// Takes what the environment says.
  mutating func apply(_ environment: [String: String]) throws(ParquetError) {
    for setting in ConfigurationSetting.all {
      guard let variable = setting.variable, let text = environment[variable] else { continue }
      guard setting.apply(text: text, to: &self) else {
        throw ParquetError(
          .invalidArgument,
          "the environment's \(variable) must be \(setting.expectedText), not `\(text)`")
      }
    }
  }

  private func describe(_ value: TOMLDocument.Value) -> String {
    switch value {
    case .string(let text): "the string \"\(text)\""
    case .integer(let number): "\(number)"
    case .float(let number): "\(number)"
    case .boolean(let value): "\(value)"
    case .array(let values): values.isEmpty ? "an empty array" : "an array"
    }
  }
}
