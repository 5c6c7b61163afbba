/// ASCII that is put together quickly, message behind message.
struct MessageText {
  private(set) var bytes: [UInt8] = []

  private static let hexDigits = Array("0123456789abcdef".utf8)
  private static let base64Digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// With room for `capacity` bytes.
  init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  mutating func clear() { bytes.removeAll(keepingCapacity: true) }
  @inline(__always)
  mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }
  @inline(__always)
  mutating func add(_ text: [UInt8]) { bytes.append(contentsOf: text) }
  mutating func add(_ text: MessageText) { bytes.append(contentsOf: text.bytes) }

  /// Puts `text` where the last byte was.
  mutating func replaceLast(with text: String) {
    bytes.removeLast()
    add(text)
  }

  /// Adds `number` in decimal, with zeros in front up to `width` digits.
  mutating func add(_ number: UInt64, width: Int = 1) {
    var count = 1
    var rest = number
    while rest >= 10 {
      rest /= 10
      count &+= 1
    }
    count = max(count, width)
    let end = extend(by: count)
    var span = bytes.mutableSpan
    rest = number
    for i in 1...count {
      span[end - i] = UInt8(truncatingIfNeeded: 48 &+ rest % 10)
      rest /= 10
    }
  }

  mutating func add(_ number: Int) { add(UInt64(number)) }

  /// Adds `high * 2^64 + low` in decimal.
  ///
  /// - Precondition: that is less than 10^38.
  mutating func add(high: UInt64, low: UInt64) {
    guard high > 0 else { return add(low) }
    let (quotient, remainder) = (10_000_000_000_000_000_000 as UInt64).dividingFullWidth(
      (high, low))
    guard quotient > 0 else { return add(remainder) }
    add(quotient)
    add(remainder, width: 19)
  }

  /// Adds `nanoseconds` of a second as a fraction, without zeros at its end: nothing for none.
  mutating func addFraction(nanoseconds: Int) {
    guard nanoseconds > 0 else { return }
    add(".")
    add(UInt64(nanoseconds), width: 9)
    while bytes.last == 48 { bytes.removeLast() }
  }

  /// Adds `data` in hexadecimal.
  mutating func addHex(_ data: [UInt8]) {
    var end = extend(by: 2 * data.count) - 2 * data.count
    var span = bytes.mutableSpan
    let digits = MessageText.hexDigits.span
    for byte in data {
      span[end] = digits[Int(byte &>> 4)]
      span[end &+ 1] = digits[Int(byte & 15)]
      end &+= 2
    }
  }

  /// Adds `data` in Base64, padded.
  mutating func addBase64(_ data: [UInt8]) {
    let count = (data.count + 2) / 3 * 4
    var end = extend(by: count) - count
    var span = bytes.mutableSpan
    let digits = MessageText.base64Digits.span
    let data = data.span
    var i = 0
    while i &+ 3 <= data.count {
      let word = Int(data[i]) &<< 16 | Int(data[i &+ 1]) &<< 8 | Int(data[i &+ 2])
      span[end] = digits[word &>> 18]
      span[end &+ 1] = digits[word &>> 12 & 63]
      span[end &+ 2] = digits[word &>> 6 & 63]
      span[end &+ 3] = digits[word & 63]
      end &+= 4
      i &+= 3
    }
    guard i < data.count else { return }
    let isPair = i + 1 < data.count
    let word = Int(data[i]) &<< 16 | (isPair ? Int(data[i + 1]) &<< 8 : 0)
    span[end] = digits[word &>> 18]
    span[end + 1] = digits[word &>> 12 & 63]
    // What is left of the room is padding already.
    if isPair { span[end + 2] = digits[word &>> 6 & 63] }
  }

  /// Makes room for `count` bytes more, of `=`; where that ends.
  private mutating func extend(by count: Int) -> Int {
    bytes.append(contentsOf: repeatElement(61, count: count))
    return bytes.count
  }
}
