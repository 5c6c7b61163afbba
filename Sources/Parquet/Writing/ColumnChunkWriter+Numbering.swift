/// What a slab's values look like to a dictionary.
extension ColumnChunkWriter {
  /// Numbers the values; false where the dictionary is full.
  func number(
    _ values: ColumnValues, _ range: WordRange, _ dictionary: ChunkDictionary,
    _ indices: UnsafeMutablePointer<UInt32>, _ worker: EncoderWorker
  ) -> Bool {
    guard case .dictionary(let coded, let entries) = values.form else {
      return unsafe dictionary.number(values, range: range, into: indices)
    }
    // Each entry is looked up once, in the order of first use: the numbers are those that the plain values get.
    let used = unsafe worker.renumber(coded, entryCount: entries.count, into: indices)
    let distinct = entries.gathered(used)
    return unsafe worker.withEntryNumbers(distinct.count) { numbers in
      let isNumbered = unsafe dictionary.number(
        distinct, range: WordRange(distinct, leaf.physicalType), into: numbers)
      guard isNumbered else { return false }
      for i in 0..<values.count { unsafe indices[i] = numbers[Int(indices[i])] }
      return true
    }
  }

  func mayRepeat(_ values: ColumnValues, slabsAhead: Double) -> Bool {
    let entryByteCount = PlainEncoder.byteCount(values, 0..<values.count) / values.count
    let entryLimit = settings.dictionaryBytes / max(entryByteCount, 1)
    // Brotli may find more in one page of all the values than in several, even where none repeats.
    if case .brotli = settings.compression,
      Double(values.count) * (1 + slabsAhead) <= Double(entryLimit)
    {
      return true
    }
    return EncodingSample(values).mayRepeat(
      values.count, slabsAhead: slabsAhead, entryLimit: entryLimit)
  }

  /// What there is to know of a slab that was numbered, where the encoding is to be chosen by it: the
  /// first one, for which it is told what lies ahead; one of many more values than the choice was made
  /// by; and one that added far more entries than the one before, as values do not that are distributed
  /// as they were.
  func numbered(
    _ dictionary: ChunkDictionary, _ indices: UnsafeMutablePointer<UInt32>, _ count: Int,
    _ countBefore: Int, _ slabsAhead: Double?
  ) -> EncodingChooser.Numbered? {
    if let slabsAhead {
      let growth = unsafe DictionaryGrowth(indices, count: count)
      let entryBytes = Double(dictionary.pageByteCount) / Double(max(dictionary.count, 1))
      let outlook = growth.outlook(
        slabs: 1 + slabsAhead, countLimit: Double(settings.dictionaryBytes) / max(entryBytes, 1))
      return unsafe EncodingChooser.Numbered(
        dictionary: dictionary, indices: indices, entryShare: outlook.entryShare,
        widening: outlook.widening)
    }
    let added = dictionary.count - countBefore
    guard count / 4 > basis || added > 256 + lastGrowth + lastGrowth / 2 else { return nil }
    return unsafe EncodingChooser.Numbered(
      dictionary: dictionary, indices: indices,
      entryShare: Double(added) / Double(max(dictionary.count, 1)), widening: 1)
  }
}
