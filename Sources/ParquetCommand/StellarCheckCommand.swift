import CommandSupport
import ObjectStorage
import Parquet
import Stellar

extension StellarCommand {
  /// `parquet stellar check`.
  static let check = Subcommand(
    "stellar check", operands: "DIR", count: 1...1,
    summary: "Finds gaps and overlaps of ledgers in an archive; exit status 1 if there is any.",
    details: [
      "Holds the ledgers in the name of each .parquet file against those in its columns, and the files of each type"
        + " against each other: one line for each fault, then one for each type. Two files may share one ledger where"
        + " one ends and the other begins. Ledgers without messages are in no file, and show as gaps. Footers and"
        + " statistics are read, pages where these do not say it; parquet verify reads all of a file.",
      "Files that are not named stellar-data-A-B-T.parquet are noted and left out.",
    ],
    options: [
      CommandOption("format", "F", summary: "text (default), json"),
      CommandOption("prefix", "PATH", summary: "look at the files below this folder of DIR alone"),
    ],
    run: { try runCheck($0, $1) })

  private static func runCheck(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
    let isJSON = try arguments.choice("format", [("text", false), ("json", true)]) ?? false
    let directory = arguments.operands[0]
    // The store would make a folder that is not there.
    guard isThere(directory) else {
      throw ParquetError(.inputOutput, "no such directory").adding(file: directory)
    }
    let store = try LocalObjectStore(directory: directory)
    let progress = console.progress("stellar check")
    defer { progress.finish() }
    let coverage = try LedgerCoverage(of: store, below: arguments.value("prefix") ?? "") {
      (count, _) throws(ParquetError) in
      try Interruption.check()
      progress.update(rows: count, bytes: 0)
    }
    progress.finish()
    if isJSON {
      try console.print(CoverageJSON.of(coverage).text)
    } else {
      for finding in coverage.findings { try console.print(CoverageText.of(finding)) }
      for type in coverage.types { try console.print(CoverageText.of(type)) }
    }
    return coverage.hasFault ? .failed : .done
  }
}

/// What was found, for people.
private enum CoverageText {
  static func of(_ finding: LedgerCoverage.Finding) -> String {
    let text =
      switch finding {
      case .gap(let type, let ledgers):
        "gap: \(type): \(named(ledgers)) \(ledgers.first == ledgers.last ? "is" : "are") in no file"
      case .overlap(let type, let ledgers, let first, let second):
        "overlap: \(type): \(named(ledgers)) in \(first) and \(second)"
      case .misnamed(let key, let ledgers, let held):
        "name: \(key): it says \(named(ledgers)), and \(held.map(named) ?? "no ledger") is in it"
      case .unreadable(let key, let reason): "unreadable: \(key): \(reason)"
      case .foreign(let key): "note: \(key): not named as a file of an archive, left out"
      }
    return Console.printable(text)
  }

  static func of(_ summary: LedgerCoverage.TypeSummary) -> String {
    var text =
      "\(summary.type): \(counted(summary.fileCount, "file")), \(counted(summary.rowCount, "row"))"
    text += summary.ledgers.map { ", \(named($0))" } ?? ", no ledgers"
    text += ", \(counted(summary.gapCount, "gap")), \(counted(summary.overlapCount, "overlap"))"
    return Console.printable(text)
  }

  private static func named(_ ledgers: LedgerRange) -> String {
    ledgers.first == ledgers.last ? "ledger \(ledgers)" : "ledgers \(ledgers)"
  }
}

/// The same, for programs.
private enum CoverageJSON {
  static func of(_ coverage: LedgerCoverage) -> JSON {
    .object([
      ("faults", .integer(coverage.findings.count { $0.isFault })),
      ("findings", .array(coverage.findings.map(of))), ("types", .array(coverage.types.map(of))),
    ])
  }

  private static func of(_ finding: LedgerCoverage.Finding) -> JSON {
    switch finding {
    case .gap(let type, let ledgers):
      .object([("kind", .string("gap")), ("type", .string(type)), ("ledgers", of(ledgers))])
    case .overlap(let type, let ledgers, let first, let second):
      .object([
        ("kind", .string("overlap")), ("type", .string(type)), ("ledgers", of(ledgers)),
        ("files", .array([of(first), of(second)])),
      ])
    case .misnamed(let key, let named, let held):
      .object([
        ("kind", .string("name")), ("files", .array([of(key)])), ("named", of(named)),
        ("held", held.map(of) ?? .null),
      ])
    case .unreadable(let key, let reason):
      .object([
        ("kind", .string("unreadable")), ("files", .array([of(key)])), ("reason", .string(reason)),
      ])
    case .foreign(let key):
      .object([("kind", .string("foreign")), ("files", .array([of(key)]))])
    }
  }

  private static func of(_ summary: LedgerCoverage.TypeSummary) -> JSON {
    .object([
      ("type", .string(summary.type)), ("files", .integer(summary.fileCount)),
      ("rows", .integer(summary.rowCount)), ("ledgers", summary.ledgers.map(of) ?? .null),
      ("gaps", .integer(summary.gapCount)), ("overlaps", .integer(summary.overlapCount)),
    ])
  }

  private static func of(_ ledgers: LedgerRange) -> JSON {
    .array([.raw(String(ledgers.first)), .raw(String(ledgers.last))])
  }

  private static func of(_ key: ObjectKey) -> JSON { .string(key.description) }
}
