/// A filter made ready for a file: tests of single values, put together without `not`.
///
/// `not` is pushed down to the tests. There it is the complement among values, and a null passes no test
/// but ``ValueTest/Form/isNull``; so that whether a row is kept needs one bit, though SQL knows three
/// states.
struct FilterPlan {
  /// How the tests make the whole.
  indirect enum Node {
    case test(Int)
    case all([Node])
    case any([Node])
  }

  private(set) var tests: [ValueTest] = []
  private(set) var root = Node.all([])

  /// A plan of `filter` for a file with `schema`.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument` where a column is not there or repeats, or a
  ///   literal is no value of its column.
  init(_ filter: Filter, _ schema: Schema) throws(ParquetError) {
    root = try node(filter, isNegated: false, depth: 0, schema)
  }

  /// The leaves that are tested, in the schema's order.
  var leaves: [Int] { Set(tests.map(\.leaf.index)).sorted() }

  private mutating func node(
    _ filter: Filter, isNegated: Bool, depth: Int, _ schema: Schema
  ) throws(ParquetError) -> Node {
    guard depth < 1_000 else {
      throw ParquetError(.limitExceeded, "a filter is nested deeper than 1000 levels")
    }
    switch filter {
    case .not(let inner):
      return try node(inner, isNegated: !isNegated, depth: depth + 1, schema)
    case .and(let parts), .or(let parts):
      var nodes: [Node] = []
      for part in parts {
        nodes.append(try node(part, isNegated: isNegated, depth: depth + 1, schema))
      }
      var isAll = false
      if case .and = filter { isAll = true }
      return isAll != isNegated ? .all(nodes) : .any(nodes)
    case .isNull(let path):
      return add(
        ValueTest(try FilterPlan.leaf(path, schema), isNegated ? .isPresent : .isNull))
    case .isIn(let path, let literals):
      let leaf = try FilterPlan.leaf(path, schema)
      var values: [Bytes] = []
      for literal in literals { values.append(try literal.plainBytes(for: leaf)) }
      return add(ValueTest(leaf, isIn: values, isNegated: isNegated))
    case .compare(let path, let comparison, let literal):
      let leaf = try FilterPlan.leaf(path, schema)
      let value = try literal.plainBytes(for: leaf)
      switch comparison {
      case .equal: return add(ValueTest(leaf, isIn: [value], isNegated: isNegated))
      case .notEqual: return add(ValueTest(leaf, isIn: [value], isNegated: !isNegated))
      default:
        guard leaf.sortOrder != .undefined || leaf.isPlainINT96 else {
          throw ParquetError(
            .invalidArgument,
            "values of type \(leaf.logicalType?.name ?? leaf.physicalType.name) have no order"
          ).adding(column: path.description)
        }
        return add(ValueTest(leaf, comparison, value, isNegated: isNegated))
      }
    }
  }

  private mutating func add(_ test: ValueTest) -> Node {
    tests.append(test)
    return .test(tests.count - 1)
  }

  private static func leaf(_ path: ColumnPath, _ schema: Schema) throws(ParquetError) -> Leaf {
    guard let leaf = schema.leaves.first(where: { $0.path == path }) else {
      throw ParquetError(.invalidArgument, "there is no such column").adding(
        column: path.description)
    }
    guard leaf.maxRepetitionLevel == 0 else {
      throw ParquetError(
        .invalidArgument, "the column repeats; a filter needs one value for each row"
      ).adding(column: path.description)
    }
    return leaf
  }

  // MARK: Putting tests together

  /// Whether a row may be kept, given which tests a row may pass.
  func mayPass(_ tests: [Bool]) -> Bool { FilterPlan.mayPass(root, tests) }

  private static func mayPass(_ node: Node, _ tests: [Bool]) -> Bool {
    switch node {
    case .test(let index): tests[index]
    case .all(let nodes): nodes.allSatisfy { mayPass($0, tests) }
    case .any(let nodes): nodes.contains { mayPass($0, tests) }
    }
  }

  /// The rows that may be kept, given for each test the rows that may pass it.
  func rows(_ tests: [RowRanges], all: RowRanges) -> RowRanges {
    FilterPlan.rows(root, tests, all)
  }

  private static func rows(_ node: Node, _ tests: [RowRanges], _ all: RowRanges) -> RowRanges {
    switch node {
    case .test(let index): tests[index]
    case .all(let nodes): nodes.reduce(all) { $0.intersection(rows($1, tests, all)) }
    case .any(let nodes): nodes.reduce(RowRanges()) { $0.union(rows($1, tests, all)) }
    }
  }

  /// The rows that are kept, given for each test the rows that pass it.
  func kept(_ tests: [RowMask], rowCount: Int) -> RowMask {
    FilterPlan.kept(root, tests, rowCount)
  }

  private static func kept(_ node: Node, _ tests: [RowMask], _ rowCount: Int) -> RowMask {
    switch node {
    case .test(let index): return tests[index]
    case .all(let nodes):
      var mask = RowMask(repeating: true, count: rowCount)
      for node in nodes { mask.formIntersection(kept(node, tests, rowCount)) }
      return mask
    case .any(let nodes):
      var mask = RowMask(repeating: false, count: rowCount)
      for node in nodes { mask.formUnion(kept(node, tests, rowCount)) }
      return mask
    }
  }
}
