public import Parquet
internal import Tables

/// Takes messages, one after another: an archive, or something that looks at them and hands them on.
public protocol MessageProcessor: AnyObject, Sendable {
  /// Takes a message.
  ///
  /// - Returns: why the message cannot be taken, where it is the message's fault; nil otherwise.
  /// - Throws: ``Parquet/ParquetError`` where the work cannot go on.
  @discardableResult
  func process(_ message: LedgerMessage) throws(ParquetError) -> ArchiveRejection?

  /// Ends the work; harmless when it is called again.
  func close() throws(ParquetError)
}

/// A message, with what is known of it beside its content.
public struct LedgerMessage: Sendable {
  /// The message as JSON.
  public let json: [UInt8]
  /// What is known of it beside: `ledger.sequence`, `processor_type` and others.
  public var metadata: [String: String]

  /// A message as JSON.
  public init(json: [UInt8], metadata: [String: String] = [:]) {
    self.json = json
    self.metadata = metadata
  }

  /// A message as JSON.
  public init(json: String, metadata: [String: String] = [:]) {
    self.init(json: Array(json.utf8), metadata: metadata)
  }

  /// A message that is decoded already.
  public init(_ members: [(name: String, value: MessageValue)], metadata: [String: String] = [:]) {
    var json: [UInt8] = []
    MessageValue.object(members).append(to: &json)
    self.init(json: json, metadata: metadata)
  }

  /// The ledger that the metadata says, for messages that say none.
  var ledgerOfMetadata: UInt64? { metadata["ledger.sequence"].flatMap { UInt64($0) } }
}

/// A value in a message that is decoded already.
public indirect enum MessageValue: Sendable {
  /// No value.
  case null
  /// A truth value.
  case boolean(Bool)
  /// A whole number.
  case integer(Int64)
  /// A whole number above those with a sign.
  case unsigned(UInt64)
  /// Another number; one that is not finite is no value.
  case double(Double)
  /// Text.
  case string(String)
  /// Values in order.
  case array([MessageValue])
  /// Members in order.
  case object([(name: String, value: MessageValue)])

  func append(to json: inout [UInt8]) {
    switch self {
    case .null: json += Array("null".utf8)
    case .boolean(let value): json += Array((value ? "true" : "false").utf8)
    case .integer(let value): json += Array(String(value).utf8)
    case .unsigned(let value): json += Array(String(value).utf8)
    case .double(let value): json += Array((value.isFinite ? "\(value)" : "null").utf8)
    case .string(let value): json += JSONText.quoted(value)
    case .array(let values):
      json.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { json.append(UInt8(ascii: ",")) }
        value.append(to: &json)
      }
      json.append(UInt8(ascii: "]"))
    case .object(let members):
      json.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { json.append(UInt8(ascii: ",")) }
        json += JSONText.quoted(member.name)
        json.append(UInt8(ascii: ":"))
        member.value.append(to: &json)
      }
      json.append(UInt8(ascii: "}"))
    }
  }
}
