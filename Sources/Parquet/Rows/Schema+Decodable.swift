extension Schema {
  /// The schema of the rows that `type` decodes: of its keys, in the order it decodes them.
  ///
  /// The type is asked to decode a row whose every value is zero, empty, or an enum's first case, and what
  /// it asks for are the columns: integers of their width, `Float`, `Double`, `Bool`, `String`, `[UInt8]`,
  /// structs (groups), arrays (lists), dictionaries with `String` keys (maps); what it decodes if present
  /// is optional. Types that refuse such a row (whose values must not be zero, or enums with raw values
  /// that do not conform to `CaseIterable`), that contain themselves, or that decode their keys one way or
  /// another by what they find, have no such schema: write one out, or use a ``RowMapping``. Dates,
  /// decimals and UUIDs are never found: to `Codable` they are numbers and bytes.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument`, naming the column, where there is none.
  public init<Row: Decodable>(of type: Row.Type) throws(ParquetError) {
    let probe = SchemaProbe([])
    do { _ = try probe.decode(type) } catch {
      throw ParquetError.unprobed(error, type)
    }
    guard case .group(let fields) = probe.found else {
      throw ParquetError(.invalidArgument, "\(type) is no struct of columns")
    }
    try self.init(try fields.map { (field) throws(ParquetError) in try field.schemaField() })
  }
}

extension ParquetError {
  fileprivate static func unprobed(_ error: any Error, _ type: Any.Type) -> ParquetError {
    let error = ParquetError(coding: error)
    return ParquetError(
      .invalidArgument, "\(type) has no schema that can be found: \(error.message)",
      context: error.context, cause: error.cause)
  }
}

/// What a type decodes in one place, found by letting it.
private final class SchemaProbe: Decoder {
  enum Found {
    case nothing
    case leaf(any LeafValue.Type)
    case bytes
    case group([SchemaProbe])
    case list(SchemaProbe)
    case map(SchemaProbe)
  }

  let path: [String]
  var found = Found.nothing
  var isOptional = false
  /// Deeper than any type that does not contain itself.
  private static let deepest = 64

  init(_ path: [String]) { self.path = path }

  var codingPath: [any CodingKey] { path.map { PathKey(stringValue: $0) } }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func error(_ message: String) -> ParquetError {
    let error = ParquetError(.invalidArgument, message)
    return path.isEmpty ? error : error.adding(column: path.joined(separator: "."))
  }

  func schemaField() throws(ParquetError) -> SchemaField {
    let name = path.last ?? ""
    var field: SchemaField
    switch found {
    case .nothing: throw error("nothing is decoded here")
    case .leaf(let type):
      field = try type.schemaField(
        name, FieldType(logicalType: nil, byteCount: nil, fieldID: nil))
    case .bytes: field = SchemaField(name, .byteArray)
    case .group(let fields):
      field = SchemaField(
        group: name, try fields.map { (field) throws(ParquetError) in try field.schemaField() })
    case .list(let element): field = .list(name, of: try element.schemaField())
    case .map(let value):
      field = .map(name, key: .string("key"), value: try value.schemaField())
    }
    if isOptional { field.repetition = .optional }
    return field
  }

  /// The probe of a field.
  func child(_ name: String) throws -> SchemaProbe {
    guard path.count < SchemaProbe.deepest else { throw error("the type contains itself") }
    let child = SchemaProbe(path + [name])
    switch found {
    case .nothing: found = .group([child])
    case .group(let fields):
      guard !fields.contains(where: { $0.path == child.path }) else {
        throw child.error("is decoded twice")
      }
      found = .group(fields + [child])
    default: throw error("is decoded in two ways")
    }
    return child
  }

  func leaf<T: LeafValue>(_ value: T) -> T {
    found = .leaf(T.self)
    return value
  }

  /// A value of `type`, when what it decodes was noted.
  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    if T.self == [UInt8].self {
      found = .bytes
      return unsafe unsafeBitCast([UInt8](), to: T.self)
    }
    if let optional = type as? any OptionalProbe.Type {
      guard !isOptional else { throw error("a column knows one kind of null") }
      isOptional = true
      if let value = try optional.probe(self) as? T { return value }
    }
    if let list = type as? any ListProbe.Type, let value = try list.probe(self) as? T {
      return value
    }
    if let cases = type as? any CaseIterable.Type, let first = firstCase(cases) as? T {
      // Its raw value is noted; that there is no case of zero is no matter.
      _ = try? T(from: self)
      return first
    }
    return try T(from: self)
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    if case .nothing = found { found = .group([]) }
    return KeyedDecodingContainer(KeyedProbe<Key>(probe: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    throw error("only arrays decode lists")
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    SingleProbe(probe: self)
  }
}

private func firstCase<T: CaseIterable>(_ type: T.Type) -> Any? { T.allCases.first }

/// An optional of whatever type.
private protocol OptionalProbe {
  static func probe(_ probe: SchemaProbe) throws -> Any
}

extension Optional: OptionalProbe where Wrapped: Decodable {
  fileprivate static func probe(_ probe: SchemaProbe) throws -> Any {
    Wrapped?.some(try probe.decode(Wrapped.self)) as Any
  }
}

/// An array, or a dictionary by strings.
private protocol ListProbe {
  static func probe(_ probe: SchemaProbe) throws -> Any
}

extension Array: ListProbe where Element: Decodable {
  fileprivate static func probe(_ probe: SchemaProbe) throws -> Any {
    let element = SchemaProbe(probe.path + ["element"])
    _ = try element.decode(Element.self)
    probe.found = .list(element)
    return [Element]()
  }
}

extension Dictionary: ListProbe where Key == String, Value: Decodable {
  fileprivate static func probe(_ probe: SchemaProbe) throws -> Any {
    let value = SchemaProbe(probe.path + ["value"])
    _ = try value.decode(Value.self)
    probe.found = .map(value)
    return [String: Value]()
  }
}

private struct KeyedProbe<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let probe: SchemaProbe
  var codingPath: [any CodingKey] { probe.codingPath }
  var allKeys: [Key] { [] }
  func contains(_ key: Key) -> Bool { true }

  private func child(_ key: Key, isOptional: Bool = false) throws -> SchemaProbe {
    let child = try probe.child(key.stringValue)
    child.isOptional = isOptional
    return child
  }

  func decodeNil(forKey key: Key) throws -> Bool {
    throw probe.error("whether \(key.stringValue) is nil decides what is decoded")
  }
  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    try child(key).decode(type)
  }
  func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
    try child(key, isOptional: true).decode(type)
  }
  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try child(key).leaf(false) }
  func decode(_ type: String.Type, forKey key: Key) throws -> String { try child(key).leaf("") }
  func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try child(key).leaf(0) }
  func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try child(key).leaf(0) }
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try child(key).leaf(0) }
  func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try child(key).leaf(0) }
  func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try child(key).leaf(0) }
  func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try child(key).leaf(0) }
  func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try child(key).leaf(0) }
  func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try child(key).leaf(0) }
  func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try child(key).leaf(0) }
  func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try child(key).leaf(0) }
  func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try child(key).leaf(0) }
  func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try child(key).leaf(0) }
  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
    try child(key, isOptional: true).leaf(false)
  }
  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
    try child(key, isOptional: true).leaf("")
  }
  func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
    try child(key, isOptional: true).leaf(0)
  }
  func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? {
    try child(key, isOptional: true).leaf(0)
  }
  func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
    try child(key, isOptional: true).leaf(0)
  }
  func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? {
    try child(key, isOptional: true).leaf(0)
  }
  func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? {
    try child(key, isOptional: true).leaf(0)
  }
  func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? {
    try child(key, isOptional: true).leaf(0)
  }
  func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? {
    try child(key, isOptional: true).leaf(0)
  }
  func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? {
    try child(key, isOptional: true).leaf(0)
  }
  func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? {
    try child(key, isOptional: true).leaf(0)
  }
  func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? {
    try child(key, isOptional: true).leaf(0)
  }
  func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? {
    try child(key, isOptional: true).leaf(0)
  }
  func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? {
    try child(key, isOptional: true).leaf(0)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> { try child(key).container(keyedBy: type) }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try child(key).unkeyedContainer()
  }
  func superDecoder() throws -> any Decoder {
    throw probe.error("a class with a base class is no row")
  }
  func superDecoder(forKey key: Key) throws -> any Decoder { try superDecoder() }
}

private struct SingleProbe: SingleValueDecodingContainer {
  let probe: SchemaProbe
  var codingPath: [any CodingKey] { probe.codingPath }
  func decodeNil() -> Bool {
    probe.isOptional = true
    return false
  }
  func decode<T: Decodable>(_ type: T.Type) throws -> T { try probe.decode(type) }
  func decode(_ type: Bool.Type) throws -> Bool { probe.leaf(false) }
  func decode(_ type: String.Type) throws -> String { probe.leaf("") }
  func decode(_ type: Double.Type) throws -> Double { probe.leaf(0) }
  func decode(_ type: Float.Type) throws -> Float { probe.leaf(0) }
  func decode(_ type: Int.Type) throws -> Int { probe.leaf(0) }
  func decode(_ type: Int8.Type) throws -> Int8 { probe.leaf(0) }
  func decode(_ type: Int16.Type) throws -> Int16 { probe.leaf(0) }
  func decode(_ type: Int32.Type) throws -> Int32 { probe.leaf(0) }
  func decode(_ type: Int64.Type) throws -> Int64 { probe.leaf(0) }
  func decode(_ type: UInt.Type) throws -> UInt { probe.leaf(0) }
  func decode(_ type: UInt8.Type) throws -> UInt8 { probe.leaf(0) }
  func decode(_ type: UInt16.Type) throws -> UInt16 { probe.leaf(0) }
  func decode(_ type: UInt32.Type) throws -> UInt32 { probe.leaf(0) }
  func decode(_ type: UInt64.Type) throws -> UInt64 { probe.leaf(0) }
}
