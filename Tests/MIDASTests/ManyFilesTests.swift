import Foundation
import Parquet
import Testing

@testable import MIDAS

/// What several threads, several outputs and several runs make of an archive.
@Suite struct ManyFilesTests {
  /// Stations and years of hand-made observations; bad rows, empty ones and duplicates among them.
  private static func archive(_ directory: TemporaryDirectory, isClean: Bool = false) throws {
    for station in [7, 31, 1204] {
      for year in 1999...2002 {
        var sample = Sample()
        sample.station = String(repeating: "0", count: 5 - "\(station)".count) + "\(station)"
        sample.attributes[0] = "observation_station,G,station-\(station)"
        sample.attributes[4] = "date_valid,G,\(year)-01-01 00:00:00,\(year)-12-31 23:59:59"
        sample.attributes += [
          "creator,G,Met Office", "source,G,hand made", "last_revised_date,G,\(year + 10)-02-03",
          "collection_version_number,G,dataset-version-209901",
          "long_name,max_air_temp,maximum air temperature,degC",
        ]
        for day in 1...28 {
          let time = "\(year)-03-\(day < 10 ? "0" : "")\(day) 09:00:00"
          let row = "\(time),DCNN,A\(station),24,1,NCM,\(station),1001,\(day).5,1,9,9,NA,NA,NA,NA"
          sample.rows.append(row)
          if day % 9 == 0 { sample.rows.append(row) }
          if !isClean, day % 13 == 0 { sample.rows.append("\(time),ragged,\(station)") }
          if !isClean, day % 14 == 0 {
            sample.rows.append(row.replacingOccurrences(of: "\(day).5", with: "/"))
          }
        }
        if year == 2001, station == 31 { sample.end = [] }
        try directory.write(sample.text, to: "in/\(1300 - station)/\(year).csv")
      }
    }
  }

  @Test(arguments: [2, 3, 8]) func threadsDoNotMatter(threads: Int) throws {
    let directory = try TemporaryDirectory()
    try Self.archive(directory)
    let input = [directory.file("in")]
    let one = try read(input)
    let many = try read(input) { $0.threads = threads }
    #expect(many.statistics == one.statistics)
    #expect(many.rejections == one.rejections)
    #expect(one.rejections.count == 24 && one.statistics.duplicates == 60)
    #expect(one.statistics.truncatedFiles == 1)
    for name in ["max_air_temp", "min_air_temp"] {
      #expect(many.doubles(name) == one.doubles(name))
    }
    #expect(many.times("ob_end_time") == one.times("ob_end_time"))
    #expect(many.texts("station_name") == one.texts("station_name"))
  }

  @Test(arguments: [1, 4]) func theFirstBadRowIsTheErrorForAnyThreads(threads: Int) throws {
    let directory = try TemporaryDirectory()
    try Self.archive(directory)
    let error = #expect(throws: ParquetError.self) {
      try read([directory.file("in")], rejecting: false) { $0.threads = threads }
    }
    #expect(error?.code == .rejectedData)
    #expect(
      error?.context.file?.hasSuffix("in/1269/1999.csv") == true
        || error?.context.file?
          .hasSuffix("in/1293/1999.csv") == true
        || error?.context.file?.hasSuffix("in/96/1999.csv") == true)
    #expect(error?.context.line == 33)
  }

  private static func conversion(_ directory: TemporaryDirectory) -> MIDASConversion {
    MIDASConversion(inputs: [directory.file("in")], outputDirectory: directory.file("out"))
  }

  @Test func aFileForEachYear() throws {
    let directory = try TemporaryDirectory()
    try Self.archive(directory, isClean: true)
    var conversion = Self.conversion(directory)
    conversion.split = .year
    let summary = try conversion.run()
    #expect(summary.results.map(\.year) == ["1999", "2000", "2001", "2002"])
    for result in summary.results {
      let path = try #require(result.path)
      #expect(path.hasSuffix("/uk-daily-temperature-obs_\(result.year ?? "").parquet"))
      #expect(try ParquetReader(FileSource(path: path)).rowCount == 3 * 28)
      #expect(result.reading.observations == 3 * 28)
    }
  }

  @Test func rowsByStation() throws {
    let directory = try TemporaryDirectory()
    try Self.archive(directory, isClean: true)
    var conversion = Self.conversion(directory)
    conversion.order = .station
    _ = try conversion.run()
    let reader = try ParquetReader(
      FileSource(path: directory.file("out/uk-daily-temperature-obs.parquet")))
    let batches = reader.batches(batchRows: 10_000)
    let batch = try #require(try batches.next())
    let keys = (0..<batch.rowCount).map { row -> (Int32, Int64) in
      (batch.columns[3].values.number(at: row), batch.columns[0].values.number(at: row))
    }
    #expect(keys.count == 12 * 28)
    #expect(zip(keys, keys.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func keyValues() throws {
    let directory = try TemporaryDirectory()
    try Self.archive(directory, isClean: true)
    var conversion = Self.conversion(directory)
    _ = try conversion.run()
    let path = directory.file("out/uk-daily-temperature-obs.parquet")
    let reader = try ParquetReader(FileSource(path: path))
    func value(_ key: String) -> String? {
      reader.metadata.keyValues.first { $0.key == key }?.value
    }
    #expect(value("midas.dataset") == "uk-daily-temperature-obs")
    #expect(value("midas.releases") == "dataset-version-209901")
    #expect(value("midas.source") == "hand made")
    #expect(
      value("midas.attribution")
        == "Met Office, uk-daily-temperature-obs, dataset-version-209901")
    #expect(value("midas.licence") == nil)
    #expect(value("midas.time_zone") == "UTC")
    #expect(value("created_at") == "2012-02-03")
    #expect(
      value("midas.measurements")
        == #"{"max_air_temp":{"long_name":"maximum air temperature","unit":"degC"}}"#)
    let column = try #require(reader.schema.leaf(at: "max_air_temp"))
    let metadata = try reader.columnMetadata(rowGroup: 0, column: column.index)
    #expect(
      metadata?.keyValues == [
        KeyValue("long_name", "maximum air temperature"), KeyValue("unit", "degC"),
      ])
    conversion.createdAt = "2030-01-01T00:00:00Z"
    conversion.overwrites = true
    _ = try conversion.run()
    let again = try ParquetReader(FileSource(path: path)).metadata.keyValues
    #expect(again.contains(KeyValue("created_at", "2030-01-01T00:00:00Z")))
  }

  @Test func aRunThatResumesLeavesWhatIsFinished() throws {
    let directory = try TemporaryDirectory()
    try Self.archive(directory, isClean: true)
    var conversion = Self.conversion(directory)
    conversion.split = .year
    conversion.resumes = true
    #expect(try conversion.run().results.allSatisfy { !$0.wasFinished })
    let name = "out/uk-daily-temperature-obs_2000.parquet"
    let whole = try directory.bytes(of: name)
    // One file is missing, one is damaged, one is of other options.
    try FileManager.default.removeItem(
      atPath: directory.file("out/uk-daily-temperature-obs_1999.parquet"))
    try directory.write("no Parquet", to: name)
    let second = try conversion.run()
    #expect(second.results.map(\.wasFinished) == [false, false, true, true])
    #expect(second.results.map(\.reading.observations) == [84, 84, 84, 84])
    #expect(try directory.bytes(of: name) == whole)
    conversion.writerOptions.compression = .zstd(level: 1)
    #expect(try conversion.run().results.allSatisfy { !$0.wasFinished })
    #expect(try conversion.run().results.allSatisfy(\.wasFinished))
    // Another source makes its year anew.
    var sample = Sample(rows: Sample.referenceRows)
    sample.attributes[4] = "date_valid,G,2001-01-01 00:00:00,2001-12-31 23:59:59"
    try directory.write(sample.text, to: "in/more.csv")
    #expect(try conversion.run().results.map(\.wasFinished) == [true, true, false, true])
  }

  @Test func aDryRunWritesNothing() throws {
    let directory = try TemporaryDirectory()
    try Self.archive(directory, isClean: true)
    var conversion = Self.conversion(directory)
    conversion.split = .year
    let planned = try conversion.dryRun()
    #expect(planned.map(\.year) == ["1999", "2000", "2001", "2002"])
    #expect(planned.allSatisfy { $0.fileCount == 3 && !$0.isFinished && $0.columnCount == 26 })
    #expect(try directory.names() == ["in"])
  }

  @Test func foldersByYearAndStation() throws {
    let directory = try TemporaryDirectory()
    try Self.archive(directory, isClean: true)
    var conversion = Self.conversion(directory)
    conversion.partitions = [.dataSet, .year, .county, .station]
    conversion.readerOptions.threads = 2
    let summary = try conversion.run()
    #expect(summary.results.map(\.fileCount) == [12])
    #expect(summary.results[0].reading.observations == 12 * 28)
    for year in 1999...2002 {
      for station in [7, 31, 1204] {
        let path = directory.file(
          "out/dataset=uk-daily-temperature-obs/year=\(year)/county=sampleshire/station=\(station)"
            + "/part-00000.parquet")
        let reader = try ParquetReader(FileSource(path: path))
        #expect(reader.rowCount == 28)
        #expect(reader.schema == (try MIDASArchive(inputs: conversion.inputs).dataSets[0].schema))
      }
    }
  }

  @Test func foldersThatCannotBe() throws {
    let directory = try TemporaryDirectory()
    try Self.archive(directory, isClean: true)
    var other = Sample(rows: Sample.referenceRows)
    other.title = "uk-mean-wind-obs"
    try directory.write(other.text, to: "in/wind.csv")
    for partitions in [[MIDASConversion.Partition.year], [.year, .dataSet], [.year, .year]] {
      var conversion = Self.conversion(directory)
      conversion.partitions = partitions
      let error = #expect(throws: ParquetError.self) { try conversion.run() }
      #expect(error?.code == .invalidArgument)
    }
    var conversion = Self.conversion(directory)
    conversion.partitions = [.year]
    conversion.dataSets = ["uk-mean-wind-obs"]
    #expect(try conversion.run().results.map(\.fileCount) == [1])
    conversion.dataSets = ["uk-moon-obs"]
    let error = #expect(throws: ParquetError.self) { try conversion.run() }
    #expect(error?.message.contains("there is no data set uk-moon-obs") == true)
  }

  @Test func memoryIsLimited() throws {
    let directory = try TemporaryDirectory()
    try Self.archive(directory, isClean: true)
    var conversion = Self.conversion(directory)
    conversion.writerOptions.memoryLimit = 4000
    let result = try conversion.run().results[0]
    #expect(result.writing.memoryFlushes > 0)
    #expect(result.rowGroupCount > result.writing.memoryFlushes)
    // Three duplicates cut each year's rows in four.
    #expect(result.writing.batches == 48)
    #expect(result.averageBatchRows == 7)
    #expect(result.successPercent == 100)
    #expect(result.compressionRatio > 0)
    #expect(result.writing.peakHeldByteCount > 0)
  }
}

/// Named limits of a writer, checked together.
@Suite struct WriterConfigurationTests {
  @Test(arguments: [
    (0, 10_000, 500, 50), (9_999, 10_000, 500, 50), (10_000, 50_000, 1000, 100),
    (999_999, 50_000, 1000, 100), (1_000_000, 100_000, 2000, 200), (.max, 100_000, 2000, 200),
  ])
  func optimised(observations: Int, rows: Int, batch: Int, mebibytes: Int) throws {
    let preset = try WriterConfiguration.optimised(observations: observations).validated()
    #expect(preset.rowGroupRows == rows)
    #expect(preset.batchRows == batch)
    #expect(preset.memoryLimit == mebibytes << 20)
  }

  /// Every preset is valid, small tables' too.
  @Test func recommendedPresetsAreValid() throws {
    for observations in [-1, 0, 1, 7, 499, 500, 9_999, 49_999, 50_000, 99_999, 1_000_000, .max] {
      for measurements in [0, 10, 11, 20, 21, 400] {
        let preset = try WriterConfiguration.recommended(
          observations: observations, measurements: measurements
        ).validated()
        #expect(preset.batchRows <= preset.rowGroupRows)
      }
    }
    let wide = WriterConfiguration.recommended(observations: 60_000, measurements: 30)
    #expect((wide.rowGroupRows, wide.batchRows) == (50_000, 500))
    #expect(wide.memoryLimit == 50 << 20)
    let given = WriterConfiguration.recommended(
      observations: 60_000, measurements: 12, memoryLimit: 7)
    #expect((given.batchRows, given.memoryLimit) == (1000, 7))
  }

  @Test func whatCannotBe() {
    let base = WriterConfiguration()
    for (wrong, name) in [
      (base.with(rowGroupRows: 0), "row_group_size"),
      (base.with(batchRows: -1), "write_batch_size"),
      (base.with(memoryLimit: 0), "memory_limit_bytes"),
      (base.with(pageBytes: 0), "data_page_size_bytes"),
      (base.with(rowGroupRows: 10).with(batchRows: 11), "write_batch_size"),
      (base.with(pageBytes: 1 << 31), "data_page_size_bytes"),
    ] {
      let error = #expect(throws: ParquetError.self) { try wrong.validated() }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.hasPrefix(name) == true)
    }
  }

  @Test func optionsSayIt() throws {
    let options = WriterConfiguration().with(rowGroupRows: 5).with(batchRows: 5)
      .with(compression: .none).with(memoryLimit: 9).with(dictionaries: false)
      .with(statistics: false).with(pageBytes: 77).options
    #expect(options.rowGroupRows == 5)
    #expect(options.compression == .none)
    #expect(options.memoryLimit == 9)
    #expect(options.statistics == .none)
    #expect(options.pageBytes == 77)
    // No dictionary at all, where they are turned off.
    let schema = try Schema([.string("name")])
    let builder = ColumnBatchBuilder(schema: schema)
    for _ in 0..<1000 { builder.leaf(0).append("the same") }
    let batch = try builder.finish()
    for uses in [true, false] {
      let sink = MemorySink()
      let writer = try ParquetWriter(
        sink, schema: schema, options: WriterConfiguration().with(dictionaries: uses).options)
      try writer.write(batch)
      _ = try writer.finish()
      let metadata = try ParquetReader(MemorySource(sink.bytes)).columnMetadata(
        rowGroup: 0, column: 0)
      #expect((metadata?.dictionaryPageOffset != nil) == uses)
    }
  }

  @Test func estimates() {
    #expect(
      WriterConfiguration.estimatedByteCount(observations: 1000, measurements: 10, ratio: 0.5)
        == 180_000)
    #expect(
      WriterConfiguration.estimatedByteCount(observations: -5, measurements: 10, ratio: 0.5) == 0)
  }
}
