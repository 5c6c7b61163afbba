/// RFC 4648 base64 with padding.
package enum Base64 {
  private static let alphabet: StaticString =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

  /// `bytes` as base64.
  package static func encoded(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var buffer = TextBuffer(capacity: 0)
    unsafe append(bytes, to: &buffer)
    return buffer.array
  }

  static func append(_ bytes: UnsafeRawBufferPointer, to buffer: inout TextBuffer) {
    let letters = unsafe alphabet.utf8Start
    buffer.reserve((bytes.count + 2) / 3 * 4)
    var i = 0
    while i < bytes.count {
      let left = bytes.count - i
      let a = unsafe UInt32(bytes[i])
      let b = unsafe left > 1 ? UInt32(bytes[i + 1]) : 0
      let c = unsafe left > 2 ? UInt32(bytes[i + 2]) : 0
      let word = a << 16 | b << 8 | c
      unsafe buffer.append(letters[Int(word >> 18)])
      unsafe buffer.append(letters[Int(word >> 12 & 63)])
      unsafe buffer.append(left > 1 ? letters[Int(word >> 6 & 63)] : UInt8(ascii: "="))
      unsafe buffer.append(left > 2 ? letters[Int(word & 63)] : UInt8(ascii: "="))
      i += 3
    }
  }

  /// The decoded bytes; nil where the text is not base64 or its padding or spare bits are wrong.
  static func decode(_ text: UnsafeRawBufferPointer, into buffer: inout TextBuffer) -> Bool {
    guard text.count % 4 == 0 else { return false }
    buffer.removeAll()
    var i = 0
    while i < text.count {
      let isLast = i + 4 == text.count
      var word: UInt32 = 0
      var padding = 0
      for k in 0..<4 {
        let byte = unsafe text[i + k]
        if byte == UInt8(ascii: "="), isLast, k >= 2 {
          padding += 1
          word <<= 6
          continue
        }
        guard padding == 0, let digit = digit(byte) else { return false }
        word = word << 6 | digit
      }
      if padding == 2, word & 0xFFFF != 0 { return false }
      if padding == 1, word & 0xFF != 0 { return false }
      buffer.append(UInt8(truncatingIfNeeded: word >> 16))
      if padding < 2 { buffer.append(UInt8(truncatingIfNeeded: word >> 8)) }
      if padding < 1 { buffer.append(UInt8(truncatingIfNeeded: word)) }
      i += 4
    }
    return true
  }

  private static func digit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - 65)
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - 97 + 26)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - 48 + 52)
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
