extension Column {
  /// The row that value number `index` is in.
  func row(ofValue index: Int, _ leaf: Leaf) -> Int {
    switch presence {
    case .allPresent: return index
    case .validity(let bitmap): return bitmap.place(ofSet: index) ?? 0
    case .levels(let definition, let repetition):
      var row = -1
      var value = -1
      for slot in 0..<slotCount {
        if repetition.map({ $0[slot] == 0 }) ?? true { row += 1 }
        if Int(definition[slot]) == leaf.maxDefinitionLevel { value += 1 }
        if value == index { return row }
      }
      return max(row, 0)
    }
  }
}

extension ColumnValues {
  /// The first byte array of more than `limit` bytes, and its length; nil where there is none. O(1) where all
  /// of them together have no more.
  func firstByteArray(longerThan limit: Int) -> (index: Int, byteCount: Int)? {
    switch form {
    case .bits, .fixed: return nil
    case .byteArrays(let offsets, _, _):
      let offset = unsafe offsets.elements(of: UInt32.self)
      guard count > 0, unsafe Int(offset[count]) - Int(offset[0]) > limit else { return nil }
      for i in 0..<count {
        let byteCount = unsafe Int(offset[i + 1]) - Int(offset[i])
        if byteCount > limit { return (i, byteCount) }
      }
      return nil
    case .dictionary(let indices, let dictionary):
      guard let entry = dictionary.firstByteArray(longerThan: limit) else { return nil }
      for i in 0..<count where unsafe dictionary.withBytes(at: indices[i], { $0.count > limit }) {
        return (i, entry.byteCount)
      }
      return nil
    }
  }
}
