/// A small generator of pseudo-random numbers (SplitMix64): the same for the same seed on every machine.
public struct Random {
  private var state: UInt64

  /// Numbers that follow from `seed`.
  public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z &>> 31)
  }

  /// A whole number of `range`, each equally likely; its lower bound where it is empty.
  public mutating func within(_ range: Range<Int>) -> Int {
    guard range.count > 0 else { return range.lowerBound }
    let high = next().multipliedFullWidth(by: UInt64(range.count)).high
    return range.lowerBound + Int(high)
  }

  /// Whether something with a chance of one in `count` happens.
  public mutating func chance(oneIn count: Int) -> Bool { within(0..<count) == 0 }

  /// A number below 2^k for a random k: small ones are as likely as large ones.
  public mutating func sized(upTo limit: Int) -> Int {
    guard limit > 0 else { return 0 }
    let bits = within(0..<(Int.bitWidth - limit.leadingZeroBitCount) + 1)
    return min(limit, within(0..<max(1, 1 << bits)))
  }

  /// One of `choices`, of which there is at least one.
  public mutating func pick<T>(_ choices: [T]) -> T { choices[within(0..<choices.count)] }
}
