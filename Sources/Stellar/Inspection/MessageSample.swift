public import Parquet
@_spi(Adapters) public import Tables

/// What a sample of messages would become in an archive: the types, their columns, and what would be refused.
///
/// Nothing of the messages is kept, so that a sample may be of any size.
public final class MessageSample {
  /// A type of the messages seen.
  public struct Kind: Sendable {
    /// The type, as folders have it.
    public var name: String
    /// The schema, where it is known beforehand; nil where it is inferred.
    public var predefined: PredefinedSchema?
    /// The number of messages.
    public var messageCount = 0
    /// The number of rows that they become.
    public var rowCount = 0
    /// The columns of a file of all of them.
    public var schema: Schema
  }

  /// The most messages that ``refused`` lists.
  public static let mostRefused = 1000

  /// The messages that would be refused, as far as they are listed.
  public private(set) var refused: [ArchiveRejection] = []
  /// How many would be refused.
  public private(set) var refusedCount = 0
  private let parser: MessageParser
  private var counts: [MessageType: (messages: Int, rows: Int)] = [:]
  private var types: [MessageType: [String: InferredType]] = [:]

  /// No messages yet.
  public init() {
    var configuration = ArchiveConfiguration()
    // One partition for all.
    configuration.partitionBy = .ledgerRange
    configuration.ledgersPerFile = .max
    parser = MessageParser(configuration, clock: NoClock(), keepsTexts: false)
  }

  /// Looks at the lines of a stream.
  ///
  /// - Parameters:
  ///   - lines: the lines, a message each; blank ones are passed over.
  ///   - source: what they come from, for ``refused``.
  ///   - onProgress: is told, after each block, how many lines were looked at.
  /// - Throws: ``Parquet/ParquetError`` where the stream cannot be read.
  public func add(
    _ lines: LineBlocks, source: String?,
    onProgress: (_ lines: Int) throws(ParquetError) -> Void = { (_) throws(ParquetError) in }
  ) throws(ParquetError) {
    while try unsafe lines.next({ (bytes) throws(ParquetError) in
      unsafe try add(bytes, source: source, firstLine: lines.lineCount + 1)
    }) {
      try onProgress(lines.lineCount)
    }
  }

  /// Looks at lines that are in memory.
  ///
  /// - Throws: ``Parquet/ParquetError`` where they are more than columns can hold.
  public func add(lines: [UInt8], source: String? = nil) throws(ParquetError) {
    let padded = lines + [UInt8](repeating: 0, count: JSONMembers.slack)
    let span = unsafe padded.span.bytes
    _ = try unsafe span.withUnsafeBytes { (bytes) throws(ParquetError) in
      unsafe try add(
        UnsafeRawBufferPointer(rebasing: bytes[..<lines.count]), source: source, firstLine: 1)
    }
  }

  private func add(
    _ lines: UnsafeRawBufferPointer, source: String?, firstLine: Int
  ) throws(ParquetError) -> Int {
    var start = 0
    var line = firstLine
    while start < lines.count {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: lines[start...])
      let length = unsafe rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.count
      let text = unsafe UnsafeRawBufferPointer(rebasing: rest[..<length])
      if unsafe !text.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) {
        do throws(MessageFault) { unsafe try parser.take(text, ledger: nil) } catch {
          refuse(error, source: source, line: line)
        }
        if parser.byteCount >= 4 << 20 || parser.isScattered { try takeUp() }
      }
      start += length + 1
      line += 1
    }
    try takeUp()
    return line - firstLine
  }

  private func refuse(_ fault: MessageFault, source: String?, line: Int) {
    refusedCount += 1
    guard refused.count < MessageSample.mostRefused else { return }
    refused.append(
      ArchiveRejection(
        reason: fault.reason, field: fault.field, type: fault.type, source: source, line: line))
  }

  /// Takes from the parser what there is to know, and lets go of the rows.
  private func takeUp() throws(ParquetError) {
    for rows in try parser.finish() {
      let type = rows.key.type
      var count = counts[type] ?? (0, 0)
      count = (count.messages + rows.marks.count, count.rows + rows.rowCount)
      counts[type] = count
      guard case .inferred(let inferred) = rows.content else { continue }
      for column in inferred.columns {
        types[type, default: [:]][column.name, default: []].formUnion(column.type)
      }
    }
  }

  /// The types seen, by their names.
  ///
  /// - Throws: ``Parquet/ParquetError`` for columns that are none.
  public func kinds() throws(ParquetError) -> [Kind] {
    var kinds: [Kind] = []
    for (type, count) in counts {
      var kind = Kind(name: type.description, schema: PredefinedColumns.empty)
      kind.messageCount = count.messages
      kind.rowCount = count.rows
      switch type {
      case .predefined(let predefined):
        kind.predefined = predefined
        kind.schema = predefined.schema
      case .inferred:
        let columns = types[type] ?? [:]
        let names = columns.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        kind.schema = try Schema(name: "message", names.map { (columns[$0] ?? []).field($0) })
      }
      kinds.append(kind)
    }
    return kinds.sorted { ($0.name, $0.schema.name) < ($1.name, $1.schema.name) }
  }
}
