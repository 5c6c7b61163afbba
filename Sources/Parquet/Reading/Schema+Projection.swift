extension Schema {
  /// The schema of some leaves: the tree without the others.
  ///
  /// A map without its keys is no map any more, and a VARIANT only as a whole is one: their groups stay,
  /// without their logical type.
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
    var keepsKey = true
    for (index, child) in children.enumerated() {
      if let part = projected(child, leafIndices: leafIndices, next: &next) {
        kept.append(part)
      } else if index == 0 {
        keepsKey = false
      }
    }
    // A group that never had a leaf goes, too: nothing says whether it is there.
    guard !kept.isEmpty, next > start else { return nil }
    var copy = field
    copy.content = .group(kept)
    if case .variant? = field.logicalType, copy.content != field.content { copy.logicalType = nil }
    if field.logicalType == .map {
      let entry = kept[0]
      let whole = children.first?.children.first
      if entry.children.first?.name != whole?.name || !keepsKey { copy.logicalType = nil }
    }
    return copy
  }
}
