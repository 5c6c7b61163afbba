/// Bytes of a source, with the place they come from.
struct HeldBytes: Sendable {
  /// Which bytes of the source they are.
  let range: Range<Int>
  private let bytes: Bytes

  /// `bytes`, which begin at `offset` of the source.
  init(_ bytes: Bytes, at offset: Int) {
    self.bytes = bytes
    range = offset..<offset + bytes.count
  }

  /// The end of a source of `byteCount` bytes, for which ``RangeSource/suffixByteCount`` bytes were asked.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput` where it is not what was asked for.
  init(suffix bytes: Bytes, of byteCount: Int, name: String) throws(ParquetError) {
    guard byteCount >= 0, bytes.count == min(RangeSource.suffixByteCount, byteCount) else {
      throw ParquetError(
        .inputOutput,
        "the source gave \(bytes.count) bytes where the last \(RangeSource.suffixByteCount) of "
          + "\(byteCount) were asked for"
      ).adding(file: name)
    }
    self.init(bytes, at: byteCount - bytes.count)
  }

  /// The bytes of `range` of the source; nil where not all of them are here.
  func slice(_ range: Range<Int>) -> Bytes? {
    guard self.range.lowerBound <= range.lowerBound, range.upperBound <= self.range.upperBound
    else { return nil }
    return bytes.slice(
      range.lowerBound - self.range.lowerBound..<range.upperBound - self.range.lowerBound)
  }
}
