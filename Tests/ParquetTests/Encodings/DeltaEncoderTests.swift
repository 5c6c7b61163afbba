import Testing

@testable import Parquet

@Suite struct DeltaEncoderTests {
  /// Counts around a miniblock, a block, and several.
  static let counts = [
    0, 1, 2, 3, 31, 32, 33, 34, 127, 128, 129, 130, 255, 256, 257, 258, 385, 1000,
  ]

  @Test(arguments: 0...64)
  func wideIntegersOfEveryWidthDecode(bitWidth: Int) {
    var random = SeededGenerator(seed: 2000 + UInt64(bitWidth))
    let mask = bitWidth == 0 ? 0 : UInt64.max >> UInt64(64 - bitWidth)
    for count in Self.counts {
      var value = UInt64.random(in: .min ... .max, using: &random)
      let values = (0..<count).map { _ -> UInt64 in
        value &+= UInt64.random(in: .min ... .max, using: &random) & mask
        return value
      }
      #expect(decode(encode(values), wrap: .max) == values, "count \(count)")
    }
  }

  @Test(arguments: 0...32)
  func narrowIntegersOfEveryWidthDecode(bitWidth: Int) {
    var random = SeededGenerator(seed: 3000 + UInt64(bitWidth))
    let mask = bitWidth == 0 ? 0 : UInt32.max >> UInt32(32 - bitWidth)
    for count in Self.counts {
      var value = UInt32.random(in: .min ... .max, using: &random)
      let values = (0..<count).map { _ -> UInt32 in
        value &+= UInt32.random(in: .min ... .max, using: &random) & mask
        return value
      }
      let decoded = decode(encode(values), wrap: UInt64(UInt32.max))
      #expect(decoded == values.map(UInt64.init), "count \(count)")
    }
  }

  @Test func extremesAlternate() {
    let wide = (0..<300).map { UInt64(bitPattern: $0 % 2 == 0 ? Int64.min : .max) }
    #expect(decode(encode(wide), wrap: .max) == wide)
    let narrow = (0..<300).map { UInt32(bitPattern: $0 % 2 == 0 ? Int32.min : .max) }
    #expect(decode(encode(narrow), wrap: UInt64(UInt32.max)) == narrow.map(UInt64.init))
  }

  @Test func byteArraysDecode() throws {
    var random = SeededGenerator(seed: 41)
    for count in [0, 1, 2, 33, 129, 300] {
      let strings = (0..<count).map { _ in
        (0..<Int.random(in: 0...30, using: &random)).map { _ in
          UInt8.random(in: 97...98, using: &random)
        }
      }
      let values = try byteArrays(strings)
      for start in [0, count / 3] {
        var lengths = ByteBuffer()
        DeltaLengthByteArrayEncoder.encode(values, start..<count, into: &lengths)
        #expect(decodeLengths(lengths.freeze().array()) == Array(strings[start...]))
        var shared = ByteBuffer()
        DeltaByteArrayEncoder.encode(values, start..<count, into: &shared)
        #expect(decodePrefixes(shared.freeze().array()) == Array(strings[start...]))
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4, 8, 12, 16])
  func splitStreamsCarryEachByte(width: Int) {
    for count in [0, 1, 7, 8, 9, 16, 31, 100] {
      let bytes = (0..<count * width).map { UInt8(truncatingIfNeeded: $0 &* 37) }
      let values = ColumnValues.fixed(width: width, Bytes(copying: bytes))
      let start = count / 4
      var output = ByteBuffer()
      ByteStreamSplitEncoder.encode(values, start..<count, into: &output)
      let split = output.freeze().array()
      let left = count - start
      #expect(split.count == left * width)
      for i in 0..<left {
        for stream in 0..<width {
          #expect(split[stream * left + i] == bytes[(start + i) * width + stream])
        }
      }
    }
  }

  // MARK: The obvious decoder

  private func encode<Word: FixedWidthInteger & UnsignedInteger>(_ values: [Word]) -> [UInt8] {
    var output = ByteBuffer()
    unsafe (values + [0]).withUnsafeBufferPointer { pointer in
      guard let base = pointer.baseAddress else { return }
      unsafe DeltaBinaryPackedEncoder.encode(base, count: values.count, into: &output)
    }
    return output.freeze().array()
  }

  private func decode(_ bytes: [UInt8], wrap: UInt64) -> [UInt64]? {
    var at = 0
    let values = decode(bytes, &at, wrap: wrap)
    return at == bytes.count ? values : nil
  }

  private func decode(_ bytes: [UInt8], _ at: inout Int, wrap: UInt64) -> [UInt64]? {
    func varint() -> UInt64 {
      var value: UInt64 = 0
      var shift: UInt64 = 0
      while at < bytes.count {
        let byte = bytes[at]
        at += 1
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { break }
        shift += 7
      }
      return value
    }
    func zigzag() -> UInt64 {
      let value = varint()
      return UInt64(bitPattern: Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1))
    }
    let blockSize = Int(varint())
    let miniblocks = Int(varint())
    let count = Int(varint())
    var value = zigzag() & wrap
    guard blockSize % 128 == 0, blockSize / miniblocks % 32 == 0 else { return nil }
    var values = count > 0 ? [value] : []
    while values.count < count {
      let least = zigzag()
      guard at + miniblocks <= bytes.count else { return nil }
      let widths = bytes[at..<at + miniblocks].map(Int.init)
      at += miniblocks
      for width in widths where values.count < count {
        let size = blockSize / miniblocks
        guard at + width * size / 8 <= bytes.count else { return nil }
        let packed = Array(bytes[at..<at + width * size / 8])
        at += packed.count
        for delta in ReferenceDecoder.unpack(packed, bitWidth: width, count: size)
        where values.count < count {
          value = (value &+ least &+ delta) & wrap
          values.append(value)
        }
      }
    }
    return values
  }

  private func decodeLengths(_ bytes: [UInt8]) -> [[UInt8]]? {
    var at = 0
    guard let lengths = decode(bytes, &at, wrap: UInt64(UInt32.max)) else { return nil }
    var strings: [[UInt8]] = []
    for length in lengths {
      guard at + Int(length) <= bytes.count else { return nil }
      strings.append(Array(bytes[at..<at + Int(length)]))
      at += Int(length)
    }
    return at == bytes.count ? strings : nil
  }

  private func decodePrefixes(_ bytes: [UInt8]) -> [[UInt8]]? {
    var at = 0
    guard let prefixes = decode(bytes, &at, wrap: UInt64(UInt32.max)),
      let suffixes = decodeLengths(Array(bytes[at...])), prefixes.count == suffixes.count
    else { return nil }
    var strings: [[UInt8]] = []
    for (prefix, suffix) in zip(prefixes, suffixes) {
      strings.append(Array((strings.last ?? []).prefix(Int(prefix))) + suffix)
    }
    return strings
  }

  private func byteArrays(_ strings: [[UInt8]]) throws -> ColumnValues {
    var offsets: [UInt32] = [0]
    for string in strings { offsets.append(offsets[offsets.count - 1] + UInt32(string.count)) }
    return try .byteArrays(
      offsets: Bytes(copying: offsets), bytes: Bytes(copying: strings.flatMap { $0 }))
  }
}
