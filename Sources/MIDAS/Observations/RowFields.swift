@_spi(Adapters) internal import Parquet

/// Why a row is rejected.
struct RowProblem {
  /// The field whose value is wrong, if it is one.
  let field: Int?
  let reason: String
}

/// The fields of one row after another, and what they say.
@safe
struct RowFields: ~Copyable {
  private let columnCount: Int
  private let missing: MissingValue
  private var splitter: FieldSplitter
  /// What the fields' ranges count from; set by the first split.
  private var text: UnsafeRawPointer?

  /// For rows of `columnCount` fields, in which `missing` stands for no value.
  init(columnCount: Int, missing: String) {
    self.columnCount = columnCount
    self.missing = MissingValue(missing)
    splitter = FieldSplitter(expecting: columnCount)
    unsafe text = nil
  }

  /// Cuts a line into its fields, which are there as long as the line; says what keeps it from being a
  /// row.
  ///
  /// - Precondition: eight bytes past the line's end may be read.
  @inline(__always)
  mutating func split(_ line: UnsafeRawBufferPointer) -> RowProblem? {
    guard let start = unsafe splitter.split(line) else {
      return RowProblem(field: nil, reason: "a double quote is not closed")
    }
    guard splitter.count == columnCount else {
      let found = splitter.count > columnCount ? "more" : "\(splitter.count)"
      return RowProblem(
        field: nil, reason: "has \(found) fields where the header names \(columnCount) columns")
    }
    unsafe text = start
    return nil
  }

  @inline(__always)
  func bytes(_ field: Int) -> UnsafeRawBufferPointer {
    let range = splitter.fields[field]
    return unsafe UnsafeRawBufferPointer(
      start: text.unsafelyUnwrapped + Int(range.start), count: range.count)
  }

  /// The number of a field's bytes.
  @inline(__always)
  func count(_ field: Int) -> Int { splitter.fields[field].count }

  @inline(__always)
  func isMissing(_ field: Int) -> Bool {
    let range = splitter.fields[field]
    return unsafe missing.matches(text.unsafelyUnwrapped + Int(range.start), range.count)
  }

  /// Appends a field's bytes, turned into UTF-8 where they are not.
  @inline(__always)
  func appendText(_ field: Int, _ leaf: LeafAppender) {
    let value = unsafe bytes(field)
    if unsafe isShortASCII(value) {
      unsafe leaf.append(short: value.baseAddress.unsafelyUnwrapped, value.count)
    } else {
      unsafe appendLongText(value, leaf)
    }
  }

  @inline(never)
  private func appendLongText(_ value: UnsafeRawBufferPointer, _ leaf: LeafAppender) {
    if unsafe isUTF8(value) { return unsafe leaf.append(uncheckedText: value) }
    var text = unsafe String(badc: value)
    text.withUTF8 { unsafe leaf.append(uncheckedText: UnsafeRawBufferPointer($0)) }
  }

  /// The number that a field spells.
  @inline(__always)
  func number(_ field: Int) -> DecimalText.Reading {
    let range = splitter.fields[field]
    return unsafe DecimalText.double(
      text.unsafelyUnwrapped + Int(range.start), range.count)
  }

  /// The whole number that a field spells.
  @inline(__always)
  func integer(_ field: Int) -> Int32? {
    let range = splitter.fields[field]
    return unsafe DecimalText.int32(text.unsafelyUnwrapped + Int(range.start), range.count)
  }

  /// The time that a field spells.
  @inline(__always)
  func time(_ field: Int) -> TimestampText.Reading {
    let range = splitter.fields[field]
    return unsafe TimestampText.nanoseconds(
      text.unsafelyUnwrapped + Int(range.start), range.count)
  }

  // MARK: Required values

  @inline(__always)
  func readTime(_ field: Int, _ time: inout Int64) -> RowProblem? {
    switch self.time(field) {
    case .nanoseconds(let nanoseconds):
      time = nanoseconds
      return nil
    case .outOfRange:
      return problem(field, "lies outside 1677-09-21 to 2262-04-11, what nanoseconds hold")
    case .notATime: return problem(field, "is no time as YYYY-MM-DD HH:MM:SS")
    }
  }

  @inline(__always)
  func readInteger(_ field: Int, _ integer: inout Int32) -> RowProblem? {
    guard !isMissing(field), let value = self.integer(field) else {
      return problem(field, "is no integer of 32 bits")
    }
    integer = value
    return nil
  }

  /// The problem of a field that is missing, or of what it holds.
  @inline(never)
  private func problem(_ field: Int, _ what: String) -> RowProblem {
    if isMissing(field) { return RowProblem(field: field, reason: "is missing") }
    return unsafe RowProblem(field: field, reason: "`\(String(badc: bytes(field)))` \(what)")
  }

  /// The hours that an observation spans: a count of hours, or of days; 0 where there is neither.
  func readSpan(_ columns: ObservationColumns, _ hours: inout Int32) -> RowProblem? {
    if let field = columns.hourCount {
      if let problem = readInteger(field, &hours) { return problem }
      return hours >= 0 ? nil : RowProblem(field: field, reason: "\(hours) hours are no time span")
    }
    guard let field = columns.dayCount, !isMissing(field) else { return nil }
    var days: Int32 = 0
    if let problem = readInteger(field, &days) { return problem }
    guard days >= 0, days <= Int32.max / 24 else {
      return RowProblem(field: field, reason: "\(days) days are no time span")
    }
    hours = days * 24
    return nil
  }
}

/// Whether up to eight bytes are all ASCII; false says nothing.
///
/// - Precondition: eight bytes may be read.
@inline(__always)
private func isShortASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
  guard bytes.count <= 8, bytes.count > 0, let start = bytes.baseAddress else { return false }
  let word = unsafe start.loadUnaligned(as: UInt64.self)
  return word & (0x8080_8080_8080_8080 &>> UInt64(64 &- 8 &* bytes.count)) == 0
}
