internal import Parquet
internal import Tables

/// Why a message cannot be stored.
struct MessageFault: Error {
  /// What is wrong: what was found, and what was expected.
  var reason: String
  /// The column, where it is one column's fault.
  var field: String?
  /// What would be the type of the message, where that is known.
  var type: String?
  /// Whether the message is well-formed JSON.
  var isJSON = true
}

/// The values of the rows of one message, looked up and checked before any is appended: a message is taken as a whole
/// or not at all.
///
/// Values of text stay where they are in the message, those with escapes are decoded into memory of their own.
@safe
final class RowValues {
  private enum Tag: UInt8 { case null, word, bytes, decoded }

  private struct Value {
    var tag: Tag
    var length: UInt32
    /// The value; of text where it begins.
    var word: UInt64
  }

  private var values: UnsafeMutablePointer<Value>
  private var capacity = 64
  private var count = 0
  private var decoded: [UInt8] = []
  /// The text of the last point in time, which the next message mostly has again, and its value.
  private var lastTime: UnsafeMutablePointer<UInt8>
  private var lastTimeLength = -1
  private var lastMicroseconds: Int64 = 0
  private static let longestTime = 40
  /// Values that are no points in time and became null.
  private(set) var warnings = 0

  init() {
    unsafe values = .allocate(capacity: capacity)
    unsafe lastTime = .allocate(capacity: RowValues.longestTime)
  }

  deinit {
    unsafe values.deallocate()
    unsafe lastTime.deallocate()
  }

  /// Begins with another message.
  func removeAll() {
    count = 0
    warnings = 0
    if !decoded.isEmpty { decoded.removeAll(keepingCapacity: true) }
  }

  @inline(__always)
  private func add(_ tag: Tag, _ length: Int, _ word: UInt64) {
    if count == capacity { grow() }
    unsafe (values + count).initialize(
      to: Value(tag: tag, length: UInt32(truncatingIfNeeded: length), word: word))
    count &+= 1
  }

  @inline(never)
  private func grow() {
    let larger = UnsafeMutablePointer<Value>.allocate(capacity: capacity * 2)
    unsafe larger.update(from: values, count: count)
    unsafe values.deallocate()
    unsafe values = larger
    capacity *= 2
  }

  // MARK: Looking up

  /// Adds the value of a column from where it is in the message.
  @inline(__always)
  func add(
    _ column: PredefinedColumn, _ members: UnsafeMutablePointer<JSONMembers>
  ) throws(MessageFault) {
    guard unsafe !(try addFound(column, members)) else { return }
    guard !column.isRequired else { throw RowValues.missing(column) }
    add(.null, 0, 0)
  }

  /// As ``add(_:_:)``, of a column that may also be in another message around this one.
  func add(
    _ column: PredefinedColumn, _ members: UnsafeMutablePointer<JSONMembers>,
    within outer: UnsafeMutablePointer<JSONMembers>
  ) throws(MessageFault) {
    if unsafe try addFound(column, members) { return }
    unsafe try add(column, outer)
  }

  /// Adds the value of a column, where it is in the message.
  @inline(__always)
  private func addFound(
    _ column: PredefinedColumn, _ members: UnsafeMutablePointer<JSONMembers>
  ) throws(MessageFault) -> Bool {
    for source in column.sources {
      guard let member = unsafe members.pointee.member(source.name, in: source.group) else {
        continue
      }
      if column.kind == .text, member.kind == .string {
        unsafe add(text: members.pointee.bytes(member))
      } else {
        unsafe try add(column, member, members)
      }
      return true
    }
    return false
  }

  /// Adds text that was made.
  func add(made text: String) {
    let start = decoded.count
    decoded += Array(text.utf8)
    add(.decoded, decoded.count - start, UInt64(start))
  }

  private func add(text: UnsafeRawBufferPointer) {
    let address = UInt(bitPattern: text.baseAddress)
    add(.bytes, text.count, UInt64(address))
  }

  private func add(
    _ column: PredefinedColumn, _ member: JSONMembers.Member,
    _ members: UnsafeMutablePointer<JSONMembers>
  ) throws(MessageFault) {
    guard member.kind != .null else {
      guard !column.isRequired else { throw RowValues.null(column) }
      return add(.null, 0, 0)
    }
    switch column.kind {
    case .text:
      // Everything else has its own text as JSON: numbers keep their digits.
      guard member.kind == .escapedString else { return unsafe add(text: members.pointee.bytes(member)) }
      let start = decoded.count
      unsafe decoded.append(contentsOf: members.pointee.decoded(member))
      add(.decoded, decoded.count - start, UInt64(start))
    case .unsigned32:
      let number = unsafe member.kind == .number ? members.pointee.number(member).integer : nil
      guard let number, number >= 0, number <= Int64(UInt32.max) else {
        throw unsafe RowValues.misfit(column, member, members)
      }
      add(.word, 0, UInt64(number))
    case .unsigned64:
      let number = unsafe member.kind == .number ? members.pointee.number(member).unsigned : nil
      guard let number else { throw unsafe RowValues.misfit(column, member, members) }
      add(.word, 0, number)
    case .integer64:
      let number = unsafe member.kind == .number ? members.pointee.number(member).integer : nil
      guard let number else { throw unsafe RowValues.misfit(column, member, members) }
      add(.word, 0, UInt64(bitPattern: number))
    case .boolean:
      guard member.kind == .boolean else {
        throw unsafe RowValues.misfit(column, member, members)
      }
      add(.word, 0, unsafe members.pointee.bytes(member)[0] == UInt8(ascii: "t") ? 1 : 0)
    case .timestamp:
      if let time = unsafe microseconds(member, members) {
        return add(.word, 0, UInt64(bitPattern: time))
      }
      guard !column.isRequired else { throw unsafe RowValues.misfit(column, member, members) }
      warnings += 1
      add(.null, 0, 0)
    }
  }

  /// The point in time that a value is: text, or a number of seconds since 1970.
  @inline(__always)
  func microseconds(
    _ member: JSONMembers.Member, _ members: UnsafeMutablePointer<JSONMembers>
  ) -> Int64? {
    if member.kind == .string {
      let text = unsafe members.pointee.bytes(member)
      if unsafe text.count == lastTimeLength && isLastTime(text) { return lastMicroseconds }
      guard let time = unsafe TimestampText.microseconds(text) else { return nil }
      if text.count <= RowValues.longestTime {
        for index in 0..<text.count { unsafe lastTime[index] = text[index] }
        lastTimeLength = text.count
        lastMicroseconds = time
      }
      return time
    }
    if member.kind == .escapedString {
      return unsafe TimestampText.microseconds(members.pointee.decoded(member))
    }
    guard member.kind == .number else { return nil }
    return unsafe RowValues.microseconds(ofSeconds: members.pointee.number(member))
  }

  @inline(__always)
  private func isLastTime(_ text: UnsafeRawBufferPointer) -> Bool {
    for index in 0..<text.count where unsafe text[index] != lastTime[index] { return false }
    return true
  }

  private static func microseconds(ofSeconds number: JSONNumber) -> Int64? {
    if let seconds = number.integer {
      let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
      return overflow ? nil : product
    }
    return Int64(exactly: (number.double * 1e6).rounded())
  }

  // MARK: Faults

  private static func missing(_ column: PredefinedColumn) -> MessageFault {
    MessageFault(reason: "is missing, and required", field: column.name)
  }

  private static func null(_ column: PredefinedColumn) -> MessageFault {
    MessageFault(reason: "is null, and required", field: column.name)
  }

  @inline(never)
  private static func misfit(
    _ column: PredefinedColumn, _ member: JSONMembers.Member,
    _ members: UnsafeMutablePointer<JSONMembers>
  ) -> MessageFault {
    let expected =
      switch column.kind {
      case .text: "text"
      case .unsigned32: "a whole number from 0 to 4294967295"
      case .unsigned64: "a whole number from 0 to 18446744073709551615"
      case .integer64: "a whole number of 64 bits"
      case .boolean: "true or false"
      case .timestamp: "a time as 2025-07-13T09:36:17Z, or seconds since 1970"
      }
    let isString = member.kind == .string || member.kind == .escapedString
    let found = unsafe ShownText.of(members.pointee.bytes(member), isString: isString)
    return MessageFault(reason: "\(found) is not \(expected)", field: column.name)
  }

  // MARK: Appending

  /// Appends the rows of the message.
  @inline(__always)
  func append(to columns: PredefinedColumnBuilders) {
    guard decoded.isEmpty else { return unsafe decoded.withUnsafeBytes { unsafe append(to: columns, $0.baseAddress) } }
    unsafe append(to: columns, nil)
  }

  private func append(to columns: PredefinedColumnBuilders, _ decoded: UnsafeRawPointer?) {
    var index = 0
    while index < count {
      for column in 0..<columns.count {
        let value = unsafe values[index]
        index &+= 1
        switch value.tag {
        case .null: columns.appendNull(column)
        case .word: columns.append(column, word: value.word)
        case .bytes:
          unsafe columns.append(
            column,
            UnsafeRawBufferPointer(
              start: UnsafeRawPointer(bitPattern: UInt(value.word)), count: Int(value.length)))
        case .decoded:
          unsafe columns.append(
            column,
            UnsafeRawBufferPointer(
              start: decoded.map { unsafe $0 + Int(value.word) }, count: Int(value.length)))
        }
      }
    }
  }
}

/// The builders of the columns of a predefined schema, for values of all their types.
@safe
final class PredefinedColumnBuilders {
  let builder: ColumnBatchBuilder
  let count: Int
  private let kinds: [PredefinedColumn.Kind]
  private let appenders: UnsafeMutablePointer<LeafAppender>

  init(_ columns: [PredefinedColumn], schema: Schema) {
    builder = ColumnBatchBuilder(schema: schema)
    count = columns.count
    kinds = columns.map(\.kind)
    unsafe appenders = .allocate(capacity: max(count, 1))
    for index in columns.indices {
      unsafe (appenders + index).initialize(to: LeafAppender(builder.leaf(index)))
    }
  }

  deinit { unsafe appenders.deallocate() }

  @inline(__always)
  func appendNull(_ column: Int) { unsafe appenders[column].appendNull() }

  @inline(__always)
  func append(_ column: Int, _ text: UnsafeRawBufferPointer) {
    unsafe appenders[column].append(uncheckedText: text)
  }

  @inline(__always)
  func append(_ column: Int, word: UInt64) {
    switch kinds[column] {
    case .unsigned32: unsafe appenders[column].append(word: UInt32(truncatingIfNeeded: word))
    case .boolean: builder.leaf(column).append(word != 0)
    default: unsafe appenders[column].append(word: word)
    }
  }
}

/// What an error shows of a value.
enum ShownText {
  /// The text, cut to forty bytes, with what would break a line left out.
  static func of(_ bytes: UnsafeRawBufferPointer, isString: Bool) -> String {
    var text = ""
    let shown = unsafe UnsafeRawBufferPointer(rebasing: bytes.prefix(40))
    for scalar in unsafe String(decoding: shown, as: UTF8.self).unicodeScalars {
      if scalar.properties.generalCategory != .control { text.unicodeScalars.append(scalar) }
    }
    if bytes.count > 40 { text += "…" }
    return isString ? "\"\(text)\"" : text
  }
}
