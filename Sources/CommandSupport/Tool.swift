import Parquet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A command made of subcommands: finds the one that is asked for, runs it, and says what went wrong.
public struct Tool: Sendable {
  /// The name it is called by.
  public var name: String
  /// What it is for.
  public var summary: String
  /// Its version.
  public var version: String
  /// What it can do.
  public var commands: [Subcommand]

  /// A command.
  public init(name: String, summary: String, version: String, commands: [Subcommand]) {
    self.name = name
    self.summary = summary
    self.version = version
    self.commands = commands
  }

  /// Does what `words`, the arguments without the program's own name, ask for.
  public func run(_ words: [String]) -> ExitStatus {
    let console = Console(showsProgress: !words.contains { $0 == "--quiet" || $0 == "-q" })
    do {
      let status = try perform(words, console)
      try console.output.finish()
      return status
    } catch {
      return report(error, words, console)
    }
  }

  private func perform(_ words: [String], _ console: Console) throws -> ExitStatus {
    guard let first = words.first else {
      throw UsageError("what to do is missing: \(commandNames(commands)); \(name) help says more")
    }
    switch first {
    case "--version":
      try console.print("\(name) \(version)")
      return .done
    case "help", "--help", "-h":
      return try help(Array(words.dropFirst()), console)
    default:
      let names = Array(words.prefix { !$0.hasPrefix("-") })
      if helpIsAsked(for: words), !family(names).isEmpty { return try help(names, console) }
      let (command, rest) = try find(words)
      if helpIsAsked(for: rest) {
        try console.print(Help.page(tool: name, command))
        return .done
      }
      let arguments = try Arguments(rest, options: command.options)
      try checkOperands(arguments.operands, of: command)
      return try command.run(arguments, console)
    }
  }

  private func help(_ words: [String], _ console: Console) throws -> ExitStatus {
    if words.isEmpty || words == ["--help"] {
      try console.print(Help.overview(tool: name, summary: summary, commands: commands))
      return .done
    }
    let family = family(words)
    if !family.isEmpty {
      try console.print(Help.overview(tool: name, summary: summary, commands: family))
      return .done
    }
    try console.print(Help.page(tool: name, find(words).command))
    return .done
  }

  /// The commands that have more words than these, and begin with them.
  private func family(_ words: [String]) -> [Subcommand] {
    commands.filter {
      $0.words.count > words.count && $0.words.starts(with: words.map { $0[...] })
    }
  }

  /// The subcommand whose words come first, the longest one, and what follows them.
  private func find(_ words: [String]) throws(UsageError) -> (command: Subcommand, rest: [String]) {
    guard let first = words.first else { throw UsageError("what to do is missing") }
    let matching = commands.filter { words.map { $0[...] }.starts(with: $0.words) }
    if let command = matching.max(by: { $0.words.count < $1.words.count }) {
      return (command, Array(words.dropFirst(command.words.count)))
    }
    let family = commands.filter { $0.words.first.map(String.init) == words.first }
    if !family.isEmpty {
      let given = words.dropFirst().first { !$0.hasPrefix("-") }
      throw UsageError(
        (given.map { "unknown command \($0)" } ?? "what to do is missing")
          + " (valid: \(commandNames(family)))")
    }
    let names = commands.map(\.name)
    let hint = Spelling.nearest(to: first, in: names).map { ", did you mean \($0)?" } ?? ""
    throw UsageError("unknown command \(first)\(hint) (valid: \(commandNames(commands)), help)")
  }

  private func helpIsAsked(for words: [String]) -> Bool {
    let options = words.prefix { $0 != "--" }
    return options.contains("--help") || options.contains("-h")
  }

  private func checkOperands(_ operands: [String], of command: Subcommand) throws(UsageError) {
    let usage = "usage: \(name) \(command.name) \(command.operands)"
    if operands.count < command.operandCount.lowerBound {
      throw UsageError(
        operands.isEmpty ? "operands are missing (\(usage))" : "an operand is missing (\(usage))")
    }
    if operands.count > command.operandCount.upperBound {
      throw UsageError(
        "\(operands[command.operandCount.upperBound]) is one operand too many (\(usage))")
    }
  }

  private func commandNames(_ commands: [Subcommand]) -> String {
    commands.map(\.name).joined(separator: ", ")
  }

  /// Says what went wrong, in a line, and what status that is.
  private func report(_ error: any Error, _ words: [String], _ console: Console) -> ExitStatus {
    // The command line may show to be wrong only when the data is at hand.
    switch (error as? ParquetError)?.cause as? UsageError ?? error {
    case let error as UsageError:
      let command = (try? find(words))?.command.name
      console.note(Console.printable("\(name): \(command.map { "\($0): " } ?? "")\(error.message)"))
      return .usage
    case let error as ParquetError:
      if error.code == .cancelled || Interruption.isRequested { return .interrupted }
      // Whoever read the output has seen enough.
      if error.systemErrorNumber == EPIPE, error.context.file == "standard output" { return .done }
      // What was printed before the fault is data all the same.
      try? console.output.finish()
      console.note(Console.printable("\(name): \(error)"))
      return .failed
    default:
      console.note(Console.printable("\(name): \(error)"))
      return .failed
    }
  }
}
