extension ColumnValues {
  /// The values of `parts`, which are all dictionary-coded, one after another; nil where one is not, or where
  /// the entries are so many that looking at each is no cheaper than looking at each value.
  ///
  /// The dictionary holds the entries of every dictionary of the parts, each dictionary once; equal entries of
  /// two dictionaries stay two.
  static func joiningByDictionary(_ parts: [ColumnValues], leaf: Leaf) -> ColumnValues? {
    var dictionaries: [ColumnValues] = []
    var starts: [Int] = []
    var entryCount = 0
    var valueCount = 0
    var starting: [(indices: DictionaryIndices, shift: Int)] = []
    for part in parts where part.count > 0 {
      guard case .dictionary(let indices, let dictionary) = part.form else { return nil }
      valueCount += part.count
      if let known = dictionaries.firstIndex(where: { $0.isSameMemory(as: dictionary) }) {
        starting.append((indices, starts[known]))
        continue
      }
      starting.append((indices, entryCount))
      starts.append(entryCount)
      dictionaries.append(dictionary)
      entryCount += dictionary.count
    }
    guard valueCount > 0, entryCount <= valueCount / 2 else { return nil }
    let entries = dictionaries.map { $0.plainForm(leaf) }
    let dictionary = entries.count == 1 ? entries[0] : joining(entries, leaf: leaf)
    if starting.count == 1 {
      return ColumnValues(uncheckedIndices: starting[0].indices, dictionary: dictionary)
    }
    var indices = ByteBuffer(capacity: valueCount * 4)
    for part in starting { part.indices.append(shiftedBy: part.shift, to: &indices) }
    return ColumnValues(
      uncheckedIndices: DictionaryIndices(indices.freeze()), dictionary: dictionary)
  }

  /// Whether both are the very same values, in the same place of memory.
  private func isSameMemory(as other: ColumnValues) -> Bool {
    switch (form, other.form) {
    case (.fixed(let width, let a), .fixed(let otherWidth, let b)):
      unsafe width == otherWidth && a.count == b.count && a.pointer == b.pointer
    case (.byteArrays(let offsets, let a, _), .byteArrays(let otherOffsets, let b, _)):
      unsafe count == other.count && a.pointer == b.pointer
        && offsets.pointer == otherOffsets.pointer
    default: false
    }
  }
}
