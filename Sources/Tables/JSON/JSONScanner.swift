internal import Parquet

/// Why a row cannot be taken. Made only when it is needed.
@_spi(Adapters)
public struct RowFault: Error {
  /// Whose fault it is.
  public enum Kind: Sendable {
    /// The text is not what the format says a row is.
    case syntax
    /// The text is well-formed and a column cannot hold it, or there is no column for it.
    case misfit
  }

  /// Whose fault it is.
  public var kind: Kind
  /// Where, in bytes from the start of what was scanned.
  public var offset: Int
  /// The column, as a dotted path, where it is one column's fault.
  public var column: String?
  /// What is wrong, in words.
  public var reason: String

  /// A fault.
  public init(_ kind: Kind, _ reason: String, offset: Int, column: String? = nil) {
    self.kind = kind
    self.offset = offset
    self.column = column
    self.reason = reason
  }
}

/// Takes JSON apart in place, by RFC 8259 and nothing more; no value is built that is not asked for.
///
/// The bytes stay where they are while the scanner lives, and ``slack`` bytes past them can be read.
@safe
struct JSONScanner: ~Copyable {
  /// Readable bytes that must follow those scanned.
  static let slack = 64
  /// How deep arrays and objects may stand inside each other.
  static let largestDepth = 128

  /// What begins at the place at hand.
  enum Kind: Equatable {
    case null
    case boolean(Bool)
    case number, string, array, object
  }

  private(set) var base: UnsafePointer<UInt8>
  private(set) var count: Int
  var at = 0
  /// Where the string last scanned begins, with its quote.
  private(set) var stringStart = 0
  /// Whether a line feed is no blank.
  private var endsWithLine = false
  /// Where strings with escapes are decoded.
  private var decoded = TextBuffer(capacity: 256)

  init(_ bytes: UnsafeRawBufferPointer) {
    // An empty text is never looked into.
    unsafe base =
      bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
      ?? UnsafePointer(bitPattern: 1).unsafelyUnwrapped
    count = bytes.count
  }

  /// Begins with other bytes, keeping what memory there is; `endsWithLine` where a value may not go on
  /// past the line.
  @inline(__always)
  mutating func reset(_ bytes: UnsafeRawBufferPointer, endsWithLine: Bool) {
    self.endsWithLine = endsWithLine
    if let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) {
      unsafe base = start
    }
    count = bytes.count
    at = 0
  }

  func fault(_ reason: String, at offset: Int? = nil) -> RowFault {
    RowFault(.syntax, reason, offset: offset ?? at)
  }

  @inline(__always)
  mutating func skipBlanks() {
    while at < count {
      let byte = unsafe base[at]
      guard byte <= 0x20, byte == 0x20 || byte == 0x0D || byte == 0x09 || isBlankFeed(byte) else {
        return
      }
      at &+= 1
    }
  }

  private func isBlankFeed(_ byte: UInt8) -> Bool { byte == .newline && !endsWithLine }

  /// Passes the blanks behind a row and the line's end; the bytes passed so far, nil where something
  /// else stands there, or the bytes end before the line does.
  @inline(__always)
  mutating func passLineEnd(isAtEnd: Bool) -> Int? {
    skipBlanks()
    if at < count {
      guard unsafe base[at] == .newline else { return nil }
      at &+= 1
      return at
    }
    return isAtEnd ? count : nil
  }

  /// The kind of the value that comes next; null and the booleans are passed, of the others nothing.
  @inline(__always)
  mutating func next() throws(RowFault) -> Kind {
    skipBlanks()
    guard at < count else { throw fault("a value is missing") }
    switch unsafe base[at] {
    case .quote: return .string
    case .minus, UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "n"):
      try literal("null")
      return .null
    case UInt8(ascii: "t"):
      try literal("true")
      return .boolean(true)
    case UInt8(ascii: "f"):
      try literal("false")
      return .boolean(false)
    default: throw unexpected("a value")
    }
  }

  private mutating func literal(_ text: StaticString) throws(RowFault) {
    let length = text.utf8CodeUnitCount
    guard at &+ length <= count else { throw unexpected("a value") }
    for i in 0..<length where unsafe base[at &+ i] != text.utf8Start[i] {
      throw unexpected("a value")
    }
    at &+= length
  }

  private func unexpected(_ wanted: String) -> RowFault {
    guard at < count else { return fault("the text ends where \(wanted) is expected") }
    let byte = unsafe base[at]
    let found =
      byte > 0x20 && byte < 0x7F
      ? "\"\(Unicode.Scalar(byte))\"" : "byte 0x\(String(byte, radix: 16, uppercase: true))"
    return fault("\(found) where \(wanted) is expected")
  }

  /// Passes the blanks that may follow a value, and refuses anything else.
  mutating func expectEnd() throws(RowFault) {
    skipBlanks()
    guard at == count else { throw unexpected("the end of the line") }
  }

  // MARK: Arrays and objects

  /// Passes the bracket or comma before an element; false, having passed the closing bracket, when
  /// there is none.
  @inline(__always)
  mutating func nextElement(_ isFirst: inout Bool) throws(RowFault) -> Bool {
    try nextItem(&isFirst, close: UInt8(ascii: "]"), "\",\" or \"]\"")
  }

  /// Passes the brace or comma before a member; false, having passed the closing brace, when there
  /// is none.
  @inline(__always)
  mutating func nextMember(_ isFirst: inout Bool) throws(RowFault) -> Bool {
    try nextItem(&isFirst, close: UInt8(ascii: "}"), "\",\" or \"}\"")
  }

  @inline(__always)
  private mutating func nextItem(
    _ isFirst: inout Bool, close: UInt8, _ wanted: String
  ) throws(RowFault) -> Bool {
    if isFirst {
      isFirst = false
      at &+= 1
      skipBlanks()
      guard at < count else { throw unexpected(wanted) }
      if unsafe base[at] == close {
        at &+= 1
        return false
      }
      return true
    }
    skipBlanks()
    guard at < count else { throw unexpected(wanted) }
    let byte = unsafe base[at]
    guard byte == .comma || byte == close else { throw unexpected(wanted) }
    at &+= 1
    return byte == .comma
  }

  /// The key of a member, and the colon behind it passed. Valid until the next string is scanned.
  @inline(__always)
  mutating func key() throws(RowFault) -> UnsafeRawBufferPointer {
    skipBlanks()
    guard at < count, unsafe base[at] == .quote else { throw unexpected("a key in quotes") }
    let key = unsafe try string()
    skipBlanks()
    guard at < count, unsafe base[at] == UInt8(ascii: ":") else { throw unexpected("\":\"") }
    at &+= 1
    return unsafe key
  }

  // MARK: Scalars

  /// The number at hand.
  @inline(__always)
  mutating func number() throws(RowFault) -> NumberToken {
    guard let token = unsafe NumberText.scan(base, from: at, to: count, .json) else {
      throw fault("a number is malformed")
    }
    at = token.end
    return token
  }

  func text(of token: NumberToken) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: base + token.start, count: token.end - token.start)
  }

  /// The bytes from `start` to the place at hand.
  func text(from start: Int) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: base + start, count: at - start)
  }

  /// The string at hand, decoded: well-formed UTF-8. Valid until the next string is scanned.
  @inline(__always)
  mutating func string() throws(RowFault) -> UnsafeRawBufferPointer {
    stringStart = at
    at &+= 1
    let first = at
    var high: UInt64 = 0
    let ones: UInt64 = 0x0101_0101_0101_0101
    while at < count {
      // Words may reach past the end, into the slack, whose finds are thrown away below.
      let word = unsafe UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self)
      let quote = word ^ (ones &* UInt64(UInt8.quote))
      let slash = word ^ (ones &* UInt64(UInt8.backslash))
      let found =
        ((quote &- ones) & ~quote | (slash &- ones) & ~slash | (word &- ones &* 0x20) & ~word)
        & 0x8080_8080_8080_8080
      if found == 0 {
        high |= word
        at &+= 8
        continue
      }
      // The lowest find is a true one; what a borrow adds lies above it.
      let step = found.trailingZeroBitCount &>> 3
      if step > 0 { high |= word &<< UInt64(64 &- 8 &* step) }
      at &+= step
      break
    }
    guard at < count else {
      at = count
      throw fault("a string is not closed", at: first - 1)
    }
    let text = unsafe UnsafeRawBufferPointer(start: base + first, count: at &- first)
    guard unsafe base[at] == .quote else { return unsafe try longString(from: first) }
    at &+= 1
    if high & 0x8080_8080_8080_8080 != 0, let bad = unsafe firstInvalidUTF8(text) {
      throw fault("a string is not UTF-8", at: first + bad)
    }
    return unsafe text
  }

  /// A string with escapes, from its first byte on.
  @inline(never)
  private mutating func longString(from first: Int) throws(RowFault) -> UnsafeRawBufferPointer {
    decoded.removeAll()
    var done = first
    while at < count {
      let byte = unsafe base[at]
      if byte == .quote {
        unsafe decoded.append(UnsafeRawBufferPointer(start: base + done, count: at - done))
        at &+= 1
        // Escapes decode to whole characters, so that only the bytes between them can be wrong; they
        // are looked at in the text itself, for the offset.
        let text = unsafe UnsafeRawBufferPointer(start: base + first, count: at - 1 - first)
        if let bad = unsafe firstInvalidUTF8(text) {
          throw fault("a string is not UTF-8", at: first + bad)
        }
        return unsafe decoded.bytes
      }
      guard byte >= 0x20 else { throw fault("a string holds a control character") }
      guard byte == .backslash else {
        at &+= 1
        continue
      }
      unsafe decoded.append(UnsafeRawBufferPointer(start: base + done, count: at - done))
      try escape()
      done = at
    }
    throw fault("a string is not closed", at: first - 1)
  }

  private mutating func escape() throws(RowFault) {
    let start = at
    at &+= 1
    guard at < count else { throw fault("a string is not closed", at: start) }
    let byte = unsafe base[at]
    at &+= 1
    switch byte {
    case .quote, .backslash, UInt8(ascii: "/"): decoded.append(byte)
    case UInt8(ascii: "b"): decoded.append(0x08)
    case UInt8(ascii: "f"): decoded.append(0x0C)
    case UInt8(ascii: "n"): decoded.append(.newline)
    case UInt8(ascii: "r"): decoded.append(.carriageReturn)
    case UInt8(ascii: "t"): decoded.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexadecimal(start)
      if code & 0xFC00 == 0xD800 {
        guard at &+ 2 <= count, unsafe base[at] == .backslash,
          unsafe base[at &+ 1] == UInt8(ascii: "u")
        else { throw fault("a surrogate stands alone", at: start) }
        at &+= 2
        let low = try hexadecimal(start)
        guard low & 0xFC00 == 0xDC00 else { throw fault("a surrogate stands alone", at: start) }
        code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw fault("a surrogate stands alone", at: start)
      }
      for unit in UTF8.encode(scalar).map({ Array($0) }) ?? [] { decoded.append(unit) }
    default: throw fault("no such escape", at: start)
    }
  }

  private mutating func hexadecimal(_ start: Int) throws(RowFault) -> UInt32 {
    guard at &+ 4 <= count else { throw fault("an escape is cut off", at: start) }
    var code: UInt32 = 0
    for _ in 0..<4 {
      let byte = unsafe base[at]
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - 48
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - 87
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - 55
      default: throw fault("an escape is no hexadecimal number", at: start)
      }
      code = code << 4 | UInt32(digit)
      at &+= 1
    }
    return code
  }

  /// Passes a whole value, checking it, duplicate keys apart.
  mutating func skipValue(depth: Int) throws(RowFault) {
    guard depth < JSONScanner.largestDepth else {
      throw fault("nested deeper than \(JSONScanner.largestDepth) levels")
    }
    switch try next() {
    case .null, .boolean: break
    case .number: _ = try number()
    case .string: if unsafe plainString() == nil { _ = unsafe try string() }
    case .array:
      var isFirst = true
      while try nextElement(&isFirst) { try skipValue(depth: depth + 1) }
    case .object:
      var isFirst = true
      while try nextMember(&isFirst) {
        skipBlanks()
        let before = at
        if unsafe plainString() != nil, at < count, unsafe base[at] == UInt8(ascii: ":") {
          at &+= 1
        } else {
          at = before
          _ = unsafe try key()
        }
        if unsafe plainString() == nil { try skipValue(depth: depth + 1) }
      }
    }
  }

  /// Goes back to the start.
  mutating func rewind() { at = 0 }

  /// Passes blanks, for the offset of what follows.
  @inline(__always)
  mutating func place() -> Int {
    skipBlanks()
    return at
  }
}
