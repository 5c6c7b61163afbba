/// Holds the values of a column chunk against its bloom filter: each of them must pass.
///
/// Specification: BloomFilter.md; rules B1–B6.
struct BloomFilterCheck {
  private let filter: BloomFilter
  /// Which entries of the chunk's dictionary do not pass, once there are indices.
  private var missingEntries: [Bool]?

  init(_ filter: BloomFilter) { self.filter = filter }

  /// The first of `values` that does not pass; nil where all do.
  ///
  /// - Precondition: all values that come as indices are of one dictionary.
  mutating func firstMissing(_ values: ColumnValues) -> Int? {
    guard case .dictionary(let indices, let dictionary) = values.form else {
      return (0..<values.count).first { !passes(values, at: $0) }
    }
    let missing =
      missingEntries ?? (0..<dictionary.count).map { !passes(dictionary, at: $0) }
    missingEntries = missing
    return (0..<values.count).first { missing[indices[$0]] }
  }

  private func passes(_ values: ColumnValues, at index: Int) -> Bool {
    unsafe values.withBytes(at: index) { filter.mayContain(unsafe XXH64.hash($0)) }
  }
}

extension ChunkVerifier {
  /// What holds values against the chunk's bloom filter; nil where it has none, or none that can be read,
  /// which is noted.
  mutating func bloomFilterCheck(
    _ chunk: ReadableChunk
  ) throws(ParquetError) -> BloomFilterCheck? {
    // Booleans have none that says anything.
    guard let offset = chunk.metadata.bloomFilterOffset, leaf.physicalType != .boolean else {
      return nil
    }
    do throws(ParquetError) {
      guard
        let stored = try chunk.storedBloomFilter(
          reader.source, dataEnd: reader.footer.offset, memory: reader.memory)
      else {
        noteBloomFilter(
          "at bloom_filter_offset lies no bloom filter of a known kind", byteOffset: offset)
        return nil
      }
      if let stated = chunk.metadata.bloomFilterByteCount, stated != stored.byteCount {
        noteBloomFilter(
          "bloom_filter_length is \(stated); the bloom filter has \(stored.byteCount) bytes",
          byteOffset: offset)
      }
      return BloomFilterCheck(stored.filter)
    } catch {
      if error.code == .inputOutput { throw error }
      noteBloomFilter(
        "the bloom filter: \(error.message)", byteOffset: error.context.byteOffset ?? offset)
      return nil
    }
  }
}
