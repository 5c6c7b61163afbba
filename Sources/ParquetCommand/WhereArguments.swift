import CommandSupport
import Parquet
import Tables

/// `--where` and `--explain`: which rows a command reads.
struct WhereArguments {
  static let options = [
    CommandOption(
      "where", "EXPR",
      summary: "only rows for which EXPR is true: COLUMN OP VALUE with and, or, not, (); OP is"
        + " = != < <= > >=, in (…), not in (…), is null, is not null"),
    CommandOption("explain", summary: "say how much of the file --where did not need to read"),
  ]

  private let text: String?
  private let explains: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    text = arguments.value("where")
    explains = arguments.has("explain")
    if explains, text == nil { throw UsageError("--explain is for runs with --where") }
  }

  /// Whether rows are to be chosen.
  var isGiven: Bool { text != nil }

  /// The filter for a file with `schema`; nil where all rows are wanted.
  func filter(_ schema: Schema) throws(UsageError) -> Filter? {
    guard let text else { return nil }
    do throws(FilterTextError) {
      return try FilterText.parse(text, schema)
    } catch {
      if let name = error.unknownColumn {
        throw .unknownColumn(name, option: "where", schema: schema)
      }
      throw UsageError("--where: at character \(error.position): \(error.message)")
    }
  }

  /// Says what was passed over in the file called `name`, where that was asked for.
  func explain(_ report: FilterReport, _ name: String, _ console: Console) {
    guard explains else { return }
    console.note(
      "\(name): of \(counted(report.rowGroupCount, "row group")), skipped by statistics "
        + "\(report.rowGroupsSkippedByStatistics), by dictionaries "
        + "\(report.rowGroupsSkippedByDictionary), by bloom filters "
        + "\(report.rowGroupsSkippedByBloomFilter), by the page index "
        + "\(report.rowGroupsSkippedByPageIndex)")
    console.note(
      "\(name): of \(counted(report.pageCount, "page")) of the columns tested, skipped by the page "
        + "index \(report.pagesSkippedByPageIndex)")
    console.note(
      "\(name): of \(counted(report.rowCount, "row")), tested \(report.testedRowCount), kept "
        + "\(report.keptRowCount)")
  }
}
