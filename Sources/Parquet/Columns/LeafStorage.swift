/// The values of a leaf as they are collected; at an address of its own as ``BuilderSlots`` is.
@safe @usableFromInline
struct LeafStorage: ~Copyable {
  /// Values of fixed width, or the bytes of byte arrays.
  @usableFromInline var store = Allocation(capacity: 0)
  @usableFromInline var start: UnsafeMutableRawPointer
  @usableFromInline var capacity = 0
  @usableFromInline var used = 0
  /// Where each byte array ends.
  @usableFromInline var ends = Allocation(capacity: 0)
  @usableFromInline var endsStart: UnsafeMutableRawPointer
  @usableFromInline var endsCapacity = 0
  @usableFromInline var endsUsed = 0
  var bits = BitmapBuffer()
  /// Values that came as a whole, instead of one by one.
  var adopted: ColumnValues?
  /// The bytes of the batch before: about what the next one takes.
  private var expectedByteCount = 0
  private var expectedEndsByteCount = 0

  init() {
    unsafe start = store.start
    unsafe endsStart = ends.start
  }

  /// Appends a value of fixed width.
  @inlinable @inline(__always)
  mutating func append<T: BitwiseCopyable>(word value: T) {
    if used &+ MemoryLayout<T>.size > capacity { grow(MemoryLayout<T>.size) }
    unsafe (start + used).storeBytes(of: value, as: T.self)
    used &+= MemoryLayout<T>.size
  }

  /// Appends bytes, of fixed width or of a byte array whose end is noted by ``noteEnd()``.
  @inlinable @inline(__always)
  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    let length = bytes.count
    if used &+ length > capacity { grow(length) }
    if let base = bytes.baseAddress {
      unsafe (start + used).copyMemory(from: base, byteCount: length)
    }
    used &+= length
  }

  /// Appends a byte array of at most eight bytes, from where eight bytes may be read. Past the end of memory is room
  /// to write as many.
  @inlinable @inline(__always)
  mutating func append(short base: UnsafeRawPointer, _ length: Int) {
    if used &+ length > capacity { grow(length) }
    unsafe (start + used).storeBytes(
      of: base.loadUnaligned(as: UInt64.self), as: UInt64.self)
    used &+= length
    noteEnd()
  }

  /// Appends a byte array behind which 64 bytes may be read. Past the end of memory is room to write as many.
  @inlinable @inline(__always)
  mutating func append(padded bytes: UnsafeRawBufferPointer) {
    let length = bytes.count
    if used &+ length > capacity { grow(length) }
    if let base = bytes.baseAddress {
      let target = unsafe start + used
      // Most are short, and a call would take longer than they do.
      if length <= 64 {
        var at = 0
        repeat {
          unsafe target.storeBytes(
            of: base.loadUnaligned(fromByteOffset: at, as: SIMD16<UInt8>.self), toByteOffset: at,
            as: SIMD16<UInt8>.self)
          at &+= 16
        } while at < length
      } else {
        unsafe target.copyMemory(from: base, byteCount: length)
      }
    }
    used &+= length
    noteEnd()
  }

  /// Ends a byte array.
  @inlinable @inline(__always)
  mutating func noteEnd() {
    if endsUsed &+ 4 > endsCapacity { growEnds() }
    unsafe (endsStart + endsUsed).storeBytes(
      of: UInt32(truncatingIfNeeded: used), as: UInt32.self)
    endsUsed &+= 4
  }

  @usableFromInline @inline(never)
  mutating func grow(_ byteCount: Int) {
    store = LeafStorage.grown(
      store, used: used, by: max(byteCount, expectedByteCount - used))
    unsafe start = store.start
    capacity = store.capacity
  }

  @usableFromInline @inline(never)
  mutating func growEnds() {
    ends = LeafStorage.grown(
      ends, used: endsUsed, by: max(4, expectedEndsByteCount - endsUsed))
    unsafe endsStart = ends.start
    endsCapacity = ends.capacity
  }

  private static func grown(_ old: Allocation, used: Int, by byteCount: Int) -> Allocation {
    let larger = Allocation(capacity: max(used + byteCount, used * 2, 256))
    unsafe larger.start.copyMemory(from: old.start, byteCount: used)
    return larger
  }

  /// The values collected. Room for the next ones is made when they come.
  mutating func take(_ type: PhysicalType, isText: Bool) -> ColumnValues {
    if let adopted { return adopted }
    switch type {
    case .boolean: return .bits(bits.freeze())
    case .byteArray:
      var offsets = ByteBuffer(capacity: endsUsed + 4)
      offsets.append(UInt32(0))
      unsafe offsets.append(UnsafeRawBufferPointer(start: endsStart, count: endsUsed))
      expectedEndsByteCount = endsUsed
      endsUsed = 0
      return ColumnValues(uncheckedOffsets: offsets.freeze(), bytes: takeStore(), isText: isText)
    default: return .fixed(width: type.byteWidth ?? 1, takeStore())
    }
  }

  private mutating func takeStore() -> Bytes {
    let bytes = unsafe Bytes(owner: store, start: UnsafeRawPointer(start), count: used)
    store = Allocation(capacity: 0)
    unsafe start = store.start
    capacity = 0
    expectedByteCount = used
    used = 0
    return bytes
  }

  /// Forgets everything, keeps room where it can.
  mutating func reset() {
    used = 0
    endsUsed = 0
    bits = BitmapBuffer()
    adopted = nil
  }
}
