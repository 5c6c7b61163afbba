/// How a chunk's dictionary grew over its first slab, and how it will go on.
///
/// Entries are numbered as they come, so a slab's indices tell how many there were after a quarter of it,
/// after half, and at its end.
struct DictionaryGrowth {
  /// The entries at the slab's end.
  private let count: Double
  /// By what share of itself the dictionary grew in the slab's second quarter, and in its second half.
  private let earlyRate: Double
  private let lateRate: Double

  /// The growth over a chunk's first slab, of `count` values.
  init(_ indices: UnsafeMutablePointer<UInt32>, count: Int) {
    var greatest: UInt32 = 0
    var counts: [Double] = []
    var i = 0
    for end in [count / 4, count / 2, count] {
      while i < end {
        greatest = unsafe max(greatest, indices[i])
        i += 1
      }
      counts.append(i == 0 ? 0 : Double(greatest) + 1)
    }
    self.count = counts[2]
    earlyRate = counts[0] > 0 ? min(counts[1] / counts[0] - 1, 1) : 1
    lateRate = counts[1] > 0 ? min(counts[2] / counts[1] - 1, 1) : 1
  }

  /// What follows from a number of slabs.
  struct Outlook {
    /// The entries at their end, for each slab, as a share of those at the end of the first.
    var entryShare: Double
    /// How much wider an index is on the average than in the first.
    var widening: Double
  }

  /// The outlook over `slabs` slabs, the first one included, or over those until there are more than
  /// `countLimit` entries.
  ///
  /// Each doubling of the values adds a share to the entries. Where every value is as likely as any other,
  /// that share is squared from one doubling to the next; where few are frequent and ever more rare, it
  /// stays: the rates seen say which of both is nearer.
  func outlook(slabs: Double, countLimit: Double) -> Outlook {
    let squared = earlyRate * earlyRate
    let evenness =
      earlyRate > squared ? min(max((earlyRate - lateRate) / (earlyRate - squared), 0), 1) : 0
    var rate = lateRate
    var count = self.count
    var total = 1.0
    var widths = bitWidth(count)
    while total < slabs {
      rate = evenness * rate * rate + (1 - evenness) * rate
      let added = min(total, slabs - total)
      let next = count * (1 + rate * added / total)
      guard next <= countLimit else { break }
      count = next
      widths += added * bitWidth(count)
      total += added
    }
    return Outlook(
      entryShare: count / max(self.count, 1) / total,
      widening: widths / total / max(bitWidth(self.count), 1))
  }

  private func bitWidth(_ count: Double) -> Double {
    Double(BitPacking.bitWidth(of: UInt64(max(count - 1, 0))))
  }
}
