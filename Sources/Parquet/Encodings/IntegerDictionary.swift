/// The distinct values of a chunk of 4- or 8-byte values, numbered in the order they first came.
///
/// Values are compared bit for bit, so every NaN and both zeros keep their own entry. Two look-ups give
/// the same numbers: a table by value where the values lie close together, and open addressing with a
/// multiplicative hash elsewhere.
@safe
struct IntegerDictionary<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>: ~Copyable {
  /// Ranges up to this many values are looked up by value: a table of 256 KiB.
  private static var largestRange: Int { 1 << 16 }

  private struct Slot {
    var key: Word
    /// The entry's number plus one; zero where the slot is empty.
    var entry: UInt32
  }

  /// The entries in order: the dictionary page's PLAIN bytes.
  private(set) var entries = ByteBuffer()
  private(set) var count = 0

  private var slots: UnsafeMutablePointer<Slot>?
  private var slotBits = 0
  private var table: UnsafeMutablePointer<UInt32>?
  private var tableBase: Word = 0
  private var tableCount = 0

  init() {}

  deinit {
    unsafe slots?.deallocate()
    unsafe table?.deallocate()
  }

  /// The first of the entries' bytes, in place: valid until the next change.
  @unsafe var entryBytes: UnsafeRawPointer { unsafe UnsafeRawPointer(entries.start) }

  /// The bytes held, for memory limits: a function of the entries alone.
  var heldByteCount: Int { entries.count * 4 }

  /// Numbers `count` values, `indices[i]` for `values[i]`, until there are `entryLimit` entries.
  ///
  /// Every value lies between `least` and `least + spread`, modulo the width of a word; where that is
  /// not known, `spread` is the largest word.
  ///
  /// - Returns: how many values were numbered: fewer than `count` where the limit was reached, or the
  ///   values collide too often to go on.
  mutating func number(
    _ values: UnsafePointer<Word>, count valueCount: Int, least: Word, spread: Word,
    entryLimit: Int, into indices: UnsafeMutablePointer<UInt32>
  ) -> Int {
    if spread < Word(truncatingIfNeeded: Self.largestRange), fitTable(least, spread) {
      return unsafe numberByTable(
        values, count: valueCount, entryLimit: entryLimit, into: indices)
    }
    dropTable()
    return unsafe numberByHash(values, count: valueCount, entryLimit: entryLimit, into: indices)
  }

  /// Forgets the entries from `newCount` on.
  mutating func truncate(to newCount: Int) {
    guard newCount < count else { return }
    count = newCount
    entries.truncate(to: newCount * MemoryLayout<Word>.size)
    unsafe slots?.deallocate()
    unsafe slots = nil
    slotBits = 0
    dropTable()
  }

  // MARK: By table

  /// Makes the table reach over `least ... least + spread` and every entry; false where that is too far.
  private mutating func fitTable(_ least: Word, _ spread: Word) -> Bool {
    if unsafe table != nil {
      let offset = least &- tableBase
      if offset < Word(truncatingIfNeeded: tableCount),
        spread < Word(truncatingIfNeeded: tableCount) &- offset
      {
        return true
      }
    } else if unsafe slots != nil {
      // Numbered by hash before: going back would need every entry's range.
      return false
    }
    // Twice the room that is needed, half of it on each side, so that the next slab fits too.
    let needed = Int(truncatingIfNeeded: spread) + 1
    let room = min(max(needed * 2, 256), Self.largestRange)
    let base = least &- Word(truncatingIfNeeded: (room - needed) / 2)
    let fresh = UnsafeMutablePointer<UInt32>.allocate(capacity: room)
    unsafe fresh.initialize(repeating: 0, count: room)
    let keys = unsafe entries.start.assumingMemoryBound(to: Word.self)
    for i in 0..<count {
      let place = unsafe keys[i] &- base
      guard place < Word(truncatingIfNeeded: room) else {
        unsafe fresh.deallocate()
        return false
      }
      unsafe fresh[Int(truncatingIfNeeded: place)] = UInt32(truncatingIfNeeded: i + 1)
    }
    unsafe table?.deallocate()
    unsafe table = fresh
    tableBase = base
    tableCount = room
    return true
  }

  private mutating func dropTable() {
    unsafe table?.deallocate()
    unsafe table = nil
    tableCount = 0
  }

  private mutating func numberByTable(
    _ values: UnsafePointer<Word>, count valueCount: Int, entryLimit: Int,
    into indices: UnsafeMutablePointer<UInt32>
  ) -> Int {
    guard let table = unsafe table else { return 0 }
    let base = tableBase
    for i in 0..<valueCount {
      let place = unsafe Int(truncatingIfNeeded: values[i] &- base)
      var entry = unsafe table[place]
      if entry == 0 {
        if count >= entryLimit { return i }
        entry = unsafe append(values[i])
        unsafe table[place] = entry
      }
      unsafe indices[i] = entry &- 1
    }
    return valueCount
  }

  // MARK: By hash

  private mutating func numberByHash(
    _ values: UnsafePointer<Word>, count valueCount: Int, entryLimit: Int,
    into indices: UnsafeMutablePointer<UInt32>
  ) -> Int {
    if unsafe slots == nil { grow() }
    guard var slots = unsafe slots else { return 0 }
    var shift = UInt64(64 - slotBits)
    var mask = 1 << slotBits - 1
    var limit = 1 << (slotBits - 1)
    // What values chosen to collide may cost before the dictionary counts as one that does not pay.
    var probesLeft = 16 * valueCount + 1024
    for i in 0..<valueCount {
      let key = unsafe values[i]
      var place = Int(truncatingIfNeeded: Self.hash(key) &>> shift)
      while true {
        let slot = unsafe slots[place]
        if slot.entry == 0 {
          if count >= entryLimit { return i }
          if count >= limit {
            grow()
            guard let larger = unsafe self.slots else { return i }
            unsafe slots = larger
            shift = UInt64(64 - slotBits)
            mask = 1 << slotBits - 1
            limit = 1 << (slotBits - 1)
            place = Int(truncatingIfNeeded: Self.hash(key) &>> shift)
            continue
          }
          let entry = append(key)
          unsafe slots[place] = Slot(key: key, entry: entry)
          unsafe indices[i] = entry &- 1
          break
        }
        if slot.key == key {
          unsafe indices[i] = slot.entry &- 1
          break
        }
        place = (place &+ 1) & mask
        probesLeft &-= 1
        if probesLeft < 0 { return i }
      }
    }
    return valueCount
  }

  @inline(__always)
  private static func hash(_ key: Word) -> UInt64 {
    // Folding the halves first: doubles of few digits differ in their upper bits alone.
    let wide = UInt64(truncatingIfNeeded: key)
    return (wide ^ (wide &>> 32)) &* 0x9E37_79B9_7F4A_7C15
  }

  /// Doubles the slots, and places every entry again.
  private mutating func grow() {
    slotBits = max(slotBits + 1, 10)
    while 1 << (slotBits - 1) <= count { slotBits += 1 }
    let fresh = UnsafeMutablePointer<Slot>.allocate(capacity: 1 << slotBits)
    unsafe fresh.initialize(repeating: Slot(key: 0, entry: 0), count: 1 << slotBits)
    let mask = 1 << slotBits - 1
    let keys = unsafe entries.start.assumingMemoryBound(to: Word.self)
    for i in 0..<count {
      let key = unsafe keys[i]
      var place = Int(truncatingIfNeeded: Self.hash(key) &>> UInt64(64 - slotBits))
      while unsafe fresh[place].entry != 0 { place = (place &+ 1) & mask }
      unsafe fresh[place] = Slot(key: key, entry: UInt32(truncatingIfNeeded: i + 1))
    }
    unsafe slots?.deallocate()
    unsafe slots = fresh
  }

  /// Appends an entry; its number plus one.
  @inline(__always)
  private mutating func append(_ key: Word) -> UInt32 {
    entries.append(key)
    count &+= 1
    return UInt32(truncatingIfNeeded: count)
  }
}
