import Parquet
import Tables
import Testing

@testable import Stellar

/// What becomes of each kind of message.
@Suite struct ArchiveShapesTests {
  let bench = Bench()

  /// Four types, in two days.
  @Test func handMadeSample() throws {
    let archive = try bench.open { $0.pathPrefix = "{message_type}" }
    try archive.take(all: Messages.sample)
    try archive.close()
    let seconds = TestClock.start
    #expect(
      bench.keys == [
        "asset_details/year=2025/month=07/day=14/stellar-data-0-0-\(seconds).parquet",
        "contract_data/year=2025/month=07/day=13/stellar-data-426007-426007-\(seconds).parquet",
        "event/year=2025/month=07/day=13/stellar-data-426008-426008-\(seconds).parquet",
        "swap_event/year=2025/month=07/day=14/stellar-data-426010-426010-\(seconds).parquet",
      ])
    #expect(
      try bench.rows(bench.keys[0]) == [
        #"{"code":"USDC","issuer":"GISSUER","type":"credit_alphanum4","timestamp":"2025-07-14T00:00:01.000000Z"}"#
      ])
    #expect(
      try bench.rows(bench.keys[1]) == [
        #"{"contract_id":"CSAMPLE1","contract_key_type":"ScValTypeScvVec","contract_durability":"ContractDataDurabilityPersistent","asset_code":"","asset_issuer":"","asset_type":"","balance_holder":"CHOLDER1","balance":"170141183460469231731687303715884105727","last_modified_ledger":426007,"ledger_entry_change":1,"deleted":false,"closed_at":"2025-07-13T09:36:17.000000Z","ledger_sequence":426007,"ledger_key_hash":"00ff","processor_name":"contract_data_processor","message_type":"contract_data","timestamp":"2025-08-05T09:15:27.905427Z","archive_file_name":"ledger-426007.xdr","archive_bucket_name":"b","archive_file_size":9007199254740993}"#
      ])
    #expect(
      try bench.rows(bench.keys[2]) == [
        #"{"type":"contract","ledger":426008,"ledger_closed_at":"2025-07-13T23:59:59Z","contract_id":"CSAMPLE2","id":"0001829690370916352-0000000001","paging_token":null,"topic":"[\"AAAADwAAAAh0cmFuc2Zlcg==\"]","value":"AAAAAQ==","in_successful_contract_call":true,"tx_hash":"ab12"}"#
      ])
    #expect(
      try bench.rows(bench.keys[3]) == [
        #"{"amount_in":12,"ledger_sequence":426010,"message_type":"swap_event","note":null,"path":"[\"A\",\"B\"]","price":0.5,"timestamp":"2025-07-14T00:00:05Z"}"#
      ])
    #expect(bench.rejections.isEmpty)
  }

  /// The columns and what may be null, to the letter.
  @Test func columnsOfPredefinedSchemas() throws {
    let entry = """
        KEY contract_id
        optional binary contract_key_type (STRING);
        optional binary contract_durability (STRING);
        optional binary asset_code (STRING);
        optional binary asset_issuer (STRING);
        optional binary asset_type (STRING);
        optional binary balance_holder (STRING);
        optional binary balance (STRING);
        optional int32 last_modified_ledger (INTEGER(32,false));
        optional int32 ledger_entry_change (INTEGER(32,false));
        optional boolean deleted;
        optional int64 closed_at (TIMESTAMP(MICROS,true));
        required int32 ledger_sequence (INTEGER(32,false));
        optional binary ledger_key_hash (STRING);

      """.replacing("KEY contract_id", with: "required binary contract_id (STRING);")
    let archive = """
        optional binary processor_name (STRING);
        optional binary message_type (STRING);
        optional int64 timestamp (TIMESTAMP(MICROS,true));
        optional binary archive_file_name (STRING);
        optional binary archive_bucket_name (STRING);
        optional int64 archive_file_size;

      """
    var flat = entry
    for name in [
      "binary contract_key_type", "binary contract_durability", "int32 last_modified_ledger",
      "int32 ledger_entry_change", "boolean deleted", "int64 closed_at",
    ] { flat = flat.replacing("optional \(name)", with: "required \(name)") }
    let expected: [PredefinedSchema: String] = [
      .contractDataMessage: "message contract_data_message {\n\(entry)\(archive)}\n",
      .contractData: "message contract_data {\n\(flat)}\n",
      .event: """
      message event {
        required binary type (STRING);
        required int64 ledger (INTEGER(64,false));
        required binary ledger_closed_at (STRING);
        required binary contract_id (STRING);
        required binary id (STRING);
        optional binary paging_token (STRING);
        optional binary topic (STRING);
        optional binary value (STRING);
        required boolean in_successful_contract_call;
        required binary tx_hash (STRING);
      }

      """,
      .assetDetails: """
      message asset_details {
        required binary code (STRING);
        optional binary issuer (STRING);
        required binary type (STRING);
        required int64 timestamp (TIMESTAMP(MICROS,true));
      }

      """,
    ]
    for (schema, text) in expected {
      let made = SchemaText.encode(schema.schema)
      #expect(made == text, "\(schema)")
    }
    #expect(PredefinedSchema.contractDataMessage.schema.leaves.count == 20)
    #expect(PredefinedSchema.allCases.count == 5)
  }

  /// The four shapes that events have.
  @Test func eventShapes() throws {
    let archive = try bench.open()
    // As the processor of contract events makes them: there is no identifier.
    try archive.take(
      #"{"timestamp":"2025-07-13T10:00:00Z","ledger_sequence":7,"transaction_hash":"h1","contract_id":"C1","type":"contract","event_type":"transfer","topic":["a",1.50],"topic_decoded":[],"data":{"x":1e2},"data_decoded":null,"in_successful_tx":false,"event_index":3,"operation_index":-1,"network_passphrase":"p"}"#
    )
    // Events of one transaction, as stellar-etl has them.
    try archive.take(
      #"{"events":[{"transaction_hash":"h2","transaction_id":5,"successful":true,"ledger_sequence":8,"closed_at":"2025-07-13T10:00:05Z","in_successful_contract_call":true,"contract_id":"C2","type":1,"type_string":"ContractEventTypeContract","topics":["t"],"topics_decoded":[],"data":"AAAA","operation_id":null},{"ledger_sequence":8,"closed_at":"2025-07-13T10:00:05Z","in_successful_contract_call":false,"contract_id":"C3","type_string":"System","data":{"v":null}}],"transaction_hash":"h2","ledger_sequence":8,"processor_name":"p","message_type":"contract_events","timestamp":"2025-07-13T10:00:09Z"}"#
    )
    try archive.take(Messages.sample[1])
    try archive.take(
      #"{"type":"system","ledger":18446744073709551615,"ledger_closed_at":"2025-07-13T01:00:00Z","contract_id":"","id":"i","paging_token":"pt","topic":"a\"b","value":17,"in_successful_contract_call":true,"tx_hash":"h4","unknown":[]}"#
    )
    try archive.close()
    #expect(bench.keys.count == 1)
    #expect(
      try bench.allRows() == [
        #"{"type":"contract","ledger":7,"ledger_closed_at":"2025-07-13T10:00:00Z","contract_id":"C1","id":"h1--1-3","paging_token":null,"topic":"[\"a\",1.50]","value":"{\"x\":1e2}","in_successful_contract_call":false,"tx_hash":"h1"}"#,
        #"{"type":"ContractEventTypeContract","ledger":8,"ledger_closed_at":"2025-07-13T10:00:05Z","contract_id":"C2","id":"h2-0","paging_token":null,"topic":"[\"t\"]","value":"AAAA","in_successful_contract_call":true,"tx_hash":"h2"}"#,
        #"{"type":"System","ledger":8,"ledger_closed_at":"2025-07-13T10:00:05Z","contract_id":"C3","id":"h2-1","paging_token":null,"topic":null,"value":"{\"v\":null}","in_successful_contract_call":false,"tx_hash":"h2"}"#,
        #"{"type":"contract","ledger":426008,"ledger_closed_at":"2025-07-13T23:59:59Z","contract_id":"CSAMPLE2","id":"0001829690370916352-0000000001","paging_token":null,"topic":"[\"AAAADwAAAAh0cmFuc2Zlcg==\"]","value":"AAAAAQ==","in_successful_contract_call":true,"tx_hash":"ab12"}"#,
        #"{"type":"system","ledger":18446744073709551615,"ledger_closed_at":"2025-07-13T01:00:00Z","contract_id":"","id":"i","paging_token":"pt","topic":"a\"b","value":"17","in_successful_contract_call":true,"tx_hash":"h4"}"#,
      ])
  }

  @Test func flatContractDataAndEmptyTexts() throws {
    let archive = try bench.open()
    let flat =
      #"{"contract_id":"C","contract_key_type":"","contract_durability":"d","asset_code":"","balance":null,"last_modified_ledger":4294967295,"ledger_entry_change":0,"deleted":true,"closed_at":"2025-07-13T09:36:17+02:00","ledger_sequence":0}"#
    #expect(try archive.take(flat) == nil)
    // What one schema needs the other does not.
    let short = #"{"contract_id":"C","contract_key_type":"k","ledger_sequence":1}"#
    #expect(try archive.take(short)?.field == "contract_durability")
    let message =
      #"{"message_type":"contract\u005fdata","contract_data":{"contract_id":"C"},"ledger_sequence":1}"#
    #expect(try archive.take(message) == nil)
    try archive.close()
    let rows = try bench.allRows()
    let expected =
      #"{"contract_id":"C","contract_key_type":"","contract_durability":"d","asset_code":"","asset_issuer":null,"asset_type":null,"balance_holder":null,"balance":null,"last_modified_ledger":4294967295,"ledger_entry_change":0,"deleted":true,"closed_at":"2025-07-13T07:36:17.000000Z","ledger_sequence":0,"ledger_key_hash":null}"#
    #expect(rows.contains(expected))
    #expect(rows.count == 2)
  }

  /// The whole message is taken or nothing of it.
  @Test func eventsAreTakenTogether() throws {
    let archive = try bench.open()
    func events(_ list: String) -> String {
      #"{"events":[\#(list)],"transaction_hash":"h","ledger_sequence":8,"timestamp":"2025-07-13T10:00:09Z","contract_id":"C"}"#
    }
    let good = #"{"type_string":"s","in_successful_contract_call":true}"#
    #expect(try archive.take(events("\(good),{}"))?.reason == "of event 1 is missing, and required")
    #expect(try archive.take(events("\(good),7"))?.reason == "event 1: a message is a JSON object")
    #expect(try archive.take(events("")) == nil)
    #expect(try archive.take(events("\(good),\(good)")) == nil)
    try archive.close()
    let rows = try bench.allRows()
    #expect(rows.count == 2)
    #expect(rows.last?.contains(#""id":"h-1""#) == true)
    #expect(archive.metrics.messagesReceived == 4)
    #expect(archive.metrics.messagesRejected == 2)
  }

  /// The ledgers in a file's name are those in its column, wherever else a message has others.
  @Test func ledgersAreThoseOfTheColumn() throws {
    let event = #"{"type_string":"s","in_successful_contract_call":true"#
    let cases: [(message: String, first: UInt64, last: UInt64)] = [
      (
        Messages.contractData(10_000).replacing(
          #""message_type":"contract_data""#, with: #""message_type":"contract_data","ledger":7"#),
        10_000, 10_000
      ),
      (
        #"{"message_type":"contract_data","ledger_sequence":9999,"contract_id":"x","contract_data":{"contract_id":"x","closed_at":"2031-03-01T00:00:00Z","ledger_sequence":10000}}"#,
        10_000, 10_000
      ),
      (Messages.event(10).replacing("{", with: #"{"ledger_sequence":20,"#), 10, 10),
      (
        #"{"events":[\#(event),"ledger_sequence":9},\#(event)},\#(event),"ledger":12}],"transaction_hash":"h","ledger_sequence":10,"timestamp":"2025-07-13T10:00:09Z","contract_id":"C"}"#,
        9, 12
      ),
    ]
    for (message, first, last) in cases {
      let bench = Bench()
      let archive = try bench.open()
      #expect(try archive.take(message) == nil)
      try archive.close()
      #expect(
        bench.stored.map { [$0.firstLedger, $0.lastLedger] } == [[first, last]], "\(message)")
      #expect(try LedgerCoverage(of: bench.store).findings.isEmpty, "\(message)")
    }
  }

  @Test func wholeLedgers() throws {
    let event =
      #"{"id":"e","type":"contract","contract_id":null,"topics":"[]","data":null,"in_successful_contract_call":true}"#
    let change =
      #"{"id":"c","change_type":"created","ledger_entry_type":"account","entry_data":"d","key_data":null,"last_modified_ledger_sequence":9}"#
    let operation =
      #"{"id":"o","source_account":null,"source_account_muxed":null,"type":"payment","body":"{}","result_code":"ok","ledger_entry_changes":[\#(change),\#(change)],"events":[\#(event)]}"#
    let transaction =
      #"{"transaction_hash":"h","account":"G","account_muxed":null,"account_sequence":9007199254740993,"max_fee":100,"fee_charged":100,"fee_account":null,"fee_account_muxed":null,"inner_transaction_hash":null,"new_max_fee":null,"memo_type":"text","memo":"m\u00fc","time_bounds_lower":0,"time_bounds_upper":null,"successful":true,"transaction_result_code":"ok","operation_count":1,"inclusion_fee_bid":1,"resource_fee":2,"soroban_resources_instructions":3,"soroban_resources_read_bytes":4,"soroban_resources_write_bytes":5,"non_refundable_resource_fee_charged":6,"refundable_resource_fee_charged":7,"rent_fee_charged":8,"tx_signers":["a","b"],"operations":[\#(operation)],"events":[],"diagnostic_events":[\#(event),\#(event)]}"#
    func ledger(_ number: Int, _ transactions: String) -> String {
      #"{"sequence":\#(number),"ledger_hash":"h","previous_ledger_hash":"p","closed_at":"2025-07-13T10:00:00.123Z","protocol_version":22,"total_coins":1,"fee_pool":2,"base_fee":100,"base_reserve":5000000,"max_tx_set_size":100,"successful_transaction_count":1,"failed_transaction_count":0,"soroban_fee_write_1kb":null,"node_id":"n","signature":null,"transactions":[\#(transactions)]}"#
    }
    let ledgers = [
      ledger(5, transaction), ledger(6, ""), ledger(7, "\(transaction),\(transaction)"),
    ]
    let archive = try bench.open { $0.pathPrefix = "{message_type}" }
    try archive.take(all: ledgers)
    // Made by another program: other texts, members without a column, a time of another form.
    let other = ledger(7, transaction).replacing("T10:00:00.123Z", with: " 10:00:00.123456")
      .replacing(#""memo":"m\u00fc""#, with: #""memo":{"n":1.50},"note":[{"id":1}]"#)
    try archive.take(other)
    let missing = ledger(8, transaction.replacing(#""account":"G","#, with: ""))
    #expect(try archive.take(missing)?.type == "ledger")
    try archive.close()
    #expect(
      bench.keys == [
        "ledger/year=2025/month=07/day=13/stellar-data-5-7-\(TestClock.start).parquet"
      ])
    let expected =
      ledgers.map { $0.replacing("\\u00fc", with: "ü") } + [
        ledger(7, transaction).replacing(#""m\u00fc""#, with: #""{\"n\":1.50}""#)
      ]
    #expect(try bench.allRows() == expected)
  }

  /// Which schema it is: the first that fits, in this order.
  @Test func orderOfShapes() throws {
    let archive = try bench.open { $0.pathPrefix = "{message_type}" }
    let reasons = try [
      #"{"message_type":"contract_data","contract_data":{},"contract_id":"C","contract_key_type":"k"}"#,
      #"{"contract_id":"C","contract_key_type":"k","type":"t","ledger":1}"#,
      #"{"type":"t","ledger":1,"code":"c","timestamp":"2025-07-13T10:00:00Z"}"#,
    ].map { try archive.take($0)?.field ?? "" }
    #expect(reasons == ["ledger_sequence", "contract_durability", "contract_id"])
    // What only looks like one is of no known type.
    #expect(try archive.take(#"{"message_type":"contract_data","contract_data":[1]}"#) == nil)
    #expect(try archive.take(#"{"sequence":1,"ledger_hash":"h","transactions":null}"#) == nil)
    #expect(try archive.take(#"{"message_type":5,"x":1}"#) == nil)
    try archive.close()
    let types = Set(bench.stored.map(\.type))
    #expect(types == ["contract_data", "unknown"])
  }

  /// The first message's empty time is no time at all.
  @Test func emptyTimes() throws {
    let archive = try bench.open()
    let text = Messages.contractData(1, at: "")
    try archive.take(text)
    try archive.close()
    #expect(archive.metrics.unreadableTimes == 1)
    #expect(try bench.allRows().first?.contains(#""closed_at":null"#) == true)
    #expect(bench.keys.first?.hasPrefix("year=2025/month=07/day=20/") == true)
  }
}
