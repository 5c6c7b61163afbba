internal import Parquet

extension LeafStore {
  /// Appends the value that `text` gives by the JSON form of values, without quotes.
  ///
  /// - Returns: whether the text is one that the leaf takes; nothing is appended where not.
  mutating func append(text: UnsafeRawBufferPointer) -> Bool {
    switch kind {
    case .text:
      unsafe append(bytes: text)
      return true
    case .json:
      guard unsafe LeafStore.isJSON(text) else { return false }
      unsafe append(bytes: text)
      return true
    case .boolean: return unsafe appendBoolean(text)
    case .integer, .unsigned64, .float, .double, .half, .decimal:
      return unsafe appendNumber(text)
    case .base64:
      guard unsafe Base64.decode(text, into: &scratch) else { return false }
      if width > 0, scratch.count != width { return false }
      unsafe append(bytes: scratch.bytes)
      return true
    case .uuid: return unsafe appendUUID(text)
    case .date:
      guard let days = unsafe CalendarScanner.date(text), let value = Int32(exactly: days) else {
        return false
      }
      append(value)
      return true
    case .time(let perSecond, let isUTC):
      guard let value = unsafe CalendarScanner.time(text, perSecond: perSecond, isUTC: isUTC) else {
        return false
      }
      if width == 4 { append(Int32(truncatingIfNeeded: value)) } else { append(value) }
      return true
    case .timestamp(let perSecond, let isUTC):
      guard let parsed = unsafe CalendarScanner.timestamp(text), parsed.hasOffset == isUTC,
        let value = parsed.value(perSecond: perSecond)
      else { return false }
      append(value)
      return true
    case .int96: return unsafe appendINT96(text)
    case .interval: return unsafe appendInterval(text)
    case .alwaysNull, .unseen: return false
    }
  }

  private mutating func appendBoolean(_ text: UnsafeRawBufferPointer) -> Bool {
    switch text.count {
    case 4:
      let word = unsafe text.loadUnaligned(as: UInt32.self)
      // true, True, TRUE
      guard word == 0x6575_7274 || word == 0x6575_7254 || word == 0x4555_5254 else { return false }
      append(UInt8(1))
    case 5:
      let word = unsafe text.loadUnaligned(as: UInt32.self)
      let last = unsafe text[4]
      // false, False, FALSE
      guard
        (word == 0x736C_6166 || word == 0x736C_6146) && last == UInt8(ascii: "e")
          || word == 0x534C_4146 && last == UInt8(ascii: "E")
      else { return false }
      append(UInt8(0))
    default: return false
    }
    return true
  }

  private mutating func appendNumber(_ text: UnsafeRawBufferPointer) -> Bool {
    guard let base = unsafe text.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
      return false
    }
    guard
      let token = unsafe NumberText.scan(
        base, from: 0, to: text.count, isInferred ? .json : .lenient),
      token.end == text.count
    else { return unsafe appendNonFinite(text) }
    return unsafe append(number: token, base)
  }

  /// Appends `NaN` and the infinities to a leaf of floating-point numbers.
  mutating func appendNonFinite(_ text: UnsafeRawBufferPointer) -> Bool {
    guard let value = unsafe NumberText.nonFinite(text) else { return false }
    switch kind {
    case .float: append(Float(value))
    case .double: append(value)
    case .half: append(Half.bits(value))
    default: return false
    }
    return true
  }

  /// Appends a number; false where the leaf does not take it exactly (floating point apart, where it
  /// must be in range).
  @inline(__always)
  mutating func append(number token: NumberToken, _ base: UnsafePointer<UInt8>) -> Bool {
    switch kind {
    case .integer(let min, let max, let byteCount):
      guard
        let value = unsafe isInferred ? token.canonicalInt64 : LeafStore.whole(token, base),
        value >= min, value <= max
      else { return false }
      if byteCount == 8 { append(value) } else { append(UInt32(truncatingIfNeeded: value)) }
    case .unsigned64:
      guard !isInferred || token.isInteger && token.isCanonical,
        let value = unsafe token.wholeUInt64
          ?? NumberText.wideInteger(token, base).flatMap(UInt64.init(exactly:))
      else { return false }
      append(value)
    case .double(let isExact):
      let value = unsafe NumberText.double(token, base)
      guard value.isFinite, !isExact || NumberText.isExact(value, token) else { return false }
      append(value)
    case .float:
      let value = unsafe NumberText.float(token, base)
      guard value.isFinite else { return false }
      append(value)
    case .half:
      // Rounding twice may differ from rounding once only where seventeen digits do not suffice.
      let value = unsafe NumberText.double(token, base)
      guard value.magnitude < 65_520 else { return false }
      append(Half.bits(value))
    case .decimal(let precision, let scale):
      return unsafe append(decimal: token, base, precision: precision, scale: scale)
    default: return false
    }
    return true
  }

  @inline(__always)
  private static func whole(_ token: NumberToken, _ base: UnsafePointer<UInt8>) -> Int64? {
    unsafe token.wholeInt64 ?? NumberText.wideInteger(token, base).flatMap(Int64.init(exactly:))
  }

  private mutating func append(
    decimal token: NumberToken, _ base: UnsafePointer<UInt8>, precision: Int, scale: Int
  ) -> Bool {
    guard precision <= 38 else {
      return unsafe append(wideDecimal: token, base, precision: precision, scale: scale)
    }
    guard let magnitude = unsafe NumberText.unscaled(token, base, scale: scale),
      magnitude < LeafStore.powersOfTen[precision],
      !isInferred || magnitude != 0 || !token.isNegative
    else { return false }
    var value = token.isNegative ? 0 &- magnitude : magnitude
    switch field.physicalType {
    case .int32: append(UInt32(truncatingIfNeeded: value))
    case .int64: append(UInt64(truncatingIfNeeded: value))
    default:
      // Big-endian in the column's width, or in as few bytes as keep the sign.
      var bytes = [UInt8](repeating: token.isNegative && magnitude != 0 ? 0xFF : 0, count: width)
      if width == 0 {
        bytes = LeafStore.minimalBytes(Int128(bitPattern: value))
      } else {
        var at = width
        while at > 0, at > width - 16 {
          at -= 1
          bytes[at] = UInt8(truncatingIfNeeded: value)
          value >>= 8
        }
      }
      appendCopy(of: bytes)
    }
    return true
  }

  private mutating func append(
    wideDecimal token: NumberToken, _ base: UnsafePointer<UInt8>, precision: Int, scale: Int
  ) -> Bool {
    var (digits, exponent) = unsafe NumberText.significantDigits(token, base)
    while digits.last == .zero {
      digits.removeLast()
      exponent += 1
    }
    let zeros = digits.isEmpty ? 0 : exponent + scale
    guard zeros >= 0, digits.count + zeros <= precision else { return false }
    let fits = unsafe digits.withUnsafeBytes { digits in
      unsafe DecimalText.encode(
        digits: digits, trailingZeros: zeros, isNegative: token.isNegative,
        byteCount: width == 0 ? nil : width, into: &scratch)
    }
    guard fits else { return false }
    unsafe append(bytes: scratch.bytes)
    return true
  }

  /// 10⁰ to 10³⁸.
  private static let powersOfTen: [UInt128] = {
    var powers: [UInt128] = [1]
    for _ in 0..<38 { powers.append(powers[powers.count - 1] * 10) }
    return powers
  }()

  private static func minimalBytes(_ value: Int128) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    repeat {
      bytes.append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    } while !(rest == 0 && bytes[bytes.count - 1] < 0x80)
      && !(rest == -1 && bytes[bytes.count - 1] >= 0x80)
    return bytes.reversed()
  }

  /// Appends bytes that lie in an array; the scratch has the slack that appending reads.
  private mutating func appendCopy(of bytes: [UInt8]) {
    scratch.removeAll()
    scratch.append(bytes)
    unsafe append(bytes: scratch.bytes)
  }

  private mutating func appendUUID(_ text: UnsafeRawBufferPointer) -> Bool {
    guard text.count == 36 else { return false }
    scratch.removeAll()
    var high: UInt8?
    for i in 0..<36 {
      let byte = unsafe text[i]
      if i == 8 || i == 13 || i == 18 || i == 23 {
        guard byte == .minus else { return false }
        continue
      }
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - 48
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - 87
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - 55
      default: return false
      }
      if let first = high {
        scratch.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    unsafe append(bytes: scratch.bytes)
    return true
  }

  private mutating func appendINT96(_ text: UnsafeRawBufferPointer) -> Bool {
    guard let parsed = unsafe CalendarScanner.timestamp(text), !parsed.hasOffset else {
      return false
    }
    var days = parsed.seconds / 86_400
    var rest = parsed.seconds % 86_400
    if rest < 0 {
      rest += 86_400
      days -= 1
    }
    guard let julian = Int32(exactly: days + INT96Timestamp.epochDay) else { return false }
    scratch.removeAll()
    scratch.appendRaw(rest * 1_000_000_000 + parsed.nanoseconds)
    scratch.appendRaw(julian)
    unsafe append(bytes: scratch.bytes)
    return true
  }

  private mutating func appendInterval(_ text: UnsafeRawBufferPointer) -> Bool {
    guard case .object(let pairs)? = try? JSONTree.decode(unsafe Array(text)) else { return false }
    var parts: [UInt32?] = [nil, nil, nil]
    for (key, value) in pairs {
      guard let index = ["months", "days", "milliseconds"].firstIndex(of: key),
        case .number(let digits) = value, let part = UInt32(digits)
      else { return false }
      parts[index] = part
    }
    scratch.removeAll()
    for part in parts {
      guard let part else { return false }
      scratch.appendRaw(part)
    }
    unsafe append(bytes: scratch.bytes)
    return true
  }

  /// Whether `text` is JSON by RFC 8259, which lets keys stand twice.
  static func isJSON(_ text: UnsafeRawBufferPointer) -> Bool {
    // The text may be the last of its memory: the scanner's words need more room behind it.
    var copy = TextBuffer(capacity: text.count + JSONScanner.slack)
    unsafe copy.append(text)
    var scanner = unsafe JSONScanner(copy.bytes)
    do throws(RowFault) {
      try scanner.skipValue(depth: 0)
      try scanner.expectEnd()
      return true
    } catch { return false }
  }
}
