extension Schema {
  /// The first difference between this schema and `other`, in words; nil where both are equal. The names
  /// of the roots do not count.
  package func difference(from other: Schema) -> String? {
    SchemaField.difference(fields, other.fields, at: [])
  }
}

extension SchemaField {
  fileprivate static func difference(
    _ fields: [SchemaField], _ others: [SchemaField], at path: [String]
  ) -> String? {
    for (field, other) in zip(fields, others) {
      let place = (path + [field.name]).joined(separator: ".")
      guard field.name == other.name else {
        return "has \(place) where the other has \((path + [other.name]).joined(separator: "."))"
      }
      let (one, two) = (field.summary, other.summary)
      guard one == two else { return "\(place) is \(one), in the other \(two)" }
      if let found = difference(field.children, other.children, at: path + [field.name]) {
        return found
      }
    }
    if fields.count > others.count {
      return "has \((path + [fields[others.count].name]).joined(separator: ".")), the other has not"
    }
    if fields.count < others.count {
      return "lacks \((path + [others[fields.count].name]).joined(separator: "."))"
    }
    return nil
  }

  /// The field without its name and its children: `optional INT32 DATE = 5`.
  private var summary: String {
    var words = [repetition.name.lowercased()]
    switch content {
    case .leaf(.fixedLengthByteArray(let byteCount)):
      words.append("FIXED_LEN_BYTE_ARRAY(\(byteCount))")
    case .leaf(let type): words.append(type.name)
    case .group: words.append("group")
    }
    if let logicalType { words.append(logicalType.name) }
    if let fieldID { words.append("= \(fieldID)") }
    return words.joined(separator: " ")
  }
}
