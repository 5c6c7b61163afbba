extension Schema {
  /// The most names that all leaves' paths may have together: a footer of a few bytes could otherwise
  /// ask for any amount of memory.
  private static let largestPathNameCount = 10_000_000

  /// The schema as a footer lists it: depth first, the root before all.
  package var elements: [SchemaElement] {
    var elements = [SchemaElement(name: name, childCount: fields.count)]
    for field in fields { Schema.append(field, to: &elements) }
    return elements
  }

  private static func append(_ field: SchemaField, to elements: inout [SchemaElement]) {
    var element = SchemaElement(
      name: field.name, repetition: field.repetition.thriftValue,
      convertedType: field.logicalType?.convertedType, fieldID: field.fieldID,
      logicalType: field.logicalType)
    if case .decimal(let precision, let scale) = field.logicalType {
      element.precision = precision
      element.scale = scale
    }
    switch field.content {
    case .leaf(let type):
      element.type = PhysicalTypeID(type)
      if case .fixedLengthByteArray(let byteCount) = type { element.typeLength = byteCount }
      elements.append(element)
    case .group(let children):
      element.childCount = children.count
      elements.append(element)
      for child in children { append(child, to: &elements) }
    }
  }

  /// The schema that a footer lists.
  ///
  /// What a logical type says is dropped where it does not fit its field: the field then reads as its
  /// physical type.
  ///
  /// - Throws: ``ParquetError``, code `malformedFile` where the elements are not one tree or a leaf has
  ///   no type, `limitExceeded` where they nest deeper than `depthLimit` or need more memory than
  ///   `grant` can be extended by, `unsupportedFeature` for a
  ///   physical type that is not known.
  package init(
    elements: [SchemaElement], depthLimit: Int = Schema.largestLevel, grant: MemoryGrant? = nil
  ) throws(ParquetError) {
    guard let root = elements.first else {
      throw ParquetError(.malformedFile, "the footer has no schema")
    }
    var tree = SchemaTree(elements: elements, depthLimit: depthLimit, grant: grant)
    let fields = try tree.fields(count: root.childCount ?? 0, depth: 1)
    guard tree.next == elements.count else {
      throw ParquetError(
        .malformedFile,
        "the schema has \(elements.count) elements, of which its root holds \(tree.next)")
    }
    guard tree.pathNameCount <= Schema.largestPathNameCount else {
      throw ParquetError(.limitExceeded, "the schema has too many deeply nested columns")
    }
    try self.init(unvalidated: fields, name: root.name)
  }
}

/// Puts the elements of a footer together again.
private struct SchemaTree {
  let elements: [SchemaElement]
  let depthLimit: Int
  let grant: MemoryGrant?
  /// The first element not used yet; the root is used.
  var next = 1
  var pathNameCount = 0

  init(elements: [SchemaElement], depthLimit: Int, grant: MemoryGrant?) {
    self.elements = elements
    self.depthLimit = depthLimit
    self.grant = grant
  }

  /// The next `count` fields; `areEntries` says whether the group around them is a map.
  mutating func fields(
    count: Int, depth: Int, areEntries: Bool = false
  ) throws(ParquetError) -> [SchemaField] {
    guard count <= elements.count - next else {
      throw ParquetError(
        .malformedFile,
        "schema element \"\(elements[next - 1].name)\" announces \(count) fields; "
          + "\(elements.count - next) follow")
    }
    guard depth <= depthLimit else {
      throw ParquetError(.limitExceeded, "the schema is nested deeper than \(depthLimit) groups")
    }
    var fields: [SchemaField] = []
    for _ in 0..<count {
      fields.append(try field(depth: depth, isEntry: areEntries))
    }
    return fields
  }

  private mutating func field(depth: Int, isEntry: Bool) throws(ParquetError) -> SchemaField {
    guard next < elements.count else {
      throw ParquetError(.malformedFile, "the schema ends before its last group is full")
    }
    let element = elements[next]
    next += 1
    try grant?.extend(by: 2 * MemoryLayout<SchemaField>.stride)
    guard let repetition = element.repetition.flatMap(Repetition.init(thriftValue:)) else {
      throw problem(element, "has no repetition that there is")
    }
    if element.type != nil, element.childCount ?? 0 == 0 {
      pathNameCount += depth
      try grant?.extend(by: depth * MemoryLayout<String>.stride + MemoryLayout<Leaf>.stride)
      let type = try physicalType(element)
      return SchemaField(
        element.name, type, repetition, logicalType: logicalType(element, type),
        fieldID: element.fieldID)
    }
    guard element.type == nil, let childCount = element.childCount else {
      throw problem(element, "is neither a leaf nor a group")
    }
    let logicalType = logicalType(element, nil, isEntry: isEntry)
    let children = try fields(
      count: childCount, depth: depth + 1, areEntries: logicalType == .map)
    let field = SchemaField(
      group: element.name, repetition, logicalType: logicalType, fieldID: element.fieldID, children)
    // Some writers have MAP_KEY_VALUE on what repeats in a group that is not said to be a map.
    guard repetition == .repeated, logicalType == .map, element.logicalType == nil,
      element.convertedType == .mapKeyValue, !field.hasFormOfMap
    else { return field }
    var entry = field
    entry.logicalType = nil
    return entry
  }

  private func physicalType(_ element: SchemaElement) throws(ParquetError) -> PhysicalType {
    switch element.type {
    case .boolean: return .boolean
    case .int32: return .int32
    case .int64: return .int64
    case .int96: return .int96
    case .float: return .float
    case .double: return .double
    case .byteArray: return .byteArray
    case .fixedLengthByteArray:
      guard let length = element.typeLength, length > 0, length <= Int(Int32.max) else {
        throw problem(element, "is a FIXED_LEN_BYTE_ARRAY of length \(element.typeLength ?? 0)")
      }
      return .fixedLengthByteArray(byteCount: length)
    default:
      throw ParquetError(
        .unsupportedFeature,
        "schema element \"\(element.name)\" has the physical type \(element.type?.rawValue ?? -1), "
          + "which this version does not know")
    }
  }

  private func logicalType(
    _ element: SchemaElement, _ type: PhysicalType?, isEntry: Bool = false
  ) -> LogicalType? {
    // A union without a member says nothing.
    let stated = element.logicalType == .unrecognized(id: 0) ? nil : element.logicalType
    let logical = stated ?? LogicalType(convertedOf: element, isEntryOfMap: isEntry)
    guard let logical else { return nil }
    return logical.problem(on: type) == nil
      ? logical : .unrecognized(id: Int(logical.thriftID ?? 0))
  }

  private func problem(_ element: SchemaElement, _ what: String) -> ParquetError {
    ParquetError(.malformedFile, "schema element \"\(element.name)\" \(what)")
  }
}

extension Repetition {
  /// The number of FieldRepetitionType.
  var thriftValue: Int32 {
    switch self {
    case .required: 0
    case .optional: 1
    case .repeated: 2
    }
  }

  /// The repetition with a number of FieldRepetitionType.
  init?(thriftValue: Int32) {
    switch thriftValue {
    case 0: self = .required
    case 1: self = .optional
    case 2: self = .repeated
    default: return nil
    }
  }
}
