import Testing

@testable import Parquet

@Suite struct HybridEncoderTests {
  /// Counts around multiples of 8, 32 and 64.
  static let counts = [
    0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129, 1000,
  ]

  @Test(arguments: 0...32)
  func everyWidthDecodes(bitWidth: Int) {
    var random = SeededGenerator(seed: 1000 + UInt64(bitWidth))
    for count in Self.counts {
      for longest in [1, 3, 9, 40, 200] {
        let values = runs(count: count, longest: longest, bitWidth: bitWidth, using: &random)
        let encoded = encode(values, bitWidth: bitWidth)
        #expect(
          ReferenceDecoder.hybrid(encoded, bitWidth: bitWidth, count: count)
            == values.map(UInt64.init), "count \(count), runs up to \(longest)")
      }
    }
  }

  @Test func bitsEncodeAsTheirValuesDo() {
    var random = SeededGenerator(seed: 5)
    for count in Self.counts {
      for longest in [1, 4, 20, 63, 64, 65, 300] {
        let values = runs(count: count, longest: longest, bitWidth: 1, using: &random)
        var output = ByteBuffer()
        HybridEncoder.encode(Bitmap(values.map { $0 == 1 }), into: &output)
        #expect(output.freeze().array() == encode(values, bitWidth: 1))
      }
    }
  }

  @Test func bytesEncodeAsWordsDo() {
    var random = SeededGenerator(seed: 6)
    for bitWidth in 1...8 {
      let values = runs(count: 999, longest: 30, bitWidth: bitWidth, using: &random)
      #expect(
        encode(values.map { UInt8($0) }, bitWidth: bitWidth) == encode(values, bitWidth: bitWidth))
    }
  }

  @Test func oneRunOfAnyLengthIsOneRun() {
    for count in 1...200 {
      #expect(encode([UInt32](repeating: 3, count: count), bitWidth: 2).count <= 3)
    }
  }

  @Test func packedBitsKeepTheirPlaceInASlice() {
    var random = SeededGenerator(seed: 7)
    let bits = (0..<300).map { _ in Bool.random(using: &random) }
    let bitmap = Bitmap(bits)
    for start in 0..<70 {
      for count in [0, 1, 8, 63, 64, 65, 130] {
        var output = ByteBuffer()
        HybridEncoder.appendPacked(bitmap.slice(start..<start + count), into: &output)
        let packed = output.freeze().array()
        #expect(packed.count == (count + 7) / 8)
        let decoded = ReferenceDecoder.unpack(packed, bitWidth: 1, count: count)
        #expect(decoded == bits[start..<start + count].map { $0 ? 1 : 0 })
      }
    }
  }

  private func runs(
    count: Int, longest: Int, bitWidth: Int, using random: inout SeededGenerator
  ) -> [UInt32] {
    let mask = bitWidth == 0 ? 0 : UInt32.max >> UInt32(32 - bitWidth)
    var values: [UInt32] = []
    while values.count < count {
      let value = UInt32.random(in: .min ... .max, using: &random) & mask
      values += Array(repeating: value, count: Int.random(in: 1...longest, using: &random))
    }
    return Array(values.prefix(count))
  }

  private func encode<T: FixedWidthInteger & UnsignedInteger & SIMDScalar>(
    _ values: [T], bitWidth: Int
  ) -> [UInt8] {
    var output = ByteBuffer()
    unsafe (values + Array(repeating: 0, count: 8)).withUnsafeBufferPointer { pointer in
      guard let base = pointer.baseAddress else { return }
      unsafe HybridEncoder.encode(
        base, count: values.count, bitWidth: bitWidth, into: &output)
    }
    return output.freeze().array()
  }
}
