/// A small generator of pseudo-random numbers: the same for the same seed on every machine.
struct Random {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// The next 64 bits (SplitMix64).
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z &>> 31)
  }

  /// A whole number of `range`, each equally likely.
  mutating func within(_ range: ClosedRange<Int>) -> Int {
    let count = UInt64(range.upperBound &- range.lowerBound &+ 1)
    return range.lowerBound &+ Int(next().multipliedFullWidth(by: count).high)
  }

  /// One of `choices`.
  mutating func pick<T>(_ choices: [T]) -> T { choices[within(0...choices.count - 1)] }
}
