// The containers of encoding. None holds anything but its node: what is encoded goes into builders.

/// The fields of a struct, or the entries of a map.
struct KeyedNode<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let node: EncodingNode
  var codingPath: [any CodingKey] { node.codingPath }

  func encodeNil(forKey key: Key) throws { try node.child(key).appendNull() }
  func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
    if case .map = node.shape { return try node.append(entry: key.stringValue, value) }
    try node.child(key).append(value)
  }
  func encode(_ value: Bool, forKey key: Key) throws { try node.child(key).append(flag: value) }
  func encode(_ value: String, forKey key: Key) throws { try node.child(key).append(text: value) }
  func encode(_ value: Double, forKey key: Key) throws { try node.child(key).append(float: value) }
  func encode(_ value: Float, forKey key: Key) throws { try node.child(key).append(float: value) }
  func encode(_ value: Int, forKey key: Key) throws { try node.child(key).append(number: value) }
  func encode(_ value: Int8, forKey key: Key) throws { try node.child(key).append(number: value) }
  func encode(_ value: Int16, forKey key: Key) throws { try node.child(key).append(number: value) }
  func encode(_ value: Int32, forKey key: Key) throws { try node.child(key).append(number: value) }
  func encode(_ value: Int64, forKey key: Key) throws { try node.child(key).append(number: value) }
  func encode(_ value: Int128, forKey key: Key) throws { try node.child(key).append(number: value) }
  func encode(_ value: UInt, forKey key: Key) throws { try node.child(key).append(number: value) }
  func encode(_ value: UInt8, forKey key: Key) throws { try node.child(key).append(number: value) }
  func encode(_ value: UInt16, forKey key: Key) throws { try node.child(key).append(number: value) }
  func encode(_ value: UInt32, forKey key: Key) throws { try node.child(key).append(number: value) }
  func encode(_ value: UInt64, forKey key: Key) throws { try node.child(key).append(number: value) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> { nested(key).container(keyedBy: type) }
  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    nested(key).unkeyedContainer()
  }
  func superEncoder() -> any Encoder { node.refuse("a class with a base class is no row") }
  func superEncoder(forKey key: Key) -> any Encoder { superEncoder() }

  private func nested(_ key: Key) -> EncodingNode {
    (try? node.child(key)) ?? node.refuse("there is no field \(key.stringValue)")
  }
}

/// The elements of a list; of a map, its entries as structs.
struct UnkeyedNode: UnkeyedEncodingContainer {
  let node: EncodingNode
  var codingPath: [any CodingKey] { node.codingPath }
  var count: Int { node.elementCount }

  func encodeNil() throws { try node.element().appendNull() }
  func encode<T: Encodable>(_ value: T) throws { try node.element().append(value) }
  func encode(_ value: Bool) throws { try node.element().append(flag: value) }
  func encode(_ value: String) throws { try node.element().append(text: value) }
  func encode(_ value: Double) throws { try node.element().append(float: value) }
  func encode(_ value: Float) throws { try node.element().append(float: value) }
  func encode(_ value: Int) throws { try node.element().append(number: value) }
  func encode(_ value: Int8) throws { try node.element().append(number: value) }
  func encode(_ value: Int16) throws { try node.element().append(number: value) }
  func encode(_ value: Int32) throws { try node.element().append(number: value) }
  func encode(_ value: Int64) throws { try node.element().append(number: value) }
  func encode(_ value: Int128) throws { try node.element().append(number: value) }
  func encode(_ value: UInt) throws { try node.element().append(number: value) }
  func encode(_ value: UInt8) throws { try node.element().append(number: value) }
  func encode(_ value: UInt16) throws { try node.element().append(number: value) }
  func encode(_ value: UInt32) throws { try node.element().append(number: value) }
  func encode(_ value: UInt64) throws { try node.element().append(number: value) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> { nested().container(keyedBy: type) }
  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { nested().unkeyedContainer() }
  func superEncoder() -> any Encoder { node.refuse("a class with a base class is no element") }

  private func nested() -> EncodingNode {
    (try? node.element()) ?? node.refuse("a list is encoded, where the column is none")
  }
}

/// One value; of a struct or a list, what stands for the whole of it.
struct SingleNode: SingleValueEncodingContainer {
  let node: EncodingNode
  var codingPath: [any CodingKey] { node.codingPath }

  func encodeNil() throws { try node.appendNull() }
  func encode<T: Encodable>(_ value: T) throws { try node.append(value) }
  func encode(_ value: Bool) throws { try node.append(flag: value) }
  func encode(_ value: String) throws { try node.append(text: value) }
  func encode(_ value: Double) throws { try node.append(float: value) }
  func encode(_ value: Float) throws { try node.append(float: value) }
  func encode(_ value: Int) throws { try node.append(number: value) }
  func encode(_ value: Int8) throws { try node.append(number: value) }
  func encode(_ value: Int16) throws { try node.append(number: value) }
  func encode(_ value: Int32) throws { try node.append(number: value) }
  func encode(_ value: Int64) throws { try node.append(number: value) }
  func encode(_ value: Int128) throws { try node.append(number: value) }
  func encode(_ value: UInt) throws { try node.append(number: value) }
  func encode(_ value: UInt8) throws { try node.append(number: value) }
  func encode(_ value: UInt16) throws { try node.append(number: value) }
  func encode(_ value: UInt32) throws { try node.append(number: value) }
  func encode(_ value: UInt64) throws { try node.append(number: value) }
}
