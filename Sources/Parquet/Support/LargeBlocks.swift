import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Blocks of memory of several MiB: whole columns of a row group.
///
/// They are mapped on their own, on huge pages where the system has them: the first touch of memory costs by
/// the page, and for columns in pages of 4 KiB that is a third of the time that reading takes. Blocks that are given
/// back are kept for the next work, as a stream of slabs or of files uses the same ones again; with what is in use
/// they never take more than was in use at once before. The system may have their memory back when it runs short.
@safe
enum LargeBlocks {
  /// The least bytes of a block.
  static let leastByteCount = 4 << 20
  /// What is kept at most, in all and in number.
  private static let keptByteCount = 512 << 20
  private static let keptBlockCount = 256
  /// The size, and the alignment, of a huge page.
  private static let hugeByteCount = 2 << 20

  /// A block that nobody uses.
  @safe
  private struct Block: @unchecked Sendable {
    var start: UnsafeMutableRawPointer
    var byteCount: Int

    func unmap() { _ = unsafe munmap(start, byteCount) }
  }

  /// The blocks of the process.
  private struct Store {
    /// Those that nobody uses, the one given back last at the end.
    var kept: [Block] = []
    var keptByteCount = 0
    var usedByteCount = 0
    var mostUsedByteCount = 0

    /// Takes a kept block of about `byteCount` bytes out.
    mutating func take(_ byteCount: Int) -> Block? {
      // Not one of far more bytes: it may be waited for.
      let fitting = kept.indices.filter {
        kept[$0].byteCount >= byteCount && kept[$0].byteCount / 2 <= byteCount
      }
      guard let best = fitting.min(by: { kept[$0].byteCount < kept[$1].byteCount })
      else { return nil }
      let block = kept.remove(at: best)
      keptByteCount -= block.byteCount
      use(block.byteCount)
      return block
    }

    mutating func use(_ byteCount: Int) {
      usedByteCount += byteCount
      mostUsedByteCount = max(mostUsedByteCount, usedByteCount)
    }

    /// Takes out what is too much to keep, the oldest first.
    mutating func excess() -> [Block] {
      let limit = min(LargeBlocks.keptByteCount, mostUsedByteCount - usedByteCount)
      var count = 0
      while keptByteCount > limit || kept.count - count > LargeBlocks.keptBlockCount {
        keptByteCount -= kept[count].byteCount
        count += 1
      }
      let excess = Array(kept[..<count])
      kept.removeFirst(count)
      return excess
    }
  }

  private static let store = Mutex(Store())

  /// A block of at least `byteCount` bytes, whatever is in them, and how many it has; nil where the system has
  /// none.
  @unsafe
  static func take(_ byteCount: Int) -> (start: UnsafeMutableRawPointer, byteCount: Int)? {
    if let block = store.withLock({ $0.take(byteCount) }) {
      return unsafe (block.start, block.byteCount)
    }
    guard let mapped = unsafe map(byteCount) else { return nil }
    let size = unsafe mapped.byteCount
    let excess = store.withLock { store in
      store.use(size)
      return store.excess()
    }
    for block in excess { block.unmap() }
    return unsafe mapped
  }

  /// Gives a block back.
  @unsafe
  static func give(back start: UnsafeMutableRawPointer, byteCount: Int) {
    #if canImport(Glibc)
      // What is in it means nothing any more: the system need not write it elsewhere to use the memory.
      _ = unsafe madvise(start, byteCount / hugeByteCount * hugeByteCount, MADV_FREE)
    #endif
    let block = unsafe Block(start: start, byteCount: byteCount)
    let excess = store.withLock { store in
      store.usedByteCount -= byteCount
      store.kept.append(block)
      store.keptByteCount += byteCount
      return store.excess()
    }
    for block in excess { block.unmap() }
  }

  /// Maps fresh memory at a multiple of a huge page.
  private static func map(_ wanted: Int) -> (start: UnsafeMutableRawPointer, byteCount: Int)? {
    let pageByteCount = 4096
    let byteCount = (wanted + pageByteCount - 1) / pageByteCount * pageByteCount
    let room = byteCount + hugeByteCount
    #if canImport(Glibc)
      let flags = MAP_PRIVATE | MAP_ANONYMOUS
    #else
      let flags = MAP_PRIVATE | MAP_ANON
    #endif
    guard let mapped = unsafe mmap(nil, room, PROT_READ | PROT_WRITE, flags, -1, 0),
      unsafe mapped != MAP_FAILED
    else { return nil }
    let address = Int(bitPattern: mapped)
    let head = (hugeByteCount - address % hugeByteCount) % hugeByteCount
    let start = unsafe mapped + head
    if head > 0 { _ = unsafe munmap(mapped, head) }
    if head < hugeByteCount { _ = unsafe munmap(start + byteCount, hugeByteCount - head) }
    #if canImport(Glibc)
      _ = unsafe madvise(start, byteCount, MADV_HUGEPAGE)
    #endif
    return unsafe (start, byteCount)
  }
}
