import Foundation
import Parquet
import Testing

@testable import Datasets

/// Rows in one file after another.
@Suite struct RollingSinkTests {
  private static func write(
    _ rows: [Rows.Row], to directory: String, cuts: [Int], _ options: DatasetOptions
  ) throws -> DatasetSummary {
    let sink = try RollingSink(directory: directory, schema: try Rows.schema(), options: options)
    var start = 0
    for end in cuts + [rows.count] {
      try sink.write(try Rows.batch(rows[start..<end]))
      start = end
    }
    return try sink.finish()
  }

  @Test func rowsEndFiles() throws {
    let folder = try Folder()
    var options = DatasetOptions()
    options.fileRows = 700
    options.stem = "rain"
    let rows = Rows.random(2800, seed: 1, counties: ["a"])
    let summary = try Self.write(rows, to: folder.path, cuts: [1, 699, 701, 1400], options)
    #expect(summary.files.map(\.rowCount) == [700, 700, 700, 700])
    #expect(folder.contents == (0..<4).map { "rain-0000\($0).parquet" })
    #expect(summary.files.allSatisfy { $0.partition == "" })
  }

  /// Wherever batches end and however many threads there are, files of a size end at the same rows.
  @Test func bytesEndFiles() throws {
    let rows = Rows.random(60_000, seed: 2, counties: ["a", "b"])
    var written: [[String: Data]] = []
    for (cuts, threads) in [([], 1), ([5, 8192, 8193, 30_000], 1), ([40_000], 2)] {
      let folder = try Folder()
      var options = DatasetOptions()
      options.fileBytes = 40_000
      options.writer.threads = threads
      options.writer.rowGroupRows = 5000
      let summary = try Self.write(rows, to: folder.path, cuts: cuts, options)
      #expect(summary.files.count > 2)
      #expect(summary.rowCount == rows.count)
      var files: [String: Data] = [:]
      for name in folder.files { files[name] = try folder.bytes(name) }
      written.append(files)
    }
    #expect(written[0] == written[1])
    #expect(written[0] == written[2])
  }

  @Test func withoutRowsThereIsNoFile() throws {
    let folder = try Folder()
    let sink = try RollingSink(directory: folder.path, schema: try Rows.schema())
    #expect(try sink.finish().files == [])
    #expect(folder.contents == [])
  }

  @Test(arguments: [0, -1]) func limitsThatHoldNothing(limit: Int) throws {
    var byRows = DatasetOptions()
    byRows.fileRows = limit
    var byBytes = DatasetOptions()
    byBytes.fileBytes = limit
    let schema = try Rows.schema()
    for options in [byRows, byBytes] {
      let failure = error { () throws(ParquetError) in
        _ = try RollingSink(directory: "x", schema: schema, options: options)
      }
      #expect(failure?.code == .invalidArgument)
    }
  }

  @Test(arguments: ["", "a/b", ".hidden"]) func stemsThatNameNoFile(stem: String) throws {
    var options = DatasetOptions()
    options.stem = stem
    let (schema, chosen) = (try Rows.schema(), options)
    let failure = error { () throws(ParquetError) in
      _ = try RollingSink(directory: "x", schema: schema, options: chosen)
    }
    #expect(failure?.code == .invalidArgument)
  }

  /// A file that cannot be made stops the sink, and what was written before goes.
  @Test func aFolderThatIsAFileStopsIt() throws {
    let folder = try Folder()
    try Data("x".utf8).write(to: URL(fileURLWithPath: folder.path + "/taken"))
    let schema = try Rows.schema()
    let batch = try Rows.batch(Rows.random(10, seed: 3, counties: ["a"])[...])
    let sink = try RollingSink(directory: folder.path + "/taken/sub", schema: schema)
    let failure = error { () throws(ParquetError) in try sink.write(batch) }
    #expect(failure?.code == .inputOutput)
    let second = error { () throws(ParquetError) in try sink.write(batch) }
    #expect(second?.description.contains("failed before") == true)
    sink.abandon()
    #expect(folder.contents == ["taken"])
  }
}
