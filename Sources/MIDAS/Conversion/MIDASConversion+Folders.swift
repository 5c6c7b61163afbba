internal import Datasets
internal import Parquet

extension MIDASConversion {
  /// What Hive folders are named by.
  public enum Partition: String, CaseIterable, Sendable {
    /// The data set: the outermost, as every data set has columns of its own.
    case dataSet = "dataset"
    /// The year of the observation's time.
    case year
    /// The station's historic county.
    case county
    /// The station's number.
    case station
  }

  /// - Throws: ``ParquetError`` with code `invalidArgument` where the folders would mix data sets.
  func checkPartitions(_ dataSetCount: Int) throws(ParquetError) {
    guard !partitions.isEmpty else { return }
    guard Set(partitions).count == partitions.count else {
      throw ParquetError(.invalidArgument, "folders are named by a thing once")
    }
    if let place = partitions.firstIndex(of: .dataSet), place > 0 {
      throw ParquetError(
        .invalidArgument, "folders of data sets are the outermost: their columns differ")
    }
    guard dataSetCount == 1 || partitions.first == .dataSet else {
      throw ParquetError(
        .invalidArgument,
        "\(dataSetCount) data sets have different columns: partition by dataset first, or choose one"
      )
    }
    guard !resumes, split == .dataSet else {
      throw ParquetError(
        .invalidArgument, "folders are written whole: neither resumed nor split by year")
    }
  }

  /// What becomes of the files that are in a data set's folder.
  private var existingFiles: ExistingFiles { overwrites ? .replace : .refuse }

  /// What the folders below a data set's own are named by.
  private var folderColumns: [Partition] { partitions.filter { $0 != .dataSet } }

  /// - Throws: ``ParquetError`` with code `inputOutput` where the folder at `path` holds what a run refuses.
  func checkFolder(_ path: String) throws(ParquetError) {
    var options = DatasetOptions()
    options.existing = existingFiles
    try options.check(path, levels: folderColumns.count)
  }

  /// Writes the rows of a data set to folders.
  func convertToFolders(
    _ output: ConversionPlan.Output, of archive: MIDASArchive, _ before: Progress
  ) throws(ParquetError) -> Result {
    let dataSet = output.dataSet
    let columns = folderColumns
    let reader = try ObservationReader(dataSet, of: archive, options: readerOptions)
    var options = DatasetOptions()
    options.writer = output.options
    options.existing = existingFiles
    var writing = WritingStatistics()
    let summary: DatasetSummary
    if columns.isEmpty {
      let sink = try RollingSink(
        directory: output.path, schema: dataSet.schema, options: options)
      while let batch = try reader.next() {
        try sink.write(batch)
        writing.batches += 1
        writing.peakHeldByteCount = max(writing.peakHeldByteCount, sink.heldByteCount)
        try report(
          reader.statistics, before, held: sink.heldByteCount, flushes: sink.memoryFlushes)
      }
      summary = try sink.finish()
    } else {
      let schema = try Schema(dataSet.schema.fields + columns.map(\.field))
      let budget = writerOptions.memoryLimit ?? 128 << 20
      let sink = try PartitionedSink(
        directory: output.path, schema: schema, by: columns.map(\.rawValue), options: options,
        budget: MemoryBudget(byteCount: budget))
      while let batch = try reader.next() {
        try sink.write(MIDASConversion.extended(batch, schema, columns))
        writing.batches += 1
        writing.peakHeldByteCount = max(writing.peakHeldByteCount, sink.heldByteCount)
        try report(
          reader.statistics, before, held: sink.heldByteCount, flushes: sink.memoryFlushes)
      }
      summary = try sink.finish()
    }
    try report(reader.statistics, before, held: 0, flushes: summary.memoryFlushes)
    writing.memoryFlushes = summary.memoryFlushes
    writing.bytes = summary.byteCount
    return Result(
      dataSet: dataSet.name, year: nil, path: summary.files.isEmpty ? nil : output.path,
      byteCount: summary.byteCount, rowGroupCount: 0,
      columnCount: dataSet.schema.leaves.count, reading: reader.statistics, writing: writing,
      wasFinished: false, fileCount: summary.files.count)
  }

  /// The batch with the columns that name folders behind its own.
  private static func extended(
    _ batch: ColumnBatch, _ schema: Schema, _ partitions: [Partition]
  ) -> ColumnBatch {
    let added = partitions.map { partition -> Column in
      switch partition {
      case .county: batch.columns[ObservationSchema.county]
      case .station: batch.columns[ObservationSchema.sourceID]
      case .dataSet, .year: years(of: batch.columns[ObservationSchema.time].values)
      }
    }
    return ColumnBatch(
      unchecked: schema, columns: batch.columns + added, rowCount: batch.rowCount)
  }

  /// The years of times.
  private static func years(of times: ColumnValues) -> Column {
    var years: [Int32] = []
    years.reserveCapacity(times.count)
    // Rows of one day follow each other.
    var last: (day: Int64, year: Int32)?
    for index in 0..<times.count {
      let time: Int64 = times.number(at: index)
      let day = (time - (time < 0 ? 86_400_000_000_000 - 1 : 0)) / 86_400_000_000_000
      if let last, last.day == day {
        years.append(last.year)
      } else {
        let year = TimestampText.year(ofDay: day)
        last = (day, year)
        years.append(year)
      }
    }
    return Column(.fixed(width: 4, Bytes(copying: years)))
  }
}

extension MIDASConversion.Partition {
  fileprivate var field: SchemaField {
    switch self {
    case .county, .dataSet: .string(rawValue)
    case .year, .station: SchemaField(rawValue, .int32)
    }
  }
}
