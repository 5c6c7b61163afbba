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
    for field in schema.fields where hasLeaf(field) {
      nodes.append(
        try OutputNode(field, definition: 0, repetition: 0, schema: schema, nextLeaf: &nextLeaf))
    }
    return nodes
  }

  private init(
    _ field: SchemaField, definition above: Int, repetition: Int, schema: Schema,
    nextLeaf: inout Int
  ) throws(ParquetError) {
    name = field.name
    var buffer = TextBuffer(capacity: 64)
    JSONText.append(string: field.name, to: &buffer)
    buffer.append(UInt8(ascii: ":"))
    label = unsafe Array(buffer.bytes)
    let firstLeaf = nextLeaf
    let definition = above + (field.repetition == .optional ? 1 : 0)
    self.definition = definition
    func child(_ field: SchemaField, deeper: Int) throws(ParquetError) -> OutputNode {
      try OutputNode(
        field, definition: definition + deeper, repetition: repetition + deeper, schema: schema,
        nextLeaf: &nextLeaf)
    }
    func structure(_ fields: [SchemaField]) throws(ParquetError) -> Shape {
      var nodes: [OutputNode] = []
      for field in fields where OutputNode.hasLeaf(field) {
        nodes.append(try child(field, deeper: 0))
      }
      return .structure(nodes)
    }
    switch field.shape {
    case .leaf:
      shape = .leaf(LeafFormat(schema.leaves[nextLeaf]))
      nextLeaf += 1
    case .list(let element):
      shape = .list(
        try child(element, deeper: 1), definition: definition + 1, repetition: repetition + 1)
    case .map(let key, let value) where OutputNode.hasLeaf(key):
      let key = try child(key, deeper: 1)
      let value = value.flatMap { OutputNode.hasLeaf($0) ? $0 : nil }
      var hasTextKeys = false
      if case .leaf(.text) = key.shape { hasTextKeys = key.definition == definition + 1 }
      shape = .map(
        key: key,
        value: try value.map { (field) throws(ParquetError) in try child(field, deeper: 1) },
        definition: definition + 1, repetition: repetition + 1, hasTextKeys: hasTextKeys)
    case .map: shape = try structure(field.children)
    case .structure(let fields):
      if case .variant? = field.logicalType {
        let variant = try VariantShape(
          field, firstLeaf: firstLeaf, definition: definition, repetition: repetition,
          schema: schema)
        nextLeaf = variant.leaves.upperBound
        shape = .variant(variant)
      } else {
        shape = try structure(fields)
      }
    }
    leaves = firstLeaf..<nextLeaf
  }

  /// Whether there is a leaf in a field. Nothing says of a group without one whether it is there, so it is
  /// left out.
  private static func hasLeaf(_ field: SchemaField) -> Bool {
    field.physicalType != nil || field.children.contains(where: hasLeaf)
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
