/// The distinct byte strings of a chunk, numbered in the order they first came.
@safe
struct BytesDictionary: ~Copyable {
  private struct Slot {
    var low: UInt64
    var high: UInt64
    var length: UInt32
    /// The entry's number plus one; zero where the slot is empty.
    var entry: UInt32
  }

  /// The entries in order: the dictionary page's PLAIN bytes.
  private(set) var entries = ByteBuffer()
  /// Where each entry's bytes begin in ``entries``, and one past the last.
  private var starts = ByteBuffer()
  private(set) var count = 0
  /// The bytes before each entry: 4 for the length of a byte array, none for those of fixed length.
  private let prefix: Int

  private var slots: UnsafeMutablePointer<Slot>?
  private var slotBits = 0

  /// - Parameter fixedLength: whether all entries have one length, and so none is written.
  init(fixedLength: Bool) { prefix = fixedLength ? 0 : 4 }

  deinit { unsafe slots?.deallocate() }

  /// The first of the entries' bytes, in place: valid until the next change.
  @unsafe var entryBytes: UnsafeRawPointer { unsafe UnsafeRawPointer(entries.start) }

  /// The bytes held, for memory limits: a function of the entries alone.
  var heldByteCount: Int { entries.count + 52 * count }

  /// The bytes of entry `index`, in place: valid until the next change.
  @unsafe func entry(_ index: Int) -> UnsafeRawBufferPointer {
    let start = start(index)
    let end = index + 1 < count ? self.start(index + 1) - prefix : entries.count
    return unsafe UnsafeRawBufferPointer(start: entries.start + start, count: end - start)
  }

  @inline(__always)
  private func start(_ index: Int) -> Int {
    unsafe Int(starts.start.load(fromByteOffset: index &* 4, as: UInt32.self))
  }

  /// Numbers `count` values, `indices[i]` for value i, until the page would exceed `byteLimit` bytes.
  ///
  /// Value i is `bytes[offsets[i] ..< offsets[i + 1]]`.
  ///
  /// - Returns: how many values were numbered: fewer than `count` where the limit was reached, or the
  ///   values collide too often to go on.
  mutating func number(
    offsets: UnsafePointer<UInt32>, bytes: UnsafeRawPointer, count valueCount: Int,
    byteLimit: Int, into indices: UnsafeMutablePointer<UInt32>
  ) -> Int {
    unsafe number(count: valueCount, byteLimit: byteLimit, into: indices) { i in
      let start = unsafe Int(offsets[i])
      return unsafe (bytes + start, Int(offsets[i &+ 1]) &- start)
    }
  }

  /// Numbers `count` values of `width` bytes each, as above.
  mutating func number(
    _ bytes: UnsafeRawPointer, width: Int, count valueCount: Int, byteLimit: Int,
    into indices: UnsafeMutablePointer<UInt32>
  ) -> Int {
    unsafe number(count: valueCount, byteLimit: byteLimit, into: indices) { i in
      unsafe (bytes + i &* width, width)
    }
  }

  /// The loop of both: everything it looks at for a known value is in locals.
  @inline(__always)
  private mutating func number(
    count valueCount: Int, byteLimit: Int, into indices: UnsafeMutablePointer<UInt32>,
    _ value: (Int) -> (bytes: UnsafeRawPointer, length: Int)
  ) -> Int {
    var i = 0
    while i < valueCount {
      // Until the next new value, nothing moves.
      let known = unsafe numberKnown(from: i, valueCount, indices, value)
      i = known.next
      guard i < valueCount else { break }
      guard !known.isExhausted else { return i }
      let new = unsafe value(i)
      guard unsafe insert(new.bytes, new.length, byteLimit: byteLimit) else { return i }
      unsafe indices[i] = UInt32(truncatingIfNeeded: count - 1)
      i += 1
    }
    return valueCount
  }

  /// Numbers values from `first` on up to the first that is not among the entries.
  @inline(__always)
  private func numberKnown(
    from first: Int, _ valueCount: Int, _ indices: UnsafeMutablePointer<UInt32>,
    _ value: (Int) -> (bytes: UnsafeRawPointer, length: Int)
  ) -> (next: Int, isExhausted: Bool) {
    guard let slots = unsafe slots else { return (first, false) }
    let entries = unsafe self.entries.start
    let starts = unsafe self.starts.start.assumingMemoryBound(to: UInt32.self)
    let mask = 1 &<< slotBits &- 1
    let shift = UInt64(64 &- slotBits)
    for i in first..<valueCount {
      let (bytes, length) = unsafe value(i)
      let key = unsafe ByteStringKey(bytes, length)
      var place = Int(truncatingIfNeeded: key.hash &>> shift)
      var probes = 0
      while true {
        let slot = unsafe slots[place]
        if slot.entry == 0 { return (i, false) }
        if slot.low == key.low, slot.high == key.high, slot.length == key.length,
          unsafe key.isWhole
            || bytesEqual(entries + Int(starts[Int(slot.entry) &- 1]), bytes, length)
        {
          unsafe indices[i] = slot.entry &- 1
          break
        }
        place = (place &+ 1) & mask
        // Values chosen to collide make a dictionary that does not pay, not a writer that hangs.
        probes &+= 1
        if probes > BytesDictionary.longestProbe { return (i, true) }
      }
    }
    return (valueCount, false)
  }

  /// Far past what a table at most half full needs for values that were not chosen to collide.
  private static let longestProbe = 1024

  /// Adds an entry that is not there yet; false where there is no room for it.
  @inline(never)
  private mutating func insert(
    _ bytes: UnsafeRawPointer, _ length: Int, byteLimit: Int
  ) -> Bool {
    guard entries.count + prefix + length <= byteLimit else { return false }
    if unsafe slots == nil || count >= 1 << (slotBits - 1) { grow() }
    guard let slots = unsafe slots else { return false }
    if prefix == 4 { entries.append(UInt32(truncatingIfNeeded: length)) }
    starts.append(UInt32(truncatingIfNeeded: entries.count))
    unsafe entries.append(UnsafeRawBufferPointer(start: bytes, count: length))
    count += 1
    unsafe place(ByteStringKey(bytes, length), entry: count, in: slots)
    return true
  }

  /// Puts an entry, by its number plus one, into the first free slot of its key.
  private func place(
    _ key: ByteStringKey, entry: Int, in slots: UnsafeMutablePointer<Slot>
  ) {
    let mask = 1 << slotBits - 1
    var place = Int(truncatingIfNeeded: key.hash &>> UInt64(64 - slotBits))
    while unsafe slots[place].entry != 0 { place = (place &+ 1) & mask }
    unsafe slots[place] = Slot(
      low: key.low, high: key.high, length: key.length, entry: UInt32(truncatingIfNeeded: entry))
  }

  /// Doubles the slots, and places every entry again.
  private mutating func grow() {
    slotBits = max(slotBits + 1, 8)
    while 1 << (slotBits - 1) <= count { slotBits += 1 }
    let fresh = UnsafeMutablePointer<Slot>.allocate(capacity: 1 << slotBits)
    unsafe fresh.initialize(
      repeating: Slot(low: 0, high: 0, length: 0, entry: 0), count: 1 << slotBits)
    for i in 0..<count {
      let byteCount = unsafe entry(i).count
      unsafe place(ByteStringKey(entries.start + start(i), byteCount), entry: i + 1, in: fresh)
    }
    unsafe slots?.deallocate()
    unsafe slots = fresh
  }

  /// Forgets the entries from `newCount` on.
  mutating func truncate(to newCount: Int) {
    guard newCount < count else { return }
    entries.truncate(to: newCount == 0 ? 0 : start(newCount) - prefix)
    starts.truncate(to: newCount * 4)
    count = newCount
    unsafe slots?.deallocate()
    unsafe slots = nil
    slotBits = 0
  }
}
