public import Parquet

/// A schema in the message notation of the format:
///
/// ```
/// message schema {
///   required int64 id = 1;
///   optional binary name (STRING);
///   optional group tags (LIST) {
///     repeated group list {
///       optional fixed_len_byte_array(16) element (UUID);
///     }
///   }
/// }
/// ```
///
/// Names with other characters than letters, digits, `_`, `-`, `.` and those past ASCII stand in
/// double quotes, with JSON's escapes.
public enum SchemaText {
  /// The notation of `schema`, one field a line, with a newline at the end.
  public static func encode(_ schema: Schema) -> String {
    var buffer = TextBuffer()
    buffer.append("message ")
    append(name: schema.name.isEmpty ? "schema" : schema.name, to: &buffer)
    buffer.append(" {\n")
    for field in schema.fields { append(field, indent: 1, to: &buffer) }
    buffer.append("}\n")
    return buffer.text
  }

  private static func append(_ field: SchemaField, indent: Int, to buffer: inout TextBuffer) {
    for _ in 0..<indent { buffer.append("  ") }
    buffer.append(field.repetition.name.lowercased())
    buffer.append(UInt8(ascii: " "))
    switch field.content {
    case .leaf(.byteArray): buffer.append("binary")
    case .leaf(.fixedLengthByteArray(let byteCount)):
      buffer.append("fixed_len_byte_array(\(byteCount))")
    case .leaf(let type): buffer.append(type.name.lowercased())
    case .group: buffer.append("group")
    }
    buffer.append(UInt8(ascii: " "))
    append(name: field.name, to: &buffer)
    if let type = field.logicalType { buffer.append(" (\(type.name))") }
    if let id = field.fieldID { buffer.append(" = \(id)") }
    guard case .group(let children) = field.content else { return buffer.append(";\n") }
    buffer.append(" {\n")
    for child in children { append(child, indent: indent + 1, to: &buffer) }
    for _ in 0..<indent { buffer.append("  ") }
    buffer.append("}\n")
  }

  private static func append(name: String, to buffer: inout TextBuffer) {
    if !name.isEmpty, name.utf8.allSatisfy(isNameByte) {
      buffer.append(name)
    } else {
      JSONText.append(string: name, to: &buffer)
    }
  }

  fileprivate static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), .minus, .point, 0x80...0xFF:
      true
    default: false
    }
  }

  /// The schema that `text` notes.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument` and the line where the text is not the
  ///   notation, and as `Schema.init` does.
  public static func decode(_ text: String) throws(ParquetError) -> Schema {
    var scanner = SchemaTextScanner(text)
    return try scanner.message()
  }
}

/// Takes the message notation apart.
private struct SchemaTextScanner {
  private let text: [UInt8]
  private var at = 0
  /// Groups are nested no deeper than levels can count.
  private var depth = 0

  init(_ text: String) { self.text = Array(text.utf8) }

  mutating func message() throws(ParquetError) -> Schema {
    guard try name() == "message" else { throw wrong("a schema begins with `message NAME {`") }
    let root = peek() == UInt8(ascii: "{") ? "schema" : try name()
    let fields = try group()
    guard peek() == nil else { throw wrong("nothing may stand behind the message") }
    return try Schema(name: root, fields)
  }

  private mutating func group() throws(ParquetError) -> [SchemaField] {
    try expect("{")
    depth += 1
    guard depth <= Schema.largestLevel * 4 else { throw wrong("groups are nested too deep") }
    var fields: [SchemaField] = []
    while peek() != UInt8(ascii: "}") { fields.append(try field()) }
    try expect("}")
    depth -= 1
    return fields
  }

  private mutating func field() throws(ParquetError) -> SchemaField {
    let first = try name()
    guard let repetition = SchemaNotation.repetition(first) else {
      throw wrong("a field begins with required, optional or repeated, not \(first)")
    }
    let typeName = try name()
    var byteCount: Int?
    if typeName.lowercased() == "fixed_len_byte_array" {
      byteCount = Int(try parenthesised())
      guard byteCount != nil else { throw wrong("fixed_len_byte_array takes its length: (16)") }
    }
    let fieldName = try name()
    var logicalType: LogicalType?
    if peek() == UInt8(ascii: "(") {
      let notation = try parenthesised()
      logicalType = SchemaNotation.logicalType(notation)
      guard logicalType != nil else { throw wrong("\(notation) is no logical type") }
    }
    var fieldID: Int32?
    if peek() == UInt8(ascii: "=") {
      at += 1
      let number = try name()
      fieldID = Int32(number)
      guard fieldID != nil else { throw wrong("\(number) is no field id") }
    }
    if typeName.lowercased() == "group" {
      return SchemaField(
        group: fieldName, repetition, logicalType: logicalType, fieldID: fieldID, try group())
    }
    guard let type = SchemaNotation.physicalType(typeName, byteCount: byteCount) else {
      throw wrong(
        "\(typeName) is no type: boolean, int32, int64, int96, float, double, binary, "
          + "fixed_len_byte_array(N) or group")
    }
    try expect(";")
    return SchemaField(
      fieldName, type, repetition, logicalType: logicalType, fieldID: fieldID)
  }

  /// The text up to the parenthesis that closes the one at hand.
  private mutating func parenthesised() throws(ParquetError) -> String {
    try expect("(")
    let first = at
    var open = 1
    while at < text.count {
      if text[at] == .quote { try passQuoted() }
      if text[at] == UInt8(ascii: "(") { open += 1 }
      if text[at] == UInt8(ascii: ")") { open -= 1 }
      if open == 0 {
        at += 1
        return String(decoding: text[first..<at - 1], as: UTF8.self)
      }
      at += 1
    }
    throw wrong("a parenthesis is not closed")
  }

  private mutating func name() throws(ParquetError) -> String {
    guard let byte = peek() else { throw wrong("the schema ends too early") }
    let first = at
    if byte == .quote {
      try passQuoted()
      at += 1
      guard case .string(let name)? = try? JSONTree.decode(Array(text[first..<at])) else {
        throw wrong("a quoted name has a bad escape")
      }
      return name
    }
    while at < text.count, SchemaText.isNameByte(text[at]) { at += 1 }
    guard at > first else {
      throw wrong("a name is expected before \(String(decoding: [byte], as: UTF8.self))")
    }
    return String(decoding: text[first..<at], as: UTF8.self)
  }

  /// Goes from a quote to the one that closes it.
  private mutating func passQuoted() throws(ParquetError) {
    at += 1
    while at < text.count, text[at] != .quote { at += text[at] == .backslash ? 2 : 1 }
    guard at < text.count else { throw wrong("a quoted text is not closed") }
  }

  private mutating func expect(_ mark: Unicode.Scalar) throws(ParquetError) {
    guard peek() == UInt8(ascii: mark) else { throw wrong("\(mark) is expected") }
    at += 1
  }

  /// The next byte that is no blank and no comment (`//` to the end of the line).
  private mutating func peek() -> UInt8? {
    while at < text.count {
      switch text[at] {
      case 0x20, 0x09, .newline, .carriageReturn: at += 1
      case UInt8(ascii: "/") where at + 1 < text.count && text[at + 1] == UInt8(ascii: "/"):
        while at < text.count, text[at] != .newline { at += 1 }
      default: return text[at]
      }
    }
    return nil
  }

  private func wrong(_ message: String) -> ParquetError {
    let line = text[..<min(at, text.count)].reduce(1) { $0 + ($1 == .newline ? 1 : 0) }
    return ParquetError(.invalidArgument, message).adding(line: line)
  }
}
