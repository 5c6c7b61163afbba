/// Where the values of rows lie in a column that does not repeat.
struct ValuePlaces {
  /// For each row the number of values before it, and at the end their sum; nil where each row has one.
  private let before: [UInt32]?

  init(_ column: Column, _ leaf: Leaf) {
    switch column.presence {
    case .allPresent: before = nil
    case .validity(let bitmap):
      var before: [UInt32] = []
      before.reserveCapacity(column.rowCount + 1)
      var sum: UInt32 = 0
      for row in 0..<column.rowCount {
        before.append(sum)
        if bitmap[row] { sum &+= 1 }
      }
      before.append(sum)
      self.before = before
    case .levels(let definition, _):
      let full = UInt8(leaf.maxDefinitionLevel)
      let levels = unsafe definition.elements(of: UInt8.self)
      var before: [UInt32] = []
      before.reserveCapacity(column.slotCount + 1)
      var sum: UInt32 = 0
      for slot in 0..<column.slotCount {
        before.append(sum)
        if unsafe levels[slot] == full { sum &+= 1 }
      }
      before.append(sum)
      self.before = before
    }
  }

  /// The number of the value of `row`, or of a slot; nil where it has none.
  @inline(__always)
  func value(ofRow row: Int) -> Int? {
    guard let before else { return row }
    return before[row + 1] > before[row] ? Int(before[row]) : nil
  }
}

/// Rows of a column in another order.
///
/// Made once a column; pieces of the order are then gathered one after another.
package struct ColumnGatherer {
  private let column: Column
  private let places: ValuePlaces
  /// For each row its first slot, and at the end the number of slots; nil unless the leaf repeats.
  private let firstSlots: [UInt32]?

  /// A gatherer of rows of `column`, which is `leaf`'s and in plain form.
  package init(_ column: Column, _ leaf: Leaf) {
    self.column = column
    places = ValuePlaces(column, leaf)
    guard case .levels(_, let repetition?) = column.presence else {
      firstSlots = nil
      return
    }
    let levels = unsafe repetition.elements(of: UInt8.self)
    var slots: [UInt32] = []
    slots.reserveCapacity(column.rowCount + 1)
    for slot in 0..<column.slotCount where unsafe levels[slot] == 0 { slots.append(UInt32(slot)) }
    slots.append(UInt32(column.slotCount))
    firstSlots = slots
  }

  /// The rows at `rows`, one UInt32 each.
  package func gather(_ rows: Bytes) -> Column {
    let count = rows.count / 4
    let index = unsafe rows.elements(of: UInt32.self)
    var values = ByteBuffer(capacity: 4 * count)
    func gathered(_ presence: Presence, slotCount: Int? = nil) -> Column {
      return Column(
        rowCount: count, slotCount: slotCount, presence: presence,
        values: column.values.gathered(DictionaryIndices(values.freeze())))
    }
    switch column.presence {
    case .allPresent:
      return Column(
        rowCount: count, presence: .allPresent,
        values: column.values.gathered(DictionaryIndices(rows)))
    case .validity:
      var validity = BitmapBuffer()
      for i in 0..<count {
        let value = unsafe places.value(ofRow: Int(index[i]))
        validity.append(value != nil)
        if let value { values.append(UInt32(truncatingIfNeeded: value)) }
      }
      return gathered(.validity(validity.freeze()))
    case .levels(let definition, let repetition):
      var newDefinition = ByteBuffer(capacity: count)
      var newRepetition = ByteBuffer(capacity: repetition == nil ? 0 : count)
      for i in 0..<count {
        let row = unsafe Int(index[i])
        let slots = firstSlots.map { Int($0[row])..<Int($0[row + 1]) } ?? row..<row + 1
        newDefinition.append(definition.slice(slots))
        if let repetition { newRepetition.append(repetition.slice(slots)) }
        for slot in slots {
          if let value = places.value(ofRow: slot) {
            values.append(UInt32(truncatingIfNeeded: value))
          }
        }
      }
      let slotCount = newDefinition.count
      return gathered(
        .levels(
          definition: newDefinition.freeze(),
          repetition: repetition == nil ? nil : newRepetition.freeze()),
        slotCount: slotCount)
    }
  }
}
