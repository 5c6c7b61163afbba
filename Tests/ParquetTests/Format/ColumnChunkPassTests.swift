import Testing

@testable import Parquet

/// ``ColumnChunkPass`` against the decoder: what one goes past the other decodes, up to the same byte.
@Suite struct ColumnChunkPassTests {
  private func random(_ count: Int, _ random: inout SeededGenerator) -> Bytes {
    Bytes(copying: (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
  }

  /// A chunk such as writers describe; numbers of all lengths.
  private func chunk(_ random: inout SeededGenerator) -> ColumnChunk {
    func count() -> Int {
      Int.random(in: 0..<(1 << Int.random(in: 1...48, using: &random)), using: &random)
    }
    func count32() -> Int { count() & Int(Int32.max) }
    let names = [
      "a", "element", "exactly 16 bytes", "list_of_numbers", "seventeen letters", "größe", "",
    ]
    var statistics: Statistics?
    if Bool.random(using: &random) {
      statistics = Statistics(
        minimum: self.random(Int.random(in: 0...20, using: &random), &random),
        maximum: self.random(Int.random(in: 0...200, using: &random), &random),
        isMinimumExact: true, isMaximumExact: false, nullCount: count(),
        distinctCount: Bool.random(using: &random) ? count() : nil)
    }
    var sizes: SizeStatistics?
    if Bool.random(using: &random) {
      sizes = SizeStatistics(
        unencodedByteArrayByteCount: count(),
        repetitionLevelHistogram: Bool.random(using: &random) ? nil : [count(), count()],
        definitionLevelHistogram: (0..<Int.random(in: 0...14, using: &random)).map { _ in count() })
    }
    let metadata = ColumnMetadata(
      type: PhysicalTypeID(rawValue: Int32.random(in: .min ... .max, using: &random)),
      encodings: [.plain, .rle, Encoding(rawValue: Int32(count32()))],
      path: (0..<Int.random(in: 1...3, using: &random)).map { _ in
        names[Int.random(in: 0..<names.count, using: &random)]
      },
      codec: .snappy, valueCount: count(), totalUncompressedByteCount: count(),
      totalCompressedByteCount: count(), dataPageOffset: count(), dictionaryPageOffset: count(),
      statistics: statistics,
      encodingStatistics: [
        PageEncodingStatistics(pageType: .dataPage, encoding: .plain, count: count32()),
        PageEncodingStatistics(pageType: .dictionaryPage, encoding: .plain, count: 1),
      ],
      bloomFilterOffset: Bool.random(using: &random) ? count() : nil,
      bloomFilterByteCount: Bool.random(using: &random) ? count32() : nil, sizeStatistics: sizes)
    return ColumnChunk(
      metadata: metadata, offsetIndexOffset: count(), offsetIndexByteCount: count32(),
      columnIndexOffset: count(), columnIndexByteCount: count32())
  }

  /// How many bytes are gone past; nil where the decoder is asked.
  private func passed(_ bytes: Bytes) -> Int? {
    var reader = CompactReader(bytes)
    return unsafe reader.skip(ColumnChunkPass.byteCount) ? reader.position : nil
  }

  private func decoded(_ bytes: Bytes) -> Int? {
    var reader = CompactReader(bytes)
    return (try? ColumnChunk(from: &reader)) == nil ? nil : reader.position
  }

  @Test func goesPastWhatWritersWrite() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<2_000 {
      let bytes = chunk(&random).encoded()
      #expect(passed(bytes) == bytes.count)
    }
  }

  /// What comes after a chunk is not looked at.
  @Test func stopsAtTheEndOfTheChunk() {
    var random = SeededGenerator(seed: 2)
    let first = chunk(&random).encoded()
    let second = chunk(&random).encoded()
    #expect(passed(Bytes(copying: first.array() + second.array())) == first.count)
  }

  @Test func leavesWhatIsNotWhole() {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<50 {
      let bytes = chunk(&random).encoded()
      for count in 0..<bytes.count { #expect(passed(bytes.slice(0..<count)) == nil) }
    }
  }

  @Test func agreesWithTheDecoderOnDamagedChunks() {
    var random = SeededGenerator(seed: 4)
    var passedCount = 0
    var leftCount = 0
    for _ in 0..<60_000 {
      var bytes = chunk(&random).encoded().array()
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 2: bytes.remove(at: place)
        default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        }
      }
      let damaged = Bytes(copying: bytes)
      if let count = passed(damaged) {
        #expect(decoded(damaged) == count)
        passedCount += 1
      } else {
        leftCount += 1
      }
    }
    // Both answers were given often enough for the comparison to mean something.
    #expect(passedCount > 5_000)
    #expect(leftCount > 5_000)
  }

  @Test(arguments: [
    ColumnChunk(metadata: nil),
    {
      var chunk = ColumnChunk(metadata: nil); chunk.encryptedMetadata = Bytes(); return chunk
    }(),
  ])
  func leavesChunksWithoutMetadata(_ chunk: ColumnChunk) {
    #expect(passed(chunk.encoded()) == nil)
  }
}
