internal import Parquet
@_spi(Adapters) internal import Tables

/// Rows of messages whose columns are not known beforehand: every member with what it is and its text, until the types
/// of all are known.
final class InferredRows {
  private(set) var columns: [InferredColumn] = []
  private var places: [String: Int] = [:]
  /// The column of each number of a scanner's names, −1 where there is none yet.
  private var placesOfNumbers: [Int32] = []
  private(set) var rowCount = 0

  /// The columns with their names.
  private func place(_ name: String) -> Int {
    if let place = places[name] { return place }
    columns.append(InferredColumn(name: name))
    places[name] = columns.count - 1
    return columns.count - 1
  }

  /// Says that names have other numbers from now on.
  func forgetNumbers() { placesOfNumbers = [] }

  /// Appends the members of a message as a row.
  func append(_ members: UnsafeMutablePointer<JSONMembers>) {
    let row = UInt32(truncatingIfNeeded: rowCount)
    for index in 0..<(unsafe members.pointee.memberCount) {
      let number = unsafe members.pointee.name(index)
      guard let member = unsafe members.pointee.member(number, in: 0) else { continue }
      while placesOfNumbers.count <= number { placesOfNumbers.append(-1) }
      if placesOfNumbers[number] < 0 {
        placesOfNumbers[number] = Int32(place(unsafe members.pointee.names.text(number)))
      }
      unsafe columns[Int(placesOfNumbers[number])].append(member, of: members, row: row)
    }
    rowCount += 1
  }

  /// Appends some rows of others.
  func append(_ other: InferredRows, _ rows: Range<Int>) {
    // Members that none of these rows has are none of theirs.
    for column in other.columns where column.isThere(in: rows) {
      columns[place(column.name)].append(column, rows, at: rowCount)
    }
    rowCount += rows.count
  }

  /// The column of a name.
  func column(_ name: String) -> InferredColumn? { places[name].map { columns[$0] } }

  /// The bytes held.
  var byteCount: Int { columns.reduce(0) { $0 + $1.byteCount } }
}

/// The values of one member in some rows.
struct InferredColumn {
  let name: String
  /// What was seen, of all values together.
  private(set) var type: InferredType = []
  /// The rows that have the member, in order; what it is, nothing where it is null; where its text ends.
  private(set) var rows: [UInt32] = []
  private(set) var types: [InferredType] = []
  private var ends: [Int] = []
  /// The texts: of strings decoded, of everything else as JSON. The slack lets scanners read past the last.
  private var texts: [UInt8] = []

  init(name: String) { self.name = name }

  var byteCount: Int { rows.count * 13 + texts.count }

  /// The number of values that are not null.
  private(set) var valueCount = 0

  /// Appends a member of a row.
  mutating func append(
    _ member: JSONMembers.Member, of members: UnsafeMutablePointer<JSONMembers>, row: UInt32
  ) {
    let type: InferredType
    switch member.kind {
    case .null: return add([], row)
    case .boolean: type = .boolean
    case .number: type = unsafe InferredColumn.type(of: members.pointee.number(member))
    case .string, .escapedString, .array, .object: type = .text
    }
    if member.kind == .escapedString {
      unsafe texts.append(contentsOf: members.pointee.decoded(member))
    } else {
      unsafe texts.append(contentsOf: members.pointee.bytes(member))
    }
    add(type, row)
  }

  /// Appends the values of some rows of another column, the first of which is row `start` here.
  mutating func append(_ other: InferredColumn, _ range: Range<Int>, at start: Int) {
    for index in other.indices(range) {
      texts.append(contentsOf: other.texts[other.span(index)])
      add(other.types[index], UInt32(Int(other.rows[index]) - range.lowerBound + start))
    }
  }

  private mutating func add(_ type: InferredType, _ row: UInt32) {
    rows.append(row)
    types.append(type)
    ends.append(texts.count)
    self.type.formUnion(type)
    if !type.isEmpty { valueCount += 1 }
  }

  /// Whether any of some rows has the member.
  func isThere(in range: Range<Int>) -> Bool { !indices(range).isEmpty }

  /// The values in some rows.
  private func indices(_ range: Range<Int>) -> Range<Int> {
    let first = rows.partitioningIndex { Int($0) >= range.lowerBound }
    let last = rows.partitioningIndex { Int($0) >= range.upperBound }
    return first..<last
  }

  private func span(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

  private static func type(of number: JSONNumber) -> InferredType {
    // Digits with a point or an exponent are no whole numbers, even where their value is one.
    guard number.isWrittenWhole else { return number.double.isFinite ? .double : .text }
    if let value = number.integer {
      let isExact = value.magnitude <= 1 << 53
      return value < 0
        ? [isExact ? .integer : .longInteger, .negative] : isExact ? .integer : .longInteger
    }
    return number.unsigned == nil ? .text : .unsigned
  }

  /// The text of a value.
  func text(_ index: Int) -> ArraySlice<UInt8> { texts[span(index)] }

  /// Appends the values to a builder, rows without one as nulls, and of the rows that are not wanted nothing.
  func append(
    to builder: LeafBuilder, as form: InferredType.Form, rowCount: Int,
    without isLeftOut: Set<UInt32>
  ) {
    var next = 0
    // Numbers are read a word at a time.
    var texts = texts
    texts.append(contentsOf: [UInt8](repeating: 0, count: JSONMembers.slack))
    unsafe texts.withUnsafeBytes { bytes in
      for row in 0..<UInt32(rowCount) {
        let isThere = next < rows.count && rows[next] == row
        defer { if isThere { next += 1 } }
        if !isLeftOut.isEmpty, isLeftOut.contains(row) { continue }
        guard isThere, !types[next].isEmpty else {
          builder.appendNull()
          continue
        }
        let text = unsafe UnsafeRawBufferPointer(rebasing: bytes[span(next)])
        switch form {
        case .text: unsafe builder.append(uncheckedText: text)
        case .boolean: builder.append(unsafe text[0] == UInt8(ascii: "t"))
        case .double: builder.append(unsafe JSONNumber(text).double)
        case .integer: builder.append(unsafe JSONNumber(text).integer ?? 0)
        case .unsigned:
          builder.append(Int64(bitPattern: unsafe JSONNumber(text).unsigned ?? 0))
        }
      }
    }
  }
}

extension Array {
  /// The first index whose element is one that `isBehind`, as all that follow are.
  fileprivate func partitioningIndex(_ isBehind: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
