/// How the values of a column compare, byte by byte as the file has them: to hold bounds against
/// values. Apart from what the writer finds bounds with, so that neither hides the other's mistake.
///
/// Specification: ColumnOrder in parquet.thrift; rules S4–S10.
struct ValueOrder {
  private enum Form {
    case signed(byteCount: Int)
    case unsigned(byteCount: Int)
    case float(byteCount: Int, isTotal: Bool)
    case unsignedBytes
    case signedBytes
    case int96
  }

  private let form: Form

  /// The order of `leaf`'s values by `order`; nil where they have none, or none that is known.
  init?(_ leaf: Leaf, _ order: ColumnOrder) {
    let width = leaf.physicalType.byteWidth ?? 1
    switch (order, leaf.sortOrder) {
    case (.typeDefined, .signed): form = .signed(byteCount: width)
    case (.typeDefined, .unsigned): form = .unsigned(byteCount: width)
    case (.typeDefined, .boolean): form = .unsigned(byteCount: 1)
    case (.typeDefined, .float): form = .float(byteCount: width, isTotal: false)
    case (.ieee754Total, .float): form = .float(byteCount: width, isTotal: true)
    case (.typeDefined, .unsignedBytes): form = .unsignedBytes
    case (.typeDefined, .signedBytes): form = .signedBytes
    case (.int96Timestamp, _) where leaf.physicalType == .int96: form = .int96
    default: return nil
    }
  }

  /// The order that a filter of `leaf` compares by, whatever its bounds mean; nil where values can only
  /// be the same or not. Zeros are one number, and an INT96 is a point in time.
  init?(filtering leaf: Leaf) {
    self.init(leaf, leaf.isPlainINT96 ? .int96Timestamp : .typeDefined)
  }

  /// The bytes that a bound must have; nil where any number will do.
  var byteCount: Int? {
    switch form {
    case .signed(let byteCount), .unsigned(let byteCount), .float(let byteCount, _): byteCount
    case .int96: 12
    case .unsignedBytes, .signedBytes: nil
    }
  }

  /// Whether `bound` may stand as a bound at all: one in the order of points in time lies in its day.
  func isLegal(_ bound: UnsafeRawBufferPointer) -> Bool {
    guard case .int96 = form else { return true }
    return unsafe INT96Timestamp.isWithinDay(bound)
  }

  /// Whether every bit pattern of a float has its place in the order, NaN and zeros too.
  var isTotal: Bool { if case .float(_, isTotal: true) = form { true } else { false } }

  /// Whether values are floating-point numbers.
  var isFloat: Bool { if case .float = form { true } else { false } }

  /// Whether `value` is a NaN.
  func isNaN(_ value: UnsafeRawBufferPointer) -> Bool {
    guard case .float(let byteCount, _) = form else { return false }
    let bits = unsafe ValueOrder.word(value)
    switch byteCount {
    case 2: return bits & 0x7FFF > 0x7C00
    case 4: return bits & 0x7FFF_FFFF > 0x7F80_0000
    default: return bits & 0x7FFF_FFFF_FFFF_FFFF > 0x7FF0_0000_0000_0000
    }
  }

  /// Whether `a` comes before `b`; both have the bytes that values must have.
  func isLess(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
    switch form {
    case .signed(let byteCount):
      let shift = UInt64(64 - 8 * byteCount)
      return unsafe Int64(bitPattern: ValueOrder.word(a) &<< shift)
        < Int64(bitPattern: ValueOrder.word(b) &<< shift)
    case .unsigned: return unsafe ValueOrder.word(a) < ValueOrder.word(b)
    case .float(let byteCount, let isTotal):
      let x = unsafe ValueOrder.floatKey(a, byteCount: byteCount, isTotal: isTotal)
      let y = unsafe ValueOrder.floatKey(b, byteCount: byteCount, isTotal: isTotal)
      return x < y
    case .unsignedBytes: return unsafe a.lexicographicallyPrecedes(b)
    case .signedBytes: return unsafe ValueOrder.isLessSigned(a, b)
    case .int96: return unsafe INT96Timestamp(a) < INT96Timestamp(b)
    }
  }

  /// Up to eight bytes as a little-endian number.
  private static func word(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var word: UInt64 = 0
    for i in 0..<min(8, bytes.count) { word |= unsafe UInt64(bytes[i]) &<< UInt64(8 * i) }
    return word
  }

  /// A number that compares as the float does; the zeros are one where the order is not total.
  private static func floatKey(
    _ bytes: UnsafeRawBufferPointer, byteCount: Int, isTotal: Bool
  ) -> Int64 {
    let shift = UInt64(64 - 8 * byteCount)
    let bits = unsafe Int64(bitPattern: word(bytes) &<< shift)
    if bits >= 0 { return bits }
    let magnitude = bits & Int64.max
    return isTotal ? -1 - magnitude : -magnitude
  }

  /// Big-endian two's complement of any lengths.
  private static func isLessSigned(
    _ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer
  ) -> Bool {
    let negativeA = unsafe a.count > 0 && a[0] >= 0x80
    let negativeB = unsafe b.count > 0 && b[0] >= 0x80
    if negativeA != negativeB { return negativeA }
    let fill: UInt8 = negativeA ? 0xFF : 0
    let length = max(a.count, b.count)
    for i in 0..<length {
      let x = unsafe i < length - a.count ? fill : a[i - (length - a.count)]
      let y = unsafe i < length - b.count ? fill : b[i - (length - b.count)]
      if x != y { return x < y }
    }
    return false
  }
}

extension ParquetReader {
  /// What the file says the bounds of `leaf` mean; nil where it says nothing.
  func columnOrder(of leaf: Leaf) -> ColumnOrder? {
    guard let orders = metadata.columnOrders, orders.indices.contains(leaf.index) else {
      return nil
    }
    return orders[leaf.index]
  }
}
