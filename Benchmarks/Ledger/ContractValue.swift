/// A value of a contract, as XDR and as what JSON says of it.
///
/// A vector or map is opened with the number of its items and closed behind them; ``next()`` ends each item.
struct ContractValue {
  private(set) var xdr: [UInt8] = []
  private(set) var json = MessageText()

  mutating func clear() {
    xdr.removeAll(keepingCapacity: true)
    json.clear()
  }

  mutating func symbol(_ text: String) {
    tag(15)
    opaque(text)
    member("symbol", quoted: text)
  }

  mutating func string(_ text: String) {
    tag(14)
    opaque(text)
    member("string", quoted: text)
  }

  mutating func u32(_ number: UInt32) {
    tag(3)
    tag(number)
    json.add(#"{"u32":"#)
    json.add(UInt64(number))
    json.add("}")
  }

  mutating func u64(_ number: UInt64) {
    tag(5)
    word(number)
    wide("u64", 0, number)
  }

  mutating func u128(high: UInt64, low: UInt64) {
    tag(9)
    word(high)
    word(low)
    wide("u128", high, low)
  }

  /// A signed number that is not negative.
  mutating func i128(_ number: UInt64) {
    tag(10)
    word(0)
    word(number)
    wide("i128", 0, number)
  }

  mutating func bool(_ isTrue: Bool) {
    tag(0)
    tag(isTrue ? 1 : 0)
    json.add(isTrue ? #"{"bool":true}"# : #"{"bool":false}"#)
  }

  mutating func void() {
    tag(1)
    json.add(#""void""#)
  }

  mutating func address(_ address: LedgerAddress) {
    tag(18)
    xdr.append(contentsOf: address.xdr)
    json.add(#"{"address":""#)
    json.add(address.text)
    json.add(#""}"#)
  }

  /// The key under which a contract's own data are.
  mutating func instanceKey() {
    tag(20)
    json.add(#""ledger_key_contract_instance""#)
  }

  /// The contract's own data, whose `count` items are keys with values; by code or, with none, a ledger's asset.
  mutating func openInstance(code: [UInt8]?, _ count: Int) {
    tag(19)
    json.add(#"{"contract_instance":{"executable":"#)
    if let code {
      tag(0)
      xdr.append(contentsOf: code)
      json.add(#"{"wasm":""#)
      json.addHex(code)
      json.add(#""},"storage":["#)
    } else {
      tag(1)
      json.add(#""stellar_asset","storage":["#)
    }
    tag(1)
    tag(UInt32(count))
  }

  mutating func closeInstance() { json.replaceLast(with: "]}}") }

  mutating func openVector(_ count: Int) {
    tag(16)
    tag(1)
    tag(UInt32(count))
    json.add(#"{"vec":["#)
  }

  mutating func openMap(_ count: Int) {
    tag(17)
    tag(1)
    tag(UInt32(count))
    json.add(#"{"map":["#)
  }

  /// Ends an item of a vector.
  mutating func next() { json.add(",") }

  /// Begins an item of a map or instance, whose value comes next.
  mutating func key(_ text: String, isSymbol: Bool = true) {
    json.add(#"{"key":"#)
    if isSymbol { symbol(text) } else { string(text) }
    json.add(#","val":"#)
  }

  /// Ends an item of a map or instance.
  mutating func nextKey() { json.add("},") }

  /// Ends a vector or map, which has an item.
  mutating func close() { json.replaceLast(with: "]}") }

  /// Ends a map without items.
  mutating func closeEmpty() { json.add("]}") }

  private mutating func member(_ name: String, quoted text: String) {
    json.add("{\"")
    json.add(name)
    json.add("\":\"")
    json.add(text)
    json.add("\"}")
  }

  private mutating func wide(_ name: String, _ high: UInt64, _ low: UInt64) {
    json.add("{\"")
    json.add(name)
    json.add("\":\"")
    json.add(high: high, low: low)
    json.add("\"}")
  }

  private mutating func tag(_ number: UInt32) { xdr.append(bigEndian: number) }
  private mutating func word(_ number: UInt64) {
    xdr.append(bigEndian: UInt32(truncatingIfNeeded: number &>> 32))
    xdr.append(bigEndian: UInt32(truncatingIfNeeded: number))
  }

  private mutating func opaque(_ text: String) {
    let count = text.utf8.count
    tag(UInt32(count))
    xdr.append(contentsOf: text.utf8)
    for _ in 0..<(4 - count % 4) % 4 { xdr.append(0) }
  }
}

extension [UInt8] {
  mutating func append(bigEndian number: UInt32) {
    append(UInt8(truncatingIfNeeded: number &>> 24))
    append(UInt8(truncatingIfNeeded: number &>> 16))
    append(UInt8(truncatingIfNeeded: number &>> 8))
    append(UInt8(truncatingIfNeeded: number))
  }
}
