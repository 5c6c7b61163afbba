import Foundation
import Parquet
import Testing

@testable import Datasets

/// Rows cut into Hive folders.
@Suite struct PartitionedSinkTests {
  private static let counties = ["devon", "kent", "argyll and bute", "100%/x", "a=b", ""]

  /// Writes `rows`, in batches that end at `cuts`.
  private static func write(
    _ rows: [Rows.Row], to directory: String, by names: [String], cuts: [Int],
    options: DatasetOptions = DatasetOptions(),
    budget: MemoryBudget = MemoryBudget(byteCount: 64 << 20), openFileLimit: Int = 256
  ) throws -> DatasetSummary {
    let sink = try PartitionedSink(
      directory: directory, schema: try Rows.schema(), by: names, options: options,
      budget: budget, openFileLimit: openFileLimit)
    var start = 0
    for end in cuts + [rows.count] {
      try sink.write(try Rows.batch(rows[start..<end]))
      start = end
    }
    return try sink.finish()
  }

  /// The rows of a file, by the plain way, without the columns that name its folders.
  private static func ids(_ path: String) throws -> [Int64] {
    let reader = try ParquetReader(FileSource(path: path))
    let batches = reader.batches()
    var ids: [Int64] = []
    while let batch = try batches.next() {
      for row in 0..<batch.rowCount { ids.append(batch.columns[0].values.number(at: row)) }
    }
    return ids
  }

  private static func folder(_ row: Rows.Row) -> String {
    let day = row.day.map { PartitionColumn.date(Int($0)) } ?? "__HIVE_DEFAULT_PARTITION__"
    let county =
      row.county.map {
        $0.replacing("%", with: "%25").replacing("/", with: "%2F").replacing("=", with: "%3D")
      } ?? "__HIVE_DEFAULT_PARTITION__"
    return "day=\(day)/county=\(county)"
  }

  @Test func everyRowIsInItsFolderInOrder() throws {
    let folder = try Folder()
    let rows = Rows.random(30_000, seed: 1, counties: Self.counties)
    let summary = try Self.write(
      rows, to: folder.path, by: ["day", "county"], cuts: [1, 700, 9000])
    var expected: [String: [Int64]] = [:]
    for row in rows { expected[Self.folder(row), default: []].append(row.id) }
    #expect(summary.rowCount == rows.count)
    #expect(summary.files.count == expected.count)
    for file in summary.files {
      #expect(file.path == "\(folder.path)/\(file.partition)/part-00000.parquet")
      #expect(try Self.ids(file.path) == expected[file.partition])
      #expect(file.rowCount == expected[file.partition]?.count)
      #expect(try folder.bytes("\(file.partition)/part-00000.parquet").count == file.byteCount)
    }
    // Nothing else is there.
    #expect(folder.files.count == summary.files.count)
    let names = try ParquetReader(FileSource(path: summary.files[0].path)).schema.fields.map(\.name)
    #expect(names == ["id", "marks", "wet"])
  }

  @Test(arguments: ["day", "county", "wet", "id"])
  func everyTypeNamesFolders(_ name: String) throws {
    let folder = try Folder()
    let rows = Rows.random(40, seed: 2, counties: Self.counties)
    let summary = try Self.write(rows, to: folder.path, by: [name], cuts: [])
    #expect(summary.rowCount == 40)
    if name == "wet" {
      #expect(Set(summary.files.map(\.partition)) == ["wet=true", "wet=false"])
    } else if name == "id" {
      #expect(Set(summary.files.map(\.partition)) == Set((0..<40).map { "id=\($0)" }))
    }
  }

  /// Lists and nulls come through the gathering whole.
  @Test func nestedValuesStay() throws {
    let folder = try Folder()
    let rows = Rows.random(5000, seed: 3, counties: ["x", "y"])
    let summary = try Self.write(rows, to: folder.path, by: ["county"], cuts: [17])
    for file in summary.files {
      let own = rows.filter { "county=\($0.county ?? PartitionColumn.nullName)" == file.partition }
      let expected = try Rows.batch(own[...])
      let reader = try ParquetReader(FileSource(path: file.path))
      let all = reader.batches(batchRows: 10_000)
      let batch = try #require(try all.next())
      #expect(batch.rowCount == own.count)
      // Written alone without the county, the rows make the same file.
      let plain = MemorySink()
      let writer = try ParquetWriter(plain, schema: batch.schema)
      try writer.write(
        ColumnBatch(schema: batch.schema, columns: [0, 1, 3, 4].map { expected.columns[$0] }))
      _ = try writer.finish()
      #expect(batch.schema.leaves.count == 4)
      let other = try ParquetReader(MemorySource(plain.bytes)).batches(batchRows: 10_000)
      let same = try #require(try other.next())
      for (a, b) in zip(batch.columns, same.columns) {
        #expect(a.slotCount == b.slotCount)
        #expect(a.values.count == b.values.count)
        for index in 0..<min(a.values.count, b.values.count) where a.values.count == b.values.count
        {
          if case .bits = a.values.form {
            #expect(a.values.boolean(at: index) == b.values.boolean(at: index))
          } else {
            #expect(a.values.bytes(at: index) == b.values.bytes(at: index))
          }
        }
      }
    }
  }

  /// The bytes are the same however rows come, also where memory and open files are short.
  @Test(arguments: [(64 << 20, 256), (200_000, 256), (64 << 20, 3), (100_000, 2)])
  func batchesDoNotMatter(budget: Int, openFiles: Int) throws {
    let rows = Rows.random(40_000, seed: 4, counties: Self.counties)
    var written: [[String: Data]] = []
    for cuts in [[], [1, 2, 8191, 8192, 20_000], Array(stride(from: 100, to: 40_000, by: 777))] {
      let folder = try Folder()
      let summary = try Self.write(
        rows, to: folder.path, by: ["county", "wet"], cuts: cuts,
        budget: MemoryBudget(byteCount: budget), openFileLimit: openFiles)
      #expect(summary.rowCount == rows.count)
      if budget < 1 << 20, openFiles > 10 { #expect(summary.memoryFlushes > 0) }
      if openFiles < 10 { #expect(summary.files.count > 14) }
      var files: [String: Data] = [:]
      for name in folder.files { files[name] = try folder.bytes(name) }
      written.append(files)
    }
    #expect(written[0] == written[1])
    #expect(written[0] == written[2])
  }

  @Test func nothingIsSeenBeforeTheEnd() throws {
    let folder = try Folder()
    let rows = Rows.random(20_000, seed: 5, counties: ["a", "b", "c"])
    let sink = try PartitionedSink(
      directory: folder.path, schema: try Rows.schema(), by: ["county"], openFileLimit: 1)
    try sink.write(try Rows.batch(rows[...]))
    // Files that were ended meanwhile are there, but hidden.
    #expect(folder.files.allSatisfy { $0.contains("/.part-") })
    sink.abandon()
    #expect(folder.contents == [])
    #expect(error { () throws(ParquetError) in _ = try sink.finish() }?.code == .invalidArgument)
  }

  @Test func aSinkThatIsDroppedLeavesNothing() throws {
    let folder = try Folder()
    do {
      let sink = try PartitionedSink(
        directory: folder.path + "/new", schema: try Rows.schema(), by: ["wet"])
      try sink.write(try Rows.batch(Rows.random(10, seed: 6, counties: ["a"])[...]))
    }
    #expect(folder.contents == [])
  }

  @Test func filesThatAreThereStay() throws {
    let folder = try Folder()
    let rows = Rows.random(100, seed: 7, counties: ["a"])
    _ = try Self.write(rows, to: folder.path, by: ["wet"], cuts: [])
    let before = try folder.bytes("wet=true/part-00000.parquet")
    let failure = error { () throws(ParquetError) in
      let sink = try PartitionedSink(
        directory: folder.path, schema: try! Rows.schema(), by: ["wet"])
      try sink.write(try! Rows.batch(rows[..<50]))
      _ = try sink.finish()
    }
    #expect(failure?.code == .inputOutput)
    #expect(failure?.description.contains("exists already") == true)
    #expect(try folder.bytes("wet=true/part-00000.parquet") == before)
    #expect(folder.files.count == 2)
    var options = DatasetOptions()
    options.existing = .replace
    _ = try Self.write(Array(rows[..<50]), to: folder.path, by: ["wet"], cuts: [], options: options)
    #expect(try folder.bytes("wet=true/part-00000.parquet") != before)
    #expect(folder.files.count == 2)
  }

  @Test func filesAreCutByRows() throws {
    let folder = try Folder()
    var options = DatasetOptions()
    options.fileRows = 1000
    let rows = Rows.random(10_000, seed: 8, counties: ["a", "b"])
    let summary = try Self.write(
      rows, to: folder.path, by: ["wet"], cuts: [333, 9000], options: options)
    let wet = rows.filter(\.wet)
    let parts = summary.files.filter { $0.partition == "wet=true" }
    #expect(parts.map(\.rowCount).dropLast().allSatisfy { $0 == 1000 })
    #expect(try parts.flatMap { try Self.ids($0.path) } == wet.map(\.id))
  }

  @Test(arguments: [
    ([String](), "each named once"), (["wet", "wet"], "each named once"),
    (["nowhere"], "no column nowhere"), (["marks"], "no column marks"),
    (["marks.list.element"], "cannot be partitioned by"),
  ])
  func columnsThatNameNoFolders(names: [String], message: String) throws {
    let folder = try Folder()
    let schema = try Rows.schema()
    let failure = error { () throws(ParquetError) in
      _ = try PartitionedSink(directory: folder.path, schema: schema, by: names)
    }
    #expect(failure?.code == .invalidArgument)
    #expect(failure?.description.contains(message) == true, "\(failure?.description ?? "")")
    #expect(folder.contents == [])
  }

  @Test func allColumnsCannotNameFolders() throws {
    let schema = try Schema([SchemaField("a", .int32)])
    let failure = error { () throws(ParquetError) in
      _ = try PartitionedSink(directory: "x", schema: schema, by: ["a"])
    }
    #expect(failure?.description.contains("no column") == true)
  }

  @Test func textThatNamesNoFolder() throws {
    let folder = try Folder()
    let schema = try Schema([SchemaField("name", .byteArray), SchemaField("id", .int32)])
    for text in [[UInt8](repeating: 65, count: 300), [0xFF, 0xFE]] {
      let builder = ColumnBatchBuilder(schema: schema)
      unsafe builder.leaf(0).append(bytes: text.span.bytes)
      builder.leaf(1).append(Int32(1))
      let failure = error { () throws(ParquetError) in
        let sink = try PartitionedSink(directory: folder.path, schema: schema, by: ["name"])
        try sink.write(try builder.finish())
        _ = try sink.finish()
      }
      #expect(failure?.code == .rejectedData, "\(failure?.description ?? "no error")")
    }
    #expect(folder.contents == [])
  }

  @Test func datesAreTheCalendars() {
    let formatter = DateFormatter()
    formatter.calendar = Calendar(identifier: .iso8601)
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "UTC")
    formatter.dateFormat = "yyyy-MM-dd"
    for day in stride(from: -700_000, to: 2_900_000, by: 137) {
      let date = Date(timeIntervalSince1970: Double(day) * 86_400)
      // Foundation's calendar turns Julian before 1582.
      guard day > -140_000 else { continue }
      #expect(PartitionColumn.date(day) == formatter.string(from: date))
    }
    #expect(PartitionColumn.date(0) == "1970-01-01")
    #expect(PartitionColumn.date(-719_528) == "0000-01-01")
    #expect(PartitionColumn.date(-719_529) == "-0001-12-31")
  }
}
