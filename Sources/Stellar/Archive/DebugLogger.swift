public import Parquet
@_spi(Adapters) internal import Tables

/// Shows each message in a line and hands it on: for looking at what comes out of a pipeline.
///
///     DEBUG swaps: contract_data ledger 426007 {contract_id: "CSAMPLE1", ledger_sequence: 426007, … 4 more}
public final class DebugLogger: MessageProcessor, @unchecked Sendable {
  /// The name that each line has.
  public let name: String
  /// What each line begins with.
  public let prefix: String
  /// The most members that are shown of a message.
  public let memberLimit: Int
  private let next: (any MessageProcessor)?
  private let print: @Sendable (String) -> Void
  private let monitor = Monitor()
  private let parser: MessageParser

  /// A logger.
  ///
  /// - Parameters:
  ///   - name: tells its lines from those of others.
  ///   - prefix: what each line begins with.
  ///   - memberLimit: the most members that are shown of a message.
  ///   - next: takes the messages after they are shown; where nil, nobody does.
  ///   - print: takes the lines, without their end; it is called by the thread that gives the message, one line at a
  ///     time.
  public init(
    name: String, prefix: String = "DEBUG", memberLimit: Int = 10,
    next: (any MessageProcessor)? = nil, print: @escaping @Sendable (String) -> Void
  ) {
    self.name = name
    self.prefix = prefix
    self.memberLimit = memberLimit
    self.next = next
    self.print = print
    parser = MessageParser(ArchiveConfiguration(), clock: NoClock(), keepsTexts: false)
  }

  /// Shows a message and hands it on.
  ///
  /// - Returns: what the next processor does; nil where there is none.
  /// - Throws: ``Parquet/ParquetError`` where the next processor does.
  @discardableResult
  public func process(_ message: LedgerMessage) throws(ParquetError) -> ArchiveRejection? {
    monitor.withLock { print(line(message)) }
    guard let next else { return nil }
    return try next.process(message)
  }

  /// Ends the next processor.
  public func close() throws(ParquetError) { try next?.close() }

  private func line(_ message: LedgerMessage) -> String {
    let count = message.json.count
    let padded = message.json + [UInt8](repeating: 0, count: JSONMembers.slack)
    let text: String = unsafe padded.withUnsafeBytes { bytes in
      unsafe shown(
        UnsafeRawBufferPointer(rebasing: bytes[..<count]), ledger: message.ledgerOfMetadata)
    }
    return "\(prefix) \(name): \(text)"
  }

  private func shown(_ text: UnsafeRawBufferPointer, ledger: UInt64?) -> String {
    do throws(MessageFault) {
      return shown(try unsafe parser.glance(text, ledger: ledger, memberLimit: memberLimit))
    } catch {
      return unsafe "not a message: \(error.reason): \(ShownText.of(text, isString: false))"
    }
  }

  private func shown(_ glance: MessageGlance) -> String {
    var members = glance.members
    if glance.otherCount > 0 { members.append("… \(glance.otherCount) more") }
    let ledger = glance.ledger.map { " ledger \($0)" } ?? ""
    return "\(glance.type)\(ledger) {\(members.joined(separator: ", "))}"
  }
}
