/// Bounds of floats by IEEE 754's total order, in which every bit pattern has its place.
///
/// Specification: IEEE_754_TOTAL_ORDER in parquet.thrift; rules S5 and S7. The bounds are those of the
/// numbers; only where nothing but NaN was seen are they the least and the greatest NaN.
struct TotalOrderBounds: Equatable {
  /// The least and the greatest, as keys.
  private(set) var least: Int64
  private(set) var greatest: Int64
  /// Whether no number was seen.
  private(set) var isNaN: Bool

  /// Takes `other`'s values in.
  mutating func merge(_ other: TotalOrderBounds) {
    if isNaN == other.isNaN {
      least = min(least, other.least)
      greatest = max(greatest, other.greatest)
    } else if isNaN {
      self = other
    }
  }

  /// The bits of the bounds, in the width that the floats have.
  func bits<Word: FixedWidthInteger & SignedInteger>(
    as type: Word.Type
  ) -> (least: Word, greatest: Word) {
    (
      TotalOrderBounds.key(Word(truncatingIfNeeded: least)),
      TotalOrderBounds.key(Word(truncatingIfNeeded: greatest))
    )
  }

  /// The bounds of `count` floats, whose infinity has the bits `infinity`, and how many are NaN; nil
  /// where there is no float.
  static func of<Word: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
    _ values: UnsafeRawPointer, count: Int, infinity: Word
  ) -> (bounds: TotalOrderBounds?, nanCount: Int) {
    let size = MemoryLayout<Word>.size
    var (least, greatest) = (Word.max, Word.min)
    var numbers = 0
    for i in 0..<count {
      let bits = unsafe values.loadUnaligned(fromByteOffset: i &* size, as: Word.self)
      let isNumber = bits & Word.max <= infinity
      let key = key(bits)
      least = isNumber && key < least ? key : least
      greatest = isNumber && key > greatest ? key : greatest
      numbers &+= isNumber ? 1 : 0
    }
    guard numbers == 0, count > 0 else {
      guard count > 0 else { return (nil, 0) }
      return (
        TotalOrderBounds(least: Int64(least), greatest: Int64(greatest), isNaN: false),
        count - numbers
      )
    }
    for i in 0..<count {
      let key = unsafe key(values.loadUnaligned(fromByteOffset: i &* size, as: Word.self))
      least = min(least, key)
      greatest = max(greatest, key)
    }
    return (TotalOrderBounds(least: Int64(least), greatest: Int64(greatest), isNaN: true), count)
  }

  /// A float's bits as an integer that compares as the float does; applied to a key, the bits again.
  ///
  /// Of a negative float all bits but the sign are flipped, so that the larger magnitude is the lesser.
  @inline(__always)
  private static func key<Word: FixedWidthInteger & SignedInteger>(_ bits: Word) -> Word {
    bits < 0 ? bits ^ Word.max : bits
  }
}
