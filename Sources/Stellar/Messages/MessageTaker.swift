internal import Datasets
internal import Parquet
@_spi(Adapters) internal import Tables

/// What a parser is, at an address of its own.
@safe
struct MessageTaker: ~Copyable {
  let members: UnsafeMutablePointer<JSONMembers>
  /// The members of an event in a message of many; made when the first one comes.
  private var inner: UnsafeMutablePointer<JSONMembers>?
  private var values = RowValues()
  private var oddNames = OddNames()
  private let rule: PartitionRule
  private let ledgersPerFile: UInt64
  private let keepsTexts: Bool
  private var blocks: [RowBlock] = []
  private var places: [StreamKey: Int] = [:]
  private var typeNumbers: [String: Int] = [:]
  /// The stream of the message before: the number of its type, its partition, and its block.
  private(set) var last: (type: Int, partition: Int64, block: RowBlock)?
  private(set) var ordinal: UInt32 = 0
  /// The line that the next message stands in.
  var line: UInt32 = 0
  /// The time that messages without one are of.
  private let clock: any StreamClock
  /// The ledgers of the events of the message at hand, where it is a list of some.
  private var eventLedgers: ClosedRange<UInt64>?
  /// The ledger of the last message that said one.
  private(set) var lastLedger: UInt64?
  /// The rows and the bytes of JSON that were taken since the last ``finish()``.
  private(set) var rowCount = 0
  private(set) var byteCount = 0
  /// Times that could not be read and became null.
  var warnings = 0

  private let contractDataMessage = ColumnPlan(PredefinedColumns.columns(of: .contractDataMessage))
  private let contractData = ColumnPlan(PredefinedColumns.columns(of: .contractData))
  private let assetDetails = ColumnPlan(PredefinedColumns.columns(of: .assetDetails))
  private let event = ColumnPlan(PredefinedColumns.columns(of: .event))
  /// An event in a message of many.
  private let innerEvent = ColumnPlan(
    PredefinedColumns.event(from: [0], typeNames: ["type_string", "type"]))
  private static let mostEvents = 1_000_000
  private static let mostBlocks = 64

  init(_ configuration: ArchiveConfiguration, clock: any StreamClock, keepsTexts: Bool) {
    self.clock = clock
    unsafe members = .allocate(capacity: 1)
    unsafe members.initialize(to: MessageNames.members())
    rule = configuration.partitionBy
    ledgersPerFile = UInt64(configuration.ledgersPerFile)
    self.keepsTexts = keepsTexts
  }

  deinit {
    unsafe members.deinitialize(count: 1)
    unsafe members.deallocate()
    if let inner = unsafe inner {
      unsafe inner.deinitialize(count: 1)
      unsafe inner.deallocate()
    }
  }

  var isScattered: Bool { blocks.count > 4 * MessageTaker.mostBlocks }

  /// The streams' rows since the last call; the parser is empty afterwards.
  mutating func finish() throws(ParquetError) -> [FinishedRows] {
    var finished: [FinishedRows] = []
    for block in blocks where !block.marks.isEmpty { finished.append(try block.finish()) }
    // Partitions that are over are forgotten now and then.
    if blocks.count > MessageTaker.mostBlocks {
      blocks = []
      places = [:]
      last = nil
    }
    ordinal = 0
    rowCount = 0
    byteCount = 0
    return finished
  }

  // MARK: Taking

  /// Takes a message: `text` is followed by ``Tables/JSONMembers/slack`` readable bytes, and `ledger` is the number of
  /// its ledger, where it says none itself.
  mutating func take(_ text: UnsafeRawBufferPointer, ledger: UInt64?) throws(MessageFault) {
    do throws(RowFault) { unsafe try members.pointee.scan(text) } catch {
      throw MessageFault(
        reason: "\(error.reason) (byte \(error.offset))", field: nil, type: nil, isJSON: false)
    }
    if unsafe members.pointee.hasUnnumbered {
      forgetNames()
      // It was scanned before.
      unsafe try? members.pointee.scan(text)
    }
    unsafe try takeScanned(text, ledger: ledger)
  }

  /// Takes the line that `text` begins with; the bytes it has with its end, nil where it must be looked at anew, once
  /// its end is known.
  @inline(__always)
  mutating func takeLine(
    _ text: UnsafeRawBufferPointer, isAtEnd: Bool
  ) throws(MessageFault) -> Int? {
    guard let length = unsafe members.pointee.scanLine(text, isAtEnd: isAtEnd) else { return nil }
    if unsafe members.pointee.hasUnnumbered {
      // Names must be forgotten: the other way does that.
      return nil
    }
    unsafe try takeScanned(
      UnsafeRawBufferPointer(rebasing: text[..<length]), ledger: nil)
    return length
  }

  /// Forgets the names of members, as there is no room for more: what came before must not decide what can be taken.
  @inline(never)
  private mutating func forgetNames() {
    unsafe members.deinitialize(count: 1)
    unsafe members.initialize(to: MessageNames.members())
    oddNames = OddNames()
    for block in blocks {
      if case .inferred(let rows) = block.rows { rows.forgetNumbers() }
    }
  }

  private mutating func takeScanned(
    _ text: UnsafeRawBufferPointer, ledger given: UInt64?
  ) throws(MessageFault) {
    guard text.count <= WriteAheadLog.largestMessageByteCount else {
      throw MessageFault(
        reason:
          "a message of \(text.count) bytes, of at most \(WriteAheadLog.largestMessageByteCount)")
    }
    eventLedgers = nil
    let type = shape()
    let ledger = ledger(type) ?? given
    if let ledger { lastLedger = ledger }
    let number = type.number(typeNumbers)
    let partition = partition(type, ledger: ledger)
    let block: RowBlock
    if let last, number == last.type, partition == last.partition {
      block = last.block
    } else {
      block = self.block(type, partition)
    }
    let rowCount: Int
    do throws(MessageFault) {
      rowCount = unsafe try append(text, type, to: block)
    } catch {
      var fault = error
      fault.type = block.key.type.description
      throw fault
    }
    block.note(
      MessageMark(
        ledgers: eventLedgers ?? ledger.map { $0...$0 }, rowCount: UInt32(rowCount),
        byteCount: UInt32(text.count), ordinal: ordinal, line: line))
    if keepsTexts { unsafe block.keep(text) }
    ordinal &+= 1
    self.rowCount &+= rowCount
    byteCount &+= text.count
  }

  // MARK: Shapes

  /// What a message is by the members it has.
  enum Shape {
    case predefined(PredefinedSchema)
    case events
    case inferred(String)

    /// A number for each type; −1 where it has none yet.
    func number(_ numbers: [String: Int]) -> Int {
      switch self {
      case .predefined(.contractDataMessage): 0
      case .predefined(.contractData): 1
      case .predefined(.event), .events: 2
      case .predefined(.assetDetails): 3
      case .predefined(.ledger): 4
      case .inferred(let name): numbers[name] ?? -1
      }
    }

    var type: MessageType {
      switch self {
      case .predefined(let schema): .predefined(schema)
      case .events: .predefined(.event)
      case .inferred(let name): .inferred(name)
      }
    }
  }

  @inline(__always)
  private func has(_ name: Int) -> Bool { unsafe members.pointee.member(name, in: 0) != nil }

  @inline(__always)
  private func has(_ name: Int, _ kind: JSONMembers.Kind) -> Bool {
    unsafe members.pointee.member(name, in: 0)?.kind == kind
  }

  mutating func shape() -> Shape {
    let type = unsafe members.pointee.member(MessageNames.messageType, in: 0)
    if let type, has(MessageNames.contractData, .object),
      unsafe MessageTaker.isContractData(text(type))
    {
      return .predefined(.contractDataMessage)
    }
    return otherShape(type)
  }

  /// The text of a string, or of anything else as it stands.
  @inline(__always)
  private func text(_ member: JSONMembers.Member) -> UnsafeRawBufferPointer {
    member.kind == .escapedString
      ? unsafe members.pointee.decoded(member) : unsafe members.pointee.bytes(member)
  }

  private static func isContractData(_ text: UnsafeRawBufferPointer) -> Bool {
    guard text.count == 13, let base = text.baseAddress else { return false }
    // "contract" and "act_data".
    return unsafe base.loadUnaligned(as: UInt64.self) == 0x7463_6172_746E_6F63
      && base.loadUnaligned(fromByteOffset: 5, as: UInt64.self) == 0x6174_6164_5F74_6361
  }

  @inline(never)
  private mutating func otherShape(_ type: JSONMembers.Member?) -> Shape {
    if has(MessageNames.contractID), has(MessageNames.contractKeyType) {
      return .predefined(.contractData)
    }
    if has(MessageNames.type), has(MessageNames.ledger) { return .predefined(.event) }
    if has(MessageNames.transactionHash), has(MessageNames.ledgerSequence) {
      if has(MessageNames.events, .array) { return .events }
      if has(MessageNames.type), has(MessageNames.contractID),
        has(MessageNames.topic) || has(MessageNames.topics)
      {
        return .predefined(.event)
      }
    }
    if has(MessageNames.code), has(MessageNames.timestamp) { return .predefined(.assetDetails) }
    if has(MessageNames.sequence), has(MessageNames.ledgerHash),
      has(MessageNames.transactions, .array)
    {
      return .predefined(.ledger)
    }
    guard let type, type.kind == .string || type.kind == .escapedString else {
      return .inferred("")
    }
    return unsafe .inferred(String(decoding: text(type), as: UTF8.self))
  }

  /// The number of the message's ledger: that of the column, where the type has one.
  mutating func ledger(_ shape: Shape) -> UInt64? {
    switch shape {
    case .predefined(.contractDataMessage):
      number(MessageNames.ledgerSequence, 1) ?? number(MessageNames.ledgerSequence, 0)
    case .predefined(.contractData): number(MessageNames.ledgerSequence, 0)
    case .predefined(.event):
      number(MessageNames.ledger, 0) ?? number(MessageNames.ledgerSequence, 0)
    case .events: ledgerOfFirstEvent()
    case .predefined(.ledger): number(MessageNames.sequence, 0)
    case .predefined(.assetDetails), .inferred:
      number(MessageNames.ledgerSequence, 0) ?? number(MessageNames.ledger, 0)
        ?? number(MessageNames.ledgerSeq, 0)
    }
  }

  /// The ledger of an event in a list: its own, else its message's.
  private func ledger(ofEvent inner: UnsafeMutablePointer<JSONMembers>) -> UInt64? {
    unsafe MessageTaker.number(MessageNames.ledger, 0, inner)
      ?? MessageTaker.number(MessageNames.ledgerSequence, 0, inner)
      ?? number(MessageNames.ledger, 0) ?? number(MessageNames.ledgerSequence, 0)
  }

  private func number(_ name: Int, _ group: Int) -> UInt64? {
    unsafe MessageTaker.number(name, group, members)
  }

  @inline(__always)
  private static func number(
    _ name: Int, _ group: Int, _ members: UnsafeMutablePointer<JSONMembers>
  ) -> UInt64? {
    guard let member = unsafe members.pointee.member(name, in: group), member.kind == .number else {
      return nil
    }
    return unsafe members.pointee.number(member).unsigned
  }

  // MARK: Streams

  private static let times = [
    (MessageNames.closedAt, 1), (MessageNames.closedAt, 0), (MessageNames.ledgerClosedAt, 0),
    (MessageNames.ledgerClosedAtCamel, 0), (MessageNames.timestamp, 0),
  ]

  /// When the message's ledger closed, in microseconds; now where that is not said.
  private mutating func closeTime(_ shape: Shape) -> Int64 {
    if case .events = shape, let time = timeOfFirstEvent() { return time }
    let found = unsafe members.pointee.found
    if let member = unsafe found.member(MessageNames.closedAt, in: 1),
      let time = unsafe values.microseconds(member, found)
    {
      return time
    }
    return unsafe otherTime(found)
  }

  private mutating func otherTime(_ found: JSONMembers.Found) -> Int64 {
    for (name, group) in MessageTaker.times {
      guard let member = unsafe found.member(name, in: group) else { continue }
      let time =
        member.kind == .escapedString
        ? unsafe TimestampText.microseconds(members.pointee.decoded(member))
        : unsafe values.microseconds(member, found)
      if let time { return time }
    }
    return clock.wallMicroseconds
  }

  /// The day, the hour or the first ledger of the message's partition.
  @inline(__always)
  private mutating func partition(_ shape: Shape, ledger: UInt64?) -> Int64 {
    switch rule {
    case .ledgerDay: floorDivide(closeTime(shape), 86_400_000_000)
    case .hour: floorDivide(closeTime(shape), 3_600_000_000)
    case .ledgerRange: Int64(bitPattern: (ledger ?? 0) / ledgersPerFile)
    }
  }

  @inline(__always)
  private func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
    a >= 0 ? a / b : (a + 1) / b - 1
  }

  @inline(never)
  private mutating func block(_ shape: Shape, _ partition: Int64) -> RowBlock {
    var number = shape.number(typeNumbers)
    if number < 0, case .inferred(let name) = shape {
      number = 5 + typeNumbers.count
      typeNumbers[name] = number
    }
    let place: ArchivePartition =
      switch rule {
      case .ledgerDay: .day(partition)
      case .hour: .hour(partition)
      case .ledgerRange:
        .ledgers(UInt64(bitPattern: partition) * ledgersPerFile, count: ledgersPerFile)
      }
    let key = StreamKey(type: shape.type, partition: place)
    let block: RowBlock
    if let place = places[key] {
      block = blocks[place]
    } else {
      block = RowBlock(key)
      places[key] = blocks.count
      blocks.append(block)
    }
    last = (number, partition, block)
    return block
  }

  // MARK: Rows

  /// Appends the rows of the message, all or none; how many there are.
  @inline(__always)
  private mutating func append(
    _ text: UnsafeRawBufferPointer, _ shape: Shape, to block: RowBlock
  ) throws(MessageFault) -> Int {
    switch block.rows {
    case .predefined(let builders):
      values.removeAll()
      var rowCount = 1
      switch shape {
      case .predefined(.contractDataMessage): unsafe try values.add(contractDataMessage, members)
      case .predefined(.contractData): unsafe try values.add(contractData, members)
      case .predefined(.assetDetails): unsafe try values.add(assetDetails, members)
      case .predefined(.event): try addEvent()
      case .events: rowCount = try addEvents()
      case .predefined(.ledger), .inferred: break
      }
      values.append(to: builders)
      warnings += values.warnings
      return rowCount
    case .inferred(let rows):
      guard unsafe !members.pointee.hasUnnumbered else {
        throw MessageFault(
          reason: "there are more than \(MemberNames.largestCount) different names of members")
      }
      guard unsafe members.pointee.memberCount > 0 else {
        throw MessageFault(reason: "the message has no member")
      }
      if let fault = unsafe oddNames.fault(members) { throw fault }
      unsafe rows.append(members)
      return 1
    case .ledgers(let rows):
      do throws(RowFault) { unsafe try rows.append(text) } catch {
        throw MessageFault(reason: error.reason, field: error.column)
      }
      return 1
    }
  }

  /// The values of an event that is a message of its own.
  private mutating func addEvent() throws(MessageFault) {
    for column in 0..<event.count {
      if event.columns[column].name == "id", !has(MessageNames.id),
        let hash = shown(MessageNames.transactionHash), let index = shown(MessageNames.eventIndex)
      {
        // This shape has no identifier; the parts of one it has.
        let operation = shown(MessageNames.operationIndex) ?? "-1"
        values.add(made: "\(hash)-\(operation)-\(index)")
      } else {
        unsafe try values.add(event, column, members)
      }
    }
  }

  private func shown(_ name: Int) -> String? {
    guard let member = unsafe members.pointee.member(name, in: 0), member.kind != .null else {
      return nil
    }
    return unsafe String(decoding: text(member), as: UTF8.self)
  }

  /// The values of the events that a message holds; how many there are.
  private mutating func addEvents() throws(MessageFault) -> Int {
    guard let list = unsafe members.pointee.member(MessageNames.events, in: 0),
      let elements = unsafe members.pointee.elements(list, limit: MessageTaker.mostEvents)
    else {
      throw MessageFault(reason: "has more than \(MessageTaker.mostEvents) events", field: "events")
    }
    let inner = unsafe innerMembers()
    let hash = shown(MessageNames.transactionHash) ?? ""
    for (index, range) in elements.enumerated() {
      let text = unsafe members.pointee.bytes(range)
      do throws(RowFault) { unsafe try inner.pointee.scan(text) } catch {
        throw MessageFault(reason: "event \(index): \(error.reason)", field: "events")
      }
      if let ledger = unsafe ledger(ofEvent: inner) {
        let known = eventLedgers ?? ledger...ledger
        eventLedgers = min(known.lowerBound, ledger)...max(known.upperBound, ledger)
      }
      for column in 0..<innerEvent.count {
        do throws(MessageFault) {
          if innerEvent.columns[column].name == "id",
            unsafe inner.pointee.member(MessageNames.id, in: 0) == nil
          {
            values.add(made: "\(hash)-\(index)")
          } else {
            unsafe try values.add(innerEvent, column, inner, within: members)
          }
        } catch {
          var fault = error
          fault.reason = "of event \(index) \(fault.reason)"
          throw fault
        }
      }
    }
    return elements.count
  }

  /// When the ledger closed by the first of a message's events: the message's own time may be that of its making.
  private mutating func timeOfFirstEvent() -> Int64? {
    guard let inner = unsafe firstEvent() else { return nil }
    let found = unsafe inner.pointee.found
    guard let member = unsafe found.member(MessageNames.closedAt, in: 0) else { return nil }
    return member.kind == .escapedString
      ? unsafe TimestampText.microseconds(inner.pointee.decoded(member))
      : unsafe values.microseconds(member, found)
  }

  private mutating func ledgerOfFirstEvent() -> UInt64? {
    guard let inner = unsafe firstEvent() else { return number(MessageNames.ledgerSequence, 0) }
    return unsafe ledger(ofEvent: inner)
  }

  /// The members of the first event of a list; nil where there is none.
  private mutating func firstEvent() -> UnsafeMutablePointer<JSONMembers>? {
    guard let list = unsafe members.pointee.member(MessageNames.events, in: 0),
      let element = unsafe members.pointee.firstElement(list)
    else { return nil }
    let inner = unsafe innerMembers()
    do throws(RowFault) { unsafe try inner.pointee.scan(members.pointee.bytes(element)) } catch {
      return nil
    }
    return unsafe inner
  }

  private mutating func innerMembers() -> UnsafeMutablePointer<JSONMembers> {
    if let inner = unsafe inner { return unsafe inner }
    let made = UnsafeMutablePointer<JSONMembers>.allocate(capacity: 1)
    unsafe made.initialize(to: MessageNames.members())
    unsafe inner = made
    return unsafe made
  }
}
