internal import Parquet

/// Strings as JSON has them.
package enum JSONText {
  /// `text` in quotes, with what must be escaped escaped.
  package static func quoted(_ text: String) -> [UInt8] {
    var buffer = TextBuffer(capacity: 0)
    append(string: text, to: &buffer)
    return buffer.array
  }

  /// UTF-8 bytes in quotes, with what must be escaped escaped; nil where they are not UTF-8.
  package static func quoted(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
    guard unsafe isUTF8(bytes) else { return nil }
    var buffer = TextBuffer(capacity: 0)
    _ = unsafe append(string: bytes, to: &buffer)
    return buffer.array
  }

  /// Appends `text` in quotes, with what must be escaped escaped.
  static func append(string text: String, to buffer: inout TextBuffer) {
    var text = text
    text.withUTF8 { unsafe _ = append(string: UnsafeRawBufferPointer($0), to: &buffer) }
  }

  /// Appends UTF-8 bytes in quotes; false where they are not UTF-8.
  static func append(string bytes: UnsafeRawBufferPointer, to buffer: inout TextBuffer) -> Bool {
    // Six bytes for each is the worst there can be.
    buffer.reserve(bytes.count &* 6 &+ 2)
    buffer.append(.quote)
    guard let base = bytes.baseAddress else {
      buffer.append(.quote)
      return true
    }
    let count = bytes.count
    var done = 0
    var at = 0
    var seen: UInt64 = 0
    while at < count {
      if at &+ 8 <= count {
        let word = unsafe base.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        if !needsLook(word) {
          seen |= word
          at &+= 8
          continue
        }
      }
      let byte = unsafe base.load(fromByteOffset: at, as: UInt8.self)
      seen |= UInt64(byte)
      if byte < 0x20 || byte == .quote || byte == .backslash {
        unsafe buffer.append(UnsafeRawBufferPointer(rebasing: bytes[done..<at]))
        appendEscape(byte, to: &buffer)
        done = at &+ 1
      }
      at &+= 1
    }
    unsafe buffer.append(UnsafeRawBufferPointer(rebasing: bytes[done..<count]))
    buffer.append(.quote)
    return unsafe seen & 0x8080_8080_8080_8080 == 0 || isUTF8(bytes)
  }

  /// Whether one of the eight bytes may be a quote, a backslash or a control character.
  @inline(__always)
  private static func needsLook(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let high: UInt64 = 0x8080_8080_8080_8080
    let quote = word ^ (ones &* UInt64(UInt8.quote))
    let slash = word ^ (ones &* UInt64(UInt8.backslash))
    let found =
      (quote &- ones) & ~quote | (slash &- ones) & ~slash | (word &- ones &* 0x20) & ~word
    return found & high != 0
  }

  private static func appendEscape(_ byte: UInt8, to buffer: inout TextBuffer) {
    switch byte {
    case .quote: buffer.append("\\\"")
    case .backslash: buffer.append("\\\\")
    case .newline: buffer.append("\\n")
    case .carriageReturn: buffer.append("\\r")
    case 0x09: buffer.append("\\t")
    case 0x08: buffer.append("\\b")
    case 0x0C: buffer.append("\\f")
    default:
      buffer.append("\\u00")
      for digit in [byte >> 4, byte & 15] { buffer.append(digit < 10 ? 48 + digit : 87 + digit) }
    }
  }
}
