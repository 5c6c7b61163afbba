extension Column {
  /// The rows of this column, which is `leaf`'s, for which `isKept` says so; `keptCount` is how many
  /// these are. A dictionary stays one.
  func selecting(_ leaf: Leaf, keptCount: Int, _ isKept: (Int) -> Bool) -> Column {
    if keptCount == rowCount { return self }
    var places = ByteBuffer(capacity: 4 * keptCount)
    func add(_ place: Int) { places.append(UInt32(truncatingIfNeeded: place)) }
    var next = 0
    switch presence {
    case .allPresent:
      for row in 0..<rowCount where isKept(row) { add(row) }
      return Column(
        rowCount: keptCount, presence: .allPresent, values: values.selected(places.freeze()))
    case .validity(let bitmap):
      var validity = BitmapBuffer()
      for row in 0..<rowCount {
        let isPresent = bitmap[row]
        if isKept(row) {
          validity.append(isPresent)
          if isPresent { add(next) }
        }
        if isPresent { next &+= 1 }
      }
      return Column(
        rowCount: keptCount, presence: .validity(validity.freeze()),
        values: values.selected(places.freeze()))
    case .levels(let definition, let repetition):
      let full = UInt8(leaf.maxDefinitionLevel)
      var keptDefinition = ByteBuffer(capacity: keptCount)
      var keptRepetition = ByteBuffer(capacity: repetition == nil ? 0 : keptCount)
      var row = -1
      var isRowKept = false
      for slot in 0..<slotCount {
        if repetition.map({ $0[slot] == 0 }) ?? true {
          row &+= 1
          isRowKept = isKept(row)
        }
        let level = definition[slot]
        if isRowKept {
          keptDefinition.append(level)
          if let repetition { keptRepetition.append(repetition[slot]) }
          if level == full { add(next) }
        }
        if level == full { next &+= 1 }
      }
      let keptSlots = keptDefinition.count
      return Column(
        rowCount: keptCount, slotCount: keptSlots,
        presence: .levels(
          definition: keptDefinition.freeze(),
          repetition: repetition == nil ? nil : keptRepetition.freeze()),
        values: values.selected(places.freeze()))
    }
  }
}

extension ColumnValues {
  /// The values at `places` (UInt32), which lie inside; a dictionary stays one.
  fileprivate func selected(_ places: Bytes) -> ColumnValues {
    let count = places.count / 4
    guard case .dictionary(let indices, let dictionary) = form else {
      return gathered(DictionaryIndices(places))
    }
    var selected = ByteBuffer(capacity: places.count)
    let place = unsafe places.elements(of: UInt32.self)
    switch indices.width {
    case 1: unsafe selected.gather(indices.bytes.elements(of: UInt8.self), place, count)
    case 2: unsafe selected.gather(indices.bytes.elements(of: UInt16.self), place, count)
    default: unsafe selected.gather(indices.bytes.elements(of: UInt32.self), place, count)
    }
    return ColumnValues(
      uncheckedIndices: DictionaryIndices(selected.freeze(), width: indices.width),
      dictionary: dictionary)
  }
}
