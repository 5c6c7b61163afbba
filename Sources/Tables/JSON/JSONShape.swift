internal import Parquet

/// What kinds of values stood at one place of all rows so far, and so what field holds them all.
///
/// Kinds are only ever added, so that widening ends: one kind of value has the type of that kind, and
/// values of different kinds are kept as their JSON text.
final class JSONShape {
  /// Deeper structs and lists are kept as JSON text, well within the levels a column may have.
  private static let largestDepth = 32

  private var hasBoolean = false
  private var hasNumber = false
  private var hasString = false
  private var hasArray = false
  private var hasObject = false
  /// Whether a value or a key stood here that no field can hold.
  private var isOpaque = false
  private var numbers = NumberGuess()
  private var element: JSONShape?
  private var members: [(name: String, shape: JSONShape)] = []
  private var indexes: [String: Int] = [:]

  /// Whether a key was seen.
  var hasMembers: Bool { !members.isEmpty }

  /// Takes the value at hand into account.
  func add(_ scanner: inout JSONScanner, depth: Int) throws(RowFault) {
    switch try scanner.next() {
    case .null: break
    case .boolean: hasBoolean = true
    case .number:
      hasNumber = true
      unsafe numbers.add(try scanner.number(), scanner.base)
    case .string:
      hasString = true
      _ = unsafe try scanner.string()
    case .array:
      hasArray = true
      if depth >= JSONShape.largestDepth { isOpaque = true }
      if isOpaque { return try scanner.skipValue(depth: depth) }
      let element = element ?? JSONShape()
      self.element = element
      var isFirst = true
      while try scanner.nextElement(&isFirst) { try element.add(&scanner, depth: depth + 1) }
    case .object:
      hasObject = true
      if depth >= JSONShape.largestDepth { isOpaque = true }
      if isOpaque { return try scanner.skipValue(depth: depth) }
      try addMembers(&scanner, depth: depth)
    }
  }

  private func addMembers(_ scanner: inout JSONScanner, depth: Int) throws(RowFault) {
    var isFirst = true
    var expected = 0
    while try scanner.nextMember(&isFirst) {
      let key = unsafe String(decoding: try scanner.key(), as: UTF8.self)
      // A field has a name: an object with an empty key is no struct.
      if key.isEmpty { isOpaque = true }
      let index: Int
      if expected < members.count, members[expected].name == key {
        index = expected
      } else if let found = indexes[key] {
        index = found
      } else {
        index = members.count
        members.append((key, JSONShape()))
        indexes[key] = index
      }
      expected = index + 1
      try members[index].shape.add(&scanner, depth: depth + 1)
    }
  }

  /// The fields of the rows.
  ///
  /// The columns that no value told the type of are noted in `unseen`.
  func rowFields(_ unseen: inout Set<String>) -> [SchemaField] {
    memberFields(path: "", &unseen)
  }

  private func memberFields(path: String, _ unseen: inout Set<String>) -> [SchemaField] {
    var fields: [SchemaField] = []
    for member in members {
      fields.append(member.shape.field(member.name, path: path + member.name, &unseen))
    }
    return fields
  }

  /// The field that holds all values.
  private func field(_ name: String, path: String, _ unseen: inout Set<String>) -> SchemaField {
    let kinds = [hasBoolean, hasNumber, hasString, hasArray, hasObject].reduce(0) {
      $0 + ($1 ? 1 : 0)
    }
    // Nothing but nulls: text takes them.
    guard kinds > 0 else {
      unseen.insert(path)
      return .string(name, .optional)
    }
    guard kinds == 1, !isOpaque else { return JSONShape.opaque(name) }
    if hasBoolean { return SchemaField(name, .boolean, .optional) }
    if hasString { return .string(name, .optional) }
    if hasNumber { return numbers.field(name, unsignedAllowed: true) ?? JSONShape.opaque(name) }
    if hasArray {
      let element = element ?? JSONShape()
      return .list(
        name, .optional, of: element.field("element", path: path + ".list.element", &unseen))
    }
    // A struct without a field cannot be.
    guard !members.isEmpty else { return JSONShape.opaque(name) }
    return SchemaField(group: name, .optional, memberFields(path: path + ".", &unseen))
  }

  /// JSON text.
  private static func opaque(_ name: String) -> SchemaField {
    SchemaField(name, .byteArray, .optional, logicalType: .json)
  }
}
