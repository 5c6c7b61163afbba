/// Where a leaf stands: the names from the top of the schema down to it.
public struct ColumnPath: Hashable, Sendable, CustomStringConvertible {
  /// The names, outermost first.
  public let components: [String]

  /// A path of `components`.
  public init(_ components: [String]) { self.components = components }

  /// The names joined by dots.
  public var description: String { components.joined(separator: ".") }
}

/// A leaf of a schema, with what its place in the tree means for its levels.
public struct Leaf: Hashable, Sendable {
  /// The leaf's number, in schema order from 0: the number of its column.
  public let index: Int
  /// Its place in the tree.
  public let path: ColumnPath
  /// Its field.
  public let field: SchemaField
  /// How its values lie in the file.
  public let physicalType: PhysicalType
  /// The definition level of a value that is there.
  public let maxDefinitionLevel: Int
  /// How many of its ancestors, itself included, repeat.
  public let maxRepetitionLevel: Int
  /// For each repetition level from 1: the definition level of an element that is there.
  public let elementDefinitionLevels: [Int]

  /// What the values mean.
  public var logicalType: LogicalType? { field.logicalType }
}

/// The tree of a table's fields, and its leaves.
public struct Schema: Sendable {
  /// The deepest level a column may have; levels are stored as UInt8.
  public static let largestLevel = 255

  /// The name of the root; readers ignore it.
  public let name: String
  /// The top-level fields.
  public let fields: [SchemaField]
  /// The leaves in schema order: the columns.
  public let leaves: [Leaf]

  /// A schema of `fields`.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument` where two siblings share a name, a name is
  ///   empty, a group is empty, a logical type does not fit its physical type, a LIST or MAP does not
  ///   have its shape, or the nesting is deeper than ``largestLevel``.
  public init(name: String = "schema", _ fields: [SchemaField]) throws(ParquetError) {
    try Schema.validate(siblings: fields, at: [])
    self = try Schema(unvalidated: fields, name: name)
  }

  /// A schema as a file declares it: only its levels are checked.
  package init(unvalidated fields: [SchemaField], name: String) throws(ParquetError) {
    self.name = name
    self.fields = fields
    var leaves: [Leaf] = []
    for field in fields {
      try Schema.collect(field, path: [], definition: 0, elements: [], into: &leaves)
    }
    self.leaves = leaves
  }

  /// The leaf at a dotted path, as ``ColumnPath/description`` writes it; nil where there is none.
  public func leaf(at path: String) -> Leaf? {
    leaves.first { $0.path.description == path }
  }

  private static func collect(
    _ field: SchemaField, path: [String], definition: Int, elements: [Int],
    into leaves: inout [Leaf]
  ) throws(ParquetError) {
    let path = path + [field.name]
    let definition = definition + (field.repetition == .required ? 0 : 1)
    let elements = field.repetition == .repeated ? elements + [definition] : elements
    guard definition <= largestLevel, path.count <= 4 * largestLevel else {
      throw ParquetError(
        .limitExceeded, "fields are nested deeper than \(largestLevel) optional or repeated levels")
    }
    switch field.content {
    case .leaf(let physicalType):
      leaves.append(
        Leaf(
          index: leaves.count, path: ColumnPath(path), field: field, physicalType: physicalType,
          maxDefinitionLevel: definition, maxRepetitionLevel: elements.count,
          elementDefinitionLevels: elements))
    case .group(let children):
      for child in children {
        try collect(
          child, path: path, definition: definition, elements: elements, into: &leaves)
      }
    }
  }

  private static func validate(
    siblings: [SchemaField], at path: [String]
  ) throws(ParquetError) {
    func refuse(_ name: String, _ message: String) -> ParquetError {
      ParquetError(.invalidArgument, message)
        .adding(column: (path + [name]).joined(separator: "."))
    }
    var seen: Set<String> = []
    for field in siblings {
      guard !field.name.isEmpty else { throw refuse("", "a field has no name") }
      guard seen.insert(field.name).inserted else {
        throw refuse(field.name, "two fields of one group have this name")
      }
      if let problem = field.logicalType?.problem(on: field.physicalType) {
        throw refuse(field.name, problem)
      }
      if case .leaf(.fixedLengthByteArray(let byteCount)) = field.content, byteCount < 1 {
        throw refuse(
          field.name, "FIXED_LEN_BYTE_ARRAY has a length of at least 1, not \(byteCount)")
      }
      if case .group(let children) = field.content {
        guard !children.isEmpty else { throw refuse(field.name, "a group has at least one field") }
        if let problem = shapeProblem(of: field) { throw refuse(field.name, problem) }
        try validate(siblings: children, at: path + [field.name])
      }
    }
  }

  /// What is wrong with a LIST or MAP that is to be written; the legacy forms are only read.
  private static func shapeProblem(of field: SchemaField) -> String? {
    switch field.logicalType {
    case .list:
      guard field.repetition != .repeated else { return "a LIST is required or optional" }
      guard field.children.count == 1, field.children[0].repetition == .repeated,
        field.children[0].children.count == 1, field.children[0].children[0].repetition != .repeated
      else { return "a LIST holds one repeated group with one field that is not repeated" }
    case .map:
      guard field.repetition != .repeated else { return "a MAP is required or optional" }
      guard field.children.count == 1, field.children[0].repetition == .repeated,
        (1...2).contains(field.children[0].children.count),
        field.children[0].children[0].repetition == .required,
        field.children[0].children.last?.repetition != .repeated
      else { return "a MAP holds one repeated group with a required key and at most one value" }
    case .variant(let version):
      guard version ?? 1 == 1 else { return "VARIANT has version 1, not \(version ?? 0)" }
      func has(_ name: String, _ legal: (SchemaField) -> Bool) -> Bool {
        field.children.filter { $0.name == name && legal($0) }.count == 1
      }
      let typed = field.children.filter { $0.name == "typed_value" }.count
      guard has("metadata", { $0 == SchemaField("metadata", .byteArray, fieldID: $0.fieldID) }),
        has(
          "value",
          {
            $0.physicalType == .byteArray && $0.logicalType == nil && $0.repetition != .repeated
          }), field.children.count == 2 + typed
      else { return "a VARIANT holds metadata (required) and value, both BYTE_ARRAY" }
    case .file: return fileProblem(field)
    default: break
    }
    return nil
  }

  /// What is wrong with a FILE: its members are optional, known by name, and each has one type.
  ///
  /// Specification: LogicalTypes.md, "FILE".
  private static func fileProblem(_ field: SchemaField) -> String? {
    let members: [String: (type: PhysicalType, logicalType: LogicalType?)] = [
      "uri": (.byteArray, .string), "offset": (.int64, nil), "size": (.int64, nil),
      "content_type": (.byteArray, .string), "checksum": (.byteArray, .string),
      "inline": (.byteArray, nil),
    ]
    for child in field.children {
      guard let member = members[child.name] else {
        return "a FILE has no member \(child.name): "
          + "they are uri, offset, size, content_type, checksum and inline"
      }
      guard child.physicalType == member.type, child.logicalType == member.logicalType,
        child.repetition == .optional
      else {
        return "a FILE's \(child.name) is an optional "
          + (member.logicalType?.name ?? member.type.name)
      }
    }
    return nil
  }
}

extension Schema: Equatable {
  /// Whether both have the same fields; the root's name does not count.
  public static func == (a: Schema, b: Schema) -> Bool { a.fields == b.fields }
}
