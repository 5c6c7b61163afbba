import Testing

@testable import Parquet

@Suite struct DecoderTests {
  private func bytes(_ values: [UInt8]) -> Bytes { Bytes(copying: values) }

  private func decoded(_ values: [UInt8], bitWidth: Int, count: Int, step: Int = .max)
    throws(ParquetError) -> [UInt32]
  {
    var decoder = RLEDecoder(bytes(values), bitWidth: bitWidth)
    var output = [UInt32](repeating: 0, count: count)
    var done = 0
    while done < count {
      let take = min(step, count - done)
      var part = [UInt32](repeating: 0, count: take)
      try unsafe part.withUnsafeMutableBufferPointer { (buffer) throws(ParquetError) in
        guard let base = buffer.baseAddress else { return }
        try unsafe decoder.decode(take, into: base)
      }
      output.replaceSubrange(done..<done + take, with: part)
      done += take
    }
    return output
  }

  // MARK: Runs and groups

  @Test func examplesOfTheSpecification() throws {
    // Eight values of three bits, 0 to 7, bit-packed; then a run.
    let packed: [UInt8] = [0x03, 0b1000_1000, 0b1100_0110, 0b1111_1010]
    #expect(try decoded(packed, bitWidth: 3, count: 8) == [0, 1, 2, 3, 4, 5, 6, 7])
    #expect(try decoded([200, 1, 4], bitWidth: 3, count: 100) == Array(repeating: 4, count: 100))
    #expect(
      try decoded([8, 0x34, 0x12], bitWidth: 13, count: 4) == [0x1234, 0x1234, 0x1234, 0x1234])
  }

  @Test(arguments: 0...32)
  func everyWidth(bitWidth: Int) throws {
    var generator = SeededGenerator(seed: UInt64(bitWidth))
    let mask: UInt32 = bitWidth == 32 ? .max : (1 << UInt32(bitWidth)) - 1
    for count in [1, 7, 8, 9, 63, 64, 65, 1000] {
      var values: [UInt32] = []
      while values.count < count {
        let value = UInt32.random(in: .min ... .max, using: &generator) & mask
        let run = Bool.random(using: &generator) ? 1 : Int.random(in: 1...40, using: &generator)
        values += Array(repeating: value, count: min(run, count - values.count))
      }
      var output = ByteBuffer()
      let padded = values + Array(repeating: 0, count: 8)
      unsafe padded.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        unsafe HybridEncoder.encode(base, count: count, bitWidth: bitWidth, into: &output)
      }
      let encoded = output.freeze().array()
      for step in [1, 5, 64, Int.max] {
        #expect(try decoded(encoded, bitWidth: bitWidth, count: count, step: step) == values)
      }
      guard bitWidth == 1 else { continue }
      var decoder = RLEDecoder(bytes(encoded), bitWidth: 1)
      var bits = BitmapBuffer()
      #expect(try decoder.decode(count, into: &bits) == values.count { $0 == 1 })
      let bitmap = bits.freeze()
      #expect((0..<count).map { bitmap[$0] ? 1 : 0 } == values)
    }
  }

  @Test(
    arguments: [
      ("no run", []), ("a header cut off", [0x80]), ("a run without its value", [8]),
      ("a run of another run's length", [4, 1]), ("a group cut off", [0x03, 1]),
      ("a header of more than 32 bits", [0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 1]),
      ("runs of nothing", [0, 1, 0, 1, 0, 1]),
    ] as [(String, [UInt8])])
  func malformedRuns(what: String, values: [UInt8]) {
    let error = thrownError { () throws(ParquetError) in
      try decoded(values, bitWidth: 3, count: 8)
    }
    #expect(error?.code == .malformedFile)
  }

  @Test func widthZeroNeedsNoBytes() throws {
    #expect(try decoded([], bitWidth: 0, count: 5) == [0, 0, 0, 0, 0])
    #expect(try decoded([10], bitWidth: 0, count: 5) == [0, 0, 0, 0, 0])
    #expect(try decoded([3], bitWidth: 0, count: 8) == Array(repeating: 0, count: 8))
  }

  // MARK: Levels

  @Test func bitPackedLevels() throws {
    // The most significant bit first: 0 to 7 of three bits, the specification's example.
    var decoder = LevelDecoder(
      bitPacked: bytes([0b0000_0101, 0b0011_1001, 0b0111_0111]), maxLevel: 7)
    var levels = [UInt8](repeating: 9, count: 8)
    try unsafe levels.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      try unsafe decoder.decode(3, into: base)
      try unsafe decoder.decode(5, into: base + 3)
    }
    #expect(levels == [0, 1, 2, 3, 4, 5, 6, 7])
    var one = LevelDecoder(bitPacked: bytes([0b1011_0000, 0b1000_0000]), maxLevel: 1)
    var bits = BitmapBuffer()
    #expect(try one.decode(9, into: &bits) == 4)
    let bitmap = bits.freeze()
    #expect(
      (0..<9).map { bitmap[$0] } == [true, false, true, true, false, false, false, false, true])
    let error = thrownError { () throws(ParquetError) in try one.decode(8, into: &bits) }
    #expect(error?.code == .malformedFile)
  }

  @Test func levelsPastTheHighestAreRefused() {
    let error = thrownError { () throws(ParquetError) in
      var decoder = LevelDecoder(hybrid: bytes([16, 3]), maxLevel: 2)
      var levels = [UInt8](repeating: 0, count: 8)
      try unsafe levels.withUnsafeMutableBufferPointer { (buffer) throws(ParquetError) in
        guard let base = buffer.baseAddress else { return }
        try unsafe decoder.decode(8, into: base)
      }
    }
    #expect(error?.message.contains("3 where the highest is 2") == true)
  }

  // MARK: Differences

  private func integers<T: FixedWidthInteger & BitwiseCopyable>(
    _ values: [UInt8], _ type: T.Type, countLimit: Int = 1000
  ) throws(ParquetError) -> [T] {
    var decoder = DeltaBinaryPackedDecoder(bytes(values))
    let output = try decoder.decode(type, countLimit: countLimit, byteLimit: 1 << 20)
    let pointer = unsafe output.elements(of: T.self)
    return (0..<output.count / MemoryLayout<T>.size).map { unsafe pointer[$0] }
  }

  @Test func deltaExamplesOfTheSpecification() throws {
    // 1 to 5: block 128, 4 miniblocks, 5 values, first 1; least difference 1, all widths 0.
    #expect(
      try integers([0x80, 1, 4, 5, 2, 2, 0, 0, 0, 0], Int32.self) == [1, 2, 3, 4, 5])
    // 7 5 3 1 2 3 4 5: differences -2 -2 -2 1 1 1 1, least -2, the rest 0 0 0 3 3 3 3 in two bits.
    let header: [UInt8] = [0x80, 1, 4, 8, 14, 3, 2, 0, 0, 0]
    let packed: [UInt8] = [0b1100_0000, 0b0011_1111, 0, 0, 0, 0, 0, 0]
    #expect(try integers(header + packed, Int64.self) == [7, 5, 3, 1, 2, 3, 4, 5])
    // Writers may leave out what no value needs.
    #expect(try integers(header + packed[..<2], Int64.self) == [7, 5, 3, 1, 2, 3, 4, 5])
    #expect(try integers([0x80, 1, 4, 0, 0], Int64.self) == [])
  }

  @Test func deltaWrapsAround() throws {
    // The lowest number after the highest: a difference of 1 by wrapping.
    let first: [UInt8] = [254, 255, 255, 255, 255, 255, 255, 255, 255, 1]
    #expect(
      try integers([0x80, 1, 4, 2] + first + [2, 0, 0, 0, 0], Int64.self)
        == [Int64.max, Int64.min])
    let narrow: [UInt8] = [254, 255, 255, 255, 15]
    #expect(
      try integers([0x80, 1, 4, 2] + narrow + [2, 0, 0, 0, 0], Int32.self)
        == [Int32.max, Int32.min])
  }

  @Test(
    arguments: [
      ("nothing", []), ("no miniblocks", [0x80, 1, 0, 5, 2, 2]),
      ("more values than the page", [0x80, 1, 4, 0xE9, 7, 2, 2, 0, 0, 0, 0]),
      ("no widths", [0x80, 1, 4, 5, 2, 2, 0, 0]),
      ("a width of 65", [0x80, 1, 4, 5, 2, 2, 65, 0, 0, 0]),
      ("no values", [0x80, 1, 4, 5, 2, 2, 8, 0, 0, 0, 1]),
      ("blocks that miniblocks do not fill", [0x80, 1, 3, 5, 2, 2, 0, 0, 0]),
      ("a number without end", Array(repeating: 0xFF, count: 20)),
    ] as [(String, [UInt8])])
  func malformedDelta(what: String, values: [UInt8]) {
    let error = thrownError { () throws(ParquetError) in try integers(values, Int64.self) }
    #expect(error?.code == .malformedFile)
  }

  @Test func deltaByteArrays() throws {
    // Lengths 1 2 3 and then the bytes; prefixes 0 1 2.
    let lengths: [UInt8] = [0x80, 1, 4, 3, 2, 2, 0, 0, 0, 0]
    let plain = try DeltaByteArrayDecoder.decodeLengths(
      bytes(lengths + Array("abbccc".utf8)), countLimit: 3, byteLimit: 100)
    let offsets = plain.offsets
    #expect(offsets == Bytes(copying: [0, 1, 3, 6] as [UInt32]))
    #expect(plain.bytes.array() == Array("abbccc".utf8))

    let prefixes: [UInt8] = [0x80, 1, 4, 3, 0, 2, 0, 0, 0, 0]
    let ones: [UInt8] = [0x80, 1, 4, 3, 2, 0, 0, 0, 0, 0]
    let shared = try DeltaByteArrayDecoder.decodePrefixes(
      bytes(prefixes + ones + Array("abc".utf8)), countLimit: 3, byteLimit: 100)
    #expect(shared.bytes.array() == Array("aababc".utf8))
    #expect(shared.offsets == Bytes(copying: [0, 1, 3, 6] as [UInt32]))

    let errors = [
      thrownError { () throws(ParquetError) in
        try DeltaByteArrayDecoder.decodeLengths(
          bytes(lengths + Array("abbcc".utf8)), countLimit: 3, byteLimit: 100)
      },
      // The first value has no value before it.
      thrownError { () throws(ParquetError) in
        try DeltaByteArrayDecoder.decodePrefixes(
          bytes(ones + ones + Array("abc".utf8)), countLimit: 3, byteLimit: 100)
      },
    ]
    #expect(errors.map { $0?.code } == [.malformedFile, .malformedFile])
    let limited = thrownError { () throws(ParquetError) in
      try DeltaByteArrayDecoder.decodePrefixes(
        bytes(prefixes + ones + Array("abc".utf8)), countLimit: 3, byteLimit: 5)
    }
    #expect(limited?.code == .limitExceeded)
  }

  @Test(arguments: [1, 2, 3, 4, 8, 12, 16])
  func byteStreamSplit(width: Int) throws {
    let count = 21
    let values = (0..<count * width).map { UInt8($0 % 251) }
    var split: [UInt8] = []
    for k in 0..<width { for i in 0..<count { split.append(values[i * width + k]) } }
    #expect(try ByteStreamSplitDecoder.decode(bytes(split), width: width).array() == values)
    guard width > 1 else { return }
    let error = thrownError { () throws(ParquetError) in
      try ByteStreamSplitDecoder.decode(bytes(split.dropLast()), width: width)
    }
    #expect(error?.code == .malformedFile)
  }
}
