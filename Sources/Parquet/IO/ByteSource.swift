/// Bytes that can be read by range, in any order, from any thread.
public protocol ByteSource: Sendable {
  /// The number of bytes there are.
  var byteCount: Int { get }
  /// What to call the source in an error.
  var name: String { get }
  /// The bytes of `range`.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput` where they cannot be read, `malformedFile` where
  ///   the range leaves the source.
  func read(_ range: Range<Int>) throws(ParquetError) -> Bytes
}

/// Bytes in memory as a source; a read shares the memory.
public struct MemorySource: ByteSource {
  /// The bytes.
  public let bytes: Bytes
  /// What to call them in an error.
  public let name: String

  /// A source of `bytes`.
  public init(_ bytes: Bytes, name: String = "memory") {
    self.bytes = bytes
    self.name = name
  }

  /// The number of bytes.
  public var byteCount: Int { bytes.count }

  /// The bytes of `range`. O(1).
  public func read(_ range: Range<Int>) throws(ParquetError) -> Bytes {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count else {
      throw ParquetError(
        .malformedFile, "bytes \(range.lowerBound) to \(range.upperBound) lie outside the file"
      ).adding(file: name)
    }
    return bytes.slice(range)
  }
}
