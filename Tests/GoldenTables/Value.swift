/// A value of a table as a tree, apart from everything the engine does with values: what a golden
/// file is made from, and what a reader of it is held against.
package indirect enum Value: Hashable, Sendable {
  case null
  case boolean(Bool)
  case int32(Int32)
  case int64(Int64)
  /// The bits of a FLOAT, so that every NaN stays itself.
  case float(UInt32)
  /// The bits of a DOUBLE.
  case double(UInt64)
  /// BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY and INT96.
  case bytes([UInt8])
  /// The elements of a LIST, or of a field that repeats without one.
  case list([Value])
  /// The fields of a group.
  case group([Value])
  /// The entries of a MAP, each the fields of its `key_value` group.
  case map([[Value]])

  package static func text(_ text: String) -> Value { .bytes([UInt8](text.utf8)) }
  package static func float(_ value: Float) -> Value { .float(value.bitPattern) }
  package static func double(_ value: Double) -> Value { .double(value.bitPattern) }
}

/// A small generator with a fixed sequence for each seed (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// True once in `n` times.
  package mutating func oneIn(_ n: Int) -> Bool { next() % UInt64(n) == 0 }

  /// One of `range`.
  package mutating func pick(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  /// One of `elements`.
  package mutating func pick<T>(_ elements: [T]) -> T { elements[pick(0...elements.count - 1)] }
}
