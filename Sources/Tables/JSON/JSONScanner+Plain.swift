/// What comes next, where it is written as programs mostly do; where it is not, nothing is passed.
extension JSONScanner {
  /// Passes `label`, a key with its quotes and the colon behind it, where exactly that comes next; the
  /// bytes of `restMask` are those behind its last whole word.
  @inline(__always)
  mutating func pass(_ label: UnsafePointer<UInt8>, _ length: Int, _ restMask: UInt64) -> Bool {
    skipBlanks()
    guard at &+ length <= count else { return false }
    let text = unsafe UnsafeRawPointer(base + at)
    let wanted = unsafe UnsafeRawPointer(label)
    var i = 0
    while i &+ 8 <= length {
      let word: UInt64 = unsafe text.loadUnaligned(fromByteOffset: i, as: UInt64.self)
      let other: UInt64 = unsafe wanted.loadUnaligned(fromByteOffset: i, as: UInt64.self)
      guard word == other else { return false }
      i &+= 8
    }
    let word: UInt64 = unsafe text.loadUnaligned(fromByteOffset: i, as: UInt64.self)
    let other: UInt64 = unsafe wanted.loadUnaligned(fromByteOffset: i, as: UInt64.self)
    guard (UInt64(littleEndian: word) ^ UInt64(littleEndian: other)) & restMask == 0 else {
      return false
    }
    at &+= length
    return true
  }

  /// Passes an integer of few digits, as it is written back, where one comes next and neither point nor
  /// exponent follows.
  @inline(__always)
  mutating func shortInteger() -> Int64? {
    guard let (value, length) = unsafe ShortNumber.integer(base + at), at &+ length <= count else {
      return nil
    }
    if at &+ length < count {
      let next: UInt8 = unsafe base[at &+ length]
      guard next == .comma || next == UInt8(ascii: "}") || next == UInt8(ascii: "]") else {
        return nil
      }
    }
    at &+= length
    return value
  }

  /// Passes a number of few digits where one comes next.
  @inline(__always)
  mutating func shortDouble() -> Double? {
    guard let (value, length) = unsafe ShortNumber.double(base + at), at &+ length <= count else {
      return nil
    }
    at &+= length
    return value
  }

  /// Passes a string of ASCII without escapes where one comes next.
  @inline(__always)
  mutating func plainString() -> UnsafeRawBufferPointer? {
    guard at < count, unsafe base[at] == .quote else { return nil }
    let quote = SIMD16(repeating: Int8(0x22))
    let backslash = SIMD16(repeating: Int8(0x5C))
    let blank = SIMD16(repeating: Int8(0x20))
    let first = at &+ 1
    var place = first
    while place < count {
      let bytes = unsafe UnsafeRawPointer(base + place).loadUnaligned(as: SIMD16<Int8>.self)
      // Bytes of more than seven bits are negative, and so below the blank, as control characters are.
      // Vectors on both sides: comparisons with a scalar go lane by lane.
      let ends = (bytes .== quote) .| (bytes .== backslash) .| (bytes .< blank)
      // Long strings go by twice as many; past the end are as many readable bytes.
      if place > first {
        let more = unsafe UnsafeRawPointer(base + place).loadUnaligned(
          fromByteOffset: 16, as: SIMD16<Int8>.self)
        let either =
          ends .| (more .== quote) .| (more .== backslash) .| (more .< blank)
        let both = unsafe unsafeBitCast(either, to: SIMD2<UInt64>.self)
        if both[0] | both[1] == 0 {
          place &+= 32
          continue
        }
      }
      let words = unsafe unsafeBitCast(ends, to: SIMD2<UInt64>.self)
      if words[0] != 0 {
        place &+= UInt64(littleEndian: words[0]).trailingZeroBitCount &>> 3
        break
      }
      if words[1] != 0 {
        place &+= 8 &+ UInt64(littleEndian: words[1]).trailingZeroBitCount &>> 3
        break
      }
      place &+= 16
    }
    guard place < count, unsafe base[place] == .quote else { return nil }
    at = place &+ 1
    return unsafe UnsafeRawBufferPointer(start: base + first, count: place &- first)
  }
}
