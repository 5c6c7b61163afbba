@_spi(Adapters) internal import Parquet
@_spi(Adapters) internal import Tables

/// The values of the rows of one message, looked up and checked before any is appended: a message is taken as a whole
/// or not at all.
///
/// Values of text stay where they are in the message, those with escapes are decoded into memory of their own. It is a
/// struct, and its columns lie at addresses of their own, so that no access is looked up for conflicts and no reference
/// counted in the loops over columns.
@safe
struct RowValues: ~Copyable {
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
  private var times = TimeMemory()
  /// Values that are no points in time and became null.
  private(set) var warnings = 0

  init() { unsafe values = .allocate(capacity: capacity) }

  deinit { unsafe values.deallocate() }

  /// Begins with another message.
  @inline(__always)
  mutating func removeAll() {
    count = 0
    warnings = 0
    if !decoded.isEmpty { decoded.removeAll(keepingCapacity: true) }
  }

  @inline(__always)
  private mutating func add(_ tag: Tag, _ length: Int, _ word: UInt64) {
    if count == capacity { grow() }
    unsafe (values + count).initialize(
      to: Value(tag: tag, length: UInt32(truncatingIfNeeded: length), word: word))
    count &+= 1
  }

  @inline(never)
  private mutating func grow() {
    let larger = UnsafeMutablePointer<Value>.allocate(capacity: capacity * 2)
    unsafe larger.update(from: values, count: count)
    unsafe values.deallocate()
    unsafe values = larger
    capacity *= 2
  }

  // MARK: Looking up

  /// Adds the values of all columns, in their order, from where they are in the message.
  @inline(__always)
  mutating func add(
    _ columns: borrowing ColumnPlan, _ members: UnsafeMutablePointer<JSONMembers>
  ) throws(MessageFault) {
    let found = unsafe members.pointee.found
    for column in 0..<columns.count {
      guard unsafe try !addFound(columns, column, found, members) else { continue }
      guard !columns.isRequired(column) else { throw columns.missing(column) }
      add(.null, 0, 0)
    }
  }

  /// Adds the value of one column.
  mutating func add(
    _ columns: borrowing ColumnPlan, _ column: Int, _ members: UnsafeMutablePointer<JSONMembers>,
    within outer: UnsafeMutablePointer<JSONMembers>? = nil
  ) throws(MessageFault) {
    if unsafe try addFound(columns, column, members.pointee.found, members) { return }
    if let outer = unsafe outer {
      if unsafe try addFound(columns, column, outer.pointee.found, outer) { return }
    }
    guard !columns.isRequired(column) else { throw columns.missing(column) }
    add(.null, 0, 0)
  }

  /// Adds text that was made.
  mutating func add(made text: String) {
    let start = decoded.count
    decoded += Array(text.utf8)
    add(.decoded, decoded.count - start, UInt64(start))
  }

  /// Adds the value of a column from the first of its sources that is there; false where none is.
  @inline(__always)
  private mutating func addFound(
    _ columns: borrowing ColumnPlan, _ column: Int, _ found: JSONMembers.Found,
    _ members: UnsafeMutablePointer<JSONMembers>
  ) throws(MessageFault) -> Bool {
    for source in columns.sources(column) {
      guard let member = unsafe found.member(at: columns.place(source)) else { continue }
      switch columns.kind(column) {
      case .text where member.kind == .string: unsafe add(text: found.bytes(member))
      case .timestamp where member.kind == .string:
        if let time = unsafe times.microseconds(found.bytes(member)) {
          add(.word, 0, UInt64(bitPattern: time))
        } else {
          unsafe try addOther(columns, column, member, members)
        }
      case .unsigned32 where member.kind == .number:
        if let number = unsafe found.number(member).integer, number >= 0,
          number <= Int64(UInt32.max)
        {
          add(.word, 0, UInt64(truncatingIfNeeded: number))
        } else {
          unsafe try addOther(columns, column, member, members)
        }
      default: unsafe try addOther(columns, column, member, members)
      }
      return true
    }
    return false
  }

  @inline(__always)
  private mutating func add(text: UnsafeRawBufferPointer) {
    add(.bytes, text.count, UInt64(UInt(bitPattern: text.baseAddress)))
  }

  @inline(never)
  private mutating func addOther(
    _ columns: borrowing ColumnPlan, _ column: Int, _ member: JSONMembers.Member,
    _ members: UnsafeMutablePointer<JSONMembers>
  ) throws(MessageFault) {
    let found = unsafe members.pointee.found
    guard member.kind != .null else {
      guard !columns.isRequired(column) else { throw columns.null(column) }
      return add(.null, 0, 0)
    }
    let isNumber = member.kind == .number
    switch columns.kind(column) {
    case .text:
      // Everything else has its own text as JSON: numbers keep their digits.
      guard member.kind == .escapedString else { return unsafe add(text: found.bytes(member)) }
      let start = decoded.count
      unsafe decoded.append(contentsOf: members.pointee.decoded(member))
      return add(.decoded, decoded.count - start, UInt64(start))
    case .unsigned32: break
    case .unsigned64:
      if isNumber, let number = unsafe found.number(member).unsigned {
        return add(.word, 0, number)
      }
    case .integer64:
      if isNumber, let number = unsafe found.number(member).integer {
        return add(.word, 0, UInt64(bitPattern: number))
      }
    case .boolean:
      if member.kind == .boolean {
        return add(.word, 0, unsafe found.bytes(member)[0] == UInt8(ascii: "t") ? 1 : 0)
      }
    case .timestamp:
      if isNumber, let time = unsafe TimestampText.microseconds(ofSeconds: found.number(member)) {
        return add(.word, 0, UInt64(bitPattern: time))
      }
      if member.kind == .escapedString,
        let time = unsafe times.microseconds(members.pointee.decoded(member))
      {
        return add(.word, 0, UInt64(bitPattern: time))
      }
      if !columns.isRequired(column) {
        warnings += 1
        return add(.null, 0, 0)
      }
    }
    let isString = member.kind == .string || member.kind == .escapedString
    throw unsafe columns.misfit(
      column, found: ShownText.of(found.bytes(member), isString: isString))
  }

  /// The point in time that a member is, in microseconds.
  @inline(__always)
  mutating func microseconds(_ member: JSONMembers.Member, _ found: JSONMembers.Found) -> Int64? {
    if member.kind == .string { return unsafe times.microseconds(found.bytes(member)) }
    guard member.kind == .number else { return nil }
    return unsafe TimestampText.microseconds(ofSeconds: found.number(member))
  }

  // MARK: Appending

  /// Appends the rows of the message.
  @inline(__always)
  func append(to columns: PredefinedColumnBuilders) {
    if decoded.isEmpty { return unsafe append(to: columns, nil) }
    unsafe decoded.withUnsafeBytes { unsafe append(to: columns, $0.baseAddress) }
  }

  @inline(__always)
  private func append(to columns: PredefinedColumnBuilders, _ decoded: UnsafeRawPointer?) {
    let columnCount = columns.count
    var index = 0
    while index < count {
      for column in 0..<columnCount {
        let value = unsafe values[index]
        index &+= 1
        switch value.tag {
        case .null: columns.appendNull(column)
        case .word: columns.append(column, word: value.word)
        case .bytes:
          unsafe columns.append(
            column,
            padded: UnsafeRawBufferPointer(
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

/// Points in time as messages write them, of which the last ones are remembered: messages of one ledger have one.
@safe
struct TimeMemory: ~Copyable {
  private static let longest = 40
  private let text: UnsafeMutablePointer<UInt8>
  private var length = 0
  private var value: Int64 = 0

  init() { unsafe text = .allocate(capacity: TimeMemory.longest) }

  deinit { unsafe text.deallocate() }

  /// The microseconds since 1970-01-01 UTC; nil for what is no point in time.
  @inline(__always)
  mutating func microseconds(_ bytes: UnsafeRawBufferPointer) -> Int64? {
    if unsafe bytes.count == length && isLast(bytes) { return value }
    return unsafe parse(bytes)
  }

  @inline(never)
  private mutating func parse(_ bytes: UnsafeRawBufferPointer) -> Int64? {
    guard let time = unsafe TimestampText.microseconds(bytes) else { return nil }
    // Those with a part of a second hardly come twice.
    if bytes.count == 20 {
      for index in 0..<bytes.count { unsafe text[index] = bytes[index] }
      length = bytes.count
      value = time
    }
    return time
  }

  @inline(__always)
  private func isLast(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count == 20, let base = bytes.baseAddress else { return false }
    let own = unsafe UnsafeRawPointer(text)
    // The seconds change first.
    return unsafe own.loadUnaligned(fromByteOffset: 12, as: UInt64.self)
      == base.loadUnaligned(fromByteOffset: 12, as: UInt64.self)
      && own.loadUnaligned(fromByteOffset: 4, as: UInt64.self)
        == base.loadUnaligned(fromByteOffset: 4, as: UInt64.self)
      && own.loadUnaligned(fromByteOffset: 0, as: UInt32.self)
        == base.loadUnaligned(fromByteOffset: 0, as: UInt32.self)
  }
}
