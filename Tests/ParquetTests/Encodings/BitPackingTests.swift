import Testing

@testable import Parquet

@Suite struct BitPackingTests {
  /// Counts of groups around the kernels' steps.
  static let groupCounts = [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33]

  @Test(arguments: 0...32)
  func everyWidthUnpacksToWhatWasPacked(bitWidth: Int) {
    var random = SeededGenerator(seed: UInt64(bitWidth))
    let mask = bitWidth == 0 ? 0 : UInt32.max >> UInt32(32 - bitWidth)
    for groups in Self.groupCounts {
      for pattern in 0..<3 {
        let values = (0..<groups * 8).map { _ -> UInt32 in
          switch pattern {
          case 0: UInt32.random(in: .min ... .max, using: &random) & mask
          case 1: mask
          default: Bool.random(using: &random) ? mask : 0
          }
        }
        let packed = pack(values, bitWidth: bitWidth)
        #expect(packed.count == groups * bitWidth)
        #expect(
          ReferenceDecoder.unpack(packed, bitWidth: bitWidth, count: values.count)
            == values.map(UInt64.init))
      }
    }
  }

  @Test(arguments: 0...8)
  func bytesPackAsWordsDo(bitWidth: Int) {
    var random = SeededGenerator(seed: 77)
    let mask = bitWidth == 0 ? 0 : UInt8.max >> UInt8(8 - bitWidth)
    let bytes = (0..<256).map { _ in UInt8.random(in: .min ... .max, using: &random) & mask }
    #expect(pack(bytes, bitWidth: bitWidth) == pack(bytes.map(UInt32.init), bitWidth: bitWidth))
  }

  @Test func widthsOfNumbers() {
    #expect(BitPacking.bitWidth(of: 0) == 0)
    #expect(BitPacking.bitWidth(of: 1) == 1)
    #expect(BitPacking.bitWidth(of: 255) == 8)
    #expect(BitPacking.bitWidth(of: 256) == 9)
    #expect(BitPacking.bitWidth(of: .max) == 64)
  }

  private func pack<T: FixedWidthInteger & UnsignedInteger>(
    _ values: [T], bitWidth: Int
  ) -> [UInt8] {
    var output = ByteBuffer(capacity: values.count / 8 * bitWidth + 16)
    unsafe values.withUnsafeBufferPointer { pointer in
      guard let base = pointer.baseAddress else { return }
      unsafe BitPacking.pack(
        base, groupCount: values.count / 8, bitWidth: bitWidth, into: output.end)
    }
    output.advance(by: values.count / 8 * bitWidth)
    return output.freeze().array()
  }
}
