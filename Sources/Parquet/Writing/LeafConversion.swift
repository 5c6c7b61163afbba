/// How the values of a leaf become those of a type that its profile's target reads.
enum LeafConversion: Hashable, Sendable {
  /// The same numbers in the width that the type has in the file.
  case widening
  /// Nanoseconds to microseconds, where these are whole.
  case nanosToMicros
  case unsigned32ToInt64
  /// To nine bytes, big-endian.
  case unsigned64ToDecimal
  /// To two's complement of so many bytes, big-endian.
  case fixedDecimal(byteCount: Int)
  case halfToFloat
  /// To `8-4-4-4-12` in lower case.
  case uuidText
  /// To `23:59:59.123456`, with as many decimals as the unit has.
  case timeText(TimeUnit)

  /// The values, or the number of the first one that cannot become one, with why.
  enum Outcome {
    case values(ColumnValues)
    case misfit(index: Int, reason: String)
  }

  /// `values` of `leaf`, converted; a dictionary stays one.
  func apply(_ values: ColumnValues, _ leaf: Leaf) -> Outcome {
    if case .dictionary(let indices, let dictionary) = values.form,
      case .values(let entries) = apply(dictionary, leaf)
    {
      return .values(ColumnValues(uncheckedIndices: indices, dictionary: entries))
    }
    // An entry that does not fit may be one that no value uses.
    let plain = values.plainForm(leaf)
    switch self {
    case .widening: return .values(plain)
    case .nanosToMicros: return LeafConversion.microseconds(plain)
    case .unsigned32ToInt64:
      return LeafConversion.fixed(plain, width: 8) { i, output in
        output.append(UInt64(plain.number(at: i, as: UInt32.self)))
      }
    case .unsigned64ToDecimal:
      return LeafConversion.fixed(plain, width: 9) { i, output in
        output.append(UInt8(0))
        output.append(plain.number(at: i, as: UInt64.self).bigEndian)
      }
    case .fixedDecimal(let byteCount): return LeafConversion.decimal(plain, byteCount)
    case .halfToFloat:
      return LeafConversion.fixed(plain, width: 4) { i, output in
        output.append(LeafConversion.single(plain.number(at: i, as: UInt16.self)))
      }
    case .uuidText: return LeafConversion.uuidText(plain)
    case .timeText(let unit): return LeafConversion.timeText(plain, unit)
    }
  }

  private static func fixed(
    _ values: ColumnValues, width: Int, _ append: (Int, inout ByteBuffer) -> Void
  ) -> Outcome {
    var output = ByteBuffer(capacity: values.count * width)
    for i in 0..<values.count { append(i, &output) }
    return .values(.fixed(width: width, output.freeze()))
  }

  private static func microseconds(_ values: ColumnValues) -> Outcome {
    var output = ByteBuffer(capacity: values.count * 8)
    for i in 0..<values.count {
      let (micros, rest) = values.number(at: i, as: Int64.self).quotientAndRemainder(
        dividingBy: 1000)
      guard rest == 0 else {
        return .misfit(
          index: i,
          reason: "\(values.number(at: i, as: Int64.self)) ns is no whole number of microseconds")
      }
      output.append(micros)
    }
    return .values(.fixed(width: 8, output.freeze()))
  }

  /// The bits of the FLOAT that a half is; NaN keeps its payload.
  private static func single(_ bits: UInt16) -> UInt32 {
    if bits & 0x7C00 == 0x7C00 {
      return UInt32(bits & 0x8000) << 16 | 0x7F80_0000 | UInt32(bits & 0x3FF) << 13
    }
    return Float(Double(halfPrecision: bits)).bitPattern
  }

  private static func decimal(_ values: ColumnValues, _ byteCount: Int) -> Outcome {
    var output = ByteBuffer(capacity: values.count * byteCount)
    for i in 0..<values.count {
      let bytes: [UInt8]
      switch values.form {
      case .fixed(width: 4, _):
        bytes = bigEndian(Int64(values.number(at: i, as: Int32.self)))
      case .fixed(width: 8, _): bytes = bigEndian(values.number(at: i, as: Int64.self))
      default: bytes = values.bytes(at: i).array()
      }
      let fill: UInt8 = (bytes.first ?? 0) >= 0x80 ? 0xFF : 0
      let excess = max(bytes.count - byteCount, 0)
      let rest = bytes.dropFirst(excess)
      guard bytes.prefix(excess).allSatisfy({ $0 == fill }),
        excess == 0 || ((rest.first ?? 0) >= 0x80) == (fill == 0xFF)
      else {
        return .misfit(index: i, reason: "a value has more digits than its type's precision")
      }
      output.append(repeating: fill, count: byteCount - rest.count)
      for byte in rest { output.append(byte) }
    }
    return .values(.fixed(width: byteCount, output.freeze()))
  }

  private static func bigEndian(_ number: Int64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> Int64(56 - 8 * $0)) }
  }

  private static func uuidText(_ values: ColumnValues) -> Outcome {
    let digits = Array("0123456789abcdef".utf8)
    return .values(
      text(values.count, byteCount: 36) { i, output in
        for (place, byte) in values.bytes(at: i).array().enumerated() {
          if [4, 6, 8, 10].contains(place) { output.append(UInt8(ascii: "-")) }
          output.append(digits[Int(byte >> 4)])
          output.append(digits[Int(byte & 15)])
        }
      })
  }

  private static func timeText(_ values: ColumnValues, _ unit: TimeUnit) -> Outcome {
    func number(_ i: Int) -> Int64 {
      unit == .milliseconds ? Int64(values.number(at: i, as: Int32.self)) : values.number(at: i)
    }
    for i in 0..<values.count where !(0..<86_400 * unit.perSecond).contains(number(i)) {
      return .misfit(index: i, reason: "\(number(i)) \(unit.name) is no time of day")
    }
    let decimals = unit == .milliseconds ? 3 : unit == .microseconds ? 6 : 9
    return .values(
      text(values.count, byteCount: 18) { i, output in
        let (seconds, fraction) = number(i).quotientAndRemainder(dividingBy: unit.perSecond)
        for (part, separator) in [
          (seconds / 3600, ":"), (seconds / 60 % 60, ":"), (seconds % 60, "."),
        ] {
          append(part, digits: 2, to: &output)
          for byte in separator.utf8 { output.append(byte) }
        }
        append(fraction, digits: decimals, to: &output)
      })
  }

  private static func append(_ number: Int64, digits: Int, to output: inout ByteBuffer) {
    var power = (1..<digits).reduce(Int64(1)) { product, _ in product * 10 }
    while power > 0 {
      output.append(UInt8(truncatingIfNeeded: 48 + number / power % 10))
      power /= 10
    }
  }

  private static func text(
    _ count: Int, byteCount: Int, _ append: (Int, inout ByteBuffer) -> Void
  ) -> ColumnValues {
    var output = ByteBuffer(capacity: count * byteCount)
    var ends = ByteBuffer(capacity: 4 * count + 4)
    ends.append(UInt32(0))
    for i in 0..<count {
      append(i, &output)
      ends.append(UInt32(output.count))
    }
    return ColumnValues(uncheckedOffsets: ends.freeze(), bytes: output.freeze(), isText: true)
  }
}
