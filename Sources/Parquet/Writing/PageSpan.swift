/// What one data page holds of a slab's column.
struct PageSpan: Equatable {
  var rows: Range<Int>
  var slots: Range<Int>
  var values: Range<Int>
}

/// Cuts a slab's column into pages: whole rows, as many as the limits allow, at least one.
struct PageCutter {
  let column: Column
  let rowLimit: Int
  let byteLimit: Int
  /// For columns with repetition: the slot at which each row begins, and one past the last.
  private var slotOfRow: [UInt32] = []
  /// For columns with levels: the values before each row, and their number.
  private var valuesBeforeRow: [UInt32] = []

  init(_ column: Column, leaf: Leaf, rowLimit: Int, byteLimit: Int) {
    self.column = column
    self.rowLimit = rowLimit
    self.byteLimit = byteLimit
    guard case .levels(let definition, let repetition) = column.presence else { return }
    let full = UInt8(leaf.maxDefinitionLevel)
    let levels = unsafe definition.elements(of: UInt8.self)
    guard let repetition else {
      valuesBeforeRow = unsafe PageCutter.table(rowCount: column.rowCount) { rows in
        var values: UInt32 = 0
        for slot in 0..<column.slotCount {
          unsafe rows[slot] = values
          values &+= unsafe levels[slot] == full ? 1 : 0
        }
        unsafe rows[column.rowCount] = values
      }
      return
    }
    let repeated = unsafe repetition.elements(of: UInt8.self)
    slotOfRow = unsafe PageCutter.table(rowCount: column.rowCount) { slots in
      valuesBeforeRow = unsafe PageCutter.table(rowCount: column.rowCount) { values in
        // Each slot is noted as the begin of the next row, and stands if it is; nothing branches on levels.
        var next = 0
        var value: UInt32 = 0
        for slot in 0..<column.slotCount {
          unsafe slots[next] = UInt32(truncatingIfNeeded: slot)
          unsafe values[next] = value
          next &+= unsafe repeated[slot] == 0 ? 1 : 0
          value &+= unsafe levels[slot] == full ? 1 : 0
        }
        unsafe slots[column.rowCount] = UInt32(truncatingIfNeeded: column.slotCount)
        unsafe values[column.rowCount] = value
      }
    }
  }

  /// A number for each row, and one more, written by `fill`.
  private static func table(
    rowCount: Int, _ fill: (UnsafeMutablePointer<UInt32>) -> Void
  ) -> [UInt32] {
    unsafe [UInt32](unsafeUninitializedCapacity: rowCount + 1) { buffer, count in
      if let rows = buffer.baseAddress {
        unsafe fill(rows)
        count = rowCount + 1
      }
    }
  }

  /// The pages, in order; `byteCount` tells what a range of values takes in a page.
  func spans(byteCount: (Range<Int>) -> Int) -> [PageSpan] {
    var spans: [PageSpan] = []
    var row = 0
    var value = 0
    while row < column.rowCount {
      let most = min(rowLimit, column.rowCount - row)
      var rows = most
      var end = values(before: row + rows, knowing: row, value)
      if byteCount(value..<end) > byteLimit, rows > 1 {
        // The largest number of rows that fits; one row always makes a page.
        var low = 1
        var high = most - 1
        while low < high {
          let middle = (low + high + 1) / 2
          if byteCount(value..<values(before: row + middle, knowing: row, value)) <= byteLimit {
            low = middle
          } else {
            high = middle - 1
          }
        }
        rows = low
        end = values(before: row + rows, knowing: row, value)
      }
      spans.append(
        PageSpan(
          rows: row..<row + rows, slots: slot(ofRow: row)..<slot(ofRow: row + rows),
          values: value..<end))
      row += rows
      value = end
    }
    return spans
  }

  private func slot(ofRow row: Int) -> Int { slotOfRow.isEmpty ? row : Int(slotOfRow[row]) }

  /// The values before `row`, given those before an earlier one.
  private func values(before row: Int, knowing known: Int, _ value: Int) -> Int {
    switch column.presence {
    case .allPresent: row
    case .validity(let bitmap): value + bitmap.setCount(in: known..<row)
    case .levels: Int(valuesBeforeRow[row])
    }
  }
}
