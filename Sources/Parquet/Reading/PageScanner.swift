/// Goes through the slots of a chunk's data pages piece by piece, and says what each piece holds:
/// for descriptions and verification, which look at one page at a time.
struct PageScanner {
  /// The slots of a piece.
  private static let slotLimit = 8_192

  /// Some slots of a page.
  struct Piece {
    var slotCount = 0
    /// The rows that begin in the piece.
    var rowCount = 0
    /// The slots that hold a value.
    var presentCount = 0
    /// Whether the first slot begins a row.
    var startsRow = true
    /// How often each definition level stands.
    var definitionHistogram: [Int] = []
    /// How often each repetition level stands.
    var repetitionHistogram: [Int] = []
  }

  private let leaf: Leaf
  private var window: LevelWindow

  /// A scanner at the beginning of a chunk of `leaf`, whose memory is taken from `memory`.
  init(leaf: Leaf, memory: MemoryAllowance) {
    self.leaf = leaf
    window = LevelWindow(memory: memory)
  }

  /// The next slots of `page`; nil where none are left.
  ///
  /// - Throws: ``ParquetError`` where there are fewer levels than slots, or levels that no value has.
  mutating func next(in page: inout DataPage) throws(ParquetError) -> Piece? {
    guard page.slotsLeft > 0 else { return nil }
    var piece = Piece()
    piece.definitionHistogram = [Int](repeating: 0, count: leaf.maxDefinitionLevel + 1)
    piece.repetitionHistogram = [Int](repeating: 0, count: leaf.maxRepetitionLevel + 1)
    if leaf.maxRepetitionLevel > 0 {
      try window.fill(from: &page, leaf: leaf)
      piece.startsRow = window.startsRow
      var definition = ByteBuffer()
      var repetition = ByteBuffer()
      let taken = try window.take(
        rowLimit: Int.max, rows: &piece.rowCount, leaf: leaf, definition: &definition,
        repetition: &repetition)
      piece.slotCount = taken.slots
      piece.presentCount = taken.present
      PageScanner.count(definition.freeze(), into: &piece.definitionHistogram)
      PageScanner.count(repetition.freeze(), into: &piece.repetitionHistogram)
      return piece
    }
    let count = min(page.slotsLeft, PageScanner.slotLimit)
    piece.slotCount = count
    piece.rowCount = count
    piece.repetitionHistogram[0] = count
    page.slotsLeft -= count
    if page.definition == nil {
      piece.presentCount = count
      piece.definitionHistogram[0] = count
    } else {
      var definition = ByteBuffer(capacity: count)
      let target = unsafe definition.start.assumingMemoryBound(to: UInt8.self)
      try unsafe page.definition?.decode(count, into: target)
      definition.advance(by: count)
      PageScanner.count(definition.freeze(), into: &piece.definitionHistogram)
      piece.presentCount = piece.definitionHistogram[leaf.maxDefinitionLevel]
    }
    return piece
  }

  /// Counts the levels, of which none is past the end of `histogram`.
  private static func count(_ levels: Bytes, into histogram: inout [Int]) {
    for i in 0..<levels.count { histogram[Int(levels[i])] += 1 }
  }
}
