/// One node of a schema: a leaf with values, or a group of fields.
public struct SchemaField: Hashable, Sendable {
  /// What a field holds.
  public enum Content: Hashable, Sendable {
    /// Values of one physical type.
    case leaf(PhysicalType)
    /// Other fields.
    indirect case group([SchemaField])
  }

  /// The name, unique among its siblings.
  public var name: String
  /// Whether it may be absent or stand many times.
  public var repetition: Repetition
  /// What it holds.
  public var content: Content
  /// What the values mean.
  public var logicalType: LogicalType?
  /// The number that table formats know the field by.
  public var fieldID: Int32?

  /// A leaf.
  public init(
    _ name: String, _ physicalType: PhysicalType, _ repetition: Repetition = .required,
    logicalType: LogicalType? = nil, fieldID: Int32? = nil
  ) {
    self.name = name
    self.repetition = repetition
    self.content = .leaf(physicalType)
    self.logicalType = logicalType
    self.fieldID = fieldID
  }

  /// A group.
  public init(
    group name: String, _ repetition: Repetition = .required, logicalType: LogicalType? = nil,
    fieldID: Int32? = nil, _ fields: [SchemaField]
  ) {
    self.name = name
    self.repetition = repetition
    self.content = .group(fields)
    self.logicalType = logicalType
    self.fieldID = fieldID
  }

  /// A required group without a logical type.
  public init(group name: String, _ fields: [SchemaField]) {
    self.init(group: name, .required, fields)
  }

  /// The physical type of a leaf; nil for a group.
  public var physicalType: PhysicalType? {
    if case .leaf(let type) = content { type } else { nil }
  }

  /// The fields of a group; none for a leaf.
  public var children: [SchemaField] {
    if case .group(let fields) = content { fields } else { [] }
  }

  /// Whether the repeated field of this LIST is the element itself, as old writers had it.
  ///
  /// Specification: LogicalTypes.md, "Backward-compatibility rules" of lists.
  package func isElementOfList(_ repeated: SchemaField) -> Bool {
    repeated.children.count != 1 || repeated.children[0].repetition == .repeated
      || repeated.name == "array" || repeated.name == name + "_tuple"
  }
}

extension SchemaField {
  /// Text: BYTE_ARRAY, STRING.
  public static func string(
    _ name: String, _ repetition: Repetition = .required, fieldID: Int32? = nil
  ) -> SchemaField {
    SchemaField(name, .byteArray, repetition, logicalType: .string, fieldID: fieldID)
  }

  /// Days since 1970-01-01.
  public static func date(_ name: String, _ repetition: Repetition = .required) -> SchemaField {
    SchemaField(name, .int32, repetition, logicalType: .date)
  }

  /// Points in time (`isAdjustedToUTC`) or local dates with times, on INT64.
  public static func timestamp(
    _ name: String, _ unit: TimeUnit, isAdjustedToUTC: Bool, _ repetition: Repetition = .required
  ) -> SchemaField {
    SchemaField(
      name, .int64, repetition,
      logicalType: .timestamp(isAdjustedToUTC: isAdjustedToUTC, unit: unit))
  }

  /// A decimal on the smallest carrier that holds `precision` digits: INT32, INT64, or
  /// FIXED_LEN_BYTE_ARRAY of the fewest bytes.
  public static func decimal(
    _ name: String, precision: Int, scale: Int, _ repetition: Repetition = .required
  ) -> SchemaField {
    let type: PhysicalType
    if precision <= 9 {
      type = .int32
    } else if precision <= 18 {
      type = .int64
    } else {
      var byteCount = 9
      while (LogicalType.largestPrecision(on: .fixedLengthByteArray(byteCount: byteCount)) ?? 0)
        < precision
      { byteCount += 1 }
      type = .fixedLengthByteArray(byteCount: byteCount)
    }
    return SchemaField(
      name, type, repetition, logicalType: .decimal(precision: precision, scale: scale))
  }

  /// A list in the three-level form: `name (LIST) { repeated list { element } }`.
  ///
  /// `element` is renamed `element`, as the specification asks.
  public static func list(
    _ name: String, _ repetition: Repetition = .required, fieldID: Int32? = nil,
    of element: SchemaField
  ) -> SchemaField {
    var element = element
    element.name = "element"
    return SchemaField(
      group: name, repetition, logicalType: .list, fieldID: fieldID,
      [SchemaField(group: "list", .repeated, [element])])
  }

  /// A map: `name (MAP) { repeated key_value { required key; value } }`.
  public static func map(
    _ name: String, _ repetition: Repetition = .required, fieldID: Int32? = nil,
    key: SchemaField, value: SchemaField
  ) -> SchemaField {
    var key = key
    key.name = "key"
    key.repetition = .required
    var value = value
    value.name = "value"
    return SchemaField(
      group: name, repetition, logicalType: .map, fieldID: fieldID,
      [SchemaField(group: "key_value", .repeated, [key, value])])
  }
}
