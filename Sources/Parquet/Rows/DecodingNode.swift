/// A field that `Decodable` values are made from: the decoder of the slot at hand.
///
/// Decoding a field leaves the cursor where it is, so that fields may be decoded in any order; who walks a
/// list, or the rows, moves it.
final class DecodingNode: Decoder {
  enum Shape {
    case leaf
    case group
    /// A list whose elements are there from `definition` on and go on at `repetition`; also a map.
    case list(definition: Int, repetition: Int, isMap: Bool)
  }

  let path: [String]
  let shape: Shape
  /// The leaves below, by their number.
  let leaves: Range<Int>
  let cursor: DecodingCursor
  /// The definition level from which the field is there.
  private let definition: Int
  /// How messages name the type.
  private let typeName: String
  /// The fields of a struct; the element of a list.
  let children: [DecodingNode]
  private var places: [String: Int] = [:]
  /// Where the next key is looked for first: types decode their keys in one order, as a rule.
  private var expected = 0

  /// The node of whole rows.
  init(_ schema: Schema) {
    cursor = DecodingCursor()
    path = []
    shape = .group
    leaves = 0..<schema.leaves.count
    definition = 0
    typeName = "a row"
    var nextLeaf = 0
    var children: [DecodingNode] = []
    for field in schema.fields {
      children.append(
        DecodingNode(
          field, path: [], definition: 0, repetition: 0, cursor, &nextLeaf, asElement: false))
    }
    self.children = children
    for (place, field) in schema.fields.enumerated() { places[field.name] = place }
  }

  private init(
    _ field: SchemaField, path: [String], definition above: Int, repetition: Int,
    _ cursor: DecodingCursor, _ nextLeaf: inout Int, asElement: Bool
  ) {
    self.cursor = cursor
    let path = path + [field.name]
    self.path = path
    typeName = field.typeName
    let firstLeaf = nextLeaf
    let isBare = field.repetition == .repeated && !asElement
    let definition = above + (field.repetition == .optional ? 1 : 0)
    self.definition = definition
    var children: [DecodingNode] = []
    func add(_ field: SchemaField, deeper: Int = 0, asElement: Bool = false) {
      children.append(
        DecodingNode(
          field, path: path, definition: definition + deeper, repetition: repetition + deeper,
          cursor, &nextLeaf, asElement: asElement))
    }
    if let (element, isRepeated) = field.listElement(asElement: asElement) {
      add(element, deeper: 1, asElement: isRepeated)
      shape = .list(definition: definition + 1, repetition: repetition + 1, isMap: false)
    } else if field.logicalType == .map, field.children.count == 1,
      field.children[0].repetition == .repeated, !isBare
    {
      add(field.children[0], deeper: 1, asElement: true)
      shape = .list(
        definition: definition + 1, repetition: repetition + 1,
        isMap: (1...2).contains(field.children[0].children.count))
    } else if case .group(let fields) = field.content {
      for field in fields { add(field) }
      shape = .group
    } else {
      nextLeaf += 1
      shape = .leaf
    }
    self.children = children
    leaves = firstLeaf..<nextLeaf
    for (place, child) in children.enumerated() { places[child.path.last ?? ""] = place }
  }

  // MARK: What is there

  /// The definition level of the slot at hand.
  var level: Int { leaves.isEmpty ? definition : cursor.leaves[leaves.lowerBound].level }

  var isNull: Bool { level < definition }

  func error(_ message: String) -> ParquetError {
    let error = ParquetError(.rejectedData, message)
    return path.isEmpty
      ? error.adding(row: cursor.row)
      : error.adding(column: path.joined(separator: "."), row: cursor.row)
  }

  func mismatch(_ wanted: String) -> ParquetError {
    ParquetError(.schemaMismatch, "is \(typeName), where \(wanted) is to be decoded")
      .adding(column: path.isEmpty ? nil : path.joined(separator: "."), row: cursor.row)
  }

  func contains(_ name: String) -> Bool { places[name] != nil }

  var names: [String] { children.map { $0.path.last ?? "" } }

  /// The node of the field `name`.
  func child(_ name: String) throws -> DecodingNode {
    if expected >= children.count || children[expected].path.last != name {
      guard let place = places[name] else {
        throw ParquetError(
          .schemaMismatch, "there is no such column; there are \(names.joined(separator: ", "))"
        ).adding(column: (path + [name]).joined(separator: "."))
      }
      expected = place
    }
    defer { expected += 1 }
    return children[expected]
  }

  /// Throws where the slot at hand is null.
  func checkPresent(_ wanted: String) throws {
    if isNull { throw error("is null, where \(wanted) is to be decoded") }
  }

  // MARK: One value

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    if case .leaf = shape, T.self == [UInt8].self {
      return unsafe unsafeBitCast(try bytes(), to: T.self)
    }
    return try T(from: self)
  }

  // MARK: Decoder

  var codingPath: [any CodingKey] { path.map { PathKey(stringValue: $0) } }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    switch shape {
    case .group:
      try checkPresent("a struct")
      return KeyedDecodingContainer(KeyedDecodingNode<Key>(node: self))
    case .list(_, _, isMap: true):
      try checkPresent("a dictionary")
      return KeyedDecodingContainer(try MapDecodingNode<Key>(self))
    default: throw mismatch("a struct or a dictionary")
    }
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .list = shape else { throw mismatch("an array") }
    try checkPresent("an array")
    return UnkeyedDecodingNode(self)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    SingleDecodingNode(node: self)
  }
}
