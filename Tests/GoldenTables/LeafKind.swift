package import Parquet

/// A type a leaf can have, with the values it can take.
package struct LeafKind: Sendable {
  /// A name for its columns.
  package let name: String
  package let physicalType: PhysicalType
  package let logicalType: LogicalType?
  /// The values most likely to go wrong.
  package let extremes: [Value]
  /// A legal value made from 64 bits: small numbers make values that ascend as they do.
  package let make: @Sendable (UInt64) -> Value
  /// Whether a value exists; UNKNOWN has none.
  package var hasValues: Bool { logicalType != .unknown }
  package var isNumberWithNaN: Bool {
    physicalType == .float || physicalType == .double || logicalType == .float16
  }
  /// Whether some reader opens no file that has such a column: DuckDB with BSON, Polars with INTERVAL.
  package var isUncommon: Bool { logicalType == .bson || logicalType == .interval }

  init(
    _ name: String, _ physicalType: PhysicalType, _ logicalType: LogicalType? = nil,
    extremes: [Value], _ make: @escaping @Sendable (UInt64) -> Value
  ) {
    self.name = name
    self.physicalType = physicalType
    self.logicalType = logicalType
    self.extremes = extremes
    self.make = make
  }

  /// A field of this kind. UNKNOWN is always optional.
  package func field(
    _ name: String? = nil, _ repetition: Repetition = .required, fieldID: Int32? = nil
  ) -> SchemaField {
    SchemaField(
      name ?? self.name, physicalType, hasValues ? repetition : .optional,
      logicalType: logicalType, fieldID: fieldID)
  }

  /// Every kind.
  package static let all: [LeafKind] =
    physical + integers + times + decimals + texts + fixed

  static let physical: [LeafKind] = [
    LeafKind("boolean", .boolean, extremes: [.boolean(false), .boolean(true)]) {
      .boolean($0 & 1 == 1)
    },
    LeafKind("int32", .int32, extremes: [.int32(.min), .int32(.max), .int32(0), .int32(-1)]) {
      .int32(Int32(truncatingIfNeeded: $0))
    },
    LeafKind("int64", .int64, extremes: [.int64(.min), .int64(.max), .int64(0), .int64(-1)]) {
      .int64(Int64(bitPattern: $0))
    },
    LeafKind(
      "int96", .int96, extremes: [int96(julianDay: 2_440_588, nanoseconds: 0)]
    ) {
      int96(julianDay: 2_440_588 + UInt32($0 >> 20 % 40_000), nanoseconds: $0 % 86_400_000_000_000)
    },
    LeafKind(
      "float", .float,
      extremes: [
        .float(Float.infinity), .float(-Float.infinity), .float(-0.0), .float(Float(0)),
        .float(Float.leastNonzeroMagnitude), .float(Float.greatestFiniteMagnitude),
        .float(0x7FC0_0000 as UInt32), .float(0xFFC0_1234 as UInt32), .float(0x7F80_0001 as UInt32),
      ]
    ) { .float($0 < 1 << 24 ? Float($0).bitPattern : UInt32(truncatingIfNeeded: $0)) },
    LeafKind(
      "double", .double,
      extremes: [
        .double(Double.infinity), .double(-Double.infinity), .double(-0.0), .double(Double(0)),
        .double(Double.leastNonzeroMagnitude), .double(Double.greatestFiniteMagnitude),
        .double(0x7FF8_0000_0000_0000 as UInt64), .double(0xFFF8_0000_0000_1234 as UInt64),
        .double(0x7FF0_0000_0000_0001 as UInt64),
      ]
    ) { .double($0 < 1 << 53 ? Double($0).bitPattern : $0) },
    LeafKind(
      "binary", .byteArray,
      extremes: [
        .bytes([]), .bytes([0]), .bytes([0xFF]), .bytes([UInt8](repeating: 0xFF, count: 70)),
        .bytes([UInt8](repeating: 7, count: 63) + [0xFF, 0xFF, 1]),
      ]
    ) { .bytes(someBytes($0)) },
    LeafKind(
      "fixed5", .fixedLengthByteArray(byteCount: 5),
      extremes: [.bytes([0, 0, 0, 0, 0]), .bytes([255, 255, 255, 255, 255])]
    ) { .bytes(bigEndian($0, 5)) },
    LeafKind("unknown", .int32, .unknown, extremes: []) { _ in .null },
  ]

  static let integers: [LeafKind] = [
    LeafKind(
      "int8", .int32, .integer(bitWidth: 8, isSigned: true),
      extremes: [.int32(-128), .int32(127), .int32(0)]
    ) { .int32(Int32(Int8(truncatingIfNeeded: $0))) },
    LeafKind(
      "int16", .int32, .integer(bitWidth: 16, isSigned: true),
      extremes: [.int32(-32_768), .int32(32_767), .int32(0)]
    ) { .int32(Int32(Int16(truncatingIfNeeded: $0))) },
    LeafKind(
      "signed32", .int32, .integer(bitWidth: 32, isSigned: true),
      extremes: [.int32(.min), .int32(.max)]
    ) { .int32(Int32(truncatingIfNeeded: $0)) },
    LeafKind(
      "signed64", .int64, .integer(bitWidth: 64, isSigned: true),
      extremes: [.int64(.min), .int64(.max)]
    ) { .int64(Int64(bitPattern: $0)) },
    LeafKind(
      "uint8", .int32, .integer(bitWidth: 8, isSigned: false), extremes: [.int32(0), .int32(255)]
    ) { .int32(Int32(UInt8(truncatingIfNeeded: $0))) },
    LeafKind(
      "uint16", .int32, .integer(bitWidth: 16, isSigned: false),
      extremes: [.int32(0), .int32(65_535)]
    ) { .int32(Int32(UInt16(truncatingIfNeeded: $0))) },
    LeafKind(
      "uint32", .int32, .integer(bitWidth: 32, isSigned: false),
      extremes: [.int32(0), .int32(-1), .int32(.max), .int32(.min)]
    ) { .int32(Int32(truncatingIfNeeded: $0)) },
    LeafKind(
      "uint64", .int64, .integer(bitWidth: 64, isSigned: false),
      extremes: [.int64(0), .int64(-1), .int64(.max), .int64(.min)]
    ) { .int64(Int64(bitPattern: $0)) },
  ]

  static let times: [LeafKind] =
    [
      LeafKind(
        "date", .int32, .date, extremes: [.int32(0), .int32(-719_162), .int32(2_932_896)]
      ) { .int32(Int32($0 % 40_000)) }
    ]
    + [TimeUnit.milliseconds, .microseconds, .nanoseconds].flatMap { unit in
      [true, false].flatMap { utc in [time(unit, utc), timestamp(unit, utc)] }
    }

  private static func unitName(_ unit: TimeUnit) -> String {
    switch unit {
    case .milliseconds: "millis"
    case .microseconds: "micros"
    case .nanoseconds: "nanos"
    }
  }

  private static func time(_ unit: TimeUnit, _ utc: Bool) -> LeafKind {
    let day = UInt64(86_400 * unit.perSecond)
    let name = "time_\(unitName(unit))_\(utc ? "utc" : "local")"
    let type = LogicalType.time(isAdjustedToUTC: utc, unit: unit)
    if unit == .milliseconds {
      return LeafKind(name, .int32, type, extremes: [.int32(0), .int32(Int32(day - 1))]) {
        .int32(Int32($0 % day))
      }
    }
    return LeafKind(name, .int64, type, extremes: [.int64(0), .int64(Int64(day - 1))]) {
      .int64(Int64($0 % day))
    }
  }

  private static func timestamp(_ unit: TimeUnit, _ utc: Bool) -> LeafKind {
    // From 1900 to 2100 in every unit; the extremes go to the end of the type.
    let span = UInt64(200 * 365 * 86_400) * UInt64(unit.perSecond)
    let first = -2_208_988_800 * unit.perSecond
    return LeafKind(
      "timestamp_\(unitName(unit))_\(utc ? "utc" : "local")", .int64,
      .timestamp(isAdjustedToUTC: utc, unit: unit),
      extremes: [.int64(0), .int64(-1), .int64(.min), .int64(.max)]
    ) { .int64(first + Int64($0 % span)) }
  }

  static let decimals: [LeafKind] = [
    LeafKind(
      "decimal9", .int32, .decimal(precision: 9, scale: 2),
      extremes: [.int32(-999_999_999), .int32(999_999_999), .int32(0)]
    ) { .int32(Int32($0 % 2_000_000_000) % 1_000_000_000) },
    LeafKind(
      "decimal18", .int64, .decimal(precision: 18, scale: 18),
      extremes: [.int64(-999_999_999_999_999_999), .int64(999_999_999_999_999_999)]
    ) { .int64(Int64(bitPattern: $0) % 1_000_000_000_000_000_000) },
    LeafKind(
      "decimal6_fixed", .fixedLengthByteArray(byteCount: 3), .decimal(precision: 6, scale: 0),
      extremes: [.bytes(bigEndian(Int64(-999_999), 3)), .bytes(bigEndian(Int64(999_999), 3))]
    ) { .bytes(bigEndian(Int64($0 % 2_000_000) - 1_000_000 + ($0 % 2_000_000 == 0 ? 1 : 0), 3)) },
    LeafKind(
      "decimal38_fixed", .fixedLengthByteArray(byteCount: 16), .decimal(precision: 38, scale: 10),
      extremes: [
        .bytes(bigEndian(Int64(-1), 16)), .bytes(nines(38, 16)), .bytes(negated(nines(38, 16))),
      ]
    ) { .bytes(bigEndian(Int64(bitPattern: $0), 16)) },
    LeafKind(
      "decimal76_fixed", .fixedLengthByteArray(byteCount: 32), .decimal(precision: 76, scale: 5),
      extremes: [
        .bytes(bigEndian(Int64(-1), 32)), .bytes(nines(76, 32)), .bytes(negated(nines(76, 32))),
      ]
    ) { .bytes(bigEndian(Int64(bitPattern: $0), 32)) },
    LeafKind(
      "decimal30_bytes", .byteArray, .decimal(precision: 30, scale: 5),
      extremes: [
        .bytes([0]), .bytes([0xFF]), .bytes(nines(30, 13)), .bytes(negated(nines(30, 13))),
      ]
    ) { .bytes(shortest(bigEndian(Int64(bitPattern: $0), 9))) },
  ]

  static let texts: [LeafKind] = [
    LeafKind(
      "string", .byteArray, .string,
      extremes: [
        .text(""), .text("\u{0}"), .text("\u{10FFFF}"), .text("\u{D7FF}"), .text("é"),
        .text(String(repeating: "\u{10FFFF}", count: 20)),
        .text(String(repeating: "x", count: 63) + "é"),
      ]
    ) { .text(someText($0)) },
    LeafKind("enum", .byteArray, .enumeration, extremes: [.text("A"), .text("B")]) {
      .text(["CLUBS", "DIAMONDS", "HEARTS", "SPADES"][Int($0 % 4)])
    },
    LeafKind(
      "json", .byteArray, .json, extremes: [.text("null"), .text("{}"), .text("[1,\"é\"]")]
    ) { .text("{\"k\":\($0 % 100_000)}") },
    LeafKind("bson", .byteArray, .bson, extremes: [.bytes([5, 0, 0, 0, 0])]) {
      // { "a": int32 }
      .bytes([12, 0, 0, 0, 0x10, 0x61, 0] + bigEndian($0, 4) + [0])
    },
  ]

  static let fixed: [LeafKind] = [
    LeafKind(
      "uuid", .fixedLengthByteArray(byteCount: 16), .uuid,
      extremes: [
        .bytes([UInt8](repeating: 0, count: 16)), .bytes([UInt8](repeating: 0xFF, count: 16)),
      ]
    ) { .bytes(bigEndian($0 &* 0x9E37_79B9_7F4A_7C15, 8) + bigEndian($0, 8)) },
    LeafKind(
      "float16", .fixedLengthByteArray(byteCount: 2), .float16,
      extremes: [
        .bytes([0, 0]), .bytes([0, 0x80]), .bytes([0, 0x7C]), .bytes([0, 0xFC]), .bytes([0, 0x7E]),
        .bytes([1, 0]), .bytes([0xFF, 0x7B]), .bytes([0x12, 0xFE]),
      ]
    ) { .bytes([UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]) },
    LeafKind(
      "interval", .fixedLengthByteArray(byteCount: 12), .interval,
      extremes: [.bytes([UInt8](repeating: 0, count: 12))]
    ) { .bytes([UInt8($0 % 12), 0, 0, 0, UInt8($0 >> 8 % 28), 0, 0, 0] + bigEndian($0 >> 16, 4)) },
  ]
}

// MARK: - Bytes of values

private func int96(julianDay: UInt32, nanoseconds: UInt64) -> Value {
  .bytes(bigEndian(nanoseconds, 8).reversed() + bigEndian(UInt64(julianDay), 4).reversed())
}

/// The lowest bytes of `number`, sign-extended, the highest first.
private func bigEndian(_ number: Int64, _ byteCount: Int) -> [UInt8] {
  (0..<byteCount).reversed().map { UInt8(truncatingIfNeeded: number >> Int64(min($0 * 8, 63))) }
}

private func bigEndian(_ bits: UInt64, _ byteCount: Int) -> [UInt8] {
  bigEndian(Int64(bitPattern: bits), byteCount)
}

/// The number of `digits` nines, as two's complement of `byteCount` bytes.
private func nines(_ digits: Int, _ byteCount: Int) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: byteCount)
  for _ in 0..<digits {
    var carry = 9
    for i in bytes.indices.reversed() {
      carry += Int(bytes[i]) * 10
      bytes[i] = UInt8(carry & 255)
      carry >>= 8
    }
  }
  return bytes
}

/// Two's complement, negated.
private func negated(_ bytes: [UInt8]) -> [UInt8] {
  var result = bytes.map { ~$0 }
  for i in result.indices.reversed() {
    result[i] &+= 1
    if result[i] != 0 { break }
  }
  return result
}

/// Two's complement without bytes that only repeat the sign.
private func shortest(_ bytes: [UInt8]) -> [UInt8] {
  var bytes = bytes[...]
  while bytes.count > 1, let first = bytes.first, let second = bytes.dropFirst().first,
    (first == 0 && second < 0x80) || (first == 0xFF && second >= 0x80)
  { bytes = bytes.dropFirst() }
  return Array(bytes)
}

/// Few bytes for small numbers, up to 100 for others.
private func someBytes(_ bits: UInt64) -> [UInt8] {
  if bits < 1 << 20 { return bigEndian(bits, 3) }
  var generator = SeededGenerator(seed: bits)
  let count = generator.oneIn(8) ? generator.pick(0...100) : generator.pick(0...12)
  return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
}

/// Digits for small numbers, scalars of one to four bytes for others.
private func someText(_ bits: UInt64) -> String {
  if bits < 1 << 20 {
    let digits = String(bits)
    return "row " + String(repeating: "0", count: 7 - digits.count) + digits
  }
  var generator = SeededGenerator(seed: bits)
  let count = generator.oneIn(8) ? generator.pick(0...60) : generator.pick(0...10)
  var text = ""
  for _ in 0..<count {
    let alphabets: [ClosedRange<Int>] = [
      0x20...0x7E, 0xA0...0x7FF, 0x800...0xD7FF, 0x1_0000...0x10_FFFF,
    ]
    let scalar = generator.pick(alphabets[generator.oneIn(2) ? 0 : generator.pick(0...3)])
    text.unicodeScalars.append(Unicode.Scalar(UInt32(scalar)) ?? "?")
  }
  return text
}
