/// A value of the VARIANT type, taken apart: a scalar of one of 21 types, an array or an object.
///
/// ```swift
/// let value: VariantValue = .object([
///   VariantField("id", .int64(7)), VariantField("tags", .array([.string("a"), .null])),
/// ])
/// ```
///
/// Two values are equal where they have the same types and contents, bit for bit but for floating-point
/// numbers, which compare as numbers; `int8(1)` and `int16(1)` differ.
///
/// Specification: VariantEncoding.md.
public enum VariantValue: Equatable, Sendable {
  /// The null that is a value; a VARIANT column can have the absence of one besides.
  case null
  case boolean(Bool)
  case int8(Int8)
  case int16(Int16)
  case int32(Int32)
  case int64(Int64)
  case float(Float)
  case double(Double)
  /// `unscaled` × 10^−scale, of at most 9 digits; the scale lies between 0 and 38.
  case decimal4(_ unscaled: Int32, scale: Int)
  /// `unscaled` × 10^−scale, of at most 18 digits; the scale lies between 0 and 38.
  case decimal8(_ unscaled: Int64, scale: Int)
  /// `unscaled` × 10^−scale, of at most 38 digits; the scale lies between 0 and 38.
  case decimal16(_ unscaled: Int128, scale: Int)
  /// Days since 1970-01-01.
  case date(Int32)
  /// Microseconds since midnight on a local clock.
  case time(Int64)
  /// Microseconds or nanoseconds since 1970-01-01: a point in time (`isAdjustedToUTC`) or what a local
  /// calendar and clock showed.
  case timestamp(Int64, unit: VariantTimeUnit, isAdjustedToUTC: Bool)
  case binary([UInt8])
  case string(String)
  /// The sixteen bytes as one big-endian number.
  case uuid(UInt128)
  case array([VariantValue])
  /// Fields in any order, each name once; values that were decoded have them in the order of the
  /// names' bytes.
  case object([VariantField])

  /// How many arrays and objects may stand inside each other.
  public static let largestDepth = 200

  /// The integer in as few bytes as hold it.
  public init(_ integer: Int64) {
    if let value = Int8(exactly: integer) {
      self = .int8(value)
    } else if let value = Int16(exactly: integer) {
      self = .int16(value)
    } else if let value = Int32(exactly: integer) {
      self = .int32(value)
    } else {
      self = .int64(integer)
    }
  }

  /// The value of an object's field; nil where there is no such field, or this is no object.
  ///
  /// - Complexity: O(fields).
  public subscript(_ name: String) -> VariantValue? {
    guard case .object(let fields) = self else { return nil }
    return fields.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
  }
}

/// One field of a VARIANT's object.
public struct VariantField: Equatable, Sendable {
  /// The name, which is compared by its bytes.
  public var name: String
  /// The value.
  public var value: VariantValue

  /// A field.
  public init(_ name: String, _ value: VariantValue) {
    self.name = name
    self.value = value
  }

  /// Whether names and values are equal, the names by their bytes.
  public static func == (a: VariantField, b: VariantField) -> Bool {
    a.name.utf8.elementsEqual(b.name.utf8) && a.value == b.value
  }

  /// Whether the name of `a` comes before that of `b` in the order that objects have.
  static func isBefore(_ a: VariantField, _ b: VariantField) -> Bool {
    a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
  }

  /// Whether no two of `fields` have one name.
  package static func hasUniqueNames(_ fields: [VariantField]) -> Bool { sorted(fields) != nil }

  /// `fields` in the order of their names; nil where a name stands twice.
  static func sorted(_ fields: [VariantField]) -> [VariantField]? {
    let isSorted = zip(fields, fields.dropFirst()).allSatisfy { isBefore($0, $1) }
    if isSorted { return fields }
    let fields = fields.sorted(by: isBefore)
    let isUnique = zip(fields, fields.dropFirst()).allSatisfy { isBefore($0, $1) }
    return isUnique ? fields : nil
  }
}

/// The units that a VARIANT's timestamps come in.
public enum VariantTimeUnit: Hashable, Sendable {
  /// 10⁻⁶ s.
  case microseconds
  /// 10⁻⁹ s.
  case nanoseconds
}

/// The numbers of the types that scalars have.
///
/// Specification: VariantEncoding.md, "Encoding types".
enum VariantPrimitive {
  static let null: UInt8 = 0
  static let booleanTrue: UInt8 = 1
  static let booleanFalse: UInt8 = 2
  static let int8: UInt8 = 3
  static let int16: UInt8 = 4
  static let int32: UInt8 = 5
  static let int64: UInt8 = 6
  static let double: UInt8 = 7
  static let decimal4: UInt8 = 8
  static let decimal8: UInt8 = 9
  static let decimal16: UInt8 = 10
  static let date: UInt8 = 11
  static let timestampMicros: UInt8 = 12
  static let localTimestampMicros: UInt8 = 13
  static let float: UInt8 = 14
  static let binary: UInt8 = 15
  static let string: UInt8 = 16
  static let time: UInt8 = 17
  static let timestampNanos: UInt8 = 18
  static let localTimestampNanos: UInt8 = 19
  static let uuid: UInt8 = 20

  /// The bytes behind the first one; of binary and string those of their length. Nil for a type that
  /// this version does not know.
  static func byteCount(_ type: UInt8) -> Int? {
    switch type {
    case null, booleanTrue, booleanFalse: 0
    case int8: 1
    case int16: 2
    case int32, date, float, binary, string: 4
    case int64, double, timestampMicros, localTimestampMicros, time, timestampNanos,
      localTimestampNanos:
      8
    case decimal4: 5
    case decimal8: 9
    case decimal16: 17
    case uuid: 16
    default: nil
    }
  }
}
