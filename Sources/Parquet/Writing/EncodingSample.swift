/// A sample of a slab's values: eight runs of 256, spread evenly.
///
/// Runs keep what neighbours share, their spread what the whole does; the sample is the same for the
/// same values, whatever thread looks at them.
struct EncodingSample {
  static let runCount = 8
  static let runLength = 256

  /// The values sampled.
  private(set) var count = 0
  /// How many of them differ.
  private(set) var distinctCount = 0
  /// How many occur once, and twice.
  private(set) var once = 0
  private(set) var twice = 0

  /// Samples `values`, in plain form.
  init(_ values: ColumnValues) {
    var occurrences: [UInt64: Int] = [:]
    occurrences.reserveCapacity(EncodingSample.runCount * EncodingSample.runLength)
    for range in EncodingSample.ranges(values.count) {
      for i in range {
        occurrences[values.sampleHash(at: i), default: 0] += 1
        count += 1
      }
    }
    distinctCount = occurrences.count
    for occurrence in occurrences.values {
      if occurrence == 1 { once += 1 }
      if occurrence == 2 { twice += 1 }
    }
  }

  /// The places sampled of `count` values; all of them where they are few.
  static func ranges(_ count: Int) -> [Range<Int>] {
    ranges(count, runCount: runCount, runLength: runLength)
  }

  /// The places of the larger sample, by which candidates are told apart that the small one cannot: one
  /// that the codec treats as it does a page, of `least` values and of 64 KiB or more, in four runs.
  ///
  /// `plainByteCount` is what the `count` values take in PLAIN.
  static func largeRanges(_ count: Int, plainByteCount: Int, least: Int) -> [Range<Int>] {
    let wanted = max(least, 65_536 * count / max(plainByteCount, 1))
    // Of few values not so many that looking costs as much as writing.
    let length = min(wanted, max(count / 6, least), 32_768) / 4
    return ranges(count, runCount: 4, runLength: (length + 127) / 128 * 128)
  }

  private static func ranges(_ count: Int, runCount: Int, runLength: Int) -> [Range<Int>] {
    guard count > runCount * runLength else { return [0..<count] }
    let stride = (count - runLength) / (runCount - 1)
    return (0..<runCount).map { $0 * stride..<$0 * stride + runLength }
  }

  /// Whether values repeat enough for a dictionary to be worth trying: one of this slab's `valueCount`
  /// values, or of those and as many in each of the `slabsAhead` slabs that may follow, where it can have
  /// `entryLimit` entries.
  ///
  /// Chao's estimate of how many differ in all: those seen, and once² / (2 · twice) unseen.
  func mayRepeat(_ valueCount: Int, slabsAhead: Double, entryLimit: Int) -> Bool {
    if count == valueCount, slabsAhead == 0 {
      return distinctCount < valueCount || valueCount <= 1
    }
    let unseen = Double(once) * Double(once) / Double(2 * twice + 2)
    let distinct = Double(distinctCount) + unseen
    if distinct < 0.75 * Double(valueCount) { return true }
    return distinct <= Double(entryLimit) && distinct < 0.75 * Double(valueCount) * (1 + slabsAhead)
  }
}

extension ColumnValues {
  /// A hash of the value at `index`.
  fileprivate func sampleHash(at index: Int) -> UInt64 {
    unsafe withBytes(at: index) { bytes in
      guard let base = bytes.baseAddress else { return 0 }
      return unsafe ByteStringKey(base, bytes.count).hash
    }
  }
}
