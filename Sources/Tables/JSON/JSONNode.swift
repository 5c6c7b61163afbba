internal import Parquet

/// Takes the values of one field out of JSON, and collects them.
class JSONNode {
  let field: SchemaField
  /// The dotted path, for errors.
  let path: String

  init(_ field: SchemaField, path: String) {
    self.field = field
    self.path = path
  }

  /// Reads the value at hand.
  func read(_ scanner: inout JSONScanner, depth: Int) throws(RowFault) {
    preconditionFailure("every node reads")
  }

  /// Appends a null that stands at `offset`, or belongs to the object there.
  func appendNull(at offset: Int, isMissing: Bool) throws(RowFault) {
    preconditionFailure("every node takes nulls")
  }

  /// Takes the slots from `count` on back, and what was begun after them.
  func truncate(to count: Int) {}
  /// Forgets everything.
  func removeAll() {}
  /// Hands everything to the builder of the field.
  func fill(_ builder: FieldBuilder) {}
  /// The bytes held.
  var byteCount: Int { 0 }

  final func misfit(_ reason: String, at offset: Int) -> RowFault {
    RowFault(.misfit, reason, offset: offset, column: path)
  }

  /// The null of a field that must be there.
  final func refuseNull(at offset: Int, isMissing: Bool) -> RowFault {
    misfit(isMissing ? "the key is missing, and required" : "null, and required", at: offset)
  }

  /// A node for `field`; the shapes are those that column builders make.
  static func make(_ field: SchemaField, path: String, origin: SchemaOrigin) -> JSONNode {
    if field.repetition == .repeated {
      var element = field
      element.repetition = .required
      return JSONList(
        field, path: path, element: make(element, path: path, origin: origin))
    }
    switch field.content {
    case .leaf: return JSONLeaf(field, path: path, origin: origin)
    case .group(let children):
      switch field.logicalType {
      case .list where children.count == 1 && children[0].children.count == 1:
        let element = children[0].children[0]
        let inner = "\(path).\(children[0].name)"
        return JSONList(
          field, path: path,
          element: field.isElementOfList(children[0])
            ? JSONSoleMember(children[0], path: inner, origin: origin)
            : make(element, path: "\(inner).\(element.name)", origin: origin))
      case .map where children.count == 1 && !children[0].children.isEmpty:
        return JSONMap(
          field, path: path,
          entry: JSONMap.entry(children[0], path: "\(path).\(children[0].name)", origin: origin))
      case .variant where JSONVariant.takes(field):
        return JSONVariant(field, path: path, origin: origin)
      default: return JSONStruct(field, path: path, origin: origin)
      }
    }
  }
}

/// Slots of a group, present or not.
struct PresentSlots: ~Copyable {
  private var bytes = TextBuffer(capacity: 256)
  private(set) var nullCount = 0

  var count: Int { bytes.count }

  mutating func append(_ isPresent: Bool) {
    bytes.append(isPresent ? 1 : 0)
    if !isPresent { nullCount += 1 }
  }

  mutating func truncate(to newCount: Int) {
    guard newCount < bytes.count else { return }
    for i in newCount..<bytes.count where unsafe bytes.start[i] == 0 { nullCount -= 1 }
    bytes.truncate(to: newCount)
  }

  mutating func removeAll() {
    bytes.removeAll()
    nullCount = 0
  }

  func validity() -> Bitmap? { nullCount == 0 ? nil : LeafStore.packed(bytes) }
}

/// A leaf in JSON.
final class JSONLeaf: JSONNode {
  let column: LeafColumn

  init(_ field: SchemaField, path: String, origin: SchemaOrigin) {
    column = LeafColumn(field, path: path, origin: origin)
    super.init(field, path: path)
  }

  override var byteCount: Int { column.byteCount }

  override func appendNull(at offset: Int, isMissing: Bool) throws(RowFault) {
    guard field.repetition == .optional else {
      throw refuseNull(at: offset, isMissing: isMissing)
    }
    unsafe column.store.pointee.appendNull()
  }

  override func read(_ scanner: inout JSONScanner, depth: Int) throws(RowFault) {
    do throws(RowFault) { unsafe try column.store.pointee.read(&scanner, depth: depth) } catch {
      throw located(error)
    }
  }

  /// The fault of a value with the column it is for.
  func located(_ fault: RowFault) -> RowFault {
    var fault = fault
    if fault.kind == .misfit { fault.column = path }
    return fault
  }

  override func truncate(to count: Int) { column.truncate(to: count) }
  override func removeAll() { column.removeAll() }
  override func fill(_ builder: FieldBuilder) { column.fill(builder) }
}

/// An array in JSON: a list, or a repeated field without one around it.
final class JSONList: JSONNode {
  private let element: JSONNode
  private var slots = PresentSlots()
  /// How many elements there are up to the end of each present list, as UInt32.
  private var ends = TextBuffer(capacity: 256)
  /// The elements of complete lists.
  private var elementCount = 0

  init(_ field: SchemaField, path: String, element: JSONNode) {
    self.element = element
    super.init(field, path: path)
  }

  override var byteCount: Int { slots.count + ends.count + element.byteCount }

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
    case .array: break
    default: throw misfit("no array, where a list is expected", at: start)
    }
    guard depth < JSONScanner.largestDepth else { throw scanner.fault("nested too deep") }
    var isFirst = true
    var added = 0
    while try scanner.nextElement(&isFirst) {
      try element.read(&scanner, depth: depth + 1)
      added &+= 1
    }
    elementCount += added
    ends.appendRaw(UInt32(truncatingIfNeeded: elementCount))
    slots.append(true)
  }

  override func truncate(to count: Int) {
    slots.truncate(to: count)
    let left = slots.count - slots.nullCount
    ends.truncate(to: left * 4)
    elementCount = left == 0 ? 0 : end(left - 1)
    element.truncate(to: elementCount)
  }

  private func end(_ i: Int) -> Int {
    unsafe Int(UnsafeRawPointer(ends.start).loadUnaligned(fromByteOffset: i * 4, as: UInt32.self))
  }

  override func removeAll() {
    slots.removeAll()
    ends.removeAll()
    elementCount = 0
    element.removeAll()
  }

  override func fill(_ builder: FieldBuilder) {
    guard let list = builder as? ListBuilder else { return }
    element.fill(list.element)
    list.adopt(count: slots.count, validity: slots.validity(), lengths: JSONList.lengths(of: ends))
  }

  /// What each list adds to the ends.
  static func lengths(of ends: borrowing TextBuffer) -> Bytes {
    var lengths = ByteBuffer(capacity: ends.count)
    var before: UInt32 = 0
    for i in 0..<ends.count / 4 {
      let end = unsafe UnsafeRawPointer(ends.start).loadUnaligned(
        fromByteOffset: i * 4, as: UInt32.self)
      lengths.append(end &- before)
      before = end
    }
    return lengths.freeze()
  }
}

/// What an error shows of a value.
enum Excerpt {
  /// As ``text(_:)-(UnsafeRawBufferPointer)``.
  static func text(_ string: String) -> String {
    var string = string
    return string.withUTF8 { unsafe text(UnsafeRawBufferPointer($0)) }
  }

  /// The text, cut to forty bytes at a character, with what would break a line escaped.
  static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    var count = min(bytes.count, 40)
    while count > 0, count < bytes.count, unsafe bytes[count] & 0xC0 == 0x80 { count -= 1 }
    var buffer = TextBuffer(capacity: 256)
    _ = unsafe JSONText.append(
      string: UnsafeRawBufferPointer(rebasing: bytes[..<count]), to: &buffer)
    guard count < bytes.count else { return buffer.text }
    buffer.truncate(to: buffer.count - 1)
    buffer.append("…\"")
    return buffer.text
  }
}
