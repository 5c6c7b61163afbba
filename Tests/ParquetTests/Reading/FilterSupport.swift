@testable import Parquet

/// Tables, filters, and a slow evaluation of them a row at a time.
struct FilterCases {
  static let schema: Schema = {
    do {
      return try Schema([
        SchemaField("row", .int64),
        SchemaField("i32", .int32, .optional),
        SchemaField("i64", .int64),
        SchemaField(
          "u32", .int32, .optional, logicalType: .integer(bitWidth: 32, isSigned: false)),
        SchemaField(
          "u64", .int64, .optional, logicalType: .integer(bitWidth: 64, isSigned: false)),
        SchemaField("f32", .float, .optional),
        SchemaField("f64", .double),
        SchemaField("half", .fixedLengthByteArray(byteCount: 2), .optional, logicalType: .float16),
        SchemaField("flag", .boolean, .optional),
        SchemaField("text", .byteArray, .optional, logicalType: .string),
        SchemaField("raw", .fixedLengthByteArray(byteCount: 3), .optional),
        SchemaField(
          "money", .fixedLengthByteArray(byteCount: 9), .optional,
          logicalType: .decimal(precision: 20, scale: 2)),
        SchemaField(
          "big", .byteArray, .optional, logicalType: .decimal(precision: 20, scale: 2)),
        SchemaField("old", .int96, .optional),
        SchemaField(
          group: "outer", .optional,
          [SchemaField(group: "inner", .optional, [SchemaField("x", .int32, .optional)])]),
        SchemaField.list("list", of: SchemaField("element", .int32, .optional)),
      ])
    } catch { preconditionFailure("\(error)") }
  }()

  /// The leaves a filter may test.
  static var testable: [Leaf] { schema.leaves.filter { $0.maxRepetitionLevel == 0 } }

  var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }

  // MARK: Rows

  /// `count` rows; values drift with the row, so that pages and row groups differ.
  mutating func batch(count: Int) throws -> ColumnBatch {
    let builder = ColumnBatchBuilder(schema: FilterCases.schema)
    let nullShare = below(4)
    for row in 0..<count {
      // Stretches of nothing but nulls now and then.
      let isBare = row / 64 % 7 == 3
      for field in builder.fields {
        append(to: field, row: row, nullTenths: isBare ? 10 : nullShare)
      }
    }
    return try builder.finish()
  }

  private mutating func append(to builder: FieldBuilder, row: Int, nullTenths: Int) {
    if builder.field.repetition == .optional, below(10) < nullTenths {
      builder.appendNull()
      return
    }
    switch builder {
    case let list as ListBuilder:
      for _ in 0..<below(3) { append(to: list.element, row: row, nullTenths: nullTenths) }
      list.endList()
    case let group as StructBuilder:
      for field in group.fields { append(to: field, row: row, nullTenths: nullTenths) }
      group.append()
    case let leaf as LeafBuilder:
      if leaf.field.name == "row" {
        leaf.append(Int64(row))
      } else {
        append(number: row / 50 - 4 + below(6), to: leaf)
      }
    default: preconditionFailure("a builder is a leaf's, a list's or a struct's")
    }
  }

  private mutating func append(number: Int, to leaf: LeafBuilder) {
    switch leaf.physicalType {
    case .boolean: leaf.append(number % 9 == 0)
    case .int32: leaf.append(Int32(number))
    case .int64: leaf.append(Int64(number) &* 1_000_000_007)
    case .float: leaf.append(below(20) == 0 ? .nan : number == 0 ? -0.0 : Float(number) / 2)
    case .double: leaf.append(below(40) == 0 ? .nan : number == 0 ? -0.0 : Double(number) / 2)
    default:
      let bytes = bytes(number, leaf.field)
      unsafe leaf.append(bytes: bytes.span.bytes)
    }
  }

  private mutating func bytes(_ number: Int, _ field: SchemaField) -> [UInt8] {
    switch field.name {
    case "text":
      return Array("value \(number) \(String(repeating: "y", count: below(2) * 70))".utf8)
    case "half": return below(30) == 0 ? [1, 0x7E] : [0, UInt8(truncatingIfNeeded: number)]
    case "money", "big":
      let sign: UInt8 = number < 0 ? 0xFF : 0
      let padding = field.physicalType?.byteWidth.map { $0 - 2 } ?? below(3)
      return Array(repeating: sign, count: padding)
        + [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
    default:
      var bytes = [UInt8](repeating: 0, count: field.physicalType?.byteWidth ?? 0)
      bytes[1] = UInt8(truncatingIfNeeded: number)
      return bytes
    }
  }

  // MARK: Filters

  /// A filter over `schema`, with literals near the values of a table of `rowCount` rows.
  mutating func filter(_ schema: Schema, rowCount: Int, depth: Int = 3) throws -> Filter {
    let leaves = schema.leaves.filter { $0.maxRepetitionLevel == 0 }
    switch depth == 0 ? 9 : below(10) {
    case 0, 1:
      return .and([
        try filter(schema, rowCount: rowCount, depth: depth - 1),
        try filter(schema, rowCount: rowCount, depth: depth - 1),
      ])
    case 2:
      return .or([
        try filter(schema, rowCount: rowCount, depth: depth - 1),
        try filter(schema, rowCount: rowCount, depth: depth - 1),
      ])
    case 3: return .not(try filter(schema, rowCount: rowCount, depth: depth - 1))
    default: break
    }
    let leaf = leaves[below(leaves.count)]
    switch below(8) {
    case 0: return .isNull(leaf.path)
    case 1:
      let count = 1 + below(12)
      return .isIn(leaf.path, try (0..<count).map { _ in try literal(leaf, rowCount) })
    default:
      var comparisons: [Filter.Comparison] = [.equal, .notEqual]
      if leaf.sortOrder != .undefined {
        comparisons += [.less, .lessOrEqual, .greater, .greaterOrEqual]
      }
      return .compare(
        leaf.path, comparisons[below(comparisons.count)], try literal(leaf, rowCount))
    }
  }

  private mutating func literal(_ leaf: Leaf, _ rowCount: Int) throws -> FilterLiteral {
    let number = below(rowCount / 50 + 12) - 6
    if leaf.path.description == "row" { return .integer(Int64(below(rowCount + 20) - 10)) }
    // A half is given by its bytes.
    if leaf.sortOrder == .float, leaf.logicalType != .float16, below(8) == 0 {
      return .number([.nan, 0, -0.0, .infinity][below(4)])
    }
    let builder = ColumnBatchBuilder(
      schema: try Schema([
        SchemaField(leaf.field.name, leaf.physicalType, logicalType: leaf.logicalType)
      ]))
    guard let field = builder.fields[0] as? LeafBuilder else { preconditionFailure("a leaf") }
    append(number: number, to: field)
    let values = try builder.finish().columns[0].values
    return .plain(
      leaf.physicalType == .boolean
        ? [values.boolean(at: 0) ? 1 : 0] : values.bytes(at: 0).array())
  }
}

extension Filter {
  /// What the filter says of a row, nil where that is unknown: SQL's rules, word by word.
  func truth(_ schema: Schema, _ row: [ColumnPath: [UInt8]?]) throws -> Bool? {
    switch self {
    case .not(let inner): return try inner.truth(schema, row).map { !$0 }
    case .and(let parts):
      let truths = try parts.map { try $0.truth(schema, row) }
      return truths.contains(false) ? false : truths.contains(nil) ? nil : true
    case .or(let parts):
      let truths = try parts.map { try $0.truth(schema, row) }
      return truths.contains(true) ? true : truths.contains(nil) ? nil : false
    case .isNull(let path): return row[path] == .some(nil)
    case .isIn(let path, let literals):
      return try Filter.or(literals.map { .compare(path, .equal, $0) }).truth(schema, row)
    case .compare(let path, let comparison, let literal):
      guard let found = row[path], let found,
        let leaf = schema.leaves.first(where: { $0.path == path })
      else { return nil }
      let value = Bytes(copying: found)
      let other = try literal.plainBytes(for: leaf)
      let isLess = leaf.isLess(value, other)
      let isGreater = leaf.isLess(other, value)
      let isNaN = leaf.isNaN(value) || leaf.isNaN(other)
      let isEqual =
        leaf.sortOrder == .undefined ? value == other : !isLess && !isGreater && !isNaN
      switch comparison {
      case .equal: return isEqual
      case .notEqual: return !isEqual
      case .less: return isLess
      case .lessOrEqual: return isLess || isEqual
      case .greater: return isGreater
      case .greaterOrEqual: return isGreater || isEqual
      }
    }
  }
}

extension Leaf {
  fileprivate func isNaN(_ value: Bytes) -> Bool {
    guard sortOrder == .float else { return false }
    switch physicalType {
    case .float: return unsafe value.elements(of: Float.self)[0].isNaN
    case .double: return unsafe value.elements(of: Double.self)[0].isNaN
    default: return value[1] & 0x7C == 0x7C && (value[1] & 3 != 0 || value[0] != 0)
    }
  }
}

extension ColumnBatch {
  /// The rows, each with the values of the leaves that do not repeat.
  var plainRows: [[ColumnPath: [UInt8]?]] {
    var rows = [[ColumnPath: [UInt8]?]](repeating: [:], count: rowCount)
    for (leaf, column) in zip(schema.leaves, columns) where leaf.maxRepetitionLevel == 0 {
      for (row, slot) in column.slots(of: leaf).enumerated() {
        rows[row].updateValue(slot.value, forKey: leaf.path)
      }
    }
    return rows
  }
}

extension Column {
  /// The slots of each row.
  func slotsOfRows(_ leaf: Leaf) -> [[Slot]] {
    var rows: [[Slot]] = []
    for slot in slots(of: leaf) {
      if slot.repetition == 0 { rows.append([]) }
      rows[rows.count - 1].append(slot)
    }
    return rows
  }
}
