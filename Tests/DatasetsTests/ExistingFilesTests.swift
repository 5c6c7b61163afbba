import Foundation
import Parquet
import Testing

@testable import Datasets

/// What becomes of files that are there before a sink writes.
@Suite struct ExistingFilesTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private static func options(
    _ existing: ExistingFiles, fileRows: Int? = nil
  ) -> DatasetOptions {
    var options = DatasetOptions()
    options.existing = existing
    options.fileRows = fileRows
    return options
  }

  private func sink(
    by names: [String], _ existing: ExistingFiles, fileRows: Int? = nil
  ) throws -> PartitionedSink {
    try PartitionedSink(
      directory: folder.path, schema: try Rows.schema(), by: names,
      options: Self.options(existing, fileRows: fileRows))
  }

  private func rolling(_ existing: ExistingFiles, fileRows: Int? = nil) throws -> RollingSink {
    try RollingSink(
      directory: folder.path, schema: try Rows.schema(),
      options: Self.options(existing, fileRows: fileRows))
  }

  /// The error of a sink that cannot begin.
  private func refusal(by names: [String], _ existing: ExistingFiles) throws -> ParquetError? {
    let (path, schema, options) = (folder.path, try Rows.schema(), Self.options(existing))
    return error { () throws(ParquetError) in
      if names.isEmpty {
        _ = try RollingSink(directory: path, schema: schema, options: options)
      } else {
        _ = try PartitionedSink(directory: path, schema: schema, by: names, options: options)
      }
    }
  }

  private static func rows(_ count: Int, counties: [String], seed: UInt64 = 1) -> [Rows.Row] {
    Rows.random(count, seed: seed, counties: counties).map { row in
      var row = row
      row.county = row.county ?? counties[0]
      return row
    }
  }

  private static func batch(
    _ count: Int, counties: [String] = ["devon"], seed: UInt64 = 1
  ) throws -> ColumnBatch {
    try Rows.batch(rows(count, counties: counties, seed: seed)[...])
  }

  @discardableResult
  private func write(
    _ count: Int, counties: [String] = ["devon"], by names: [String] = ["county"],
    _ existing: ExistingFiles = .refuse, fileRows: Int? = nil
  ) throws -> DatasetSummary {
    let sink = try sink(by: names, existing, fileRows: fileRows)
    try sink.write(try Self.batch(count, counties: counties))
    return try sink.finish()
  }

  /// Puts a file that no sink made there.
  private func put(_ name: String, _ text: String = "x") throws {
    let url = URL(fileURLWithPath: "\(folder.path)/\(name)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  /// The bytes of every file, hidden ones too.
  private func bytes() throws -> [String: Data] {
    var all: [String: Data] = [:]
    for name in folder.files { all[name] = try folder.bytes(name) }
    return all
  }

  private func rowCount(_ name: String) throws -> Int {
    try ParquetReader(FileSource(path: "\(folder.path)/\(name)")).rowCount
  }

  // MARK: Refusing

  @Test(arguments: [
    "part-00000.parquet", "other.parquet", "county=kent/part-00007.parquet", "x=1/other.parquet",
  ])
  func aFileThatReadersSeeIsRefused(name: String) throws {
    try put(name)
    let failure = try refusal(by: ["county"], .refuse)
    #expect(failure?.code == .inputOutput)
    #expect(failure?.context.file == "\(folder.path)/\(name)")
    #expect(failure?.message.hasPrefix("exists already") == true)
    #expect(folder.files == [name])
  }

  @Test(arguments: [
    ".part-00000.parquet", "_SUCCESS", "notes.txt", "county/part-00000.parquet",
    ".county=kent/part-00000.parquet", "=kent/part-00000.parquet", "county=kent/notes.txt",
  ])
  func othersAreNot(name: String) throws {
    try put(name)
    try write(10)
    #expect(folder.files == [name, "county=devon/part-00000.parquet"].sorted())
  }

  @Test func aFileThatComesMeanwhileIsRefused() throws {
    let sink = try sink(by: ["county"], .refuse)
    try sink.write(try Self.batch(10))
    try put("county=kent/late.parquet")
    let failure = error { () throws(ParquetError) in _ = try sink.finish() }
    #expect(failure?.context.file == "\(folder.path)/county=kent/late.parquet")
    sink.abandon()
    #expect(folder.files == ["county=kent/late.parquet"])
  }

  @Test(arguments: [ExistingFiles.refuse, .replace])
  func foldersOfAnotherPartitioning(existing: ExistingFiles) throws {
    try write(50, counties: ["devon", "kent"], by: ["county", "wet"])
    let before = try bytes()
    for names in [[], ["county"]] {
      let failure = try refusal(by: names, existing)
      #expect(failure?.code == .inputOutput)
      let folderName = names.isEmpty ? "county=devon" : "county=devon/wet=false"
      #expect(failure?.context.file == "\(folder.path)/\(folderName)")
      #expect(failure?.message.contains("another partitioning") == true)
    }
    #expect(try bytes() == before)
    // As many levels of other names are replaced whole.
    try write(50, counties: ["devon", "kent"], by: ["wet", "county"], .replace)
    #expect(folder.contents.allSatisfy { $0.hasPrefix("wet=") })
  }

  /// Where permissions do not hold the user back, a folder is always readable.
  @Test(.enabled(if: geteuid() != 0)) func aFolderThatCannotBeRead() throws {
    try put("county=kent/part-00000.parquet")
    let path = folder.path + "/county=kent"
    unsafe chmod(path, 0)
    defer { unsafe chmod(path, 0o755) }
    for existing in [ExistingFiles.refuse, .replace] {
      let failure = try refusal(by: ["county"], existing)
      #expect(failure?.code == .inputOutput && failure?.context.file == path)
    }
  }

  // MARK: Replacing

  @Test func filesOfALargerRunGo() throws {
    let first = try rolling(.refuse, fileRows: 100)
    try first.write(try Self.batch(1000))
    #expect(try first.finish().files.count == 10)
    let second = try rolling(.replace, fileRows: 100)
    try second.write(try Self.batch(250, seed: 2))
    #expect(folder.files.filter { !$0.hasPrefix(".") }.count == 10)
    #expect(try second.finish().files.count == 3)
    #expect(folder.contents == (0..<3).map { "part-0000\($0).parquet" })
    #expect(try rowCount("part-00002.parquet") == 50)
  }

  @Test func partitionsOfALargerRunGoWithTheirFolders() throws {
    try write(400, counties: ["devon", "kent"], by: ["county", "wet"], fileRows: 20)
    try put("county=kent/wet=true/notes.txt")
    let old = folder.files.count
    #expect(old > 12)
    let summary = try write(30, by: ["county", "wet"], .replace)
    #expect(summary.files.count == 2)
    // A folder that somebody else's file lies in stays.
    let expected = summary.files.map { "\($0.partition)/part-00000.parquet" }
    #expect(folder.files == expected + ["county=kent/wet=true/notes.txt"])
    #expect(!folder.contents.contains("county=kent/wet=false"))
  }

  @Test func filesOfOtherNamesStay() throws {
    let names = [
      ".part-00003.parquet", "county/part-00001.parquet", "county=kent/part-00001.parquet.bak",
      "county=kent/part-0001.parquet", "county=kent/part-x0001.parquet", "data.parquet",
      "other-00001.parquet", "part-00001.csv", "part00001.parquet", "x=1/.hidden",
    ]
    for name in names + ["part-00009.parquet", "part-123456.parquet", "y=1/part-00002.parquet"] {
      try put(name)
    }
    try write(10, .replace)
    #expect(folder.files == (names + ["county=devon/part-00000.parquet"]).sorted())
    #expect(!folder.contents.contains("y=1"))
  }

  @Test func linksToFoldersAreNotFollowed() throws {
    let elsewhere = try Folder()
    let path = "\(elsewhere.path)/part-00001.parquet"
    try Data("x".utf8).write(to: URL(fileURLWithPath: path))
    let manager = FileManager.default
    for name in ["county=kent", "part-00005.parquet"] {
      try manager.createSymbolicLink(
        atPath: "\(folder.path)/\(name)", withDestinationPath: elsewhere.path)
    }
    // A link to a file goes, as readers would read on there; the file itself stays.
    try manager.createSymbolicLink(
      atPath: folder.path + "/part-00006.parquet", withDestinationPath: path)
    try write(10, .replace)
    #expect(elsewhere.files == ["part-00001.parquet"])
    let left = try manager.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(left == ["county=devon", "county=kent", "part-00005.parquet"])
  }

  @Test func withoutRowsNothingIsLeft() throws {
    try write(100, counties: ["devon", "kent"])
    #expect(try sink(by: ["county"], .replace).finish().files == [])
    #expect(folder.contents == [])
    #expect(FileManager.default.fileExists(atPath: folder.path))
  }

  @Test func aRunThatFailsLeavesTheOldFiles() throws {
    try write(300, counties: ["devon", "kent"], fileRows: 50)
    let before = try bytes()
    let abandoned = try sink(by: ["county"], .replace, fileRows: 5)
    try abandoned.write(try Self.batch(80, seed: 2))
    abandoned.abandon()
    #expect(try bytes() == before)
    do {
      let dropped = try sink(by: ["county"], .replace)
      try dropped.write(try Self.batch(80, seed: 3))
    }
    #expect(try bytes() == before)
    // A name that cannot be given is found before the first one is.
    try FileManager.default.createDirectory(
      atPath: folder.path + "/county=surrey/part-00000.parquet", withIntermediateDirectories: true)
    let failing = try sink(by: ["county"], .replace)
    try failing.write(try Self.batch(10, seed: 4))
    let other = try Self.batch(10, counties: ["surrey"])
    let failure = error { () throws(ParquetError) in
      try failing.write(other)
      _ = try failing.finish()
    }
    #expect(failure?.message.contains("is a directory") == true)
    failing.abandon()
    #expect(try bytes() == before)
  }

  // MARK: Keeping

  @Test func newFilesAreNumberedBehindTheOthers() throws {
    try put("county=devon/part-00041.parquet", "mine")
    try put("county=devon/part-100000.parquet", "mine")
    try put("county=kent/other.parquet", "mine")
    let summary = try write(200, counties: ["devon", "kent"], .keep, fileRows: 15)
    let devon = summary.files.filter { $0.partition == "county=devon" }.map(\.path)
    #expect(devon.count > 2)
    let numbers = devon.indices.map { 100_001 + $0 }
    #expect(devon == numbers.map { "\(folder.path)/county=devon/part-\($0).parquet" })
    #expect(folder.files.contains("county=kent/part-00000.parquet"))
    for name in ["county=devon/part-00041.parquet", "county=kent/other.parquet"] {
      #expect(try folder.bytes(name) == Data("mine".utf8))
    }
    #expect(folder.files.count == 3 + summary.files.count)
  }

  @Test func severalMayAddAtTheSameTime() throws {
    try write(10)
    let sinks = [try sink(by: ["county"], .keep), try sink(by: ["county"], .keep)]
    for sink in sinks { try sink.write(try Self.batch(8192)) }
    let third = try sink(by: ["county"], .keep)
    try third.write(try Self.batch(8192))
    third.abandon()
    var names: [String] = []
    for sink in sinks.reversed() {
      names += try sink.finish().files.map { String($0.path.suffix(18)) }
    }
    #expect(names == ["part-00002.parquet", "part-00001.parquet"])
    #expect(folder.files == (0..<3).map { "county=devon/part-0000\($0).parquet" })
    #expect(try rowCount("county=devon/part-00001.parquet") == 8192)
  }

  @Test func aNameThatIsTakenMeanwhileStays() throws {
    let sink = try sink(by: ["county"], .keep)
    try sink.write(try Self.batch(8192))
    try put("county=devon/part-00000.parquet", "mine")
    let failure = error { () throws(ParquetError) in _ = try sink.finish() }
    #expect(failure?.message.hasPrefix("exists already") == true)
    sink.abandon()
    #expect(try bytes() == ["county=devon/part-00000.parquet": Data("mine".utf8)])
  }

  @Test func numbersEnd() throws {
    try put("part-99999999999999999999.parquet")
    let sink = try rolling(.keep)
    let batch = try Self.batch(10)
    let failure = error { () throws(ParquetError) in try sink.write(batch) }
    #expect(failure?.code == .inputOutput)
    #expect(failure?.message.contains("no number is left") == true)
  }

  // MARK: Runs that were killed

  private static let leftovers = [
    ".part-00000.parquet.pending", ".part-00017.parquet.pending",
    "county=kent/..part-00001.parquet.pending.tmp",
    "county=kent/..part-00001.parquet.pending.2.tmp", "county=kent/.part-00000.parquet.pending",
  ]

  @Test(arguments: [ExistingFiles.refuse, .replace])
  func whatTheyLeftGoes(existing: ExistingFiles) throws {
    let others = [".other-00000.parquet.pending", ".part-0000.parquet.pending", ".part.tmp"]
    for name in Self.leftovers + others { try put(name) }
    let sink = try sink(by: ["county"], existing)
    #expect(folder.contents == others)
    sink.abandon()
    try write(10, existing)
    #expect(folder.files == others + ["county=devon/part-00000.parquet"])
  }

  @Test func whoKeepsLeavesIt() throws {
    for name in Self.leftovers { try put(name) }
    let sink = try rolling(.keep, fileRows: 5)
    try sink.write(try Self.batch(90))
    #expect(try sink.finish().files.count == 18)
    let left = folder.files.filter { $0.contains("/.") || $0.hasPrefix(".") }
    #expect(left == Self.leftovers.sorted())
    #expect(!folder.files.contains("part-00000.parquet"))
    #expect(!folder.files.contains("part-00017.parquet"))
    #expect(folder.files.contains("part-00019.parquet"))
  }

  @Test func theFilesOfARunThatIsAliveStay() throws {
    let first = try sink(by: ["county"], .refuse)
    try first.write(try Self.batch(8192))
    for existing in [ExistingFiles.refuse, .replace, .keep] {
      let failure = try refusal(by: ["county"], existing)
      #expect(failure?.code == .inputOutput)
      #expect(failure?.message.contains("another run") == true)
    }
    #expect(try first.finish().files.count == 1)
    #expect(folder.files == ["county=devon/part-00000.parquet"])
    // The folder is free again.
    try write(10, .replace)
    try write(10, .keep)
    #expect(folder.files.count == 2)
  }
}
