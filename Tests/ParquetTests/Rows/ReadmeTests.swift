import Foundation
import Testing

@testable import Parquet

/// The Swift of the README compiles and runs: it stands here, too, and both are held to each other.
@Suite struct ReadmeTests {
  private let memory = MemorySink()

  // In place of the file's, so that the examples leave none.
  // swift-format-ignore: AlwaysUseLowerCamelCase
  private func FileSink(path: String) throws -> MemorySink { memory }
  // swift-format-ignore: AlwaysUseLowerCamelCase
  private func FileSource(path: String) throws -> MemorySource { MemorySource(memory.bytes) }

  @Test func everyBlockStandsHere() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    func lines(_ text: String) -> [String] {
      text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        .filter { !$0.isEmpty && $0 != "import Parquet" }
    }
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let here = lines(try String(contentsOfFile: #filePath, encoding: .utf8))
    let blocks = readme.components(separatedBy: "```swift\n").dropFirst().map {
      lines($0.components(separatedBy: "```")[0])
    }
    #expect(blocks.count == 3)
    for block in blocks {
      let stands = here.indices.contains { here[$0...].starts(with: block) }
      #expect(stands, "\(block.first ?? "an empty block")…")
    }
  }

  @Test func batches() throws {
    let schema = try Schema([
      SchemaField("station", .int32),
      .string("name", .optional),
      .timestamp("time", .microseconds, isAdjustedToUTC: true),
    ])
    let builder = ColumnBatchBuilder(schema: schema)
    builder.leaf(0).append(Int32(145))
    builder.leaf(1).append("Cairnwell")
    builder.leaf(2).append(Int64(1_709_164_800_000_000))

    let writer = try ParquetWriter(FileSink(path: "readings.parquet"), schema: schema)
    try writer.write(builder.finish())
    let file = try writer.finish()
    #expect(file.metadata.rowCount == 1)
  }

  @Test func rows() throws {
    struct Reading {
      var station: Int32
      var name: String?
      var time: Int64
    }

    let mapping = try RowMapping(Reading.init) {
      Field("station", \.station)
      Field("name", \.name)
      Field("time", \.time, as: .timestamp(isAdjustedToUTC: true, unit: .microseconds))
    }
    let writer = try RowWriter(FileSink(path: "readings.parquet"), mapping)
    try writer.write(Reading(station: 145, name: "Cairnwell", time: 1_709_164_800_000_000))
    let file = try writer.finish()

    let reader = try ParquetReader(FileSource(path: "readings.parquet"))
    let readings = try reader.rows(mapping)
    while let reading = try readings.next() { print(reading.station, reading.name ?? "") }
    #expect(file.metadata.rowCount == 1)
    #expect(try reader.rows(mapping).all().map(\.name) == ["Cairnwell"])
  }

  @Test func codable() throws {
    struct Station: Codable {
      var name: String
      var position: [Double]?
      var instruments: [String: Int32]
    }

    let writer = try RowWriter<Station>(FileSink(path: "stations.parquet"))
    try writer.write(Station(name: "Cairnwell", instruments: ["rain gauge": 2]))
    let file = try writer.finish()

    let reader = try ParquetReader(FileSource(path: "stations.parquet"))
    let stations = try reader.rows(decoding: Station.self).all()
    #expect(file.metadata.rowCount == 1)
    #expect(stations.map(\.instruments) == [["rain gauge": 2]])
  }
}
