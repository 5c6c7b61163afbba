/// An immutable run of bits, least significant bit of each byte first.
public struct Bitmap: Sendable {
  /// The bytes the bits lie in.
  let bytes: Bytes
  /// The first bit's place in ``bytes``.
  let offset: Int
  /// The number of bits.
  public let count: Int

  /// The `count` bits of `bytes` from bit `offset` on.
  ///
  /// - Precondition: `bytes` holds them.
  public init(_ bytes: Bytes, offset: Int = 0, count: Int) {
    precondition(offset >= 0 && count >= 0 && (offset + count + 7) / 8 <= bytes.count)
    self.bytes = bytes
    self.offset = offset
    self.count = count
  }

  /// One bit for each element.
  public init(_ bits: [Bool]) {
    var buffer = ByteBuffer(capacity: bits.count / 8 + 8)
    var word: UInt64 = 0
    for (i, bit) in bits.enumerated() {
      if bit { word |= 1 &<< UInt64(i & 63) }
      if i & 63 == 63 {
        buffer.append(word)
        word = 0
      }
    }
    if bits.count & 63 != 0 { buffer.append(word) }
    self.init(buffer.freeze(), count: bits.count)
  }

  /// The bit at `index`.
  public subscript(index: Int) -> Bool {
    precondition(index >= 0 && index < count, "index out of range")
    let at = offset + index
    return bytes[at >> 3] >> UInt8(at & 7) & 1 == 1
  }

  /// The bits of `range`, sharing memory. O(1).
  public func slice(_ range: Range<Int>) -> Bitmap {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "a slice lies inside its bits")
    return Bitmap(bytes, offset: offset + range.lowerBound, count: range.count)
  }

  /// The 64 bits from `index` on, the first in the lowest place; those past the end are zero.
  @inline(__always)
  package func word(at index: Int) -> UInt64 {
    let left = count - index
    guard left > 0 else { return 0 }
    let at = offset + index
    let base = unsafe bytes.pointer + (at >> 3)
    let shift = UInt64(at & 7)
    // Up to nine bytes are loaded; the allocation's slack covers those past the last bit.
    var word = unsafe base.loadUnaligned(as: UInt64.self) &>> shift
    if shift != 0 {
      word |= unsafe UInt64(base.load(fromByteOffset: 8, as: UInt8.self)) &<< (64 &- shift)
    }
    return left >= 64 ? word : word & ((1 &<< UInt64(left)) &- 1)
  }

  /// Where the set bit is that `number` set bits stand before; nil where there is none. O(count).
  func place(ofSet number: Int) -> Int? {
    var before = 0
    for i in 0..<count where self[i] {
      if before == number { return i }
      before += 1
    }
    return nil
  }

  /// How many bits are set. O(count).
  public func setCount() -> Int { setCount(in: 0..<count) }

  /// How many bits of `range` are set. O(range).
  package func setCount(in range: Range<Int>) -> Int {
    var total = 0
    var i = range.lowerBound
    while i < range.upperBound {
      var bits = word(at: i)
      let left = range.upperBound - i
      if left < 64 { bits &= (1 &<< UInt64(left)) &- 1 }
      total &+= bits.nonzeroBitCount
      i &+= 64
    }
    return total
  }
}

/// Bits being written, in whole words.
package struct BitmapBuffer: ~Copyable {
  private var words = ByteBuffer()
  private var pending: UInt64 = 0
  package private(set) var count = 0

  package init() {}

  /// Makes room for `bitCount` more bits, taken from `memory`.
  ///
  /// - Throws: ``ParquetError`` with code `limitExceeded`.
  mutating func reserve(_ bitCount: Int, within memory: MemoryAllowance?) throws(ParquetError) {
    try words.reserve(bitCount / 8 + 16, within: memory)
  }

  @inline(__always)
  package mutating func append(_ bit: Bool) {
    pending |= (bit ? 1 : 0) &<< UInt64(count & 63)
    count &+= 1
    if count & 63 == 0 {
      words.append(pending)
      pending = 0
    }
  }

  package mutating func append(repeating bit: Bool, count added: Int) {
    var left = added
    while left > 0 {
      let place = count & 63
      let take = min(64 - place, left)
      if bit { pending |= (take == 64 ? ~0 : (1 &<< UInt64(take)) &- 1) &<< UInt64(place) }
      count += take
      left -= take
      if count & 63 == 0 {
        words.append(pending)
        pending = 0
      }
    }
  }

  package mutating func append(_ bits: Bitmap) {
    var i = 0
    while i < bits.count {
      let take = min(64, bits.count - i)
      append(word: bits.word(at: i), bitCount: take)
      i += take
    }
  }

  /// Appends the lowest `bitCount` bits of `word`; the others are zero.
  @inline(__always)
  package mutating func append(word: UInt64, bitCount: Int) {
    let place = UInt64(count & 63)
    pending |= word &<< place
    count &+= bitCount
    if Int(place) &+ bitCount >= 64 {
      words.append(pending)
      pending = place == 0 ? 0 : word &>> (64 &- place)
    }
  }

  /// The bits; the buffer is empty afterwards.
  package mutating func freeze() -> Bitmap {
    if count & 63 != 0 { words.append(pending) }
    let bitmap = Bitmap(words.freeze(), count: count)
    pending = 0
    count = 0
    return bitmap
  }
}
