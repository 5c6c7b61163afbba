internal import Parquet

/// A VARIANT in JSON: any value.
///
/// Integers take as few bytes as hold them; a number that a double is the shortest text of is one, any
/// other a decimal. Text stays text, whatever it looks like. A null is the column's where it may be
/// null, else a value. Where the schema is shredded all stands in the column `value` nevertheless.
final class JSONVariant: JSONNode {
  private let metadata: LeafColumn
  private let value: LeafColumn
  private var slots = PresentSlots()

  /// Whether the group has a column for whole values, and can leave any others null.
  static func takes(_ field: SchemaField) -> Bool {
    let others = field.children.filter { $0.name != "metadata" && $0.name != "value" }
    return field.children.count == 2 + others.count
      && others.allSatisfy { $0.repetition == .optional }
  }

  init(_ field: SchemaField, path: String, origin: SchemaOrigin) {
    func column(_ name: String) -> LeafColumn {
      let child = field.children.first { $0.name == name } ?? field.children[0]
      return LeafColumn(child, path: "\(path).\(name)", origin: origin)
    }
    metadata = column("metadata")
    value = column("value")
    super.init(field, path: path)
  }

  override var byteCount: Int { slots.count + metadata.byteCount + value.byteCount }

  override func appendNull(at offset: Int, isMissing: Bool) throws(RowFault) {
    guard field.repetition == .optional else {
      throw refuseNull(at: offset, isMissing: isMissing)
    }
    slots.append(false)
  }

  override func read(_ scanner: inout JSONScanner, depth: Int) throws(RowFault) {
    let start = scanner.place()
    let read = try read(&scanner, at: depth)
    if read == .null, field.repetition == .optional {
      return try appendNull(at: start, isMissing: false)
    }
    let variant: Variant
    do throws(ParquetError) { variant = try Variant(read) } catch {
      throw misfit(error.message, at: start)
    }
    unsafe metadata.store.pointee.append(bytes: JSONVariant.bytes(variant.metadata))
    unsafe value.store.pointee.append(bytes: JSONVariant.bytes(variant.value))
    slots.append(true)
  }

  private static func bytes(_ bytes: Bytes) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: bytes.pointer, count: bytes.count)
  }

  private func read(
    _ scanner: inout JSONScanner, at depth: Int
  ) throws(RowFault) -> VariantValue {
    guard depth < JSONScanner.largestDepth else { throw scanner.fault("nested too deep") }
    switch try scanner.next() {
    case .null: return .null
    case .boolean(let value): return .boolean(value)
    case .number:
      let token = try scanner.number()
      guard let value = unsafe JSONVariant.number(token, scanner.base) else {
        throw misfit(
          "\(unsafe Excerpt.text(scanner.text(of: token))) does not fit a VARIANT's numbers",
          at: token.start)
      }
      return value
    case .string: return unsafe .string(String(decoding: try scanner.string(), as: UTF8.self))
    case .array:
      var elements: [VariantValue] = []
      var isFirst = true
      while try scanner.nextElement(&isFirst) {
        elements.append(try read(&scanner, at: depth + 1))
      }
      return .array(elements)
    case .object:
      var fields: [VariantField] = []
      var isFirst = true
      let start = scanner.at
      while try scanner.nextMember(&isFirst) {
        let name = unsafe String(decoding: try scanner.key(), as: UTF8.self)
        fields.append(VariantField(name, try read(&scanner, at: depth + 1)))
      }
      guard VariantField.hasUniqueNames(fields) else {
        throw scanner.fault("a key stands twice in one object", at: start)
      }
      return .object(fields)
    }
  }

  /// The number, exactly; nil where none of a variant's types holds it.
  private static func number(
    _ token: NumberToken, _ base: UnsafePointer<UInt8>
  ) -> VariantValue? {
    if let integer = token.canonicalInt64 { return VariantValue(integer) }
    if !token.isInteger || token.isNegative && token.mantissa == 0 && !token.isWide {
      let value = unsafe NumberText.double(token, base)
      if value.isFinite, NumberText.isExact(value, token) { return .double(value) }
    }
    let scale = max(-token.exponent, 0)
    guard scale <= 38, let magnitude = unsafe NumberText.unscaled(token, base, scale: scale),
      magnitude < 100_000_000_000_000_000_000_000_000_000_000_000_000
    else { return nil }
    let unscaled = token.isNegative ? -Int128(magnitude) : Int128(magnitude)
    if let small = Int32(exactly: unscaled), magnitude < 1_000_000_000 {
      return .decimal4(small, scale: scale)
    }
    if let middle = Int64(exactly: unscaled), magnitude < 1_000_000_000_000_000_000 {
      return .decimal8(middle, scale: scale)
    }
    return .decimal16(unscaled, scale: scale)
  }

  override func truncate(to count: Int) {
    slots.truncate(to: count)
    let left = slots.count - slots.nullCount
    metadata.truncate(to: left)
    value.truncate(to: left)
  }

  override func removeAll() {
    slots.removeAll()
    metadata.removeAll()
    value.removeAll()
  }

  override func fill(_ builder: FieldBuilder) {
    guard let group = builder as? StructBuilder else { return }
    let present = slots.count - slots.nullCount
    for inner in group.fields {
      switch inner.field.name {
      case "metadata": metadata.fill(inner)
      case "value": value.fill(inner)
      default: inner.appendNulls(count: present, validity: LeafStore.allNull(present))
      }
    }
    group.adopt(count: slots.count, validity: slots.validity())
  }
}
