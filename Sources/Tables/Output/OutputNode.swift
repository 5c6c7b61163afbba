internal import Parquet

/// A field as rows show it: its levels, and its shape with the groups that only carry levels left out.
final class OutputNode {
  enum Shape {
    case leaf(LeafFormat)
    case structure([OutputNode])
    /// A VARIANT, shredded or not.
    case variant(VariantShape)
    /// Elements of which each begins at `repetition`, there from `definition` on.
    case list(OutputNode, definition: Int, repetition: Int)
    /// As a list; an object where `hasTextKeys`, else an array of objects.
    case map(
      key: OutputNode, value: OutputNode?, definition: Int, repetition: Int, hasTextKeys: Bool)
  }

  let name: String
  /// `"name":` with its quotes and escapes.
  let label: [UInt8]
  /// The definition level from which the field is there.
  let definition: Int
  let shape: Shape
  /// The leaves below, by their number.
  let leaves: Range<Int>

  /// The nodes of a schema's top-level fields.
  ///
  /// - Throws: ``ParquetError`` for a VARIANT that is none, or that this version does not know.
  static func nodes(of schema: Schema) throws(ParquetError) -> [OutputNode] {
    var nextLeaf = 0
    var nodes: [OutputNode] = []
    for field in schema.fields {
      nodes.append(
        try OutputNode(field, definition: 0, repetition: 0, schema: schema, nextLeaf: &nextLeaf))
    }
    return nodes
  }

  private init(
    _ field: SchemaField, definition above: Int, repetition: Int, schema: Schema,
    nextLeaf: inout Int, asElement: Bool = false
  ) throws(ParquetError) {
    name = field.name
    var buffer = TextBuffer(capacity: 64)
    JSONText.append(string: field.name, to: &buffer)
    buffer.append(UInt8(ascii: ":"))
    label = unsafe Array(buffer.bytes)
    let firstLeaf = nextLeaf

    if field.repetition == .repeated, !asElement {
      // Repeated without a LIST around it: a list that is always there, of required elements.
      definition = above
      let element = try OutputNode(
        field, definition: above + 1, repetition: repetition + 1, schema: schema,
        nextLeaf: &nextLeaf, asElement: true)
      shape = .list(element, definition: above + 1, repetition: repetition + 1)
      leaves = firstLeaf..<nextLeaf
      return
    }

    let definition = above + (field.repetition == .optional ? 1 : 0)
    self.definition = definition
    func child(
      _ field: SchemaField, deeper: Int, asElement: Bool = false
    ) throws(ParquetError) -> OutputNode {
      try OutputNode(
        field, definition: definition + deeper, repetition: repetition + deeper, schema: schema,
        nextLeaf: &nextLeaf, asElement: asElement)
    }
    switch field.content {
    case .leaf:
      shape = .leaf(LeafFormat(schema.leaves[nextLeaf]))
      nextLeaf += 1
    case .group(let children):
      if case .variant? = field.logicalType {
        let variant = try VariantShape(
          field, firstLeaf: firstLeaf, definition: definition, repetition: repetition,
          schema: schema)
        nextLeaf = variant.leaves.upperBound
        shape = .variant(variant)
      } else if field.logicalType == .list, children.count == 1,
        children[0].repetition == .repeated
      {
        let repeated = children[0]
        let element =
          OutputNode.isElement(repeated, of: field)
          ? try child(repeated, deeper: 1, asElement: true)
          : try child(repeated.children[0], deeper: 1)
        shape = .list(element, definition: definition + 1, repetition: repetition + 1)
      } else if field.logicalType == .map, children.count == 1, children[0].repetition == .repeated,
        (1...2).contains(children[0].children.count)
      {
        let pair = children[0].children
        let key = try child(pair[0], deeper: 1)
        let value = pair.count == 2 ? try child(pair[1], deeper: 1) : nil
        var hasTextKeys = false
        if case .leaf(.text) = key.shape { hasTextKeys = pair[0].repetition == .required }
        shape = .map(
          key: key, value: value, definition: definition + 1, repetition: repetition + 1,
          hasTextKeys: hasTextKeys)
      } else {
        var fields: [OutputNode] = []
        for field in children { fields.append(try child(field, deeper: 0)) }
        shape = .structure(fields)
      }
    }
    leaves = firstLeaf..<nextLeaf
  }

  /// Whether a LIST's repeated field is the element itself, as old writers had it.
  ///
  /// Specification: LogicalTypes.md, "Backward-compatibility rules" of lists.
  static func isElement(_ repeated: SchemaField, of list: SchemaField) -> Bool {
    repeated.children.count != 1 || repeated.children[0].repetition == .repeated
      || repeated.name == "array" || repeated.name == list.name + "_tuple"
  }
}

/// A leaf of a batch being walked, slot by slot.
@safe
struct LeafCursor {
  var view: ValueView
  let deepest: Int
  let slotCount: Int
  private let definition: UnsafePointer<UInt8>?
  private let repetition: UnsafePointer<UInt8>?
  private let validity: Bitmap?
  private var slot = 0
  /// The next value.
  private(set) var value = 0

  /// The next slot and the next value.
  var place: SlotPlace {
    get { SlotPlace(slot: slot, value: value) }
    set {
      slot = newValue.slot
      value = newValue.value
    }
  }

  init(_ column: Column, _ leaf: Leaf) {
    view = ValueView(column.values)
    deepest = leaf.maxDefinitionLevel
    slotCount = column.slotCount
    switch column.presence {
    case .allPresent:
      unsafe definition = nil
      unsafe repetition = nil
      validity = nil
    case .validity(let bits):
      unsafe definition = nil
      unsafe repetition = nil
      validity = bits
    case .levels(let definitionBytes, let repetitionBytes):
      unsafe definition = definitionBytes.elements(of: UInt8.self)
      unsafe repetition = repetitionBytes?.elements(of: UInt8.self)
      validity = nil
    }
  }

  /// The definition level of the slot at hand; -1 behind the last, where only a file whose columns
  /// disagree leads.
  @inline(__always)
  var level: Int {
    guard slot < slotCount else { return -1 }
    if let definition = unsafe definition { return unsafe Int(definition[slot]) }
    if let validity = validity { return validity[slot] ? deepest : deepest - 1 }
    return deepest
  }

  /// Whether the slot at hand goes on with a list of repetition level `level`.
  func continues(_ level: Int) -> Bool {
    guard let repetition = unsafe repetition, slot < slotCount else { return false }
    return unsafe Int(repetition[slot]) == level
  }

  /// Whether the slot at hand begins a row, or there is none left.
  var isAtRow: Bool {
    guard let repetition = unsafe repetition, slot < slotCount else { return slot <= slotCount }
    return unsafe repetition[slot] == 0
  }

  /// Passes a slot with a value.
  mutating func passValue() {
    slot &+= 1
    value &+= 1
  }

  /// Passes a slot without one.
  mutating func passNull() { slot &+= 1 }
}
