/// The help texts.
enum Help {
  private static let width = 80

  /// What the whole command does.
  static func overview(tool: String, summary: String, commands: [Subcommand]) -> String {
    var lines = ["usage: \(tool) COMMAND [OPTIONS] …", ""]
    lines += wrapped(summary, indent: 0)
    lines += ["", "commands:"]
    lines += table(commands.map { (name: $0.name, text: $0.summary) })
    lines += ["", "\(tool) help COMMAND says more; \(tool) --version names the version."]
    return lines.joined(separator: "\n")
  }

  /// What one subcommand does.
  static func page(tool: String, _ command: Subcommand) -> String {
    let operands = command.operands.isEmpty ? "" : " \(command.operands)"
    var lines = ["usage: \(tool) \(command.name)\(operands) [OPTIONS]", ""]
    lines += wrapped(command.summary, indent: 0)
    for paragraph in command.details { lines += [""] + wrapped(paragraph, indent: 0) }
    lines += ["", "options:"]
    lines += table(
      (command.options + CommandOption.common).map { (name: $0.usage, text: $0.summary) })
    return lines.joined(separator: "\n")
  }

  /// Two columns: names, then texts broken to the width that is left.
  private static func table(_ rows: [(name: String, text: String)]) -> [String] {
    let column = min(28, (rows.map(\.name.count).max() ?? 0) + 4)
    return rows.flatMap { row in
      var lines = wrapped(row.text, indent: column)
      let name = "  \(row.name)"
      if name.count + 2 <= column, let first = lines.first {
        lines[0] =
          name + String(repeating: " ", count: column - name.count) + first.dropFirst(column)
      } else {
        lines.insert(name, at: 0)
      }
      return lines
    }
  }

  private static func wrapped(_ text: String, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, indent + line.count + 1 + word.count > width {
        lines.append(margin + line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " \(word)"
    }
    return lines + [margin + line]
  }
}
