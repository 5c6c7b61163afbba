import Parquet

/// ASCII that is put together for one value after another.
struct Text {
  private(set) var bytes: [UInt8] = []

  private static let hexDigits = Array("0123456789abcdef".utf8)
  private static let base64Digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let base32Digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

  mutating func clear() { bytes.removeAll(keepingCapacity: true) }
  mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }
  mutating func add(_ text: [UInt8]) { bytes.append(contentsOf: text) }

  /// Adds `number` in decimal, with zeros in front up to `width` digits.
  mutating func add(_ number: Int, width: Int = 1) {
    let digits = Array(String(number).utf8)
    for _ in 0..<max(width - digits.count, 0) { bytes.append(48) }
    bytes.append(contentsOf: digits)
  }

  /// Adds `count` random hexadecimal digits.
  mutating func addHex(_ count: Int, _ random: inout Random) {
    addDigits(Text.hexDigits, bits: 4, count, &random)
  }

  /// Adds `count` random digits of Base32.
  mutating func addBase32(_ count: Int, _ random: inout Random) {
    addDigits(Text.base32Digits, bits: 5, count, &random)
  }

  private mutating func addDigits(
    _ digits: [UInt8], bits: UInt64, _ count: Int, _ random: inout Random
  ) {
    var word: UInt64 = 0
    var left: UInt64 = 0
    for _ in 0..<count {
      if left < bits {
        word = random.next()
        left = 64
      }
      bytes.append(digits[Int(word & (1 &<< bits &- 1))])
      word &>>= bits
      left &-= bits
    }
  }

  /// Adds `data` in Base64, padded.
  mutating func addBase64(_ data: [UInt8]) {
    var i = 0
    while i < data.count {
      let a = data[i]
      let b = i + 1 < data.count ? data[i + 1] : 0
      let c = i + 2 < data.count ? data[i + 2] : 0
      bytes.append(Text.base64Digits[Int(a &>> 2)])
      bytes.append(Text.base64Digits[Int((a & 3) &<< 4 | b &>> 4)])
      bytes.append(i + 1 < data.count ? Text.base64Digits[Int((b & 15) &<< 2 | c &>> 6)] : 61)
      bytes.append(i + 2 < data.count ? Text.base64Digits[Int(c & 63)] : 61)
      i += 3
    }
  }
}

extension LeafBuilder {
  /// Appends the text as one value.
  func append(_ text: Text) { unsafe append(bytes: text.bytes.span.bytes) }
}
