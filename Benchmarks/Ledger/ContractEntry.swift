/// An entry of a contract's data, as it is after a change: what a message tells.
///
/// Kinds and their shares are those of a real file of 84 entries: of 84, 64 are under a U128, 10 under a vector, 8 are
/// a contract's own data and 2 are under a U32; values are of the shapes found there.
struct ContractEntry {
  private(set) var contract: LedgerAddress
  private(set) var keyType = ""
  private(set) var isPersistent = false
  private(set) var change = 0
  private(set) var isDeleted = false
  /// How many ledgers ago it was modified, if that was an earlier one.
  private(set) var age = 0
  /// The SHA-256 of its key, or so it looks.
  private(set) var hash: [UInt8] = []
  private(set) var asset: LedgerCast.Asset?
  private(set) var holder: LedgerAddress?
  private(set) var balance: UInt64 = 0
  private(set) var key = ContractValue()
  private(set) var value = ContractValue()

  private static let names = [
    "BTC", "ETH", "USDT", "XRP", "SOL", "USDC", "ADA", "AVAX", "DOT", "EURC",
  ]

  init(_ cast: LedgerCast) { contract = cast.oracles[0].address }

  /// A price: the `index`th of a round that is called `round`, by one of two ways to make a key.
  mutating func price(
    of oracle: LedgerCast.Contract, round: UInt64, index: UInt64, isRoundFirst: Bool,
    _ random: inout Random
  ) {
    begin(oracle.address, "U128", isPersistent: false, change: 0, random.bytes(32))
    key.u128(high: isRoundFirst ? round : index, low: isRoundFirst ? index : round)
    value.i128(random.amount())
  }

  /// A contract's own data.
  mutating func instance(of contract: LedgerCast.Contract, round: UInt64, _ random: inout Random) {
    begin(
      contract.address, "LedgerKeyContractInstance", isPersistent: true, change: 1,
      contract.instanceHash)
    key.instanceKey()
    value.openInstance(code: contract.code, 2 + contract.nameCount)
    value.key("last_timestamp", isSymbol: false)
    value.u64(round)
    value.nextKey()
    value.key("period", isSymbol: false)
    value.u64(UInt64(random.within(1...288)) * 300_000)
    value.nextKey()
    for index in 0..<contract.nameCount {
      value.key(Self.names[index])
      value.u32(UInt32(index))
      value.nextKey()
    }
    value.closeInstance()
  }

  /// The own data of an asset's contract.
  mutating func instance(of asset: LedgerCast.Asset, _ random: inout Random) {
    begin(
      asset.contract.address, "LedgerKeyContractInstance", isPersistent: true, change: 1,
      asset.contract.instanceHash)
    self.asset = asset
    key.instanceKey()
    value.openInstance(code: nil, 2)
    value.key("METADATA")
    value.openMap(3)
    value.key("decimal")
    value.u32(7)
    value.nextKey()
    value.key("name")
    value.string(asset.code)
    value.nextKey()
    value.key("symbol")
    value.string(asset.code)
    value.nextKey()
    value.close()
    value.nextKey()
    value.key("supply")
    value.i128(random.amount())
    value.nextKey()
    value.closeInstance()
  }

  /// What a contract holds of a token.
  mutating func balance(of cast: LedgerCast, _ random: inout Random) {
    let number = random.skewed(cast.tokens.count)
    let holder = random.skewed(cast.holders.count)
    begin(
      cast.tokens[number].address, "Vec", isPersistent: true, change: 1,
      Self.hash(number, holder))
    self.holder = cast.holders[holder]
    balance = random.amount() / 1_000 * 1_000
    key.openVector(2)
    key.symbol("Balance")
    key.next()
    key.address(cast.holders[holder])
    key.next()
    key.close()
    value.openMap(3)
    value.key("amount")
    value.i128(balance)
    value.nextKey()
    value.key("authorized")
    value.bool(true)
    value.nextKey()
    value.key("clawback")
    value.bool(random.chance(50))
    value.nextKey()
    value.close()
  }

  /// What a contract holds of something for an account, which is no balance of an asset.
  mutating func deposit(of cast: LedgerCast, _ random: inout Random) {
    let number = random.skewed(cast.tokens.count)
    let account = random.skewed(cast.accounts.count)
    begin(
      cast.tokens[number].address, "Vec", isPersistent: true, change: 1,
      Self.hash(number, 1 << 20 + account))
    key.openVector(3)
    key.symbol("Balance")
    key.next()
    key.address(cast.holders[random.skewed(cast.holders.count)])
    key.next()
    key.address(cast.accounts[account])
    key.next()
    key.close()
    value.i128(random.amount())
  }

  /// A token that has a new owner.
  mutating func token(of cast: LedgerCast, _ random: inout Random) {
    let number = random.skewed(cast.markets.count)
    let token = random.within(1...9_999)
    begin(
      cast.markets[number].address, "Vec", isPersistent: true, change: 1,
      Self.hash(2 << 20 + number, token))
    key.openVector(2)
    key.symbol("Token")
    key.next()
    key.u32(UInt32(token))
    key.next()
    key.close()
    value.openMap(3)
    value.key("approvals")
    value.openMap(0)
    value.closeEmpty()
    value.nextKey()
    value.key("owner")
    value.address(cast.accounts[random.skewed(cast.accounts.count)])
    value.nextKey()
    value.key("token_uri")
    value.string("ipfs://sample\(number)of\(number &* 7_919)/\(token).json")
    value.nextKey()
    value.close()
  }

  /// An offer that is gone.
  mutating func offer(of cast: LedgerCast, closed: Int, _ random: inout Random) {
    begin(
      cast.markets[random.skewed(cast.markets.count)].address, "Vec", isPersistent: false,
      change: 2, random.bytes(32))
    isDeleted = true
    age = 1 + random.skewed(100_000)
    key.openVector(3)
    key.symbol("Ask")
    key.next()
    key.address(cast.markets[random.skewed(cast.markets.count)].address)
    key.next()
    key.u32(UInt32(random.within(1...9_999)))
    key.next()
    key.close()
    value.openMap(4)
    value.key("expires_at")
    value.u64(UInt64(closed + random.within(0...604_800)))
    value.nextKey()
    value.key("price")
    value.openMap(2)
    value.key("amount")
    value.i128(UInt64(random.within(1...10_000)) * 10_000_000)
    value.nextKey()
    value.key("asset")
    value.address(cast.assets[random.skewed(cast.assets.count)].contract.address)
    value.nextKey()
    value.close()
    value.nextKey()
    value.key("reserve_for")
    value.void()
    value.nextKey()
    value.key("seller")
    value.address(cast.accounts[random.skewed(cast.accounts.count)])
    value.nextKey()
    value.close()
  }

  /// What a transfer to another chain costs.
  mutating func fee(of cast: LedgerCast, _ random: inout Random) {
    let number = random.skewed(cast.feeders.count)
    let chain = random.within(1...12)
    begin(
      cast.feeders[number].address, "U32", isPersistent: false, change: 1,
      Self.hash(3 << 20 + number, chain))
    key.u32(UInt32(chain))
    value.openMap(2)
    value.key("gas_price")
    value.u128(high: 0, low: random.amount())
    value.nextKey()
    value.key("price")
    value.u128(high: random.next() &>> 54, low: random.next())
    value.nextKey()
    value.close()
  }

  private mutating func begin(
    _ contract: LedgerAddress, _ keyType: String, isPersistent: Bool, change: Int, _ hash: [UInt8]
  ) {
    self.contract = contract
    self.keyType = keyType
    self.isPersistent = isPersistent
    self.change = change
    self.hash = hash
    isDeleted = false
    age = 0
    asset = nil
    holder = nil
    key.clear()
    value.clear()
  }

  /// The hash of a key that comes again.
  private static func hash(_ one: Int, _ other: Int) -> [UInt8] {
    var random = Random(seed: UInt64(one) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(other))
    return random.bytes(32)
  }
}

extension Random {
  /// A number of any size.
  fileprivate mutating func amount() -> UInt64 {
    next() &>> UInt64(within(2...34))
  }
}
