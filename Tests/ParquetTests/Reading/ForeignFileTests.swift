import Foundation
import Testing

@testable import Parquet

private let pythonPath = ProcessInfo.processInfo.environment["PARQUET_PYTHON"]

/// Files that pyarrow writes, read here; the environment variable PARQUET_PYTHON names a python that
/// has pyarrow.
@Suite(.enabled(if: pythonPath != nil, "PARQUET_PYTHON is not set"))
struct ForeignFileTests {
  static let rowCount = 3000

  /// Writes rows whose values follow from their number; the expectation below follows the same rules.
  static let script = """
    import sys
    import pyarrow as pa
    import pyarrow.parquet as pq

    def column(kind, value, every):
        return pa.array([None if i % every == 0 else value(i) for i in range(\(rowCount))], kind)

    table = pa.table({
        "flag": column(pa.bool_(), lambda i: i % 3 == 0, 4),
        "small": column(pa.int32(), lambda i: i % 50 - 20, 7),
        "large": column(pa.int64(), lambda i: i * 1000003 - 5 * 10**15, 11),
        "float": column(pa.float32(), lambda i: i / 4, 13),
        "double": column(pa.float64(), lambda i: i / 8, 5),
        "text": column(pa.string(), lambda i: "ä" * (i % 5) + str(i % 400), 6),
        "bytes": column(pa.binary(), lambda i: bytes([i % 256]) * (i % 9), 9),
        "fixed": column(pa.binary(3), lambda i: bytes([i % 256, 1, i % 2]), 10),
        "list": column(pa.list_(pa.int32()), lambda i: [None if k == 2 else i + k for k in range(i % 5)], 8),
        "group": column(pa.struct([("x", pa.int64()), ("y", pa.string())]),
                        lambda i: {"x": i, "y": None if i % 3 == 0 else str(i)}, 12),
        "deep": column(pa.list_(pa.list_(pa.float64())),
                       lambda i: [[k / 2] * k if k != 1 else None for k in range(i % 4)], 15),
    })
    pq.write_table(table, sys.argv[1], **eval(sys.argv[2]))
    """

  static let delta = """
    dict(use_dictionary=False, column_encoding={"small": "DELTA_BINARY_PACKED", \
    "large": "DELTA_BINARY_PACKED", "float": "BYTE_STREAM_SPLIT", "double": "BYTE_STREAM_SPLIT", \
    "text": "DELTA_BYTE_ARRAY", "bytes": "DELTA_LENGTH_BYTE_ARRAY", "fixed": "DELTA_BYTE_ARRAY", \
    "flag": "RLE", "list.list.element": "DELTA_BINARY_PACKED", "group.x": "BYTE_STREAM_SPLIT"})
    """

  /// The rows that the script writes, built here.
  private static func expected(_ schema: Schema) throws -> ColumnBatch {
    let builder = ColumnBatchBuilder(schema: schema)
    for i in 0..<rowCount {
      func unlessNull(_ column: Int, _ every: Int, _ body: () -> Void) {
        if i % every == 0 { builder.fields[column].appendNull() } else { body() }
      }
      func bytes(_ values: [UInt8]) -> (LeafBuilder) -> Void {
        { leaf in unsafe values.withUnsafeBytes { unsafe leaf.append(bytes: $0) } }
      }
      unlessNull(0, 4) { builder.leaf(0).append(i % 3 == 0) }
      unlessNull(1, 7) { builder.leaf(1).append(Int32(i % 50 - 20)) }
      unlessNull(2, 11) { builder.leaf(2).append(Int64(i * 1_000_003 - 5_000_000_000_000_000)) }
      unlessNull(3, 13) { builder.leaf(3).append(Float(i) / 4) }
      unlessNull(4, 5) { builder.leaf(4).append(Double(i) / 8) }
      unlessNull(5, 6) {
        builder.leaf(5).append(String(repeating: "ä", count: i % 5) + "\(i % 400)")
      }
      unlessNull(6, 9) {
        bytes([UInt8](repeating: UInt8(i % 256), count: i % 9))(builder.leaf(6))
      }
      unlessNull(7, 10) { bytes([UInt8(i % 256), 1, UInt8(i % 2)])(builder.leaf(7)) }
      unlessNull(8, 8) {
        let list = builder.list(8)
        for k in 0..<i % 5 {
          guard let leaf = list.element as? LeafBuilder else { return }
          if k == 2 { leaf.appendNull() } else { leaf.append(Int32(i + k)) }
        }
        list.endList()
      }
      unlessNull(9, 12) {
        let group = builder.group(9)
        guard let x = group.fields[0] as? LeafBuilder, let y = group.fields[1] as? LeafBuilder
        else { return }
        x.append(Int64(i))
        if i % 3 == 0 { y.appendNull() } else { y.append("\(i)") }
        group.append()
      }
      unlessNull(10, 15) {
        let list = builder.list(10)
        guard let inner = list.element as? ListBuilder, let leaf = inner.element as? LeafBuilder
        else { return }
        for k in 0..<i % 4 {
          if k == 1 {
            inner.appendNull()
          } else {
            for _ in 0..<k { leaf.append(Double(k) / 2) }
            inner.endList()
          }
        }
        list.endList()
      }
    }
    return try builder.finish()
  }

  @Test(arguments: [
    "dict()", "dict(compression='NONE', use_dictionary=False)",
    "dict(compression='zstd', data_page_version='2.0')",
    "dict(compression='gzip', data_page_version='2.0', data_page_size=500)",
    "dict(compression='NONE', data_page_version='2.0', use_dictionary=False, row_group_size=777)",
    "dict(write_page_index=True, write_page_checksum=True, data_page_size=700, row_group_size=1000)",
    "dict(dictionary_pagesize_limit=300, data_page_size=300, write_batch_size=50)",
    delta, "dict(data_page_version='2.0', data_page_size=400, **\(delta))",
  ])
  func pyarrow(options: String) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("foreign.parquet")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(pythonPath))
    process.arguments = ["-c", Self.script, path, options]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)

    let source = try FileSource(path: path)
    let reader = try ParquetReader(source)
    let expected = try Self.expected(reader.schema).slots
    for batchRows in [211, 100_000] {
      var found = [[Slot]](repeating: [], count: expected.count)
      let batches = reader.batches(batchRows: batchRows)
      while let batch = try batches.next() {
        for (index, slots) in batch.slots.enumerated() { found[index] += slots }
      }
      for (index, leaf) in reader.schema.leaves.enumerated() {
        #expect(found[index] == expected[index], "\(leaf.path)")
      }
    }
    let faults = try FileVerifier(source).verify().map(\.description)
    #expect(faults == [])
    try flipBits(of: try source.read(0..<source.byteCount))
  }

  /// Reads damaged copies of `file`: with rows or with an error, reading ends.
  private func flipBits(of file: Bytes) throws {
    var generator = SeededGenerator(seed: 31)
    var limits = ReaderLimits()
    limits.pageBytes = 1 << 22
    limits.dictionaryBytes = 1 << 22
    limits.columnBytes = 1 << 22
    var failures = 0
    for _ in 0..<40 {
      var bytes = file.array()
      for _ in 0..<10 {
        let bit = Int.random(in: 0..<bytes.count * 8, using: &generator)
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      }
      do throws(ParquetError) {
        let reader = try ParquetReader(
          MemorySource(Bytes(copying: bytes)), limits: limits, verifyingChecksums: false)
        let batches = reader.batches(batchRows: 500)
        for _ in 0..<20 { _ = try batches.next() }
      } catch {
        failures += 1
        #expect(error.code != .inputOutput)
      }
    }
    #expect(failures > 0)
  }
}
