public import Parquet

/// A kind of message whose columns are known beforehand.
public enum PredefinedSchema: String, CaseIterable, Hashable, Sendable {
  /// A message of `message_type` `contract_data`, with the entry in its member `contract_data`.
  case contractDataMessage = "contract_data_message"
  /// An entry of contract data by itself: it has `contract_id` and `contract_key_type`.
  case contractData = "contract_data"
  /// An event of a contract: it has `type` and `ledger`, or is of one of the other shapes that events have.
  case event
  /// The details of an asset: it has `code` and `timestamp`.
  case assetDetails = "asset_details"
  /// A whole ledger with its transactions, operations and events.
  case ledger

  /// The version that files of these schemas say they have.
  public static let version = "1.0.0"

  /// What the rows are, in a line.
  public var summary: String {
    switch self {
    case .contractDataMessage: "Contract data entries with the messages they came in"
    case .contractData: "Contract data entries"
    case .event: "Contract events"
    case .assetDetails: "Details of assets"
    case .ledger: "Whole ledgers with transactions, operations and events"
    }
  }

  /// The columns of the files.
  public var schema: Schema { PredefinedColumns.schemas[self] ?? PredefinedColumns.empty }
}

/// A column of a predefined schema: its type, and where in a message its value is.
struct PredefinedColumn: Sendable {
  enum Kind: Sendable {
    case text, unsigned32, unsigned64, boolean, timestamp, integer64
  }

  /// A member by its group (0 the message, 1 its contract data, 2 its archive metadata) and the number of its name.
  struct Source: Sendable {
    var group: Int
    var name: Int
  }

  let name: String
  let kind: Kind
  let isRequired: Bool
  /// Where its value may be; the first that is there counts.
  let sources: [Source]

  var field: SchemaField {
    let repetition: Repetition = isRequired ? .required : .optional
    return switch kind {
    case .text: SchemaField(name, .byteArray, repetition, logicalType: .string)
    case .unsigned32:
      SchemaField(name, .int32, repetition, logicalType: .integer(bitWidth: 32, isSigned: false))
    case .unsigned64:
      SchemaField(name, .int64, repetition, logicalType: .integer(bitWidth: 64, isSigned: false))
    case .boolean: SchemaField(name, .boolean, repetition)
    case .timestamp:
      SchemaField(
        name, .int64, repetition,
        logicalType: .timestamp(isAdjustedToUTC: true, unit: .microseconds))
    case .integer64: SchemaField(name, .int64, repetition)
    }
  }
}

/// The columns of the flat predefined schemas.
enum PredefinedColumns {
  static let schemas: [PredefinedSchema: Schema] = {
    var schemas: [PredefinedSchema: Schema] = [:]
    for schema in PredefinedSchema.allCases {
      let fields = schema == .ledger ? LedgerFields.all : columns(of: schema).map(\.field)
      schemas[schema] = (try? Schema(name: schema.rawValue, fields)) ?? empty
    }
    return schemas
  }()

  static let empty: Schema = {
    guard let schema = try? Schema([]) else { preconditionFailure("a schema may be empty") }
    return schema
  }()

  static func columns(of schema: PredefinedSchema) -> [PredefinedColumn] {
    switch schema {
    case .contractDataMessage: contractDataMessage
    case .contractData: contractData
    case .event: event(from: [0], typeNames: ["type"])
    case .assetDetails: assetDetails
    case .ledger: []
    }
  }

  private static func column(
    _ name: String, _ kind: PredefinedColumn.Kind, required isRequired: Bool = false,
    groups: [Int] = [0], names: [String] = []
  ) -> PredefinedColumn {
    let names = names.isEmpty ? [name] : names
    let sources = groups.flatMap { group in
      names.map { PredefinedColumn.Source(group: group, name: MessageNames.number($0)) }
    }
    return PredefinedColumn(name: name, kind: kind, isRequired: isRequired, sources: sources)
  }

  /// The fourteen columns of an entry, in the order of files.
  private static let entry: [(name: String, kind: PredefinedColumn.Kind)] = [
    ("contract_id", .text), ("contract_key_type", .text), ("contract_durability", .text),
    ("asset_code", .text), ("asset_issuer", .text), ("asset_type", .text),
    ("balance_holder", .text), ("balance", .text), ("last_modified_ledger", .unsigned32),
    ("ledger_entry_change", .unsigned32), ("deleted", .boolean), ("closed_at", .timestamp),
    ("ledger_sequence", .unsigned32), ("ledger_key_hash", .text),
  ]

  private static let contractDataMessage: [PredefinedColumn] =
    entry.map {
      column(
        $0.name, $0.kind, required: $0.name == "contract_id" || $0.name == "ledger_sequence",
        groups: [1, 0])
    } + [
      column("processor_name", .text, groups: [1, 0]),
      column("message_type", .text, groups: [1, 0]),
      column("timestamp", .timestamp, groups: [1, 0]),
      column("archive_file_name", .text, groups: [2], names: ["file_name"]),
      column("archive_bucket_name", .text, groups: [2], names: ["bucket_name"]),
      column("archive_file_size", .integer64, groups: [2], names: ["file_size"]),
    ]

  private static let contractData: [PredefinedColumn] = entry.map {
    column(
      $0.name, $0.kind,
      required: [
        "contract_id", "contract_key_type", "contract_durability", "last_modified_ledger",
        "ledger_entry_change", "deleted", "closed_at", "ledger_sequence",
      ].contains($0.name))
  }

  /// The columns of an event, whose members are in `groups`.
  static func event(from groups: [Int], typeNames: [String]) -> [PredefinedColumn] {
    [
      column("type", .text, required: true, groups: groups, names: typeNames),
      column(
        "ledger", .unsigned64, required: true, groups: groups, names: ["ledger", "ledger_sequence"]
      ),
      column(
        "ledger_closed_at", .text, required: true, groups: groups,
        names: ["ledger_closed_at", "ledgerClosedAt", "closed_at", "timestamp"]),
      column(
        "contract_id", .text, required: true, groups: groups, names: ["contract_id", "contractId"]),
      column("id", .text, required: true, groups: groups),
      column("paging_token", .text, groups: groups, names: ["paging_token", "pagingToken"]),
      column("topic", .text, groups: groups, names: ["topic", "topics"]),
      column("value", .text, groups: groups, names: ["value", "data"]),
      column(
        "in_successful_contract_call", .boolean, required: true, groups: groups,
        names: ["in_successful_contract_call", "inSuccessfulContractCall", "in_successful_tx"]),
      column(
        "tx_hash", .text, required: true, groups: groups,
        names: ["tx_hash", "txHash", "transaction_hash"]),
    ]
  }

  private static let assetDetails: [PredefinedColumn] = [
    column("code", .text, required: true), column("issuer", .text),
    column("type", .text, required: true), column("timestamp", .timestamp, required: true),
  ]
}
