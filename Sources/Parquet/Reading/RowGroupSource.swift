import Synchronization

/// The column chunks of a row group as a source that puts its reads together, where each costs more than its
/// bytes (``ReadCoalescing``).
///
/// Before ``fetch(_:)`` reads go through to the source beneath, one by one. Afterwards either all the chunks
/// are held, or, where they have too many bytes, of each the piece last read from.
final class RowGroupSource: ByteSource {
  private let source: WindowSource
  private let memory: MemoryAllowance
  private let state = Mutex(State())

  private struct State {
    /// All chunks; no two overlap, in order. Nil where they are not held.
    var whole: [Piece]?
    /// The chunks that are held in pieces, in order.
    var chunks: [Range<Int>] = []
    /// Of each what is held.
    var pieces: [Piece?] = []
    var pieceByteCount = 0
  }

  /// Where the bytes of a range are to be had.
  private enum Place {
    case held(Bytes)
    case beneath
    /// Beneath, with what follows up to `end`, to be held for a chunk.
    case piece(chunk: Int, end: Int)
  }

  /// Some bytes that are held, and their memory.
  private struct Piece {
    let bytes: HeldBytes
    let grant: MemoryGrant
  }

  /// The least that is read at once of a chunk that is not held as a whole: what a page walk asks for.
  private static let leastPieceByteCount = 256 << 10

  /// A source of what `source` has; what is held is taken from `memory`.
  init(_ source: WindowSource, memory: MemoryAllowance) {
    self.source = source
    self.memory = memory
  }

  var byteCount: Int { source.byteCount }
  var name: String { source.name }

  /// Reads `chunks`, whose every byte is going to be read, as few times as the policy allows.
  ///
  /// - Throws: ``ParquetError`` where the source cannot be read, or with code `limitExceeded`.
  func fetch(_ chunks: [Range<Int>]) throws(ParquetError) {
    let policy = source.policy
    let runs = policy.merged(chunks)
    let limit = min(policy.byteLimit, memory.limit / 4)
    guard runs.reduce(0, { $0 + $1.count }) <= limit else {
      let ordered = chunks.sorted { $0.lowerBound < $1.lowerBound }
      state.withLock { state in
        state.chunks = ordered
        state.pieces = Array(repeating: nil, count: ordered.count)
        state.pieceByteCount = max(
          limit / max(ordered.count, 1), RowGroupSource.leastPieceByteCount)
      }
      return
    }
    var grants: [MemoryGrant] = []
    for run in runs {
      let grant = MemoryGrant(memory)
      try grant.extend(by: run.count)
      grants.append(grant)
    }
    let read = Mutex<[HeldBytes?]>(Array(repeating: nil, count: runs.count))
    try Parallel.forEach(Array(runs.indices), threads: policy.concurrentReads) {
      (index, _) throws(ParquetError) in
      let bytes = HeldBytes(try source.read(exactly: runs[index]), at: runs[index].lowerBound)
      read.withLock { $0[index] = bytes }
    }
    let held = read.withLock { $0 }
    let pieces = zip(held, grants).compactMap { bytes, grant in
      bytes.map { Piece(bytes: $0, grant: grant) }
    }
    state.withLock { $0.whole = pieces }
  }

  /// The bytes of `range`, from what is held where they are.
  func read(_ range: Range<Int>) throws(ParquetError) -> Bytes {
    switch state.withLock({ RowGroupSource.place(of: range, in: &$0) }) {
    case .held(let bytes): return bytes
    case .beneath: return try source.read(range)
    case .piece(let chunk, let end):
      let grant = MemoryGrant(memory)
      try grant.extend(by: end - range.lowerBound)
      let read = HeldBytes(
        try source.read(exactly: range.lowerBound..<end), at: range.lowerBound)
      state.withLock { $0.pieces[chunk] = Piece(bytes: read, grant: grant) }
      return read.slice(range) ?? Bytes()
    }
  }

  /// Where to take `range` from. A piece that is to be followed by another goes, so that there are never both.
  private static func place(of range: Range<Int>, in state: inout State) -> Place {
    if let whole = state.whole {
      let index = last(whole.count) { whole[$0].bytes.range.lowerBound <= range.lowerBound }
      return index.flatMap { whole[$0].bytes.slice(range) }.map { .held($0) } ?? .beneath
    }
    let chunks = state.chunks
    guard let index = last(chunks.count, where: { chunks[$0].lowerBound <= range.lowerBound }),
      range.upperBound <= chunks[index].upperBound
    else { return .beneath }
    if let bytes = state.pieces[index]?.bytes.slice(range) { return .held(bytes) }
    state.pieces[index] = nil
    let byteCount = max(state.pieceByteCount, range.count)
    return .piece(
      chunk: index,
      end: range.lowerBound + min(byteCount, chunks[index].upperBound - range.lowerBound))
  }

  /// The last of `count` places where `holds`, which holds up to some place and no further.
  private static func last(_ count: Int, where holds: (Int) -> Bool) -> Int? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if holds(middle) { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? low - 1 : nil
  }
}

extension ParquetReader {
  /// Where the pages of each of `leaves` may lie.
  ///
  /// - Throws: ``ParquetError`` with row group and column where a chunk cannot be read.
  func pageRanges(rowGroup: Int, leaves: [Int]) throws(ParquetError) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    for index in leaves {
      let leaf = schema.leaves[index]
      do throws(ParquetError) {
        ranges.append(
          try chunk(rowGroup: rowGroup, leaf: leaf).metadata.pageRange(dataEnd: footer.offset))
      } catch {
        throw error.adding(rowGroup: rowGroup, column: leaf.path.description)
      }
    }
    return ranges
  }
}
