internal import Parquet

/// What the texts of a leaf's values must be, by its types.
enum LeafKind: Equatable {
  case boolean
  /// An integer in four or eight bytes.
  case integer(min: Int64, max: Int64, byteCount: Int)
  case unsigned64
  case float
  /// `isExact`: only numbers that the double is the shortest text of.
  case double(isExact: Bool)
  case half
  case decimal(precision: Int, scale: Int)
  /// Any UTF-8.
  case text
  /// A JSON text; `isRaw`: the text of whatever value stands there, strings with their quotes.
  case json(isRaw: Bool)
  case base64
  case uuid, date
  case time(perSecond: Int64, isUTC: Bool)
  case timestamp(perSecond: Int64, isUTC: Bool)
  case int96, interval
  case alwaysNull
  /// A column inferred from nulls alone: the first value tells its type.
  case unseen

  /// The kind of a leaf, `isInferred` where the schema came from the very input: then only texts are
  /// taken that the value gives back.
  init(_ field: SchemaField, isInferred: Bool) {
    let physical: LeafKind =
      switch field.physicalType {
      case .boolean: .boolean
      case .int32: .integer(min: Int64(Int32.min), max: Int64(Int32.max), byteCount: 4)
      case .int64: .integer(min: .min, max: .max, byteCount: 8)
      case .int96: .int96
      case .float: .float
      case .double: .double(isExact: isInferred)
      case .byteArray, .fixedLengthByteArray, nil: .base64
      }
    switch field.logicalType {
    case .string, .enumeration: self = .text
    case .json: self = .json(isRaw: isInferred)
    case .decimal(let precision, let scale) where scale <= DecimalText.largestScale:
      self = .decimal(precision: precision, scale: scale)
    case .date: self = .date
    case .time(let isUTC, let unit): self = .time(perSecond: unit.perSecond, isUTC: isUTC)
    case .timestamp(let isUTC, let unit): self = .timestamp(perSecond: unit.perSecond, isUTC: isUTC)
    case .interval: self = .interval
    case .integer(64, isSigned: false): self = .unsigned64
    case .integer(let bitWidth, let isSigned) where bitWidth < 64:
      self =
        isSigned
        ? .integer(
          min: -(1 << Int64(bitWidth - 1)), max: 1 << Int64(bitWidth - 1) - 1, byteCount: 4)
        : .integer(min: 0, max: 1 << Int64(bitWidth) - 1, byteCount: 4)
    case .unknown: self = .alwaysNull
    case .uuid: self = .uuid
    case .float16: self = .half
    case .bson, .geometry, .geography: self = .base64
    case nil, .map, .list, .variant, .file, .integer, .decimal, .unrecognized: self = physical
    }
  }

  /// What a value must be, for an error: `an INT64`.
  func expectation(of field: SchemaField) -> String {
    let type = field.logicalType?.name ?? field.physicalType?.name ?? "group"
    switch self {
    case .boolean: return "BOOLEAN: true or false"
    case .integer(let min, let max, _): return "\(type): an integer from \(min) to \(max)"
    case .unsigned64: return "\(type): an integer from 0 to \(UInt64.max)"
    case .float, .half: return "\(type): a number in its range"
    case .double(let isExact):
      return isExact ? "DOUBLE that keeps every digit" : "DOUBLE: a number in its range"
    case .decimal(let precision, let scale):
      return "\(type): at most \(precision - scale) digits before the point and \(scale) after it"
    case .text: return "\(type): text"
    case .json: return "\(type): JSON text"
    case .base64:
      if case .fixedLengthByteArray(let byteCount)? = field.physicalType {
        return "\(type): base64 of \(byteCount) bytes"
      }
      return "\(type): base64"
    case .uuid: return "UUID: 8-4-4-4-12 hexadecimal digits"
    case .date: return "DATE: YYYY-MM-DD"
    case .time(let perSecond, _):
      return "\(type): hh:mm:ss with at most \(LeafKind.decimals(perSecond)) decimals"
    case .timestamp(let perSecond, let isUTC):
      return "\(type): YYYY-MM-DDThh:mm:ss with at most \(LeafKind.decimals(perSecond)) decimals, "
        + (isUTC ? "then Z or an offset" : "without Z or an offset")
    case .int96: return "INT96: a timestamp with at most 9 decimals and no offset"
    case .interval: return "INTERVAL: {\"months\":M,\"days\":D,\"milliseconds\":MS}"
    case .alwaysNull, .unseen: return "\(type): null"
    }
  }

  private static func decimals(_ perSecond: Int64) -> Int {
    perSecond == 1000 ? 3 : perSecond == 1_000_000 ? 6 : 9
  }
}
