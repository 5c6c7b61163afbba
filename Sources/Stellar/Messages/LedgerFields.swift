internal import Parquet

/// The fields of a whole ledger: lists of structs four levels deep.
enum LedgerFields {
  static let all: [SchemaField] =
    [
      integer("sequence"), text("ledger_hash"), text("previous_ledger_hash"),
      SchemaField(
        "closed_at", .int64, .required,
        logicalType: .timestamp(isAdjustedToUTC: true, unit: .milliseconds)),
      small("protocol_version"), integer("total_coins"), integer("fee_pool"), small("base_fee"),
      small("base_reserve"), small("max_tx_set_size"), small("successful_transaction_count"),
      small("failed_transaction_count"), integer("soroban_fee_write_1kb", .optional),
      text("node_id", .optional), text("signature", .optional),
      list("transactions", of: transaction),
    ]

  private static let transaction = SchemaField(
    group: "element", .required,
    [
      text("transaction_hash"), text("account"), text("account_muxed", .optional),
      integer("account_sequence"), integer("max_fee"), integer("fee_charged"),
      text("fee_account", .optional), text("fee_account_muxed", .optional),
      text("inner_transaction_hash", .optional), integer("new_max_fee", .optional),
      text("memo_type", .optional), text("memo", .optional),
      integer("time_bounds_lower", .optional), integer("time_bounds_upper", .optional),
      SchemaField("successful", .boolean, .required), text("transaction_result_code", .optional),
      small("operation_count"), integer("inclusion_fee_bid"), integer("resource_fee"),
      integer("soroban_resources_instructions"), integer("soroban_resources_read_bytes"),
      integer("soroban_resources_write_bytes"), integer("non_refundable_resource_fee_charged"),
      integer("refundable_resource_fee_charged"), integer("rent_fee_charged"),
      list("tx_signers", of: text("element")), list("operations", of: operation),
      list("events", of: event), list("diagnostic_events", of: event),
    ])

  private static let operation = SchemaField(
    group: "element", .required,
    [
      text("id"), text("source_account", .optional), text("source_account_muxed", .optional),
      text("type"), text("body"), text("result_code", .optional),
      list("ledger_entry_changes", of: change), list("events", of: event),
    ])

  private static let change = SchemaField(
    group: "element", .required,
    [
      text("id"), text("change_type"), text("ledger_entry_type"), text("entry_data", .optional),
      text("key_data", .optional), integer("last_modified_ledger_sequence", .optional),
    ])

  private static let event = SchemaField(
    group: "element", .required,
    [
      text("id"), text("type"), text("contract_id", .optional), text("topics", .optional),
      text("data", .optional), SchemaField("in_successful_contract_call", .boolean, .required),
    ])

  private static func text(_ name: String, _ repetition: Repetition = .required) -> SchemaField {
    SchemaField(name, .byteArray, repetition, logicalType: .string)
  }

  private static func integer(
    _ name: String, _ repetition: Repetition = .required
  ) -> SchemaField {
    SchemaField(name, .int64, repetition)
  }

  private static func small(_ name: String) -> SchemaField { SchemaField(name, .int32, .required) }

  private static func list(_ name: String, of element: SchemaField) -> SchemaField {
    SchemaField(
      group: name, .required, logicalType: .list,
      [SchemaField(group: "list", .repeated, [element])])
  }
}
