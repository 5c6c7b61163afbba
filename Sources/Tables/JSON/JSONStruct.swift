internal import Parquet

/// An object in JSON, with a node for each key.
final class JSONStruct: JSONNode {
  let children: [JSONNode]
  private var slots = PresentSlots()
  /// The names' bytes, one after the other, and where each begins.
  private var names = TextBuffer(capacity: 256)
  private var nameStarts: [Int] = [0]
  private let indexes: [String: Int]
  /// The object in which each key was last seen, by number.
  private var lastSeen: [UInt64]
  private var objectNumber: UInt64 = 0

  init(_ field: SchemaField, path: String, origin: SchemaOrigin) {
    children = field.children.map {
      JSONNode.make($0, path: path.isEmpty ? $0.name : "\(path).\($0.name)", origin: origin)
    }
    lastSeen = [UInt64](repeating: 0, count: field.children.count)
    var indexes: [String: Int] = [:]
    for (index, child) in field.children.enumerated() {
      names.append(child.name)
      nameStarts.append(names.count)
      indexes[child.name] = index
    }
    self.indexes = indexes
    super.init(field, path: path)
  }

  var count: Int { slots.count }

  override var byteCount: Int { children.reduce(slots.count) { $0 + $1.byteCount } }

  override func appendNull(at offset: Int, isMissing: Bool) throws(RowFault) {
    guard field.repetition == .optional else {
      throw refuseNull(at: offset, isMissing: isMissing)
    }
    slots.append(false)
  }

  override func read(_ scanner: inout JSONScanner, depth: Int) throws(RowFault) {
    let start = scanner.place()
    switch try scanner.next() {
    case .null: return try appendNull(at: start, isMissing: false)
    case .object: break
    default:
      throw misfit(
        path.isEmpty ? "a row is a JSON object" : "no object, where a struct is expected", at: start
      )
    }
    try readMembers(&scanner, depth: depth, start: start)
  }

  /// Reads the object at hand.
  func readMembers(
    _ scanner: inout JSONScanner, depth: Int, start: Int
  ) throws(RowFault) {
    guard depth < JSONScanner.largestDepth else { throw scanner.fault("nested too deep") }
    objectNumber &+= 1
    var isFirst = true
    var seen = 0
    // Rows mostly have their keys in one order: after a key comes the next one.
    var expected = 0
    while try scanner.nextMember(&isFirst) {
      let keyStart = scanner.place()
      let key = unsafe try scanner.key()
      let index: Int
      if expected < children.count, unsafe isName(expected, key) {
        index = expected
      } else {
        guard let found = unsafe indexes[String(decoding: key, as: UTF8.self)] else {
          throw misfit("no column for the key \(unsafe Excerpt.text(key))", at: keyStart)
        }
        index = found
      }
      guard lastSeen[index] != objectNumber else {
        throw scanner.fault(
          "the key \(unsafe Excerpt.text(key)) stands twice in one object", at: keyStart)
      }
      lastSeen[index] = objectNumber
      seen &+= 1
      expected = index &+ 1
      try children[index].read(&scanner, depth: depth + 1)
    }
    if seen < children.count {
      for index in children.indices where lastSeen[index] != objectNumber {
        try children[index].appendNull(at: start, isMissing: true)
      }
    }
    slots.append(true)
  }

  @inline(__always)
  private func isName(_ index: Int, _ key: UnsafeRawBufferPointer) -> Bool {
    let start = nameStarts[index]
    let length = nameStarts[index &+ 1] &- start
    guard length == key.count, let base = key.baseAddress else { return length == key.count }
    for i in 0..<length
    where unsafe names.start[start &+ i] != base.load(fromByteOffset: i, as: UInt8.self) {
      return false
    }
    return true
  }

  override func truncate(to count: Int) {
    slots.truncate(to: count)
    let present = slots.count - slots.nullCount
    for child in children { child.truncate(to: present) }
  }

  override func removeAll() {
    slots.removeAll()
    for child in children { child.removeAll() }
  }

  override func fill(_ builder: FieldBuilder) {
    guard let group = builder as? StructBuilder else { return }
    for (child, inner) in zip(children, group.fields) { child.fill(inner) }
    group.adopt(count: slots.count, validity: slots.validity())
  }

  /// Hands the children to the builders of top-level fields.
  func fill(_ builders: [FieldBuilder]) {
    for (child, builder) in zip(children, builders) { child.fill(builder) }
  }

  /// Says that the children have one more slot each, of an object that was no JSON object.
  func appendPresent() { slots.append(true) }
}

/// A map in JSON: an object where the keys are text, or an array of objects with `key` and `value`.
final class JSONMap: JSONNode {
  private let entry: JSONStruct
  private var slots = PresentSlots()
  private var ends = TextBuffer(capacity: 256)
  private var entryCount = 0

  init(_ field: SchemaField, path: String, entry: JSONStruct) {
    self.entry = entry
    super.init(field, path: path)
  }

  override var byteCount: Int { slots.count + ends.count + entry.byteCount }

  override func appendNull(at offset: Int, isMissing: Bool) throws(RowFault) {
    guard field.repetition == .optional else {
      throw refuseNull(at: offset, isMissing: isMissing)
    }
    slots.append(false)
  }

  override func read(_ scanner: inout JSONScanner, depth: Int) throws(RowFault) {
    let start = scanner.place()
    let kind = try scanner.next()
    if kind == .null { return try appendNull(at: start, isMissing: false) }
    guard depth < JSONScanner.largestDepth else { throw scanner.fault("nested too deep") }
    var isFirst = true
    var added = 0
    if kind == .array {
      while try scanner.nextElement(&isFirst) {
        try entry.read(&scanner, depth: depth + 1)
        added += 1
      }
    } else if kind == .object, let key = entry.children.first as? JSONLeaf, key.store.kind == .text
    {
      while try scanner.nextMember(&isFirst) {
        unsafe key.store.append(bytes: try scanner.key())
        if entry.children.count > 1 {
          try entry.children[1].read(&scanner, depth: depth + 1)
        } else {
          guard try scanner.next() == .null else {
            throw misfit("a value, where the map has keys only", at: scanner.at)
          }
        }
        entry.appendPresent()
        added += 1
      }
    } else {
      throw misfit("no object or array of pairs, where a map is expected", at: start)
    }
    entryCount += added
    ends.appendRaw(UInt32(truncatingIfNeeded: entryCount))
    slots.append(true)
  }

  override func truncate(to count: Int) {
    slots.truncate(to: count)
    let left = slots.count - slots.nullCount
    ends.truncate(to: left * 4)
    entryCount =
      left == 0
      ? 0
      : unsafe Int(
        UnsafeRawPointer(ends.start).loadUnaligned(
          fromByteOffset: (left - 1) * 4, as: UInt32.self))
    entry.truncate(to: entryCount)
  }

  override func removeAll() {
    slots.removeAll()
    ends.removeAll()
    entryCount = 0
    entry.removeAll()
  }

  override func fill(_ builder: FieldBuilder) {
    guard let list = builder as? ListBuilder else { return }
    entry.fill(list.element)
    list.adopt(count: slots.count, validity: slots.validity(), lengths: JSONList.lengths(of: ends))
  }
}
