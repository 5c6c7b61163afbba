@testable import Parquet

/// A file of `rows`.
func file<Row>(
  _ rows: [Row], _ mapping: RowMapping<Row>, _ options: WriterOptions = WriterOptions()
) throws -> Bytes {
  let sink = MemorySink()
  let writer = try RowWriter(sink, mapping, options: options)
  try writer.write(contentsOf: rows)
  _ = try writer.finish()
  return sink.bytes
}

/// The rows that come back from a file of `rows`.
func roundTrip<Row>(
  _ rows: [Row], _ mapping: RowMapping<Row>, _ options: WriterOptions = WriterOptions(),
  batchRows: Int = 1_000
) throws -> [Row] {
  let reader = try ParquetReader(MemorySource(file(rows, mapping, options)))
  return try reader.rows(mapping, batchRows: batchRows).all()
}

struct Reading: Equatable, Sendable, Codable {
  var station: Int32
  var name: String?
  var rain: Double?

  static func mapping() throws -> RowMapping<Reading> {
    try RowMapping(Reading.init(station:name:rain:)) {
      Field("station", \.station)
      Field("name", \.name)
      Field("rain", \.rain)
    }
  }
}

/// Numbers of every type, every second one optional.
struct Numbers: Equatable, Sendable, Codable {
  var int8: Int8
  var int16: Int16?
  var int32: Int32
  var int64: Int64?
  var int: Int
  var uint8: UInt8?
  var uint16: UInt16
  var uint32: UInt32?
  var uint64: UInt64
  var float: Float?
  var double: Double
  var half: Float16?

  static func mapping() throws -> RowMapping<Numbers> {
    try RowMapping(Numbers.init) {
      Field("int8", \.int8)
      Field("int16", \.int16)
      Field("int32", \.int32)
      Field("int64", \.int64)
      Field("int", \.int)
      Field("uint8", \.uint8)
      Field("uint16", \.uint16)
      Field("uint32", \.uint32)
      Field("uint64", \.uint64)
      Field("float", \.float)
      Field("double", \.double)
      Field("half", \.half)
    }
  }
}

extension Numbers {
  init(using generator: inout SeededGenerator) {
    func number<T: FixedWidthInteger>(_ generator: inout SeededGenerator) -> T {
      Bool.random(using: &generator)
        ? T.random(in: T.min...T.max, using: &generator)
        : [T.min, T.max, 0, 1][Int.random(in: 0..<4, using: &generator)]
    }
    func maybe<T>(_ value: T, _ generator: inout SeededGenerator) -> T? {
      Int.random(in: 0..<4, using: &generator) == 0 ? nil : value
    }
    int8 = number(&generator)
    int16 = maybe(number(&generator), &generator)
    int32 = number(&generator)
    int64 = maybe(number(&generator), &generator)
    int = number(&generator)
    uint8 = maybe(number(&generator), &generator)
    uint16 = number(&generator)
    uint32 = maybe(number(&generator), &generator)
    uint64 = number(&generator)
    float = maybe(Float.random(in: -1e9...1e9, using: &generator), &generator)
    double = Double.random(in: -1e9...1e9, using: &generator)
    half = maybe(Float16(Int8.random(in: -99...99, using: &generator)) / 8, &generator)
  }
}

enum Weather: String, LeafValue, Codable, CaseIterable { case sun, rain, snow }

enum Level: Int8, LeafValue, Codable, CaseIterable { case low = -1, high = 1 }

/// Sixteen bytes with a meaning of their own.
struct Identifier: LeafValue, Equatable, Codable {
  var bytes: [UInt8]
  static var logicalType: LogicalType? { .uuid }
  var stored: [UInt8] { bytes }
  init?(stored: [UInt8]) { bytes = stored }
}

/// Values of every other type, every second one optional.
struct Others: Equatable, Sendable {
  var flag: Bool?
  var text: String
  var bytes: [UInt8]?
  var hash: [UInt8]
  var id: Identifier?
  var day: Int32
  var time: Int64?
  var price: Int64
  var huge: Int128?
  var weather: Weather
  var level: Level?

  static func mapping() throws -> RowMapping<Others> {
    try RowMapping(Others.init) {
      Field("flag", \.flag)
      Field("text", \.text)
      Field("bytes", \.bytes)
      Field("hash", \.hash, byteCount: 5)
      Field("id", \.id)
      Field("day", \.day, as: .date)
      Field("time", \.time, as: .timestamp(isAdjustedToUTC: true, unit: .microseconds))
      Field("price", \.price, as: .decimal(precision: 15, scale: 2))
      Field("huge", \.huge, as: .decimal(precision: 38, scale: 4))
      Field("weather", \.weather)
      Field("level", \.level)
    }
  }
}

extension Others {
  init(using generator: inout SeededGenerator) {
    func isNull(_ generator: inout SeededGenerator) -> Bool {
      Int.random(in: 0..<4, using: &generator) == 0
    }
    func bytes(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
      (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
    flag = isNull(&generator) ? nil : Bool.random(using: &generator)
    text = String(repeating: "ä€x", count: Int.random(in: 0..<9, using: &generator))
    self.bytes =
      isNull(&generator) ? nil : bytes(Int.random(in: 0..<4, using: &generator), &generator)
    hash = bytes(5, &generator)
    id = isNull(&generator) ? nil : Identifier(stored: bytes(16, &generator))
    day = Int32.random(in: -99...99, using: &generator)
    time = isNull(&generator) ? nil : Int64.random(in: Int64.min...Int64.max, using: &generator)
    price = Int64.random(in: -999_999_999_999_999...999_999_999_999_999, using: &generator)
    let most: Int128 = 99_999_999_999_999_999_999_999_999_999_999_999_999
    huge = isNull(&generator) ? nil : Int128.random(in: -most...most, using: &generator)
    weather = Weather.allCases.randomElement(using: &generator) ?? .sun
    level = isNull(&generator) ? nil : Level.allCases.randomElement(using: &generator)
  }
}

/// Lists of every kind that a field may be.
struct Lists: Equatable, Sendable {
  var a: [Int32]
  var b: [String?]
  var c: [Double]?
  var d: [Int?]?
  var e: [[UInt8]]
  var f: [[Int16?]?]?

  static func mapping() throws -> RowMapping<Lists> {
    try RowMapping(Lists.init) {
      Field("a", \.a)
      Field("b", \.b)
      Field("c", \.c)
      Field("d", \.d)
      Field("e", \.e)
      Field("f", \.f)
    }
  }
}

extension Lists {
  init(using generator: inout SeededGenerator) {
    func isNull(_ generator: inout SeededGenerator) -> Bool {
      Int.random(in: 0..<4, using: &generator) == 0
    }
    func list<T>(
      _ generator: inout SeededGenerator, _ make: (inout SeededGenerator) -> T
    ) -> [T] {
      (0..<Int.random(in: 0..<4, using: &generator)).map { _ in make(&generator) }
    }
    func number<T: FixedWidthInteger>(_ generator: inout SeededGenerator) -> T {
      T.random(in: 0...99, using: &generator)
    }
    a = list(&generator, number)
    b = list(&generator) { isNull(&$0) ? nil : "\(number(&$0) as Int)" }
    c = isNull(&generator) ? nil : list(&generator) { Double(number(&$0) as Int) }
    d = isNull(&generator) ? nil : list(&generator) { isNull(&$0) ? nil : number(&$0) }
    e = list(&generator) { list(&$0, number) }
    f =
      isNull(&generator)
      ? nil
      : list(&generator) {
        isNull(&$0) ? nil : list(&$0) { isNull(&$0) ? nil : number(&$0) }
      }
  }
}
