public import Parquet

/// What is wrong with the text of a filter.
public struct FilterTextError: Error, Hashable, Sendable {
  /// What is wrong and what would be right.
  public let message: String
  /// The character it is about, counted from 1.
  public let position: Int
  /// The name of a column that is not there, where that is what is wrong.
  public let unknownColumn: String?

  init(_ message: String, at position: Int, unknownColumn: String? = nil) {
    self.message = message
    self.position = position
    self.unknownColumn = unknownColumn
  }
}

/// Filters as text: `price >= 10.50 and (name = 'x' or name is null)`.
///
/// Comparisons are `= != < <= > >=`, `in (…)`, `not in (…)`, `is null` and `is not null`; `not` binds
/// tighter than `and`, that tighter than `or`. Names with other characters than letters, digits, `_` and
/// `.` stand in double quotes; text and times in single quotes; a quote inside is written twice.
public enum FilterText {
  /// The filter that `text` gives, its literals read as values of `schema`'s columns.
  public static func parse(_ text: String, _ schema: Schema) throws(FilterTextError) -> Filter {
    var parser = FilterParser(try FilterToken.tokens(text), schema)
    return try parser.parse()
  }
}

/// Builds a filter from tokens.
struct FilterParser {
  /// The deepest nesting, so that no text is too deep for the stack.
  private static let depthLimit = 200

  private static let comparisons: [String: Filter.Comparison] = [
    "=": .equal, "!=": .notEqual, "<": .less, "<=": .lessOrEqual, ">": .greater,
    ">=": .greaterOrEqual,
  ]

  private let tokens: [FilterToken]
  private let schema: Schema
  private var next = 0

  init(_ tokens: [FilterToken], _ schema: Schema) {
    self.tokens = tokens
    self.schema = schema
  }

  /// The token at hand; the last one says that the text ends.
  private var token: FilterToken { tokens[min(next, tokens.count - 1)] }

  mutating func parse() throws(FilterTextError) -> Filter {
    let filter = try disjunction(depth: 0)
    guard token.kind == .end else { throw unexpected("and, or, or the end") }
    return filter
  }

  private mutating func disjunction(depth: Int) throws(FilterTextError) -> Filter {
    var parts = [try conjunction(depth: depth)]
    while takeWord("or") { parts.append(try conjunction(depth: depth)) }
    return parts.count == 1 ? parts[0] : .or(parts)
  }

  private mutating func conjunction(depth: Int) throws(FilterTextError) -> Filter {
    var parts = [try term(depth: depth)]
    while takeWord("and") { parts.append(try term(depth: depth)) }
    return parts.count == 1 ? parts[0] : .and(parts)
  }

  private mutating func term(depth: Int) throws(FilterTextError) -> Filter {
    guard depth < FilterParser.depthLimit else {
      throw FilterTextError(
        "nested deeper than \(FilterParser.depthLimit) levels", at: token.position)
    }
    if takeWord("not") { return .not(try term(depth: depth + 1)) }
    if takeSymbol("(") {
      let inner = try disjunction(depth: depth + 1)
      guard takeSymbol(")") else { throw unexpected("and, or, or )") }
      return inner
    }
    return try test()
  }

  // MARK: One test

  private mutating func test() throws(FilterTextError) -> Filter {
    let leaf = try column()
    if takeWord("is") {
      let isNegated = takeWord("not")
      guard takeWord("null") else { throw unexpected("null") }
      return isNegated ? .not(.isNull(leaf.path)) : .isNull(leaf.path)
    }
    if takeWord("in") { return .isIn(leaf.path, try list(leaf)) }
    if takeWord("not") {
      guard takeWord("in") else { throw unexpected("in") }
      return .not(.isIn(leaf.path, try list(leaf)))
    }
    let place = token
    guard place.kind == .symbol, let comparison = FilterParser.comparisons[place.text] else {
      throw unexpected("one of = != < <= > >=, in, not in, is null, is not null")
    }
    next += 1
    let hasOrder =
      comparison == .equal || comparison == .notEqual || leaf.sortOrder != .undefined
      || leaf.isPlainINT96
    guard hasOrder else {
      throw FilterTextError(
        "\(leaf.path): \(leaf.logicalType?.name ?? leaf.physicalType.name) has no order; "
          + "= and != can be asked",
        at: place.position)
    }
    return .compare(leaf.path, comparison, try literal(leaf))
  }

  private mutating func column() throws(FilterTextError) -> Leaf {
    let place = token
    guard place.kind == .word || place.kind == .name else { throw unexpected("a column's name") }
    if place.kind == .word, ["and", "or", "in", "is", "null"].contains(place.text.lowercased()) {
      throw unexpected("a column's name (one that is called so stands in double quotes)")
    }
    next += 1
    guard let leaf = schema.leaf(at: place.text) else {
      throw FilterTextError(
        "there is no column \(place.text)", at: place.position, unknownColumn: place.text)
    }
    guard leaf.maxRepetitionLevel == 0 else {
      throw FilterTextError(
        "\(place.text) repeats; a filter needs one value for each row", at: place.position)
    }
    return leaf
  }

  private mutating func list(_ leaf: Leaf) throws(FilterTextError) -> [FilterLiteral] {
    guard takeSymbol("(") else { throw unexpected("(") }
    var literals = [try literal(leaf)]
    while takeSymbol(",") { literals.append(try literal(leaf)) }
    guard takeSymbol(")") else { throw unexpected(", or )") }
    return literals
  }

  private mutating func literal(_ leaf: Leaf) throws(FilterTextError) -> FilterLiteral {
    let place = token
    guard place.kind == .word || place.kind == .text else {
      throw unexpected("a value (text and times in single quotes)")
    }
    if place.kind == .word {
      if place.text.lowercased() == "null" {
        throw FilterTextError(
          "nothing compares with null; write is null or is not null", at: place.position)
      }
      if leaf.logicalType?.isText ?? false {
        throw FilterTextError(
          "\(leaf.path) is text: '\(place.text)' stands in single quotes", at: place.position)
      }
    }
    next += 1
    do throws(ParquetError) {
      return try LiteralText.literal(place.text, of: leaf)
    } catch {
      throw FilterTextError("\(leaf.path): \(error.message)", at: place.position)
    }
  }

  // MARK: Tokens

  private mutating func takeWord(_ word: String) -> Bool {
    guard token.kind == .word, token.text.lowercased() == word else { return false }
    next += 1
    return true
  }

  private mutating func takeSymbol(_ symbol: String) -> Bool {
    guard token.kind == .symbol, token.text == symbol else { return false }
    next += 1
    return true
  }

  private func unexpected(_ wanted: String) -> FilterTextError {
    let found =
      switch token.kind {
      case .end: "the end"
      case .text: "'\(token.text)'"
      case .name: "\"\(token.text)\""
      case .word, .symbol: token.text
      }
    return FilterTextError("\(wanted) is wanted, not \(found)", at: token.position)
  }
}
