extension LogicalType {
  /// The number of the member of the union LogicalType; nil where there is none to write: INTERVAL has
  /// a converted type only, and of a type that was not recognized the parameters are not known.
  var thriftID: Int16? {
    switch self {
    case .string: 1
    case .map: 2
    case .list: 3
    case .enumeration: 4
    case .decimal: 5
    case .date: 6
    case .time: 7
    case .timestamp: 8
    case .integer: 10
    case .unknown: 11
    case .json: 12
    case .bson: 13
    case .uuid: 14
    case .float16: 15
    case .variant: 16
    case .geometry: 17
    case .geography: 18
    case .file: 19
    case .interval, .unrecognized: nil
    }
  }

  /// The converted type that says the same, or nil (rule L1).
  var convertedType: ConvertedType? {
    switch self {
    case .string: .utf8
    case .map: .map
    case .list: .list
    case .enumeration: .enumeration
    case .decimal: .decimal
    case .date: .date
    case .time(_, .milliseconds): .timeMilliseconds
    case .time(_, .microseconds): .timeMicroseconds
    case .timestamp(_, .milliseconds): .timestampMilliseconds
    case .timestamp(_, .microseconds): .timestampMicroseconds
    case .interval: .interval
    case .integer(8, isSigned: true): .int8
    case .integer(16, isSigned: true): .int16
    case .integer(32, isSigned: true): .int32
    case .integer(64, isSigned: true): .int64
    case .integer(8, isSigned: false): .uint8
    case .integer(16, isSigned: false): .uint16
    case .integer(32, isSigned: false): .uint32
    case .integer(64, isSigned: false): .uint64
    case .json: .json
    case .bson: .bson
    default: nil
    }
  }

  /// What an element without a logical type means by its converted type (rules L2 and L4).
  init?(convertedOf element: SchemaElement, isEntryOfMap: Bool) {
    guard let converted = element.convertedType else { return nil }
    switch converted {
    case .utf8: self = .string
    case .map: self = .map
    case .mapKeyValue:
      // On the group inside of a map it says nothing, elsewhere as much as MAP.
      if isEntryOfMap { return nil }
      self = .map
    case .list: self = .list
    case .enumeration: self = .enumeration
    case .decimal:
      self = .decimal(precision: element.precision ?? 0, scale: element.scale ?? 0)
    case .date: self = .date
    case .timeMilliseconds: self = .time(isAdjustedToUTC: true, unit: .milliseconds)
    case .timeMicroseconds: self = .time(isAdjustedToUTC: true, unit: .microseconds)
    case .timestampMilliseconds: self = .timestamp(isAdjustedToUTC: true, unit: .milliseconds)
    case .timestampMicroseconds: self = .timestamp(isAdjustedToUTC: true, unit: .microseconds)
    case .uint8: self = .integer(bitWidth: 8, isSigned: false)
    case .uint16: self = .integer(bitWidth: 16, isSigned: false)
    case .uint32: self = .integer(bitWidth: 32, isSigned: false)
    case .uint64: self = .integer(bitWidth: 64, isSigned: false)
    case .int8: self = .integer(bitWidth: 8, isSigned: true)
    case .int16: self = .integer(bitWidth: 16, isSigned: true)
    case .int32: self = .integer(bitWidth: 32, isSigned: true)
    case .int64: self = .integer(bitWidth: 64, isSigned: true)
    case .json: self = .json
    case .bson: self = .bson
    case .interval: self = .interval
    default: return nil
    }
  }
}

extension LogicalType: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let union = writer.beginStruct()
    defer { writer.endStruct(union) }
    guard let id = thriftID else { return }
    writer.header(id, .structure)
    let member = writer.beginStruct()
    switch self {
    case .decimal(let precision, let scale):
      writer.field(1, Int32(clamping: scale))
      writer.field(2, Int32(clamping: precision))
    case .time(let isAdjustedToUTC, let unit), .timestamp(let isAdjustedToUTC, let unit):
      writer.field(1, isAdjustedToUTC)
      writer.header(2, .structure)
      let unitUnion = writer.beginStruct()
      switch unit {
      case .milliseconds: writer.fieldOfEmptyStruct(1)
      case .microseconds: writer.fieldOfEmptyStruct(2)
      case .nanoseconds: writer.fieldOfEmptyStruct(3)
      }
      writer.endStruct(unitUnion)
    case .integer(let bitWidth, let isSigned):
      writer.field(1, Int8(clamping: bitWidth))
      writer.field(2, isSigned)
    case .variant(let version):
      if let version { writer.field(1, Int8(clamping: version)) }
    case .geometry(let crs):
      if let crs { writer.field(1, crs) }
    case .geography(let crs, let algorithm):
      if let crs { writer.field(1, crs) }
      if let algorithm { writer.field(2, algorithm.rawValue) }
    default: break
    }
    writer.endStruct(member)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var type = LogicalType.unrecognized(id: 0)
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      guard field.type == .structure else {
        try reader.skip(field.type)
        continue
      }
      switch field.id {
      case 5: type = try LogicalType.decimal(from: &reader)
      case 7: type = try LogicalType.time(from: &reader, id: 7)
      case 8: type = try LogicalType.time(from: &reader, id: 8)
      case 10: type = try LogicalType.integer(from: &reader)
      case 16: type = try LogicalType.variant(from: &reader)
      case 17, 18: type = try LogicalType.geospatial(from: &reader, id: field.id)
      default:
        try reader.skip(field.type)
        type = LogicalType(plainID: field.id)
      }
    }
    reader.endStruct(outer)
    self = type
  }

  /// The type without parameters that has this number.
  private init(plainID: Int16) {
    switch plainID {
    case 1: self = .string
    case 2: self = .map
    case 3: self = .list
    case 4: self = .enumeration
    case 6: self = .date
    case 11: self = .unknown
    case 12: self = .json
    case 13: self = .bson
    case 14: self = .uuid
    case 15: self = .float16
    case 19: self = .file
    default: self = .unrecognized(id: Int(plainID))
    }
  }

  private static func decimal(
    from reader: inout CompactReader
  ) throws(ParquetError) -> LogicalType {
    var scale: Int?
    var precision: Int?
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: scale = Int(try reader.int32(field, "DecimalType.scale"))
      case 2: precision = Int(try reader.int32(field, "DecimalType.precision"))
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    return .decimal(
      precision: try reader.required(precision, "DecimalType.precision"),
      scale: try reader.required(scale, "DecimalType.scale"))
  }

  private static func integer(
    from reader: inout CompactReader
  ) throws(ParquetError) -> LogicalType {
    var bitWidth: Int?
    var isSigned: Bool?
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: bitWidth = try reader.int(field, "IntType.bitWidth")
      case 2: isSigned = try reader.boolean(field, "IntType.isSigned")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    return .integer(
      bitWidth: try reader.required(bitWidth, "IntType.bitWidth"),
      isSigned: try reader.required(isSigned, "IntType.isSigned"))
  }

  private static func variant(
    from reader: inout CompactReader
  ) throws(ParquetError) -> LogicalType {
    var version: Int?
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: version = try reader.int(field, "VariantType.specification_version")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    return .variant(specificationVersion: version)
  }

  /// GEOMETRY (id 17) or GEOGRAPHY (id 18).
  private static func geospatial(
    from reader: inout CompactReader, id: Int16
  ) throws(ParquetError) -> LogicalType {
    var crs: String?
    var algorithm: EdgeInterpolation?
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: crs = try reader.text(field, "GeographyType.crs")
      case 2 where id == 18:
        algorithm = EdgeInterpolation(
          rawValue: try reader.int32(field, "GeographyType.algorithm"))
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    return id == 17 ? .geometry(crs: crs) : .geography(crs: crs, algorithm: algorithm)
  }

  /// TIME (id 7) or TIMESTAMP (id 8); with a unit that is not known, a type that is not known.
  private static func time(
    from reader: inout CompactReader, id: Int
  ) throws(ParquetError) -> LogicalType {
    var isAdjustedToUTC: Bool?
    var unit: TimeUnit?
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch (field.id, field.type) {
      case (1, _): isAdjustedToUTC = try reader.boolean(field, "TimestampType.isAdjustedToUTC")
      case (2, .structure):
        let union = try reader.beginStruct()
        while let member = try reader.nextField() {
          try reader.skip(member.type)
          switch member.id {
          case 1: unit = .milliseconds
          case 2: unit = .microseconds
          case 3: unit = .nanoseconds
          default: break
          }
        }
        reader.endStruct(union)
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    let utc = try reader.required(isAdjustedToUTC, "TimestampType.isAdjustedToUTC")
    guard let unit else { return .unrecognized(id: id) }
    return id == 7
      ? .time(isAdjustedToUTC: utc, unit: unit) : .timestamp(isAdjustedToUTC: utc, unit: unit)
  }
}
