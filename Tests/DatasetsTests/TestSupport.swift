import Foundation
import Parquet
import Testing

/// A folder of its own, which goes with it.
final class Folder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "parquet-datasets-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Every file and folder below, hidden ones too, in order.
  var contents: [String] {
    (FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []).sorted()
  }

  /// The files below.
  var files: [String] {
    contents.filter {
      let url = URL(fileURLWithPath: "\(path)/\($0)")
      return (try? url.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == false
    }
  }

  func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))
  }
}

/// A repeatable source of random numbers.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_F491_4F6C_DD1D
  }
}

/// The error that `body` throws.
func error(of body: () throws(ParquetError) -> Void) -> ParquetError? {
  do throws(ParquetError) { try body() } catch { return error }
  return nil
}

/// Rows of a data set to be cut: an identifier, a day, a text, a list.
enum Rows {
  static func schema() throws -> Schema {
    try Schema([
      SchemaField("id", .int64), .date("day", .optional), .string("county", .optional),
      .list("marks", .optional, of: SchemaField("element", .int32, .optional)),
      SchemaField("wet", .boolean),
    ])
  }

  struct Row: Equatable {
    var id: Int64
    var day: Int32?
    var county: String?
    var marks: [Int32?]?
    var wet: Bool
  }

  /// Random rows, alike for the same seed.
  static func random(_ count: Int, seed: UInt64, counties: [String]) -> [Row] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { id in
      Row(
        id: Int64(id),
        day: Int.random(in: 0..<9, using: &random) == 0
          ? nil : Int32.random(in: 19_000...19_004, using: &random),
        county: Int.random(in: 0..<7, using: &random) == 0
          ? nil : counties.randomElement(using: &random),
        marks: Int.random(in: 0..<5, using: &random) == 0
          ? nil
          : (0..<Int.random(in: 0...3, using: &random)).map { place in
            place == 1 ? nil : Int32.random(in: 0...9, using: &random)
          },
        wet: Bool.random(using: &random))
    }
  }

  static func batch(_ rows: ArraySlice<Row>) throws -> ColumnBatch {
    let builder = ColumnBatchBuilder(schema: try schema())
    for row in rows {
      builder.leaf(0).append(row.id)
      if let day = row.day { builder.leaf(1).append(day) } else { builder.leaf(1).appendNull() }
      if let county = row.county {
        builder.leaf(2).append(county)
      } else {
        builder.leaf(2).appendNull()
      }
      if let marks = row.marks {
        let list = builder.list(3)
        for mark in marks {
          guard let element = list.element as? LeafBuilder else { continue }
          if let mark { element.append(mark) } else { element.appendNull() }
        }
        list.endList()
      } else {
        builder.list(3).appendNull()
      }
      builder.leaf(4).append(row.wet)
    }
    return try builder.finish()
  }
}
