/// One test of a column's values: a filter without `and`, `or` and `not`.
struct ValueTest {
  /// What passes. Literals are PLAIN bytes and no NaN; lists of them ascend.
  enum Form {
    case never
    case isNull
    case isPresent
    case less(Bytes)
    case lessOrEqual(Bytes)
    case greater(Bytes)
    case greaterOrEqual(Bytes)
    case isIn([Bytes])
    case isNotIn([Bytes])
  }

  let leaf: Leaf
  let form: Form
  /// Whether a NaN passes: it does where a comparison, which it fails, is negated.
  let matchesNaN: Bool
  /// How values compare; nil where only their bytes can be.
  private let order: ValueOrder?

  /// A test for presence.
  init(_ leaf: Leaf, _ form: Form, matchesNaN: Bool = false) {
    self.leaf = leaf
    self.form = form
    self.matchesNaN = matchesNaN
    order = ValueOrder(filtering: leaf)
  }

  /// A test whether a value lies on one side of `value`, or, where negated, does not.
  init(_ leaf: Leaf, _ comparison: Filter.Comparison, _ value: Bytes, isNegated: Bool) {
    if ValueOrder(filtering: leaf)?.isNaN(value) ?? false {
      self.init(leaf, isNegated ? .isPresent : .never, matchesNaN: isNegated)
      return
    }
    let form: Form =
      switch (comparison, isNegated) {
      case (.less, false), (.greaterOrEqual, true): .less(value)
      case (.lessOrEqual, false), (.greater, true): .lessOrEqual(value)
      case (.greater, false), (.lessOrEqual, true): .greater(value)
      case (.greaterOrEqual, false), (.less, true): .greaterOrEqual(value)
      case (.equal, false), (.notEqual, true): .isIn([value])
      case (.notEqual, false), (.equal, true): .isNotIn([value])
      }
    self.init(leaf, form, matchesNaN: isNegated)
  }

  /// A test whether a value is one of `values`, or, where negated, is none of them.
  init(_ leaf: Leaf, isIn values: [Bytes], isNegated: Bool) {
    let order = ValueOrder(filtering: leaf)
    let numbers = values.filter { !(order?.isNaN($0) ?? false) }
      .sorted { ValueTest.isLess($0, $1, order) }
    self.init(leaf, isNegated ? .isNotIn(numbers) : .isIn(numbers), matchesNaN: isNegated)
  }

  // MARK: Values

  /// The rows of `column` that pass.
  ///
  /// `entries` keeps which entries of a dictionary pass, for the next column with the same one.
  func passing(_ column: Column, entries: inout RowMask?) -> RowMask {
    let present: RowMask
    switch column.presence {
    case .allPresent:
      switch form {
      case .never, .isNull: return RowMask(repeating: false, count: column.rowCount)
      case .isPresent: return RowMask(repeating: true, count: column.rowCount)
      default: return passing(column.values, entries: &entries)
      }
    case .validity(let bitmap): present = RowMask(bitmap)
    case .levels(let definition, _):
      let levels = unsafe definition.elements(of: UInt8.self)
      let full = UInt8(leaf.maxDefinitionLevel)
      present = RowMask(count: column.rowCount) { unsafe levels[$0] == full }
    }
    switch form {
    case .never: return RowMask(repeating: false, count: column.rowCount)
    case .isPresent: return present
    case .isNull:
      var absent = present
      absent.invert()
      return absent
    default: return present.replacingSet(by: passing(column.values, entries: &entries))
    }
  }

  /// The values that pass; each entry of a dictionary is tested once, however often it stands.
  private func passing(_ values: ColumnValues, entries: inout RowMask?) -> RowMask {
    guard case .dictionary(let indices, let dictionary) = values.form else {
      return passing(values)
    }
    let passes = entries ?? passing(dictionary)
    entries = passes
    return RowMask(count: values.count) { passes[indices[$0]] }
  }

  /// The values that pass.
  func passing(_ values: ColumnValues) -> RowMask {
    switch values.form {
    case .dictionary:
      var entries: RowMask?
      return passing(values, entries: &entries)
    case .bits(let bits):
      let passing = [UInt8(0), 1].map { bit in
        unsafe withUnsafeBytes(of: bit) { unsafe passes($0) }
      }
      return RowMask(count: values.count) { passing[bits[$0] ? 1 : 0] }
    case .fixed(let width, let bytes):
      guard width == leaf.physicalType.byteWidth else { return passing(values.plainForm(leaf)) }
      switch (leaf.sortOrder, leaf.physicalType) {
      case (.signed, .int32): return passing(bytes, of: Int32.self)
      case (.signed, .int64): return passing(bytes, of: Int64.self)
      case (.unsigned, .int32): return passing(bytes, of: UInt32.self)
      case (.unsigned, .int64): return passing(bytes, of: UInt64.self)
      case (.float, .float): return passing(bytes, of: Float.self)
      case (.float, .double): return passing(bytes, of: Double.self)
      default: return passingOneByOne(values)
      }
    case .byteArrays: return passingOneByOne(values)
    }
  }

  /// Numbers in a loop of their own for each form.
  private func passing<T: Comparable & BitwiseCopyable>(
    _ bytes: Bytes, of type: T.Type
  ) -> RowMask {
    let numbers = unsafe bytes.elements(of: T.self)
    let count = bytes.count / MemoryLayout<T>.size
    func number(_ bytes: Bytes) -> T { unsafe bytes.pointer.loadUnaligned(as: T.self) }
    // Where NaN passes, the negated comparison lets it.
    switch (form, matchesNaN) {
    case (.less(let limit), false):
      let limit = number(limit)
      return RowMask(count: count) { unsafe numbers[$0] < limit }
    case (.less(let limit), true):
      let limit = number(limit)
      return RowMask(count: count) { unsafe !(numbers[$0] >= limit) }
    case (.lessOrEqual(let limit), false):
      let limit = number(limit)
      return RowMask(count: count) { unsafe numbers[$0] <= limit }
    case (.lessOrEqual(let limit), true):
      let limit = number(limit)
      return RowMask(count: count) { unsafe !(numbers[$0] > limit) }
    case (.greater(let limit), false):
      let limit = number(limit)
      return RowMask(count: count) { unsafe numbers[$0] > limit }
    case (.greater(let limit), true):
      let limit = number(limit)
      return RowMask(count: count) { unsafe !(numbers[$0] <= limit) }
    case (.greaterOrEqual(let limit), false):
      let limit = number(limit)
      return RowMask(count: count) { unsafe numbers[$0] >= limit }
    case (.greaterOrEqual(let limit), true):
      let limit = number(limit)
      return RowMask(count: count) { unsafe !(numbers[$0] < limit) }
    case (.isIn(let literals), _), (.isNotIn(let literals), _):
      var mask = RowMask(repeating: false, count: count)
      if literals.count <= 8 {
        for literal in literals {
          let wanted = number(literal)
          mask.formUnion(RowMask(count: count) { unsafe numbers[$0] == wanted })
        }
      } else {
        let wanted = literals.map(number)
        mask = RowMask(count: count) { unsafe ValueTest.contains(wanted, numbers[$0]) }
      }
      if case .isNotIn = form { mask.invert() }
      return mask
    case (.isPresent, _): return RowMask(repeating: true, count: count)
    case (.never, _), (.isNull, _): return RowMask(repeating: false, count: count)
    }
  }

  /// Whether `value`, which may be a NaN, is in the ascending `numbers`.
  private static func contains<T: Comparable>(_ numbers: [T], _ value: T) -> Bool {
    var (low, high) = (0, numbers.count)
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low < numbers.count && numbers[low] == value
  }

  private func passingOneByOne(_ values: ColumnValues) -> RowMask {
    RowMask(count: values.count) { i in
      unsafe values.withBytes(at: i) { unsafe passes($0) }
    }
  }

  /// Whether one value passes.
  private func passes(_ value: UnsafeRawBufferPointer) -> Bool {
    if let order, unsafe order.isNaN(value) { return matchesNaN }
    switch form {
    case .never, .isNull: return false
    case .isPresent: return true
    case .less(let limit): return unsafe isLess(value, limit.raw)
    case .lessOrEqual(let limit): return unsafe !isLess(limit.raw, value)
    case .greater(let limit): return unsafe isLess(limit.raw, value)
    case .greaterOrEqual(let limit): return unsafe !isLess(value, limit.raw)
    case .isIn(let literals): return unsafe contains(literals, value)
    case .isNotIn(let literals): return unsafe !contains(literals, value)
    }
  }

  private func contains(_ literals: [Bytes], _ value: UnsafeRawBufferPointer) -> Bool {
    var (low, high) = (0, literals.count)
    while low < high {
      let middle = (low + high) / 2
      if unsafe isLess(literals[middle].raw, value) { low = middle + 1 } else { high = middle }
    }
    return unsafe low < literals.count && !isLess(value, literals[low].raw)
  }

  private func isLess(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
    guard let order else { return unsafe a.lexicographicallyPrecedes(b) }
    return unsafe order.isLess(a, b)
  }

  /// Whether `a` comes before `b`, both as PLAIN bytes.
  func isLess(_ a: Bytes, _ b: Bytes) -> Bool { ValueTest.isLess(a, b, order) }

  private static func isLess(_ a: Bytes, _ b: Bytes, _ order: ValueOrder?) -> Bool {
    guard let order else { return unsafe a.raw.lexicographicallyPrecedes(b.raw) }
    return unsafe order.isLess(a.raw, b.raw)
  }
}

extension ValueOrder {
  /// Whether `value` is a NaN.
  func isNaN(_ value: Bytes) -> Bool { unsafe isNaN(value.raw) }

  /// Whether `bound` may stand as a bound at all.
  func isLegal(_ bound: Bytes) -> Bool { unsafe isLegal(bound.raw) }
}

extension Bytes {
  /// The bytes in place; for as long as this value lives.
  @unsafe fileprivate var raw: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: pointer, count: count)
  }
}

extension RowMask {
  /// The same mask with its set bits replaced, in order, by those of `values`.
  fileprivate func replacingSet(by values: RowMask) -> RowMask {
    var result = RowMask(repeating: false, count: count)
    var next = 0
    forEachSet { row in
      if values[next] { result.set(row) }
      next &+= 1
    }
    return result
  }
}
