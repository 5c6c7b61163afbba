/// One thing the command can do.
public struct Subcommand: Sendable {
  /// The word or words that choose it: `cat`, `midas convert`.
  public var name: String
  /// Its operands as help shows them: `INPUT OUTPUT`.
  public var operands: String
  /// How many operands it takes.
  public var operandCount: ClosedRange<Int>
  /// What it does, in a line.
  public var summary: String
  /// More for its help: paragraphs, each a line of any length.
  public var details: [String]
  /// Its options, apart from those of every command.
  public var options: [CommandOption]
  /// Does it. Throws ``UsageError`` where the command line is wrong, ``Parquet/ParquetError`` where
  /// the work fails.
  public var run: @Sendable (_ arguments: Arguments, _ console: Console) throws -> ExitStatus

  /// A subcommand.
  public init(
    _ name: String, operands: String, count operandCount: ClosedRange<Int>, summary: String,
    details: [String] = [], options: [CommandOption] = [],
    run: @escaping @Sendable (_ arguments: Arguments, _ console: Console) throws -> ExitStatus
  ) {
    self.name = name
    self.operands = operands
    self.operandCount = operandCount
    self.summary = summary
    self.details = details
    self.options = options
    self.run = run
  }

  /// The words of its name.
  var words: [Substring] { name.split(separator: " ") }
}
