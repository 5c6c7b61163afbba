/// Which columns of a schema the fields of a mapping are read from.
struct RowBinding {
  /// For each field, the number of its leaf.
  let leaves: [Int]

  init(leaves: [Int]) { self.leaves = leaves }

  /// Finds the fields of `mapping` in `schema`.
  ///
  /// - Throws: ``ParquetError`` with code `schemaMismatch` and the column, where it is missing or of a
  ///   type that its field cannot take.
  init<Row>(_ mapping: RowMapping<Row>, _ schema: Schema) throws(ParquetError) {
    var leaves: [Int] = []
    for field in mapping.schema.fields {
      do throws(ParquetError) {
        leaves.append(try RowBinding.leaf(for: field, in: schema))
      } catch {
        throw error.adding(column: field.name)
      }
    }
    self.leaves = leaves
  }

  /// The leaf of `schema` that `field` is read from.
  private static func leaf(
    for field: SchemaField, in schema: Schema
  ) throws(ParquetError) -> Int {
    var nextLeaf = 0
    guard let found = find(field.name, among: schema.fields, &nextLeaf) else {
      throw ParquetError(
        .schemaMismatch,
        "there is no such column; there are "
          + schema.fields.map(\.name).joined(separator: ", "))
    }
    return try match(field, found, nextLeaf)
  }

  /// The field at a dotted path; `nextLeaf` is then its first leaf.
  private static func find(
    _ name: String, among fields: [SchemaField], _ nextLeaf: inout Int
  ) -> SchemaField? {
    for field in fields {
      if field.name == name { return field }
      if case .structure(let children) = field.shape, name.hasPrefix(field.name + ".") {
        var inner = nextLeaf
        let rest = String(name.dropFirst(field.name.count + 1))
        if let found = find(rest, among: children, &inner) {
          nextLeaf = inner
          return found
        }
      }
      nextLeaf += field.leafCount
    }
    return nil
  }

  /// The leaf below `found`, whose first leaf has the number `leaf`, if `field` can be read from it.
  private static func match(
    _ field: SchemaField, _ found: SchemaField, _ leaf: Int
  ) throws(ParquetError) -> Int {
    switch (field.shape, found.shape) {
    case (.list(let wanted), .list(let element)): return try match(wanted, element, leaf)
    case (.leaf, .leaf) where field.canBeRead(from: found): return leaf
    default:
      throw ParquetError(
        .schemaMismatch, "is \(found.typeName), where the Swift type asks for \(field.typeName)")
    }
  }
}

extension SchemaField {
  /// How messages name the type: `optional INT64 TIMESTAMP(MICROS,true)`, `list of required INT32`.
  var typeName: String {
    let presence = repetition.name.lowercased()
    if repetition != .repeated, case .list(let element) = shape {
      return "\(presence) list of \(element.typeName)"
    }
    switch content {
    case .leaf(let type):
      var name = "\(presence) \(type.name)"
      if let byteCount = type.byteWidth, case .fixedLengthByteArray = type {
        name += "(\(byteCount))"
      }
      return logicalType.map { "\(name) \($0.name)" } ?? name
    case .group: return "\(presence) \(logicalType?.name ?? "group")"
    }
  }

  /// Whether values of this leaf, which a Swift type asks for, can be read from `found` without loss. A
  /// leaf without a logical type takes numbers and bytes as they are stored.
  func canBeRead(from found: SchemaField) -> Bool {
    guard let wanted = physicalType, let stored = found.physicalType else { return false }
    switch wanted {
    case .boolean: return stored == .boolean
    case .float: return stored == .float || found.logicalType == .float16
    case .double: return stored == .double || stored == .float || found.logicalType == .float16
    case .int96: return stored == .int96
    case .int32, .int64:
      switch logicalType {
      case nil, .integer: return takesInteger(found, stored)
      case .decimal: return takesDecimal(found)
      default: return stored == wanted && found.logicalType == logicalType
      }
    case .byteArray, .fixedLengthByteArray:
      if logicalType?.isText == true {
        return stored == .byteArray && found.logicalType?.isText ?? true
      }
      // A decimal of many digits, which is an Int128.
      if case .decimal? = logicalType { return takesDecimal(found) }
      if logicalType == .float16 { return stored == wanted && found.logicalType == .float16 }
      if logicalType != nil, found.logicalType != logicalType { return false }
      if wanted != .byteArray { return stored == wanted }
      switch stored {
      case .byteArray, .fixedLengthByteArray, .int96: return true
      default: return false
      }
    }
  }

  private func takesInteger(_ found: SchemaField, _ stored: PhysicalType) -> Bool {
    func integer(_ type: LogicalType?, _ physicalType: PhysicalType) -> (bits: Int, signed: Bool) {
      if case .integer(let bitWidth, let isSigned)? = type { return (bitWidth, isSigned) }
      return (physicalType == .int32 ? 32 : 64, true)
    }
    guard stored == .int32 || stored == .int64 else { return false }
    if case .integer? = logicalType {
      // A number of days is no number.
      switch found.logicalType {
      case nil, .integer: break
      default: return false
      }
    }
    let mine = integer(logicalType, physicalType ?? .int64)
    let other = integer(found.logicalType, stored)
    return mine.signed == other.signed
      ? other.bits <= mine.bits : mine.signed && other.bits < mine.bits
  }

  private func takesDecimal(_ found: SchemaField) -> Bool {
    guard case .decimal(let precision, let scale)? = logicalType,
      case .decimal(let storedPrecision, let storedScale)? = found.logicalType
    else { return false }
    return scale == storedScale && storedPrecision <= precision
  }
}
