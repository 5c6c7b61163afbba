import Parquet
import Testing

@testable import MIDAS

@Suite struct MIDASConversionTests {
  private func conversion(_ directory: TemporaryDirectory) -> MIDASConversion {
    MIDASConversion(inputs: [fixtures], outputDirectory: directory.file("deep/out"))
  }

  @Test func oneFileForEachDataSet() throws {
    let directory = try TemporaryDirectory()
    var conversion = conversion(directory)
    let seen = Collected<MIDASConversion.Progress>()
    conversion.progress = { (progress) throws(ParquetError) in seen.elements.append(progress) }
    let summary = try conversion.run()
    #expect(summary.results.count == 8)
    #expect(!summary.hasRejections)
    let temperature = summary.results[1]
    #expect(temperature.reading.observations == 200)
    #expect(temperature.reading.duplicates == 40)
    #expect(temperature.columnCount == 30)
    #expect(temperature.path == directory.file("deep/out/uk-daily-temperature-obs.parquet"))
    let bytes = try directory.bytes(of: "deep/out/uk-daily-temperature-obs.parquet")
    #expect(bytes.count == temperature.byteCount)
    #expect(
      bytes.prefix(4) == ArraySlice("PAR1".utf8) && bytes.suffix(4) == ArraySlice("PAR1".utf8))

    let last = try #require(seen.elements.last)
    #expect(last.files == last.fileCount && last.bytes == last.byteCount && last.fileCount == 16)
    #expect(last.rows == summary.results.reduce(0) { $0 + $1.reading.observations })
  }

  @Test func theBytesAreTheSameEveryTime() throws {
    let directory = try TemporaryDirectory()
    _ = try conversion(directory).run()
    var other = conversion(directory)
    other.outputDirectory = directory.file("other")
    other.writerOptions.threads = 2
    other.readerOptions.batchRows = 7
    _ = try other.run()
    for dataSet in try MIDASArchive(inputs: [fixtures]).dataSets {
      let name = MIDASConversion.fileName(dataSet: dataSet.name)
      #expect(try directory.bytes(of: "deep/out/\(name)") == directory.bytes(of: "other/\(name)"))
    }
  }

  @Test func aFileThatIsThereIsKept() throws {
    let directory = try TemporaryDirectory()
    try directory.write("mine", to: "deep/out/uk-soil-temperature-obs.parquet")
    let error = #expect(throws: ParquetError.self) { try conversion(directory).run() }
    #expect(error?.code == .inputOutput)
    #expect(error?.context.file?.hasSuffix("uk-soil-temperature-obs.parquet") == true)
    #expect(try directory.names() == ["deep"])
    #expect(
      try directory.bytes(of: "deep/out/uk-soil-temperature-obs.parquet") == Array("mine".utf8))
    var overwriting = conversion(directory)
    overwriting.overwrites = true
    #expect(try overwriting.run().results.count == 8)
    #expect(try directory.bytes(of: "deep/out/uk-soil-temperature-obs.parquet").count > 1000)
  }

  @Test func noRowsNoFile() throws {
    let directory = try TemporaryDirectory()
    let input = try directory.write(Sample().text, to: "x.csv")
    let summary = try MIDASConversion(inputs: [input], outputDirectory: directory.file("out")).run()
    #expect(summary.results.map(\.path) == [nil])
    #expect(throws: (any Error).self) {
      try directory.bytes(of: "out/uk-daily-temperature-obs.parquet")
    }
  }

  @Test func aRejectedRowLeavesNoFile() throws {
    let directory = try TemporaryDirectory()
    let input = try directory.write(
      Sample(rows: Sample.referenceRows + ["ragged"]).text, to: "x.csv")
    var conversion = MIDASConversion(inputs: [input], outputDirectory: directory.file("out"))
    let error = #expect(throws: ParquetError.self) { try conversion.run() }
    #expect(error?.code == .rejectedData && error?.context.line == 18)
    #expect(throws: (any Error).self) {
      try directory.bytes(of: "out/uk-daily-temperature-obs.parquet")
    }

    let sink = MemorySink()
    let report = RejectionReport(sink)
    conversion.readerOptions.onRejection = { (rejection) throws(ParquetError) in
      try report.write(rejection)
    }
    let summary = try conversion.run()
    try report.finish()
    #expect(summary.hasRejections && report.count == 1)
    #expect(summary.results[0].reading.observations == 3)
    let line = String(decoding: sink.bytes.array(), as: UTF8.self)
    #expect(
      line == """
        {"file":"\(input)","line":18,"column":null,"reason":"has 1 fields where the header names 16 \
        columns","row":"ragged"}

        """)
  }

  @Test func stoppingIsAnErrorThatLeavesNoFile() throws {
    let directory = try TemporaryDirectory()
    var conversion = conversion(directory)
    conversion.progress = { (progress) throws(ParquetError) in
      if progress.rows > 0 { throw ParquetError(.cancelled, "interrupted") }
    }
    conversion.readerOptions.onRejection = { (_) throws(ParquetError) in }
    let error = #expect(throws: ParquetError.self) { try conversion.run() }
    #expect(error?.code == .cancelled)
    #expect(throws: (any Error).self) {
      try directory.bytes(of: "deep/out/uk-daily-rain-obs.parquet")
    }
  }

  @Test func fileNames() {
    #expect(MIDASConversion.fileName(dataSet: "uk-daily-rain-obs") == "uk-daily-rain-obs.parquet")
    #expect(
      MIDASConversion.fileName(dataSet: "../a b/\u{E9}_1", month: (2024, 7))
        == "___a_b___1_202407.parquet")
  }

  @Test func dataSetsOfOneFileName() throws {
    let directory = try TemporaryDirectory()
    for title in ["a b", "a/b"] {
      var sample = Sample(rows: Sample.referenceRows)
      sample.title = title
      try directory.write(sample.text, to: title == "a b" ? "1.csv" : "2.csv")
    }
    let conversion = MIDASConversion(
      inputs: [directory.path], outputDirectory: directory.file("out"))
    #expect(throws: ParquetError.self) { try conversion.run() }
  }

  @Test func aReaderFeedsAnySink() async throws {
    final class Counter: ColumnSink {
      let schema: Schema
      var rows = 0
      init(_ schema: Schema) { self.schema = schema }
      func write(_ batch: ColumnBatch) throws(ParquetError) { rows += batch.rowCount }
      func finish() throws(ParquetError) -> Int { rows }
      func abandon() {}
    }
    let archive = try MIDASArchive(inputs: [fixtures])
    let reader = try ObservationReader(archive.dataSets[1], of: archive)
    #expect(try await reader.copy(to: Counter(archive.dataSets[1].schema)) == 200)
  }
}
