/// Unscaled integers of decimals, as text with a fixed number of decimals and back.
enum DecimalText {
  /// The largest scale with a text form: thousands of zeros are no number that anybody wrote. Values of a
  /// larger one stand as their bytes.
  static let largestScale = 4096
  /// The most bytes with a text form, those of as many digits: the time that it takes grows with their
  /// square.
  static let largestByteCount = 1701

  /// A big-endian integer without the leading bytes that only repeat its sign.
  static func significant(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    var first = 0
    while first + 1 < bytes.count, unsafe bytes[first] == 0 || bytes[first] == 0xFF,
      unsafe (bytes[first] ^ bytes[first + 1]) & 0x80 == 0
    { first += 1 }
    return unsafe UnsafeRawBufferPointer(rebasing: bytes[first...])
  }

  /// `unscaled` × 10^−scale with exactly `scale` decimals.
  static func append(_ unscaled: Int64, scale: Int, to buffer: inout TextBuffer) {
    if unscaled < 0 { buffer.append(.minus) }
    let first = buffer.count
    buffer.append(decimal: unscaled.magnitude)
    insertPoint(scale: scale, digitsFrom: first, in: &buffer)
  }

  /// A big-endian two's complement integer of any length, as ``append(_:scale:to:)-(Int64,_,_)``.
  static func append(
    bigEndian bytes: UnsafeRawBufferPointer, scale: Int, to buffer: inout TextBuffer
  ) {
    if bytes.count <= 8 {
      var value: Int64 = 0
      if let first = unsafe bytes.first, first >= 0x80 { value = -1 }
      for i in 0..<bytes.count { value = unsafe value << 8 | Int64(bytes[i]) }
      append(value, scale: scale, to: &buffer)
      return
    }
    // Limbs of 32 bits, the lowest first, of the magnitude.
    let isNegative = unsafe bytes[0] >= 0x80
    var limbs = [UInt32](repeating: 0, count: (bytes.count + 3) / 4)
    for i in 0..<bytes.count {
      let byte = unsafe bytes[bytes.count - 1 - i]
      limbs[i / 4] |= UInt32(isNegative ? ~byte : byte) << UInt32(i % 4 * 8)
    }
    if isNegative {
      for i in limbs.indices {
        let (sum, carry) = limbs[i].addingReportingOverflow(1)
        limbs[i] = sum
        if !carry { break }
      }
      buffer.append(.minus)
    }
    // Nine digits at a time, the lowest first.
    var groups: [UInt32] = []
    while let last = limbs.last {
      if last == 0 {
        limbs.removeLast()
        continue
      }
      var rest: UInt64 = 0
      for i in limbs.indices.reversed() {
        let part = rest << 32 | UInt64(limbs[i])
        limbs[i] = UInt32(part / 1_000_000_000)
        rest = part % 1_000_000_000
      }
      groups.append(UInt32(rest))
    }
    let first = buffer.count
    buffer.append(decimal: UInt64(groups.popLast() ?? 0))
    for group in groups.reversed() { buffer.append(UInt64(group), width: 9) }
    insertPoint(scale: scale, digitsFrom: first, in: &buffer)
  }

  /// Puts the point into the digits that begin at `first`, with a zero before it if none is there.
  private static func insertPoint(scale: Int, digitsFrom first: Int, in buffer: inout TextBuffer) {
    guard scale > 0 else { return }
    let digits = buffer.count - first
    let missing = max(scale + 1 - digits, 0)
    // Room for the zeros in front and for the point.
    for _ in 0..<missing + 1 { buffer.append(.zero) }
    let start = unsafe buffer.start + first
    unsafe (start + missing).update(from: start, count: digits)
    for i in 0..<missing { unsafe start[i] = .zero }
    let whole = digits + missing - scale
    unsafe (start + whole + 1).update(from: start + whole, count: scale)
    unsafe start[whole] = .point
  }

  /// The smallest big-endian two's complement form of at most `byteCount` bytes, or exactly
  /// `byteCount` where `isFixed`; false where the number does not fit.
  ///
  /// `digits` are ASCII digits of the magnitude, most significant first.
  static func encode(
    digits: UnsafeRawBufferPointer, trailingZeros: Int, isNegative: Bool, byteCount: Int?,
    into buffer: inout TextBuffer
  ) -> Bool {
    buffer.removeAll()
    // Limbs of 32 bits, the lowest first.
    var limbs: [UInt32] = [0]
    func shift(_ digit: UInt32, in limbs: inout [UInt32]) {
      var carry = UInt64(digit)
      for i in limbs.indices {
        let product = UInt64(limbs[i]) * 10 + carry
        limbs[i] = UInt32(truncatingIfNeeded: product)
        carry = product >> 32
      }
      if carry > 0 { limbs.append(UInt32(carry)) }
    }
    for i in 0..<digits.count { unsafe shift(UInt32(digits[i] - 48), in: &limbs) }
    for _ in 0..<trailingZeros { shift(0, in: &limbs) }
    var bytes: [UInt8] = []
    for limb in limbs {
      for k in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: limb >> UInt32(8 * k))) }
    }
    bytes.append(0)
    if isNegative {
      var carry = true
      for i in bytes.indices {
        let flipped = ~bytes[i]
        bytes[i] = carry ? flipped &+ 1 : flipped
        carry = carry && flipped == 0xFF
      }
    }
    // The sign's own byte goes where the one below it has the sign already.
    let sign: UInt8 = bytes[bytes.count - 1] >= 0x80 ? 0xFF : 0
    while bytes.count > 1, bytes[bytes.count - 1] == sign,
      (bytes[bytes.count - 2] >= 0x80) == (sign == 0xFF)
    { bytes.removeLast() }
    if let byteCount {
      guard bytes.count <= byteCount else { return false }
      while bytes.count < byteCount { bytes.append(sign) }
    }
    buffer.append(bytes.reversed())
    return true
  }
}
