/// For each value of a column a number that sorts as the value does.
///
/// Numbers of at most eight bytes are wholly in their word; of byte strings it is the beginning, so that
/// values with the same word may differ further on.
struct SortWords {
  /// One word a value.
  let words: [UInt64]
  /// Whether values with the same word may differ.
  let needsComparing: Bool
  private let values: ColumnValues
  /// Whether values are big-endian numbers with a sign.
  let isSigned: Bool

  /// The words of `values`, which are in plain form.
  init(_ values: ColumnValues, _ leaf: Leaf) {
    self.values = values
    let order = leaf.sortOrder
    let isSigned = order == .signedBytes
    self.isSigned = isSigned
    let needsComparing = isSigned || order == .unsignedBytes
    self.needsComparing = needsComparing
    var words: [UInt64] = []
    words.reserveCapacity(values.count)
    switch values.form {
    case .bits(let bits):
      for i in 0..<values.count { words.append(bits[i] ? 1 : 0) }
    case .fixed(let width, let bytes) where !needsComparing:
      SortWords.append(bytes, width: width, order, to: &words)
    default:
      for i in 0..<values.count {
        let word = unsafe values.withBytes(at: i) { bytes in
          unsafe isSigned ? SortWords.signedWord(bytes) : SortWords.unsignedWord(bytes, from: 0)
        }
        words.append(word)
      }
    }
    self.words = words
  }

  /// Appends the words of numbers of `width` bytes.
  private static func append(
    _ bytes: Bytes, width: Int, _ order: SortOrder, to words: inout [UInt64]
  ) {
    func append<T: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(as type: T.Type) {
      let bits = unsafe bytes.elements(of: type)
      let sign = T(1) << T(T.bitWidth - 1)
      for i in 0..<bytes.count / width {
        let value = unsafe bits[i]
        switch order {
        case .signed: words.append(UInt64(value ^ sign))
        // The total order: negative numbers by falling magnitude, then the others.
        case .float: words.append(UInt64(value & sign == 0 ? value | sign : ~value))
        default: words.append(UInt64(value))
        }
      }
    }
    switch width {
    case 2: append(as: UInt16.self)
    case 4: append(as: UInt32.self)
    case 8: append(as: UInt64.self)
    default: preconditionFailure("numbers have 2, 4 or 8 bytes")
    }
  }

  /// The eight bytes from `start` on as a big-endian number, with zeros behind where there are fewer.
  @inline(__always)
  private static func unsignedWord(_ bytes: UnsafeRawBufferPointer, from start: Int) -> UInt64 {
    let count = bytes.count - start
    guard let base = bytes.baseAddress, count > 0 else { return 0 }
    // Values lie in memory with slack behind: eight bytes can always be loaded.
    let word = unsafe UInt64(
      bigEndian: base.loadUnaligned(fromByteOffset: start, as: UInt64.self))
    return count >= 8 ? word : word & ~(~0 &>> UInt64(8 &* count))
  }

  /// The word of the bytes of a value from `start` on.
  func word(of value: Int, from start: Int) -> UInt64 {
    unsafe values.withBytes(at: value) { unsafe SortWords.unsignedWord($0, from: start) }
  }

  /// How many bytes a value has.
  func byteCount(of value: Int) -> Int { unsafe values.withBytes(at: value) { $0.count } }

  /// How many first bytes two values have in common, given that they have `known`; no more than `most`.
  func commonByteCount(_ a: Int, _ b: Int, from known: Int, to most: Int) -> Int {
    unsafe values.withBytes(at: a) { x in
      unsafe values.withBytes(at: b) { y in
        let end = min(most, x.count, y.count)
        var i = known
        while i < end {
          let difference =
            unsafe SortWords.unsignedWord(x, from: i) ^ SortWords.unsignedWord(y, from: i)
          if difference != 0 { return min(i + difference.leadingZeroBitCount / 8, end) }
          i += 8
        }
        return end
      }
    }
  }

  /// A big-endian two's complement number, held to what eight bytes can be, with its sign flipped.
  private static func signedWord(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    let isNegative = unsafe bytes.count > 0 && bytes[0] >= 0x80
    let fill: UInt8 = isNegative ? 0xFF : 0
    let excess = max(bytes.count - 8, 0)
    var word = UInt64(bitPattern: isNegative ? -1 : 0)
    for i in excess..<bytes.count { unsafe word = word &<< 8 | UInt64(bytes[i]) }
    for i in 0..<excess where unsafe bytes[i] != fill { return isNegative ? 0 : .max }
    if excess > 0, (Int64(bitPattern: word) < 0) != isNegative { return isNegative ? 0 : .max }
    return word ^ 1 << 63
  }

  /// Less than 0 where number `a` comes before `b`, 0 where they are equal.
  ///
  /// - Precondition: values have a sign.
  func comparison(_ a: Int, _ b: Int) -> Int {
    unsafe values.withBytes(at: a) { x in
      unsafe values.withBytes(at: b) { y in
        unsafe SortWords.compareSigned(x, y)
      }
    }
  }

  private static func compareSigned(
    _ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer
  ) -> Int {
    let isNegative = unsafe a.count > 0 && a[0] >= 0x80
    guard unsafe isNegative == (b.count > 0 && b[0] >= 0x80) else { return isNegative ? -1 : 1 }
    let fill: UInt8 = isNegative ? 0xFF : 0
    let length = max(a.count, b.count)
    for i in 0..<length {
      let x = unsafe i < length - a.count ? fill : a[i - (length - a.count)]
      let y = unsafe i < length - b.count ? fill : b[i - (length - b.count)]
      if x != y { return x < y ? -1 : 1 }
    }
    return 0
  }
}
