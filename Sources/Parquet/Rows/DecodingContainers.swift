// The containers of decoding.

/// The fields of a struct.
struct KeyedDecodingNode<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let node: DecodingNode
  var codingPath: [any CodingKey] { node.codingPath }
  var allKeys: [Key] { node.names.compactMap { Key(stringValue: $0) } }
  func contains(_ key: Key) -> Bool { node.contains(key.stringValue) }

  private func child(_ key: Key) throws -> DecodingNode { try node.child(key.stringValue) }

  func decodeNil(forKey key: Key) throws -> Bool { try child(key).isNull }
  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    try child(key).decode(type)
  }
  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try child(key).flag() }
  func decode(_ type: String.Type, forKey key: Key) throws -> String { try child(key).text() }
  func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try child(key).double() }
  func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try child(key).float() }
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try child(key).number() }
  func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try child(key).number() }
  func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try child(key).number() }
  func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try child(key).number() }
  func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try child(key).number() }
  func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 { try child(key).number() }
  func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try child(key).number() }
  func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try child(key).number() }
  func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try child(key).number() }
  func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try child(key).number() }
  func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try child(key).number() }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> { try child(key).container(keyedBy: type) }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try child(key).unkeyedContainer()
  }
  func superDecoder() throws -> any Decoder {
    throw node.error("a class with a base class is no row")
  }
  func superDecoder(forKey key: Key) throws -> any Decoder { try superDecoder() }
}

/// The elements of a list, one after another; of a map, its entries as structs.
struct UnkeyedDecodingNode: UnkeyedDecodingContainer {
  private let list: DecodingNode
  private let element: DecodingNode
  private let repetition: Int
  /// Where the next element begins.
  private var places: [SlotPlace]
  private(set) var isAtEnd: Bool
  private(set) var currentIndex = 0

  /// The elements of `list`, which is not null.
  init(_ list: DecodingNode) {
    guard case .list(let definition, let repetition, _) = list.shape else {
      preconditionFailure("the elements of a list are walked")
    }
    self.list = list
    self.repetition = repetition
    element = list.children[0]
    places = list.cursor.places(list.leaves)
    isAtEnd = list.level < definition
  }

  var codingPath: [any CodingKey] { list.codingPath }
  var count: Int? { nil }

  /// What `body` makes of the next element.
  mutating func next<T>(_ body: (DecodingNode) throws -> T) throws -> T {
    guard !isAtEnd else { throw list.error("the list ends after \(currentIndex) elements") }
    let cursor = list.cursor
    let around = cursor.places(list.leaves)
    defer { cursor.go(to: around, list.leaves) }
    cursor.go(to: places, list.leaves)
    let value = try body(element)
    cursor.pass(list.leaves, depth: repetition)
    places = cursor.places(list.leaves)
    isAtEnd = cursor.leaves[list.leaves.lowerBound].repetitionLevel != repetition
    for leaf in list.leaves
    where (cursor.leaves[leaf].repetitionLevel == repetition) == isAtEnd {
      throw ParquetError(
        .malformedFile, "its lists have other lengths than those of the columns beside it"
      ).adding(column: cursor.leaves[leaf].source.leaf.path.description, row: cursor.row)
    }
    currentIndex += 1
    return value
  }

  mutating func decodeNil() throws -> Bool {
    guard !isAtEnd else { throw list.error("the list ends after \(currentIndex) elements") }
    let before = self
    if try next({ $0.isNull }) { return true }
    self = before
    return false
  }

  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
    try next { try $0.decode(type) }
  }
  mutating func decode(_ type: Bool.Type) throws -> Bool { try next { try $0.flag() } }
  mutating func decode(_ type: String.Type) throws -> String { try next { try $0.text() } }
  mutating func decode(_ type: Double.Type) throws -> Double { try next { try $0.double() } }
  mutating func decode(_ type: Float.Type) throws -> Float { try next { try $0.float() } }
  mutating func decode(_ type: Int.Type) throws -> Int { try next { try $0.number() } }
  mutating func decode(_ type: Int8.Type) throws -> Int8 { try next { try $0.number() } }
  mutating func decode(_ type: Int16.Type) throws -> Int16 { try next { try $0.number() } }
  mutating func decode(_ type: Int32.Type) throws -> Int32 { try next { try $0.number() } }
  mutating func decode(_ type: Int64.Type) throws -> Int64 { try next { try $0.number() } }
  mutating func decode(_ type: Int128.Type) throws -> Int128 { try next { try $0.number() } }
  mutating func decode(_ type: UInt.Type) throws -> UInt { try next { try $0.number() } }
  mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try next { try $0.number() } }
  mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try next { try $0.number() } }
  mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try next { try $0.number() } }
  mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try next { try $0.number() } }

  // A container of an element would have to outlive the element's turn.
  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    throw list.error("an element is decoded as a value of its own type, not by a nested container")
  }
  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    throw list.error("an element is decoded as a value of its own type, not by a nested container")
  }
  mutating func superDecoder() throws -> any Decoder {
    throw list.error("a class with a base class is no element")
  }
}

/// The entries of a map, by their keys.
struct MapDecodingNode<Key: CodingKey>: KeyedDecodingContainerProtocol {
  private let map: DecodingNode
  private let entries: [String: UnkeyedDecodingNode]
  let allKeys: [Key]

  /// The entries of `map`, which is not null; of equal keys the last one counts, as the format has it.
  init(_ map: DecodingNode) throws {
    self.map = map
    var entries: [String: UnkeyedDecodingNode] = [:]
    var keys: [Key] = []
    var walk = UnkeyedDecodingNode(map)
    while !walk.isAtEnd {
      let here = walk
      let name = try walk.next { try $0.children[0].text() }
      if entries.updateValue(here, forKey: name) == nil, let key = Key(stringValue: name) {
        keys.append(key)
      }
    }
    self.entries = entries
    allKeys = keys
  }

  var codingPath: [any CodingKey] { map.codingPath }
  func contains(_ key: Key) -> Bool { entries[key.stringValue] != nil }

  /// What `body` makes of the value of `key`.
  private func value<T>(_ key: Key, _ body: (DecodingNode) throws -> T) throws -> T {
    guard var entry = entries[key.stringValue] else {
      throw map.error("the map has no key \(key.stringValue)")
    }
    return try entry.next { entry in
      guard entry.children.count == 2 else { throw map.error("the map has keys alone") }
      return try body(entry.children[1])
    }
  }

  func decodeNil(forKey key: Key) throws -> Bool { try value(key) { $0.isNull } }
  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    try value(key) { try $0.decode(type) }
  }
  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
    try value(key) { try $0.flag() }
  }
  func decode(_ type: String.Type, forKey key: Key) throws -> String {
    try value(key) { try $0.text() }
  }
  func decode(_ type: Double.Type, forKey key: Key) throws -> Double {
    try value(key) { try $0.double() }
  }
  func decode(_ type: Float.Type, forKey key: Key) throws -> Float {
    try value(key) { try $0.float() }
  }
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int {
    try value(key) { try $0.number() }
  }
  func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 {
    try value(key) { try $0.number() }
  }
  func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 {
    try value(key) { try $0.number() }
  }
  func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 {
    try value(key) { try $0.number() }
  }
  func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 {
    try value(key) { try $0.number() }
  }
  func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 {
    try value(key) { try $0.number() }
  }
  func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt {
    try value(key) { try $0.number() }
  }
  func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 {
    try value(key) { try $0.number() }
  }
  func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 {
    try value(key) { try $0.number() }
  }
  func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 {
    try value(key) { try $0.number() }
  }
  func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 {
    try value(key) { try $0.number() }
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    throw map.error("a value is decoded as one of its own type, not by a nested container")
  }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    throw map.error("a value is decoded as one of its own type, not by a nested container")
  }
  func superDecoder() throws -> any Decoder { throw map.error("a map is no class") }
  func superDecoder(forKey key: Key) throws -> any Decoder { try superDecoder() }
}

/// One value; of a struct or a list, what stands for the whole of it.
struct SingleDecodingNode: SingleValueDecodingContainer {
  let node: DecodingNode
  var codingPath: [any CodingKey] { node.codingPath }

  func decodeNil() -> Bool { node.isNull }
  func decode<T: Decodable>(_ type: T.Type) throws -> T { try node.decode(type) }
  func decode(_ type: Bool.Type) throws -> Bool { try node.flag() }
  func decode(_ type: String.Type) throws -> String { try node.text() }
  func decode(_ type: Double.Type) throws -> Double { try node.double() }
  func decode(_ type: Float.Type) throws -> Float { try node.float() }
  func decode(_ type: Int.Type) throws -> Int { try node.number() }
  func decode(_ type: Int8.Type) throws -> Int8 { try node.number() }
  func decode(_ type: Int16.Type) throws -> Int16 { try node.number() }
  func decode(_ type: Int32.Type) throws -> Int32 { try node.number() }
  func decode(_ type: Int64.Type) throws -> Int64 { try node.number() }
  func decode(_ type: Int128.Type) throws -> Int128 { try node.number() }
  func decode(_ type: UInt.Type) throws -> UInt { try node.number() }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try node.number() }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try node.number() }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try node.number() }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try node.number() }
}
