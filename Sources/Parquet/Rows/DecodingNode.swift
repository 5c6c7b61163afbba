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
  /// The fields' names; nil where a field before has the same, which hides the later one.
  private let keys: [String?]
  private let places: [String: Int]
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
        DecodingNode(field, path: [field.name], definition: 0, repetition: 0, cursor, &nextLeaf))
    }
    self.children = children
    (keys, places) = DecodingNode.keys(of: children)
  }

  /// The node of `field` at `path`, as rows show it (``Schema/logicalPaths``).
  private init(
    _ field: SchemaField, path: [String], definition above: Int, repetition: Int,
    _ cursor: DecodingCursor, _ nextLeaf: inout Int
  ) {
    self.cursor = cursor
    self.path = path
    typeName = field.typeName
    let firstLeaf = nextLeaf
    let definition = above + (field.repetition == .optional ? 1 : 0)
    self.definition = definition
    var children: [DecodingNode] = []
    func add(_ field: SchemaField, _ path: [String], deeper: Int) {
      children.append(
        DecodingNode(
          field, path: path, definition: definition + deeper, repetition: repetition + deeper,
          cursor, &nextLeaf))
    }
    switch field.shape {
    case .leaf:
      nextLeaf += 1
      shape = .leaf
    case .structure(let fields):
      for field in fields { add(field, path + [field.name], deeper: 0) }
      shape = .group
    case .list(let element):
      add(element, path + ["element"], deeper: 1)
      shape = .list(definition: definition + 1, repetition: repetition + 1, isMap: false)
    case .map(var key, var value):
      // An entry is a struct, whose fields have these names whatever the writer called them.
      key.name = "key"
      value?.name = "value"
      add(SchemaField(group: field.name, [key] + [value].compactMap(\.self)), path, deeper: 1)
      shape = .list(definition: definition + 1, repetition: repetition + 1, isMap: true)
    }
    self.children = children
    leaves = firstLeaf..<nextLeaf
    (keys, places) = DecodingNode.keys(of: children)
  }

  private static func keys(
    of children: [DecodingNode]
  ) -> (keys: [String?], places: [String: Int]) {
    var places: [String: Int] = [:]
    let keys = children.enumerated().map { place, child -> String? in
      guard let name = child.path.last, places[name] == nil else { return nil }
      places[name] = place
      return name
    }
    return (keys, places)
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

  var names: [String] { keys.compactMap(\.self) }

  /// The node of the field `name`.
  func child(_ name: String) throws -> DecodingNode {
    if expected >= keys.count || keys[expected] != name {
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
