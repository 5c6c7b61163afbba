/// Chooses how a slab's values are written by trying the encodings on a sample, and compressing what
/// they make with the codec in force.
///
/// A small sample shows which encodings are far from the best. Where more than one is left, a larger one
/// decides, which the codec treats as it does a page: Zstandard takes other parameters for few bytes, and
/// what repeats far apart shows only there. Where levels are compressed with the values, whole pages are tried,
/// as both may repeat together.
struct EncodingChooser {
  private let candidates: [Encoding]
  private let compression: Compression
  private let worker: EncoderWorker

  init(_ leaf: Leaf, _ settings: ColumnSettings, _ worker: EncoderWorker) {
    candidates = DirectEncoder.candidates(leaf.physicalType).filter(settings.mayChoose)
    compression = settings.compression
    self.worker = worker
  }

  /// The pages that a slab's column is about to be cut into.
  struct Pages {
    let values: ColumnValues
    /// Whether levels that are not all the same are compressed with the values.
    let hasLevels: Bool
    /// The pages, as they would be in PLAIN.
    let spans: () -> [PageSpan]
    /// Appends the levels that are compressed with a page's values.
    let appendLevels: (PageSpan, inout ByteBuffer) -> Void
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
    /// The bytes that the slab's pages are expected to take in that one; nil where nothing was tried.
    var directByteCount: Double?
  }

  /// An encoding, and the bytes that a slab is expected to take in it.
  private struct Estimate {
    var encoding: Encoding
    var byteCount: Double
  }

  /// The best encoding of the values in `pages`; by a dictionary only where they are numbered.
  ///
  /// `current` is the encoding in force, if one is: another must then be better by a twentieth on the
  /// small sample to be looked at more closely.
  func best(
    of pages: Pages, _ numbered: Numbered? = nil, insteadOf current: Encoding? = nil
  ) throws(ParquetError) -> Choice {
    let values = pages.values
    var tried = candidates
    if numbered != nil { tried.append(.rleDictionary) }
    guard tried.count > 1 else { return Choice(encoding: tried[0], direct: tried[0]) }
    let plainByteCount = PlainEncoder.byteCount(values, 0..<values.count)
    let small = Sample(
      pages, [Sample.Part(ranges: EncodingSample.ranges(values.count))], plainByteCount)
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
    if finalists.count > 1, small.scale > 1 || pages.hasLevels {
      // Where next to nothing is left, what each page has once counts: only whole pages tell.
      let isTiny = least * 64 < Double(plainByteCount)
      let parts = largeParts(pages, plainByteCount, all: isTiny)
      estimates = try estimate(
        finalists, Sample(pages, parts, plainByteCount, isLarge: true), numbered, compression)
    }
    return choice(estimates)
  }

  /// The parts of the larger sample: whole pages, all of them or some, or runs of values.
  private func largeParts(
    _ pages: Pages, _ plainByteCount: Int, all: Bool
  ) -> [Sample.Part] {
    let ranges = EncodingSample.largeRanges(
      pages.values.count, plainByteCount: plainByteCount,
      least: compression.hasLocalWindow ? 8192 : 16_384)
    guard all || pages.hasLevels else { return [Sample.Part(ranges: ranges)] }
    let spans = pages.spans()
    let wanted = ranges.reduce(0) { $0 + $1.count }
    let count = all ? spans.count : (wanted * spans.count - 1) / max(pages.values.count, 1) + 1
    // Spread evenly, each in the middle of its share.
    return (0..<min(count, spans.count)).map { part in
      let span = spans[(2 * part + 1) * spans.count / (2 * min(count, spans.count))]
      return Sample.Part(ranges: [span.values], page: span)
    }
  }

  /// The best of `estimates`. Of equals the dictionary, as readers skip by it and keep it; then what costs readers
  /// least: PLAIN, and after it the lengths apart from the bytes.
  private func choice(_ estimates: [Estimate]) -> Choice {
    func best(_ estimates: [Estimate], preferring preferred: [Encoding]) -> Encoding {
      let least = estimates.min { $0.byteCount < $1.byteCount }
      guard let least else { return .plain }
      let equals = estimates.filter { $0.byteCount <= 1.005 * least.byteCount }.map(\.encoding)
      return preferred.first(where: equals.contains) ?? least.encoding
    }
    let direct = best(
      estimates.filter { $0.encoding != .rleDictionary },
      preferring: [.plain, .deltaLengthByteArray])
    let rivals = estimates.filter { $0.encoding == .rleDictionary || $0.encoding == direct }
    return Choice(
      encoding: best(rivals, preferring: [.rleDictionary]), direct: direct,
      directByteCount: estimates.first { $0.encoding == direct }?.byteCount)
  }

  // MARK: Estimates

  /// Some of a slab's values.
  private struct Sample {
    /// What is compressed together.
    struct Part {
      /// Runs of values.
      var ranges: [Range<Int>]
      /// The page whose values they are, where they are a page's.
      var page: PageSpan?
    }

    let pages: Pages
    let parts: [Part]
    /// How many times as much the slab has: of bytes in PLAIN, and of values.
    let scale: Double
    let countScale: Double
    /// Whether this is the larger sample, which decides.
    let isLarge: Bool

    init(_ pages: Pages, _ parts: [Part], _ plainByteCount: Int, isLarge: Bool = false) {
      self.isLarge = isLarge
      self.pages = pages
      self.parts = parts
      let ranges = parts.flatMap(\.ranges)
      let sampled = ranges.reduce(0) { $0 + PlainEncoder.byteCount(pages.values, $1) }
      scale = Double(plainByteCount) / Double(max(sampled, 1))
      countScale = Double(pages.values.count) / Double(max(ranges.reduce(0) { $0 + $1.count }, 1))
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
          if let span = part.page { sample.pages.appendLevels(span, &page) }
          for range in part.ranges {
            DirectEncoder.append(sample.pages.values, range, encoding, into: &page)
          }
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
    // Indices that go as runs hardly grow with their width, so it is tried instead of reckoned.
    let laterWidth = min(Double(bitWidth) * numbered.widening, 32)
    let narrow = Int(laterWidth)
    var index = Double(try indexByteCount(numbered, sample, compression, bitWidth: narrow))
    if laterWidth > Double(narrow) {
      let wide = try indexByteCount(numbered, sample, compression, bitWidth: narrow + 1)
      index += (Double(wide) - index) * (laterWidth - Double(narrow))
    }
    // What repeats far apart among the entries shows only in all of them.
    let entryLimit = sample.isLarge && !compression.hasLocalWindow ? Int.max : 65_536
    let sampledEntryBytes = min(dictionary.pageByteCount, entryLimit)
    let entries = try worker.compressedSize(compression) { page in
      unsafe dictionary.withEntryBytes(limit: sampledEntryBytes) { unsafe page.append($0) }
    }
    let entryScale = Double(dictionary.pageByteCount) / Double(max(sampledEntryBytes, 1))
    return index * sample.countScale + Double(entries) * entryScale * numbered.entryShare
  }

  /// What the sample's indices take with so many bits each.
  private func indexByteCount(
    _ numbered: Numbered, _ sample: Sample, _ compression: Compression, bitWidth: Int
  ) throws(ParquetError) -> Int {
    var byteCount = 0
    for part in sample.parts {
      byteCount += try worker.compressedSize(compression) { page in
        if let span = part.page { sample.pages.appendLevels(span, &page) }
        page.append(UInt8(bitWidth))
        for range in part.ranges {
          unsafe HybridEncoder.encode(
            numbered.indices + range.lowerBound, count: range.count, bitWidth: bitWidth,
            into: &page)
        }
      }
    }
    return byteCount
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
