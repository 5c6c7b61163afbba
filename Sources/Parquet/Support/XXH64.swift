/// The 64-bit xxHash with seed 0, which bloom filters are made of.
///
/// Published at the project's own pages as "xxHash fast digest algorithm"; rule B1.
enum XXH64 {
  private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

  /// The hash of `bytes`.
  static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    let count = bytes.count
    guard let base = bytes.baseAddress else { return avalanche(prime5) }
    var at = 0
    var hash: UInt64
    if count >= 32 {
      var lanes = SIMD4<UInt64>(prime1 &+ prime2, prime2, 0, 0 &- prime1)
      while at &+ 32 <= count {
        for lane in 0..<4 {
          let word = unsafe base.loadUnaligned(fromByteOffset: at &+ 8 &* lane, as: UInt64.self)
          lanes[lane] = round(lanes[lane], word)
        }
        at &+= 32
      }
      hash =
        rotate(lanes[0], 1) &+ rotate(lanes[1], 7) &+ rotate(lanes[2], 12)
        &+ rotate(lanes[3], 18)
      for lane in 0..<4 {
        hash = (hash ^ round(0, lanes[lane])) &* prime1 &+ prime4
      }
    } else {
      hash = prime5
    }
    hash &+= UInt64(count)
    while at &+ 8 <= count {
      hash ^= round(0, unsafe base.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      hash = rotate(hash, 27) &* prime1 &+ prime4
      at &+= 8
    }
    if at &+ 4 <= count {
      hash ^= unsafe UInt64(base.loadUnaligned(fromByteOffset: at, as: UInt32.self)) &* prime1
      hash = rotate(hash, 23) &* prime2 &+ prime3
      at &+= 4
    }
    while at < count {
      hash ^= unsafe UInt64(base.load(fromByteOffset: at, as: UInt8.self)) &* prime5
      hash = rotate(hash, 11) &* prime1
      at &+= 1
    }
    return avalanche(hash)
  }

  @inline(__always)
  private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    rotate(lane &+ word &* prime2, 31) &* prime1
  }

  @inline(__always)
  private static func rotate(_ word: UInt64, _ count: UInt64) -> UInt64 {
    word &<< count | word &>> (64 &- count)
  }

  @inline(__always)
  private static func avalanche(_ hash: UInt64) -> UInt64 {
    var hash = hash
    hash ^= hash &>> 33
    hash &*= prime2
    hash ^= hash &>> 29
    hash &*= prime3
    return hash ^ hash &>> 32
  }
}
