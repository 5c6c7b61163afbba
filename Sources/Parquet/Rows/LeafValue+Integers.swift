// Integers that are stored in wider ones, or as the bits of signed ones.

extension Int8: LeafValue {
  /// INTEGER(8,true).
  public static var logicalType: LogicalType? { .integer(bitWidth: 8, isSigned: true) }
  /// The same number.
  @inlinable public var stored: Int32 { Int32(self) }
  /// The same number; nil where it does not fit.
  @inlinable public init?(stored: Int32) { self.init(exactly: stored) }
}

extension Int16: LeafValue {
  /// INTEGER(16,true).
  public static var logicalType: LogicalType? { .integer(bitWidth: 16, isSigned: true) }
  /// The same number.
  @inlinable public var stored: Int32 { Int32(self) }
  /// The same number; nil where it does not fit.
  @inlinable public init?(stored: Int32) { self.init(exactly: stored) }
}

extension UInt8: LeafValue {
  /// INTEGER(8,false).
  public static var logicalType: LogicalType? { .integer(bitWidth: 8, isSigned: false) }
  /// The same number.
  @inlinable public var stored: Int32 { Int32(self) }
  /// The same number; nil where it does not fit.
  @inlinable public init?(stored: Int32) { self.init(exactly: stored) }
}

extension UInt16: LeafValue {
  /// INTEGER(16,false).
  public static var logicalType: LogicalType? { .integer(bitWidth: 16, isSigned: false) }
  /// The same number.
  @inlinable public var stored: Int32 { Int32(self) }
  /// The same number; nil where it does not fit.
  @inlinable public init?(stored: Int32) { self.init(exactly: stored) }
}

extension UInt32: LeafValue {
  /// INTEGER(32,false).
  public static var logicalType: LogicalType? { .integer(bitWidth: 32, isSigned: false) }
  /// The same bits.
  @inlinable public var stored: Int32 { Int32(bitPattern: self) }
  /// The same bits.
  @inlinable public init?(stored: Int32) { self.init(bitPattern: stored) }
}

extension UInt64: LeafValue {
  /// INTEGER(64,false).
  public static var logicalType: LogicalType? { .integer(bitWidth: 64, isSigned: false) }
  /// The same bits.
  @inlinable public var stored: Int64 { Int64(bitPattern: self) }
  /// The same bits.
  @inlinable public init?(stored: Int64) { self.init(bitPattern: stored) }
}

extension Int: LeafValue {
  /// The same number.
  @inlinable public var stored: Int64 { Int64(self) }
  /// The same number; nil where it does not fit.
  @inlinable public init?(stored: Int64) { self.init(exactly: stored) }
}

extension UInt: LeafValue {
  /// INTEGER(64,false).
  public static var logicalType: LogicalType? { .integer(bitWidth: 64, isSigned: false) }
  /// The same number.
  @inlinable public var stored: Int64 { Int64(bitPattern: UInt64(self)) }
  /// The same number; nil where it does not fit.
  @inlinable public init?(stored: Int64) { self.init(exactly: UInt64(bitPattern: stored)) }
}
