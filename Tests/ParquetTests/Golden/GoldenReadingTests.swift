import GoldenTables
import Testing

@testable import Parquet

/// The engine's reader finds in a file the values that it was made from, by levels worked out from the
/// values alone.
@Suite struct GoldenReadingTests {
  @Test(arguments: GoldenFileTests.names) func readsGoldenTables(_ name: String) throws {
    let table = try #require(GoldenSet.tables().first { $0.name == name })
    try GoldenReadingTests.check(table)
  }

  @Test(arguments: Array(UInt64(1)...60)) func readsRandomTables(_ seed: UInt64) throws {
    var maker = RandomTables(seed: seed)
    try GoldenReadingTests.check(maker.table(named: "table \(seed)"))
  }

  static func check(_ table: GoldenTable) throws {
    let bytes = try table.write().bytes
    let reader = try ParquetReader(MemorySource(Bytes(copying: bytes)))
    #expect(reader.schema == table.schema)
    #expect(reader.rowCount == table.rows.count)
    let references = ReferenceLevels.columns(of: table.rows, schema: table.schema)
    var row = 0
    for group in reader.metadata.rowGroups.indices {
      let batch = try reader.read(rowGroup: group)
      let rows = row..<row + batch.rowCount
      for (leaf, (column, reference)) in zip(
        table.schema.leaves, zip(batch.columns, references))
      {
        let place = "row group \(group), \(leaf.path)"
        let slots = reference.rowStarts[rows.lowerBound]..<reference.rowStarts[rows.upperBound]
        let levels = Levels(column, leaf)
        #expect(levels.definition == Array(reference.definition[slots]), "\(place)")
        #expect(levels.repetition == Array(reference.repetition[slots]), "\(place)")
        let expected = reference.values[slots].compactMap { $0 }
        try #require(column.values.count == expected.count, "\(place)")
        let difference = expected.indices.first { i in
          plain(column.values, i, leaf) != ReferenceStatistics.plain(expected[i])
        }
        #expect(difference == nil, "\(place): the value that differs")
      }
      row = rows.upperBound
    }
    #expect(row == table.rows.count)
  }

  private static func plain(_ values: ColumnValues, _ index: Int, _ leaf: Leaf) -> [UInt8] {
    leaf.physicalType == .boolean
      ? [values.boolean(at: index) ? 1 : 0] : values.bytes(at: index).array()
  }
}
