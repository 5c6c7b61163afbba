@_spi(Adapters) internal import Parquet
@_spi(Adapters) internal import Tables

/// Why a message cannot be stored.
struct MessageFault: Error {
  /// What is wrong: what was found, and what was expected.
  var reason: String
  /// The column, where it is one column's fault.
  var field: String?
  /// What would be the type of the message, where that is known.
  var type: String?
  /// Whether the message is well-formed JSON.
  var isJSON = true
}

/// The columns of a predefined schema as loops over them want them: flat, without anything to count references of.
@safe
struct ColumnPlan: ~Copyable {
  private struct Step {
    var kind: PredefinedColumn.Kind
    var isRequired: Bool
    var firstSource: Int32
    var sourceEnd: Int32
  }

  let columns: [PredefinedColumn]
  let count: Int
  private let steps: UnsafeMutablePointer<Step>
  private let places: UnsafeMutablePointer<Int>

  init(_ columns: [PredefinedColumn]) {
    self.columns = columns
    count = columns.count
    unsafe steps = .allocate(capacity: max(1, count))
    unsafe places = .allocate(capacity: max(1, columns.reduce(0) { $0 + $1.sources.count }))
    var next = 0
    for (index, column) in columns.enumerated() {
      let first = next
      for source in column.sources {
        unsafe (places + next).initialize(to: JSONMembers.place(source.name, in: source.group))
        next += 1
      }
      unsafe (steps + index).initialize(
        to: Step(
          kind: column.kind, isRequired: column.isRequired, firstSource: Int32(first),
          sourceEnd: Int32(next)))
    }
  }

  deinit {
    unsafe steps.deallocate()
    unsafe places.deallocate()
  }

  @inline(__always)
  func kind(_ column: Int) -> PredefinedColumn.Kind { unsafe steps[column].kind }

  @inline(__always)
  func isRequired(_ column: Int) -> Bool { unsafe steps[column].isRequired }

  /// The sources of a column, for ``place(_:)``.
  @inline(__always)
  func sources(_ column: Int) -> Range<Int> {
    unsafe Int(steps[column].firstSource)..<Int(steps[column].sourceEnd)
  }

  /// Where a source is among the members that were found.
  @inline(__always)
  func place(_ source: Int) -> Int { unsafe places[source] }

  // MARK: Faults

  func missing(_ column: Int) -> MessageFault {
    MessageFault(reason: "is missing, and required", field: columns[column].name)
  }

  func null(_ column: Int) -> MessageFault {
    MessageFault(reason: "is null, and required", field: columns[column].name)
  }

  func misfit(_ column: Int, found: String) -> MessageFault {
    let expected =
      switch columns[column].kind {
      case .text: "text"
      case .unsigned32: "a whole number from 0 to 4294967295"
      case .unsigned64: "a whole number from 0 to 18446744073709551615"
      case .integer64: "a whole number of 64 bits"
      case .boolean: "true or false"
      case .timestamp: TimestampText.expectation
      }
    return MessageFault(reason: "\(found) is not \(expected)", field: columns[column].name)
  }
}

/// The builders of the columns of a predefined schema, for values of all their types.
@safe
final class PredefinedColumnBuilders {
  let builder: ColumnBatchBuilder
  let count: Int
  private let steps: UnsafeMutablePointer<(kind: PredefinedColumn.Kind, appender: LeafAppender)>

  init(_ columns: [PredefinedColumn], schema: Schema) {
    builder = ColumnBatchBuilder(schema: schema)
    count = columns.count
    unsafe steps = .allocate(capacity: max(count, 1))
    for (index, column) in columns.enumerated() {
      unsafe (steps + index).initialize(to: (column.kind, LeafAppender(builder.leaf(index))))
    }
  }

  deinit { unsafe steps.deallocate() }

  @inline(__always)
  func appendNull(_ column: Int) { unsafe steps[column].appender.appendNull() }

  @inline(__always)
  func append(_ column: Int, _ text: UnsafeRawBufferPointer) {
    unsafe steps[column].appender.append(uncheckedText: text)
  }

  /// Appends text behind which 64 bytes may be read.
  @inline(__always)
  func append(_ column: Int, padded text: UnsafeRawBufferPointer) {
    unsafe steps[column].appender.append(padded: text)
  }

  @inline(__always)
  func append(_ column: Int, word: UInt64) {
    switch unsafe steps[column].kind {
    case .unsigned32: unsafe steps[column].appender.append(word: UInt32(truncatingIfNeeded: word))
    case .boolean: unsafe steps[column].appender.append(word != 0)
    default: unsafe steps[column].appender.append(word: word)
    }
  }
}

/// What an error shows of a value.
enum ShownText {
  /// The text, cut to forty bytes, with what would break a line left out.
  static func of(_ bytes: UnsafeRawBufferPointer, isString: Bool) -> String {
    var text = ""
    let shown = unsafe UnsafeRawBufferPointer(rebasing: bytes.prefix(40))
    for scalar in unsafe String(decoding: shown, as: UTF8.self).unicodeScalars {
      if scalar.properties.generalCategory != .control { text.unicodeScalars.append(scalar) }
    }
    if bytes.count > 40 { text += "…" }
    return isString ? "\"\(text)\"" : text
  }
}
