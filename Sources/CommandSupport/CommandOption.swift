/// A long option of a command.
public struct CommandOption: Hashable, Sendable {
  /// The name without its dashes.
  public var name: String
  /// What stands for the value in help; nil for an option without one.
  public var valueName: String?
  /// Whether it may be given more than once.
  public var repeats: Bool
  /// What it does, with its default.
  public var summary: String

  /// An option.
  public init(_ name: String, _ valueName: String? = nil, repeats: Bool = false, summary: String) {
    self.name = name
    self.valueName = valueName
    self.repeats = repeats
    self.summary = summary
  }

  /// The option as it is typed: `--limit N`.
  public var usage: String { valueName.map { "--\(name) \($0)" } ?? "--\(name)" }
}

extension CommandOption {
  /// Options that every command takes.
  static let common = [
    CommandOption("quiet", summary: "no progress"),
    CommandOption("help", summary: "this text"),
  ]
}
