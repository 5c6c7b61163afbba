/// A place in a column: the next slot, and the next value.
package struct SlotPlace {
  package var slot: Int
  package var value: Int

  package init(slot: Int = 0, value: Int = 0) {
    self.slot = slot
    self.value = value
  }
}

/// Puts the values of a VARIANT together from the columns they lie in.
///
/// Specification: VariantShredding.md, "Reconstructing a Shredded Variant".
package final class VariantColumns {
  private let shape: VariantShape
  private let columns: [Column]
  private let deepest: [Int]
  /// The names of the variant before, which mostly are those of the next.
  private var metadata: (bytes: Bytes, names: VariantMetadata)?
  /// Where in the columns the next variant begins.
  private var places: [SlotPlace] = []

  /// The variants of `shape` in `columns`, which are those of all leaves of its schema.
  package init(_ shape: VariantShape, _ columns: [Column]) {
    self.shape = shape
    self.columns = Array(columns[shape.leaves])
    deepest = shape.schemaLeaves[shape.leaves].map(\.maxDefinitionLevel)
  }

  /// The variant that begins at `places`, one for each leaf; they are moved behind it.
  ///
  /// - Throws: ``ParquetError`` as ``Variant/decoded()`` does, and with code `malformedFile` where the
  ///   columns contradict each other.
  package func value(at places: inout [SlotPlace]) throws(ParquetError) -> VariantValue {
    self.places = places
    defer { places = self.places }
    let metadataLeaf = shape.metadata
    guard let bytes = takeBytes(metadataLeaf) else {
      throw ParquetError(.malformedFile, "a VARIANT has no metadata")
    }
    let names: VariantMetadata
    if let metadata, metadata.bytes == bytes {
      names = metadata.names
    } else {
      names = try VariantMetadata(bytes)
      metadata = (bytes, names)
    }
    // A variant that is there and has no value is null (a rule of the specification's).
    return try read(shape.root, names) ?? .null
  }

  // MARK: Slots

  private func level(_ leaf: Int) -> Int {
    let index = leaf - shape.leaves.lowerBound
    let slot = places[index].slot
    guard slot < columns[index].slotCount else { return -1 }
    switch columns[index].presence {
    case .allPresent: return deepest[index]
    case .validity(let bits): return bits[slot] ? deepest[index] : deepest[index] - 1
    case .levels(let definition, _): return Int(definition[slot])
    }
  }

  private func continues(_ leaf: Int, _ repetition: Int) -> Bool {
    let index = leaf - shape.leaves.lowerBound
    guard case .levels(_, let levels?) = columns[index].presence,
      places[index].slot < columns[index].slotCount
    else { return false }
    return Int(levels[places[index].slot]) == repetition
  }

  /// Passes the slot at hand of a leaf; the number of its value, or nil where it has none.
  private func take(_ leaf: Int) -> Int? {
    let index = leaf - shape.leaves.lowerBound
    let isPresent = level(leaf) == deepest[index]
    places[index].slot += 1
    guard isPresent else { return nil }
    places[index].value += 1
    return places[index].value - 1
  }

  private func takeBytes(_ leaf: Int) -> Bytes? {
    take(leaf).map { columns[leaf - shape.leaves.lowerBound].values.bytes(at: $0) }
  }

  private func pass(_ leaves: Range<Int>) {
    for leaf in leaves where leaf != shape.metadata {
      places[leaf - shape.leaves.lowerBound].slot += 1
    }
  }

  // MARK: Values

  /// The value of a node; nil where it is missing.
  private func read(
    _ node: VariantShape.Node, _ names: VariantMetadata
  ) throws(ParquetError) -> VariantValue? {
    // A field's group is required; where a file has it optional, a null means that it is missing.
    let first = node.leaves.first { $0 != shape.metadata } ?? node.leaves.lowerBound
    guard level(first) >= node.definition else {
      pass(node.leaves)
      return nil
    }
    var value: VariantValue?
    if let leaf = node.value, let bytes = takeBytes(leaf) {
      value = try VariantDecoder.decode(bytes, names)
    }
    guard let typed = node.typed, let shredded = try read(typed, names) else { return value }
    guard let value else { return shredded }
    guard case .object(let fields) = shredded, case .object(let others) = value else {
      throw ParquetError(
        .malformedFile, "a VARIANT has both a value and a typed_value, and is no object")
    }
    // A field that has a column of its own does not stand in the value, not even where the column says
    // that it is missing.
    var isDisjoint = true
    if case .object(_, _, let columns) = typed {
      isDisjoint = !columns.contains { column in
        others.contains { $0.name.utf8.elementsEqual(column.name.utf8) }
      }
    }
    guard isDisjoint, let merged = VariantField.sorted(fields + others) else {
      throw ParquetError(
        .malformedFile, "a VARIANT has a field both in its value and in a column of its own")
    }
    return .object(merged)
  }

  private func read(
    _ typed: VariantShape.Typed, _ names: VariantMetadata
  ) throws(ParquetError) -> VariantValue? {
    switch typed {
    case .scalar(let leaf, let scalar):
      guard let place = take(leaf) else { return nil }
      return try scalar.value(columns[leaf - shape.leaves.lowerBound].values, at: place)
    case .object(let definition, let leaves, let children):
      guard level(leaves.lowerBound) >= definition else {
        pass(leaves)
        return nil
      }
      var fields: [VariantField] = []
      for child in children {
        if let value = try read(child.node, names) {
          fields.append(VariantField(child.name, value))
        }
      }
      guard let sorted = VariantField.sorted(fields) else {
        throw ParquetError(.malformedFile, "a VARIANT is shredded into two fields of one name")
      }
      return .object(sorted)
    case .list(let definition, let repetition, let element):
      let first = element.leaves.lowerBound
      let level = level(first)
      guard level > definition else {
        pass(element.leaves)
        return level < definition ? nil : .array([])
      }
      var elements: [VariantValue] = []
      repeat {
        // An element cannot be missing; one that is stands for a null (as for a whole variant).
        elements.append(try read(element, names) ?? .null)
      } while continues(first, repetition)
      return .array(elements)
    }
  }
}

extension VariantScalar {
  /// Value `i` of `values`, which are of this type.
  fileprivate func value(_ values: ColumnValues, at i: Int) throws(ParquetError) -> VariantValue {
    switch self {
    case .boolean: return .boolean(values.boolean(at: i))
    case .int8: return .int8(try VariantScalar.narrow(values.number(at: i, as: Int32.self)))
    case .int16: return .int16(try VariantScalar.narrow(values.number(at: i, as: Int32.self)))
    case .int32: return .int32(values.number(at: i))
    case .int64: return .int64(values.number(at: i))
    case .float: return .float(values.number(at: i))
    case .double: return .double(values.number(at: i))
    case .date: return .date(values.number(at: i))
    case .time: return .time(values.number(at: i))
    case .timestamp(let unit, let isUTC):
      return .timestamp(values.number(at: i), unit: unit, isAdjustedToUTC: isUTC)
    case .decimal4(let scale): return .decimal4(values.number(at: i), scale: scale)
    case .decimal8(let scale): return .decimal8(values.number(at: i), scale: scale)
    case .decimal16(let scale):
      let bytes = values.bytes(at: i)
      var unscaled: Int128 = bytes.count > 0 && bytes[0] >= 0x80 ? -1 : 0
      for k in 0..<bytes.count {
        guard bytes.count - k <= 16 || bytes[k] == UInt8(truncatingIfNeeded: unscaled) else {
          throw ParquetError(.malformedFile, "a VARIANT's decimal has more than 38 digits")
        }
        unscaled = unscaled << 8 | Int128(bytes[k])
      }
      return .decimal16(unscaled, scale: scale)
    case .binary: return .binary(values.bytes(at: i).array())
    case .string:
      let bytes = values.bytes(at: i)
      guard let text = bytes.variantText(0..<bytes.count) else {
        throw ParquetError(.malformedFile, "a VARIANT's text is not UTF-8")
      }
      return .string(text)
    case .uuid:
      return .uuid(UInt128(bigEndian: values.number(at: i)))
    }
  }
}

extension VariantScalar {
  fileprivate static func narrow<T: FixedWidthInteger>(_ value: Int32) throws(ParquetError) -> T {
    guard let narrow = T(exactly: value) else {
      throw ParquetError(.malformedFile, "\(value) does not fit \(T.bitWidth) bits")
    }
    return narrow
  }
}

extension ColumnBatch {
  /// The values of the VARIANT at `path`, shredded or not: one for each row, nil where it is null.
  ///
  /// - Parameter path: the names from the top of the schema down to the VARIANT's group, with dots.
  /// - Returns: as many values as there are rows.
  /// - Throws: ``ParquetError`` with code `invalidArgument` where there is no VARIANT of this path, or
  ///   it lies in a list; `malformedFile` and the like, with the row, for what is no variant.
  /// - Complexity: O(bytes of the variants).
  public func variants(of path: String) throws(ParquetError) -> [VariantValue?] {
    guard let place = VariantPlace(path, in: schema) else {
      throw ParquetError(.invalidArgument, "there is no VARIANT outside of lists")
        .adding(column: path)
    }
    let shape = try VariantShape(
      place.field, firstLeaf: place.firstLeaf, definition: place.definition, repetition: 0,
      schema: schema)
    let variants = VariantColumns(shape, columns)
    var places = shape.leaves.map { _ in SlotPlace() }
    var values: [VariantValue?] = []
    values.reserveCapacity(rowCount)
    for row in 0..<rowCount {
      if variants.isNull(at: places, definition: place.definition) {
        for i in places.indices { places[i].slot += 1 }
        values.append(nil)
        continue
      }
      do throws(ParquetError) { values.append(try variants.value(at: &places)) } catch {
        throw error.adding(column: path, row: row)
      }
    }
    return values
  }
}

extension VariantColumns {
  /// Whether the variant at `places` is not there, nor perhaps what is around it.
  fileprivate func isNull(at places: [SlotPlace], definition: Int) -> Bool {
    self.places = places
    return level(shape.metadata) < definition
  }
}

/// Where a VARIANT stands in a schema.
private struct VariantPlace {
  var field: SchemaField
  var firstLeaf: Int
  var definition: Int

  /// The VARIANT at `path`; nil where there is none, or it may stand many times in a row.
  init?(_ path: String, in schema: Schema) {
    var firstLeaf = 0
    func find(_ fields: [SchemaField], _ above: String, _ definition: Int) -> VariantPlace? {
      for field in fields {
        let name = above + field.name
        let definition = definition + (field.repetition == .optional ? 1 : 0)
        if case .variant? = field.logicalType, name == path, field.repetition != .repeated {
          return VariantPlace(field: field, firstLeaf: firstLeaf, definition: definition)
        }
        switch field.content {
        case .leaf: firstLeaf += 1
        case .group(let children):
          let isInside = field.repetition != .repeated && path.hasPrefix(name + ".")
          if isInside, let found = find(children, name + ".", definition) { return found }
          if !isInside { firstLeaf += field.leafCount }
        }
      }
      return nil
    }
    guard let found = find(schema.fields, "", 0) else { return nil }
    self = found
  }

  private init(field: SchemaField, firstLeaf: Int, definition: Int) {
    self.field = field
    self.firstLeaf = firstLeaf
    self.definition = definition
  }
}
