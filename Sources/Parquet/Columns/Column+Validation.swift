extension Column {
  /// Checks that this column can be `leaf`'s.
  func validate(against leaf: Leaf) throws(ParquetError) {
    try checkForm(leaf)
    let present = try checkPresence(leaf)
    guard values.count == present else {
      throw ParquetError(
        .schemaMismatch, "has \(values.count) values where its levels ask for \(present)")
    }
    if leaf.logicalType?.isText == true, let bad = values.firstInvalidText() {
      throw ParquetError(.schemaMismatch, "value \(bad) is not UTF-8")
    }
    if let bad = values.firstIllegal(for: leaf.logicalType, on: leaf.physicalType) {
      throw ParquetError.illegal(bad.number, for: leaf.logicalType)
    }
  }

  private func checkForm(_ leaf: Leaf) throws(ParquetError) {
    func check(_ values: ColumnValues) -> Bool {
      switch values.form {
      case .bits: return leaf.physicalType == .boolean
      case .byteArrays: return leaf.physicalType == .byteArray
      case .fixed(let width, _):
        if leaf.physicalType == .int32, case .integer(let bitWidth, _) = leaf.logicalType,
          width * 8 == bitWidth
        {
          return true
        }
        return leaf.physicalType.byteWidth == width
      case .dictionary(_, let dictionary): return check(dictionary)
      }
    }
    guard check(values) else {
      throw ParquetError(
        .schemaMismatch, "its values do not have the form of \(leaf.physicalType.name)")
    }
  }

  /// Checks rows, slots and levels against each other; returns how many slots hold a value.
  private func checkPresence(_ leaf: Leaf) throws(ParquetError) -> Int {
    switch presence {
    case .allPresent:
      guard leaf.maxRepetitionLevel == 0, slotCount == rowCount else {
        throw ParquetError(.schemaMismatch, "repeats, and so needs levels")
      }
      return rowCount
    case .validity(let bitmap):
      guard leaf.maxRepetitionLevel == 0, leaf.maxDefinitionLevel <= 1, slotCount == rowCount,
        bitmap.count == rowCount
      else {
        throw ParquetError(
          .schemaMismatch, "validity takes one bit a row, of a leaf with one optional level at most"
        )
      }
      let present = bitmap.setCount()
      if leaf.maxDefinitionLevel == 0, present != rowCount {
        let row = (0..<rowCount).first { !bitmap[$0] }
        throw ParquetError(.schemaMismatch, "null in a required column").adding(row: row)
      }
      return present
    case .levels(let definition, let repetition):
      return try checkLevels(leaf, definition, repetition)
    }
  }

  private func checkLevels(
    _ leaf: Leaf, _ definition: Bytes, _ repetition: Bytes?
  ) throws(ParquetError) -> Int {
    guard definition.count == slotCount, repetition?.count ?? slotCount == slotCount,
      (repetition == nil) == (leaf.maxRepetitionLevel == 0)
    else { throw ParquetError(.schemaMismatch, "has levels for another number of slots") }
    var present = 0
    var rows = 0
    var previous = 0
    for slot in 0..<slotCount {
      let level = Int(definition[slot])
      let repeated = repetition.map { Int($0[slot]) } ?? 0
      if repeated == 0 { rows += 1 }
      guard level <= leaf.maxDefinitionLevel, repeated <= leaf.maxRepetitionLevel else {
        throw ParquetError(
          .schemaMismatch,
          "slot \(slot) has levels \(level) and \(repeated), past what the leaf has"
        ).adding(row: rows - 1)
      }
      // A further element of a list is there by definition, and so is the one before it.
      guard slot > 0 || repeated == 0,
        repeated == 0 || min(level, previous) >= leaf.elementDefinitionLevels[repeated - 1]
      else {
        throw ParquetError(
          .schemaMismatch,
          "slot \(slot) continues a list (repetition level \(repeated)) that is not there"
        ).adding(row: max(rows - 1, 0))
      }
      if level == leaf.maxDefinitionLevel { present += 1 }
      previous = level
    }
    guard rows == rowCount else {
      throw ParquetError(.schemaMismatch, "has levels for \(rows) rows, not \(rowCount)")
    }
    return present
  }
}

extension ColumnValues {
  /// The first value that is not UTF-8; nil where all are, or were validated before.
  func firstInvalidText() -> Int? {
    switch form {
    case .dictionary(_, let dictionary): return dictionary.firstInvalidText()
    case .byteArrays(let offsets, let bytes, isText: false):
      let pointer = unsafe offsets.elements(of: UInt32.self)
      for i in 0..<count {
        let start = unsafe Int(pointer[i])
        let end = unsafe Int(pointer[i + 1])
        if unsafe !isUTF8(UnsafeRawBufferPointer(start: bytes.pointer + start, count: end - start))
        {
          return i
        }
      }
      return nil
    default: return nil
    }
  }
}
