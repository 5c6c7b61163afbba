package import Parquet

/// Every nested shape to a depth, and every state of it with lists of at most two elements: where the
/// difference between null, empty, and a list of null is lost, one of these shows it.
package enum SmallModel {
  /// The fields called `name` of at most `depth` groups around a leaf: structs, lists and maps, each
  /// required and optional.
  package static func shapes(depth: Int, name: String = "f") -> [SchemaField] {
    var shapes: [SchemaField] = []
    for repetition in [Repetition.required, .optional] {
      shapes.append(SchemaField(name, .int32, repetition))
      guard depth > 0 else { continue }
      for element in Self.shapes(depth: depth - 1, name: "element") {
        shapes.append(.list(name, repetition, of: element))
      }
      for field in Self.shapes(depth: depth - 1, name: "inner") {
        shapes.append(SchemaField(group: name, repetition, [field]))
      }
      for value in Self.shapes(depth: depth - 1, name: "value") {
        shapes.append(.map(name, repetition, key: .string("key"), value: value))
      }
    }
    return shapes
  }

  /// Every state of `field`, whose leaves are null or 1.
  package static func states(of field: SchemaField) -> [Value] {
    var states: [Value] = field.repetition == .optional ? [.null] : []
    switch (field.content, field.logicalType) {
    case (.leaf, _): states.append(.int32(1))
    case (.group(let children), .list):
      let elements = Self.states(of: children[0].children[0])
      states.append(.list([]))
      states += elements.map { .list([$0]) }
      for first in elements { states += elements.map { .list([first, $0]) } }
    case (.group(let children), .map):
      let values = Self.states(of: children[0].children[1])
      let first = Value.text("a")
      let second = Value.text("b")
      states.append(.map([]))
      states += values.map { .map([[first, $0]]) }
      for value in values { states += values.map { .map([[first, value], [second, $0]]) } }
    case (.group(let children), _):
      states += Self.states(of: children[0]).map { .group([$0]) }
    }
    return states
  }

  /// At most `limit` of `states`, evenly spread, the first and the last among them.
  package static func spread(_ states: [Value], limit: Int) -> [Value] {
    guard states.count > limit else { return states }
    return (0..<limit).map { states[$0 * (states.count - 1) / (limit - 1)] }
  }

  /// Tables of every shape to `depth`, several shapes a table, at most `limit` rows each.
  package static func tables(depth: Int, limit: Int) throws(ParquetError) -> [GoldenTable] {
    let shapes = shapes(depth: depth)
      .map { (shape: $0, states: spread(states(of: $0), limit: limit)) }
      .sorted { $0.states.count < $1.states.count }
    var tables: [GoldenTable] = []
    var start = 0
    while start < shapes.count {
      let part = shapes[start..<min(start + 20, shapes.count)]
      let fields = part.enumerated().map { number, entry in
        var field = entry.shape
        field.name = "f\(number)"
        return field
      }
      let rowCount = part.map(\.states.count).max() ?? 0
      let rows = (0..<rowCount).map { row in part.map { $0.states[row % $0.states.count] } }
      var options = GoldenSet.pinnedOptions()
      options.pageRows = 31
      options.rowGroupRows = 90
      tables.append(
        GoldenTable(
          name: "shapes-\(tables.count)", schema: try Schema(fields), options: options, rows: rows))
      start += 20
    }
    return tables
  }
}
