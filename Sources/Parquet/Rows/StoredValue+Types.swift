// The types that columns are held in. What a loop calls for each value is inlined into the program's
// module; the rest is called once a batch.

/// Values of a fixed width, which are stored as they lie in memory.
public protocol FixedWidthValue: StoredValue, BitwiseCopyable {}

extension FixedWidthValue {
  /// Appends values.
  @inlinable
  public static func appendStored(_ count: Int, to builder: LeafBuilder, _ value: (Int) -> Self) {
    builder.take((0..<count).map(value), isPresent: nil)
  }

  /// Appends values or nulls.
  @inlinable
  public static func appendStoredOptional(
    _ count: Int, to builder: LeafBuilder, _ value: (Int) -> Self?
  ) {
    let (values, isPresent) = present(count, value)
    builder.take(values, isPresent: isPresent)
  }
}

extension Int32: LeafValue, FixedWidthValue {
  /// INT32.
  public static var form: StoredForm { .int32 }
  /// The values of a column of integers, or of decimals that fit.
  public static func readStored(_ source: FieldSource) throws(ParquetError) -> [Int32] {
    switch source.leaf.physicalType {
    case .int32: return try source.int32s()
    case .int64: return try source.narrowed(source.values.numbers(of: Int64.self))
    default: return try source.narrowed(source.decimals())
    }
  }
}

extension Int64: LeafValue, FixedWidthValue {
  /// INT64.
  public static var form: StoredForm { .int64 }
  /// The values of a column of integers, or of decimals that fit.
  public static func readStored(_ source: FieldSource) throws(ParquetError) -> [Int64] {
    switch source.leaf.physicalType {
    case .int64: return source.values.numbers()
    case .int32:
      let isUnsigned = source.isUnsigned
      return try source.int32s().map {
        isUnsigned ? Int64(UInt32(bitPattern: $0)) : Int64($0)
      }
    default: return try source.narrowed(source.decimals())
    }
  }
}

extension Float: LeafValue, FixedWidthValue {
  /// FLOAT.
  public static var form: StoredForm { .float }
  /// The values of a column of floats or halves.
  public static func readStored(_ source: FieldSource) throws(ParquetError) -> [Float] {
    source.leaf.physicalType == .float
      ? source.values.numbers() : source.halves().map { Float($0) }
  }
}

extension Double: LeafValue, FixedWidthValue {
  /// DOUBLE.
  public static var form: StoredForm { .double }
  /// The values of a column of doubles, floats or halves.
  public static func readStored(_ source: FieldSource) throws(ParquetError) -> [Double] {
    switch source.leaf.physicalType {
    case .double: source.values.numbers()
    case .float: source.values.numbers(of: Float.self).map { Double($0) }
    default: source.halves()
    }
  }
}

// Swift has no Float16 on Macs with Intel processors.
#if !(os(macOS) && arch(x86_64))
  extension Float16: LeafValue, FixedWidthValue {
    /// FLOAT16.
    public static var form: StoredForm { .half }
    /// The values of a column of halves, bit for bit.
    public static func readStored(_ source: FieldSource) throws(ParquetError) -> [Float16] {
      source.values.numbers(of: UInt16.self).map { Float16(bitPattern: $0) }
    }
  }
#endif

extension Bool: LeafValue, StoredValue {
  /// BOOLEAN.
  public static var form: StoredForm { .boolean }

  /// Appends values.
  @inlinable
  public static func appendStored(_ count: Int, to builder: LeafBuilder, _ value: (Int) -> Bool) {
    builder.take(bits: (0..<count).map(value), isPresent: nil)
  }

  /// Appends values or nulls.
  @inlinable
  public static func appendStoredOptional(
    _ count: Int, to builder: LeafBuilder, _ value: (Int) -> Bool?
  ) {
    let (values, isPresent) = present(count, value)
    builder.take(bits: values, isPresent: isPresent)
  }

  /// The values of a column of booleans.
  public static func readStored(_ source: FieldSource) throws(ParquetError) -> [Bool] {
    (0..<source.values.count).map { source.values.boolean(at: $0) }
  }
}

extension String: LeafValue, StoredValue {
  /// BYTE_ARRAY with text.
  public static var form: StoredForm { .text }
  /// STRING.
  public static var logicalType: LogicalType? { .string }

  /// Appends values.
  @inlinable
  public static func appendStored(
    _ count: Int, to builder: LeafBuilder, _ value: (Int) -> String
  ) {
    for i in 0..<count { builder.append(value(i)) }
  }

  /// Appends values or nulls.
  @inlinable
  public static func appendStoredOptional(
    _ count: Int, to builder: LeafBuilder, _ value: (Int) -> String?
  ) {
    for i in 0..<count {
      if let value = value(i) { builder.append(value) } else { builder.appendNull() }
    }
  }

  /// The values of a column of text, each of which is UTF-8.
  public static func readStored(_ source: FieldSource) throws(ParquetError) -> [String] {
    try source.eachOnce { (values, i) throws(ParquetError) in
      guard let text = values.text(at: i) else {
        throw ParquetError(.rejectedData, "text is not UTF-8")
      }
      return text
    }
  }
}

extension Array: StoredValue where Element == UInt8 {
  /// BYTE_ARRAY or FIXED_LEN_BYTE_ARRAY.
  public static var form: StoredForm { .bytes }

  /// Appends values.
  public static func appendStored(
    _ count: Int, to builder: LeafBuilder, _ value: (Int) -> [UInt8]
  ) {
    for i in 0..<count { builder.append(value(i)) }
  }

  /// Appends values or nulls.
  public static func appendStoredOptional(
    _ count: Int, to builder: LeafBuilder, _ value: (Int) -> [UInt8]?
  ) {
    for i in 0..<count {
      if let value = value(i) { builder.append(value) } else { builder.appendNull() }
    }
  }

  /// The values of a column of bytes.
  public static func readStored(_ source: FieldSource) throws(ParquetError) -> [[UInt8]] {
    try source.eachOnce { (values, i) throws(ParquetError) in values.array(at: i) }
  }
}

extension LeafBuilder {
  fileprivate func append(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes { unsafe append(bytes: $0) }
  }
}

extension Int128: LeafValue, StoredValue {
  /// DECIMAL, on what carries its digits.
  public static var form: StoredForm { .int128 }

  /// Appends unscaled values.
  public static func appendStored(
    _ count: Int, to builder: LeafBuilder, _ value: (Int) -> Int128
  ) {
    for i in 0..<count { builder.append(decimal: value(i)) }
  }

  /// Appends unscaled values or nulls.
  public static func appendStoredOptional(
    _ count: Int, to builder: LeafBuilder, _ value: (Int) -> Int128?
  ) {
    for i in 0..<count {
      if let value = value(i) { builder.append(decimal: value) } else { builder.appendNull() }
    }
  }

  /// The unscaled values of a column of decimals.
  public static func readStored(_ source: FieldSource) throws(ParquetError) -> [Int128] {
    switch source.leaf.physicalType {
    case .int32: try source.int32s().map { Int128($0) }
    case .int64: source.values.numbers(of: Int64.self).map { Int128($0) }
    default: try source.decimals()
    }
  }
}

extension LeafBuilder {
  /// Appends an unscaled decimal, on whatever carries it.
  func append(decimal value: Int128) {
    guard case .decimal(let precision, _)? = field.logicalType,
      value.magnitude < (0..<precision).reduce(1 as UInt128, { power, _ in power * 10 })
    else { return refuse(.illegalDecimal(value, field.logicalType)) }
    switch physicalType {
    case .int32: append(Int32(truncatingIfNeeded: value))
    case .int64: append(Int64(truncatingIfNeeded: value))
    default:
      var big = value.bigEndian
      unsafe withUnsafeBytes(of: &big) { bytes in
        let byteCount = physicalType.byteWidth ?? 16
        unsafe append(bytes: UnsafeRawBufferPointer(rebasing: bytes.suffix(byteCount)))
      }
    }
  }
}

extension ParquetError {
  fileprivate static func illegalDecimal(_ number: Int128, _ type: LogicalType?) -> ParquetError {
    ParquetError(.schemaMismatch, "\(number) is out of the range of \(type?.name ?? "its type")")
  }
}
