public import Parquet

/// The name of an object in a store: parts separated by `/`, as `year=2025/month=07/a.parquet`.
public struct ObjectKey: Hashable, Sendable, CustomStringConvertible {
  /// The most bytes of a key, which is what S3 and Google Cloud Storage take.
  public static let largestByteCount = 1024

  /// The key as text.
  public let description: String

  /// The key that `text` is.
  ///
  /// - Throws: ``Parquet/ParquetError`` with code `invalidArgument` where it is empty, too long, begins or ends with
  ///   `/`, or has a part that is empty, `.` or `..`, or a control character: such keys lead out of a store, or name
  ///   nothing in one.
  public init(_ text: String) throws(ParquetError) {
    guard !text.isEmpty else { throw ParquetError(.invalidArgument, "an object key is empty") }
    guard text.utf8.count <= ObjectKey.largestByteCount else {
      throw ParquetError(
        .invalidArgument,
        "an object key has \(text.utf8.count) bytes, of at most \(ObjectKey.largestByteCount)")
    }
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw ParquetError(.invalidArgument, "the object key `\(text)` has a control character")
    }
    for part in text.split(separator: "/", omittingEmptySubsequences: false) {
      guard part != "", part != ".", part != ".." else {
        throw ParquetError(
          .invalidArgument,
          "the object key `\(text)` has the part `\(part)`: keys are relative and lead nowhere else")
      }
    }
    description = text
  }

  /// The key of `text` below this one.
  ///
  /// - Throws: ``Parquet/ParquetError`` as ``init(_:)`` does.
  public func appending(_ text: String) throws(ParquetError) -> ObjectKey {
    try ObjectKey("\(description)/\(text)")
  }

  /// The last part.
  public var name: Substring {
    description.lastIndex(of: "/").map { description[description.index(after: $0)...] }
      ?? description[...]
  }
}
