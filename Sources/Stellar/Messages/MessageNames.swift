@_spi(Adapters) internal import Tables

/// The names of members that the archive knows, and their numbers: the same in every scanner.
enum MessageNames {
  /// The objects in a message whose members are found, too: groups 1 and 2.
  static let opened = [contractData, archiveMetadata]

  /// The names whose numbers are constants below, in their order.
  private static let constants = [
    "contract_data", "archive_metadata", "message_type", "ledger_sequence", "timestamp",
    "closed_at", "contract_id", "contract_key_type", "type", "ledger", "ledger_closed_at",
    "ledgerClosedAt", "code", "sequence", "ledger_hash", "transactions", "LedgerSeq",
    "transaction_hash", "events", "topic", "topics", "id", "event_index", "operation_index",
  ]

  private static let others = [
    "processor_name", "contract_durability", "asset_code", "asset_issuer", "asset_type",
    "balance_holder", "balance", "last_modified_ledger", "ledger_entry_change", "deleted",
    "ledger_key_hash", "file_name", "bucket_name", "file_size", "contractId", "paging_token",
    "pagingToken", "value", "data", "in_successful_contract_call", "inSuccessfulContractCall",
    "in_successful_tx", "tx_hash", "txHash", "type_string", "issuer",
  ]

  private static let all = constants + others
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
    return JSONMembers(names: names, opening: opened)
  }

  static var contractData: Int { 0 }
  static var archiveMetadata: Int { 1 }
  static var messageType: Int { 2 }
  static var ledgerSequence: Int { 3 }
  static var timestamp: Int { 4 }
  static var closedAt: Int { 5 }
  static var contractID: Int { 6 }
  static var contractKeyType: Int { 7 }
  static var type: Int { 8 }
  static var ledger: Int { 9 }
  static var ledgerClosedAt: Int { 10 }
  static var ledgerClosedAtCamel: Int { 11 }
  static var code: Int { 12 }
  static var sequence: Int { 13 }
  static var ledgerHash: Int { 14 }
  static var transactions: Int { 15 }
  static var ledgerSeq: Int { 16 }
  static var transactionHash: Int { 17 }
  static var events: Int { 18 }
  static var topic: Int { 19 }
  static var topics: Int { 20 }
  static var id: Int { 21 }
  static var eventIndex: Int { 22 }
  static var operationIndex: Int { 23 }
}
