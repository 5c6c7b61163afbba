import Parquet

/// A command line, taken apart by the options its command has.
public struct Arguments: Sendable {
  /// What is not an option, in order; `-` is one of these.
  public private(set) var operands: [String] = []
  private var given: [String: [String]] = [:]

  /// Takes `words` apart: `--name value`, `--name=value`, `--flag`, `-n value`, `-nvalue`, `-f`; after `--` everything
  /// is an operand.
  ///
  /// - Throws: ``UsageError`` for an option that is not known, has no value, has one too many or stands
  ///   twice.
  public init(_ words: [String], options: [CommandOption]) throws(UsageError) {
    let known = CommandOption.common + options
    var index = 0
    while index < words.count {
      let word = words[index]
      index += 1
      if word == "--" {
        operands += words[index...]
        return
      }
      guard word.hasPrefix("-"), word != "-" else {
        operands.append(word)
        continue
      }
      let (option, attached) = try Arguments.option(word, among: known, options)
      let name = option.name
      guard option.repeats || given[name] == nil || option.valueName == nil else {
        throw UsageError("--\(name) is given twice")
      }
      if option.valueName == nil {
        guard attached == nil else { throw UsageError("--\(name) takes no value") }
        given[name] = []
      } else if let attached {
        given[name, default: []].append(attached)
      } else {
        guard index < words.count, !words[index].hasPrefix("--") else {
          throw UsageError("--\(name) needs a value: \(option.usage)")
        }
        given[name, default: []].append(words[index])
        index += 1
      }
    }
  }

  /// The option that `word` is, and the value that stands in the same word.
  private static func option(
    _ word: String, among known: [CommandOption], _ own: [CommandOption]
  ) throws(UsageError) -> (option: CommandOption, value: String?) {
    if !word.hasPrefix("--"),
      let option = known.first(where: { $0.letter == word.dropFirst().first })
    {
      let rest = word.dropFirst(2)
      return (option, rest.isEmpty ? nil : String(rest.first == "=" ? rest.dropFirst() : rest))
    }
    let parts = word.drop { $0 == "-" }.split(
      separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts.first.map(String.init) ?? ""
    guard word.hasPrefix("--"), let option = known.first(where: { $0.name == name }) else {
      throw .unknownOption(
        parts.first.map { String(word.prefix { $0 == "-" } + $0) } ?? word, known: own)
    }
    return (option, parts.count == 2 ? String(parts[1]) : nil)
  }

  /// Whether the option was given.
  public func has(_ name: String) -> Bool { given[name] != nil }

  /// The value of an option that is given at most once.
  public func value(_ name: String) -> String? { given[name]?.last }

  /// All values of an option, in order.
  public func values(_ name: String) -> [String] { given[name] ?? [] }

  /// A whole number within `range`.
  public func integer(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
    guard let text = value(name) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw UsageError("--\(name) \(text): \(describe(range, "a whole number"))")
    }
    return number
  }

  /// A number of bytes within `range`: `4096`, `64Ki`, `128Mi`, `2Gi`.
  public func byteCount(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
    guard let text = value(name) else { return nil }
    guard let number = ByteCount.parse(text), range.contains(number) else {
      throw UsageError(
        "--\(name) \(text): \(describe(range, "a number of bytes")), optionally with Ki, Mi or Gi")
    }
    return number
  }

  /// One of `choices`.
  public func choice<T>(_ name: String, _ choices: [(name: String, value: T)]) throws(UsageError)
    -> T?
  {
    guard let text = value(name) else { return nil }
    guard let choice = choices.first(where: { $0.name == text }) else {
      throw UsageError(
        "--\(name) \(text): valid are \(choices.map(\.name).joined(separator: ", "))")
    }
    return choice.value
  }

  /// A list separated by commas; a part with a comma of its own stands in double quotes.
  public func list(_ name: String) throws(UsageError) -> [String]? {
    guard let text = value(name) else { return nil }
    var parts: [String] = [""]
    var isQuoted = false
    for character in text {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: parts.append("")
      default: parts[parts.count - 1].append(character)
      }
    }
    guard !isQuoted else { throw UsageError("--\(name) \(text): a double quote is not closed") }
    guard !parts.contains("") else { throw UsageError("--\(name) \(text): a name is empty") }
    return parts
  }

  private func describe(_ range: ClosedRange<Int>, _ what: String) -> String {
    range.upperBound == Int.max
      ? "must be \(what) of at least \(range.lowerBound)"
      : "must be \(what) from \(range.lowerBound) to \(range.upperBound)"
  }
}

extension UsageError {
  /// The error of an option nobody knows: names it, the nearest one and all there are.
  static func unknownOption(_ word: some StringProtocol, known: [CommandOption]) -> UsageError {
    let names = known.map { "--\($0.name)" }
    let hint = Spelling.nearest(to: String(word), in: names).map { ", did you mean \($0)?" } ?? ""
    let valid = names.isEmpty ? "there are none here" : "valid: \(names.joined(separator: ", "))"
    return UsageError("unknown option \(word)\(hint) (\(valid))")
  }
}
