/// Bytes that are fetched by range, from an object store say, where each request costs far more than its
/// bytes.
///
/// ``ParquetReader`` opens such a file with one request for its last 64 KiB, and a second one where its footer is
/// larger. The pages of a row group are put together as ``coalescing`` says; other reads are made 256 KiB large,
/// and the last few of them kept.
///
/// ```swift
/// let source = RangeSource(name: url, byteCount: size) { range in
///   Bytes(copying: try download(url, "bytes=\(range.lowerBound)-\(range.upperBound - 1)"))
/// }
/// let reader = try ParquetReader(source)
/// ```
public final class RangeSource: ByteSource {
  /// Gets the bytes of a range, all of them and no more. Called from several threads at a time; an error that
  /// is no ``ParquetError`` becomes the cause of one with code `inputOutput`.
  public typealias Fetch = @Sendable (_ range: Range<Int>) throws -> Bytes
  /// Gets the last bytes, as many as are asked for or all where there are fewer, and says how many there are
  /// altogether: what HTTP answers to `Range: bytes=-65536`.
  public typealias FetchSuffix = (_ count: Int) throws -> (bytes: Bytes, byteCount: Int)

  /// What to call the source in an error.
  public let name: String
  /// The number of bytes there are.
  public let byteCount: Int
  /// How the pages of a row group are put together.
  public let coalescing: ReadCoalescing?
  private let fetch: Fetch
  /// The end of the source, where it came with the size.
  private let suffix: HeldBytes?

  /// The bytes from the end that are asked for first.
  static let suffixByteCount = 64 << 10

  /// A source of `byteCount` bytes, of which none is fetched yet.
  ///
  /// - Parameters:
  ///   - name: what to call it in an error.
  ///   - byteCount: how many bytes there are.
  ///   - coalescing: how the pages of a row group are put together.
  ///   - fetch: gets the bytes of a range.
  /// - Precondition: `byteCount` is not negative.
  public init(
    name: String, byteCount: Int, coalescing: ReadCoalescing = ReadCoalescing(),
    fetch: @escaping Fetch
  ) {
    precondition(byteCount >= 0, "a source has no negative number of bytes")
    self.name = name
    self.byteCount = byteCount
    self.coalescing = coalescing
    self.fetch = fetch
    suffix = nil
  }

  /// A source whose size is not known: the first request, made at once, tells.
  ///
  /// - Parameters:
  ///   - name: what to call it in an error.
  ///   - coalescing: how the pages of a row group are put together.
  ///   - suffix: gets the last bytes and their number; called once, before this returns.
  ///   - fetch: gets the bytes of a range.
  /// - Throws: ``ParquetError`` with code `inputOutput` where `suffix` throws, or gives other bytes than it
  ///   was asked for.
  public init(
    name: String, coalescing: ReadCoalescing = ReadCoalescing(), suffix: FetchSuffix,
    fetch: @escaping Fetch
  ) throws(ParquetError) {
    self.name = name
    self.coalescing = coalescing
    self.fetch = fetch
    let wanted = RangeSource.suffixByteCount
    let answer: (bytes: Bytes, byteCount: Int)
    do { answer = try suffix(wanted) } catch {
      throw RangeSource.failure("the last \(wanted) bytes", error).adding(file: name)
    }
    byteCount = answer.byteCount
    self.suffix = try HeldBytes(suffix: answer.bytes, of: answer.byteCount, name: name)
  }

  /// The bytes of `range`: one request, none where the suffix has them.
  public func read(_ range: Range<Int>) throws(ParquetError) -> Bytes {
    try check(range)
    if range.isEmpty { return Bytes() }
    if let bytes = suffix?.slice(range) { return bytes }
    let bytes: Bytes
    do { bytes = try fetch(range) } catch {
      throw RangeSource.failure("bytes \(range.lowerBound) to \(range.upperBound)", error)
        .adding(file: name, byteOffset: range.lowerBound)
    }
    try check(bytes, for: range)
    return bytes
  }

  private static func failure(_ what: String, _ error: any Error) -> ParquetError {
    if let error = error as? ParquetError { return error }
    return ParquetError(.inputOutput, "\(what) cannot be fetched: \(error)", cause: error)
  }
}
