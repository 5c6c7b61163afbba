internal import Parquet

/// What reading an object asks of its members, without a reference count or a check for each.
@safe
private struct MemberTable: ~Copyable {
  /// A member: its key as JSON writes it, with the colon.
  private struct Label {
    /// Where the label begins, of how many bytes, and the bits of those behind its last whole word.
    var start: Int
    var length: Int
    var restMask: UInt64
  }

  let count: Int
  /// The labels, one after the other.
  private var text = TextBuffer(capacity: 256)
  private let labels: UnsafeMutablePointer<Label>
  /// The number of the object in which each key was last seen; behind them, that of the last object.
  private let lastSeen: UnsafeMutablePointer<UInt64>
  /// The stores of the members that are leaves; their nodes keep them.
  private let leaves: UnsafeMutablePointer<UnsafeMutablePointer<LeafStore>?>

  init(_ children: [JSONNode], keys: [String]) {
    count = children.count
    unsafe labels = .allocate(capacity: max(count, 1))
    unsafe lastSeen = .allocate(capacity: count + 1)
    unsafe lastSeen.initialize(repeating: 0, count: count + 1)
    unsafe leaves = .allocate(capacity: max(count, 1))
    for (index, child) in children.enumerated() {
      let start = text.count
      JSONText.append(string: keys[index], to: &text)
      text.append(UInt8(ascii: ":"))
      let length = text.count - start
      let rest = UInt64(truncatingIfNeeded: length & 7)
      unsafe (labels + index).initialize(
        to: Label(start: start, length: length, restMask: (1 &<< (8 &* rest)) &- 1))
      unsafe (leaves + index).initialize(to: (child as? JSONLeaf)?.column.store)
    }
  }

  deinit {
    unsafe labels.deallocate()
    unsafe lastSeen.deallocate()
    unsafe leaves.deallocate()
  }

  /// Begins an object; its number.
  func begin() -> UInt64 {
    unsafe lastSeen[count] &+= 1
    return unsafe lastSeen[count]
  }

  /// Passes the key of a member where just that comes next.
  @inline(__always)
  func pass(_ index: Int, _ scanner: inout JSONScanner) -> Bool {
    let label = unsafe labels[index]
    return unsafe scanner.pass(text.start + label.start, label.length, label.restMask)
  }

  /// Notes that a member stood in an object; false where it did before.
  @inline(__always)
  func note(_ index: Int, _ number: UInt64) -> Bool {
    guard unsafe lastSeen[index] != number else { return false }
    unsafe lastSeen[index] = number
    return true
  }

  func isNoted(_ index: Int, _ number: UInt64) -> Bool { unsafe lastSeen[index] == number }

  @inline(__always)
  func leaf(_ index: Int) -> UnsafeMutablePointer<LeafStore>? { unsafe leaves[index] }
}

/// An object in JSON, with a node for each key.
class JSONStruct: JSONNode {
  let children: [JSONNode]
  private var slots = PresentSlots()
  private let keys: [String]
  private let members: MemberTable
  private let indexes: [String: Int]
  /// Whether members without a field are passed over.
  private let passesUnknown: Bool

  /// An object with a key for each field of a group, of the field's name.
  convenience init(_ field: SchemaField, path: String, origin: SchemaOrigin) {
    let children = field.children.map {
      JSONNode.make($0, path: path.isEmpty ? $0.name : "\(path).\($0.name)", origin: origin)
    }
    self.init(
      field, path: path, children: children, keys: field.children.map(\.name),
      passesUnknown: origin.isLenient)
  }

  /// An object whose members have the given keys; the first children are those of the group.
  init(
    _ field: SchemaField, path: String, children: [JSONNode], keys: [String],
    passesUnknown: Bool = false
  ) {
    self.passesUnknown = passesUnknown
    self.children = children
    self.keys = keys
    members = MemberTable(children, keys: keys)
    var indexes: [String: Int] = [:]
    for (index, key) in keys.enumerated() { indexes[key] = index }
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
    let number = members.begin()
    var isFirst = true
    var seen = 0
    // Rows mostly have their keys in one order: after a key comes the next one.
    var expected = 0
    while try scanner.nextMember(&isFirst) {
      let keyStart = scanner.place()
      var index = expected
      if expected >= members.count || !members.pass(expected, &scanner) {
        guard let found = try find(&scanner) else {
          try scanner.skipValue(depth: depth + 1)
          continue
        }
        index = found
      }
      guard members.note(index, number) else {
        throw scanner.fault(
          "the key \(Excerpt.text(keys[index])) stands twice in one object",
          at: keyStart)
      }
      seen &+= 1
      expected = index &+ 1
      if let leaf = unsafe members.leaf(index) {
        if unsafe leaf.pointee.readPlain(&scanner) { continue }
        do throws(RowFault) { unsafe try leaf.pointee.read(&scanner, depth: depth + 1) } catch {
          throw (children[index] as? JSONLeaf)?.located(error) ?? error
        }
      } else {
        try children[index].read(&scanner, depth: depth + 1)
      }
    }
    if seen < children.count {
      for index in children.indices where !members.isNoted(index, number) {
        try children[index].appendNull(at: start, isMissing: true)
      }
    }
    slots.append(true)
  }

  /// The number of the key that comes next, wherever it stands in the schema; nil where it is to be passed over.
  private func find(_ scanner: inout JSONScanner) throws(RowFault) -> Int? {
    let key = unsafe try scanner.key()
    guard let index = unsafe indexes[String(decoding: key, as: UTF8.self)] else {
      if passesUnknown { return nil }
      throw misfit(
        "no column for the key \(unsafe Excerpt.text(key))", at: scanner.stringStart)
    }
    return index
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

/// A LIST's repeated group of one field where it is the element itself: rows show it as an object, and the
/// list's builder has the field's alone.
final class JSONSoleMember: JSONStruct {
  override func fill(_ builder: FieldBuilder) { children[0].fill(builder) }
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

  /// The pairs, by their place in the group whatever it calls them, as rows show them.
  ///
  /// Where there are no values, a member `value` can only be null.
  static func entry(_ group: SchemaField, path: String, origin: SchemaOrigin) -> JSONStruct {
    var group = group
    group.repetition = .required
    var children = group.children.map {
      JSONNode.make($0, path: "\(path).\($0.name)", origin: origin)
    }
    var keys = ["key", "value"]
    if children.count == 1 {
      let nothing = SchemaField("value", .boolean, .optional, logicalType: .unknown)
      children.append(JSONNode.make(nothing, path: "\(path).value", origin: origin))
    }
    keys += group.children.dropFirst(2).map(\.name)
    return JSONStruct(group, path: path, children: children, keys: keys)
  }

  /// Whether a map with such keys stands as an object.
  private static func isText(_ kind: LeafKind) -> Bool {
    switch kind {
    case .text, .json: true
    default: false
    }
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
    } else if kind == .object, let key = entry.children.first as? JSONLeaf,
      JSONMap.isText(key.column.kind)
    {
      while try scanner.nextMember(&isFirst) {
        let text = unsafe try scanner.key()
        guard unsafe key.column.store.pointee.append(text: text) else {
          throw key.located(
            unsafe key.column.store.pointee.misfit(text, at: scanner.stringStart))
        }
        try entry.children[1].read(&scanner, depth: depth + 1)
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
