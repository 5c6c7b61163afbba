import CommandSupport
import MIDAS
import Parquet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension MIDASCommand {
  /// `parquet midas convert`.
  static let convert = Subcommand(
    "midas convert", operands: "INPUT… --output DIR", count: 0...Int.max,
    summary: "Converts a MIDAS Open weather archive to one Parquet file for each data set.",
    details: [
      "INPUT is a file of observations, of a station's capabilities or of station metadata, or a"
        + " directory with such .csv files anywhere below. The headers of all files are read first: a"
        + " data set's table has the columns of all its files. DIR is made if it is not there.",
      "A row that cannot be converted stops the run with its file, line and column; with --reject it"
        + " goes to a report of JSON lines instead. A measurement that is no number becomes null and is"
        + " counted.",
      "With --partition-by a folder that holds Parquet files is refused; --overwrite replaces those of"
        + " an earlier run, all of them.",
      "Options go before variables of the environment (MIDAS_INPUT_PATH and others), and these before"
        + " the file of --config. Without INPUT, theirs is read, else the cache of midas-fetcher.",
    ],
    options: MIDASConvertArguments.options + [KeyArguments.keyOption] + WriterArguments.options,
    run: { try runConvert(MIDASConvertArguments($0), $0, $1) })

  private static func runConvert(
    _ told: MIDASConvertArguments, _ arguments: Arguments, _ console: Console
  ) throws -> ExitStatus {
    var conversion = told.conversion
    try told.checkColumns()
    if told.isDryRun {
      do throws(ParquetError) { try show(conversion.dryRun(), told.tellsJSON, console) } catch {
        throw namingOption(error, conversion)
      }
      return .done
    }
    var report: RejectionReport?
    if let rejectPath = told.rejectPath {
      let open = RejectionReport(try FileSink(path: rejectPath, overwrite: conversion.overwrites))
      conversion.readerOptions.onRejection = { (rejection) throws(ParquetError) in
        try open.write(rejection)
      }
      report = open
    }

    let showsProgress = told.logging.level != .error && told.logging.level != .warn
    var display = console.progress("headers", shown: showsProgress)
    var isReadingHeaders = true
    conversion.progress = { (progress) throws(ParquetError) in
      try Interruption.check()
      guard progress.dataSet != nil else {
        display.update(
          rows: 0, bytes: 0,
          details: ["\(grouped(progress.files))/\(grouped(progress.fileCount)) files"])
        return
      }
      if isReadingHeaders {
        isReadingHeaders = false
        display.finish()
        display = console.progress(
          "midas", byteCount: progress.byteCount, shown: showsProgress)
      }
      display.update(
        rows: progress.rows, bytes: progress.bytes, details: details(progress, display.seconds))
    }
    conversion.writerOptions.progress = { (_) throws(ParquetError) in try Interruption.check() }

    let summary: MIDASConversion.Summary
    do throws(ParquetError) {
      summary = try conversion.run()
      display.finish()
      try report?.finish()
    } catch {
      display.finish()
      report?.abandon()
      throw namingOption(error, conversion)
    }
    if told.tellsJSON { try console.print(MIDASConvertReport.json(summary).text) }
    MIDASConvertReport(logging: told.logging, rejectPath: told.rejectPath, console: console)
      .tell(summary)
    return arguments.has("strict") && summary.hasRejections ? .failed : .done
  }

  /// The error, with the option that replaces files which are there.
  private static func namingOption(
    _ error: ParquetError, _ conversion: MIDASConversion
  ) -> ParquetError {
    guard error.systemErrorNumber == EEXIST else { return error }
    var error = error
    error.message =
      conversion.partitions.isEmpty
      ? "exists already; --overwrite replaces it"
      : "exists already; --overwrite replaces the files of an earlier run"
    return error
  }

  /// What the bar shows beside rows and bytes.
  private static func details(
    _ progress: MIDASConversion.Progress, _ seconds: Double
  ) -> [String] {
    var details = ["\(grouped(progress.files))/\(grouped(progress.fileCount)) files"]
    if seconds > 0 { details.append("\(grouped(Int(Double(progress.rows) / seconds))) rows/s") }
    details.append("memory \(ByteCount.format(progress.heldByteCount))")
    details.append(counted(progress.memoryFlushes, "flush", plural: "flushes"))
    return details
  }

  /// Tells what would be written.
  private static func show(
    _ files: [PlannedFile], _ asJSON: Bool, _ console: Console
  ) throws(ParquetError) {
    if asJSON {
      try console.print(MIDASConvertReport.json(files).text)
      return
    }
    for file in files {
      let state = file.isFinished ? ", finished before" : ""
      try console.print(
        Console.printable(
          "\(file.path): \(counted(file.columnCount, "column")) from"
            + " \(counted(file.fileCount, "file")) of \(ByteCount.format(file.byteCount))\(state)"))
    }
  }
}
