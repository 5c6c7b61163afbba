extension Schema {
  /// The schema of some leaves: the tree without the others.
  ///
  /// A map without its keys is no map any more, and a VARIANT only as a whole is one: their groups stay,
  /// without their logical type. Where a group is the element of a list and one field of it is left, the group
  /// is called `array`: by the rules for old lists that field would be the element otherwise.
  ///
  /// - Parameter leafIndices: which leaves to keep.
  /// - Returns: a schema whose leaves are those.
  /// - Throws: nothing, as the levels of a part are not deeper than the whole's.
  package func projected(to leafIndices: Set<Int>) throws(ParquetError) -> Schema {
    var next = 0
    let fields = self.fields.compactMap {
      Schema.projected($0, leafIndices: leafIndices, next: &next)
    }
    return try Schema(unvalidated: fields, name: name)
  }

  private static func projected(
    _ field: SchemaField, leafIndices: Set<Int>, next: inout Int
  ) -> SchemaField? {
    guard case .group(let children) = field.content else {
      defer { next += 1 }
      return leafIndices.contains(next) ? field : nil
    }
    let start = next
    var kept: [SchemaField] = []
    for child in children {
      if let part = projected(child, leafIndices: leafIndices, next: &next) { kept.append(part) }
    }
    // A group that never had a leaf goes, too: nothing says whether it is there.
    guard !kept.isEmpty, next > start else { return nil }
    var copy = field
    copy.content = .group(kept)
    if case .variant? = field.logicalType, copy.content != field.content { copy.logicalType = nil }
    guard copy.content != field.content else { return copy }
    switch (field.logicalType, field.shape) {
    case (.list, .list):
      if field.isElementOfList(children[0]), !copy.isElementOfList(kept[0]) {
        kept[0].name = "array"
        copy.content = .group(kept)
      }
    case (.map, .map):
      if kept[0].children.first?.name != children[0].children[0].name { copy.logicalType = nil }
    // What was none must not become one.
    case (.list, _), (.map, _): copy.logicalType = nil
    default: break
    }
    return copy
  }
}
