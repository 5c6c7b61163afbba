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

  /// A number of 0 ..< 1, of 53 random bits.
  mutating func unit() -> Double { Double(next() &>> 11) * 0x1p-53 }

  /// True in `perMille` of 1000 cases.
  mutating func chance(_ perMille: Int) -> Bool { within(0...999) < perMille }

  /// About normally distributed around 0 with deviation 1: the sum of twelve even ones. Only sums and
  /// products, which are the same on every machine.
  mutating func normal() -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += unit() }
    return sum
  }

  /// A number of 0 ..< `count`, small ones far more often than large ones.
  mutating func skewed(_ count: Int) -> Int {
    let u = unit()
    return min(Int(u * u * u * Double(count)), count &- 1)
  }
}

extension Double {
  /// Rounded to `digits` decimals: the double nearest to that decimal number.
  func rounded(decimals digits: Int) -> Double {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    return (self * scale).rounded() / scale
  }
}
