import Testing

@testable import Parquet

/// What the automatic choice of encodings and the page versions come to.
@Suite struct EncodingChoiceTests {
  private func write(
    _ values: [Int64], _ change: (inout WriterOptions) -> Void
  ) throws -> (file: WrittenFile, reader: ParquetReader) {
    let schema = try Schema([SchemaField("a", .int64)])
    var options = WriterOptions()
    change(&options)
    let sink = MemorySink()
    let writer = try ParquetWriter(sink, schema: schema, options: options)
    try writer.write(
      try ColumnBatch(schema: schema, columns: [Column(.fixed(width: 8, Bytes(copying: values)))]))
    let file = try writer.finish()
    return (file, try ParquetReader(MemorySource(sink.bytes)))
  }

  private func read(_ reader: ParquetReader) throws -> [Int64] {
    var values: [Int64] = []
    for group in reader.metadata.rowGroups.indices {
      let column = try reader.read(rowGroup: group).columns[0].values
      for i in 0..<column.count { values.append(column.number(at: i)) }
    }
    return values
  }

  private func size(_ file: WrittenFile) throws -> Int {
    try #require(file.metadata.rowGroups[0].columns[0].metadata).totalCompressedByteCount
  }

  /// Eight shapes of integers, of which each suits another encoding.
  private static func shape(_ kind: Int, _ count: Int) -> [Int64] {
    var state = UInt64(kind) &* 0x9E37_79B9_7F4A_7C15
    func random(_ bound: UInt64) -> Int64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64((state &>> 33) % bound)
    }
    var sum: Int64 = 0
    return (0..<count).map { i in
      switch kind {
      case 0: return 7
      case 1: return Int64(i)
      case 2: return random(3)
      case 3: return random(100) &* 1_000_003
      case 4: return random(1 << 31)
      case 5:
        sum += random(9)
        return sum
      case 6: return Int64(i / 300)
      default: return random(40_000) &* 1_000_003
      }
    }
  }

  @Test(arguments: [Compression.none, .snappy, .gzip(), .zstd()])
  func automaticIsNoMoreThanAFiftiethFromTheBestSingleOne(_ codec: Compression) throws {
    for kind in 0...7 {
      for count in [1_000, 50_000, 200_000] {
        let values = Self.shape(kind, count)
        let auto = try size(write(values) { $0.compression = codec }.file)
        var best = Int.max
        for encoding in [Encoding.plain, .rleDictionary, .deltaBinaryPacked] {
          let forced = try write(values) {
            $0.compression = codec
            $0.encoding = .always(encoding)
          }
          best = min(best, try size(forced.file))
        }
        // `bench --encodings` holds larger tables to 2 %.
        #expect(Double(auto) <= 1.02 * Double(best) + 64, "shape \(kind), \(count) values")
      }
    }
  }

  @Test func aChunkWhoseDictionaryFillsUpIsReadWhole() throws {
    // The first slab has few values, those after it more than a dictionary holds.
    // (With its types said, the compiler need not look for them five seconds long.)
    let values = (0..<400_000).map { (i: Int) -> Int64 in
      i < 131_072 ? Int64(i % 50) : Int64(i) &* 0x9E37_79B9
    }
    let (file, reader) = try write(values) { $0.dictionaryBytes = 4_096 }
    let chunk = try #require(file.metadata.rowGroups[0].columns[0].metadata)
    let used = Set(
      (chunk.encodingStatistics ?? []).filter { $0.pageType == .dataPage }.map(\.encoding))
    #expect(used.contains(.rleDictionary) && used.count > 1)
    #expect(try read(reader) == values)
  }

  @Test func aPageOfVersion2ThatWouldGrowStaysAsItIs() throws {
    var state: UInt64 = 1
    let values = (0..<5_000).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64(bitPattern: state ^ state &>> 29)
    }
    let (file, reader) = try write(values) {
      $0.pageVersion = .v2
      $0.encoding = .always(.plain)
    }
    let chunk = try #require(file.metadata.rowGroups[0].columns[0].metadata)
    // No byte but those of the header is added to the values'.
    #expect(chunk.totalCompressedByteCount == chunk.totalUncompressedByteCount)
    #expect(try read(reader) == values)
  }

  @Test func aBloomFilterIsRefusedARateThatNoSizeGives() {
    #expect(throws: ParquetError.self) {
      _ = try write([1, 2, 3]) {
        $0.bloomColumns = ["a"]
        $0.bloomFalsePositiveRate = 1e-300
      }
    }
  }
}
