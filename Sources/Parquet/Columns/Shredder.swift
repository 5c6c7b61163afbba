/// The slots of one field: its levels, and which of them are alive, i.e. have every ancestor.
///
/// Without a list above and without a null so far, all is implied by the row count, and no level is
/// stored.
struct Slots {
  let rowCount: Int
  /// The number of slots, dead ones included.
  var count: Int
  /// The definition level that a slot alive has reached.
  var level: UInt8 = 0
  /// The number of lists around.
  var depth: UInt8 = 0
  /// The definition level of each slot, nil while all have ``level``. A slot is alive where its level
  /// is ``level``.
  var definition: Bytes?
  /// The repetition level of each slot, nil while there is no list around.
  var repetition: Bytes?

  init(rows: Int) {
    rowCount = rows
    count = rows
  }

  /// The row that the `number`-th slot alive belongs to; nil where there is none. O(slots).
  func row(ofAlive number: Int) -> Int? {
    if definition == nil, repetition == nil { return number < rowCount ? number : nil }
    var row = -1
    var alive = 0
    for slot in 0..<count {
      if repetition?[slot] ?? 0 == 0 { row += 1 }
      guard definition?[slot] ?? level == level else { continue }
      if alive == number { return row }
      alive += 1
    }
    return nil
  }
}

/// Turns what builders hold into the columns of leaves, with levels.
///
/// Specification: "Nested Encoding" in the format's README; the method is Dremel's.
enum Shredder {
  static func shred(
    _ builder: FieldBuilder, path: [String], _ slots: Slots, into columns: inout [Column]
  ) throws(ParquetError) {
    let path = path + [builder.field.name]
    if var failure = builder.failure {
      // A builder counts its own slots; those of a nested field are not rows.
      failure.context.row = failure.context.row.flatMap { slots.row(ofAlive: $0) }
      throw failure.adding(column: path.joined(separator: "."))
    }
    let nullable = builder.field.repetition == .optional
    let validity = builder.takeValidity()

    switch builder {
    case let leaf as LeafBuilder:
      let values = leaf.takeValues()
      let type = leaf.field.logicalType
      if let bad = values.firstIllegal(for: type, on: leaf.physicalType) {
        let slot = validity?.place(ofSet: bad.index) ?? bad.index
        throw ParquetError.illegal(bad.number, for: type)
          .adding(column: path.joined(separator: "."), row: slots.row(ofAlive: slot))
      }
      columns.append(
        column(values, nullable: nullable, validity: validity, count: leaf.count, slots))
    case let list as ListBuilder:
      let inner = expand(
        slots, nullable: nullable, validity: validity, lengths: list.lengths.freeze())
      let path = list.form == .list ? path + [list.field.children[0].name] : path
      let elements = list.ended
      guard list.element.count == elements else {
        throw ParquetError(
          .schemaMismatch,
          "\(list.element.count - elements) elements were appended and no list ended after them"
        ).adding(column: path.joined(separator: "."))
      }
      // A bare repeated field is its own element: its name is in the path once.
      let above = list.form == .bareRepeated ? Array(path.dropLast()) : path
      try shred(list.element, path: above, inner, into: &columns)
    case let group as StructBuilder:
      let inner = descend(slots, nullable: nullable, validity: validity)
      let present = group.count - group.nullCount
      for child in group.fields {
        try check(child, has: present, path: path)
        try shred(child, path: path, inner, into: &columns)
      }
    default: preconditionFailure("a builder is a leaf's, a list's or a struct's")
    }
  }

  private static func check(
    _ child: FieldBuilder, has count: Int, path: [String]
  ) throws(ParquetError) {
    guard child.count == count else {
      throw ParquetError(
        .schemaMismatch, "has \(child.count) slots where its struct has \(count)"
      ).adding(column: (path + [child.field.name]).joined(separator: "."))
    }
  }

  /// A leaf's column.
  private static func column(
    _ values: ColumnValues, nullable: Bool, validity: Bitmap?, count: Int, _ slots: Slots
  ) -> Column {
    if slots.definition == nil, slots.repetition == nil {
      // No list around and no null above: a validity bitmap says all, if there is one level at most.
      if slots.level == 0 || validity == nil {
        let presence: Presence
        if let validity {
          presence = .validity(validity)
        } else {
          presence = .allPresent
        }
        return Column(rowCount: slots.rowCount, presence: presence, values: values)
      }
    }
    let inner = descend(slots, nullable: nullable, validity: validity)
    let definition = inner.definition ?? filled(inner.level, count: inner.count)
    return Column(
      rowCount: slots.rowCount, slotCount: inner.count,
      presence: .levels(definition: definition, repetition: inner.repetition), values: values)
  }

  private static func filled(_ level: UInt8, count: Int) -> Bytes {
    var buffer = ByteBuffer(capacity: count)
    unsafe buffer.end.initializeMemory(as: UInt8.self, repeating: level, count: count)
    buffer.advance(by: count)
    return buffer.freeze()
  }

  /// One level deeper for the slots alive whose bit is set.
  private static func descend(_ slots: Slots, nullable: Bool, validity: Bitmap?) -> Slots {
    guard nullable else { return slots }
    var next = slots
    next.level = slots.level + 1
    guard slots.definition != nil || validity != nil else { return next }
    var levels = ByteBuffer(capacity: slots.count)
    var alive = 0
    for slot in 0..<slots.count {
      var level = slots.definition?[slot] ?? slots.level
      if level == slots.level {
        if validity?[alive] ?? true { level = next.level }
        alive += 1
      }
      levels.append(level)
    }
    next.definition = levels.freeze()
    return next
  }

  /// The slots of a list's elements: one for each element, and one for each list that is empty, null
  /// or not there.
  private static func expand(
    _ slots: Slots, nullable: Bool, validity: Bitmap?, lengths: Bytes
  ) -> Slots {
    let lists = descend(slots, nullable: nullable, validity: validity)
    var next = lists
    next.level = lists.level + 1
    next.depth = lists.depth + 1
    var definition = ByteBuffer(capacity: lists.count)
    var repetition = ByteBuffer(capacity: lists.count)
    let lengthPointer = unsafe lengths.elements(of: UInt32.self)
    var alive = 0
    for slot in 0..<lists.count {
      let level = lists.definition?[slot] ?? lists.level
      repetition.append(lists.repetition?[slot] ?? 0)
      guard level == lists.level else {
        definition.append(level)
        continue
      }
      let length = unsafe Int(lengthPointer[alive])
      alive += 1
      definition.append(length == 0 ? lists.level : next.level)
      for _ in 1..<max(length, 1) {
        repetition.append(next.depth)
        definition.append(next.level)
      }
    }
    next.count = definition.count
    next.definition = definition.freeze()
    next.repetition = repetition.freeze()
    return next
  }
}
