/// What the files of a data set are called, and which names are those of its files.
struct FileNaming {
  /// The greatest number that a file is given.
  static let greatest = 999_999_999_999_999_999

  private static let fileEnd = ".parquet"
  private static let pendingEnd = ".pending"

  let stem: String

  /// `part-00003.parquet`.
  func name(_ number: Int) -> String {
    let digits = String(number)
    let zeros = String(repeating: "0", count: max(0, 5 - digits.count))
    return "\(stem)-\(zeros)\(digits)\(FileNaming.fileEnd)"
  }

  /// The name that a file bears until all are whole.
  ///
  /// One that begins with a dot is none of a data set's files for Spark, pyarrow, DuckDB and Hive.
  static func pending(_ name: some StringProtocol) -> String { ".\(name)\(pendingEnd)" }

  /// The digits in a name as ``name(_:)`` makes it; nil for all others.
  func number(of name: String) -> Substring? {
    FileNaming.digits(name[...], stem: stem)
  }

  /// Whether a file of this name is one that waits for its own.
  func isPending(_ name: String) -> Bool { FileNaming.pendingDigits(name[...], stem) != nil }

  /// Whether a file of this name is what a `FileSink` writes to, of a file that waits: `..part-00003.parquet.pending.tmp`
  /// or, with others at work, `..part-00003.parquet.pending.2.tmp`.
  func isTemporary(_ name: String) -> Bool {
    guard name.utf8.first == UInt8(ascii: "."),
      let inner = FileNaming.without(end: ".tmp", name.dropFirst())
    else { return false }
    if FileNaming.pendingDigits(inner, stem) != nil { return true }
    guard let dot = inner.utf8.lastIndex(of: UInt8(ascii: ".")),
      inner[dot...].utf8.count == 2, inner[dot...].utf8.last.map(FileNaming.isDigit) == true
    else { return false }
    return FileNaming.pendingDigits(inner[..<dot], stem) != nil
  }

  /// Whether a run that was killed left a file of this name.
  func isLeftover(_ name: String) -> Bool { isPending(name) || isTemporary(name) }

  /// Whether readers of data sets take a file of this name.
  static func isVisible(_ name: String) -> Bool {
    name.utf8.first != UInt8(ascii: ".") && without(end: fileEnd, name[...]) != nil
  }

  /// Whether a folder of this name is a partition, `key=value`, for readers.
  static func isPartition(_ name: String) -> Bool {
    guard name.utf8.first != UInt8(ascii: "."),
      let equals = name.utf8.firstIndex(of: UInt8(ascii: "="))
    else { return false }
    return equals > name.startIndex
  }

  private static func pendingDigits(_ name: Substring, _ stem: String) -> Substring? {
    guard name.utf8.first == UInt8(ascii: "."),
      let inner = without(end: pendingEnd, name.dropFirst())
    else { return nil }
    return digits(inner, stem: stem)
  }

  private static func digits(_ name: Substring, stem: String) -> Substring? {
    guard name.utf8.starts(with: "\(stem)-".utf8), let whole = without(end: fileEnd, name) else {
      return nil
    }
    let start = whole.utf8.index(whole.startIndex, offsetBy: stem.utf8.count + 1)
    let digits = whole[start...]
    return digits.utf8.count >= 5 && digits.utf8.allSatisfy(isDigit) ? digits : nil
  }

  private static func without(end: String, _ name: Substring) -> Substring? {
    let count = end.utf8.count
    guard name.utf8.suffix(count).elementsEqual(end.utf8) else { return nil }
    return name[..<name.utf8.index(name.endIndex, offsetBy: -count)]
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
