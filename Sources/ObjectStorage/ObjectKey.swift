public import Parquet

/// The name of an object in a store: parts separated by `/`, as `year=2025/month=07/a.parquet`.
///
/// Keys are told apart and ordered by their bytes, as stores do it, and not as texts, of which two with other bytes
/// may be equal: `é` is one character or an `e` with an accent.
public struct ObjectKey: Sendable, CustomStringConvertible {
  /// The most bytes of a key, which is what S3 and Google Cloud Storage take.
  public static let largestByteCount = 1024

  /// The key as text.
  public let description: String

  /// The key that `text` is.
  ///
  /// - Throws: ``Parquet/ParquetError`` with code `invalidArgument` where it is empty, too long, begins or ends with
  ///   `/`, or has a part that is empty, `.` or `..`, or a control character: such keys lead out of a store, or name
  ///   nothing in one.
  /// - Complexity: O(*n*) in the number of bytes.
  public init(_ text: String) throws(ParquetError) {
    guard !text.isEmpty else { throw ParquetError(.invalidArgument, "an object key is empty") }
    guard text.utf8.count <= ObjectKey.largestByteCount else {
      throw ParquetError(
        .invalidArgument,
        "an object key has \(text.utf8.count) bytes, of at most \(ObjectKey.largestByteCount)")
    }
    try ObjectKey.check(text[...], of: text, as: "object key")
    description = text
  }

  /// The key of `text` below this one.
  ///
  /// - Throws: ``Parquet/ParquetError`` as ``init(_:)`` does.
  public func appending(_ text: String) throws(ParquetError) -> ObjectKey {
    try ObjectKey("\(description)/\(text)")
  }

  /// The last part.
  public var name: Substring { description[ObjectKey.afterLastSlash(of: description)...] }

  /// What is before the last part: empty, or ends with `/`.
  var folder: Substring { description[..<ObjectKey.afterLastSlash(of: description)] }
}

extension ObjectKey: Hashable, Comparable {
  /// Whether both have the same bytes.
  public static func == (a: ObjectKey, b: ObjectKey) -> Bool {
    a.description.utf8.elementsEqual(b.description.utf8)
  }

  /// Whether `a` comes first by its bytes, which is the order in which stores list.
  public static func < (a: ObjectKey, b: ObjectKey) -> Bool {
    a.description.utf8.lexicographicallyPrecedes(b.description.utf8)
  }

  /// Feeds the bytes to `hasher`.
  public func hash(into hasher: inout Hasher) {
    for byte in description.utf8 { hasher.combine(byte) }
    hasher.combine(UInt8.max)
  }
}

extension ObjectKey {
  /// Refuses what no key begins with.
  ///
  /// - Throws: ``Parquet/ParquetError`` with code `invalidArgument`: a listing below `/a` or `../a` would be empty,
  ///   but is a mistake.
  static func checkPrefix(_ prefix: String) throws(ParquetError) {
    let folder = prefix[..<afterLastSlash(of: prefix)]
    if !folder.isEmpty {
      try check(Substring(folder.utf8.dropLast()), of: prefix, as: "prefix of object keys")
    }
    try checkControls(of: prefix, as: "prefix of object keys")
  }

  /// Refuses parts that are empty or lead elsewhere, and control characters.
  private static func check(
    _ path: Substring, of text: String, as what: String
  ) throws(ParquetError) {
    try checkControls(of: text, as: what)
    // By bytes: a slash with an accent upon it is one character, and a slash to the system.
    for part in path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      guard !part.isEmpty, !part.elementsEqual(".".utf8), !part.elementsEqual("..".utf8) else {
        throw ParquetError(
          .invalidArgument,
          "the \(what) `\(text)` has the part `\(Substring(part))`:"
            + " keys are relative and lead nowhere else")
      }
    }
  }

  private static func checkControls(of text: String, as what: String) throws(ParquetError) {
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw ParquetError(.invalidArgument, "the \(what) `\(text)` has a control character")
    }
  }

  /// Where the last part begins.
  private static func afterLastSlash(of text: String) -> String.Index {
    guard let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")) else { return text.startIndex }
    return text.utf8.index(after: slash)
  }
}
