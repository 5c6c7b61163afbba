/// Decoders that do one thing after another, to hold the encoders against.
enum ReferenceDecoder {
  /// The bit at `index`, the lowest of each byte first.
  static func bit(_ bytes: [UInt8], _ index: Int) -> UInt64 {
    UInt64(bytes[index / 8] >> UInt8(index % 8) & 1)
  }

  /// `count` numbers of `bitWidth` bits each.
  static func unpack(_ bytes: [UInt8], bitWidth: Int, count: Int) -> [UInt64] {
    (0..<count).map { i in
      (0..<bitWidth).reduce(0) { $0 | bit(bytes, i * bitWidth + $1) << UInt64($1) }
    }
  }

  /// All values of a run and bit-packed hybrid, the padding of its last group left out.
  static func hybrid(_ bytes: [UInt8], bitWidth: Int, count: Int) -> [UInt64]? {
    var values: [UInt64] = []
    var at = 0
    while values.count < count {
      guard let header = varint(bytes, &at) else { return nil }
      if header & 1 == 0 {
        let width = (bitWidth + 7) / 8
        guard at + width <= bytes.count, header >> 1 > 0 else { return nil }
        let value = (0..<width).reduce(UInt64(0)) { $0 | UInt64(bytes[at + $1]) << UInt64(8 * $1) }
        at += width
        values += Array(repeating: value, count: Int(header >> 1))
        guard values.count <= count else { return nil }
      } else {
        let groups = Int(header >> 1)
        guard groups > 0, at + groups * bitWidth <= bytes.count else { return nil }
        let packed = Array(bytes[at..<at + groups * bitWidth])
        values += unpack(packed, bitWidth: bitWidth, count: groups * 8)
        at += groups * bitWidth
        // Only the last group may be padded, and with zeros.
        guard values.count <= count || values.count - count < 8 && at == bytes.count,
          values.dropFirst(count).allSatisfy({ $0 == 0 })
        else { return nil }
        values = Array(values.prefix(count))
      }
    }
    return at == bytes.count ? values : nil
  }

  private static func varint(_ bytes: [UInt8], _ at: inout Int) -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while at < bytes.count, shift < 64 {
      let byte = bytes[at]
      at += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }
}
