/// The least and the greatest of the values seen, in their column's order.
///
/// Specification: Statistics and ColumnOrder in parquet.thrift; rules S4–S7, S10. Of floats under
/// TYPE_ORDER NaN takes no part, and zeros are widened when the bounds are written; under
/// IEEE_754_TOTAL_ORDER ``TotalOrderBounds`` says how.
struct Bounds {
  /// Bounds as they are kept until the chunk ends.
  enum State {
    case none
    case signed(least: Int64, greatest: Int64)
    case unsigned(least: UInt64, greatest: UInt64)
    case float(least: Double, greatest: Double)
    case totalOrder(TotalOrderBounds)
    case boolean(least: Bool, greatest: Bool)
    case bytes(least: [UInt8], greatest: [UInt8])
  }

  let order: SortOrder
  let physicalType: PhysicalType
  /// Whether floats compare by IEEE 754's total order.
  let isTotal: Bool
  private(set) var state = State.none
  /// How many of the values were NaN; nil for types that have none.
  private(set) var nanCount: Int?

  /// Bounds of no values of `leaf`, in the column order that is in force.
  init(_ leaf: Leaf, _ columnOrder: ColumnOrder = .typeDefined) {
    order = leaf.sortOrder
    physicalType = leaf.physicalType
    isTotal = columnOrder == .ieee754Total && order == .float
    nanCount = order == .float ? 0 : nil
  }

  /// Bounds of no values, as `other` has them.
  private init(like other: Bounds) {
    order = other.order
    physicalType = other.physicalType
    isTotal = other.isTotal
    nanCount = order == .float ? 0 : nil
  }

  /// Takes `other`'s values in.
  mutating func merge(_ other: Bounds) {
    if let more = other.nanCount { nanCount = (nanCount ?? 0) + more }
    switch (state, other.state) {
    case (_, .none): break
    case (.none, _): state = other.state
    case (.signed(let a, let b), .signed(let c, let d)):
      state = .signed(least: min(a, c), greatest: max(b, d))
    case (.unsigned(let a, let b), .unsigned(let c, let d)):
      state = .unsigned(least: min(a, c), greatest: max(b, d))
    case (.float(let a, let b), .float(let c, let d)):
      state = .float(least: min(a, c), greatest: max(b, d))
    case (.totalOrder(var bounds), .totalOrder(let more)):
      bounds.merge(more)
      state = .totalOrder(bounds)
    case (.boolean(let a, let b), .boolean(let c, let d)):
      state = .boolean(least: a && c, greatest: b || d)
    case (.bytes(let a, let b), .bytes(let c, let d)):
      state = .bytes(
        least: isLess(c, a) ? c : a, greatest: isLess(b, d) ? d : b)
    default: preconditionFailure("bounds of one column have one form")
    }
  }

  // MARK: Taking values in

  mutating func fold(bits: Bitmap) {
    guard bits.count > 0, order == .boolean else { return }
    let set = bits.setCount()
    var more = self
    more.state = .boolean(least: set == bits.count, greatest: set > 0)
    merge(more)
  }

  /// Takes in `count` values of 4 or 8 bytes.
  mutating func fold<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    words values: UnsafePointer<Word>, count: Int
  ) {
    guard count > 0 else { return }
    var more = Bounds(like: self)
    switch order {
    case .float: unsafe more.foldFloats(UnsafeRawPointer(values), count: count)
    case .unsigned:
      let (least, greatest) = unsafe Bounds.extremes(values, count: count, flip: 0)
      more.state = .unsigned(least: UInt64(least), greatest: UInt64(greatest))
    case .signed:
      // The sign bit flipped, unsigned order is signed order: one loop serves both widths.
      let flip = Word(1) << Word(Word.bitWidth - 1)
      let (least, greatest) = unsafe Bounds.extremes(values, count: count, flip: flip)
      more.state = .signed(
        least: Bounds.signExtended(least), greatest: Bounds.signExtended(greatest))
    default: return
    }
    merge(more)
  }

  /// The least and the greatest of `values`, each compared unsigned with the bits of `flip` flipped.
  @inline(__always)
  static func extremes<Word: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafePointer<Word>, count: Int, flip: Word
  ) -> (least: Word, greatest: Word) {
    var least = Word.max
    var greatest = Word.min
    for i in 0..<count {
      let value = unsafe values[i] ^ flip
      least = value < least ? value : least
      greatest = value > greatest ? value : greatest
    }
    return (least ^ flip, greatest ^ flip)
  }

  private static func signExtended<Word: FixedWidthInteger & UnsignedInteger>(
    _ word: Word
  ) -> Int64 {
    Word.bitWidth == 32
      ? Int64(Int32(truncatingIfNeeded: word)) : Int64(truncatingIfNeeded: word)
  }

  private mutating func foldFloats(_ values: UnsafeRawPointer, count: Int) {
    if isTotal {
      if physicalType == .float {
        unsafe take(
          TotalOrderBounds.of(
            values, count: count, infinity: Int32(0x7F80_0000)))
      } else {
        unsafe take(
          TotalOrderBounds.of(
            values, count: count, infinity: Int64(0x7FF0_0000_0000_0000)))
      }
    } else if physicalType == .float {
      unsafe foldFloats(values.assumingMemoryBound(to: Float.self), count)
    } else {
      unsafe foldFloats(values.assumingMemoryBound(to: Double.self), count)
    }
  }

  private mutating func take(_ found: (bounds: TotalOrderBounds?, nanCount: Int)) {
    nanCount = (nanCount ?? 0) + found.nanCount
    if let bounds = found.bounds { state = .totalOrder(bounds) }
  }

  private mutating func foldFloats<T: BinaryFloatingPoint>(
    _ values: UnsafePointer<T>, _ count: Int
  ) {
    let found = unsafe Bounds.extremes(values, count: count)
    nanCount = (nanCount ?? 0) + count - found.ordered
    if found.ordered > 0 {
      state = .float(least: Double(found.least), greatest: Double(found.greatest))
    }
  }

  /// The least and the greatest of those `values` that are no NaN, and how many are none.
  ///
  /// Comparisons with NaN are false, so it never replaces a bound. Each choice is one instruction; four chains of
  /// them run side by side.
  @inline(__always)
  private static func extremes<T: BinaryFloatingPoint>(
    _ values: UnsafePointer<T>, count: Int
  ) -> (least: T, greatest: T, ordered: Int) {
    var (a, b, c, d) = (T.infinity, T.infinity, T.infinity, T.infinity)
    var (e, f, g, h) = (-T.infinity, -T.infinity, -T.infinity, -T.infinity)
    var ordered = 0
    var i = 0
    while i &+ 4 <= count {
      let (v, w) = unsafe (values[i], values[i &+ 1])
      let (x, y) = unsafe (values[i &+ 2], values[i &+ 3])
      a = v < a ? v : a
      b = w < b ? w : b
      c = x < c ? x : c
      d = y < d ? y : d
      e = v > e ? v : e
      f = w > f ? w : f
      g = x > g ? x : g
      h = y > h ? y : h
      ordered &+= (v == v ? 1 : 0) &+ (w == w ? 1 : 0) &+ (x == x ? 1 : 0) &+ (y == y ? 1 : 0)
      i &+= 4
    }
    while i < count {
      let v = unsafe values[i]
      a = v < a ? v : a
      e = v > e ? v : e
      ordered &+= v == v ? 1 : 0
      i &+= 1
    }
    return (Swift.min(a, b, c, d), Swift.max(e, f, g, h), ordered)
  }

  /// Takes in `count` byte strings, value i `bytes[offsets[i] ..< offsets[i + 1]]`.
  mutating func fold(offsets: UnsafePointer<UInt32>, bytes: UnsafeRawPointer, count: Int) {
    unsafe fold(count: count) { i in
      let start = unsafe Int(offsets[i])
      return unsafe UnsafeRawBufferPointer(
        start: bytes + start, count: Int(offsets[i + 1]) - start)
    }
  }

  /// Takes in `count` byte strings of `width` bytes each.
  mutating func fold(_ bytes: UnsafeRawPointer, width: Int, count: Int) {
    if order == .float { return unsafe foldHalves(bytes, count: count) }
    unsafe fold(count: count) { i in
      unsafe UnsafeRawBufferPointer(start: bytes + i &* width, count: width)
    }
  }

  /// Takes in `count` byte strings.
  mutating func fold(count: Int, _ value: (Int) -> UnsafeRawBufferPointer) {
    switch order {
    case .unsignedBytes: unsafe foldByKey(count: count, flip: 0, value)
    case .signedBytes:
      if case .fixedLengthByteArray = physicalType {
        // Of one length, they are in the order of their unsigned bytes with the sign flipped.
        unsafe foldByKey(count: count, flip: 1 << 63, value)
      } else {
        unsafe foldSigned(count: count, value)
      }
    default: break
    }
  }

  @inline(__always)
  private mutating func foldByKey(
    count: Int, flip: UInt64, _ value: (Int) -> UnsafeRawBufferPointer
  ) {
    guard count > 0 else { return }
    // The first eight bytes as a number, with the bits of `flip` flipped, decide nearly always.
    var least = unsafe value(0)
    var greatest = unsafe least
    var leastKey = unsafe Bounds.key(least) ^ flip
    var greatestKey = leastKey
    for i in 1..<max(count, 1) {
      let candidate = unsafe value(i)
      let key = unsafe Bounds.key(candidate) ^ flip
      if unsafe key < leastKey || key == leastKey && Bounds.isLess(candidate, least) {
        unsafe least = candidate
        leastKey = key
      }
      if unsafe key > greatestKey || key == greatestKey && Bounds.isLess(greatest, candidate) {
        unsafe greatest = candidate
        greatestKey = key
      }
    }
    var more = Bounds(like: self)
    more.state = unsafe .bytes(least: Array(least), greatest: Array(greatest))
    merge(more)
  }

  private mutating func foldSigned(count: Int, _ value: (Int) -> UnsafeRawBufferPointer) {
    guard count > 0 else { return }
    var least = unsafe Array(value(0))
    var greatest = least
    for i in 1..<max(count, 1) {
      let candidate = unsafe Array(value(i))
      if isLess(candidate, least) { least = candidate }
      if isLess(greatest, candidate) { greatest = candidate }
    }
    var more = Bounds(like: self)
    more.state = .bytes(least: least, greatest: greatest)
    merge(more)
  }

  private mutating func foldHalves(_ bytes: UnsafeRawPointer, count: Int) {
    if isTotal {
      var more = Bounds(like: self)
      unsafe more.take(
        TotalOrderBounds.of(
          bytes, count: count, infinity: Int16(0x7C00)))
      return merge(more)
    }
    var least = Double.infinity
    var greatest = -Double.infinity
    var ordered = 0
    for i in 0..<count {
      let bits = unsafe bytes.loadUnaligned(fromByteOffset: 2 &* i, as: UInt16.self)
      let value = Double(halfPrecision: bits)
      if value < least { least = value }
      if value > greatest { greatest = value }
      if !value.isNaN { ordered += 1 }
    }
    var more = Bounds(like: self)
    more.nanCount = count - ordered
    if ordered > 0 { more.state = .float(least: least, greatest: greatest) }
    merge(more)
  }

  // MARK: Comparing

  /// The first eight bytes as a big-endian number, zeros where there are fewer.
  @inline(__always)
  private static func key(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    let count = bytes.count
    guard let base = bytes.baseAddress, count > 0 else { return 0 }
    // Values lie in memory with slack behind: eight bytes can always be loaded.
    let word = unsafe UInt64(bigEndian: base.loadUnaligned(as: UInt64.self))
    return count >= 8 ? word : word & ~(~0 &>> UInt64(8 &* count))
  }

  @inline(never)
  private static func isLess(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
    let common = min(a.count, b.count)
    guard common > 0, let x = a.baseAddress, let y = b.baseAddress else { return a.count < b.count }
    var i = 0
    while i &+ 8 <= common {
      let first = unsafe x.loadUnaligned(fromByteOffset: i, as: UInt64.self)
      let second = unsafe y.loadUnaligned(fromByteOffset: i, as: UInt64.self)
      if first != second { return UInt64(bigEndian: first) < UInt64(bigEndian: second) }
      i &+= 8
    }
    while i < common {
      if unsafe a[i] != b[i] { return unsafe a[i] < b[i] }
      i &+= 1
    }
    return a.count < b.count
  }

  private func isLess(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    order == .signedBytes ? twosComplementIsLess(a, b) : a.lexicographicallyPrecedes(b)
  }
}
