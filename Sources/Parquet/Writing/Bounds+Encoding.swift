extension Bounds {
  /// The bounds as they stand in the file, each with whether it is a value of the column.
  struct Encoded: Equatable {
    var least: Bytes
    var greatest: Bytes
    var isLeastExact = true
    var isGreatestExact = true
  }

  /// The bounds as PLAIN bytes without a length; nil where there is none to give.
  ///
  /// Text and bytes longer than `byteLimit` are shortened: the least to a prefix, the greatest to a
  /// prefix one greater; where no prefix can be made greater it is kept whole (rule S3).
  func encoded(byteLimit: Int, isText: Bool) -> Encoded? {
    switch state {
    case .none: return nil
    case .signed(let least, let greatest):
      return Encoded(
        least: word(UInt64(bitPattern: least)), greatest: word(UInt64(bitPattern: greatest)))
    case .unsigned(let least, let greatest):
      return Encoded(least: word(least), greatest: word(greatest))
    case .boolean(let least, let greatest):
      return Encoded(
        least: Bytes(copying: [UInt8(least ? 1 : 0)]),
        greatest: Bytes(copying: [UInt8(greatest ? 1 : 0)]))
    case .float(let least, let greatest):
      // Either zero may be among the values, so the bounds take the outer one (rule S6).
      return Encoded(
        least: float(least == 0 ? -0.0 : least), greatest: float(greatest == 0 ? 0.0 : greatest))
    case .totalOrder(let bounds): return encoded(bounds)
    case .bytes(let least, let greatest):
      return encoded(least, greatest, byteLimit: byteLimit, isText: isText)
    }
  }

  private func word(_ bits: UInt64) -> Bytes {
    physicalType == .int32
      ? Bytes(copying: [UInt32(truncatingIfNeeded: bits)]) : Bytes(copying: [bits])
  }

  private func float(_ value: Double) -> Bytes {
    switch physicalType {
    case .float: return Bytes(copying: [Float(value)])
    case .double: return Bytes(copying: [value])
    default: return Bytes(copying: [value.halfPrecisionBits])
    }
  }

  private func encoded(_ bounds: TotalOrderBounds) -> Encoded {
    func encoded<Word: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
      as type: Word.Type
    ) -> Encoded {
      let bits = bounds.bits(as: type)
      return Encoded(least: Bytes(copying: [bits.least]), greatest: Bytes(copying: [bits.greatest]))
    }
    return switch physicalType {
    case .float: encoded(as: Int32.self)
    case .double: encoded(as: Int64.self)
    default: encoded(as: Int16.self)
    }
  }

  private func encoded(
    _ least: [UInt8], _ greatest: [UInt8], byteLimit: Int, isText: Bool
  ) -> Encoded {
    var result = Encoded(least: Bytes(copying: least), greatest: Bytes(copying: greatest))
    // A shortened number is another number, and a fixed length is part of the type.
    guard order == .unsignedBytes, physicalType == .byteArray else { return result }
    if least.count > byteLimit {
      result.least = Bytes(copying: Bounds.prefix(least, byteLimit: byteLimit, isText: isText))
      result.isLeastExact = false
    }
    if greatest.count > byteLimit,
      let shorter = Bounds.greaterPrefix(greatest, byteLimit: byteLimit, isText: isText)
    {
      result.greatest = Bytes(copying: shorter)
      result.isGreatestExact = false
    }
    return result
  }

  /// The longest prefix of at most `byteLimit` bytes; of text, one that ends with a character.
  static func prefix(_ bytes: [UInt8], byteLimit: Int, isText: Bool) -> [UInt8] {
    var end = min(bytes.count, byteLimit)
    if isText, end < bytes.count { while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 } }
    return Array(bytes[..<end])
  }

  /// The least string of at most `byteLimit` bytes that is greater than every string `bytes` begins;
  /// nil where there is none.
  static func greaterPrefix(_ bytes: [UInt8], byteLimit: Int, isText: Bool) -> [UInt8]? {
    var prefix = prefix(bytes, byteLimit: byteLimit, isText: isText)
    guard isText else {
      while let last = prefix.last {
        prefix.removeLast()
        if last < 0xFF { return prefix + [last + 1] }
      }
      return nil
    }
    // The last character that has a greater one of no more bytes is replaced by it.
    while !prefix.isEmpty {
      var start = prefix.count - 1
      while start > 0, prefix[start] & 0xC0 == 0x80 { start -= 1 }
      let character = String(decoding: prefix[start...], as: UTF8.self).unicodeScalars.first
      let length = prefix.count - start
      prefix.removeLast(length)
      guard let character else { return nil }
      var next = character.value + 1
      if next == 0xD800 { next = 0xE000 }
      if let greater = Unicode.Scalar(next) {
        let encoded = Array(String(Character(greater)).utf8)
        if encoded.count <= length || prefix.count + encoded.count <= byteLimit {
          return prefix + encoded
        }
      }
    }
    return nil
  }
}
