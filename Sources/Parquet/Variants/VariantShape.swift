/// How the values of a VARIANT field lie in its leaves, shredded or not.
///
/// Specification: VariantShredding.md.
package final class VariantShape: Sendable {
  /// A column `value`, a column or group `typed_value`, or both.
  struct Node: Sendable {
    /// The definition level from which the node's group is there.
    var definition: Int
    /// The leaf `value`.
    var value: Int?
    var typed: Typed?
    /// The leaves below, by their number.
    var leaves: Range<Int>
  }

  /// What `typed_value` holds.
  enum Typed: Sendable {
    case scalar(leaf: Int, VariantScalar)
    /// There from `definition` on; its elements from `definition + 1`.
    indirect case list(definition: Int, repetition: Int, element: Node)
    indirect case object(definition: Int, leaves: Range<Int>, fields: [(name: String, node: Node)])
  }

  /// The leaf `metadata`.
  let metadata: Int
  let root: Node
  /// The leaves, those of `metadata` included.
  package let leaves: Range<Int>
  /// How they were numbered: by their place in the schema.
  let schemaLeaves: [Leaf]

  /// The shape of the VARIANT `field`, whose first leaf in `schema` is `firstLeaf`; its group is there
  /// from definition level `definition` on, within lists of level `repetition`.
  ///
  /// - Throws: ``ParquetError``, code `malformedFile` for a group that cannot hold variants,
  ///   `unsupportedFeature` for a version or a type of `typed_value` that is not known.
  package init(
    _ field: SchemaField, firstLeaf: Int, definition: Int, repetition: Int, schema: Schema
  ) throws(ParquetError) {
    var builder = VariantShapeBuilder(schema: schema, nextLeaf: firstLeaf)
    if case .variant(let version?) = field.logicalType, version != 1 {
      throw ParquetError(
        .unsupportedFeature, "VARIANT has version \(version); 1 is known"
      ).adding(column: field.name)
    }
    do throws(ParquetError) {
      (metadata, root) = try builder.root(field, definition: definition, repetition: repetition)
    } catch { throw error.adding(column: field.name) }
    leaves = firstLeaf..<builder.nextLeaf
    schemaLeaves = schema.leaves
  }
}

/// The scalar types that a column may hold in the place of a VARIANT's bytes.
///
/// Specification: VariantShredding.md, "Shredded Value Types".
enum VariantScalar: Sendable {
  case boolean, int8, int16, int32, int64, float, double
  case decimal4(scale: Int), decimal8(scale: Int), decimal16(scale: Int)
  case date, time
  case timestamp(VariantTimeUnit, isAdjustedToUTC: Bool)
  case binary, string, uuid

  /// The type of a leaf; nil where a VARIANT cannot be shredded into it.
  init?(_ type: PhysicalType, _ logicalType: LogicalType?) {
    switch (type, logicalType) {
    case (.boolean, nil): self = .boolean
    case (.int32, .integer(8, isSigned: true)): self = .int8
    case (.int32, .integer(16, isSigned: true)): self = .int16
    case (.int32, nil), (.int32, .integer(32, isSigned: true)): self = .int32
    case (.int64, nil), (.int64, .integer(64, isSigned: true)): self = .int64
    case (.float, nil): self = .float
    case (.double, nil): self = .double
    case (.int32, .date): self = .date
    case (.int64, .time(isAdjustedToUTC: false, unit: .microseconds)): self = .time
    case (.int64, .timestamp(let isUTC, .microseconds)):
      self = .timestamp(.microseconds, isAdjustedToUTC: isUTC)
    case (.int64, .timestamp(let isUTC, .nanoseconds)):
      self = .timestamp(.nanoseconds, isAdjustedToUTC: isUTC)
    case (.byteArray, nil): self = .binary
    case (.byteArray, .string): self = .string
    case (.fixedLengthByteArray(16), .uuid): self = .uuid
    case (.int32, .decimal(_, let scale)): self = .decimal4(scale: scale)
    case (.int64, .decimal(_, let scale)): self = .decimal8(scale: scale)
    case (.byteArray, .decimal(let precision, let scale)),
      (.fixedLengthByteArray, .decimal(let precision, let scale)):
      guard precision <= 38 else { return nil }
      self = .decimal16(scale: scale)
    default: return nil
    }
  }
}

extension SchemaField {
  /// The leaves below the field, itself included where it is one.
  var leafCount: Int {
    guard case .group(let children) = content else { return 1 }
    return children.reduce(0) { $0 + $1.leafCount }
  }
}

/// Walks the schema of a VARIANT.
private struct VariantShapeBuilder {
  let schema: Schema
  var nextLeaf: Int

  private func malformed(_ what: String) -> ParquetError {
    ParquetError(.malformedFile, "a VARIANT \(what)")
  }

  mutating func root(
    _ field: SchemaField, definition: Int, repetition: Int
  ) throws(ParquetError) -> (metadata: Int, root: VariantShape.Node) {
    var metadata: Int?
    let start = nextLeaf
    for child in field.children {
      if child.name == "metadata", child.physicalType == .byteArray, child.repetition == .required {
        metadata = nextLeaf
      } else if child.name != "value", child.name != "typed_value" {
        throw malformed("has no member \(child.name)")
      }
      nextLeaf += child.leafCount
    }
    guard let metadata else { throw malformed("has a required member metadata of BYTE_ARRAY") }
    nextLeaf = start
    let root = try node(
      field, definition: definition, repetition: repetition, hasMetadata: true)
    return (metadata, root)
  }

  /// A group of `value` and `typed_value`, which is there from `definition` on.
  private mutating func node(
    _ group: SchemaField, definition: Int, repetition: Int, hasMetadata: Bool = false
  ) throws(ParquetError) -> VariantShape.Node {
    var node = VariantShape.Node(definition: definition, leaves: nextLeaf..<nextLeaf)
    for child in group.children {
      switch child.name {
      case "value":
        guard child.physicalType == .byteArray, child.repetition != .repeated, node.value == nil
        else { throw malformed("has its value as one BYTE_ARRAY") }
        node.value = nextLeaf
        nextLeaf += 1
      case "typed_value":
        guard child.repetition == .optional, node.typed == nil else {
          throw malformed("has an optional typed_value")
        }
        node.typed = try typed(child, definition: definition + 1, repetition: repetition)
      case "metadata" where hasMetadata: nextLeaf += 1
      default: throw malformed("has no member \(child.name)")
      }
    }
    guard node.value != nil || node.typed != nil else {
      throw malformed("has a member value or typed_value")
    }
    node.leaves = node.leaves.lowerBound..<nextLeaf
    return node
  }

  private mutating func typed(
    _ field: SchemaField, definition: Int, repetition: Int
  ) throws(ParquetError) -> VariantShape.Typed {
    switch field.content {
    case .leaf(let type):
      guard let scalar = VariantScalar(type, field.logicalType) else {
        throw ParquetError(
          .unsupportedFeature,
          "a VARIANT is not shredded into \(field.logicalType?.name ?? type.name)")
      }
      nextLeaf += 1
      return .scalar(leaf: nextLeaf - 1, scalar)
    case .group(let children) where field.logicalType == .list:
      guard children.count == 1, children[0].repetition == .repeated,
        children[0].children.count == 1, case .group = children[0].children[0].content,
        children[0].children[0].repetition != .repeated
      else { throw malformed("is shredded into lists of three levels") }
      let element = children[0].children[0]
      return .list(
        definition: definition, repetition: repetition + 1,
        element: try node(
          element, definition: definition + 1 + (element.repetition == .optional ? 1 : 0),
          repetition: repetition + 1))
    case .group(let children) where field.logicalType == nil:
      guard !children.isEmpty else { throw malformed("is shredded into fields") }
      let start = nextLeaf
      var fields: [(name: String, node: VariantShape.Node)] = []
      for child in children {
        guard case .group = child.content, child.repetition != .repeated else {
          throw malformed("is shredded into fields that are groups")
        }
        fields.append(
          (
            child.name,
            try node(
              child, definition: definition + (child.repetition == .optional ? 1 : 0),
              repetition: repetition)
          ))
      }
      return .object(definition: definition, leaves: start..<nextLeaf, fields: fields)
    case .group:
      throw ParquetError(
        .unsupportedFeature, "a VARIANT is not shredded into \(field.logicalType?.name ?? "")")
    }
  }
}
