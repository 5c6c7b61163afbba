/// The messages of some ledgers that follow each other.
struct ContractDataBlock {
  /// A ledger, of which there are `messageCount` messages, and when its first one was made.
  struct Ledger {
    let index: Int
    let messageCount: Int
    /// Nanoseconds since 1970.
    let processed: Int
    /// Whether it came from files of an archive, which messages then tell, and not from the network.
    let isArchived: Bool
  }

  private static let firstSequence = 51_600_000
  /// 2024-05-08T19:30:00Z, some hours before a day ends.
  private static let firstClose = 1_715_196_600
  /// How many prices a round has.
  private static let priceCounts = 2...14

  private let cast: LedgerCast
  private var random: Random
  private var entry: ContractEntry
  private var text: MessageText
  // What all messages of a ledger have.
  private var sequence = 0
  private var closed = 0
  private var closedText = ""
  private var archived = MessageText()
  private var messagesLeft = 0
  // The time of the last message, and its text without the fraction.
  private var processed = 0
  private var processedSecond = 0
  private var processedText = ""
  // Parts of messages that are put together for each.
  private var data: [UInt8] = []

  init(_ cast: LedgerCast, seed: UInt64, capacity: Int) {
    self.cast = cast
    random = Random(seed: seed)
    entry = ContractEntry(cast)
    text = MessageText(capacity: capacity)
  }

  /// The messages of `ledgers`, a line each.
  mutating func make(_ ledgers: ArraySlice<Ledger>) -> [UInt8] {
    for ledger in ledgers { append(ledger) }
    return text.bytes
  }

  private mutating func append(_ ledger: Ledger) {
    sequence = Self.firstSequence + ledger.index
    // Most are six seconds apart, some five.
    closed = Self.firstClose + 23 * ledger.index / 4
    closedText = UTCTime(seconds: closed).text + "Z"
    processed = ledger.processed
    archived.clear()
    if ledger.isArchived { describeArchive() }
    messagesLeft = ledger.messageCount
    var round = UInt64(closed) * 1_000
    while messagesLeft > 0 {
      // Of twenty, eight are rounds of prices, ten changes of single values and two fees.
      switch random.within(0...249) {
      case 0..<100: appendPrices(round)
      case 100..<125: appendEntry { $0.token(of: $1, &$2) }
      case 125..<150: appendEntry { $0.deposit(of: $1, &$2) }
      case 150..<200: appendEntry { $0.balance(of: $1, &$2) }
      case 200..<224:
        let closed = closed
        appendEntry { $0.offer(of: $1, closed: closed, &$2) }
      case 224..<225:
        appendEntry { $0.instance(of: $1.assets[$2.skewed($1.assets.count)], &$2) }
      default: appendEntry { $0.fee(of: $1, &$2) }
      }
      round += 7
    }
  }

  /// A round of prices, and the instance of the contract that they are of.
  private mutating func appendPrices(_ round: UInt64) {
    let number = random.skewed(cast.oracles.count)
    for index in 0..<random.within(Self.priceCounts) {
      appendEntry {
        $0.price(
          of: $1.oracles[number], round: round, index: UInt64(index), isRoundFirst: number % 2 == 0,
          &$2)
      }
    }
    appendEntry { $0.instance(of: $1.oracles[number], round: round, &$2) }
  }

  @inline(__always)
  private mutating func appendEntry(
    _ change: (inout ContractEntry, LedgerCast, inout Random) -> Void
  ) {
    guard messagesLeft > 0 else { return }
    messagesLeft -= 1
    change(&entry, cast, &random)
    processed += random.within(60_000...300_000)
    appendMessage()
  }

  private mutating func appendMessage() {
    text.add(#"{"contract_data":{"contract_id":""#)
    text.add(entry.contract.text)
    text.add(#"","contract_key_type":"ScValTypeScv"#)
    text.add(entry.keyType)
    text.add(
      entry.isPersistent
        ? #"","contract_durability":"ContractDataDurabilityPersistent","asset_code":""#
        : #"","contract_durability":"ContractDataDurabilityTemporary","asset_code":""#)
    appendAsset()
    appendBalance()
    text.add(#"","last_modified_ledger":"#)
    text.add(sequence - entry.age)
    text.add(#","ledger_entry_change":"#)
    text.add(entry.change)
    text.add(entry.isDeleted ? #","deleted":true,"# : #","deleted":false,"#)
    text.add(#""closed_at":""#)
    text.add(closedText)
    text.add(#"","ledger_sequence":"#)
    text.add(sequence)
    text.add(#","ledger_key_hash":""#)
    text.addHex(entry.hash)
    appendContents()
    text.add(#""},"contract_id":""#)
    text.add(entry.contract.text)
    text.add(#"","timestamp":""#)
    text.add(processedTime())
    text.addFraction(nanoseconds: processed % 1_000_000_000)
    text.add(#"Z","ledger_sequence":"#)
    text.add(sequence)
    text.add(#","processor_name":"contract_data_processor","message_type":"contract_data""#)
    text.add(archived)
    text.add("}\n")
  }

  private mutating func appendAsset() {
    if let asset = entry.asset { text.add(asset.code) }
    text.add(#"","asset_issuer":""#)
    if let asset = entry.asset { text.add(asset.issuer.text) }
    text.add(#"","asset_type":""#)
    if let asset = entry.asset { text.add(asset.type) }
  }

  private mutating func appendBalance() {
    text.add(#"","balance_holder":""#)
    guard let holder = entry.holder else { return text.add(#"","balance":""#) }
    text.add(holder.text)
    text.add(#"","balance":""#)
    text.add(entry.balance)
  }

  /// Key and value, each as Base64 and as an object, and the whole entry and its ledger key as Base64.
  private mutating func appendContents() {
    text.add(#"","key":""#)
    text.addBase64(entry.key.xdr)
    text.add(#"","key_decoded":"#)
    text.add(entry.key.json)
    text.add(#","val":""#)
    text.addBase64(entry.value.xdr)
    text.add(#"","val_decoded":"#)
    text.add(entry.value.json)
    text.add(#","contract_data_xdr":""#)
    setData(0)
    data.append(contentsOf: entry.value.xdr)
    text.addBase64(data)
    text.add(#"","ledger_key_hash_base_64":""#)
    setData(6)
    text.addBase64(data)
  }

  /// What entries and their keys have alike, behind a number.
  private mutating func setData(_ kind: UInt32) {
    data.removeAll(keepingCapacity: true)
    data.append(bigEndian: kind)
    data.append(contentsOf: entry.contract.xdr)
    data.append(contentsOf: entry.key.xdr)
    data.append(bigEndian: entry.isPersistent ? 1 : 0)
  }

  /// When the message was made, without the fraction of the second.
  private mutating func processedTime() -> String {
    let second = processed / 1_000_000_000
    if second != processedSecond {
      processedSecond = second
      processedText = UTCTime(seconds: second).text
    }
    return processedText
  }

  /// The archive's file, which has one ledger; its name begins with the sequence counted down, in hexadecimal.
  private mutating func describeArchive() {
    var name = MessageText()
    var countdown: [UInt8] = []
    countdown.append(bigEndian: UInt32.max - UInt32(sequence))
    name.addHex(countdown)
    name.add("--")
    name.add(sequence)
    name.add(".xdr.zst")
    archived.add(#","archive_metadata":{"source_type":"S3","bucket_name":"sample-ledgers","#)
    archived.add(#""file_path":"ledgers/"#)
    archived.add(name)
    archived.add(#"","file_name":""#)
    archived.add(name)
    archived.add(#"","start_ledger":"#)
    archived.add(sequence)
    archived.add(#","end_ledger":"#)
    archived.add(sequence)
    archived.add(#","processed_at":""#)
    archived.add(processedTime())
    archived.addFraction(nanoseconds: processed % 1_000_000_000)
    archived.add(#"Z","file_size":"#)
    archived.add(random.within(60_000...900_000))
    archived.add("}")
  }
}

/// A time, as text without a zone.
struct UTCTime {
  let text: String

  init(seconds: Int) {
    // Days from 1 March of the year 0, so that a leap day is a year's last one.
    let day = seconds / 86_400 + 719_468
    let era = day / 146_097
    let dayOfEra = day % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let second = seconds % 86_400
    let parts = [
      month, dayOfYear - (153 * shifted + 2) / 5 + 1, second / 3_600, second / 60 % 60, second % 60,
    ].map { $0 < 10 ? "0\($0)" : "\($0)" }
    text = "\(year)-\(parts[0])-\(parts[1])T\(parts[2]):\(parts[3]):\(parts[4])"
  }
}
