internal import Parquet

/// What a column that was not known beforehand holds, by the values seen.
struct InferredType: OptionSet, Hashable, Sendable {
  let rawValue: UInt8

  /// Whole numbers of 64 bits that a double holds exactly.
  static let integer = InferredType(rawValue: 1)
  /// Other whole numbers of 64 bits.
  static let longInteger = InferredType(rawValue: 2)
  /// Negative ones among them.
  static let negative = InferredType(rawValue: 4)
  /// Whole numbers above those of 64 bits with a sign, that 64 bits without one hold.
  static let unsigned = InferredType(rawValue: 8)
  /// Other numbers that a double holds.
  static let double = InferredType(rawValue: 16)
  static let boolean = InferredType(rawValue: 32)
  /// Text, arrays, objects, numbers that nothing else holds.
  static let text = InferredType(rawValue: 64)

  /// The columns that can be made.
  enum Form: Hashable, Sendable {
    case integer, unsigned, double, boolean, text
  }

  /// The column that holds all of it, nothing lost; text where no value was seen.
  var form: Form {
    if contains(.text) { return .text }
    if contains(.boolean) { return self == .boolean ? .boolean : .text }
    if contains(.double) {
      // Together with whole numbers that are no doubles, only text keeps both.
      return contains(.longInteger) || contains(.unsigned) ? .text : .double
    }
    if contains(.unsigned) { return contains(.negative) ? .text : .unsigned }
    return isEmpty ? .text : .integer
  }

  /// The field of a column `name` of such values.
  func field(_ name: String) -> SchemaField {
    switch form {
    case .integer: SchemaField(name, .int64, .optional)
    case .unsigned:
      SchemaField(
        name, .int64, .optional, logicalType: .integer(bitWidth: 64, isSigned: false))
    case .double: SchemaField(name, .double, .optional)
    case .boolean: SchemaField(name, .boolean, .optional)
    case .text: SchemaField(name, .byteArray, .optional, logicalType: .string)
    }
  }

  /// Whether a column of `form` holds a value of this single type, nothing lost.
  func fits(_ form: Form) -> Bool {
    if isEmpty { return true }
    return switch form {
    case .text: true
    case .boolean: self == .boolean
    case .double: self == .double || self == .integer || self == [.integer, .negative]
    case .integer: isSubset(of: [.integer, .longInteger, .negative])
    case .unsigned: isSubset(of: [.integer, .longInteger, .unsigned])
    }
  }
}
