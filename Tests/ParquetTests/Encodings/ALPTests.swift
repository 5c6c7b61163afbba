import GoldenTables
import Testing

@testable import Parquet

@Suite struct ALPTests {
  // MARK: A slow obvious encoder

  /// Writes `values` in vectors of any size, all by one scale.
  private func reference<Number: ALPNumber>(
    _ values: [Number], logVectorSize: Int, _ scale: ALPScale
  ) -> [UInt8] {
    var page: [UInt8] = [0, 0, UInt8(logVectorSize)] + littleEndian(UInt32(values.count))
    let size = 1 << logVectorSize
    var vectors: [[UInt8]] = []
    for start in stride(from: 0, to: values.count, by: size) {
      let part = Array(values[start..<min(start + size, values.count)])
      let integers = part.map { integer(of: $0, scale) }
      let kept = integers.compactMap { $0 }
      let least = kept.min() ?? 0
      let filled = integers.map { Number.Bits(truncatingIfNeeded: ($0 ?? kept.first ?? 0)) }
      let differences = filled.map { $0 &- Number.Bits(truncatingIfNeeded: least) }
      let width = Number.Bits.bitWidth - (differences.max() ?? 0).leadingZeroBitCount
      let places = integers.indices.filter { integers[$0] == nil }
      var vector = [UInt8(scale.exponent), UInt8(scale.factor)]
      vector += littleEndian(UInt16(places.count))
      vector += littleEndian(Number.Bits(truncatingIfNeeded: least)) + [UInt8(width)]
      var bits: [Bool] = differences.flatMap { word in (0..<width).map { word >> $0 & 1 == 1 } }
      while bits.count % 8 != 0 { bits.append(false) }
      for first in stride(from: 0, to: bits.count, by: 8) {
        vector.append((0..<8).reduce(0) { $0 | (bits[first + $1] ? 1 << UInt8($1) : 0) })
      }
      vector += places.flatMap { littleEndian(UInt16($0)) }
      vector += places.flatMap { littleEndian(part[$0].bits) }
      vectors.append(vector)
    }
    var offset = 4 * vectors.count
    for vector in vectors {
      page += littleEndian(UInt32(offset))
      offset += vector.count
    }
    return page + vectors.joined()
  }

  private func integer<Number: ALPNumber>(of value: Number, _ scale: ALPScale) -> Number.Integer? {
    let scaled =
      (value * Number.powers[scale.exponent] * Number.inversePowers[scale.factor])
      .rounded(.toNearestOrEven)
    guard let integer = Number.Integer(exactly: scaled) else { return nil }
    let back =
      Number(nearest: integer) * Number.powers[scale.factor]
      * Number.inversePowers[scale.exponent]
    return back.bits == value.bits ? integer : nil
  }

  private func littleEndian<T: FixedWidthInteger>(_ word: T) -> [UInt8] {
    (0..<T.bitWidth / 8).map { UInt8(truncatingIfNeeded: word >> T($0 * 8)) }
  }

  private func encoded<Number: ALPNumber>(_ values: [Number], _ scales: [ALPScale]?) -> [UInt8] {
    var output = ByteBuffer()
    unsafe values.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else {
        unsafe withUnsafeTemporaryAllocation(of: Number.self, capacity: 1) { room in
          guard let base = room.baseAddress else { return }
          unsafe ALPEncoder.encode(UnsafePointer(base), count: 0, scales: [], into: &output)
        }
        return
      }
      let scales = unsafe scales ?? ALPEncoder.scales(base, count: values.count)
      unsafe ALPEncoder.encode(base, count: values.count, scales: scales, into: &output)
    }
    return output.freeze().array()
  }

  private func decoded<Number: ALPNumber>(
    _ page: [UInt8], _ type: Number.Type, countLimit: Int = 1 << 20, byteLimit: Int = 1 << 24
  ) throws(ParquetError) -> [Number] {
    let bytes = try ALPDecoder.decode(
      Bytes(copying: page), type, countLimit: countLimit, byteLimit: byteLimit)
    let numbers = unsafe bytes.elements(of: Number.self)
    return (0..<bytes.count / MemoryLayout<Number>.size).map { unsafe numbers[$0] }
  }

  // MARK: What the specification says

  @Test func powersAreTheNearestValuesOfTheirDecimals() {
    for k in 0...18 {
      #expect(Double.powers[k] == Double("1e\(k)"))
      #expect(Double.inversePowers[k] == Double("1e-\(k)"))
    }
    for k in 0...10 {
      #expect(Float.powers[k] == Float("1e\(k)"))
      #expect(Float.inversePowers[k] == Float("1e-\(k)"))
    }
    #expect(Double.largestExponent == 18)
    #expect(Float.largestExponent == 10)
  }

  @Test func workedExampleOfTheSpecification() throws {
    let values: [Double] = [1500, .nan, 2500, 333.5]
    // 11665, 11665, 21665 and 0 in 15 bits each.
    let packed: UInt64 = 11665 | 11665 << 15 | 21665 << 30
    var page: [UInt8] = [0, 0, 10, 4, 0, 0, 0, 4, 0, 0, 0]
    page += [4, 3, 1, 0] + littleEndian(UInt64(3335)) + [15]
    page += littleEndian(packed) + [1, 0] + littleEndian(Double.nan.bitPattern)
    #expect(page.count == 7 + 4 + 31)
    #expect(encoded(values, [ALPScale(exponent: 4, factor: 3)]) == page)
    #expect(try decoded(page, Double.self).map(\.bitPattern) == values.map(\.bitPattern))
  }

  // MARK: There and back

  /// Values of every kind, made from a seed.
  private func values<Number: ALPNumber>(
    _ type: Number.Type, count: Int, _ generator: inout SeededGenerator,
    fromBits: (UInt64) -> Number
  ) -> [Number] {
    let kind = Int.random(in: 0...4, using: &generator)
    let digits = Int.random(in: 0...Number.largestExponent, using: &generator)
    let special: [Number] = [
      .nan, -.nan, .signalingNaN, .infinity, -.infinity, -0.0, 0, .leastNonzeroMagnitude,
      .greatestFiniteMagnitude, -.greatestFiniteMagnitude, Number.integerLimit,
      -Number.integerLimit, Number.wholeLimit, -Number.wholeLimit,
      Number.wholeLimit - 0.5, Number.wholeLimit + 0.5, Number.integerLimit.nextDown,
    ]
    return (0..<count).map { _ in
      let small = Number(Int.random(in: -99_999...99_999, using: &generator))
      switch kind {
      case 0: return fromBits(generator.next())
      case 1: return small / Number.powers[digits]
      case 2:
        return Int.random(in: 0..<20, using: &generator) == 0
          ? special.randomElement(using: &generator) ?? 0 : small / Number.powers[digits]
      case 3: return special.randomElement(using: &generator) ?? 0
      default: return Number(Int.random(in: .min ... .max, using: &generator))
      }
    }
  }

  @Test func everyCountComesBackBitForBit() throws {
    var generator = SeededGenerator(seed: 11)
    let counts = Array(0...70) + Array(1015...1033) + [2047, 2048, 2049, 3000]
    for count in counts {
      for _ in 0..<3 {
        let doubles = values(Double.self, count: count, &generator) { Double(bitPattern: $0) }
        let page = encoded(doubles, nil)
        #expect(try decoded(page, Double.self).map(\.bits) == doubles.map(\.bits))
        let floats = values(Float.self, count: count, &generator) {
          Float(bitPattern: UInt32(truncatingIfNeeded: $0))
        }
        let narrow = encoded(floats, nil)
        #expect(try decoded(narrow, Float.self).map(\.bits) == floats.map(\.bits))
      }
    }
  }

  @Test(arguments: 3...15)
  func everyVectorSizeIsRead(logVectorSize: Int) throws {
    var generator = SeededGenerator(seed: UInt64(logVectorSize))
    for count in [0, 1, 7, 8, 9, (1 << logVectorSize) - 1, 1 << logVectorSize, 2000] {
      let exponent = Int.random(in: 0...18, using: &generator)
      let scale = ALPScale(
        exponent: exponent, factor: Int.random(in: 0...exponent, using: &generator))
      let doubles = values(Double.self, count: count, &generator) { Double(bitPattern: $0) }
      let page = reference(doubles, logVectorSize: logVectorSize, scale)
      #expect(try decoded(page, Double.self).map(\.bits) == doubles.map(\.bits))
      let isOurs = logVectorSize == ALPEncoder.logVectorSize
      #expect(!isOurs || encoded(doubles, [scale]) == page, "\(count) doubles by \(scale)")
      let narrow = ALPScale(exponent: min(exponent, 10), factor: min(scale.factor, 10))
      let floats = values(Float.self, count: count, &generator) {
        Float(bitPattern: UInt32(truncatingIfNeeded: $0))
      }
      let narrowPage = reference(floats, logVectorSize: logVectorSize, narrow)
      #expect(try decoded(narrowPage, Float.self).map(\.bits) == floats.map(\.bits))
      #expect(!isOurs || encoded(floats, [narrow]) == narrowPage, "\(count) floats by \(narrow)")
    }
  }

  @Test func everyWidthOfIntegersComesBack() throws {
    for width in 0...63 {
      // Small enough for doubles to hold them all.
      let step: Int64 = width <= 53 ? 1 : 1 << (width - 53)
      let largest = width == 0 ? 0 : (Int64(1) << (width - 1)) / step * step
      let integers = [0, largest, largest / 2 / step * step, step, largest]
      let doubles = integers.map { Double($0) }
      let page = encoded(doubles, [ALPScale(exponent: 0, factor: 0)])
      #expect(try decoded(page, Double.self) == doubles)
    }
    // Both ends of the integers: differences take every bit.
    let ends: [Double] = [(-0x1p63).nextUp, 0x1p63.nextDown, 0, -1]
    let page = encoded(ends, [ALPScale(exponent: 0, factor: 0)])
    #expect(page[7 + 4 + 12] == 64)
    #expect(try decoded(page, Double.self) == ends)
    let floats: [Float] = [Float(-0x1p31).nextUp, Float(0x1p31).nextDown, 0, -1]
    let narrow = encoded(floats, [ALPScale(exponent: 0, factor: 0)])
    #expect(narrow[7 + 4 + 8] == 32)
    #expect(try decoded(narrow, Float.self) == floats)
  }

  @Test func decimalsAreSmall() throws {
    var generator = SeededGenerator(seed: 5)
    // Prices with two decimals: at most 17 bits each, and a header.
    let prices = (0..<10_240).map { _ in
      Double(Int.random(in: 0...99_999, using: &generator)) / 100
    }
    let page = encoded(prices, nil)
    #expect(page.count <= 7 + 10 * (4 + 13 + 17 * 128))
    let temperatures = prices.map { Float(($0 / 10).rounded() / 10) }
    #expect(encoded(temperatures, nil).count <= 7 + 10 * (4 + 9 + 10 * 128))
  }

  // MARK: Hostile pages

  /// A good page of nine doubles in two vectors of eight, to be broken.
  private var good: [UInt8] {
    reference(
      [1.5, 2.5, .nan, 3.5, 4, 5, 6, 7, 8], logVectorSize: 3, ALPScale(exponent: 1, factor: 0))
  }

  @Test(
    arguments: [
      ("vectors of four", [2: 2]), ("vectors of 2^16", [2: 16]), ("a negative count", [6: 0xFF]),
      ("more values than the page", [4: 1]), ("an offset too small", [7: 7]),
      ("an offset too large", [11: 255]), ("an exponent of 19", [15: 19]),
      ("a factor above the exponent", [16: 2]), ("more exceptions than values", [17: 9]),
      ("65 bits", [27: 65]), ("more bits than bytes", [27: 60]),
    ] as [(String, [Int: UInt8])])
  func malformedPages(what: String, changes: [Int: UInt8]) throws {
    #expect(try decoded(good, Double.self, countLimit: 9).count == 9)
    var page = good
    for (place, byte) in changes { page[place] = byte }
    let error = thrownError { () throws(ParquetError) in
      try decoded(page, Double.self, countLimit: 9)
    }
    #expect(error?.code == .malformedFile, "\(what)")
  }

  @Test func exceptionsOutsideOfTheirVectorAreRefused() {
    var page = good
    // The first vector's exception stands before its value: 8 bytes before the second vector.
    let second = 7 + Int(page[11])
    page[second - 10] = 8
    let error = thrownError { () throws(ParquetError) in
      try decoded(page, Double.self, countLimit: 9)
    }
    #expect(error?.code == .malformedFile)
  }

  @Test func everyTruncationAndEveryChangedByteIsHarmless() throws {
    let page = good
    for count in 0..<page.count {
      let error = thrownError { () throws(ParquetError) in
        try decoded(Array(page[..<count]), Double.self, countLimit: 9)
      }
      #expect(error?.code == .malformedFile)
    }
    let trailing = thrownError { () throws(ParquetError) in
      try decoded(page + [0], Double.self, countLimit: 9)
    }
    #expect(trailing?.code == .malformedFile)
    for place in page.indices {
      for byte in [0, 1, 3, 15, 16, 64, 127, 128, 255] as [UInt8] {
        var broken = page
        broken[place] = byte
        if let values = try? decoded(broken, Double.self, countLimit: 9) {
          #expect(values.count <= 9)
        }
      }
    }
  }

  @Test func unknownModesAndLimits() {
    for place in 0...1 {
      var page = good
      page[place] = 1
      let error = thrownError { () throws(ParquetError) in try decoded(page, Double.self) }
      #expect(error?.code == .unsupportedFeature)
    }
    // Two vectors of no bits are few bytes and many values.
    let many = reference(
      [Double](repeating: 1, count: 65_536), logVectorSize: 15, ALPScale(exponent: 0, factor: 0))
    let error = thrownError { () throws(ParquetError) in
      try decoded(many, Double.self, byteLimit: 500_000)
    }
    #expect(error?.code == .limitExceeded)
  }

  // MARK: Files

  @Test func onlyOnRequest() throws {
    for (encoding, expected) in [
      (WriterOptions.EncodingChoice.automatic, false), (.always(.alp), true),
    ] {
      var maker = FloatTables(seed: 3)
      var table = try maker.alpTable(named: "alp")
      table.options.encoding = encoding
      let (bytes, written) = try table.write()
      let used = Set(
        written.metadata.rowGroups.flatMap(\.columns).flatMap {
          $0.metadata?.encodings ?? []
        })
      #expect(used.contains(.alp) == expected)
      #expect(try FileVerifier(MemorySource(Bytes(copying: bytes))).verify().isEmpty)
    }
  }

  @Test func integersHaveNoALP() throws {
    let schema = try Schema([SchemaField("i", .int64), SchemaField("d", .double)])
    var options = WriterOptions()
    options.columnEncodings["i"] = .always(.alp)
    let error = thrownError { () throws(ParquetError) in
      try ParquetWriter(MemorySink(), schema: schema, options: options)
    }
    #expect(error?.code == .invalidArgument)
    // For all columns it means: where the type allows it.
    options.columnEncodings = [:]
    options.encoding = .always(.alp)
    _ = try ParquetWriter(MemorySink(), schema: schema, options: options)
  }

  @Test func randomTablesComeBack() throws {
    for seed in 0..<40 {
      var maker = FloatTables(seed: UInt64(seed))
      let table = try maker.alpTable(named: "alp")
      try GoldenReadingTests.check(table)
      let bytes = try table.write().bytes
      #expect(try FileVerifier(MemorySource(Bytes(copying: bytes))).verify().isEmpty)
    }
  }
}
