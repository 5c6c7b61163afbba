/// A column that the values of a ``Field`` are read from, and how many of its lists were entered.
public struct FieldSource: Sendable {
  let column: Column
  let leaf: Leaf
  /// The row, counted in the file, that the column begins with; nil where it is not known.
  let firstRow: Int?
  /// The lists around what is read.
  let depth: Int

  init(_ column: Column, _ leaf: Leaf, firstRow: Int?, depth: Int = 0) {
    self.column = column
    self.leaf = leaf
    self.firstRow = firstRow
    self.depth = depth
  }

  /// The elements of the list this is.
  @usableFromInline var elements: FieldSource {
    FieldSource(column, leaf, firstRow: firstRow, depth: depth + 1)
  }

  var values: ColumnValues { column.values }

  /// Whether the numbers are those of an unsigned type.
  var isUnsigned: Bool {
    if case .integer(_, isSigned: false)? = leaf.logicalType { true } else { false }
  }

  /// The definition level from which the row, or the element of the list around, is there.
  private var base: Int { depth == 0 ? 0 : leaf.elementDefinitionLevels[depth - 1] }

  // MARK: Errors

  /// An error about the value `index`, with its column and row.
  @usableFromInline
  func error(_ message: String, atValue index: Int) -> ParquetError {
    error(ParquetError(.rejectedData, message), row: row(ofValue: index))
  }

  func error(_ error: ParquetError, row: Int?) -> ParquetError {
    let place = firstRow.flatMap { first in row.map { first + $0 } }
    return error.adding(column: leaf.path.description, row: place)
  }

  /// The row, counted in the column, that the value `index` is of.
  private func row(ofValue index: Int) -> Int? {
    switch column.presence {
    case .allPresent: return index
    case .validity(let bits): return bits.place(ofSet: index)
    case .levels(let definition, let repetition):
      var row = -1
      var before = 0
      for slot in 0..<column.slotCount {
        if repetition?[slot] ?? 0 == 0 { row += 1 }
        guard Int(definition[slot]) == leaf.maxDefinitionLevel else { continue }
        if before == index { return row }
        before += 1
      }
      return nil
    }
  }

  // MARK: Nulls

  /// Throws where a value is null that would have to be there.
  @usableFromInline
  func checkNoNulls() throws(ParquetError) {
    guard let isPresent = presence(), let place = isPresent.firstIndex(of: false) else { return }
    // A slot of an element is found again by counting.
    var row: Int? = place
    if case .levels(let definition, let repetition) = column.presence {
      row = self.row(ofSlotAlive: place, definition, repetition)
    }
    throw error(
      ParquetError(.rejectedData, "is null, and its Swift type is not an optional"), row: row)
  }

  private func row(ofSlotAlive number: Int, _ definition: Bytes, _ repetition: Bytes?) -> Int {
    var row = -1
    var alive = 0
    for slot in 0..<column.slotCount {
      if repetition?[slot] ?? 0 == 0 { row += 1 }
      guard Int(definition[slot]) >= base else { continue }
      if alive == number { return row }
      alive += 1
    }
    return row
  }

  /// For each row, or each element of the list around, whether it has a value; nil where all have.
  @usableFromInline
  func presence() -> [Bool]? {
    switch column.presence {
    case .allPresent: return nil
    case .validity(let bits):
      if values.count == bits.count { return nil }
      return (0..<bits.count).map { bits[$0] }
    case .levels(let definition, _):
      let (base, full) = (base, leaf.maxDefinitionLevel)
      var isPresent: [Bool] = []
      isPresent.reserveCapacity(column.slotCount)
      definition.withBytes { levels in
        for slot in 0..<levels.byteCount {
          let level = Int(unsafe levels.unsafeLoad(fromByteOffset: slot, as: UInt8.self))
          if level >= base { isPresent.append(level == full) }
        }
      }
      return isPresent.count == values.count ? nil : isPresent
    }
  }

  /// `present`, the values that are there, with the nulls between them.
  @inlinable
  func spread<T>(_ present: [T]) -> [T?] {
    guard let isPresent = presence() else { return present.map { $0 } }
    var next = 0
    return isPresent.map { isPresent in
      guard isPresent else { return nil }
      defer { next += 1 }
      return present[next]
    }
  }

  // MARK: Lists

  /// The lengths of the lists this is, -1 for those that are null.
  @usableFromInline
  func lengths(elementCount: Int, allowingNulls: Bool = true) throws(ParquetError) -> [Int] {
    guard case .levels(let definition, let repetition?) = column.presence else {
      throw error(ParquetError(.malformedFile, "repeats, and has no levels"), row: nil)
    }
    let base = base
    let element = leaf.elementDefinitionLevels[depth]
    var lengths: [Int] = []
    var row = -1
    var total = 0
    for slot in 0..<column.slotCount {
      let (level, repeated) = (Int(definition[slot]), Int(repetition[slot]))
      if repeated == 0 { row += 1 }
      if repeated <= depth {
        guard level >= base else { continue }
        if level < element - 1, !allowingNulls {
          throw error(
            ParquetError(.rejectedData, "a list is null, and its Swift type is not an optional"),
            row: row)
        }
        lengths.append(level < element - 1 ? -1 : level < element ? 0 : 1)
        if level >= element { total += 1 }
      } else if repeated == depth + 1 {
        guard let last = lengths.last, last > 0, level >= element else {
          throw error(
            ParquetError(.malformedFile, "an element follows in a list that is not there"),
            row: row)
        }
        lengths[lengths.count - 1] = last + 1
        total += 1
      }
    }
    guard total == elementCount else {
      throw error(
        ParquetError(.malformedFile, "its lists have \(total) elements, not \(elementCount)"),
        row: nil)
    }
    return lengths
  }

  // MARK: Values

  /// The numbers of an INT32 column, each of which its type can be.
  func int32s() throws(ParquetError) -> [Int32] {
    if let bad = values.firstIllegal(for: leaf.logicalType, on: leaf.physicalType) {
      throw error(
        ParquetError.illegal(bad.number, for: leaf.logicalType), row: row(ofValue: bad.index))
    }
    switch values.width {
    case 1:
      return isUnsigned
        ? values.numbers(of: UInt8.self).map { Int32($0) }
        : values.numbers(of: Int8.self).map { Int32($0) }
    case 2:
      return isUnsigned
        ? values.numbers(of: UInt16.self).map { Int32($0) }
        : values.numbers(of: Int16.self).map { Int32($0) }
    default: return values.numbers()
    }
  }

  /// The numbers of a FLOAT16 column.
  func halves() -> [Double] {
    values.numbers(of: UInt16.self).map { Double(halfPrecision: $0) }
  }

  /// `numbers`, one for each value, as a smaller type that they fit unless the file is wrong.
  func narrowed<From: BinaryInteger, To: FixedWidthInteger>(
    _ numbers: [From]
  ) throws(ParquetError) -> [To] {
    var narrow: [To] = []
    narrow.reserveCapacity(numbers.count)
    for i in numbers.indices {
      guard let number = To(exactly: numbers[i]) else {
        throw error("\(numbers[i]) does not fit \(To.self)", atValue: i)
      }
      narrow.append(number)
    }
    return narrow
  }

  /// The numbers of decimals that are bytes, big-endian two's complement.
  func decimals() throws(ParquetError) -> [Int128] {
    var numbers: [Int128] = []
    numbers.reserveCapacity(values.count)
    for i in 0..<values.count {
      guard let number = values.decimal(at: i) else {
        throw error("a decimal has more than 128 bits", atValue: i)
      }
      numbers.append(number)
    }
    return numbers
  }

  /// What `make` makes of each value.
  ///
  /// An entry of a dictionary is made once, when the first value is it: large ones that many values are
  /// would otherwise take many times the memory, and one that no value is may be anything.
  func eachOnce<T>(
    _ make: (ColumnValues, Int) throws(ParquetError) -> T
  ) throws(ParquetError) -> [T] {
    var made: [T] = []
    made.reserveCapacity(values.count)
    guard case .dictionary(let indices, let dictionary) = values.form else {
      for i in 0..<values.count { made.append(try self.made(values, i, ofValue: i, make)) }
      return made
    }
    // The value that each entry was made for. Few values do not pay for a look at a large dictionary.
    let isDense = dictionary.count / 16 <= values.count
    var dense = [UInt32](repeating: .max, count: isDense ? dictionary.count : 0)
    var sparse: [Int: UInt32] = [:]
    for i in 0..<values.count {
      let entry = indices[i]
      let first = isDense ? dense[entry] : sparse[entry] ?? .max
      if first < .max {
        made.append(made[Int(first)])
        continue
      }
      made.append(try self.made(dictionary, entry, ofValue: i, make))
      if isDense { dense[entry] = UInt32(i) } else { sparse[entry] = UInt32(i) }
    }
    return made
  }

  private func made<T>(
    _ values: ColumnValues, _ index: Int, ofValue number: Int,
    _ make: (ColumnValues, Int) throws(ParquetError) -> T
  ) throws(ParquetError) -> T {
    do throws(ParquetError) { return try make(values, index) } catch {
      throw self.error(error, row: row(ofValue: number))
    }
  }
}

extension ColumnValues {
  /// The bytes of each value, of a dictionary's entries where this is one; nil where they differ.
  var width: Int? {
    switch form {
    case .fixed(let width, _): width
    case .dictionary(_, let dictionary): dictionary.width
    default: nil
    }
  }

  /// All values, as numbers of their width.
  func numbers<T: BitwiseCopyable>(of type: T.Type = T.self) -> [T] {
    switch form {
    case .fixed(let width, let bytes) where width == MemoryLayout<T>.size:
      let pointer = unsafe bytes.elements(of: T.self)
      return unsafe [T](UnsafeBufferPointer(start: pointer, count: count))
    case .dictionary(let indices, let dictionary) where dictionary.width == MemoryLayout<T>.size:
      guard case .fixed(_, let bytes) = dictionary.form else { return [] }
      let entries = unsafe bytes.elements(of: T.self)
      // Indices were held against the dictionary when the values were made.
      return (0..<count).map { unsafe entries[indices.unchecked($0)] }
    default: return (0..<count).map { number(at: $0) }
    }
  }

  /// The text at `index`; nil where it is not UTF-8.
  func text(at index: Int) -> String? {
    unsafe withBytes(at: index) { bytes in
      unsafe String(validating: bytes, as: UTF8.self)
    }
  }

  /// The bytes at `index`.
  func array(at index: Int) -> [UInt8] { unsafe withBytes(at: index) { unsafe [UInt8]($0) } }

  /// The decimal at `index`; nil where it has more than 128 bits.
  func decimal(at index: Int) -> Int128? {
    unsafe withBytes(at: index) { bytes in
      var number: Int128 = unsafe (bytes.first ?? 0) >= 0x80 ? -1 : 0
      for i in bytes.indices {
        guard (number << 8) >> 8 == number else { return nil }
        number = unsafe (number << 8) | Int128(bytes[i])
      }
      return number
    }
  }
}
