import Foundation
import Testing

@testable import Parquet

private let pythonPath = ProcessInfo.processInfo.environment["PARQUET_PYTHON"]

/// Filtered reads of files that pyarrow writes, of the same values as ``FilterTests`` has.
@Suite(.enabled(if: pythonPath != nil, "PARQUET_PYTHON is not set"))
struct ForeignFilterTests {
  private static let script = """
    import sys
    import pyarrow.parquet as pq

    table = pq.read_table(sys.argv[1])
    pq.write_table(table, sys.argv[2], **eval(sys.argv[3]))
    """

  @Test(arguments: [
    "dict(row_group_size=200)",
    "dict(row_group_size=250, write_statistics=False)",
    "dict(row_group_size=400, write_page_index=True, data_page_size=300, write_batch_size=20)",
    "dict(row_group_size=500, write_page_index=True, use_dictionary=False, data_page_size=200, "
      + "write_batch_size=16, data_page_version='2.0', compression='NONE')",
    "dict(row_group_size=300, use_dictionary=['text', 'i32'], version='1.0', "
      + "store_decimal_as_integer=True)",
  ])
  func pyarrow(options: String) throws {
    var cases = FilterCases(seed: UInt64(options.utf8.count))
    let batch = try cases.batch(count: 900)
    let directory = try TemporaryDirectory()
    let ours = directory.file("ours.parquet")
    let theirs = directory.file("theirs.parquet")
    let written = try written(FilterCases.schema, WriterOptions(), [batch])
    try Data(written.array()).write(to: URL(fileURLWithPath: ours))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(pythonPath))
    process.arguments = ["-c", Self.script, ours, theirs, options]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)

    let reader = try ParquetReader(FileSource(path: theirs))
    // What pyarrow made of the values: its types may differ from ours.
    let rows = try reader.batches(batchRows: 1 << 20).all().flatMap(\.plainRows)
    #expect(rows.count == batch.rowCount)
    for _ in 0..<80 {
      let filter = try cases.filter(reader.schema, rowCount: batch.rowCount)
      let expected = try rows.indices.filter {
        try filter.truth(reader.schema, rows[$0]) == true
      }
      let batches = try reader.batches(columns: [0], filter: filter)
      var found: [Int] = []
      while let next = try batches.next() {
        let numbers = next.columns[0].values
        found += (0..<next.rowCount).map { Int(numbers.number(at: $0, as: Int64.self)) }
      }
      #expect(found == expected, "\(filter)")
    }
  }
}

extension BatchReader {
  fileprivate func all() throws -> [ColumnBatch] {
    var batches: [ColumnBatch] = []
    while let batch = try next() { batches.append(batch) }
    return batches
  }
}
