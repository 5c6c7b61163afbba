/// An account's or a contract's address.
struct LedgerAddress {
  /// The 32 bytes of it.
  let key: [UInt8]
  /// As XDR, with its kind in front.
  let xdr: [UInt8]
  /// As people see it: 56 digits of Base32, of which the first says the kind and the last four are a checksum.
  let text: [UInt8]

  enum Kind { case account, contract }

  private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

  /// A made-up one.
  init(_ kind: Kind, _ random: inout Random) {
    key = random.bytes(32)
    xdr = (kind == .account ? [0, 0, 0, 0, 0, 0, 0, 0] : [0, 0, 0, 1]) + key
    var bytes: [UInt8] = [kind == .account ? 6 << 3 : 2 << 3] + key
    let sum = Self.checksum(bytes)
    bytes += [UInt8(truncatingIfNeeded: sum), UInt8(truncatingIfNeeded: sum >> 8)]
    var text: [UInt8] = []
    var word = 0
    var bits = 0
    for byte in bytes {
      word = (word << 8 | Int(byte)) & 0xFFFF
      bits += 8
      while bits >= 5 {
        bits -= 5
        text.append(Self.digits[word >> bits & 31])
      }
    }
    self.text = text
  }

  /// CRC-16 of XMODEM.
  private static func checksum(_ bytes: [UInt8]) -> UInt16 {
    var sum: UInt16 = 0
    for byte in bytes {
      sum ^= UInt16(byte) << 8
      for _ in 0..<8 { sum = sum & 0x8000 == 0 ? sum << 1 : sum << 1 ^ 0x1021 }
    }
    return sum
  }
}

extension Random {
  /// Random bytes, `count` of them, a multiple of eight.
  mutating func bytes(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for _ in 0..<count / 8 {
      let word = next()
      bytes.append(bigEndian: UInt32(truncatingIfNeeded: word &>> 32))
      bytes.append(bigEndian: UInt32(truncatingIfNeeded: word))
    }
    return bytes
  }
}

/// Who takes part in the ledger; few do most of it.
struct LedgerCast {
  /// A contract, the hash of the code it runs, and what its instance's key hashes to.
  struct Contract {
    let address: LedgerAddress
    let code: [UInt8]
    let instanceHash: [UInt8]
    /// How many names its instance has in store.
    let nameCount: Int
  }

  /// An asset of the ledger, and the contract that stands for it.
  struct Asset {
    let contract: Contract
    let code: String
    let issuer: LedgerAddress
    var type: String { code.utf8.count > 4 ? "credit_alphanum12" : "credit_alphanum4" }
  }

  /// Those that publish prices, keep balances, sell tokens, and publish fees.
  let oracles: [Contract]
  let tokens: [Contract]
  let markets: [Contract]
  let feeders: [Contract]
  let assets: [Asset]
  let accounts: [LedgerAddress]
  let holders: [LedgerAddress]

  init(seed: UInt64) {
    var random = Random(seed: seed)
    let codes = (0..<200).map { _ in random.bytes(32) }
    func contracts(_ count: Int) -> [Contract] {
      (0..<count).map { _ in
        Contract(
          address: LedgerAddress(.contract, &random), code: codes[random.skewed(codes.count)],
          instanceHash: random.bytes(32), nameCount: random.within(0...5))
      }
    }
    oracles = contracts(400)
    tokens = contracts(2_000)
    markets = contracts(1_000)
    feeders = contracts(100)
    let names = contracts(250)
    assets = names.map { contract in
      let letters = (0..<random.within(3...7)).map { _ in
        Character(UnicodeScalar(UInt8(65 + random.within(0...25))))
      }
      return Asset(
        contract: contract, code: String(letters), issuer: LedgerAddress(.account, &random))
    }
    accounts = (0..<30_000).map { _ in LedgerAddress(.account, &random) }
    holders = (0..<10_000).map { _ in LedgerAddress(.contract, &random) }
  }
}
