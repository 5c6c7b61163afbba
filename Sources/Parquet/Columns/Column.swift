/// Which of a column's slots hold a value, and where lists begin and end.
public enum Presence: Sendable {
  /// Every row has one value.
  case allPresent
  /// A set bit for each row that has a value; for a leaf of definition level at most 1 that does not
  /// repeat.
  case validity(Bitmap)
  /// One definition level a slot, one byte each, and one repetition level where the leaf repeats.
  ///
  /// Leaves of one repeated ancestor share the repetition levels' memory.
  case levels(definition: Bytes, repetition: Bytes?)
}

/// The data of one leaf for a number of rows.
public struct Column: Sendable {
  /// The number of rows.
  public let rowCount: Int
  /// The number of slots: one a row unless the leaf repeats; an empty or null list has one too.
  public let slotCount: Int
  /// Which slots hold a value.
  public let presence: Presence
  /// The values that are there.
  public let values: ColumnValues

  /// Puts a column together from its parts; ``ColumnBatch/init(schema:columns:)`` checks them.
  public init(rowCount: Int, slotCount: Int? = nil, presence: Presence, values: ColumnValues) {
    self.rowCount = rowCount
    self.slotCount = slotCount ?? rowCount
    self.presence = presence
    self.values = values
  }

  /// A column in which every row has one of `values`.
  public init(_ values: ColumnValues) {
    self.init(rowCount: values.count, presence: .allPresent, values: values)
  }

  /// Says that the column now belongs to whoever reads it: it no longer counts against the allowance
  /// it was made within. The values of a dictionary stay with the reader, which uses them again.
  func handOver() {
    switch presence {
    case .allPresent: break
    case .validity(let bitmap): bitmap.bytes.handOver()
    case .levels(let definition, let repetition):
      definition.handOver()
      repetition?.handOver()
    }
    switch values.form {
    case .bits(let bits): bits.bytes.handOver()
    case .fixed(_, let bytes): bytes.handOver()
    case .byteArrays(let offsets, let bytes, _):
      offsets.handOver()
      bytes.handOver()
    case .dictionary(let indices, _): indices.bytes.handOver()
    }
  }

  /// The rows of `range`, sharing memory.
  ///
  /// - Complexity: O(rows before the end of the range) where rows may be null or repeat, else O(1).
  public func slice(rows range: Range<Int>) -> Column {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= rowCount, "a slice lies inside its rows")
    if range == 0..<rowCount { return self }
    switch presence {
    case .allPresent:
      return Column(rowCount: range.count, presence: .allPresent, values: values.slice(range))
    case .validity(let bitmap):
      let before = bitmap.setCount(in: 0..<range.lowerBound)
      let inside = bitmap.setCount(in: range)
      return Column(
        rowCount: range.count, presence: .validity(bitmap.slice(range)),
        values: values.slice(before..<before + inside))
    case .levels(let definition, let repetition):
      return slice(rows: range, definition: definition, repetition: repetition)
    }
  }

  private func slice(rows range: Range<Int>, definition: Bytes, repetition: Bytes?) -> Column {
    let first = slot(ofRow: range.lowerBound, from: (row: 0, slot: 0), repetition: repetition)
    let last = slot(
      ofRow: range.upperBound, from: (range.lowerBound, first), repetition: repetition)
    // The leaf's own level is the highest there can be, but a slice need not hold one: count against
    // the whole column, whose values say how many slots are full.
    let full = fullLevel(definition)
    let before = count(of: full, in: definition, 0..<first)
    let inside = count(of: full, in: definition, first..<last)
    return Column(
      rowCount: range.count, slotCount: last - first,
      presence: .levels(
        definition: definition.slice(first..<last), repetition: repetition?.slice(first..<last)),
      values: values.slice(before..<before + inside))
  }

  /// The definition level of slots that hold a value: the highest, unless there is no value at all.
  private func fullLevel(_ definition: Bytes) -> UInt8? {
    guard values.count > 0 else { return nil }
    var highest: UInt8 = 0
    let levels = unsafe definition.elements(of: UInt8.self)
    for i in 0..<definition.count { unsafe highest = max(highest, levels[i]) }
    return highest
  }

  private func count(of level: UInt8?, in levels: Bytes, _ range: Range<Int>) -> Int {
    guard let level else { return 0 }
    return unsafe countBytes(
      levels.elements(of: UInt8.self) + range.lowerBound, range.count, equalTo: level)
  }

  /// The slot at which `row` begins, searched from a row whose slot is known.
  private func slot(
    ofRow row: Int, from known: (row: Int, slot: Int), repetition: Bytes?
  ) -> Int {
    guard let repetition else { return row }
    if row == rowCount { return slotCount }
    let pointer = unsafe repetition.elements(of: UInt8.self)
    var left = row - known.row
    var slot = known.slot
    while left > 0 {
      slot &+= 1
      if unsafe slot < repetition.count && pointer[slot] == 0 { left &-= 1 }
      if slot >= repetition.count { return slotCount }
    }
    return slot
  }
}

/// The data of a table, or of a part of it: one column for each leaf of a schema.
public struct ColumnBatch: Sendable {
  /// What the columns are.
  public let schema: Schema
  /// The number of rows of every column.
  public let rowCount: Int
  /// The columns, in the order of the schema's leaves.
  public let columns: [Column]

  /// A batch of `columns`, checked against `schema`.
  ///
  /// - Throws: ``ParquetError`` with code `schemaMismatch` where columns are missing or too many, have
  ///   unequal row counts, a form that their type cannot have, nulls in a required leaf, levels that
  ///   no value has or that differ about a group from its other leaves', or text that is not UTF-8. The error names the column and, where there is one,
  ///   the row.
  /// - Complexity: O(slots), plus the bytes of text not validated before.
  public init(schema: Schema, columns: [Column]) throws(ParquetError) {
    guard columns.count == schema.leaves.count else {
      throw ParquetError(
        .schemaMismatch,
        "the schema has \(schema.leaves.count) columns, the batch \(columns.count)")
    }
    let rowCount = columns.first?.rowCount ?? 0
    for (leaf, column) in zip(schema.leaves, columns) {
      guard column.rowCount == rowCount else {
        throw ParquetError(
          .schemaMismatch, "has \(column.rowCount) rows, the columns before it \(rowCount)"
        ).adding(column: leaf.path.description)
      }
      do throws(ParquetError) { try column.validate(against: leaf) } catch {
        throw error.adding(column: leaf.path.description)
      }
    }
    try ColumnBatch.checkSiblings(schema, columns)
    self.init(unchecked: schema, columns: columns, rowCount: rowCount)
  }

  /// A batch whose columns are known to fit the schema: from a builder, a reader, or a checked batch.
  package init(unchecked schema: Schema, columns: [Column], rowCount: Int) {
    self.schema = schema
    self.columns = columns
    self.rowCount = rowCount
  }

  /// The rows of `range`, sharing memory.
  public func slice(rows range: Range<Int>) -> ColumnBatch {
    if range == 0..<rowCount { return self }
    return ColumnBatch(
      unchecked: schema, columns: columns.map { $0.slice(rows: range) }, rowCount: range.count)
  }
}
