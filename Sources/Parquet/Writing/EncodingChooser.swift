/// Chooses how a slab's values are written by trying the encodings on a sample, and compressing what
/// they make with the codec in force.
struct EncodingChooser {
  let physicalType: PhysicalType
  let compression: Compression
  let candidates: [Encoding]
  let worker: EncoderWorker

  init(_ leaf: Leaf, _ settings: ColumnSettings, _ worker: EncoderWorker) {
    physicalType = leaf.physicalType
    compression = settings.compression.forSampling
    candidates = DirectEncoder.candidates(leaf.physicalType).filter(settings.mayChoose)
    self.worker = worker
  }

  /// An encoding, and the bytes that a slab is expected to take in it.
  struct Choice {
    var encoding: Encoding
    var byteCount: Double
  }

  /// The best encoding of `values` without a dictionary.
  ///
  /// Another encoding than PLAIN must save a hundredth: it costs readers more.
  func direct(_ values: ColumnValues) throws(ParquetError) -> Choice {
    let ranges = EncodingSample.ranges(values.count)
    let sampled = ranges.reduce(0) { $0 + PlainEncoder.byteCount(values, $1) }
    let scale = Double(PlainEncoder.byteCount(values, 0..<values.count)) / Double(max(sampled, 1))
    var best: Choice?
    for encoding in candidates {
      let size = try worker.compressedSize(compression) { page in
        for range in ranges { DirectEncoder.append(values, range, encoding, into: &page) }
      }
      let choice = Choice(encoding: encoding, byteCount: Double(size) * scale)
      if best.map({ choice.byteCount < 0.99 * $0.byteCount }) ?? true { best = choice }
    }
    return best ?? Choice(encoding: .plain, byteCount: 0)
  }

  /// What `count` values take by `dictionary`, as numbered by `indices`.
  ///
  /// `slabsAhead` is how many slabs the row group may still have: where the entries have all but ceased
  /// to grow, the slabs share their cost.
  func dictionary(
    _ dictionary: ChunkDictionary, _ indices: UnsafeMutablePointer<UInt32>, count: Int,
    slabsAhead: Int
  ) throws(ParquetError) -> Double {
    let bitWidth = BitPacking.bitWidth(of: UInt64(max(dictionary.count - 1, 0)))
    let ranges = EncodingSample.ranges(count)
    let sampled = ranges.reduce(0) { $0 + $1.count }
    let index = try worker.compressedSize(compression) { page in
      for range in ranges {
        unsafe HybridEncoder.encode(
          indices + range.lowerBound, count: range.count, bitWidth: bitWidth, into: &page)
      }
    }
    let entryLimit = 65_536
    let entries = try worker.compressedSize(compression) { page in
      unsafe dictionary.withEntryBytes(limit: entryLimit) { unsafe page.append($0) }
    }
    let entryScale =
      Double(dictionary.pageByteCount) / Double(max(min(dictionary.pageByteCount, entryLimit), 1))
    // Entries are numbered as they come: the second half's are above all of the first's.
    var half: UInt32 = 0
    for i in 0..<count / 2 { half = unsafe max(half, indices[i]) }
    let grown = dictionary.count - Int(half) - 1
    let sharers = grown * 20 <= dictionary.count ? 1 + min(slabsAhead, 3) : 1
    return Double(index) * Double(count) / Double(max(sampled, 1))
      + Double(entries) * entryScale / Double(sharers)
  }
}

extension Compression {
  /// The same codec at an effort that suits a sample.
  fileprivate var forSampling: Compression {
    switch self {
    case .gzip: .gzip(level: 1)
    case .zstd(let level): .zstd(level: min(level, 3))
    case .brotli(let level): .brotli(level: min(level, 4))
    case .none, .snappy, .lz4Raw: self
    }
  }
}
