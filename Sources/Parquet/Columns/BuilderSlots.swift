/// The slots of a builder: how many, and which of them are null.
///
/// It lies at an address of its own: each change of a class's stored property would be looked up for conflicting
/// accesses, which takes longer than the change.
@usableFromInline
struct BuilderSlots: ~Copyable {
  /// The slots appended since the last batch, nulls included.
  @usableFromInline var count = 0
  /// The nulls among them.
  @usableFromInline var nullCount = 0
  /// One bit a slot, from the first null on: before it, all slots are present.
  var validity = BitmapBuffer()
  /// What was wrong with the first wrong slot.
  var failure: ParquetError?
  private let isOptional: Bool

  init(isOptional: Bool) { self.isOptional = isOptional }

  /// Notes a present slot.
  @inlinable @inline(__always)
  mutating func notePresent() {
    if nullCount > 0 { noteValid() }
    count &+= 1
  }

  @usableFromInline
  mutating func noteValid() { validity.append(true) }

  /// Notes a null.
  @usableFromInline
  mutating func appendNull() {
    if nullCount == 0 { validity.append(repeating: true, count: count) }
    validity.append(false)
    nullCount &+= 1
    if !isOptional { fail(ParquetError(.schemaMismatch, "null in a required column")) }
    count &+= 1
  }

  /// Notes that `added` slots are present.
  mutating func notePresent(count added: Int) {
    if nullCount > 0 { validity.append(repeating: true, count: added) }
    count += added
  }

  /// Keeps `error`, if it is the first.
  mutating func fail(_ error: ParquetError) {
    if failure == nil { failure = error.adding(row: count) }
  }

  /// Takes `added` slots at once, as the first; `bits` are theirs, nil where all are present.
  mutating func adopt(count added: Int, validity bits: Bitmap?) {
    precondition(count == 0, "slots are adopted by an empty builder")
    count = added
    guard let bits else { return }
    nullCount = added - bits.setCount()
    validity.append(bits)
    if nullCount > 0, !isOptional {
      count = (0..<added).first { !bits[$0] } ?? 0
      fail(ParquetError(.schemaMismatch, "null in a required column"))
      count = added
    }
    if nullCount == 0 { validity = BitmapBuffer() }
  }

  /// Forgets everything.
  mutating func reset() {
    count = 0
    nullCount = 0
    validity = BitmapBuffer()
    failure = nil
  }
}
