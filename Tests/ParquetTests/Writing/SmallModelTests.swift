import GoldenTables
import Testing

@testable import Parquet

/// Every nested shape to depth 3 with lists of at most two elements: the levels that the builders make
/// are those that follow from the values alone, and the pages hold them.
@Suite struct SmallModelTests {
  static let shapes = SmallModel.shapes(depth: 3)

  @Test func thereAreAsManyShapesAsThereShouldBe() {
    // 2 leaves, and 6 groups around each shape one shallower.
    #expect(SmallModelTests.shapes.count == 2 + 6 * (2 + 6 * (2 + 6 * 2)))
    #expect(Set(SmallModelTests.shapes).count == SmallModelTests.shapes.count)
    let lists = SchemaField.list(
      "f", .optional, of: .list("e", .optional, of: SchemaField("e", .int32, .optional)))
    // Null, empty, one of 8, or two of 8 by 8, where a list of leaves has 1 + 1 + 2 + 4 states.
    #expect(SmallModel.states(of: lists).count == 1 + 1 + 8 + 64)
    #expect(Set(SmallModel.states(of: lists)).count == 74)
  }

  @Test func buildersMakeTheLevelsOfTheValues() throws {
    for shape in SmallModelTests.shapes {
      let states = SmallModel.states(of: shape)
      let schema = try Schema([shape])
      let table = GoldenTable(
        name: "shape", schema: schema, options: WriterOptions(), rows: states.map { [$0] })
      let batch = try table.batch(0..<states.count)
      // A checked copy: the builder's levels are legal by the batch's own rules as well.
      _ = try ColumnBatch(schema: schema, columns: batch.columns)
      let expected = ReferenceLevels.columns(of: table.rows, schema: schema)
      for (leaf, (column, reference)) in zip(schema.leaves, zip(batch.columns, expected)) {
        let levels = Levels(column, leaf)
        #expect(levels.definition == reference.definition, "\(shape)")
        #expect(levels.repetition == reference.repetition, "\(shape)")
        #expect(column.values.count == reference.values.count { $0 != nil }, "\(shape)")
      }
    }
  }

  @Test func slicesKeepTheirRows() throws {
    for (number, shape) in SmallModelTests.shapes.enumerated() where number % 7 == 0 {
      let states = SmallModel.spread(SmallModel.states(of: shape), limit: 40)
      let schema = try Schema([shape])
      let table = GoldenTable(
        name: "shape", schema: schema, options: WriterOptions(), rows: states.map { [$0] })
      let batch = try table.batch(0..<states.count)
      for start in 0...states.count {
        let range = start..<min(start + 3, states.count)
        let slice = batch.slice(rows: range)
        let expected = try table.batch(range)
        for (leaf, (ours, theirs)) in zip(schema.leaves, zip(slice.columns, expected.columns)) {
          #expect(Levels(ours, leaf) == Levels(theirs, leaf), "\(shape) \(range)")
          #expect(ours.values.count == theirs.values.count, "\(shape) \(range)")
        }
      }
    }
  }

  @Test func filesAreTheSameForBatchesOfOneRow() throws {
    for table in try SmallModel.tables(depth: 2, limit: 60) {
      var single = table
      single.batchRows = [Int](repeating: 1, count: table.rows.count)
      let isSame = try single.write().bytes == table.write().bytes
      #expect(isSame, "\(table.name)")
    }
  }
}
