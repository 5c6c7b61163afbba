import Testing

@testable import Parquet

@Suite struct BoundsTests {
  private func leaf(_ field: SchemaField) throws -> Leaf { try Schema([field]).leaves[0] }

  private func bounds(_ field: SchemaField, _ values: ColumnValues) throws -> Bounds {
    var bounds = Bounds(try leaf(field))
    bounds.fold(values)
    return bounds
  }

  @Test func floatsLeaveOutNaNAndWidenZeros() throws {
    for count in [1, 2, 7, 8, 9, 40] {
      for place in 0..<count {
        var values = [Double](repeating: 0, count: count)
        values[place] = .nan
        let bounds = try bounds(SchemaField("d", .double), .fixed(width: 8, Bytes(copying: values)))
        #expect(bounds.nanCount == 1)
        let encoded = bounds.encoded(byteLimit: 64, isText: false)
        #expect((encoded == nil) == (count == 1))
        guard let encoded else { continue }
        #expect(encoded.least == Bytes(copying: [-0.0]))
        #expect(encoded.greatest == Bytes(copying: [0.0]))
      }
    }
  }

  @Test func unsignedIntegersCompareUnsigned() throws {
    let field = SchemaField(
      "u", .int32, logicalType: .integer(bitWidth: 32, isSigned: false))
    let values = ColumnValues.fixed(width: 4, Bytes(copying: [UInt32(7), .max, 1 << 31]))
    let encoded = try bounds(field, values).encoded(byteLimit: 64, isText: false)
    #expect(encoded?.least == Bytes(copying: [UInt32(7)]))
    #expect(encoded?.greatest == Bytes(copying: [UInt32.max]))
  }

  @Test func decimalsInBytesCompareSigned() throws {
    let field = SchemaField(
      "d", .byteArray, logicalType: .decimal(precision: 30, scale: 2))
    let strings: [[UInt8]] = [[0x01, 0x00], [0xFF], [0x7F], [0x80, 0x00], [0xFF, 0x01], [0x00]]
    var offsets: [UInt32] = [0]
    for string in strings { offsets.append(offsets[offsets.count - 1] + UInt32(string.count)) }
    let values = try ColumnValues.byteArrays(
      offsets: Bytes(copying: offsets), bytes: Bytes(copying: strings.flatMap { $0 }))
    let encoded = try bounds(field, values).encoded(byteLimit: 1, isText: false)
    #expect(encoded?.least.array() == [0x80, 0x00])
    #expect(encoded?.greatest.array() == [0x01, 0x00])
    #expect(encoded?.isLeastExact == true)
  }

  @Test func byteStringsWithBeginningsInCommonCompareAsTheyAre() throws {
    var generator = SeededGenerator(seed: 41)
    let text = SchemaField.string("s")
    for _ in 0..<3000 {
      // What most begin with, what a few begin with, and few different bytes, zeros among them.
      let beginning = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
        UInt8.random(in: 0...3, using: &generator)
      }
      let strings = (0..<Int.random(in: 1...24, using: &generator)).map { _ in
        let kept = Bool.random(using: &generator) ? beginning.count : min(7, beginning.count)
        return beginning.prefix(kept)
          + (0..<Int.random(in: 0...10, using: &generator)).map { _ in
            UInt8.random(in: 0...1, using: &generator) &* 255
          }
      }
      var offsets: [UInt32] = [0]
      for string in strings { offsets.append(offsets[offsets.count - 1] + UInt32(string.count)) }
      let values = try ColumnValues.byteArrays(
        offsets: Bytes(copying: offsets), bytes: Bytes(copying: strings.flatMap { $0 }))
      let found = try bounds(text, values).encoded(byteLimit: 100, isText: false)
      let ordered = strings.sorted { $0.lexicographicallyPrecedes($1) }
      #expect(found?.least.array() == Array(ordered[0]))
      #expect(found?.greatest.array() == Array(ordered[ordered.count - 1]))
    }
  }

  @Test func decimalsOfOneLengthCompareSigned() throws {
    var generator = SeededGenerator(seed: 42)
    for width in 1...24 {
      let field = SchemaField(
        "d", .fixedLengthByteArray(byteCount: width),
        logicalType: .decimal(precision: width == 1 ? 2 : 2 * width, scale: 0))
      for beginning in [UInt8](repeating: 0, count: 3) + [0xFF, 0x80, 0x7F] {
        let strings = (0..<20).map { _ in
          (0..<width).map { place in
            place + 2 < width ? beginning : UInt8.random(in: 0...255, using: &generator)
          }
        }
        let values = ColumnValues.fixed(width: width, Bytes(copying: strings.flatMap { $0 }))
        let found = try bounds(field, values).encoded(byteLimit: 100, isText: false)
        let ordered = strings.sorted { a, b in
          Int8(bitPattern: a[0]) != Int8(bitPattern: b[0])
            ? Int8(bitPattern: a[0]) < Int8(bitPattern: b[0]) : a.lexicographicallyPrecedes(b)
        }
        #expect(found?.least.array() == ordered[0])
        #expect(found?.greatest.array() == ordered[19])
      }
    }
  }

  @Test func halvesKeepTheirValue() {
    for bits in UInt16.min ... .max {
      let value = Double(halfPrecision: bits)
      if bits & 0x7C00 == 0x7C00, bits & 0x3FF != 0 {
        #expect(value.isNaN)
      } else {
        #expect(value.halfPrecisionBits == bits)
      }
    }
  }

  /// Every limit of 1 to 65 bytes, over text whose characters have one to four bytes.
  @Test func shortenedTextStaysTextAndStaysABound() {
    let texts = [
      String(repeating: "a", count: 70), String(repeating: "é", count: 40),
      String(repeating: "€", count: 30), String(repeating: "\u{10FFFF}", count: 20),
      "a" + String(repeating: "\u{D7FF}", count: 30),
      "ab\u{7F}" + String(repeating: "\u{7F}", count: 70),
      String(repeating: "\u{7FF}", count: 40), String(repeating: "\u{FFFF}", count: 30),
    ]
    for text in texts {
      let bytes = Array(text.utf8)
      for limit in 1...65 {
        let prefix = Bounds.prefix(bytes, byteLimit: limit, isText: true)
        #expect(prefix.count <= limit)
        #expect(String(validating: prefix, as: UTF8.self) != nil)
        #expect(!bytes.lexicographicallyPrecedes(prefix))
        guard let greater = Bounds.greaterPrefix(bytes, byteLimit: limit, isText: true) else {
          continue
        }
        #expect(greater.count <= limit)
        #expect(String(validating: greater, as: UTF8.self) != nil)
        #expect(bytes.lexicographicallyPrecedes(greater))
      }
    }
    #expect(Bounds.greaterPrefix([0xFF, 0xFF, 0xFF], byteLimit: 2, isText: false) == nil)
    #expect(Bounds.greaterPrefix([1, 0xFF, 0xFF], byteLimit: 2, isText: false) == [2])
    let highest = Array("\u{10FFFF}\u{10FFFF}".utf8)
    #expect(Bounds.greaterPrefix(highest, byteLimit: 4, isText: true) == nil)
  }

  @Test func wordsAgreeWithTheObvious() throws {
    var random = SeededGenerator(seed: 3)
    for count in [1, 2, 3, 8, 31, 32, 33, 100] {
      let values = (0..<count).map { _ in Int64.random(in: .min ... .max, using: &random) }
      var found = Bounds(try leaf(SchemaField("i", .int64)))
      let column = ColumnValues.fixed(width: 8, Bytes(copying: values))
      found.fold(column)
      let range = WordRange(column, .int64)
      let encoded = found.encoded(byteLimit: 64, isText: false)
      #expect(encoded?.least == Bytes(copying: [values.min() ?? 0]))
      #expect(encoded?.greatest == Bytes(copying: [values.max() ?? 0]))
      #expect(range.least == UInt64(bitPattern: values.min() ?? 0))
      #expect(range.spread == UInt64(bitPattern: (values.max() ?? 0) &- (values.min() ?? 0)))
    }
  }
}
