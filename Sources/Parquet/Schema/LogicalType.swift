/// The unit of a time of day or of a point in time.
public enum TimeUnit: Hashable, Sendable {
  /// 10⁻³ s.
  case milliseconds
  /// 10⁻⁶ s.
  case microseconds
  /// 10⁻⁹ s.
  case nanoseconds

  /// How many of this unit are in a second.
  public var perSecond: Int64 {
    switch self {
    case .milliseconds: 1_000
    case .microseconds: 1_000_000
    case .nanoseconds: 1_000_000_000
    }
  }

  /// The format's own name.
  public var name: String {
    switch self {
    case .milliseconds: "MILLIS"
    case .microseconds: "MICROS"
    case .nanoseconds: "NANOS"
    }
  }
}

/// How the edges of a geography run between their ends. A struct, so that one this engine does not
/// know survives being read.
///
/// Specification: EdgeInterpolationAlgorithm in parquet.thrift.
public struct EdgeInterpolation: RawRepresentable, Hashable, Sendable {
  /// The number in the file.
  public let rawValue: Int32

  /// The algorithm with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// Great circles on a sphere.
  public static let spherical = EdgeInterpolation(rawValue: 0)
  /// Vincenty's formulae.
  public static let vincenty = EdgeInterpolation(rawValue: 1)
  /// Thomas, 1970.
  public static let thomas = EdgeInterpolation(rawValue: 2)
  /// Andoyer and Lambert, by Thomas 1965.
  public static let andoyer = EdgeInterpolation(rawValue: 3)
  /// Karney, 2013.
  public static let karney = EdgeInterpolation(rawValue: 4)

  /// Those that have a name, in the order of their numbers.
  package static let named = [spherical, vincenty, thomas, andoyer, karney]

  /// The format's own name, or the number where it is not known.
  public var name: String {
    switch self {
    case .spherical: "SPHERICAL"
    case .vincenty: "VINCENTY"
    case .thomas: "THOMAS"
    case .andoyer: "ANDOYER"
    case .karney: "KARNEY"
    default: "\(rawValue)"
    }
  }
}

/// What the values of a field mean, beyond how they lie in the file.
///
/// Specification: LogicalTypes.md.
public enum LogicalType: Hashable, Sendable {
  /// UTF-8 text.
  case string
  /// A group that maps keys to values.
  case map
  /// A group that holds a list.
  case list
  /// One of a set of names, as UTF-8.
  case enumeration
  /// An integer scaled by 10 to the minus `scale`, of at most `precision` digits.
  case decimal(precision: Int, scale: Int)
  /// Days since 1970-01-01, proleptic Gregorian.
  case date
  /// A time of day; in UTC, or on a local clock.
  case time(isAdjustedToUTC: Bool, unit: TimeUnit)
  /// A point in time (`isAdjustedToUTC`), or what a local calendar and clock showed.
  case timestamp(isAdjustedToUTC: Bool, unit: TimeUnit)
  /// Months, days and milliseconds, each an unsigned 32-bit integer; only a converted type exists.
  case interval
  /// An integer of 8, 16, 32 or 64 bits.
  case integer(bitWidth: Int, isSigned: Bool)
  /// Always null.
  case unknown
  /// JSON text.
  case json
  /// A BSON document.
  case bson
  /// A UUID, big-endian.
  case uuid
  /// An IEEE 754 half.
  case float16
  /// A group that holds values of any shape, as ``VariantValue`` has them; the version of their
  /// encoding is 1 wherever it is given.
  case variant(specificationVersion: Int?)
  /// Well-known binary with straight edges; `crs` nil is OGC:CRS84.
  case geometry(crs: String?)
  /// Well-known binary with edges on an ellipsoid or a sphere; `crs` nil is OGC:CRS84, `algorithm` nil
  /// is SPHERICAL.
  case geography(crs: String?, algorithm: EdgeInterpolation?)
  /// A group that refers to bytes: here, elsewhere in the file, or in another one.
  case file
  /// A logical type this engine does not know; the field reads as its physical type.
  case unrecognized(id: Int)

  /// The notation of the format's messages: `DECIMAL(15,2)`, `TIMESTAMP(MICROS,true)`.
  public var name: String {
    switch self {
    case .string: "STRING"
    case .map: "MAP"
    case .list: "LIST"
    case .enumeration: "ENUM"
    case .decimal(let precision, let scale): "DECIMAL(\(precision),\(scale))"
    case .date: "DATE"
    case .time(let utc, let unit): "TIME(\(unit.name),\(utc))"
    case .timestamp(let utc, let unit): "TIMESTAMP(\(unit.name),\(utc))"
    case .interval: "INTERVAL"
    case .integer(let bitWidth, let isSigned): "INTEGER(\(bitWidth),\(isSigned))"
    case .unknown: "UNKNOWN"
    case .json: "JSON"
    case .bson: "BSON"
    case .uuid: "UUID"
    case .float16: "FLOAT16"
    case .variant(let version): version.map { "VARIANT(\($0))" } ?? "VARIANT"
    case .geometry(let crs): crs.map { "GEOMETRY(\(LogicalType.noted($0)))" } ?? "GEOMETRY"
    case .geography(nil, nil): "GEOGRAPHY"
    case .geography(let crs, nil): "GEOGRAPHY(\(LogicalType.noted(crs ?? "")))"
    case .geography(let crs, let algorithm?):
      "GEOGRAPHY(\(crs.map { LogicalType.noted($0) } ?? ""),\(algorithm.name))"
    case .file: "FILE"
    case .unrecognized(let id): "UNRECOGNIZED(\(id))"
    }
  }

  /// A reference system as the notation has it: bare where it is one word, else in double quotes.
  private static func noted(_ text: String) -> String {
    let isWord = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "_"),
        UInt8(ascii: "-"), UInt8(ascii: "."):
        true
      default: false
      }
    }
    if isWord, !text.isEmpty { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// Whether the bytes of a value must be UTF-8.
  public var isText: Bool {
    switch self {
    case .string, .enumeration, .json: true
    default: false
    }
  }

  /// Why this type cannot lie on `physicalType` (nil: a group), or nil where it can.
  package func problem(on physicalType: PhysicalType?) -> String? {
    func need(_ legal: Bool, _ carriers: String) -> String? {
      legal ? nil : "\(name) needs \(carriers), not \(physicalType?.name ?? "a group")"
    }
    switch self {
    case .map, .list, .variant, .file: return need(physicalType == nil, "a group")
    case .string, .enumeration, .json, .bson, .geometry, .geography:
      return need(physicalType == .byteArray, "BYTE_ARRAY")
    case .date: return need(physicalType == .int32, "INT32")
    case .time(_, let unit):
      return unit == .milliseconds
        ? need(physicalType == .int32, "INT32") : need(physicalType == .int64, "INT64")
    case .timestamp: return need(physicalType == .int64, "INT64")
    case .interval:
      return need(
        physicalType == .fixedLengthByteArray(byteCount: 12), "FIXED_LEN_BYTE_ARRAY(12)")
    case .integer(let bitWidth, _):
      guard [8, 16, 32, 64].contains(bitWidth) else {
        return "an integer has 8, 16, 32 or 64 bits, not \(bitWidth)"
      }
      return bitWidth == 64
        ? need(physicalType == .int64, "INT64") : need(physicalType == .int32, "INT32")
    case .unknown: return physicalType == nil ? "UNKNOWN needs a leaf, not a group" : nil
    case .uuid:
      return need(
        physicalType == .fixedLengthByteArray(byteCount: 16), "FIXED_LEN_BYTE_ARRAY(16)")
    case .float16:
      return need(physicalType == .fixedLengthByteArray(byteCount: 2), "FIXED_LEN_BYTE_ARRAY(2)")
    case .decimal(let precision, let scale):
      guard precision > 0 else {
        return "a decimal has a precision of at least 1, not \(precision)"
      }
      guard scale >= 0, scale <= precision else {
        return "a decimal's scale lies between 0 and its precision \(precision), not \(scale)"
      }
      guard let largest = LogicalType.largestPrecision(on: physicalType) else {
        return need(false, "INT32, INT64, BYTE_ARRAY or FIXED_LEN_BYTE_ARRAY")
      }
      return precision <= largest
        ? nil : "\(name) does not fit \(physicalType?.name ?? ""): it holds \(largest) digits"
    case .unrecognized: return nil
    }
  }

  /// The most decimal digits that `physicalType` carries; nil where it carries no decimal.
  static func largestPrecision(on physicalType: PhysicalType?) -> Int? {
    switch physicalType {
    case .int32: return 9
    case .int64: return 18
    case .byteArray: return Int.max
    case .fixedLengthByteArray(let byteCount):
      // ⌊log10(2^(8n−1) − 1)⌋; log10(2) to 18 digits decides every width below 10¹⁵ bytes.
      let bits = 8 * byteCount - 1
      return bits <= 0 ? 0 : Int(Double(bits) * 0.301_029_995_663_981_195)
    default: return nil
    }
  }
}
