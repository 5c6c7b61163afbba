public import Parquet

/// A schema as JSON: an object with `name`, `repetition`, `physicalType`, `typeLength` (of
/// FIXED_LEN_BYTE_ARRAY), `logicalType` (in the message notation: `"DECIMAL(15,2)"`), `fieldId` and
/// `children`, each only where it applies; the root has `name` and `children`.
public enum SchemaJSON {
  /// The JSON of `schema`, indented, with a newline at the end.
  public static func encode(_ schema: Schema) -> String {
    var buffer = TextBuffer()
    buffer.append("{\"name\":")
    JSONText.append(string: schema.name, to: &buffer)
    append(children: schema.fields, indent: 0, to: &buffer)
    buffer.append("}\n")
    return buffer.text
  }

  private static func append(
    children: [SchemaField], indent: Int, to buffer: inout TextBuffer
  ) {
    buffer.append(",\"children\":[")
    for (index, field) in children.enumerated() {
      buffer.append(index == 0 ? "\n" : ",\n")
      append(field, indent: indent + 1, to: &buffer)
    }
    buffer.append("]")
  }

  private static func append(_ field: SchemaField, indent: Int, to buffer: inout TextBuffer) {
    for _ in 0..<indent { buffer.append("  ") }
    buffer.append("{\"name\":")
    JSONText.append(string: field.name, to: &buffer)
    buffer.append(",\"repetition\":\"\(field.repetition.name)\"")
    if let type = field.physicalType { buffer.append(",\"physicalType\":\"\(type.name)\"") }
    if case .fixedLengthByteArray(let byteCount)? = field.physicalType {
      buffer.append(",\"typeLength\":\(byteCount)")
    }
    if let type = field.logicalType {
      buffer.append(",\"logicalType\":")
      JSONText.append(string: type.name, to: &buffer)
    }
    if let id = field.fieldID { buffer.append(",\"fieldId\":\(id)") }
    if case .group(let children) = field.content {
      append(children: children, indent: indent, to: &buffer)
    }
    buffer.append(UInt8(ascii: "}"))
  }

  /// The schema that `text` gives.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument`, with the line where the text is no JSON or
  ///   the path of the field that is wrong, and as `Schema.init` does.
  public static func decode(_ text: String) throws(ParquetError) -> Schema {
    guard case .object(let pairs) = try JSONTree.decode(Array(text.utf8)) else {
      throw ParquetError(.invalidArgument, "a schema is a JSON object")
    }
    var name = "schema"
    var fields: [SchemaField]?
    for (key, value) in pairs {
      switch (key, value) {
      case ("name", .string(let given)): name = given
      case ("children", .array(let children)): fields = try decode(children, path: [])
      case ("name", _), ("children", _): throw wrong("\(key) has the wrong type", [])
      default: throw wrong("a schema has no key \(key)", [])
      }
    }
    guard let fields else { throw wrong("a schema has the key children", []) }
    return try Schema(name: name, fields)
  }

  private static func decode(
    _ children: [JSONTree], path: [String]
  ) throws(ParquetError) -> [SchemaField] {
    var fields: [SchemaField] = []
    for child in children { fields.append(try decode(child, path: path)) }
    return fields
  }

  private static func decode(_ tree: JSONTree, path: [String]) throws(ParquetError) -> SchemaField {
    guard case .object(let pairs) = tree else { throw wrong("a field is a JSON object", path) }
    var name: String?
    for case ("name", .string(let given)) in pairs { name = given }
    guard let name else { throw wrong("a field has a name", path) }
    let path = path + [name]
    var repetition: Repetition?
    var typeName: String?
    var byteCount: Int?
    var logicalType: LogicalType?
    var fieldID: Int32?
    var children: [JSONTree]?
    for (key, value) in pairs {
      switch (key, value) {
      case ("name", _): break
      case ("repetition", .string(let text)):
        repetition = SchemaNotation.repetition(text)
        if repetition == nil { throw wrong("\(text) is no repetition", path) }
      case ("physicalType", .string(let text)): typeName = text
      case ("typeLength", .number(let text)):
        byteCount = Int(text)
        if byteCount == nil { throw wrong("\(text) is no length", path) }
      case ("logicalType", .string(let text)):
        logicalType = SchemaNotation.logicalType(text)
        if logicalType == nil { throw wrong("\(text) is no logical type", path) }
      case ("fieldId", .number(let text)):
        fieldID = Int32(text)
        if fieldID == nil { throw wrong("\(text) is no field id", path) }
      case ("children", .array(let given)): children = given
      case ("logicalType", .null), ("fieldId", .null), ("typeLength", .null),
        ("physicalType", .null), ("children", .null):
        break
      case ("repetition", _), ("physicalType", _), ("typeLength", _), ("logicalType", _),
        ("fieldId", _), ("children", _):
        throw wrong("\(key) has the wrong type", path)
      default: throw wrong("a field has no key \(key)", path)
      }
    }
    guard let repetition else { throw wrong("a field has a repetition", path) }
    switch (typeName, children) {
    case (nil, let children?):
      return SchemaField(
        group: name, repetition, logicalType: logicalType, fieldID: fieldID,
        try decode(children, path: path))
    case (let typeName?, nil):
      guard let type = SchemaNotation.physicalType(typeName, byteCount: byteCount) else {
        throw wrong(
          typeName == "FIXED_LEN_BYTE_ARRAY"
            ? "FIXED_LEN_BYTE_ARRAY has a typeLength" : "\(typeName) is no physical type", path)
      }
      return SchemaField(name, type, repetition, logicalType: logicalType, fieldID: fieldID)
    default: throw wrong("a field has either a physicalType or children", path)
    }
  }

  private static func wrong(_ message: String, _ path: [String]) -> ParquetError {
    ParquetError(.invalidArgument, message)
      .adding(column: path.isEmpty ? nil : path.joined(separator: "."))
  }
}
