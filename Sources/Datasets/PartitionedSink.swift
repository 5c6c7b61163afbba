public import Parquet

/// Writes rows to Hive folders by the values of some columns: `year=2024/county=devon/part-00000.parquet`.
///
/// The columns that name folders are left out of the files, as readers take their values from the folders. The files
/// appear together when the sink is finished; until then readers pass over them. What the files hold follows from the
/// rows and the options alone, not from how rows were cut into batches.
///
/// ```swift
/// var options = DatasetOptions()
/// options.writer.compression = .zstd(level: 3)
/// let sink = try PartitionedSink(
///   directory: "weather", schema: schema, by: ["year", "county"], options: options)
/// try sink.write(batch)
/// print(try sink.finish().files.count)
/// ```
public final class PartitionedSink: ColumnSink {
  /// So many rows are cut at a time; then memory is looked at.
  private static let stepRows = 8192

  /// What every batch has.
  public let schema: Schema
  /// The schema of the files: the rows' without the columns that name folders.
  public let fileSchema: Schema
  private let columns: [PartitionColumn]
  /// The columns that the files have.
  private let kept: [Int]
  private let directory: String
  private let options: DatasetOptions
  private let budget: MemoryBudget
  private let openFileLimit: Int
  private var partitions: [String: RollingFiles] = [:]
  private var openCount = 0
  private var files: PendingFiles
  private var state = SinkState.open
  /// The rows of the step that is not complete yet.
  private var waiting: [ColumnBatch] = []
  private var waitingRows = 0
  private var steps = 0
  private var budgetFlushes = 0
  /// How often a row group was closed early, because the budget, or a file's share of it, was reached.
  public var memoryFlushes: Int {
    partitions.reduce(budgetFlushes) { $0 + $1.value.memoryFlushes }
  }
  /// The bytes that wait in the memory of all open files, of rows and encoded pages.
  public var heldByteCount: Int { partitions.reduce(0) { $0 + $1.value.heldByteCount } }

  /// A sink of rows of `schema` to folders below `directory`, which is made if it is not there.
  ///
  /// - Parameters:
  ///   - directory: The data set's folder.
  ///   - schema: What every batch has.
  ///   - names: The columns that name folders, the outer ones first: text, integers, booleans, dates.
  ///   - options: How files are cut, named and written.
  ///   - budget: The memory of all open row groups together; the largest one is closed where they hold more.
  ///   - openFileLimit: The most files that are open at a time. Where rows of more folders come mixed, the file that
  ///     waited longest is ended, and its folder gets another one.
  /// - Throws: ``ParquetError`` with code `invalidArgument` for a column that is not there or names no folders, and for
  ///   options that cannot be; `inputOutput` where the folder cannot be read, is written to by another sink, or holds
  ///   what ``DatasetOptions/existing`` refuses.
  public init(
    directory: String, schema: Schema, by names: [String],
    options: DatasetOptions = DatasetOptions(),
    budget: MemoryBudget = MemoryBudget(byteCount: 256 << 20), openFileLimit: Int = 256
  ) throws(ParquetError) {
    try options.check()
    guard !names.isEmpty, Set(names).count == names.count else {
      throw ParquetError(.invalidArgument, "partitions are by columns, each named once")
    }
    guard budget.byteCount > 0, openFileLimit > 0 else {
      throw ParquetError(.invalidArgument, "without memory or open files nothing can be written")
    }
    var columns: [PartitionColumn] = []
    for name in names { columns.append(try PartitionColumn(name, of: schema)) }
    let named = Set(columns.map(\.leaf.index))
    kept = schema.leaves.indices.filter { !named.contains($0) }
    guard !kept.isEmpty else {
      throw ParquetError(
        .invalidArgument, "the files would have no column: all of them name folders")
    }
    self.columns = columns
    self.schema = schema
    fileSchema = try schema.projected(to: Set(kept))
    self.directory = directory
    self.budget = budget
    self.openFileLimit = openFileLimit
    var options = options
    options.writer.memoryLimit = min(options.writer.memoryLimit ?? .max, budget.share)
    self.options = options
    files = try PendingFiles(in: directory, levels: columns.count, options)
  }

  deinit { if state != .closed { discard() } }

  /// Takes the next rows.
  ///
  /// - Throws: ``ParquetError``: as ``Parquet/ParquetWriter/write(_:)`` throws; `rejectedData` for a value that can
  ///   name no folder; `inputOutput` where a file or folder cannot be made or is there and may not be.
  public func write(_ batch: ColumnBatch) throws(ParquetError) {
    guard batch.schema == schema else {
      throw ParquetError(.schemaMismatch, "the batch has another schema than the sink")
    }
    try state.whileOpen { () throws(ParquetError) in
      var start = 0
      while start < batch.rowCount {
        // Steps are of the same rows however they come.
        let end = min(start + PartitionedSink.stepRows - waitingRows, batch.rowCount)
        waiting.append(batch.slice(rows: start..<end))
        waitingRows += end - start
        start = end
        if waitingRows == PartitionedSink.stepRows { try writeStep() }
      }
    }
  }

  /// Writes the rows that wait.
  private func writeStep() throws(ParquetError) {
    guard waitingRows > 0 else { return }
    let batch =
      waiting.count == 1
      ? waiting[0]
      : ColumnBatch(
        unchecked: schema,
        columns: schema.leaves.map { leaf in
          Column.joining(waiting.map { $0.columns[leaf.index] }, leaf: leaf)
        }, rowCount: waitingRows)
    waiting.removeAll()
    waitingRows = 0
    steps += 1
    try writeRows(batch)
    try keepWithinBudget()
  }

  private func writeRows(_ batch: ColumnBatch) throws(ParquetError) {
    let (names, rows) = try partition(batch)
    let stored = ColumnBatch(
      unchecked: fileSchema, columns: kept.map { batch.columns[$0] }, rowCount: batch.rowCount)
    var gatherers: [ColumnGatherer]?
    for (name, rows) in zip(names, rows) {
      let piece: ColumnBatch
      if rows[rows.count - 1] - rows[0] + 1 == UInt32(rows.count) {
        piece = stored.slice(rows: Int(rows[0])..<Int(rows[0]) + rows.count)
      } else {
        let all =
          gatherers
          ?? zip(stored.columns, fileSchema.leaves).map { column, leaf in
            ColumnGatherer(column.plainForm(leaf), leaf)
          }
        gatherers = all
        let places = Bytes(copying: rows)
        piece = ColumnBatch(
          unchecked: fileSchema, columns: all.map { $0.gather(places) }, rowCount: rows.count)
      }
      try write(piece, to: name)
    }
  }

  /// The folders that rows of `batch` go to, in the order of their first rows, and those rows.
  private func partition(
    _ batch: ColumnBatch
  ) throws(ParquetError) -> (names: [String], rows: [[UInt32]]) {
    var numbered: [(folders: [String], numbers: [Int])] = []
    for column in columns {
      numbered.append(try column.numbered(batch.columns[column.leaf.index]))
    }
    var places: [[Int]: Int] = [:]
    var names: [String] = []
    var rows: [[UInt32]] = []
    var lastKey: [Int] = []
    var place = 0
    for row in 0..<batch.rowCount {
      if row == 0 || zip(numbered, lastKey).contains(where: { $0.numbers[row] != $1 }) {
        lastKey = numbered.map { $0.numbers[row] }
        if let known = places[lastKey] {
          place = known
        } else {
          place = names.count
          places[lastKey] = place
          names.append(
            zip(numbered, lastKey).map { $0.folders[$1] }.joined(separator: "/"))
          rows.append([])
        }
      }
      rows[place].append(UInt32(truncatingIfNeeded: row))
    }
    return (names, rows)
  }

  private func write(_ piece: ColumnBatch, to name: String) throws(ParquetError) {
    let partition =
      partitions[name]
      ?? RollingFiles(
        schema: fileSchema, options: options, directory: Directory.path(name, in: directory),
        partition: name)
    partitions[name] = partition
    if !partition.isOpen, openCount >= openFileLimit { try closeOldest() }
    let wasOpen = partition.isOpen
    partition.lastUse = steps
    try partition.write(piece, &files)
    openCount += (partition.isOpen ? 1 : 0) - (wasOpen ? 1 : 0)
  }

  /// Ends the open file that waited longest for rows.
  private func closeOldest() throws(ParquetError) {
    let oldest = partitions.filter { $0.value.isOpen }
      .min { ($0.value.lastUse, $0.key) < ($1.value.lastUse, $1.key) }
    guard let oldest else { return }
    try oldest.value.close(&files)
    openCount -= 1
  }

  /// Closes the largest row groups until all together are within the budget.
  private func keepWithinBudget() throws(ParquetError) {
    var held = heldByteCount
    while held > budget.byteCount {
      let largest = partitions.filter { $0.value.hasRows }
        .max { ($0.value.heldByteCount, $1.key) < ($1.value.heldByteCount, $0.key) }
      guard let largest else { return }
      let before = largest.value.heldByteCount
      try largest.value.closeRowGroup()
      budgetFlushes += 1
      let freed = before - largest.value.heldByteCount
      guard freed > 0 else { return }
      held -= freed
    }
  }

  /// Ends all files, gives them their names, and removes those they replace (``ExistingFiles/replace``).
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`; files that have their names by then keep them.
  public func finish() throws(ParquetError) -> DatasetSummary {
    var published: [DatasetFile] = []
    try state.whileOpen { () throws(ParquetError) in
      try writeStep()
      for (_, partition) in partitions.sorted(by: { $0.key < $1.key }) {
        try partition.close(&files)
      }
      published = try files.publish()
    }
    state = .closed
    return DatasetSummary(files: published, memoryFlushes: memoryFlushes)
  }

  /// Leaves no file. Harmless when called twice, and after ``finish()``.
  public func abandon() {
    guard state != .closed else { return }
    state = .closed
    discard()
  }

  private func discard() {
    waiting.removeAll()
    for partition in partitions.values { partition.abandon() }
    files.discard()
  }
}
