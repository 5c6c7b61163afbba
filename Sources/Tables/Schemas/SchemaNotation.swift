public import Parquet

/// The words that both text forms of a schema share.
enum SchemaNotation {
  /// A physical type by the format's own name, in any case; `binary` is BYTE_ARRAY.
  static func physicalType(_ name: String, byteCount: Int?) -> PhysicalType? {
    switch name.uppercased() {
    case "BOOLEAN": .boolean
    case "INT32": .int32
    case "INT64": .int64
    case "INT96": .int96
    case "FLOAT": .float
    case "DOUBLE": .double
    case "BYTE_ARRAY", "BINARY": .byteArray
    case "FIXED_LEN_BYTE_ARRAY": fixedLength(byteCount)
    default: nil
    }
  }

  /// The format has a length as a positive 32-bit integer.
  private static func fixedLength(_ byteCount: Int?) -> PhysicalType? {
    guard let byteCount, byteCount > 0, byteCount <= Int(Int32.max) else { return nil }
    return .fixedLengthByteArray(byteCount: byteCount)
  }

  static func repetition(_ name: String) -> Repetition? {
    switch name.uppercased() {
    case "REQUIRED": .required
    case "OPTIONAL": .optional
    case "REPEATED": .repeated
    default: nil
    }
  }

  /// A logical type as ``LogicalType/name`` writes it, or by the name of its converted type.
  static func logicalType(_ text: String) -> LogicalType? {
    let parts = text.split(separator: "(", maxSplits: 1)
    guard let word = parts.first.map({ trimmed($0).uppercased() }) else { return nil }
    var arguments: [String] = []
    if parts.count == 2 {
      guard parts[1].last == ")" else { return nil }
      let list = parts[1].dropLast()
      switch word {
      case "GEOMETRY", "GEOGRAPHY": return geospatial(word, list)
      default: arguments = list.split(separator: ",").map { trimmed($0) }
      }
    }
    switch (word, arguments.count) {
    case ("VARIANT", 1): return Int(arguments[0]).map { .variant(specificationVersion: $0) }
    case ("DECIMAL", 2): return decimal(arguments[0], arguments[1])
    case ("DECIMAL", 1): return decimal(arguments[0], "0")
    case ("TIME", 2):
      guard let unit = unit(arguments[0]), let utc = Bool(arguments[1]) else { return nil }
      return .time(isAdjustedToUTC: utc, unit: unit)
    case ("TIMESTAMP", 2):
      guard let unit = unit(arguments[0]), let utc = Bool(arguments[1]) else { return nil }
      return .timestamp(isAdjustedToUTC: utc, unit: unit)
    case ("INTEGER", 2), ("INT", 2):
      guard let bits = Int(arguments[0]), let signed = Bool(arguments[1]) else { return nil }
      return .integer(bitWidth: bits, isSigned: signed)
    case ("UNRECOGNIZED", 1): return Int(arguments[0]).map { .unrecognized(id: $0) }
    case (_, 0): return plainTypes[word]
    default: return nil
    }
  }

  private static let plainTypes: [String: LogicalType] = [
    "STRING": .string, "UTF8": .string, "MAP": .map, "LIST": .list, "ENUM": .enumeration,
    "DATE": .date, "INTERVAL": .interval, "UNKNOWN": .unknown, "JSON": .json, "BSON": .bson,
    "UUID": .uuid, "FLOAT16": .float16, "VARIANT": .variant(specificationVersion: nil),
    "GEOMETRY": .geometry(crs: nil), "GEOGRAPHY": .geography(crs: nil, algorithm: nil),
    "FILE": .file,
    "TIME_MILLIS": .time(isAdjustedToUTC: true, unit: .milliseconds),
    "TIME_MICROS": .time(isAdjustedToUTC: true, unit: .microseconds),
    "TIMESTAMP_MILLIS": .timestamp(isAdjustedToUTC: true, unit: .milliseconds),
    "TIMESTAMP_MICROS": .timestamp(isAdjustedToUTC: true, unit: .microseconds),
    "INT_8": .integer(bitWidth: 8, isSigned: true),
    "INT_16": .integer(bitWidth: 16, isSigned: true),
    "INT_32": .integer(bitWidth: 32, isSigned: true),
    "INT_64": .integer(bitWidth: 64, isSigned: true),
    "UINT_8": .integer(bitWidth: 8, isSigned: false),
    "UINT_16": .integer(bitWidth: 16, isSigned: false),
    "UINT_32": .integer(bitWidth: 32, isSigned: false),
    "UINT_64": .integer(bitWidth: 64, isSigned: false),
  ]

  private static func decimal(_ precision: String, _ scale: String) -> LogicalType? {
    guard let precision = Int(precision), let scale = Int(scale) else { return nil }
    return .decimal(precision: precision, scale: scale)
  }

  /// `GEOMETRY(CRS)` or `GEOGRAPHY(CRS,ALGORITHM)`, either of which may be left out; a reference system
  /// that is more than one word stands in double quotes, with JSON's escapes.
  private static func geospatial(_ word: String, _ list: Substring) -> LogicalType? {
    var crs: String?
    var rest = trimmed(list)
    if rest.first == "\"" {
      // The quote that closes is the last one: an algorithm has none.
      guard let end = rest.lastIndex(of: "\""), end > rest.startIndex,
        case .string(let text)? = try? JSONTree.decode(Array(rest[...end].utf8))
      else { return nil }
      crs = text
      rest = trimmed(rest[rest.index(after: end)...])
    } else {
      let end = rest.firstIndex(of: ",") ?? rest.endIndex
      let text = trimmed(rest[..<end])
      crs = text.isEmpty ? nil : text
      rest = String(rest[end...])
    }
    guard !rest.isEmpty else {
      return word == "GEOMETRY" ? .geometry(crs: crs) : .geography(crs: crs, algorithm: nil)
    }
    let name = trimmed(rest.dropFirst()).uppercased()
    let number = Int32(name).map { EdgeInterpolation(rawValue: $0) }
    guard rest.first == ",", word == "GEOGRAPHY",
      let algorithm = EdgeInterpolation.named.first(where: { $0.name == name }) ?? number
    else { return nil }
    return .geography(crs: crs, algorithm: algorithm)
  }

  private static func unit(_ name: String) -> TimeUnit? {
    switch name.uppercased() {
    case "MILLIS": .milliseconds
    case "MICROS": .microseconds
    case "NANOS": .nanoseconds
    default: nil
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

/// A schema read from either of its text forms.
public enum SchemaFile {
  /// The schema that `text` gives, as JSON where it begins with a brace, else as a message.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument`, with the line, for what is neither, and
  ///   as `Schema.init` does.
  public static func decode(_ text: String) throws(ParquetError) -> Schema {
    let first = text.utf8.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
    return first == UInt8(ascii: "{") ? try SchemaJSON.decode(text) : try SchemaText.decode(text)
  }
}
