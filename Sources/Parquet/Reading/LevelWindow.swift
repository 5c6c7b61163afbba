/// Levels of a leaf that repeats, decoded from a page and not yet given to a row.
struct LevelWindow {
  /// The most slots held.
  private static let slotLimit = 8_192

  private let memory: MemoryAllowance?
  private var definition = Bytes()
  private var repetition = Bytes()
  /// The first slot not taken.
  private var next = 0
  /// The definition level of the slot taken last; -1 at the beginning of the chunk.
  private var previousDefinition = -1

  /// A window at the beginning of a chunk, whose memory is taken from `memory`.
  init(memory: MemoryAllowance?) { self.memory = memory }

  /// Whether no slot is held.
  var isEmpty: Bool { next == definition.count }

  /// Whether the next slot begins a row.
  var startsRow: Bool { isEmpty || repetition[next] == 0 }

  /// Reads the next slots of `page`.
  mutating func fill(from page: inout DataPage, leaf: Leaf) throws(ParquetError) {
    let count = min(page.slotsLeft, LevelWindow.slotLimit)
    definition = try levels(count, &page.definition)
    repetition = try levels(count, &page.repetition)
    page.slotsLeft -= count
    next = 0
  }

  private func levels(
    _ count: Int, _ decoder: inout LevelDecoder?
  ) throws(ParquetError) -> Bytes {
    var buffer = try ByteBuffer(capacity: count, within: memory)
    try unsafe decoder?.decode(count, into: buffer.start.assumingMemoryBound(to: UInt8.self))
    buffer.advance(by: count)
    return buffer.freeze()
  }

  /// Takes slots until `rowLimit` rows have begun and the next one begins, or none is left.
  ///
  /// - Parameters:
  ///   - rowLimit: how many rows are wanted.
  ///   - rows: the rows begun so far.
  ///   - leaf: what the levels are held against.
  ///   - definitionOutput: what the definition levels are appended to.
  ///   - repetitionOutput: what the repetition levels are appended to.
  /// - Returns: how many of the slots taken hold a value.
  /// - Throws: ``ParquetError``: `malformedFile` for levels that no value has, `limitExceeded`.
  mutating func take(
    rowLimit: Int, rows: inout Int, leaf: Leaf, definition definitionOutput: inout ByteBuffer,
    repetition repetitionOutput: inout ByteBuffer
  ) throws(ParquetError) -> (slots: Int, present: Int) {
    let definition = unsafe self.definition.elements(of: UInt8.self)
    let repetition = unsafe self.repetition.elements(of: UInt8.self)
    let full = UInt8(leaf.maxDefinitionLevel)
    let count = self.definition.count
    var present = 0
    var previous = previousDefinition
    var slot = next
    while slot < count {
      let repeated = unsafe repetition[slot]
      if repeated == 0 {
        if rows == rowLimit { break }
        rows &+= 1
      } else {
        // A further element of a list is there by definition, and so is the one before it; before the
        // first slot of a chunk there is none.
        guard
          unsafe min(Int(definition[slot]), previous)
            >= leaf.elementDefinitionLevels[Int(repeated) - 1]
        else {
          throw ParquetError(
            .malformedFile,
            "a slot continues a list (repetition level \(repeated)) that is not there")
        }
      }
      previous = unsafe Int(definition[slot])
      unsafe present &+= definition[slot] == full ? 1 : 0
      slot &+= 1
    }
    let taken = next..<slot
    try definitionOutput.reserve(taken.count, within: memory)
    try repetitionOutput.reserve(taken.count, within: memory)
    definitionOutput.append(self.definition.slice(taken))
    repetitionOutput.append(self.repetition.slice(taken))
    previousDefinition = previous
    next = slot
    return (taken.count, present)
  }
}
