import Testing

@testable import Parquet

/// Unpacking into one, two and four bytes, against a decoder that looks at one bit after another.
@Suite struct BitUnpackingTests {
  /// Around the groups of eight and what a loop takes at once.
  static let counts = [0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100]

  @Test(arguments: 0...8) func bytes(bitWidth: Int) { sweep(UInt8.self, bitWidth) }
  @Test(arguments: 0...16) func halves(bitWidth: Int) { sweep(UInt16.self, bitWidth) }
  @Test(arguments: 0...32) func words(bitWidth: Int) { sweep(UInt32.self, bitWidth) }

  /// Every count from every value of the first group on, of bytes that are all bits, no bits and random.
  private func sweep<Value: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ type: Value.Type, _ bitWidth: Int
  ) {
    var random = SeededGenerator(seed: UInt64(bitWidth * 64 + Value.bitWidth))
    for pattern in 0..<3 {
      let packed = (0..<(120 * bitWidth + 7) / 8).map { _ -> UInt8 in
        pattern == 0 ? 0xFF : pattern == 1 ? 0 : UInt8.random(in: .min ... .max, using: &random)
      }
      let all = ReferenceDecoder.unpack(packed, bitWidth: bitWidth, count: 120)
      let bytes = Bytes(copying: packed)
      for first in 0..<9 {
        for count in Self.counts {
          // What lies behind must stay as it is.
          var output = [Value](repeating: 0x55, count: count + 1)
          unsafe output.withUnsafeMutableBufferPointer { room in
            guard let base = room.baseAddress else { return }
            unsafe BitUnpacking.unpack(
              bytes.pointer, bit: first * bitWidth, width: bitWidth, count: count, into: base)
          }
          let found = output.dropLast().map { UInt64($0) }
          let isBehindKept = output[count] == 0x55
          #expect(
            found == Array(all[first..<first + count]),
            "\(count) values of \(bitWidth) bits from number \(first) on")
          #expect(isBehindKept)
        }
      }
    }
  }

  /// Runs and groups in turn, read in steps, by each width of output that holds them.
  @Test(arguments: 0...16) func hybridIntoFewBytes(bitWidth: Int) throws {
    var random = SeededGenerator(seed: UInt64(bitWidth))
    let mask: UInt32 = (1 << UInt32(bitWidth)) - 1
    var values: [UInt32] = []
    while values.count < 3_000 {
      let value = UInt32.random(in: .min ... .max, using: &random) & mask
      let length = Bool.random(using: &random) ? 1 : Int.random(in: 1...90, using: &random)
      values += Array(repeating: value, count: length)
    }
    var output = ByteBuffer()
    unsafe (values + Array(repeating: 0, count: 8)).withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe HybridEncoder.encode(base, count: values.count, bitWidth: bitWidth, into: &output)
    }
    let encoded = output.freeze()
    for step in [1, 13, 64, values.count] {
      if bitWidth <= 8 {
        let bytes = try decoded(encoded, bitWidth, values.count, step, UInt8.self)
        #expect(bytes == values)
      }
      let halves = try decoded(encoded, bitWidth, values.count, step, UInt16.self)
      #expect(halves == values)
    }
  }

  private func decoded<Value: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ bytes: Bytes, _ bitWidth: Int, _ count: Int, _ step: Int, _ type: Value.Type
  ) throws(ParquetError) -> [UInt32] {
    var decoder = RLEDecoder(bytes, bitWidth: bitWidth)
    var output = [Value](repeating: 0, count: count)
    var done = 0
    while done < count {
      let take = min(step, count - done)
      let failure = unsafe output.withUnsafeMutableBufferPointer { room -> ParquetError? in
        guard let base = room.baseAddress else { return nil }
        do throws(ParquetError) { unsafe try decoder.decode(take, into: base + done) } catch {
          return error
        }
        return nil
      }
      if let failure { throw failure }
      done += take
    }
    return output.map { UInt32($0) }
  }
}
