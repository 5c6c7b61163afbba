/// Bytes that can be read by range, in any order, from any thread.
public protocol ByteSource: Sendable {
  /// The number of bytes there are.
  var byteCount: Int { get }
  /// What to call the source in an error.
  var name: String { get }
  /// How reads are best put together; nil, which is the default, where many small ones cost little.
  var coalescing: ReadCoalescing? { get }
  /// The bytes of `range`.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput` where they cannot be read, `malformedFile` where
  ///   the range leaves the source.
  func read(_ range: Range<Int>) throws(ParquetError) -> Bytes
}

extension ByteSource {
  /// Small reads cost little.
  public var coalescing: ReadCoalescing? { nil }

  /// Refuses a range that leaves the source.
  ///
  /// - Throws: ``ParquetError`` with code `malformedFile`, as it is the file that says where to read.
  func check(_ range: Range<Int>) throws(ParquetError) {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else {
      throw ParquetError(
        .malformedFile,
        "bytes \(range.lowerBound) to \(range.upperBound) lie outside the file of \(byteCount) bytes"
      ).adding(file: name)
    }
  }

  /// Refuses what was given for `range` where it has not as many bytes.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`.
  func check(_ bytes: Bytes, for range: Range<Int>) throws(ParquetError) {
    guard bytes.count == range.count else {
      throw .wrongByteCount(bytes.count, of: range, in: name)
    }
  }

  /// The bytes of `range`, checked to be as many: a source may be anyone's.
  func readAll(_ range: Range<Int>) throws(ParquetError) -> Bytes {
    let bytes = try read(range)
    try check(bytes, for: range)
    return bytes
  }
}

extension ParquetError {
  /// The error of a source that gave `byteCount` bytes for `range`.
  static func wrongByteCount(
    _ byteCount: Int, of range: Range<Int>, in name: String
  ) -> ParquetError {
    ParquetError(
      .inputOutput, "the source gave \(byteCount) bytes where \(range.count) were asked for"
    ).adding(file: name, byteOffset: range.lowerBound)
  }
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
    try check(range)
    return bytes.slice(range)
  }
}
