extension LogicalType {
  /// The numbers that this type can be on INT32 or INT64; nil where it takes every one of them.
  func legalNumbers(on physicalType: PhysicalType) -> ClosedRange<Int64>? {
    guard physicalType == .int32 || physicalType == .int64 else { return nil }
    switch self {
    case .integer(let bitWidth, let isSigned) where bitWidth < 32:
      let count = Int64(1) << Int64(bitWidth)
      return isSigned ? -count / 2...count / 2 - 1 : 0...count - 1
    case .decimal(let precision, _) where precision <= 18:
      let end = (0..<precision).reduce(Int64(1)) { power, _ in power * 10 }
      return -(end - 1)...end - 1
    default: return nil
    }
  }
}

extension ColumnValues {
  /// The first value that `type` cannot be on `physicalType`, with the number it is; nil where all
  /// can, or the type takes every number.
  func firstIllegal(
    for type: LogicalType?, on physicalType: PhysicalType
  ) -> (index: Int, number: Int64)? {
    guard let legal = type?.legalNumbers(on: physicalType) else { return nil }
    switch form {
    case .fixed(width: 4, let bytes):
      return unsafe ColumnValues.first(outside: legal, bytes.elements(of: Int32.self), count)
    case .fixed(width: 8, let bytes):
      return unsafe ColumnValues.first(outside: legal, bytes.elements(of: Int64.self), count)
    case .dictionary(_, let dictionary):
      // Entries that no value uses may be anything.
      guard dictionary.firstIllegal(for: type, on: physicalType) != nil else { return nil }
      for i in 0..<count {
        let number =
          physicalType == .int32 ? Int64(self.number(at: i, as: Int32.self)) : self.number(at: i)
        if !legal.contains(number) { return (i, number) }
      }
      return nil
    // One or two bytes are as wide as the type.
    default: return nil
    }
  }

  @unsafe
  private static func first<T: FixedWidthInteger & BitwiseCopyable>(
    outside legal: ClosedRange<Int64>, _ numbers: UnsafePointer<T>, _ count: Int
  ) -> (index: Int, number: Int64)? {
    let low = T(truncatingIfNeeded: legal.lowerBound)
    let high = T(truncatingIfNeeded: legal.upperBound)
    for i in 0..<count {
      let number = unsafe numbers[i]
      if number < low || number > high { return (i, Int64(number)) }
    }
    return nil
  }
}

extension ParquetError {
  /// A number that its column's type cannot be.
  static func illegal(_ number: Int64, for type: LogicalType?) -> ParquetError {
    ParquetError(.schemaMismatch, "\(number) is out of the range of \(type?.name ?? "its type")")
  }
}
