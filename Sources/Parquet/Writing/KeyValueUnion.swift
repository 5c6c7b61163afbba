/// The footer's pairs of a file that is joined from others.
///
/// A key that several files have stands once, with the value of the first that has it; where they differ,
/// ``conflictingKeys`` names it. Some of Spark's pairs change what dates and times in the file mean: files
/// that differ in these are not joined.
public struct KeyValueUnion: Sendable {
  /// The pairs of all files so far, in the order they came.
  public private(set) var pairs: [KeyValue] = []
  /// The keys for which files have different values.
  public private(set) var conflictingKeys: [String] = []
  private var meaning: [KeyValue]?

  /// The union of no files.
  public init() {}

  /// Takes the pairs of one more file.
  ///
  /// - Throws: ``ParquetError`` with code `schemaMismatch` where they make dates and times mean something
  ///   else than the files before.
  public mutating func add(_ more: [KeyValue]) throws(ParquetError) {
    let changing = more.filter(KeyValueUnion.changesMeaning)
    if let meaning, Set(meaning) != Set(changing) {
      let key = Set(meaning).symmetricDifference(changing).map(\.key).min() ?? ""
      throw ParquetError(
        .schemaMismatch,
        "differs from the files before in the key-value \(key), by which dates and times mean something"
          + " else; rewrite the files with a Spark that does not need it")
    }
    meaning = changing
    var known: [String: [KeyValue]] = [:]
    for pair in pairs { known[pair.key, default: []].append(pair) }
    for (key, values) in Dictionary(grouping: more, by: \.key).sorted(by: { $0.key < $1.key }) {
      if let first = known[key], first != values, !conflictingKeys.contains(key) {
        conflictingKeys.append(key)
      }
    }
    pairs += more.filter { known[$0.key] == nil }
  }

  /// Whether a pair says how Spark has to read dates and times.
  private static func changesMeaning(_ pair: KeyValue) -> Bool {
    switch pair.key {
    case "org.apache.spark.legacyDateTime", "org.apache.spark.legacyINT96",
      "org.apache.spark.timeZone":
      return true
    case "org.apache.spark.version":
      // Before version 3 the calendar was another.
      let major = pair.value?.split(separator: ".").first.flatMap { Int($0) }
      return (major ?? 0) < 3
    default: return false
    }
  }
}
