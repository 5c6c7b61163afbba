/// Memory for pages that wait for the end of their row group: pieces of large blocks.
///
/// A block goes when the last page in it went, and then is there for the next row group: many pages cost
/// neither an allocation each nor memory that has to be touched anew.
final class PageArena {
  private static let smallestBlock = 64 << 10
  private static let largestBlock = LargeBlocks.leastByteCount

  private var block = Allocation(capacity: 0)
  private var used = 0

  /// A copy of `bytes`.
  func copy(_ bytes: UnsafeRawBufferPointer) -> Bytes {
    guard let base = bytes.baseAddress, bytes.count > 0 else { return Bytes() }
    if bytes.count > block.capacity - used {
      // Blocks double, so that a small file needs a small one.
      let size = min(max(2 * block.capacity, PageArena.smallestBlock), PageArena.largestBlock)
      block = Allocation(capacity: max(size, bytes.count))
      used = 0
    }
    let start = unsafe block.start + used
    unsafe start.copyMemory(from: base, byteCount: bytes.count)
    used += bytes.count
    return unsafe Bytes(owner: block, start: UnsafeRawPointer(start), count: bytes.count)
  }
}
