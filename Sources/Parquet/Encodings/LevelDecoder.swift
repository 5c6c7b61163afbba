/// Reads repetition or definition levels, some at a time.
///
/// Specification: Encodings.md; data pages of version 1 may have BIT_PACKED levels, which are
/// deprecated.
package struct LevelDecoder {
  private enum Form {
    case hybrid(RLEDecoder)
    /// The most significant bit of each byte first.
    case bitPacked(Bytes, nextBit: Int)
  }

  private var form: Form
  private let bitWidth: Int
  /// The highest level there may be.
  private let maxLevel: Int

  /// Levels up to `maxLevel` as runs and groups, `bytes` without a length before them.
  package init(hybrid bytes: Bytes, maxLevel: Int) {
    self.maxLevel = maxLevel
    bitWidth = LevelDecoder.bitWidth(maxLevel: maxLevel)
    form = .hybrid(RLEDecoder(bytes, bitWidth: bitWidth))
  }

  /// Levels up to `maxLevel`, packed from the most significant bit on.
  package init(bitPacked bytes: Bytes, maxLevel: Int) {
    self.maxLevel = maxLevel
    bitWidth = LevelDecoder.bitWidth(maxLevel: maxLevel)
    form = .bitPacked(bytes, nextBit: 0)
  }

  /// The bits of a level.
  package static func bitWidth(maxLevel: Int) -> Int {
    Int.bitWidth - maxLevel.leadingZeroBitCount
  }

  /// Reads `count` levels, one byte each.
  ///
  /// - Throws: ``ParquetError`` with code `malformedFile` where there are fewer, or one is too high.
  package mutating func decode(
    _ count: Int, into output: UnsafeMutablePointer<UInt8>
  ) throws(ParquetError) {
    switch form {
    case .hybrid(var decoder):
      try unsafe decoder.decode(count, into: output)
      form = .hybrid(decoder)
    case .bitPacked(let bytes, let nextBit):
      try unsafe unpack(bytes, from: nextBit, count, into: output)
      form = .bitPacked(bytes, nextBit: nextBit + count * bitWidth)
    }
    var highest: UInt8 = 0
    for i in 0..<count { unsafe highest = max(highest, output[i]) }
    guard Int(highest) <= maxLevel else {
      throw ParquetError(.malformedFile, "a level is \(highest) where the highest is \(maxLevel)")
    }
  }

  /// Reads `count` levels of a leaf that has one, as bits.
  ///
  /// - Returns: how many of them are 1.
  package mutating func decode(
    _ count: Int, into output: inout BitmapBuffer
  ) throws(ParquetError) -> Int {
    switch form {
    case .hybrid(var decoder):
      let set = try decoder.decode(count, into: &output)
      form = .hybrid(decoder)
      return set
    case .bitPacked(let bytes, let nextBit):
      guard bytes.count * 8 - nextBit >= count else { throw LevelDecoder.tooFew }
      var set = 0
      for bit in nextBit..<nextBit + count {
        let isSet = bytes[bit >> 3] >> UInt8(7 - bit & 7) & 1 == 1
        output.append(isSet)
        if isSet { set += 1 }
      }
      form = .bitPacked(bytes, nextBit: nextBit + count)
      return set
    }
  }

  private func unpack(
    _ bytes: Bytes, from start: Int, _ count: Int, into output: UnsafeMutablePointer<UInt8>
  ) throws(ParquetError) {
    guard (bytes.count * 8 - start) / bitWidth >= count else { throw LevelDecoder.tooFew }
    let mask: UInt16 = (1 << UInt16(bitWidth)) - 1
    for i in 0..<count {
      let bit = start + i * bitWidth
      // A level of up to eight bits lies in two bytes; past the end there is slack.
      let high = unsafe bytes.pointer.load(fromByteOffset: bit >> 3, as: UInt8.self)
      let low = unsafe bytes.pointer.load(fromByteOffset: (bit >> 3) + 1, as: UInt8.self)
      let pair = UInt16(high) << 8 | UInt16(low)
      unsafe output[i] = UInt8(
        truncatingIfNeeded: pair >> UInt16(16 - bitWidth - bit & 7) & mask)
    }
  }

  private static var tooFew: ParquetError {
    ParquetError(.malformedFile, "a page holds fewer levels than its header says")
  }
}
