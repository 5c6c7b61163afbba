/// Whether `bytes` are well-formed UTF-8: no overlong form, no surrogate, nothing past U+10FFFF.
package func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
  unsafe firstInvalidUTF8(bytes) == nil
}

/// The offset of the first byte that does not belong to well-formed UTF-8; nil where all do.
package func firstInvalidUTF8(_ bytes: UnsafeRawBufferPointer) -> Int? {
  let count = bytes.count
  guard let base = bytes.baseAddress else { return nil }
  var i = 0
  while i < count {
    // ASCII, eight bytes at a time.
    while i &+ 8 <= count,
      unsafe base.loadUnaligned(fromByteOffset: i, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
    { i &+= 8 }
    guard i < count else { return nil }
    let lead = unsafe base.load(fromByteOffset: i, as: UInt8.self)
    if lead < 0x80 {
      i &+= 1
      continue
    }
    let length: Int
    var low: UInt8 = 0x80
    var high: UInt8 = 0xBF
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0:
      length = 3
      low = 0xA0
    case 0xED:
      length = 3
      high = 0x9F
    case 0xE1...0xEF: length = 3
    case 0xF0:
      length = 4
      low = 0x90
    case 0xF4:
      length = 4
      high = 0x8F
    case 0xF1...0xF3: length = 4
    default: return i
    }
    guard i &+ length <= count else { return i }
    let second = unsafe base.load(fromByteOffset: i &+ 1, as: UInt8.self)
    guard second >= low, second <= high else { return i }
    for k in 2..<max(length, 2) {
      guard unsafe base.load(fromByteOffset: i &+ k, as: UInt8.self) & 0xC0 == 0x80 else {
        return i
      }
    }
    i &+= length
  }
  return nil
}
