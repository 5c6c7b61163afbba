import CommandSupport
import MIDAS
import Parquet

/// Tells what became of a conversion.
struct MIDASConvertReport {
  let logging: MIDASConfiguration.Logging
  let rejectPath: String?
  let console: Console

  /// Something that is told.
  private struct Event {
    var level = MIDASConfiguration.Logging.Level.info
    var text: String
    /// Whether it belongs to the event before.
    var isDetail = false
    var fields: [(name: String, value: JSON)] = []
  }

  func tell(_ summary: MIDASConversion.Summary) {
    // What was rejected is told even to those who want to hear of nothing else.
    if summary.hasRejections, let rejectPath {
      let rows = summary.results.reduce(0) { $0 + $1.reading.rejectedRows }
      let files = summary.results.reduce(summary.rejectedFiles) { $0 + $1.reading.rejectedFiles }
      send(
        Event(
          level: .error,
          text: "\(counted(rows, "row")) and \(counted(files, "file")) rejected, see \(rejectPath)",
          fields: [
            ("rejectedRows", .integer(rows)), ("rejectedFiles", .integer(files)),
            ("report", .string(rejectPath)),
          ]))
    }
    let isVerbose = shows(.debug)
    let warnings = summary.stationWarnings
    for warning in warnings.prefix(isVerbose ? .max : 10) {
      send(Event(level: .warn, text: warning))
    }
    if warnings.count > 10, !isVerbose {
      send(Event(level: .warn, text: "and \(grouped(warnings.count - 10)) more about stations"))
    }
    for result in summary.results { for event in events(result) { send(event) } }
    if isVerbose, summary.results.count > 1 { send(total(summary)) }
  }

  // MARK: Events

  private func events(_ result: MIDASConversion.Result) -> [Event] {
    let reading = result.reading
    let output = result.path.map { "\($0): " } ?? "\(result.dataSet): no file, as there are "
    let rows = counted(reading.observations, "row")
    let fields = MIDASConvertReport.members(result).filter { member in
      if case .object = member.value { false } else { true }
    }
    if result.wasFinished {
      let size = ByteCount.format(result.byteCount)
      return [Event(text: "\(output)finished before, \(rows), \(size)", fields: fields)]
    }
    var events = [
      Event(
        text: "\(output)\(rows), \(counted(result.columnCount, "column")),"
          + " \(ByteCount.format(result.byteCount)) from \(counted(reading.files, "file"))"
          + " of \(ByteCount.format(reading.bytes))", fields: fields)
    ]
    let notes: [(Int, MIDASConfiguration.Logging.Level, String)] = [
      (result.writing.memoryFlushes, .info, "row groups closed early, as memory is limited"),
      (reading.duplicates, .info, "duplicates left out"),
      (reading.emptyObservations, .info, "observations without any measurement left out"),
      (
        reading.droppedObservations, .warn,
        "observations with a measurement that is no number left out"
      ),
      (reading.unreadableValues, .warn, "values that are no number became null"),
      (reading.notFiniteValues, .warn, "values that are not finite became null"),
      (reading.unknownStations, .warn, "observations of stations that nothing describes"),
      (reading.outsideStationPeriod, .warn, "observations outside the station's period"),
      (
        reading.truncatedFiles, .warn,
        "files without `end data`, the first: \(reading.firstTruncatedFile ?? "")"
      ),
    ]
    for (number, level, what) in notes where number > 0 {
      events.append(Event(level: level, text: "\(grouped(number)) \(what)", isDetail: true))
    }
    let share = (result.successPercent * 100).rounded() / 100
    let ratio = (result.compressionRatio * 10_000).rounded() / 10_000
    events.append(
      Event(
        level: .debug,
        text: "\(counted(result.writing.batches, "batch", plural: "batches")) of"
          + " \(grouped(Int(result.averageBatchRows.rounded()))) rows, at most"
          + " \(ByteCount.format(result.writing.peakHeldByteCount)) in memory,"
          + " \(counted(result.rowGroupCount, "row group")), \(ratio) bytes for each read,"
          + " \(share) % of rows converted", isDetail: true))
    return events
  }

  private func total(_ summary: MIDASConversion.Summary) -> Event {
    let results = summary.results
    let rows = results.reduce(0) { $0 + $1.reading.observations }
    let bytes = results.reduce(0) { $0 + $1.byteCount }
    let peak = results.map(\.writing.peakHeldByteCount).max() ?? 0
    var text =
      "\(counted(results.count, "result")): \(counted(rows, "row")), \(ByteCount.format(bytes)),"
      + " at most \(ByteCount.format(peak)) in memory"
    if let largest = results.max(by: { $0.reading.observations < $1.reading.observations }) {
      text += "; the largest: \(largest.dataSet)"
    }
    let worst = results.max { $0.reading.rejectedRows < $1.reading.rejectedRows }
    if let worst, worst.reading.rejectedRows > 0 {
      text += "; the most rows rejected: \(worst.dataSet), \(grouped(worst.reading.rejectedRows))"
    }
    return Event(level: .debug, text: text)
  }

  // MARK: Forms

  private func shows(_ level: MIDASConfiguration.Logging.Level) -> Bool {
    let levels = MIDASConfiguration.Logging.Level.allCases
    return (levels.firstIndex(of: level) ?? 0) <= (levels.firstIndex(of: logging.level) ?? 0)
  }

  private func send(_ event: Event) {
    guard shows(event.level) else { return }
    let fields = logging.isStructured ? event.fields : []
    switch logging.format {
    case .json:
      console.note(
        JSON.object(
          [
            (name: "level", value: .string(event.level.rawValue)),
            (name: "message", value: .string(event.text)),
          ] + fields
        ).text)
    case .pretty, .compact:
      let start =
        logging.format == .compact
        ? "\(event.level.rawValue) " : event.isDetail ? "  " : "parquet: "
      let shown = fields.map { " \($0.name)=\($0.value.text)" }.joined()
      console.note(Console.printable(start + event.text + shown))
    }
  }

  // MARK: JSON

  /// What became of an archive.
  static func json(_ summary: MIDASConversion.Summary) -> JSON {
    .object([
      ("results", .array(summary.results.map { .object(members($0)) })),
      ("rejectedFiles", .integer(summary.rejectedFiles)),
      ("stationWarnings", .array(summary.stationWarnings.map { .string($0) })),
    ])
  }

  /// What would be written.
  static func json(_ files: [PlannedFile]) -> JSON {
    .array(
      files.map { file in
        .members([
          ("path", .string(file.path)), ("dataSet", .string(file.dataSet)),
          ("year", file.year.map { .string($0) }), ("files", .integer(file.fileCount)),
          ("bytesRead", .integer(file.byteCount)), ("columns", .integer(file.columnCount)),
          ("wasFinished", .boolean(file.isFinished)),
        ])
      })
  }

  private static func members(
    _ result: MIDASConversion.Result
  ) -> [(name: String, value: JSON)] {
    let reading = result.reading
    let writing = result.writing
    return [
      ("dataSet", .string(result.dataSet)), ("year", .optional(result.year)),
      ("path", .optional(result.path)), ("wasFinished", .boolean(result.wasFinished)),
      ("rows", .integer(reading.observations)), ("columns", .integer(result.columnCount)),
      ("bytes", .integer(result.byteCount)), ("rowGroups", .integer(result.rowGroupCount)),
      ("filesWritten", .integer(result.path == nil ? 0 : result.fileCount)),
      (
        "reading",
        .object([
          ("files", .integer(reading.files)), ("bytes", .integer(reading.bytes)),
          ("rows", .integer(reading.rows)), ("rejectedRows", .integer(reading.rejectedRows)),
          ("rejectedFiles", .integer(reading.rejectedFiles)),
          ("duplicates", .integer(reading.duplicates)),
          ("emptyObservations", .integer(reading.emptyObservations)),
          ("droppedObservations", .integer(reading.droppedObservations)),
          ("unreadableValues", .integer(reading.unreadableValues)),
          ("notFiniteValues", .integer(reading.notFiniteValues)),
          ("unknownStations", .integer(reading.unknownStations)),
          ("outsideStationPeriod", .integer(reading.outsideStationPeriod)),
          ("truncatedFiles", .integer(reading.truncatedFiles)),
        ])
      ),
      (
        "writing",
        .object([
          ("batches", .integer(writing.batches)),
          ("memoryFlushes", .integer(writing.memoryFlushes)),
          ("peakHeldBytes", .integer(writing.peakHeldByteCount)),
        ])
      ),
    ]
  }
}
