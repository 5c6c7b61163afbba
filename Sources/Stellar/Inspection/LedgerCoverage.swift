public import ObjectStorage
public import Parquet

/// Which ledgers an archive has, by the names of its files and by what is in them: gaps, overlaps, and files that are
/// not what they say.
///
/// Ledgers of which there are no messages are in no file either: such a gap is none of the archive's.
public struct LedgerCoverage: Sendable {
  /// Something found.
  public enum Finding: Hashable, Sendable {
    /// No file of a type has these ledgers, and there are files before and behind.
    case gap(type: String, ledgers: LedgerRange)
    /// Two files of a type have these ledgers; neighbours may share one.
    case overlap(type: String, ledgers: LedgerRange, first: ObjectKey, second: ObjectKey)
    /// The name of a file says other ledgers than are in it; nil where there are none.
    case misnamed(ObjectKey, named: LedgerRange, held: LedgerRange?)
    /// A file cannot be read.
    case unreadable(ObjectKey, reason: String)
    /// A file is not named as those of an archive are, and was left out. This is no fault.
    case foreign(ObjectKey)

    /// Whether something is wrong.
    public var isFault: Bool {
      if case .foreign = self { return false }
      return true
    }
  }

  /// The files of a type.
  public struct TypeSummary: Hashable, Sendable {
    /// The type: what key-values say, else what columns do.
    public var type: String
    /// The number of files.
    public var fileCount = 0
    /// The number of rows.
    public var rowCount = 0
    /// From the first to the last ledger; nil where files say none.
    public var ledgers: LedgerRange?
    /// The number of gaps.
    public var gapCount = 0
    /// The number of overlaps.
    public var overlapCount = 0
  }

  private struct Entry {
    var key: ObjectKey
    var ledgers: LedgerRange
  }

  /// What was found: by files first, in the order of their keys, then by types.
  public private(set) var findings: [Finding] = []
  /// The types, by their names.
  public private(set) var types: [TypeSummary] = []
  /// Whether anything is wrong.
  public var hasFault: Bool { findings.contains { $0.isFault } }
  private var summaries: [String: TypeSummary] = [:]
  private var entries: [String: [Entry]] = [:]

  /// Looks at all `.parquet` objects of a store.
  ///
  /// - Parameters:
  ///   - store: where the archive is.
  ///   - prefix: what the keys begin with.
  ///   - onFile: is told of each file before it is looked at; what it throws ends the work.
  /// - Throws: ``Parquet/ParquetError`` where the store cannot be listed. A file that cannot be read is a finding.
  /// - Complexity: a footer for each file; a column where statistics are missing.
  public init(
    of store: some ObjectStore, below prefix: String = "",
    onFile: (_ count: Int, ObjectKey) throws(ParquetError) -> Void = {
      (_, _) throws(ParquetError) in
    }
  ) throws(ParquetError) {
    var count = 0
    for object in try store.objects(below: prefix) where object.key.name.hasSuffix(".parquet") {
      try onFile(count, object.key)
      count += 1
      guard let name = ArchiveFileName(object.key.name) else {
        findings.append(.foreign(object.key))
        continue
      }
      let content: ArchiveFileContent
      do throws(ParquetError) {
        content = try ArchiveFileContent(ParquetReader(try store.source(at: object.key)))
      } catch {
        findings.append(.unreadable(object.key, reason: error.message))
        continue
      }
      add(object.key, name, content)
    }
    for type in summaries.keys.sorted() { finish(type) }
  }

  private mutating func add(
    _ key: ObjectKey, _ name: ArchiveFileName, _ content: ArchiveFileContent
  ) {
    var summary = summaries[content.type] ?? TypeSummary(type: content.type)
    summary.fileCount += 1
    summary.rowCount += content.rowCount
    defer { summaries[content.type] = summary }
    let unknown = LedgerRange(first: 0, last: 0)
    if content.hasLedgers, content.ledgers ?? unknown != name.ledgers {
      findings.append(.misnamed(key, named: name.ledgers, held: content.ledgers))
    }
    // Where no column says it the name may, and 0 is no ledger then.
    let named = name.ledgers == unknown ? nil : name.ledgers
    guard let ledgers = content.hasLedgers ? content.ledgers : named else { return }
    if summary.ledgers == nil {
      summary.ledgers = ledgers
    } else {
      summary.ledgers?.formUnion(ledgers)
    }
    entries[content.type, default: []].append(Entry(key: key, ledgers: ledgers))
  }

  /// Holds the files of a type against each other.
  private mutating func finish(_ type: String) {
    var summary = summaries[type] ?? TypeSummary(type: type)
    let files = (entries[type] ?? []).sorted {
      ($0.ledgers.first, $0.ledgers.last, $0.key) < ($1.ledgers.first, $1.ledgers.last, $1.key)
    }
    // The file that reaches furthest so far.
    var furthest = files.first
    for file in files.dropFirst() {
      guard let before = furthest else { break }
      let last = before.ledgers.last
      if file.ledgers.first > last, file.ledgers.first - last > 1 {
        let missing = LedgerRange(first: last + 1, last: file.ledgers.first - 1)
        findings.append(.gap(type: type, ledgers: missing))
        summary.gapCount += 1
      } else if file.ledgers.first < last {
        let shared = LedgerRange(first: file.ledgers.first, last: min(last, file.ledgers.last))
        findings.append(.overlap(type: type, ledgers: shared, first: before.key, second: file.key))
        summary.overlapCount += 1
      }
      if file.ledgers.last > last { furthest = file }
    }
    types.append(summary)
  }
}
