@_spi(Adapters) internal import Tables

/// What a message is, without being taken: its type, its ledger, and its first members.
struct MessageGlance {
  var type: MessageType
  var ledger: UInt64?
  /// Some members as they are shown: `contract_id: "…"`.
  var members: [String]
  /// How many more there are.
  var otherCount: Int
}

extension MessageParser {
  /// Looks at a message, which is followed by ``Tables/JSONMembers/slack`` readable bytes, and takes nothing of it.
  func glance(
    _ text: UnsafeRawBufferPointer, ledger: UInt64?, memberLimit: Int
  ) throws(MessageFault) -> MessageGlance {
    unsafe try work.pointee.glance(text, ledger: ledger, memberLimit: memberLimit)
  }
}

extension MessageTaker {
  fileprivate mutating func glance(
    _ text: UnsafeRawBufferPointer, ledger given: UInt64?, memberLimit: Int
  ) throws(MessageFault) -> MessageGlance {
    do throws(RowFault) { unsafe try members.pointee.scan(text) } catch {
      throw MessageFault(reason: "\(error.reason) (byte \(error.offset))", isJSON: false)
    }
    let shape = shape()
    let count = unsafe members.pointee.memberCount
    var shown: [String] = []
    for index in 0..<min(count, max(memberLimit, 0)) {
      let name = unsafe members.pointee.name(index)
      guard let member = unsafe members.pointee.member(name, in: 0) else { continue }
      let isString = member.kind == .string || member.kind == .escapedString
      let value = unsafe ShownText.of(members.pointee.bytes(member), isString: isString)
      shown.append("\(unsafe members.pointee.names.text(name)): \(value)")
    }
    return MessageGlance(
      type: shape.type, ledger: ledger(shape) ?? given, members: shown,
      otherCount: count - shown.count)
  }
}
