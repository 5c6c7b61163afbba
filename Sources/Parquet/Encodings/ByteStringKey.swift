/// A byte string as a dictionary looks it up.
///
/// Up to sixteen bytes are the key themselves, so that nothing else needs to be looked at; of longer strings two
/// hashes are, and equal keys are then only likely to be equal strings.
struct ByteStringKey: Equatable {
  let low: UInt64
  let high: UInt64
  let length: UInt32

  /// The most bytes that a key holds whole.
  static let wholeByteCount = 16

  /// The key of the `length` bytes at `bytes`, behind which 16 more can be read.
  @inline(__always)
  init(_ bytes: UnsafeRawPointer, _ length: Int) {
    self.length = UInt32(truncatingIfNeeded: length)
    guard length <= ByteStringKey.wholeByteCount else {
      (low, high) = unsafe ByteStringKey.hashes(bytes, length)
      return
    }
    // What follows the string is masked out, whatever its length: a branch would cost more.
    let places = SIMD16<Int8>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    let isShown = places .< SIMD16<Int8>(repeating: Int8(truncatingIfNeeded: length))
    let shown = unsafe SIMD16<UInt8>(repeating: 0).replacing(
      with: bytes.loadUnaligned(as: SIMD16<UInt8>.self), where: isShown)
    let words = unsafe unsafeBitCast(shown, to: SIMD2<UInt64>.self)
    low = words[0]
    high = words[1]
  }

  /// Whether equal keys are of equal strings.
  @inline(__always)
  var isWhole: Bool { length <= UInt32(ByteStringKey.wholeByteCount) }

  /// A 64-bit hash whose upper bits are as good as its lower ones.
  ///
  /// It has no secret, so values can be chosen to collide; who uses it bounds what that costs.
  @inline(__always)
  var hash: UInt64 {
    ByteStringKey.mix(low ^ 0xE703_7ED1_A0B4_28DB, high ^ 0x9E37_79B9_7F4A_7C15 ^ UInt64(length))
      &* 0x9E37_79B9_7F4A_7C15
  }

  /// Two hashes of more than sixteen bytes.
  @inline(__always)
  private static func hashes(_ bytes: UnsafeRawPointer, _ length: Int) -> (UInt64, UInt64) {
    var seed: UInt64 = 0x9E37_79B9_7F4A_7C15
    var i = 0
    while i &+ 16 < length {
      let x = unsafe bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self)
      let y = unsafe bytes.loadUnaligned(fromByteOffset: i &+ 8, as: UInt64.self)
      seed = mix(x ^ 0xA076_1D64_78BD_642F, y ^ seed)
      i &+= 16
    }
    let a = unsafe bytes.loadUnaligned(fromByteOffset: length &- 16, as: UInt64.self)
    let b = unsafe bytes.loadUnaligned(fromByteOffset: length &- 8, as: UInt64.self)
    return (mix(a ^ 0xE703_7ED1_A0B4_28DB, b ^ seed), seed)
  }

  /// The halves of a 128-bit product, folded.
  @inline(__always)
  private static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }
}
