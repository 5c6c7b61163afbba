/// A type whose values are those of one column: a number, text, bytes, or what is stored as one of them.
///
/// Integers of 8 to 64 bits, `Bool`, `Float`, `Double`, `Float16`, `String` and `Int128` (decimals) are;
/// `[UInt8]` is as good as one. A type of a program's own becomes one by saying how it is stored:
///
/// ```swift
/// struct Identifier: LeafValue {
///   var bytes: [UInt8]
///   static var logicalType: LogicalType? { .uuid }
///   var stored: [UInt8] { bytes }
///   init?(stored: [UInt8]) { bytes = stored }
/// }
/// ```
///
/// An enum with raw values needs no more than the name of the protocol.
public protocol LeafValue: FieldValue {
  /// What a value is stored as.
  associatedtype Stored: StoredValue
  /// What the stored values mean; nil where the stored type says it.
  static var logicalType: LogicalType? { get }
  /// This value as it is stored.
  var stored: Stored { get }
  /// The value that was stored; nil where there is none, which is an error of the file's.
  init?(stored: Stored)
}

extension LeafValue {
  /// What the stored type says.
  public static var logicalType: LogicalType? { nil }
}

extension LeafValue where Stored == Self {
  /// The value itself.
  @inlinable public var stored: Self { self }
  /// The value itself.
  @inlinable public init?(stored: Self) { self = stored }
}

extension RawRepresentable where Self: LeafValue, RawValue: LeafValue {
  /// What the raw values mean.
  public static var logicalType: LogicalType? { RawValue.logicalType }
  /// The raw value as it is stored.
  @inlinable public var stored: RawValue.Stored { rawValue.stored }
  /// The case with the raw value that was stored; nil where there is none.
  @inlinable public init?(stored: RawValue.Stored) {
    guard let raw = RawValue(stored: stored) else { return nil }
    self.init(rawValue: raw)
  }
}

// A leaf as a field: its values are gathered, or scattered, in loops over stored values.
extension LeafValue {
  /// The column of such a field.
  public static func schemaField(
    _ name: String, _ type: FieldType
  ) throws(ParquetError) -> SchemaField {
    let (physicalType, logicalType) = try Stored.form.leaf(type, own: Self.logicalType)
    return SchemaField(name, physicalType, logicalType: logicalType, fieldID: type.fieldID)
  }

  /// Appends `count` values.
  @inlinable
  public static func append(_ count: Int, to builder: FieldBuilder, _ value: (Int) -> Self) {
    Stored.appendStored(count, to: builder.asLeaf) { value($0).stored }
  }

  /// Appends `count` values or nulls.
  @inlinable
  public static func appendOptional(
    _ count: Int, to builder: FieldBuilder, _ value: (Int) -> Self?
  ) {
    Stored.appendStoredOptional(count, to: builder.asLeaf) { value($0)?.stored }
  }

  /// The values of a column without nulls.
  @inlinable
  public static func read(_ source: FieldSource) throws(ParquetError) -> [Self] {
    try source.checkNoNulls()
    return try readPresent(source)
  }

  /// The values of a column, with its nulls.
  @inlinable
  public static func readOptional(_ source: FieldSource) throws(ParquetError) -> [Self?] {
    source.spread(try readPresent(source))
  }

  @inlinable
  static func readPresent(_ source: FieldSource) throws(ParquetError) -> [Self] {
    let stored = try Stored.readStored(source)
    var values: [Self] = []
    values.reserveCapacity(stored.count)
    for i in stored.indices {
      guard let value = Self(stored: stored[i]) else {
        throw source.error("\(stored[i]) is no value of \(Self.self)", atValue: i)
      }
      values.append(value)
    }
    return values
  }
}
