import CommandSupport
import Parquet
import Stellar
import Tables

/// What `parquet stellar` is told: by options, else a configuration file.
struct StellarArguments {
  static let options =
    [
      CommandOption(
        "config", letter: "c", "FILE", summary: "a YAML or JSON file that says what options do not"),
      CommandOption("socket", "PATH", summary: "listen for lines at a Unix domain socket"),
      CommandOption(
        "acknowledge",
        summary: "print the number of the last line that is taken, after each block of lines; with"
          + " --write-ahead-log no line up to it is lost"),
    ]
    + ArchiveSetting.all.map { setting in
      CommandOption(
        setting.optionName, isFlag(setting) ? nil : setting.placeholder, summary: setting.summary)
    }

  /// Where messages come from.
  enum Input {
    case file(String)
    case standardInput
    case socket(String)

    var name: String {
      switch self {
      case .file(let path), .socket(let path): path
      case .standardInput: "standard input"
      }
    }
  }

  let configuration: ArchiveConfiguration
  let inputs: [Input]
  let acknowledges: Bool

  /// What the arguments say.
  init(_ arguments: Arguments) throws {
    configuration = try StellarArguments.configuration(arguments)
    acknowledges = arguments.has("acknowledge")
    var inputs = arguments.operands.map { $0 == "-" ? Input.standardInput : .file($0) }
    if let socket = arguments.value("socket") {
      guard inputs.isEmpty else {
        throw UsageError("--socket \(socket): lines come from a socket or from INPUT, not both")
      }
      inputs = [.socket(socket)]
    }
    self.inputs = inputs.isEmpty ? [.standardInput] : inputs
    try checkPaths(arguments)
  }

  /// Refuses a path that is named for two uses, of which one would destroy what the other needs.
  private func checkPaths(_ arguments: Arguments) throws(UsageError) {
    var others = inputs.compactMap { input -> (String, String)? in
      switch input {
      case .file(let path): (path, path)
      case .socket(let path): ("--socket \(path)", path)
      case .standardInput: nil
      }
    }
    if let path = arguments.value("config") { others.append(("--config \(path)", path)) }
    for (option, path) in [
      ("dead-letter-path", configuration.deadLetterPath),
      ("metrics-file", configuration.metricsFile),
    ] {
      guard let path, path != "/dev/null" else { continue }
      for (other, otherPath) in others where isSameFile(path, otherPath) {
        throw UsageError("--\(option) \(path) would be the same file as \(other)")
      }
      others.append(("--\(option) \(path)", path))
    }
  }

  /// Settings that are off unless their option is given.
  private static func isFlag(_ setting: ArchiveSetting) -> Bool { setting.standard == "false" }

  private static func configuration(_ arguments: Arguments) throws -> ArchiveConfiguration {
    var configuration = ArchiveConfiguration()
    if let path = arguments.value("config") {
      let source = try FileSource(path: path)
      let text = try source.read(0..<source.byteCount).array()
      do throws(ParquetError) {
        configuration = try ArchiveConfiguration(text, name: path) { Environment.value($0) }
      } catch { throw UsageError("\(error)") }
    }
    for setting in ArchiveSetting.all where arguments.has(setting.optionName) {
      let text = arguments.value(setting.optionName) ?? "true"
      do throws(ParquetError) { try configuration.set(setting.key, text) } catch {
        throw UsageError("--\(setting.optionName) \(text): \(error.message)")
      }
    }
    if configuration.storageType == nil {
      guard configuration.localPath != nil else {
        throw UsageError("storage_type is required: --local-path DIR, or --storage-type")
      }
      configuration.storageType = .local
    }
    do throws(ParquetError) {
      try configuration.expandHome(Environment.value("HOME"))
      try configuration.check()
    } catch { throw UsageError(error.message) }
    return configuration
  }
}
