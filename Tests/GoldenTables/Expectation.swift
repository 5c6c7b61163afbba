import Parquet

/// What every reader has to find in a table's file, as JSON made from the source values.
package enum Expectation {
  /// The expectation of `table`, whose row groups have `rowGroups` rows.
  package static func json(for table: GoldenTable, rowGroups: [Int]) -> [UInt8] {
    var json = JSONText()
    json.raw("{\n")
    json.key("name")
    json.string(table.name)
    json.raw(",\n")
    json.key("schema")
    json.array(table.schema.fields, separator: ",\n ") { write($1, to: &$0) }
    json.raw(",\n")
    json.key("leaves")
    json.array(table.schema.leaves, separator: ",\n ") { write($1, to: &$0) }
    json.raw(",\n")
    json.key("options")
    write(table.options, to: &json)
    json.raw(",\n")
    json.key("rowCount")
    json.raw("\(table.rows.count),\n")
    json.key("rowGroups")
    write(statistics: table, rowGroups, to: &json)
    json.raw(",\n")
    json.key("columns")
    json.array(table.schema.fields.indices, separator: ",\n ") { json, field in
      json.array(table.rows) { $0.value($1[field]) }
    }
    json.raw("\n}\n")
    return json.bytes
  }

  private static func write(_ field: SchemaField, to json: inout JSONText) {
    json.raw("{")
    json.key("name")
    json.string(field.name)
    json.raw(",")
    json.key("repetition")
    json.string(field.repetition.name)
    write(field.physicalType, to: &json)
    write(field.logicalType, to: &json)
    if let id = field.fieldID {
      json.raw(",")
      json.key("fieldID")
      json.raw("\(id)")
    }
    if !field.children.isEmpty {
      json.raw(",")
      json.key("children")
      json.array(field.children) { write($1, to: &$0) }
    }
    json.raw("}")
  }

  private static func write(_ leaf: Leaf, to json: inout JSONText) {
    json.raw("{")
    json.key("path")
    json.array(leaf.path.components) { $0.string($1) }
    json.raw(",")
    json.key("repetition")
    json.string(leaf.field.repetition.name)
    write(leaf.physicalType, to: &json)
    write(leaf.logicalType, to: &json)
    json.raw("}")
  }

  private static func write(_ type: PhysicalType?, to json: inout JSONText) {
    guard let type else { return }
    json.raw(",")
    json.key("physical")
    json.string(type.name)
    if case .fixedLengthByteArray(let byteCount) = type {
      json.raw(",")
      json.key("length")
      json.raw("\(byteCount)")
    }
  }

  private static func write(_ type: LogicalType?, to json: inout JSONText) {
    guard let type else { return }
    func unitName(_ unit: TimeUnit) -> String {
      switch unit {
      case .milliseconds: "MILLIS"
      case .microseconds: "MICROS"
      case .nanoseconds: "NANOS"
      }
    }
    json.raw(",")
    json.key("logical")
    switch type {
    case .string: json.raw(#"{"kind":"STRING"}"#)
    case .map: json.raw(#"{"kind":"MAP"}"#)
    case .list: json.raw(#"{"kind":"LIST"}"#)
    case .enumeration: json.raw(#"{"kind":"ENUM"}"#)
    case .decimal(let precision, let scale):
      json.raw(#"{"kind":"DECIMAL","precision":\#(precision),"scale":\#(scale)}"#)
    case .date: json.raw(#"{"kind":"DATE"}"#)
    case .time(let utc, let unit):
      json.raw(#"{"kind":"TIME","utc":\#(utc),"unit":"\#(unitName(unit))"}"#)
    case .timestamp(let utc, let unit):
      json.raw(#"{"kind":"TIMESTAMP","utc":\#(utc),"unit":"\#(unitName(unit))"}"#)
    case .interval: json.raw(#"{"kind":"INTERVAL"}"#)
    case .integer(let bitWidth, let isSigned):
      json.raw(#"{"kind":"INTEGER","bits":\#(bitWidth),"signed":\#(isSigned)}"#)
    case .unknown: json.raw(#"{"kind":"UNKNOWN"}"#)
    case .json: json.raw(#"{"kind":"JSON"}"#)
    case .bson: json.raw(#"{"kind":"BSON"}"#)
    case .uuid: json.raw(#"{"kind":"UUID"}"#)
    case .float16: json.raw(#"{"kind":"FLOAT16"}"#)
    case .variant: json.raw(#"{"kind":"VARIANT"}"#)
    case .geometry: json.raw(#"{"kind":"GEOMETRY"}"#)
    case .geography: json.raw(#"{"kind":"GEOGRAPHY"}"#)
    case .file: json.raw(#"{"kind":"FILE"}"#)
    case .unrecognized(let id): json.raw(#"{"kind":"UNRECOGNIZED","id":\#(id)}"#)
    }
  }

  private static func write(_ options: WriterOptions, to json: inout JSONText) {
    func name(_ choice: WriterOptions.EncodingChoice) -> String {
      if case .always(let encoding) = choice { encoding.name } else { "automatic" }
    }
    json.raw("{")
    json.key("compression")
    json.string(options.compression.name)
    json.raw(",")
    json.key("columnCompression")
    json.raw("{")
    for (i, pair) in options.columnCompression.sorted(by: { $0.key < $1.key }).enumerated() {
      if i > 0 { json.raw(",") }
      json.key(pair.key)
      json.string(pair.value.name)
    }
    json.raw("},")
    json.key("encoding")
    json.string(name(options.encoding))
    json.raw(",")
    json.key("columnEncodings")
    json.raw("{")
    for (i, pair) in options.columnEncodings.sorted(by: { $0.key < $1.key }).enumerated() {
      if i > 0 { json.raw(",") }
      json.key(pair.key)
      json.string(name(pair.value))
    }
    json.raw("},")
    let numbers = [
      ("rowGroupRows", options.rowGroupRows), ("rowGroupBytes", options.rowGroupBytes),
      ("pageRows", options.pageRows), ("pageBytes", options.pageBytes),
      ("dictionaryBytes", options.dictionaryBytes), ("statisticsBytes", options.statisticsBytes),
      ("threads", options.threads), ("memoryLimit", options.memoryLimit ?? 0),
    ]
    for (key, number) in numbers {
      json.key(key)
      json.raw("\(number),")
    }
    json.key("pageVersion")
    json.raw(options.pageVersion == .v1 ? "1," : "2,")
    json.key("statistics")
    switch options.statistics {
    case .page: json.raw("\"page\",")
    case .chunk: json.raw("\"chunk\",")
    case .none: json.raw("\"none\",")
    }
    json.key("createdBy")
    json.string(options.createdBy)
    json.raw(",")
    json.key("keyValues")
    json.array(options.keyValues) { json, pair in
      json.raw("[")
      json.string(pair.key)
      json.raw(",")
      if let value = pair.value { json.string(value) } else { json.raw("null") }
      json.raw("]")
    }
    json.raw("}")
  }

  private static func write(
    statistics table: GoldenTable, _ rowGroups: [Int], to json: inout JSONText
  ) {
    let columns = ReferenceLevels.columns(of: table.rows, schema: table.schema)
    var first = 0
    let ranges = rowGroups.map { count in
      defer { first += count }
      return first..<first + count
    }
    json.array(ranges, separator: ",\n ") { json, rows in
      json.raw("{")
      json.key("rows")
      json.raw("\(rows.count),")
      json.key("columns")
      json.array(zip(table.schema.leaves, columns)) { json, pair in
        let (leaf, column) = pair
        let slots = column.rowStarts[rows.lowerBound]..<column.rowStarts[rows.upperBound]
        let statistics = ReferenceStatistics(
          column.values[slots], of: leaf, floatOrder: table.options.floatOrder)
        json.raw("{")
        json.key("slots")
        json.raw("\(slots.count),")
        json.key("nulls")
        json.raw("\(statistics.nullCount)")
        if let nanCount = statistics.nanCount {
          json.raw(",")
          json.key("nans")
          json.raw("\(nanCount)")
        }
        if let bounds = statistics.bounds {
          json.raw(",")
          json.key("min")
          json.hex(bounds.smallest)
          json.raw(",")
          json.key("max")
          json.hex(bounds.largest)
        }
        json.raw("}")
      }
      json.raw("}")
    }
  }
}
