/// Reads a Parquet file whose bytes are waited for.
///
/// What ``ParquetReader`` needs is fetched, in as few reads as can be, and that runs over it: its decoders, checks
/// and limits are the same. Decoding runs where the caller runs; nothing waits but for bytes.
///
/// ```swift
/// let reader = try await AsyncParquetReader(source)
/// let batches = try reader.batches(columns: [0, 3])
/// while let batch = try await batches.next() { … }
/// ```
public final class AsyncParquetReader: Sendable {
  /// The file by what was fetched of it: schema, metadata and counts are there. To read rows with it is an error.
  public let reader: ParquetReader
  let source: any AsyncByteSource
  let fetched: FetchedSource
  /// The end of the file, where small indexes lie.
  private let suffix: FetchedSource.Hold

  /// A reader of the file in `source`; the footer is read: in one read, in two where it has more than 64 KiB.
  ///
  /// - Parameters: as of ``ParquetReader/init(_:limits:verifyingChecksums:decryption:)``.
  /// - Throws: ``ParquetError`` as that does.
  public nonisolated(nonsending) init(
    _ source: any AsyncByteSource, limits: ReaderLimits = ReaderLimits(),
    verifyingChecksums: Bool = true, decryption: DecryptionOptions? = nil
  ) async throws(ParquetError) {
    self.source = source
    let answer: (bytes: Bytes, byteCount: Int)
    do throws(ParquetError) {
      answer = try await source.readSuffix(RangeSource.suffixByteCount)
    } catch {
      throw error.adding(file: source.name)
    }
    let end = try HeldBytes(suffix: answer.bytes, of: answer.byteCount, name: source.name)
    let fetched = FetchedSource(name: source.name, byteCount: answer.byteCount)
    let suffix = FetchedSource.Hold(fetched)
    suffix.add([end])
    // The footer, where the suffix has not all of it; the metadata holds what it needs.
    let footer = FetchedSource.Hold(fetched)
    reader = try await AsyncParquetReader.fetchingWhatIsMissing(from: source, footer) {
      () throws(ParquetError) in
      try ParquetReader(
        fetched, limits: limits, verifyingChecksums: verifyingChecksums, decryption: decryption)
    }
    self.fetched = fetched
    self.suffix = suffix
  }

  /// What `body` returns, which is called again with the bytes that it missed.
  ///
  /// Each call gets further than the one before, so this ends when the file does.
  ///
  /// - Parameters:
  ///   - source: what they are read from.
  ///   - hold: what keeps them.
  ///   - byteCount: how many bytes there are, where what follows few bytes is to be fetched along.
  ///   - body: reads from what was fetched.
  /// - Returns: what `body` does.
  /// - Throws: ``ParquetError`` of `body` and of the source.
  static nonisolated(nonsending) func fetchingWhatIsMissing<T>(
    from source: any AsyncByteSource, _ hold: FetchedSource.Hold,
    neighboursWithin byteCount: Int? = nil, _ body: () throws(ParquetError) -> T
  ) async throws(ParquetError) -> T {
    while true {
      var missing: Range<Int>
      do throws(ParquetError) { return try body() } catch {
        guard let cause = error.cause as? MissingBytes else { throw error }
        missing = cause.range
      }
      if let byteCount { missing = WindowSource.widened(missing, within: byteCount) }
      try hold.grant?.extend(by: missing.count)
      hold.add(try await source.readAll([missing]))
    }
  }

  /// The rows, batch by batch: all, or those of `rows`, or those of them that `filter` keeps.
  ///
  /// Of each row group the stored bytes of the chosen columns are fetched before its first batch, and held until its
  /// last one; they count against ``ReaderLimits/totalBytes``. With a filter, what it takes to rule a row group out
  /// (page index, bloom filters, dictionaries) is fetched first, and no more where it is ruled out.
  ///
  /// - Parameters:
  ///   - columns: the leaves to read, in any order; all where nil.
  ///   - rows: the rows to read, counted in the file; all where nil.
  ///   - filter: which rows to keep; all where nil.
  ///   - batchRows: the most rows of a batch, as of ``ParquetReader``.
  /// - Returns: what gives the batches.
  /// - Throws: ``ParquetError`` with code `invalidArgument` where there is no such column or row, or the filter does
  ///   not fit the schema.
  public func batches(
    columns: [Int]? = nil, rows: Range<Int>? = nil, filter: Filter? = nil, batchRows: Int = 65_536
  ) throws(ParquetError) -> AsyncBatchReader {
    do throws(ParquetError) {
      return try AsyncBatchReader(
        self, columns: columns, rows: rows ?? 0..<reader.rowCount, filter: filter,
        batchRows: batchRows)
    } catch {
      throw error.adding(file: source.name)
    }
  }
}
