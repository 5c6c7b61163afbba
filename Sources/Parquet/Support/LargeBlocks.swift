import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Blocks of memory of several MiB: whole columns of a row group.
///
/// They are mapped on their own, on huge pages where the system has them: the first touch of memory costs by
/// the page, and for columns in pages of 4 KiB that is a third of the time that reading takes. A few blocks are
/// kept when they are given back, so that a stream of slabs uses the same ones again.
@safe
enum LargeBlocks {
  /// The least bytes of a block.
  static let leastByteCount = 4 << 20
  /// What is kept at most, in all and in number.
  private static let keptByteCount = 64 << 20
  private static let keptBlockCount = 32
  /// The size, and the alignment, of a huge page.
  private static let hugeByteCount = 2 << 20

  /// A block that nobody uses.
  @safe
  private struct Block: @unchecked Sendable {
    var start: UnsafeMutableRawPointer
    var byteCount: Int
  }

  private static let kept = Mutex<[Block]>([])

  /// A block of at least `byteCount` bytes, whatever is in them, and how many it has; nil where the system has
  /// none.
  @unsafe
  static func take(_ byteCount: Int) -> (start: UnsafeMutableRawPointer, byteCount: Int)? {
    let block = kept.withLock { blocks -> Block? in
      // Not one of far more bytes: it may be waited for.
      let fitting = blocks.indices.filter {
        blocks[$0].byteCount >= byteCount && blocks[$0].byteCount / 2 <= byteCount
      }
      guard let best = fitting.min(by: { blocks[$0].byteCount < blocks[$1].byteCount })
      else { return nil }
      return blocks.remove(at: best)
    }
    if let block { return unsafe (block.start, block.byteCount) }
    return unsafe map(byteCount)
  }

  /// Gives a block back.
  @unsafe
  static func give(back start: UnsafeMutableRawPointer, byteCount: Int) {
    let isKept = kept.withLock { blocks in
      let held = blocks.reduce(0) { $0 + $1.byteCount }
      guard blocks.count < keptBlockCount, held + byteCount <= keptByteCount else { return false }
      unsafe blocks.append(Block(start: start, byteCount: byteCount))
      return true
    }
    if !isKept { _ = unsafe munmap(start, byteCount) }
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
