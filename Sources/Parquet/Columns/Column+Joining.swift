extension Column {
  /// The rows of `parts` one after another, with values in their plain form: no dictionary, and INT32
  /// in four bytes.
  ///
  /// - Precondition: `parts` is not empty, and every part fits `leaf`.
  package static func joining(_ parts: [Column], leaf: Leaf) -> Column {
    if parts.count == 1 {
      let part = parts[0]
      return Column(
        rowCount: part.rowCount, slotCount: part.slotCount, presence: part.presence,
        values: part.values.plainForm(leaf))
    }
    return Column(
      rowCount: parts.reduce(0) { $0 + $1.rowCount },
      slotCount: parts.reduce(0) { $0 + $1.slotCount },
      presence: joinedPresence(parts, leaf: leaf),
      values: ColumnValues.joining(parts.map { $0.values.plainForm(leaf) }, leaf: leaf))
  }

  /// The rows of `parts` one after another, as ``joining(_:leaf:)``, but with a dictionary where all parts
  /// have one and the entries of all together are far fewer than the values.
  static func joiningByDictionary(_ parts: [Column], leaf: Leaf) -> Column {
    guard let values = ColumnValues.joiningByDictionary(parts.map(\.values), leaf: leaf) else {
      return joining(parts, leaf: leaf)
    }
    return Column(
      rowCount: parts.reduce(0) { $0 + $1.rowCount },
      slotCount: parts.reduce(0) { $0 + $1.slotCount },
      presence: parts.count == 1 ? parts[0].presence : joinedPresence(parts, leaf: leaf),
      values: values)
  }

  /// The same column with its values in plain form.
  package func plainForm(_ leaf: Leaf) -> Column { Column.joining([self], leaf: leaf) }

  private static func joinedPresence(_ parts: [Column], leaf: Leaf) -> Presence {
    var hasLevels = false
    var hasValidity = false
    for part in parts {
      switch part.presence {
      case .allPresent: break
      case .validity: hasValidity = true
      case .levels: hasLevels = true
      }
    }
    if hasLevels { return joinedLevels(parts, leaf: leaf) }
    guard hasValidity else { return .allPresent }
    var bits = BitmapBuffer()
    for part in parts {
      if case .validity(let bitmap) = part.presence {
        bits.append(bitmap)
      } else {
        bits.append(repeating: true, count: part.rowCount)
      }
    }
    return .validity(bits.freeze())
  }

  private static func joinedLevels(_ parts: [Column], leaf: Leaf) -> Presence {
    let slotCount = parts.reduce(0) { $0 + $1.slotCount }
    var definition = ByteBuffer(capacity: slotCount)
    var repetition = ByteBuffer(capacity: leaf.maxRepetitionLevel > 0 ? slotCount : 0)
    let full = UInt8(leaf.maxDefinitionLevel)
    for part in parts {
      switch part.presence {
      case .levels(let levels, let repeated):
        definition.append(levels)
        if let repeated { repetition.append(repeated) }
      case .allPresent:
        definition.append(repeating: full, count: part.slotCount)
      case .validity(let bitmap):
        for row in 0..<part.rowCount { definition.append(bitmap[row] ? full : full - 1) }
      }
    }
    return .levels(
      definition: definition.freeze(),
      repetition: leaf.maxRepetitionLevel > 0 ? repetition.freeze() : nil)
  }

  /// What the rows take before they are encoded, the same whatever form they come in: what row group
  /// and slab limits count.
  ///
  /// - Complexity: O(1) for plain forms without levels, else O(slots).
  func rawByteCount(_ leaf: Leaf) -> Int {
    let levels = leaf.maxRepetitionLevel > 0 ? 2 * slotCount : 0
    return levels + values.rawByteCount(leaf)
  }
}

extension ColumnValues {
  func rawByteCount(_ leaf: Leaf) -> Int {
    switch form {
    case .bits: return count
    case .fixed(let width, _): return count * (leaf.physicalType.byteWidth ?? width)
    case .byteArrays(let offsets, _, _):
      let pointer = unsafe offsets.elements(of: UInt32.self)
      return unsafe 4 * count + Int(pointer[count]) - Int(pointer[0])
    case .dictionary(let indices, let dictionary):
      guard case .byteArrays(let offsets, _, _) = dictionary.form else {
        return count * (leaf.physicalType.byteWidth ?? 1)
      }
      let pointer = unsafe offsets.elements(of: UInt32.self)
      var total = 4 * count
      indices.forEach { entry in
        unsafe total &+= Int(pointer[entry &+ 1]) &- Int(pointer[entry])
      }
      return total
    }
  }

  /// The same values without a dictionary, and in the width their type has in the file.
  func plainForm(_ leaf: Leaf) -> ColumnValues {
    switch form {
    case .bits, .byteArrays: return self
    case .fixed(let width, let bytes):
      guard leaf.physicalType == .int32, width != 4 else { return self }
      return widened(bytes, width: width, leaf: leaf)
    case .dictionary(let indices, let dictionary):
      return dictionary.plainForm(leaf).gathered(indices)
    }
  }

  /// INT32 values from those of one or two bytes.
  private func widened(_ bytes: Bytes, width: Int, leaf: Leaf) -> ColumnValues {
    var isSigned = true
    if case .integer(_, isSigned: false) = leaf.logicalType { isSigned = false }
    var wide = ByteBuffer(capacity: count * 4)
    for i in 0..<count {
      switch (width, isSigned) {
      case (1, true): wide.append(Int32(unsafe bytes.elements(of: Int8.self)[i]))
      case (1, false): wide.append(Int32(unsafe bytes.elements(of: UInt8.self)[i]))
      case (_, true): wide.append(Int32(unsafe bytes.elements(of: Int16.self)[i]))
      case (_, false): wide.append(Int32(unsafe bytes.elements(of: UInt16.self)[i]))
      }
    }
    return .fixed(width: 4, wide.freeze())
  }

  /// The values of `parts`, all in plain form, one after another.
  static func joining(_ parts: [ColumnValues], leaf: Leaf) -> ColumnValues {
    switch leaf.physicalType {
    case .boolean:
      var buffer = BitmapBuffer()
      for part in parts { if case .bits(let bits) = part.form { buffer.append(bits) } }
      return .bits(buffer.freeze())
    case .byteArray: return joiningByteArrays(parts)
    default:
      let width = leaf.physicalType.byteWidth ?? 1
      var buffer = ByteBuffer(capacity: parts.reduce(0) { $0 + $1.count } * width)
      for part in parts { if case .fixed(_, let bytes) = part.form { buffer.append(bytes) } }
      return .fixed(width: width, buffer.freeze())
    }
  }

  private static func joiningByteArrays(_ parts: [ColumnValues]) -> ColumnValues {
    var ends = ByteBuffer(capacity: (parts.reduce(0) { $0 + $1.count } + 1) * 4)
    var joined = ByteBuffer(
      capacity: parts.reduce(0) { total, part in
        guard case .byteArrays(let offsets, _, _) = part.form else { return total }
        let pointer = unsafe offsets.elements(of: UInt32.self)
        return unsafe total + Int(pointer[part.count]) - Int(pointer[0])
      })
    ends.append(UInt32(0))
    for part in parts {
      guard case .byteArrays(let offsets, let bytes, _) = part.form else { continue }
      let pointer = unsafe offsets.elements(of: UInt32.self)
      let first = unsafe pointer[0]
      // Modulo 2³²: the sums of a slab stay far below, the difference may be negative.
      let shift = UInt32(truncatingIfNeeded: joined.count) &- first
      let last = unsafe Int(pointer[part.count])
      joined.append(bytes.slice(Int(first)..<last))
      ends.reserve(part.count * 4)
      let target = unsafe ends.end.assumingMemoryBound(to: UInt32.self)
      for i in 0..<part.count { unsafe target[i] = pointer[i + 1] &+ shift }
      ends.advance(by: part.count * 4)
    }
    return ColumnValues(uncheckedOffsets: ends.freeze(), bytes: joined.freeze(), isText: true)
  }
}

extension ByteBuffer {
  /// Appends `count` bytes of `value`.
  package mutating func append(repeating value: UInt8, count added: Int) {
    reserve(added)
    unsafe end.initializeMemory(as: UInt8.self, repeating: value, count: added)
    advance(by: added)
  }
}
