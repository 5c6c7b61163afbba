internal import Parquet

/// The files that the rows of one folder go to, one after another.
final class RollingFiles {
  /// The rows after which a file's size is looked at: where files end is a matter of rows alone, not of how they were
  /// cut into batches.
  private static let sizeCheckRows = 8192

  private let schema: Schema
  private let options: DatasetOptions
  private let directory: String
  private let partition: String
  private var writer: ParquetWriter?
  private var path = ""
  private var hiddenPath = ""
  /// The number of the next file; nil before the first one.
  private var number: Int?
  /// The rows of the file at hand.
  private var rowCount = 0
  /// The memory flushes of the files before.
  private var earlierFlushes = 0
  /// The batch that was written last, by the count of its owner.
  var lastUse = 0

  /// Files of `schema` in `directory`, which is `partition` below the data set's own.
  init(
    schema: Schema, options: DatasetOptions, directory: String, partition: String
  ) {
    self.schema = schema
    self.options = options
    self.directory = directory
    self.partition = partition
  }

  /// Whether a file is open.
  var isOpen: Bool { writer != nil }
  /// The bytes held in memory.
  var heldByteCount: Int { writer?.heldByteCount ?? 0 }
  /// How often a row group was closed early, because the writer's memory is limited.
  var memoryFlushes: Int { earlierFlushes + (writer?.memoryFlushes ?? 0) }
  /// Whether closing the row group would free anything.
  var hasRows: Bool { rowCount > 0 && heldByteCount > 0 }

  func write(_ batch: ColumnBatch, _ files: inout PendingFiles) throws(ParquetError) {
    var start = 0
    while start < batch.rowCount {
      let writer = try open(&files)
      var most = batch.rowCount - start
      if let limit = options.fileRows { most = min(most, limit - rowCount) }
      if options.fileBytes != nil {
        most = min(most, RollingFiles.sizeCheckRows - rowCount % RollingFiles.sizeCheckRows)
      }
      try adding { () throws(ParquetError) in
        try writer.write(batch.slice(rows: start..<start + most))
      }
      start += most
      rowCount += most
      let isLong = options.fileRows.map { rowCount >= $0 } ?? false
      let isLarge =
        rowCount % RollingFiles.sizeCheckRows == 0
        && options.fileBytes.map { writer.expectedByteCount >= $0 } ?? false
      if isLong || isLarge { try close(&files) }
    }
  }

  private func open(_ files: inout PendingFiles) throws(ParquetError) -> ParquetWriter {
    if let writer { return writer }
    (path, hiddenPath) = try files.place(in: directory, number: &number)
    let sink = try FileSink(path: hiddenPath, overwrite: true)
    let opened = try ParquetWriter(sink, schema: schema, options: options.writer)
    writer = opened
    rowCount = 0
    return opened
  }

  /// Closes the row group at hand; its memory is free then.
  func closeRowGroup() throws(ParquetError) {
    try adding { () throws(ParquetError) in try writer?.closeRowGroup() }
  }

  /// Ends the file at hand.
  func close(_ files: inout PendingFiles) throws(ParquetError) {
    guard let writer else { return }
    var written: WrittenFile?
    try adding { () throws(ParquetError) in written = try writer.finish() }
    earlierFlushes += writer.memoryFlushes
    self.writer = nil
    files.append(
      DatasetFile(
        path: path, partition: partition, rowCount: rowCount, byteCount: written?.byteCount ?? 0),
      hiddenPath: hiddenPath)
  }

  func abandon() {
    writer?.abandon()
    writer = nil
  }

  private func adding(_ body: () throws(ParquetError) -> Void) throws(ParquetError) {
    do throws(ParquetError) { try body() } catch { throw error.adding(file: path) }
  }
}
