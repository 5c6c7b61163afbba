import Foundation
import Parquet
import Testing

@testable import MIDAS

@Suite struct MIDASValidationTests {
  /// The files of the sample archive in `out`, and what they were made of.
  private func converted(
    _ directory: TemporaryDirectory, _ change: (inout MIDASConversion) -> Void = { _ in }
  ) throws -> MIDASConversion.Summary {
    var conversion = MIDASConversion(inputs: [fixtures], outputDirectory: directory.file("out"))
    change(&conversion)
    return try conversion.run()
  }

  /// Validates a file without rows that has `schema`.
  private func issues(of schema: Schema, keyValues: [KeyValue] = []) throws -> [String] {
    let directory = try TemporaryDirectory()
    let path = directory.file("x.parquet")
    var options = WriterOptions()
    options.keyValues = keyValues
    let writer = try ParquetWriter(FileSink(path: path), schema: schema, options: options)
    _ = try writer.finish()
    let validation = try MIDASValidator().validate(path)
    #expect(validation.issues.allSatisfy { $0.kind == .schema })
    return validation.issues.map { "\($0.context.column ?? ""): \($0.message)" }
  }

  @Test func whatAConversionWritesIsValid() throws {
    let directory = try TemporaryDirectory()
    let summary = try converted(directory)
    let modified = Date(timeIntervalSinceNow: -5400)
    let first = directory.file("out/uk-daily-rain-obs.parquet")
    try FileManager.default.setAttributes([.modificationDate: modified], ofItemAtPath: first)
    var validator = MIDASValidator()
    validator.sources = try MIDASSources(inputs: [fixtures])
    let seen = Collected<Int>()
    validator.progress = { (rows, _) throws(ParquetError) in seen.elements.append(rows) }
    let paths = try MIDASValidator.files(in: [directory.path, directory.path])
    #expect(paths == summary.results.compactMap(\.path))
    for (path, result) in zip(paths, summary.results) {
      let validation = try validator.validate(path)
      #expect(validation.issues == [])
      #expect(validation.isValid)
      #expect(validation.path == path)
      #expect(validation.byteCount == result.byteCount)
      #expect(validation.dataSet == result.dataSet)
      #expect(validation.rowCount == result.reading.observations)
      #expect(seen.elements.last == result.reading.observations)
    }
    let validation = try validator.validate(first)
    #expect(validation.modified == Int(modified.timeIntervalSince1970.rounded(.down)))
    let age = try #require(validation.ageHours)
    #expect(age >= 1.5 && age < 1.75)
    #expect(validation.modifiedText?.count == 20)
  }

  @Test func filesThatAreNone() throws {
    let directory = try TemporaryDirectory()
    try directory.write("", to: "empty.parquet")
    try directory.write("PAR1 or so", to: "text.parquet")
    try directory.write("", to: "other.txt")
    let absent = directory.file("absent.parquet")
    let paths = try MIDASValidator.files(in: [directory.path, absent])
    #expect(paths == ["absent", "empty", "text"].map { directory.file("\($0).parquet") })
    let found = try paths.map { try MIDASValidator().validate($0) }
    #expect(found.map { $0.issues.map(\.kind) } == [[.unreadable], [.empty], [.damaged]])
    #expect(found.allSatisfy { !$0.isValid && $0.rowCount == nil })
    #expect(found.map(\.byteCount) == [nil, 0, 10])
    #expect(found[0].issues[0].message == "cannot be read: No such file or directory")
    #expect(found[0].ageHours == nil && found[0].modifiedText == nil)
    let folder = try MIDASValidator().validate(directory.path)
    #expect(folder.issues.map(\.message) == ["is not a file"])
    let error = #expect(throws: ParquetError.self) {
      try directory.write("", to: "none/x.csv")
      return try MIDASValidator.files(in: [directory.file("none")])
    }
    #expect(error?.message == "the directory holds no .parquet file")
  }

  @Test func damageIsFoundInEveryPage() throws {
    let directory = try TemporaryDirectory()
    _ = try converted(directory)
    let name = "out/uk-daily-temperature-obs.parquet"
    let whole = try directory.bytes(of: name)
    let reader = try ParquetReader(FileSource(path: directory.file(name)))
    let last = reader.schema.leaves.count - 1
    for column in [0, 9, last] {
      let chunk = try #require(try reader.columnMetadata(rowGroup: 0, column: column))
      var bytes = whole
      // A byte of the chunk's last page: only a reader of that page meets it.
      let start = chunk.dictionaryPageOffset ?? chunk.dataPageOffset
      bytes[start + chunk.totalCompressedByteCount - 1] ^= 0x5A
      try directory.write(bytes, to: name)
      let validation = try MIDASValidator().validate(directory.file(name))
      #expect(!validation.issues.isEmpty)
      #expect(validation.issues.allSatisfy { $0.kind == .damaged && $0.context.file == nil })
      #expect(
        validation.issues.first?.context.column == reader.schema.leaves[column].path.description)
    }
  }

  @Test func baseColumnsMustBeThere() throws {
    #expect(try issues(of: Schema(ObservationSchema.base)) == [])
    #expect(try issues(of: Schema(Array(ObservationSchema.base.reversed()))) == [])
    for field in ObservationSchema.base {
      let rest = ObservationSchema.base.filter { $0 != field }
      #expect(
        try issues(of: Schema(rest))
          == ["\(field.name): the column is missing, which every data set has"])
    }
  }

  @Test(
    arguments: [
      (
        SchemaField.timestamp("ob_end_time", .microseconds, isAdjustedToUTC: false),
        "is INT64 TIMESTAMP(MICROS), not INT64 TIMESTAMP(NANOS)"
      ),
      (
        .timestamp("station_start_date", .milliseconds, isAdjustedToUTC: true),
        "is INT64 TIMESTAMP(MILLIS), not INT64 TIMESTAMP(NANOS)"
      ),
      (SchemaField("station_end_date", .int64), "is INT64, not INT64 TIMESTAMP(NANOS)"),
      (
        .timestamp("meto_stmp_time", .microseconds, isAdjustedToUTC: false, .optional),
        "is INT64 TIMESTAMP(MICROS), not INT64 TIMESTAMP(NANOS)"
      ),
      (SchemaField("station_latitude", .float), "is FLOAT, not DOUBLE"),
      (SchemaField("station_longitude", .int32), "is INT32, not DOUBLE"),
      (SchemaField("station_height_meters", .double), "is DOUBLE, not FLOAT"),
      (SchemaField("station_name", .byteArray), "is BYTE_ARRAY, not BYTE_ARRAY STRING"),
      (SchemaField("station_id", .int64), "is INT64, not INT32"),
      (
        SchemaField("version_num", .int32, logicalType: .integer(bitWidth: 32, isSigned: false)),
        "is INT32 INTEGER(32,false), not INT32"
      ),
      (.string("id_type", .optional), "may be null, and no observation is without it"),
      (SchemaField("east_grid_ref", .int32, .repeated), "may stand more than once a row"),
      (
        SchemaField(group: "north_grid_ref", [SchemaField("x", .int32)]), "is a group of columns"
      ),
    ] as [(SchemaField, String)])
  func baseColumnsOfAnotherType(field: SchemaField, message: String) throws {
    let fields = ObservationSchema.base.map { $0.name == field.name ? field : $0 }
    #expect(try issues(of: Schema(fields)) == ["\(field.name): \(message)"])
  }

  @Test func baseColumnsThatSayTheSameInAnotherWay() throws {
    let others = [
      SchemaField.timestamp("ob_end_time", .nanoseconds, isAdjustedToUTC: true),
      SchemaField("rec_st_ind", .int32, logicalType: .integer(bitWidth: 32, isSigned: true)),
      SchemaField("midas_stmp_etime", .int32),
    ]
    let fields = ObservationSchema.base.map { field in
      others.first { $0.name == field.name } ?? field
    }
    #expect(try issues(of: Schema(fields)) == [])
  }

  @Test(
    arguments: [
      (SchemaField("prcp_amt", .double, .optional), nil),
      (.string("cld_id", .optional), nil), (.string("q_prcp_amt", .optional), nil),
      (.string("pf_record"), nil), (SchemaField("q10mnt_mxgst_spd", .double, .optional), nil),
      (SchemaField("prcp_amt", .float, .optional), "is FLOAT, not DOUBLE or BYTE_ARRAY STRING"),
      (SchemaField("prcp_amt", .int64), "is INT64, not DOUBLE or BYTE_ARRAY STRING"),
      (SchemaField("code", .byteArray), "is BYTE_ARRAY, not DOUBLE or BYTE_ARRAY STRING"),
      (SchemaField("q_prcp_amt", .double, .optional), "is DOUBLE, not BYTE_ARRAY STRING"),
      (SchemaField("pf_record", .int32), "is INT32, not BYTE_ARRAY STRING"),
      (SchemaField("prcp_amt", .double, .repeated), "may stand more than once a row"),
      (
        SchemaField(group: "prcp", [SchemaField("amt", .double)]), "is a group of columns"
      ),
    ] as [(SchemaField, String?)])
  func otherColumns(field: SchemaField, message: String?) throws {
    #expect(
      try issues(of: Schema(ObservationSchema.base + [field]))
        == (message.map { ["\(field.name): \($0)"] } ?? []))
  }

  @Test func rowsAreCountedAgainstTheSources() throws {
    let directory = try TemporaryDirectory()
    _ = try converted(directory) { $0.readerOptions.removesDuplicates = false }
    let path = directory.file("out/uk-daily-temperature-obs.parquet")
    var validator = MIDASValidator()
    validator.sources = try MIDASSources(inputs: [fixtures])
    let validation = try validator.validate(path)
    #expect(validation.issues.map(\.kind) == [.rowCount])
    #expect(
      validation.issues.map(\.message) == ["the file has 240 rows, the sources give 200"])

    var options = ReaderOptions()
    options.removesDuplicates = false
    validator.sources = try MIDASSources(inputs: [fixtures], options: options)
    #expect(try validator.validate(path).issues == [])
    validator.sources = nil
    #expect(try validator.validate(path).issues == [])

    let other = try directory.write(
      Sample(rows: Sample.referenceRows).text.replacing("title,G,uk", with: "title,G,us"),
      to: "x.csv")
    validator.sources = try MIDASSources(inputs: [other])
    #expect(
      try validator.validate(path).issues.map(\.message)
        == ["the sources have no data set uk-daily-temperature-obs"])
  }

  @Test func aFileThatNamesNoDataSet() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("x.parquet")
    let writer = try ParquetWriter(
      FileSink(path: path), schema: Schema(ObservationSchema.base), options: WriterOptions())
    _ = try writer.finish()
    var validator = MIDASValidator()
    validator.sources = try MIDASSources(inputs: [fixtures])
    let validation = try validator.validate(path)
    #expect(validation.dataSet == nil && validation.rowCount == 0)
    #expect(validation.issues.map(\.kind) == [.rowCount])
  }

  @Test func sourcesLeaveOutWhatAConversionRejects() throws {
    let directory = try TemporaryDirectory()
    try directory.write(Sample(rows: Sample.referenceRows + ["ragged"]).text, to: "in/x.csv")
    try directory.write("none", to: "in/y.csv")
    let steps = Collected<Int>()
    let sources = try MIDASSources(inputs: [directory.file("in")]) { () throws(ParquetError) in
      steps.elements.append(1)
    }
    #expect(steps.elements.count == 2)
    #expect(try sources.observationCount(of: "uk-daily-temperature-obs") == 3)
    // Counted once: the files may go.
    try FileManager.default.removeItem(atPath: directory.file("in"))
    #expect(try sources.observationCount(of: "uk-daily-temperature-obs") == 3)
    #expect(try sources.observationCount(of: "uk-daily-rain-obs") == nil)
  }

  @Test func stoppingIsAnError() throws {
    let directory = try TemporaryDirectory()
    _ = try converted(directory)
    var validator = MIDASValidator()
    validator.progress = { (_, _) throws(ParquetError) in
      throw ParquetError(.cancelled, "interrupted")
    }
    let error = #expect(throws: ParquetError.self) {
      try validator.validate(directory.file("out/uk-daily-rain-obs.parquet"))
    }
    #expect(error?.code == .cancelled)
  }

  @Test(arguments: [
    (0, "0 B"), (1023, "1023 B"), (1024, "1.00 KB"), (1536, "1.50 KB"), (1_048_570, "1023.99 KB"),
    (1_048_575, "1.00 MB"), (1_048_576, "1.00 MB"), (5 << 30, "5.00 GB"), (1 << 40, "1.00 TB"),
    (1 << 51, "2048.00 TB"), (1_090_000, "1.04 MB"),
  ])
  func sizes(byteCount: Int, text: String) {
    #expect(MIDASValidation.format(byteCount: byteCount) == text)
  }
}
