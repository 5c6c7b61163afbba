/// Reads a Parquet file: its schema, its metadata, and its rows as column batches.
///
/// Every byte of the file is taken to be hostile: what cannot be is an error, never a trap, and
/// memory is bounded by ``ReaderLimits``.
///
/// ```swift
/// let reader = try ParquetReader(source)
/// let batches = reader.batches()
/// while let batch = try batches.next() { … }
/// ```
public final class ParquetReader: Sendable {
  let source: any ByteSource
  /// The source again, where reads are put together.
  let windows: WindowSource?
  let limits: ReaderLimits
  /// What the memory of everything read is taken from.
  let memory: MemoryAllowance
  let footer: Footer
  let verifiesChecksums: Bool
  /// The first row of each row group, and the number of rows of all.
  private let firstRows: [Int]

  /// A reader of the file in `source`; the footer is read at once.
  ///
  /// - Parameters:
  ///   - source: the file's bytes.
  ///   - limits: how much memory the file may ask for.
  ///   - verifyingChecksums: whether pages that carry a checksum are held against it.
  ///   - decryption: what gives the keys of an encrypted file; nil where there are none. Columns that are
  ///     not encrypted need none, unless the footer is.
  /// - Throws: ``ParquetError``: `malformedFile` where this is no Parquet file or its footer is
  ///   damaged or does not fit the key, `invalidArgument` where the footer is encrypted and its key not at
  ///   hand, `featureNotBuiltIn`, `limitExceeded`, `inputOutput`.
  public init(
    _ source: any ByteSource, limits: ReaderLimits = ReaderLimits(),
    verifyingChecksums: Bool = true, decryption: DecryptionOptions? = nil
  ) throws(ParquetError) {
    let windows = WindowSource(source)
    let source = windows ?? source
    self.windows = windows
    self.source = source
    self.limits = limits
    verifiesChecksums = verifyingChecksums
    memory = MemoryAllowance(limit: limits.total(fileByteCount: source.byteCount))
    do throws(ParquetError) {
      footer = try Footer(
        reading: source, limits: limits, decryption: decryption, memory: memory)
    } catch {
      throw error.adding(file: source.name)
    }
    var firstRows = [0]
    for group in footer.metadata.rowGroups {
      firstRows.append(firstRows[firstRows.count - 1] + group.rowCount)
    }
    self.firstRows = firstRows
  }

  /// What a row is.
  public var schema: Schema { footer.schema }

  /// What the footer says.
  public var metadata: FileMetadata { footer.metadata }

  /// The number of rows of all row groups; what the footer says may differ in the files of old writers.
  public var rowCount: Int { firstRows[firstRows.count - 1] }

  /// The offset of the footer, which is the end of the pages and indexes.
  public var footerOffset: Int { footer.offset }

  /// The bytes of the footer, without its length and the magic.
  public var footerByteCount: Int { footer.byteCount }

  /// The rows of row group `index`, counted in the file.
  ///
  /// - Precondition: there is such a row group.
  public func rows(ofRowGroup index: Int) -> Range<Int> { firstRows[index]..<firstRows[index + 1] }

  /// The schema of the leaves in `columns`; of all where it is nil.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument` where there is no such leaf.
  public func schema(of columns: [Int]?) throws(ParquetError) -> Schema {
    guard let columns else { return schema }
    return try schema.projected(to: Set(try sorted(columns)))
  }

  /// Rows of one row group.
  ///
  /// - Parameters:
  ///   - rowGroup: the row group's number.
  ///   - columns: the leaves to read, in any order; all where nil. The batch has them in the schema's
  ///     order, each once.
  ///   - rows: the rows to read, counted within the row group; all where nil.
  ///   - threads: how many columns are read at a time.
  /// - Returns: a batch whose schema is the file's without the leaves not asked for.
  /// - Throws: ``ParquetError`` with file, row group, column, page and byte offset.
  public func read(
    rowGroup: Int, columns: [Int]? = nil, rows: Range<Int>? = nil, threads: Int = 1
  ) throws(ParquetError) -> ColumnBatch {
    guard metadata.rowGroups.indices.contains(rowGroup) else {
      throw ParquetError(
        .invalidArgument,
        "there is no row group \(rowGroup): the file has \(metadata.rowGroups.count)"
      ).adding(file: source.name)
    }
    let total = metadata.rowGroups[rowGroup].rowCount
    let rows = rows ?? 0..<total
    guard rows.lowerBound >= 0, rows.upperBound <= total else {
      throw ParquetError(
        .invalidArgument, "rows \(rows) of a row group of \(total) rows"
      ).adding(file: source.name, rowGroup: rowGroup)
    }
    let leaves = try sorted(columns ?? Array(schema.leaves.indices))
    guard threads > 0 else {
      throw ParquetError(.invalidArgument, "\(threads) threads cannot read")
    }
    let group = try RowGroupReader(self, rowGroup: rowGroup, leaves: leaves, threads: threads)
    group.expectedRowCount = rows.count
    try group.skip(rowCount: rows.lowerBound)
    let read = try group.read(rowCount: rows.count)
    for column in read { column.handOver() }
    return ColumnBatch(
      unchecked: try schema(of: columns), columns: read, rowCount: rows.count)
  }

  /// All rows, or those of `rows`, batch by batch.
  ///
  /// - Parameters:
  ///   - columns: the leaves to read, in any order; all where nil. Batches have them in the schema's
  ///     order, each once.
  ///   - rows: the rows to read, counted in the file; all where nil.
  ///   - batchRows: the most rows of a batch. A batch ends with its row group, too, and is smaller
  ///     where so many rows might not fit into ``ReaderLimits/totalBytes``.
  ///   - threads: how many columns are read at a time; the batches are the same.
  /// - Returns: what gives the batches.
  public func batches(
    columns: [Int]? = nil, rows: Range<Int>? = nil, batchRows: Int = 65_536, threads: Int = 1
  ) -> BatchReader {
    BatchReader(self, columns: columns, rows: rows, batchRows: batchRows, threads: threads)
  }

  /// `columns` in the schema's order, each once.
  func sorted(_ columns: [Int]) throws(ParquetError) -> [Int] {
    for column in columns where !schema.leaves.indices.contains(column) {
      throw ParquetError(
        .invalidArgument, "there is no column \(column): the schema has \(schema.leaves.count)"
      ).adding(file: source.name)
    }
    return Set(columns).sorted()
  }
}
