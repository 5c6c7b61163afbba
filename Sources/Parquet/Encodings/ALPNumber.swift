/// A floating-point type that ALP encodes, with what is its own of the encoding.
///
/// Specification: AlpEncoding.md; rule E8.
protocol ALPNumber: BinaryFloatingPoint, BitwiseCopyable {
  /// The integers that values become.
  associatedtype Integer: FixedWidthInteger & SignedInteger & BitwiseCopyable
  /// The bits of a value, and of a difference of integers.
  associatedtype Bits: FixedWidthInteger & UnsignedInteger & BitwiseCopyable

  /// 10⁰, 10¹, … up to the largest exponent, each the nearest value there is.
  static var powers: [Self] { get }
  /// 10⁰, 10⁻¹, … down to the largest exponent, each the nearest value there is.
  static var inversePowers: [Self] { get }
  /// The least power of two from which on every value is a whole number: added to a smaller value of
  /// its sign and taken away again, it leaves the nearest whole number.
  static var wholeLimit: Self { get }
  /// The least power of two that ``Integer`` does not hold.
  static var integerLimit: Self { get }

  var bits: Bits { get }
  /// This value without its fraction.
  ///
  /// - Precondition: it is less than ``integerLimit`` either way.
  var integer: Integer { get }
  /// The value nearest to `integer`.
  init(nearest integer: Integer)
}

extension ALPNumber {
  /// The largest exponent of ten.
  static var largestExponent: Int { powers.count - 1 }
}

// Powers are literals, as the specification demands: computed ones are off by a bit here and there.

extension Float: ALPNumber {
  static let powers: [Float] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10]
  static let inversePowers: [Float] = [
    1e0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10,
  ]
  static var wholeLimit: Float { 0x1p23 }
  static var integerLimit: Float { 0x1p31 }

  var bits: UInt32 { bitPattern }
  @inline(__always) var integer: Int32 { Int32(self) }
  @inline(__always) init(nearest integer: Int32) { self = Float(integer) }
}

extension Double: ALPNumber {
  static let powers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18,
  ]
  static let inversePowers: [Double] = [
    1e0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13, 1e-14,
    1e-15, 1e-16, 1e-17, 1e-18,
  ]
  static var wholeLimit: Double { 0x1p52 }
  static var integerLimit: Double { 0x1p63 }

  var bits: UInt64 { bitPattern }
  @inline(__always) var integer: Int64 { Int64(self) }
  @inline(__always) init(nearest integer: Int64) { self = Double(integer) }
}

/// The two powers of ten by which a vector's values become integers: value · 10ᵉ · 10⁻ᶠ.
struct ALPScale: Hashable {
  /// e.
  var exponent: Int
  /// f, at most e.
  var factor: Int
}

/// An ``ALPScale`` with its powers at hand.
struct ALPScaling<Number: ALPNumber> {
  private let up: Number
  private let down: Number
  private let backUp: Number
  private let backDown: Number

  init(_ scale: ALPScale) {
    up = Number.powers[scale.exponent]
    down = Number.inversePowers[scale.factor]
    backUp = Number.powers[scale.factor]
    backDown = Number.inversePowers[scale.exponent]
  }

  /// The value that `integer` stands for: two multiplications in this order, as every reader does them.
  @inline(__always)
  func value(of integer: Number.Integer) -> Number {
    Number(nearest: integer) * backUp * backDown
  }

  /// The integer that stands for `value`; nil where none does, bit for bit.
  @inline(__always)
  func integer(of value: Number) -> Number.Integer? {
    let scaled = value * up * down
    let magnitude = abs(scaled)
    // No comparison with NaN holds.
    guard magnitude < Number.integerLimit else { return nil }
    let limit = Number(signOf: scaled, magnitudeOf: Number.wholeLimit)
    let rounded = magnitude < Number.wholeLimit ? (scaled + limit) - limit : scaled
    let integer = rounded.integer
    return self.value(of: integer).bits == value.bits ? integer : nil
  }
}
