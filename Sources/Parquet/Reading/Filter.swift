/// Which rows to read, by the values of columns that do not repeat.
///
/// As in SQL, a comparison with null is unknown, `not` of what is unknown is unknown, and only rows for
/// which the whole is true are kept. Numbers with a NaN compare as IEEE 754 says: no comparison but
/// `notEqual` is true.
public indirect enum Filter: Hashable, Sendable {
  /// The column's value compared with a literal.
  case compare(ColumnPath, Comparison, FilterLiteral)
  /// The column's value is one of the literals.
  case isIn(ColumnPath, [FilterLiteral])
  /// The column has no value, its own or because a group around it is null.
  case isNull(ColumnPath)
  /// All of them; no filters are true.
  case and([Filter])
  /// At least one of them; no filters are false.
  case or([Filter])
  /// The opposite; unknown stays unknown.
  case not(Filter)

  /// How a value is compared with a literal, the value on the left.
  public enum Comparison: Hashable, Sendable {
    /// `=`; both zeros are one number.
    case equal
    /// `!=`.
    case notEqual
    /// `<`.
    case less
    /// `<=`.
    case lessOrEqual
    /// `>`.
    case greater
    /// `>=`.
    case greaterOrEqual
  }
}

/// A value in a ``Filter``.
public enum FilterLiteral: Hashable, Sendable {
  /// For BOOLEAN.
  case boolean(Bool)
  /// For INT32 and INT64, and what they carry: days, units of time, unscaled decimals.
  case integer(Int64)
  /// For FLOAT and DOUBLE.
  case number(Double)
  /// For byte arrays: the bytes of its UTF-8.
  case text(String)
  /// For any column: the value's PLAIN bytes, of a byte array without its length.
  case plain([UInt8])

  /// The PLAIN bytes of the literal as a value of `leaf`.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument` where it is none.
  func plainBytes(for leaf: Leaf) throws(ParquetError) -> Bytes {
    switch (self, leaf.physicalType) {
    case (.boolean(let value), .boolean): return Bytes(copying: [UInt8(value ? 1 : 0)])
    case (.integer(let value), .int32):
      if case .integer(_, isSigned: false) = leaf.logicalType {
        if let number = UInt32(exactly: value) { return Bytes(copying: [number]) }
      } else if let number = Int32(exactly: value) {
        return Bytes(copying: [number])
      }
    case (.integer(let value), .int64):
      if case .integer(_, isSigned: false) = leaf.logicalType, value < 0 { break }
      return Bytes(copying: [value])
    case (.number(let value), .double): return Bytes(copying: [value])
    case (.number(let value), .float):
      let single = Float(value)
      if value.isNaN || Double(single) == value { return Bytes(copying: [single]) }
    case (.text(let text), .byteArray): return Bytes(copying: Array(text.utf8))
    case (.text(let text), .fixedLengthByteArray(let byteCount)):
      let bytes = Array(text.utf8)
      if bytes.count == byteCount { return Bytes(copying: bytes) }
    case (.plain(let bytes), .byteArray): return Bytes(copying: bytes)
    case (.plain(let bytes), .boolean):
      if bytes == [0] || bytes == [1] { return Bytes(copying: bytes) }
    case (.plain(let bytes), let type):
      if bytes.count == type.byteWidth { return Bytes(copying: bytes) }
    default: break
    }
    throw ParquetError(.invalidArgument, "\(self) is no value of type \(leaf.physicalType.name)")
      .adding(column: leaf.path.description)
  }
}
