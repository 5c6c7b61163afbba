/// Chooses how a slab's values are written by trying the encodings on a sample, and compressing what
/// they make with the codec in force.
///
/// A small sample shows which encodings are far from the best. Where more than one is left, a larger one
/// decides, which the codec treats as it does a page: Zstandard takes other parameters for few bytes, and
/// what repeats far apart shows only there.
struct EncodingChooser {
  private let candidates: [Encoding]
  private let compression: Compression
  private let pageRows: Int
  private let pageBytes: Int
  private let worker: EncoderWorker

  init(_ leaf: Leaf, _ settings: ColumnSettings, _ worker: EncoderWorker) {
    candidates = DirectEncoder.candidates(leaf.physicalType).filter(settings.mayChoose)
    compression = settings.compression
    pageRows = settings.pageRows
    pageBytes = settings.pageBytes
    self.worker = worker
  }

  /// A slab's values as the chunk's dictionary numbers them.
  @safe struct Numbered {
    let dictionary: ChunkDictionary
    let indices: UnsafeMutablePointer<UInt32>
    /// What share of the dictionary's entries the slab has to pay for.
    let entryShare: Double
    /// How much wider indices are on the average of the slabs that follow from this choice.
    let widening: Double
  }

  /// What was chosen.
  struct Choice {
    /// RLE_DICTIONARY, or an encoding without a dictionary.
    var encoding: Encoding
    /// The best encoding without a dictionary.
    var direct: Encoding
  }

  /// An encoding, and the bytes that a slab is expected to take in it.
  private struct Estimate {
    var encoding: Encoding
    var byteCount: Double
  }

  /// The best encoding of `values`; by a dictionary only where they are numbered.
  ///
  /// `current` is the encoding in force, if one is: another must then be better by a twentieth on the
  /// small sample to be looked at more closely.
  func best(
    of values: ColumnValues, _ numbered: Numbered? = nil, insteadOf current: Encoding? = nil
  ) throws(ParquetError) -> Choice {
    var tried = candidates
    if numbered != nil { tried.append(.rleDictionary) }
    guard tried.count > 1 else { return Choice(encoding: tried[0], direct: tried[0]) }
    let plainByteCount = PlainEncoder.byteCount(values, 0..<values.count)
    let small = Sample(values, [EncodingSample.ranges(values.count)], plainByteCount)
    var estimates = try estimate(tried, small, numbered, compression.forSampling)
    let least = estimates.reduce(.infinity) { min($0, $1.byteCount) }
    if let current, let now = estimates.first(where: { $0.encoding == current }),
      now.byteCount <= 1.05 * least
    {
      return Choice(encoding: current, direct: current)
    }
    // What so few bytes cannot tell apart.
    let near = (compression.hasLocalWindow ? 1.25 : 1.5) * least + 256 * small.scale
    let finalists = estimates.filter { $0.byteCount <= near }.map(\.encoding)
    if finalists.count > 1, small.scale > 1 {
      // Where next to nothing is left, what each page has once counts: only whole pages tell.
      let isTiny = least * 64 < Double(plainByteCount)
      let large = Sample(
        values,
        isTiny
          ? pages(values.count, plainByteCount)
          : [
            EncodingSample.largeRanges(
              values.count, plainByteCount: plainByteCount,
              least: compression.hasLocalWindow ? 8192 : 16_384)
          ], plainByteCount)
      estimates = try estimate(finalists, large, numbered, compression)
    }
    return choice(estimates)
  }

  /// The slab's pages, as they are about to be cut.
  private func pages(_ count: Int, _ plainByteCount: Int) -> [[Range<Int>]] {
    let length = max(min(pageRows, pageBytes * count / max(plainByteCount, 1)), 1)
    return stride(from: 0, to: count, by: length).map { [$0..<min($0 + length, count)] }
  }

  /// The best of `estimates`. Of equals the dictionary, as readers skip by it and keep it; then PLAIN, as it
  /// costs readers least.
  private func choice(_ estimates: [Estimate]) -> Choice {
    func best(_ estimates: [Estimate], _ preferred: Encoding) -> Encoding {
      let least = estimates.min { $0.byteCount < $1.byteCount }
      guard let least else { return .plain }
      let isEqual = estimates.contains {
        $0.encoding == preferred && $0.byteCount <= 1.005 * least.byteCount
      }
      return isEqual ? preferred : least.encoding
    }
    let direct = best(estimates.filter { $0.encoding != .rleDictionary }, .plain)
    let rivals = estimates.filter { $0.encoding == .rleDictionary || $0.encoding == direct }
    return Choice(encoding: best(rivals, .rleDictionary), direct: direct)
  }

  // MARK: Estimates

  /// Some of a slab's values.
  private struct Sample {
    let values: ColumnValues
    /// What is compressed together, and what in one run.
    let parts: [[Range<Int>]]
    /// How many times as much the slab has: of bytes in PLAIN, and of values.
    let scale: Double
    let countScale: Double

    init(_ values: ColumnValues, _ parts: [[Range<Int>]], _ plainByteCount: Int) {
      self.values = values
      self.parts = parts
      let ranges = parts.flatMap(\.self)
      let sampled = ranges.reduce(0) { $0 + PlainEncoder.byteCount(values, $1) }
      scale = Double(plainByteCount) / Double(max(sampled, 1))
      countScale = Double(values.count) / Double(max(ranges.reduce(0) { $0 + $1.count }, 1))
    }
  }

  private func estimate(
    _ encodings: [Encoding], _ sample: Sample, _ numbered: Numbered?, _ compression: Compression
  ) throws(ParquetError) -> [Estimate] {
    var estimates: [Estimate] = []
    for encoding in encodings {
      if encoding == .rleDictionary, let numbered {
        let byteCount = try dictionaryByteCount(numbered, sample, compression)
        estimates.append(Estimate(encoding: encoding, byteCount: byteCount))
        continue
      }
      var size = 0
      for part in sample.parts {
        size += try worker.compressedSize(compression) { page in
          for range in part { DirectEncoder.append(sample.values, range, encoding, into: &page) }
        }
      }
      estimates.append(Estimate(encoding: encoding, byteCount: Double(size) * sample.scale))
    }
    return estimates
  }

  /// What a slab takes by dictionary: its indices and its share of the entries.
  private func dictionaryByteCount(
    _ numbered: Numbered, _ sample: Sample, _ compression: Compression
  ) throws(ParquetError) -> Double {
    let dictionary = numbered.dictionary
    let bitWidth = BitPacking.bitWidth(of: UInt64(max(dictionary.count - 1, 0)))
    var index = 0
    for part in sample.parts {
      index += try worker.compressedSize(compression) { page in
        page.append(UInt8(bitWidth))
        for range in part {
          unsafe HybridEncoder.encode(
            numbered.indices + range.lowerBound, count: range.count, bitWidth: bitWidth, into: &page
          )
        }
      }
    }
    let sampledEntryBytes = min(dictionary.pageByteCount, 65_536)
    let entries = try worker.compressedSize(compression) { page in
      unsafe dictionary.withEntryBytes(limit: sampledEntryBytes) { unsafe page.append($0) }
    }
    let entryScale = Double(dictionary.pageByteCount) / Double(max(sampledEntryBytes, 1))
    return Double(index) * sample.countScale * numbered.widening
      + Double(entries) * entryScale * numbered.entryShare
  }
}

extension Compression {
  /// Whether what lies further back than 64 KiB is no help, and few bytes are treated as many are.
  fileprivate var hasLocalWindow: Bool {
    switch self {
    case .none, .snappy, .lz4Raw: true
    case .gzip, .zstd, .brotli: false
    }
  }

  /// The same codec at an effort that suits a small sample.
  fileprivate var forSampling: Compression {
    switch self {
    case .gzip: .gzip(level: 1)
    case .zstd(let level): .zstd(level: min(level, 3))
    case .brotli(let level): .brotli(level: min(level, 4))
    case .none, .snappy, .lz4Raw: self
    }
  }
}
