import Foundation
import Parquet

@testable import MIDAS

/// A directory for one test, removed with everything in it when the test lets go of it.
final class TemporaryDirectory: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "midas-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file, and the directories above it.
  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    let parent = (file(name) as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try write(Array(text.utf8), to: name)
  }

  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  func bytes(of name: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(fileURLWithPath: file(name))))
  }
}

/// The repository's fixtures for this module.
let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures/midas")
  .path

/// Random numbers that are the same in every run: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A file of observations being put together.
struct Sample {
  var title = "uk-daily-temperature-obs"
  var station = "09999"
  var attributes = [
    "observation_station,G,sampleton", "historic_county_name,G,sampleshire",
    "location,G,51.500,-1.250", "height,G,42,m",
    "date_valid,G,2001-01-01 00:00:00,2001-12-31 23:59:59", "missing_value,G,NA",
    "coordinate_variable,ob_end_time,t", "type,max_air_temp,float",
  ]
  var columns = Sample.temperatureColumns
  var rows: [String] = []
  var end = ["end data"]
  var lineEnd = "\n"

  static let temperatureColumns =
    "ob_end_time,id_type,id,ob_hour_count,version_num,met_domain_name,src_id,rec_st_ind,"
    + "max_air_temp,min_air_temp,max_air_temp_q,min_air_temp_q,max_air_temp_j,min_air_temp_j,"
    + "meto_stmp_time,midas_stmp_etime"

  /// The rows of the reference's hand-made sample: the third and the fourth are one observation.
  static let referenceRows = [
    "2001-02-01 09:00:00,DCNN,0042A,24,1,NCM,9999,1001,7.5,-2,9,109,NA,NA,2001-02-02 10:11:12,14",
    "2001-02-01 21:00:00,DCNN,0042A,12,1,AWSDLY,9999,1001,NA,3.1,NA,0,NA,NA,NA,NA",
    "2001-02-02 09:00:00,DCNN,0042A,24,1,NCM,9999,9,6.0,0,9,9,NA,NA,NA,NA",
    "2001-02-02 09:00:00,DCNN,0042A,24,1,NCM,9999,1,6.4,0,9,9,NA,NA,NA,NA",
  ]

  init(rows: [String] = []) { self.rows = rows }

  var text: String {
    let head = ["Conventions,G,BADC-CSV,1", "title,G,\(title)", "midas_station_id,G,\(station)"]
    let lines = head + attributes + ["data", columns] + rows + end
    return lines.map { $0 + lineEnd }.joined()
  }
}

/// What a reader gave for the only data set of some files.
struct Reading {
  var schema: Schema
  var batches: [ColumnBatch] = []
  var statistics: ReadingStatistics
  var rejections: [Rejection] = []

  var rowCount: Int { batches.reduce(0) { $0 + $1.rowCount } }
  var names: [String] { schema.leaves.map(\.path.description) }

  /// The values of a column, each made by `make` of its place among those that are there.
  private func values<T>(_ name: String, _ make: (ColumnValues, Int) -> T) -> [T?] {
    guard let leaf = schema.leaf(at: name) else { return [] }
    return batches.flatMap { batch -> [T?] in
      let column = batch.columns[leaf.index]
      var next = 0
      return (0..<batch.rowCount).map { row in
        if case .validity(let bits) = column.presence, !bits[row] { return nil }
        next += 1
        return make(column.values, next - 1)
      }
    }
  }

  func doubles(_ name: String) -> [Double?] { values(name) { $0.number(at: $1) } }
  func floats(_ name: String) -> [Float?] { values(name) { $0.number(at: $1) } }
  func integers(_ name: String) -> [Int32?] { values(name) { $0.number(at: $1) } }
  func times(_ name: String) -> [Int64?] { values(name) { $0.number(at: $1) } }
  func texts(_ name: String) -> [String?] {
    values(name) { String(decoding: $0.bytes(at: $1).array(), as: UTF8.self) }
  }
}

/// Collects what a handler is called with.
final class Collected<Element> {
  var elements: [Element] = []
}

/// Reads the data set `name` (the first, without a name) of `inputs`; rejections are collected.
func read(
  _ inputs: [String], dataSet name: String? = nil, rejecting: Bool = true, flags: Bool = false,
  _ change: (inout ReaderOptions) -> Void = { _ in }
) throws(ParquetError) -> Reading {
  let rejections = Collected<Rejection>()
  var options = ReaderOptions()
  if rejecting {
    options.onRejection = { (rejection) throws(ParquetError) in
      rejections.elements.append(rejection)
    }
  }
  change(&options)
  let archive = try MIDASArchive(inputs: inputs)
  guard var dataSet = archive.dataSets.first(where: { name == nil || $0.name == name }) else {
    throw ParquetError(.invalidArgument, "no data set \(name ?? "")")
  }
  if flags { dataSet = try dataSet.withProcessingFlags() }
  let reader = try ObservationReader(dataSet, of: archive, options: options)
  var batches: [ColumnBatch] = []
  while let batch = try reader.next() { batches.append(batch) }
  return Reading(
    schema: dataSet.schema, batches: batches, statistics: reader.statistics,
    rejections: rejections.elements)
}

/// Reads one sample written to a file.
func read(
  _ sample: Sample, rejecting: Bool = true, flags: Bool = false,
  _ change: (inout ReaderOptions) -> Void = { _ in }
) throws -> Reading {
  let directory = try TemporaryDirectory()
  return try read(
    [directory.write(sample.text, to: "sample.csv")], rejecting: rejecting, flags: flags, change)
}

/// Nanoseconds since 1970 of a time in UTC, by another way than the module's.
func nanoseconds(_ text: String) -> Int64 {
  let parts = text.split { "- :".contains($0) }.compactMap { Int($0) }
  var calendar = Calendar(identifier: .gregorian)
  calendar.timeZone = .gmt
  let components = DateComponents(
    year: parts[0], month: parts[1], day: parts[2], hour: parts[3], minute: parts[4],
    second: parts[5])
  guard let date = calendar.date(from: components) else { preconditionFailure("no date: \(text)") }
  return Int64(date.timeIntervalSince1970) * 1_000_000_000
}
