internal import Parquet

extension LeafStore {
  /// Appends the value at hand where the leaf is of a common kind and the value written in a common way;
  /// else false, and nothing is passed.
  @inline(__always)
  mutating func readPlain(_ scanner: inout JSONScanner) -> Bool {
    switch commonKind {
    case .integer64:
      guard let value = scanner.shortInteger() else { return false }
      append(value)
    case .double:
      guard let value = scanner.shortDouble() else { return false }
      append(value)
    case .text:
      guard let text = unsafe scanner.plainString() else { return false }
      unsafe append(bytes: text)
    case nil: return false
    }
    return true
  }

  /// Appends the value at hand.
  mutating func read(_ scanner: inout JSONScanner, depth: Int) throws(RowFault) {
    let kind = try scanner.next()
    switch kind {
    case .number:
      if case .json = self.kind { break }
      let token = try scanner.number()
      if isLenient, unsafe appendLenient(number: scanner.text(of: token)) { return }
      if unsafe append(number: token, scanner.base) { return }
      throw unsafe misfit(unsafe scanner.text(of: token), at: token.start)
    case .string:
      if case .json = self.kind { break }
      let text = unsafe try scanner.string()
      if case .text = self.kind { return unsafe append(bytes: text) }
      if isLenient, unsafe appendLenient(string: text) { return }
      if unsafe append(jsonString: text) { return }
      let start = scanner.stringStart
      throw unsafe misfit(unsafe scanner.text(from: start), at: start)
    case .null:
      guard isOptional else {
        throw RowFault(.misfit, "null, and required", offset: scanner.at - 4)
      }
      return appendNull()
    case .boolean(let value):
      if case .boolean = self.kind { return append(UInt8(value ? 1 : 0)) }
      let start = scanner.at - (value ? 4 : 5)
      switch self.kind {
      case .json: return unsafe append(bytes: scanner.text(from: start))
      case .text where isLenient: return unsafe append(bytes: scanner.text(from: start))
      default: throw unsafe misfit(unsafe scanner.text(from: start), at: start)
      }
    case .array, .object: break
    }
    try readWhole(&scanner, kind, depth: depth)
  }

  /// Appends a string to a leaf that is neither text nor JSON.
  private mutating func append(jsonString text: UnsafeRawBufferPointer) -> Bool {
    switch kind {
    case .boolean, .integer, .unsigned64: false
    case .float, .double, .half: unsafe appendNonFinite(text)
    default: unsafe append(text: text)
    }
  }

  /// Appends a number to a column of text, as it stands, or as seconds to one of times.
  private mutating func appendLenient(number text: UnsafeRawBufferPointer) -> Bool {
    switch kind {
    case .text:
      unsafe append(bytes: text)
      return true
    case .timestamp:
      return unsafe append(
        microseconds: TimestampText.microseconds(ofSeconds: JSONNumber(text)))
    default: return false
    }
  }

  private mutating func appendLenient(string text: UnsafeRawBufferPointer) -> Bool {
    guard case .timestamp = kind else { return false }
    return unsafe append(microseconds: TimestampText.microseconds(text))
  }

  /// Appends a point in time in the column's unit, finer digits cut off; false where there is none, or it does not fit.
  private mutating func append(microseconds: Int64?) -> Bool {
    guard case .timestamp(let perSecond, _) = kind, let microseconds else { return false }
    if perSecond <= 1_000_000 {
      let unit = 1_000_000 / perSecond
      let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: unit)
      append(remainder < 0 ? quotient - 1 : quotient)
      return true
    }
    let (value, overflow) = microseconds.multipliedReportingOverflow(by: perSecond / 1_000_000)
    if !overflow { append(value) }
    return !overflow
  }

  /// A JSON column takes the text of whatever stands there; where the column was not inferred a string
  /// is such a text itself. An interval is an object.
  @inline(never)
  private mutating func readWhole(
    _ scanner: inout JSONScanner, _ kind: JSONScanner.Kind, depth: Int
  ) throws(RowFault) {
    let start = scanner.at
    if case .json(isRaw: false) = self.kind, kind == .string {
      let text = unsafe try scanner.string()
      if unsafe LeafStore.isJSON(text) { return unsafe append(bytes: text) }
    } else {
      try scanner.skipValue(depth: depth)
      switch self.kind {
      case .json: return unsafe append(bytes: scanner.text(from: start))
      case .text where isLenient: return unsafe append(bytes: scanner.text(from: start))
      case .interval: if unsafe append(text: scanner.text(from: start)) { return }
      default: break
      }
    }
    throw unsafe misfit(unsafe scanner.text(from: start), at: start)
  }

  /// The fault of a value that does not fit, which begins at `offset`.
  func misfit(_ found: UnsafeRawBufferPointer, at offset: Int) -> RowFault {
    let shown = unsafe Excerpt.text(found)
    if isLenient, case .timestamp = kind {
      return RowFault(.misfit, "\(shown) is not \(TimestampText.expectation)", offset: offset)
    }
    return RowFault(
      .misfit, "\(shown) does not fit \(kind.expectation(of: field))", offset: offset)
  }
}
