/// Writes one Parquet file from a stream of column batches.
///
/// ```swift
/// let writer = try ParquetWriter(FileSink(path: "out.parquet"), schema: schema)
/// try writer.write(batch)
/// let file = try writer.finish()
/// ```
///
/// The bytes are a function of the schema, the rows and the options: not of the number of threads, not
/// of how the rows are cut into batches, not of time; only encryption takes random bytes. After an error the writer is of no use but to
/// ``abandon()``; a writer that goes without ``finish()`` abandons its file.
public final class ParquetWriter: ColumnSink {
  /// What every batch must have.
  public let schema: Schema
  /// What turns batches into the rows of the file, where they differ.
  private let int96: INT96Conversion?
  private let options: WriterOptions
  private let profile: ProfilePlan
  private let encryptor: FileEncryptor?
  private let output: CountingOutput
  /// A row group that is encoded, and written while the next one is begun.
  private var waiting: EncodedRowGroup?
  /// The bytes held of every row group when it was closed.
  private var closedByteCount = 0
  private let rowGroup: RowGroupWriter
  private let limits: Limits
  private let sortingColumns: [SortingColumn]
  private var slab: Slab
  private var rowGroups: [RowGroupMetadata] = []
  private var indexes: [RowGroupIndexes] = []
  private var rowsWritten = 0
  private var state = State.open

  private enum State { case open, failed, closed }

  /// The limits in force, of the options and of the memory limit.
  private struct Limits {
    var rowGroupRows: Int
    var rowGroupBytes: Int
    var slabRows: Int
    var slabBytes: Int
    var heldBytes: Int
    /// Rows that are sorted together are encoded in pieces of about so many bytes.
    var pieceBytes = Slab.largestByteCount

    init(_ options: WriterOptions) {
      rowGroupRows = options.rowGroupRows
      rowGroupBytes = options.rowGroupBytes
      slabRows = Slab.largestRowCount
      slabBytes = min(Slab.largestByteCount, options.rowGroupBytes)
      heldBytes = .max
      if let memory = options.memoryLimit {
        // A quarter waits as rows, an eighth is scratch, and the rest holds pages and dictionaries.
        slabBytes = max(min(slabBytes, memory / 4), 1)
        heldBytes = max(memory - memory / 8 - slabBytes, 1)
      }
      // The pages of an encrypted chunk can be numbered to a limit, and a slab lies in one row group.
      if options.encryption != nil, options.pageRows < 16 || options.pageBytes < 8192 {
        slabRows = min(slabRows, ModuleAddress.largestOrdinal)
      }
      if !options.sortKeys.isEmpty { limitSortedRows(options) }
    }

    /// With rows that are sorted, the slab is the whole row group.
    private mutating func limitSortedRows(_ options: WriterOptions) {
      let isNumbered = slabRows < Slab.largestRowCount
      let rows = isNumbered ? slabRows : RowOrder.largestRowCount
      slabRows = min(options.rowGroupRows, rows)
      slabBytes = min(options.rowGroupBytes, RowOrder.largestByteCount)
      if let memory = options.memoryLimit {
        // A quarter is rows, a quarter what sorts them; the rest holds pages, dictionaries and scratch.
        slabBytes = max(min(slabBytes, memory / 4), 1)
        slabRows = max(min(slabRows, memory / 4 / RowOrder.bytesPerRow), 1)
        pieceBytes = max(min(pieceBytes, memory / 16), 1)
      }
      if options.encryption != nil {
        // Half of the pages that can be numbered by rows, and half by bytes.
        slabRows = min(slabRows, options.pageRows.multipliedOrMost(by: 1 << 13))
        slabBytes = min(slabBytes, options.pageBytes.multipliedOrMost(by: 1 << 12))
      }
    }
  }

  /// A writer of a file of `schema`, to `sink`.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument` for options that cannot be,
  ///   `featureNotBuiltIn` for a codec or encryption behind a trait that is off, `unsupportedFeature` for
  ///   a type that is only read.
  public init(
    _ sink: any ByteSink, schema: Schema, options: WriterOptions = WriterOptions()
  ) throws(ParquetError) {
    self.schema = schema
    profile = try ProfilePlan(options, schema)
    let options = profile.options
    int96 = try INT96Conversion(profile.schema, paths: options.int96Columns)
    let schema = int96?.schema ?? profile.schema
    var settings = try options.columnSettings(schema)
    var encryptor: FileEncryptor?
    if let encryption = options.encryption {
      let made = try FileEncryptor(encryption, schema)
      for index in settings.indices { settings[index].encryptor = made.columns[index] }
      encryptor = made
    }
    self.encryptor = encryptor
    for leaf in schema.leaves {
      if case .unrecognized(let id) = leaf.logicalType {
        throw ParquetError(.unsupportedFeature, "logical type \(id) is not known")
          .adding(column: leaf.path.description)
      }
    }
    self.options = options
    sortingColumns = try options.sortingColumns(schema)
    limits = Limits(options)
    slab = Slab(leaves: schema.leaves)
    rowGroup = RowGroupWriter(
      leaves: schema.leaves, settings: settings, threads: options.threads)
    output = CountingOutput(sink, magic: encryptor?.magic ?? CountingOutput.plainMagic)
  }

  deinit { if state != .closed { output.sink.abandon() } }

  /// The schema as the file has it.
  var storedSchema: Schema { int96?.schema ?? profile.schema }

  // MARK: Writing

  /// Takes the next rows; they may wait in memory until a slab of them is complete.
  ///
  /// - Throws: ``ParquetError`` with code `schemaMismatch` where the batch has another schema,
  ///   `inputOutput` where the sink fails, `limitExceeded` where one value, or row, makes a page of 2 GiB,
  ///   `rejectedData` where a point in time is not one that an INT96 has.
  public func write(_ batch: ColumnBatch) throws(ParquetError) {
    try checkOpen()
    guard batch.schema == schema else {
      throw ParquetError(.schemaMismatch, "the batch has another schema than the writer")
    }
    try checkLengths(batch)
    let run = profile.isIdentity ? batch.rowCount : ProfilePlan.runRows
    var start = 0
    while start < batch.rowCount {
      let rows = start..<min(start + run, batch.rowCount)
      try guarded { () throws(ParquetError) in
        let firstRow = rowsWritten + slab.rowCount
        try take(profile.stored(batch.slice(rows: rows), firstRow: firstRow))
      }
      start = rows.upperBound
    }
  }

  /// Refuses values that no page can hold, before any byte of the batch is written.
  private func checkLengths(_ batch: ColumnBatch) throws(ParquetError) {
    // A page has less than 2 GiB, a value's length among them.
    let limit = Int(Int32.max) - 4
    for (leaf, column) in zip(schema.leaves, batch.columns) {
      guard let found = column.values.firstByteArray(longerThan: limit) else { continue }
      throw ParquetError(
        .limitExceeded,
        "a value of \(found.byteCount) bytes: a page, and so a value, stays below 2 GiB"
      ).adding(
        column: leaf.path.description,
        row: rowsWritten + slab.rowCount + column.row(ofValue: found.index, leaf))
    }
  }

  /// Takes the next rows, as the file has them.
  private func take(_ batch: ColumnBatch) throws(ParquetError) {
    var rest = batch
    if let int96 { rest = try int96.stored(batch) }
    while rest.rowCount > 0 {
      let rowLimit = min(limits.slabRows, limits.rowGroupRows - rowGroup.rowCount)
      let (rows, bytes) = slab.fitting(rest, rowLimit: rowLimit, byteLimit: limits.slabBytes)
      if rows > 0 {
        slab.append(rest.slice(rows: 0..<rows), byteCount: bytes)
        rest = rest.slice(rows: rows..<rest.rowCount)
      }
      // A full slab waits for the next row, but at the end of its row group: what is chosen for the last
      // one need not suit any that follow.
      if rest.rowCount > 0 || rowGroup.rowCount + slab.rowCount == limits.rowGroupRows {
        try encodeSlab()
      }
    }
  }

  /// Closes the row group with the rows taken so far; nothing happens where there are none.
  public func closeRowGroup() throws(ParquetError) {
    try checkOpen()
    try encodeSlab(isLast: true)
    try finishRowGroup()
    try guarded(writeWaiting)
  }

  /// Writes what is left and the footer, and makes the file visible.
  public func finish() throws(ParquetError) -> WrittenFile {
    try closeRowGroup()
    var metadata = FileMetadata(
      version: 1, schema: storedSchema.elements, rowCount: rowsWritten, rowGroups: [],
      keyValues: options.keyValues, createdBy: options.createdBy,
      columnOrders: storedSchema.leaves.map(options.columnOrder(of:)))
    try guarded { () throws(ParquetError) in
      try output.writeMagicOnce()
      try writeIndexes()
      metadata.rowGroups = rowGroups
      rowGroups = []
      let capacity = metadata.rowGroups.reduce(4096) { $0 + $1.columns.encodedByteCount }
      let bytes = try encryptor?.footer(metadata) ?? metadata.encoded(capacity: capacity)
      guard let length = Int32(exactly: bytes.count) else {
        throw ParquetError(.limitExceeded, "the footer has \(bytes.count) bytes")
      }
      try output.write(bytes)
      try output.write(Bytes(copying: [length]))
      try output.write(output.magic)
      try output.sink.finish()
    }
    state = .closed
    return WrittenFile(byteCount: output.byteCount, metadata: metadata)
  }

  /// Leaves no trace of the file. Harmless when called twice, and after ``finish()``.
  public func abandon() {
    guard state != .closed else { return }
    state = .closed
    slab.removeAll()
    output.sink.abandon()
  }

  /// Takes a row group that `body` puts into the file: its metadata and the indexes of its chunks.
  ///
  /// - Precondition: no row group is in progress.
  func splice(
    rowCount: Int,
    _ body: (
      _ output: CountingOutput, _ ordinal: Int, _ options: WriterOptions
    ) throws(ParquetError) -> (metadata: RowGroupMetadata, indexes: RowGroupIndexes)
  ) throws(ParquetError) {
    let (sum, overflow) = rowsWritten.addingReportingOverflow(rowCount)
    guard !overflow else {
      throw ParquetError(.limitExceeded, "the file would have more rows than can be counted")
    }
    guard profile.isIdentity else {
      throw ParquetError(
        .invalidArgument, "row groups of other files are not changed for a profile")
    }
    guard encryptor == nil else {
      throw ParquetError(
        .invalidArgument, "row groups of other files cannot be joined to a file that is encrypted")
    }
    try guarded { () throws(ParquetError) in
      try output.writeMagicOnce()
      let spliced = try body(output, rowGroups.count, options)
      rowGroup.passOver()
      rowGroups.append(spliced.metadata)
      indexes.append(spliced.indexes)
      rowsWritten = sum
      try options.progress?(rowsWritten)
    }
  }

  // MARK: How much there is

  /// The bytes held for the row group at hand: rows that wait to be encoded, encoded pages and dictionaries.
  ///
  /// A function of the rows alone. Without ``WriterOptions/memoryLimit`` and with several threads a row group that was
  /// closed may be held on top of it, until it is written with the next rows.
  public var heldByteCount: Int { slab.byteCount + rowGroup.heldByteCount }

  /// How often a row group was closed because of ``WriterOptions/memoryLimit``.
  public private(set) var memoryFlushes = 0

  /// About the bytes that the file would have if it ended now: the pages of all row groups, and the rows that wait to
  /// be encoded as they are in memory.
  ///
  /// A function of the rows alone, too.
  public var expectedByteCount: Int { closedByteCount + heldByteCount }

  // MARK: Slabs and row groups

  /// Whether a row group's pages may wait for the next slab: where another thread writes them then, and no limit
  /// would have to count them.
  private var mayWait: Bool {
    options.threads > 1 && options.memoryLimit == nil && sortingColumns.isEmpty
  }

  private func encodeSlab(isLast: Bool = false) throws(ParquetError) {
    guard slab.rowCount > 0 else { return }
    try guarded { () throws(ParquetError) in
      try output.writeMagicOnce()
      // The slab goes into the next group where this one would grow past its limits.
      let isFull = rowGroup.heldByteCount + slab.byteCount > limits.heldBytes
      if rowGroup.rowCount > 0,
        rowGroup.rawPageByteCount + slab.byteCount > limits.rowGroupBytes
          || isFull
          || encryptor != nil && rowGroup.hasTooManyPages(with: slab)
      {
        if isFull, options.memoryLimit != nil { memoryFlushes += 1 }
        try finishRowGroup(isDeferred: mayWait)
      }
      do throws(ParquetError) {
        if sortingColumns.isEmpty {
          try rowGroup.encode(
            slab, slabsAhead: isLast ? 0 : slabsAhead,
            alongside: waiting == nil ? nil : writeWaiting)
        } else {
          try rowGroup.encode(
            slab, sortedBy: sortingColumns, pieceRows: slab.rowCount(forBytes: limits.pieceBytes))
        }
      } catch {
        throw error.adding(rowGroup: rowGroups.count + (waiting == nil ? 0 : 1))
      }
      rowsWritten += slab.rowCount
      slab.removeAll()
      if rowGroup.rowCount >= limits.rowGroupRows || !sortingColumns.isEmpty {
        try finishRowGroup(isDeferred: mayWait)
      }
      try options.progress?(rowsWritten)
    }
  }

  /// How many slabs like the one at hand may follow it in the row group.
  private var slabsAhead: Double {
    let rows = limits.rowGroupRows - rowGroup.rowCount - slab.rowCount
    let bytes = min(
      limits.rowGroupBytes - rowGroup.rawPageByteCount,
      limits.heldBytes - rowGroup.heldByteCount)
    return max(
      min(
        Double(rows) / Double(max(slab.rowCount, 1)),
        Double(bytes) / Double(max(slab.byteCount, 1)) - 1), 0)
  }

  /// Closes the row group with the rows encoded so far; it is written with the next slab where `isDeferred`.
  private func finishRowGroup(isDeferred: Bool = false) throws(ParquetError) {
    guard rowGroup.rowCount > 0 else { return }
    try guarded { () throws(ParquetError) in
      try writeWaiting()
      closedByteCount += rowGroup.heldByteCount
      waiting = try rowGroup.finish()
      if !isDeferred { try writeWaiting() }
    }
  }

  /// Writes the row group that waits, if one does.
  private func writeWaiting() throws(ParquetError) {
    guard var group = waiting else { return }
    waiting = nil
    var written = try group.write(to: output)
    written.metadata.sortingColumns = sortingColumns
    rowGroups.append(written.metadata)
    indexes.append(written.indexes)
  }

  /// Writes every column index, then every offset index, and notes where they are (rule X4).
  private func writeIndexes() throws(ParquetError) {
    let columnIndexStarts = try writeEach(\.columnIndexes)
    let offsetIndexStarts = try writeEach(\.offsetIndexes)
    for (group, index) in indexes.enumerated() where !index.isEmpty {
      var columnIndexOffset = columnIndexStarts[group]
      var offsetIndexOffset = offsetIndexStarts[group]
      rowGroups[group].columns = try rowGroups[group].columns.packed {
        (column, chunk) throws(ParquetError) in
        if let byteCount = index.columnIndexes.byteCounts[column] {
          chunk.columnIndexOffset = columnIndexOffset
          chunk.columnIndexByteCount = byteCount
          columnIndexOffset += byteCount
        }
        if let byteCount = index.offsetIndexes.byteCounts[column] {
          chunk.offsetIndexOffset = offsetIndexOffset
          chunk.offsetIndexByteCount = byteCount
          offsetIndexOffset += byteCount
        }
      }
    }
    indexes = []
  }

  /// Writes one kind of index of all row groups; returns where each row group's begin.
  private func writeEach(
    _ kind: KeyPath<RowGroupIndexes, RowGroupIndexes.Run>
  ) throws(ParquetError) -> [Int] {
    var starts: [Int] = []
    for group in indexes {
      starts.append(output.byteCount)
      try output.write(group[keyPath: kind].bytes)
    }
    return starts
  }

  private func checkOpen() throws(ParquetError) {
    switch state {
    case .open: return
    case .failed:
      throw ParquetError(.invalidArgument, "the writer failed before; it can only be abandoned")
    case .closed: throw ParquetError(.invalidArgument, "the writer is closed")
    }
  }

  /// Runs `body`; where it throws, the writer is of no further use.
  private func guarded(_ body: () throws(ParquetError) -> Void) throws(ParquetError) {
    do throws(ParquetError) { try body() } catch {
      state = .failed
      throw error
    }
  }
}

extension Int {
  /// The product, or `Int.max` where that is too large.
  fileprivate func multipliedOrMost(by factor: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: factor)
    return overflow ? .max : product
  }
}

/// What was written.
public struct WrittenFile: Sendable {
  /// The size of the file, in bytes.
  public let byteCount: Int
  /// What the footer says.
  public let metadata: FileMetadata

  /// The number of rows.
  public var rowCount: Int { metadata.rowCount }
  /// The number of row groups.
  public var rowGroupCount: Int { metadata.rowGroups.count }
}
