package import Parquet

/// The slots of one leaf, worked out from the values alone: the engine's own way of making levels has
/// no part in it.
package struct ReferenceColumn: Sendable {
  package var repetition: [UInt8] = []
  package var definition: [UInt8] = []
  /// The value of each slot; nil where there is none.
  package var values: [Value?] = []
  /// The slot at which each row begins, and the number of slots at last.
  package var rowStarts: [Int] = []
}

package enum ReferenceLevels {
  /// The slots of every leaf of `schema` for `rows`.
  package static func columns(of rows: [[Value]], schema: Schema) -> [ReferenceColumn] {
    var columns = [ReferenceColumn](repeating: ReferenceColumn(), count: schema.leaves.count)
    for row in rows {
      for i in columns.indices { columns[i].rowStarts.append(columns[i].values.count) }
      emit(row, of: schema.fields, Place(), into: &columns)
    }
    for i in columns.indices { columns[i].rowStarts.append(columns[i].values.count) }
    return columns
  }

  /// Where in the tree a value stands.
  private struct Place {
    /// The number of the first leaf at or below.
    var leaf = 0
    /// The repetition level of the next slot.
    var repetition: UInt8 = 0
    var definition: UInt8 = 0
    /// The number of fields around that repeat.
    var depth: UInt8 = 0
  }

  private static func leafCount(_ field: SchemaField) -> Int {
    field.physicalType != nil ? 1 : field.children.reduce(0) { $0 + leafCount($1) }
  }

  private static func emit(
    _ values: [Value], of fields: [SchemaField], _ place: Place,
    into columns: inout [ReferenceColumn]
  ) {
    var place = place
    for (value, field) in zip(values, fields) {
      emit(value, of: field, place, into: &columns)
      place.leaf += leafCount(field)
    }
  }

  private static func emit(
    _ value: Value, of field: SchemaField, _ place: Place, into columns: inout [ReferenceColumn]
  ) {
    var inner = place
    switch field.repetition {
    case .required: emitContent(value, of: field, place, into: &columns)
    case .optional:
      guard value != .null else { return emitNothing(field, place, into: &columns) }
      inner.definition += 1
      emitContent(value, of: field, inner, into: &columns)
    case .repeated:
      guard case .list(let elements) = value, !elements.isEmpty else {
        return emitNothing(field, place, into: &columns)
      }
      inner.definition += 1
      inner.depth += 1
      for element in elements {
        emitContent(element, of: field, inner, into: &columns)
        inner.repetition = inner.depth
      }
    }
  }

  private static func emitContent(
    _ value: Value, of field: SchemaField, _ place: Place, into columns: inout [ReferenceColumn]
  ) {
    switch value {
    case .group(let values): emit(values, of: field.children, place, into: &columns)
    case .list(let elements):
      // The repeated group between a LIST and its element.
      let entries = elements.map { Value.group([$0]) }
      emit(.list(entries), of: field.children[0], place, into: &columns)
    case .map(let entries):
      emit(.list(entries.map { .group($0) }), of: field.children[0], place, into: &columns)
    default:
      columns[place.leaf].repetition.append(place.repetition)
      columns[place.leaf].definition.append(place.definition)
      columns[place.leaf].values.append(value)
    }
  }

  private static func emitNothing(
    _ field: SchemaField, _ place: Place, into columns: inout [ReferenceColumn]
  ) {
    for leaf in place.leaf..<place.leaf + leafCount(field) {
      columns[leaf].repetition.append(place.repetition)
      columns[leaf].definition.append(place.definition)
      columns[leaf].values.append(nil)
    }
  }
}
