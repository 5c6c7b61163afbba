internal import Tables

/// The names of members that the archive knows, and their numbers: the same in every scanner.
enum MessageNames {
  /// The objects in a message whose members are found, too: groups 1 and 2.
  static let opened = ["contract_data", "archive_metadata"]

  /// All of them; what stands first has the smallest numbers.
  private static let all =
    opened + [
      "message_type", "processor_name", "ledger_sequence", "timestamp", "closed_at", "contract_id",
      "contract_key_type", "contract_durability", "asset_code", "asset_issuer", "asset_type",
      "balance_holder", "balance", "last_modified_ledger", "ledger_entry_change", "deleted",
      "ledger_key_hash", "file_name", "bucket_name", "file_size", "type", "ledger",
      "ledger_closed_at", "ledgerClosedAt", "contractId", "id", "paging_token", "pagingToken",
      "topic", "topics", "value", "data", "in_successful_contract_call",
      "inSuccessfulContractCall", "in_successful_tx", "tx_hash", "txHash", "transaction_hash",
      "event_index", "operation_index", "events", "type_string", "code", "issuer", "sequence",
      "ledger_hash", "transactions", "LedgerSeq",
    ]

  private static let numbers = Dictionary(
    uniqueKeysWithValues: all.enumerated().map { ($0.element, $0.offset) })

  /// The number of a name that is known.
  static func number(_ name: String) -> Int {
    guard let number = numbers[name] else { preconditionFailure("\(name) is not known") }
    return number
  }

  /// A finder of members that knows all names.
  static func members() -> JSONMembers {
    let names = MemberNames()
    for name in all { _ = names.number(adding: name) }
    return JSONMembers(names: names, opening: opened.map(number))
  }

  static let messageType = number("message_type")
  static let contractData = number("contract_data")
  static let contractID = number("contract_id")
  static let contractKeyType = number("contract_key_type")
  static let events = number("events")
  static let transactionHash = number("transaction_hash")
  static let type = number("type")
  static let ledger = number("ledger")
  static let ledgerSequence = number("ledger_sequence")
  static let topic = number("topic")
  static let topics = number("topics")
  static let code = number("code")
  static let timestamp = number("timestamp")
  static let closedAt = number("closed_at")
  static let ledgerClosedAt = number("ledger_closed_at")
  static let ledgerClosedAtCamel = number("ledgerClosedAt")
  static let sequence = number("sequence")
  static let ledgerHash = number("ledger_hash")
  static let transactions = number("transactions")
  static let ledgerSeq = number("LedgerSeq")
  static let eventIndex = number("event_index")
  static let operationIndex = number("operation_index")
}
