/// What metadata says of some slots of a column, as far as it can be relied on.
struct ValueBounds {
  /// No value but a NaN is smaller; nil where nothing is known.
  private(set) var minimum: Bytes?
  /// No value but a NaN is larger; nil where nothing is known.
  private(set) var maximum: Bytes?
  /// How many slots there are.
  var slotCount: Int
  /// How many of them have no value; nil is unknown, not 0.
  var nullCount: Int?
  /// Whether a value may be a NaN.
  var mayHaveNaN: Bool
  /// How many values are NaN; nil is unknown, not 0.
  var nanCount: Int?

  /// The bounds of a chunk; `columnOrder` is what the file says they mean, nil where it says nothing.
  ///
  /// Specification: rules S1–S10.
  init(_ statistics: Statistics, _ leaf: Leaf, _ columnOrder: ColumnOrder?, slotCount: Int) {
    self.init(
      leaf, columnOrder, minimum: statistics.minimum, maximum: statistics.maximum,
      slotCount: slotCount, nullCount: statistics.nullCount, nanCount: statistics.nanCount)
    // The deprecated bounds compare as signed numbers, whatever the type.
    if minimum == nil, maximum == nil, leaf.sortOrder == .signed {
      setBounds(leaf, statistics.deprecatedMinimum, statistics.deprecatedMaximum)
    }
  }

  /// The bounds of a page or a chunk.
  init(
    _ leaf: Leaf, _ columnOrder: ColumnOrder?, minimum: Bytes?, maximum: Bytes?, slotCount: Int,
    nullCount: Int?, nanCount: Int?
  ) {
    self.slotCount = slotCount
    self.nullCount = nullCount
    self.nanCount = leaf.sortOrder == .float ? nanCount : nil
    mayHaveNaN = leaf.sortOrder == .float && nanCount != 0
    // The bounds of one order are compared by another, the filter's, which is coarser: zeros are one
    // number to it, and NaN none.
    let isKnown =
      switch columnOrder {
      case .typeDefined?: leaf.sortOrder != .undefined
      case .ieee754Total?: leaf.sortOrder == .float
      case .int96Timestamp?: leaf.isPlainINT96
      default: false
      }
    if isKnown { setBounds(leaf, minimum, maximum) }
  }

  /// Takes bounds over, unless one of them is none.
  private mutating func setBounds(_ leaf: Leaf, _ minimum: Bytes?, _ maximum: Bytes?) {
    guard let order = ValueOrder(filtering: leaf) else { return }
    for bound in [minimum, maximum] {
      guard let bound else { continue }
      if let byteCount = order.byteCount, bound.count != byteCount { return }
      // A bound that is NaN says nothing (rules S6 and S7), nor one outside of its day (rule S9).
      if order.isNaN(bound) || !order.isLegal(bound) { return }
      // A decimal means something by all its bytes; other byte strings may be shortened.
      if leaf.sortOrder == .signedBytes,
        bound.count == 0 || bound.count != leaf.physicalType.byteWidth ?? bound.count
      {
        return
      }
    }
    if let minimum, let maximum, ValueTest(leaf, .isPresent).isLess(maximum, minimum) { return }
    self.minimum = minimum
    self.maximum = maximum
  }
}

extension ValueTest {
  /// Whether one of the slots that `bounds` describes may pass. Only certainty makes this false.
  func mayPass(_ bounds: ValueBounds) -> Bool {
    switch form {
    case .never: return false
    case .isNull: return bounds.nullCount != 0
    default: break
    }
    if let nullCount = bounds.nullCount, nullCount >= bounds.slotCount { return false }
    if case .isPresent = form { return true }
    if matchesNaN, bounds.mayHaveNaN { return true }
    // Nothing but nulls and NaN, which no comparison lets pass. The counts are a file's: they may be wrong
    // so far that their sum overflows.
    if let nulls = bounds.nullCount, let nans = bounds.nanCount, nans > 0,
      nans >= bounds.slotCount - max(nulls, 0)
    {
      return false
    }
    func mayBeLess(_ value: Bytes) -> Bool { bounds.minimum.map { isLess($0, value) } ?? true }
    func mayBeGreater(_ value: Bytes) -> Bool { bounds.maximum.map { isLess(value, $0) } ?? true }
    /// Whether `value` lies within the bounds, which themselves may be values.
    func isInside(_ value: Bytes) -> Bool {
      !(bounds.minimum.map { isLess(value, $0) } ?? false)
        && !(bounds.maximum.map { isLess($0, value) } ?? false)
    }
    switch form {
    case .less(let limit): return mayBeLess(limit)
    case .lessOrEqual(let limit): return mayBeLess(limit) || isInside(limit)
    case .greater(let limit): return mayBeGreater(limit)
    case .greaterOrEqual(let limit): return mayBeGreater(limit) || isInside(limit)
    case .isIn(let literals): return literals.contains(where: isInside)
    case .isNotIn(let literals):
      // Every value is the literal where both bounds are.
      return literals.allSatisfy { mayBeLess($0) || mayBeGreater($0) }
    case .never, .isNull, .isPresent: return true
    }
  }

  /// The hashes of all values that pass, for a bloom filter; nil where they cannot be listed.
  var hashes: [UInt64]? {
    guard case .isIn(let literals) = form, leaf.physicalType != .boolean else { return nil }
    // A decimal has many forms of different lengths, a point in time many of nanoseconds and day.
    if leaf.physicalType == .int96 { return nil }
    if leaf.sortOrder == .signedBytes, leaf.physicalType == .byteArray { return nil }
    return literals.flatMap { literal -> [UInt64] in
      guard leaf.sortOrder == .float, !isLess(literal, ValueTest.zero(literal.count)),
        !isLess(ValueTest.zero(literal.count), literal)
      else { return [ValueTest.hash(literal)] }
      // Both zeros are one number and two byte strings.
      var negative = [UInt8](repeating: 0, count: literal.count)
      negative[literal.count - 1] = 0x80
      return [
        ValueTest.hash(ValueTest.zero(literal.count)), ValueTest.hash(Bytes(copying: negative)),
      ]
    }
  }

  private static func zero(_ byteCount: Int) -> Bytes {
    Bytes(copying: [UInt8](repeating: 0, count: byteCount))
  }

  private static func hash(_ value: Bytes) -> UInt64 {
    unsafe XXH64.hash(UnsafeRawBufferPointer(start: value.pointer, count: value.count))
  }
}
