/// A field that `Encodable` values are appended to: the encoder of one slot of it.
///
/// The tree of nodes lies over the tree of builders and lives as long: encoding allocates containers only.
final class EncodingNode: Encoder {
  enum Shape {
    case leaf(LeafBuilder)
    /// A struct; the row itself has no builder.
    case group(StructBuilder?)
    case list(ListBuilder)
    /// As a list, of entries.
    case map(ListBuilder)
  }

  let path: [String]
  let shape: Shape
  private let builder: FieldBuilder?
  /// The fields of a struct; the element of a list.
  private let children: [EncodingNode]
  private var places: [String: Int] = [:]
  /// Where the next key is looked for first: values encode their keys in one order, as a rule.
  private var expected = 0
  /// The structs, lists or rows that are complete.
  private var completed = 0
  /// Whether a container was asked for, whose value is not complete yet.
  private var isOpen = false

  /// The node of whole rows.
  convenience init(_ builder: ColumnBatchBuilder) {
    self.init(
      [], .group(nil), nil, builder.fields.map { EncodingNode($0, path: [$0.field.name]) })
  }

  private convenience init(_ builder: FieldBuilder, path: [String]) {
    func child(_ builder: FieldBuilder) -> EncodingNode {
      EncodingNode(builder, path: path + [builder.field.name])
    }
    switch builder {
    case let leaf as LeafBuilder: self.init(path, .leaf(leaf), leaf, [])
    case let group as StructBuilder:
      self.init(path, .group(group), group, group.fields.map(child))
    case let list as ListBuilder:
      let isMap = list.field.logicalType == .map && list.field.repetition != .repeated
      self.init(path, isMap ? .map(list) : .list(list), list, [child(list.element)])
    default: preconditionFailure("a builder is a leaf's, a list's or a struct's")
    }
  }

  private init(
    _ path: [String], _ shape: Shape, _ builder: FieldBuilder?, _ children: [EncodingNode]
  ) {
    self.path = path
    self.shape = shape
    self.builder = builder
    self.children = children
    for (place, child) in children.enumerated() { places[child.path.last ?? ""] = place }
  }

  /// Forgets the rows of the last batch.
  func reset() {
    completed = 0
    isOpen = false
    for child in children { child.reset() }
  }

  func error(_ message: String) -> ParquetError {
    let error = ParquetError(.schemaMismatch, message)
    return path.isEmpty ? error : error.adding(column: path.joined(separator: "."))
  }

  func mismatch(_ found: String) -> ParquetError {
    error("a value is \(found), where the column is \(builder?.field.typeName ?? "a row")")
  }

  // MARK: One value

  /// Appends one slot that holds `value`.
  func append<T: Encodable>(_ value: T) throws {
    switch shape {
    case .leaf(let leaf) where T.self == [UInt8].self:
      try append(bytes: unsafe unsafeBitCast(value, to: [UInt8].self), to: leaf)
      return
    case .map:
      if let map = value as? any StringMap {
        try map.append(to: self)
        return
      }
    default: break
    }
    let before = slotCount
    try value.encode(to: self)
    try close()
    guard slotCount == before + 1 else {
      throw error("a value of type \(T.self) encodes \(slotCount - before) values, not one")
    }
  }

  /// The elements since the last list ended.
  var elementCount: Int {
    switch shape {
    case .list(let list), .map(let list): list.element.count - list.ended
    default: 0
    }
  }

  /// The slots appended so far.
  private var slotCount: Int { builder?.count ?? completed }

  func appendNull() throws {
    guard let builder, builder.field.repetition == .optional else {
      throw error("a value is nil, where the column is required")
    }
    builder.appendNull()
  }

  /// Completes the value whose container was asked for.
  private func close() throws {
    guard isOpen else { return }
    isOpen = false
    switch shape {
    case .leaf: break
    case .group(let group):
      for child in children where child.slotCount == completed {
        try child.close()
        if child.slotCount == completed { try child.appendNull() }
      }
      completed += 1
      expected = 0
      group?.append()
    case .list(let list), .map(let list):
      try children[0].close()
      list.endList()
    }
  }

  /// The node of the field that `key` names, which has no value in this struct yet.
  func child(_ key: some CodingKey) throws -> EncodingNode {
    guard case .group = shape else { throw mismatch("a struct") }
    let name = key.stringValue
    if expected >= children.count || children[expected].path.last != name {
      guard let place = places[name] else {
        let what = path.isEmpty ? "the schema" : "the group"
        throw error("\(what) has no field \(name), which a value encodes")
      }
      expected = place
    }
    let child = children[expected]
    expected += 1
    guard child.slotCount == completed, !child.isOpen else {
      throw child.error("a value encodes this field twice")
    }
    return child
  }

  /// The node of the list's elements, which has no open one.
  func element() throws -> EncodingNode {
    switch shape {
    case .list, .map: break
    default: throw mismatch("a list")
    }
    try children[0].close()
    return children[0]
  }

  // MARK: Encoder

  var codingPath: [any CodingKey] { path.map { PathKey(stringValue: $0) } }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    isOpen = true
    return KeyedEncodingContainer(KeyedNode<Key>(node: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    isOpen = true
    return UnkeyedNode(node: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { SingleNode(node: self) }

  /// Notes what cannot be where nothing can be thrown; finishing the batch throws it.
  func refuse(_ message: String) -> EncodingNode {
    (builder ?? children.first?.builder)?.fail(ParquetError(.unsupportedFeature, message))
    return self
  }
}

/// A name in a path.
struct PathKey: CodingKey {
  let stringValue: String
  init(stringValue: String) { self.stringValue = stringValue }
  var intValue: Int? { nil }
  init?(intValue: Int) { nil }
}

/// A dictionary whose keys are strings: a map.
private protocol StringMap { func append(to map: EncodingNode) throws }

extension Dictionary: StringMap where Key == String, Value: Encodable {
  /// Appends the entries by their keys: the order of a dictionary is another in every run.
  fileprivate func append(to map: EncodingNode) throws {
    for (key, value) in sorted(by: { $0.key < $1.key }) { try map.append(entry: key, value) }
    try map.endMap()
  }
}

extension EncodingNode {
  /// Appends an entry of a map.
  func append<V: Encodable>(entry key: String, _ value: V) throws {
    let entry = try element()
    guard case .group(let builder?) = entry.shape, entry.children.count == 2 else {
      throw mismatch("a dictionary")
    }
    try entry.children[0].append(text: key)
    try entry.children[1].append(value)
    entry.completed += 1
    builder.append()
  }

  fileprivate func endMap() throws {
    guard case .map(let list) = shape else { throw mismatch("a dictionary") }
    list.endList()
  }
}
