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
  /// The letter that stands for it behind one dash, if there is one.
  public var letter: Character?

  /// An option.
  public init(
    _ name: String, letter: Character? = nil, _ valueName: String? = nil, repeats: Bool = false,
    summary: String
  ) {
    self.name = name
    self.letter = letter
    self.valueName = valueName
    self.repeats = repeats
    self.summary = summary
  }

  /// The option as it is typed: `--limit N`, `-o, --output DIR`.
  public var usage: String {
    (letter.map { "-\($0), " } ?? "") + (valueName.map { "--\(name) \($0)" } ?? "--\(name)")
  }
}

extension CommandOption {
  /// Options that every command takes.
  static let common = [
    CommandOption("quiet", letter: "q", summary: "no progress"),
    CommandOption("help", letter: "h", summary: "this text"),
  ]
}
