/// Puts the bytes of a variant together.
///
/// Specification: VariantEncoding.md.
struct VariantEncoder {
  /// The names, sorted by their bytes: a name's place is its number.
  private var names: [[UInt8]] = []

  static func encode(_ value: VariantValue) throws(ParquetError) -> Variant {
    var encoder = VariantEncoder()
    var names: [[UInt8]] = []
    try collect(value, depth: 0, into: &names)
    names.sort { $0.lexicographicallyPrecedes($1) }
    for name in names where encoder.names.last != name { encoder.names.append(name) }
    var bytes: [UInt8] = []
    try encoder.append(value, to: &bytes)
    return Variant(
      metadata: Bytes(copying: try encoder.metadata()), value: Bytes(copying: bytes))
  }

  private static func collect(
    _ value: VariantValue, depth: Int, into names: inout [[UInt8]]
  ) throws(ParquetError) {
    switch value {
    case .array, .object:
      guard depth < VariantValue.largestDepth else {
        throw ParquetError(
          .limitExceeded, "a VARIANT is nested no deeper than \(VariantValue.largestDepth) levels")
      }
    default: return
    }
    if case .array(let elements) = value {
      for element in elements { try collect(element, depth: depth + 1, into: &names) }
    }
    if case .object(let fields) = value {
      for field in fields {
        names.append(Array(field.name.utf8))
        try collect(field.value, depth: depth + 1, into: &names)
      }
    }
  }

  /// The bytes of the smallest number that holds `largest`.
  private static func width(_ largest: Int) throws(ParquetError) -> Int {
    guard largest <= Int(UInt32.max) else {
      throw ParquetError(.limitExceeded, "a VARIANT takes at most 4 GiB")
    }
    return largest < 1 << 8 ? 1 : largest < 1 << 16 ? 2 : largest < 1 << 24 ? 3 : 4
  }

  private static func append(_ number: Int, width: Int, to bytes: inout [UInt8]) {
    for i in 0..<width { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * i))) }
  }

  private func metadata() throws(ParquetError) -> [UInt8] {
    let byteCount = names.reduce(0) { $0 + $1.count }
    let width = try VariantEncoder.width(max(byteCount, names.count))
    // Version 1; the names are sorted and unique.
    var bytes = [UInt8(width - 1) << 6 | 1 << 4 | 1]
    VariantEncoder.append(names.count, width: width, to: &bytes)
    var offset = 0
    VariantEncoder.append(0, width: width, to: &bytes)
    for name in names {
      offset += name.count
      VariantEncoder.append(offset, width: width, to: &bytes)
    }
    for name in names { bytes += name }
    return bytes
  }

  /// The number of a name that was collected.
  private func id(_ name: String) -> Int {
    var low = 0
    var high = names.count
    while low < high {
      let middle = (low + high) / 2
      if names[middle].lexicographicallyPrecedes(name.utf8) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  // MARK: Values

  private func append(_ value: VariantValue, to bytes: inout [UInt8]) throws(ParquetError) {
    func scalar(_ type: UInt8) { bytes.append(type << 2) }
    func number<T: FixedWidthInteger>(_ type: UInt8, _ value: T) {
      scalar(type)
      VariantEncoder.append(value, to: &bytes)
    }
    switch value {
    case .null: scalar(VariantPrimitive.null)
    case .boolean(let value):
      scalar(value ? VariantPrimitive.booleanTrue : VariantPrimitive.booleanFalse)
    case .int8(let value): number(VariantPrimitive.int8, value)
    case .int16(let value): number(VariantPrimitive.int16, value)
    case .int32(let value): number(VariantPrimitive.int32, value)
    case .int64(let value): number(VariantPrimitive.int64, value)
    case .float(let value): number(VariantPrimitive.float, value.bitPattern)
    case .double(let value): number(VariantPrimitive.double, value.bitPattern)
    case .decimal4(let unscaled, let scale):
      scalar(VariantPrimitive.decimal4)
      try VariantEncoder.append(unscaled, digits: 9, scale: scale, to: &bytes)
    case .decimal8(let unscaled, let scale):
      scalar(VariantPrimitive.decimal8)
      try VariantEncoder.append(unscaled, digits: 18, scale: scale, to: &bytes)
    case .decimal16(let unscaled, let scale):
      scalar(VariantPrimitive.decimal16)
      try VariantEncoder.append(unscaled, digits: 38, scale: scale, to: &bytes)
    case .date(let value): number(VariantPrimitive.date, value)
    case .time(let value): number(VariantPrimitive.time, value)
    case .timestamp(let value, .microseconds, let isUTC):
      number(
        isUTC ? VariantPrimitive.timestampMicros : VariantPrimitive.localTimestampMicros, value)
    case .timestamp(let value, .nanoseconds, let isUTC):
      number(isUTC ? VariantPrimitive.timestampNanos : VariantPrimitive.localTimestampNanos, value)
    case .binary(let value):
      number(VariantPrimitive.binary, try VariantEncoder.length(value.count))
      bytes += value
    case .string(let value):
      let length = value.utf8.count
      if length < 64 {
        bytes.append(UInt8(length) << 2 | 1)
      } else {
        number(VariantPrimitive.string, try VariantEncoder.length(length))
      }
      bytes += Array(value.utf8)
    case .uuid(let value): number(VariantPrimitive.uuid, value.byteSwapped)
    case .array(let elements):
      try appendArray(elements, to: &bytes)
    case .object(let fields):
      try appendObject(fields, to: &bytes)
    }
  }

  private static func append<T: FixedWidthInteger>(_ value: T, to bytes: inout [UInt8]) {
    for i in 0..<T.bitWidth / 8 { bytes.append(UInt8(truncatingIfNeeded: value >> T(8 * i))) }
  }

  private static func append<T: FixedWidthInteger & SignedInteger>(
    _ unscaled: T, digits: Int, scale: Int, to bytes: inout [UInt8]
  ) throws(ParquetError) {
    guard (0...38).contains(scale) else {
      throw ParquetError(
        .invalidArgument, "a VARIANT's decimal has a scale between 0 and 38, not \(scale)")
    }
    var limit: T = 1
    for _ in 0..<digits { limit *= 10 }
    guard unscaled < limit, unscaled > -limit else {
      throw ParquetError(
        .invalidArgument, "\(unscaled) has more than the \(digits) digits of its VARIANT decimal")
    }
    bytes.append(UInt8(scale))
    append(unscaled, to: &bytes)
  }

  private static func length(_ count: Int) throws(ParquetError) -> UInt32 {
    _ = try width(count)
    return UInt32(truncatingIfNeeded: count)
  }

  private func appendArray(
    _ elements: [VariantValue], to bytes: inout [UInt8]
  ) throws(ParquetError) {
    var values: [UInt8] = []
    var offsets = [0]
    for element in elements {
      try append(element, to: &values)
      offsets.append(values.count)
    }
    let width = try VariantEncoder.width(values.count)
    let isLarge = elements.count > 255
    bytes.append(UInt8(isLarge ? 1 : 0) << 4 | UInt8(width - 1) << 2 | 3)
    VariantEncoder.append(elements.count, width: isLarge ? 4 : 1, to: &bytes)
    for offset in offsets { VariantEncoder.append(offset, width: width, to: &bytes) }
    bytes += values
  }

  private func appendObject(
    _ fields: [VariantField], to bytes: inout [UInt8]
  ) throws(ParquetError) {
    guard let fields = VariantField.sorted(fields) else {
      throw ParquetError(.invalidArgument, "a VARIANT's object has each name once")
    }
    var values: [UInt8] = []
    var offsets = [0]
    let ids = fields.map { id($0.name) }
    for field in fields {
      try append(field.value, to: &values)
      offsets.append(values.count)
    }
    let width = try VariantEncoder.width(values.count)
    let idWidth = try VariantEncoder.width(ids.last ?? 0)
    let isLarge = fields.count > 255
    bytes.append(
      UInt8(isLarge ? 1 : 0) << 6 | UInt8(idWidth - 1) << 4 | UInt8(width - 1) << 2 | 2)
    VariantEncoder.append(fields.count, width: isLarge ? 4 : 1, to: &bytes)
    for id in ids { VariantEncoder.append(id, width: idWidth, to: &bytes) }
    for offset in offsets { VariantEncoder.append(offset, width: width, to: &bytes) }
    bytes += values
  }
}
