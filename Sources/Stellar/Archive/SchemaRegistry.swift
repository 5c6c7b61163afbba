public import Parquet
internal import Synchronization
@_spi(Adapters) internal import Tables

/// The columns of the types of messages that are inferred, with their versions.
///
/// A type's columns are those of the first file. Where schemas evolve, a later file has new columns, and wider ones,
/// under the next version; where they do not, what is new is left out, and what does not fit refused.
public final class SchemaRegistry: Sendable {
  /// A type's columns.
  public struct Registered: Sendable {
    /// The columns.
    public var schema: Schema
    /// The version: `1.0.0` at first, `1.1.0` after the first change.
    public var version: String { "1.\(changes).0" }
    var changes = 0
    var types: [String: InferredType]
  }

  private let types = Mutex<[String: Registered]>([:])
  private let evolves: Bool

  /// A registry that knows no type.
  ///
  /// - Parameter evolves: whether columns may change.
  public init(evolves: Bool) { self.evolves = evolves }

  /// The columns of a type; nil where no file was begun.
  public subscript(type: String) -> Registered? { types.withLock { $0[type] } }

  /// What became of some rows when they met the columns of their type.
  struct Resolution {
    var registered: Registered
    /// Whether these columns are new.
    var isNew: Bool
    /// The values of members that have no column.
    var dropped: [(name: String, count: Int)] = []
    /// The rows with a value that does not fit, and the first such value's column.
    var misfits: [UInt32: MessageFault] = [:]
  }

  /// Finds the columns for rows of a type, and changes them where that is allowed and necessary.
  func resolve(_ type: String, _ rows: InferredRows) throws(ParquetError) -> Resolution {
    let known = self[type]
    if let known, !evolves { return fixed(known, rows) }
    var merged = known?.types ?? [:]
    for column in rows.columns { merged[column.name, default: []].formUnion(column.type) }
    var fields: [SchemaField] = []
    for name in merged.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      fields.append((merged[name] ?? []).field(name))
    }
    let isNew = known.map { $0.schema.fields != fields } ?? true
    var registered: Registered
    if let known, !isNew {
      registered = known
    } else {
      registered = Registered(
        schema: try Schema(name: "message", fields), changes: known.map { $0.changes + 1 } ?? 0,
        types: merged)
    }
    registered.types = merged
    types.withLock { $0[type] = registered }
    return Resolution(registered: registered, isNew: isNew)
  }

  private func fixed(_ known: Registered, _ rows: InferredRows) -> Resolution {
    var resolution = Resolution(registered: known, isNew: false)
    for column in rows.columns {
      guard let type = known.types[column.name] else {
        if column.valueCount > 0 { resolution.dropped.append((column.name, column.valueCount)) }
        continue
      }
      // What holds all of the column's values together holds each.
      guard !column.type.fits(type.form) else { continue }
      for (index, row) in column.rows.enumerated()
      where !column.fits(index, type.form) && resolution.misfits[row] == nil {
        resolution.misfits[row] = MessageFault(
          reason:
            "\(column.shown(index)) does not fit \(type.form.expectation) of the files before",
          field: column.name)
      }
    }
    return resolution
  }
}

extension InferredType.Form {
  /// The column in words.
  var expectation: String {
    switch self {
    case .integer: "the whole numbers"
    case .unsigned: "the whole numbers without a sign"
    case .double: "the numbers"
    case .boolean: "the truth values"
    case .text: "the text"
    }
  }
}

extension InferredColumn {
  /// Whether a column of `form` holds a value, nothing lost.
  fileprivate func fits(_ index: Int, _ form: InferredType.Form) -> Bool {
    if types[index].fits(form) { return true }
    guard types[index] == .double else { return false }
    // A whole number may be written with a point: 2.0.
    let padded = text(index) + [UInt8](repeating: 0, count: JSONMembers.slack)
    return unsafe padded.withUnsafeBytes { bytes in
      let number = unsafe JSONNumber(
        UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - JSONMembers.slack)]))
      return switch form {
      case .integer: number.integer != nil
      case .unsigned: number.unsigned != nil
      case .double, .boolean, .text: false
      }
    }
  }

  func shown(_ index: Int) -> String {
    unsafe text(index).withUnsafeBytes { unsafe ShownText.of($0, isString: false) }
  }
}
