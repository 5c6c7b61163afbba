internal import Parquet

/// What type holds all fields of a column seen so far without losing anything.
///
/// Kinds are given up one by one and never taken back, so that widening ends: boolean, number (INT64,
/// UINT64, DOUBLE, DECIMAL by ``NumberGuess``), date, timestamp, and text when none is left.
struct CSVGuess {
  private var hasValue = false
  private var isBoolean = true
  private var isNumber = true
  private var isDate = true
  private var isTimestamp = true
  private var numbers = NumberGuess()
  /// Whether timestamps have an offset, once one was seen.
  private var hasOffset: Bool?
  private var needsNanoseconds = false
  private var fitsNanoseconds = true

  /// Takes a field that is no null into account.
  mutating func add(_ text: UnsafeRawBufferPointer) {
    hasValue = true
    if isBoolean { isBoolean = unsafe CSVGuess.isBoolean(text) }
    if isNumber { isNumber = unsafe addNumber(text) }
    if isDate { isDate = unsafe CalendarScanner.date(text).flatMap { Int32(exactly: $0) } != nil }
    if isTimestamp { isTimestamp = unsafe addTimestamp(text) }
  }

  private static func isBoolean(_ text: UnsafeRawBufferPointer) -> Bool {
    for word in ["true", "false", "True", "False", "TRUE", "FALSE"]
    where unsafe text.count == word.utf8.count && text.elementsEqual(word.utf8) { return true }
    return false
  }

  private mutating func addNumber(_ text: UnsafeRawBufferPointer) -> Bool {
    guard let base = unsafe text.baseAddress?.assumingMemoryBound(to: UInt8.self), text.count > 0
    else {
      return false
    }
    if let token = unsafe NumberText.scan(base, from: 0, to: text.count, .json),
      token.end == text.count
    {
      unsafe numbers.add(token, base)
      return true
    }
    guard unsafe NumberText.nonFinite(text) != nil else { return false }
    numbers.addNonFinite()
    return true
  }

  private mutating func addTimestamp(_ text: UnsafeRawBufferPointer) -> Bool {
    guard let parsed = unsafe CalendarScanner.timestamp(text),
      parsed.hasOffset == hasOffset ?? parsed.hasOffset,
      parsed.value(perSecond: 1_000_000) != nil
        || parsed.fractionDigits > 6
    else { return false }
    hasOffset = parsed.hasOffset
    if parsed.fractionDigits > 6 { needsNanoseconds = true }
    if parsed.value(perSecond: 1_000_000_000) == nil { fitsNanoseconds = false }
    return !needsNanoseconds || fitsNanoseconds
  }

  /// Whether no value told the type: there was none, or only names of what is no finite number.
  var isUnseen: Bool { !hasValue || isNumber && !numbers.hasFinite }

  /// The column's field.
  func field(_ name: String) -> SchemaField {
    guard hasValue else { return .string(name, .optional) }
    if isBoolean { return SchemaField(name, .boolean, .optional) }
    if isNumber, numbers.hasFinite, let field = numbers.field(name, unsignedAllowed: true) {
      return field
    }
    if isDate { return .date(name, .optional) }
    if isTimestamp, let hasOffset {
      return .timestamp(
        name, needsNanoseconds ? .nanoseconds : .microseconds, isAdjustedToUTC: hasOffset, .optional
      )
    }
    return .string(name, .optional)
  }
}
