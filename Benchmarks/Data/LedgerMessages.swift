import Parquet

/// Events of a public ledger, in the order of the ledger: hashes in hexadecimal, contents in Base64, account
/// addresses, running numbers, times, names from short lists.
struct LedgerMessages: BuiltDataSet {
  static let name = "ledger"
  static let summary = "ledger messages: hashes, base64, running numbers, enumerations"
  static let usualRowCount = 256 << 10

  static let fields: [SchemaField] = [
    SchemaField(
      "ledger_sequence", .int32, logicalType: .integer(bitWidth: 32, isSigned: false)),
    .timestamp("closed_at", .microseconds, isAdjustedToUTC: true),
    .string("tx_hash"), .string("id"), .string("contract_id"), .string("type"),
    .string("event_type", .optional), .string("topic"), .string("value"),
    .string("key_hash"), .string("holder"), .string("balance", .optional),
    SchemaField("operation_index", .int32), SchemaField("successful", .boolean),
    SchemaField("asset_id", .int64), .string("contract_data_xdr"),
    .string("durability"), .timestamp("processed_at", .nanoseconds, isAdjustedToUTC: true),
  ]

  private static let types = ["contract", "contract", "contract", "system", "diagnostic"]
  private static let events = ["transfer", "transfer", "mint", "burn", "swap", "approve"]
  private static let durability = "ContractDataDurability"

  private var random = Random(seed: 426_007)
  private var ledger = 426_007
  private var eventsLeft = 0
  private var transaction = 0
  private var operation = 0
  private var hash = Text()
  private var processed = 1_754_385_327_905_427_888
  private let contracts: [Text]
  private let accounts: [Text]
  private let topics: [Text]

  init(rows rowCount: Int) {
    var random = Random(seed: 90_210)
    func addresses(_ letter: String, _ count: Int) -> [Text] {
      (0..<count).map { _ in
        var text = Text()
        text.add(letter)
        text.addBase32(55, &random)
        return text
      }
    }
    contracts = addresses("C", 1_500)
    accounts = addresses("G", 60_000)
    // A symbol, as XDR has it: type, length, letters, filled up to a multiple of four.
    topics = Self.events.map { name in
      var bytes: [UInt8] = [0, 0, 0, 15, 0, 0, 0, UInt8(name.utf8.count)] + Array(name.utf8)
      while bytes.count % 4 != 0 { bytes.append(0) }
      var text = Text()
      text.addBase64(bytes)
      return text
    }
  }

  mutating func append(rows rowCount: Int, to builder: ColumnBatchBuilder) {
    let leaf = (0..<Self.fields.count).map { builder.leaf($0) }
    var text = Text()
    for _ in 0..<rowCount {
      nextEvent()
      leaf[0].append(Int32(ledger))
      leaf[1].append(Int64(1_750_000_000 + (ledger - 426_007) * 5) * 1_000_000)
      leaf[2].append(hash)
      text.clear()
      text.add(ledger << 32 | transaction << 12 | operation, width: 19)
      text.add("-")
      text.add(operation, width: 10)
      leaf[3].append(text)
      leaf[4].append(contracts[random.skewed(contracts.count)])
      let type = random.pick(Self.types)
      leaf[5].append(type)
      let event = random.within(0...Self.events.count - 1)
      if type == "system" { leaf[6].appendNull() } else { leaf[6].append(Self.events[event]) }
      leaf[7].append(topics[event])

      // A signed number of 128 bits, of which most are zero.
      let amount = random.next() &>> UInt64(random.within(8...44))
      var bytes: [UInt8] = [0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0]
      for shift in 0..<8 {
        bytes.append(UInt8(truncatingIfNeeded: amount &>> UInt64(56 - 8 * shift)))
      }
      text.clear()
      text.addBase64(bytes)
      leaf[8].append(text)

      text.clear()
      text.addHex(64, &random)
      leaf[9].append(text)
      let account = accounts[random.skewed(accounts.count)]
      leaf[10].append(account)
      if random.chance(400) { leaf[11].appendNull() } else { leaf[11].append("\(amount)0000000") }
      leaf[12].append(Int32(operation))
      leaf[13].append(!random.chance(60))
      leaf[14].append(Int64(bitPattern: UInt64(random.skewed(3_000)) &* 0x9E37_79B9_7F4A_7C15))

      // An entry: fixed words, the account's bytes, the amount.
      bytes = [0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 1] + account.bytes.prefix(32) + bytes
      for _ in 0..<random.within(0...6) {
        bytes += [0, 0, 0, 3, 0, 0, UInt8(random.within(0...3)), UInt8(random.within(0...255))]
      }
      text.clear()
      text.addBase64(bytes)
      leaf[15].append(text)
      leaf[16].append(Self.durability + (random.chance(700) ? "Persistent" : "Temporary"))
      processed += random.within(20_000...900_000)
      leaf[17].append(Int64(processed))
    }
  }

  /// Goes on to the next event: of the same transaction, of another, or of the next ledger.
  private mutating func nextEvent() {
    if eventsLeft == 0 {
      ledger += 1
      transaction = 0
      eventsLeft = random.within(40...400)
    }
    eventsLeft -= 1
    operation += 1
    if transaction == 0 || random.chance(350) {
      transaction += 1
      operation = 0
      hash.clear()
      hash.addHex(64, &random)
    }
  }
}
