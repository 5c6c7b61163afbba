package import Parquet

/// Tables made from a seed: schemas, values, options and batches.
package struct RandomTables {
  private var generator: SeededGenerator
  private var fieldNumber = 0

  /// The tables' maker for one seed; each table takes a seed of its own.
  package init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// How the values of one leaf follow each other.
  private struct Source {
    enum Pattern { case few, many, runs, sorted, extremes, constant }
    let kind: LeafKind
    let pattern: Pattern
    let pool: [Value]
    var position: UInt64
    var current: Value

    mutating func next(_ generator: inout SeededGenerator) -> Value {
      switch pattern {
      case .few: return generator.pick(pool)
      case .many: return kind.make(generator.next())
      case .runs:
        if generator.oneIn(20) { current = kind.make(generator.next()) }
        return current
      case .sorted:
        position += generator.next() % 4
        return kind.make(position)
      case .extremes:
        return kind.extremes.isEmpty ? kind.make(generator.next()) : generator.pick(kind.extremes)
      case .constant: return pool[0]
      }
    }
  }

  /// A field with what its values are made of.
  private indirect enum Node {
    case leaf(SchemaField, source: Int)
    case list(SchemaField, Node)
    case map(SchemaField, key: Node, value: Node)
    case group(SchemaField, [Node])

    var field: SchemaField {
      switch self {
      case .leaf(let field, _), .list(let field, _), .map(let field, _, _), .group(let field, _):
        field
      }
    }
  }

  private var sources: [Source] = []
  private var nullOneIn: [Int] = []
  /// Kinds that some readers refuse come up in few tables, so that those readers see the others.
  private var hasUncommon = false

  /// A table called `name`.
  package mutating func table(named name: String) throws(ParquetError) -> GoldenTable {
    sources = []
    nullOneIn = []
    fieldNumber = 0
    hasUncommon = generator.oneIn(10)
    let nodes = (0..<generator.pick(1...7)).map { _ in node(depth: 0) }
    let schema = try Schema(nodes.map(\.field))
    let rowCount = generator.pick([0, 1, 2, 10, 100, 100, 300, 300, 1000])
    let rows = (0..<rowCount).map { _ in nodes.map { value($0) } }
    var table = GoldenTable(
      name: name, schema: schema, options: options(schema), rows: rows)
    if generator.oneIn(8) {
      table.options.rowGroupBytes = generator.pick(100...20_000)
      table.rowGroupsDependOnBytes = true
    }
    if generator.oneIn(3) {
      // Small limits make many slabs, and so dictionaries that end in the middle of a chunk.
      table.options.memoryLimit = generator.pick([500, 4_000, 20_000, 100_000, 1 << 26])
      table.rowGroupsDependOnBytes = true
    }
    switch generator.pick(0...3) {
    case 0: break
    case 1: table.batchRows = [Int](repeating: generator.pick(1...9), count: rowCount)
    case 2: table.batchRows = [Int](repeating: generator.pick(10...300), count: rowCount)
    default: table.batchRows = (0..<rowCount).map { _ in generator.pick(1...200) }
    }
    if generator.oneIn(4) {
      table.closedAfterBatches = Set((0..<3).map { _ in generator.pick(0...5) })
    }
    return table
  }

  private mutating func options(_ schema: Schema) -> WriterOptions {
    var options = GoldenSet.pinnedOptions()
    let compressions: [Compression] = [
      .none, .snappy, .gzip(level: generator.pick(1...9)), .zstd(level: generator.pick(1...19)),
    ]
    options.compression = generator.pick(compressions)
    if generator.oneIn(3) {
      for leaf in schema.leaves where generator.oneIn(2) {
        options.columnCompression[leaf.path.description] = generator.pick(compressions)
      }
    }
    options.encoding = generator.pick([
      .automatic, .automatic, .automatic, .always(.plain), .always(.rleDictionary),
      .always(.rleDictionary), .always(.deltaBinaryPacked), .always(.deltaByteArray),
      .always(.deltaLengthByteArray), .always(.byteStreamSplit),
    ])
    options.pageVersion = generator.oneIn(3) ? .v2 : .v1
    if generator.oneIn(2) {
      for leaf in schema.leaves {
        var choices = GoldenSet.encodings(of: leaf.physicalType)
          .map(WriterOptions.EncodingChoice.always)
        choices.append(.automatic)
        if leaf.physicalType != .boolean { choices.append(.always(.rleDictionary)) }
        options.columnEncodings[leaf.path.description] = generator.pick(choices)
      }
    }
    options.rowGroupRows = generator.pick([1_000_000, 1_000_000, 1000, 300, 64, 17])
    options.pageRows = generator.pick([20_000, 20_000, 100, 33, 8, 1])
    options.pageBytes = generator.pick([1 << 20, 1 << 20, 4096, 256, 1])
    options.dictionaryBytes = generator.pick([1 << 20, 1 << 20, 1000, 100, 1])
    options.statisticsBytes = generator.pick([64, 64, 1, 2, 3, 7, 16, 65])
    options.threads = generator.pick(1...4)
    options.statistics = generator.pick([.page, .page, .page, .page, .chunk, .none])
    if generator.oneIn(4) {
      for leaf in schema.leaves where leaf.physicalType != .boolean && generator.oneIn(3) {
        options.bloomColumns.insert(leaf.path.description)
      }
      options.bloomFalsePositiveRate = generator.pick([0.5, 0.1, 0.01, 0.0001])
    }
    options.floatOrder = generator.oneIn(3) ? .ieee754Total : .typeDefined
    if generator.oneIn(4) { options.keyValues = [KeyValue("seed", "some"), KeyValue("none", nil)] }
    return options
  }

  // MARK: Schemas

  private mutating func node(depth: Int, mustBeRequired: Bool = false) -> Node {
    fieldNumber += 1
    let name = "f\(fieldNumber)"
    let repetition: Repetition = mustBeRequired || generator.oneIn(3) ? .required : .optional
    nullOneIn.append(generator.pick([2, 2, 3, 10, 100]))
    let id: Int32? = generator.oneIn(4) ? Int32(fieldNumber) : nil
    let shape = depth >= 4 || mustBeRequired ? 9 : generator.pick(0...9)
    switch shape {
    case 0, 1:
      let element = node(depth: depth + 1)
      return .list(.list(name, repetition, fieldID: id, of: element.field), element)
    case 2:
      // Keys have an equality that every reader shares: no floating point.
      let key = node(depth: 4, mustBeRequired: true)
      let value = node(depth: depth + 1)
      return .map(
        .map(name, repetition, fieldID: id, key: key.field, value: value.field), key: key,
        value: value)
    case 3:
      let children = (0..<generator.pick(1...3)).map { _ in node(depth: depth + 1) }
      return .group(
        SchemaField(group: name, repetition, fieldID: id, children.map(\.field)), children)
    default:
      let kinds = LeafKind.all.filter {
        ((!$0.isNumberWithNaN && $0.hasValues) || !mustBeRequired)
          && (hasUncommon || !$0.isUncommon)
      }
      let kind = generator.pick(kinds)
      let patterns: [Source.Pattern] = [
        .few, .few, .many, .many, .runs, .sorted, .extremes, .constant,
      ]
      let first = kind.make(generator.next())
      let pool = [first] + (0..<generator.pick(0...40)).map { _ in kind.make(generator.next()) }
      sources.append(
        Source(
          kind: kind, pattern: generator.pick(patterns), pool: pool, position: 0, current: first))
      return .leaf(kind.field(name, repetition, fieldID: id), source: sources.count - 1)
    }
  }

  // MARK: Values

  private mutating func value(_ node: Node) -> Value {
    if node.field.repetition == .optional {
      let number = Int(node.field.name.dropFirst()) ?? 1
      if generator.oneIn(nullOneIn[min(number, nullOneIn.count) - 1]) { return .null }
    }
    switch node {
    case .leaf(_, let source): return sources[source].next(&generator)
    case .list(_, let element):
      return .list((0..<length()).map { _ in value(element) })
    case .map(_, let key, let content):
      var keys: Set<Value> = []
      var entries: [[Value]] = []
      for _ in 0..<length() {
        let key = value(key)
        // Keys differ within a map: readers may keep only one of two entries with one key.
        guard keys.insert(key).inserted else { continue }
        entries.append([key, value(content)])
      }
      return .map(entries)
    case .group(_, let children): return .group(children.map { value($0) })
    }
  }

  private mutating func length() -> Int {
    generator.oneIn(5) ? 0 : generator.oneIn(30) ? generator.pick(0...25) : generator.pick(0...4)
  }
}
