#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Memory that a ``Bytes`` or a ``ByteBuffer`` owns: freed, or unmapped, when its last owner goes.
///
/// Every allocation has ``slack`` zeroed bytes past its capacity, so that kernels may load and store
/// whole words at the end of what they were given.
@safe @usableFromInline
package final class Allocation {
  /// Bytes past the capacity that may be read and overwritten, and mean nothing.
  @usableFromInline static let slack = 64

  @usableFromInline let start: UnsafeMutableRawPointer
  @usableFromInline let capacity: Int
  /// Whose the memory is.
  private let origin: Origin
  /// What the memory was taken from, until it is handed over.
  private var memory: MemoryAllowance?

  private enum Origin {
    case heap
    /// One of ``LargeBlocks``, of so many bytes.
    case block(byteCount: Int)
    /// So many bytes that somebody mapped.
    case mapping(byteCount: Int)
  }

  init(capacity: Int) {
    let byteCount = capacity + Allocation.slack
    if byteCount >= LargeBlocks.leastByteCount, let block = unsafe LargeBlocks.take(byteCount) {
      unsafe self.start = block.start
      unsafe origin = .block(byteCount: block.byteCount)
    } else {
      unsafe self.start = .allocate(byteCount: byteCount, alignment: 16)
      origin = .heap
    }
    self.capacity = capacity
    // Words loaded past the end must not depend on what the heap held before.
    unsafe (start + capacity).initializeMemory(
      as: UInt8.self, repeating: 0, count: Allocation.slack)
  }

  /// Memory that is mapped and never written: `mappedByteCount` bytes, of which `capacity` are of use and
  /// at least ``slack`` follow those.
  @unsafe
  init(mapping start: UnsafeMutableRawPointer, capacity: Int, mappedByteCount: Int) {
    precondition(mappedByteCount - capacity >= Allocation.slack, "slack follows what is mapped")
    unsafe self.start = start
    self.capacity = capacity
    origin = .mapping(byteCount: mappedByteCount)
  }

  /// Memory taken from `memory`, where there is one to take from.
  ///
  /// - Throws: ``ParquetError`` with code `limitExceeded`, before anything is allocated.
  convenience init(capacity: Int, within memory: MemoryAllowance?) throws(ParquetError) {
    try memory?.take(capacity)
    self.init(capacity: capacity)
    self.memory = memory
  }

  deinit {
    handOver()
    switch origin {
    case .heap: unsafe start.deallocate()
    case .block(let byteCount): unsafe LargeBlocks.give(back: start, byteCount: byteCount)
    case .mapping(let byteCount): _ = unsafe munmap(start, byteCount)
    }
  }

  /// Counts no longer; only while one thread knows the allocation.
  func handOver() {
    memory?.give(back: capacity)
    memory = nil
  }
}

// Unchecked: the memory behind a `Bytes` is never written again once one exists, as a buffer gives up
// its allocation when it is frozen.
/// An immutable run of bytes that shares its memory with its slices.
///
/// Slicing and copying are O(1). There are at least 64 readable bytes after the last one, whose
/// content means nothing.
@safe
public struct Bytes: @unchecked Sendable {
  @usableFromInline let owner: Allocation
  @usableFromInline let start: UnsafeRawPointer
  /// The number of bytes.
  public let count: Int

  @usableFromInline
  init(owner: Allocation, start: UnsafeRawPointer, count: Int) {
    self.owner = owner
    unsafe self.start = start
    self.count = count
  }

  /// No bytes.
  public init() {
    let owner = Allocation(capacity: 0)
    unsafe self.init(owner: owner, start: UnsafeRawPointer(owner.start), count: 0)
  }

  /// A copy of `array`'s elements as they lie in memory.
  public init<T: BitwiseCopyable>(copying array: [T]) {
    var buffer = ByteBuffer(capacity: array.count * MemoryLayout<T>.stride)
    unsafe array.withUnsafeBytes { unsafe buffer.append($0) }
    self = buffer.freeze()
  }

  /// A copy of `bytes`.
  public init(copying bytes: RawSpan) {
    var buffer = ByteBuffer(capacity: bytes.byteCount)
    buffer.append(bytes)
    self = buffer.freeze()
  }

  /// The bytes of `range`, sharing memory. O(1).
  public func slice(_ range: Range<Int>) -> Bytes {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count, "a slice lies inside its bytes")
    return unsafe Bytes(owner: owner, start: start + range.lowerBound, count: range.count)
  }

  /// The byte at `index`.
  public subscript(index: Int) -> UInt8 {
    precondition(index >= 0 && index < count, "index out of range")
    return unsafe start.load(fromByteOffset: index, as: UInt8.self)
  }

  /// Calls `body` with the bytes.
  public func withBytes<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
    let span = unsafe RawSpan(_unsafeStart: start, byteCount: count)
    return try body(span)
  }

  /// Says that the bytes now belong to whoever reads them: they no longer count against the allowance
  /// they were made within. Only while one thread knows them.
  func handOver() { owner.handOver() }

  /// The bytes as an array.
  public func array() -> [UInt8] {
    unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  }

  /// The bytes in place; for kernels, which keep to ``count`` (and the slack) by themselves.
  @unsafe @usableFromInline package var pointer: UnsafeRawPointer { unsafe start }

  /// The bytes as elements of `type`; `count` is a multiple of the element's size.
  ///
  /// Not necessarily aligned: every machine this builds for loads unaligned words.
  @unsafe package func elements<T: BitwiseCopyable>(of type: T.Type) -> UnsafePointer<T> {
    unsafe start.assumingMemoryBound(to: T.self)
  }
}

extension Bytes: Equatable {
  /// Whether both hold the same bytes. O(count).
  public static func == (a: Bytes, b: Bytes) -> Bool {
    guard a.count == b.count else { return false }
    return unsafe bytesEqual(a.start, b.start, a.count)
  }
}

/// A growable run of bytes with one owner, which becomes ``Bytes`` without a copy.
@safe
package struct ByteBuffer: ~Copyable {
  @usableFromInline package private(set) var allocation: Allocation
  /// The number of bytes written.
  package private(set) var count: Int = 0

  /// A buffer with room for `capacity` bytes.
  package init(capacity: Int = 0) {
    allocation = Allocation(capacity: max(capacity, 0))
  }

  /// An empty buffer whose room is `memory`, which nobody else uses.
  init(reusing memory: Allocation) { allocation = memory }

  /// A buffer with room for `capacity` bytes, taken from `memory` where there is one to take from.
  ///
  /// - Throws: ``ParquetError`` with code `limitExceeded`.
  init(capacity: Int, within memory: MemoryAllowance?) throws(ParquetError) {
    allocation = try Allocation(capacity: max(capacity, 0), within: memory)
  }

  package var capacity: Int { allocation.capacity }

  /// The first byte; valid until the buffer grows.
  @unsafe package var start: UnsafeMutableRawPointer { unsafe allocation.start }

  /// The first unwritten byte; valid until the buffer grows.
  @unsafe package var end: UnsafeMutableRawPointer { unsafe allocation.start + count }

  /// Makes room for `byteCount` more bytes, growing by half at least.
  @inline(__always)
  package mutating func reserve(_ byteCount: Int) {
    if count + byteCount > allocation.capacity { grow(byteCount) }
  }

  /// Makes room for `byteCount` more bytes, taken from `memory`.
  ///
  /// - Throws: ``ParquetError`` with code `limitExceeded`.
  @inline(__always)
  mutating func reserve(
    _ byteCount: Int, within memory: MemoryAllowance?
  ) throws(ParquetError) {
    guard count + byteCount > allocation.capacity else { return }
    move(to: try Allocation(capacity: capacity(for: byteCount), within: memory))
  }

  @inline(never)
  private mutating func grow(_ byteCount: Int) {
    move(to: Allocation(capacity: capacity(for: byteCount)))
  }

  private func capacity(for byteCount: Int) -> Int {
    max(count + byteCount, count + count / 2, 64)
  }

  private mutating func move(to larger: Allocation) {
    unsafe larger.start.copyMemory(from: allocation.start, byteCount: count)
    allocation = larger
  }

  /// Says that `byteCount` bytes were written at ``end``, within what was reserved.
  @inline(__always)
  package mutating func advance(by byteCount: Int) {
    assert(count + byteCount <= allocation.capacity)
    count &+= byteCount
  }

  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress, bytes.count > 0 else { return }
    reserve(bytes.count)
    unsafe end.copyMemory(from: base, byteCount: bytes.count)
    advance(by: bytes.count)
  }

  package mutating func append(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { unsafe append($0) }
  }

  package mutating func append(_ bytes: Bytes) {
    unsafe append(UnsafeRawBufferPointer(start: bytes.pointer, count: bytes.count))
  }

  /// Appends `value` as it lies in memory: little-endian on every machine this builds for.
  @inline(__always)
  package mutating func append<T: BitwiseCopyable>(_ value: T) {
    reserve(MemoryLayout<T>.size)
    unsafe end.storeBytes(of: value, as: T.self)
    count &+= MemoryLayout<T>.size
  }

  package mutating func append(zeros byteCount: Int) {
    reserve(byteCount)
    unsafe end.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    count += byteCount
  }

  /// Forgets all bytes, keeps the room.
  package mutating func removeAll() { count = 0 }

  /// Forgets the bytes from `newCount` on, keeps the room.
  package mutating func truncate(to newCount: Int) {
    precondition(newCount >= 0 && newCount <= count, "a buffer is only truncated to less")
    count = newCount
  }

  /// The bytes from `start` on, in place: they stay as they are only where nothing before the buffer's end is
  /// ever written again.
  @unsafe
  func written(from start: Int) -> Bytes {
    unsafe Bytes(
      owner: allocation, start: UnsafeRawPointer(allocation.start + start), count: count - start)
  }

  /// The bytes, without a copy; the buffer is empty afterwards and has no room.
  package mutating func freeze() -> Bytes {
    let bytes = unsafe Bytes(
      owner: allocation, start: UnsafeRawPointer(allocation.start), count: count)
    allocation = Allocation(capacity: 0)
    count = 0
    return bytes
  }
}

/// Whether `count` bytes at `a` and `b` are the same, two words at a time; the last of them overlap those before.
@unsafe @inline(__always)
func bytesEqual(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ count: Int) -> Bool {
  @inline(__always)
  func difference(at i: Int) -> UInt64 {
    unsafe a.loadUnaligned(fromByteOffset: i, as: UInt64.self)
      ^ b.loadUnaligned(fromByteOffset: i, as: UInt64.self)
  }
  if count >= 16 {
    var i = 0
    while i &+ 16 < count {
      guard difference(at: i) | difference(at: i &+ 8) == 0 else { return false }
      i &+= 16
    }
    return difference(at: count &- 16) | difference(at: count &- 8) == 0
  }
  if count >= 8 { return difference(at: 0) | difference(at: count &- 8) == 0 }
  var i = 0
  while i < count {
    if unsafe a.load(fromByteOffset: i, as: UInt8.self) != b.load(fromByteOffset: i, as: UInt8.self)
    {
      return false
    }
    i &+= 1
  }
  return true
}

/// Copies `count` bytes by words of 16, which may touch the slack after either end.
@unsafe @inline(__always)
func copyIntoSlack(
  _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, count: Int
) {
  if count > 64 {
    unsafe target.copyMemory(from: source, byteCount: count)
    return
  }
  var i = 0
  while i < count {
    unsafe target.storeBytes(
      of: source.loadUnaligned(fromByteOffset: i, as: SIMD16<UInt8>.self), toByteOffset: i,
      as: SIMD16<UInt8>.self)
    i &+= 16
  }
}
