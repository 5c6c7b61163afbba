/// What statistics say, found by looking at every value.
struct ValueSummary {
  let order: ValueOrder?
  /// The slots without a value.
  var nullCount = 0
  /// The slots with one.
  var valueCount = 0
  /// The values that are NaN.
  var nanCount = 0
  /// The bytes of all byte arrays.
  var byteArrayByteCount = 0
  /// The least value, NaN excluded; nil where there is none.
  private(set) var least: [UInt8]?
  /// The greatest value, NaN excluded; nil where there is none.
  private(set) var greatest: [UInt8]?
  /// The least and the greatest NaN of an order in which they have a place.
  private var nans: (least: [UInt8], greatest: [UInt8])?

  /// A summary of no values.
  init(order: ValueOrder?) { self.order = order }

  /// Takes in `values`, of which dictionaries are looked at once an entry.
  mutating func add(_ values: ColumnValues) {
    valueCount += values.count
    switch values.form {
    case .bits(let bits):
      guard bits.count > 0 else { return }
      let set = bits.setCount()
      if set < bits.count { unsafe [UInt8(0)].withUnsafeBytes { unsafe add(one: $0, times: 0) } }
      if set > 0 { unsafe [UInt8(1)].withUnsafeBytes { unsafe add(one: $0, times: 0) } }
    case .dictionary(let indices, let dictionary):
      var uses = [Int](repeating: 0, count: dictionary.count)
      indices.forEach { uses[$0] += 1 }
      for (index, count) in uses.enumerated() where count > 0 {
        unsafe dictionary.withBytes(at: index) { unsafe add(one: $0, times: count) }
      }
    case .fixed, .byteArrays:
      for i in 0..<values.count {
        unsafe values.withBytes(at: i) { unsafe add(one: $0, times: 1) }
      }
    }
  }

  /// Takes in what another summary found.
  mutating func add(_ other: ValueSummary) {
    nullCount += other.nullCount
    valueCount += other.valueCount
    nanCount += other.nanCount
    byteArrayByteCount += other.byteArrayByteCount
    if let least = other.least { unsafe least.withUnsafeBytes { unsafe extend($0) } }
    if let greatest = other.greatest { unsafe greatest.withUnsafeBytes { unsafe extend($0) } }
    if let nans = other.nans {
      unsafe nans.least.withUnsafeBytes { unsafe extendNaN($0) }
      unsafe nans.greatest.withUnsafeBytes { unsafe extendNaN($0) }
    }
  }

  private mutating func add(one value: UnsafeRawBufferPointer, times: Int) {
    byteArrayByteCount += value.count * times
    guard let order else { return }
    guard unsafe order.isNaN(value) else { return unsafe extend(value) }
    nanCount += times
    if order.isTotal { unsafe extendNaN(value) }
  }

  private mutating func extendNaN(_ value: UnsafeRawBufferPointer) {
    guard let order else { return }
    let (least, greatest) = unsafe nans ?? (Array(value), Array(value))
    let isLess = unsafe least.withUnsafeBytes { unsafe order.isLess(value, $0) }
    let isGreater = unsafe greatest.withUnsafeBytes { unsafe order.isLess($0, value) }
    nans = unsafe (isLess ? Array(value) : least, isGreater ? Array(value) : greatest)
  }

  private mutating func extend(_ value: UnsafeRawBufferPointer) {
    guard let order else { return }
    if unsafe least?.withUnsafeBytes({ unsafe order.isLess(value, $0) }) ?? true {
      least = unsafe Array(value)
    }
    if unsafe greatest?.withUnsafeBytes({ unsafe order.isLess($0, value) }) ?? true {
      greatest = unsafe Array(value)
    }
  }

  // MARK: Holding statistics against it

  /// What is wrong with `statistics`, one sentence each.
  func faults(in statistics: Statistics, isText: Bool) -> [String] {
    var faults: [String] = []
    if let count = statistics.nullCount, count != nullCount {
      faults.append("null_count is \(count); \(nullCount) slots are null")
    }
    if let count = statistics.nanCount, order?.isFloat ?? false, count != nanCount {
      faults.append("nan_count is \(count); \(nanCount) values are NaN")
    }
    if let count = statistics.distinctCount, count > valueCount {
      faults.append("distinct_count is \(count) of \(valueCount) values")
    }
    if let bound = statistics.minimum {
      unsafe faults += faultsOfBound(
        bound, "min_value", isExact: statistics.isMinimumExact, extreme: least ?? nans?.least,
        isText: isText
      ) { unsafe $0.isLess($2, $1) }
    }
    if let bound = statistics.maximum {
      unsafe faults += faultsOfBound(
        bound, "max_value", isExact: statistics.isMaximumExact, extreme: greatest ?? nans?.greatest,
        isText: isText
      ) { unsafe $0.isLess($1, $2) }
    }
    return faults
  }

  /// What is wrong with one bound; `isOutside` says whether a value, its last argument, lies outside
  /// of a bound.
  private func faultsOfBound(
    _ bound: Bytes, _ name: String, isExact: Bool?, extreme: [UInt8]?, isText: Bool,
    isOutside: (ValueOrder, UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Bool
  ) -> [String] {
    guard let order else { return [] }
    if let byteCount = order.byteCount, bound.count != byteCount {
      return ["\(name) has \(bound.count) bytes; a value has \(byteCount)"]
    }
    let limit = unsafe UnsafeRawBufferPointer(start: bound.pointer, count: bound.count)
    // Where NaN has a place in the order, it bounds values that are all NaN (rule S7); elsewhere a reader
    // leaves it alone (rule S6), and old writers put it there.
    if unsafe order.isNaN(limit), least != nil || !order.isTotal {
      return least == nil && nanCount > 0 ? [] : ["\(name) is NaN"]
    }
    if unsafe !order.isLegal(limit) {
      return unsafe ["\(name) \(show(limit)) lies outside of its day"]
    }
    guard let extreme else { return ["\(name) is given; there is no value to bound"] }
    var faults: [String] = []
    if isText, unsafe !isUTF8(limit) { faults.append("\(name) is not UTF-8") }
    unsafe extreme.withUnsafeBytes { value in
      if unsafe isOutside(order, limit, value) {
        unsafe faults.append("\(name) \(show(limit)) does not bound the value \(show(value))")
      } else if isExact == true, unsafe order.isLess(limit, value) || order.isLess(value, limit) {
        unsafe faults.append(
          "\(name) \(show(limit)) is said to be exact; the value is \(show(value))")
      }
    }
    return faults
  }

  /// The first bytes of a value, in hexadecimal.
  private func show(_ value: UnsafeRawBufferPointer) -> String {
    let digits = unsafe value.prefix(16).map { byte in
      let text = String(byte, radix: 16)
      return text.count < 2 ? "0" + text : text
    }
    return "0x" + digits.joined() + (value.count > 16 ? "…" : "")
  }
}
