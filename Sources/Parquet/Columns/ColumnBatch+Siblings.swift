extension ColumnBatch {
  /// Checks that the leaves of each group agree about it: where it is null, and how often it repeats.
  ///
  /// Each column alone can be sound and the batch still say that one list has two lengths.
  ///
  /// - Throws: ``ParquetError`` with code `schemaMismatch`, naming the first column that differs from
  ///   its group's first one, and the row.
  /// - Complexity: O(slots of the leaves of groups that may be null or repeat).
  static func checkSiblings(_ schema: Schema, _ columns: [Column]) throws(ParquetError) {
    var leaf = 0
    for field in schema.fields {
      try checkSiblings(
        in: field, definition: 0, repetition: 0, leaf: &leaf, schema: schema, columns: columns)
    }
  }

  private static func checkSiblings(
    in field: SchemaField, definition: Int, repetition: Int, leaf: inout Int, schema: Schema,
    columns: [Column]
  ) throws(ParquetError) {
    guard case .group(let children) = field.content else {
      leaf += 1
      return
    }
    let definition = definition + (field.repetition == .required ? 0 : 1)
    let repetition = repetition + (field.repetition == .repeated ? 1 : 0)
    let first = leaf
    for child in children {
      // The children of one field are held against each other further down.
      if leaf > first, definition > 0 {
        let row = firstDifference(
          SlotLevels(columns[first], schema.leaves[first]),
          SlotLevels(columns[leaf], schema.leaves[leaf]), UInt8(definition), UInt8(repetition))
        if let row {
          throw ParquetError(
            .schemaMismatch,
            "its levels say another thing of \(field.name) than those of "
              + schema.leaves[first].path.description
          ).adding(column: schema.leaves[leaf].path.description, row: row)
        }
      }
      try checkSiblings(
        in: child, definition: definition, repetition: repetition, leaf: &leaf, schema: schema,
        columns: columns)
    }
  }

  /// The first row in which two columns differ about a group above both, whose own levels are given.
  private static func firstDifference(
    _ a: SlotLevels, _ b: SlotLevels, _ definition: UInt8, _ repetition: UInt8
  ) -> Int? {
    let definitionOfA = unsafe a.definition.elements(of: UInt8.self)
    let definitionOfB = unsafe b.definition.elements(of: UInt8.self)
    let repetitionOfA = unsafe a.repetition.elements(of: UInt8.self)
    let repetitionOfB = unsafe b.repetition.elements(of: UInt8.self)
    var slotOfA = 0
    var slotOfB = 0
    var row = -1
    while true {
      // What repeats further down is not the group's.
      while slotOfA < a.count, unsafe repetitionOfA[slotOfA] > repetition { slotOfA &+= 1 }
      while slotOfB < b.count, unsafe repetitionOfB[slotOfB] > repetition { slotOfB &+= 1 }
      guard slotOfA < a.count, slotOfB < b.count else {
        return slotOfA < a.count || slotOfB < b.count ? max(row, 0) : nil
      }
      let repeated = unsafe repetitionOfA[slotOfA]
      if repeated == 0 { row &+= 1 }
      guard unsafe repeated == repetitionOfB[slotOfB],
        unsafe min(definitionOfA[slotOfA], definition) == min(definitionOfB[slotOfB], definition)
      else { return max(row, 0) }
      slotOfA &+= 1
      slotOfB &+= 1
    }
  }
}

/// The levels of a column's slots, a byte each, whatever form it has them in.
private struct SlotLevels {
  let count: Int
  let definition: Bytes
  let repetition: Bytes

  init(_ column: Column, _ leaf: Leaf) {
    count = column.slotCount
    let largest = UInt8(leaf.maxDefinitionLevel)
    switch column.presence {
    case .allPresent: definition = SlotLevels.constant(largest, count)
    case .validity(let bitmap):
      var levels = ByteBuffer(capacity: count)
      for slot in 0..<count { levels.append(bitmap[slot] ? largest : 0) }
      definition = levels.freeze()
    case .levels(let levels, _): definition = levels
    }
    if case .levels(_, let levels?) = column.presence {
      repetition = levels
    } else {
      repetition = SlotLevels.constant(0, count)
    }
  }

  private static func constant(_ level: UInt8, _ count: Int) -> Bytes {
    var levels = ByteBuffer(capacity: count)
    levels.append(repeating: level, count: count)
    return levels.freeze()
  }
}
