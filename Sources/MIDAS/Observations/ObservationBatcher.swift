@_spi(Adapters) internal import Parquet

/// Turns the rows of observation files into batches.
///
/// The required values of a row are read first, so that a row which is rejected leaves nothing behind.
struct ObservationBatcher: ~Copyable {
  /// What to do with a field that an observation need not have.
  private struct Action {
    let field: Int
    let isNumber: Bool
    let isMeasurement: Bool
    /// Whether a missing value is kept as its text.
    let keepsMissing: Bool
    let leaf: LeafAppender
  }

  private let dataSet: MIDASArchive.DataSet
  private let registry: StationRegistry
  private let options: ReaderOptions
  /// Collects the columns of the schema but those of the station.
  private let builder: ColumnBatchBuilder
  /// The leaves of ``builder``, which keeps them.
  private let leaves: [LeafAppender]
  private var stations: StationTable
  private var duplicates = DuplicateFinder()
  /// Whether the schema has columns of processing flags.
  private let hasFlags: Bool
  private var recordFlags = RecordFlags()
  private var rowCount = 0
  /// The rows of the batch that are not handed out, and those among them that count as duplicates.
  private var dropped: Set<Int> = []
  private var empty: Set<Int> = []

  // What the file being read is like.
  private var row = RowFields(columnCount: 0, missing: "NA")
  private var actions: [Action] = []
  /// The columns of the processing flags of the actions' measurements; nil for quality codes. None without flags.
  private var flagLeaves: [LeafAppender?] = []
  /// The columns that the file does not have.
  private var absent: [LeafAppender] = []

  init(
    _ dataSet: MIDASArchive.DataSet, stations: StationRegistry, options: ReaderOptions
  ) throws(ParquetError) {
    var fields = dataSet.schema.fields
    fields.removeSubrange(ObservationSchema.stationColumns)
    // Known at the end of a batch only.
    fields.removeAll {
      $0.name == ObservationSchema.stationFlag || $0.name == ObservationSchema.recordFlag
    }
    let stationFields = Array(dataSet.schema.fields[ObservationSchema.stationColumns])
    try self.init(
      dataSet, stations, options, rows: Schema(fields), stationColumns: Schema(stationFields))
  }

  private init(
    _ dataSet: MIDASArchive.DataSet, _ registry: StationRegistry, _ options: ReaderOptions,
    rows: Schema, stationColumns: Schema
  ) {
    self.dataSet = dataSet
    self.registry = registry
    self.options = options
    let builder = ColumnBatchBuilder(schema: rows)
    self.builder = builder
    leaves = rows.leaves.indices.map { LeafAppender(builder.leaf($0)) }
    hasFlags = dataSet.schema.fields.contains { $0.name == ObservationSchema.recordFlag }
    stations = StationTable(schema: stationColumns)
  }

  /// Makes ready for the rows of `file`.
  mutating func begin(_ file: ObservationFileReader) throws(ParquetError) {
    row = RowFields(columnCount: file.columns.names.count, missing: file.header.missingValue)
    actions.removeAll(keepingCapacity: true)
    flagLeaves.removeAll(keepingCapacity: true)
    var place: [String: Int] = [:]
    for (index, field) in builder.fields.enumerated() { place[field.field.name] = index }
    var isAbsent = [Bool](repeating: true, count: builder.fields.count)
    for index in 0..<BaseColumn.receiptTime { isAbsent[index] = false }
    if file.columns.receiptTime != nil { isAbsent[BaseColumn.receiptTime] = false }
    if file.columns.storageDelay != nil { isAbsent[BaseColumn.storageDelay] = false }
    for (field, role) in file.columns.roles.enumerated() {
      guard let output = role.outputName else { continue }
      guard let index = place[output] else {
        throw ParquetError(
          .malformedFile, "column \(output) was not there before: the file changed meanwhile")
      }
      isAbsent[index] = false
      var isMeasurement = false
      if case .measurement = role { isMeasurement = true }
      actions.append(
        Action(
          field: field, isNumber: builder.leaf(index).physicalType == .double,
          isMeasurement: isMeasurement,
          keepsMissing: !isMeasurement && options.keepsMissingQuality, leaf: leaves[index]))
      guard hasFlags else { continue }
      let flag = isMeasurement ? place[ObservationSchema.flag(of: output)] : nil
      flagLeaves.append(flag.map { leaves[$0] })
      if let flag { isAbsent[flag] = false }
    }
    absent = isAbsent.indices.filter { isAbsent[$0] }.map { leaves[$0] }
  }

  /// Ends the file begun.
  mutating func end() {
    padAbsent()
    stations.endFile()
  }

  /// Reads rows; true when the file has no more, false when the batch is full.
  mutating func read(
    _ file: ObservationFileReader, _ statistics: inout ReadingStatistics
  ) throws(ParquetError) -> Bool {
    var lines = file.lines
    defer { file.lines = lines }
    while let line = unsafe try lines.next() {
      if line.count == 0 { continue }
      if unsafe isEndOfData(line) {
        file.hasEnd = true
        return true
      }
      statistics.rows += 1
      var problem = unsafe row.split(line)
      if problem == nil { problem = append(file, &statistics) }
      if let problem {
        statistics.rejectedRows += 1
        let rejection = unsafe Rejection(
          file: file.path, line: lines.lineNumber,
          column: problem.field.map { file.columns.names[$0] }, reason: problem.reason,
          text: String(badc: line))
        guard let onRejection = options.onRejection else { throw rejection.error }
        try onRejection(rejection)
      } else if rowCount & 1023 == 0, isFull {
        return false
      }
    }
    return true
  }

  private var isFull: Bool {
    rowCount >= options.batchRows || builder.byteCount >= options.batchBytes
  }

  /// The rows read since the last time, but for those dropped, as batches in order.
  mutating func finish(_ statistics: inout ReadingStatistics) throws(ParquetError) -> [ColumnBatch]
  {
    guard rowCount > 0 else { return [] }
    padAbsent()
    defer {
      rowCount = 0
      dropped.removeAll()
      empty.removeAll()
      duplicates.removeAll()
    }
    let columns = try finishColumns()
    let whole = ColumnBatch(unchecked: dataSet.schema, columns: columns, rowCount: rowCount)
    for row in empty where dropped.insert(row).inserted { statistics.emptyObservations += 1 }
    statistics.observations += rowCount - dropped.count
    if dropped.isEmpty { return [whole] }
    var batches: [ColumnBatch] = []
    var start = 0
    for row in dropped.sorted() + [rowCount] {
      if row > start { batches.append(whole.slice(rows: start..<row)) }
      start = row + 1
    }
    return batches
  }

  /// The columns of all rows read, in the schema's order.
  private mutating func finishColumns() throws(ParquetError) -> [Column] {
    var columns = try builder.finish().columns
    let (stationColumns, stationFlags) = try stations.finish()
    columns.insert(contentsOf: stationColumns, at: ObservationSchema.stationColumns.lowerBound)
    guard hasFlags else { return columns }
    let records = try recordFlags.finish()
    // In the order of their places, so that each moves what lies behind it.
    for (index, field) in dataSet.schema.fields.enumerated() {
      if field.name == ObservationSchema.stationFlag { columns.insert(stationFlags, at: index) }
      if field.name == ObservationSchema.recordFlag { columns.insert(records, at: index) }
    }
    return columns
  }

  /// Fills the columns that the file does not have up to the rows it has given.
  private func padAbsent() {
    for leaf in absent {
      while leaf.count < rowCount { leaf.appendNull() }
    }
  }
}

/// The places of the columns among those that ``ObservationBatcher`` builds.
private enum BaseColumn {
  static let time = 0
  static let hourCount = 1
  static let observationID = 2
  static let stationID = 3
  static let identifierType = 4
  static let domainName = 5
  static let recordState = 6
  static let versionNumber = 7
  static let receiptTime = 8
  static let storageDelay = 9
}

// MARK: - One row

extension ObservationBatcher {
  /// Appends the row that was split; what keeps it out, if anything does.
  private mutating func append(
    _ file: ObservationFileReader, _ statistics: inout ReadingStatistics
  ) -> RowProblem? {
    let columns = file.columns
    var time: Int64 = 0
    var version: Int32 = 0
    var sourceID: Int32 = 0
    var state: Int32 = 0
    if let problem = row.readTime(columns.time, &time) { return problem }
    for field in [columns.observationID, columns.identifierType, columns.domainName]
    where row.isMissing(field) {
      return RowProblem(field: field, reason: "is missing")
    }
    if let problem = row.readInteger(columns.versionNumber, &version) { return problem }
    if let problem = row.readInteger(columns.sourceID, &sourceID) { return problem }
    if let problem = row.readInteger(columns.recordState, &state) { return problem }
    var hours: Int32 = 0
    if let problem = row.readSpan(columns, &hours) { return problem }
    let isKnown = stations.select(sourceID, allowingUnknown: !options.requiresStation) {
      [registry, dataSet] sourceID in
      if let station = registry.station(sourceID, dataSet: dataSet.name) { return station }
      guard case .success(let station) = file.station, station.sourceID == sourceID else {
        return nil
      }
      return station
    }
    guard isKnown else { return unknownStation(sourceID, file) }

    leaves[BaseColumn.time].append(word: time)
    leaves[BaseColumn.hourCount].append(word: hours)
    row.appendText(columns.observationID, leaves[BaseColumn.observationID])
    leaves[BaseColumn.stationID].append(word: sourceID)
    row.appendText(columns.identifierType, leaves[BaseColumn.identifierType])
    row.appendText(columns.domainName, leaves[BaseColumn.domainName])
    leaves[BaseColumn.recordState].append(word: state)
    leaves[BaseColumn.versionNumber].append(word: version)
    stations.append()
    if stations.hasUnknown { statistics.unknownStations += 1 }
    if !stations.spans(time) { statistics.outsideStationPeriod += 1 }
    appendReceipt(columns, &statistics)
    let (measurements, isWhole) = appendValues(&statistics)

    let place = rowCount
    rowCount += 1
    if hasFlags { recordFlags.append() }
    if options.removesDuplicates || hasFlags {
      let merit = DuplicateFinder.Merit(
        recordState: state, version: version, measurements: measurements)
      let settled = unsafe duplicates.add(
        time: time, sourceID: sourceID, identifier: row.bytes(columns.observationID), merit)
      if let (winner, loser) = settled {
        if hasFlags { recordFlags.resolve(winner: winner, loser: loser) }
        if options.removesDuplicates, dropped.insert(loser).inserted { statistics.duplicates += 1 }
      }
    }
    if !isWhole, options.dropsOnParseFailure, dropped.insert(place).inserted {
      statistics.droppedObservations += 1
    }
    if measurements == 0, options.removesEmptyObservations { empty.insert(place) }
    return nil
  }

  /// Appends the measurements and quality codes; how many measurements there are, and whether every one
  /// that is not missing could be read.
  @inline(__always)
  private func appendValues(
    _ statistics: inout ReadingStatistics
  ) -> (measurements: Int32, isWhole: Bool) {
    var measurements: Int32 = 0
    var isWhole = true
    if hasFlags {
      for (action, flags) in zip(actions, flagLeaves) {
        let flag = append(action, &statistics)
        if flag == .parseFailed { isWhole = false }
        guard let flags else { continue }
        if flag == .parseOK { measurements &+= 1 }
        flags.append(flag)
      }
      return (measurements, isWhole)
    }
    for action in actions {
      switch append(action, &statistics) {
      case .parseOK: if action.isMeasurement { measurements &+= 1 }
      case .parseFailed: isWhole = false
      default: break
      }
    }
    return (measurements, isWhole)
  }

  /// Appends one value; what became of it.
  @inline(__always)
  private func append(
    _ action: Action, _ statistics: inout ReadingStatistics
  ) -> ProcessingFlag {
    if row.isMissing(action.field) {
      if action.keepsMissing, row.count(action.field) > 0 {
        row.appendText(action.field, action.leaf)
      } else {
        action.leaf.appendNull()
      }
      return .missingValue
    }
    guard action.isNumber else {
      row.appendText(action.field, action.leaf)
      return .parseOK
    }
    switch row.number(action.field) {
    case .number(let value):
      action.leaf.append(word: value)
      return .parseOK
    case .notFinite:
      action.leaf.appendNull()
      statistics.notFiniteValues += 1
      return .parseFailed
    case .notANumber:
      action.leaf.appendNull()
      statistics.unreadableValues += 1
      return .parseFailed
    }
  }

  /// Appends when the observation reached the archive's database, which need not be known.
  private func appendReceipt(
    _ columns: ObservationColumns, _ statistics: inout ReadingStatistics
  ) {
    if let field = columns.receiptTime {
      let leaf = leaves[BaseColumn.receiptTime]
      if row.isMissing(field) {
        leaf.appendNull()
      } else if case .nanoseconds(let time) = row.time(field) {
        leaf.append(word: time)
      } else {
        leaf.appendNull()
        statistics.unreadableValues += 1
      }
    }
    if let field = columns.storageDelay {
      let leaf = leaves[BaseColumn.storageDelay]
      if row.isMissing(field) {
        leaf.appendNull()
      } else if let minutes = row.integer(field) {
        leaf.append(word: minutes)
      } else {
        leaf.appendNull()
        statistics.unreadableValues += 1
      }
    }
  }

  private func unknownStation(_ sourceID: Int32, _ file: ObservationFileReader) -> RowProblem {
    let field = file.columns.sourceID
    switch file.station {
    case .failure(let error):
      return RowProblem(
        field: field, reason: "nothing describes station \(sourceID), and \(error.message)")
    case .success(let station):
      return RowProblem(
        field: field,
        reason: "nothing describes station \(sourceID); the header is station \(station.sourceID)'s"
      )
    }
  }
}
